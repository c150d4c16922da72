"""A better plan by exchanges: one project's start is changed, or two at once, as long as every row still holds.

With budgets the best plans differ in how fully small projects use what the large ones leave, which is what exchanges of
two find quickly and a tree finds slowly.
"""

from __future__ import annotations

import numpy as np

from fengwuwu.optimize import clock
from fengwuwu.optimize.structure.master import Decisions

MOVES = 400
_CHUNK = 20_000


def improve(model: Decisions, decisions: np.ndarray, loss: np.ndarray, idle: np.ndarray, seconds: float) -> np.ndarray:
    """Decisions that are at least as good, within the same rows and bounds.

    Parameters
    ----------
    decisions : ndarray, shape (columns,)
        Whole, and within the rows; divisible projects keep what they have.
    loss, idle : ndarray, shape (k,), (n,)
        What a start, or none, loses of the bound: the moves that lose least are tried.
    seconds : float

    Returns
    -------
    ndarray, shape (columns,)
    """
    until = clock.now() + seconds
    search = _Exchange(model, decisions, loss, idle)
    while clock.now() < until and search.step(until):
        pass
    return search.decisions


class _Exchange:
    def __init__(self, model: Decisions, decisions: np.ndarray, loss: np.ndarray, idle: np.ndarray) -> None:
        self.model, self.decisions = model, decisions.copy()
        arrays = model.arrays
        # A start that is another column than the fraction belongs to a divisible project.
        open_ = (arrays.upper[model.start] > 0.5) & (arrays.lower[model.start] < 0.5)
        fixed = np.zeros(len(model.one), bool)
        fixed[model.project[arrays.lower[model.start] > 0.5]] = True
        self.usable = open_ & ~fixed[model.project] & (arrays.cost[model.start] != 0) & np.isfinite(loss)
        self.loss, self.idle = loss, idle

    def step(self, until: float) -> bool:
        """Make the best exchange found; False when there is none."""
        columns, changes, gains, owner = self._moves()
        if not len(gains):
            return False
        arrays = self.model.arrays
        activity = self.model.matrix.times(self.decisions)
        slack = 1e-9 * np.maximum(1.0, np.abs(activity))
        touched = np.flatnonzero(np.abs(changes).sum(axis=1) > 0)
        up, down = arrays.row_upper[touched] - activity[touched], activity[touched] - arrays.row_lower[touched]
        change, slack = changes[touched], slack[touched]
        high, low = np.isfinite(up), np.isfinite(down)
        room = np.concatenate([np.maximum(up[high], 0) + slack[high], np.maximum(down[low], 0) + slack[low]])
        change = np.concatenate([change[high], -change[low]])
        small = 1e-9 * max(1.0, abs(float(arrays.cost @ self.decisions)))
        single = (change <= room[:, None]).all(axis=0) & (gains > small)
        if single.any():
            self._apply(columns, [int(np.argmax(np.where(single, gains, -np.inf)))])
            return True
        first, second = np.triu_indices(len(gains), 1)
        both = gains[first] + gains[second]
        worth = (both > small) & (owner[first] != owner[second])
        order = np.argsort(-both[worth], kind="stable")
        first, second = first[worth][order], second[worth][order]
        for k in range(0, len(first), _CHUNK):
            if clock.now() > until:
                return False
            a, b = first[k : k + _CHUNK], second[k : k + _CHUNK]
            alive = np.arange(len(a))
            for row, limit in zip(change, room, strict=True):
                alive = alive[row[a[alive]] + row[b[alive]] <= limit]
                if not len(alive):
                    break
            if len(alive):
                self._apply(columns, [int(a[alive[0]]), int(b[alive[0]])])
                return True
        return False

    def _moves(self) -> tuple[list[tuple[int, int]], np.ndarray, np.ndarray, np.ndarray]:
        """Moves (from column, to column; −1 for none), their changes by row, gains and projects."""
        model, arrays = self.model, self.model.arrays
        on = self.decisions[model.start] > 0.5
        current = np.full(len(model.one), -1)
        current[model.project[on]] = model.start[on]
        blocked = np.zeros(len(model.one), bool)
        blocked[model.project[on & ~self.usable]] = True
        able = self.usable & ~blocked[model.project]
        switch = np.flatnonzero(able & ~on)
        drop = np.flatnonzero(able & on)
        to = np.concatenate([model.start[switch], np.full(len(drop), -1)])
        project = model.project[np.concatenate([switch, drop])]
        regret = np.concatenate([self.loss[switch], self.idle[model.project[drop]]])
        best = np.argsort(regret, kind="stable")[:MOVES]
        to, project = to[best], project[best]
        moves = [(int(current[p]), int(t)) for p, t in zip(project, to, strict=True)]
        used = np.unique([c for move in moves for c in move if c >= 0])
        part = model.matrix.part(np.arange(arrays.shape[0]), used)
        dense = np.zeros(part.shape)
        dense[part.row, part.column] = part.value
        place = np.full(arrays.shape[1] + 1, len(used))  # the last one is "none"
        place[used] = np.arange(len(used))
        dense = np.concatenate([dense, np.zeros((len(dense), 1))], axis=1)
        cost = np.concatenate([arrays.cost[used], [0.0]])
        off, on_ = place[[m[0] for m in moves]], place[[m[1] for m in moves]]
        return moves, dense[:, on_] - dense[:, off], cost[on_] - cost[off], project

    def _apply(self, moves: list[tuple[int, int]], chosen: list[int]) -> None:
        for k in chosen:
            off, on = moves[k]
            if off >= 0:
                self.decisions[off] = 0.0
            if on >= 0:
                self.decisions[on] = 1.0
