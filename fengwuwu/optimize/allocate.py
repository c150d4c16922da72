"""From a project table and a scenario to a plan."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pandas as pd

from fengwuwu.optimize import clock, indicators, model, objective, readout, terms
from fengwuwu.optimize.arrays import extract
from fengwuwu.optimize.infeasible import repair
from fengwuwu.optimize.objective import Solution, relative_gap
from fengwuwu.optimize.plan import OBJECTIVE_UNITS, STAGE_COLUMNS, Plan
from fengwuwu.optimize.scenario import OBJECTIVE_LABELS, Scenario
from fengwuwu.optimize.stability import Decided, Stability
from fengwuwu.optimize.structure import Shared
from fengwuwu.optimize.table import Prepared, prepare


@dataclass
class _Tables:
    decisions: pd.DataFrame
    financing: pd.DataFrame
    indicators: pd.DataFrame


def allocate(projects: pd.DataFrame, scenario: Scenario) -> Plan:
    """The best plan: which projects, from which year, with whose money.

    Parameters
    ----------
    projects : DataFrame
        One row per project; columns of `fengwuwu.optimize.columns`. ``<name>_used`` is read instead of ``<name>``
        when present. Money in 万元, reductions in tCO2e a year, ratios 0–1.
    scenario : Scenario

    Returns
    -------
    Plan
        Always; its status says how far it is proven, or why there is none.

    Raises
    ------
    InputError
        The table cannot be used as it is.
    """
    began = time.perf_counter()
    return solve_prepared(prepare(projects, scenario), scenario, began)


def solve_prepared(
    prepared: Prepared,
    scenario: Scenario,
    began: float,
    rule: Stability | None = None,
    known: Decided | None = None,
    shared: Shared | None = None,
) -> Plan:
    """The best plan for projects already read.

    Parameters
    ----------
    prepared : Prepared
    began : float
        When the work began, on the clock of `time.perf_counter`; the scenario's time limit counts from there.
    rule : Stability, optional
        How far the plan may move from an earlier one.
    known : dict of str to (float, int), optional
        Fraction and start by project_id of a plan to start from.
    shared : Shared, optional
        What related models have found.
    """
    numbers = terms.derive(prepared.projects, scenario)
    built = model.build(numbers, rule)
    arrays = extract(built.problem)
    hint = readout.completed(built, arrays, known) if known else None
    solution = objective.optimise(built, began + scenario.time_limit, hint, shared)
    message = ""
    if solution.fund is None:
        tables = _empty()
        message = _explain(built, solution)
    else:
        money = readout.cheapest_financing(built, arrays, solution.fund)
        financing = readout.financing_table(built, solution.fund, money)
        tables = _Tables(
            readout.decision_table(numbers, solution.fund),
            financing,
            indicators.indicator_table(numbers, solution.fund, financing),
        )
    plan = _plan(prepared, scenario, numbers, solution, tables, message, time.perf_counter() - began)
    return plan.replace(stability=rule)


def _plan(
    prepared: Prepared,
    scenario: Scenario,
    numbers: terms.Terms,
    solution: Solution,
    tables: _Tables,
    message: str,
    runtime: float,
) -> Plan:
    stages = stage_table(numbers, solution)
    first = solution.stages[0]
    gap = None
    if first.value is not None and first.bound is not None:
        gap = relative_gap(first.value, first.bound)
    return Plan(
        status=solution.status,
        scenario=scenario,
        objective=first.value,
        bound=first.bound if first.value is not None else None,
        gap=gap,
        runtime=runtime,
        proof=" ".join(
            stage.proof if len(solution.stages) == 1 else f"{OBJECTIVE_LABELS[stage.objective]}：{stage.proof}"
            for stage in solution.stages
        ),
        stages=stages,
        decisions=tables.decisions,
        financing=tables.financing,
        indicators=tables.indicators,
        set_aside=prepared.set_aside,
        projects=prepared.projects,
        data_kind=prepared.data_kind,
        message=message,
        notes=(*prepared.notes, *_waived(numbers), *(["求解由使用者提前停止。"] if clock.stopped() else [])),
    )


def stage_table(numbers: terms.Terms, solution: Solution) -> pd.DataFrame:
    """`Plan.stages`."""
    rows = []
    for stage in solution.stages:
        known = stage.value is not None and stage.bound is not None
        rows.append({
            "objective": stage.objective,
            "label": OBJECTIVE_LABELS[stage.objective],
            "unit": OBJECTIVE_UNITS[stage.objective],
            "value": stage.value,
            "bound": stage.bound,
            "gap": relative_gap(stage.value or 0.0, stage.bound or 0.0) if known else None,
            "status": stage.status,
            "proof": stage.proof,
            "final": None if solution.fund is None else objective.achieved(numbers, stage.objective, solution.fund),
        })
    table = pd.DataFrame(rows, columns=STAGE_COLUMNS)
    return table.astype(dict.fromkeys(("value", "bound", "gap", "final"), float))


def _empty() -> _Tables:
    return _Tables(
        readout.typed_decisions(pd.DataFrame(columns=readout.DECISION_COLUMNS)),
        pd.DataFrame(columns=readout.FINANCING_COLUMNS).astype({"year": "int64", "amount_wan_yuan": float}),
        pd.DataFrame(columns=indicators.COLUMNS).astype({"year": "Int64", "value": float}),
    )


def _waived(numbers: terms.Terms) -> list[str]:
    limits = numbers.scenario.limits.values()
    return [f"没有可参加的项目，未执行下限“{limit.label}”。" for limit in limits if numbers.waived(limit)]


def _explain(built: model.Model, solution: Solution) -> str:
    stage = solution.stages[-1]
    if clock.stopped():
        return "求解由使用者提前停止，还没有找到满足全部约束的方案。"
    if stage.status == "infeasible":
        return repair.smallest(built)
    if stage.status == "time_limit":
        return f"{stage.proof} 可延长 time_limit，或放宽下限后重试。"
    return stage.proof
