"""What the grid factor does after the year of its data: constant, or one of the assumed paths of ``grid_paths``.

There is no official path. A path is a scenario, never part of the figure that ranks unless somebody asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fengwuwu import reference
from fengwuwu.errors import InputError
from fengwuwu.projects.tabular import Floats


@dataclass(frozen=True)
class Path:
    """One row of ``grid_paths``.

    Attributes
    ----------
    key, label, source, status : str
        The label is Chinese.
    annual_change : float
        Change of the factor per year, a share: −0.02 is 2 % less each year.
    """

    key: str
    label: str
    annual_change: float
    source: str
    status: str

    @property
    def constant(self) -> bool:
        """Whether the factor never changes."""
        return self.annual_change == 0

    def multiplier(self, data_year: int, first_year: Floats, year: int) -> Floats:
        """Factor in a year of operation, relative to its table value.

        Parameters
        ----------
        data_year : int
            Year of the factor.
        first_year : array of float
            Calendar year of the first year of operation; where unknown, that year has the table's factor.
        year : int
            Year of operation, from 1.
        """
        elapsed = np.where(np.isnan(first_year), 0.0, first_year - data_year) + year - 1
        return np.asarray((1 + self.annual_change) ** np.maximum(elapsed, 0.0), dtype=float)


def path(key: str | None = None) -> Path:
    """A path by its key or its label; the one marked as default when none is named.

    Raises
    ------
    InputError
        When there is no such path.
    """
    table = reference.table("grid_paths")
    named = table["default"] == "yes" if key is None else (table["path"] == key) | (table["label"] == key)
    chosen = table[named]
    if chosen.empty:
        known = "、".join(f"{row['path']}（{row['label']}）" for row in table.to_dict("records"))
        raise InputError(f"没有名为“{key}”的电网因子路径。", remedy=f"可选：{known}。")
    row = chosen.iloc[0]
    return Path(
        str(row["path"]), str(row["label"]), float(row["annual_change"]), str(row["source"]), str(row["status"])
    )
