"""One rule against one layer: squares in metres, small enough to solve by hand, and what errors may never do."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Geometry, LineString, MultiPoint, MultiPolygon, Point, Polygon, box, to_geojson
from shapely.affinity import translate

from fengwuwu import geo
from fengwuwu.errors import InputError
from fengwuwu.projects.overlays import ORDER, Overlay, overlay
from fengwuwu.projects.site_layers import RuleLayer
from fengwuwu.projects.sites import sites

# All shapes in metres of the equal-area plane; the zone is a square kilometre.
SQUARE = box(0, 0, 1000, 1000)
EVERYWHERE = box(-1e5, -1e5, 1e5, 1e5)
OVERLAP = pd.Series({"kind": "overlap", "zones": None, "limit": np.nan, "action": "block"})


def degrees(*shapes: Geometry) -> gpd.GeoSeries:
    return gpd.GeoSeries(list(shapes), crs=geo.EQUAL_AREA).to_crs(geo.WGS84)


def layer(
    *shapes: Geometry, accuracy_m: float = 0.0, complete: bool = True, zones: list[str | None] | None = None
) -> RuleLayer:
    frame = gpd.GeoDataFrame(geometry=degrees(*shapes))
    if zones is not None:
        frame[geo.ZONE] = pd.Series(zones, dtype=object)
    return RuleLayer(frame, accuracy_m, degrees(EVERYWHERE).iloc[0] if complete else None)


def judged(rule: pd.Series, against: RuleLayer, *shapes: Geometry, radius_m: float | None = 0.0) -> Overlay:
    table = gpd.GeoDataFrame({"project_id": [str(i) for i in range(len(shapes))]}, geometry=degrees(*shapes))
    placed = sites(table.assign(location_radius_km=np.nan if radius_m is None else radius_m / 1000))
    return overlay(rule, against, placed, smallest_ha=0.01, exact=True)


def answer(rule: pd.Series, against: RuleLayer, shape: Geometry, radius_m: float | None = 0.0) -> str:
    return ORDER[judged(rule, against, shape, radius_m=radius_m).answer[0]]


def test_half_a_hectare_of_a_hectare_is_half() -> None:
    found = judged(OVERLAP, layer(SQUARE), box(950, 0, 1050, 100))
    assert found.overlap_ha[0] == pytest.approx(0.5, rel=1e-6) and found.share[0] == pytest.approx(0.5, rel=1e-6)
    assert found.distance_m[0] == 0 and ORDER[found.answer[0]] == "block"
    assert found.words[0] == "重叠 0.50 ha（占 50.0%）"
    assert np.isnan(found.overlap_m[0])


def test_a_line_counts_in_metres() -> None:
    found = judged(OVERLAP, layer(SQUARE), LineString([(800, 500), (1600, 500)]))
    assert found.overlap_m[0] == pytest.approx(200, rel=1e-3) and found.share[0] == pytest.approx(0.25, rel=1e-3)
    assert np.isnan(found.overlap_ha[0])


def test_the_distance_is_geodesic() -> None:
    found = judged(OVERLAP, layer(SQUARE), Point(1300, 1400))
    assert found.distance_m[0] == pytest.approx(500, rel=2e-3) and ORDER[found.answer[0]] == "pass"


def test_overlapping_shapes_of_a_layer_count_once() -> None:
    found = judged(OVERLAP, layer(SQUARE, box(500, 0, 1500, 1000)), box(600, 0, 700, 100))
    assert found.share[0] == pytest.approx(1, rel=1e-6)


@pytest.mark.parametrize(
    ("x", "radius_m", "accuracy_m", "expected"),
    [
        (-100, 0, 0, "pass"),
        (-100, 60, 30, "pass"),  # 60 + 30 < 100
        (-100, 60, 50, "review"),  # the ring touches
        (100, 60, 30, "block"),
        (100, 60, 50, "review"),
    ],
)
def test_a_point_is_judged_with_its_error_and_the_layers(
    x: float, radius_m: float, accuracy_m: float, expected: str
) -> None:
    assert answer(OVERLAP, layer(SQUARE, accuracy_m=accuracy_m), Point(x, 500), radius_m) == expected


def test_less_than_a_hundredth_of_a_hectare_is_for_review() -> None:
    # 100 m along the edge: 0.9 m deep is 90 m², 1.1 m deep is 110 m²
    assert answer(OVERLAP, layer(SQUARE), box(-99.1, 100, 0.9, 200)) == "review"
    assert answer(OVERLAP, layer(SQUARE), box(-98.9, 100, 1.1, 200)) == "block"


def test_less_than_the_accuracy_times_the_shared_edge_is_for_review() -> None:
    fuzzy = layer(SQUARE, accuracy_m=20)
    assert answer(OVERLAP, fuzzy, box(-81, 100, 19, 200)) == "review"
    assert answer(OVERLAP, fuzzy, box(-78, 100, 22, 200)) == "block"


def test_an_error_of_next_to_nothing_is_like_none() -> None:
    exact, nearly = layer(SQUARE), layer(SQUARE, accuracy_m=1e-80)
    crossing = LineString([(800, 500), (1600, 500)])
    assert answer(OVERLAP, nearly, crossing) == answer(OVERLAP, exact, crossing) == "block"


def test_a_site_in_several_parts_is_in_the_zone_only_with_all_of_them() -> None:
    within = OVERLAP.copy()
    within["kind"] = "within"
    apart = [MultiPoint([(500, 500), (5000, 500)]), MultiPolygon([box(400, 400, 500, 500), box(5000, 400, 5100, 500)])]
    together = [
        MultiPoint([(500, 500), (600, 500)]),
        MultiPolygon([box(100, 100, 200, 200), box(2100, 100, 2200, 200)]),
    ]
    zone = layer(SQUARE, box(2000, 0, 3000, 1000))
    assert [answer(within, zone, shape) for shape in (*apart, *together)] == ["review"] * 2 + ["pass"] * 2
    # Nor is anything known of a part that lies where the layer is not complete.
    partly = RuleLayer(layer(box(0, 8000, 10, 8010)).shapes, 0.0, degrees(SQUARE).iloc[0])
    assert [answer(OVERLAP, partly, shape) for shape in apart] == ["undetermined"] * 2


def test_a_part_far_outside_adds_nothing_to_the_overlap() -> None:
    little = MultiPolygon([box(400, 400, 405, 405), box(5000, 400, 5100, 500)])
    assert answer(OVERLAP, layer(SQUARE), little) == "review"
    assert answer(OVERLAP, layer(SQUARE), MultiPolygon([box(400, 400, 500, 500), box(5000, 400, 5005, 405)])) == "block"


@pytest.mark.parametrize("shape", [Point(500, 500), Point(5000, 500), box(400, 400, 600, 600)])
def test_an_unstated_error_is_not_zero(shape: Geometry) -> None:
    found = answer(OVERLAP, layer(SQUARE), shape, radius_m=None)
    assert found == ("undetermined" if shape.bounds[0] > 1000 else "review")


def test_where_the_layer_is_not_complete_nothing_passes() -> None:
    partial = layer(SQUARE, complete=False)
    assert answer(OVERLAP, partial, Point(5000, 500)) == "undetermined"
    assert answer(OVERLAP, partial, Point(500, 500)) == "block"
    edge = replace(layer(SQUARE), complete=degrees(box(-2000, -2000, 2000, 2000)).iloc[0])
    assert answer(OVERLAP, edge, Point(1800, 0), radius_m=100) == "pass"
    assert answer(OVERLAP, edge, Point(1800, 0), radius_m=300) == "undetermined"


def test_zones_are_told_apart_and_an_unnamed_one_is_in_doubt() -> None:
    core = OVERLAP.copy()
    core["zones"] = "核心保护区"
    parts = layer(SQUARE, translate(SQUARE, 3000), translate(SQUARE, 6000), zones=["核心保护区", "其他区域", None])
    assert [answer(core, parts, Point(x, 500)) for x in (500, 3500, 6500)] == ["block", "pass", "review"]
    assert answer(core, layer(SQUARE), Point(500, 500)) == "review"  # no zones in the file at all


@pytest.mark.parametrize(
    ("x", "radius_m", "expected"),
    [(1400, 50, "flag"), (1480, 50, "flag"), (1600, 50, "pass"), (1600, 150, "flag"), (500, 300, "flag")],
)
def test_a_distance_counts_from_the_edge(x: float, radius_m: float, expected: str) -> None:
    rule = pd.Series({"kind": "distance", "zones": None, "limit": 0.5, "action": "flag"})
    assert answer(rule, layer(SQUARE), Point(x, 500), radius_m) == expected


def test_a_distance_that_bars_is_for_review_in_doubt() -> None:
    rule = pd.Series({"kind": "distance", "zones": None, "limit": 0.5, "action": "block"})
    homes = layer(Point(0, 0), LineString([(0, 0), (0, 300)]))
    assert [answer(rule, homes, Point(x, 0), 20) for x in (470, 490, 510, 530)] == ["block", "review", "review", "pass"]


def test_some_rules_ask_to_be_inside() -> None:
    rule = pd.Series({"kind": "within", "zones": None, "limit": np.nan, "action": "flag"})
    cases = [(500, 100, "pass"), (950, 100, "flag"), (2000, 100, "flag")]
    assert all(answer(rule, layer(SQUARE), Point(x, 500), radius) == expected for x, radius, expected in cases)
    assert answer(rule, layer(SQUARE, complete=False), Point(2000, 500), 100) == "undetermined"
    assert answer(rule, layer(SQUARE), Point(500, 500), None) == "undetermined"
    assert answer(rule, layer(SQUARE), box(900, 0, 1100, 100)) == "flag"


def test_no_place_is_undetermined() -> None:
    table = pd.DataFrame({"project_id": ["X"], "lon": [None], "lat": [None]})
    assert ORDER[overlay(OVERLAP, layer(SQUARE), sites(table), smallest_ha=0.01).answer[0]] == "undetermined"


coordinate = st.floats(-1500, 2500)
metres = st.floats(0, 800)


@settings(max_examples=30)
@given(coordinate, coordinate, metres, metres, metres)
def test_more_uncertainty_never_turns_doubt_into_pass(
    x: float, y: float, radius: float, more: float, accuracy: float
) -> None:
    for shape in (Point(x, y), box(x, y, x + 300, y + 200)):
        precise = answer(OVERLAP, layer(SQUARE, accuracy_m=accuracy), shape, radius)
        vague = answer(OVERLAP, layer(SQUARE, accuracy_m=accuracy), shape, radius + more)
        vaguer = answer(OVERLAP, layer(SQUARE, accuracy_m=accuracy + more), shape, radius)
        assert "pass" not in (vague, vaguer) or precise == "pass"
        assert "block" not in (vague, vaguer) or precise == "block"
        assert answer(OVERLAP, layer(SQUARE, accuracy_m=accuracy), shape, None) in ("undetermined", "review")


@settings(max_examples=60)
@given(coordinate, coordinate, st.floats(0, 1), st.floats(0, 6.28), st.integers(1, 400), st.integers(0, 300))
def test_what_is_sure_holds_wherever_the_truth_lies(
    x: float, y: float, part: float, bearing: float, radius: int, accuracy: int
) -> None:
    where = part * radius * np.cos(bearing), part * radius * np.sin(bearing)
    for shape in (Point(x, y), box(x, y, x + 300, y + 200)):
        said = answer(OVERLAP, layer(SQUARE, accuracy_m=accuracy), shape, radius)
        true_site = translate(shape, *(0.99 * step for step in where))
        for true_zone in (SQUARE, SQUARE.buffer(0.99 * accuracy), SQUARE.buffer(-0.99 * accuracy)):
            meets = true_site.intersects(true_zone)
            assert not (said == "pass" and meets) and not (said == "block" and not meets)


@settings(max_examples=40)
@given(coordinate, coordinate, metres, st.floats(0, 300))
def test_moving_into_the_zone_never_improves_the_result(x: float, y: float, radius: float, accuracy: float) -> None:
    against = layer(SQUARE, accuracy_m=accuracy)
    steps = [Point(x + (500 - x) * s, y + (500 - y) * s) for s in np.linspace(0, 1, 9)]
    if not SQUARE.contains(steps[0]):
        rank = judged(OVERLAP, against, *steps, radius_m=radius).answer
        assert (np.diff(rank) >= 0).all()


def test_an_outline_of_the_form_is_used_and_its_faults_are_said() -> None:
    outline = degrees(SQUARE).iloc[0]
    crossed = degrees(Polygon([(0, 0), (1000, 1000), (1000, 0), (0, 1000)])).iloc[0]
    far = degrees(Point(0, 9000)).iloc[0]
    table = pd.DataFrame({
        "project_id": ["a", "b", "c", "d"],
        "site_geojson": [to_geojson(s) for s in (outline, crossed, outline)] + ["没有"],
        "lon": [None, None, far.x, far.x],
        "lat": [None, None, far.y, far.y],
    })
    found = sites(table)
    assert found.dimension.tolist() == [2, 2, 2, 0]
    assert found.faults[0] == "" and "自相交" in found.faults[1]
    assert "8.0 km" in found.faults[2] and "不能用于选址" in found.faults[3]


def test_geometry_that_cannot_be_placed_is_refused() -> None:
    bare = gpd.GeoDataFrame({"project_id": ["a"]}, geometry=[Point(109.5, 31)])
    with pytest.raises(InputError, match="没有坐标系"):
        sites(bare)
    here = bare.set_crs(geo.WGS84)
    with pytest.raises(InputError, match=r"项目 a[\s\S]*不一致"):
        sites(here.assign(lon=109.6, lat=31.0))
