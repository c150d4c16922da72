"""Column widths that make a table as short as it can be."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np

from fengwuwu.reporting import page
from fengwuwu.reporting.blocks import Cell, ColumnHead
from fengwuwu.reporting.units import fold_header, text_width

TWIPS_PER_MM = 56.6929
PADDING = 60  # twips left and right of a cell
SLACK = 0.4  # characters; lines break a little earlier than the sum of the widths says
NARROWEST = 5.0  # characters of a column of text
LONG = 10.0  # characters
BOLD = 1.08  # Latin and digits of the heads run wider than those of the text
TALL = 3.0  # lines of a row, on average, from which smaller type reads better
TOTAL = round(page.TEXT_WIDTH_MM * TWIPS_PER_MM)


def needed(characters: float, size: float) -> float:
    """Twips a column needs for so many full-width characters on one line, at `size` points."""
    return (characters + SLACK) * size * 20 + 2 * PADDING


def fit(columns: Sequence[ColumnHead], rows: Sequence[Sequence[Cell]]) -> tuple[float, list[int]]:
    """Font size and column widths.

    Numbers keep to one line. What room is left goes, a little at a time, to the column that saves the most lines. When
    the numbers do not fit, or rows come out tall, the type is made smaller.

    Returns
    -------
    float
        Points.
    list of int
        Twips; they add up to the width of the text.
    """
    folded = [[text_width(line) for line in fold_header(column.header)] for column in columns]
    lengths = np.array([[text_width(c.text) + 0.7 * text_width(c.mark) for c in row] for row in rows], dtype=float)
    lengths = lengths.reshape(len(rows), len(columns))
    # Lines of long texts end early, where punctuation may not begin the next.
    lengths = np.where(lengths > LONG, lengths * 1.06, lengths)
    longest = lengths.max(axis=0, initial=1.0)
    numeric = np.array([column.align == "right" for column in columns])
    heads = np.array([BOLD * max(lines) for lines in folded])
    least = np.maximum(np.where(numeric, longest, np.minimum(longest, NARROWEST)), np.minimum(heads, NARROWEST))
    lengths = np.vstack([heads, lengths])
    for size, tallest in ((page.TABLE_PT, TALL), (page.NOTE_PT, np.inf), (8.0, np.inf), (7.0, np.inf)):
        room = (TOTAL - len(columns) * 2 * PADDING) / (size * 20) - SLACK * len(columns)
        characters = _grow(least * min(1.0, room / least.sum()), lengths, room)
        if least.sum() <= room and _lines(lengths, characters).max(axis=1).mean() <= tallest:
            break
    characters += (room - characters.sum()) / len(columns)
    widths = [round(needed(width, size)) for width in characters]
    widths[-1] += TOTAL - sum(widths)
    return size, widths


def _lines(lengths: np.ndarray, widths: np.ndarray) -> np.ndarray:
    return np.maximum(np.ceil(lengths / widths - 1e-9), 1)


def _grow(widths: np.ndarray, lengths: np.ndarray, room: float) -> np.ndarray:
    """Widen the columns that save the most per character, until nothing is saved or the room is used up.

    What is saved is measured by the cubes of the lines of all cells: near the height of the rows, which the tallest
    cell decides, yet it also falls when one of two equally tall cells shrinks.
    """
    widths = widths.copy()
    lines = _lines(lengths, widths)
    while (spare := room - widths.sum()) > 1e-9:
        best, column, step = 0.0, -1, 0.0
        for place, width in enumerate(widths):
            # Only widths at which some cell loses a line matter.
            steps = np.unique(lengths[:, place] / np.maximum(lines[:, place] - 1, 1)) - width
            steps = steps[(steps > 1e-9) & (steps <= spare)]
            cubes = np.maximum(np.ceil(lengths[:, place] / (width + steps[:, None]) - 1e-9), 1) ** 3
            saved = ((lines[:, place] ** 3).sum() - cubes.sum(axis=1)) / steps
            if len(saved) and saved.max() > best:
                best, column, step = saved.max(), place, steps[saved.argmax()]
        if column < 0:
            break
        widths[column] += step
        lines = _lines(lengths, widths)
    return widths


def printed_lines(rows: Sequence[Sequence[Cell]], widths: Sequence[int], size: float) -> int:
    """Printed lines of all rows, about: keeping a tall table in one piece would leave a page half empty."""
    room = [(width - 2 * PADDING) / (size * 20) for width in widths]
    return sum(
        max(ceil(text_width(cell.text) / space) for cell, space in zip(row, room, strict=True)) or 1 for row in rows
    )
