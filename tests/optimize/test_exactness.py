"""Optima equal an enumeration written without the model; metamorphic rules hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from fengwuwu.optimize import Plan, Scenario, allocate

Instance = Callable[..., tuple[pd.DataFrame, dict[str, Any]]]
Enumerated = Callable[[pd.DataFrame, Scenario], float | None]


def solved(table: pd.DataFrame, data: dict[str, Any], **changes: Any) -> Plan:
    return allocate(table, Scenario.model_validate(data | changes))


def check(plan: Plan, best: float | None) -> None:
    assert plan.verify().empty, plan.verify().to_string()
    if best is None:
        assert plan.status == "infeasible"
        assert plan.objective is None
        assert plan.message
    else:
        assert plan.status == "proven_optimal", plan.proof
        assert plan.objective == pytest.approx(best, rel=2e-6, abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(13))
def test_reductions_equal_enumeration(block: int, instance: Instance, enumerated: Enumerated) -> None:
    """130 instances: together they use every family of constraints."""
    for seed in range(10 * block, 10 * block + 10):
        table, data = instance(seed, n=4 + seed % 2)
        scenario = Scenario.model_validate(data)
        check(allocate(table, scenario), enumerated(table, scenario))


@pytest.mark.slow
@pytest.mark.parametrize("block", range(4))
def test_shares_equal_enumeration(block: int, instance: Instance, enumerated: Enumerated) -> None:
    for seed in range(1000 + 10 * block, 1010 + 10 * block):
        table, data = instance(seed, goal="climate_share")
        scenario = Scenario.model_validate(data)
        check(allocate(table, scenario), enumerated(table, scenario))


@pytest.mark.parametrize("seed", [2, 5, 11])
@pytest.mark.parametrize("solver", ["cbc", "pulp_highs"])
def test_other_solvers_agree(seed: int, solver: str, instance: Instance) -> None:
    table, data = instance(seed)
    usual, other = solved(table, data), solved(table, data, solver=solver)
    assert other.status == usual.status
    assert other.verify().empty
    assert usual.objective is None or other.objective == pytest.approx(usual.objective, rel=2e-6)


@pytest.mark.parametrize("seed", [1, 3, 4, 8])
@pytest.mark.parametrize("goal", ["emission_reduction", "climate_share"])
def test_names_and_order_do_not_matter(seed: int, goal: str, instance: Instance) -> None:
    table, data = instance(seed, goal=goal)
    names = {old: f"项目-{9 - k}/[{old}] " for k, old in enumerate(table["project_id"])}
    other = table.assign(project_id=table["project_id"].map(names))
    if "requires" in other:
        other["requires"] = [
            v if not isinstance(v, str) else names[v.partition("@")[0]] + "".join(v.partition("@")[1:])
            for v in other["requires"]
        ]
    usual = solved(table, data)
    moved = solved(other.sample(frac=1, random_state=seed), data)
    assert moved.status == usual.status
    assert usual.objective is None or moved.objective == pytest.approx(usual.objective, rel=2e-6)


@pytest.mark.parametrize("seed", range(20, 26))
def test_looser_rules_never_lower_the_optimum(seed: int, instance: Instance) -> None:
    table, data = instance(seed)
    before = solved(table, data).objective
    richer = {k: _richer(v) for k, v in data["instruments"].items()}
    wider = {k: {**v, "eligible_categories": None, "eligible_benefits": None} for k, v in data["instruments"].items()}
    floors = {k: v for k, v in data["limits"].items() if v["sense"] == "cap"}
    caps = {k: v for k, v in data["limits"].items() if v["sense"] == "floor"}
    for changes in ({"instruments": richer}, {"instruments": wider}, {"limits": floors}, {"limits": caps}):
        after = solved(table, data, **changes).objective
        assert before is None or (after is not None and after >= before * (1 - 2e-6))


def _richer(instrument: dict[str, Any]) -> dict[str, Any]:
    out = dict(instrument)
    if "budget_wan_yuan" in out:
        out["budget_wan_yuan"] = {t: 1.3 * v for t, v in out["budget_wan_yuan"].items()}
    if "county_budget_wan_yuan" in out:
        out["county_budget_wan_yuan"] = {
            c: {t: 1.3 * v for t, v in b.items()} for c, b in out["county_budget_wan_yuan"].items()
        }
    return out


def test_the_same_input_gives_the_same_plan(instance: Instance) -> None:
    table, data = instance(7, n=6)
    first = solved(table, data, objective="lexicographic", tolerance=0.05)
    assert solved(table, data, objective="lexicographic", tolerance=0.05).to_json() == first.to_json()


def test_lexicographic_gives_way_only_within_the_tolerance(instance: Instance) -> None:
    raised = 0
    for seed in range(30, 42):
        table, data = instance(seed, goal="climate_share")
        tonnes = solved(table, data, objective="emission_reduction").objective
        strict = solved(table, data, objective="lexicographic", tolerance=0.0)
        loose = solved(table, data, objective="lexicographic", tolerance=0.3)
        if tonnes is None:
            continue
        for plan, tolerance in ((strict, 0.0), (loose, 0.3)):
            assert plan.verify().empty, plan.verify().to_string()
            assert plan.objective == pytest.approx(tonnes, rel=2e-6)
            assert plan.stages["final"][0] >= tonnes - (tolerance + 2e-6) * max(tonnes, 1)
        assert loose.stages["final"][1] >= strict.stages["final"][1] - 1e-9
        raised += loose.stages["final"][1] > strict.stages["final"][1] + 1e-6
    assert raised
