"""Column widths that make a table as short as it can be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fengwuwu.reporting import page
from fengwuwu.reporting.blocks import Cell, ColumnHead
from fengwuwu.reporting.units import fold_header, text_width

TWIPS_PER_MM = 56.6929
PADDING = 60  # twips left and right of a cell
SLACK = 0.4  # characters; lines break a little earlier than the sum of the widths says
NARROWEST = 5.0  # characters of a column of text


def needed(characters: float, size: float) -> float:
    """Twips a column needs for so many full-width characters on one line, at `size` points."""
    return (characters + SLACK) * size * 20 + 2 * PADDING


def fit(columns: Sequence[ColumnHead], rows: Sequence[Sequence[Cell]]) -> tuple[float, list[int]]:
    """Font size and column widths.

    Numbers keep to one line. What room is left goes, a little at a time, to the column that saves the most lines. When
    the numbers do not fit, the type is made smaller.

    Returns
    -------
    float
        Points.
    list of int
        Twips; they add up to the width of the text.
    """
    total = round(page.TEXT_WIDTH_MM * TWIPS_PER_MM)
    folded = [[text_width(line) for line in fold_header(column.header)] for column in columns]
    lengths = np.array([[text_width(c.text) + 0.7 * text_width(c.mark) for c in row] for row in rows], dtype=float)
    lengths = lengths.reshape(len(rows), len(columns))
    longest = lengths.max(axis=0, initial=1.0)
    numeric = np.array([column.align == "right" for column in columns])
    heads = np.array([max(lines) for lines in folded])
    least = np.maximum(np.where(numeric, longest, np.minimum(longest, NARROWEST)), np.minimum(heads, NARROWEST))
    size = page.TABLE_PT
    for size in (page.TABLE_PT, page.NOTE_PT, 8.0, 7.0):
        room = (total - len(columns) * 2 * PADDING) / (size * 20) - SLACK * len(columns)
        if least.sum() <= room:
            break
    characters = least * min(1.0, room / least.sum())
    characters = _grow(characters, np.vstack([heads, lengths]), room)
    characters += (room - characters.sum()) / len(columns)
    widths = [round(needed(width, size)) for width in characters]
    widths[-1] += total - sum(widths)
    return size, widths


def _grow(widths: np.ndarray, lengths: np.ndarray, room: float) -> np.ndarray:
    """Widen the columns that save the most lines per character, until nothing is saved or the room is used up."""
    lines = np.maximum(np.ceil(lengths / widths), 1)
    while (spare := room - widths.sum()) > 0:
        best, choice = 0.0, None
        others = [np.delete(lines, column, axis=1).max(axis=1, initial=1) for column in range(len(widths))]
        height = lines.max(axis=1).sum()
        for column, width in enumerate(widths):
            # Only widths at which some cell loses a line matter.
            steps = np.unique(lengths[:, column] / np.maximum(lines[:, column] - 1, 1)) - width
            for step in steps[(steps > 1e-9) & (steps <= spare)]:
                changed = np.maximum(np.ceil(lengths[:, column] / (width + step) - 1e-9), 1)
                saved = (height - np.maximum(changed, others[column]).sum()) / step
                if saved > best:
                    best, choice = saved, (column, step, changed)
        if choice is None:
            break
        column, step, changed = choice
        widths[column] += step
        lines[:, column] = changed
    return widths
