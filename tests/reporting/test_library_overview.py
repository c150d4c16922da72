"""Kinds of data stay apart; rows add up; what is unknown is counted, not taken as nothing."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from fengwuwu import vocabulary
from fengwuwu.projects.decisions import COLUMNS
from fengwuwu.reporting.library_overview import SEVERAL, by_county, by_kind, decisions, library_map, notice


def projects() -> gpd.GeoDataFrame:
    table = pd.DataFrame({
        "project_id": list("abcde"),
        "project_name": list("甲乙丙丁戊"),
        "data_kind": ["illustrative", "public", "public", "public", "public"],
        "county": ["奉节县", "巫溪县", "奉节县;巫山县", "奉节县", "奉节县"],
        "technology": ["solar_utility", "road", None, "hydro", "hydro"],
        "stage": ["idea", None, "operating", "operating", "operating"],
        "investment_wan_yuan": [10.0, None, 5.0, 7.0, 2.0],
        "value_status": ["assumption", "official", "official", "official", "unverified"],
        "location_radius_km": [5.0, None, None, 1.0, 1.0],
    })
    points = [Point(109.5, 31.0), None, None, Point(109.3, 31.1), Point(109.4, 31.1)]
    return gpd.GeoDataFrame(table, geometry=points, crs="EPSG:4326")


def test_real_projects_come_first_and_kinds_are_not_mixed() -> None:
    parts = list(by_kind(projects()))
    assert [(key, label, len(part)) for key, label, part in parts] == [
        ("public", "公开", 4),
        ("illustrative", "示例", 1),
    ]
    assert notice(projects()) == vocabulary.ILLUSTRATIVE_NOTICE
    assert notice(projects().iloc[1:]) == ""


def test_counts_by_county() -> None:
    table = by_county(projects().iloc[1:]).set_index("place")
    assert list(table.index) == ["奉节县", "巫溪县", SEVERAL]
    assert table["count"].tolist() == [2, 1, 1]
    assert table["located"].tolist() == [2, 0, 0]
    assert table["investment_wan_yuan"].iloc[0] == 9.0
    assert pd.isna(table.loc["巫溪县", "investment_wan_yuan"])
    assert table["unknown_investment"].tolist() == [0, 1, 0]
    # the weakest of the figures added; one that is not there weakens nothing
    assert table["investment_status"].tolist() == ["unverified", "official", "official"]


@pytest.mark.parametrize(("start", "labels"), [(0, {"公开", "示例"}), (1, {"公开"})])
def test_map_keeps_kinds_apart_and_says_when_some_are_illustrative(start: int, labels: set[str]) -> None:
    shown = library_map(projects().iloc[start:])
    layer = shown["layers"][-1]
    assert set(layer.colours) == labels
    assert len(set(layer.colours.values())) == len(labels)
    assert shown["illustrative"] is ("示例" in labels)
    texts = [text.get_text() for text in shown["figure"].texts]
    assert (vocabulary.ILLUSTRATIVE_NOTICE in texts) is ("示例" in labels)


def test_standing_decisions_in_words() -> None:
    table = projects().assign(**dict.fromkeys(COLUMNS))
    assert decisions(table).empty
    table.loc[1, ["decided_admission_status", "decided_admission_reason"]] = ["admitted", "联席会议"]
    table.loc[1, ["decided_admission_by", "decided_admission_at"]] = ["李科", "2026-06-30T17:00:00.000+00:00"]
    table.loc[0, ["decided_class_code", "decided_class_reason"]] = ["none", "不减排"]
    table.loc[0, ["decided_class_by", "decided_class_at"]] = ["王工", "2026-06-30T02:00:00.000+00:00"]
    assert decisions(table).drop(columns=["project_name", "data_kind"]).to_numpy().tolist() == [
        ["a", "气候分类", "无", "不减排", "王工", "2026-06-30"],
        ["b", "入库结论", "入库", "联席会议", "李科", "2026-07-01"],
    ]
