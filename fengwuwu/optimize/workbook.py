"""Tables as an Excel workbook in one look: notices on top, a marked header, numbers that can be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from fengwuwu.errors import InputError

_HEAD = PatternFill("solid", fgColor="DDE7E3")
_NOTICE = Font(bold=True, color="B00020")
# The file holds no clock time, so that the same result gives the same workbook.
_EPOCH = datetime(2026, 1, 1)
_WHOLE = ("year", "start_year", "operation_year")
# Widths in characters, a Chinese one counts twice: longer text runs over several lines.
_WIDEST, _CROWDED, _MANY = 60, 32, 8
_PAGE_WIDTH = 170  # characters on a page across that can still be read
_LINE = 16.0  # points


@dataclass(frozen=True)
class Sheet:
    """One sheet: Chinese headers, rows, and the keys of the columns (years are written without separator)."""

    headers: Sequence[str]
    rows: Sequence[Sequence[Any]]
    keys: Sequence[str] = ()

    @classmethod
    def of(cls, table: pd.DataFrame, headers: Mapping[str, str]) -> Sheet:
        """A table under Chinese headers; a column without one keeps its name."""
        keys = [str(c) for c in table.columns]
        rows = [[cell(v) for v in row] for row in table.astype(object).itertuples(index=False, name=None)]
        return cls([headers.get(k, k) for k in keys], rows, keys)


def write(path: Path, sheets: Mapping[str, Sheet], notices: Sequence[str] = ()) -> None:
    """Write the workbook; every sheet begins with the notices.

    Raises
    ------
    InputError
        The file cannot be written, for example because Excel has it open.
    """
    book = Workbook()
    book.properties.creator, book.properties.created, book.properties.modified = "fengwuwu", _EPOCH, _EPOCH
    if isinstance(book.active, Worksheet):
        book.remove(book.active)
    for title, sheet in sheets.items():
        _write(book.create_sheet(title), sheet, notices)
    try:
        book.save(path)
    except OSError as error:
        raise InputError("写不了 Excel 文件。", where=str(path), remedy="若已在 Excel 中打开，请先关闭。") from error


def cell(value: Any) -> Any:
    """What Excel can hold; every kind of missing is an empty cell."""
    if value is None or value is pd.NA or value != value:
        return None
    return value.item() if hasattr(value, "item") else value


def _write(sheet: Worksheet, content: Sheet, notices: Sequence[str]) -> None:
    for i, notice in enumerate(notices, 1):
        sheet.cell(i, 1, notice).font = _NOTICE
    top = len(notices) + 1
    for j, header in enumerate(content.headers, 1):
        head = sheet.cell(top, j, header)
        head.font, head.fill = Font(bold=True), _HEAD
        head.alignment = Alignment(wrap_text=True, vertical="center")
    widths = _widths(content)
    for j, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(j)].width = width + 2
    for i, row in enumerate([content.headers, *content.rows], top):
        lines = max((_lines(value, width) for value, width in zip(row, widths, strict=True)), default=1)
        sheet.row_dimensions[i].height = _LINE * lines
    for i, row in enumerate(content.rows, top + 1):
        for j, value in enumerate(row, 1):
            at = sheet.cell(i, j, value)
            at.alignment = Alignment(
                wrap_text=isinstance(value, str) and _width(value) > widths[j - 1],
                vertical="top",
                horizontal=None if content.keys and not _is_year(content, j) else "left",
            )
            if isinstance(value, str) and value.startswith(("=", "+", "-", "@")):
                at.data_type = "s"  # text of a user is never a formula
            if isinstance(value, int | float) and not isinstance(value, bool):
                at.number_format = "0" if _is_year(content, j) else number_format(value)
    keyed = 2 if list(content.keys[:2]) == ["project_id", "project_name"] else 0
    sheet.freeze_panes = sheet.cell(top + 1, 1 + keyed).coordinate
    if content.keys and content.rows:
        sheet.auto_filter.ref = f"A{top}:{get_column_letter(len(content.headers))}{top + len(content.rows)}"
    _page(sheet, top, -(-sum(widths) // _PAGE_WIDTH) if keyed else 1)


def _page(sheet: Worksheet, top: int, across: int) -> None:
    """A4 across, so many pages wide; the notices, the header and the project stand on every page."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = across, 0
    if across > 1:
        sheet.print_title_cols = "A:B"
    sheet.print_title_rows = f"1:{top}"
    sheet.print_options.gridLines = True
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.7, footer=0.3)
    foot: Any = sheet.oddFooter
    foot.left.text, foot.right.text = "&A", "第 &P 页，共 &N 页"


def _widths(content: Sheet) -> list[int]:
    """Of the columns; the header of a column of numbers takes two lines."""
    most = _CROWDED if len(content.headers) > _MANY else _WIDEST
    found = []
    for j, header in enumerate(content.headers):
        values = [row[j] for row in content.rows]
        numbers = all(value is None or isinstance(value, int | float) for value in values)
        named = _width(header) // 2 + 2 if numbers else _width(header)
        found.append(min(max([named, 8, *map(_width, values)]), most))
    return found


def _lines(value: Any, width: int) -> int:
    """How many lines a text takes in a column; a line ends up to a character early."""
    return -(-_width(value) // (width - 1)) if isinstance(value, str) and _width(value) > width else 1


def _is_year(content: Sheet, column: int) -> bool:
    return bool(content.keys) and content.keys[column - 1] in _WHOLE


def number_format(value: float) -> str:
    """At least three significant figures; whole numbers from a hundred on."""
    size = abs(value)
    if isinstance(value, int) or size >= 100 or size == 0:
        return "#,##0"
    if size >= 1:
        return "#,##0.00"
    return "0.0000" if size >= 1e-3 else "0.00E+00"


def _width(value: Any) -> int:
    """Width in characters; a Chinese one counts twice."""
    text = f"{value:,.0f}" if isinstance(value, float) else str(value if value is not None else "")
    return sum(2 if ord(c) > 0x2E80 else 1 for c in text)
