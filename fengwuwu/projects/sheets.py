"""Read .xlsx and .csv files into rows of cells, as they stand, with what Excel shows of them."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from fengwuwu.errors import InputError
from fengwuwu.projects.cells import Uncomputed, clean

SUPPORTED = (".xlsx", ".xlsm", ".csv")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAX_UNPACKED = 2**30  # 1 GiB; a form is a few MB, a zip bomb is not


@dataclass
class Row:
    """One non-empty row.

    Attributes
    ----------
    number : int
        As Excel shows it, from 1.
    cells : dict of int to object
        Value by column number from 1; empty cells are left out.
    hidden : bool
        Hidden or filtered away in Excel.
    shared : set of int
        Columns whose value comes from a merged cell that covers several rows.
    """

    number: int
    cells: dict[int, object]
    hidden: bool = False
    shared: set[int] = field(default_factory=set)

    def texts(self) -> dict[int, str]:
        """Cleaned text by column."""
        return {column: text for column, value in sorted(self.cells.items()) if (text := clean(value))}


@dataclass
class Sheet:
    """One worksheet (a CSV file is one without a name)."""

    name: str
    rows: list[Row]
    hidden: bool = False


@dataclass
class Source:
    """A file as read: its sheets, its name and the SHA-256 of its bytes."""

    path: Path
    sha256: str
    sheets: list[Sheet]


def read(path: Path | str) -> Source:
    """Read a form.

    Raises
    ------
    InputError
        When the file is missing, unreadable, empty, encrypted, broken or of another kind.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in SUPPORTED:
        raise InputError(
            f"不支持“{path.suffix or '无扩展名'}”格式。",
            where=str(path),
            remedy=f"现支持 {'、'.join(SUPPORTED)}；其他格式请先另存为 .xlsx 或 .csv。",
        )
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError("找不到文件。", where=str(path), remedy="请核对路径和文件名。") from None
    except OSError as error:
        raise InputError(
            f"文件打不开（{error.strerror}）。", where=str(path), remedy="请核对权限，并关闭占用它的程序。"
        ) from None
    if not content.strip():
        raise InputError("文件是空的。", where=str(path), remedy="请核对是否选错了文件。")
    sheets = _read_csv(content, path) if suffix == ".csv" else _read_workbook(content, path)
    return Source(path, hashlib.sha256(content).hexdigest(), sheets)


def decode(content: bytes, where: str = "") -> str:
    """Text of UTF-8 (with or without mark), UTF-16 with mark, or GB18030.

    Raises
    ------
    InputError
        When the bytes are none of these.
    """
    encodings = ["utf-16"] if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError("文字编码无法识别。", where=where, remedy="请用 Excel 另存为“CSV UTF-8（逗号分隔）”。")


def _read_csv(content: bytes, path: Path) -> list[Sheet]:
    if content.startswith((b"PK\x03\x04", _OLE)):
        raise InputError("这不是 CSV，而是 Excel 或压缩文件。", where=str(path), remedy="请把扩展名改为 .xlsx 后重试。")
    text = decode(content, str(path))
    head = text[:20_000]
    delimiter = max(",\t;", key=head.count)
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise InputError(f"CSV 格式有误：{error}。", where=str(path), remedy="请用 Excel 打开检查后另存。") from None
    rows = [
        Row(number, {column: value for column, value in enumerate(record, start=1) if value.strip()})
        for number, record in enumerate(records, start=1)
    ]
    return [Sheet("", [row for row in rows if row.cells])]


def _read_workbook(content: bytes, path: Path) -> list[Sheet]:
    if content.startswith(_OLE):
        raise InputError(
            "文件受密码保护，或其实是旧版 .xls。", where=str(path), remedy="请用 Excel 打开，取消密码，另存为 .xlsx。"
        )
    broken = InputError("文件已损坏，或不是 Excel 工作簿。", where=str(path), remedy="请用 Excel 打开后另存为 .xlsx。")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if "[Content_Types].xml" in names and any(name.startswith("word/") for name in names):
                raise InputError("这是 Word 文件，不是 Excel。", where=str(path), remedy="请把表格粘贴到 .xlsx 中。")
            if sum(item.file_size for item in archive.infolist()) > _MAX_UNPACKED:
                raise InputError("文件解压后过大。", where=str(path), remedy="请只保留申报表，另存为新文件。")
            formulas = any(
                re.search(rb"<(\w+:)?f[ >/]", archive.read(name))
                for name in names
                if name.startswith("xl/worksheets/") and name.endswith(".xml")
            )
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        uncomputed = _uncomputed(content, book) if formulas else {}
        return [_sheet(sheet, uncomputed.get(sheet.title, {})) for sheet in book.worksheets]
    except InputError:
        raise
    except Exception as error:
        # A broken workbook can fail anywhere in zipfile, XML or openpyxl; to the user it is one thing.
        raise broken from error


def _uncomputed(content: bytes, values: openpyxl.Workbook) -> dict[str, dict[tuple[int, int], Uncomputed]]:
    """Formulas without a stored result, by sheet and place."""
    found: dict[str, dict[tuple[int, int], Uncomputed]] = {}
    for sheet in openpyxl.load_workbook(io.BytesIO(content), data_only=False).worksheets:
        results = values[sheet.title]
        for row in _by_row(sheet).values():
            for cell in row:
                if cell.data_type == "f" and results.cell(cell.row, cell.column).value is None:
                    formula = getattr(cell.value, "text", cell.value)
                    found.setdefault(sheet.title, {})[cell.row, cell.column] = Uncomputed(str(formula))
    return found


def _by_row(sheet: Worksheet) -> dict[int, list]:
    """Existing cells by row. The sheet's own iteration would make every cell up to a stray one at XFD1048576."""
    rows: dict[int, list] = {}
    for (number, _), cell in sorted(sheet._cells.items()):
        rows.setdefault(number, []).append(cell)
    return rows


def _sheet(sheet: Worksheet, uncomputed: dict[tuple[int, int], Uncomputed]) -> Sheet:
    rows: dict[int, Row] = {}

    def row(number: int) -> Row:
        if number not in rows:
            rows[number] = Row(number, {}, bool(sheet.row_dimensions[number].hidden))
        return rows[number]

    for number, cells in _by_row(sheet).items():
        for cell in cells:
            value = uncomputed.get((number, cell.column), cell.value)
            if clean(value):
                row(number).cells[cell.column] = value
    bottom = max(rows, default=0)
    for area in sheet.merged_cells.ranges:
        value = rows[area.min_row].cells.get(area.min_col) if area.min_row in rows else None
        if value is None:
            continue
        # A merged area may reach to the end of the sheet; only rows with something in them count.
        for number in range(area.min_row, min(area.max_row, bottom) + 1):
            for column in range(area.min_col, min(area.max_col, area.min_col + 200) + 1):
                row(number).cells[column] = value
                if area.max_row > area.min_row:
                    row(number).shared.add(column)
    return Sheet(sheet.title, [rows[number] for number in sorted(rows)], sheet.sheet_state != "visible")
