"""A library in a GeoPackage: what QGIS sees, and what the file system does to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest

from fengwuwu.errors import LibraryError
from fengwuwu.projects import geopackage_file
from fengwuwu.projects.library import Library

Make = Callable[..., Path]
HEAD = ["项目编号", "项目名称", "所在县", "总投资（万元）", "经度", "纬度"]
TWO = [HEAD, ["FJ-1", "甲", "奉节县", 100, 109.46, 31.02], ["WX-1", "乙", "巫溪县", None, None, None]]


def test_qgis_and_gdal_open_the_file(geopackage: Library, workbook: Make) -> None:
    geopackage.import_file(workbook(TWO))
    layers = {name: kind for name, kind in pyogrio.list_layers(geopackage.location)}
    assert layers["projects"] == "Point"
    layer = pyogrio.read_dataframe(geopackage.location, layer="projects")
    assert layer.crs.to_epsg() == 4326
    assert layer.geometry[0].coords[0] == (109.46, 31.02)
    assert layer["project_name"].tolist() == ["甲", "乙"]
    assert pyogrio.read_info(geopackage.location, layer="projects")["total_bounds"] == (109.46, 31.02, 109.46, 31.02)
    assert len(pyogrio.read_dataframe(geopackage.location, layer="history")) == 2


def test_damaged_file(geopackage: Library, workbook: Make) -> None:
    geopackage.import_file(workbook(TWO))
    path = Path(geopackage.location)
    content = bytearray(path.read_bytes())
    content[4096:12288] = bytes(8192)
    path.write_bytes(content)
    assert geopackage.check() != []


@pytest.mark.parametrize("content", [b"not a database, but long enough to be one" * 100, b"PK\x03\x04"])
def test_other_files_are_refused_and_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "library.gpkg"
    path.write_bytes(content)
    with pytest.raises(LibraryError, match="不是项目库"):
        Library.open(path)
    assert path.read_bytes() == content


def test_another_geopackage_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "other.gpkg"
    gpd.GeoDataFrame({"a": [1]}, geometry=gpd.points_from_xy([1], [2]), crs=4326).to_file(path)
    before = path.read_bytes()
    with pytest.raises(LibraryError, match="不是项目库"):
        Library.open(path)
    assert path.read_bytes() == before


def test_folders(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="文件夹不存在"):
        Library.open(tmp_path / "无" / "library.gpkg")
    with pytest.raises(LibraryError, match="这是文件夹"):
        Library.open(tmp_path)


def test_library_moved_away(geopackage: Library, workbook: Make) -> None:
    Path(geopackage.location).unlink()
    with pytest.raises(LibraryError, match="找不到项目库"):
        geopackage.projects()
    with pytest.raises(LibraryError, match="找不到项目库"):
        geopackage.import_file(workbook(TWO))
    assert [p.message for p in geopackage.check()] == ["找不到项目库。"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("SQLITE_READONLY", "不可写"),
        ("SQLITE_CANTOPEN", "打不开"),
        ("SQLITE_FULL", "磁盘已满"),
        ("SQLITE_IOERR_WRITE", "读写磁盘出错"),
        ("SQLITE_CORRUPT_VTAB", "已损坏"),
        ("SQLITE_ERROR", "读写失败"),
    ],
)
def test_what_sqlite_says_is_explained(tmp_path: Path, name: str, message: str) -> None:
    error = sqlite3.OperationalError("english")
    error.sqlite_errorname = name
    with pytest.raises(LibraryError, match=message) as caught, geopackage_file.explained(tmp_path / "a.gpkg"):
        raise error
    assert "处理办法" in str(caught.value)


def test_nothing_new_leaves_the_file_untouched(geopackage: Library, workbook: Make) -> None:
    geopackage.import_file(workbook(TWO))
    before = Path(geopackage.location).read_bytes()
    assert geopackage.import_file(workbook(TWO)).unchanged == 2
    assert Path(geopackage.location).read_bytes() == before
