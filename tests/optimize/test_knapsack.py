"""Published knapsack problems come out at their published optima; ``benchmarks/knapsack.py`` solves all 90.

The files are not part of this repository: the environment variable FENGWUWU_ORLIB names their folder. Where it is not
set these tests are deselected with one line (see conftest.py); where it is set and a file cannot be read, they fail.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from knapsack import FOLDER, mapped
from published import PISINGER, Knapsack, problems

from fengwuwu.optimize import allocate

# All but those of Chu and Beasley, which take some seconds each.
QUICK = [
    *(f"PETERSEN{k}" for k in range(1, 8)),
    *("SENTO1", "SENTO2", "HP1", "HP2", "PB1", "PB2", "PB4", "PB5", "PB6", "PB7"),
    *(f"WEING{k}" for k in range(1, 9)),
    *(f"WEISH{k:02d}" for k in range(1, 31)),
    *PISINGER,
]


@pytest.fixture(scope="module")
def published() -> dict[str, Knapsack]:
    return problems(Path(os.environ[FOLDER]))


def test_all_ninety_are_read(published: dict[str, Knapsack]) -> None:
    assert len(published) == 90
    assert set(published) - set(QUICK) == {f"5.100-{k:02d}" for k in range(30)}
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
