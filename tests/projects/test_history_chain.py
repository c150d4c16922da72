"""The history's entries: hashes that JSON and SHA-256 alone make again, and records that read field by field."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengwuwu.errors import LibraryError
from fengwuwu.projects.history import (
    GENESIS,
    RECORD,
    Entry,
    Record,
    Version,
    chained,
    differences,
    lines,
    replay,
    to_text,
)
from fengwuwu.projects.library_tables import COLUMNS, NUMBERS, VERSION_COLUMN

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)


@given(
    st.builds(Version, st.integers(1, 9999), *[TEXT] * 6),
    st.builds(
        Entry, st.integers(1, 9999), *[TEXT] * 2, *[st.none() | TEXT] * 2, TEXT, st.none() | st.integers(1, 9999)
    ),
)
def test_a_hash_is_that_of_the_json_list(version: Version, entry: Entry) -> None:
    values = [GENESIS, *version, *entry]
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    assert chained(GENESIS, version, entry) == hashlib.sha256(text.encode()).hexdigest()


@st.composite
def records(draw: st.DrawFn) -> Record:
    """A whole project: every column, most of them unknown."""
    number = st.floats(allow_nan=False, allow_infinity=False)
    return {key: draw(st.none() | (number if key in NUMBERS else TEXT)) for key in COLUMNS[::13]} | {"project_id": "甲"}


@given(records(), records())
def test_an_entry_reads_field_by_field_and_replays_exactly(first: Record, second: Record) -> None:
    made = [*differences(1, "甲", {}, first, "表", 5), *differences(2, "甲", first, second, "表", 6)]
    known = [Entry(1, "甲", key, None, to_text(value), "表", 5) for key, value in first.items() if value is not None]
    changed = [
        Entry(2, "甲", key, to_text(first[key]), to_text(value), "表", 6)
        for key, value in second.items()
        if value != first[key]
    ]
    assert [line for entry in made for line in lines(entry)] == known + changed
    assert len(made) == 1 + bool(changed)
    state = replay(made)["甲"]
    assert {key: state.get(key) for key in second} == second
    assert state[VERSION_COLUMN] == len(made)


def test_no_field_is_called_as_a_whole_record_is() -> None:
    assert RECORD not in COLUMNS


def test_a_record_that_is_none_is_refused_in_words() -> None:
    with pytest.raises(LibraryError, match="版本 3 中 甲 的历史条目读不出来"):
        replay([Entry(3, "甲", RECORD, None, "{", "", None)])
