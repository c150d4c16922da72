"""A solver's word is never more than it is: statuses, limits, and a model on which solvers were wrong."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import highspy
import numpy as np
import pandas as pd
import pulp
import pytest

from fengwuwu.optimize import Plan, Scenario, allocate, proof, solve
from fengwuwu.optimize.arrays import extract
from fengwuwu.optimize.solve import Outcome

FALSE_OPTIMAL = Path(__file__).parents[1] / "fixtures" / "highs_false_optimal.mps"
TRUE_OPTIMUM = -153.1059  # minimise; HiGHS 1.14 and 1.15 answered −153.1022 with an equal bound

Make = Callable[..., dict[str, Any]]


def knapsack(n: int, seed: int) -> pulp.LpProblem:
    """Values nearly proportional to weights: no solver proves it in a moment."""
    rng = np.random.default_rng(seed)
    weights = rng.integers(1000, 9000, (3, n)).astype(float)
    values = weights.mean(axis=0) + rng.integers(1, 100, n)
    problem = pulp.LpProblem("knapsack", pulp.LpMaximize)
    chosen = [problem.add_variable(f"v_{i}", cat=pulp.LpBinary) for i in range(n)]
    problem.setObjective(pulp.LpAffineExpression(dict(zip(chosen, values.tolist(), strict=True))))
    for k, row in enumerate(weights.tolist()):
        load = pulp.LpAffineExpression(dict(zip(chosen, row, strict=True)))
        problem.addConstraint(pulp.LpConstraint(load, -1, f"row_{k}", float(sum(row) / 2)))
    return problem


def test_relaxation_gives_duals_and_reduced_costs() -> None:
    """Maximise 3a + 2b, a + b ≤ 4, a ≤ 1 as a row → a = 1, b = 3; prices 2 and 1."""
    problem = pulp.LpProblem("lp", pulp.LpMaximize)
    a, b = problem.add_variable("a", 0), problem.add_variable("b", 0)
    problem.setObjective(pulp.LpAffineExpression({a: 3.0, b: 2.0}))
    problem.addConstraint(pulp.LpConstraint(pulp.LpAffineExpression({a: 1.0, b: 1.0}), -1, "sum", 4.0))
    problem.addConstraint(pulp.LpConstraint(pulp.LpAffineExpression({a: 1.0}), -1, "most", 1.0))
    problem.solve(solve.HighsSolver())
    assert (a.varValue, b.varValue) == (1.0, 3.0)
    assert [abs(row.pi) for row in problem.constraints()] == pytest.approx([2.0, 1.0])


@pytest.mark.parametrize(("sense", "status"), [(-1, "infeasible"), (1, "unbounded")])
def test_no_values_without_a_solution(sense: int, status: str) -> None:
    """With v ≥ 0: v ≤ −1 has no solution; v ≥ −1 it has no limit."""
    problem = pulp.LpProblem("p", pulp.LpMaximize)
    v = problem.add_variable("v", 0)
    problem.setObjective(pulp.LpAffineExpression({v: 1.0}))
    problem.addConstraint(pulp.LpConstraint(pulp.LpAffineExpression({v: 1.0}), sense, "row", -1.0))
    solver = solve.HighsSolver()
    problem.solve(solver)
    assert solver.outcome.status == status
    assert solver.outcome.values is None
    assert v.varValue is None


def test_banner_is_silent(capfd: pytest.CaptureFixture[str]) -> None:
    solve.new_highs().run()
    captured = capfd.readouterr()
    assert captured.out == captured.err == ""


@pytest.mark.slow
def test_time_limit_is_never_called_proven() -> None:
    problem = knapsack(400, 3)
    arrays = extract(problem)
    verdict = proof.maximise(problem, arrays, deadline=time.perf_counter() + 2)
    assert verdict.status == "time_limit"
    assert verdict.value is not None
    assert verdict.bound is not None
    assert verdict.bound > verdict.value
    assert "未证明" in proof.STATUS_LABELS[verdict.status]


def outcome(status: str, value: float | None, bound: float | None, label: str = "甲") -> Outcome:
    values = None if value is None else np.array([value, 0.0])
    return Outcome(status, objective=value, bound=bound, values=values, label=label)  # type: ignore[arg-type]


def one_variable() -> Any:
    problem = pulp.LpProblem("p", pulp.LpMaximize)
    v = problem.add_variable("v", 0, 100)
    problem.setObjective(pulp.LpAffineExpression({v: 1.0}))
    return extract(problem)


@pytest.mark.parametrize(
    ("opinions", "status"),
    [
        ([outcome("optimal", 10, 10), outcome("optimal", 10, 10, "乙")], "proven_optimal"),
        ([outcome("optimal", 10, 10)], "within_gap"),
        ([outcome("optimal", 10, 10), outcome("no_solution", None, 12, "乙")], "within_gap"),
        ([outcome("feasible", 10, 12), outcome("feasible", 10, 13, "乙")], "time_limit"),
        ([outcome("infeasible", None, None), outcome("infeasible", None, None, "乙")], "infeasible"),
    ],
)
def test_one_opinion_is_never_a_proof(opinions: list[Outcome], status: str) -> None:
    verdict = proof.judge(one_variable(), opinions, proof.PROVEN_GAP)
    assert verdict.status == status
    assert verdict.proof


def test_contradicting_opinions_are_no_proof() -> None:
    """One says 10 is the best, the other holds 11 in its hands."""
    verdict = proof.judge(
        one_variable(), [outcome("optimal", 10, 10), outcome("optimal", 11, 11, "乙")], proof.PROVEN_GAP
    )
    assert verdict.status != "proven_optimal"
    assert verdict.value == 11


@pytest.mark.slow
def test_a_model_that_fooled_solvers_is_never_proven_wrong() -> None:
    _, problem = pulp.LpProblem.fromMPS(str(FALSE_OPTIMAL), sense=pulp.LpMinimize)
    negative = pulp.LpAffineExpression(
        {v: -c for v, c in problem.objective.items()}, constant=-problem.objective.constant
    )
    problem.sense = pulp.LpMaximize
    problem.setObjective(negative)
    verdict = proof.maximise(problem, extract(problem), deadline=time.perf_counter() + 120)
    assert verdict.value is not None
    if verdict.status == "proven_optimal":
        assert verdict.value == pytest.approx(-TRUE_OPTIMUM, abs=1e-3)
    else:
        assert verdict.bound is not None and verdict.bound >= -TRUE_OPTIMUM - 1e-3


def solved(rows: list[dict[str, Any]], data: dict[str, Any]) -> Plan:
    return allocate(pd.DataFrame(rows), Scenario.model_validate(data))


def test_one_wan_yuan_beside_ten_billion(project: Make, scenario_data: Make) -> None:
    """A project of 1 万元 beside one of 100 亿元: both fit, both are funded, and the money is exact."""
    rows = [
        project("S", investment_wan_yuan=1.0, financing_need_wan_yuan=1.0, capital_ratio_min=0.0),
        project("L", investment_wan_yuan=1e6, financing_need_wan_yuan=1e6, capital_ratio_min=0.0),
    ]
    budget = {2027: 1_000_001.0}
    loan = {"label": "贷款", "kind": "debt", "rate": 0.04, "tenor_years": 10, "budget_wan_yuan": budget}
    plan = solved(rows, scenario_data(instruments={"loan": loan}))
    assert plan.status == "proven_optimal"
    assert plan.decisions["funded"].all()
    assert plan.financing.groupby("project_id")["amount_wan_yuan"].sum().to_dict() == pytest.approx({
        "S": 1.0,
        "L": 1e6,
    })
    assert plan.verify().empty


def test_infeasible_has_no_values_and_names_the_smallest_repair(project: Make, scenario_data: Make) -> None:
    """800 万元 of loans are needed for the locked project; 500 are there, 300 are lacking."""
    loan = {"label": "贷款", "kind": "debt", "rate": 0.04, "tenor_years": 10, "budget_wan_yuan": {2027: 500}}
    plan = solved([project("P", locked="in")], scenario_data(instruments={"loan": loan}))
    assert plan.status == "infeasible"
    assert plan.objective is None
    assert plan.decisions.empty and plan.financing.empty and plan.indicators.empty
    assert list(plan.financing.columns) == ["project_id", "instrument", "label", "year", "amount_wan_yuan"]
    assert "把贷款" in plan.message and "300 万元" in plan.message
    assert plan.verify().empty


def test_plan_survives_the_file(project: Make, scenario_data: Make, tmp_path: Path) -> None:
    plan = solved([project("P"), project("Q")], scenario_data())
    plan.save(tmp_path / "plan.json")
    again = Plan.load(tmp_path / "plan.json")
    assert again.to_json() == plan.to_json()
    assert again.verify().empty


def test_another_user_of_highs_in_the_process_does_no_harm() -> None:
    """A pool started with more threads refuses runs on one until it is reset."""
    other = solve.new_highs()
    other.resetThreadScheduler(True)
    other.setOptionValue("threads", 2)
    other.passModel(solve.highs_lp(extract(knapsack(5, 1)), integer=True))
    assert other.run() == highspy.HighsStatus.kOk
    assert solve.run_highs(one_variable(), relax=True).status == "optimal"
