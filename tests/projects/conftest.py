"""Small forms and libraries for the tests of the project library."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import openpyxl
import pytest

from fengwuwu.projects.library import Library

Rows = Sequence[Sequence[object]]


@pytest.fixture(scope="session")
def new_location(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Path | str]]:
    """Give places for new libraries: files, or with ``--postgis`` the URLs of new databases."""
    if not request.config.getoption("--postgis"):
        yield lambda: tmp_path_factory.mktemp("library") / "library.gpkg"
        return
    from .postgres import server

    with server() as make:
        yield make


@pytest.fixture
def library(new_location: Callable[[], Path | str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """An empty library, wherever it is kept."""
    monkeypatch.chdir(tmp_path)  # where a library that is no file puts what it refuses
    return Library.open(new_location())


@pytest.fixture
def geopackage(tmp_path: Path) -> Library:
    """An empty library in a file."""
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
