"""A conservative plan: the best mean of the worst draws (CVaR), exactly, as one linear model over all draws.

Rockafellar and Uryasev (2000): the mean of the worst part α of N outcomes v_d is the largest value of
η − (1 ÷ αN) Σ max(0, η − v_d) over η, which is linear in the decisions because each v_d is. Reductions and delays are
those of the draws; money is needed as the plan assumes, so the conservative plan obeys every rule the plan obeys.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fengwuwu.optimize import model, objective, readout, solve, terms
from fengwuwu.optimize.arrays import extract
from fengwuwu.optimize.held import placed
from fengwuwu.optimize.model import TONNES, Expression, Model
from fengwuwu.optimize.readout import Fund
from fengwuwu.optimize.robust import otherwise
from fengwuwu.optimize.robust.case import Setting
from fengwuwu.optimize.robust.uncertainty import Figures
from fengwuwu.optimize.stability import Decided


@dataclass(frozen=True)
class Conservative:
    """Decisions, the mean of their worst draws (tCO2e) and its upper bound; no decisions when none were found."""

    decided: Decided
    cvar_t: float
    bound_t: float


def tail_mean(values: np.ndarray, tail: float) -> float:
    """Mean of the worst part of equally likely values: CVaR, the boundary value counted in part."""
    ordered = np.sort(values)
    weight = np.clip(tail * len(ordered) - np.arange(len(ordered)), 0, 1)
    return float(weight @ ordered / weight.sum())


def most_cautious(setting: Setting, draws: Sequence[Figures], tail: float) -> Conservative:
    """The plan whose mean over the worst part `tail` of the draws is highest."""
    numbers = terms.derive(setting.projects, setting.scenario)
    built = model.build(numbers)
    saved = [otherwise.reductions(setting.projects, setting.scenario, numbers.starts, figures) for figures in draws]
    known = _known(built, setting.decided)
    before = [_outcome(placed(built, setting.decided), numbers.starts, by_project) for by_project in saved]
    level = float(np.quantile(before, tail, method="inverted_cdf"))
    eta = built.problem.add_variable("eta")
    known[id(eta)] = level / TONNES
    goal: Expression = {eta: 1.0}
    for d, by_project in enumerate(saved):
        below = built.problem.add_variable(f"below_{d}", 0)
        known[id(below)] = max(level - before[d], 0.0) / TONNES
        goal[below] = -1.0 / (tail * len(saved))
        row = {
            built.fund[p, s]: float(e) / TONNES
            for p, starts in enumerate(numbers.starts)
            for s, e in zip(starts, by_project[p], strict=True)
            if e
        }
        built.row(f"draw_{d}", row | {below: 1.0, eta: -1.0}, ">=", 0.0)
    arrays = extract(built.problem).objective(goal)
    hint = np.array([known.get(id(v), 0.0) for v in arrays.variables])
    found = solve.run_highs(arrays, gap=setting.gap, time_limit=setting.seconds, hint=hint)
    values = found.values if found.values is not None and arrays.satisfied(found.values) else hint
    if not arrays.satisfied(values):
        return Conservative({}, np.nan, np.nan)
    fund = objective.decisions(built, arrays, values)
    cvar = tail_mean(np.array([_outcome(fund, numbers.starts, by_project) for by_project in saved]), tail)
    bound = np.nan if found.bound is None else max(TONNES * found.bound, cvar)
    ids = numbers.ids
    return Conservative({ids[p]: (float(part), int(s)) for (p, s), part in sorted(fund.items())}, cvar, bound)


def _known(built: Model, decided: Decided) -> dict[int, float]:
    """Values of the plan by id() of the variable; empty when it is none of this model's."""
    arrays = extract(built.problem)
    values = readout.completed(built, arrays, decided)
    return {} if values is None else dict(zip(map(id, arrays.variables), values.tolist(), strict=True))


def _outcome(fund: Fund, starts: list[list[int]], reductions: list[np.ndarray]) -> float:
    return float(sum(part * reductions[p][starts[p].index(s)] for (p, s), part in fund.items()))
