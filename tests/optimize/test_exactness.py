"""Optima equal an enumeration written without the model; metamorphic rules hold.

With `test_families` (208 instances) 358 random instances are enumerated; `test_full_model` has 200 larger ones.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fengwuwu.optimize import Plan, Scenario, allocate
from fengwuwu.optimize.allocate import solve_prepared
from fengwuwu.optimize.stability import Stability
from fengwuwu.optimize.table import prepare

from .enumeration import enumerate_best, enumerate_pair
from .full_instances import Instance as Case
from .full_instances import full_instance

Instance = Callable[..., tuple[pd.DataFrame, dict[str, Any]]]


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
@pytest.mark.parametrize("block", range(3))
def test_reductions_equal_enumeration(block: int) -> None:
    """30 instances as drawn, possible or not."""
    for seed in range(10_000 + 10 * block, 10_010 + 10 * block):
        case = full_instance(seed)
        scenario = Scenario.model_validate(case.data)
        check(allocate(case.table, scenario), enumerate_best(case.table, scenario))


@pytest.mark.slow
@pytest.mark.parametrize("block", range(4))
def test_shares_equal_enumeration(block: int) -> None:
    for seed in range(1000 + 10 * block, 1010 + 10 * block):
        case = full_instance(seed, "climate_share")
        scenario = Scenario.model_validate(case.data)
        check(allocate(case.table, scenario), enumerate_best(case.table, scenario))


@pytest.mark.slow
@pytest.mark.parametrize("block", range(4))
def test_staying_close_equals_enumeration(block: int) -> None:
    for seed in range(3000 + 10 * block, 3010 + 10 * block):
        case = full_instance(seed, near=True)
        near, scenario = case.near, Scenario.model_validate(case.data)
        assert near is not None
        rule = Stability(near.before, near.most, None, near.moves)
        plan = solve_prepared(prepare(case.table, scenario), scenario, time.perf_counter(), rule)
        check(plan, enumerate_best(case.table, scenario, near))


@pytest.mark.slow
@pytest.mark.parametrize("block", range(4))
def test_two_objectives_equal_enumeration(block: int) -> None:
    """In either order, some with a tolerance."""
    for seed in range(2000 + 10 * block, 2010 + 10 * block):
        case = full_instance(seed, "lexicographic")
        scenario = Scenario.model_validate(case.data)
        plan, best = allocate(case.table, scenario), enumerate_pair(case.table, scenario)
        check(plan, None if best is None else best[0])
        if best is not None:
            assert plan.stages["status"].eq("proven_optimal").all()
            assert plan.stages["objective"].tolist() == scenario.order
            assert plan.stages["final"].iloc[1] == pytest.approx(best[1], rel=2e-6, abs=1e-9), seed


@pytest.mark.parametrize("seed", [2, 5, 11])
@pytest.mark.parametrize("solver", ["cbc", "pulp_highs"])
def test_other_solvers_agree(seed: int, solver: str, instance: Instance) -> None:
    table, data = instance(seed)
    usual, other = solved(table, data), solved(table, data, solver=solver)
    assert other.status == usual.status
    assert other.verify().empty
    assert usual.objective is None or other.objective == pytest.approx(usual.objective, rel=2e-6)


# A plan takes a tenth of a second, so a few examples; the seed of an instance is what Hypothesis draws.
FEW = settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
SEED = st.integers(0, 10**6)
GOAL = st.sampled_from(["emission_reduction", "climate_share"])


def value(case: Case, data: dict[str, Any] | None = None, table: pd.DataFrame | None = None) -> float | None:
    plan = solved(case.table if table is None else table, case.data if data is None else data)
    assert plan.status in ("proven_optimal", "infeasible"), plan.proof
    return plan.objective


def no_worse(after: float | None, before: float | None) -> bool:
    return before is None or (after is not None and after >= before * (1 - 2e-6) - 1e-9)


@pytest.mark.slow
@FEW
@given(SEED, GOAL, st.floats(1.0, 3.0))
def test_more_money_never_lowers_the_optimum(seed: int, goal: str, factor: float) -> None:
    case = full_instance(seed, goal)
    richer = copy.deepcopy(case.data)
    for inst in richer["instruments"].values():
        inst["budget_wan_yuan"] = {t: factor * v for t, v in inst.get("budget_wan_yuan", {}).items()}
        inst["county_budget_wan_yuan"] = {
            c: {t: factor * v for t, v in b.items()} for c, b in inst.get("county_budget_wan_yuan", {}).items()
        }
    assert no_worse(value(case, richer), value(case))


@pytest.mark.slow
@FEW
@given(SEED, GOAL, st.sampled_from(["categories", "technologies", "benefits"]))
def test_wider_eligibility_never_lowers_the_optimum(seed: int, goal: str, kind: str) -> None:
    case = full_instance(seed, goal)
    wider = copy.deepcopy(case.data)
    for inst in wider["instruments"].values():
        inst |= {f"eligible_{kind}": None, "climate_fraction_min": 0.0}
    assert no_worse(value(case, wider), value(case))


@pytest.mark.slow
@FEW
@given(SEED, GOAL, st.floats(0.0, 1.0))
def test_looser_limits_never_lower_the_optimum(seed: int, goal: str, factor: float) -> None:
    case = full_instance(seed, goal)
    looser = copy.deepcopy(case.data)
    for limit in looser["limits"].values():
        for key in ("value", "percent"):
            if limit.get(key) is not None:
                top = 1.0 if key == "percent" or limit.get("measure") == "climate_share" else 1e9
                limit[key] = factor * limit[key] if limit["sense"] == "floor" else min(limit[key] * (2 - factor), top)
    assert no_worse(value(case, looser), value(case))


@pytest.mark.slow
@FEW
@given(SEED, GOAL, st.randoms(use_true_random=False))
def test_names_and_order_do_not_matter(seed: int, goal: str, random: Any) -> None:
    case = full_instance(seed, goal)
    names = {old: f"项目-{9 - k}/[{old}] " for k, old in enumerate(case.table["project_id"])}
    other = case.table.assign(project_id=case.table["project_id"].map(names))
    if "requires" in other:
        other["requires"] = [_renamed(v, names) if isinstance(v, str) else v for v in other["requires"]]
    places = list(range(len(other)))
    random.shuffle(places)
    data = copy.deepcopy(case.data)
    keys = list(data["instruments"])
    random.shuffle(keys)
    data["instruments"] = {key: data["instruments"][key] for key in keys}
    before, after = value(case), value(case, data, other.iloc[places])
    assert (before is None) == (after is None)
    assert before is None or after == pytest.approx(before, rel=2e-6, abs=1e-9)


def _renamed(text: str, names: dict[str, str]) -> str:
    parts = [item.partition("@") for item in text.split(";")]
    return ";".join(names[name] + at + finish for name, at, finish in parts)


@pytest.mark.slow
@FEW
@given(SEED, st.sampled_from([0.1, 0.5, 3.0, 10.0]), st.sampled_from([0.01, 2.0, 50.0]))
def test_the_optimum_scales_with_its_units(seed: int, money: float, tonnes: float) -> None:
    """All money times one factor and all tonnes times another: the same plan, its tonnes times the second."""
    case = full_instance(seed)
    table, data = case.table.copy(), copy.deepcopy(case.data)
    for column in table.columns:
        if column.endswith("_wan_yuan"):
            table[column] = table[column].astype(float) * money
    table["emission_reduction_t_per_year"] = table["emission_reduction_t_per_year"].astype(float) * tonnes
    if "contracted_financing" in table:
        table["contracted_financing"] = [_times(v, money) for v in table["contracted_financing"]]
    _multiply(data, money)
    for limit in data["limits"].values():
        factor = {"count": 1.0, "reductions": tonnes, "climate_share": 1.0}.get(limit.get("measure", ""), money)
        if limit.get("value") is not None:
            limit["value"] *= factor
    before, after = value(case), value(case, data, table)
    assert (before is None) == (after is None)
    assert before is None or after == pytest.approx(before * tonnes, rel=3e-6, abs=1e-6)


def _times(text: Any, factor: float) -> Any:
    if not isinstance(text, str):
        return text
    return ";".join(f"{k}={float(v) * factor!r}" for k, _, v in (item.partition("=") for item in text.split(";")))


def _multiply(data: dict[str, Any], factor: float) -> None:
    """Every figure of a scenario in 万元, however deep."""
    for key, found in data.items():
        if isinstance(found, dict):
            if key.endswith("_wan_yuan"):
                data[key] = {
                    k: {t: factor * m for t, m in v.items()} if isinstance(v, dict) else factor * v
                    for k, v in found.items()
                }
            else:
                _multiply(found, factor)
        elif key.endswith("_wan_yuan") and found is not None:
            data[key] = factor * found


@pytest.mark.slow
@FEW
@given(SEED, GOAL)
def test_the_same_input_gives_the_same_text(seed: int, goal: str) -> None:
    case = full_instance(seed, goal)
    assert solved(case.table, case.data).to_json() == solved(case.table, copy.deepcopy(case.data)).to_json()


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
