"""A plan for decisions that were made elsewhere: financed at the least cost, with the bound that is known."""

from __future__ import annotations

import math

from fengwuwu.optimize import indicators, model, objective, readout, terms
from fengwuwu.optimize.allocate import stage_table
from fengwuwu.optimize.arrays import extract
from fengwuwu.optimize.held import placed
from fengwuwu.optimize.objective import Solution, Stage, relative_gap
from fengwuwu.optimize.plan import Plan
from fengwuwu.optimize.proof import PROVEN_GAP, Status
from fengwuwu.optimize.stability import Decided


def decided_plan(plan: Plan, decided: Decided, origin: str) -> Plan:
    """Other decisions for the same projects and rules as a plan.

    Parameters
    ----------
    plan : Plan
        The best plan for the reductions; its bound holds for every other one.
    decided : dict of str to (float, int)
        Fraction and start year of every funded project.
    origin : str
        Chinese: where the decisions come from; stands in `Plan.proof`.

    Returns
    -------
    Plan
        Its objective is the reductions alone and its scenario's gap is wide enough for what it lacks.

    Raises
    ------
    FengwuwuError
        The decisions cannot be financed by the rules.
    """
    numbers = terms.derive(plan.projects, plan.scenario)
    built = model.build(numbers, plan.stability)
    fund = placed(built, decided)
    money = readout.cheapest_financing(built, extract(built.problem), fund)
    financing = readout.financing_table(built, fund, money)
    value = objective.achieved(numbers, "emission_reduction", fund)
    bound = None if plan.bound is None else max(plan.bound, value)
    gap = None if bound is None else relative_gap(value, bound)
    # Rounded up, so that the gap of the plan is within the gap its scenario asks for.
    wide = 1.0 if gap is None else min(1.0, max(PROVEN_GAP, math.ceil(1e6 * gap) / 1e6))
    scenario = plan.scenario.changed(objective="emission_reduction", gap=wide)
    status: Status = "within_gap" if gap is not None and gap <= wide else "time_limit"
    stage = Stage("emission_reduction", status, value, bound, 0.0, f"{origin}；上界取自最优方案。")
    solution = Solution([stage], fund)
    return plan.replace(
        status=status,
        scenario=scenario,
        objective=value,
        bound=bound,
        gap=gap,
        runtime=None,
        proof=stage.proof,
        stages=stage_table(numbers, solution),
        decisions=readout.decision_table(numbers, fund),
        financing=financing,
        indicators=indicators.indicator_table(numbers, fund, financing),
        message="",
    )
