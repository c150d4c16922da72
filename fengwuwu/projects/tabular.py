"""Columns of a project table as the assessment needs them: numbers, text, missing ones, and sentences for many rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from fengwuwu.errors import InputError, Problem
from fengwuwu.projects.fields import header

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

SEPARATOR = "；"


def numbers(frame: pd.DataFrame, column: str) -> Floats:
    """A numeric column as floats, NaN where missing or when there is no such column.

    Raises
    ------
    InputError
        When a cell holds text that is no number.
    """
    if column not in frame:
        return np.full(len(frame), np.nan)
    given = frame[column]
    found = pd.to_numeric(given, errors="coerce")
    wrong = (found.isna() & given.notna()).to_numpy()
    if wrong.any():
        cells = zip(identities(frame)[wrong][:5], given[wrong][:5], strict=True)
        problems = [Problem(f"项目 {identity}：“{cell}”不是数。", "请填数值。") for identity, cell in cells]
        raise InputError(f"列“{header(column)}”含有不是数的内容。", problems=problems)
    return found.to_numpy(dtype=float, na_value=np.nan)


def texts(frame: pd.DataFrame, column: str) -> pd.Series:
    """A text column with missing as None; all None when there is no such column."""
    if column not in frame:
        return pd.Series(None, index=frame.index, dtype=object)
    given = frame[column]
    # Each text is looked at once; the last place of `written` is that of the missing ones, whose code is -1.
    code, distinct = pd.factorize(given)
    stripped = np.strings.strip(np.asarray(distinct, dtype=object).astype(np.dtypes.StringDType()))
    written = np.append(np.strings.str_len(stripped) > 0, False)
    return given.astype(object).where(written[code], None)


def identities(frame: pd.DataFrame) -> npt.NDArray[np.object_]:
    """The project numbers as text."""
    return frame["project_id"].astype(str).to_numpy(dtype=object)


def lookup(keys: pd.Series, table: pd.DataFrame, key: str, column: str) -> pd.Series:
    """The value of `column` in the row of `table` that belongs to each key; None where there is none."""
    code, distinct = pd.factorize(keys)
    found = table.set_index(key)[column].astype(object).reindex(distinct)
    values = np.array([*found.where(found.notna(), None), None], dtype=object)
    return pd.Series(values[code], index=keys.index, dtype=object)


def shown(values: Floats, digits: int = 0, unit: str = "", before: str = "") -> npt.NDArray[np.object_]:
    """Numbers as text with thousands separators, a unit behind and words before; 待补充 where missing."""
    # Each number is written once: few differ, when rounded.
    code, distinct = pd.factorize(np.round(np.asarray(values, dtype=float), digits), use_na_sentinel=False)
    plain = ["待补充" if value != value else f"{value + 0.0:,.{digits}f}" for value in distinct]
    words = np.array([f"{before}{text}{unit}" for text in plain], dtype=object)
    return words[code] if len(words) else np.array([], dtype=object)


class Sentences:
    """Collects sentences for many rows at once, in the order they are said.

    Parameters
    ----------
    length : int
        Number of rows.
    separator : str
        Between sentences.
    """

    def __init__(self, length: int, separator: str = SEPARATOR) -> None:
        self._separator = separator
        self._text = np.full(length, "", dtype=object)

    def say(self, where: Mask, *parts: str | npt.NDArray[np.object_]) -> None:
        """Add one sentence to the rows of a mask.

        Parameters
        ----------
        where : array of bool
        *parts : str or array of str
            Pieces of the sentence; an array has one piece per row of the whole table.
        """
        if not where.any():
            return
        rows = np.flatnonzero(where)
        sentence: Any = ""
        for part in parts:
            sentence = sentence + (part if isinstance(part, str) else part[rows])
        before = self._text[rows]
        later = before != ""
        if later.any():
            before[later] += self._separator
            sentence = before + sentence
        self._text[rows] = sentence

    def values(self, empty: str | None = None) -> npt.NDArray[np.object_]:
        """One text per row, sentences joined by the separator."""
        values = self._text.copy()
        values[values == ""] = empty
        return values


def listed(cells: pd.Series, names: Sequence[str]) -> dict[str, Mask]:
    """For each name, whether a cell of the form ``a;b`` lists it."""
    code, distinct = pd.factorize(cells.fillna("").astype(str))
    written = [text.replace(" ", "").split(";") for text in distinct]
    return {name: np.array([name in parts for parts in written], dtype=bool)[code] for name in names}
