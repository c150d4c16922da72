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
from openpyxl.worksheet.worksheet import Worksheet

from fengwuwu.errors import InputError

_HEAD = PatternFill("solid", fgColor="DDE7E3")
_NOTICE = Font(bold=True, color="B00020")
# The file holds no clock time, so that the same result gives the same workbook.
_EPOCH = datetime(2026, 1, 1)
_WHOLE = ("year", "start_year", "operation_year")


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
    for i, row in enumerate(content.rows, top + 1):
        for j, value in enumerate(row, 1):
            at = sheet.cell(i, j, value)
            if isinstance(value, str) and value.startswith(("=", "+", "-", "@")):
                at.data_type = "s"  # text of a user is never a formula
            if isinstance(value, float):
                whole = bool(content.keys) and content.keys[j - 1] in _WHOLE
                at.number_format = "0" if whole else number_format(value)
            if isinstance(value, str) and len(value) > 30:
                at.alignment = Alignment(wrap_text=True, vertical="top")
    for j in range(1, len(content.headers) + 1):
        longest = max((_width(r[j - 1]) for r in [content.headers, *content.rows]), default=8)
        sheet.column_dimensions[get_column_letter(j)].width = min(max(longest + 2, 8), 60)
    sheet.freeze_panes = sheet.cell(top + 1, 1).coordinate


def number_format(value: float) -> str:
    """At least three significant figures; whole numbers from a hundred on."""
    size = abs(value)
    if size >= 100 or size == 0:
        return "#,##0"
    if size >= 1:
        return "#,##0.00"
    return "0.0000" if size >= 1e-3 else "0.00E+00"


def _width(value: Any) -> int:
    """Width in characters; a Chinese one counts twice."""
    text = f"{value:,.0f}" if isinstance(value, float) else str(value if value is not None else "")
    return sum(2 if ord(c) > 0x2E80 else 1 for c in text)
