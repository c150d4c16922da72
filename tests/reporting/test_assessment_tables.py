"""Tables of an assessment: order, what is left out, and sentences said once."""

from __future__ import annotations

import pandas as pd
import pytest

from fengwuwu.projects.assess import assess
from fengwuwu.reporting import assessment_tables as tables
from fengwuwu.reporting.tables import lay_out

FORM = pd.DataFrame({
    "project_id": ["A", "B", "C", "D", "E"],
    "project_name": ["甲", "乙", "丙", "丁", "戊"],
    "data_kind": "submitted",
    "county": "奉节县",
    "technology": ["solar_utility", "wind_onshore", "afforestation", "landslide_control", "coal_power"],
    "stage": "idea",
    "capacity": [50.0, None, 100.0, None, None],
    "capacity_unit": ["MW", None, "ha", None, None],
    "annual_output": [55.0, None, None, None, None],
    "annual_output_unit": ["GWh", None, None, None, None],
})


@pytest.fixture(scope="module")
def assessed() -> pd.DataFrame:
    return assess(FORM)


def test_reductions_are_those_counted_and_known(assessed: pd.DataFrame) -> None:
    assert tables.reductions(assessed)["project_id"].tolist() == ["A", "C"]
    assert tables.bases(assessed)["project_id"].tolist() == ["A"]
    lay_out(tables.reductions(assessed), tables.REDUCTION_COLUMNS)
    shown = lay_out(tables.bases(assessed), tables.bases_columns())
    assert "重庆电力平均因子（tCO2e/年）" in [column.header for column in shown.columns]


def test_every_other_project_has_a_reason(assessed: pd.DataFrame) -> None:
    missing = tables.missing_reductions(assessed)
    assert missing["count"].sum() == 3
    assert sum(text.startswith("待补充") for text in missing["reduction_missing"]) == 1


def test_admission_says_common_sentences_once_and_loses_none(assessed: pd.DataFrame) -> None:
    table, common = tables.admission(assessed)
    assert table["admission_status"].iloc[-1] == "returned" or "review" in set(table["admission_status"])
    assert common
    for row in table.itertuples():
        said = set(row.admission_reasons.split("；"))
        shown = {
            *common.split("；"),
            *(row.reasons or "").split("；"),
            *(f"评分 {t}" for t in (row.score or "").split("；")),
        }
        assert said == shown - {"", "评分 "}
        assert not set(common.split("；")) & set((row.reasons or "").split("；"))


def test_layer_columns_name_the_kinds_that_occur(assessed: pd.DataFrame) -> None:
    assert [name for name in tables.layer_columns(assessed) if name.startswith("projects_")] == ["projects_submitted"]
