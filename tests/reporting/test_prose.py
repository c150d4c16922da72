"""Prose: no digit typed by hand, no unknown name, no link to nowhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengwuwu.errors import ReportError
from fengwuwu.reporting import Report
from fengwuwu.reporting.facts import Facts
from fengwuwu.reporting.numbering import chinese, number
from fengwuwu.reporting.prose import Prose


@pytest.fixture
def facts() -> Facts:
    made = Facts()
    made.add("n", 60, unit="个", label="项目数", rule="行数")
    made.add("sum", 2.5, unit="亿元", digits=1, status="estimate", source="表")
    return made


def test_values_and_blanks(facts: Facts) -> None:
    assert Prose("全县共有 {n} 项目，合计 {sum}。", facts).plain == "全县共有60个项目，合计2.5亿元。"
    assert Prose("用 {n:number} kW 与 CO2、{{略}}", facts).plain == "用60 kW 与 CO2、{略}"


@given(
    st.text(alphabet="项目减排年共。，", max_size=8),
    st.sampled_from("0179０９٣"),
    st.text(alphabet="项目。", max_size=5),
)
def test_any_typed_digit_is_refused(before: str, digit: str, after: str) -> None:
    with pytest.raises(ReportError, match="手写的数字"):
        Prose(before + digit + after, Facts())


@pytest.mark.parametrize(
    ("template", "message"),
    [("共{m}个", "未登记的数值“m”"), ("共{n", "花括号"), ("**重点", "加粗"), ("{doc:nothing}", "未登记的文件")],
)
def test_refused(template: str, message: str, facts: Facts) -> None:
    with pytest.raises(ReportError, match=message):
        Prose(template, facts)


def test_status_is_marked_the_first_time_only(facts: Facts) -> None:
    seen: set[str] = set()
    first, second = Prose("{sum}", facts, seen), Prose("{sum}", facts, seen)
    assert [span.mark for span in (*first.spans, *second.spans)] == ["估算", ""]


def test_bold_runs_over_facts(facts: Facts) -> None:
    spans = Prose("甲**乙{n}丙**丁", facts).spans
    assert [(span.text, span.bold) for span in spans] == [
        ("甲", False),
        ("乙", True),
        ("60个", True),
        ("丙", True),
        ("丁", False),
    ]


def test_quoted_texts_keep_their_digits_and_name_the_document() -> None:
    report = Report("题")
    report.facts.reference("plan", title="方案", number="〔2023〕39号")
    report.quote("到2025年，{建成}项目库", reference="plan")
    block = report.blocks[-1]
    assert "".join(span.text for span in block.spans) == "“到2025年，{建成}项目库”——《方案》（〔2023〕39号）"


def test_links_are_numbered_and_dangling_ones_all_named(small_report: Callable[..., Report]) -> None:
    report = small_report()
    assert number(report.document()).labels == {
        "table:projects": "表1",
        "figure:bars": "图1",
        "table:steps": "表2",
        "annex:cards": "附件1",
        "annex:sources": "附件2",
    }
    report.paragraph("见{table:gone}和{figure:missing}。")
    with pytest.raises(ReportError, match=r"\{figure:missing\}、\{table:gone\}"):
        number(report.document())


def test_headings_are_numbered_and_start_again_in_an_annex(small_report: Callable[..., Report]) -> None:
    numbers = number(small_report().document())
    shown = [heading.number + heading.text for heading in numbers.headings.values()]
    assert shown == ["一、基础", "（一）概况", "二、安排", "附件1　卡片", "一、甲项目", "附件2　数据来源与引用文件"]
    assert [chinese(n) for n in (1, 10, 11, 20, 99)] == ["一", "十", "十一", "二十", "九十九"]


def test_names_are_used_once(small_report: Callable[..., Report]) -> None:
    report = small_report()
    with pytest.raises(ReportError, match="用了两次"):
        report.annex("又一个", name="cards")
