"""Coordinates as forms give them, in a declared system, to longitude and latitude (CGCS2000, WGS84); never guessed.

Both datums agree to centimetres and are one and the same here. GCJ-02 and BD-09 are the shifts of Chinese web maps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyproj
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from fengwuwu.errors import InputError

Floats = npt.NDArray[np.float64]
Shift = Literal["", "gcj02", "bd09"]
ADVICE = (
    "请用 --crs 写明坐标系：EPSG:4490（CGCS2000 经纬度）、EPSG:4546 等投影坐标、gcj02（高德、腾讯）或 bd09（百度）。"
)
_SHIFTED = {"gcj02": "gcj02", "gcj-02": "gcj02", "bd09": "bd09", "bd-09": "bd09", "bd09ll": "bd09"}
_SAME_DATUM = (
    "world geodetic system 1984",
    "wgs 84",
    "wgs_1984",
    "china 2000",
    "china geodetic coordinate system 2000",
)
# The ellipsoid of GCJ-02 (Krasovsky 1940) as its published reconstruction has it.
_AXIS, _ECCENTRICITY = 6378245.0, 0.00669342162296594323
_BAIDU = np.pi * 3000.0 / 180.0
_CHINA = (72.004, 137.8347, 0.8293, 55.8271)  # where the shifts apply
_ROUNDS = 30
_EXACT = 1e-12  # degrees, 0.1 µm


@dataclass(frozen=True)
class Reference:
    """The system some coordinates are in.

    Attributes
    ----------
    crs : pyproj.CRS
        Of the plain coordinates; geographic for a shifted system.
    shift : str
        ``gcj02``, ``bd09`` or empty.
    """

    crs: CRS
    shift: Shift = ""

    @property
    def title(self) -> str:
        """Name for users."""
        if self.shift:
            return {"gcj02": "GCJ-02", "bd09": "BD-09"}[self.shift]
        code = self.crs.to_epsg()
        return f"EPSG:{code}（{self.crs.name}）" if code else self.crs.name

    @property
    def projected(self) -> bool:
        """Whether coordinates are metres (east, north), not degrees."""
        return self.crs.is_projected

    @property
    def how(self) -> str:
        """How `to_degrees` converts, as a sentence that stays with the row; empty when nothing is done."""
        if self.shift:
            return f"由 {self.title} 换算为 WGS84（公开算法的逐次逼近反算，反算误差小于 1 cm）。"
        if self.projected:
            return f"由 {self.title} 换算为经纬度（PROJ {pyproj.proj_version_str} 投影反算）。"
        return ""

    def to_degrees(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Longitude and latitude, degrees.

        Parameters
        ----------
        x, y : array of float
            Degrees (longitude, latitude), or metres (east, north) for a projected system. NaN stays NaN.
        """
        if self.shift:
            # Numbers that are no degrees in China are left for the checks to find.
            known = (x > _CHINA[0]) & (x < _CHINA[1]) & (y > _CHINA[2]) & (y < _CHINA[3])
            lon, lat = x.copy(), y.copy()
            plain = from_bd09(x[known], y[known]) if self.shift == "bd09" else (x[known], y[known])
            lon[known], lat[known] = from_gcj02(*plain)
            return lon, lat
        if not self.projected:
            return x, y
        lon, lat = _inverse(self.crs).transform(x, y)
        lost = ~(np.isfinite(lon) & np.isfinite(lat))
        return np.where(lost, np.nan, lon), np.where(lost, np.nan, lat)


@lru_cache(maxsize=16)
def _inverse(crs: CRS) -> Transformer:
    return Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)


def reference(text: str, where: str = "") -> Reference:
    """The system a user or a file names.

    Parameters
    ----------
    text : str
        ``EPSG:4546``, ``gcj02``, ``bd09``, or what else pyproj understands.
    where : str
        File, for the message.

    Raises
    ------
    InputError
        When it is unknown, no system of plane or geographic coordinates, or on a datum that needs local parameters.
    """
    short = text.strip().lower()
    if short in _SHIFTED:
        return Reference(CRS.from_epsg(4326), _SHIFTED[short])  # type: ignore[arg-type]
    try:
        crs = CRS.from_user_input(text.strip())
    except CRSError:
        raise InputError(f"不认识坐标系“{text}”。", where=where, remedy=ADVICE) from None
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    if not (crs.is_geographic or crs.is_projected) or crs.geodetic_crs is None:
        raise InputError(f"坐标系“{crs.name}”不是经纬度或投影坐标。", where=where, remedy=ADVICE)
    datum = crs.geodetic_crs.datum
    if datum is None or not datum.name.lower().startswith(_SAME_DATUM):
        raise InputError(
            f"坐标系“{crs.name}”不是 CGCS2000 或 WGS84，换算需要当地参数，本工具没有。",
            where=where,
            remedy="请由测绘部门换算为 CGCS2000（EPSG:4490 或 4545、4546）后再导入。",
        )
    return Reference(crs)


def agreed(in_file: Reference | None, declared: Reference | None, where: str) -> Reference:
    """The system to use, from what a spatial file says and what the user says.

    Raises
    ------
    InputError
        When neither says anything, or both contradict each other.
    """
    if in_file is None and declared is None:
        raise InputError("文件没有坐标系。", where=where, remedy=ADVICE)
    if in_file is None or declared is None:
        return declared or in_file  # type: ignore[return-value]
    if declared.shift and not in_file.projected:
        return declared  # no code exists for these two, so a file can only say WGS84
    code = in_file.crs.to_epsg()
    same = in_file.crs.equals(declared.crs, ignore_axis_order=True) or (
        code is not None and code == declared.crs.to_epsg()
    )
    if declared.shift or not (same or not (in_file.projected or declared.projected)):
        raise InputError(
            f"文件写明的坐标系是 {in_file.title}，与 --crs 声明的 {declared.title} 不同。",
            where=where,
            remedy="请核对；如文件写错了，请先在 QGIS 中改正图层坐标系。",
        )
    return in_file


def to_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """WGS84 to GCJ-02 by the published reconstruction (eviltransform, coordtransform), degrees."""
    x, y = lon - 105.0, lat - 35.0
    waves = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    north += (waves + 20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi * y / 3.0)) * 2.0 / 3.0
    north += (160.0 * np.sin(np.pi * y / 12.0) + 320.0 * np.sin(np.pi * y / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    east += (waves + 20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi * x / 3.0)) * 2.0 / 3.0
    east += (150.0 * np.sin(np.pi * x / 12.0) + 300.0 * np.sin(np.pi * x / 30.0)) * 2.0 / 3.0
    phi = np.radians(lat)
    w2 = 1 - _ECCENTRICITY * np.sin(phi) ** 2
    meridian, parallel = _AXIS * (1 - _ECCENTRICITY) / w2**1.5, _AXIS / np.sqrt(w2) * np.cos(phi)
    return lon + np.degrees(east / parallel), lat + np.degrees(north / meridian)


def to_bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """GCJ-02 to BD-09 by the published reconstruction, degrees."""
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BAIDU)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BAIDU)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def from_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """GCJ-02 to WGS84: the exact inverse of `to_gcj02`, found by iteration."""
    return _undo(to_gcj02, lon, lat)


def from_bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """BD-09 to GCJ-02: the exact inverse of `to_bd09`; the usual one-step formula is metres off."""
    return _undo(to_bd09, lon, lat)


def _undo(shift: Callable[[Floats, Floats], tuple[Floats, Floats]], lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """The point that a shift moves to a given place.

    The shift changes by less than 2 % of a step, so taking it off again and again converges by as much each time.
    """
    x, y = np.array(lon, dtype=float), np.array(lat, dtype=float)
    for _ in range(_ROUNDS):
        there_x, there_y = shift(x, y)
        step_x, step_y = lon - there_x, lat - there_y
        x, y = x + step_x, y + step_y
        if not np.nanmax(np.abs([step_x, step_y]), initial=0.0) > _EXACT:
            break
    return x, y
