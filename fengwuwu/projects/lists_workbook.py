"""The lists and the checklist as one workbook that a bureau can pass on; every sheet says its rule in the first row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from unicodedata import east_asian_width

import openpyxl
import pandas as pd
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from fengwuwu import vocabulary as words
from fengwuwu.errors import InputError
from fengwuwu.projects import admission, lists, technologies
from fengwuwu.projects.checklist import checklist
from fengwuwu.projects.emissions import PREFIX
from fengwuwu.projects.rejects import set_value

SAMPLED = ("sampled_p05", "sampled_p50", "sampled_p95")
# column -> header, labels, width
_COLUMNS: Mapping[str, tuple[str, Mapping[str, str] | None, int]] = {
    "project_id": ("项目编号", None, 13),
    "project_name": ("项目名称", None, 28),
    "data_kind": ("数据性质", words.DATA_KIND, 6),
    "county": ("所在县", None, 9),
    "owner": ("申报单位", None, 16),
    "technology": ("技术类型", technologies.labels(), 13),
    "category_used": ("行业大类", words.CATEGORY, 8),
    "stage": ("项目阶段", words.STAGE, 9),
    "investment_wan_yuan": ("总投资（万元）", None, 11),
    "financing_need_wan_yuan": ("融资需求（万元）", None, 11),
    "class_code": ("气候分类（本地代码）", None, 9),
    "catalogue_2025_code": ("绿金目录（2025年版）条目", None, 9),
    PREFIX: ("年减排量保守值（tCO2e/年）", None, 11),
    f"{PREFIX}_low": ("年减排量低值（tCO2e/年）", None, 11),
    f"{PREFIX}_high": ("年减排量高值（tCO2e/年）", None, 11),
    SAMPLED[0]: ("抽样 5 % 分位数（tCO2e/年）", None, 11),
    SAMPLED[1]: ("抽样 50 % 分位数（tCO2e/年）", None, 11),
    SAMPLED[2]: ("抽样 95 % 分位数（tCO2e/年）", None, 11),
    "reduction_missing": ("无减排量的原因", None, 18),
    "reduction_status": ("减排量状态", words.VALUE_STATUS, 7),
    "siting_result": ("选址结论", words.SITING, 9),
    "admission_status": ("入库结论", words.ADMISSION, 8),
    "admission_score": ("评分", None, 7),
    "grade": ("分级（参考方案）", None, 9),
    "grade_reasons": ("分级理由", None, 26),
    "admission_reasons": ("入库理由", None, 96),
    "flags": ("提示", None, 40),
}
_VIEW = {
    "category": ("行业大类", None, 12),
    "data_kind": ("数据性质", None, 10),
    "projects": ("项目数", None, 10),
    **{key: (label, None, 9) for key, label in words.ADMISSION.items()},
    "investment_wan_yuan": ("总投资合计（万元，只计已知）", None, 20),
    "without_investment": ("总投资待补充的项目数", None, 16),
}
_CHECKLIST = {
    "project_id": ("项目编号", None, 14),
    "project_name": ("项目名称", None, 36),
    "owner": ("申报单位", None, 24),
    "data_kind": ("数据性质", words.DATA_KIND, 10),
    "missing": ("请补充", None, 70),
}
# What the owner can tell; elsewhere an empty cell is no gap of the form.
_OWNERS = frozenset({"owner", "technology", "stage", "investment_wan_yuan", "financing_need_wan_yuan"})
# Characters that fit across a page and are still read.
_PAGE_WIDTH = 190
_LINE_PT, _MOST_PT = 13.0, 409.0


@dataclass(frozen=True)
class _Look:
    font: Font
    fill: PatternFill = field(default_factory=PatternFill)
    border: Border = field(default_factory=Border)
    alignment: Alignment = field(default_factory=Alignment)


_LINE = Side(style="thin", color="A6A6A6")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_NOTE = _Look(Font(name="宋体", size=10, color="B00020"))
_HEAD = _Look(
    Font(name="黑体", size=10),
    PatternFill("solid", fgColor="DDE7E3"),
    _BOX,
    Alignment(wrap_text=True, horizontal="center", vertical="center"),
)
_BODY = _Look(Font(name="宋体", size=10), border=_BOX, alignment=Alignment(wrap_text=True, vertical="top"))
_Columns = Mapping[str, tuple[str, Mapping[str, str] | None, int]]


def check(path: Path) -> None:
    """Refuse a name that is no workbook's, or a folder that is not there.

    Raises
    ------
    InputError
    """
    if path.suffix.lower() != ".xlsx":
        raise InputError(f"清单只能存为 .xlsx，不能存为“{path.suffix}”。", where=str(path), remedy="请改文件名。")
    if not path.resolve().parent.is_dir():
        raise InputError("清单写不进去：没有这个文件夹。", where=str(path), remedy="请先建立文件夹，或换一个位置。")


def write(assessed: pd.DataFrame, path: Path, basis: Sequence[str] = ()) -> Path:
    """Write the workbook.

    Parameters
    ----------
    assessed : DataFrame
        Result of `fengwuwu.projects.assess.assess`; columns of `SAMPLED` are shown where there are any.
    path : Path
        ``.xlsx``; an existing file is replaced.
    basis : sequence of str
        What the figures rest on (path of the grid factor, sampling, grading); stands on every sheet that has figures.

    Raises
    ------
    InputError
        When the name has another suffix or the file cannot be written.
    """
    check(path)
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    columns = {name: column for name, column in _COLUMNS.items() if name in assessed}
    judged = f"入库结论和评分由规则得出。{admission.limits()}"
    for name in (lists.GREEN, lists.TRANSITION):
        rule = "规则：" + "；或 ".join(lists.rules(name)) + "。"
        _sheet(book.create_sheet(lists.title(name)), [rule, judged, *basis], lists.members(assessed, name), columns)
    note = "按行业大类（绿色农林、制造、建筑、交通、能源等）；示例、公开与申报项目分列，不相加。"
    _sheet(book.create_sheet("1+N总表"), [note, judged], lists.view(assessed), _VIEW)
    category = assessed["category_used"].fillna("other")
    for key, label in words.CATEGORY.items():
        part = assessed[category == key].sort_values("admission_score", ascending=False, kind="stable")
        if len(part):
            notes = [f"行业大类：{label}，全部项目，按评分。", judged, *basis]
            _sheet(book.create_sheet(f"N_{label}"), notes, part, columns)
    note = "各项目还缺的内容，可退给申报单位补充；被规则直接退回的项目不列。"
    _sheet(book.create_sheet("补充材料清单"), [note], checklist(assessed), _CHECKLIST)
    try:
        book.save(path)
    except OSError as error:
        raise InputError(
            f"清单写不进去：{error.strerror or error}。", where=str(path), remedy="请关闭已打开的文件，或换一个位置。"
        ) from None
    return path


def _sheet(sheet: Worksheet, notes: Sequence[str], frame: pd.DataFrame, columns: _Columns) -> None:
    if (frame.get("data_kind", pd.Series(dtype=object)) == "illustrative").any():
        notes = [*notes, f"其中“示例”行：{words.ILLUSTRATIVE_NOTICE}。"]
    for number, note in enumerate(notes, start=1):
        _put(sheet, number, [note], _NOTE)
    head = len(notes) + 1
    headers = [header for header, _, _ in columns.values()]
    widths = [width for _, _, width in columns.values()]
    _put(sheet, head, headers, _HEAD)
    sheet.row_dimensions[head].height = _height(headers, widths)
    shown = [[_shown(name, value, labels) for value in frame[name]] for name, (_, labels, _) in columns.items()]
    for number, values in enumerate(zip(*shown, strict=True), start=head + 1):
        _put(sheet, number, values, _BODY)
        sheet.row_dimensions[number].height = _height(values, widths)
    if frame.empty:
        _put(sheet, head + 1, ["没有符合规则的项目。"], _NOTE)
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = f"{get_column_letter(min(3, len(columns)))}{head + 1}"
    _set_up_print(sheet, head, sum(widths))


def _height(values: Sequence[object], widths: Sequence[int]) -> float:
    """Points a row of wrapped cells needs; programs that do not fit rows to their text would hide the rest."""
    lines = [
        -(-sum(2 if east_asian_width(letter) in "WFA" else 1 for letter in str(value)) // max(width - 1, 1))
        for value, width in zip(values, widths, strict=True)
    ]
    return min(max([1, *lines]) * _LINE_PT + 3, _MOST_PT)


def _set_up_print(sheet: Worksheet, head: int, width: int) -> None:
    """A4 across; a wide table goes over so many pages that it stays readable, with numbers and names on each."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = -(-width // _PAGE_WIDTH), 0
    sheet.page_setup.pageOrder = "overThenDown"
    sheet.print_title_rows = f"{head}:{head}"
    if sheet.page_setup.fitToWidth > 1:
        sheet.print_title_cols = "A:B"
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top = margins.bottom = 0.75
    margins.header = margins.footer = 0.35
    for part, text in ((sheet.oddHeader, "&A"), (sheet.oddFooter, "第 &P 页，共 &N 页")):
        if part is not None:
            part.center.text = text


def _put(sheet: Worksheet, number: int, values: Iterable[object], look: _Look) -> None:
    for place, value in enumerate(values, start=1):
        cell = sheet.cell(number, place)
        assert isinstance(cell, Cell)
        set_value(cell, value)
        cell.font, cell.fill, cell.border, cell.alignment = look.font, look.fill, look.border, look.alignment
        if isinstance(value, int):
            cell.number_format = "#,##0"
        elif isinstance(value, float):
            cell.number_format = "#,##0.0"


def _shown(name: str, value: object, labels: Mapping[str, str] | None) -> object:
    if value is None or value is pd.NA or value != value:
        return words.VALUE_STATUS["unknown"] if name in _OWNERS else "—"
    if labels is not None:
        return labels.get(str(value), str(value))
    if isinstance(value, float):
        return int(value) if value.is_integer() else round(value, 1)
    return value if isinstance(value, str) else int(value)  # type: ignore[call-overload]
