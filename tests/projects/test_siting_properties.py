"""What no rule may do, whichever it is: improve a site that moves into its zone, or pass one that has no place."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely import Geometry, LineString, Point, box
from shapely.affinity import translate

from fengwuwu import geo
from fengwuwu.projects.site_layers import OVERLAYS, Layers, RuleLayer
from fengwuwu.projects.siting import ORDER, by_rule, screen
from fengwuwu.projects.technologies import technologies
from fengwuwu.vocabulary import STAGE

from .made_up_county import COUNTY, PLAIN, SITING, ZONE, site, zoned

OVERLAID = SITING[SITING["kind"].isin(OVERLAYS)]
AVOIDED = OVERLAID[OVERLAID["kind"] != "within"]
EVERYWHERE = box(108, 30, 111, 32)
# A point, a line of 1 km, an area of 1 km².
SHAPES = [Point(0, 0), LineString([(0, 0), (0.01, 0)]), box(0, 0, 0.0105, 0.009)]


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(list(AVOIDED.index)),
    st.sampled_from(SHAPES),
    st.floats(109.01, 109.45),
    st.floats(30.83, 31.28),
    st.floats(0, 3),
    st.floats(0, 300),
)
def test_moving_into_the_zone_never_improves_the_result(
    name: str, shape: Geometry, lon: float, lat: float, radius_km: float, accuracy_m: float
) -> None:
    rule = AVOIDED.loc[name]
    full = zoned(rule)
    layer = replace(full.supplied[str(rule["layer"])], accuracy_m=accuracy_m, complete=EVERYWHERE)
    alone = full.rules[full.rules["id"].isin([name, "P1"])]
    layers = replace(full, supplied={str(rule["layer"]): layer}, rules=alone)
    # Straight to the middle of the zone, from a place outside it.
    middle = ZONE.centroid
    steps = [translate(shape, lon + (middle.x - lon) * s, lat + (middle.y - lat) * s) for s in np.linspace(0, 1, 7)]
    assume(steps[0].disjoint(ZONE))
    table = pd.concat([site(rule, project_id=str(i), location_radius_km=radius_km) for i in range(len(steps))])
    frame = gpd.GeoDataFrame(table.reset_index(drop=True), geometry=steps, crs=geo.WGS84)
    rank = screen(frame, layers)["siting_result"].map(ORDER.index)
    assert rank.is_monotonic_increasing and ORDER[rank.iloc[-1]] == rule["action"]


def made_up_layers() -> st.SearchStrategy[dict[str, RuleLayer]]:
    """Some layers of the register, complete or not, with shapes near or far, or without any."""
    boxes = st.tuples(st.floats(109.0, 109.4), st.floats(30.8, 31.2)).map(lambda at: box(*at, at[0] + 0.1, at[1] + 0.1))

    def layer(shapes: list[Geometry], accuracy_m: float, complete: bool) -> RuleLayer:
        frame = gpd.GeoDataFrame({geo.ZONE: [None] * len(shapes)}, geometry=shapes, crs=geo.WGS84)
        return RuleLayer(frame, accuracy_m, COUNTY if complete else None)

    made = st.builds(layer, st.lists(boxes, max_size=3), st.floats(0, 2000), st.booleans())
    return st.dictionaries(st.sampled_from(sorted(OVERLAID["layer"].unique())), made, max_size=6)


NO_PLACE = [
    {"lon": None, "lat": None},
    {"lon": 109.25, "lat": None},
    {"lon": None, "lat": None, "site_geojson": "没有"},
    {"lon": None, "lat": None, "site_geojson": '{"type": "Polygon", "coordinates": []}'},
    {"lon": 109.25, "lat": 31.05, "location_radius_km": None},  # somewhere: nobody says how far off it may be
]


@settings(max_examples=15, deadline=None)
@given(
    made_up_layers(),
    made_up_layers(),
    st.sampled_from(sorted(technologies())),
    st.sampled_from(sorted(STAGE)),
)
def test_a_layer_that_is_added_never_passes_a_site_without_a_place(
    first: dict[str, RuleLayer], more: dict[str, RuleLayer], technology: str, stage: str
) -> None:
    table = pd.DataFrame([
        {"project_id": str(i), "county": "奉节县", "technology": technology, "stage": stage, **place}
        for i, place in enumerate(NO_PLACE)
    ])
    table["location_radius_km"] = table.get("location_radius_km")
    before, after = replace(PLAIN, supplied=first), replace(PLAIN, supplied=first | more)
    was, now = (by_rule(table, layers).set_index(["project_id", "rule"])["answer"] for layers in (before, after))
    asked = now.index.get_level_values("rule").isin(OVERLAID.index)
    assert now.index.equals(was.index) and not now[asked].eq("pass").any() and not was[asked].eq("pass").any()
    assert not (was.eq("undetermined") & now.eq("pass")).any()
    assert not screen(table, after)["siting_result"].eq("pass").any()


@settings(max_examples=15, deadline=None)
@given(
    made_up_layers(),
    st.sampled_from(list(OVERLAID.index)),
    st.floats(109.0, 109.5),
    st.floats(30.8, 31.3),
    st.floats(0, 3),
)
def test_a_layer_without_shapes_passes_nobody_unless_it_is_declared_complete(
    others: dict[str, RuleLayer], name: str, lon: float, lat: float, radius_km: float
) -> None:
    rule = OVERLAID.loc[name]
    key = str(rule["layer"])
    empty = RuleLayer(gpd.GeoDataFrame({geo.ZONE: []}, geometry=[], crs=geo.WGS84))
    layers: Layers = replace(PLAIN, supplied=others | {key: empty}, rules=SITING[SITING["id"].isin([name, "P1"])])
    found = by_rule(site(rule, lon=lon, lat=lat, location_radius_km=radius_km), layers)
    assert found["answer"].tolist() == ["undetermined"]
