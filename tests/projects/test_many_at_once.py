"""What is done for many texts at once is what it is for each of them alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from fengwuwu.projects.phrases import PhraseIndex, plain_phrase
from fengwuwu.projects.tabular import listed, lookup, texts
from fengwuwu.projects.traits import core_of, cores

some = st.text(alphabet="光伏电站ABab 1２（）()\n\0新建项目_", max_size=12)
tables = st.lists(some, max_size=8)


@given(tables, st.text(alphabet="光伏电站ab1", min_size=1, max_size=3))
def test_a_phrase_is_found_in_the_texts_that_contain_it_and_where_it_ends_last(given_: list[str], phrase: str) -> None:
    index = PhraseIndex(pd.Series(given_, dtype=object))
    plain = [plain_phrase(text.replace("\0", "")) for text in given_]
    hits = [row for row, text in enumerate(plain) if phrase in text]
    assert sorted(index.rows(phrase)) == hits
    ends = index.last(phrase, np.arange(len(plain)))
    assert [row for row, end in enumerate(ends) if end >= 0] == hits
    # Positions count through all texts; within one they tell which phrase comes later.
    single = [index.last(character, np.arange(len(plain))) for character in sorted(set(phrase))]
    for row in hits:
        offset = ends[row] - (plain[row].rfind(phrase) + len(phrase))
        assert all(
            one[row] == offset + plain[row].rfind(character) + 1
            for one, character in zip(single, sorted(set(phrase)), strict=True)
        )


@given(tables)
def test_the_core_of_a_name_does_not_depend_on_its_neighbours(names: list[str]) -> None:
    assert not names or cores(names) == [core_of(name) for name in names]


def test_a_remark_ends_with_its_name() -> None:
    assert cores(["光伏（一", "期）电站", "光伏(一\n期)电站"]) == ["光伏一", "期电站", "光伏电站"]


def test_a_blank_cell_is_missing_and_a_number_stays_one() -> None:
    table = pd.DataFrame({"a": pd.Series(["x", " ", None, "", 1.5, "x"], dtype=object)})
    assert texts(table, "a").tolist() == ["x", None, None, None, 1.5, "x"]
    assert texts(table, "b").isna().all()


def test_what_is_missing_is_looked_up_in_vain() -> None:
    table = pd.DataFrame({"key": ["a", "b"], "value": ["1", None]})
    found = lookup(pd.Series(["b", "a", None, "c", "a"], index=[3, 1, 4, 1, 5], dtype=object), table, "key", "value")
    assert found.tolist() == [None, "1", None, None, "1"] and found.index.tolist() == [3, 1, 4, 1, 5]


def test_a_list_names_its_members_whole() -> None:
    found = listed(pd.Series(["甲县;乙县", "甲县 ; 丙", None, "大甲县"], dtype=object), ["甲县", "乙县"])
    assert {name: mask.tolist() for name, mask in found.items()} == {
        "甲县": [True, True, False, False],
        "乙县": [True, False, False, False],
    }
