"""A plan's decisions held fixed while figures turn out otherwise: what money lacks, what breaks, what can be kept."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fengwuwu.optimize import readout, solve
from fengwuwu.optimize.arrays import Arrays
from fengwuwu.optimize.model import MONEY, Model
from fengwuwu.optimize.readout import Fund
from fengwuwu.optimize.stability import Decided

_LIMIT_PRICE = 1e3  # a rule on the money gives way only when no extra money could keep it
_SMALL = 1e-5  # 百万元: ten yuan
_KEPT_GAP = 1e-6


@dataclass(frozen=True)
class Held:
    """What holding the decisions means.

    Attributes
    ----------
    shortfall_wan_yuan : float
        The least money from outside the plan (counted as own capital) with which every decision can be financed,
        sources rearranged as the rules allow.
    broken : tuple of str
        Labels of the floors and caps that cannot be met.
    values : ndarray or None
        Decisions and money by column, when nothing lacks and nothing breaks.
    """

    shortfall_wan_yuan: float
    broken: tuple[str, ...]
    values: np.ndarray | None


def placed(model: Model, decided: Decided) -> Fund:
    """Decisions by position; those of projects that are not in the model, or not for that year, are left out."""
    place = {name: p for p, name in enumerate(model.terms.ids)}
    return {(place[n], s): part for n, (part, s) in decided.items() if (place.get(n), s) in model.fund}


def hold(model: Model, arrays: Arrays, fund: Fund) -> Held:
    """Finance given decisions with the least money from outside."""
    fixed = readout.with_decisions(model, arrays, fund)
    decisions = np.where(fixed.lower == fixed.upper, fixed.lower, 0.0)
    has_money = np.zeros(len(fixed.cost), bool)
    column = fixed.column()
    has_money[[column[id(v)] for v in model.money.values()]] = True
    of_money = np.logical_or.reduceat(np.append(has_money[fixed.index], False), fixed.start[:-1])
    of_money &= np.diff(fixed.start) > 0
    activity = fixed.activity(decisions)
    # Floors and caps that are about decisions alone hold or not, whatever the money does.
    broken = [
        i
        for i, name in enumerate(fixed.names)
        if name.startswith("limit_")
        and not of_money[i]
        and not fixed.row_lower[i] - _SMALL <= activity[i] <= fixed.row_upper[i] + _SMALL
    ]
    outside = _with_outside_money(fixed, of_money, model.terms.scenario.equity_like_max_share)
    rows = np.where(of_money, 0.0, np.inf)
    outside = replace(outside, row_lower=fixed.row_lower - rows, row_upper=fixed.row_upper + rows)
    found = solve.run_highs(outside, relax=True)
    if found.values is None:
        raise ValueError(f"financing with money from outside must be possible: {found.message}")
    extra = found.values[len(fixed.cost) :]
    shortfall = float(extra[outside.cost[len(fixed.cost) :] == 1.0].sum())
    limits = [i for i in np.flatnonzero(of_money).tolist() if fixed.names[i].startswith("limit_")]
    given = extra[outside.cost[len(fixed.cost) :] == _LIMIT_PRICE]
    broken += [i for i, amount in zip(limits, given, strict=True) if amount > _SMALL]
    kept = list(model.terms.scenario.limits.values())
    labels = tuple(kept[int(fixed.names[i].removeprefix("limit_"))].label for i in sorted(broken))
    sound = shortfall <= _SMALL * max(len(fund), 1) and not broken
    values = found.values[: len(fixed.cost)]
    return Held(0.0 if sound else MONEY * shortfall, labels, values if sound else None)


def _with_outside_money(fixed: Arrays, of_money: np.ndarray, part: float) -> Arrays:
    """One column of outside money per need, and one of grace per floor or cap on money; to be minimised."""
    place = {name: i for i, name in enumerate(fixed.names)}
    entries: list[tuple[int, int, float]] = []
    price: list[float] = []
    first = len(fixed.cost)
    for name in fixed.names:
        if name.startswith("need_"):
            tail = name.removeprefix("need_")
            coefficients = {name: 1.0, f"capital_{tail}": 1.0, f"equity_{tail}": -part}
            entries += [(place[n], first + len(price), c) for n, c in coefficients.items() if n in place]
            price.append(1.0)
    for i in np.flatnonzero(of_money).tolist():
        if fixed.names[i].startswith("limit_"):
            entries.append((int(i), first + len(price), 1.0 if np.isfinite(fixed.row_lower[i]) else -1.0))
            price.append(_LIMIT_PRICE)
    row = np.concatenate([np.repeat(np.arange(len(fixed.names)), np.diff(fixed.start)), [e[0] for e in entries]])
    order = np.argsort(row, kind="stable")
    index = np.concatenate([fixed.index, [e[1] for e in entries]])[order]
    value = np.concatenate([fixed.value, [e[2] for e in entries]])[order]
    count = np.bincount(row.astype(int), minlength=len(fixed.names))
    more = len(price)
    return replace(
        fixed,
        cost=np.concatenate([np.zeros(first), price]),
        lower=np.concatenate([fixed.lower, np.zeros(more)]),
        upper=np.concatenate([fixed.upper, np.full(more, np.inf)]),
        integer=np.concatenate([fixed.integer, np.zeros(more, bool)]),
        start=np.concatenate([[0], np.cumsum(count)]).astype(np.int32),
        index=index.astype(np.int32),
        value=value.astype(float),
        offset=0.0,
        maximise=False,
    )


def keep(model: Model, arrays: Arrays, fund: Fund, seconds: float) -> solve.Outcome:
    """The best that is left when nobody brings money from outside: projects of the plan may be dropped, none added.

    Starts stay; a divisible project may be done in part. `arrays` has the objective.
    """
    lower, upper, column = arrays.lower.copy(), arrays.upper.copy(), arrays.column()
    for key, variable in model.fund.items():
        upper[column[id(variable)]] = fund.get(key, 0.0)
        upper[column[id(model.start[key])]] = min(float(key in fund), upper[column[id(model.start[key])]])
    return solve.run_highs(replace(arrays, lower=lower, upper=upper), gap=_KEPT_GAP, time_limit=seconds)
