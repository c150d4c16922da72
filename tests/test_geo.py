"""Map layers: what is shipped is right, and what is wrong is refused."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import Point, box

from fengwuwu import geo, paths, region
from fengwuwu.errors import ReferenceDataError
from fengwuwu.layer_registry import ROLES
from fengwuwu.vocabulary import SOURCE_KIND, VALUE_STATUS


@pytest.fixture(scope="module")
def counties() -> gpd.GeoDataFrame:
    return geo.layer("counties")


@pytest.fixture(scope="module")
def townships() -> gpd.GeoDataFrame:
    return geo.layer("townships")


def test_county_areas_are_within_half_a_percent(counties: gpd.GeoDataFrame) -> None:
    assert counties["adcode"].tolist() == [area.adcode for area in region.COUNTIES]
    assert counties["county"].tolist() == list(region.COUNTY_NAMES)
    for area, measured in zip(region.COUNTIES, geo.area_km2(counties), strict=True):
        assert measured == pytest.approx(area.area_km2, rel=0.005)


def test_equal_area_projection_agrees_with_the_geodesic_area(counties: gpd.GeoDataFrame) -> None:
    geodesic = counties.crs.get_geod()
    assert geodesic is not None
    for shape, measured in zip(counties.geometry, geo.area_km2(counties), strict=True):
        assert measured == pytest.approx(abs(geodesic.geometry_area_perimeter(shape)[0]) / 1e6, rel=1e-5)


def test_counties_are_valid_and_do_not_overlap(counties: gpd.GeoDataFrame) -> None:
    assert counties.geometry.is_valid.all()
    planar = counties.to_crs(geo.EQUAL_AREA)
    for first in range(3):
        for second in range(first):
            assert planar.geometry.iloc[first].intersection(planar.geometry.iloc[second]).area < 1e4


def test_townships_are_91_with_unique_codes(townships: gpd.GeoDataFrame) -> None:
    assert townships["code"].is_unique
    assert townships["code"].str.fullmatch(r"50023[678]\d{3}").all()
    assert townships.groupby("county").size().to_dict() == {"奉节县": 33, "巫山县": 26, "巫溪县": 32}
    for code, county in zip(townships["code"], townships["county"], strict=True):
        found = region.find(code[:6])
        assert found is not None and found.name == county


def test_township_points_lie_in_their_county_within_their_accuracy(
    townships: gpd.GeoDataFrame, counties: gpd.GeoDataFrame
) -> None:
    outlines = counties.set_index("county").to_crs(geo.EQUAL_AREA).geometry
    placed = townships[townships.geometry.notna()].to_crs(geo.EQUAL_AREA)
    assert len(placed) == 41
    assert placed["accuracy_km"].gt(0).all()
    for row in placed.itertuples():
        assert outlines[row.county].distance(row.geometry) <= row.accuracy_km * 1000, row.township


def test_unknown_township_places_stay_unknown(townships: gpd.GeoDataFrame) -> None:
    unplaced = townships[townships.geometry.isna()]
    assert unplaced["accuracy_km"].isna().all()
    assert set(unplaced["point_status"]) == {"unknown"}
    assert set(townships["point_status"]) | set(townships["accuracy_status"]) <= set(VALUE_STATUS)
    assert set(townships["point_source_kind"].dropna()) <= set(SOURCE_KIND)


def test_the_yangtze_crosses_fengjie_and_wushan_only(counties: gpd.GeoDataFrame) -> None:
    river = geo.layer("yangtze").geometry.union_all()
    assert counties.geometry.intersects(river).tolist() == [True, True, False]


def test_every_registered_file_reads_and_says_where_it_comes_from() -> None:
    entries = geo.registry()
    for name, entry in entries.items():
        assert entry.title and entry.role in ROLES
        if entry.file:
            assert entry.available and entry.source and entry.licence and entry.accuracy
            assert geo.layer(name).crs == geo.WGS84
        else:
            assert entry.supplier and not entry.available
    files = {path.name for path in entries["counties"].folder.glob("*.geojson")}
    assert files == {entry.file for entry in entries.values() if entry.file}


def test_the_county_file_is_what_its_script_writes(counties: gpd.GeoDataFrame, tmp_path: Path) -> None:
    # The outlines themselves need a package of 77 MB; from them on, every byte follows from the script.
    script = paths.ROOT / "scripts" / "build_counties.py"
    spec = importlib.util.spec_from_file_location("build_counties", script)
    assert spec is not None and spec.loader is not None
    builder = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(builder)
    outlines = zip(region.COUNTIES, counties.geometry, strict=True)
    builder.write((builder.feature(area, outline) for area, outline in outlines), tmp_path / "counties.geojson")
    shipped = (paths.GEO / "counties.geojson").read_bytes().replace(b"\r\n", b"\n")
    assert (tmp_path / "counties.geojson").read_bytes() == shipped


def test_a_layer_not_supplied_is_an_error_that_names_who_has_it() -> None:
    with pytest.raises(ReferenceDataError, match=r"生态保护红线.*尚未提供[\s\S]*县规划自然资源局"):
        geo.layer("ecological_redline")


def test_a_caller_cannot_spoil_the_cache() -> None:
    mine = geo.layer("counties")
    mine["county"] = "他县"
    mine["extra"] = 1
    again = geo.layer("counties")
    assert "extra" not in again and again["county"].tolist() == list(region.COUNTY_NAMES)


def _register(folder: Path, file: str, crs: str = "EPSG:4490", more: str = "") -> None:
    (folder / "layers.toml").write_text(
        f'[redline]\ntitle = "红线"\nrole = "screening"\ngeometry = ["Polygon"]\nfile = "{file}"\ncrs = "{crs}"\n'
        f'source = "测试"\nlicence = "测试"\naccuracy = "测试"\naccuracy_km = 0.01\n{more}',
        encoding="utf-8",
    )


def _square(lon: float = 109.7, lat: float = 31.0) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"zone": ["核心"]}, geometry=[box(lon, lat, lon + 0.1, lat + 0.1)], crs="EPSG:4490")


def test_an_official_layer_in_a_projected_system_comes_back_in_wgs84(tmp_path: Path) -> None:
    folder = tmp_path / "测试 目录"
    folder.mkdir()
    _square().to_crs("EPSG:4546").to_file(folder / "redline.gpkg")
    _register(folder, "redline.gpkg", "EPSG:4546")
    found = geo.layer("redline", folder)
    assert found.crs == geo.WGS84
    assert found.total_bounds == pytest.approx([109.7, 31.0, 109.8, 31.1], abs=1e-6)


def test_an_exchanged_file_is_read_anew(tmp_path: Path) -> None:
    _register(tmp_path, "redline.gpkg")
    _square().to_file(tmp_path / "redline.gpkg")
    assert len(geo.layer("redline", tmp_path)) == 1
    two = gpd.GeoDataFrame(
        {"zone": ["核心", "其他"]}, geometry=[box(109, 31, 109.1, 31.1), box(110, 31, 110.1, 31.1)], crs="EPSG:4490"
    )
    two.to_file(tmp_path / "redline.gpkg")
    assert len(geo.layer("redline", tmp_path)) == 2


def test_a_file_without_or_with_another_crs_is_refused(tmp_path: Path) -> None:
    _square().to_file(tmp_path / "redline.shp")
    (tmp_path / "redline.prj").unlink()
    _register(tmp_path, "redline.shp")
    with pytest.raises(ReferenceDataError, match="没有坐标系"):
        geo.layer("redline", tmp_path)
    _square().to_crs("EPSG:4546").to_file(tmp_path / "redline.gpkg")
    _register(tmp_path, "redline.gpkg", "EPSG:4490")
    with pytest.raises(ReferenceDataError, match="登记的是 EPSG:4490"):
        geo.layer("redline", tmp_path)
    _register(tmp_path, "redline.gpkg", "gcj02")
    with pytest.raises(ReferenceDataError, match=r"gcj02.*无法识别"):
        geo.layer("redline", tmp_path)


def test_a_file_read_in_the_wrong_zone_is_refused(tmp_path: Path) -> None:
    # Coordinates of zone 111° E labelled as those of 108° E: 286 km too far west.
    _square().to_crs("EPSG:4546").set_crs("EPSG:4545", allow_override=True).to_file(tmp_path / "redline.gpkg")
    _register(tmp_path, "redline.gpkg", "EPSG:4545")
    with pytest.raises(ReferenceDataError, match="不在三县附近"):
        geo.layer("redline", tmp_path)


def test_wrong_geometry_missing_column_missing_or_broken_file_are_refused(tmp_path: Path) -> None:
    points = gpd.GeoDataFrame({"zone": ["核心"]}, geometry=[Point(109.7, 31)], crs="EPSG:4490")
    points.to_file(tmp_path / "points.gpkg")
    _register(tmp_path, "points.gpkg")
    with pytest.raises(ReferenceDataError, match=r"含有 Point.*Polygon"):
        geo.layer("redline", tmp_path)
    _square().to_file(tmp_path / "redline.gpkg")
    _register(tmp_path, "redline.gpkg", more='columns = ["level"]')
    with pytest.raises(ReferenceDataError, match="缺少字段：level"):
        geo.layer("redline", tmp_path)
    _register(tmp_path, "gone.gpkg")
    with pytest.raises(ReferenceDataError, match="文件不存在"):
        geo.layer("redline", tmp_path)
    (tmp_path / "broken.geojson").write_text("不是地图", encoding="utf-8")
    _register(tmp_path, "broken.geojson")
    with pytest.raises(ReferenceDataError, match="无法读取"):
        geo.layer("redline", tmp_path)
    with pytest.raises(ReferenceDataError, match=r"没有登记名为“red”[\s\S]*redline"):
        geo.layer("red", tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[a]\ntitle = "甲"\nrole = "screening"\n', "缺少设置：geometry"),
        ('[a]\ntitle = "甲"\nrole = "判定"\ngeometry = ["Point"]\n', "role 为“判定”"),
        ('[a]\ntitle = "甲"\nrole = "screening"\ngeometry = ["面"]\n', "geometry 含“面”"),
        ('[a]\ntitle = "甲"\nrole = "screening"\ngeometry = ["Point"]\nfile = "a.shp"\n', "缺少设置：crs、source"),
        ('[a]\ntitel = "甲"\n', "不认识的设置：titel"),
        ("[a\n", "无法解析"),
        ("a = 1\n", "小节"),
    ],
)
def test_a_malformed_registry_says_what_to_mend(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "layers.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ReferenceDataError, match=message):
        geo.registry(tmp_path)


def test_a_missing_registry_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReferenceDataError, match="找不到图层登记表"):
        geo.registry(tmp_path / "layers.toml")
