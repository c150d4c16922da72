"""What would be best if one thing were otherwise: a plan solved again, from the plan there is."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import pandas as pd

from fengwuwu.optimize import cells, stability
from fengwuwu.optimize.allocate import solve_prepared
from fengwuwu.optimize.plan import Plan
from fengwuwu.optimize.proof import PROVEN_GAP
from fengwuwu.optimize.scenario import Scenario
from fengwuwu.optimize.table import Prepared

Changes = Mapping[str, Mapping[str, Any]]
SECONDS = 60.0  # for one answer, unless the scenario gives less


def what_if(
    plan: Plan, changes: Changes | None = None, scenario: Scenario | None = None, seconds: float | None = None
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
    """
    scenario = scenario or plan.scenario
    limit = min(scenario.time_limit, SECONDS) if seconds is None else seconds
    asked = scenario.model_copy(update={"objective": plan.scenario.goals[0], "time_limit": limit})
    prepared = Prepared(changed(plan, changes or {}), plan.set_aside, plan.data_kind)
    known = stability.decided(plan.decisions)
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
