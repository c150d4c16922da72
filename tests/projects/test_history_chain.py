"""The chain of hashes: what is hashed can be made again with nothing but JSON and SHA-256."""

from __future__ import annotations

import hashlib
import json

from hypothesis import given
from hypothesis import strategies as st

from fengwuwu.projects.history import GENESIS, Entry, Version, chained

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)


@given(
    st.builds(Version, st.integers(1, 9999), *[TEXT] * 6),
    st.builds(
        Entry, st.integers(1, 9999), *[TEXT] * 2, *[st.none() | TEXT] * 2, TEXT, st.none() | st.integers(1, 9999)
    ),
)
def test_a_hash_is_that_of_the_json_list(version: Version, entry: Entry) -> None:
    values = [GENESIS, *vars(version).values(), *vars(entry).values()]
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    assert chained(GENESIS, version, entry) == hashlib.sha256(text.encode()).hexdigest()
