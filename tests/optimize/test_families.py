"""Each family of constraints decides the optimum of some random instances, and the plan has that optimum."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from fengwuwu.optimize import Scenario, allocate

from .enumeration import enumerate_pair
from .families import EACH, FAMILIES, SEEDS, best, differ, without
from .full_instances import full_instance

BINDING: dict[str, list[int]] = json.loads(SEEDS.read_text(encoding="utf-8"))


def test_every_family_has_its_own_instances() -> None:
    assert set(BINDING) == set(FAMILIES)
    assert all(len(seeds) == EACH for seeds in BINDING.values())
    drawn = [seed for seeds in BINDING.values() for seed in seeds]
    assert len(set(drawn)) == len(drawn) >= 200


@pytest.mark.slow
@pytest.mark.parametrize("name", FAMILIES)
def test_the_plan_is_the_best_where_the_family_decides(name: str) -> None:
    """The enumerated optimum is another one without the family; the plan has the one with it."""
    present, change = FAMILIES[name]
    for seed in BINDING[name]:
        case = full_instance(seed)
        assert present(case)
        enumerated = best(case)
        assert enumerated is not None
        assert differ(enumerated, best(without(case, change))), f"{name} does not decide instance {seed}"
        plan = allocate(case.table, Scenario.model_validate(case.data))
        assert plan.verify().empty, plan.verify().to_string()
        assert plan.status == "proven_optimal", plan.proof
        assert plan.objective == pytest.approx(enumerated, rel=2e-6, abs=1e-6), seed


@pytest.mark.slow
def test_staying_close_to_an_earlier_plan_decides() -> None:
    cases = [full_instance(seed, near=True) for seed in range(3000, 3040)]
    with_it = [best(case) for case in cases]
    assert sum(differ(b, best(replace(c, near=None))) for b, c in zip(with_it, cases, strict=True)) >= EACH
    decided = 0
    for found, case in zip(with_it, cases, strict=True):
        if case.near is not None and case.near.moves:
            decided += differ(found, best(replace(case, near=replace(case.near, moves=False))))
    assert decided >= 2


@pytest.mark.slow
def test_the_order_of_the_objectives_and_the_tolerance_decide() -> None:
    orders: dict[str, int] = {}
    swapped = loosened = 0
    for seed in range(2000, 2040):
        case = full_instance(seed, "lexicographic")
        scenario = Scenario.model_validate(case.data)
        found = enumerate_pair(case.table, scenario)
        if found is None:
            continue
        orders[scenario.order[0]] = orders.get(scenario.order[0], 0) + 1
        other = enumerate_pair(case.table, scenario.changed(order=scenario.order[::-1]))
        strict = enumerate_pair(case.table, scenario.changed(tolerance=0.0))
        assert other is not None and strict is not None
        swapped += differ(found[0], other[1])
        loosened += abs(found[1] - strict[1]) > 1e-6 * max(1e-3, abs(strict[1]))
    assert min(orders.values()) >= 6 and len(orders) == 2
    assert swapped >= EACH
    assert loosened >= 2
