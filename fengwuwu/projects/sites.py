"""Where projects are: points, lines or areas, and how far the place may be wrong."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from fengwuwu import geo
from fengwuwu.errors import InputError, Problem
from fengwuwu.projects.tabular import Floats, Mask, Sentences, identities, numbers, shown, texts

Shapes = npt.NDArray[np.object_]
_TYPES = (0, 1, 3, 4, 5, 6)  # points, lines, areas and multiples of these
# A point may stand this far off an outline: a gate, a dam.
_APART_M = 500.0
# A point and the coordinates beside it are the same place when they agree to about 10 m.
_SAME_DEGREES = 1e-4
_TO_PLANE = pyproj.Transformer.from_crs(geo.WGS84, geo.EQUAL_AREA, always_xy=True)


@dataclass(frozen=True)
class Sites:
    """The places of n projects.

    Attributes
    ----------
    shapes, plane : array of shapely geometry or None, shape (n,)
        In WGS84, and in the equal-area projection (m).
    radius_m : array of float, shape (n,)
        How far the place may be off; NaN when nobody said. An unknown error is not 0.
    faults : array of str, shape (n,)
        What is wrong with the place as given, so that a person must look; empty when nothing is.
    """

    shapes: Shapes
    plane: Shapes
    radius_m: Floats
    faults: npt.NDArray[np.object_]

    @cached_property
    def placed(self) -> Mask:
        """Which projects have a place at all."""
        return np.asarray(~shapely.is_missing(self.shapes))

    @cached_property
    def dimension(self) -> npt.NDArray[np.int_]:
        """0 points, 1 lines, 2 areas, -1 nothing."""
        return np.asarray(shapely.get_dimensions(self.shapes), dtype=int)

    @cached_property
    def single_point(self) -> Mask:
        """Which places are one point."""
        return np.asarray(shapely.get_type_id(self.shapes) == 0)

    @cached_property
    def bounds(self) -> Floats:
        """West, south, east and north in the plane; shape (4, n), NaN without a place."""
        return np.ascontiguousarray(shapely.bounds(self.plane).T)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Index of the plane shapes."""
        return shapely.STRtree(self.plane)

    def where(self, chosen: Mask) -> Sites:
        """The sites of a mask."""
        if chosen.all():
            return self
        return Sites(self.shapes[chosen], self.plane[chosen], self.radius_m[chosen], self.faults[chosen])


def sites(projects: pd.DataFrame) -> Sites:
    """The line or area that was drawn where there is one, else the point at ``lon, lat``.

    Parameters
    ----------
    projects : DataFrame or GeoDataFrame, shape (n, …)
        Uses ``lon, lat`` (degrees, WGS84), ``location_radius_km``, ``site_geojson`` (WGS84) and, before that, the
        geometry (any reference system): points, lines, areas and multiples of these.

    Raises
    ------
    InputError
        A geometry without reference system or of another kind, or a point that contradicts ``lon, lat``.
    """
    lon, lat = numbers(projects, "lon"), numbers(projects, "lat")
    radius_m = numbers(projects, "location_radius_km") * 1000
    shapes = np.full(len(projects), None, dtype=object)
    known = ~(np.isnan(lon) | np.isnan(lat))
    shapes[known] = shapely.points(lon[known], lat[known])
    faults = Sentences(len(projects))
    drawn = _outlines(projects, faults)
    if isinstance(projects, gpd.GeoDataFrame) and projects.active_geometry_name is not None:
        geometry = _geometry(projects)
        given = ~shapely.is_missing(geometry)
        _check(projects, geometry, given, lon, lat)
        # A point adds nothing to coordinates that are exact to the digit, nor to an outline.
        given &= ~((shapely.get_type_id(geometry) == 0) & (known | ~shapely.is_missing(drawn)))
        drawn[given] = geometry[given]
    given = ~shapely.is_missing(drawn)
    crossed = given & ~shapely.is_valid(drawn)
    drawn[crossed] = shapely.make_valid(drawn[crossed], method="structure", keep_collapsed=True)
    faults.say(crossed, "项目图形自相交，已自动修正后判断")
    apart = np.full(len(projects), np.nan)
    both = given & known
    apart[both] = shapely.distance(to_plane(shapes[both]), to_plane(drawn[both]))
    far = apart > np.nan_to_num(radius_m) + _APART_M
    faults.say(far, "经度、纬度所示点位距项目图形 ", shown(apart / 1000, 1), " km，已按图形判断")
    shapes[given] = drawn[given]
    return Sites(shapes, to_plane(shapes), radius_m, faults.values(""))


def to_plane(shapes: Shapes) -> Shapes:
    """WGS84 geometries in the equal-area projection."""
    return _transformed(shapes, inverse=False)


def to_wgs84(shapes: Shapes) -> Shapes:
    """Geometries of the equal-area projection in WGS84."""
    return _transformed(shapes, inverse=True)


def degrees(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Longitude and latitude of coordinates of the equal-area projection."""
    lon, lat = _TO_PLANE.transform(x, y, direction=pyproj.enums.TransformDirection.INVERSE)
    return lon, lat


def _transformed(shapes: Shapes, *, inverse: bool) -> Shapes:
    # One call for all coordinates; to_crs would take the geometries one after the other.
    direction = pyproj.enums.TransformDirection.INVERSE if inverse else pyproj.enums.TransformDirection.FORWARD

    def move(coordinates: Floats) -> Floats:
        return np.column_stack(_TO_PLANE.transform(coordinates[:, 0], coordinates[:, 1], direction=direction))

    moved: Shapes = shapely.transform(np.asarray(shapes, dtype=object), move)
    return moved


def _geometry(projects: gpd.GeoDataFrame) -> Shapes:
    shapes = projects.geometry
    if projects.crs is None and bool((shapes.notna() & ~shapes.is_empty).any()):
        raise InputError("项目图形没有坐标系。", remedy="请先声明，如 projects.set_crs('EPSG:4490')。")
    if projects.crs is not None and not projects.crs.equals(geo.WGS84):
        shapes = shapes.to_crs(geo.WGS84)
    return _plain(np.array(shapes.to_numpy(), dtype=object))


def _outlines(projects: pd.DataFrame, faults: Sentences) -> Shapes:
    """The outlines of the form; one that cannot be used leaves the point and a fault."""
    written = texts(projects, "site_geojson")
    given = written.notna().to_numpy(dtype=bool)
    shapes = np.full(len(projects), None, dtype=object)
    shapes[given] = shapely.from_geojson(written[given].astype(str).to_numpy(dtype=object), on_invalid="ignore")
    shapes = _plain(shapes)
    other = ~shapely.is_missing(shapes) & ~np.isin(shapely.get_type_id(shapes), _TYPES)
    shapes[other] = None
    faults.say(given & shapely.is_missing(shapes), "所报图形不能用于选址，已按点位判断")
    return shapes


def _plain(shapes: Shapes) -> Shapes:
    """Without heights and empty geometries."""
    shapes[shapely.is_empty(shapes)] = None
    flat: Shapes = shapely.force_2d(shapes)
    return flat


def _check(projects: pd.DataFrame, drawn: Shapes, given: Mask, lon: Floats, lat: Floats) -> None:
    point = given & (shapely.get_type_id(drawn) == 0)
    apart = np.zeros(len(projects), dtype=bool)
    with np.errstate(invalid="ignore"):
        gap = np.maximum(
            np.abs(shapely.get_x(drawn[point]) - lon[point]), np.abs(shapely.get_y(drawn[point]) - lat[point])
        )
        apart[point] = gap > _SAME_DEGREES
    names = identities(projects)
    problems = [
        Problem(f"项目 {names[at]}：图形类型 {drawn[at].geom_type} 不能用于选址。", "请用点、线或面。")
        for at in np.flatnonzero(given & ~np.isin(shapely.get_type_id(drawn), _TYPES))[:5]
    ]
    problems += [
        Problem(f"项目 {names[at]}：点位图形与经度、纬度两列不一致。", "请改成同一位置，或清空其中一处。")
        for at in np.flatnonzero(apart)[:5]
    ]
    if problems:
        raise InputError("项目图形有误。", problems=problems)
