"""Start years said a second way for the solver's tree: "begun by year t" beside "starts in year t".

Branching on a single start splits badly: forbidding one of several years leaves nearly the same relaxation. The sum of
the starts up to a year is whole as well, and branching on it says "by then" or "later or never", which moves the bound
on both sides. The sums are added as columns of their own, so the plans and their values stay the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fengwuwu.optimize.arrays import Arrays

ROW = "one_"  # rows "at most one start", their columns in the order of the years


@dataclass(frozen=True)
class Begun:
    """A model with the sums of its starts as further columns.

    Attributes
    ----------
    arrays : Arrays
        For a solver: `variables` are those of the model alone, which come first.
    width : int
        Columns of the model.
    """

    arrays: Arrays
    width: int

    @classmethod
    def of(cls, model: Arrays, least: int = 1) -> Begun:
        """Add one whole column for each project and start year but its first, to models of `least` projects or more."""
        width = model.shape[1]
        groups = [
            model.index[model.start[i] : model.start[i + 1]]
            for i, name in enumerate(model.names)
            if name.startswith(ROW)
        ]
        groups = [group for group in groups if len(group) > 1 and model.integer[group].all()]
        if len(groups) < least:
            return cls(model, width)
        sums = [group[: k + 1] for group in groups for k in range(1, len(group))]
        count = len(sums)
        new = width + np.arange(count)
        index = [np.append(columns, own) for columns, own in zip(sums, new, strict=True)]
        value = [np.append(np.ones(len(columns)), -1.0) for columns in sums]
        length = np.cumsum([len(columns) for columns in index])
        wider = replace(
            model,
            cost=np.append(model.cost, np.zeros(count)),
            lower=np.append(model.lower, np.zeros(count)),
            upper=np.append(model.upper, np.ones(count)),
            integer=np.append(model.integer, np.ones(count, bool)),
            row_lower=np.append(model.row_lower, np.zeros(count)),
            row_upper=np.append(model.row_upper, np.zeros(count)),
            start=np.append(model.start, model.start[-1] + length).astype(np.int32),
            index=np.concatenate([model.index, *index]).astype(np.int32),
            value=np.concatenate([model.value, *value]),
            names=[*model.names, *(f"begun_{k}" for k in range(count))],
        )
        return cls(wider, width)

    def widened(self, values: np.ndarray) -> np.ndarray:
        """A solution of the model with its sums."""
        full = np.append(values, np.zeros(len(self.arrays.cost) - self.width))
        rows = len(self.arrays.row_lower) - (len(full) - self.width)
        full[self.width :] = self.arrays.activity(full)[rows:]
        return full
