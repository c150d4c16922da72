"""Classes and catalogue items: two answers, never merged; fossil and neutral get no class."""

from __future__ import annotations

import pandas as pd
import pytest

from fengwuwu import reference
from fengwuwu.projects.taxonomy import classify, verdicts
from fengwuwu.vocabulary import BENEFIT, CLASS_STATUS


def one(technology: str | None) -> pd.Series:
    return classify(pd.DataFrame({"project_id": ["X"], "technology": [technology]})).iloc[0]


def test_a_clear_technology_is_a_suggestion_with_local_code() -> None:
    found = one("solar_utility")
    assert found[["class_code", "class_status", "benefit"]].tolist() == ["M2.1", "suggested", "mitigation"]
    assert found[["catalogue_2025_code", "catalogue_2025_mark"]].tolist() == ["4.2.2", "direct"]
    assert "本地代码" in found["class_evidence"] and "未核实" in found["class_evidence"]


@pytest.mark.parametrize(
    "technology", ["coal_power", "coal_retrofit", "gas_pipeline", "road", "airport", "industry_other", "tourism"]
)
def test_fossil_and_neutral_have_no_class_and_say_why(technology: str) -> None:
    found = one(technology)
    assert found["class_code"] is None and found["benefit"] == "none"
    assert "不归入气候友好类别" in found["class_evidence"]


@pytest.mark.parametrize(
    "technology", [None, "perpetuum_mobile", "energy_unspecified", "other", "lng_station", "railway"]
)
def test_missing_unknown_and_ambiguous_go_to_a_person(technology: str | None) -> None:
    assert one(technology)["class_status"] == "review"


def test_climate_friendly_and_catalogue_item_are_separate_answers() -> None:
    landslide = one("landslide_control")
    assert landslide["class_code"] == "A1.6" and landslide["catalogue_2025_code"] is None
    factory = one("green_equipment")
    assert factory["class_status"] == "review" and factory["catalogue_2025_mark"] == "enabling"


def test_the_second_class_of_a_tie_is_kept() -> None:
    assert "次要类别 M2.1" in one("biogas_manure")["class_evidence"]


def test_every_item_and_mark_is_in_the_catalogue() -> None:
    catalogue = reference.table("green_catalogue_2025")
    pairs = set(zip(catalogue["code"], catalogue["reduction_mark"], strict=True))
    rules = reference.table("taxonomy").dropna(subset=["catalogue_2025_code"])
    for codes, mark in zip(rules["catalogue_2025_code"], rules["catalogue_2025_mark"], strict=True):
        for code in codes.split(";"):
            assert (code, mark) in pairs


def test_the_catalogue_is_complete() -> None:
    catalogue = reference.table("green_catalogue_2025")
    counts = [catalogue[column].nunique() for column in ("level1", "level2_code", "code")]
    assert counts == [9, 38, 271]


def test_rules_use_known_classes_and_vocabularies() -> None:
    rules = reference.table("taxonomy")
    codes = set(reference.table("taxonomy_classes")["code"])
    assert set(rules["class_code"].dropna()) | set(rules["secondary_class"].dropna()) <= codes
    assert set(rules["benefit"].dropna()) <= set(BENEFIT)
    everything = classify(pd.DataFrame({"project_id": rules["technology"], "technology": rules["technology"]}))
    assert set(everything["class_status"]) <= set(CLASS_STATUS)
    climate = rules["verdict"].isin(["friendly"])
    assert rules.loc[climate, "class_code"].notna().all()
    assert rules.loc[rules["verdict"].isin(["fossil", "neutral"]), "class_code"].isna().all()


def test_the_technology_column_may_be_missing() -> None:
    table = pd.DataFrame({"project_id": ["X"]})
    assert verdicts(table).tolist() == ["review"]
    assert "未填技术类型" in classify(table)["class_evidence"].iloc[0]


def test_a_road_declared_as_a_solar_plant_goes_to_a_person() -> None:
    """Neither has a secondary class; two missing ones are nothing in common."""
    table = pd.DataFrame({
        "project_id": ["A", "B"],
        "technology": "solar_utility",
        "project_name": ["某县至某镇公路改建工程", "某镇光伏电站"],
    })
    found = classify(table)
    assert found["class_status"].tolist() == ["review", "suggested"]
    assert "技术类型与文字不一致" in found["class_evidence"][0]
