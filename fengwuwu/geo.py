"""Map layers read in WGS84, checked against their registration, mended where that is safe, otherwise refused.

Whoever asks for a layer that was not supplied gets an error, never an empty layer.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely import box

from fengwuwu.errors import ReferenceDataError
from fengwuwu.layer_registry import Layer, registry, registry_file

__all__ = ["EQUAL_AREA", "WGS84", "ZONE", "Layer", "area_km2", "layer", "registry"]

WGS84 = "EPSG:4326"
# Albers with standard parallels at one sixth of the region's height from its edges; areas on the WGS84 ellipsoid.
EQUAL_AREA = "+proj=aea +lat_1=30.7 +lat_2=31.5 +lat_0=31.1 +lon_0=109.5 +datum=WGS84 +units=m +no_defs"
# A file read in the wrong three-degree zone lands 286 km away, outside this window.
NEIGHBOURHOOD = (107.2, 29.0, 111.8, 33.2)
# Column added to a layer whose entry names a `zone_field`: the zone in the rules' words, None where the cell is empty.
ZONE = "zone_"
_SHOWN = 5


def layer(name: str, path: Path | str | None = None) -> gpd.GeoDataFrame:
    """A layer in WGS84 (EPSG:4326), checked against its registration.

    Parameters
    ----------
    name : str
        Key in ``layers.toml``, e.g. ``counties``.
    path : path, optional
        A user's register, as for `registry`.

    Returns
    -------
    geopandas.GeoDataFrame
        A copy of its own; rows without a known place have an empty (None) geometry. With the column `ZONE` when the
        entry names a ``zone_field``. ``attrs["mended"]``: one Chinese sentence for each fault that was put right.

    Raises
    ------
    ReferenceDataError
        When the layer is unknown, not supplied, unreadable, without or with another coordinate reference system
        than registered, of another geometry type, without a registered column, with a value of no known zone, with
        a row without shape (screening layers), or far from the three counties.
    """
    known = registry(path)
    if name not in known:
        raise ReferenceDataError(
            f"没有登记名为“{name}”的图层。", where=str(registry_file(path)), remedy=f"已登记：{'、'.join(known)}。"
        )
    entry = known[name]
    if entry.path is None:
        raise ReferenceDataError(
            f"图层“{entry.title}”尚未提供，相关判断只能是“无法判断”。",
            where=str(registry_file(path)),
            remedy=f"请由{entry.supplier or '主管部门'}提供，放入 {entry.folder}，在登记表 [{name}] 中填写 file、crs。",
        )
    if not entry.path.is_file():
        raise ReferenceDataError(
            f"图层“{entry.title}”的文件不存在。", where=str(entry.path), remedy="请补上文件，或改正登记表中的 file。"
        )
    stat = entry.path.stat()
    return _read(entry, stat.st_mtime_ns, stat.st_size).copy()


def area_km2(shapes: gpd.GeoDataFrame | gpd.GeoSeries) -> pd.Series:
    """Areas in km² on the equal-area projection, one per row.

    Parameters
    ----------
    shapes : GeoDataFrame or GeoSeries
        With a coordinate reference system.
    """
    return shapes.to_crs(EQUAL_AREA).area / 1e6


# The time and size of the file are part of the key, so an exchanged file is read anew.
@lru_cache(maxsize=32)
def _read(entry: Layer, mtime_ns: int, size: int) -> gpd.GeoDataFrame:
    where = str(entry.path)
    declared = _declared_crs(entry)
    frame = _open(entry, where)
    if frame.crs is None:
        raise ReferenceDataError(
            f"图层“{entry.title}”没有坐标系。",
            where=where,
            remedy="请在 QGIS 中指定坐标系后另存（.shp 须带 .prj）。",
        )
    if not frame.crs.equals(declared, ignore_axis_order=True):
        raise ReferenceDataError(
            f"图层“{entry.title}”的坐标系是 {frame.crs.name}，登记的是 {entry.crs}。",
            where=where,
            remedy="请核对后改正登记表中的 crs，或重新导出文件。",
        )
    needed = [*entry.columns, *([entry.zone_field] if entry.zone_field else [])]
    if lacking := [column for column in dict.fromkeys(needed) if column not in frame.columns]:
        present = "、".join(str(column) for column in frame.columns if column != frame.geometry.name)
        raise ReferenceDataError(
            f"图层“{entry.title}”缺少字段：{'、'.join(lacking)}。",
            where=where,
            remedy=f"文件中的字段：{present or '无'}。请改正登记表中的 columns、zone_field，或重新导出。",
        )
    _check_geometry(entry, frame, where)
    mended = _mend(entry, frame)
    if entry.zone_field:
        frame[ZONE] = _zones(entry, frame[entry.zone_field], where)
    ready = frame.to_crs(WGS84)
    ready.attrs["mended"] = mended
    return ready


def _open(entry: Layer, where: str) -> gpd.GeoDataFrame:
    try:
        names = [str(name) for name in pyogrio.list_layers(where)[:, 0]]
        chosen = entry.layer or (names[0] if len(names) == 1 else "")
        if chosen in names:
            encoding = entry.encoding or _shapefile_encoding(Path(where))
            frame = gpd.read_file(where, engine="pyogrio", layer=chosen, encoding=encoding)
    except Exception as error:
        # GDAL raises many kinds; for the user they all mean that this file is no readable layer.
        raise ReferenceDataError(
            f"图层“{entry.title}”无法读取：{error}",
            where=where,
            remedy="请用 QGIS 打开检查，或重新导出；文字乱码的在登记表中写明 encoding，如 GB18030。",
        ) from error
    if chosen not in names:
        raise ReferenceDataError(
            f"图层“{entry.title}”的文件里有 {len(names)} 个图层：{'、'.join(names)}。",
            where=where,
            remedy="请在登记表中用 layer 写明是哪一个。",
        )
    if not isinstance(frame, gpd.GeoDataFrame):
        raise ReferenceDataError(f"图层“{entry.title}”没有几何列。", where=where, remedy="请导出带几何的图层。")
    return frame


def _shapefile_encoding(file: Path) -> str | None:
    """Encoding of a shapefile without ``.cpg``: UTF-8 if its text is strictly that, else GB18030; None: GDAL knows."""
    table = file.with_suffix(".dbf")
    if file.suffix.lower() != ".shp" or file.with_suffix(".cpg").is_file() or not table.is_file():
        return None
    content = table.read_bytes()
    (header,) = struct.unpack_from("<H", content, 8)
    names = b"".join(content[at : at + 11] for at in range(32, header - 1, 32))
    try:
        (names + content[header:]).decode("utf-8")
    except UnicodeDecodeError:
        return "GB18030"
    return "UTF-8"


def _declared_crs(entry: Layer) -> CRS:
    try:
        return CRS.from_user_input(entry.crs)
    except CRSError:
        raise ReferenceDataError(
            f"图层“{entry.title}”登记的坐标系“{entry.crs}”无法识别。",
            where=entry.place,
            remedy="请写 EPSG 代码，如 EPSG:4490、EPSG:4546；GCJ-02、BD-09 等加偏坐标须先转换为 CGCS2000。",
        ) from None


def _check_geometry(entry: Layer, frame: gpd.GeoDataFrame, where: str) -> None:
    empty = np.flatnonzero(frame.geometry.isna() | frame.geometry.is_empty)
    placed = frame[frame.geometry.notna() & ~frame.geometry.is_empty]
    kinds = sorted({kind for kind in placed.geom_type if kind.removeprefix("Multi") not in entry.geometry})
    if kinds:
        raise ReferenceDataError(
            f"图层“{entry.title}”含有 {'、'.join(kinds)}，登记的几何类型是 {'、'.join(entry.geometry)}。",
            where=where,
            remedy="请核对是否选错了图层。",
        )
    if not len(placed):
        raise ReferenceDataError(f"图层“{entry.title}”没有任何图形。", where=where, remedy="请检查导出范围。")
    if len(empty) and entry.role == "screening":
        # A row without shape is a restriction somewhere unknown: nothing could be called clear of the layer.
        raise ReferenceDataError(
            f"图层“{entry.title}”有 {len(empty)} 行没有图形（第 {_listed(empty)} 行）。",
            where=where,
            remedy="请补上图形，或删去这些行后重新导出。",
        )
    if not box(*placed.to_crs(WGS84).total_bounds).intersects(box(*NEIGHBOURHOOD)):
        raise ReferenceDataError(
            f"图层“{entry.title}”的范围不在三县附近，可能用错了坐标系或投影分带。",
            where=where,
            remedy="本区 109.5° E 以西用 EPSG:4545，以东用 EPSG:4546；请核对后重新导出。",
        )


def _mend(entry: Layer, frame: gpd.GeoDataFrame) -> list[str]:
    """Put self-intersections right in place; returns what was done."""
    shapes = np.asarray(frame.geometry.to_numpy(), dtype=object)
    crossed = np.flatnonzero(~shapely.is_valid(shapes) & ~shapely.is_missing(shapes))
    if not len(crossed):
        return []
    shapes[crossed] = shapely.make_valid(shapes[crossed], method="structure", keep_collapsed=False)
    frame[frame.geometry.name] = gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs)
    return [f"图层“{entry.title}”有 {len(crossed)} 个图形自相交（第 {_listed(crossed)} 行），已自动修正，请核对。"]


def _zones(entry: Layer, cells: pd.Series, where: str) -> pd.Series:
    """The zone of each row in the rules' words; a value nobody explained is refused, since it would pass unnoticed."""
    meaning = {zone: zone for zone in entry.zones} | dict(entry.zone_values)
    other = meaning.pop("*", None)
    values = cells.map(lambda cell: _as_text(cell) if pd.notna(cell) else "")
    unknown = sorted({value for value in values if value and value not in meaning})
    if unknown and other is None:
        raise ReferenceDataError(
            f"图层“{entry.title}”的字段 {entry.zone_field} 有不认识的值：{'、'.join(unknown[:_SHOWN])}"
            f"{' 等' if len(unknown) > _SHOWN else ''}。",
            where=where,
            remedy=f"请在登记表 [{entry.name}] 的 zone_values 中写明各值属于哪个分区（{'、'.join(entry.zones)}），"
            '其余的可以用 "*" 概括；乱码的写明 encoding。',
        )
    return values.map(lambda value: meaning.get(value, other) if value else None).astype(object)


def _as_text(cell: object) -> str:
    """A code as it is read: ``5`` also when the file stores it as 5.0."""
    text = str(cell).strip()
    return text[:-2] if text.endswith(".0") else text


def _listed(rows: np.ndarray) -> str:
    shown = "、".join(str(row + 1) for row in rows[:_SHOWN])
    return f"{shown} 等" if len(rows) > _SHOWN else shown
