"""The small model that remains when most columns are fixed, written with PuLP."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pulp

from fengwuwu.optimize.arrays import Arrays, extract
from fengwuwu.optimize.structure.master import Decisions


@dataclass(frozen=True)
class Core:
    """A model over the free columns; the others keep their only value.

    Attributes
    ----------
    problem : LpProblem
    arrays : Arrays
        Of `problem`.
    free : ndarray of int
        Columns of the whole model, in the order of the core's.
    rest : ndarray, shape (columns,)
        Values of the fixed columns; zero for the free ones.
    """

    problem: pulp.LpProblem
    arrays: Arrays
    free: np.ndarray
    rest: np.ndarray

    def whole(self, values: np.ndarray) -> np.ndarray:
        """A vector over all columns, whole where it has to be."""
        out = self.rest.copy()
        out[self.free] = np.where(self.arrays.integer, np.round(values), values)
        return out

    def part(self, values: np.ndarray | None) -> np.ndarray | None:
        """The core's part of a vector over all columns, if the rest of it is as fixed here."""
        if values is None:
            return None
        inside = values[self.free]
        outside = self.whole(inside)
        return inside if np.abs(outside - values).max(initial=0.0) <= 1e-6 else None


def build(model: Decisions, lower: np.ndarray, upper: np.ndarray, least: float) -> Core | None:
    """The model within narrower bounds; None when a row cannot be satisfied.

    Parameters
    ----------
    lower, upper : ndarray, shape (columns,)
        Finite.
    least : float
        Only solutions of at least this value are wanted; −inf for any.
    """
    arrays, matrix = model.arrays, model.matrix
    fixed = lower == upper
    rest = np.where(fixed, lower, 0.0)
    free = np.flatnonzero(~fixed)
    offset = matrix.times(rest)
    low, high = arrays.row_lower - offset, arrays.row_upper - offset
    small = matrix.part(np.arange(arrays.shape[0]), free)
    ends = np.stack([small.value * lower[free][small.column], small.value * upper[free][small.column]])
    most = np.bincount(small.row, ends.max(axis=0), arrays.shape[0])
    lowest = np.bincount(small.row, ends.min(axis=0), arrays.shape[0])
    slack = 1e-9 * np.maximum(1.0, np.maximum(np.abs(offset), np.maximum(np.abs(most), np.abs(lowest))))
    if ((most < low - 1e-6 - slack) | (lowest > high + 1e-6 + slack)).any():
        return None
    low = np.where(lowest >= low - slack, -np.inf, low)
    high = np.where(most <= high + slack, np.inf, high)
    problem = pulp.LpProblem("core", pulp.LpMaximize)
    kinds = [pulp.LpInteger if whole else pulp.LpContinuous for whole in arrays.integer[free]]
    bounds = zip(free.tolist(), lower[free].tolist(), upper[free].tolist(), kinds, strict=True)
    variables = [problem.add_variable(f"v_{j}", a, b, kind) for j, a, b, kind in bounds]
    starts = small.starts()
    for i in np.flatnonzero(np.isfinite(low) | np.isfinite(high)).tolist():
        span = slice(starts[i], starts[i + 1])
        _add(problem, variables, f"r_{i}", small.column[span], small.value[span], low[i], high[i])
    base = float(arrays.cost @ rest) + arrays.offset
    used = np.flatnonzero(arrays.cost[free])
    if np.isfinite(least):
        _add(problem, variables, "better", used, arrays.cost[free][used], least - base, np.inf)
    gain = {variables[j]: float(arrays.cost[free[j]]) for j in used}
    problem.setObjective(pulp.LpAffineExpression(gain, constant=base))
    return Core(problem, extract(problem, order=variables), free, rest)


def _add(
    problem: pulp.LpProblem,
    variables: list[pulp.LpVariable],
    name: str,
    column: np.ndarray,
    value: np.ndarray,
    low: float,
    high: float,
) -> None:
    """One row, built from pairs; two when both sides count and differ."""
    pairs = {variables[j]: v for j, v in zip(column.tolist(), value.tolist(), strict=True)}
    if low == high:
        sides = [(pulp.LpConstraintEQ, low)]
    else:
        both = ((pulp.LpConstraintGE, low), (pulp.LpConstraintLE, high))
        sides = [(sense, side) for sense, side in both if np.isfinite(side)]
    for sense, side in sides:
        row = pulp.LpConstraint(pulp.LpAffineExpression(pairs), sense, f"{name}_{sense + 1}", float(side))
        problem.addConstraint(row)
