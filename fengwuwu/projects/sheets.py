"""What every reader of forms gives: sheets of rows of cells, as they stand, with what Excel or QGIS shows of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from fengwuwu.errors import Problem
from fengwuwu.projects.cells import Finding, clean
from fengwuwu.projects.coordinates import Reference


@dataclass
class Row:
    """One non-empty row.

    Attributes
    ----------
    number : int
        As Excel shows it, from 1; the position of the feature in a layer; 0 for the names of a layer's columns.
    cells : dict of int to object
        Value by column number from 1; empty cells are left out.
    hidden : bool
        Hidden or filtered away in Excel.
    shared : set of int
        Columns whose value comes from a merged cell that covers several rows.
    found : list of (str, Finding)
        Field key and what the reader itself has to say about the row.
    """

    number: int
    cells: dict[int, object]
    hidden: bool = False
    shared: set[int] = field(default_factory=set)
    found: list[tuple[str, Finding]] = field(default_factory=list)

    def texts(self) -> dict[int, str]:
        """Cleaned text by column."""
        return {column: text for column in sorted(self.cells) if (text := clean(self.cells[column]))}

    def first(self) -> str:
        """Cleaned text of the first cell that has some."""
        return next((text for column in sorted(self.cells) if (text := clean(self.cells[column]))), "")


@dataclass
class Sheet:
    """One worksheet or layer (a CSV file is one without a name).

    Attributes
    ----------
    name : str
    rows : list of Row
    hidden : bool
    reference : Reference or None
        System of the coordinates; None for longitude and latitude as the form asks for them.
    cut_names : bool
        Whether column names may have been cut at ten bytes, as a shapefile does.
    notes : list of Finding
        What the reader has to say about the sheet as a whole.
    delimited : bool
        Whether marks divide the cells, so that one mark too many moves all that follow it.
    """

    name: str
    rows: list[Row]
    hidden: bool = False
    reference: Reference | None = None
    cut_names: bool = False
    notes: list[Finding] = field(default_factory=list)
    delimited: bool = False


@dataclass
class Source:
    """A file as read: its sheets, its name, the SHA-256 of its bytes, and what is to be said of it as a whole."""

    path: Path
    sha256: str
    sheets: list[Sheet]
    problems: list[Problem] = field(default_factory=list)


def rows_of(lines: list[list[object]]) -> dict[int, Row]:
    """Rows with something in them, by number from 1.

    Parameters
    ----------
    lines : list of list
        All lines from the first; empty cells are None or empty text.
    """
    distinct: set[object] = set().union(*lines)
    empty = {None, *(value for value in distinct if isinstance(value, str) and not clean(value))}
    found: dict[int, Row] = {}
    for number, line in enumerate(lines, start=1):
        cells = dict(enumerate(line, start=1))
        if not empty.isdisjoint(line):
            cells = {column: value for column, value in cells.items() if value not in empty}
        if cells:
            found[number] = Row(number, cells)
    return found


def spread(rows: dict[int, Row], areas: list[tuple[int, int, int, int]]) -> None:
    """Give the value of merged cells to every cell they cover.

    Parameters
    ----------
    rows : dict of int to Row
        Changed in place; rows that only a merged cell reaches are added.
    areas : list of (int, int, int, int)
        First row, first column, last row, last column, from 1.
    """
    bottom = max(rows, default=0)
    for top, left, last, right in areas:
        value = rows[top].cells.get(left) if top in rows else None
        if value is None:
            continue
        # A merged area may reach to the end of the sheet; only rows with something in them count.
        for number in range(top, min(last, bottom) + 1):
            row = rows.setdefault(number, Row(number, {}))
            for column in range(left, min(right, left + 200) + 1):
                row.cells[column] = value
                if last > top:
                    row.shared.add(column)
