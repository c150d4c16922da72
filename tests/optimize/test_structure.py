"""The structure-using path equals the full model and the enumeration, and its bounds hold."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from fengwuwu.optimize import Plan, Scenario, allocate, model, solve, structure, terms
from fengwuwu.optimize.arrays import Arrays, extract
from fengwuwu.optimize.structure import exchange
from fengwuwu.optimize.structure.layout import Layout
from fengwuwu.optimize.structure.plans import Plans
from fengwuwu.optimize.structure.relaxation import Relaxation
from fengwuwu.optimize.table import prepare

Instance = Callable[..., tuple[pd.DataFrame, dict[str, Any]]]
Enumerated = Callable[[pd.DataFrame, Scenario], float | None]


@pytest.fixture
def forced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use the path at any size."""
    monkeypatch.setattr(structure, "FROM", 0)
    monkeypatch.setattr(structure, "STARTS", 99.0)


def arrays_of(table: pd.DataFrame, data: dict[str, Any]) -> tuple[model.Model, Arrays]:
    scenario = Scenario.model_validate(data)
    built = model.build(terms.derive(prepare(table, scenario).projects, scenario))
    return built, extract(built.problem).objective(built.emission())


def plans_of(table: pd.DataFrame, data: dict[str, Any]) -> Plans:
    built, arrays = arrays_of(table, data)
    return Plans(arrays, Layout.of(built, arrays), time.perf_counter() + 60, 1e-6, 1e-9)


def crowd(seed: int, n: int, **changes: Any) -> tuple[pd.DataFrame, dict[str, Any]]:
    """One start year, one county's money, strongly correlated values: what is hard for a tree."""
    rng = np.random.default_rng([seed, n])
    cost = np.round(np.exp(rng.normal(8, 1, n)))
    table = pd.DataFrame({
        "project_id": [f"P{k:03d}" for k in range(n)],
        "county": rng.choice(["奉节县", "巫山县", "巫溪县"], n),
        "category": rng.choice(["energy", "transport", "adaptation"], n),
        "investment_wan_yuan": cost,
        "financing_need_wan_yuan": 0.8 * cost,
        "capital_ratio_min": 0.2,
        "annual_revenue_wan_yuan": cost * rng.choice([0.05, 0.12], n),
        "emission_reduction_t_per_year": np.round(cost * rng.uniform(0.9, 1.1, n)),
        "lifetime_years": 20,
        "climate_fraction": rng.choice([1.0, 0.5], n),
        "benefit": rng.choice(["mitigation", "both"], n),
        "earliest_start": 2027,
        "latest_start": 2027,
        "construction_years": 1,
        "exclusive_group": [f"G{k // 2}" if k < n // 5 else None for k in range(n)],
        "requires": [f"P{k - 1:03d}" if k > n - n // 8 else None for k in range(n)],
    })
    whole = float(0.8 * cost.sum())
    money = {"kind": "debt", "rate": 0.04, "tenor_years": 10}
    data = {
        "name": "crowd",
        "title": "测试",
        "start_years": [2027],
        "budget_years": [2027],
        "dscr": None,
        "instruments": {
            "loan": {"label": "贷款", **money, "share_max": 0.7, "budget_wan_yuan": {2027: round(0.25 * whole)}},
            "bond": {
                "label": "债券",
                **money,
                "eligible_categories": ["transport", "adaptation"],
                "budget_wan_yuan": {2027: round(0.15 * whole)},
            },
            "own": {"label": "资金", "kind": "capital", "budget_wan_yuan": {2027: round(0.15 * whole)}},
        },
        "limits": {
            "floor": {"label": "县", "sense": "floor", "value": round(0.1 * whole), "county": "巫溪县"},
            "cap": {"label": "能源", "sense": "cap", "percent": 0.4, "categories": ["energy"]},
        },
        "time_limit": 60,
    }
    return table, data | changes


def best_of(arrays: Arrays) -> float | None:
    """By the full model, gap 0; without the restarts in which HiGHS 1.16.0 was seen to loop for ever."""
    return solve.run_highs(arrays, time_limit=60).objective


# ---------------------------------------------------------------- equal to the full model and the enumeration


@pytest.mark.parametrize("block", [0, *(pytest.param(k, marks=pytest.mark.slow) for k in range(1, 6))])
def test_it_equals_the_full_model(block: int, instance: Instance) -> None:
    """120 instances of all families of constraints, two start years."""
    settled = 0
    for seed in range(500 + 20 * block, 520 + 20 * block):
        built, arrays = arrays_of(*instance(seed, n=5 + seed % 4))
        found = structure.maximise(built, arrays, gap=1e-6, deadline=time.perf_counter() + 60)
        best = best_of(arrays)
        if found is None:
            continue
        assert best is not None
        assert found.value == pytest.approx(best, rel=2e-6, abs=1e-8)
        assert found.bound is not None and found.bound >= best - 1e-7 * max(1, abs(best))
        assert found.values is not None and arrays.satisfied(found.values, 1e-6)
        settled += found.status == "proven_optimal"
    assert settled >= 12  # the others have no plan


@pytest.mark.parametrize(
    "seed", [*range(700, 703), *(pytest.param(k, marks=pytest.mark.slow) for k in range(703, 712))]
)
def test_a_plan_equals_the_enumeration(seed: int, instance: Instance, enumerated: Enumerated, forced: None) -> None:
    table, data = instance(seed, n=4)
    scenario = Scenario.model_validate(data)
    plan, best = allocate(table, scenario), enumerated(table, scenario)
    assert plan.verify().empty, plan.verify().to_string()
    if best is None:
        assert plan.status == "infeasible"
    else:
        assert plan.status == "proven_optimal", plan.proof
        assert plan.objective == pytest.approx(best, rel=2e-6, abs=1e-6)


@pytest.mark.parametrize("seed", [0, *(pytest.param(k, marks=pytest.mark.slow) for k in range(1, 4))])
def test_many_like_projects(seed: int, forced: None) -> None:
    table, data = crowd(seed, 40)
    _, arrays = arrays_of(table, data)
    plan = allocate(table, Scenario.model_validate(data))
    assert plan.status == "proven_optimal", plan.proof
    assert "结构化求解" in plan.proof
    assert plan.verify().empty, plan.verify().to_string()
    best = best_of(arrays)
    assert best is not None and plan.objective == pytest.approx(model.TONNES * best, rel=2e-6)


def test_divisible_projects_debt_cover_and_locks(forced: None) -> None:
    table, data = crowd(9, 30, dscr=1.2)
    table["divisible"] = [k in (10, 11) for k in range(30)]
    table["locked"] = ["in" if k == 12 else "out" if k == 13 else None for k in range(30)]
    _, arrays = arrays_of(table, data)
    plan = allocate(table, Scenario.model_validate(data))
    assert plan.verify().empty, plan.verify().to_string()
    best = best_of(arrays)
    assert best is not None and plan.objective == pytest.approx(model.TONNES * best, rel=2e-6)


# ---------------------------------------------------------------- when it does not come to an end


def test_a_time_limit_gives_an_honest_gap(forced: None) -> None:
    table, data = crowd(3, 120)
    built, arrays = arrays_of(table, data)
    sure = structure.maximise(built, arrays, gap=1e-6, deadline=time.perf_counter() + 60)
    assert sure is not None and sure.status == "proven_optimal" and sure.value is not None
    short = structure.maximise(built, arrays, gap=0.0, absolute=0.0, deadline=time.perf_counter() + 0.5)
    if short is not None:
        assert short.value is not None and short.bound is not None
        assert short.value <= sure.value * (1 + 1e-6) + 1e-9
        assert short.bound >= sure.value * (1 - 1e-9)


def test_a_wide_gap_is_no_proof(forced: None) -> None:
    table, data = crowd(5, 60, gap=0.05)
    plan = allocate(table, Scenario.model_validate(data))
    assert plan.status in ("within_gap", "proven_optimal")
    assert plan.gap is not None and plan.gap <= 0.05
    if plan.gap > 1e-6:
        assert plan.status == "within_gap"


def test_the_full_model_decides_when_nothing_is_found(monkeypatch: pytest.MonkeyPatch, forced: None) -> None:
    table, data = crowd(1, 20)
    usual: Plan = allocate(table, Scenario.model_validate(data))
    monkeypatch.setattr(structure, "maximise", lambda *_, **__: None)
    plain = allocate(table, Scenario.model_validate(data))
    assert plain.status == usual.status == "proven_optimal"
    assert "结构化求解" in usual.proof and "结构化求解" not in plain.proof
    assert plain.objective == pytest.approx(usual.objective, rel=2e-6)


def test_no_plan_is_left_to_the_full_model(forced: None) -> None:
    table, data = crowd(2, 20)
    data["limits"]["floor"]["value"] = 1e9
    plan = allocate(table, Scenario.model_validate(data))
    assert plan.status == "infeasible"
    assert plan.message


def test_other_models_and_solvers_are_solved_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    built, _ = arrays_of(*crowd(0, 20))
    assert not structure.suits(built, "highs")
    large, _ = arrays_of(*crowd(0, structure.FROM))
    assert structure.suits(large, "highs")
    assert not structure.suits(large, "cbc")
    monkeypatch.setattr(structure, "TYPES", len(large.types) - 1)
    assert not structure.suits(large, "highs")


# ---------------------------------------------------------------- its parts


@pytest.mark.parametrize("seed", range(3))
def test_the_bound_holds_for_any_multipliers(seed: int) -> None:
    """Any prices at all give a bound, and its losses are those of the bound with that decision forced."""
    plans = plans_of(*crowd(seed, 15))
    arrays = plans.master.model.arrays
    whole = best_of(plans.arrays)
    assert whole is not None
    rng = np.random.default_rng(seed)
    relaxation = Relaxation(plans.master.model)
    for _ in range(20):
        prices = rng.normal(scale=0.3, size=arrays.shape[0])
        found = relaxation.lagrangian(prices, arrays.lower, arrays.upper)
        assert found.bound >= whole - 1e-9
        k = int(rng.integers(len(found.loss)))
        lower = arrays.lower.copy()
        lower[plans.master.model.start[k]] = 1.0
        forced_in = relaxation.lagrangian(prices, lower, arrays.upper)
        assert forced_in.bound == pytest.approx(found.bound - found.loss[k], abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_cuts_leave_every_payable_plan(seed: int, instance: Instance) -> None:
    """Cuts found at random decisions hold for the decisions of every solution of the full model."""
    plans = plans_of(*instance(seed + 40, n=7)) if seed else plans_of(*crowd(7, 20))
    master, rng = plans.master, np.random.default_rng(seed)
    found = 0
    for _ in range(60):
        point = (rng.random(len(master.columns)) < 0.7).astype(float)
        paid, cuts = master.pay(np.clip(point, master.model.arrays.lower, master.model.arrays.upper))
        found += len(cuts)
        if paid is None:
            assert cuts
            assert (cuts[0][0] @ point) > cuts[0][1]
        master.add(cuts)
    assert found
    arrays = plans.arrays
    for _ in range(10):
        cost = rng.normal(size=len(arrays.cost)) * (np.isin(np.arange(len(arrays.cost)), master.columns))
        other = Arrays(**{**vars(arrays), "cost": cost, "offset": 0.0})
        values = solve.run_highs(other, relax=True).values
        if values is None:
            continue
        activity = master.model.matrix.times(values[master.columns])
        assert (activity <= master.model.arrays.row_upper + 1e-6).all()


def test_exchanges_stay_within_the_rows_and_never_lose() -> None:
    plans = plans_of(*crowd(4, 40))
    model_ = plans.master.model
    arrays = model_.arrays
    relaxed = plans.relax(arrays.lower, arrays.upper, 50)
    assert relaxed.values is not None
    # Only what is whole in the relaxation: a sound plan apart from the floors.
    start = np.where(relaxed.values > 1 - 1e-9, 1.0, 0.0)
    better = exchange.improve(plans.master.model, start, relaxed.loss, relaxed.idle, 5.0)
    assert arrays.cost @ better >= arrays.cost @ start
    before = plans.master.model.matrix.times(start)
    after = plans.master.model.matrix.times(better)
    rows = plans.master.model.arrays
    kept = (before <= rows.row_upper + 1e-9) & (before >= rows.row_lower - 1e-9)
    assert ((after <= rows.row_upper + 1e-6) & (after >= rows.row_lower - 1e-6))[kept].all()
    assert set(np.unique(better)) <= {0.0, 1.0}
