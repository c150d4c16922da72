"""A plan's totals side by side: units kept, unknown stays unknown, the weakest status shown."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from fengwuwu.reporting.plan_overview import county_shares, indicators

ROWS = [
    ("奉巫巫区域", None, "project_count", "项目数", 3.0, "个", "estimate", ""),
    ("奉巫巫区域", 2027, "project_count", "项目数", 1.0, "个", "estimate", ""),
    ("奉节县", None, "project_count", "项目数", 2.5, "个", "estimate", "只计入区域"),
    ("奉巫巫区域", None, "financing_wan_yuan", "资金", 12345.6, "万元", "estimate", ""),
    ("奉节县", None, "financing_wan_yuan", "资金", 0.0, "万元", "estimate", ""),
    ("奉巫巫区域", None, "climate_share", "比重", 0.0751, "比例", "assumption", ""),
    ("奉节县", None, "climate_share", "比重", None, "比例", "unknown", "待补充"),
]


def plan(kind: str) -> SimpleNamespace:
    table = pd.DataFrame(ROWS, columns=["scope", "year", "indicator", "label", "value", "unit", "status", "note"])
    return SimpleNamespace(indicators=table.astype({"year": "Int64", "value": float}), data_kind=kind)


@pytest.mark.parametrize(("kind", "weakest"), [("submitted", "估算"), ("illustrative", "假设")])
def test_totals_by_scope(kind: str, weakest: str) -> None:
    assert indicators(plan(kind)).to_numpy().tolist() == [
        ["项目数", "个", "3", "2.5", weakest, "只计入区域"],
        ["资金", "万元", "12,346", "0", weakest, None],
        ["比重", "%", "7.51", None, "待补充", "待补充"],
    ]


def test_shares_say_what_is_assumed() -> None:
    table = county_shares(plan("submitted"))
    assert table["label"].tolist() == ["奉巫巫区域", "奉节县"]
    assert table["assumed"].tolist() == [True, False]
    assert table["share"].isna().tolist() == [False, True]
