"""New projects arrive: plan again, keep what is contracted, change as little as asked (family 8)."""

from __future__ import annotations

import time

import pandas as pd

from fengwuwu.errors import InputError
from fengwuwu.optimize import model, proof, readout, stability, terms
from fengwuwu.optimize.allocate import solve_prepared
from fengwuwu.optimize.arrays import extract
from fengwuwu.optimize.model import TONNES
from fengwuwu.optimize.plan import Plan
from fengwuwu.optimize.scenario import Scenario
from fengwuwu.optimize.stability import Decided, Stability
from fengwuwu.optimize.table import Prepared, prepare


def revise(
    plan: Plan,
    projects: pd.DataFrame,
    scenario: Scenario | None = None,
    *,
    max_changes: int | None = None,
    change_price: float | None = None,
    count_moves: bool = False,
) -> Plan:
    """The best plan for a new project table that differs from an earlier plan as little as asked.

    A change is a project taken in, one dropped, or another fraction of a divisible one. Projects marked contracted in
    the new table keep their start, and their financing where the table gives it. A project of the earlier plan that is
    gone, or can no longer take part, is out whatever is decided: it is named in `Plan.notes` and takes nothing from
    `max_changes`. Changed costs and reductions are simply those of the new table.

    Parameters
    ----------
    plan : Plan
        The earlier plan; also where the solver starts from.
    projects : DataFrame
        As for `allocate`, with the new arrivals.
    scenario : Scenario, optional
        By default that of the earlier plan.
    max_changes : int, optional
        Δ, the most changes allowed; by default any number.
    change_price : float, optional
        Instead of `max_changes`: the least gain, in tCO2e, that a change must bring. Only when reductions are the
        first objective.
    count_moves : bool
        Whether another start year is a change too.

    Returns
    -------
    Plan
        Its `stability` holds the earlier decisions, so that `Plan.verify` checks the number of changes again.

    Raises
    ------
    InputError
        The earlier plan has no decisions; a contracted project is missing; both limits are given.
    """
    began = time.perf_counter()
    scenario = plan.scenario if scenario is None else scenario
    check(plan, max_changes, change_price, scenario)
    prepared = prepare(projects, scenario)
    prepared.notes += gone(plan, prepared)
    known = stability.decided(plan.decisions)
    rule = Stability(known, max_changes, change_price, count_moves)
    if change_price is not None:
        rule, known = _priced(prepared, scenario, rule, known, began)
    return solve_prepared(prepared, scenario, began, rule, known)


def check(plan: Plan, max_changes: int | None, change_price: float | None, scenario: Scenario) -> None:
    """Refuse what cannot be revised, or not in this way."""
    if plan.objective is None:
        raise InputError(f"原方案没有决策（{plan.status_text}），不能在其上调整。", remedy="先求得一个可行的方案。")
    if max_changes is not None and change_price is not None:
        raise InputError("最多变动数与每处变动的代价只能给一个。", remedy="去掉其中一个。")
    if max_changes is not None and max_changes < 0:
        raise InputError(f"最多变动数不能是 {max_changes}。", remedy="填 0 或正整数。")
    if change_price is not None and not 0 <= change_price < 1e12:
        raise InputError(f"每处变动的代价不能是 {change_price:g}。", remedy="填 0 或正数，单位 tCO2e。")
    if change_price is not None and scenario.goals[0] != "emission_reduction":
        raise InputError(
            "每处变动的代价按 tCO2e 计，只适用于以减排量为第一目标的情景。", remedy="改用最多变动数，并参考变动曲线。"
        )


def gone(plan: Plan, prepared: Prepared) -> list[str]:
    """Chinese remarks on funded projects of the earlier plan that cannot take part any more."""
    present = set(prepared.projects["project_id"])
    reasons = dict(prepared.set_aside[["project_id", "reason"]].itertuples(index=False, name=None))
    signed = dict(plan.projects[["project_id", "locked"]].itertuples(index=False, name=None))
    notes = []
    for name in stability.decided(plan.decisions):
        if name in present:
            continue
        if name not in reasons and signed.get(name) == "contracted":
            raise InputError(
                f"原方案中已签约的项目 {name} 不在新的项目表中。",
                remedy="补上该项目；已解约的，列入时去掉签约锁定。",
            )
        why = reasons.get(name, "新的项目表中没有该项目")
        notes.append(f"原方案入选的 {name} 不能再参加：{why}。属被动退出，不计入变动数。")
    return notes


def _priced(
    prepared: Prepared, scenario: Scenario, rule: Stability, known: Decided, began: float
) -> tuple[Stability, Decided]:
    """The number of changes worth their price: reductions less price × changes at their largest.

    The plan is then made with that number as its limit, so that its objective stays plain reductions.
    """
    numbers = terms.derive(prepared.projects, scenario)
    built = model.build(numbers)
    count, constant = stability.changes(built, rule)
    price = (rule.change_price or 0.0) / TONNES
    worth = built.emission()
    for variable, factor in count.items():
        worth[variable] = worth.get(variable, 0.0) - price * factor
    plain = extract(built.problem)
    arrays = plain.objective(worth, offset=-price * constant)
    verdict = proof.maximise(
        built.problem,
        arrays,
        solver=scenario.solver,
        gap=scenario.gap,
        deadline=began + scenario.time_limit / 2,
        hint=readout.completed(built, plain, known),
    )
    if verdict.values is None:  # the plan itself will say why
        return rule, known
    place = arrays.column()
    used = round(sum(factor * verdict.values[place[id(v)]] for v, factor in count.items()) + constant)
    sure = "，已证明" if verdict.status == "proven_optimal" else "，未证明最优"
    prepared.notes.append(
        f"每处变动须至少多减排 {rule.change_price:,.0f} tCO2e（核算期合计）：据此取 {used} 处变动{sure}。"
    )
    found = {
        numbers.ids[p]: (min(float(verdict.values[place[id(v)]]), 1.0), s)
        for (p, s), v in built.fund.items()
        if verdict.values[place[id(v)]] > 0.5 or (numbers.divisible[p] and verdict.values[place[id(v)]] > 1e-7)
    }
    return Stability(rule.previous, used, rule.change_price, rule.count_moves), found
