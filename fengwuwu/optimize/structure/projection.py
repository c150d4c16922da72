"""The money projected out: financing is a linear programme in given decisions; what it forbids is rows in these.

For any multipliers π of the financing rows every feasible decision y satisfies

    (πA) y ≤ Σ max(π b_upper, π b_lower) + Σ_j max(0, −(πB)_j) · upper_j

where A and B are the financing rows' coefficients of decisions and money (Farkas; Benders' feasibility cut). It is
computed from π in plain arithmetic, so it holds whatever the solver's tolerances.
"""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np

from fengwuwu.optimize import solve
from fengwuwu.optimize.arrays import Arrays
from fengwuwu.optimize.structure.entries import Entries
from fengwuwu.optimize.structure.layout import Layout

FEASIBLE = 1e-7  # 百万元 of shortfall that rounding may leave: 0.1 yuan
_ZERO = 1e-11

Cut = tuple[np.ndarray, float]


class Projection:
    """The financing of one model, asked again and again with other decisions.

    Parameters
    ----------
    arrays : Arrays
    layout : Layout

    Attributes
    ----------
    financing : ndarray of bool, shape (rows,)
        Rows with money; the others are logic.
    """

    def __init__(self, arrays: Arrays, layout: Layout) -> None:
        self.arrays, self.layout = arrays, layout
        matrix = Entries.of(arrays)
        of_money = layout.money[matrix.column]
        self.financing = np.bincount(matrix.row[of_money], minlength=arrays.shape[0]) > 0
        self.of_decisions = matrix.where(~of_money & self.financing[matrix.row])
        self.of_money = matrix.where(of_money)
        self.money = np.flatnonzero(layout.money)
        self._bounds()
        self._oracle()

    def _bounds(self) -> None:
        """Rows x ≤ something in the decisions are bounds of x once the decisions are known."""
        rows, entries = self.arrays.shape[0], self.of_money
        count = np.bincount(entries.row, minlength=rows)
        first = np.searchsorted(entries.row, np.arange(rows))
        simple = np.flatnonzero((count == 1) & ~np.isfinite(self.arrays.row_lower) & (self.arrays.row_upper == 0))
        simple = simple[entries.value[first[simple]] > 0]
        # One bounding row for each column; a second one stays a row.
        self.bound_columns, keep = np.unique(entries.column[first[simple]], return_index=True)
        self.bound_rows = simple[keep]
        self.bound_values = entries.value[first[self.bound_rows]]

    def _oracle(self) -> None:
        """The financing with priced shortfall of scarce money; rows that tie money to decisions may not give way."""
        arrays = self.arrays
        others = self.financing.copy()
        others[self.bound_rows] = False
        self.rows = np.flatnonzero(others)
        matrix = self.of_money.part(self.rows, self.money)
        sides = np.where(np.isfinite(arrays.row_upper), arrays.row_upper, arrays.row_lower)
        tied = np.bincount(self.of_decisions.row, minlength=arrays.shape[0]) > 0
        limits = np.array([name.startswith("limit_") for name in arrays.names])
        scarce = (~tied | (sides != 0) | limits) & (arrays.row_lower != arrays.row_upper)
        soft = np.flatnonzero(scarce[self.rows])
        sign = np.where(np.isfinite(arrays.row_upper[self.rows[soft]]), -1.0, 1.0)
        width = len(self.money)
        row = np.concatenate([matrix.row, soft])
        column = np.concatenate([matrix.column, width + np.arange(len(soft))])
        value = np.concatenate([matrix.value, sign])
        order = np.argsort(row, kind="stable")
        whole = Entries(row[order], column[order], value[order], (len(self.rows), width + len(soft)))
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = whole.shape
        lp.col_cost_ = np.concatenate([np.zeros(width), np.ones(len(soft))])
        lp.col_lower_ = np.zeros(whole.shape[1])
        lp.col_upper_ = np.concatenate([self.layout.upper[self.money], np.full(len(soft), np.inf)])
        lp.row_lower_, lp.row_upper_ = arrays.row_lower[self.rows], arrays.row_upper[self.rows]
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = whole.starts()
        lp.a_matrix_.index_, lp.a_matrix_.value_ = whole.column.astype(np.int32), whole.value
        self.solver: Any = solve.new_highs()  # its stubs lack methods
        settings: dict[str, Any] = {"threads": 1, "presolve": "off", "solver": "simplex"}
        for name, setting in settings.items():
            self.solver.setOptionValue(name, setting)
        self.solver.passModel(lp)
        place = np.full(arrays.shape[1], -1)
        place[self.money] = np.arange(width)
        self.bound_places = place[self.bound_columns]

    # ------------------------------------------------------------ cuts

    def cut(self, multipliers: np.ndarray, point: np.ndarray) -> Cut | None:
        """The row of some multipliers, as deep as it can be at a point.

        Parameters
        ----------
        multipliers : ndarray, shape (rows,)
        point : ndarray, shape (columns,)
            Decisions.

        Returns
        -------
        (ndarray, float) or None
            Coefficients over all columns, right-hand side; None when it says nothing.
        """
        arrays = self.arrays
        pi = np.where(self.financing, multipliers, 0.0)
        pi[self.bound_rows] = 0.0
        largest = float(np.abs(pi).max(initial=0.0))
        if largest <= 1e-12:
            return None
        pi /= largest
        pi[np.abs(pi) <= _ZERO] = 0.0
        pi[~np.isfinite(np.where(pi > 0, arrays.row_upper, arrays.row_lower))] = 0.0
        # What the price of a column lacks is carried by its bounding row or by its bound, whichever is tighter there.
        lacking = np.maximum(0.0, -self.of_money.left(pi)[self.bound_columns]) / self.bound_values
        tighter = self._limits(self.of_decisions.times(point)) <= self.layout.upper[self.bound_columns]
        pi[self.bound_rows] = np.where(tighter, lacking, 0.0)
        price = self.of_money.left(pi)
        short = (price < 0) & self.layout.money
        used = pi != 0
        side = float(pi[used] @ np.where(pi > 0, arrays.row_upper, arrays.row_lower)[used])
        side -= float(price[short] @ self.layout.upper[short])
        coefficients = self.of_decisions.left(pi)
        scale = float(np.abs(coefficients).max(initial=0.0))
        if scale <= 1e-12:
            return None
        # Coefficients too small for a solver are moved to the right-hand side at their worst.
        dust = (coefficients != 0) & (np.abs(coefficients) < 1e-9 * scale)
        ends = coefficients[dust] * np.stack([self.layout.lower[dust], self.layout.upper[dust]])
        side -= float(ends.min(axis=0).sum()) if dust.any() else 0.0
        coefficients[dust] = 0.0
        return coefficients / scale, side / scale

    # ------------------------------------------------------------ is the money there

    def shortfall(self, decisions: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """Least money lacking for some decisions, the multipliers that prove it, and the money.

        Parameters
        ----------
        decisions : ndarray, shape (columns,)
            Fractions are allowed; what stands in money's columns does not matter.

        Returns
        -------
        float
            百万元 over all scarce rows; inf when no mix of sources does.
        ndarray, shape (rows,)
        ndarray, shape (columns,)
            The decisions with money for them.
        """
        solver, rows, arrays = self.solver, self.rows, self.arrays
        shifted = self.of_decisions.times(decisions)
        low, high = arrays.row_lower[rows] - shifted[rows], arrays.row_upper[rows] - shifted[rows]
        solver.changeRowsBounds(len(rows), np.arange(len(rows), dtype=np.int32), low, high)
        upper = self.layout.upper[self.money].copy()
        upper[self.bound_places] = np.minimum(upper[self.bound_places], self._limits(shifted))
        every = np.arange(len(upper), dtype=np.int32)
        solver.changeColsBounds(len(upper), every, np.zeros(len(upper)), upper)
        solver.run()
        multipliers, whole = np.zeros(arrays.shape[0]), decisions.copy()
        status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            solution = solver.getSolution()
            multipliers[rows] = -np.array(solution.row_dual)
            whole[self.money] = np.maximum(np.array(solution.col_value)[: len(self.money)], 0.0)
            return float(solver.getInfo().objective_function_value), multipliers, whole
        known, ray = False, None
        if status == highspy.HighsModelStatus.kInfeasible:
            _, known, ray = solver.getDualRay()
        if known:
            multipliers[rows] = np.array(ray)
            found = self.cut(multipliers, decisions)
            if found is None or float(found[0] @ decisions) <= found[1]:
                multipliers = -multipliers
        return np.inf, multipliers, whole

    def _limits(self, shifted: np.ndarray) -> np.ndarray:
        """What the bounding rows leave to their columns."""
        return np.maximum(-shifted[self.bound_rows] / self.bound_values, 0.0)
