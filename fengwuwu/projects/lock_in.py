"""Fossil lock-in: projects that go on burning fossil fuels, and until when."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from fengwuwu import reference
from fengwuwu.projects import technologies
from fengwuwu.projects.tabular import Mask, Sentences, numbers, shown, texts

_REACH = 8  # characters after a word such as 替代 in which a fuel is what is given up


def lock_in(projects: pd.DataFrame, assessed: pd.DataFrame, fossil: Sequence[str]) -> np.ndarray:
    """What makes a project fossil, and the last year of its life; None where nothing does.

    Parameters
    ----------
    projects, assessed : DataFrame, shape (n, …)
        Technology, name and content; of `assessed` the lifetime used.
    fossil : sequence of str
        Technologies that burn or carry fossil fuel. Others are fossil by the words of ``fossil_words``, unless the
        text says that the fuel is replaced or given up.
    """
    said = Sentences(len(projects))
    technology = texts(projects, "technology")
    named = technology.isin(fossil).to_numpy(dtype=bool)
    label = technology.map(technologies.labels()).fillna("").to_numpy(dtype=object)
    name, content = texts(projects, "project_name").fillna(""), texts(projects, "content").fillna("")
    table = reference.table("fossil_words")
    words, given_up = (_any(table.loc[table["kind"] == kind, "word"]) for kind in ("fossil", "given_up"))
    # Few texts name a fuel at all, and only those are read for what is given up.
    maybe = _contains(name, words) | _contains(content, words)
    text = name[maybe] + "。" + content[maybe]
    kept = text.str.replace(f"(?:{given_up})[^，。；,;]{{0,{_REACH}}}", "", regex=True)
    word = np.full(len(projects), "", dtype=object)
    word[maybe] = kept.str.extract(f"(?i:({words}))", expand=False).fillna("").to_numpy(dtype=object)
    by_word = (word != "") & ~named
    began = numbers(projects, "completion_year")
    last = began + assessed["lifetime_years_used"].to_numpy(dtype=float)
    until = np.where(np.isnan(last), "运行截止年份待补充", "按寿命运行到 " + _years(last) + " 年")
    said.say(named, "技术类型“", label, "”，", until)
    said.say(by_word, "文字“", word, "”，", until)
    return said.values()


def _contains(texts_: pd.Series, words: str) -> Mask:
    """Which texts contain one of the words; each distinct text is looked at once."""
    code, distinct = pd.factorize(texts_)
    found: Mask = pd.Series(distinct, dtype=object).astype(str).str.contains(f"(?i:{words})").to_numpy(dtype=bool)
    return found[code]


def _any(words: pd.Series) -> str:
    return "|".join(re.escape(word) for word in words)


def _years(values: np.ndarray) -> np.ndarray:
    return np.array([text.replace(",", "") for text in shown(values)], dtype=object)
