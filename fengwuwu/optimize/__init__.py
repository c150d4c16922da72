"""The financing optimiser: which projects, when, with whose money, and how sure we are."""

from fengwuwu.optimize.allocate import allocate
from fengwuwu.optimize.changes_curve import changes_curve
from fengwuwu.optimize.difference import compare
from fengwuwu.optimize.frontier import frontier
from fengwuwu.optimize.plan import Plan
from fengwuwu.optimize.reasons.explain import Explanation, explain
from fengwuwu.optimize.revise import revise
from fengwuwu.optimize.rivals.alternatives import Alternatives, alternatives
from fengwuwu.optimize.rivals.separate import Separate, separate
from fengwuwu.optimize.rivals.strategies import Strategies, strategies
from fengwuwu.optimize.robust.result import Robustness
from fengwuwu.optimize.robust.robustness import robustness
from fengwuwu.optimize.scenario import Scenario
from fengwuwu.optimize.trade_off import Frontier

__all__ = [
    "Alternatives",
    "Explanation",
    "Frontier",
    "Plan",
    "Robustness",
    "Scenario",
    "Separate",
    "Strategies",
    "allocate",
    "alternatives",
    "changes_curve",
    "compare",
    "explain",
    "frontier",
    "revise",
    "robustness",
    "separate",
    "strategies",
]
