"""How much cheaper, how much better paid, or with how much more money of the sources a project would be taken in.

Each is one mixed-integer programme: the project is in, the objective is better than the plan's bound, and the change is
as small as possible; for the figure that is told the money of the plan found is arranged again by the ordinary way.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pulp

from fengwuwu.optimize import cells, model, objective, proof, terms, types
from fengwuwu.optimize.arrays import extract
from fengwuwu.optimize.model import MONEY, TONNES, Expression, Model
from fengwuwu.optimize.plan import Plan
from fengwuwu.optimize.reasons import worth
from fengwuwu.optimize.reasons.turning import Turning, decided_in
from fengwuwu.optimize.reasons.what_if import MARGIN, SECONDS, changed, enough, facts
from fengwuwu.optimize.stability import Decided

Change = Callable[[Model, int, int], Expression]
_TOKEN = 0.01  # 万元 a year: a revenue from which a project may borrow at all


def cost(plan: Plan, name: str) -> Turning | None:
    """The investment (万元) at which a project comes in; own capital as it is, so the need falls by as much.

    Returns
    -------
    Turning or None
        None when no saving is enough, or no answer was found in time.
    """
    row = facts(plan, name)
    now, need = float(row["investment_wan_yuan"]), float(row["financing_need_wan_yuan"])
    found = _least(plan, plan.projects, name, _cheaper)
    if found is None:
        return None
    saved = min(max(math.ceil(found.enough - 1e-4), 1), need)
    change = {"locked": "in", "investment_wan_yuan": now - saved, "financing_need_wan_yuan": need - saved}
    proven = found.proven and enough(plan, {name: change}, found.decided)
    return Turning(now, now - saved, now - math.floor(found.short), proven)


def revenue(plan: Plan, name: str) -> Turning | None:
    """The yearly revenue (万元) at which a project comes in; unknown revenue counts as none.

    Returns
    -------
    Turning or None
        None when no revenue is enough, none is checked, or no answer was found in time.
    """
    row, scenario = facts(plan, name), plan.scenario
    known = row["annual_revenue_wan_yuan"]
    if known is None and scenario.missing_revenue == "unchecked":
        return None
    now = 0.0 if known is None else float(known)
    start = max(now, _TOKEN)
    found = _least(plan, changed(plan, {name: {"annual_revenue_wan_yuan": start}}), name, _better_paid)
    if found is None:
        return None
    least = float(max(math.ceil(start + found.enough - 1e-4), math.floor(now) + 1))
    change = {"locked": "in", "annual_revenue_wan_yuan": least}
    proven = found.proven and enough(plan, {name: change}, found.decided)
    return Turning(now, least, float(math.floor(start + found.short)), proven)


def budgets(plan: Plan, name: str) -> tuple[dict[str, float], bool] | None:
    """The least additional money of the sources, 万元 by instrument, with which a project fits in at no loss.

    Each source grows by the shares of its years and counties. With more money another plan without the project may be
    better still, so this says what is possible, not what is best. The second value says whether it is proven.
    """
    scenario = plan.scenario
    keys = [key for key, inst in scenario.instruments.items() if not inst.unlimited]

    def more(built: Model, _: int, __: int) -> Expression:
        rows = _rows(built)
        before = extract(built.problem)
        upper = dict(zip(before.names, before.row_upper.tolist(), strict=True))
        spent: Expression = {}
        for k, key in enumerate(keys):
            richer = terms.derive(built.terms.projects, worth.with_more(scenario, key, MONEY))
            other = extract(model.build(richer, plan.stability, built.types).problem)
            wider = {
                row: upper[row] - new
                for row, new in zip(other.names, other.row_upper.tolist(), strict=True)
                if row in upper and np.isfinite(new) and abs(new - upper[row]) > 1e-9
            }
            if not wider:  # a source that no project draws on has no row
                continue
            variable = built.problem.add_variable(f"m_{k}", 0)
            spent[variable] = 1.0
            for row, by in wider.items():
                rows[row].expr[variable] = by
        return spent

    found = _least(plan, plan.projects, name, more)
    if found is None:
        return None
    made = found.amounts
    amounts = {key: made[f"m_{k}"] for k, key in enumerate(keys) if made.get(f"m_{k}", 0.0) > 1e-4}
    amounts = {key: float(math.ceil(amount * MONEY - 1e-4)) for key, amount in amounts.items()}
    richer = scenario
    for key, amount in amounts.items():
        richer = worth.with_more(richer, key, amount)
    return amounts, found.proven and enough(plan, {name: {"locked": "in"}}, found.decided, richer)


@dataclass(frozen=True)
class _Least:
    """The smallest change.

    Attributes
    ----------
    enough, short : float
        An amount (万元) that is enough, and one that is too little.
    proven : bool
        Whether two solvers agree.
    decided : dict of str to (float, int)
        The decisions for which it is enough.
    amounts : dict of str to float
        百万元 by variable of the change.
    """

    enough: float
    short: float
    proven: bool
    decided: Decided
    amounts: dict[str, float]


def _least(plan: Plan, projects: pd.DataFrame, name: str, change: Change) -> _Least | None:
    """The smallest change with which the project is in and the objective better than the plan's bound."""
    if plan.bound is None:
        return None
    projects = projects.copy()
    projects.loc[projects["project_id"] == name, "locked"] = "in"
    numbers = terms.derive(projects, plan.scenario)
    at = numbers.ids.index(name)
    if numbers.need[at] <= 0:
        return None
    groups = [[p for p in members if p != at] for members in types.group(numbers)]
    groups = [members for members in groups if members] + [[at]]
    built = model.build(numbers, plan.stability, groups)
    goal = plan.scenario.goals[0]
    objective.hold(built, goal, plan.bound / (TONNES if goal == "emission_reduction" else 1.0), -MARGIN, 99)
    amount = change(built, at, len(groups) - 1)
    if not amount:
        return None
    arrays = extract(built.problem)
    verdict = proof.maximise(
        built.problem,
        arrays.objective({variable: -value for variable, value in amount.items()}),
        solver=plan.scenario.solver,
        absolute=1e-4,
        deadline=time.perf_counter() + min(plan.scenario.time_limit, SECONDS),
    )
    if verdict.value is None or verdict.bound is None or verdict.values is None:
        return None
    place = arrays.column()
    return _Least(
        -verdict.value * MONEY,
        max(-verdict.bound * MONEY, 0.0),
        verdict.status == "proven_optimal",
        decided_in(built, verdict.values),
        {variable.name: float(verdict.values[place[id(variable)]]) for variable in amount},
    )


def _rows(built: Model) -> dict[str, pulp.LpConstraint]:
    return {row.name: row for row in built.problem.constraints()}


def _cheaper(built: Model, at: int, g: int) -> Expression:
    """A variable of what is saved, for each start; every row in which the investment or the need stands follows."""
    numbers, rows, saved = built.terms, _rows(built), {}
    insts = list(numbers.scenario.instruments.items())
    need, whole = numbers.need[at] / MONEY, numbers.investment[at] / MONEY
    own_shares = cells.pairs(numbers.projects.iloc[at]["instrument_share_max"])
    ratio = float(numbers.projects.iloc[at]["capital_ratio_min"])
    for s in numbers.starts[at]:
        fund = built.fund[at, s]
        less = built.problem.add_variable(f"d_{s}", 0)
        saved[less] = 1.0
        built.row(f"saved_{s}", {less: 1.0, fund: -need}, "<=", 0)
        rows[f"need_{g}_{s}"].expr[less] = 1.0
        if f"capital_{g}_{s}" in rows:
            rows[f"capital_{g}_{s}"].expr[less] = ratio
        for m, (key, inst) in enumerate(insts):
            if f"share_{g}_{m}_{s}" in rows:
                part = min(inst.share_max, own_shares.get(key, 1.0))
                money = built.money[g, m, s]
                built.row(f"cheaper_{m}_{s}", {money: 1.0, fund: -part * whole, less: part}, "<=", 0)
        for k, limit in enumerate(numbers.scenario.limits.values()):
            base = {"financing": need, "investment": whole, "climate_share": whole}.get(limit.measure)
            _follow(rows.get(f"limit_{k}"), fund, less, base)
        if numbers.scenario.goals[0] == "climate_share":
            _follow(rows["hold_99"], fund, less, whole)
    return saved


def _follow(row: pulp.LpConstraint | None, fund: pulp.LpVariable, less: pulp.LpVariable, base: float | None) -> None:
    """A row in which a decision stands with a multiple of `base`: what is saved counts against it."""
    if row is not None and base and row.expr.get(fund, 0.0):
        row.expr[less] = -row.expr[fund] / base


def _better_paid(built: Model, at: int, g: int) -> Expression:
    """A variable of additional yearly revenue, for each start, in the rows that look at the revenue."""
    numbers, rows, added = built.terms, _rows(built), {}
    rules = {"dscr": numbers.scenario.dscr}
    for m, inst in enumerate(numbers.scenario.instruments.values()):
        rules[f"cover{m}"] = inst.cover_ratio
    for s in numbers.starts[at]:
        more = built.problem.add_variable(f"r_{s}", 0)
        seen = False
        for kind, ratio in rules.items():
            if ratio and f"{kind}_{g}_{s}" in rows:
                rows[f"{kind}_{g}_{s}"].expr[more] = -1.0 / ratio
                seen = True
        if seen:
            added[more] = 1.0
            built.row(f"paid_{s}", {more: 1.0, built.fund[at, s]: -numbers.investment[at] / MONEY}, "<=", 0)
    return added
