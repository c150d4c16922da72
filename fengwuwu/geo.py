"""Map layers of ``data/geo``: what there is, where it comes from, and each one read in WGS84 or refused.

The registry is ``layers.toml``. A layer without ``file`` is known but not supplied; whoever asks for it gets an error,
never an empty layer, so that a screening cannot mistake "no data" for "no conflict".
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely import box

from fengwuwu import paths
from fengwuwu.errors import ReferenceDataError

WGS84 = "EPSG:4326"
# Albers with standard parallels at one sixth of the region's height from its edges; areas on the WGS84 ellipsoid.
EQUAL_AREA = "+proj=aea +lat_1=30.7 +lat_2=31.5 +lat_0=31.1 +lon_0=109.5 +datum=WGS84 +units=m +no_defs"
# A file read in the wrong three-degree zone lands 286 km away, outside this window.
NEIGHBOURHOOD = (107.2, 29.0, 111.8, 33.2)

REGISTRY_FILE = "layers.toml"
_FAMILIES = {
    "Polygon": "Polygon",
    "MultiPolygon": "Polygon",
    "LineString": "LineString",
    "MultiLineString": "LineString",
    "Point": "Point",
    "MultiPoint": "Point",
}


@dataclass(frozen=True)
class Layer:
    """One entry of the registry.

    Attributes
    ----------
    name, title : str
        Key in ``layers.toml`` and Chinese title.
    role : str
        ``boundary`` (county outlines), ``reference`` (towns, rivers), ``screening`` (a siting rule may decide on it)
        or ``schematic`` (for orientation; a rule may answer no more than 无法判断 or 待复核).
    geometry : tuple of str
        Allowed families: ``Polygon``, ``LineString``, ``Point``.
    file : str
        File name below the folder of the registry; empty when the layer has not been supplied.
    crs : str
        Coordinate reference system the file must declare, e.g. ``EPSG:4490``.
    columns : tuple of str
        Columns the file must have.
    source, licence, accuracy, supplier, note : str
        Chinese text: origin, terms, quality, who supplies it, remarks.
    accuracy_km : float or None
        Position error, km; None when unknown or given row by row.
    folder : Path
        Folder of the registry.
    """

    name: str
    title: str
    role: str
    geometry: tuple[str, ...]
    file: str = ""
    crs: str = ""
    columns: tuple[str, ...] = ()
    source: str = ""
    licence: str = ""
    accuracy: str = ""
    accuracy_km: float | None = None
    supplier: str = ""
    note: str = ""
    folder: Path = paths.GEO

    @property
    def path(self) -> Path | None:
        """The file, or None when the layer has not been supplied."""
        return self.folder / self.file if self.file else None

    @property
    def available(self) -> bool:
        """Whether the file is registered and there."""
        return self.path is not None and self.path.is_file()


ROLES: Mapping[str, str] = {
    "boundary": "境界",
    "reference": "参考",
    "screening": "选址判定",
    "schematic": "仅供示意",
}


def registry(path: Path | str | None = None) -> dict[str, Layer]:
    """All registered layers, supplied or not.

    Parameters
    ----------
    path : path, optional
        Another ``layers.toml`` or the folder it is in; the shipped one by default.

    Returns
    -------
    dict of str to Layer

    Raises
    ------
    ReferenceDataError
        When the registry is missing or an entry is malformed.
    """
    file = _registry_file(path)
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ReferenceDataError("找不到图层登记表。", where=str(file), remedy="请恢复该文件。") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ReferenceDataError(
            f"图层登记表无法解析：{error}", where=str(file), remedy="请按 TOML 格式、UTF-8 编码修改。"
        ) from None
    return {name: _entry(name, values, file) for name, values in entries.items()}


def layer(name: str, path: Path | str | None = None) -> gpd.GeoDataFrame:
    """A layer in WGS84 (EPSG:4326), checked against its registration.

    Parameters
    ----------
    name : str
        Key in ``layers.toml``, e.g. ``counties``.
    path : path, optional
        Another registry, as for `registry`.

    Returns
    -------
    geopandas.GeoDataFrame
        A copy of its own; rows without a known place have an empty (None) geometry.

    Raises
    ------
    ReferenceDataError
        When the layer is unknown, not supplied, unreadable, without or with another coordinate reference system
        than registered, of another geometry type, without a registered column, or far from the three counties.
    """
    known = registry(path)
    if name not in known:
        raise ReferenceDataError(
            f"没有登记名为“{name}”的图层。", where=str(_registry_file(path)), remedy=f"已登记：{'、'.join(known)}。"
        )
    entry = known[name]
    if entry.path is None:
        raise ReferenceDataError(
            f"图层“{entry.title}”尚未提供，相关判断只能是“无法判断”。",
            where=str(_registry_file(path)),
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


def _registry_file(path: Path | str | None) -> Path:
    chosen = Path(path) if path is not None else paths.GEO
    return chosen if chosen.suffix == ".toml" else chosen / REGISTRY_FILE


def _entry(name: str, values: Any, file: Path) -> Layer:
    where = f"{file}，[{name}]"
    allowed = {field.name for field in fields(Layer)} - {"name", "folder"}
    if not isinstance(values, dict):
        raise ReferenceDataError("登记项应写成一个小节。", where=where, remedy=f"请写成 [{name}] 加各项设置。")
    if unknown := sorted(set(values) - allowed):
        raise ReferenceDataError(
            f"不认识的设置：{'、'.join(unknown)}。", where=where, remedy=f"可用：{'、'.join(sorted(allowed))}。"
        )
    needed = ["title", "role", "geometry"] + (["crs", "source", "licence", "accuracy"] if values.get("file") else [])
    if lacking := [key for key in needed if not values.get(key)]:
        raise ReferenceDataError(f"缺少设置：{'、'.join(lacking)}。", where=where, remedy="请补全后重试。")
    if values["role"] not in ROLES:
        raise ReferenceDataError(f"role 为“{values['role']}”。", where=where, remedy=f"可用：{'、'.join(ROLES)}。")
    lists = {key: tuple(values[key]) for key in ("geometry", "columns") if key in values}
    if wrong := sorted(set(lists["geometry"]) - set(_FAMILIES.values())):
        raise ReferenceDataError(
            f"geometry 含“{'、'.join(wrong)}”。", where=where, remedy="可用：Polygon、LineString、Point。"
        )
    return Layer(name=name, folder=file.parent, **{**values, **lists})


# The time and size of the file are part of the key, so an exchanged file is read anew.
@lru_cache(maxsize=32)
def _read(entry: Layer, mtime_ns: int, size: int) -> gpd.GeoDataFrame:
    where = str(entry.path)
    declared = _declared_crs(entry)
    try:
        frame = gpd.read_file(where, engine="pyogrio")
    except Exception as error:
        # GDAL raises many kinds; for the user they all mean that this file is no readable layer.
        raise ReferenceDataError(
            f"图层“{entry.title}”无法读取：{error}", where=where, remedy="请用 QGIS 打开检查，或重新导出。"
        ) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise ReferenceDataError(f"图层“{entry.title}”没有几何列。", where=where, remedy="请导出带几何的图层。")
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
    if lacking := [column for column in entry.columns if column not in frame.columns]:
        raise ReferenceDataError(
            f"图层“{entry.title}”缺少字段：{'、'.join(lacking)}。",
            where=where,
            remedy="请按登记表中 columns 所列字段导出。",
        )
    _check_geometry(entry, frame, where)
    return frame.to_crs(WGS84)


def _declared_crs(entry: Layer) -> CRS:
    try:
        return CRS.from_user_input(entry.crs)
    except CRSError:
        raise ReferenceDataError(
            f"图层“{entry.title}”登记的坐标系“{entry.crs}”无法识别。",
            where=f"{entry.folder / REGISTRY_FILE}，[{entry.name}]",
            remedy="请写 EPSG 代码，如 EPSG:4490、EPSG:4546；GCJ-02、BD-09 等加偏坐标须先转换为 CGCS2000。",
        ) from None


def _check_geometry(entry: Layer, frame: gpd.GeoDataFrame, where: str) -> None:
    placed = frame[frame.geometry.notna() & ~frame.geometry.is_empty]
    kinds = sorted({kind for kind in placed.geom_type if _FAMILIES.get(kind) not in entry.geometry})
    if kinds:
        raise ReferenceDataError(
            f"图层“{entry.title}”含有 {'、'.join(kinds)}，登记的几何类型是 {'、'.join(entry.geometry)}。",
            where=where,
            remedy="请核对是否选错了图层。",
        )
    if not len(placed):
        raise ReferenceDataError(f"图层“{entry.title}”没有任何图形。", where=where, remedy="请检查导出范围。")
    if not box(*placed.to_crs(WGS84).total_bounds).intersects(box(*NEIGHBOURHOOD)):
        raise ReferenceDataError(
            f"图层“{entry.title}”的范围不在三县附近，可能用错了坐标系或投影分带。",
            where=where,
            remedy="本区 109.5° E 以西用 EPSG:4545，以东用 EPSG:4546；请核对后重新导出。",
        )
