"""County facts, targets, tasks and cited documents: complete, sourced, and not comparable where they are not."""

from __future__ import annotations

import pandas as pd
import pytest

from fengwuwu import reference, region
from fengwuwu.vocabulary import SOURCE_KIND, VALUE_STATUS


@pytest.fixture(scope="module")
def stats() -> pd.DataFrame:
    return reference.table("county_stats")


@pytest.fixture(scope="module")
def tasks() -> pd.DataFrame:
    return reference.table("work_plan_tasks")


def test_only_fengjie_2024_may_be_a_denominator(stats: pd.DataFrame) -> None:
    investment = stats[stats["indicator"] == "fixed_asset_investment"]
    usable = investment[investment["comparable"] == "yes"]
    assert usable[["county", "period", "value", "unit"]].to_numpy().tolist() == [["奉节县", "2024年", 105.6, "亿元"]]
    assert (investment.drop(usable.index)["comparable"] == "no").all()
    assert investment["note"].notna().all()


def test_an_official_figure_comes_from_an_official_page(stats: pd.DataFrame) -> None:
    official = stats["status"] == "official"
    assert set(stats.loc[official, "source_kind"]) == {"official"}
    assert stats.loc[official, "address"].str.contains(".gov.cn", regex=False).all()
    assert set(stats["source_kind"]) <= set(SOURCE_KIND) and set(stats["status"]) <= set(VALUE_STATUS)
    assert not stats["source"].str.contains("http").any()


def test_counties_and_periods_are_unambiguous(stats: pd.DataFrame) -> None:
    assert set(region.COUNTY_NAMES) <= set(stats["county"])
    assert not stats.duplicated(["county", "indicator", "period"]).any()
    assert stats["value"].notna().all() and stats["label"].notna().all()


def test_measured_county_area_is_that_of_the_layer(stats: pd.DataFrame) -> None:
    row = stats[(stats["indicator"] == "area_measured") & (stats["county"] == "奉节县")].iloc[0]
    assert row["value"] == pytest.approx(4097.8, abs=0.2) and row["status"] == "estimate"


def test_targets_are_those_of_the_work_plan() -> None:
    targets = reference.table("targets").set_index("indicator")
    assert targets["value"].to_dict() == {
        "green_loan_balance": 100,
        "green_loan_growth_multiple": 4,
        "green_loan_annual_growth": 25,
        "green_loan_share": 15,
        "green_bond_issues": 1,
        "forest_coverage": 65,
        "forest_stock": 1250,
    }
    assert set(targets["document"]) == {"奉节府办发〔2023〕39号"}
    assert targets["clause"].notna().all() and set(targets["target_year"]) == {"2025"}
    assert set(targets["operator"]) <= {">=", ">"}


def test_the_work_plan_has_31_tasks_with_their_units(tasks: pd.DataFrame) -> None:
    assert tasks["number"].astype(int).tolist() == list(range(1, 32))
    assert tasks[["title", "lead_units", "responsible_units", "chapter", "section"]].notna().all(axis=None)
    assert tasks["content"].str.fullmatch("“.*。”").all()
    assert (
        not tasks[["lead_units", "responsible_units"]]
        .apply(lambda cells: cells.str.contains("[、（）：]"))
        .any(axis=None)
    )
    climate = tasks.set_index("number").loc["22"]
    assert climate["lead_units"] == "县生态环境局" and "区域气候投融资项目库" in climate["content"]
    assert len(climate["responsible_units"].split("；")) == 12


def test_documents_have_unique_keys_and_the_numbers_reports_cite() -> None:
    documents = reference.table("documents").set_index("key")
    assert documents.index.is_unique
    assert {
        "奉节府办发〔2023〕39号",
        "银发〔2022〕180号",
        "渝府办发〔2023〕13号",
        "环办气候〔2021〕27号",
        "T/CSTE 0061—2021",
        "银发〔2025〕132号",
        "GB/T 9704—2012",
        "公告2025年第47号",
    } <= set(documents["number"].dropna())
    assert documents[["issuer", "title"]].notna().all(axis=None)
    assert (documents.loc[documents["source_kind"] == "knowledge", "status"] == "unverified").all()
    assert set(documents["source_kind"]) <= set(SOURCE_KIND)
