"""The exact trade-off curve between emission reductions and the climate share of fixed-asset investment."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

from fengwuwu.errors import InputError, ScenarioError
from fengwuwu.optimize import clock, knee, stability
from fengwuwu.optimize.allocate import solve_prepared
from fengwuwu.optimize.plan import Plan
from fengwuwu.optimize.proof import STATUS_LABELS
from fengwuwu.optimize.scenario import Scenario
from fengwuwu.optimize.structure import Shared
from fengwuwu.optimize.table import prepare
from fengwuwu.optimize.trade_off import COLUMNS, Frontier, typed
from fengwuwu.region import REGION

FLOOR = "frontier_share_floor"
_SAME = 1e-9  # two shares closer than this are one
_STEP = 1e-8  # to the next point of the complete front
_UNCOUNTED = 10  # points for which time is reckoned when nobody knows how many there are

Say = Callable[[str], None]


def frontier(
    projects: pd.DataFrame,
    scenario: Scenario,
    points: int | None = 21,
    *,
    seconds: float | None = None,
    known: Plan | None = None,
    say: Say | None = None,
) -> Frontier:
    """The front of emission reductions against the climate share of fixed-asset investment.

    The ends come from lexicographic runs. In between, for evenly spaced floors on the share, reductions are maximised
    and then, among the plans that save as much, the share (so every point is efficient, not just weakly so). Floors
    that an earlier point already exceeds are passed over.

    Parameters
    ----------
    projects : DataFrame
        As for `allocate`.
    scenario : Scenario
        Its objective is not used; its gap is for every run.
    points : int or None
        Number of floors, ends included, at least 2. None: every efficient point, one after another.
    seconds : float, optional
        Time for the whole front; by default the time limit of the scenario for each point.
    known : Plan, optional
        A plan of the same projects and scenario: every run may start from it, and where it was made for reductions
        first and the share next, it is the first end of the front and not looked for again.
    say : callable, optional
        Is told in Chinese what has been done.

    Returns
    -------
    Frontier

    Raises
    ------
    ScenarioError
        The share cannot be computed, or no plan satisfies the scenario.
    InputError
        The table cannot be used, or `points` is below 2.
    """
    if points is not None and points < 2:
        raise InputError("取舍曲线至少要 2 个点。", remedy="例如 21。")
    if not scenario.share_known:
        raise ScenarioError(
            "没有库外固定资产投资，算不出气候友好投资占固定资产投资的比重。",
            where=scenario.title,
            remedy="在情景的 base_investment 中给出三县全部年份；可标为假设。",
        )
    return _Walk(projects, scenario, points, seconds, known, say or (lambda _: None)).run()


class _Walk:
    """One walk along the front, from the most reductions to the highest share."""

    def __init__(
        self,
        projects: pd.DataFrame,
        scenario: Scenario,
        points: int | None,
        seconds: float | None,
        known: Plan | None,
        say: Say,
    ) -> None:
        self.scenario, self.points, self.say = scenario, points, say
        left = scenario.time_limit * (points or _UNCOUNTED) if seconds is None else seconds
        self.deadline = clock.now() + left
        self.prepared = prepare(projects, scenario)
        self.shared = Shared()
        self.known = known if known is not None and known.objective is not None else None
        self.found: list[Plan] = [self.known] if self.known is not None else []
        self.solves = self.bypassed = 0
        self.notes: list[str] = []

    def run(self) -> Frontier:
        left = self.points or _UNCOUNTED
        order = ["emission_reduction", "climate_share"]
        most = self.known if self.known is not None and _is_end(self.known) else self.solve(order, None, left)
        highest = self.solve(order[::-1], None, left - 1)
        found: list[tuple[float | None, Plan]] = [(None, most)]
        if most.objective is not None and highest.objective is not None:
            low, high = share(most), share(highest)
            if high > low + _SAME:
                found += self.between(low, high)
                found.append((None, highest))
            else:
                self.notes.append("两个目标不冲突：减排量最大的方案，比重也最高。")
        return self.result(found)

    def solve(self, order: list[str], floor: float | None, runs_left: int) -> Plan:
        """One lexicographic run with its part of the time that is left."""
        seconds = max((self.deadline - clock.now()) / max(runs_left, 1), 0.05)
        limits: dict[str, Any] = self.scenario.model_dump()["limits"]
        if floor is not None:
            limits[FLOOR] = {
                "label": "气候友好投资占固定资产投资比重（取舍曲线）",
                "sense": "floor",
                "measure": "climate_share",
                "value": floor,
                "status": "assumption",
                "source": "取舍曲线的一点",
            }
        changes = {"objective": "lexicographic", "order": order, "tolerance": 0.0, "time_limit": seconds}
        scenario = self.scenario.changed(limits=limits, **changes)
        plan = solve_prepared(self.prepared, scenario, time.perf_counter(), known=self.start(floor), shared=self.shared)
        # The share of the time that was left is a clock time: it has no place in a file that can be compared.
        plan = plan.replace(scenario=scenario.changed(time_limit=self.scenario.time_limit))
        self.solves += 1
        if plan.objective is not None:
            self.found.append(plan)
        if plan.status in ("infeasible", "unbounded", "error") and floor is None:
            raise ScenarioError(plan.message or plan.proof, where=self.scenario.title)
        what = "没有得到方案"
        if plan.objective is not None:
            what = f"减排 {reductions(plan):,.0f} tCO2e，比重 {100 * share(plan):.3f}%，{STATUS_LABELS[plan.status]}"
        self.say(f"第 {self.solves} 次求解：{what}")
        return plan

    def start(self, floor: float | None) -> stability.Decided | None:
        """Decisions to start from: of the plans that reach the floor, the one that saves most."""
        fit = [plan for plan in self.found if floor is None or share(plan) >= floor]
        return stability.decided(max(fit, key=reductions).decisions) if fit else None

    def repeats(self, plan: Plan) -> bool:
        """Whether the time sufficed for nothing but a plan that was known: that says nothing about higher floors."""
        if plan.objective is None or plan.status == "proven_optimal":
            return False
        have = stability.decided(plan.decisions)
        return any(stability.decided(other.decisions) == have for other in self.found if other is not plan)

    def between(self, low: float, high: float) -> Iterator[tuple[float, Plan]]:
        """The inner points, by ascending share."""
        if self.points is None:
            yield from self.every(low, high)
            return
        reached = low
        for k in range(1, self.points - 1):
            floor = low + (high - low) * k / (self.points - 1)
            if floor <= reached + _SAME:
                self.bypassed += 1
                continue
            plan = self.solve(["emission_reduction", "climate_share"], floor, self.points - 1 - k)
            if self.repeats(plan):
                self.notes.append("有的点在时限内没有找到别的方案，已略去，可延长 time_limit。")
                reached = floor
                continue
            if plan.objective is not None:
                reached = max(reached, share(plan))
            if reached < high - _SAME or plan.objective is None:
                yield floor, plan

    def every(self, low: float, high: float) -> Iterator[tuple[float, Plan]]:
        """All of them: each floor lies just beyond the share reached."""
        reached, step = low, _STEP
        while reached + step < high - _SAME:
            if clock.now() > self.deadline:
                self.notes.append("到达时限，曲线未走完：最后两点之间可能还有有效点。")
                return
            plan = self.solve(["emission_reduction", "climate_share"], reached + step, _UNCOUNTED // 2)
            if plan.objective is None:
                self.notes.append(f"比重高于 {100 * reached:.6g}% 的一段没有走完。")
                return
            if share(plan) <= reached + _SAME:  # the solver's tolerance; look a little farther on
                step *= 2
                continue
            floor, reached, step = reached + step, share(plan), _STEP
            if reached < high - _SAME:
                yield floor, plan

    def result(self, found: list[tuple[float | None, Plan]]) -> Frontier:
        kept: list[tuple[float, dict[str, Any], Plan | None]] = []
        for floor, plan in found:
            if plan.objective is None:
                if floor is None:
                    self.notes.append("曲线的一端在时限内没有得到方案，可延长 time_limit。")
                else:
                    kept.append((floor, _row(floor, plan), None))
                    self.notes.append("有的点在时限内没有得到方案，可延长 time_limit。")
            elif any(_dominates(other, plan) for _, other in found):
                self.notes.append("有一点在时限内只得到被其他点胜过的方案，已略去。")
            else:
                kept.append((share(plan), _row(floor, plan), plan))
        kept.sort(key=lambda item: item[0])
        table = pd.DataFrame([row for _, row, _ in kept], columns=COLUMNS)
        table["point"] = range(1, len(table) + 1)
        place, reason = knee.suggest(table)
        table["knee"] = table["point"] == (place or 0)
        return Frontier(
            typed(table),
            tuple(plan for _, _, plan in kept),
            place,
            reason,
            self.solves,
            self.bypassed,
            tuple(dict.fromkeys(self.notes)),
        )


def _is_end(plan: Plan) -> bool:
    """Whether a plan was made as the end with the most reductions is."""
    goals = ("emission_reduction", "climate_share")
    free = plan.stability is None and plan.scenario.tolerance == 0.0
    return free and tuple(plan.scenario.goals) == goals and plan.status == "proven_optimal"


def share(plan: Plan) -> float:
    """Climate share of fixed-asset investment, region and all budget years, 0–1."""
    return _final(plan, "climate_share", "final")


def reductions(plan: Plan) -> float:
    """Reductions within the accounting window, tCO2e."""
    return _final(plan, "emission_reduction", "final")


def _final(plan: Plan, goal: str, column: str) -> float:
    stages = dict(plan.stages[["objective", column]].itertuples(index=False, name=None))
    if not math.isnan(stages.get(goal, math.nan)) or column != "final":
        return float(stages.get(goal, math.nan))
    # The time did not suffice for this objective: read it from the indicators.
    return float(_totals(plan)[{"climate_share": "climate_share", "emission_reduction": "emission_reduction_t"}[goal]])


def _totals(plan: Plan) -> dict[str, float]:
    """Indicators of the region over all years."""
    table = plan.indicators[plan.indicators["year"].isna() & (plan.indicators["scope"] == REGION.name)]
    return dict(table[["indicator", "value"]].itertuples(index=False, name=None))


def _dominates(one: Plan, other: Plan) -> bool:
    """At least as good in both and better in one, beyond the tolerances of the solver."""
    if one is other or one.objective is None:
        return False
    more, higher = reductions(one) - reductions(other), share(one) - share(other)
    unit = 2e-6 * max(abs(reductions(other)), 1.0)
    return more >= -unit and higher >= -_SAME and (more > unit or higher > 10 * _SAME)


def _row(floor: float | None, plan: Plan) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(COLUMNS) | {"share_floor": floor, "status": plan.status, "proof": plan.proof}
    if plan.objective is None:
        return row
    figures = _totals(plan)
    gaps = plan.stages["gap"]
    return row | {
        "emission_reduction_t": reductions(plan),
        "climate_share": share(plan),
        "gap": math.nan if gaps.isna().any() else float(gaps.max()),
        "emission_bound_t": _final(plan, "emission_reduction", "bound"),
        "climate_share_bound": _final(plan, "climate_share", "bound"),
        "funded_count": int(plan.decisions["funded"].sum()),
        "investment_wan_yuan": float(figures["investment_wan_yuan"]),
        "financing_wan_yuan": float(figures["financing_wan_yuan"]),
    }
