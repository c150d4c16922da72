"""Coordinates: published pairs, exact inverses, and no conversion that was not declared."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengwuwu.errors import InputError
from fengwuwu.projects import coordinates

ONE = np.ones(1)
LON, LAT = st.floats(105, 113), st.floats(28, 34)

# wandergis/coordtransform, test/app.js, and googollee/eviltransform, python/test.py. The latter's constants differ a
# little (axis 6378137 m), hence the wider bound.
WGS_GCJ = [
    ((116.404, 39.915), (116.41024449916938, 39.91640428150164), 1e-12),
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597), 1e-6),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766), 1e-6),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069), 1e-6),
]
GCJ_BD = [((116.404, 39.915), (116.41036949371029, 39.92133699351021), 1e-12)]


@pytest.mark.parametrize(("wgs", "gcj", "bound"), WGS_GCJ)
def test_published_pairs_of_gcj02(wgs: tuple[float, float], gcj: tuple[float, float], bound: float) -> None:
    assert np.abs(np.ravel(coordinates.to_gcj02(ONE * wgs[0], ONE * wgs[1])) - gcj).max() <= bound
    back = coordinates.reference("gcj02").to_degrees(ONE * gcj[0], ONE * gcj[1])
    assert np.abs(np.ravel(back) - wgs).max() <= max(bound, 1e-9)


@pytest.mark.parametrize(("gcj", "bd", "bound"), GCJ_BD)
def test_published_pairs_of_bd09(gcj: tuple[float, float], bd: tuple[float, float], bound: float) -> None:
    assert np.abs(np.ravel(coordinates.to_bd09(ONE * gcj[0], ONE * gcj[1])) - bd).max() <= bound
    assert np.abs(np.ravel(coordinates.from_bd09(ONE * bd[0], ONE * bd[1])) - gcj).max() <= 1e-9


@given(LON, LAT)
def test_there_and_back_is_within_a_centimetre(lon: float, lat: float) -> None:
    here = ONE * lon, ONE * lat
    gcj = coordinates.to_gcj02(*here)
    for system, there in (("gcj02", gcj), ("bd09", coordinates.to_bd09(*gcj))):
        back = np.ravel(coordinates.reference(system).to_degrees(*there))
        assert np.abs(back - (lon, lat)).max() < 1e-7
        assert pyproj.Geod(ellps="WGS84").line_length([lon, back[0]], [lat, back[1]]) < 0.01


def test_the_shift_here_is_about_half_a_kilometre() -> None:
    there = coordinates.to_gcj02(ONE * 109.5, ONE * 31.0)
    length = pyproj.Geod(ellps="WGS84").line_length([109.5, there[0][0]], [31.0, there[1][0]])
    assert length == pytest.approx(520, abs=40)


@pytest.mark.parametrize("code", [4545, 4546, 4547, 4548, 4549])
def test_projected_cgcs2000_is_converted(code: int) -> None:
    system = coordinates.reference(f"EPSG:{code}")
    meridian = 108 + 3 * (code - 4545)
    lon, lat = system.to_degrees(ONE * 500_000, ONE * 3_431_000)
    assert lon[0] == pytest.approx(meridian, abs=1e-9)
    # An arc of the meridian from the equator: 3431 km are 31.0004° on this ellipsoid.
    assert pyproj.Geod(ellps="GRS80").line_length([meridian] * 2, [0, lat[0]]) == pytest.approx(3_431_000, abs=0.01)
    assert f"EPSG:{code}" in system.how
    assert "PROJ" in system.how


@pytest.mark.parametrize("text", ["EPSG:4326", "epsg:4490", "OGC:CRS84"])
def test_degrees_on_either_datum_stay_as_they_are(text: str) -> None:
    system = coordinates.reference(text)
    assert system.how == ""
    assert np.ravel(system.to_degrees(ONE * 109.5, ONE * 31.0)).tolist() == [109.5, 31.0]


@pytest.mark.parametrize(
    ("text", "message"),
    [("EPSG:4214", "当地参数"), ("EPSG:2383", "当地参数"), ("火星", "不认识"), ("EPSG:4479", "不是经纬度或投影")],
)
def test_what_cannot_be_converted_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        coordinates.reference(text, "a.shp")


def test_file_and_user_must_not_contradict() -> None:
    file, user = coordinates.reference("EPSG:4546"), coordinates.reference("EPSG:4545")
    with pytest.raises(InputError, match="不同"):
        coordinates.agreed(file, user, "a.shp")
    with pytest.raises(InputError, match="--crs"):
        coordinates.agreed(None, None, "a.shp")
    shifted, plain = coordinates.reference("gcj02"), coordinates.reference("EPSG:4326")
    assert coordinates.agreed(plain, shifted, "a.shp") == shifted
    with pytest.raises(InputError, match="不同"):
        coordinates.agreed(file, shifted, "a.shp")
    assert coordinates.agreed(plain, coordinates.reference("EPSG:4490"), "a.shp") == plain


def test_what_is_no_place_is_left_for_the_checks() -> None:
    x, y = coordinates.reference("bd09").to_degrees(np.array([np.nan, 1e9, 109.5]), np.array([31.0, 1e9, 31.0]))
    assert np.isnan(x[0])
    assert (x[1], y[1]) == (1e9, 1e9)
    assert x[2] != 109.5


def test_two_systems_without_a_code_are_not_one_and_the_same() -> None:
    one, other = (
        coordinates.reference(f"+proj=tmerc +lon_0={middle} +x_0=500000 +ellps=GRS80 +datum=WGS84 +units=m")
        for middle in (109.2, 109.8)
    )
    assert one.crs.to_epsg() is None and other.crs.to_epsg() is None
    with pytest.raises(InputError, match="不同"):
        coordinates.agreed(one, other, "a.gpkg")
