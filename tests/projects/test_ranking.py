"""Ranks under each grid factor, by hand: who moves, by how many places, and who enters the top."""

from __future__ import annotations

import pandas as pd
import pytest

from fengwuwu.projects import ranking
from fengwuwu.projects.assess import assess
from fengwuwu.projects.emissions import PREFIX

# GWh of wind: the factor is everything; hectares of trees: no factor at all.
FORM = pd.DataFrame({
    "project_id": ["WIND", "TREES", "SMALL", "ROAD", "UNKNOWN"],
    "project_name": ["甲", "乙", "丙", "丁", "戊"],
    "county": "奉节县",
    "technology": ["wind_onshore", "afforestation", "wind_onshore", "road", "wind_onshore"],
    "capacity": [None, 1000.0, None, None, None],
    "annual_output": [10.0, None, 5.0, None, None],
})


@pytest.fixture(scope="module")
def assessed() -> pd.DataFrame:
    return assess(FORM)


def test_values_by_hand_and_the_ranking_is_the_conservative_one(assessed: pd.DataFrame) -> None:
    found = ranking.values(assessed)
    assert list(found.index) == [0, 1, 2]  # neither the road nor the one without a figure
    wind = found.loc[0]
    by_hand = {"cm": 0.715375, "average": 0.5581, "ifi": 0.744, "floor": 0.2472, ranking.RANKING: 0.5581}
    assert wind.to_dict() == pytest.approx({case: 10_000 * factor for case, factor in by_hand.items()})
    assert found[ranking.RANKING].tolist() == pytest.approx(assessed.loc[[0, 1, 2], PREFIX].tolist())
    assert found.loc[1].nunique() == 1  # the trees use no power


def test_ranks_places_and_who_enters_the_top(assessed: pd.DataFrame) -> None:
    ranked = ranking.ranks(assessed).set_index("project_id")
    trees = assessed.loc[1, PREFIX]
    assert 10_000 * 0.2472 < trees < 10_000 * 0.5581, "else this case shows nothing"
    assert ranked.loc["WIND", ["rank_ranking", "rank_cm", "rank_floor"]].tolist() == [1, 1, 2]
    assert ranked.loc["TREES", ["rank_ranking", "rank_floor"]].tolist() == (
        [2, 1] if trees > 5_000 * 0.5581 else [3, 1]
    )
    assert ranked.loc["WIND", "rise_floor"] == -1 and ranked.loc["WIND", "moved"] == 1
    found = ranking.sensitivity(ranked.reset_index(), 1).set_index("basis")
    assert (found.loc["floor", "entered"], found.loc["floor", "left"]) == ("TREES", "WIND")
    assert (found.loc["average", "moved"], found.loc["average", "entered"]) == (0, "")


def test_no_project_that_ranks(assessed: pd.DataFrame) -> None:
    ranked = ranking.ranks(assessed.iloc[[3]])
    assert ranked.empty and ranking.sensitivity(ranked, 10)["moved"].tolist() == [0, 0, 0, 0]
