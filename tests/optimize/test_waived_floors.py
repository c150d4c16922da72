"""A floor for a group without candidates: kept it empties the plan, waived it is named; with candidates it binds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from fengwuwu.errors import ScenarioError
from fengwuwu.optimize import Plan, Scenario, allocate

NOTE = "没有可参加的项目，未执行下限“巫山县资金占比”。"


@pytest.fixture
def planned(
    project: Callable[..., dict[str, Any]], scenario_data: Callable[..., dict[str, Any]]
) -> Callable[..., Plan]:
    """The plan for one project of 800 万元 in Fengjie and others, with half of the money reserved for Wushan."""

    def make(*others: dict[str, Any], if_no_projects: str = "waive", **changes: Any) -> Plan:
        floor = {"label": "巫山县资金占比", "sense": "floor", "county": "巫山县", "if_no_projects": if_no_projects}
        data = scenario_data(limits={"wushan": floor | ({"percent": 0.5} if "value" not in changes else {}) | changes})
        return allocate(pd.DataFrame([project("P1"), *others]), Scenario.model_validate(data))

    return make


def test_kept_the_floor_empties_the_plan_and_the_summary_says_where_to_look(planned: Callable[..., Plan]) -> None:
    plan = planned(if_no_projects="keep")
    assert plan.objective == 0
    assert "没有项目入选" in plan.summary()
    assert NOTE not in plan.notes


def test_waived_the_floor_is_named(planned: Callable[..., Plan]) -> None:
    plan = planned()
    assert plan.objective == 20 * 100 - 100  # starts 2027, runs 2028–2046 of the window that ends in 2046
    assert NOTE in plan.notes
    assert NOTE in plan.summary()
    assert plan.verify().empty


def test_an_amount_is_waived_like_a_percentage(planned: Callable[..., Plan]) -> None:
    assert planned(value=500, if_no_projects="keep").status == "infeasible"
    assert NOTE in planned(value=500).notes


def test_with_a_candidate_the_floor_binds(planned: Callable[..., Plan], project: Callable[..., dict[str, Any]]) -> None:
    plan = planned(project("P2", county="巫山县", financing_need_wan_yuan=300.0, own_capital_wan_yuan=700.0))
    assert plan.decisions.set_index("project_id")["funded"].to_dict() == {"P1": False, "P2": True}
    assert NOTE not in plan.notes


def test_a_candidate_that_is_locked_out_is_none(
    planned: Callable[..., Plan], project: Callable[..., dict[str, Any]]
) -> None:
    plan = planned(project("P2", county="巫山县", locked="out"))
    assert plan.decisions.set_index("project_id")["funded"].to_dict() == {"P1": True, "P2": False}
    assert NOTE in plan.notes
    assert plan.verify().empty
    strict = plan.scenario.model_dump()["limits"]
    strict["wushan"]["if_no_projects"] = "keep"
    found = plan.replace(scenario=plan.scenario.changed(limits=strict)).verify()
    assert found["family"].tolist() == ["上下限"]


@pytest.mark.parametrize("wrong", [{"sense": "cap"}, {"measure": "climate_share", "value": 0.1}])
def test_only_floors_can_be_waived(planned: Callable[..., Plan], wrong: dict[str, Any]) -> None:
    with pytest.raises(ScenarioError, match="只适用于下限"):
        planned(**wrong)
