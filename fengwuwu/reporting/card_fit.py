"""Keeps a project card on its page: long entries are shortened, in the order of their length, until it fits."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import ceil

from fengwuwu.reporting import page, units
from fengwuwu.reporting.blocks import CardBlock, CardField

TAIL = "……（全文见项目库）"
_MM_PER_PT = 25.4 / 72
# Widths of an entry that has the line for itself, and of one of a pair: tried from the first to the last.
LIMITS = (
    *((400.0, 60.0), (300.0, 60.0), (220.0, 50.0), (180.0, 50.0)),
    *((150.0, 40.0), (110.0, 40.0), (80.0, 36.0), (60.0, 36.0)),
    *((60.0, 24.0), (45.0, 24.0), (30.0, 24.0), (30.0, 12.0)),
)
_PADDING_MM = 4.0
_ROW_PT, _TITLE_PT, _TITLE_AFTER_PT, _NOTE_PT, _MAP_EXTRA_PT = 4.5, 24.0, 8.0, 36.0, 10.0


def fit(title: str, fields: Sequence[CardField]) -> list[CardField]:
    """The entries, shortened as little as one page asks for.

    Parameters
    ----------
    title : str
    fields : sequence of CardField
        About 14 of a pair and 7 wide ones fit whatever they say.
    """
    room = _room(title)
    shown: list[CardField] = list(fields)
    for wide, narrow in LIMITS:
        shown = [item.model_copy(update={"text": shorten(item.text, wide if item.wide else narrow)}) for item in fields]
        if height_pt(title, shown) <= room:
            break
    return shown


def height_pt(title: str, fields: Sequence[CardField]) -> float:
    """Height of the rows of the form, without title and map, as Word and PDF set them."""
    label, entry, _, _ = page.CARD_COLUMNS_MM
    narrow = _characters(entry)
    wide = _characters(page.TEXT_WIDTH_MM - label)
    rows = CardBlock(title=title, fields=list(fields)).lines
    lines = [max(_lines(item.text, wide if len(row) == 1 else narrow) for item in row) for row in rows]
    return sum(page.TABLE_LINE_PT * count + _ROW_PT for count in lines)


def shorten(text: str, limit: float) -> str:
    """At most `limit` full-width characters, cut after a clause where there is one."""
    if units.text_width(text) <= limit:
        return text
    tail = TAIL if limit > 2 * units.text_width(TAIL) else "……"
    kept, width = "", units.text_width(tail)
    for letter in text:
        width += units.text_width(letter)
        if width > limit:
            break
        kept += letter
    clause = max(kept.rfind(sign) for sign in "；。")
    return (kept[:clause] if clause > len(kept) / 2 else kept) + tail


def _room(title: str) -> float:
    height = page.PAGE_HEIGHT_MM - page.TOP_MM - page.BOTTOM_MM - page.CARD_MAP_HEIGHT_MM
    lines = _lines(title, page.CHARACTERS_PER_LINE - 4)  # the title is followed by （示例）
    return height / _MM_PER_PT - _TITLE_PT * lines - _TITLE_AFTER_PT - _NOTE_PT - _MAP_EXTRA_PT


def _characters(width_mm: float) -> float:
    return (width_mm - _PADDING_MM) / (page.TABLE_PT * _MM_PER_PT)


def _lines(text: str, per_line: float) -> int:
    """Lines of a text; a Latin word or number is not split, so that it takes its line with it."""
    count, used = 1, 0.0
    for solid, letters in groupby(text, key=lambda letter: letter.isascii() and not letter.isspace()):
        piece = "".join(letters)
        parts = [piece] if solid and units.text_width(piece) <= per_line else list(piece)
        for part in parts:
            width = units.text_width(part)
            if used + width > per_line:
                count, used = count + 1, 0.0
            used += width
    return max(count, ceil(units.text_width(text) / per_line))
