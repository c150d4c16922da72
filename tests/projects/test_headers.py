"""Headers: found by name and synonym, doubts named, nothing dropped in silence."""

import pytest

from fengwuwu.projects import headers
from fengwuwu.projects.fields import FIELDS


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.key)
def test_every_spelling_of_a_field_finds_it(field: object) -> None:
    for text in (field.key, field.header, field.full_header):  # type: ignore[attr-defined]
        found = headers.find(text)
        assert found is not None
        assert found[0] is field
        assert found[3] is None


def test_no_synonym_means_two_fields() -> None:
    spellings = [(headers.normalise(text), f.key) for f in FIELDS for text in (f.key, f.header, *f.synonyms)]
    assert len({text for text, _ in spellings}) == len(spellings)


@pytest.mark.parametrize(
    ("text", "key", "unit"),
    [
        ("总投资(亿元)", "investment_wan_yuan", "亿元"),
        ("总 投资／亿元", "investment_wan_yuan", "亿元"),
        ("*总投资\n（元）", "investment_wan_yuan", "元"),
        ("1.项目名称★", "project_name", ""),
        ("其中：自有资金（万元）", "own_capital_wan_yuan", "万元"),
        ("装机容量（万千瓦）", "capacity", "万千瓦"),
        ("总投资（亿元，含税）", "investment_wan_yuan", "亿元"),
        ("年减排量（万吨）", "claimed_reduction_t_per_year", "万吨"),
        ("县（区）", "county", ""),
        ("最低资本金比例（%）", "capital_ratio_min", "%"),
    ],
)
def test_unit_in_the_header(text: str, key: str, unit: str) -> None:
    found = headers.match({1: text})
    assert [(c.field.key, c.unit) for c in found.columns.values()] == [(key, unit)]
    assert not found.findings


@pytest.mark.parametrize(
    ("texts", "read", "message"),
    [
        ({1: "总投资"}, ["investment_wan_yuan"], "没有写单位"),
        ({1: "总投资（含税）"}, ["investment_wan_yuan"], "未作处理"),
        ({1: "总投资（美元）"}, [], "不能换算"),
        ({1: "总投资（公里）"}, [], "不能换算"),
        ({1: "总投次（万元）"}, [], "是否为“总投资（万元）”"),
        ({1: "心情"}, [], "不认识"),
        ({1: "单位"}, [], "不认识"),
    ],
)
def test_doubts_are_named(texts: dict[int, str], read: list[str], message: str) -> None:
    found = headers.match(texts)
    assert [c.field.key for c in found.columns.values()] == read
    assert any(message in finding.message + finding.remedy for _, finding in found.findings)


def test_two_columns_for_one_field_keep_the_surer_one() -> None:
    found = headers.match({1: "投资（万元）", 2: "总投资（万元）"})
    assert {n: c.header for n, c in found.columns.items()} == {2: "总投资（万元）"}
    assert [header for header, _ in found.findings] == ["投资（万元）"]


def test_unit_beside_a_capacity_belongs_to_it() -> None:
    found = headers.match({1: "规模", 2: "单位", 3: "年产出", 4: "单位"})
    assert [c.field.key for c in found.columns.values()] == [
        "capacity",
        "capacity_unit",
        "annual_output",
        "annual_output_unit",
    ]


def test_unit_of_money_above_the_table() -> None:
    assert headers.money_unit(["申报表", "填报单位：某局　　金额单位：亿元"]) == "亿元"
    assert headers.money_unit(["填报单位：某局"]) == ""
    found = headers.match({1: "总投资", 2: "融资需求（万元）"}, money="亿元")
    assert [c.unit for c in found.columns.values()] == ["亿元", "万元"]
