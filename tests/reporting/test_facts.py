"""Figures: origin and status required, unknown never a number, nothing rounded away."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengwuwu.errors import ReportError
from fengwuwu.reporting import units
from fengwuwu.reporting.facts import Fact, Facts


@pytest.mark.parametrize("value", [None, float("nan"), np.nan, pd.NA, pd.NaT])
def test_unknown_prints_as_to_be_supplied(value: object) -> None:
    facts = Facts()
    facts.add("x", value, unit="万元", label="投资")
    assert facts["x"].show() == facts["x"].show("亿元") == "待补充"
    assert facts["x"].record().status == "待补充"


@pytest.mark.parametrize(
    ("spec", "shown"),
    [
        ("", "12,345.7万元"),
        ("number", "12,345.7"),
        ("亿元", "1.23亿元"),
        ("亿元 .1f number", "1.2"),
        (".0f", "12,346万元"),
    ],
)
def test_specs(spec: str, shown: str) -> None:
    facts = Facts()
    facts.add("x", 12345.67, unit="万元", digits=1, status="official", source="公报")
    assert facts["x"].show(spec) == shown


def test_ratio_year_and_latin_unit() -> None:
    facts = Facts()
    facts.add("share", 0.0567, unit="", status="estimate", source="表")
    facts.add_year("start", 2026, source="方案")
    facts.add("power", 1140, unit="GWh", status="official", source="公报")
    assert facts["share"].show("%") == "5.7%"
    assert (facts["share"].record("%").value, facts["share"].record("%").unit) == ("5.7", "%")
    assert facts["start"].show() == "2026年"
    assert facts["power"].show() == "1,140\u00a0GWh"


@given(st.floats(-1e12, 1e12).filter(lambda v: v == 0 or abs(v) > 1e-8), st.integers(0, 3))
def test_only_zero_prints_as_zero(value: float, digits: int) -> None:
    shown = units.number(value, digits).replace(",", "")
    assert (float(shown) == 0) == (value == 0)
    assert not (value == 0 and shown.startswith("-"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"value": 1, "unit": "个"}, "没有来源"),
        ({"value": 1, "unit": "个", "source": "表"}, "没有状态"),
        ({"value": 1, "unit": "个", "source": "表", "status": "guess"}, "不认识"),
        ({"value": 1, "unit": "个", "source": "表", "status": "unknown"}, "给了数值"),
        ({"value": "many", "unit": "个", "rule": "数"}, "不是数"),
        ({"value": float("inf"), "unit": "个", "rule": "数"}, "不是有限的数"),
    ],
)
def test_refused(arguments: dict, message: str) -> None:
    with pytest.raises(ReportError, match=message):
        Facts().add("x", **arguments)


def test_a_name_means_one_thing() -> None:
    facts = Facts()
    facts.add("n", 3, unit="个", rule="行数")
    facts.add("n", 3, unit="个", rule="行数")
    with pytest.raises(ReportError, match="已登记为另一内容"):
        facts.add("n", 4, unit="个", rule="行数")
    with pytest.raises(ReportError, match="不可用"):
        facts.add("table", 4, unit="个", rule="行数")


def test_text_with_digits_needs_a_source_and_quotes_name_theirs() -> None:
    facts = Facts()
    with pytest.raises(ReportError, match="没有来源"):
        facts.add_text("level", "175米")
    facts.reference("plan", title="方案", number="〔2023〕39号")
    facts.quote("goal", "到2025年建成", reference="plan")
    assert facts["goal"].show() == "“到2025年建成”"
    assert facts["goal"].record().source == "《方案》（〔2023〕39号）"
    with pytest.raises(ReportError, match="未登记的文件"):
        facts.reference("no_such_document")


@pytest.mark.parametrize(
    ("status", "mark"), [("official", ""), (None, ""), ("estimate", "估算"), ("assumption", "假设")]
)
def test_marks(status: str | None, mark: str) -> None:
    assert Fact("x", 1.0, status=status).mark == mark
    assert not Fact("x", None, status="estimate").mark


def test_a_conversion_that_is_not_known_is_refused() -> None:
    with pytest.raises(ReportError, match="不能换算为“吨”"):
        Fact("x", 1.0, unit="万元").show("吨")
