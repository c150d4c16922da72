"""The financing optimiser: which projects, when, with whose money, and how sure we are."""

from fengwuwu.optimize.allocate import allocate
from fengwuwu.optimize.changes_curve import changes_curve
from fengwuwu.optimize.difference import compare
from fengwuwu.optimize.explain import Explanation, explain
from fengwuwu.optimize.frontier import frontier
from fengwuwu.optimize.plan import Plan
from fengwuwu.optimize.revise import revise
from fengwuwu.optimize.scenario import Scenario
from fengwuwu.optimize.separate import Separate, separate
from fengwuwu.optimize.trade_off import Frontier

__all__ = [
    "Explanation",
    "Frontier",
    "Plan",
    "Scenario",
    "Separate",
    "allocate",
    "changes_curve",
    "compare",
    "explain",
    "frontier",
    "revise",
    "separate",
]
