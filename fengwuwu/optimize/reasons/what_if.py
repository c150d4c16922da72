"""What would be best if one thing were otherwise: a plan solved again, from the plan there is."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import pandas as pd

from fengwuwu.optimize import cells, model, objective, readout, solve, stability, terms
from fengwuwu.optimize.allocate import solve_prepared
from fengwuwu.optimize.arrays import extract
from fengwuwu.optimize.model import TONNES, Model
from fengwuwu.optimize.plan import Plan
from fengwuwu.optimize.proof import PROVEN_GAP
from fengwuwu.optimize.scenario import Scenario
from fengwuwu.optimize.stability import Decided
from fengwuwu.optimize.table import Prepared

Changes = Mapping[str, Mapping[str, Any]]
SECONDS = 60.0  # for one answer, unless the scenario gives less
MARGIN = 3e-6  # relative: clearly better, not within the tolerance of the solver


def what_if(
    plan: Plan,
    changes: Changes | None = None,
    scenario: Scenario | None = None,
    seconds: float | None = None,
    start: Plan | None = None,
) -> Plan:
    """The best plan for the first objective after changes; the projects are those that took part.

    Parameters
    ----------
    plan : Plan
    changes : mapping of project_id to mapping of column to value, optional
        Columns of `Plan.projects`.
    scenario : Scenario, optional
        By default that of the plan.
    seconds : float, optional
        By default the scenario's time limit, at most `SECONDS`.
    start : Plan, optional
        Whose decisions the search starts from; by default those of `plan`.
    """
    scenario = scenario or plan.scenario
    limit = min(scenario.time_limit, SECONDS) if seconds is None else seconds
    asked = scenario.model_copy(update={"objective": plan.scenario.goals[0], "time_limit": limit})
    prepared = Prepared(changed(plan, changes or {}), plan.set_aside, plan.data_kind)
    known = stability.decided((start or plan).decisions)
    return solve_prepared(prepared, asked, time.perf_counter(), plan.stability, known)


def changed(plan: Plan, changes: Changes) -> pd.DataFrame:
    """`Plan.projects` with some cells replaced."""
    projects = plan.projects.copy()
    for name, new in changes.items():
        row = projects["project_id"] == name
        for column, value in new.items():
            if projects[column].dtype.kind in "iu" and isinstance(value, float):
                projects[column] = projects[column].astype(float)
            projects.loc[row, column] = value
    return projects


def _built(plan: Plan, changes: Changes, scenario: Scenario) -> Model:
    return model.build(terms.derive(changed(plan, changes), scenario), plan.stability)


def enough(plan: Plan, changes: Changes, decided: Decided, scenario: Scenario | None = None) -> bool:
    """Whether after the changes something is better than all there could be before, and that for certain.

    The decisions that are expected to be are financed anew, which takes no search; only if they do not show it, all is
    solved again.

    Parameters
    ----------
    plan : Plan
        Its bound is what has to be exceeded.
    decided : dict of str to (float, int)
    scenario : Scenario, optional
        By default that of the plan.
    """
    built = _built(plan, changes, scenario or plan.scenario)
    arrays = extract(built.problem)
    values = readout.completed(built, arrays, decided)
    if values is not None and plan.bound is not None:
        value = objective.achieved(built.terms, plan.scenario.goals[0], objective.decisions(built, arrays, values))
        if plan.bound < value - 1e-9 * abs(value):
            return first_proven(plan)
    return proven_below(plan, what_if(plan, changes, scenario))


def thinkable(plan: Plan, name: str, scenario: Scenario) -> bool:
    """Whether some plan with a project, by these rules, may be better than the plan there is.

    One run that looks for any such plan and finds that there is none says no; nothing is told on that ground alone.
    """
    built, goal = _built(plan, {name: {"locked": "in"}}, scenario), plan.scenario.goals[0]
    unit = TONNES if goal == "emission_reduction" else 1.0
    objective.hold(built, goal, (plan.objective or 0.0) / unit, -MARGIN, 99)
    found = solve.run_highs(extract(built.problem).objective({}), time_limit=min(plan.scenario.time_limit, SECONDS))
    return found.status != "infeasible"


def facts(plan: Plan, name: str) -> dict[str, Any]:
    """The row of a project in `Plan.projects`; None where a cell is empty."""
    row = plan.projects[plan.projects["project_id"] == name].to_dict("records")[0]
    return {str(key): None if cells.missing(value) else value for key, value in row.items()}


def first_proven(plan: Plan) -> bool:
    """Whether the first objective is proven, whatever later ones are."""
    return plan.objective is not None and plan.stages["status"].iloc[0] == "proven_optimal"


def surely_infeasible(plan: Plan) -> bool:
    """Whether two solvers were asked and none found a way."""
    return plan.status == "infeasible" and plan.scenario.gap <= PROVEN_GAP


def below(plan: Plan, other: Plan) -> bool:
    """Whether nothing within the bound of `plan` is as good as what `other` has found; nothing is when infeasible."""
    if plan.status == "infeasible":
        return other.objective is not None
    if plan.bound is None or other.objective is None:
        return False
    return plan.bound < other.objective - 1e-9 * abs(other.objective)


def proven_below(plan: Plan, other: Plan) -> bool:
    """`below`, by a bound that a second solver confirmed."""
    return below(plan, other) and (first_proven(plan) or surely_infeasible(plan))
