"""Projects that can share their financing columns: an exact way to make the model smaller.

Projects with the same eligible set, shares as fractions of the need, capital gap, profile (and county, revenue or
membership where money depends on it) draw on the same sources in the same proportions, so their money is one set of
columns, split afterwards in proportion to the need.
"""

from __future__ import annotations

import numpy as np

from fengwuwu.optimize.terms import Terms

_UNKNOWN, _ANY = np.inf, -np.inf  # a figure that is missing, and one that does not matter


def group(terms: Terms) -> list[list[int]]:
    """Positions of the projects of each type, types in order of their first project.

    A project without financing need belongs to no type.
    """
    found: dict[bytes, list[int]] = {}
    drawing = np.flatnonzero(terms.need > 0)
    for p, key in zip(drawing.tolist(), _keys(terms, drawing), strict=True):
        found.setdefault(key.tobytes(), []).append(p)
    return list(found.values())


def _keys(terms: Terms, p: np.ndarray) -> np.ndarray:
    """What projects of one type agree in, a row each; shape (len(p), figures)."""
    scenario = terms.scenario
    insts = list(scenario.instruments.values())
    equity = np.array([i.kind == "equity_like" for i in insts])
    covered = np.array([i.kind == "debt" and (scenario.dscr is not None or i.cover_ratio is not None) for i in insts])
    by_county = bool(scenario.county_debt) or any(i.county_budget_wan_yuan for i in insts)
    need, most = terms.need[p], terms.most[p]
    usable = most > 0
    profile = np.full((len(p), max((len(w) for w in terms.profile), default=0)), _ANY)
    for row, at in zip(profile, p.tolist(), strict=True):
        row[: len(terms.profile[at])] = terms.profile[at]
    columns = [
        np.minimum(most / need[:, None], 1),
        terms.capital_gap[p] / need,
        np.where((usable & equity).any(axis=1), terms.own[p] / need, 0.0),
        np.where((usable & covered).any(axis=1), terms.revenue[p] / need, _ANY),
        profile,
        *([terms.county_share[p]] if by_county else []),
        *(terms.weight(limit)[p] for limit in scenario.limits.values() if limit.instruments is not None),
        np.array([at if at in terms.fixed else -1 for at in p.tolist()], float),
    ]
    table = np.round(np.column_stack(columns), 12)
    # Adding zero makes -0.0 the same as 0.0.
    return np.ascontiguousarray(np.where(np.isnan(table), _UNKNOWN, table) + 0.0)
