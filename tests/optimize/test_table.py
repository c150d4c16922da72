"""Which projects take part: missing columns stop, missing values set aside, kinds of data are never mixed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from fengwuwu.errors import InputError
from fengwuwu.optimize import Plan, Scenario, allocate
from fengwuwu.optimize.excel import notices

Make = Callable[..., dict[str, Any]]


@pytest.fixture
def solve(scenario_data: Make) -> Callable[..., Plan]:
    def run(*rows: dict[str, Any], **changes: Any) -> Plan:
        return allocate(pd.DataFrame(list(rows)), Scenario.model_validate(scenario_data(**changes)))

    return run


def reasons(plan: Plan) -> dict[str, str]:
    return dict(plan.set_aside[["project_id", "reason"]].itertuples(index=False, name=None))


def test_a_missing_required_column_is_an_error_that_names_it(project: Make, scenario_data: Make) -> None:
    table = pd.DataFrame([project("P")]).drop(columns=["benefit", "lifetime_years"])
    with pytest.raises(InputError) as caught:
        allocate(table, Scenario.model_validate(scenario_data()))
    assert "lifetime_years" in str(caught.value) and "benefit" in str(caught.value)


def test_a_missing_value_sets_the_project_aside_and_names_the_column(project: Make, solve: Callable[..., Plan]) -> None:
    plan = solve(project("P"), project("Q", investment_wan_yuan=None), project("R", emission_reduction_t_per_year=None))
    assert "总投资" in reasons(plan)["Q"]
    assert "减排量" in reasons(plan)["R"]
    assert list(plan.decisions["project_id"]) == ["P"]


def test_adaptation_needs_no_reduction(project: Make, solve: Callable[..., Plan]) -> None:
    plan = solve(project("P"), project("A", benefit="adaptation", emission_reduction_t_per_year=None))
    assert set(plan.decisions["project_id"]) == {"P", "A"}


def test_a_locked_project_that_cannot_take_part_is_an_error(project: Make, solve: Callable[..., Plan]) -> None:
    with pytest.raises(InputError, match="必选"):
        solve(project("P"), project("Q", investment_wan_yuan=None, locked="in"))


@pytest.mark.parametrize(
    ("kinds", "used", "took_part"),
    [
        (["submitted", "illustrative", "public"], "submitted", {"P0"}),
        (["illustrative", "illustrative", "public"], "illustrative", {"P0", "P1"}),
        (["申报", "示例", "公开"], "submitted", {"P0"}),
    ],
)
def test_kinds_of_data_are_never_mixed(
    kinds: list[str], used: str, took_part: set[str], project: Make, solve: Callable[..., Plan]
) -> None:
    plan = solve(*(project(f"P{i}", data_kind=kind) for i, kind in enumerate(kinds)))
    assert plan.data_kind == used
    assert set(plan.decisions["project_id"]) == took_part
    assert ("示例数据，不得作为申报依据" in plan.summary()) == (used == "illustrative")


def test_only_admitted_projects_take_part_when_admission_is_known(project: Make, solve: Callable[..., Plan]) -> None:
    states = ["admitted", "demonstration", "incubating", "review", None]
    plan = solve(*(project(f"P{i}", admission_status=state) for i, state in enumerate(states)))
    assert set(plan.decisions["project_id"]) == {"P0", "P1"}
    assert all(reason.startswith("未入库") for reason in reasons(plan).values())


def test_completed_columns_are_read_instead_of_the_declared_ones(project: Make, solve: Callable[..., Plan]) -> None:
    """The form gives no lifetime; the rule's 5 years count: 2028–2032 → 500 t."""
    plan = solve(project("P", lifetime_years=None, lifetime_years_used=5, latest_start=2027))
    assert plan.objective == pytest.approx(500.0)


def test_storage_takes_part_with_no_tonnes(project: Make, solve: Callable[..., Plan]) -> None:
    plan = solve(project("P", reduction_ranked=False, locked="in"))
    assert plan.objective == 0
    assert "不参与减排排序" in plan.decisions["reason"].iloc[0]


def test_no_revenue_no_debt(project: Make, solve: Callable[..., Plan]) -> None:
    plan = solve(project("P", annual_revenue_wan_yuan=None), project("Q"))
    assert plan.decisions.set_index("project_id")["funded"].to_dict() == {"P": False, "Q": True}
    unchecked = solve(project("P", annual_revenue_wan_yuan=None), missing_revenue="unchecked")
    assert unchecked.decisions["funded"].all()


def test_a_project_without_a_start_year_is_set_aside(project: Make, solve: Callable[..., Plan]) -> None:
    plan = solve(project("P"), project("Q", construction_years=4))
    assert "没有可行的开工年" in reasons(plan)["Q"]


def test_a_project_whose_prerequisite_is_absent_is_set_aside(project: Make, solve: Callable[..., Plan]) -> None:
    plan = solve(project("P"), project("Q", requires="P;X@finish"))
    assert "X@finish" in reasons(plan)["Q"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"divisible": True, "exclusive_group": "甲"}, "可分割"),
        ({"climate_fraction": 1.5}, "climate_fraction"),
        ({"financing_need_wan_yuan": 2000.0}, "大于总投资"),
        ({"benefit": "双倍"}, "双倍"),
        ({"county": "北京"}, "北京"),
    ],
)
def test_wrong_values_are_collected_and_named(
    changes: dict[str, Any], said: str, project: Make, solve: Callable[..., Plan]
) -> None:
    with pytest.raises(InputError) as caught:
        solve(project("P", **changes))
    assert said in str(caught.value)


def test_lists_and_mappings_may_be_text_or_python(project: Make, solve: Callable[..., Plan]) -> None:
    """Half of 800 万元 may be borrowed, so without another source the project cannot be funded; with 0.8 it can."""
    for cap in ("loan=0.5", {"loan": 0.5}):
        assert not solve(project("P", instrument_share_max=cap)).decisions["funded"].any()
    for eligible in ("loan;own", ["loan", "own"]):
        assert solve(project("P", eligible_instruments=eligible)).decisions["funded"].all()


def test_counties_by_any_name(project: Make, solve: Callable[..., Plan]) -> None:
    plan = solve(project("P", county="fengjie"), project("Q", county="500237;巫溪"))
    assert plan.decisions.set_index("project_id")["county"].to_dict() == {"P": "奉节县", "Q": "巫山县;巫溪县"}


def test_a_space_before_the_mark_of_a_prerequisite_does_no_harm(project: Make, solve: Callable[..., Plan]) -> None:
    plan = solve(project("A"), project("B", requires=" A @ finish ", earliest_start=2028))
    assert plan.set_aside.empty
    assert plan.projects["requires"].tolist()[1] == "A@finish"


def test_a_plan_says_along_which_path_of_the_grid_factor_it_was_made(
    project: Make, solve: Callable[..., Plan], tmp_path: Path
) -> None:
    plan = solve(project("P", reduction_grid_path="电网因子每年下降 1 %"))
    plan.save(tmp_path / "plan.json")
    assert Plan.load(tmp_path / "plan.json").grid_path == "电网因子每年下降 1 %"
    said = "减排量按电网因子情景“电网因子每年下降 1 %”核算（假设）"
    assert said in plan.summary() and any(said in notice for notice in notices(plan))
    usual = solve(project("P"))
    assert usual.grid_path is None and "电网因子" not in usual.summary()
    assert not any("电网因子" in notice for notice in notices(usual))


def test_reductions_along_different_paths_are_not_compared(project: Make, solve: Callable[..., Plan]) -> None:
    with pytest.raises(InputError, match="不同的电网因子情景核算：电网因子不变、电网因子每年下降 1 %"):
        solve(project("P"), project("Q", reduction_grid_path="电网因子每年下降 1 %"))
