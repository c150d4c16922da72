"""The optional local grading: best indicator or channel, levels by score, veto, and no grade without a figure."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from fengwuwu import reference
from fengwuwu.errors import InputError
from fengwuwu.projects.emissions import PREFIX
from fengwuwu.projects.grading import grade, not_scored


def graded(**fields: object) -> pd.Series:
    row = {"project_id": "A", "technology": "wind_onshore", "benefit": "mitigation", "violation": "no", PREFIX: 1.0}
    return grade(pd.DataFrame([row | fields]), "地方指南").iloc[0]


@pytest.mark.parametrize(
    ("fields", "score", "level"),
    [
        ({PREFIX: 100_000.0}, 100.0, "深绿"),
        ({PREFIX: 60_000.0}, 60.0, "中绿"),
        ({PREFIX: 59_000.0}, 59.0, "浅绿"),
        ({PREFIX: 0.0}, 0.0, "浅绿"),
        ({PREFIX: -1_000.0}, -1.0, None),
        ({"technology": "solar_distributed", PREFIX: 15_000.0}, 50.0, "浅绿"),
        ({"technology": "ev_bus", PREFIX: 4_000.0}, 80.0, "中绿"),
        # a channel counts 100, a better indicator more
        ({"technology": "afforestation", PREFIX: 100.0}, 100.0, "深绿"),
        ({"technology": "afforestation", PREFIX: 10_000.0}, 200.0, "深绿"),
        ({"technology": "pumped_storage", PREFIX: np.nan}, 100.0, "深绿"),
        ({PREFIX: np.nan}, np.nan, None),
        ({PREFIX: 100_000.0, "violation": "yes"}, np.nan, None),
        ({"technology": "flood_control", "benefit": "adaptation", PREFIX: np.nan}, np.nan, None),
    ],
)
def test_grades(fields: dict[str, object], score: float, level: str | None) -> None:
    found = graded(**fields)
    assert found["grade_score"] == pytest.approx(score, nan_ok=True) and found["grade"] == level
    assert isinstance(found["grade_reasons"], str)


def test_the_reason_says_why_there_is_none() -> None:
    assert "一票否决" in graded(violation="yes")["grade_reasons"]
    assert "年减排量待补充" in graded(**{PREFIX: np.nan})["grade_reasons"]
    assert "不适用" in graded(benefit="adaptation")["grade_reasons"]


def test_an_unknown_profile_is_named_and_no_row_is_no_grade() -> None:
    with pytest.raises(InputError, match="没有名为“甲”的分级方案"):
        grade(pd.DataFrame(), "甲")
    empty = pd.DataFrame({name: [] for name in ("technology", "benefit", "violation", PREFIX)})
    assert grade(empty, "地方指南").shape == (0, 3)


def test_what_the_forms_do_not_hold_is_said_and_no_row_is_more_than_a_default() -> None:
    assert len(not_scored("地方指南")) == 3
    assert reference.table("grading_profiles")["status"].isin(["unverified", "assumption"]).all()
