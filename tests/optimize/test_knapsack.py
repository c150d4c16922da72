"""Published knapsack problems come out at their published optima; ``benchmarks/knapsack.py`` solves all 90.

The files are not part of this repository: the environment variable FENGWUWU_ORLIB names their folder. Where it is not
set these tests are deselected with one line (see conftest.py); where it is set and a file cannot be read, they fail.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from knapsack import FOLDER, mapped
from published import Knapsack, problems

from fengwuwu.optimize import allocate

# Those that two solvers prove in about a second each.
QUICK = [
    *(f"PETERSEN{k}" for k in (1, 2, 3)),
    *(f"WEING{k}" for k in range(1, 9)),
    *(f"WEISH{k:02d}" for k in (1, 2, *range(5, 18), *range(19, 31))),
    *("PB1", "PB2", "PB4", "HP1"),
    *(f"knapPI_{k}_100_1000_1" for k in (1, 2, 3)),
]


@pytest.fixture(scope="module")
def published() -> dict[str, Knapsack]:
    return problems(Path(os.environ[FOLDER]))


def test_all_ninety_are_read(published: dict[str, Knapsack]) -> None:
    assert len(published) == 90
    for problem in published.values():
        assert len(problem.weights) == len(problem.capacities)
        assert all(len(row) == len(problem.profits) for row in problem.weights)


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK)
def test_the_published_optimum_is_proven(name: str, published: dict[str, Knapsack]) -> None:
    plan = allocate(*mapped(published[name], 120))
    assert plan.status == "proven_optimal", plan.proof
    assert plan.objective == pytest.approx(published[name].optimum, abs=1e-6)
    assert plan.verify().empty
