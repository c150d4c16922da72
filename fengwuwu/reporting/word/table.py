"""Three-line tables: repeated header, rows that do not split, columns as wide as their content needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml.ns import qn
from docx.shared import Pt, Twips

from fengwuwu.reporting import page
from fengwuwu.reporting.blocks import Cell, ColumnHead
from fengwuwu.reporting.columns import PADDING, fit, needed, printed_lines
from fengwuwu.reporting.units import fold_header, text_width
from fengwuwu.reporting.word.ooxml import element, put
from fengwuwu.reporting.word.styles import TABLE_TEXT
from fengwuwu.reporting.word.text import add_mark, add_text

_ALIGN = {"left": ALIGN.LEFT, "center": ALIGN.CENTER, "right": ALIGN.RIGHT}


def add_table(document: Any, columns: Sequence[ColumnHead], rows: Sequence[Sequence[Cell]], *, total_row: bool) -> None:
    """Append a three-line table over the full width of the text."""
    size, widths = fit(columns, rows)
    table = document.add_table(len(rows) + 1, len(columns))
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    properties = table._tbl.tblPr
    for old in properties.findall(qn("w:tblStyle")):
        properties.remove(old)
    put(properties, element("tblW", w=sum(widths), type="dxa"))
    put(properties, element("tblLayout", type="fixed"))
    margins = element("tblCellMar")
    for side in ("left", "right"):
        margins.append(element(side, w=PADDING, type="dxa"))
    put(properties, margins)
    for column, width in zip(table._tbl.tblGrid.findall(qn("w:gridCol")), widths, strict=True):
        column.set(qn("w:w"), str(width))
    style = document.styles[TABLE_TEXT].style_id
    heads = [Cell(text=column.header) for column in columns]
    together = printed_lines(rows, widths, size) <= page.LINES_KEPT_TOGETHER
    last = len(rows)
    for index, cells in enumerate([heads, *rows]):
        row = table.rows[index]
        marks = row._tr.get_or_add_trPr()
        marks.append(element("cantSplit"))
        if index == 0:
            marks.append(element("tblHeader"))
        is_total = total_row and index == last
        for place, (target, cell, column) in enumerate(zip(row.cells, cells, columns, strict=True)):
            target.width = Twips(widths[place])
            target.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
            if index == 0 and needed(text_width(cell.text), size) > widths[place]:
                cell = Cell(text="\n".join(fold_header(cell.text)))
            _fill(style, target, cell, strong=index == 0 or is_total, size=size)
            paragraph = target.paragraphs[0]
            paragraph.alignment = ALIGN.CENTER if index == 0 else _ALIGN[column.align]
            # The header never stands alone at the foot of a page, nor the last row (or total) at the head of one.
            paragraph.paragraph_format.keep_with_next = index < last and (together or index < 2 or index == last - 1)
            _rules(target, index, last, is_total)


def _fill(style: str, target: Any, cell: Cell, *, strong: bool, size: float) -> None:
    paragraph = target.paragraphs[0]
    paragraph._p.style = style  # paragraph.style looks through all styles each time
    add_text(paragraph, cell.text, font=page.LEVEL1_FONT if strong else "")
    if cell.mark:
        add_mark(paragraph, cell.mark)
    if size != page.TABLE_PT:
        paragraph.paragraph_format.line_spacing = Pt(round(size * page.TABLE_LINE_PT / page.TABLE_PT))
        for run in paragraph.runs:
            run.font.size = Pt(size)


def _rules(target: Any, index: int, last: int, is_total: bool) -> None:
    borders = element("tcBorders")
    top = page.THICK_EIGHTHS if index == 0 else page.THIN_EIGHTHS if is_total else 0
    bottom = page.THICK_EIGHTHS if index == last else page.THIN_EIGHTHS if index == 0 else 0
    for side, size in (("top", top), ("bottom", bottom)):
        if size:
            borders.append(element(side, val="single", sz=size, space=0, color="000000"))
    if len(borders):
        put(target._tc.get_or_add_tcPr(), borders)
