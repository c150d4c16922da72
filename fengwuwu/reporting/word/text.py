"""Runs of a paragraph: plain text, facts with their mark, links as fields, subscripts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from fengwuwu.reporting import page
from fengwuwu.reporting.blocks import Span
from fengwuwu.reporting.numbering import Numbering, anchor, fact_mark
from fengwuwu.reporting.word.ooxml import field, set_fonts


def bookmark(link: str) -> str:
    """Name of the bookmark around the label of a table, figure or annex."""
    return f"_Ref_{anchor(link)}"


def add_text(paragraph: Any, text: str, *, bold: bool = False, font: str = "") -> None:
    """Add text; the digit of CO2 is set low."""
    for piece in re.split(r"(?<=CO)([2₂])", text):
        if not piece:
            continue
        run = paragraph.add_run("2" if piece in ("2", "₂") else piece)
        run.bold = bold or None
        if piece in ("2", "₂") and paragraph.text.endswith("CO2"):
            run.font.subscript = True
        if font:
            set_fonts(run._r.get_or_add_rPr(), font)


def add_mark(paragraph: Any, text: str) -> None:
    """A small raised sign."""
    run = paragraph.add_run(text)
    run.font.superscript = True
    set_fonts(run._r.get_or_add_rPr(), page.SONG_FONT)


def add_spans(
    paragraph: Any, spans: Iterable[Span], numbers: Numbering, noted: set[str], *, listed: bool, font: str = ""
) -> None:
    """Write spans into a paragraph.

    Parameters
    ----------
    noted : set of str
        Facts whose number was already printed; added to.
    listed : bool
        Whether the document has a list of sources to number by.
    """
    for span in spans:
        if span.link:
            run = field(paragraph, f"REF {bookmark(span.link)} \\h", numbers.labels[span.link])
            run.bold = span.bold or None
            continue
        add_text(paragraph, span.text, bold=span.bold, font=font)
        if span.fact and (mark := fact_mark(span, numbers, noted, listed)):
            add_mark(paragraph, mark)
