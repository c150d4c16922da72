"""Map layers with and without a coordinate system and the name of their encoding."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from tools import PLACE, form

from fengwuwu.projects.coordinates import to_gcj02


def layer(**columns: list[object]) -> gpd.GeoDataFrame:
    """One point in 奉节县 on CGCS2000."""
    data = {"项目编号": ["示例-FJ-341"], "项目名称": ["示例：图层项目"], "所在县": ["奉节县"], **columns}
    return gpd.GeoDataFrame(data, geometry=[shapely.Point(*PLACE)], crs="EPSG:4490")


def save(data: gpd.GeoDataFrame, path: Path, **options: str) -> None:
    """Write a layer; that a shapefile cuts names and lacks a system is meant."""
    for part in path.parent.glob(f"{path.stem}.*"):
        part.unlink()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data.to_file(path, engine="pyogrio", **options)


@form("projected.gpkg")
def _projected(path: Path) -> None:
    data = layer(技术类型=["集中式光伏"], 总投资=[1.5]).rename(columns={"总投资": "总投资（亿元）"})
    data = data.set_geometry([shapely.box(109.45, 31.01, 109.47, 31.03)], crs="EPSG:4490")
    save(data.to_crs("EPSG:4546"), path, layer="示例项目")


@form("no_system.gpkg")
def _no_system(path: Path) -> None:
    save(layer().to_crs("EPSG:4546").set_crs(None, allow_override=True), path, layer="示例项目")


@form("amap.geojson")
def _amap(path: Path) -> None:
    x, y = (round(float(v[0]), 7) for v in to_gcj02(np.array([PLACE[0]]), np.array([PLACE[1]])))
    properties = {"项目编号": "示例-FJ-351", "项目名称": "示例：高德坐标项目", "所在县": "奉节县", "来源": "示例"}
    shape = {"type": "Point", "coordinates": [x, y]}
    feature = {"type": "Feature", "properties": properties, "geometry": shape}
    content = json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False, indent=1)
    path.write_text(content, encoding="utf-8")


def shapefile(path: Path, cpg: str | None) -> None:
    """A shapefile in GBK."""
    save(layer(总投资万元=[1200.0]), path, encoding="GBK")
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if cpg:
        path.with_suffix(".cpg").write_text(cpg, encoding="ascii")


@form("gbk_with_cpg.shp")
def _gbk_with_cpg(path: Path) -> None:
    shapefile(path, "GBK")


@form("gbk_without_cpg.shp")
def _gbk_without_cpg(path: Path) -> None:
    shapefile(path, None)


@form("gbk_wrong_cpg.shp")
def _gbk_wrong_cpg(path: Path) -> None:
    shapefile(path, "UTF-8")


@form("no_prj.shp")
def _no_prj(path: Path) -> None:
    shapefile(path, "GBK")
    path.with_suffix(".prj").unlink()


@form("xian_1980.shp")
def _xian_1980(path: Path) -> None:
    save(layer().set_crs("EPSG:4610", allow_override=True), path, encoding="GBK")
