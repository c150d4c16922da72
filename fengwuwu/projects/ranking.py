"""How the ranking by reduction depends on the grid factor: ranks under each factor, places moved, who enters the top.

Everything but the factor is held: the conservative values of the other parameters are used throughout. A project to
which a factor does not apply (savings of electricity under a combined margin, forests) keeps the value that ranks.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from fengwuwu import reference
from fengwuwu.projects import factor_lock
from fengwuwu.projects.account import BASES, account
from fengwuwu.projects.emissions import PREFIX, activities, by_technology, take
from fengwuwu.projects.tabular import texts

RANKING = "ranking"  # the lower of the factors that rank, as everywhere else
CASES = (RANKING, *BASES)


def values(assessed: pd.DataFrame) -> pd.DataFrame:
    """The conservative reduction under each factor.

    Parameters
    ----------
    assessed : DataFrame, shape (n, …)
        Result of `fengwuwu.projects.assess.assess`.

    Returns
    -------
    DataFrame, shape (m, 5)
        tCO2e per year by `CASES`, of the projects that rank and have a figure, with their index.
    """
    known = pd.DataFrame(assessed[assessed["reduction_ranked"].astype(bool) & assessed[PREFIX].notna()])
    own = known[PREFIX].to_numpy(dtype=float)
    found = {case: own.copy() for case in CASES}
    activity = activities(known, known["lifetime_years_used"])[0]
    for key, where in by_technology(texts(known, "technology")):
        chosen = account(key)
        if chosen is None or not chosen.on_grid:
            continue
        path = factor_lock.path_of(known[where].iloc[0])
        defaults = {name: value.value for name, value in reference.parameters(key, "conservative").items()}
        for basis in chosen.factors:
            found[basis][where] = chosen.reduction(take(activity, where), basis, defaults, path)
    return pd.DataFrame(found, index=known.index)


def ranks(assessed: pd.DataFrame) -> pd.DataFrame:
    """Rank of each project under each factor, 1 the largest; equal values share the better rank.

    Returns
    -------
    DataFrame, shape (m, …)
        ``project_id, project_name``; by case ``value_…`` (tCO2e per year)``, rank_…`` and, but for the ranking itself,
        ``rise_…`` (places gained against it, negative when lost); ``moved`` (the most places moved under any factor).
        In the order of the ranking.
    """
    amounts = values(assessed)
    table = pd.DataFrame(assessed.loc[amounts.index, ["project_id", "project_name"]])
    for case in CASES:
        table[f"value_{case}"] = amounts[case]
        table[f"rank_{case}"] = amounts[case].rank(ascending=False, method="min").astype(int)
    for basis in BASES:
        table[f"rise_{basis}"] = table[f"rank_{RANKING}"] - table[f"rank_{basis}"]
    table["moved"] = table[[f"rise_{basis}" for basis in BASES]].abs().max(axis=1)
    return table.sort_values([f"rank_{RANKING}", "project_id"], kind="stable").reset_index(drop=True)


def sensitivity(ranked: pd.DataFrame, top: int) -> pd.DataFrame:
    """What each factor does to the ranking.

    Parameters
    ----------
    ranked : DataFrame
        Of `ranks`.
    top : int
        How many places count as the top; equal values may make them more.

    Returns
    -------
    DataFrame, shape (4, …)
        ``basis, label, moved`` (projects whose rank differs)``, mean_places, most_places`` (absolute)``, entered,
        left`` (ids, joined by ``、``; empty when none) for the top.
    """
    labels = reference.table("bases").set_index("basis")["label"]
    rows = []
    before = ranked[f"rank_{RANKING}"] <= top
    for basis in BASES:
        places = ranked[f"rise_{basis}"].abs()
        after = ranked[f"rank_{basis}"] <= top
        rows.append({
            "basis": basis,
            "label": str(labels[basis]),
            "moved": int((places > 0).sum()),
            "mean_places": float(places.mean()) if len(places) else np.nan,
            "most_places": int(places.max()) if len(places) else 0,
            "entered": "、".join(ranked.loc[after & ~before, "project_id"]),
            "left": "、".join(ranked.loc[before & ~after, "project_id"]),
        })
    return pd.DataFrame(rows)
