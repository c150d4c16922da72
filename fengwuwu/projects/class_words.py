"""Class and catalogue item suggested from a project's name and content, with a score and the words that made it.

``class_words`` lists for each topic of ``class_topics`` the phrases that speak for it. A phrase counts more in the name
than in the content, and most at the end of the name: in Chinese the last noun says what is built (光伏产业园道路 is a
road). The best topic answers only above a threshold and clear of the best topic with another answer; class and item are
judged apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from fengwuwu import reference
from fengwuwu.projects.phrases import PhraseIndex
from fengwuwu.projects.tabular import Floats, texts

NONE, REVIEW = "none", "review"
_BLOCK = 25_000


@dataclass(frozen=True)
class _Phrase:
    """Parts that must all occur (joined by ``+`` in the table), unless another phrase occurs in the same text."""

    topic: int
    weight: float
    parts: tuple[str, ...]
    unless: tuple[str, ...]
    shown: str


def suggest(projects: pd.DataFrame) -> pd.DataFrame:
    """What the words of each project say.

    Parameters
    ----------
    projects : DataFrame, shape (n, …)
        Uses ``project_name`` and ``content``; either may be missing.

    Returns
    -------
    DataFrame, shape (n, 8)
        ``topic`` (key of ``class_topics``; None when no phrase was found), ``verdict`` (of the topic; ``review`` when
        the class is not clear), ``class_code`` (None for no class or no answer), ``class_clear`` (bool),
        ``item_code`` (``none`` for no item; None without an answer), ``item_clear`` (bool), ``score``, ``words``
        (Chinese: where each phrase stands and its points).
    """
    index = projects.index
    names, contents = texts(projects, "project_name"), texts(projects, "content")
    blocks = [
        _block(names.iloc[start : start + _BLOCK], contents.iloc[start : start + _BLOCK])
        for start in range(0, max(len(projects), 1), _BLOCK)
    ]
    return pd.concat(blocks).set_axis(index)


def _block(names: pd.Series, contents: pd.Series) -> pd.DataFrame:
    table = reference.table("class_limits")
    limits = {str(key): float(value) for key, value in zip(table["id"], table["value"], strict=True)}
    topics, phrases = _rules(_key())
    name, content = PhraseIndex(names), PhraseIndex(contents)
    in_name, in_content = _Hits(len(names), len(topics)), _Hits(len(names), len(topics))
    heads = np.full(len(names), -1, dtype=np.int64)
    for number, phrase in enumerate(phrases):
        # Every part must occur, so the first one tells where to look.
        rows = np.union1d(name.rows(phrase.parts[0]), content.rows(phrase.parts[0]))
        if not len(rows):
            continue
        ends = [(name.last(part, rows), content.last(part, rows)) for part in phrase.parts]
        barred = [(name.last(part, rows), content.last(part, rows)) for part in phrase.unless]
        name_end = np.maximum.reduce([end for end, _ in ends])
        content_end = np.maximum.reduce([end for _, end in ends])
        spoken = np.logical_and.reduce([(one >= 0) | (two >= 0) for one, two in ends])
        not_name = np.logical_or.reduce([end >= 0 for end, _ in barred]) if barred else np.False_
        not_content = np.logical_or.reduce([end >= 0 for _, end in barred]) if barred else np.False_
        # A pair may stand half in the name and half in the content; it then counts as in the name.
        here = spoken & (name_end >= 0) & ~not_name
        there = np.logical_and.reduce([end >= 0 for _, end in ends]) & ~not_content & ~not_name
        in_name.add(rows[here], phrase, number, name_end[here])
        in_content.add(rows[there], phrase, number, content_end[there])
        heads[rows[here]] = np.maximum(heads[rows[here]], name_end[here])

    head = (in_name.end == heads[:, None]) & (in_name.end >= 0)
    points = (
        limits["name_weight"] * (in_name.points + limits["head_bonus"] * head)
        + limits["content_weight"] * in_content.points
    )
    return _answers(points, in_name, in_content, head, topics, [p.shown for p in phrases], limits)


class _Hits:
    """For each text and topic the best phrase, its points, and where the topic's last phrase ends."""

    def __init__(self, texts: int, topics: int) -> None:
        self.points = np.zeros((texts, topics), dtype=np.float32)
        self.phrase = np.full((texts, topics), -1, dtype=np.int16)
        self.end = np.full((texts, topics), -1, dtype=np.int32)

    def add(self, rows: np.ndarray, phrase: _Phrase, number: int, end: np.ndarray) -> None:
        topic = phrase.topic
        better = rows[self.points[rows, topic] < phrase.weight]
        self.points[better, topic] = phrase.weight
        self.phrase[better, topic] = number
        self.end[rows, topic] = np.maximum(self.end[rows, topic], end)


def _answers(
    points: Floats,
    in_name: _Hits,
    in_content: _Hits,
    head: np.ndarray,
    topics: pd.DataFrame,
    shown: list[str],
    limits: dict[str, float],
) -> pd.DataFrame:
    rows = np.arange(len(points))
    best = points.argmax(axis=1)
    score = points[rows, best]
    spoken = score > 0
    by_class = np.where(
        topics["verdict"] == REVIEW, REVIEW, topics["class_code"].where(topics["class_code"].notna(), NONE)
    )
    by_item = topics["catalogue_2025_code"].to_numpy(dtype=object)
    answers: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for name, labels in (("class", by_class), ("item", by_item)):
        kind = pd.factorize(labels, use_na_sentinel=False)[0]
        rivals = np.where(kind[None, :] == kind[best][:, None], 0, points).max(axis=1, initial=0)
        clear = (score >= limits["threshold"]) & (score - rivals >= limits["lead"]) & (labels[best] != REVIEW)
        answers[name] = _chosen(labels[best], spoken), clear
    code, clear = answers["class"]
    item, item_clear = answers["item"]
    verdict = np.where(clear, topics["verdict"].to_numpy(dtype=object)[best], REVIEW)
    hinted = topics["class_code"].to_numpy(dtype=object)[best]
    return pd.DataFrame({
        "topic": _chosen(topics["topic"].to_numpy(dtype=object)[best], spoken),
        "verdict": verdict,
        "class_code": _chosen(hinted, spoken & (code != NONE)),
        "class_clear": clear,
        "item_code": _chosen(item, spoken & (item != REVIEW)),
        "item_clear": item_clear,
        "score": score,
        "words": _words(points, in_name, in_content, head, best, topics, shown, limits),
    }).replace({np.nan: None})


def _words(
    points: Floats,
    in_name: _Hits,
    in_content: _Hits,
    head: np.ndarray,
    best: np.ndarray,
    topics: pd.DataFrame,
    shown: list[str],
    limits: dict[str, float],
) -> np.ndarray:
    """The phrases behind the best topic, and the strongest other topic with its points."""
    rows = np.arange(len(points))
    others = points.copy()
    others[rows, best] = 0
    second = others.argmax(axis=1)
    table = pd.DataFrame({
        "best": best,
        "score": points[rows, best],
        "second": second,
        "rival": others[rows, second],
        "name": in_name.phrase[rows, best],
        "name_points": limits["name_weight"]
        * (in_name.points[rows, best] + np.where(head[rows, best], limits["head_bonus"], 0)),
        "content": in_content.phrase[rows, best],
        "content_points": limits["content_weight"] * in_content.points[rows, best],
    })
    # Many projects are spoken of in the same words.
    kind = table.groupby(table.columns.tolist(), sort=False).ngroup().to_numpy()
    labels = topics["label"].tolist()
    told: list[str | None] = []
    for one in table.drop_duplicates().to_dict("records"):
        found = [
            f"{title}“{shown[number]}” {amount:g} 分"
            for title, number, amount in (
                ("名称", one["name"], one["name_points"]),
                ("内容", one["content"], one["content_points"]),
            )
            if number >= 0
        ]
        rival = f"，其次 {labels[one['second']]} {one['rival']:g} 分" if one["rival"] > 0 else ""
        text = f"{labels[one['best']]}（{'，'.join(found)}，合计 {one['score']:g} 分）{rival}"
        told.append(text if one["score"] > 0 else None)
    return np.array(told, dtype=object)[kind]


def _chosen(values: np.ndarray, where: np.ndarray) -> np.ndarray:
    """The values where they hold, None elsewhere."""
    chosen = np.asarray(values, dtype=object).copy()
    chosen[~where] = None
    return chosen


def _key() -> str:
    return reference.version("class_topics", "class_words")


@lru_cache(maxsize=4)
def _rules(version: str) -> tuple[pd.DataFrame, list[_Phrase]]:
    """Topics, and the phrases by topic; an edited table has another version and is read anew."""
    topics = reference.table("class_topics")
    number = {topic: i for i, topic in enumerate(topics["topic"])}
    table = reference.table("class_words")
    phrases = [
        _Phrase(
            number[row["topic"]],
            float(row["weight"]),
            tuple(words.split("+")),
            tuple(str(row["unless"]).split("|")) if isinstance(row["unless"], str) else (),
            words,
        )
        for row in table.to_dict("records")
        for words in str(row["words"]).split("|")
    ]
    return topics, phrases
