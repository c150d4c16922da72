"""Further figures that the accounting of some technologies needs: ``年替代柴油=120 t;…`` in one cell of the form.

Which technology has which figure, in which unit, stands in ``data/reference/activity_figures.csv``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from fengwuwu import reference
from fengwuwu.projects.tabular import Floats, texts
from fengwuwu.vocabulary import UNIT

FIELD = "activity_figures"


@dataclass(frozen=True)
class Figure:
    """One row of the table.

    Attributes
    ----------
    technology, figure, label, unit, meaning : str
    required : bool
        Whether nothing can be computed without it.
    minimum : float or None
    """

    technology: str
    figure: str
    label: str
    unit: str
    meaning: str
    required: bool
    minimum: float | None


@lru_cache(maxsize=1)
def _all() -> tuple[Figure, ...]:
    rows = reference.table(FIELD).to_dict("records")
    return tuple(
        Figure(
            technology=str(row["technology"]),
            figure=str(row["figure"]),
            label=str(row["label"]),
            unit=str(row["unit"]),
            meaning=str(row["meaning"]),
            required=row["required"] == "yes",
            minimum=None if pd.isna(row["minimum"]) else float(row["minimum"]),
        )
        for row in rows
    )


def of_technology(technology: object) -> tuple[Figure, ...]:
    """The figures a technology may give; empty for most."""
    return tuple(figure for figure in _all() if figure.technology == technology)


def by_label() -> dict[str, Figure]:
    """The figures by Chinese name; a name has the same unit wherever it is used."""
    return {figure.label: figure for figure in _all()}


def written(figure: Figure, amount: str) -> str:
    """A figure as it is kept and shown."""
    return f"{figure.label}={amount} {UNIT.get(figure.unit, figure.unit)}"


def given(project: pd.Series) -> Iterator[tuple[Figure, float]]:
    """The figures one project gives and its technology uses, in the unit of the table."""
    amounts = values(pd.DataFrame([project]))
    for figure in of_technology(project["technology"]):
        if figure.figure in amounts and not np.isnan(amount := float(amounts[figure.figure][0])):
            yield figure, amount


def values(projects: pd.DataFrame) -> dict[str, Floats]:
    """The figures of all projects.

    Parameters
    ----------
    projects : DataFrame, shape (n, …)
        Uses ``technology`` and ``activity_figures`` as `written`. A figure that the technology does not have, or that
        is in another unit, is not used.

    Returns
    -------
    dict of str to array of float, shape (n,)
        By ``figure``, in the unit of the table; NaN where unknown. Empty when no project gives any.
    """
    text = texts(projects, FIELD)
    if text.isna().all():
        return {}
    technology = texts(projects, "technology")
    found: dict[str, Floats] = {}
    for figure in _all():
        mine = technology.eq(figure.technology).to_numpy(dtype=bool)
        name, unit = (re.escape(part) for part in (figure.label, UNIT.get(figure.unit, figure.unit)))
        amount = text[mine].str.extract(rf"(?:^|;){name}=([^ ;]+)(?: {unit})?(?:;|$)", expand=False)
        kept = found.setdefault(figure.figure, np.full(len(projects), np.nan))
        kept[mine] = pd.to_numeric(amount, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return found
