"""Ask each different thing once: the columns of a form repeat themselves, and rules speak of values, not of cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Answer = TypeVar("Answer")


def each_once(function: Callable[..., Answer], *columns: Sequence[object]) -> list[Answer]:
    """The values of a function over columns, row by row; it is called once for each different combination.

    Parameters
    ----------
    function : callable
        Takes one value of each column, and depends on nothing else.
    *columns : sequence
        Of one length; values are hashable. Values of different types are different: ``1``, ``1.0`` and ``True``.

    Returns
    -------
    list
        Equal rows share one and the same object.
    """
    rows = list(zip(*(part for column in columns for part in (column, map(type, column))), strict=True))
    answers = {row: function(*row[::2]) for row in dict.fromkeys(rows)}
    return [answers[row] for row in rows]
