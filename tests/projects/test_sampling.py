"""Draws of the default values: seeded, independent of other rows, within the range, honest where nothing varies."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengwuwu import reference
from fengwuwu.errors import InputError
from fengwuwu.projects.completion import lifetime
from fengwuwu.projects.emissions import PREFIX, reductions
from fengwuwu.projects.sampling import percentiles, sample

TABLE = pd.DataFrame({
    "project_id": ["WIND", "DECLARED", "PIGS", "ROAD", "EMPTY"],
    "technology": ["wind_onshore", "wind_onshore", "biogas_manure", "road", "wind_onshore"],
    "capacity": [50.0, np.nan, 1000.0, 5.0, np.nan],
    "annual_output": [np.nan, 100.0, np.nan, np.nan, np.nan],
})
CQ = 0.5581


def test_the_same_seed_gives_the_same_draws_whatever_else_is_in_the_table() -> None:
    whole = sample(TABLE, 50, seed=7)
    assert whole.shape == (5, 50)
    np.testing.assert_array_equal(sample(TABLE.iloc[[2, 0]], 50, seed=7), whole[[2, 0]])
    assert not np.array_equal(sample(TABLE, 50, seed=8)[0], whole[0])


def test_what_a_form_declares_does_not_vary_and_what_is_unknown_stays_unknown() -> None:
    found = sample(TABLE, 20, seed=1)
    assert found[1] == pytest.approx(100_000 * CQ)
    assert np.isnan(found[3:]).all()


def test_draws_stay_within_the_range_and_follow_the_documented_distribution() -> None:
    found = sample(TABLE, 20_000, seed=3)
    hours = found[0] / 50 / CQ
    # triangular 1800, 2000, 2400: mean (1800 + 2000 + 2400) / 3
    assert hours.min() >= 1800 and hours.max() <= 2400 and hours.mean() == pytest.approx(2066.7, abs=3)
    assert np.mean(hours <= 2000) == pytest.approx((2000 - 1800) / (2400 - 1800), abs=0.02)
    table = reductions(TABLE, lifetime(TABLE))
    assert found[2].min() >= table[f"{PREFIX}_low"][2] and found[2].max() <= table[f"{PREFIX}_high"][2]


def test_the_factor_is_chosen_and_not_drawn() -> None:
    by_basis = {basis: sample(TABLE.iloc[[1]], 1, seed=1, basis=basis)[0, 0] for basis in ("cm", "average", "floor")}
    assert by_basis == pytest.approx({"cm": 71_537.5, "average": 55_810, "floor": 24_720})
    assert np.isnan(sample(TABLE.iloc[[2]], 1, seed=1, basis="cm")).all()  # no combined margin for manure
    assert sample(TABLE.iloc[[1]], 1, seed=1, path="decline_3")[0, 0] < 55_810


def test_percentiles() -> None:
    found = percentiles(sample(TABLE, 500, seed=1))
    assert list(found.columns) == ["p05", "p50", "p95"] and found.loc[3:].isna().all(axis=None)
    assert (found.loc[0, "p05"] < found.loc[0, "p50"]) and (found.loc[0, "p50"] < found.loc[0, "p95"])
    assert percentiles(sample(TABLE.iloc[:0], 10, seed=1)).shape == (0, 3)


@pytest.mark.parametrize("arguments", [{"draws": 0}, {"draws": 5, "basis": "最大"}])
def test_wrong_arguments_are_named(arguments: dict[str, object]) -> None:
    with pytest.raises(InputError, match="电网因子可用：ranking、central、cm"):
        sample(TABLE, seed=1, **arguments)  # type: ignore[arg-type]


METHODS = reference.table("methodologies").dropna(subset=["method"])["technology"]


@given(st.sampled_from(sorted(METHODS)), st.floats(0.1, 1e4), st.integers(0, 2**31))
def test_every_draw_lies_between_low_and_high_and_a_seed_repeats_it(technology: str, size: float, seed: int) -> None:
    table = pd.DataFrame([{"project_id": "A", "technology": technology, "capacity": size, "full_load_hours": 1000.0}])
    found = sample(table, 20, seed)
    np.testing.assert_array_equal(found, sample(table, 20, seed))
    row = reductions(table, lifetime(table)).iloc[0]
    if pd.isna(row[PREFIX]):
        assert np.isnan(found).all()
    else:
        slack = 1e-9 * max(1.0, abs(row[f"{PREFIX}_high"]))
        assert row[f"{PREFIX}_low"] - slack <= found.min() and found.max() <= row[f"{PREFIX}_high"] + slack


def test_further_figures_of_a_form_are_sampled_with_the_rest() -> None:
    table = pd.DataFrame({
        "project_id": ["HEAT", "NONE"],
        "technology": "heat_retrofit",
        "capacity": np.nan,
        "annual_output": [100_000.0, 100_000.0],
        "activity_figures": ["年净增供电=0 GWh;年耗煤=3000 tce;年耗天然气=0 万m³", None],
    })
    found = sample(table, 2000, seed=1)
    # 11 000 t less 3 000 tce at 2.66 down to 2.457 t/tce
    assert found[0].min() == pytest.approx(3_020, abs=5) and found[0].max() == pytest.approx(3_629, abs=20)
    assert np.isnan(found[1]).all()
