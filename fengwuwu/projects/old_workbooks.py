"""Read .xls workbooks (Excel 97–2003) with merged cells, hidden rows and dates."""

from __future__ import annotations

import io

import xlrd
from xlrd.biffh import error_text_from_code

from fengwuwu.errors import InputError
from fengwuwu.projects.sheets import Sheet, rows_of, spread

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # an .xlsx under a password is such a file within an OLE container


def read(content: bytes, where: str) -> list[Sheet]:
    """The worksheets of an .xls workbook.

    Raises
    ------
    InputError
        When it is under a password, broken, or another kind of file.
    """
    locked = InputError("文件受密码保护。", where=where, remedy="请用 Excel 打开，取消密码，另存为 .xlsx。")
    if _ENCRYPTED in content:
        raise locked
    try:
        book = xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=io.StringIO())
        return [_sheet(sheet, book) for sheet in book.sheets()]
    except Exception as error:
        if "encrypted" in str(error).lower():
            raise locked from None
        # A broken workbook can fail anywhere in xlrd; to the user it is one thing.
        raise InputError(
            "文件已损坏，或不是 Excel 工作簿。", where=where, remedy="请用 Excel 打开后另存为 .xlsx。"
        ) from error


def _sheet(sheet: xlrd.sheet.Sheet, book: xlrd.Book) -> Sheet:
    rows = rows_of([[_value(cell, book) for cell in sheet.row(number)] for number in range(sheet.nrows)])
    for number, info in sheet.rowinfo_map.items():
        if info.hidden and number + 1 in rows:
            rows[number + 1].hidden = True
    spread(rows, [(top + 1, left + 1, last, right) for top, last, left, right in sheet.merged_cells])
    return Sheet(sheet.name, [rows[number] for number in sorted(rows)], sheet.visibility != 0)


def _value(cell: xlrd.sheet.Cell, book: xlrd.Book) -> object:
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate_as_datetime(cell.value, book.datemode)
        except (ValueError, OverflowError):
            return cell.value
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return error_text_from_code.get(cell.value, "#VALUE!")
    return cell.value
