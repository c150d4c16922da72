"""A plan's status is never better than what is known: time limits, no bound, a missing solver, awkward magnitudes."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pulp
import pytest

from fengwuwu.optimize import Plan, Scenario, allocate, proof, solve
from fengwuwu.optimize.arrays import extract

Make = Callable[..., dict[str, Any]]


def planned(rows: list[dict[str, Any]] | pd.DataFrame, data: dict[str, Any]) -> Plan:
    plan = allocate(pd.DataFrame(rows), Scenario.model_validate(data))
    assert plan.verify().empty, plan.verify().to_string()
    return plan


def hard(project: Make, scenario_data: Make, seconds: float) -> Plan:
    """Reductions nearly proportional to the investment, three lumpy years: no solver proves it in a few seconds."""
    rng = np.random.default_rng(5)
    rows = []
    for k in range(150):
        weights = rng.integers(1000, 9000, 3)
        need = float(weights.sum())
        rows.append(
            project(
                f"P{k:03d}",
                investment_wan_yuan=need,
                financing_need_wan_yuan=need,
                capital_ratio_min=0.0,
                construction_years=3,
                construction_profile=";".join(repr(float(w / need)) for w in weights),
                emission_reduction_t_per_year=need + float(rng.integers(1, 100)),
            )
        )
    half = sum(r["investment_wan_yuan"] for r in rows) / 6
    loan = {"label": "贷款", "kind": "debt", "budget_wan_yuan": {t: half for t in (2027, 2028, 2029)}}
    data = scenario_data(instruments={"loan": loan}, start_years=[2027], carry_over=False, time_limit=seconds)
    return planned(rows, data)


@pytest.mark.slow
def test_a_time_limit_leaves_the_best_plan_found_and_its_gap(project: Make, scenario_data: Make) -> None:
    plan = hard(project, scenario_data, 4)
    assert plan.status == "time_limit"
    assert plan.objective is not None and plan.bound is not None and plan.gap is not None
    assert plan.bound > plan.objective * (1 + 1e-6)
    assert plan.gap > 1e-6
    assert "未证明最优（差距" in plan.status_text
    assert "不是已证明" in plan.proof


def test_a_closed_gap_without_a_second_opinion_is_not_called_a_gap_of_nothing(
    project: Make, scenario_data: Make
) -> None:
    plan = planned([project("A")], scenario_data())
    assert plan.status_text == "已证明最优"
    assert "第二意见" in plan.replace(status="within_gap", gap=0.0).status_text
    assert "差距 0.1%" in plan.replace(status="within_gap", gap=0.001).status_text


def test_hardly_any_time_is_no_proof_either(project: Make, scenario_data: Make) -> None:
    plan = hard(project, scenario_data, 0.05)
    assert plan.status == "time_limit"
    if plan.objective is None:
        assert "time_limit" in plan.message


def test_no_limit_is_no_plan() -> None:
    problem = pulp.LpProblem("p", pulp.LpMaximize)
    free, whole = problem.add_variable("free", 0), problem.add_variable("whole", 0, 3, cat=pulp.LpInteger)
    problem.setObjective(pulp.LpAffineExpression({free: 1.0, whole: 1.0}))
    problem.addConstraint(pulp.LpConstraint(pulp.LpAffineExpression({free: 1.0, whole: -1.0}), 1, "row", 0.0))
    verdict = proof.maximise(problem, extract(problem), deadline=time.perf_counter() + 20)
    assert verdict.status == "unbounded"
    assert verdict.value is None and verdict.values is None and verdict.bound is None


@pytest.mark.parametrize("solver", ["cbc", "highs"])
def test_a_missing_solver_is_replaced_and_named(
    solver: str, project: Make, scenario_data: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without CBC the two configurations of HiGHS still prove the plan, and the proof says that CBC was tried."""
    monkeypatch.setattr(solve.coin_api, "pulp_cbc_path", str(tmp_path / "none"))
    plan = planned([project("A"), project("B")], scenario_data(solver=solver))
    assert plan.status == "proven_optimal"
    assert ("CBC" in plan.proof) == (solver == "cbc")
    floor = {"all": {"label": "总额", "sense": "floor", "value": 1e6}}
    assert planned([project("A")], scenario_data(solver=solver, limits=floor)).status == "infeasible"


def test_no_solver_at_all_is_an_error(project: Make, scenario_data: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        solve, "run_highs", lambda *_, label="HiGHS", **__: solve.Outcome("error", label=label, message="没有求解器")
    )
    monkeypatch.setattr(solve, "run_pulp", lambda *_: solve.Outcome("error", label="CBC", message="没有求解器"))
    problem = pulp.LpProblem("p", pulp.LpMaximize)
    problem.setObjective(pulp.LpAffineExpression({problem.add_variable("v", 0, 3): 1.0}))
    verdict = proof.maximise(problem, extract(problem), deadline=time.perf_counter() + 20)
    assert verdict.status == "error"
    assert "没有求解器" in verdict.proof


def big_and_small(project: Make) -> list[dict[str, Any]]:
    """100 亿元 beside 1 万元."""
    return [
        project("L", investment_wan_yuan=1e6, financing_need_wan_yuan=1e6, capital_ratio_min=0.0),
        project("S", investment_wan_yuan=1.0, financing_need_wan_yuan=1.0, capital_ratio_min=0.0),
    ]


@pytest.mark.parametrize(("money", "funded"), [(1_000_001.0, {"L", "S"}), (1_000_000.0, {"L"}), (999_999.0, {"S"})])
def test_one_wan_yuan_decides_beside_ten_billion(
    money: float, funded: set[str], project: Make, scenario_data: Make
) -> None:
    """Each saves 100 t a year, so both, the one that fits exactly, or the small one."""
    loan = {"label": "贷款", "kind": "debt", "rate": 0.04, "tenor_years": 10, "budget_wan_yuan": {2027: money}}
    rows = big_and_small(project)
    rows[0]["emission_reduction_t_per_year"] = 101.0
    plan = planned(rows, scenario_data(instruments={"loan": loan}, start_years=[2027]))
    assert plan.status == "proven_optimal"
    assert set(plan.decisions.loc[plan.decisions["funded"], "project_id"]) == funded


def test_a_floor_of_one_wan_yuan_beside_ten_billion(project: Make, scenario_data: Make) -> None:
    """The small project is alone in its county, whose floor is its 1 万元."""
    rows = big_and_small(project)
    rows[1] |= {"county": "巫溪县", "emission_reduction_t_per_year": 0.001}
    loan = {"label": "贷款", "kind": "debt", "budget_wan_yuan": {2027: 2e6}}
    limits = {"wuxi": {"label": "巫溪", "sense": "floor", "value": 1.0, "county": "巫溪县"}}
    plan = planned(rows, scenario_data(instruments={"loan": loan}, limits=limits))
    assert plan.status == "proven_optimal"
    assert plan.decisions["funded"].all()
    assert json.loads(plan.to_json())["objective"] == pytest.approx(19 * (100 + 0.001), rel=1e-6)


def opinion(status: str, value: float | None, bound: float | None, label: str) -> solve.Outcome:
    values = None if value is None else np.array([value])
    return solve.Outcome(status, objective=value, bound=bound, values=values, label=label)  # type: ignore[arg-type]


@pytest.mark.parametrize(("third", "status"), [(3.0, "proven_optimal"), (2.0, "within_gap")])
def test_a_slow_second_opinion_is_stopped_once_a_third_agrees(
    third: float, status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A third that does not agree stops nothing, and nothing is proven by it."""
    stopped = threading.Event()

    def slow(*arguments: Any) -> solve.Outcome:
        arguments[-1](stopped.set)
        stopped.wait(10 if third == 3.0 else 1)
        return opinion("no_solution", None, 4.0, "乙")

    first = proof.Solver("甲", lambda *_: opinion("optimal", 3.0, 3.0, "甲"))
    second = proof.Solver("乙", slow)
    monkeypatch.setattr(proof, "HIGHS", first)
    monkeypatch.setattr(proof, "HIGHS_OTHER", second)
    monkeypatch.setattr(proof, "HIGHS_SEED", proof.Solver("丙", lambda *_: opinion("optimal", third, third, "丙")))
    monkeypatch.setattr(proof, "_PATIENCE", 0.1)
    monkeypatch.setattr(proof, "_SMALL", -1)
    agreeing = proof.Solver("丁", lambda *_: opinion("no_solution", None, None, "丁"))
    monkeypatch.setitem(proof.PANELS, "highs", (first, second, agreeing))
    problem = pulp.LpProblem("p", pulp.LpMaximize)
    problem.setObjective(pulp.LpAffineExpression({problem.add_variable("v", 0, 3): 1.0}))
    began = time.perf_counter()
    verdict = proof.maximise(problem, extract(problem), deadline=began + 30)
    assert verdict.status == status
    assert verdict.value == 3.0
    assert stopped.is_set() == (third == 3.0)
    assert time.perf_counter() - began < 8


def knapsack(items: int, rows: int) -> pulp.LpProblem:
    problem = pulp.LpProblem("p", pulp.LpMaximize)
    weights = np.random.default_rng(1).integers(1000, 9000, (rows, items)).astype(float)
    chosen = [problem.add_variable(f"v_{k}", cat=pulp.LpBinary) for k in range(items)]
    problem.setObjective(pulp.LpAffineExpression(dict(zip(chosen, weights.sum(axis=0).tolist(), strict=True))))
    for k, row in enumerate(weights.tolist()):
        load = pulp.LpAffineExpression(dict(zip(chosen, row, strict=True)))
        problem.addConstraint(pulp.LpConstraint(load, -1, f"row_{k}", sum(row) / 2))
    return problem


def test_a_small_model_with_a_large_tree_goes_to_cbc(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = knapsack(16, 3)
    arrays = extract(problem)
    whole = proof.maximise(problem, arrays, deadline=time.perf_counter() + 60)
    short = tuple(proof._highs(s.label, {"mip_max_nodes": 1, "presolve": "off"}) for s in proof._SHORT)
    monkeypatch.setattr(proof, "_SHORT", short)
    told = proof.maximise(problem, arrays, deadline=time.perf_counter() + 60)
    assert whole.status == told.status == "proven_optimal"
    assert whole.value == pytest.approx(told.value)
    assert "CBC" in told.proof
    # Where CBC does not finish either, HiGHS is asked without a limit, and nobody is counted twice.
    monkeypatch.setattr(proof, "_MANY_NODES", tuple(proof.Solver(s.label, _unfinished) for s in proof._MANY_NODES))
    again = proof.maximise(problem, arrays, deadline=time.perf_counter() + 60)
    assert again.status == "proven_optimal"
    assert "CBC" not in again.proof
    assert len({o.label for o in again.opinions}) == len(again.opinions) == 2


def _unfinished(*_: Any) -> solve.Outcome:
    return solve.Outcome("no_solution")


@pytest.mark.slow
def test_a_run_can_be_stopped() -> None:
    problem = knapsack(200, 5)
    began = time.perf_counter()

    def stop_soon(stop: Callable[[], None]) -> None:
        threading.Timer(1.0, stop).start()

    found = solve.run_highs(extract(problem), time_limit=60, gap=0.0, absolute_gap=0.0, stoppable=stop_soon)
    assert time.perf_counter() - began < 20
    assert found.status in ("feasible", "no_solution")
    assert found.bound is not None
