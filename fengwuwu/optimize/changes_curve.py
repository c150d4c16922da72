"""How much every further change against an earlier plan gains: the curve to choose Δ by, with a suggestion."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from fengwuwu.optimize import stability
from fengwuwu.optimize.allocate import solve_prepared
from fengwuwu.optimize.plan import Plan
from fengwuwu.optimize.proof import STATUS_LABELS
from fengwuwu.optimize.revise import check, gone
from fengwuwu.optimize.scenario import Scenario
from fengwuwu.optimize.stability import Stability
from fengwuwu.optimize.table import prepare

COLUMNS = ["max_changes", "changes", "objective", "bound", "status", "gain", "gain_share"]
HEADERS = {
    "max_changes": "允许变动数（处）",
    "changes": "实际变动数（处）",
    "objective": "目标值",
    "bound": "可信上界",
    "status": "状态",
    "gain": "比最少变动时多",
    "gain_share": "占全部增益",
}
_SAME = 1e-6


@dataclass(frozen=True)
class ChangesCurve:
    """Allowed changes → gain.

    Attributes
    ----------
    points : DataFrame
        max_changes, changes (used), objective and bound (tCO2e, or a ratio 0–1), status, gain (against the first point
        that has a plan, same unit) and gain_share (of the gain of the last point; missing when there is none).
    goal : str
        ``emission_reduction`` or ``climate_share``: the first objective of the scenario.
    suggested : int or None
        The suggested Δ.
    reason : str
        Chinese: why that one.
    complete : bool
        Whether the last point reaches what any number of changes could.
    """

    points: pd.DataFrame
    goal: str
    suggested: int | None
    reason: str
    complete: bool

    def summary(self) -> str:
        """In Chinese, one line per point."""
        lines = []
        for row in self.points.to_dict("records"):
            if pd.isna(row["objective"]):
                lines.append(f"  允许 {row['max_changes']} 处变动：{STATUS_LABELS[row['status']]}")
                continue
            share = "" if pd.isna(row["gain_share"]) else f"，得到全部增益的 {100 * row['gain_share']:.0f}%"
            lines.append(
                f"  允许 {row['max_changes']} 处变动：{amount(self.goal, row['objective'])}"
                f"（{STATUS_LABELS[row['status']]}）{share}"
            )
        return "\n".join(["变动曲线：", *lines, self.reason])

    def table(self) -> pd.DataFrame:
        """With Chinese headers and labels, for a workbook."""
        unit = "tCO2e" if self.goal == "emission_reduction" else "比例"
        shown = self.points.assign(status=self.points["status"].map(STATUS_LABELS))
        units = {k: f"{HEADERS[k]}（{unit}）" for k in ("objective", "bound", "gain")}
        return shown.rename(columns=HEADERS | units)


def amount(goal: str, value: float) -> str:
    """A value of an objective with its unit."""
    return f"{value:,.0f} tCO2e" if goal == "emission_reduction" else f"{100 * value:.3f}%"


def changes_curve(
    plan: Plan,
    projects: pd.DataFrame,
    scenario: Scenario | None = None,
    *,
    count_moves: bool = False,
    points: int = 9,
    progress: Callable[[int, int], None] | None = None,
) -> ChangesCurve:
    """The best first objective with at most 0, 1, 2, … changes, up to where more changes gain nothing.

    Each point is solved from the one before, within the scenario's time limit and gap. When the free optimum needs
    more than `points` changes, the larger numbers are spread out.

    Parameters
    ----------
    plan, projects, scenario, count_moves
        As for `revise`.
    points : int
        Most points besides the free optimum.
    progress : callable, optional
        Called with points done and points planned.
    """
    scenario = plan.scenario if scenario is None else scenario
    check(plan, None, None, scenario)
    goal = scenario.goals[0]
    scenario = scenario.model_copy(update={"objective": goal})
    prepared = prepare(projects, scenario)
    gone(plan, prepared)
    known = stability.decided(plan.decisions)
    free = solve_prepared(prepared, scenario, time.perf_counter(), Stability(known, None, None, count_moves), known)
    rows: list[dict[str, Any]] = []
    if free.objective is None:
        return ChangesCurve(_table(rows), goal, None, f"没有可行的方案：{free.message}", False)
    most = len(free.stability.changes(free.decisions)) if free.stability else 0
    allowed = _spread(most, points)
    last = known
    complete = False
    for k, limit in enumerate(allowed):
        if progress is not None:
            progress(k, len(allowed))
        rule = Stability(known, limit, None, count_moves)
        # At as many changes as the free optimum used, that optimum is the answer.
        made = free if limit == most else solve_prepared(prepared, scenario, time.perf_counter(), rule, last)
        if made.objective is not None:
            last = stability.decided(made.decisions)
        rows.append({
            "max_changes": limit,
            "changes": None if made.objective is None else len(rule.changes(made.decisions)),
            "objective": made.objective,
            "bound": made.bound,
            "status": made.status,
        })
        complete = made.objective is not None and made.objective >= free.objective - _SAME * abs(free.objective)
        if complete:
            break
    if progress is not None:
        progress(len(allowed), len(allowed))
    table = _table(rows)
    suggested, reason = _suggest(table, goal)
    return ChangesCurve(table, goal, suggested, reason, complete)


def _spread(most: int, points: int) -> list[int]:
    """0, 1, 2, … `most`; when these are too many, ever larger steps."""
    if most + 1 <= points:
        return list(range(most + 1))
    ratio = (most + 1) ** (1 / max(points - 1, 1))
    found = {0, most} | {min(most, max(k, round(ratio**k) - 1)) for k in range(1, points)}
    return sorted(found)


def _table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=COLUMNS)
    table = table.astype({"max_changes": "int64", "changes": "Int64", "objective": float, "bound": float})
    solved = table["objective"].dropna()
    first = solved.iloc[0] if len(solved) else float("nan")
    table["gain"] = table["objective"] - first
    whole = solved.iloc[-1] - first if len(solved) else 0.0
    table["gain_share"] = table["gain"] / whole if whole > _SAME * abs(first) else float("nan")
    return table


def _suggest(table: pd.DataFrame, goal: str) -> tuple[int | None, str]:
    """The point farthest above the straight line from first to last: from there on a change gains less than average."""
    solved = table[table["objective"].notna()]
    if solved.empty:
        return None, "这些变动数之内没有可行的方案，请放宽。"
    first, last = solved.iloc[0], solved.iloc[-1]
    lowest = int(first["max_changes"])
    if solved["gain_share"].isna().all():
        return lowest, f"建议 Δ={lowest}：再多的变动也没有增益。"
    span = float(last["max_changes"] - first["max_changes"])
    height = solved["gain_share"] - (solved["max_changes"] - lowest) / span
    place = int(height.to_numpy().argmax()) if height.max() > 0.02 else -1
    chosen = int(solved["max_changes"].iloc[place])
    at = solved[solved["max_changes"] == chosen].iloc[0]
    rest = float(last["objective"] - at["objective"])
    further = int(last["max_changes"]) - chosen
    text = f"建议 Δ={chosen}：得到全部增益的 {100 * at['gain_share']:.0f}%（{amount(goal, at['objective'])}）"
    if not further:
        return chosen, f"{text}；增益随变动数大致均匀增加，没有明显的拐点，如何取舍由各方商定。"
    each = f"平均每处 {amount(goal, rest / further)}，低于此前的平均增益"
    return chosen, f"{text}；再多 {further} 处变动共多 {amount(goal, rest)}，{each}。"
