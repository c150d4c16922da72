"""Refused rows are found again beside the library, with the reasons given."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from fengwuwu.projects.library import Library
from fengwuwu.projects.refusals import refusals

Make = Callable[..., Path]


def test_rows_with_their_reasons(geopackage: Library, workbook: Make, tmp_path: Path) -> None:
    assert len(refusals(tmp_path)) == 0
    geopackage.import_file(
        workbook([
            ["项目编号", "项目名称", "所在县", "总投资（万元）"],
            ["FJ-1", "甲", "奉节县", 5],
            ["FJ-2", "乙", "某县", -1],
            ["FJ-3", None, "巫山县", 1],
        ])
    )
    found = refusals(tmp_path)
    assert found[["file", "row", "project_id"]].to_numpy().tolist() == [
        ["forms.rejected.xlsx", 2, "FJ-2"],
        ["forms.rejected.xlsx", 3, "FJ-3"],
    ]
    assert found["reason"][0].count("\n") == 1
    assert "某县" in found["reason"][0]
    assert found["project_name"].tolist() == ["乙", None]


def test_a_file_nobody_can_read_is_named_and_an_open_one_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.rejected.xlsx").write_bytes(b"no workbook")
    (tmp_path / "~$b.rejected.xlsx").write_bytes(b"lock")
    found = refusals(tmp_path)
    assert found["file"].tolist() == ["a.rejected.xlsx"]
    assert pd.isna(found["row"][0])
    assert found["reason"][0]
