"""A sparse matrix as triplets: what the rows of a model are to plain arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fengwuwu.optimize.arrays import Arrays


@dataclass(frozen=True)
class Entries:
    """Coefficients by row and column, rows ascending.

    Attributes
    ----------
    row, column : ndarray of int, shape (nonzeros,)
    value : ndarray, shape (nonzeros,)
    shape : (int, int)
    """

    row: np.ndarray
    column: np.ndarray
    value: np.ndarray
    shape: tuple[int, int]

    @classmethod
    def of(cls, arrays: Arrays) -> Entries:
        """The rows of a model."""
        row = np.repeat(np.arange(arrays.shape[0]), np.diff(arrays.start))
        return cls(row, arrays.index.astype(int), arrays.value, arrays.shape)

    def times(self, v: np.ndarray) -> np.ndarray:
        """Matrix · v."""
        return np.bincount(self.row, self.value * v[self.column], self.shape[0])

    def left(self, v: np.ndarray) -> np.ndarray:
        """Matrix' · v."""
        return np.bincount(self.column, self.value * v[self.row], self.shape[1])

    def where(self, mask: np.ndarray) -> Entries:
        """The entries of a mask."""
        return Entries(self.row[mask], self.column[mask], self.value[mask], self.shape)

    def part(self, rows: np.ndarray, columns: np.ndarray) -> Entries:
        """The sub-matrix of some rows and columns, numbered anew; both ascending."""
        row, column = np.full(self.shape[0], -1), np.full(self.shape[1], -1)
        row[rows], column[columns] = np.arange(len(rows)), np.arange(len(columns))
        inside = (row[self.row] >= 0) & (column[self.column] >= 0)
        return Entries(
            row[self.row[inside]], column[self.column[inside]], self.value[inside], (len(rows), len(columns))
        )

    def starts(self) -> np.ndarray:
        """Where each row begins; shape (rows + 1,)."""
        return np.concatenate([[0], np.cumsum(np.bincount(self.row, minlength=self.shape[0]))]).astype(np.int32)
