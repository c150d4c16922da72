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
    rows = list(zip(*columns, strict=True))
    keys: list[tuple[object, ...]] = rows
    if any(len(set(map(type, column))) > 1 for column in columns):
        keys = list(zip(rows, zip(*(map(type, column) for column in columns), strict=True), strict=True))
    answers = {key: function(*row) for key, row in dict(zip(keys, rows, strict=True)).items()}
    return list(map(answers.__getitem__, keys))
