"""A project on a page of its own: a form with all its lines, the map in its last row."""

from __future__ import annotations

import io
from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from fengwuwu.reporting import page
from fengwuwu.reporting.blocks import CardBlock
from fengwuwu.reporting.columns import PADDING
from fengwuwu.reporting.word.ooxml import element, put
from fengwuwu.reporting.word.styles import CARD_TITLE, FIGURE, TABLE_TEXT
from fengwuwu.reporting.word.text import add_text
from fengwuwu.reporting.word.vectors import add_vectors

_TWENTIETHS_PER_MM = 1440 / 25.4
_LINE_EIGHTHS = 4


def add_card(document: Any, block: CardBlock, *, name: str) -> None:
    """Append the card on a new page.

    Parameters
    ----------
    document : docx.document.Document
    block : CardBlock
    name : str
        Name of the picture in the file.
    """
    title = document.add_paragraph(style=document.styles[CARD_TITLE])
    title.paragraph_format.page_break_before = True
    title.add_run(block.title + ("（示例）" if block.illustrative else ""))
    widths = [round(width * _TWENTIETHS_PER_MM) for width in page.CARD_COLUMNS_MM]
    table = document.add_table(0, len(widths))
    _frame(table, widths)
    for line in block.lines:
        entries = [(item.label, item.text) for item in line]
        _add_row(document, table, widths, entries)
    (cell,) = _add_row(document, table, widths, [("位置", "" if block.png else block.place)])
    if block.png:
        _picture(document, cell, block, name)


def _frame(table: Any, widths: list[int]) -> None:
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    properties = table._tbl.tblPr
    for old in properties.findall(qn("w:tblStyle")):
        properties.remove(old)
    put(properties, element("tblW", w=sum(widths), type="dxa"))
    put(properties, element("tblLayout", type="fixed"))
    margins, borders = element("tblCellMar"), element("tblBorders")
    for side in ("left", "right"):
        margins.append(element(side, w=PADDING, type="dxa"))
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(element(side, val="single", sz=_LINE_EIGHTHS, space=0, color="000000"))
    put(properties, borders)
    put(properties, margins)
    for column, width in zip(table._tbl.tblGrid.findall(qn("w:gridCol")), widths, strict=True):
        column.set(qn("w:w"), str(width))


def _add_row(document: Any, table: Any, widths: list[int], entries: list[tuple[str, str]]) -> list[Paragraph]:
    """Label and entry once or twice; returns the paragraphs of the entries."""
    row = element("tr")
    properties = element("trPr")
    properties.append(element("cantSplit"))
    row.append(properties)
    table._tbl.append(row)
    alone = len(entries) == 1
    written = []
    for place, (label, text) in enumerate(entries):
        head = _cell(document, table, row, widths[2 * place], 1)
        head.alignment = ALIGN.CENTER
        add_text(head, label, font=page.LEVEL1_FONT)
        entry = _cell(document, table, row, sum(widths[1:]) if alone else widths[2 * place + 1], 3 if alone else 1)
        add_text(entry, text)
        written.append(entry)
    return written


def _cell(document: Any, table: Any, row: Any, width: int, span: int) -> Paragraph:
    cell, properties = element("tc"), element("tcPr")
    properties.append(element("tcW", w=width, type="dxa"))
    if span > 1:
        properties.append(element("gridSpan", val=span))
    properties.append(element("vAlign", val="center"))
    body = element("p")
    cell.extend([properties, body])
    row.append(cell)
    body.style = document.styles[TABLE_TEXT].style_id
    return Paragraph(body, table)


def _picture(document: Any, paragraph: Paragraph, block: CardBlock, name: str) -> None:
    paragraph._p.style = document.styles[FIGURE].style_id
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.keep_with_next = False
    picture = paragraph.add_run().add_picture(io.BytesIO(block.png), width=Mm(block.width_mm))
    add_vectors(document.part, picture, block.svg)
    picture._inline.docPr.set("descr", block.alt)
    picture._inline.docPr.set("name", name)
