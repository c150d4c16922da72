"""Studies of a plan: computed once, kept beside it, read back the same, never taken for those of another plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from fengwuwu.errors import InputError
from fengwuwu.optimize import Plan, Scenario, allocate, frontier, studies

from .instances import COUNTIES, make_project, make_scenario

YEARS = [2027, 2028, 2029]


def base(other: float) -> dict[str, Any]:
    """All investment outside the library in 2027, a third in each county."""
    empty = dict.fromkeys(YEARS, 0.0)
    return {c: {"other_wan_yuan": empty | {2027: other / 3}, "climate_wan_yuan": empty} for c in COUNTIES}


def instance(**changes: Any) -> tuple[pd.DataFrame, Scenario]:
    """Money for one of three projects of 800 万元, one in each county: 1000 t at 0 %, 900 t at 50 %, 100 t at 100 %."""
    kinds = ((1000.0, 0.0), (900.0, 0.5), (100.0, 1.0))
    rows = [
        make_project(f"P{k}", county=c, emission_reduction_t_per_year=tonnes, climate_fraction=fraction)
        for k, (c, (tonnes, fraction)) in enumerate(zip(COUNTIES, kinds, strict=True))
    ]
    loan = {"label": "贷款", "kind": "debt", "rate": 0.04, "tenor_years": 10, "budget_wan_yuan": {2027: 800.0}}
    data = make_scenario(instruments={"loan": loan}, base_investment=base(1000.0), start_years=[2027])
    data |= {"objective": "lexicographic", "order": ["emission_reduction", "climate_share"], "tolerance": 0.0}
    return pd.DataFrame(rows), Scenario.model_validate(data | changes)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, studies.Studies]:
    projects, scenario = instance()
    path = tmp_path_factory.mktemp("方案") / "plan.json"
    allocate(projects, scenario).save(path)
    return path, studies.make(projects, path, points=3, seconds=60)


def test_by_hand(saved: tuple[Path, studies.Studies]) -> None:
    path, made = saved
    assert made.frontier is not None
    assert made.frontier.table["emission_reduction_t"].tolist() == pytest.approx([19000, 17100, 1900])
    assert (made.frontier.table["status"] == "proven_optimal").all()
    assert made.point_of(Plan.load(path)) == 1
    # another 10,000 万元 fund the other two as well
    assert made.more_money.to_dict("records") == [
        {"instrument": "loan", "label": "贷款", "outcome": "多减排 19,000 tCO2e", "proven": True}
    ]
    assert made.separate is not None
    assert made.separate.gain_t == pytest.approx(19000), "a third of the money is enough for nobody"


def test_what_is_read_back_is_what_was_made(saved: tuple[Path, studies.Studies]) -> None:
    path, made = saved
    found = studies.find(path)
    assert found is not None
    assert found.to_json() == made.to_json() == studies.beside(path).read_text(encoding="utf-8")


def test_studies_that_lie_there_are_kept_and_those_of_another_plan_are_not_used(
    saved: tuple[Path, studies.Studies], tmp_path: Path
) -> None:
    path, made = saved
    projects, scenario = instance()
    stamp = studies.beside(path).stat().st_mtime_ns
    assert studies.make(projects, path).to_json() == made.to_json()
    assert studies.beside(path).stat().st_mtime_ns == stamp
    other = tmp_path / "plan.json"
    allocate(projects.iloc[:2], scenario).save(other)
    studies.beside(other).write_text(made.to_json(), encoding="utf-8")
    assert studies.find(other) is None


def test_no_curve_without_a_known_share_says_why(tmp_path: Path) -> None:
    projects, scenario = instance(base_investment={}, objective="emission_reduction")
    path = tmp_path / "plan.json"
    allocate(projects, scenario).save(path)
    made = studies.make(projects, path, points=3, seconds=30)
    assert made.frontier is None
    assert "固定资产投资" in made.frontier_reason


@pytest.mark.parametrize("text", ["", "{}", '{"kind": "frontier", "format": 1}'])
def test_a_damaged_file_is_one_message(text: str, saved: tuple[Path, studies.Studies], tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(saved[0].read_bytes())
    studies.beside(path).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="读不出或已损坏"):
        studies.find(path)


def test_a_known_end_is_not_looked_for_again() -> None:
    projects, scenario = instance()
    plan = allocate(projects, scenario)
    free, known = frontier(projects, scenario, 3), frontier(projects, scenario, 3, known=plan)
    assert known.solves == free.solves - 1
    pd.testing.assert_frame_equal(known.table.drop(columns="proof"), free.table.drop(columns="proof"))
    other = allocate(projects, scenario.changed(objective="climate_share"))
    assert frontier(projects, scenario, 3, known=other).solves == free.solves, "made for another goal: only a start"
