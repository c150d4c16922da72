"""A table of rules or a layer that changes makes every kept assessment outdated, by name."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from fengwuwu import paths, reference
from fengwuwu.projects import workspace
from fengwuwu.projects.assess import assess
from fengwuwu.projects.assessment_basis import TITLES, basis, changed
from fengwuwu.projects.library import Library

# Traced row by row, so that a change is told of the projects it concerns alone.
LOCKED = {"methodologies", "factors", "bases", "grid_paths", "parameters"}
# No part of a result: what reading any table needs, and factors that are refused before anything is computed.
NEVER_IN_A_RESULT = {"tables", "rejected_factors"}
FORM = "项目编号,项目名称,所在县,总投资（万元）\nX,示例：甲造林,巫溪县,950\n"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """An assessed project, and tables of its own."""
    shutil.copytree(paths.REFERENCE, tmp_path / "reference")
    monkeypatch.setattr(paths, "REFERENCE", tmp_path / "reference")
    form = tmp_path / "form.csv"
    form.write_text(FORM, encoding="utf-8")
    library = Library.open(tmp_path / "library.gpkg")
    library.import_file(form, by="测试")
    library.save_assessment(workspace.assessed(library))
    return library


def test_every_table_an_assessment_reads_is_watched(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    read: set[str] = set()
    plain = reference.table

    def noted(name: str, folder: Path | None = None) -> pd.DataFrame:
        read.add(name)
        return plain(name, folder)

    monkeypatch.setattr(reference, "table", noted)
    technologies = plain("technologies")["technology"]
    assess(pd.DataFrame({"project_id": technologies, "county": "奉节县", "technology": technologies}))
    assert read - LOCKED - NEVER_IN_A_RESULT <= set(TITLES)


def test_a_changed_rule_is_named(library: Library) -> None:
    assert not library.assessed()["assessment_stale"].any()
    rules = paths.REFERENCE / "siting_rules.csv"
    rules.write_text(rules.read_text(encoding="utf-8").replace("C1,", "C9,", 1), encoding="utf-8")
    kept = library.assessed().iloc[0]
    assert kept["assessment_stale"] and kept["assessment_changes"] == "选址规则有改动"


def test_a_layer_of_the_bureau_is_named(library: Library, tmp_path: Path) -> None:
    (tmp_path / "layers.toml").write_text("", encoding="utf-8")
    assert library.assessed().iloc[0]["assessment_changes"] == "地图图层或本地选址规则有改动"
    (tmp_path / "layers.toml").write_text("[", encoding="utf-8")
    assert library.assessed().iloc[0]["assessment_stale"]


def test_an_assessment_of_unknown_rules_does_not_hold(library: Library) -> None:
    said = changed({}, basis(library.location))
    assert said is not None and "没有记下" in said
