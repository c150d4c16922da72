"""A PuLP problem as arrays, read once: what a solver takes, and what an independent check can multiply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from operator import attrgetter
from typing import Any

import numpy as np
import pulp


@dataclass(frozen=True)
class Arrays:
    """Maximise or minimise c·v + offset subject to row_lower ≤ A v ≤ row_upper, lower ≤ v ≤ upper.

    Attributes
    ----------
    start, index, value : ndarray
        A in compressed rows; shapes (rows + 1,), (nonzeros,), (nonzeros,).
    integer : ndarray of bool, shape (columns,)
    maximise : bool
    variables : list
        The PuLP variables in column order.
    names : list of str
        Constraint names in row order.
    """

    cost: np.ndarray
    offset: float
    maximise: bool
    lower: np.ndarray
    upper: np.ndarray
    integer: np.ndarray
    row_lower: np.ndarray
    row_upper: np.ndarray
    start: np.ndarray
    index: np.ndarray
    value: np.ndarray
    variables: list[Any]
    names: list[str]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows, columns."""
        return len(self.row_lower), len(self.cost)

    def column(self) -> dict[int, int]:
        """Column of a PuLP variable by its id()."""
        return {id(v): j for j, v in enumerate(self.variables)}

    def objective(self, expression: dict[Any, float], maximise: bool = True, offset: float = 0.0) -> Arrays:
        """The same rows under another objective."""
        place = self.column()
        cost = np.zeros(len(self.cost))
        for variable, coefficient in expression.items():
            cost[place[id(variable)]] += coefficient
        return replace(self, cost=cost, maximise=maximise, offset=offset)

    def activity(self, values: np.ndarray) -> np.ndarray:
        """A v, shape (rows,)."""
        products = self.value * values[self.index]
        sums = np.concatenate([[0.0], np.cumsum(products)])
        return sums[self.start[1:]] - sums[self.start[:-1]]

    def satisfied(self, values: np.ndarray, tolerance: float = 1e-5) -> bool:
        """Whether bounds, whole numbers and rows hold (rows relative to their right-hand side)."""
        whole = values[self.integer]
        activity = self.activity(values)
        return bool(
            (values >= self.lower - tolerance).all()
            and (values <= self.upper + tolerance).all()
            and (np.abs(whole - np.round(whole)) <= tolerance).all()
            and (activity >= self.row_lower - tolerance * np.maximum(1, np.abs(self.row_lower))).all()
            and (activity <= self.row_upper + tolerance * np.maximum(1, np.abs(self.row_upper))).all()
        )

    def evaluate(self, values: np.ndarray) -> float:
        """c·v + offset."""
        return float(self.cost @ values) + self.offset


def extract(problem: pulp.LpProblem, order: Sequence[Any] = ()) -> Arrays:
    """Read a PuLP problem.

    Parameters
    ----------
    problem : LpProblem
    order : sequence of LpVariable
        Variables that come first, used or not; the others follow in the order of their first use.
    """
    rows = problem.constraints()
    objective = problem.objective if problem.objective is not None else pulp.LpAffineExpression()
    expressions = [row.expr for row in rows]
    # dict.fromkeys keeps the order of first use, so the same problem always gives the same columns.
    variables = list(dict.fromkeys(chain(order, chain.from_iterable(expressions), objective)))
    place = {id(v): j for j, v in enumerate(variables)}
    names = [v.name for v in variables]
    if len(set(names)) < len(names):
        raise ValueError("two variables share a name")
    lengths = np.fromiter(map(len, expressions), np.int64, len(rows))
    count = int(lengths.sum())
    index = np.fromiter((place[i] for i in map(id, chain.from_iterable(expressions))), np.int32, count)
    value = np.fromiter(chain.from_iterable(map(dict.values, expressions)), float, count)
    rhs = -np.fromiter(map(attrgetter("constant"), rows), float, len(rows))
    sense = np.fromiter(map(attrgetter("sense"), rows), np.int64, len(rows))
    cost = np.zeros(len(variables))
    for variable, coefficient in objective.items():
        cost[place[id(variable)]] = coefficient
    return Arrays(
        cost=cost,
        offset=float(objective.constant),
        maximise=problem.sense == pulp.LpMaximize,
        lower=np.array([-np.inf if v.lowBound is None else v.lowBound for v in variables], float),
        upper=np.array([np.inf if v.upBound is None else v.upBound for v in variables], float),
        integer=np.array([v.cat == pulp.LpInteger for v in variables], bool),
        row_lower=np.where(sense == pulp.LpConstraintLE, -np.inf, rhs),
        row_upper=np.where(sense == pulp.LpConstraintGE, np.inf, rhs),
        start=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
        index=index,
        value=value,
        variables=variables,
        names=[row.name for row in rows],
    )
