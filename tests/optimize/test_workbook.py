"""Workbooks print as they should: every page says what it is, and no text is cut off."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from fengwuwu.optimize.workbook import Sheet, write

NOTICE = "示例数据，不得作为申报依据"
LONG = "入选的理由很长，要占好几行，" * 6


def test_page_set_up(tmp_path: Path) -> None:
    keys = ["project_id", "project_name", "start_year", "amount_wan_yuan", "reason"]
    headers = ["项目编号", "项目名称", "开工年", "金额（万元）", "说明"]
    write(tmp_path / "表.xlsx", {"决策": Sheet(headers, [["A", "甲", 2027, 12345, LONG]], keys)}, [NOTICE])
    sheet = openpyxl.load_workbook(tmp_path / "表.xlsx")["决策"]
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$1:$2"  # the notice and the header on every page
    assert sheet.freeze_panes == "C3"
    assert sheet.auto_filter.ref == "A2:E3"
    assert [sheet.cell(3, j).number_format for j in (3, 4)] == ["0", "#,##0"]
    assert sheet.cell(3, 5).alignment.wrap_text
    per_line = sheet.column_dimensions["E"].width / 2  # Chinese characters
    assert sheet.row_dimensions[3].height / 16 >= len(LONG) / per_line


def test_a_wide_sheet_of_projects_goes_over_pages_that_can_be_read(tmp_path: Path) -> None:
    keys = ["project_id", "project_name", *(f"c{k}" for k in range(14))]
    write(tmp_path / "表.xlsx", {"决策": Sheet(keys, [["A", "甲", *["十六个字的说明文字总共十六字"] * 14]], keys)})
    sheet = openpyxl.load_workbook(tmp_path / "表.xlsx")["决策"]
    assert sheet.page_setup.fitToWidth == 3  # 14 × 28 + 16 characters on pages of 170
    assert sheet.print_title_cols == "$A:$B"
