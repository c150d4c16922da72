"""Layers: every kind with its coordinate system, its encoding, and its cut names."""

from __future__ import annotations

import json
from pathlib import Path
from warnings import catch_warnings, simplefilter

import geopandas as gpd
import numpy as np
import pytest
import shapely

from fengwuwu.errors import InputError
from fengwuwu.projects.coordinates import to_gcj02
from fengwuwu.projects.library import Library

FENGJIE = shapely.Point(109.46, 31.02)


def frame(**columns: object) -> gpd.GeoDataFrame:
    data = {"项目编号": ["FJ-1"], "项目名称": ["示例：甲"], "所在县": ["奉节县"], **columns}
    return gpd.GeoDataFrame(data, geometry=[FENGJIE], crs="EPSG:4326")


def save(data: gpd.GeoDataFrame, path: Path, **options: str) -> None:
    """Write a layer; that a shapefile cuts names and lacks a system is what these tests are about."""
    with catch_warnings():
        simplefilter("ignore")
        data.to_file(path, engine="pyogrio", **options)


def shapefile(path: Path, encoding: str, cpg: str | None, data: gpd.GeoDataFrame | None = None) -> Path:
    save(frame() if data is None else data, path, encoding=encoding)
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg, encoding="ascii")
    return path


def warnings(library: Library) -> str:
    return "\n".join(text for text in library.projects()["intake_warnings"] if text)


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.shp"])
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4490", "EPSG:4546", "EPSG:4525"])
def test_every_kind_in_every_system(library: Library, tmp_path: Path, name: str, crs: str) -> None:
    path = tmp_path / name
    options = {"RFC7946": "NO"} if name.endswith("json") else {}
    save(frame().to_crs(crs), path, **options)
    result = library.import_file(path)
    assert (result.accepted, result.rows_read) == (1, 1)
    place = library.projects().geometry[0]
    assert place.distance(FENGJIE) < 1e-6
    assert ("EPSG:45" in warnings(library)) == (crs in ("EPSG:4546", "EPSG:4525"))


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp"])
def test_without_a_system_it_is_asked_for(library: Library, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    data = frame().to_crs("EPSG:4546").set_crs(None, allow_override=True)
    save(data, path)
    with pytest.raises(InputError, match="--crs") as caught:
        library.import_file(path)
    assert str(path) in str(caught.value)
    assert library.version == 0
    with pytest.raises(InputError, match="分带"):
        library.import_file(path, crs="EPSG:4549")
    assert library.import_file(path, crs="EPSG:4546").accepted == 1
    assert library.projects().geometry[0].distance(FENGJIE) < 1e-6


def test_metres_in_a_geojson_without_a_system(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    shape = {"type": "Point", "coordinates": [353_000, 3_434_000]}
    feature = {"type": "Feature", "properties": {"项目编号": "FJ-1", "项目名称": "甲"}, "geometry": shape}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    with pytest.raises(InputError, match="--crs"):
        library.import_file(path)


def test_gcj02_is_declared_and_said_on_the_row(library: Library, tmp_path: Path) -> None:
    lon, lat = (float(value[0]) for value in to_gcj02(np.array([FENGJIE.x]), np.array([FENGJIE.y])))
    path = tmp_path / "a.geojson"
    frame().set_geometry([shapely.Point(lon, lat)], crs="EPSG:4326").to_file(path, engine="pyogrio")
    library.import_file(path, crs="gcj02")
    assert library.projects().geometry[0].distance(FENGJIE) < 2e-7  # GeoJSON keeps seven decimals
    assert "由 GCJ-02 换算" in warnings(library)
    history = library.history("FJ-1")
    assert history.loc[history["field"] == "intake_warnings", "new"].str.contains("GCJ-02").all()


def test_declared_columns_of_a_table_are_converted_too(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("项目编号,项目名称,所在县,经度,纬度\nFJ-1,甲,奉节县,3434190.3,353102.7\n", encoding="utf-8")
    assert library.import_file(path, crs="EPSG:4546").accepted == 1
    assert library.projects().geometry[0].distance(FENGJIE) < 0.01
    assert "填反" in warnings(library)


@pytest.mark.parametrize(
    ("encoding", "cpg", "warned"),
    [
        ("GBK", "GBK", False),
        ("GBK", "936", False),
        ("GBK", None, False),
        ("GBK", "UTF-8", True),
        ("GBK", "ISO-8859-1", True),
        ("UTF-8", "UTF-8", False),
        ("UTF-8", None, False),
        ("UTF-8", "GBK", True),
    ],
)
def test_text_of_a_shapefile(library: Library, tmp_path: Path, encoding: str, cpg: str | None, warned: bool) -> None:
    result = library.import_file(shapefile(tmp_path / "a.shp", encoding, cpg))
    assert result.accepted == 1, result.problems
    assert library.projects()[["project_name", "county"]].iloc[0].tolist() == ["示例：甲", "奉节县"]
    assert result.problems["message"].str.contains("cpg").any() == warned


def test_text_without_a_known_place_is_doubted(library: Library, tmp_path: Path) -> None:
    data = frame().assign(所在县=["某某县"])
    result = library.import_file(shapefile(tmp_path / "a.shp", "GBK", None, data))
    assert result.rejected == 1
    assert result.problems["message"].str.contains("没有一个县名").any()


def test_cut_names_are_understood_or_named(library: Library, tmp_path: Path) -> None:
    columns = {
        "investment_wan_yuan": [1200.0],
        "capacity_unit": ["MW"],
        "constr_yrs": [2],
        "construction_start": [2027],
    }
    data = frame(**columns)
    path = shapefile(tmp_path / "a.shp", "GBK", "GBK", data)
    result = library.import_file(path)
    row = library.show("FJ-1")
    assert (row["investment_wan_yuan"], row["construction_years"]) == (1200.0, 2.0)
    found = result.problems.set_index("column")["message"]
    assert "截断" in found["investment"].iloc[0]
    assert "不能判断" in found["constructi"]
    remedy = result.problems.set_index("column").loc["constructi", "remedy"]
    assert "start_year（开工年份）" in remedy


def test_a_cut_unit_is_understood(library: Library, tmp_path: Path) -> None:
    path = shapefile(tmp_path / "a.shp", "GBK", "GBK", frame(**{"总投资（亿元）": [1.5]}))
    library.import_file(path)
    assert library.show("FJ-1")["investment_wan_yuan"] == 15000.0


def test_missing_parts_of_a_shapefile(library: Library, tmp_path: Path) -> None:
    path = shapefile(tmp_path / "a.shp", "GBK", None)
    path.with_suffix(".dbf").unlink()
    with pytest.raises(InputError, match=r"缺少同名的 \.dbf"):
        library.import_file(path)


@pytest.mark.parametrize(
    "shape",
    [
        shapely.LineString([(109.4, 31.0), (109.5, 31.1)]),
        shapely.box(109.4, 31.0, 109.5, 31.1),
        shapely.MultiPoint([(109.4, 31.0), (109.5, 31.1)]),
    ],
)
def test_lines_and_areas_keep_their_outline(library: Library, tmp_path: Path, shape: shapely.Geometry) -> None:
    path = tmp_path / "a.gpkg"
    frame().set_geometry([shape], crs="EPSG:4326").to_crs("EPSG:4546").to_file(path, engine="pyogrio")
    library.import_file(path)
    row = library.projects().iloc[0]
    kept = shapely.from_geojson(row["site_geojson"])
    assert kept.hausdorff_distance(shape) < 1e-8
    assert row.geometry.distance(kept) < 1e-8
    assert "代表点" in row["intake_warnings"]
    assert library.import_file(path).unchanged == 1
    for name in ("out.xlsx", "out.gpkg", "out.geojson", "out.csv"):
        assert library.import_file(library.export(tmp_path / name)).unchanged == 1


def test_an_outline_too_long_to_hand_over_leaves_its_point(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    frame().set_geometry([FENGJIE.buffer(0.05, quad_segs=500)], crs="EPSG:4326").to_file(path, engine="pyogrio")
    library.import_file(path)
    row = library.projects().iloc[0]
    assert row["site_geojson"] is None
    assert row.geometry.distance(FENGJIE) < 0.05
    assert "只保留代表点" in row["intake_warnings"]


def test_the_shape_goes_before_the_attributes(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    frame(经度=[109.9], 纬度=[31.0]).to_file(path, engine="pyogrio")
    library.import_file(path)
    assert library.projects().geometry[0].distance(FENGJIE) < 1e-9
    assert "与图形的位置不同" in warnings(library)


def test_several_layers_and_a_table_without_shapes(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    frame().to_file(path, layer="光伏", engine="pyogrio")
    table = frame().drop(columns="geometry").assign(项目编号=["FJ-2"])
    gpd.GeoDataFrame(table).to_file(path, layer="风电", engine="pyogrio")
    assert library.import_file(path).rows["sheet"].tolist() == ["光伏", "风电"]


def test_another_library_is_read_as_its_projects(library: Library, tmp_path: Path) -> None:
    other = Library.open(tmp_path / "other.gpkg")
    frame().to_file(tmp_path / "a.gpkg", engine="pyogrio")
    other.import_file(tmp_path / "a.gpkg")
    result = library.import_file(other.location)
    assert (result.accepted, result.rows_read) == (1, 1)
    assert result.problems[result.problems["severity"] == "error"].empty


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.gpkg", b"no database", "已损坏"),
        ("a.geojson", b"{", "不是 GeoJSON"),
        ("a.geojson", b'{"type": "Point"}', "不是 GeoJSON"),
        ("a.geojson", b'{"features": [{"geometry": {"type": "Circle"}}]}', "不是 GeoJSON"),
        ("a.geojson", b'{"features": []}', "没有找到"),
        ("a.shp", b"x", "缺少同名"),
        ("a.gpkg", b"", "空的"),
    ],
)
def test_broken_layers(library: Library, tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        library.import_file(path)
