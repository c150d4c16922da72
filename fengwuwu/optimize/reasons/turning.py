"""The smallest change that turns the decision on a project: its yearly reduction, or money from outside the plan.

Both are found by solving, and the figure that is told is solved again: at it the decision is the other one, at the
next one it is not.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from fengwuwu.optimize import model, objective, proof, terms
from fengwuwu.optimize.arrays import extract
from fengwuwu.optimize.model import MONEY, TONNES
from fengwuwu.optimize.plan import Plan
from fengwuwu.optimize.reasons.what_if import SECONDS, facts, proven_below, what_if

_EXTRA = "money_from_outside"
_ROUNDS = 8
MARGIN = 3e-6  # relative: clearly better, not within the tolerance of the solver


@dataclass(frozen=True)
class Turning:
    """Where a decision turns.

    Attributes
    ----------
    now : float
        The figure as it is: t a year, or 万元 (0 for money).
    turns, holds : float
        Where the decision is the other one, and the nearest figure before where it is not (rounded, same unit).
    proven : bool
        Whether both were confirmed by solving again.
    """

    now: float
    turns: float
    holds: float
    proven: bool


def reduction(plan: Plan, name: str, without: Plan) -> Turning | None:
    """The yearly reduction at which a project comes in or drops out.

    With the project in, the best plan is a maximum of straight lines in its yearly reduction, so steps along the line
    found last (Newton) reach the turning point exactly. Not for plans on the share of investment.

    Parameters
    ----------
    without : Plan
        The best plan that leaves the project out.

    Returns
    -------
    Turning or None
        None when its reduction does not decide, or no answer was found in time.
    """
    row = facts(plan, name)
    now = float(row["emission_reduction_t_per_year"] or math.nan)
    if plan.scenario.goals[0] != "emission_reduction" or without.objective is None or not row["reduction_ranked"]:
        return None
    if not now > 0:  # unknown, or none to scale
        return None

    def inside(rate: float) -> Plan:
        return what_if(plan, {name: {"locked": "in", "emission_reduction_t_per_year": rate}})

    rate = now
    for _ in range(_ROUNDS):
        best = inside(rate)
        if best.objective is None:
            return None
        decided = best.decisions.loc[best.decisions["project_id"] == name, "window_reduction_t"]
        slope = float(decided.iloc[0]) / rate
        if slope <= 0:
            return None
        last, rate = rate, (without.objective - (best.objective - slope * rate)) / slope
        if rate <= 1e-6 * now:
            return None
        if abs(rate - last) <= 1e-6 * now:
            break
    more, less = _rounded(rate * (1 + 1e-4), math.ceil), _rounded(rate * (1 - 1e-4), math.floor)
    # in at `more`, out at `less`
    proven = proven_below(without, inside(more)) and proven_below(inside(less), without)
    return Turning(now, more, less, proven) if rate > now else Turning(now, less, more, proven)


def money(plan: Plan, name: str) -> Turning | None:
    """The least money from outside the plan (a grant, or capital secured) that lets a project in at no loss, 万元.

    One mixed-integer programme: the project is in, the objective is better than the plan's bound, and what the project
    gets from an additional source of capital that only it may use is as little as possible.

    Returns
    -------
    Turning or None
        None when no amount is enough, or no answer was found in time.
    """
    if plan.bound is None:
        return None
    scenario = plan.scenario
    extra = {"label": "计划外资本金", "kind": "capital", "unlimited": True}
    wide = scenario.changed(instruments=scenario.model_dump()["instruments"] | {_EXTRA: extra})
    projects = plan.projects.copy()
    projects.loc[projects["project_id"] == name, "locked"] = "in"
    numbers = terms.derive(projects, wide)
    at = numbers.ids.index(name)
    numbers.most[:, -1] = 0.0  # the additional source is the last one, and for this project only
    numbers.most[at, -1] = numbers.need[at]
    built = model.build(numbers, plan.stability)
    goal = scenario.goals[0]
    unit = TONNES if goal == "emission_reduction" else 1.0
    objective.hold(built, goal, plan.bound / unit, -MARGIN, 99)
    source = len(numbers.instruments) - 1
    amount = {variable: -1.0 for (_, m, _), variable in built.money.items() if m == source}
    if not amount:
        return None
    verdict = proof.maximise(
        built.problem,
        extract(built.problem).objective(amount),
        solver=scenario.solver,
        absolute=1e-4,
        deadline=time.perf_counter() + min(scenario.time_limit, SECONDS),
    )
    if verdict.value is None or verdict.bound is None:
        return None
    enough, too_little = float(math.ceil(-verdict.value * MONEY - 1e-4)), float(math.floor(-verdict.bound * MONEY))
    row = facts(plan, name)
    enough = min(max(enough, 1.0), float(row["financing_need_wan_yuan"]))
    again = what_if(
        plan,
        {
            name: {
                "locked": "in",
                "own_capital_wan_yuan": float(row["own_capital_wan_yuan"]) + enough,
                "financing_need_wan_yuan": float(row["financing_need_wan_yuan"]) - enough,
            }
        },
    )
    proven = verdict.status == "proven_optimal" and proven_below(plan, again)
    return Turning(0.0, enough, too_little, proven)


def _rounded(value: float, direction: object) -> float:
    """Four significant figures, up or down."""
    unit = 10.0 ** (math.floor(math.log10(value)) - 3)
    steps = math.ceil(value / unit) if direction is math.ceil else math.floor(value / unit)
    return float(f"{steps * unit:.10g}")
