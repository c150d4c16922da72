"""Plans nearly as good as the best one that differ from it, and from one another, as much as they can."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from fengwuwu.errors import FengwuwuError, ScenarioError
from fengwuwu.optimize import model, objective, readout, solve, stability, terms
from fengwuwu.optimize.arrays import Arrays, extract
from fengwuwu.optimize.decided_plan import decided_plan
from fengwuwu.optimize.model import TONNES, Expression, Model
from fengwuwu.optimize.plan import Plan
from fengwuwu.optimize.readout import Fund
from fengwuwu.optimize.stability import Decided

_STARTS_GAP = 1e-4
COLUMNS = ["alternative", "emission_reduction_t", "share_of_best", "differs", "differs_at_most", "entered", "left"]
HEADERS = {
    "alternative": "备选方案",
    "emission_reduction_t": "核算期减排量（tCO2e）",
    "share_of_best": "为本方案的比例（0–1）",
    "differs": "与已列方案至少相差（个项目）",
    "differs_at_most": "至多能相差（个项目）",
    "entered": "比原方案增加",
    "left": "比原方案减少",
}


@dataclass(frozen=True)
class Alternatives:
    """Near-optimal plans.

    Attributes
    ----------
    table : DataFrame
        Columns of `HEADERS`. ``differs``: projects funded in one and not in the other, against the closest of the plan
        and the alternatives before; ``differs_at_most``: no plan within the tolerance differs in more (equal when
        proven by the solver).
    plans : tuple of Plan
        Verified, in the order of the table.
    within : float
        What they may lack, relative.
    best : str
        What they are measured by: 最优, or 本方案 where that is not proven to be the best.
    """

    table: pd.DataFrame
    plans: tuple[Plan, ...]
    within: float = 0.01
    best: str = "最优"

    def summary(self) -> str:
        """In Chinese, one line per alternative."""
        lines = [f"与{self.best}相差不超过 {100 * self.within:g}% 的备选方案："]
        for row in self.table.to_dict("records"):
            moves = "；".join(f"{word} {row[key]}" for word, key in (("换入", "entered"), ("换出", "left")) if row[key])
            most = row["differs_at_most"]
            proven = "" if row["differs"] == most else f"（未证明已是最多，至多 {most} 个）"
            lines.append(
                f"  备选 {row['alternative']}：减排 {row['emission_reduction_t']:,.0f} tCO2e"
                f"（为{self.best}的 {100 * row['share_of_best']:.2f}%），"
                f"与已列方案至少相差 {row['differs']} 个项目{proven}；{moves}"
            )
        return "\n".join(lines if len(lines) > 1 else [f"{lines[0]}没有。"])

    def sheet(self) -> pd.DataFrame:
        """The table with Chinese headers."""
        return self.table.rename(columns=HEADERS)


def alternatives(
    plan: Plan, within: float = 0.01, count: int = 3, *, seconds: float = 60.0, say: Callable[[str], None] | None = None
) -> Alternatives:
    """Plans that reach (1 − `within`) of the plan's reductions and differ most in the projects they fund.

    One after another, the smallest Hamming distance to the plan and to the alternatives found is
    maximised; then, for the same projects, the starts that save most are taken.

    Parameters
    ----------
    plan : Plan
        The best plan for the reductions.
    within : float
        What they may lack, relative.
    count : int
        How many at most; fewer when nothing else differs.
    seconds : float
        Time for each.
    say : callable, optional
        Is told in Chinese what is being solved.

    Raises
    ------
    ScenarioError
        The plan has no decisions, or its first objective is not the reductions.
    FengwuwuError
        An alternative does not stand the independent check.
    """
    check_goal(plan)
    best = float(plan.stages["final"].iloc[0])
    words = "最优" if plan.stages["status"].iloc[0] == "proven_optimal" else "本方案"
    numbers = terms.derive(plan.projects, plan.scenario)
    seen = [stability.decided(plan.decisions)]
    plans: list[Plan] = []
    rows = []
    for k in range(1, count + 1):
        if say is not None:
            say(f"求解：第 {k} 个备选方案")
        built = model.build(numbers, plan.stability)
        found = _farthest(built, seen, (1 - within) * best, seconds)
        if found is None:
            break
        decided, most = found
        other = decided_plan(plan, decided, f"与{words}相差不超过 {100 * within:g}% 的备选方案，差别最大者")
        if len(other.verify()):
            raise FengwuwuError("备选方案未通过独立复核，没有采用。", remedy="这是程序的问题，请报告。")
        value = float(other.objective or 0.0)
        rows.append({
            "alternative": k,
            "emission_reduction_t": value,
            "share_of_best": value / best if best else 1.0,
            "differs": min(distance(decided, before) for before in seen),
            "differs_at_most": most,
            "entered": "、".join(n for n in decided if n not in seen[0]),
            "left": "、".join(n for n in seen[0] if n not in decided),
        })
        seen.append(decided)
        plans.append(other)
    return Alternatives(pd.DataFrame(rows, columns=COLUMNS), tuple(plans), within, words)


def check_goal(plan: Plan) -> None:
    """Refuse a plan that is not about reductions first, or has no decisions.

    Raises
    ------
    ScenarioError
    """
    if plan.objective is None:
        raise ScenarioError(plan.message or f"没有方案：{plan.status_text}。", where=plan.scenario.title)
    if plan.scenario.goals[0] != "emission_reduction":
        raise ScenarioError(
            "稳健性、备选方案和基准策略按减排量比较，情景的首要目标却不是减排量。",
            where=plan.scenario.title,
            remedy="把 objective 改为 emission_reduction，或在分级目标中把它排在第一。",
        )


def distance(one: Decided, other: Decided) -> int:
    """Number of projects funded in one and not in the other."""
    return len(one.keys() ^ other.keys())


def _farthest(built: Model, seen: list[Decided], least: float, seconds: float) -> tuple[Decided, int] | None:
    """The decisions farthest from all seen, and how far any could be; None when nothing differs."""
    ids = built.terms.ids
    # A ten-millionth of grace keeps the plan itself within its own value.
    built.row("nearly_best", built.emission(), ">=", (least - 1e-7 * abs(least)) / TONNES)
    gap = built.problem.add_variable("distance", 0, len(ids))
    for k, before in enumerate(seen):
        row: Expression = {gap: 1.0}
        for p, name in enumerate(ids):
            for s in built.terms.starts[p]:
                row[built.start[p, s]] = 1.0 if name in before else -1.0
        built.row(f"distance_{k}", row, "<=", float(sum(name in before for name in ids)))
    plain = extract(built.problem)
    arrays = plain.objective({gap: 1.0})
    hint = readout.completed(built, plain, seen[0])
    found = solve.run_highs(arrays, gap=0.0, absolute_gap=0.99, time_limit=seconds, hint=hint)
    if found.values is None or not arrays.satisfied(found.values):
        return None
    top = len(ids) if found.bound is None else int(np.floor(found.bound + 1e-6))
    chosen = _best_starts(built, plain, found.values, seconds)
    decided = {ids[p]: (float(part), int(s)) for (p, s), part in sorted(chosen.items())}
    return None if min(distance(decided, before) for before in seen) == 0 else (decided, top)


def _best_starts(built: Model, arrays: Arrays, values: np.ndarray, seconds: float) -> Fund:
    """The same projects with the starts (and fractions) that save most."""
    fund = objective.decisions(built, arrays, values)
    projects = {p for p, _ in fund}
    upper, column = arrays.upper.copy(), arrays.column()
    for (p, s), variable in built.start.items():
        if p not in projects:
            upper[column[id(variable)]] = upper[column[id(built.fund[p, s])]] = 0.0
    for p in projects:
        built.row(f"stays_{p}", {built.start[p, s]: 1.0 for s in built.terms.starts[p]}, "=", 1)
    within = replace(extract(built.problem).objective(built.emission()), upper=upper)
    found = solve.run_highs(within, gap=_STARTS_GAP, time_limit=seconds, hint=values)
    if found.values is None or not within.satisfied(found.values):
        return fund
    return objective.decisions(built, within, found.values)
