"""One case of figures: what the plan is worth in it, and what would have been best had they been known."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from fengwuwu.optimize import held, model, objective, solve
from fengwuwu.optimize.arrays import Arrays, extract
from fengwuwu.optimize.model import TONNES, Model
from fengwuwu.optimize.readout import Fund
from fengwuwu.optimize.robust import otherwise
from fengwuwu.optimize.robust.uncertainty import Figures
from fengwuwu.optimize.scenario import Scenario
from fengwuwu.optimize.stability import Decided

# With a plan to start from, these searches cost more than they find (measured: a third of the time).
_OPTIONS = {
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_root_reduced_cost": False,
}


@dataclass(frozen=True)
class Setting:
    """What all cases share.

    Attributes
    ----------
    projects : DataFrame
        `Plan.projects`.
    decided : dict of str to (float, int)
        The plan's decisions.
    gap : float
        Relative gap at which the search for the best plan of a case stops.
    seconds : float
        Time for it.
    """

    projects: pd.DataFrame
    scenario: Scenario
    decided: Decided
    gap: float
    seconds: float


@dataclass(frozen=True)
class Case:
    """What came out; tonnes are tCO2e within the accounting window, NaN where there is no plan.

    Attributes
    ----------
    held_t : float
        Reductions when every decision of the plan is carried out, whatever money that takes.
    held_need_wan_yuan : float
        Financing need of the plan's decisions in this case.
    shortfall_wan_yuan, broken
        See `held.Held`.
    kept_t, kept_bound_t : float
        Reductions when nobody makes up the shortfall: the best part of the plan that can be financed, and its bound.
    dropped : tuple of str
        Projects that have to go then.
    best_t, bound_t : float
        The best plan found for the case, and its upper bound.
    status : str
        ``within_gap``, ``time_limit``, ``infeasible`` or ``error``. One solver is asked, so never more than that.
    best : dict of str to (float, int)
        Decisions of the best plan.
    """

    held_t: float
    held_need_wan_yuan: float
    shortfall_wan_yuan: float
    broken: tuple[str, ...]
    kept_t: float
    kept_bound_t: float
    dropped: tuple[str, ...]
    best_t: float = math.nan
    bound_t: float = math.nan
    status: str = ""
    best: Decided = field(default_factory=dict)

    @property
    def regret_t(self) -> tuple[float, float]:
        """Lowest and highest loss against perfect foresight that the bounds allow, tCO2e."""
        return max(self.best_t - self.kept_bound_t, 0.0), max(self.bound_t - self.kept_t, 0.0)


def solve_case(setting: Setting, figures: Figures, resolve: bool = True) -> Case:
    """Judge the plan in one case; with `resolve` also find the best plan for it."""
    numbers = otherwise.derive(setting.projects, setting.scenario, figures)
    built = model.build(numbers)
    built.maximise(built.emission())
    arrays = extract(built.problem)
    fund = held.placed(built, setting.decided)
    stands = held.hold(built, arrays, fund)
    worth = objective.achieved(numbers, "emission_reduction", fund)
    need = sum(part * numbers.need[p] for (p, _), part in fund.items())
    kept, kept_bound, hint = worth, worth, stands.values
    dropped: tuple[str, ...] = ()
    if stands.values is None:
        kept, kept_bound, left, hint = _kept(setting, built, arrays, fund)
        dropped = tuple(numbers.ids[p] for p, s in fund if left is not None and (p, s) not in left)
    case = Case(worth, float(need), stands.shortfall_wan_yuan, stands.broken, kept, kept_bound, dropped)
    return _best(case, setting, built, arrays, hint) if resolve else case


def _kept(
    setting: Setting, built: Model, arrays: Arrays, fund: Fund
) -> tuple[float, float, Fund | None, np.ndarray | None]:
    found = held.keep(built, arrays, fund, setting.seconds)
    if found.values is None or found.bound is None or not arrays.satisfied(found.values):
        return math.nan, math.nan, None, None
    left = objective.decisions(built, arrays, found.values)
    value = objective.achieved(built.terms, "emission_reduction", left)
    return value, max(TONNES * found.bound, value), left, found.values


def _best(case: Case, setting: Setting, built: Model, arrays: Arrays, hint: np.ndarray | None) -> Case:
    """The case with its best plan."""
    found = solve.run_highs(arrays, gap=setting.gap, time_limit=setting.seconds, hint=hint, options=_OPTIONS)
    if found.values is not None and not arrays.satisfied(found.values):
        found = solve.Outcome("error", message="所给的解违反约束")
    values = found.values if found.values is not None else hint
    status = {"infeasible": "infeasible", "error": "error", "unbounded": "error"}.get(found.status, "time_limit")
    if values is None:
        return replace(case, status=status)
    fund = objective.decisions(built, arrays, values)
    value = objective.achieved(built.terms, "emission_reduction", fund)
    if not math.isnan(case.kept_t) and case.kept_t > value and hint is not None:
        fund, value = objective.decisions(built, arrays, hint), case.kept_t
    bound = math.inf if found.bound is None else max(TONNES * found.bound, value)
    closed = bound - value <= max(setting.gap, 1e-6) * abs(value) + 1e-6
    ids = built.terms.ids
    return replace(
        case,
        best_t=value,
        bound_t=bound,
        status="within_gap" if closed else "time_limit",
        best={ids[p]: (float(part), int(s)) for (p, s), part in sorted(fund.items())},
    )
