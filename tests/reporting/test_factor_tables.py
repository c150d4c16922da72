"""The tables of what reductions rest on: every factor is there with its role and status, and nothing else."""

from __future__ import annotations

import pandas as pd
import pytest

from fengwuwu.projects.assess import assess
from fengwuwu.reporting import factor_tables as tables
from fengwuwu.reporting.tables import lay_out


def project(technology: str, **fields: object) -> pd.DataFrame:
    return assess(pd.DataFrame([{"project_id": "A", "county": "奉节县", "technology": technology, **fields}]))


def test_wind_rests_on_the_combined_margin_its_parts_and_the_average() -> None:
    found = tables.factors(project("wind_onshore", annual_output=100.0)).set_index("name")
    ranks = found[found["use"] == tables.RANKS]
    assert ranks["value"].to_dict() == pytest.approx({
        "华中 2019 组合边际（风光）": 0.715375,
        "重庆 2023 电力平均排放因子": 0.5581,
    })
    assert ranks["status"].tolist() == ["unverified", "official"] or set(ranks["status"]) == {"unverified", "official"}
    parts = found[found["use"] == tables.PART]
    om, bm, weight = parts["value"]
    assert weight * om + (1 - weight) * bm == pytest.approx(0.715375) and (parts["status"] == "unverified").all()
    assert found.loc["西南 2023 电力平均排放因子", "use"] == tables.SHOWN
    assert not (found["use"] == tables.FUEL).any()
    shown = lay_out(found.reset_index(), tables.FACTOR_COLUMNS)
    assert [column.header for column in shown.columns][-1] == "状态"


def test_a_bus_rests_on_diesel_and_no_combined_margin() -> None:
    found = tables.factors(project("ev_bus", capacity=10.0))
    assert "柴油排放因子（按体积）" in set(found["name"]) and not found["name"].str.contains("组合边际").any()
    assert found["source"].notna().all() and found["status"].notna().all()


def test_every_value_locked_into_a_result_is_in_one_of_the_tables() -> None:
    both = [project("wind_onshore", capacity=50.0), project("biogas_manure", capacity=1000.0)]
    names = set(tables.factors(*both)["name"])
    for table in both:
        for text in table["reduction_factors"]:
            for factor in text.split("；")[:-1]:
                assert any(factor.startswith(name) for name in names) or factor == "不含电力"
    defaults = tables.defaults(*both)
    assert {"年等效利用小时数"} <= set(defaults["name"]) and defaults["status"].notna().all()
    lay_out(defaults, tables.DEFAULT_COLUMNS)


def test_nothing_computed_rests_on_nothing() -> None:
    assert tables.factors(project("road")).empty and tables.defaults(project("road")).empty
