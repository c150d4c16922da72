"""Awkward but real-looking files, each with the exact outcome of its import (``fixtures/awkward_outcomes.json``)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from fengwuwu.errors import InputError
from fengwuwu.projects.library import Library
from fengwuwu.projects.result import OUTCOMES

FORMS = Path(__file__).parents[1] / "fixtures" / "forms"
Place = tuple[str, str, int | None, str, str]


@dataclass(frozen=True)
class Case:
    """What the import of one file must give.

    Attributes
    ----------
    file : str
    counts : tuple of int
        Accepted, updated, unchanged, pending, rejected.
    problems : tuple
        Severity, sheet, row, column, how the message begins.
    skipped : tuple
        Sheet, row, reason.
    values : dict
        Project to all its values, apart from names, owners and texts.
    refused : str
        The message when the file as a whole cannot be read.
    crs, before : str
        Coordinate system declared; file imported earlier.
    """

    file: str
    counts: tuple[int, ...]
    problems: tuple[Place, ...]
    skipped: tuple[tuple[str, int | None, str], ...]
    values: dict[str, dict[str, object]]
    refused: str
    crs: str | None
    before: str


def cases() -> list[Case]:
    """The table of outcomes."""
    table = json.loads((FORMS.parent / "awkward_outcomes.json").read_text(encoding="utf-8"))
    return [
        Case(
            row["file"],
            tuple(row["counts"].get(name, 0) for name in OUTCOMES),
            tuple(map(tuple, row.get("problems", ()))),
            tuple(map(tuple, row.get("skipped", ()))),
            row.get("values", {}),
            row.get("refused", ""),
            row.get("crs"),
            row.get("before", ""),
        )
        for row in table
    ]


CASES = cases()
TEXTS = {"project_id", "project_name", "data_kind", "owner", "source", "note", "content", "site_geojson"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}{f' {case.crs}' if case.crs else ''}")
def test_outcome(case: Case, library: Library) -> None:
    if case.before:
        library.import_file(FORMS / case.before)
    version = library.version
    if case.refused:
        with pytest.raises(InputError) as caught:
            library.import_file(FORMS / case.file, crs=case.crs)
        assert (caught.value.what, library.version) == (case.refused, version)
        assert str(FORMS / case.file) in caught.value.where
        assert caught.value.remedy
        return
    result = library.import_file(FORMS / case.file, crs=case.crs)
    assert (result.accepted, result.updated, result.unchanged, result.pending, result.rejected) == case.counts
    assert result.rows_read == sum(case.counts) == len(result.rows)
    assert len(result.found) == len(case.problems), result.messages()
    for found, (*place, message) in zip(result.found, case.problems, strict=True):
        assert [found.severity, found.sheet, found.row, found.column] == place
        assert found.message.startswith(message)
        assert (found.remedy or "换算" in found.message) and found.file == case.file
    rows = result.skipped[["sheet", "row", "reason"]].astype(object).itertuples(index=False)
    assert tuple((sheet, None if pd.isna(row) else row, reason) for sheet, row, reason in rows) == case.skipped
    projects = library.projects()
    fields = [key for key in projects.attrs["labels"] if key in projects and key not in TEXTS]
    records = projects.set_index("project_id")[[key for key in fields if key != "human_decision"]].to_dict("index")
    found_values = {
        ident: {key: value for key, value in record.items() if value is not None and value == value}
        for ident, record in records.items()
    }
    assert found_values == {
        ident: {key: pytest.approx(v, abs=1e-6) if isinstance(v, float) else v for key, v in record.items()}
        for ident, record in case.values.items()
    }
    assert library.import_file(FORMS / case.file, crs=case.crs).version == result.version


def test_every_file_has_its_outcome() -> None:
    parts = {".shx", ".dbf", ".prj", ".cpg"}
    files = {path.name for path in FORMS.iterdir() if path.suffix not in parts and "rejected" not in path.name}
    # The first one has a test of its own in test_intake.py.
    assert files - {"county_office_gbk.csv"} == {case.file for case in CASES}
