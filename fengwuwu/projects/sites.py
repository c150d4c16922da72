"""Where projects are: points, lines or areas, and how far the place may be wrong."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from fengwuwu import geo
from fengwuwu.errors import InputError, Problem
from fengwuwu.projects.tabular import Floats, Mask, identities, numbers

Shapes = npt.NDArray[np.object_]
_KINDS = {"Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon"}
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
    mended : array of bool, shape (n,)
        Self-intersecting shapes that were put right.
    """

    shapes: Shapes
    plane: Shapes
    radius_m: Floats
    mended: Mask

    @property
    def placed(self) -> Mask:
        """Which projects have a place at all."""
        return np.asarray(~shapely.is_missing(self.shapes))

    def where(self, chosen: Mask) -> Sites:
        """The sites of a mask."""
        return Sites(self.shapes[chosen], self.plane[chosen], self.radius_m[chosen], self.mended[chosen])

    @property
    def dimension(self) -> npt.NDArray[np.int_]:
        """0 points, 1 lines, 2 areas, -1 nothing."""
        return np.asarray(shapely.get_dimensions(self.shapes), dtype=int)


def sites(projects: pd.DataFrame) -> Sites:
    """The geometry of a GeoDataFrame where there is one, else the point at ``lon, lat``.

    Parameters
    ----------
    projects : DataFrame or GeoDataFrame, shape (n, …)
        Uses ``lon, lat`` (degrees, WGS84), ``location_radius_km`` and the geometry (any reference system; points,
        lines, areas and multiples of these).

    Raises
    ------
    InputError
        A geometry without reference system or of another kind, or a point that contradicts ``lon, lat``.
    """
    lon, lat = numbers(projects, "lon"), numbers(projects, "lat")
    shapes = np.full(len(projects), None, dtype=object)
    known = ~(np.isnan(lon) | np.isnan(lat))
    shapes[known] = shapely.points(lon[known], lat[known])
    mended = np.zeros(len(projects), dtype=bool)
    if isinstance(projects, gpd.GeoDataFrame) and projects.active_geometry_name is not None:
        drawn = _drawn(projects)
        given = ~shapely.is_missing(drawn)
        _check(projects, drawn, given, lon, lat)
        mended[given] = ~shapely.is_valid(drawn[given])
        drawn[mended] = shapely.make_valid(drawn[mended], method="structure", keep_collapsed=True)
        # Coordinates in the form are exact to the digit; a point of the same place adds nothing.
        replaced = given & ~(known & (shapely.get_type_id(drawn) == 0))
        shapes[replaced] = drawn[replaced]
    return Sites(shapes, to_plane(shapes), numbers(projects, "location_radius_km") * 1000, mended)


def to_plane(shapes: Shapes) -> Shapes:
    """WGS84 geometries in the equal-area projection."""
    return _transformed(shapes, inverse=False)


def to_wgs84(shapes: Shapes) -> Shapes:
    """Geometries of the equal-area projection in WGS84."""
    return _transformed(shapes, inverse=True)


def _transformed(shapes: Shapes, *, inverse: bool) -> Shapes:
    # One call for all coordinates; to_crs would take the geometries one after the other.
    direction = pyproj.enums.TransformDirection.INVERSE if inverse else pyproj.enums.TransformDirection.FORWARD

    def move(coordinates: Floats) -> Floats:
        return np.column_stack(_TO_PLANE.transform(coordinates[:, 0], coordinates[:, 1], direction=direction))

    moved: Shapes = shapely.transform(np.asarray(shapes, dtype=object), move)
    return moved


def _drawn(projects: gpd.GeoDataFrame) -> Shapes:
    shapes = projects.geometry
    if projects.crs is None and bool((shapes.notna() & ~shapes.is_empty).any()):
        raise InputError("项目图形没有坐标系。", remedy="请先声明，如 projects.set_crs('EPSG:4490')。")
    if projects.crs is not None and not projects.crs.equals(geo.WGS84):
        shapes = shapes.to_crs(geo.WGS84)
    drawn = np.array(shapes.to_numpy(), dtype=object)
    drawn[shapely.is_empty(drawn)] = None
    return drawn


def _check(projects: pd.DataFrame, drawn: Shapes, given: Mask, lon: Floats, lat: Floats) -> None:
    kinds = np.array([shape.geom_type if shape is not None else "" for shape in drawn], dtype=object)
    point = given & (kinds == "Point")
    apart = np.zeros(len(projects), dtype=bool)
    with np.errstate(invalid="ignore"):
        gap = np.maximum(
            np.abs(shapely.get_x(drawn[point]) - lon[point]), np.abs(shapely.get_y(drawn[point]) - lat[point])
        )
        apart[point] = gap > _SAME_DEGREES
    names = identities(projects)
    problems = [
        Problem(f"项目 {names[at]}：图形类型 {kinds[at]} 不能用于选址。", "请用点、线或面。")
        for at in np.flatnonzero(given & ~np.isin(kinds, list(_KINDS)))[:5]
    ]
    problems += [
        Problem(f"项目 {names[at]}：点位图形与经度、纬度两列不一致。", "请改成同一位置，或清空其中一处。")
        for at in np.flatnonzero(apart)[:5]
    ]
    if problems:
        raise InputError("项目图形有误。", problems=problems)
