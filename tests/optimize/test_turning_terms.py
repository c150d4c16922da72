"""What it takes for a project to come in, and floors that keep it out: by hand and by enumeration."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from fengwuwu.optimize import Plan, Scenario, allocate, explain
from fengwuwu.optimize.reasons import turning_terms

from .enumeration import enumerate_best
from .instances import make_project, make_scenario, random_instance

LOAN = {"label": "贷款", "kind": "debt", "rate": 0.04, "tenor_years": 10, "budget_wan_yuan": {2027: 1600.0}}
OWN = {"label": "自有", "kind": "capital", "budget_wan_yuan": {2027: 100.0}}


def planned(rows: list[dict[str, Any]], **changes: Any) -> Plan:
    data = make_scenario(instruments={"loan": LOAN}, start_years=[2027]) | changes
    plan = allocate(pd.DataFrame(rows), Scenario.model_validate(data))
    assert plan.status == "proven_optimal"
    return plan


def three() -> Plan:
    """Money for two of three projects of 800 万元 that save 100, 101 and 102 t a year."""
    return planned([
        make_project(f"P{k}", emission_reduction_t_per_year=100.0 + k, latest_start=2027) for k in range(3)
    ])


def sentence(plan: Plan, name: str, word: str) -> tuple[str, str]:
    return next(s for s in explain(plan, name).statements if word in s[0])


def test_without_money_left_the_whole_need_has_to_go() -> None:
    """The other two take all 1600 万元, so P0 must do with the 200 of its own."""
    found = turning_terms.cost(three(), "P0")
    assert found is not None
    assert (found.now, found.turns, found.holds, found.proven) == (1000, 200, 200, True)
    assert sentence(three(), "P0", "总投资由")[0].startswith("总投资由 1,000 万元降到 200 万元")


def test_a_smaller_project_also_gets_less() -> None:
    """Loans up to 80 %, 100 of own money, need 1000: 1000 − d ≤ 0.8 (1000 − d) + 100 → d = 500."""
    rows = [make_project("P", financing_need_wan_yuan=1000.0, capital_ratio_min=0.0)]
    plan = planned(rows, instruments={"loan": LOAN | {"share_max": 0.8}, "own": OWN})
    found = turning_terms.cost(plan, "P")
    assert found is not None
    assert (found.turns, found.holds, found.proven) == (500, 500, True)


def test_a_smaller_project_needs_less_capital() -> None:
    """20 % of 1000 − d is the 150 there is → d = 250."""
    plan = planned([make_project("P", financing_need_wan_yuan=850.0)])
    found = turning_terms.cost(plan, "P")
    assert found is not None
    assert (found.turns, found.proven) == (750, True)


def test_revenue_that_serves_the_debt() -> None:
    """800 万元 over ten years at 4 % cost 98.63 a year; 1.2 times that is 118.4."""
    plan = planned([make_project("P")], dscr=1.2)
    found = turning_terms.revenue(plan, "P")
    assert found is not None
    assert (found.now, found.turns, found.holds, found.proven) == (100, 119, 118, True)
    words, proof = sentence(plan, "P", "年收入由")
    assert "年收入由 100 万元提高到 119 万元就会入选" in words
    assert proof == "已证明"


def test_revenue_of_a_project_that_has_none() -> None:
    plan = planned([make_project("P", annual_revenue_wan_yuan=None)], dscr=1.0)
    found = turning_terms.revenue(plan, "P")
    assert found is not None
    assert (found.now, found.turns, found.proven) == (0, 99, True)
    assert "年收入（现未提供）达到 99 万元就会入选" in sentence(plan, "P", "年收入")[0]


def test_revenue_that_nothing_looks_at() -> None:
    assert turning_terms.revenue(three(), "P0") is None


def test_more_money_of_the_source() -> None:
    """All three need 2400 万元; 1600 are there."""
    assert turning_terms.budgets(three(), "P0") == ({"loan": 800.0}, True)
    assert "贷款 800 万元，就能安排它" in sentence(three(), "P0", "资金至少增加")[0]


def test_a_source_that_no_project_draws_on_buys_nothing() -> None:
    """Nor does it stand in the model, so there is no row that more of it could widen."""
    rows = [
        make_project(f"P{k}", emission_reduction_t_per_year=100.0 + k, latest_start=2027, eligible_instruments="loan")
        for k in range(3)
    ]
    plan = planned(rows, instruments={"loan": LOAN, "own": OWN})
    assert turning_terms.budgets(plan, "P0") == ({"loan": 800.0}, True)


def test_lost_to_a_floor() -> None:
    """Money for one; the floor wants Wuxi's 100 t instead of Fengjie's 300."""
    rows = [
        make_project("F", emission_reduction_t_per_year=300.0),
        make_project("W", county="巫溪县"),
    ]
    limits = {
        "wuxi": {"label": "巫溪", "sense": "floor", "county": "巫溪县", "value": 1},
        "some": {"label": "总额", "sense": "floor", "value": 1},
    }
    loan = LOAN | {"budget_wan_yuan": {2027: 800.0}}
    plan = planned(rows, limits=limits, instruments={"loan": loan})
    assert sentence(plan, "F", "因下限") == (
        "它因下限“巫溪”而落选：取消这条下限，它就会入选，最好的方案多减排 3,800 tCO2e。",
        "已证明",
    )
    assert "总额" not in explain(plan, "F").text


def best_with(table: pd.DataFrame, scenario: Scenario, name: str, lock: str, **changes: float) -> float | None:
    other = table.copy()
    other["locked"] = other["locked"].astype(object) if "locked" in other else None
    row = other["project_id"] == name
    other.loc[row, "locked"] = lock
    for column, value in changes.items():
        other[column] = other[column].astype(float)
        other.loc[row, column] = value
    return enumerate_best(other, scenario)


@pytest.mark.slow
def test_what_is_told_is_enough_and_less_is_not() -> None:
    """On random instances, by enumeration: at the figure the project is in at a gain, a little before it is not."""
    checked = {"cost": 0, "revenue": 0}
    for seed in range(4000, 4032):
        table, data = random_instance(seed)
        table["divisible"] = False
        scenario = Scenario.model_validate(data | {"dscr": 1.3})
        plan = allocate(table, scenario)
        if plan.objective is None:
            continue
        for name in plan.decisions["project_id"][~plan.decisions["funded"] & plan.projects["locked"].isna()]:
            row = table[table["project_id"] == name].iloc[0]
            invested, need = row["investment_wan_yuan"], row["financing_need_wan_yuan"]
            own = invested - need
            cheaper = turning_terms.cost(plan, name)
            if cheaper is not None and cheaper.proven:
                checked["cost"] += 1
                for figure, enough in ((cheaper.turns, True), (min(cheaper.holds + 2, invested), False)):
                    change = {"investment_wan_yuan": figure, "financing_need_wan_yuan": figure - own}
                    inside = best_with(table, scenario, name, "in", own_capital_wan_yuan=own, **change)
                    assert better(inside, plan) == enough, (seed, name, figure)
            paid = turning_terms.revenue(plan, name)
            if paid is not None and paid.proven:
                checked["revenue"] += 1
                for figure, enough in ((paid.turns, True), (paid.holds - 0.5, False)):
                    if figure > 0:
                        inside = best_with(table, scenario, name, "in", annual_revenue_wan_yuan=figure)
                        assert better(inside, plan) == enough, (seed, name, figure)
    assert checked["cost"] >= 8 and checked["revenue"] >= 2, checked


def better(inside: float | None, plan: Plan) -> bool:
    return inside is not None and plan.objective is not None and inside > plan.objective * (1 + 1e-6)
