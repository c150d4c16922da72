"""Joint against separate: by hand, and each county's plan against enumeration."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from fengwuwu.errors import InputError
from fengwuwu.optimize import Plan, Scenario, allocate, separate
from fengwuwu.optimize.rivals.separate import county_scenario

from .enumeration import enumerate_best
from .instances import COUNTIES, make_project, make_scenario, random_instance


def joint(budget: float, needs: tuple[float, ...] = (800.0, 800.0, 800.0), **changes: Any) -> Plan:
    """One project in each county; the n-th saves 100 + n t a year for 19 years."""
    rows = [
        make_project(f"P{k}", county=c, financing_need_wan_yuan=n, emission_reduction_t_per_year=100.0 + k)
        for k, (c, n) in enumerate(zip(COUNTIES, needs, strict=True))
    ]
    loan = {"label": "贷款", "kind": "debt", "rate": 0.04, "tenor_years": 10, "budget_wan_yuan": {2027: budget}}
    data = make_scenario(instruments={"loan": loan}, start_years=[2027], accounting_years=20) | changes
    return allocate(pd.DataFrame(rows), Scenario.model_validate(data))


def test_a_third_of_the_money_is_enough_for_nobody() -> None:
    """1600 万元 fund two of three projects together; 533 each fund none: (101 + 102) × 19 t."""
    found = separate(joint(1600.0))
    assert found.gain_t == pytest.approx(203 * 19)
    assert found.gain_without_limits_t == found.gain_t
    assert found.proven
    assert found.shares == pytest.approx(dict.fromkeys(COUNTIES, 1 / 3))
    assert "联合安排比各自安排多减排 3,857 tCO2e〔已证明〕" in found.summary()
    region = found.table[found.table["area"] == found.table["area"].iloc[-1]]
    assert region["funded_count"].tolist() == [2, 0]
    assert region["financing_wan_yuan"].tolist() == [1600, 0]


def test_money_goes_by_need() -> None:
    """Enough for all: each county's part is what it needs, so nothing is gained."""
    found = separate(joint(2000.0, (400.0, 600.0, 1000.0)))
    assert found.shares == pytest.approx(dict(zip(COUNTIES, (0.2, 0.3, 0.5), strict=True)))
    assert found.gain_t == pytest.approx(0)
    for plan in found.plans.values():
        assert plan.verify().empty


def test_a_floor_in_each_county_is_told_apart() -> None:
    """30 % for adaptation: P2 serves all together; alone P0 and P1 may not be funded."""
    rows = [make_project(f"P{k}", county=c) for k, c in enumerate(COUNTIES)]
    rows[2] |= {"benefit": "adaptation", "emission_reduction_t_per_year": None}
    floor = {"label": "适应", "sense": "floor", "percent": 0.3, "benefits": ["adaptation"]}
    loan = {"label": "贷款", "kind": "debt", "budget_wan_yuan": {2027: 2400.0}}
    data = make_scenario(instruments={"loan": loan}, start_years=[2027], accounting_years=20, limits={"a": floor})
    found = separate(allocate(pd.DataFrame(rows), Scenario.model_validate(data)))
    assert found.gain_t == pytest.approx(2 * 1900)
    assert found.gain_without_limits_t == pytest.approx(0)
    assert "联合安排仍比各自安排多减排 0 tCO2e" in found.summary()


def test_projects_across_counties_are_for_the_region_only() -> None:
    rows = [make_project("A"), make_project("B", county="奉节县;巫山县", county_shares="奉节县=0.5;巫山县=0.5")]
    loan = {"label": "贷款", "kind": "debt", "budget_wan_yuan": {2027: 1600.0}}
    data = make_scenario(instruments={"loan": loan}, start_years=[2027], accounting_years=20)
    found = separate(allocate(pd.DataFrame(rows), Scenario.model_validate(data)))
    assert found.gain_t == pytest.approx(1900)
    assert "跨县项目：联合 1 个" in found.summary()


def test_a_county_without_a_plan_is_named() -> None:
    rows = [make_project("A", locked="in"), make_project("B", county="巫山县", financing_need_wan_yuan=800.0)]
    loan = {"label": "贷款", "kind": "debt", "budget_wan_yuan": {2027: 800.0}}
    data = make_scenario(instruments={"loan": loan}, start_years=[2027])
    found = separate(allocate(pd.DataFrame(rows), Scenario.model_validate(data)))
    assert found.gain_t is None
    assert "奉节县没有方案" in found.summary()


def test_an_infeasible_plan_is_refused() -> None:
    floor = {"label": "奉节", "sense": "floor", "county": "奉节县", "value": 2000}
    with pytest.raises(InputError, match="无从比较"):
        separate(joint(1600.0, limits={"more": floor}))


@pytest.mark.parametrize("seed", range(8))
def test_each_county_is_as_good_as_enumeration(seed: int) -> None:
    table, data = random_instance(4000 + seed, n=5)
    table["county"] = [COUNTIES[k % 3] for k in range(5)]
    table = table.drop(columns=["county_shares"], errors="ignore")
    scenario = Scenario.model_validate(data)
    plan = allocate(table, scenario)
    if plan.objective is None:
        return
    found = separate(plan)
    for county in COUNTIES:
        own = table.copy()
        own["locked"] = own["locked"].astype(object) if "locked" in own else None
        own.loc[own["county"] != county, "locked"] = "out"
        best = enumerate_best(own, county_scenario(scenario, county, found.shares[county]))
        assert (best is None) == (county not in found.plans)
        if best is not None:
            assert found.plans[county].objective == pytest.approx(best, rel=2e-6, abs=1e-6)
