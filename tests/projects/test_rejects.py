"""Rejected rows: kept as they were with the reasons, and mended there they import."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from fengwuwu.errors import FengwuwuError
from fengwuwu.projects.library import Library

Make = Callable[..., Path]
HEAD = ["项目编号", "项目名称", "所在县", "总投资", "备注"]


def cells(path: Path) -> list[list[object]]:
    book = openpyxl.load_workbook(path)
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


@pytest.fixture
def form(workbook: Make) -> Path:
    return workbook(
        [
            ["申报表", None, None, "单位：亿元"],
            HEAD,
            ["FJ-1", "甲", "奉节县", 1, None],
            ["FJ-2", "乙", "某县", 2, "=不是公式"],
            ["FJ-3", "丙", "奉节县", "一百", dt.datetime(2026, 1, 2)],
            ["FJ-1", "丁", "奉节县", 4, None],
        ],
        change=lambda book: setattr(book.worksheets[0]["E4"], "data_type", "s"),
    )


def test_rows_as_they_were_with_title_header_and_reasons(library: Library, form: Path) -> None:
    result = library.import_file(form)
    assert result.rejected_file == library.folder / "forms.rejected.xlsx"
    rows = cells(result.rejected_file)
    assert rows[0][3] == "单位：亿元"
    assert rows[1] == [*HEAD, "退回原因"]
    assert [row[:5] for row in rows[2:]] == [
        ["FJ-2", "乙", "某县", 2, "=不是公式"],
        ["FJ-3", "丙", "奉节县", "一百", dt.datetime(2026, 1, 2)],
        ["FJ-1", "丁", "奉节县", 4, None],
    ]
    assert "所在县：“某县”不合要求" in str(rows[2][5])
    assert "总投资：“一百”不是数值" in str(rows[3][5])
    assert "重复" in str(rows[4][5])


def test_mended_there_the_file_imports(library: Library, form: Path) -> None:
    rejected = library.import_file(form).rejected_file
    assert rejected is not None
    book = openpyxl.load_workbook(rejected)
    sheet = book.worksheets[0]
    sheet["C3"], sheet["D4"], sheet["A5"] = "奉节县", 3, "FJ-4"
    book.save(rejected)
    result = library.import_file(rejected)
    assert (result.accepted, result.rejected, result.rejected_file) == (3, 0, None)
    assert result.problems.empty
    assert library.projects()["investment_wan_yuan"].tolist() == [10000, 20000, 30000, 40000]
    assert library.show("FJ-2")["note"] == "=不是公式"


def test_a_duplicate_sent_again_unmended_does_not_overwrite(library: Library, form: Path) -> None:
    rejected = library.import_file(form).rejected_file
    assert rejected is not None
    result = library.import_file(rejected)
    assert (result.updated, result.rejected) == (0, 3)
    assert library.show("FJ-1")["project_name"] == "甲"


def test_a_file_someone_is_mending_is_never_overwritten(library: Library, form: Path) -> None:
    first = library.import_file(form).rejected_file
    assert first is not None
    before = first.read_bytes()
    assert library.import_file(form).rejected_file == first
    assert first.read_bytes() == before
    book = openpyxl.load_workbook(first)
    book.worksheets[0]["C3"] = "奉节县"
    book.save(first)
    mended = first.read_bytes()
    second = library.import_file(form).rejected_file
    assert second is not None
    assert second.name == "forms.rejected-2.xlsx"
    assert first.read_bytes() == mended
    assert library.import_file(form).rejected_file == second


def test_output_folder(library: Library, form: Path, tmp_path: Path) -> None:
    folder = tmp_path / "退回"
    with pytest.raises(FengwuwuError, match="文件夹不存在"):
        library.import_file(form, output=folder)
    folder.mkdir()
    assert library.import_file(form, output=folder).rejected_file == folder / "forms.rejected.xlsx"


def test_unwritable_rejects_leave_the_library_as_it_was(
    library: Library, form: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: openpyxl.Workbook, path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(openpyxl.Workbook, "save", full)
    with pytest.raises(FengwuwuError, match="退回文件写不出来"):
        library.import_file(form)
    assert library.version == 0
    assert library.projects().empty


def test_a_row_out_of_step_with_its_header_stays_out_until_mended(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("项目编号,项目名称,所在县,总投资（万元）\nFJ-1,甲,奉节县,1,200\n", encoding="utf-8")
    rejected = library.import_file(path).rejected_file
    assert rejected is not None
    assert library.import_file(rejected).rejected == 1
    book = openpyxl.load_workbook(rejected)
    sheet = book.worksheets[0]
    sheet["D2"], sheet["E2"] = 1200, None
    book.save(rejected)
    assert library.import_file(rejected).accepted == 1
    assert library.show("FJ-1")["investment_wan_yuan"] == 1200.0
