"""Take projects one after another in a given order, each as soon as it can start, as long as every rule can be kept."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from fengwuwu.optimize import model, objective, readout, solve, terms
from fengwuwu.optimize.arrays import Arrays, extract
from fengwuwu.optimize.model import Model
from fengwuwu.optimize.readout import Fund
from fengwuwu.optimize.scenario import Scenario
from fengwuwu.optimize.stability import Decided

_LEAST = 1e-6  # part of a divisible project


@dataclass(frozen=True)
class Order:
    """An order of projects to go by.

    Attributes
    ----------
    projects : DataFrame
        `Plan.projects`.
    ids : tuple of str
        The order; every project once.
    seconds : float
        For one question whether the rules can still be kept.
    """

    projects: pd.DataFrame
    scenario: Scenario
    ids: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class Taken:
    """Decisions, their reductions (tCO2e), and how many questions were not answered in time (and taken as no)."""

    decided: Decided
    reduction_t: float
    unanswered: int


def take(order: Order) -> Taken | None:
    """The decisions of an order; None when no plan satisfies the rules at all.

    A project is taken when some plan that satisfies all rules contains it beside those already taken: so floors and
    prerequisites that later projects must meet are foreseen. Projects that must be in are taken first. Of a divisible
    project as much is taken as can be.
    """
    numbers = terms.derive(order.projects, order.scenario)
    built = model.build(numbers)
    walk = _Walk(built, extract(built.problem).objective({}), order.seconds)
    if not walk.possible():
        return None
    place = {name: p for p, name in enumerate(numbers.ids)}
    wanted = [place[name] for name in order.ids]
    for p in sorted(wanted, key=lambda p: numbers.locked[p] not in ("in", "contracted")):
        walk.offer(p)
    decided = {numbers.ids[p]: (part, int(s)) for (p, s), part in sorted(walk.taken.items())}
    return Taken(decided, objective.achieved(numbers, "emission_reduction", walk.taken), walk.unanswered)


class _Walk:
    """What has been taken so far, with a plan that contains it."""

    def __init__(self, built: Model, arrays: Arrays, seconds: float) -> None:
        self.built, self.arrays, self.seconds = built, arrays, seconds
        self.column = arrays.column()
        self.lower, self.upper = arrays.lower.copy(), arrays.upper.copy()
        self.known: np.ndarray | None = None
        self.taken: Fund = {}
        self.unanswered = 0

    def offer(self, p: int) -> None:
        """Take a project at its earliest possible start, or leave it for good."""
        starts = self.built.terms.starts[p]
        for s in starts:
            kept = self.lower.copy(), self.upper.copy()
            for part in self._parts(p, s) if self.built.terms.divisible[p] else (1.0,):
                for other in starts:
                    self._set(p, other, part if other == s else 0.0)
                if self.possible():
                    self.taken[p, s] = part
                    return
                self.lower, self.upper = kept[0].copy(), kept[1].copy()
        for s in starts:
            self._set(p, s, 0.0)

    def possible(self) -> bool:
        """Whether some plan keeps all rules with what is fixed."""
        known = self.known
        if known is not None and (known >= self.lower - 1e-6).all() and (known <= self.upper + 1e-6).all():
            return True
        arrays = replace(self.arrays, lower=self.lower, upper=self.upper)
        # Often nothing else is needed: a linear programme of the money answers that.
        least = {key: float(self.lower[self.column[id(v)]]) for key, v in self.built.fund.items()}
        alone = {key: part for key, part in least.items() if part > 0}
        found = solve.run_highs(readout.with_decisions(self.built, arrays, alone), relax=True)
        if found.values is None:
            if solve.run_highs(arrays, relax=True).status == "infeasible":
                return False
            found = solve.run_highs(arrays, time_limit=self.seconds)
            self.unanswered += found.status == "no_solution"
        if found.values is None or not arrays.satisfied(found.values):
            return False
        self.known = found.values
        return True

    def _parts(self, p: int, start: int) -> list[float]:
        """How much of a divisible project can start in a year: whole, else the most, rounded down or as it is."""
        lower, upper = self.lower.copy(), self.upper.copy()
        for s in self.built.terms.starts[p]:
            column = self.column[id(self.built.start[p, s])]
            lower[column] = upper[column] = float(s == start)
        arrays = replace(self.arrays.objective({self.built.fund[p, start]: 1.0}), lower=lower, upper=upper)
        found = solve.run_highs(arrays, time_limit=self.seconds)
        self.unanswered += found.status == "no_solution"
        if found.values is None or not arrays.satisfied(found.values) or (most := found.objective or 0.0) < _LEAST:
            return []
        return [1.0] if most > 1 - _LEAST else [math.floor(most / _LEAST) * _LEAST, most]

    def _set(self, p: int, s: int, part: float) -> None:
        for variable, value in ((self.built.start[p, s], float(part > 0)), (self.built.fund[p, s], part)):
            self.lower[self.column[id(variable)]] = self.upper[self.column[id(variable)]] = value
