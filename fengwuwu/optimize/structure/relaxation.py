"""Linear relaxations of one model under changing bounds, and bounds that need no trust in the solver.

For any multipliers π of the rows, Σ max(π b_upper, π b_lower) + Σ_j max over the bounds of (c_j − (πA)_j) v_j is an
upper bound (Lagrange). π comes from the solver; the bound is computed afresh in plain arithmetic, with "at most one
start" kept as it is instead of priced, so that the solver's tolerances do not enter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np

from fengwuwu.optimize import clock, solve
from fengwuwu.optimize.structure.master import Decisions


@dataclass(frozen=True)
class Relaxed:
    """One relaxation.

    Attributes
    ----------
    bound : float
        No solution within the bounds is better; −inf when there is none, +inf when nothing is known.
    values : ndarray or None
        By column; None when there is no solution.
    loss : ndarray, shape (k,)
        By how much the bound falls when the project starts in that year; entries as in `Decisions`.
    idle : ndarray, shape (n,)
        By how much it falls when the project does not start at all.
    """

    bound: float
    values: np.ndarray | None
    loss: np.ndarray
    idle: np.ndarray


class Relaxation:
    """The relaxation of a growing maximisation, solved again and again from the last basis.

    Parameters
    ----------
    model : Decisions
        Rows may be added to it, see `grow`.
    """

    def __init__(self, model: Decisions) -> None:
        self.model = model
        self.solver: Any = solve.new_highs()  # its stubs lack methods
        for name, setting in {"threads": 1, "primal_feasibility_tolerance": 1e-9}.items():
            self.solver.setOptionValue(name, setting)
        self.solver.passModel(solve.highs_lp(model.arrays, integer=False))
        self.lower, self.upper = model.arrays.lower.copy(), model.arrays.upper.copy()
        self.solved = 0

    def grow(self, model: Decisions) -> None:
        """The same model with further rows at its end."""
        old, arrays = self.model.arrays.shape[0], model.arrays
        first = int(arrays.start[old])
        count = arrays.shape[0] - old
        if count:
            self.solver.addRows(
                count,
                arrays.row_lower[old:],
                arrays.row_upper[old:],
                len(arrays.index) - first,
                (arrays.start[old:-1] - first).astype(np.int32),
                arrays.index[first:],
                arrays.value[first:],
            )
        self.model = model

    def solve(self, lower: np.ndarray, upper: np.ndarray, deadline: float) -> Relaxed:
        """The relaxation within other bounds of the columns."""
        changed = np.flatnonzero((lower != self.lower) | (upper != self.upper)).astype(np.int32)
        if len(changed):
            self.solver.changeColsBounds(len(changed), changed, lower[changed], upper[changed])
            self.lower, self.upper = lower.copy(), upper.copy()
        self.solver.setOptionValue("time_limit", self.solver.getRunTime() + max(deadline - clock.now(), 0.01))
        if self.solver.run() == highspy.HighsStatus.kError:
            self.solver.resetThreadScheduler(True)
            self.solver.run()
        # From the second run on there is a basis to start from, which presolve would throw away.
        self.solver.setOptionValue("presolve", "off")
        self.solved += 1
        multipliers = np.zeros(self.model.arrays.shape[0])
        status = self.solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return self._refuted(multipliers, lower, upper)
        solution = self.solver.getSolution()
        if status != highspy.HighsModelStatus.kOptimal or not solution.dual_valid:
            nothing = np.zeros(0)
            return Relaxed(np.inf, None, nothing, nothing)
        multipliers[:] = solution.row_dual
        return replace(self.lagrangian(multipliers, lower, upper), values=np.array(solution.col_value))

    def _refuted(self, multipliers: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> Relaxed:
        """Infeasible, if the solver's ray proves it in plain arithmetic."""
        _, known, ray = self.solver.getDualRay()
        nothing = np.zeros(0)
        if known:
            for sign in (1.0, -1.0):
                multipliers[:] = sign * np.array(ray)
                if self.lagrangian(multipliers, lower, upper, objective=False).bound < -1e-9:
                    return Relaxed(-np.inf, None, nothing, nothing)
        return Relaxed(np.inf, None, nothing, nothing)

    def lagrangian(
        self, multipliers: np.ndarray, lower: np.ndarray, upper: np.ndarray, objective: bool = True
    ) -> Relaxed:
        """Bound and losses of some multipliers.

        Parameters
        ----------
        multipliers : ndarray, shape (rows,)
            Not negative where the upper side counts, not positive where the lower one does; others are dropped.
        objective : bool
            False for the zero objective: a negative bound then proves that there is no solution.
        """
        model, arrays = self.model, self.model.arrays
        pi = np.where(np.isfinite(np.where(multipliers > 0, arrays.row_upper, arrays.row_lower)), multipliers, 0.0)
        pi[model.one[model.one >= 0]] = 0.0
        pi[np.abs(pi) < 1e-13 * np.abs(pi).max(initial=0.0)] = 0.0
        priced = model.matrix.left(pi)
        reduced = (arrays.cost if objective else 0.0) - priced
        with np.errstate(invalid="ignore"):
            gain = np.where(reduced == 0, 0.0, np.maximum(reduced * lower, reduced * upper))
        side = np.where(pi > 0, arrays.row_upper, arrays.row_lower)
        used = pi != 0
        value = float(pi[used] @ side[used]) + (arrays.offset if objective else 0.0)
        # At most one start of each project is chosen; the other columns are chosen one by one.
        gain[model.start] = 0.0
        value += float(gain.sum())
        worth = np.where(upper[model.start] > 0.5, reduced[model.start], -np.inf)
        best = np.full(len(model.one), -np.inf)
        np.maximum.at(best, model.project, worth)
        must = np.zeros(len(model.one), bool)
        must[model.project[lower[model.start] > 0.5]] = True
        forced = lower[model.start] > 0.5
        best[model.project[forced]] = worth[forced]
        top = np.where(must, best, np.maximum(best, 0.0))
        value += float(top.sum())
        return Relaxed(value, None, top[model.project] - worth, np.where(must, np.inf, top))
