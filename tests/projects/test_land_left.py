"""The land that is left: areas to be checked by hand, and the same answer as the screening of a site at each place."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Geometry, Point, box

from fengwuwu import geo, reference
from fengwuwu.layer_registry import registry
from fengwuwu.projects.land_left import land_left
from fengwuwu.projects.overlays import ORDER
from fengwuwu.projects.site_layers import Layers, RuleLayer
from fengwuwu.projects.siting import by_rule

# A made-up county of 10 km × 10 km in the equal-area plane.
COUNTY = box(0, 0, 10_000, 10_000)
EVERYWHERE = COUNTY.buffer(20_000)
COLUMNS = reference.table("siting_rules").columns


def degrees(*shapes: Geometry) -> gpd.GeoSeries:
    return gpd.GeoSeries(list(shapes), crs=geo.EQUAL_AREA).to_crs(geo.WGS84)


def rule(name: str, kind: str, layer: str, action: str, **more: object) -> dict[str, object]:
    return {"id": name, "name": name, "kind": kind, "layer": layer, "action": action, "technologies": "*", **more}


def supplied(*shapes: Geometry, accuracy_m: float = 0.0, complete: Geometry = EVERYWHERE) -> RuleLayer:
    whole = degrees(shapely.segmentize(complete, 1000)).iloc[0]
    return RuleLayer(gpd.GeoDataFrame(geometry=degrees(*shapes)), accuracy_m, whole)


def layers(rules: list[dict[str, object]], **given: RuleLayer) -> Layers:
    smallest = rule("P1", "precision", "", "", limit=0.01)
    table = pd.DataFrame([smallest, *rules]).reindex(columns=COLUMNS).astype({"zones": object, "stages": object})
    table["limit"] = table["limit"].astype(float)
    towns = gpd.GeoDataFrame(
        {"township": ["甲镇"], "county": "奉节县", "accuracy_km": 2.0}, geometry=degrees(HOME).to_numpy(), crs=geo.WGS84
    )
    outline = gpd.GeoDataFrame({"county": ["奉节县"]}, geometry=degrees(COUNTY).to_numpy(), crs=geo.WGS84)
    river = gpd.GeoDataFrame(geometry=degrees(shapely.LineString([(-9e4, 9e4), (9e4, 9e4)])))
    return Layers(outline, towns, river, given, registry(), table)


RULES = [
    rule("B", "overlap", "permanent_basic_farmland", "block"),
    rule("R", "overlap", "forest_land", "review"),
    rule("D", "distance", "dwellings", "flag", limit=0.5),
]
FARM, FOREST, HOME = box(0, 0, 2000, 10_000), box(1000, 0, 4000, 10_000), Point(7000, 5000)


def areas(found: Layers) -> dict[str, float]:
    row = land_left("solar_utility", found).by_county.iloc[0]
    assert row["area_km2"] == pytest.approx(100, rel=1e-5)
    return {answer: float(row[f"{answer}_km2"]) for answer in ORDER}


def test_the_worst_rule_takes_each_place() -> None:
    found = layers(
        RULES, permanent_basic_farmland=supplied(FARM), forest_land=supplied(FOREST), dwellings=supplied(HOME)
    )
    circle = np.pi * 0.25
    expected = {"block": 20, "review": 20, "undetermined": 0, "flag": circle, "pass": 60 - circle}
    assert areas(found) == pytest.approx(expected, rel=1e-3, abs=1e-6)
    criteria = land_left("solar_utility", found).criteria.set_index("rule")["hit_km2"]
    assert criteria.to_dict() == pytest.approx({"B": 20, "R": 30, "D": circle}, rel=1e-3)


def test_the_error_of_a_layer_is_for_review() -> None:
    # 100 m on either side of the one edge inside the county
    found = layers(RULES[:1], permanent_basic_farmland=supplied(box(-9000, -9000, 2000, 20_000), accuracy_m=100))
    assert areas(found) == pytest.approx(
        {"block": 19, "review": 2, "undetermined": 0, "flag": 0, "pass": 79}, rel=1e-3, abs=1e-6
    )


def test_nothing_is_left_without_a_layer_and_only_half_with_half_of_it() -> None:
    assert areas(layers(RULES))["undetermined"] == pytest.approx(100, rel=1e-5)
    half = supplied(FARM, complete=box(-9000, -9000, 5000, 20_000))
    found = areas(layers(RULES[:1], permanent_basic_farmland=half))
    assert (found["block"], found["pass"], found["undetermined"]) == pytest.approx((20, 30, 50), rel=1e-3)


def test_some_rules_ask_to_be_inside() -> None:
    town = [rule("W", "within", "urban_development_boundary", "flag")]
    found = areas(layers(town, urban_development_boundary=supplied(FARM)))
    assert (found["pass"], found["flag"]) == pytest.approx((20, 80), rel=1e-3)


def test_a_barred_technology_has_no_land() -> None:
    found = land_left("hydro")
    assert set(found.parcels["answer"]) == {"block"}
    assert found.by_county["left_share"].eq(0).all()


def test_with_the_shipped_layers_it_is_honestly_unknown() -> None:
    found = land_left("solar_utility")
    assert set(found.parcels["answer"]) == {"undetermined"}
    shown = found.by_county.set_index("county")["area_km2"]
    assert shown.to_dict() == pytest.approx({"奉节县": 4097.8, "巫山县": 2948.5, "巫溪县": 4025.2}, rel=1e-4)


@settings(max_examples=12)
@given(st.lists(st.tuples(st.floats(0, 1e4), st.floats(0, 1e4)), min_size=1, max_size=8), st.floats(1, 400))
def test_a_site_gets_the_answer_of_its_land(places: list[tuple[float, float]], accuracy: float) -> None:
    found = layers(
        RULES,
        permanent_basic_farmland=supplied(FARM, box(5000, 5000, 6000, 9000), accuracy_m=accuracy),
        forest_land=supplied(FOREST, accuracy_m=accuracy, complete=box(-9000, -9000, 8000, 20_000)),
        dwellings=supplied(HOME, accuracy_m=accuracy),
    )
    land = land_left("solar_utility", found).parcels.to_crs(geo.EQUAL_AREA)
    edges = shapely.union_all(land.geometry.boundary.to_numpy())
    points = [Point(place) for place in places if edges.distance(Point(place)) > 2]
    if not points:
        return
    frame = gpd.GeoDataFrame({"project_id": [str(i) for i in range(len(points))]}, geometry=degrees(*points))
    judged = by_rule(frame.assign(technology="solar_utility", stage="idea", location_radius_km=0.0), found)
    worst = judged.assign(rank=judged["answer"].map(ORDER.index)).groupby("project_id")["rank"].max()
    for number, point in enumerate(points):
        (answer,) = land.loc[land.contains(point), "answer"]
        assert ORDER[worst[str(number)]] == answer
