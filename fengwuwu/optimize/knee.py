"""Where the trade-off curve bends most: the point that is suggested when nobody has said what a point is worth."""

from __future__ import annotations

import pandas as pd

METHOD = "方法：两个目标各自归一化到 0–1，取离两端连线最远的点；仅供讨论，取舍由三县商定。"


def suggest(table: pd.DataFrame) -> tuple[int | None, str]:
    """The point farthest from the straight line between the two ends, both objectives scaled to 0–1.

    Parameters
    ----------
    table : DataFrame
        `Frontier.table`, by ascending share.

    Returns
    -------
    int or None
        ``point`` of the knee; None with fewer than three points, with none that is proven, or when no point lies
        beyond the line.
    str
        Chinese: why.
    """
    known = table[table["emission_reduction_t"].notna()].reset_index(drop=True)
    if len(known) < 3:
        return None, "曲线不足三个点，不作建议。"
    if not (known["status"] == "proven_optimal").any():
        return None, "曲线上没有一个点得到证明，不作建议；可延长 time_limit 再求。"
    first, last = known.iloc[0], known.iloc[-1]
    wide = last["climate_share"] - first["climate_share"]
    deep = first["emission_reduction_t"] - last["emission_reduction_t"]
    if wide <= 0 or deep <= 0:
        return None, "两端没有取舍，不作建议。"
    across = (known["climate_share"] - first["climate_share"]) / wide
    up = (known["emission_reduction_t"] - last["emission_reduction_t"]) / deep
    distance = (across + up - 1) / 2**0.5
    k = int(distance.to_numpy().argmax())
    if not distance[k] > 1e-9:
        return None, "各点都不在两端连线之外，没有拐点，不作建议。"
    at = known.iloc[k]
    gained, lost = (
        at["climate_share"] - first["climate_share"],
        first["emission_reduction_t"] - at["emission_reduction_t"],
    )
    before, after = _slope(first, at), _slope(at, last)
    unproven = int((known["status"] != "proven_optimal").sum())
    tail = f"曲线上有 {unproven} 个点未证明最优，建议随之可能变化。" if unproven else ""
    return int(at["point"]), (
        f"建议第 {at['point']} 点：与减排量最大的一端相比，比重提高 {100 * gained:.3f} 个百分点，"
        f"少减排 {lost:,.0f} tCO2e（{100 * lost / first['emission_reduction_t']:.2f}%）；"
        f"到此为止比重每提高 0.1 个百分点平均放弃 {before:,.0f} tCO2e，此后平均放弃 {after:,.0f} tCO2e。{METHOD}{tail}"
    )


def _slope(one: pd.Series, other: pd.Series) -> float:
    """Tonnes given up for a tenth of a percentage point."""
    return float(
        (one["emission_reduction_t"] - other["emission_reduction_t"])
        / (1000 * (other["climate_share"] - one["climate_share"]))
    )
