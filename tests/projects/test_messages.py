"""What an import says to the person who made it, and what the command line prints when there is nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from fengwuwu.cli import main
from fengwuwu.projects.library import Library

Make = Callable[..., Path]
HEAD = ["项目编号", "项目名称", "所在县", "总投资（万元）", "融资需求（万元）", "最早开工年"]


def test_rows_that_are_no_projects_are_listed_sheet_by_sheet(library: Library, workbook: Make) -> None:
    one = [["示例：项目表"], HEAD, ["FJ-1", "甲", "奉节县", 1], ["合计", None, None, 1], ["填表人：示例"]]
    many = [HEAD, ["FJ-2", "乙", "奉节县", 1], *([["小计", None, None, 1]] * 12)]
    said = library.import_file(workbook({"一季度": one, "二季度": many})).messages()
    assert said[-2] == (
        "不是项目、未读取的行：工作表“一季度”第 1 行（标题）、第 4 行（合计或小计）、第 5 行（注释或签署）。"
    )
    assert said[-1].startswith("不是项目、未读取的行：工作表“二季度”第 3 行（合计或小计）、第 4 行")
    assert said[-1].endswith("第 12 行（合计或小计） 等 12 行。")


def test_amounts_are_told_digit_by_digit(library: Library, workbook: Make) -> None:
    rows = [HEAD, ["FJ-1", "甲", "奉节县", 1234567.89, 1234567.9], ["FJ-2", "乙", "奉节县", "约12345678", 1]]
    said = library.import_file(workbook(rows)).problems["message"].tolist()
    assert said == [
        "融资需求 1234567.9 万元大于总投资 1234567.89 万元。",
        "“约12345678”是约数，按 12345678 读取。",
    ]


def test_what_must_be_filled_in_is_not_to_be_left_empty(library: Library, workbook: Make) -> None:
    result = library.import_file(workbook([HEAD, ["FJ-1", "甲", "某县", 1, None, 1900]]))
    assert result.problems.set_index("column")["remedy"].to_dict() == {
        "所在县": "请改正。",
        "最早开工年": "请改正；不清楚请留空。",
    }


def test_a_column_that_bears_a_key_is_named_in_chinese_too(library: Library, textfile: Make) -> None:
    rows = [["project_id", "project_name", "county", "investment_wan_yuan"], ["FJ-1", "甲", "某县", "约5"]]
    said = library.import_file(textfile(rows)).problems["column"].tolist()
    assert said == ["investment_wan_yuan（总投资）", "county（所在县）"]


def test_refused_rows_keep_number_and_name_in_sight(library: Library, textfile: Make) -> None:
    rows = [HEAD[:4], ["FJ-1", "甲", "奉节县", 1, 200]]
    refused = library.import_file(textfile(rows)).rejected_file
    assert refused is not None
    sheet = openpyxl.load_workbook(refused).active
    assert sheet.freeze_panes == "C2"
    assert str(sheet["F2"].value).startswith("本行的格比表头多")  # no column, so no colon before it


def test_quiet_means_errors_only(geopackage: Library, workbook: Make, capsys: pytest.CaptureFixture[str]) -> None:
    form = workbook([HEAD, ["FJ-1", "甲", "奉节县", "约5"], ["FJ-2", "乙", "某县", 1]])
    assert main(["library", "import", str(form), "--library", geopackage.location, "--quiet"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "“某县”不合要求" in said.err and "共有 1 行被退回" in said.err
    assert "约数" not in said.err


def test_forms_by_pattern(geopackage: Library, workbook: Make, capsys: pytest.CaptureFixture[str]) -> None:
    """The command prompt of Windows hands ``*.xlsx`` on as it is."""
    for number in (2, 1):
        form = workbook([HEAD, [f"FJ-{number}", "甲", "奉节县", 1]], f"form{number}.xlsx")
    (form.parent / "~$form1.xlsx").write_bytes(b"open in Excel")
    assert main(["library", "import", str(form.parent / "*.xlsx"), "--library", geopackage.location]) == 0
    assert [line.partition("：")[0] for line in capsys.readouterr().out.splitlines()] == ["form1.xlsx", "form2.xlsx"]
    assert main(["library", "import", str(form.parent / "*.xls"), "--library", geopackage.location]) == 1
    assert "找不到申报表" in capsys.readouterr().err


def test_an_empty_library_is_said_to_be_empty(geopackage: Library, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["library", "list", "--library", geopackage.location]) == 0
    assert capsys.readouterr().out == "没有项目。\n"
