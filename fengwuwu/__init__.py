"""fengwuwu: project library, financing plan and pilot application for Fengjie, Wushan and Wuxi.

``Library``, ``assess``, ``Scenario`` and ``optimize`` are loaded when first used, so that ``import fengwuwu`` is quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fengwuwu import optimize
    from fengwuwu.optimize import Plan, Scenario
    from fengwuwu.projects.assess import assess
    from fengwuwu.projects.library import Library

_HOMES = {
    "Library": "fengwuwu.projects.library",
    "Plan": "fengwuwu.optimize",
    "Scenario": "fengwuwu.optimize",
    "assess": "fengwuwu.projects.assess",
}

__all__ = ["Library", "Plan", "Scenario", "assess", "optimize"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    if name == "optimize":
        return importlib.import_module("fengwuwu.optimize")
    raise AttributeError(f"module 'fengwuwu' has no attribute {name!r}")
