"""Read .xlsx workbooks: cells by calamine, and from the XML what it leaves out (hidden rows, errors, formulas)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import cast
from xml.etree import ElementTree

import openpyxl
import python_calamine

from fengwuwu.errors import InputError
from fengwuwu.projects.cells import Uncomputed, clean
from fengwuwu.projects.sheets import Row, Sheet, rows_of, spread

_MAX_UNPACKED = 2**30  # 1 GiB; a form is a few MB, a zip bomb is not
# A sheet without any of these (hidden rows, errors, formulas) has nothing that calamine leaves out, and need not be
# read twice. Each pattern begins with a letter to look for; one pattern of all would take as long as calamine.
_LEFT_OUT = (rb"""hidden=["'](?:1|true)""", rb"""t=["']e["']""", rb"""f(?<=[<:]f)[ />]""")
# Calamine keeps every cell up to the last one, which a stray cell in the far corner makes too many.
_FAR = re.compile(rb""" r=["'](?:[A-Z]{3}\d+|[A-Z]+\d{6,})["']""")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


def read(content: bytes, where: str) -> list[Sheet]:
    """The worksheets of an .xlsx or .xlsm workbook.

    Raises
    ------
    InputError
        When it is broken, too large, or another kind of file.
    """
    broken = InputError("文件已损坏，或不是 Excel 工作簿。", where=where, remedy="请用 Excel 打开后另存为 .xlsx。")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if any(name.startswith("word/") for name in names):
                raise InputError("这是 Word 文件，不是 Excel。", where=where, remedy="请把表格粘贴到 .xlsx 中。")
            if sum(item.file_size for item in archive.infolist()) > _MAX_UNPACKED:
                raise InputError("文件解压后过大。", where=where, remedy="请只保留申报表，另存为新文件。")
            parts = _parts(archive)
            book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
            sheets = []
            for about in book.sheets_metadata:
                if about.typ is python_calamine.SheetTypeEnum.WorkSheet:
                    xml = archive.read(parts[about.name])
                    if _FAR.search(xml):
                        rows, merged = _sparse(content, about.name)
                    else:
                        sheet = book.get_sheet_by_name(about.name)
                        rows = rows_of(cast(list[list[object]], sheet.to_python(skip_empty_area=False)))
                        merged = [(a + 1, b + 1, c + 1, d + 1) for (a, b), (c, d) in sheet.merged_cell_ranges or []]
                    if any(re.search(pattern, xml) for pattern in _LEFT_OUT):
                        _add_left_out(rows, xml)
                    spread(rows, merged)
                    visible = about.visible is python_calamine.SheetVisibleEnum.Visible
                    sheets.append(Sheet(about.name, [rows[number] for number in sorted(rows)], not visible))
            return sheets
    except InputError:
        raise
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:
        # A broken workbook can fail anywhere in zipfile, XML or calamine (whose panics are no `Exception`);
        # to the user it is one thing.
        raise broken from error


def _sparse(content: bytes, name: str) -> tuple[dict[int, Row], list[tuple[int, int, int, int]]]:
    """Rows and merged areas of a sheet whose cells lie far apart."""
    sheet = openpyxl.load_workbook(io.BytesIO(content), data_only=True)[name]
    rows: dict[int, Row] = {}
    for (number, column), cell in sorted(sheet._cells.items()):
        if clean(cell.value):
            rows.setdefault(number, Row(number, {})).cells[column] = cell.value
    return rows, [(a.min_row, a.min_col, a.max_row, a.max_col) for a in sheet.merged_cells.ranges]


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Where in the archive each worksheet is, by name."""
    targets = {}
    for relation in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels")):
        target = relation.get("Target", "")
        targets[relation.get("Id")] = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    names = set(archive.namelist())
    found = {}
    for sheet in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if sheet.tag.endswith("}sheet"):
            part = targets.get(sheet.get(_RELATION) or sheet.get(_STRICT_RELATION), "")
            if part in names:
                found[sheet.get("name", "")] = part
    return found


def _add_left_out(rows: dict[int, Row], xml: bytes) -> None:
    """Mark hidden rows, and put in error values and formulas without a stored result."""
    for number, hidden, cells in _elements(xml):
        if hidden and number in rows:
            rows[number].hidden = True
        for column, value in cells:
            row = rows.setdefault(number, Row(number, {}, hidden))
            row.cells[column] = value


def _elements(xml: bytes) -> Iterator[tuple[int, bool, list[tuple[int, object]]]]:
    """For each row its number, whether it is hidden, and the cells that calamine leaves out."""
    number = 0
    for _, element in ElementTree.iterparse(io.BytesIO(xml)):
        if not element.tag.endswith("}row"):
            continue
        number = int(element.get("r", number + 1))
        cells: list[tuple[int, object]] = []
        column = 0
        for cell in element:
            column = _column(cell.get("r", "")) or column + 1
            stored = next((part.text for part in cell if part.tag.endswith("}v")), None)
            formula = next((part for part in cell if part.tag.endswith("}f")), None)
            if cell.get("t") == "e":
                cells.append((column, stored or "#VALUE!"))
            elif formula is not None and not stored:
                # A formula shared with the cell above has no text of its own.
                cells.append((column, Uncomputed(f"={formula.text or '（公式）'}")))
        yield number, element.get("hidden") in ("1", "true"), cells
        element.clear()


def _column(reference: str) -> int:
    """Number of the column in ``AB12``; 0 when there is none."""
    number = 0
    for letter in reference.rstrip("0123456789"):
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
