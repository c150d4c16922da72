"""Studies of a plan in printed words: what differs, what is proven, what a range rests on."""

from __future__ import annotations

import pandas as pd
import pytest

from fengwuwu.optimize import Plan, Scenario, allocate, alternatives, changes_curve, compare, robustness
from fengwuwu.reporting import Report, figures, plan_studies

from ..optimize.instances import COUNTIES, make_project, make_scenario

NEEDS = 800.0


def plan(projects: int, budget: float = 2 * NEEDS) -> tuple[Plan, pd.DataFrame]:
    """The n-th project saves 100 + n t a year for 19 years; there is money for two."""
    rows = [
        make_project(
            f"P{k}", county=COUNTIES[k % 3], financing_need_wan_yuan=NEEDS, emission_reduction_t_per_year=100.0 + k
        )
        for k in range(projects)
    ]
    loan = {"label": "贷款", "kind": "debt", "rate": 0.04, "tenor_years": 10, "budget_wan_yuan": {2027: budget}}
    table = pd.DataFrame(rows)
    scenario = make_scenario(instruments={"loan": loan}, start_years=[2027], accounting_years=20)
    return allocate(table, Scenario.model_validate(scenario)), table


def test_a_new_project_comes_in_for_the_weakest_one() -> None:
    (before, _), (after, table) = plan(2), plan(3)
    found = plan_studies.difference(compare(before, after))
    assert found.set_index("project_id")["change"].to_dict() == {"P0": "退出", "P2": "新入选"}
    report = Report("题")
    report.table(found, name="difference", caption="不同", columns=plan_studies.DIFFERENCE_COLUMNS)
    curve = changes_curve(before, table)
    points = plan_studies.changes(curve)
    # one out and one in are two changes, which save 2 × 19 t more
    assert points[["max_changes", "amount", "share"]].to_numpy().tolist() == [
        [0, "3,819 tCO2e", "0%"],
        [1, "3,819 tCO2e", "0%"],
        [2, "3,857 tCO2e", "100%"],
    ]
    assert set(points["status"]) == {"已证明最优"} and plan_studies.change_points(curve)["proven"].all()


def test_an_alternative_says_whether_it_differs_as_much_as_any_could() -> None:
    best, _ = plan(3)
    found = alternatives(best, within=0.02, count=1)
    # P2 and P0 save 202 against 203: P1 goes and P0 comes
    row = plan_studies.alternatives(found).iloc[0]
    assert (row["entered"], row["left"], row["differs"], row["proof"]) == ("P0", "P1", 2, "是")
    unsure = type(found)(found.table.assign(differs_at_most=4), found.plans)
    assert plan_studies.alternatives(unsure)["proof"].tolist() == ["未证明，至多 4 个"]


def test_each_bar_of_the_tornado_names_the_status_of_its_range() -> None:
    best, table = plan(3)
    found = robustness(table, best.scenario, 2, plan=best, workers=1)
    swings = plan_studies.swings(found)
    assert set(swings["label"]) == {
        "年减排量（假设）",
        "总投资（假设）",
        "投产推迟（假设）",
        "年收入（假设）",
        "自愿减排量价格（没有项目涉及）",
    }
    assert figures.tornado(swings, found.planned_t).axes


def test_what_working_together_is_worth_is_asked_within_the_time() -> None:
    best, _ = plan(3)
    found = plan_studies.apart(best, 60.0)
    assert found.gain_t == pytest.approx(203 * 19)
    assert found.gains()[0] == "联合安排比各自安排多减排 3,857 tCO2e〔已证明〕。"
    assert {one.scenario.time_limit for one in found.plans.values()} == {10.0}
