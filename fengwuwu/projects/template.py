"""The empty entry form: Chinese headers with units, drop-downs, hints, and one example row that an import skips."""

from __future__ import annotations

from pathlib import Path

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from fengwuwu import region
from fengwuwu.errors import InputError
from fengwuwu.projects import activity_figures
from fengwuwu.projects.cells import choices_of
from fengwuwu.projects.fields import FIELDS, Field
from fengwuwu.projects.layout import CHOICES_SHEET, EXAMPLE_MARK, GUIDE_SHEET
from fengwuwu.projects.schema import FIRST_YEAR, LAST_YEAR, NUMERIC
from fengwuwu.projects.technologies import technologies
from fengwuwu.vocabulary import UNIT

FORM_SHEET = "项目申报表"
_ROWS = 500  # rows with drop-downs
_FIRST = 4  # title, header, example, then this row
_AUTHOR = "fengwuwu"
_REQUIRED, _OPTIONAL = PatternFill("solid", fgColor="F8CBAD"), PatternFill("solid", fgColor="DDEBF7")
_EXAMPLE: dict[str, str | float] = {
    "project_id": f"{EXAMPLE_MARK}（导入时跳过，可删除）",
    "project_name": "示例：某镇分布式光伏",
    "data_kind": "示例",
    "owner": "示例单位",
    "county": "奉节县",
    "technology": "分布式光伏",
    "category": "能源",
    "capacity": 6,
    "capacity_unit": "MW",
    "stage": "可研",
    "investment_wan_yuan": 2400,
    "own_capital_wan_yuan": 480,
    "financing_need_wan_yuan": 1920,
    "earliest_start": 2027,
    "construction_years": 1,
    "construction_profile": "1",
    "divisible": "否",
    "value_status": "假设",
    "source_kind": "申报表",
}
_GUIDE = (
    "1. 每个项目一行，从第 4 行填起；底色较深的列必填，其余不清楚请留空，不要填 0。",
    "2. 金额为万元、减排量为吨二氧化碳当量、坐标为 CGCS2000 经纬度；单元格中也可写明其他单位，如“1.2亿元”。",
    "3. 下拉列只能选下拉表中的值；多个值用分号隔开；表头的批注写有填法。",
    "4. 可增加自己的列，导入时会提示该列未读取；合计行、注释行会自动跳过并列出。",
    "5. 导入：fengwuwu library import 本文件.xlsx；退回的行另存为“.rejected.xlsx”，改好后直接导入那个文件。",
)


def write_template(path: Path | str) -> Path:
    """Write the empty entry form.

    Parameters
    ----------
    path : path
        ``.xlsx``; an existing file is not overwritten.

    Raises
    ------
    InputError
        When the suffix is another, the file exists, or it cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() != ".xlsx":
        raise InputError("申报表模板只能是 .xlsx。", where=str(path), remedy="请把扩展名改为 .xlsx。")
    if path.exists():
        raise InputError("文件已存在，未覆盖。", where=str(path), remedy="请换一个文件名，或先移走原文件。")
    book = openpyxl.Workbook()
    form, guide, choices = book.active, book.create_sheet(GUIDE_SHEET), book.create_sheet(CHOICES_SHEET)
    assert isinstance(form, Worksheet)
    form.title = FORM_SHEET
    ranges = _write_choices(book, choices)
    _write_form(form, ranges)
    for number, line in enumerate(_GUIDE, start=1):
        guide.cell(number, 1, line).alignment = Alignment(wrap_text=True)
    guide.column_dimensions["A"].width = 90
    # Both go on paper beside the form: no line cut at the edge, the lists over so many pages that they are readable.
    for sheet, pages in ((guide, 1), (choices, 4)):
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = pages, 0
    choices.print_title_rows, choices.freeze_panes = "1:1", "A2"
    try:
        book.save(path)
    except OSError as error:
        raise InputError(
            f"文件写不出来（{error.strerror}）。", where=str(path), remedy="请核对文件夹和权限。"
        ) from error
    return path


def _write_form(sheet: Worksheet, ranges: dict[str, str]) -> None:
    title = sheet.cell(1, 1, "气候投融资项目申报表")
    title.font = Font(bold=True, size=14)
    for column, field in enumerate(FIELDS, start=1):
        letter = get_column_letter(column)
        header = sheet.cell(2, column, field.full_header)
        assert isinstance(header, Cell)
        header.font = Font(bold=True)
        header.fill = _REQUIRED if field.required else _OPTIONAL
        header.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        if text := _hint(field):
            header.comment = Comment(text, _AUTHOR, height=80, width=240)
        sheet.column_dimensions[letter].width = max(12, 2 * len(field.header) + 2)
        example = sheet.cell(3, column, _EXAMPLE.get(field.key))
        example.font = Font(italic=True, color="808080")
        area = f"{letter}{_FIRST}:{letter}{_FIRST + _ROWS - 1}"
        if validation := _validation(field, ranges):
            validation.add(area)
            sheet.add_data_validation(validation)
        if field.kind not in NUMERIC:
            # Text cells keep codes such as 001 and 2305-500236-04-01-123456 as typed.
            for number in range(_FIRST, _FIRST + _ROWS):
                sheet.cell(number, column).number_format = "@"
    sheet.row_dimensions[2].height = 36
    sheet.freeze_panes = "C3"
    # On paper every page keeps the headers and the name of the project.
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.print_title_rows, sheet.print_title_cols = "1:2", "A:B"


def _hint(field: Field) -> str:
    parts = ["必填。" if field.required else "", f"{field.hint}。" if field.hint else ""]
    if field.minimum is not None:
        high = f"至 {field.maximum:g}" if field.maximum is not None else "起"
        parts.append(f"数值，{field.minimum:g} {high}。")
    if field.kind == "year":
        parts.append("四位年份。")
    return "".join(parts)


def _validation(field: Field, ranges: dict[str, str]) -> DataValidation | None:
    blank = not field.required
    if field.key in ranges:
        # A county cell may list several, so its list advises and does not refuse.
        firm = field.kind != "counties"
        return DataValidation(type="list", formula1=f"={ranges[field.key]}", allow_blank=blank, showErrorMessage=firm)
    low, high = field.minimum, field.maximum
    if field.kind == "year":
        rule = DataValidation("whole", formula1=str(FIRST_YEAR), formula2=str(LAST_YEAR), error="请填四位年份。")
    elif low is not None and high is not None:
        text = f"一般在 {low:g}–{high:g} 之间。"
        rule = DataValidation("decimal", formula1=f"{low:g}", formula2=f"{high:g}", error=text)
    elif low is not None:
        rule = DataValidation("decimal", formula1=f"{low:g}", error=f"不小于 {low:g}。")
        rule.operator = "greaterThanOrEqual"
    else:
        return None
    # A warning only: text such as 1.2亿元 is allowed.
    rule.allow_blank, rule.showErrorMessage = True, True
    rule.errorStyle, rule.errorTitle = "warning", "请核对"
    return rule


def _write_choices(book: openpyxl.Workbook, sheet: Worksheet) -> dict[str, str]:
    """Write the lists of allowed values; give the name of each field's range."""
    names: dict[str, str] = {}
    lists = [(field, list(choices_of(field).values())) for field in FIELDS if choices_of(field)]
    lists += [(field, list(region.COUNTY_NAMES)) for field in FIELDS if field.kind == "counties"]
    for column, (field, values) in enumerate(lists, start=1):
        letter = get_column_letter(column)
        # No field's own header here: this sheet must not look like a form.
        sheet.cell(1, column, f"可选：{field.header}").font = Font(bold=True)
        for number, value in enumerate(values, start=2):
            sheet.cell(number, column, value)
        sheet.column_dimensions[letter].width = 24
        names[field.key] = f"list_{field.key}"
        area = f"'{CHOICES_SHEET}'!${letter}$2:${letter}${len(values) + 1}"
        book.defined_names[names[field.key]] = DefinedName(names[field.key], attr_text=area)
    first = len(lists) + 2
    for offset, text in enumerate(("可选的技术类型", "规模的单位", "产出的单位", "产出的含义")):
        sheet.cell(1, first + offset, text).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(first + offset)].width = 24
    for number, item in enumerate(technologies().values(), start=2):
        said = (UNIT.get(unit, unit) for unit in (item.capacity_unit, item.output_unit))
        for offset, text in enumerate((item.label, *said, item.output_meaning)):
            sheet.cell(number, first + offset, text)
    first += 5
    heads = ("核算补充数据用于", "补充数据的名称", "补充数据的单位", "补充数据是否必需", "补充数据的含义")
    for offset, text in enumerate(heads):
        sheet.cell(1, first + offset, text).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(first + offset)].width = 24
    rows = (figure for key in technologies() for figure in activity_figures.of_technology(key))
    for number, figure in enumerate(rows, start=2):
        unit, needed = UNIT.get(figure.unit, figure.unit), "必需" if figure.required else "可不填，未填不计"
        row = (technologies()[figure.technology].label, figure.label, unit, needed, figure.meaning)
        for offset, text in enumerate(row):
            sheet.cell(number, first + offset, text)
    return names
