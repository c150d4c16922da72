"""Projects that can share their financing columns: an exact way to make the model smaller.

Projects with the same eligible set, shares as fractions of the need, capital gap, profile (and county, revenue or
membership where money depends on it) draw on the same sources in the same proportions, so their money is one set of
columns, split afterwards in proportion to the need.
"""

from __future__ import annotations

import numpy as np

from fengwuwu.optimize.terms import Terms


def group(terms: Terms) -> list[list[int]]:
    """Positions of the projects of each type, types in order of their first project.

    A project without financing need belongs to no type.
    """
    scenario = terms.scenario
    insts = list(scenario.instruments.values())
    equity = np.array([i.kind == "equity_like" for i in insts])
    covered = np.array([i.kind == "debt" and (scenario.dscr is not None or i.cover_ratio is not None) for i in insts])
    by_county = bool(scenario.county_debt) or any(i.county_budget_wan_yuan for i in insts)
    weights = [terms.weight(limit) for limit in scenario.limits.values() if limit.instruments is not None]
    types: dict[tuple[object, ...], list[int]] = {}
    for p in range(terms.n):
        need = terms.need[p]
        if need <= 0:
            continue
        usable = terms.most[p] > 0
        key = (
            *_rounded(np.minimum(terms.most[p] / need, 1)),
            *_rounded([terms.capital_gap[p] / need, terms.own[p] / need if (usable & equity).any() else 0]),
            _rounded([terms.revenue[p] / need]) if (usable & covered).any() else None,
            _rounded(terms.profile[p]),
            _rounded(terms.county_share[p]) if by_county else None,
            _rounded([w[p] for w in weights]),
            p if p in terms.fixed else None,
        )
        types.setdefault(key, []).append(p)
    return list(types.values())


def _rounded(values: object) -> tuple[object, ...]:
    return tuple(None if np.isnan(v) else round(float(v), 12) for v in np.asarray(values, dtype=float))
