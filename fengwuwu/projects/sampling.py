"""How wide a computed reduction is when the default values vary within their ranges: seeded draws, and percentiles.

Distributions: a value with low, central and high is triangular with the central one as its mode; one with a range only
is uniform; one without a range does not vary. A draw of a value holds for all projects of the technology, since the
table knows one range for all: a sum over projects is not made narrower than it is by independence nobody has shown.
What a form states is taken as it is, and the choice of the grid factor is no probability: it is an argument.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from fengwuwu import reference
from fengwuwu.errors import InputError
from fengwuwu.projects import grid_paths
from fengwuwu.projects.account import Account, account
from fengwuwu.projects.completion import lifetime
from fengwuwu.projects.emissions import activities, by_technology, take
from fengwuwu.projects.methods import Activity
from fengwuwu.projects.tabular import Floats, texts

PERCENTILES = (5, 50, 95)
# Draws held at once, so that a large library fits into memory.
_AT_ONCE = 5_000_000


def sample(projects: pd.DataFrame, draws: int, seed: int, *, basis: str = "ranking", path: str | None = None) -> Floats:
    """Draws of the mean annual reduction over the lifetime.

    Parameters
    ----------
    projects : DataFrame, shape (n, …)
        As for `fengwuwu.projects.emissions.reductions`.
    draws : int
        Number of draws, at least 1.
    seed : int
        The same seed gives the same draws, whatever other projects stand in the table.
    basis : {"ranking", "central", "cm", "average", "ifi", "floor"}
        Grid factor: the lower result of those that rank, that of the central value, or a named one.
    path : str, optional
        Key of ``grid_paths``; the constant one by default.

    Returns
    -------
    array of float, shape (n, draws)
        tCO2e per year; NaN where the reduction cannot be computed, or not by this factor.

    Raises
    ------
    InputError
        When `draws` or `basis` is not allowed or there is no such path.
    """
    known = ("ranking", "central", *reference.table("bases")["basis"])
    if draws < 1 or basis not in known:
        raise InputError("抽样次数应为正整数，电网因子应为规定的取值。", remedy=f"电网因子可用：{'、'.join(known)}。")
    chosen_path = grid_paths.path(path)
    found = np.full((len(projects), draws), np.nan)
    activity = activities(projects, lifetime(projects))[0]
    for key, where in by_technology(texts(projects, "technology")):
        chosen = account(key)
        if chosen is None or chosen.method is None:
            continue
        names = {"ranking": chosen.ranking, "central": [chosen.central]}.get(basis, [basis])
        if not chosen.on_grid:
            names = [chosen.central]
        if not set(names) <= set(chosen.factors):
            continue
        part, defaults = _column(take(activity, where)), _drawn(chosen, draws, seed)
        by_basis = [chosen.reduction(part, name, defaults, chosen_path) for name in names]
        found[where] = np.broadcast_to(np.minimum.reduce(by_basis), (int(where.sum()), draws))
    return found


def sampled(
    projects: pd.DataFrame, groups: pd.Series, draws: int, seed: int, path: str | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Percentiles of each project, and of the sum over each group, by the factors that rank.

    Parameters
    ----------
    projects : DataFrame, shape (n, …)
    groups : Series, shape (n,)
        What each project is summed under; one without (missing) is left out of the sums.
    draws, seed, path
        As for `sample`.

    Returns
    -------
    DataFrame, shape (n, 3)
        As of `percentiles`, with the index of `projects`.
    DataFrame, shape (number of groups, 3)
        The same of the sums over the projects that have a figure, by group in order of first occurrence.
    """
    names = list(pd.unique(groups.dropna()))
    totals = np.zeros((len(names), draws))
    each = []
    step = max(1, _AT_ONCE // draws)
    for start in range(0, len(projects), step):
        part = slice(start, start + step)
        found = sample(projects.iloc[part], draws, seed, path=path)
        each.append(percentiles(found))
        for place, name in enumerate(names):
            totals[place] += np.nansum(found[groups.iloc[part].eq(name).to_numpy(dtype=bool)], axis=0)
    table = pd.concat(each, ignore_index=True) if each else percentiles(np.empty((0, draws)))
    return table.set_axis(projects.index, axis="index"), percentiles(totals).set_axis(names, axis="index")


def percentiles(samples: Floats, levels: Sequence[float] = PERCENTILES) -> pd.DataFrame:
    """Percentiles of each project's draws.

    Parameters
    ----------
    samples : array of float, shape (n, draws)
    levels : sequence of float
        Per cent.

    Returns
    -------
    DataFrame, shape (n, len(levels))
        Columns ``p05, p50, p95``; NaN where the draws are.
    """
    values = np.percentile(samples, levels, axis=1) if len(samples) else np.empty((len(levels), 0))
    return pd.DataFrame({f"p{level:02g}": value for level, value in zip(levels, values, strict=True)})


def _drawn(chosen: Account, draws: int, seed: int) -> dict[str, Floats]:
    """The default values of a technology, each of shape (draws,)."""
    low, central, high = (reference.parameters(chosen.technology, case) for case in ("low", "central", "high"))
    ranges = reference.table("parameters")
    ranges = ranges[ranges["technology"].isin([chosen.technology, "*"])].sort_values("technology")
    rows = {str(row["parameter"]): row for row in ranges.to_dict("records")}
    defaults = {}
    for name in central:
        ends = sorted((low[name].value, high[name].value))
        if ends[0] == ends[1]:
            defaults[name] = np.full(draws, central[name].value)
            continue
        # A stream of its own for each value, so that a new row of the table does not shift the others.
        random = np.random.default_rng([seed, zlib.crc32(f"{rows[name]['technology']}/{name}".encode())])
        if pd.notna(rows[name]["central"]):
            defaults[name] = random.triangular(ends[0], central[name].value, ends[1], draws)
        else:
            defaults[name] = random.uniform(ends[0], ends[1], draws)
    return defaults


def _column(a: Activity) -> Activity:
    """The figures as columns, so that they broadcast against the draws."""
    figures = {name: figure[:, None] for name, figure in a.figures.items()}
    names = ("capacity", "output", "hours", "lifetime", "first_year")
    return replace(a, **{name: getattr(a, name)[:, None] for name in names}, figures=figures)
