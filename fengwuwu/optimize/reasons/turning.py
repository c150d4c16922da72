"""The smallest change that turns the decision on a project: its yearly reduction, or money from outside the plan.

Both are found by solving, and the figure told is confirmed: at it there is a plan that turns the decision, with its
money arranged anew; at the next one there is none, by the bound of a solved model.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np

from fengwuwu.optimize import model, objective, proof, stability, terms
from fengwuwu.optimize.arrays import extract
from fengwuwu.optimize.model import MONEY, TONNES, Model
from fengwuwu.optimize.plan import Plan
from fengwuwu.optimize.reasons.what_if import (
    MARGIN,
    SECONDS,
    changed,
    enough,
    facts,
    first_proven,
    proven_below,
    what_if,
)
from fengwuwu.optimize.stability import Decided

_EXTRA = "money_from_outside"


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


def reduction(plan: Plan, name: str, without: Plan, inside: Plan) -> Turning | None:
    """The yearly reduction at which a project comes in or drops out.

    With the project in, the best plan is a maximum of straight lines in its yearly reduction, so steps along the line
    found last (Newton) reach the turning point exactly. Not for plans on the share of investment.

    Parameters
    ----------
    without, inside : Plan
        The best plan that leaves the project out, and the best one that has it in, with the figures as they are.

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

    def at(rate: float) -> dict[str, dict[str, object]]:
        return {name: {"locked": "in", "emission_reduction_t_per_year": rate}}

    best, last = inside, math.nan
    rate = _crossing(best, name, now, without.objective)
    while rate is not None and rate > 1e-6 * now and not abs(rate - last) <= 1e-6 * now and best.objective is not None:
        last, best = rate, what_if(plan, at(rate), start=best)
        rate = _crossing(best, name, last, without.objective)
    if rate is None or rate <= 1e-6 * now:
        return None
    more, less = _rounded(rate * (1 + 1e-4), math.ceil), _rounded(rate * (1 - 1e-4), math.floor)
    comes_in = enough(without, at(more), stability.decided(best.decisions))
    # A plan that has the project loses at least this much of the bound at the turning point.
    numbers = terms.derive(changed(plan, at(last)), plan.scenario)
    place = numbers.ids.index(name)
    least = 0.0 if numbers.divisible[place] else float(min(numbers.reductions[place])) / last
    bound = math.inf if best.bound is None else best.bound - least * (last - less)
    stays_out = first_proven(best) and bound < without.objective * (1 - 1e-9)
    proven = comes_in and (stays_out or proven_below(what_if(plan, at(less), start=best), without))
    return Turning(now, more, less, proven) if rate > now else Turning(now, less, more, proven)


def _crossing(best: Plan, name: str, rate: float, level: float) -> float | None:
    """At which yearly reduction a plan that has the project is as good as the level; None when it never changes."""
    if best.objective is None:
        return None
    decided = best.decisions.loc[best.decisions["project_id"] == name, "window_reduction_t"]
    slope = float(decided.iloc[0]) / rate
    return rate + (level - best.objective) / slope if slope > 0 else None


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
    least, too_little = float(math.ceil(-verdict.value * MONEY - 1e-4)), float(math.floor(-verdict.bound * MONEY))
    row = facts(plan, name)
    least = min(max(least, 1.0), float(row["financing_need_wan_yuan"]))
    change = {
        "locked": "in",
        "own_capital_wan_yuan": float(row["own_capital_wan_yuan"]) + least,
        "financing_need_wan_yuan": float(row["financing_need_wan_yuan"]) - least,
    }
    proven = verdict.status == "proven_optimal" and enough(plan, {name: change}, decided_in(built, verdict.values))
    return Turning(0.0, least, too_little, proven)


def decided_in(built: Model, values: np.ndarray | None) -> Decided:
    """Fraction and start year by project_id in a solution by column."""
    if values is None:
        return {}
    fund = objective.decisions(built, extract(built.problem), values)
    return {built.terms.ids[p]: (fraction, start) for (p, start), fraction in fund.items()}


def _rounded(value: float, direction: object) -> float:
    """Four significant figures, up or down."""
    unit = 10.0 ** (math.floor(math.log10(value)) - 3)
    steps = math.ceil(value / unit) if direction is math.ceil else math.floor(value / unit)
    return float(f"{steps * unit:.10g}")
