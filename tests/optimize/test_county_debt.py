"""The ceiling on a county's debt service: a hand-solved case, its slack when it cannot be kept, and its table row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from fengwuwu.errors import ScenarioError
from fengwuwu.optimize import Plan, Scenario, allocate

Make = Callable[..., dict[str, Any]]
SERVICE = 0.04 / (1 - 1.04**-10)  # 万元 a year for one 万元 over ten years: 0.1233


def planned(rows: list[dict[str, Any]], data: dict[str, Any]) -> Plan:
    plan = allocate(pd.DataFrame(rows), Scenario.model_validate(data))
    assert plan.verify().empty, plan.verify().to_string()
    return plan


def funded(plan: Plan) -> set[str]:
    return set(plan.decisions.loc[plan.decisions["funded"], "project_id"])


def ceiling(most: float, existing: float | None = None) -> dict[str, Any]:
    return {"奉节县": {"max_annual_service_wan_yuan": most, "existing_annual_service_wan_yuan": existing}}


def test_one_loan_of_two_fits_under_the_ceiling(project: Make, scenario_data: Make) -> None:
    """Each loan of 800 万元 costs 98.6 万元 a year: both need 197.3, of which 30 are taken by what is owed already."""
    rows = [project("A"), project("B", emission_reduction_t_per_year=90.0), project("C", county="巫山县")]
    data = scenario_data()
    data["instruments"]["loan"]["budget_wan_yuan"] = {2027: 2400}
    assert funded(planned(rows, data | {"county_debt": ceiling(200)})) == {"A", "B", "C"}
    assert funded(planned(rows, data | {"county_debt": ceiling(200, 30)})) == {"A", "C"}
    assert funded(planned(rows, data | {"county_debt": ceiling(98)})) == {"C"}


def test_a_project_of_two_counties_counts_by_its_published_parts(project: Make, scenario_data: Make) -> None:
    both = project("A", county="奉节县;巫山县", county_shares="奉节县=0.6;巫山县=0.4")
    assert funded(planned([both], scenario_data(county_debt=ceiling(0.6 * 800 * SERVICE + 0.1)))) == {"A"}
    assert funded(planned([both], scenario_data(county_debt=ceiling(0.6 * 800 * SERVICE - 0.1)))) == set()


def test_projects_of_two_counties_do_not_share_their_money(project: Make, scenario_data: Make) -> None:
    """Alike but for the county, so that only the ceiling keeps their financing apart."""
    rows = [project("A"), project("B", county="巫山县")]
    own = {"label": "自有", "kind": "capital", "budget_wan_yuan": {2027: 800}}
    data = scenario_data(county_debt=ceiling(0), start_years=[2027])
    data["instruments"] = data["instruments"] | {"own": own}
    plan = planned(rows, data)
    assert funded(plan) == {"A", "B"}
    money = plan.financing.groupby(["project_id", "instrument"])["amount_wan_yuan"].sum()
    assert money["A", "own"] == pytest.approx(800)
    assert money["B", "loan"] == pytest.approx(800)


def test_what_is_lacking_is_said(project: Make, scenario_data: Make) -> None:
    """98.63 are needed, 90 are there."""
    plan = planned([project("A", locked="in")], scenario_data(county_debt=ceiling(90)))
    assert plan.status == "infeasible"
    assert "奉节县的年还本付息上限提高 8.64 万元" in plan.message


def test_it_stands_in_the_assumptions(scenario_data: Make) -> None:
    table = Scenario.model_validate(scenario_data(county_debt=ceiling(200))).assumptions()
    row = table[table["项目"] == "奉节县年还本付息上限"].iloc[0]
    assert (row["数值"], row["单位"], row["状态"]) == ("200", "万元/年", "假设")
    assert "已有债务未提供，未计" in row["说明"]


def test_a_ceiling_below_what_is_owed_already_is_refused(scenario_data: Make) -> None:
    with pytest.raises(ScenarioError, match="已有债务的年还本付息超过了上限"):
        Scenario.model_validate(scenario_data(county_debt=ceiling(10, 11)))
