"""Siting rules on made-up counties: one case that passes and one that fails each; no layer is no silent pass."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPoint, Point, box, segmentize

from fengwuwu.projects.site_facts import facts
from fengwuwu.projects.site_layers import Layers
from fengwuwu.projects.siting import ORDER, by_rule, in_region, screen

# Two square counties side by side, 109.0–109.5 and 109.5–110.0 E; the river runs along 31.0 N.
# Edges have points every 0.01°, so that they follow the parallels.
LAYERS = Layers(
    counties=gpd.GeoDataFrame(
        {"county": ["奉节县", "巫山县"]},
        geometry=segmentize([box(109.0, 30.8, 109.5, 31.3), box(109.5, 30.8, 110.0, 31.3)], 0.01),
        crs="EPSG:4326",
    ),
    townships=gpd.GeoDataFrame(
        {
            "township": ["甲镇", "乙镇", "丙乡"],
            "county": ["奉节县", "奉节县", "巫山县"],
            "accuracy_km": [2.0, None, 2.0],
        },
        geometry=[Point(109.25, 31.2), None, Point(109.75, 31.2)],
        crs="EPSG:4326",
    ),
    yangtze=gpd.GeoDataFrame(geometry=segmentize([LineString([(109.0, 31.0), (110.0, 31.0)])], 0.01), crs="EPSG:4326"),
)
INSIDE = {"county": "奉节县", "township": "甲镇", "lon": 109.25, "lat": 31.2, "location_radius_km": 1.0}


def site(**fields: object) -> pd.Series:
    table = pd.DataFrame([{"project_id": "X", "technology": "building_retrofit", "stage": "idea", **fields}])
    return screen(table, LAYERS).iloc[0]


def finding(found: pd.Series, rule: str) -> str:
    return next(text for text in str(found["siting_findings"]).split("；") if text.startswith(f"{rule} "))


def test_every_rule_that_measures_says_how_far() -> None:
    places = [INSIDE, {**INSIDE, "lon": 109.75}, {"county": "奉节县", "township": "甲镇"}]
    table = pd.DataFrame([{"project_id": str(i), "technology": "hydro", **place} for i, place in enumerate(places)])
    metres = by_rule(table, LAYERS).pivot(index="project_id", columns="rule", values="distance_m")
    # 0.1° and 0.2° of latitude are 11.09 and 22.17 km; 0.25° and 0.5° of longitude at 31.2° N 23.8 and 47.6 km
    assert metres.loc["0", ["C1", "C2", "C3"]].tolist() == pytest.approx([11_087, 0, 22_174], rel=1e-3, abs=1e-6)
    assert metres.loc["1", ["C1", "C2", "C3"]].tolist() == pytest.approx([23_827, 47_650, 22_174], rel=2e-3)
    assert metres.loc["2"].isna().all() and metres["D12"].isna().all()


def test_distances_are_geodesic() -> None:
    found = facts(pd.DataFrame([{"project_id": "X", **INSIDE}]), LAYERS).iloc[0]
    # 0.2° of latitude at 31° N: 110.87 km per degree
    assert found["site_yangtze_m"] == pytest.approx(22_174, rel=1e-3)
    # 0.1° of latitude to the northern edge is nearer than 0.25° of longitude (23.8 km)
    assert found["site_border_km"] == pytest.approx(11.09, rel=1e-3)
    assert found["site_county"] == "奉节县" and found["site_township_km"] == pytest.approx(0)


def test_a_site_well_inside_passes_its_county() -> None:
    assert finding(site(**INSIDE), "C1").endswith("通过")


@pytest.mark.parametrize(("radius", "answer"), [(10.0, "通过"), (11.0, "待复核"), (None, "无法判断")])
def test_the_ring_of_the_location_error_counts(radius: float | None, answer: str) -> None:
    assert finding(site(**{**INSIDE, "location_radius_km": radius}), "C1").endswith(answer)


def test_near_the_border_the_outline_itself_is_in_doubt() -> None:
    near = {**INSIDE, "lon": 109.498, "location_radius_km": 0.0}  # 0.19 km inside, outline good to 0.3 km
    assert site(**near)["siting_result"] == "review"
    assert finding(site(**{**near, "lon": 109.502}), "C1").endswith("待复核")


def test_a_site_outside_its_county_is_blocked_with_the_distance() -> None:
    found = site(**{**INSIDE, "lon": 109.75})
    assert found["siting_result"] == "block" and "在所报县外 23.8 km" in finding(found, "C1")


def test_a_site_on_both_sides_of_the_border_is_for_review() -> None:
    places = gpd.GeoDataFrame(
        {"project_id": ["X"], "technology": ["building_retrofit"], "stage": ["idea"], "county": ["奉节县"]},
        geometry=[MultiPoint([(109.25, 31.0), (109.75, 31.0)])],
        crs="EPSG:4326",
    ).assign(location_radius_km=0.05)
    assert "待复核" in finding(screen(places, LAYERS).iloc[0], "C1")
    assert "通过" in finding(screen(places.assign(county="奉节县;巫山县"), LAYERS).iloc[0], "C1")


def test_the_shared_border_of_two_declared_counties_does_not_matter() -> None:
    found = site(**{**INSIDE, "county": "奉节县;巫山县", "lon": 109.5, "township": None})
    assert finding(found, "C1").endswith("通过")


def test_a_neighbour_without_outline_is_undetermined() -> None:
    found = site(**{**INSIDE, "county": "奉节县;云阳县", "lon": 108.9, "township": None})
    assert finding(found, "C1").endswith("无法判断")


@pytest.mark.parametrize("place", [{"lon": None}, {"lat": None}, {"lon": None, "lat": None}])
def test_no_location_is_undetermined(place: dict[str, None]) -> None:
    found = site(**{**INSIDE, **place})
    assert found["siting_result"] == "undetermined"
    assert finding(found, "C1").endswith("无法判断") and finding(found, "C3").endswith("无法判断")


@pytest.mark.parametrize(
    ("township", "answer"),
    [
        ("甲镇", "通过"),
        ("甲镇;乙镇", "通过"),
        ("乙镇", "无法判断"),
        ("丁乡", "待复核"),
        ("丙乡", "待复核"),
        (None, "无法判断"),
    ],
)
def test_the_named_township_is_looked_up_in_its_county(township: str | None, answer: str) -> None:
    assert finding(site(**{**INSIDE, "township": township}), "C2").endswith(answer)


def test_a_site_far_from_its_township_is_for_review() -> None:
    assert finding(site(**{**INSIDE, "lat": 30.95}), "C2").endswith("待复核")  # 27.7 km away
    assert finding(site(**{**INSIDE, "lat": 31.1}), "C2").endswith("通过")  # 11.1 km away


def test_near_the_schematic_river_is_a_hint_and_far_is_none() -> None:
    assert finding(site(**{**INSIDE, "lat": 31.02}), "C3").endswith("提示")
    assert finding(site(**INSIDE), "C3").endswith("通过")


def test_new_hydro_is_blocked_and_a_running_plant_is_not() -> None:
    assert site(**{**INSIDE, "technology": "hydro"})["siting_result"] == "block"
    assert site(**{**INSIDE, "technology": "hydro", "stage": None})["siting_result"] == "block"
    running = site(**{**INSIDE, "technology": "hydro", "stage": "operating"})
    assert running["siting_result"] == "undetermined" and "D12" not in running["siting_findings"]
    assert "D12" not in site(**{**INSIDE, "technology": "hydro_refurbishment"})["siting_findings"]


def test_missing_layers_are_never_a_pass() -> None:
    found = site(**INSIDE)
    assert found["siting_result"] == "undetermined"
    assert "缺少可用于判断的图层 → 无法判断：永久基本农田（D1）" in found["siting_findings"]


def test_rules_speak_only_of_their_technologies() -> None:
    assert "（D2）" in site(**{**INSIDE, "technology": "solar_utility"})["siting_findings"]
    assert "（D2）" not in site(**INSIDE)["siting_findings"]


def test_in_region() -> None:
    table = pd.DataFrame({"county": ["奉节县", "云阳县", "云阳县;巫溪县", None]})
    assert in_region(table).tolist() == [True, False, True, False]


@settings(max_examples=30)
@given(st.floats(108.5, 110.5), st.floats(30.5, 31.6), st.floats(0, 30), st.floats(0, 30))
def test_a_larger_location_error_never_turns_doubt_into_pass(
    lon: float, lat: float, radius: float, more: float
) -> None:
    rows = [
        {**INSIDE, "township": None, "lon": lon, "lat": lat, "location_radius_km": r} for r in (radius, radius + more)
    ]
    table = pd.DataFrame(rows).assign(project_id=["a", "b"], technology="heat_pump")
    precise, vague = screen(table, LAYERS)["siting_findings"]
    assert not ("→ 待复核" in precise and "C1" in precise and "→ 通过" in vague.split("；")[0])


def test_moving_into_the_wrong_county_never_improves_the_result() -> None:
    lon = np.linspace(109.05, 109.95, 37)
    table = pd.DataFrame({"project_id": [str(x) for x in lon], "county": "奉节县", "lon": lon, "lat": 31.05})
    rank = screen(table.assign(technology="heat_pump", location_radius_km=2.0), LAYERS)["siting_result"].map(
        ORDER.index
    )
    assert rank.is_monotonic_increasing and set(rank) == {
        ORDER.index(key) for key in ("undetermined", "review", "block")
    }
