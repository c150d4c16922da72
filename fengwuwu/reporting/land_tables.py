"""The land that is left, as tables for people: Chinese headers, square kilometres, every rule with its source."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from fengwuwu.projects.land_left import LandLeft
from fengwuwu.projects.overlays import ORDER
from fengwuwu.vocabulary import SITING, VALUE_STATUS

NOTICE = "面积按等积投影量算；县界为示意图，无审图号。“无法判断”不是“可用”。未计资源条件、地价、电网和权属。"


def percent(share: float) -> str:
    """A share (0–1) in words; one that is not zero is never told as 0.0%."""
    return "不足0.1%" if 0 < share < 0.0005 else f"{share:.1%}"


def square_km(area: float) -> str:
    """An area in words, with more digits the smaller it is; one that is not zero is never told as 0."""
    if 0 < area < 0.005:
        return "不足0.01 km²"
    return f"{area:,.{2 if area < 10 else 1}f} km²"


def _rounded(table: pd.DataFrame) -> pd.DataFrame:
    areas = {str(name): table[name].map(lambda value: _round(value, 2)) for name in table if str(name).endswith("_km2")}
    return table.assign(**areas)


def _round(value: float, digits: int) -> float:
    # What little there is keeps a digit that is not zero.
    return round(value, digits) or float(f"{value:.1g}")


def by_county(land: LandLeft) -> pd.DataFrame:
    """Area of each answer by county, and of all counties together."""
    table = land.by_county.drop(columns="left_share")
    total = {"county": "合计", **table.drop(columns="county").sum().to_dict()}
    table = pd.concat([table, pd.DataFrame([total])], ignore_index=True)
    left = (table["pass_km2"] + table["flag_km2"]) / table["area_km2"]
    headers = {"county": "县", "area_km2": "面积（km²）", **{f"{a}_km2": f"{SITING[a]}（km²）" for a in ORDER}}
    shown = _rounded(table).rename(columns=headers)
    shown["可用（通过与提示）占比（%）"] = (100 * left).map(lambda value: _round(value, 1))
    return shown


def criteria(land: LandLeft) -> pd.DataFrame:
    """Each rule alone, by county."""
    table = land.criteria.assign(
        action=land.criteria["action"].map(SITING),
        status=land.criteria["status"].map(VALUE_STATUS),
        layer_source=land.criteria["layer_source"].fillna("未提供"),
    )
    headers = {
        "county": "县",
        "rule": "规则",
        "name": "名称",
        "layer": "图层",
        "layer_source": "图层来源",
        "action": "结论",
        "hit_km2": "确定涉及（km²）",
        "doubt_km2": "误差内，待复核（km²）",
        "unknown_km2": "无法判断（km²）",
        "text": "规则内容",
        "source": "来源",
        "status": "状态",
    }
    return _rounded(table[list(headers)]).rename(columns=headers)


def summary(land: LandLeft) -> Iterator[str]:
    """One line per county."""
    for row in land.by_county.to_dict("records"):
        parts = [f"{SITING[answer]} {square_km(row[f'{answer}_km2'])}" for answer in ORDER if row[f"{answer}_km2"] > 0]
        yield f"{row['county']}（{square_km(row['area_km2'])}）：{'，'.join(parts)}"
