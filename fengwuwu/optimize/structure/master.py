"""The model in the decisions alone: rows of logic, and what money forbids as cuts that are added as they are found."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fengwuwu.optimize.arrays import Arrays
from fengwuwu.optimize.structure.entries import Entries
from fengwuwu.optimize.structure.layout import Layout
from fengwuwu.optimize.structure.projection import FEASIBLE, Cut, Projection

_DEPTHS = (0.5, 0.9)  # how far from a point towards the centre further cuts are looked for


@dataclass(frozen=True)
class Decisions:
    """A model over the columns of `Master.columns`: arrays, and where the starts stand in it.

    Attributes
    ----------
    start : ndarray of int, shape (k,)
        Column of each project and start year, in the order of `Layout`.
    one : ndarray of int, shape (n,)
        Row "at most one start" of each project, −1 where there is none.
    """

    arrays: Arrays
    matrix: Entries
    project: np.ndarray
    start: np.ndarray
    one: np.ndarray


class Master:
    """The growing model in the decisions.

    Parameters
    ----------
    arrays : Arrays
        The full model, a maximisation.
    layout : Layout

    Attributes
    ----------
    columns : ndarray of int
        Columns of the full model that are decisions.
    model : Decisions
        With all cuts found so far.
    centre : ndarray or None, shape (columns of the full model,)
        Decisions with money for them, inside what is feasible: cuts towards it are deeper.
    """

    def __init__(self, arrays: Arrays, layout: Layout) -> None:
        self.full, self.layout = arrays, layout
        self.projection = Projection(arrays, layout)
        self.columns = np.flatnonzero(~layout.money)
        self.centre: np.ndarray | None = None
        single = np.diff(arrays.start) == 1
        rows = np.flatnonzero(~self.projection.financing & ~single)
        matrix = Entries.of(arrays).part(rows, self.columns)
        place, row = np.full(arrays.shape[1], -1), np.full(arrays.shape[0] + 1, -1)
        place[self.columns], row[rows] = np.arange(len(self.columns)), np.arange(len(rows))
        small = replace(
            arrays,
            cost=arrays.cost[self.columns],
            lower=layout.lower[self.columns],
            upper=layout.upper[self.columns],
            integer=arrays.integer[self.columns],
            row_lower=arrays.row_lower[rows],
            row_upper=arrays.row_upper[rows],
            start=matrix.starts(),
            index=matrix.column.astype(np.int32),
            value=matrix.value,
            variables=[arrays.variables[j] for j in self.columns.tolist()],
            names=[arrays.names[i] for i in rows.tolist()],
        )
        self.model = Decisions(small, matrix, layout.project, place[layout.start], row[layout.one])

    def whole(self, decisions: np.ndarray) -> np.ndarray:
        """A vector over all columns, without money."""
        out = np.zeros(self.full.shape[1])
        out[self.columns] = decisions
        return out

    def pay(self, decisions: np.ndarray) -> tuple[np.ndarray | None, list[Cut]]:
        """The money for some decisions, or the cuts that say why there is none.

        Parameters
        ----------
        decisions : ndarray, shape (len(columns),)
            Fractions are allowed.

        Returns
        -------
        ndarray or None, shape (columns of the full model,)
        list of Cut
            Over the columns of `model`; they are not in it yet.
        """
        short, multipliers, paid = self.projection.shortfall(self.whole(decisions))
        return (paid, []) if short <= FEASIBLE else (None, self._cuts(decisions, multipliers))

    def lack(self, decisions: np.ndarray) -> tuple[float, list[Cut]]:
        """The money lacking for some decisions, 百万元, and the cuts that say so."""
        short, multipliers, _ = self.projection.shortfall(self.whole(decisions))
        return short, [] if short <= FEASIBLE else self._cuts(decisions, multipliers)

    def _cuts(self, decisions: np.ndarray, multipliers: np.ndarray) -> list[Cut]:
        point = self.whole(decisions)
        found = [self.projection.cut(multipliers, point)]
        if self.centre is not None:
            for depth in _DEPTHS:
                between = depth * self.centre + (1 - depth) * point
                short, multipliers, _ = self.projection.shortfall(between)
                if short > FEASIBLE:
                    found.append(self.projection.cut(multipliers, between))
        return [(cut[0][self.columns], cut[1]) for cut in found if cut is not None]

    def add(self, cuts: list[Cut]) -> None:
        """Cuts become rows."""
        if not cuts:
            return
        arrays, matrix = self.model.arrays, self.model.matrix
        table = np.array([coefficients for coefficients, _ in cuts])
        row, column = np.nonzero(table)
        count = arrays.shape[0]
        grown = Entries(
            np.concatenate([matrix.row, count + row]),
            np.concatenate([matrix.column, column]),
            np.concatenate([matrix.value, table[row, column]]),
            (count + len(cuts), arrays.shape[1]),
        )
        wider = replace(
            arrays,
            row_lower=np.concatenate([arrays.row_lower, np.full(len(cuts), -np.inf)]),
            row_upper=np.concatenate([arrays.row_upper, [side for _, side in cuts]]),
            start=grown.starts(),
            index=grown.column.astype(np.int32),
            value=grown.value,
            names=[*arrays.names, *(f"money_{count + k}" for k in range(len(cuts)))],
        )
        self.model = replace(self.model, arrays=wider, matrix=grown)
