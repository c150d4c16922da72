"""Sums of starts beside the starts: the same plans, values and relaxation, only more to branch on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from fengwuwu.optimize import Scenario, model, solve, terms
from fengwuwu.optimize.arrays import Arrays, extract
from fengwuwu.optimize.begun import Begun
from fengwuwu.optimize.table import prepare

Instance = Callable[..., tuple[pd.DataFrame, dict[str, Any]]]


def built(table: pd.DataFrame, data: dict[str, Any]) -> tuple[model.Model, Arrays]:
    scenario = Scenario.model_validate(data)
    found = model.build(terms.derive(prepare(table, scenario).projects, scenario))
    return found, extract(found.problem).objective(found.emission())


@pytest.mark.parametrize("seed", range(900, 912))
def test_the_same_optimum_relaxation_and_plans(seed: int, instance: Instance) -> None:
    """All families of constraints, two start years, divisible projects among them."""
    _, arrays = built(*instance(seed, n=6))
    begun = Begun.of(arrays)
    plain, wide = solve.run_highs(arrays), solve.run_highs(begun.arrays)
    assert wide.status == plain.status
    if plain.objective is None or plain.values is None or wide.values is None:
        return
    assert wide.objective == pytest.approx(plain.objective, rel=1e-7, abs=1e-9)
    assert arrays.satisfied(wide.values[: begun.width], 1e-6)
    assert begun.arrays.satisfied(begun.widened(plain.values), 1e-6)
    relaxed = [solve.run_highs(a, relax=True).objective for a in (arrays, begun.arrays)]
    assert relaxed[1] == pytest.approx(relaxed[0], rel=1e-7, abs=1e-9)


def test_one_column_for_each_start_but_the_first(instance: Instance) -> None:
    found, arrays = built(*instance(900, n=6))
    begun = Begun.of(arrays)
    expected = sum(max(len(years) - 1, 0) for years in found.terms.starts)
    assert expected > 0
    assert len(begun.arrays.cost) - begun.width == expected
    # A project that starts in its last year has begun by then, not before.
    place = arrays.column()
    p = next(p for p, years in enumerate(found.terms.starts) if len(years) == 2)
    for s, year in enumerate(found.terms.starts[p]):
        values = np.zeros(begun.width)
        values[place[id(found.start[p, year])]] = 1.0
        assert begun.widened(values)[begun.width :].sum() == 1.0, s


def test_nothing_to_add_with_one_start_year(instance: Instance) -> None:
    table, data = instance(901, n=5)
    table["latest_start"] = table["earliest_start"]
    _, arrays = built(table, data)
    assert Begun.of(arrays).arrays is arrays


def test_starts_that_need_not_be_whole_are_left_alone(instance: Instance) -> None:
    _, arrays = built(*instance(902, n=5))
    loose = replace(arrays, integer=np.zeros_like(arrays.integer))
    assert Begun.of(loose).arrays is loose


def test_small_models_are_left_alone_when_asked(instance: Instance) -> None:
    found, arrays = built(*instance(900, n=6))
    several = sum(len(years) > 1 for years in found.terms.starts)
    assert Begun.of(arrays, several + 1).arrays is arrays
    assert len(Begun.of(arrays, several).arrays.cost) > len(arrays.cost)
