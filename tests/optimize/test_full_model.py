"""Larger random instances: whatever way a plan was found, it is as good as the plain full model solved with gap 0."""

from __future__ import annotations

import time

import pytest

from fengwuwu.optimize import Scenario, allocate, model, objective, solve, terms
from fengwuwu.optimize.allocate import solve_prepared
from fengwuwu.optimize.arrays import extract
from fengwuwu.optimize.model import MONEY, TONNES, Model
from fengwuwu.optimize.plan import Plan
from fengwuwu.optimize.stability import Stability
from fengwuwu.optimize.table import prepare

from .full_instances import Instance, full_instance


def planned(case: Instance) -> Plan:
    scenario = Scenario.model_validate(case.data)
    if case.near is None:
        return allocate(case.table, scenario)
    rule = Stability(case.near.before, case.near.most, None, case.near.moves)
    return solve_prepared(prepare(case.table, scenario), scenario, time.perf_counter(), rule)


def built(case: Instance) -> Model:
    """The model with a column of money for each project, none shared."""
    scenario = Scenario.model_validate(case.data)
    numbers = terms.derive(prepare(case.table, scenario).projects, scenario)
    rule = None if case.near is None else Stability(case.near.before, case.near.most, None, case.near.moves)
    return model.build(numbers, rule, [[p] for p in range(numbers.n) if numbers.need[p] > 0])


def most_tonnes(full: Model) -> float | None:
    found = solve.run_highs(extract(full.problem).objective(full.emission()), gap=0.0, options={"random_seed": 3})
    assert found.status in ("optimal", "infeasible")
    return None if found.objective is None else TONNES * found.objective


def highest_share(full: Model) -> float | None:
    """Dinkelbach steps, each at gap 0, until the share no longer rises."""
    base, climate = objective.base_investment(full.terms)
    good, spent = full.investment(climate=True), full.investment(climate=False)
    arrays = extract(full.problem)
    place = arrays.column()
    share = climate / base
    for _ in range(20):
        net = {v: good.get(v, 0.0) - share * amount for v, amount in spent.items()}
        found = solve.run_highs(arrays.objective(net), gap=0.0, options={"random_seed": 3})
        if found.values is None:
            return None
        top = climate + sum(a * found.values[place[id(v)]] for v, a in good.items())
        new = top / (base + sum(a * found.values[place[id(v)]] for v, a in spent.items()))
        if abs(new - share) <= 1e-12:
            return share
        share = float(new)
    raise AssertionError("the share goes on rising")


def check(case: Instance, best: float | None) -> bool:
    plan = planned(case)
    assert plan.verify().empty, plan.verify().to_string()
    if best is None:
        assert plan.status == "infeasible"
        assert plan.message
        return False
    assert plan.status == "proven_optimal", plan.proof
    assert plan.objective == pytest.approx(best, rel=2e-6, abs=1e-6)
    return True


@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
def test_tonnes(block: int) -> None:
    """130 instances of eight to twelve projects, every fourth close to an earlier plan."""
    cases = [full_instance(5000 + 13 * block + k, n=8 if k % 4 == 3 else 8 + k % 5, near=k % 4 == 3) for k in range(13)]
    assert sum(check(case, most_tonnes(built(case))) for case in cases) >= 5


@pytest.mark.slow
@pytest.mark.parametrize("block", range(7))
def test_shares(block: int) -> None:
    """70 instances."""
    cases = [full_instance(6000 + 10 * block + k, "climate_share", n=7 + k % 4) for k in range(10)]
    assert sum(check(case, highest_share(built(case))) for case in cases) >= 3


def test_money_is_in_units_of_the_model() -> None:
    """`base_investment` counts in the unit in which investment stands in the model."""
    case = full_instance(6000, "climate_share")
    bases = case.data["base_investment"].values()
    whole = sum(sum(b["other_wan_yuan"].values()) + sum(b["climate_wan_yuan"].values()) for b in bases)
    assert objective.base_investment(built(case).terms)[0] == pytest.approx(whole / MONEY)
