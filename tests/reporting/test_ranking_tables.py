"""The ranking under each factor, as people read it."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib import pyplot as plt

from fengwuwu.projects import ranking
from fengwuwu.projects.assess import assess
from fengwuwu.reporting import ranking_tables as tables
from fengwuwu.reporting.figures import NO_DATA, rank_changes
from fengwuwu.reporting.tables import lay_out


@pytest.fixture(scope="module")
def ranked() -> pd.DataFrame:
    form = pd.DataFrame({
        "project_id": ["WIND", "TREES", "SMALL"],
        "project_name": ["甲风电场", "乙造林", "名称长得图上放不下所以要截短的丙风电场"],
        "county": "奉节县",
        "technology": ["wind_onshore", "afforestation", "wind_onshore"],
        "capacity": [None, 1000.0, None],
        "annual_output": [10.0, None, 5.0],
    })
    return ranking.ranks(assess(form))


def test_a_place_says_what_was_gained_or_lost(ranked: pd.DataFrame) -> None:
    shown = tables.places(ranked).set_index("project_id")
    assert shown.loc["WIND", "rank"] == 1 and shown.loc["WIND", "average"] == "1"
    assert shown.loc["WIND", "floor"] == "2（降 1）" and shown.loc["TREES", "floor"].startswith("1（升 ")
    heads = [column.header for column in lay_out(shown.reset_index(), tables.place_columns()).columns]
    assert heads[3:] == ["位次", "按区域组合边际", "按重庆电力平均因子", "按IFI 全国组合边际", "按西南电力平均因子"]


def test_the_summary_tells_factors_that_rank_from_the_others(ranked: pd.DataFrame) -> None:
    found = tables.sensitivity(ranked, 1).set_index("basis")
    assert found["ranked"].tolist() == ["是", "是", "否，只作对照", "否，只作对照"]
    assert found.loc["floor", "entered"] == "TREES" and pd.isna(found.loc["average", "entered"])
    lay_out(found.reset_index(), tables.SENSITIVITY_COLUMNS)


def test_the_chart_draws_who_is_in_the_top_at_least_once(ranked: pd.DataFrame) -> None:
    figure = rank_changes(ranked, tables.headings(), label="project_name", top=1, notice="示例")
    figure.canvas.draw()
    (axes,) = figure.axes
    said = [text.get_text() for text in axes.texts]
    assert "甲风电场　1" in said and not any("丙" in text for text in said) and "前 1 名" in said
    assert axes.get_xticklabels()[0].get_text() == "排序所用"
    plt.close(figure)
    whole = rank_changes(ranked, tables.headings(), label="project_name", top=3)
    whole.canvas.draw()
    assert any(text.get_text().startswith("名称长得") and "…" in text.get_text() for text in whole.axes[0].texts)
    plt.close(whole)


def test_nothing_to_rank() -> None:
    empty = pd.DataFrame({name: pd.Series(dtype=float) for name in ("label", *tables.headings())})
    figure = rank_changes(empty, tables.headings())
    assert [text.get_text() for text in figure.axes[0].texts] == [NO_DATA]
    plt.close(figure)
