"""What the library hands over comes back without a change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyogrio
import pytest

from fengwuwu.errors import InputError
from fengwuwu.projects.fields import FIELDS
from fengwuwu.projects.library import Library

Make = Callable[..., Path]
HEAD = ["项目编号", "项目名称", "所在县", "总投资（万元）", "经度", "纬度"]
TWO = [HEAD, ["FJ-1", "甲", "奉节县", 100, 109.46, 31.02], ["WX-1", "乙", "巫溪县", None, None, None]]


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_export_comes_back_without_a_change(library: Library, workbook: Make, tmp_path: Path, suffix: str) -> None:
    rows = [
        [*HEAD, "技术类型", "规模", "规模单位", "可分割", "备注", "分年投资比例", "跨县投资分摊"],
        [
            "FJ-1",
            "甲",
            "奉节;巫山",
            "约33.3",
            109.46,
            31.02,
            "造林",
            100,
            "亩",
            "是",
            "=1+1",
            "0.4;0.6",
            "奉节=0.3;巫山=0.7",
        ],
        ["X001", "002", "巫溪县", 1e-7, None, None, None, None, None, None, "一\n二", None, None],
    ]
    # A note that looks like a formula stays a note.
    form = workbook(rows, change=lambda book: setattr(book.worksheets[0]["K2"], "data_type", "s"))
    assert library.import_file(form).accepted == 2
    out = library.export(f"交换.{suffix}")
    result = library.import_file(out)
    assert (result.unchanged, len(result.problems)) == (2, 0)
    other = Library.open(tmp_path / "other.gpkg")
    assert other.import_file(out).accepted == 2
    same = [field.key for field in FIELDS]
    pd.testing.assert_frame_equal(pd.DataFrame(other.projects())[same], pd.DataFrame(library.projects())[same])


@pytest.mark.parametrize("suffix", ["gpkg", "geojson"])
def test_export_as_layer(library: Library, workbook: Make, tmp_path: Path, suffix: str) -> None:
    library.import_file(workbook(TWO))
    # In the working folder, as people name a file; drivers and geopandas make something of odd names.
    layer = pyogrio.read_dataframe(library.export(f"out.{suffix}"))
    assert layer["project_id"].tolist() == ["FJ-1", "WX-1"]
    result = library.import_file(f"out.{suffix}")
    assert (result.unchanged, result.rows_read, len(result.problems)) == (2, 2, 0)


def test_export_refuses_other_formats_and_missing_folders(library: Library, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="不能导出"):
        library.export(tmp_path / "a.pdf")
    for suffix in ("xlsx", "csv", "gpkg", "geojson"):
        with pytest.raises(InputError, match="写不出来"):
            library.export(tmp_path / "无此文件夹" / f"a.{suffix}")
