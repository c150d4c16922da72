"""Read .gpkg, .geojson and .shp layers: the attributes as a sheet, the shapes as its columns of coordinates."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from shapely.geometry.base import BaseGeometry

from fengwuwu.errors import InputError
from fengwuwu.projects import headers, shapefile_text
from fengwuwu.projects.cells import Finding, clean
from fengwuwu.projects.coordinates import ADVICE, Reference, agreed, reference
from fengwuwu.projects.fields import BY_KEY
from fengwuwu.projects.sheets import Row, Sheet
from fengwuwu.projects.text_tables import decode

_NEEDED = (".shx", ".dbf")
SIDECARS = (*_NEEDED, ".prj", ".cpg")
_LIBRARY = "library_info"  # a layer that only a project library has
_SAME, _ROUGHLY = 1e-6, 1e-4  # degrees; GeoJSON keeps seven decimals, attributes are often rounded
_LON, _LAT, _OUTLINE = (BY_KEY[key].full_header for key in ("lon", "lat", "site_geojson"))


def read(path: Path, content: bytes, declared: Reference | None) -> list[Sheet]:
    """The layers of a file.

    Parameters
    ----------
    path : Path
    content : bytes
        Of the file itself.
    declared : Reference or None
        What the user says of the coordinates.

    Raises
    ------
    InputError
        When the file is broken or incomplete, its text cannot be decoded, or its coordinate system is not known.
    """
    if path.suffix.lower() in (".geojson", ".json"):
        return [_geojson(path, content, declared)]
    if path.suffix.lower() == ".shp":
        return [_shapefile(path, declared)]
    layers = [str(name) for name, _ in _gdal(path, pyogrio.list_layers)]
    if _LIBRARY in layers:
        layers = [name for name in layers if name == "projects"]
    sheets = []
    for layer in layers:
        about, columns, shapes = _table(path, layer=layer)
        system = _system(about["crs"], shapes, declared, f"{path}，图层“{layer}”")
        sheets.append(_sheet(layer, columns, shapes, system))
    return sheets


def _gdal(path: Path, function: Any, **options: Any) -> Any:
    try:
        return function(path, **options)
    except (DataSourceError, DataLayerError, ValueError, UnicodeDecodeError) as error:
        raise InputError(
            "图层文件已损坏，或不是所写的格式。", where=str(path), remedy="请用 QGIS 打开检查，另存后重试。"
        ) from error


def _table(path: Path, **options: Any) -> tuple[dict[str, Any], dict[str, Sequence[object]], Sequence[object]]:
    """What GDAL says of a layer, its attributes by column, and its shapes (None where there is none)."""
    about, _, geometry, values = _gdal(path, pyogrio.raw.read, **options)
    columns = {str(name): column.tolist() for name, column in zip(about["fields"], map(_plain, values), strict=True)}
    count = len(geometry) if geometry is not None else max((len(column) for column in columns.values()), default=0)
    return about, columns, shapely.from_wkb(geometry).tolist() if geometry is not None else [None] * count


def _plain(column: np.ndarray) -> np.ndarray:
    if column.dtype.kind == "M":
        return column.astype("datetime64[us]").astype(object)
    return column


def _system(in_file: str | None, shapes: Iterable[object], declared: Reference | None, where: str) -> Reference | None:
    """The system of a layer; None for a table without shapes."""
    if all(shape is None for shape in shapes):
        return declared
    return agreed(reference(in_file, where) if in_file else None, declared, where)


def _shapefile(path: Path, declared: Reference | None) -> Sheet:
    if lacking := [suffix for suffix in _NEEDED if sidecar(path, suffix) is None]:
        raise InputError(
            f"缺少同名的 {'、'.join(lacking)} 文件。",
            where=str(path),
            remedy="shapefile 由多个同名文件组成，请一并复制到同一文件夹。",
        )
    # Every byte becomes one letter, so that nothing is decoded wrongly before its encoding is known.
    about, columns, shapes = _table(path, encoding="ISO-8859-1")
    stated = sidecar(path, ".cpg")
    text = shapefile_text.decode(columns, stated.read_text("ascii", "ignore").strip() if stated else "", str(path))
    sheet = _sheet(path.stem, text.columns, shapes, _system(about["crs"], shapes, declared, str(path)))
    sheet.cut_names = True
    for row in sheet.rows[1:]:
        row.found += text.found.get(row.number, [])
    sheet.notes += text.notes
    return sheet


def sidecar(path: Path, suffix: str) -> Path | None:
    """The file that belongs to a shapefile, in whatever case its suffix is written."""
    return next((p for p in (path.with_suffix(suffix), path.with_suffix(suffix.upper())) if p.is_file()), None)


def _geojson(path: Path, content: bytes, declared: Reference | None) -> Sheet:
    wrong = InputError("不是 GeoJSON 要素集。", where=str(path), remedy="请用 QGIS 另存为 GeoJSON 后重试。")
    try:
        data = json.loads(decode(content, str(path)))
    except (json.JSONDecodeError, RecursionError) as error:
        raise wrong from error
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list) or not all(isinstance(item, dict) for item in features):
        raise wrong
    properties = [item.get("properties") if isinstance(item.get("properties"), dict) else {} for item in features]
    names = dict.fromkeys(name for item in properties for name in item)
    try:
        shapes = [_shape(item.get("geometry")) for item in features]
    except (shapely.GEOSException, ValueError) as error:
        raise wrong from error
    member = data.get("crs")
    named = member.get("properties", {}).get("name") if isinstance(member, dict) else None
    if named is None and declared is None:
        if any(shape is not None and not _degrees(shape) for shape in shapes):
            # The standard says WGS84, and these numbers say otherwise.
            raise InputError("坐标不是经纬度，文件又没有写坐标系。", where=str(path), remedy=ADVICE)
        named = "EPSG:4326"
    columns: dict[str, Sequence[object]] = {name: [_scalar(item.get(name)) for item in properties] for name in names}
    return _sheet("", columns, shapes, _system(named, shapes, declared, str(path)))


def _shape(geometry: object) -> BaseGeometry | None:
    shape = shapely.from_geojson(json.dumps(geometry)) if geometry else None
    return shape if isinstance(shape, BaseGeometry) else None


def _degrees(shape: BaseGeometry) -> bool:
    if shape.is_empty:
        return True
    west, south, east, north = shape.bounds
    return bool(-180 <= west <= east <= 180 and -180 <= south <= north <= 180)


def _scalar(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _sheet(
    name: str, columns: dict[str, Sequence[object]], shapes: Sequence[object], system: Reference | None
) -> Sheet:
    """Attributes and shapes side by side; where both give a place, the shape does."""
    known = {title: found[0].key for title in columns if (found := headers.find(title))}
    place = {key: title for title, key in known.items() if key in ("lon", "lat", "site_geojson")}
    plain = [title for title in columns if title not in place.values()]
    shapes = [_single(shape) for shape in shapes]
    outlines = any(isinstance(shape, BaseGeometry) and not isinstance(shape, shapely.Point) for shape in shapes)
    titles = [*plain, _LON, _LAT] + ([_OUTLINE] if outlines or "site_geojson" in place else [])
    rows = [Row(0, dict(enumerate(titles, start=1)))]
    xy = np.array([(s.x, s.y) if isinstance(s, shapely.Point) and not s.is_empty else (np.nan,) * 2 for s in shapes])
    degrees = np.column_stack(system.to_degrees(*xy.T)) if system is not None and len(xy) else xy
    for number, shape in enumerate(shapes, start=1):
        row = Row(number, {})
        written = {key: columns[title][number - 1] for key, title in place.items()}
        where = _place(shape, tuple(degrees[number - 1]), written, row)
        for column, title in enumerate(titles, start=1):
            value = where.get(title) if column > len(plain) else columns[title][number - 1]
            if value is not None and value == value and clean(value):
                row.cells[column] = value
        if row.cells:
            rows.append(row)
    return Sheet(name, rows if len(rows) > 1 or columns else [], reference=system)


def _single(shape: object) -> object:
    """A collection of one point as that point."""
    return shape.geoms[0] if isinstance(shape, shapely.MultiPoint) and len(shape.geoms) == 1 else shape


def _place(shape: object, converted: tuple[float, float], written: dict[str, object], row: Row) -> dict[str, object]:
    """The cells of the columns of coordinates, in the system of the layer."""
    lon, lat, outline = (written.get(key) for key in ("lon", "lat", "site_geojson"))
    said = clean(lon) or clean(lat)
    if not isinstance(shape, BaseGeometry) or shape.is_empty:
        if said:
            message = "没有图形，位置取自属性中的经纬度，并按图层的坐标系读取。"
            row.found.append(("lon", Finding(message, "请核对。", "warning")))
        return {_LON: lon, _LAT: lat, _OUTLINE: outline}
    point = shape if isinstance(shape, shapely.Point) else None
    x, y = (point.x, point.y) if point is not None else (np.nan, np.nan)
    try:
        attribute = float(clean(lon)), float(clean(lat))
    except ValueError:
        attribute = np.nan, np.nan
    if point is not None and _close(attribute, (x, y), _SAME):
        return {_LON: lon, _LAT: lat, _OUTLINE: outline}
    if said and not (point is not None and _close(attribute, converted, _ROUGHLY)):
        message = f"属性中的经纬度（{clean(lon)}, {clean(lat)}）与图形的位置不同，已按图形读取。"
        row.found.append(("lon", Finding(message, "请核对。", "warning")))
    if point is None:
        return {_OUTLINE: shapely.to_geojson(shapely.force_2d(shape))}
    return {_LON: x, _LAT: y, _OUTLINE: outline}


def _close(one: tuple[float, float], other: tuple[float, float], tolerance: float) -> bool:
    return abs(one[0] - other[0]) <= tolerance and abs(one[1] - other[1]) <= tolerance
