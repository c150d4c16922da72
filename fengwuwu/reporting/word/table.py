"""Three-line tables: repeated header, rows that do not split, columns as wide as their content needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from fengwuwu.reporting import page
from fengwuwu.reporting.blocks import Cell, ColumnHead
from fengwuwu.reporting.columns import PADDING, fit, needed, printed_lines
from fengwuwu.reporting.units import fold_header, text_width
from fengwuwu.reporting.word.styles import TABLE_TEXT


def add_table(
    document: Any,
    columns: Sequence[ColumnHead],
    rows: Sequence[Sequence[Cell]],
    *,
    total_row: bool,
    noted: bool = False,
) -> None:
    """Append a three-line table over the full width of the text; one with a note below keeps its last row with it.

    Written as text and parsed once: python-docx takes a millisecond for each cell, and an application has thousands.
    """
    size, widths = fit(columns, rows)
    style = document.styles[TABLE_TEXT].style_id
    heads = [_header(column.header, width, size) for column, width in zip(columns, widths, strict=True)]
    together = printed_lines(rows, widths, size) <= page.LINES_KEPT_TOGETHER
    last = len(rows)
    lines = []
    for index, cells in enumerate([heads, *rows]):
        is_total = total_row and index == last
        # The header never stands alone at the foot of a page, nor the last row (or total) at the head of one.
        keep = noted if index == last else together or index < 2 or index == last - 1
        written = (
            _cell(cell, width, "center" if index == 0 else column.align, style, size, keep, index == 0 or is_total,
                  _rules(index, last, is_total))
            for cell, width, column in zip(cells, widths, columns, strict=True)
        )  # fmt: skip
        marks = "<w:cantSplit/>" + ("<w:tblHeader/>" if index == 0 else "")
        lines.append(f"<w:tr><w:trPr>{marks}</w:trPr>{''.join(written)}</w:tr>")
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    margins = "".join(f'<w:{side} w:w="{PADDING}" w:type="dxa"/>' for side in ("left", "right"))
    xml = (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(lines)}</w:tbl>"
    )
    document.element.body._insert_tbl(parse_xml(xml))


def _header(text: str, width: int, size: float) -> Cell:
    """The header, its unit on a line of its own where one line is too narrow."""
    return Cell(text="\n".join(fold_header(text)) if needed(text_width(text), size) > width else text)


def _cell(cell: Cell, width: int, align: str, style: str, size: float, keep: bool, strong: bool, borders: str) -> str:
    small = size != page.TABLE_PT
    spacing = round(size * page.TABLE_LINE_PT / page.TABLE_PT) * 20
    shape = f'<w:pStyle w:val="{style}"/><w:keepNext w:val="{int(keep)}"/>'
    shape += f'<w:spacing w:line="{spacing}" w:lineRule="exact"/>' if small else ""
    runs = "".join(_runs(cell.text, page.LEVEL1_FONT if strong else "", size if small else 0))
    runs += _run(cell.mark, page.SONG_FONT, size if small else 0, "superscript") if cell.mark else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{borders}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr>{shape}<w:jc w:val="{align}"/></w:pPr>{runs}</w:p></w:tc>'
    )


def _runs(text: str, font: str, size: float) -> Iterable[str]:
    """The text, the digit of CO2 set low."""
    for place, piece in enumerate(re.split(r"(?<=CO)[2₂]", text)):
        if place:
            yield _run("2", font, size, "subscript")
        if piece:
            yield _run(piece, font, size, "")


def _run(text: str, font: str, size: float, place: str) -> str:
    latin = page.LATIN_FONT
    fonts = f'<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{font}" w:cs="{latin}" w:hint="eastAsia"/>'
    shape = (fonts if font else "") + (f'<w:sz w:val="{round(size * 2)}"/>' if size else "")
    shape += f'<w:vertAlign w:val="{place}"/>' if place else ""
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return f"<w:r>{f'<w:rPr>{shape}</w:rPr>' if shape else ''}{lines}</w:r>"


def _rules(index: int, last: int, is_total: bool) -> str:
    top = page.THICK_EIGHTHS if index == 0 else page.THIN_EIGHTHS if is_total else 0
    bottom = page.THICK_EIGHTHS if index == last else page.THIN_EIGHTHS if index == 0 else 0
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="000000"/>'
        for side, size in (("top", top), ("bottom", bottom))
        if size
    )
    return f"<w:tcBorders>{sides}</w:tcBorders>" if sides else ""
