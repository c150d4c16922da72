"""The grid factor that a form says its claimed reduction rests on: is it the latest of its area, or known at all?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from fengwuwu import reference
from fengwuwu.projects.tabular import numbers, texts

_SAME = 5e-5
_MARGINS = {"operating_margin": "OM", "build_margin": "BM"}


def doubts(projects: pd.DataFrame) -> np.ndarray:
    """What is doubtful about each stated factor, in Chinese; None where none is stated or nothing is doubtful."""
    pairs = pd.DataFrame({
        "value": numbers(projects, "claimed_factor"),
        "area": texts(projects, "claimed_factor_area").fillna("").to_numpy(dtype=object),
    })
    known = pairs.dropna(subset=["value"])
    pair = known.groupby(["value", "area"], sort=False).ngroup()
    distinct = known.drop_duplicates()
    said = np.full(len(pairs), None, dtype=object)
    said[known.index] = np.array([_doubt(*stated) for stated in distinct.itertuples(index=False)], dtype=object)[pair]
    return said


def _doubt(value: float, area: str) -> str | None:
    table = reference.table("factors")
    rows = table[table["area"] == area] if area else table
    where = f"{area} " if area else ""
    equal = rows[(rows["value"] - value).abs() < _SAME]
    if equal.empty:
        margins = [reference.factor(f"combined_margin_{mix}", "华中").value for mix in ("intermittent", "firm")]
        if area in {"", "华中"} and min(abs(value - margin) for margin in margins) <= 2 * _SAME:
            return None
        if wrong := reference.wrong_factor(value, area):
            return f"申报 {wrong.message.rstrip('。')}"
        return f"申报 {where}{value:g}，因子表中没有这个值，请写明文号"
    row = equal.sort_values("year").iloc[-1]
    if row["kind"] in _MARGINS:
        margin = _MARGINS[str(row["kind"])]
        return f"申报 {value:g} 是{row['area']} {row['year']:.0f} 年的 {margin}，单独的边际因子不能作基准线"
    latest = table[(table["kind"] == row["kind"]) & (table["area"] == row["area"])].sort_values("year").iloc[-1]
    if latest["year"] > row["year"]:
        newest = f"{latest['year']:.0f} 年 {latest['value']:g}（{latest['document']}）"
        return f"申报 {value:g} 是{row['area']} {row['year']:.0f} 年的值，最新为 {newest}"
    return None
