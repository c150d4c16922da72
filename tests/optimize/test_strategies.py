"""Simple strategies and near-optimal alternatives: by hand, and never better than the plan."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fengwuwu.errors import ScenarioError
from fengwuwu.optimize import Scenario, allocate, alternatives, strategies
from fengwuwu.optimize.rivals.strategies import BEST, CHEAPEST, FILED_FIRST

from .instances import make_project, make_scenario, random_instance

YEARS = 19


def scenario(budget: float, **changes: Any) -> Scenario:
    loan = {"label": "贷款", "kind": "debt", "rate": 0.04, "tenor_years": 10, "budget_wan_yuan": {2027: budget}}
    return Scenario.model_validate(make_scenario(instruments={"loan": loan}, start_years=[2027]) | changes)


def projects(*given_: tuple[str, float, float]) -> pd.DataFrame:
    """Id, need (all of the investment but 200) and reduction a year."""
    rows = [
        make_project(
            n, investment_wan_yuan=need + 200, financing_need_wan_yuan=need, emission_reduction_t_per_year=rate
        )
        for n, need, rate in given_
    ]
    return pd.DataFrame(rows).assign(capital_ratio_min=0.0)


def test_strategies_by_hand() -> None:
    """1600: {B, C} save 180; first come A alone (need 1000) 105; by tonnes per 万元 S, then one of B and C: 100."""
    table = projects(("A", 1000, 105), ("B", 800, 90), ("C", 800, 90), ("S", 50, 10))
    table["filing_date"] = ["2026-01-05", "2026-02-01", "2026-02-01", "2026-03-01"]
    plan = allocate(table, scenario(1600))
    found = strategies(plan, table, orders=6, workers=1)
    rows = found.table.set_index("strategy")
    assert rows.loc[BEST, "emission_reduction_t"] == pytest.approx(180 * YEARS)
    assert rows.loc[FILED_FIRST, "emission_reduction_t"] == pytest.approx(115 * YEARS)
    assert rows.loc[FILED_FIRST, "shortfall_t"] == pytest.approx(65 * YEARS)
    assert rows.loc[CHEAPEST, "emission_reduction_t"] == pytest.approx(100 * YEARS)
    assert rows.loc[CHEAPEST, "share_of_best"] == pytest.approx(100 / 180)
    assert "按申报日期" in rows.loc[FILED_FIRST, "note"]
    assert set(found.random) <= {round(v * YEARS, 6) for v in (115, 100, 180)}
    assert "先到先得" in found.summary()
    assert strategies(plan, table, orders=6, workers=1).table.equals(found.table)


def test_a_floor_is_foreseen() -> None:
    """Half the money for adaptation: A must not take all of it although it came first."""
    table = projects(("A", 1000, 105), ("B", 800, 90), ("Z", 800, 0))
    table.loc[2, "benefit"] = "adaptation"
    floor = {"label": "适应", "sense": "floor", "percent": 0.5, "benefits": ["adaptation"]}
    plan = allocate(table, scenario(1600, limits={"a": floor}))
    found = strategies(plan, table, orders=2, workers=1)
    taken = found.plans[FILED_FIRST].decisions.set_index("project_id")["funded"]
    assert taken.to_dict() == {"A": False, "B": True, "Z": True}
    assert "按项目表的次序" in found.table.loc[1, "note"]


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_strategies_keep_every_rule_and_never_beat_the_plan(seed: int) -> None:
    table, data = random_instance(seed)
    plan = allocate(table, Scenario.model_validate(data))
    if plan.objective is None:
        return
    found = strategies(plan, table, orders=3, workers=1)
    for made in found.plans.values():
        assert made.verify().empty
    assert FILED_FIRST in found.plans
    assert (found.table["shortfall_t"].dropna() >= -1e-5 * abs(float(plan.objective)) - 1e-6).all()


def test_alternatives_differ_most_within_the_tolerance() -> None:
    """Money for two of four: A, B save 100; C, D 99.5. {C, D} differs in four, then pairs of one each in two."""
    table = projects(("A", 800, 100), ("B", 800, 100), ("C", 800, 99.5), ("D", 800, 99.5), ("E", 800, 50))
    plan = allocate(table, scenario(1600))
    found = alternatives(plan, count=2)
    assert found.table["differs"].tolist() == [4, 2]
    assert found.table["differs_at_most"].tolist() == [4, 2]
    assert found.table.loc[0, ["entered", "left"]].tolist() == ["C、D", "A、B"]
    assert (found.table["share_of_best"] >= 0.99).all()
    for other in found.plans:
        assert other.verify().empty
        assert other.status == "within_gap"


def test_as_much_of_a_divisible_project_as_there_is_money_for() -> None:
    """1200: A (800) first, then half of the divisible B."""
    table = projects(("A", 800, 100), ("B", 800, 100)).assign(divisible=[False, True])
    plan = allocate(table, scenario(1200))
    made = strategies(plan, table, orders=0, workers=1).plans[FILED_FIRST]
    assert made.decisions.set_index("project_id")["fraction"].to_dict() == pytest.approx({"A": 1.0, "B": 0.5}, abs=1e-5)


def test_no_alternative_where_nothing_comes_close() -> None:
    plan = allocate(projects(("A", 800, 100), ("B", 800, 50)), scenario(800))
    assert alternatives(plan).table.empty


def test_plans_that_are_not_about_reductions_are_refused() -> None:
    years = (2027, 2028, 2029)
    base = {
        county: {"other_wan_yuan": dict.fromkeys(years, 9.0), "climate_wan_yuan": dict.fromkeys(years, 1.0)}
        for county in ("奉节县", "巫山县", "巫溪县")
    }
    plan = allocate(projects(("A", 800, 100)), scenario(800, objective="climate_share", base_investment=base))
    with pytest.raises(ScenarioError, match="首要目标却不是减排量"):
        alternatives(plan)
    with pytest.raises(ScenarioError, match="首要目标却不是减排量"):
        strategies(plan, workers=1)
