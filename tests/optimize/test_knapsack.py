"""Published knapsack problems come out at their published optima; all 90 are in ``benchmarks/knapsack.py``."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from fengwuwu.optimize import allocate

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "knapsack.py"


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("knapsack", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


KNAPSACK = script()
PROBLEMS: dict[str, dict[str, Any]] = {problem["name"]: problem for problem in KNAPSACK.problems()}
# Those that two solvers prove in about a second each.
QUICK = [
    *(f"PETERSEN{k}" for k in (1, 2, 3)),
    *(f"WEING{k}" for k in range(1, 9)),
    *(f"WEISH{k:02d}" for k in (1, 2, *range(5, 18), *range(19, 31))),
    *("PB1", "PB2", "PB4", "HP1"),
    *(f"knapPI_{k}_100_1000_1" for k in (1, 2, 3)),
]


def test_all_ninety_are_there() -> None:
    assert len(PROBLEMS) == 90
    for problem in PROBLEMS.values():
        assert len(problem["weights"]) == len(problem["capacities"])
        assert all(len(row) == len(problem["profits"]) for row in problem["weights"])


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK)
def test_the_published_optimum_is_proven(name: str) -> None:
    plan = allocate(*KNAPSACK.mapped(PROBLEMS[name], 120))
    assert plan.status == "proven_optimal", plan.proof
    assert plan.objective == pytest.approx(PROBLEMS[name]["optimum"], abs=1e-6)
    assert plan.verify().empty
