"""Annualised investment per tonne, by hand; unknown where it means nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengwuwu import reference
from fengwuwu.projects.abatement_cost import abatement_cost


def projects(**changes: object) -> pd.DataFrame:
    row = {
        "investment_wan_yuan": 1000.0,
        "lifetime_years": 2.0,
        "emission_reduction_t_per_year": 500.0,
        "reduction_ranked": True,
    }
    return pd.DataFrame([row | changes])


def test_by_hand() -> None:
    # 1 000 万元 over two years at 10 %: 1e7 × 0.1 / (1 − 1/1.21) = 5 761 904.76 元 a year, over 500 t.
    assert abatement_cost(projects(), 0.1).tolist() == [pytest.approx(11523.80952)]
    assert abatement_cost(projects(), 0.0).tolist() == [10_000.0]


def test_the_rate_comes_from_the_table() -> None:
    rate = reference.parameter("*", "social_discount_rate")
    assert (rate.value, rate.status) == (0.08, "unverified")
    assert abatement_cost(projects()).tolist() == abatement_cost(projects(), rate.value).tolist()


@pytest.mark.parametrize(
    "change",
    [
        {"investment_wan_yuan": None},
        {"lifetime_years": None},
        {"lifetime_years": 0.0},
        {"emission_reduction_t_per_year": None},
        {"emission_reduction_t_per_year": 0.0},
        {"emission_reduction_t_per_year": -5.0},
        {"reduction_ranked": False},
    ],
    ids=lambda change: "-".join(map(str, next(iter(change.items())))),
)
def test_unknown_stays_unknown(change: dict[str, object]) -> None:
    assert np.isnan(abatement_cost(projects(**change), 0.08)[0])


@given(st.floats(0.001, 0.3), st.floats(0.001, 0.3), st.floats(1, 60))
def test_a_higher_rate_never_makes_a_tonne_cheaper(one: float, other: float, years: float) -> None:
    low, high = sorted((one, other))
    project = projects(lifetime_years=years)
    assert abatement_cost(project, low)[0] <= abatement_cost(project, high)[0] * (1 + 1e-12)
