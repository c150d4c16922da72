"""Small forms and libraries for the tests of the project library."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest

from fengwuwu.projects.library import Library

Rows = Sequence[Sequence[object]]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """An empty library."""
    return Library.open(tmp_path / "library.gpkg")


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    """Write rows to a workbook (one sheet, or several by name); ``change`` may alter it before saving."""

    def write(
        rows: Rows | dict[str, Rows],
        name: str = "forms.xlsx",
        change: Callable[[openpyxl.Workbook], None] | None = None,
    ) -> Path:
        book = openpyxl.Workbook()
        del book[book.active.title]
        for title, lines in (rows if isinstance(rows, dict) else {"项目": rows}).items():
            sheet = book.create_sheet(title)
            for number, line in enumerate(lines, start=1):
                for column, value in enumerate(line, start=1):
                    sheet.cell(number, column).value = value
        if change:
            change(book)
        path = tmp_path / name
        book.save(path)
        return path

    return write


@pytest.fixture
def textfile(tmp_path: Path) -> Callable[..., Path]:
    """Write rows to a CSV file in some encoding."""

    def write(rows: Rows, name: str = "forms.csv", encoding: str = "utf-8", delimiter: str = ",") -> Path:
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as stream:
            csv.writer(stream, delimiter=delimiter).writerows(rows)
        return path

    return write
