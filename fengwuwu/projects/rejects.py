"""Write the rejected rows of a form, as they were, with the reasons beside them: mended there, the file imports."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from fengwuwu.errors import InputError
from fengwuwu.projects import headers
from fengwuwu.projects.cells import MAX_LENGTH, Uncomputed, clean
from fengwuwu.projects.form_rows import FormRow
from fengwuwu.projects.layout import Block
from fengwuwu.projects.sheets import Row

_FAULT = PatternFill("solid", fgColor="FFF2CC")


def set_value(cell: Cell, value: object) -> None:
    """Write a value so that Excel shows what was meant: text stays text, even when it begins with ``=``."""
    if isinstance(value, Uncomputed):
        value = value.formula
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:MAX_LENGTH]
        cell.data_type = "s"
    else:
        cell.value = value  # type: ignore[assignment]


def target(path: Path, folder: Path) -> Path:
    """Name of the file of rejected rows for a form."""
    return folder / f"{path.stem}.rejected.xlsx"


def write(rows: list[FormRow], path: Path) -> Path:
    """Write rejected rows, sheet by sheet, below their own headers.

    Parameters
    ----------
    rows : list of FormRow
        Not empty.
    path : Path
        Wanted name. A file of that name with the same content is kept; one with other content, which someone may be
        mending, is left alone and a number is added to the name.

    Returns
    -------
    Path
        Where the rows are.

    Raises
    ------
    InputError
        When the file cannot be written.
    """
    book = openpyxl.Workbook()
    del book[book.active.title]  # type: ignore[union-attr]
    for name in dict.fromkeys(row.block.sheet for row in rows):
        sheet = book.create_sheet(name or "退回")
        line = 0
        for block in _blocks(rows, name):
            own = [row for row in rows if row.block is block]
            last = max(max(row.cells, default=1) for row in [block.header, *(item.row for item in own)])
            known = {headers.normalise(text): column for column, text in block.header.texts().items()}
            reason_column = known.get(headers.REASON_HEADER, last + 1)
            for row in block.above if line == 0 else []:
                line += 1
                _copy(sheet, line, row)
            line += 1
            _copy(sheet, line, block.header)
            set_value(sheet.cell(line, reason_column), headers.REASON_HEADER)
            for cell in sheet[line]:
                cell.font = Font(bold=True)
            # A form has many columns and the reasons stand behind them all: number and name stay in sight.
            if not sheet.freeze_panes:
                sheet.freeze_panes = sheet.cell(line + 1, 3)
                sheet.print_title_rows, sheet.print_title_cols = f"{line}:{line}", "A:B"
                sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
            for item in own:
                line += 1
                _copy(sheet, line, item.row)
                faulty = {key for key, _ in item.errors}
                for column, meaning in block.headers.columns.items():
                    if meaning.field.key in faulty:
                        sheet.cell(line, column).fill = _FAULT
                reason = sheet.cell(line, reason_column)
                set_value(reason, "\n".join(_reasons(item)))
                reason.alignment = Alignment(wrap_text=True, vertical="top")
                reason.fill = _FAULT
            sheet.column_dimensions[reason.column_letter].width = 60
    return _save(book, path)


def _blocks(rows: Iterable[FormRow], sheet: str) -> list[Block]:
    found: list[Block] = []
    for row in rows:
        if row.block.sheet == sheet and not any(row.block is block for block in found):
            found.append(row.block)
    return found


def _reasons(item: FormRow) -> list[str]:
    columns = [(f"{item.header(key)}：" if key else "", finding) for key, finding in item.errors]
    return [f"{column}{finding.message}{finding.remedy}" for column, finding in columns]


def _copy(sheet: Worksheet, line: int, row: Row) -> None:
    values = row.cells
    if len(values) > 2 and len(set(map(str, values.values()))) == 1:
        values = dict([next(iter(sorted(values.items())))])  # a merged title, once
    for column, value in values.items():
        cell = sheet.cell(line, column)
        assert isinstance(cell, Cell)
        set_value(cell, value)


def _save(book: openpyxl.Workbook, path: Path) -> Path:
    number = 1
    chosen = path
    while chosen.exists():
        if _same(book, chosen):
            return chosen
        number += 1
        chosen = path.with_name(f"{path.stem}-{number}.xlsx")
    partial = chosen.with_name(f".{chosen.name}.{os.getpid()}.tmp")
    try:
        book.save(partial)
        partial.replace(chosen)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise InputError(
            f"退回文件写不出来（{error.strerror}）。",
            where=str(chosen),
            remedy="请核对文件夹权限和磁盘空间，或用 --output 另选文件夹。",
        ) from error
    return chosen


def _same(book: openpyxl.Workbook, path: Path) -> bool:
    try:
        other = openpyxl.load_workbook(path)
    except Exception:
        return False  # whatever it is, it is not what would be written
    return _values(book) == _values(other)


def _values(book: openpyxl.Workbook) -> dict[tuple[str, str], str]:
    return {
        (sheet.title, cell.coordinate): text
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if (text := clean(cell.value))
    }
