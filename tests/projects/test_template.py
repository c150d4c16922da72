"""The entry form: filled in, it imports; empty, it gives nothing."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from fengwuwu import reference
from fengwuwu.errors import InputError
from fengwuwu.projects import units
from fengwuwu.projects.fields import FIELDS
from fengwuwu.projects.layout import CHOICES_SHEET
from fengwuwu.projects.library import Library
from fengwuwu.projects.technologies import technologies
from fengwuwu.projects.template import write_template


def test_empty_form_gives_no_project_and_no_complaint(library: Library, tmp_path: Path) -> None:
    result = library.import_file(write_template(tmp_path / "模板.xlsx"))
    assert (result.rows_read, len(result.problems)) == (0, 0)
    assert result.skipped["reason"].tolist() == ["标题", "示例行", "工作表没有表头", "工作表没有表头"]


def test_every_field_has_its_column_hint_and_list(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(write_template(tmp_path / "a.xlsx"))["项目申报表"]
    assert [cell.value for cell in sheet[2]] == [field.full_header for field in FIELDS]
    lists = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert len(lists) == sum(field.kind in ("choice", "yes_no", "counties") for field in FIELDS)
    for cell, field in zip(sheet[2], FIELDS, strict=True):
        if field.hint:
            assert cell.comment is not None
            assert field.hint in cell.comment.text


def test_guide_and_lists_print_whole_with_their_headers(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_template(tmp_path / "a.xlsx"))
    for name in ("填写说明", "选项"):
        setup = book[name].page_setup
        assert (setup.orientation, book[name].sheet_properties.pageSetUpPr.fitToPage) == ("landscape", True)
        assert setup.fitToHeight == 0  # as many pages down as it takes
    assert (book["选项"].print_title_rows, book["选项"].freeze_panes) == ("$1:$1", "A2")


def test_every_list_offers_what_an_import_accepts(library: Library, tmp_path: Path) -> None:
    path = write_template(tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(path)
    sheet, choices = book["项目申报表"], book["选项"]
    columns = {cell.value: cell.column for cell in sheet[2]}
    line = 4
    for column in choices.iter_cols(values_only=True):
        if not str(column[0]).startswith("可选："):
            continue
        field = next(field for field in FIELDS if field.header == str(column[0]).removeprefix("可选："))
        for value in filter(None, column[1:]):
            for key, text in {
                "项目编号": f"T-{line:04d}",
                "项目名称": "测试",
                "所在县": "奉节县",
                field.full_header: value,
            }.items():
                sheet.cell(line, columns[key]).value = text
            line += 1
    book.save(path)
    result = library.import_file(path)
    assert (result.rejected, result.accepted) == (0, line - 4)


def test_the_example_row_would_be_a_valid_project(library: Library, tmp_path: Path) -> None:
    path = write_template(tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(path)
    book["项目申报表"].cell(3, 1).value = "T-0001"
    book.save(path)
    result = library.import_file(path)
    assert (result.accepted, len(result.problems)) == (1, 0)
    assert library.show("T-0001")["data_kind"] == "illustrative"


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    path = write_template(tmp_path / "a.xlsx")
    with pytest.raises(InputError, match="已存在"):
        write_template(path)
    with pytest.raises(InputError, match="xlsx"):
        write_template(tmp_path / "a.xls")
    with pytest.raises(InputError, match="写不出来"):
        write_template(tmp_path / "无" / "a.xlsx")


def test_units_are_offered_as_people_write_them_and_read_back(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(write_template(tmp_path / "t.xlsx"))[CHOICES_SHEET]
    at = {cell.value: cell.column for cell in sheet[1]}
    rows = {item.label: item for item in technologies().values()}
    seen = set()
    for row in sheet.iter_rows(min_row=2):
        item = rows.get(row[at["可选的技术类型"] - 1].value)
        for header, unit in (("规模的单位", "capacity_unit"), ("产出的单位", "output_unit")):
            if item is not None and (shown := row[at[header] - 1].value):
                assert units.factor(shown, getattr(item, unit)) == 1
                seen.add(shown)
    assert {"头", "辆", "万km", "MW"} <= seen


def test_further_figures_are_offered_by_technology_and_read_back(library: Library, tmp_path: Path) -> None:
    path = write_template(tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(path)
    choices, form = book[CHOICES_SHEET], book["项目申报表"]
    at = {cell.value: cell.column - 1 for cell in choices[1]}
    heads = ("核算补充数据用于", "补充数据的名称", "补充数据的单位")
    offered = [[row[at[head]] for head in heads] for row in choices.iter_rows(min_row=2, values_only=True)]
    offered = [row for row in offered if row[0]]
    assert ["电动船", "年替代柴油", "t"] in offered and len(offered) == len(reference.table("activity_figures"))
    columns = {cell.value: cell.column for cell in form[2]}
    for line, (technology, name, unit) in enumerate(offered, start=4):
        given = {"项目名称": f"测试{line}", "所在县": "奉节县", "技术类型": technology}
        for header, value in {**given, "核算补充数据": f"{name}：1.5{unit}"}.items():
            form.cell(line, columns[header]).value = value
    book.save(path)
    result = library.import_file(path)
    assert result.problems.empty, result.problems.to_string()
    assert (result.accepted, result.rejected) == (len(offered), 0)
    kept = library.projects()["activity_figures"].tolist()
    assert kept == [f"{name}=1.5 {unit}" for _, name, unit in offered]
