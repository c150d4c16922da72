"""Reductions and share settled by one model are those of the full model and of the enumeration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from fengwuwu.errors import ScenarioError
from fengwuwu.optimize import Scenario, frontier, structure
from fengwuwu.optimize.structure import lexicographic

Instance = Callable[..., tuple[pd.DataFrame, dict[str, Any]]]
Pairs = Callable[[pd.DataFrame, Scenario], list[tuple[float, float]]]


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Use the path at any size; whether each model came to a proof by it."""
    monkeypatch.setattr(structure, "FROM", 0)
    monkeypatch.setattr(structure, "STARTS", 99.0)
    inner, ended = lexicographic.maximise, []

    def watched(*given: Any, **named: Any) -> Any:
        found = inner(*given, **named)
        ended.append(found is not None)
        return found

    monkeypatch.setattr(lexicographic, "maximise", watched)
    return ended


@pytest.mark.parametrize("block", [0, *(pytest.param(k, marks=pytest.mark.slow) for k in range(1, 4))])
def test_the_whole_front_equals_the_enumeration(
    block: int, instance: Instance, enumerated_front: Pairs, settled: list[bool]
) -> None:
    """Every efficient point, all families of constraints."""
    longest = 0
    for seed in range(2000 + 3 * block, 2003 + 3 * block):
        table, data = instance(seed, n=5, goal="climate_share")
        # What saves most per 万元 is made the least climate-friendly, so that there is something to give up.
        rate = table["emission_reduction_t_per_year"].fillna(0) / table["investment_wan_yuan"]
        table["climate_fraction"] = 1 - rate.rank(method="first").sub(1) / 5
        table["divisible"] = False
        limits = {k: v for k, v in data["limits"].items() if k != "count"}
        scenario = Scenario.model_validate(data | {"limits": limits})
        expected = enumerated_front(table, scenario)
        if not expected:
            with pytest.raises(ScenarioError):
                frontier(table, scenario)
            continue
        front = frontier(table, scenario, points=None)
        found = list(front.table[["emission_reduction_t", "climate_share"]].itertuples(index=False, name=None))
        assert len(found) == len(expected), (seed, found, expected)
        for one, other in zip(found, expected, strict=True):
            assert one == pytest.approx(other, rel=2e-6)
        assert (front.table["status"] == "proven_optimal").all()
        assert all(front.plan(int(k)).verify().empty for k in front.table["point"])
        longest = max(longest, len(expected))
    assert longest >= 1
    assert sum(settled) >= 0.5 * len(settled) > 0, settled
