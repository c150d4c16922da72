"""The trade-off curve: equal to enumeration, honest about time, and a knee only where there is one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from fengwuwu.errors import InputError, ScenarioError
from fengwuwu.optimize import Frontier, Scenario, allocate, frontier, knee

Instance = Callable[..., tuple[pd.DataFrame, dict[str, Any]]]
Pairs = Callable[[pd.DataFrame, Scenario], list[tuple[float, float]]]
Make = Callable[..., dict[str, Any]]


def pairs(front: Frontier) -> list[tuple[float, float]]:
    return list(front.table[["emission_reduction_t", "climate_share"]].itertuples(index=False, name=None))


def same(found: list[tuple[float, float]], expected: list[tuple[float, float]]) -> bool:
    return len(found) == len(expected) and all(
        f == pytest.approx(e, rel=2e-6) for f, e in zip(found, expected, strict=True)
    )


def small_base(other: float = 1000.0, climate: float = 0.0) -> dict[str, Any]:
    """All investment outside the library in one county and year."""
    years = [2027, 2028, 2029]
    empty = {"other_wan_yuan": dict.fromkeys(years, 0.0), "climate_wan_yuan": dict.fromkeys(years, 0.0)}
    full = {
        "other_wan_yuan": {2027: other, 2028: 0, 2029: 0},
        "climate_wan_yuan": {2027: climate, 2028: 0, 2029: 0},
    }
    return {"奉节县": full, "巫山县": empty, "巫溪县": empty}


@pytest.fixture
def three(project: Make, scenario_data: Make) -> tuple[pd.DataFrame, Scenario]:
    """Money for one of three projects of 800 万元; 20 years of operation less one of building.

    A: 1000 t a year, 0 % climate-friendly; B: 900 t, 50 %; C: 100 t, 100 %.
    Shares with 1000 万元 outside: 0, 500/2000, 1000/2000.
    """
    rows = [
        project("A", emission_reduction_t_per_year=1000.0, climate_fraction=0.0),
        project("B", emission_reduction_t_per_year=900.0, climate_fraction=0.5),
        project("C", emission_reduction_t_per_year=100.0, climate_fraction=1.0),
    ]
    loan = {"label": "贷款", "kind": "debt", "rate": 0.04, "tenor_years": 10, "budget_wan_yuan": {2027: 800}}
    data = scenario_data(instruments={"loan": loan}, base_investment=small_base(), start_years=[2027])
    return pd.DataFrame(rows), Scenario.model_validate(data)


def test_three_points_by_hand(three: tuple[pd.DataFrame, Scenario]) -> None:
    said: list[str] = []
    front = frontier(*three, points=3, say=said.append)
    assert same(pairs(front), [(19000, 0.0), (17100, 0.25), (1900, 0.5)])
    assert (front.table["status"] == "proven_optimal").all()
    assert front.solves == len(said) == 3
    assert front.bypassed == 0
    for point in (1, 2, 3):
        plan = front.plan(point)
        assert plan.verify().empty, plan.verify().to_string()
        assert plan.decisions["project_id"][plan.decisions["funded"]].tolist() == ["ABC"[point - 1]]


def test_knee_by_hand(three: tuple[pd.DataFrame, Scenario]) -> None:
    """B: half of the way in share for a ninth of the tonnes (1900 of 17100)."""
    front = frontier(*three, points=3)
    assert front.knee == 2
    assert front.table["knee"].tolist() == [False, True, False]
    assert "25.000 个百分点" in front.knee_reason
    assert "1,900 tCO2e（10.00%）" in front.knee_reason
    assert "离两端连线最远" in front.knee_reason


def test_floors_already_exceeded_need_no_run(three: tuple[pd.DataFrame, Scenario]) -> None:
    """Floors 0.05 … 0.25 are all met by B: one run for them, one for 0.30 … 0.45 (C, the end itself)."""
    front = frontier(*three, points=11)
    assert same(pairs(front), [(19000, 0.0), (17100, 0.25), (1900, 0.5)])
    assert front.bypassed == 7
    assert front.solves == 4


def test_a_floor_on_the_share_is_a_rule_of_the_scenario(three: tuple[pd.DataFrame, Scenario]) -> None:
    table, scenario = three
    floor = {"label": "比重", "sense": "floor", "measure": "climate_share", "value": 0.25}
    plan = allocate(table, scenario.changed(limits={"share": floor}))
    assert plan.objective == pytest.approx(17100)
    assert plan.verify().empty
    spoiled = plan.replace(scenario=scenario.changed(limits={"share": floor | {"value": 0.26}})).verify()
    assert "“比重”为 25%，下限 26%。" in spoiled["message"].tolist()
    cap = floor | {"sense": "cap", "value": 0.2}
    assert allocate(table, scenario.changed(limits={"share": cap})).objective == pytest.approx(19000)
    refused = allocate(table, scenario.changed(limits={"share": floor | {"value": 0.6}}))
    # (0 + 1000) of 2000 at most; 60 % would need 200 万元 more
    assert refused.status == "infeasible"
    assert "把下限“比重”由 60% 降到 50%" in refused.message


@pytest.mark.parametrize("changes", [{"percent": 0.1}, {"value": 1.5}, {"value": 0.1, "benefits": ["adaptation"]}])
def test_a_share_that_is_none_is_refused(changes: dict[str, Any], three: tuple[pd.DataFrame, Scenario]) -> None:
    floor = {"label": "比重", "sense": "floor", "measure": "climate_share"} | changes
    with pytest.raises(ScenarioError, match="比重"):
        three[1].changed(limits={"share": floor})


def test_a_share_needs_the_investment_outside(three: tuple[pd.DataFrame, Scenario]) -> None:
    floor = {"label": "比重", "sense": "floor", "measure": "climate_share", "value": 0.1, "county": "巫溪县"}
    with pytest.raises(ScenarioError, match="巫溪县"):
        three[1].changed(base_investment={}, limits={"share": floor})
    with pytest.raises(ScenarioError, match="base_investment"):
        frontier(three[0], three[1].changed(base_investment={}))


def test_one_point_when_there_is_nothing_to_give_up(project: Make, scenario_data: Make) -> None:
    front = frontier(
        pd.DataFrame([project("A")]), Scenario.model_validate(scenario_data(base_investment=small_base())), points=5
    )
    assert len(front.table) == 1
    assert front.knee is None
    assert "不足三个点" in front.knee_reason
    assert "不冲突" in front.notes[0]


def test_no_time_no_values(three: tuple[pd.DataFrame, Scenario], instance: Instance) -> None:
    """Whatever the solver manages in no time: never a proof without its second opinion."""
    table, data = instance(1, n=6, goal="climate_share")
    front = frontier(table, Scenario.model_validate(data), points=4, seconds=1e-3)
    proven = front.table[front.table["status"] == "proven_optimal"]
    assert proven["gap"].le(1e-6).all()
    unsolved = front.table[front.table["emission_reduction_t"].isna()]
    assert (unsolved["status"] == "time_limit").all()
    for point in unsolved["point"]:
        with pytest.raises(InputError, match="没有第"):
            front.plan(int(point))


def test_infeasible_says_why(project: Make, scenario_data: Make) -> None:
    loan = {"label": "贷款", "kind": "debt", "rate": 0.04, "tenor_years": 10, "budget_wan_yuan": {2027: 500}}
    data = scenario_data(instruments={"loan": loan}, base_investment=small_base())
    with pytest.raises(ScenarioError, match="300 万元"):
        frontier(pd.DataFrame([project("P", locked="in")]), Scenario.model_validate(data), points=3)


def test_fewer_than_two_points_is_no_curve(three: tuple[pd.DataFrame, Scenario]) -> None:
    with pytest.raises(InputError, match="至少要 2 个点"):
        frontier(*three, points=1)


def test_survives_the_file(three: tuple[pd.DataFrame, Scenario], tmp_path: Path) -> None:
    front = frontier(*three, points=3)
    front.save(tmp_path / "frontier.json")
    again = Frontier.load(tmp_path / "frontier.json")
    assert again.to_json() == front.to_json() == frontier(*three, points=3).to_json()
    pd.testing.assert_frame_equal(again.table, front.table)
    assert again.plan(2).verify().empty
    assert "3 个点，其中 3 个已证明" in again.summary()
    (tmp_path / "plan.json").write_text(front.plan(1).to_json(), encoding="utf-8")
    with pytest.raises(InputError, match="不是取舍曲线文件"):
        Frontier.load(tmp_path / "plan.json")


def test_workbook_is_chinese(three: tuple[pd.DataFrame, Scenario], tmp_path: Path) -> None:
    frontier(*three, points=3).to_excel(tmp_path / "曲线.xlsx")
    sheets = pd.read_excel(tmp_path / "曲线.xlsx", sheet_name=None, header=1, engine="openpyxl")
    assert list(sheets) == ["说明", "取舍曲线", "各点决策"]
    curve = sheets["取舍曲线"]
    assert curve["核算期减排量（tCO2e）"].tolist() == pytest.approx([19000, 17100, 1900])
    assert curve["建议"].fillna("").tolist() == ["", "建议", ""]
    assert sheets["各点决策"]["第 2 点开工年"].fillna(0).tolist() == [0, 2027, 0]


def test_knee_needs_a_point_beyond_the_line() -> None:
    def table(middle: float) -> pd.DataFrame:
        return pd.DataFrame({
            "point": [1, 2, 3],
            "emission_reduction_t": [10.0, middle, 0.0],
            "climate_share": [0.0, 0.5, 1.0],
            "status": ["proven_optimal", "time_limit", "proven_optimal"],
        })

    assert knee.suggest(table(5.0))[0] is None
    assert knee.suggest(table(3.0))[0] is None
    point, reason = knee.suggest(table(8.0))
    assert point == 2
    assert "1 个点未证明最优" in reason
    point, reason = knee.suggest(table(8.0).assign(status="time_limit"))
    assert point is None and "没有一个点得到证明" in reason


@pytest.mark.slow
@pytest.mark.parametrize("block", range(4))
def test_equals_enumeration(block: int, instance: Instance, enumerated_front: Pairs) -> None:
    """Every efficient point of 24 instances; a coarse grid finds some of them, and always both ends."""
    lengths = []
    for seed in range(2000 + 6 * block, 2006 + 6 * block):
        table, data = instance(seed, n=5, goal="climate_share")
        # What saves most per 万元 is made the least climate-friendly, so that there is something to give up.
        rate = table["emission_reduction_t_per_year"].fillna(0) / table["investment_wan_yuan"]
        table["climate_fraction"] = 1 - rate.rank(method="first").sub(1) / 5
        limits = {k: v for k, v in data["limits"].items() if k != "count"}
        scenario = Scenario.model_validate(data | {"limits": limits})
        expected = enumerated_front(table, scenario)
        lengths.append(len(expected))
        if not expected:
            with pytest.raises(ScenarioError):
                frontier(table, scenario)
            continue
        whole = frontier(table, scenario, points=None)
        assert same(pairs(whole), expected), (seed, pairs(whole), expected)
        assert (whole.table["status"] == "proven_optimal").all()
        coarse = pairs(frontier(table, scenario, points=4))
        assert same([coarse[0], coarse[-1]], [expected[0], expected[-1]])
        assert all(any(same([p], [e]) for e in expected) for p in coarse)
    assert max(lengths) >= 2, lengths
