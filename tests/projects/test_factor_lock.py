"""A result keeps what it rests on; a changed table is noticed, by row, old and new value."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from fengwuwu import paths
from fengwuwu.projects.assess import assess
from fengwuwu.projects.factor_lock import CHANGES, changes
from fengwuwu.projects.library import Library

FORM = [
    ["项目编号", "项目名称", "所在县", "技术类型", "建设规模（MW）"],
    ["A", "甲风电场", "奉节县", "陆上风电", 50],
    ["B", "乙造林", "巫溪县", "造林", None],
]


@pytest.fixture
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the reference tables that may be edited."""
    folder = tmp_path / "reference"
    shutil.copytree(paths.REFERENCE, folder)
    monkeypatch.setattr(paths, "REFERENCE", folder)
    return folder


def edit(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / f"{name}.csv"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_changed_factor_makes_the_kept_result_outdated_and_says_which(
    tables: Path, library: Library, textfile: object
) -> None:
    library.import_file(textfile(FORM))  # type: ignore[operator]
    library.save_assessment(assess(library.projects()))
    kept = library.assessed().set_index("project_id")
    assert not kept["assessment_stale"].any() and kept[CHANGES].isna().all()

    edit(tables, "factors", "grid_average,重庆,2023,0.5581", "grid_average,重庆,2023,0.5600")
    kept = library.assessed().set_index("project_id")
    assert kept.loc["A", CHANGES] == "factors 重庆 2023 电力平均因子：0.5581 → 0.56".replace("平均因子", "平均排放因子")
    assert kept["assessment_stale"].tolist() == [True, False]  # the trees use no power

    library.save_assessment(assess(library.projects()))
    kept = library.assessed().set_index("project_id")
    assert not kept["assessment_stale"].any() and "0.56（" in kept.loc["A", "reduction_factors"]


def test_a_changed_parameter_a_new_method_and_a_lost_path_are_noticed(tables: Path) -> None:
    table = pd.DataFrame({
        "project_id": ["A"],
        "county": ["奉节县"],
        "technology": ["wind_onshore"],
        "capacity": [50.0],
    })
    before = assess(table)
    edit(
        tables,
        "parameters",
        "wind_onshore,full_load_hours,年等效利用小时数,1800,2000,2400",
        "wind_onshore,full_load_hours,年等效利用小时数,1800,2000,2300",
    )
    assert changes(before).tolist() == ["parameters full_load_hours：1800/2000/2400/2000 → 1800/2000/2300/2000"]
    edit(tables, "grid_paths", "constant,电网因子不变,yes", "unchanged,电网因子不变,yes")
    assert "已没有所用的行" in changes(before)[0]


def test_nothing_is_said_where_nothing_was_computed() -> None:
    table = pd.DataFrame({"project_id": ["A"], "technology": ["road"], "reduction_inputs": [None]})
    assert changes(table).tolist() == [None]
    assert changes(table.iloc[:0]).tolist() == []
