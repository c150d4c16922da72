"""Good plans: settle the large projects as the relaxation prefers, then look closely at what it hardly minds."""

from __future__ import annotations

import numpy as np

from fengwuwu.optimize.structure import core as cores
from fengwuwu.optimize.structure.plans import Plans
from fengwuwu.optimize.structure.relaxation import Relaxed

PART = 150  # projects left free at first
_STEPS = 60
# A project is large from this many times the median. The more projects there are, the more of them can make up for one:
# with 30 000, from twice the median on, the steps ran out while a really large one was still split (30 medians), which
# left a gap of 3e-5, against 7e-6 from ten times on (one instance measured).
_LARGE, _PER = 2.0, 3000
_SECONDS, _NODES = 5.0, 200  # for one core


def dive(
    plans: Plans, relaxed: Relaxed, lower: np.ndarray, upper: np.ndarray
) -> tuple[Relaxed, np.ndarray, np.ndarray]:
    """Settle the large undecided projects one after another, on the better side, and adapt the rest.

    Returns
    -------
    Relaxed
        Of the bounds that follow.
    ndarray, ndarray
        Lower and upper bounds.
    """
    model = plans.master.model
    size = np.abs(model.arrays.cost[model.start])
    large = max(_LARGE, len(model.one) / _PER) * float(np.median(size[size > 0])) if (size > 0).any() else 0.0
    lower, upper = lower.copy(), upper.copy()
    for _ in range(_STEPS):
        assert relaxed.values is not None
        part = relaxed.values[model.start]
        split = np.flatnonzero((np.minimum(part, 1 - part) > 1e-6) & (size > large))
        if not len(split) or plans.left() <= 0:
            break
        column = model.start[split[np.argmax(size[split])]]
        before = lower[column], upper[column]
        sides = []
        for value in (0.0, 1.0):
            lower[column] = upper[column] = value
            sides.append(plans.relax(lower, upper, 3))
        better = int(sides[1].bound > sides[0].bound)
        found = sides[better]
        if found.values is None or found.bound <= plans.target:
            lower[column], upper[column] = before
            break
        lower[column] = upper[column] = float(better)
        relaxed = found
    return relaxed, lower, upper


def nearby(plans: Plans, relaxed: Relaxed, lower: np.ndarray, upper: np.ndarray, part: int, attempts: int) -> int:
    """Look for a better plan among the projects whose other choice loses least.

    Parameters
    ----------
    part : int
        How many projects stay free.
    attempts : int
        How often that may be doubled, when all that room gives is far from the bound.

    Returns
    -------
    int
        `part` as it was last.
    """
    model = plans.master.model
    least = np.where(relaxed.idle > 1e-12, relaxed.idle, np.inf)
    np.minimum.at(least, model.project, np.where(relaxed.loss > 1e-12, relaxed.loss, np.inf))
    least = np.sort(least)
    plans.losses = (relaxed.loss, relaxed.idle)
    for _ in range(12):
        allowed = float(least[min(part, len(least) - 1)])
        if np.isfinite(plans.value):
            allowed = min(allowed, relaxed.bound - plans.target)
        narrow = plans.fix(relaxed, lower, upper, allowed)
        core = None if narrow is None else cores.build(plans.master.model, *narrow, -np.inf)
        if core is None or plans.left() <= 0:
            break
        outcome, fits = plans.settle(core, _SECONDS, _NODES)
        if relaxed.bound <= plans.target:
            break
        if outcome.values is not None and not fits:
            continue
        if part >= len(least) or allowed >= relaxed.bound - plans.target or attempts == 0:
            break
        if outcome.bound is not None and 2 * outcome.bound > relaxed.bound + plans.value:
            break
        attempts -= 1
        part *= 2
    return part
