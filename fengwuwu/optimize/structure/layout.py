"""Where the decisions stand among the columns of a model, and what every column can be at most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fengwuwu.optimize.arrays import Arrays
from fengwuwu.optimize.model import MONEY, Model


@dataclass(frozen=True)
class Layout:
    """One entry for each project and start year, k in all.

    Attributes
    ----------
    project : ndarray of int, shape (k,)
        Position of the project.
    start : ndarray of int, shape (k,)
        Column that says whether the project starts in that year.
    one : ndarray of int, shape (n,)
        Row "at most one start" of each project, −1 where there is none.
    money : ndarray of bool, shape (columns,)
        Continuous columns that are no decision.
    lower, upper : ndarray, shape (columns,)
        What a column can be, with the rows on a single column and full financing taken into account.
    """

    project: np.ndarray
    start: np.ndarray
    one: np.ndarray
    money: np.ndarray
    lower: np.ndarray
    upper: np.ndarray

    @classmethod
    def of(cls, model: Model, arrays: Arrays) -> Layout:
        """Find the decisions of a model among its arrays."""
        place, terms = arrays.column(), model.terms
        rows = {name: i for i, name in enumerate(arrays.names)}
        lower, upper = arrays.lower.copy(), arrays.upper.copy()
        money = np.zeros(arrays.shape[1], bool)
        for (g, _, s), variable in model.money.items():
            column = place[id(variable)]
            money[column] = True
            whole = sum(terms.need[p] for p in model.types[g] if (p, s) in model.fund) / MONEY
            # A thousandth more, so that a bound of the full financing never cuts off a plan by rounding.
            upper[column] = min(upper[column], 1.001 * whole)
        _tighten(arrays, lower, upper)
        return cls(
            project=np.array([p for p, _ in model.start], int),
            start=np.array([place[id(v)] for v in model.start.values()], int),
            one=np.array([rows.get(f"one_{p}", -1) for p in range(terms.n)], int),
            money=money,
            lower=lower,
            upper=upper,
        )


def _tighten(arrays: Arrays, lower: np.ndarray, upper: np.ndarray) -> None:
    """Rows on a single column as bounds of that column."""
    rows = np.flatnonzero(np.diff(arrays.start) == 1)
    first = arrays.start[rows]
    column, value = arrays.index[first], arrays.value[first]
    ends = np.stack([arrays.row_lower[rows] / value, arrays.row_upper[rows] / value])
    np.maximum.at(lower, column, ends.min(axis=0))
    np.minimum.at(upper, column, ends.max(axis=0))
    whole = arrays.integer
    lower[whole], upper[whole] = np.ceil(lower[whole] - 1e-9), np.floor(upper[whole] + 1e-9)
