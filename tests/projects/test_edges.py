"""The nearest place on an outline: as GEOS finds it, whatever the outline, the site and the reach."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Geometry, LineString, MultiPoint, Point, box

from fengwuwu import geo
from fengwuwu.projects import edges
from fengwuwu.projects.edges import Edges
from fengwuwu.projects.sites import Sites, to_wgs84


def sites(*plane: Geometry | None, radius_m: float = 0.0) -> Sites:
    shapes = np.array(plane, dtype=object)
    nothing = np.full(len(plane), "", dtype=object)
    return Sites(to_wgs84(shapes), shapes, np.full(len(plane), radius_m), nothing)


def of(*lines: Geometry) -> Edges:
    return Edges.of(np.array(lines, dtype=object))


def test_a_segment_an_end_and_a_point_are_near_in_their_own_ways() -> None:
    lines = of(LineString([(0, 0), (100, 0)]), Point(500, 0))
    found = lines.nearest_m(sites(Point(50, 30), Point(-30, 40), Point(500, 20), None))
    assert found[:3] == pytest.approx([30, 50, 20], rel=2e-3) and np.isnan(found[3])


def test_beyond_the_reach_nothing_is_found_and_without_a_reach_nothing_is_asked() -> None:
    line = of(LineString([(0, 0), (100, 0)]))
    found = line.within_m(sites(*[Point(50, 30)] * 3, None), np.array([31.0, 20.0, np.nan, 100.0]))
    assert found[0] == pytest.approx(30, rel=2e-3) and np.isposinf(found[1:]).all()


def test_no_outline_is_near_nothing() -> None:
    assert np.isposinf(of().within_m(sites(Point(0, 0)), np.array([1e6]))).all()
    assert np.isnan(of().nearest_m(sites(Point(0, 0)))).all()


def test_the_distance_is_geodesic() -> None:
    ends = gpd.GeoSeries([Point(0, 0), Point(0, 90_000)], crs=geo.EQUAL_AREA).to_crs(geo.WGS84)
    (expected,) = edges._GEOD.inv(ends[0].x, ends[0].y, [ends[1].x], [ends[1].y])[2]
    assert of(Point(0, 0)).nearest_m(sites(Point(0, 90_000)))[0] == pytest.approx(expected, rel=1e-9)


coordinate = st.integers(-9000, 9000).map(float)
place = st.tuples(coordinate, coordinate)
line = st.lists(place, min_size=2, max_size=60, unique=True).map(LineString)
site = st.one_of(
    place.map(Point),
    st.lists(place, min_size=2, max_size=3, unique=True).map(MultiPoint),
    st.lists(place, min_size=2, max_size=4, unique=True).map(LineString),
    place.map(lambda xy: box(xy[0], xy[1], xy[0] + 500, xy[1] + 300)),
)


@settings(max_examples=60)
@given(
    st.lists(st.one_of(line, place.map(Point)), min_size=1, max_size=5),
    st.lists(st.tuples(site, st.floats(0, 12_000)), min_size=1, max_size=12),
    st.integers(1, 50),
)
def test_as_geos_finds_it(lines: list[Geometry], asked: list[tuple[Geometry, float]], block: int) -> None:
    shapes, reach = [shape for shape, _ in asked], np.array([metres for _, metres in asked])
    plane = shapely.distance(np.array(shapes, dtype=object), shapely.union_all(lines))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(edges, "_BLOCK", block)
        within = of(*lines).within_m(sites(*shapes), reach)
        nearest = of(*lines).nearest_m(sites(*shapes))
    # The plane is off by less than 0.2 %; between the two limits either answer is right.
    sure, never = plane <= reach, plane > reach * 1.002 + 1
    assert within[sure] == pytest.approx(plane[sure], rel=2e-3, abs=1e-3)
    assert np.isposinf(within[never]).all()
    assert nearest == pytest.approx(plane, rel=2e-3, abs=1e-3)
