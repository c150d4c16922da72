"""Where projects are: coordinates and outlines of a form in degrees, what was done to them, and exchanged axes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from fengwuwu.errors import InputError
from fengwuwu.geo import NEIGHBOURHOOD
from fengwuwu.projects.cells import MAX_LENGTH, Finding, Value
from fengwuwu.projects.coordinates import Floats, Reference

# Longitudes and latitudes of the wider region do not overlap, so an exchange cannot be mistaken.
_LON, _LAT = (105.0, 113.0), (28.0, 34.0)
_DIGITS = 9  # of a converted coordinate, 0.1 mm


class Placed(Protocol):
    """A row with values and findings."""

    values: dict[str, Value]
    found: list[tuple[str, Finding]]


def place(rows: Sequence[Placed], system: Reference | None, where: str) -> None:
    """Convert the coordinates and outlines of rows in place, and say on each row what was done.

    Parameters
    ----------
    rows : sequence of Placed
    system : Reference or None
        System of the coordinates; None for degrees as the form asks for them.
    where : str
        File and sheet, for the message.

    Raises
    ------
    InputError
        When a declared system puts every point far from the region.
    """
    x, y = (_column(rows, key) for key in ("lon", "lat"))
    given = np.isfinite(x) & np.isfinite(y)
    lon, lat = (x, y) if system is None else system.to_degrees(x, y)
    there = _near(lon, lat)
    back = np.zeros(len(rows), dtype=bool)
    if not there[given].all():
        other_lon, other_lat = (y, x) if system is None else system.to_degrees(y, x)
        back = given & ~there & _near(other_lon, other_lat)
        lon, lat = np.where(back, other_lon, lon), np.where(back, other_lat, lat)
    if system is not None and system.how and given.any() and not _in_window(lon[given], lat[given]).any():
        raise InputError(
            f"按 {system.title} 换算后，全部 {int(given.sum())} 个点都不在三县附近，坐标系或投影分带可能写错了。",
            where=where,
            remedy="109.5° E 以西用 EPSG:4545，以东用 EPSG:4546；东坐标带带号（如 37…）的用 EPSG:4524、4525。",
        )
    for number in np.flatnonzero(given).tolist():
        row = rows[number]
        if back[number]:
            row.found.append(("lon", Finding("经度、纬度填反了，已按互换后读取。", "请核对。", "warning")))
        if not (np.isfinite(lon[number]) and np.isfinite(lat[number])):
            message = f"坐标（{x[number]:.10g}, {y[number]:.10g}）不能由 {system.title if system else ''} 换算。"
            row.found.append(("lon", Finding(message, "请核对坐标和坐标系。")))
        elif system is not None and system.how:
            row.values["lon"], row.values["lat"] = (
                round(float(lon[number]), _DIGITS),
                round(float(lat[number]), _DIGITS),
            )
            row.found.append(("lon", Finding(system.how, "", "warning")))
        elif back[number]:
            row.values["lon"], row.values["lat"] = float(lon[number]), float(lat[number])
    for row in rows:
        if row.values.get("site_geojson") is not None:
            _outline(row, system)


def _column(rows: Sequence[Placed], key: str) -> Floats:
    values = (row.values.get(key) for row in rows)
    return np.array([value if isinstance(value, float | int) else np.nan for value in values], dtype=float)


def _near(lon: Floats, lat: Floats) -> np.ndarray:
    return (_LON[0] <= lon) & (lon <= _LON[1]) & (_LAT[0] <= lat) & (lat <= _LAT[1])


def _in_window(lon: Floats, lat: Floats) -> np.ndarray:
    west, south, east, north = NEIGHBOURHOOD
    return (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)


def _outline(row: Placed, system: Reference | None) -> None:
    """Convert an outline; a row without a point gets one that lies on it."""
    try:
        shape = shapely.from_geojson(str(row.values["site_geojson"]))
    except (shapely.GEOSException, ValueError):
        shape = None
    if shape is None or shape.is_empty:
        row.values["site_geojson"] = None
        message = "不是 GeoJSON 图形。"
        row.found.append(("site_geojson", Finding(message, "请在 QGIS 中导出图形的 GeoJSON，或留空。")))
        return
    how = system.how if system is not None else ""
    if how and system is not None:
        corners = shapely.get_coordinates(shape)
        shape = shapely.set_coordinates(shape, np.round(np.column_stack(system.to_degrees(*corners.T)), _DIGITS))
        row.found.append(("site_geojson", Finding(how, "", "warning")))
    text = _text(shape)
    if len(text) > MAX_LENGTH:
        message = f"图形有 {shapely.get_num_coordinates(shape)} 个拐点，超过可保存的长度，只保留代表点。"
        row.found.append(("site_geojson", Finding(message, "请另行保存原图层文件，并写入附件。", "warning")))
        row.values["site_geojson"] = None
    else:
        row.values["site_geojson"] = text
    if row.values.get("lon") is None and row.values.get("lat") is None:
        point = shape.representative_point()
        row.values["lon"], row.values["lat"] = round(point.x, _DIGITS), round(point.y, _DIGITS)
        kind = {"Polygon": "面", "MultiPolygon": "面", "LineString": "线", "MultiLineString": "线"}
        message = f"位置是{kind.get(shape.geom_type, '多个图形')}，经纬度取图形内（上）的代表点。"
        row.found.append(("lon", Finding(message, "如有更准确的点位请填写。", "warning")))


def _text(shape: BaseGeometry) -> str:
    """GeoJSON in one spelling, so that the same outline is the same text."""
    found: dict[str, Any] = shapely.geometry.mapping(shape)
    return json.dumps(found, separators=(",", ":"))
