"""Properties of any form and any sequence of imports."""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fengwuwu.errors import InputError
from fengwuwu.projects.fields import FIELDS
from fengwuwu.projects.library import Library

HEADERS = [field.full_header for field in FIELDS]
IDS = st.sampled_from(["FJ-1", "FJ-2", "WS-1", "WX-1", "", "7", "合计"])
# No blanks and control characters: whether a cell of nothing else is empty is not the question here.
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=8)
CELL = st.one_of(
    st.sampled_from(["", "", "", "约5", "1.2亿元", "待定", "无", "是", "2027", "奉节县", "0.4;0.6", "-1", "陆上风电"]),
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e6, max_value=1e6).map(str),
    TEXT,
)
COUNTY = st.sampled_from(["奉节县", "巫山", "巫溪县", "某县", ""])
ROW = st.fixed_dictionaries(
    {"项目编号": IDS, "项目名称": st.sampled_from(["甲", "乙", ""]), "所在县": COUNTY},
    optional={header: CELL for header in HEADERS if header not in ("项目编号", "项目名称", "所在县")},
)
FORM = st.lists(ROW, max_size=6)


def write(rows: list[dict[str, str]], path: Path) -> int:
    """Write a form; give the number of records with something in them."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, HEADERS, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return sum(any(value.strip() for value in row.values()) for row in rows)


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(st.lists(FORM, min_size=1, max_size=4))
def test_any_sequence_of_forms(forms: list[list[dict[str, str]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        library = Library.open(Path(folder) / "library.gpkg")
        states: dict[int, pd.DataFrame] = {0: library.projects()}
        for number, rows in enumerate(forms):
            path = Path(folder) / f"form{number}.csv"
            filled = write(rows, path)
            result = library.import_file(path)
            counts = (result.accepted, result.updated, result.unchanged, result.pending, result.rejected)
            # No row is lost: every one is counted or listed as skipped.
            assert sum(counts) == result.rows_read
            assert result.rows_read + len(result.skipped) == filled
            again = library.import_file(path)
            assert (again.accepted, again.updated, again.version) == (0, 0, result.version)
            assert again.unchanged == result.accepted + result.updated + result.unchanged
            states[result.version] = library.projects()
        assert library.check() == []
        for version, state in states.items():
            pd.testing.assert_frame_equal(library.projects(as_of=version), state)
        out = library.export(Path(folder) / "out.csv")
        if len(library.projects()):
            back = library.import_file(out)
            assert back.unchanged == back.rows_read == len(library.projects())


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([".csv", ".xlsx"]))
def test_any_bytes_end_with_a_message_or_a_result(content: bytes, suffix: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        library = Library.open(Path(folder) / "library.gpkg")
        path = Path(folder) / f"form{suffix}"
        path.write_bytes(content)
        try:
            library.import_file(path)
        except InputError as error:
            assert "处理办法" in str(error)


TYPED = st.one_of(
    CELL,
    st.none(),
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.datetimes(min_value=dt.datetime(1950, 1, 1), max_value=dt.datetime(2100, 1, 1)),
    st.sampled_from(["#REF!", "=A1", "小计", "注：x", "一、能源", "示例行", "单位：亿元", "60MW", "9" * 400]),
)
AREA = st.tuples(*[st.integers(1, 8)] * 2, *[st.integers(0, 3)] * 2)


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.sampled_from([*HEADERS, "序号", "单位", "总投资（亿元）", "心情", "退回原因"]), max_size=8),
    st.lists(st.lists(TYPED, min_size=8, max_size=8), max_size=6),
    st.lists(IDS, min_size=6, max_size=6),
    st.lists(AREA, max_size=2),
)
def test_any_workbook(
    headers: list[str], rows: list[list[object]], ids: list[str], areas: list[tuple[int, int, int, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        sheet.append(["项目编号", "项目名称", "所在县", *headers])
        for ident, row in zip(ids, rows, strict=False):
            sheet.append([ident, "甲", "奉节县", *(row[: len(headers)])])
        for top, left, height, width in areas:
            sheet.merge_cells(start_row=top, start_column=left, end_row=top + height, end_column=left + width)
        path = Path(folder) / "form.xlsx"
        book.save(path)
        library = Library.open(Path(folder) / "library.gpkg")
        try:
            result = library.import_file(path)
        except InputError as error:
            assert areas, error  # only a merged area can hide the header
            return
        counts = (result.accepted, result.updated, result.unchanged, result.pending, result.rejected)
        assert sum(counts) == result.rows_read
        assert (result.rejected_file is not None) == (result.rejected > 0)
        version = library.version
        assert library.import_file(path).version == version
        if result.accepted:
            back = library.import_file(library.export(Path(folder) / "out.xlsx"))
            assert (back.unchanged, back.rejected, back.version) == (result.accepted, 0, version)
        assert library.check() == []
