"""Each assumption alone at its low and at its high value: the plan made anew, and what that changes, ranked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from fengwuwu.optimize.robust.case import Case
from fengwuwu.optimize.robust.uncertainty import QUANTITIES, Figures, Ranges
from fengwuwu.optimize.stability import Decided

SIDES = ("low", "high")
NAMES = {
    "reduction": "年减排量",
    "investment": "总投资",
    "revenue": "年收入",
    "carbon_price": "自愿减排量价格",
    "delay_years": "投产推迟",
}
_PART = ("best_t", "bound_t", "held_t", "shortfall_wan_yuan", "entered", "left")
COLUMNS = ["quantity", "name", "swing_t", *(f"{side}_{part}" for side in SIDES for part in _PART)]
HEADERS = {"name": "假设", "swing_t": "最好方案减排量的变动幅度（tCO2e）"} | {
    f"{side}_{part}": f"取{word}：{label}"
    for side, word in (("low", "低值"), ("high", "高值"))
    for part, label in (
        ("best_t", "最好方案减排量（tCO2e）"),
        ("bound_t", "可信上界（tCO2e）"),
        ("held_t", "本方案减排量（tCO2e）"),
        ("shortfall_wan_yuan", "本方案资金缺口（万元）"),
        ("entered", "换入"),
        ("left", "换出"),
    )
}


def cases(ranges: Ranges) -> list[Figures]:
    """All others as the plan assumes; low and high of each quantity in turn, for all projects alike."""
    found = []
    for quantity in QUANTITIES:
        for side in (ranges.low, ranges.high):
            value = np.floor(side[quantity] + 0.5) if quantity == "delay_years" else side[quantity]
            found.append(ranges.nominal() | {quantity: value})
    return found


def table(found: Sequence[Case], decided: Decided, nominal: Case) -> pd.DataFrame:
    """Columns of `COLUMNS`, the most influential assumption first.

    Parameters
    ----------
    found : sequence of Case
        Of `cases`, in their order.
    decided : dict
        The plan's decisions.
    nominal : Case
        With the figures the plan assumes.
    """
    rows = []
    for k, quantity in enumerate(QUANTITIES):
        row: dict[str, object] = {"quantity": quantity, "name": NAMES[quantity]}
        values = [nominal.best_t]
        for side, case in zip(SIDES, found[2 * k : 2 * k + 2], strict=True):
            values.append(case.best_t)
            row |= {
                f"{side}_best_t": case.best_t,
                f"{side}_bound_t": case.bound_t,
                f"{side}_held_t": case.held_t,
                f"{side}_shortfall_wan_yuan": case.shortfall_wan_yuan,
                f"{side}_entered": "、".join(n for n in case.best if n not in decided),
                f"{side}_left": "、".join(n for n in decided if n not in case.best) if case.best else "",
            }
        row["swing_t"] = float(np.nanmax(values) - np.nanmin(values)) if not np.isnan(values).all() else np.nan
        rows.append(row)
    return pd.DataFrame(rows, columns=COLUMNS).sort_values("swing_t", ascending=False, kind="stable", ignore_index=True)
