"""A bureau's own layers: registered beside the library, checked, used; what is wrong is named and nothing changes."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, Point, Polygon, box

from fengwuwu import geo
from fengwuwu.cli import main
from fengwuwu.errors import FengwuwuError, InputError, ReferenceDataError
from fengwuwu.layer_registry import fingerprint, registry
from fengwuwu.projects import layer_entry, location
from fengwuwu.projects.layer_list import layer_list
from fengwuwu.projects.site_layers import Layers, check_rules, rules_of
from fengwuwu.projects.siting import by_rule, screen

GIVEN = {"source": "测试用图形，非真实边界", "licence": "测试", "accuracy": "测试"}
# Two made-up squares in the middle of 奉节.
CORE, OTHER = box(109.20, 30.85, 109.25, 30.90), box(109.25, 30.85, 109.30, 30.90)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "测试 目录"
    folder.mkdir()
    return folder / "layers.toml"


def redline(folder: Path, name: str = "redline.gpkg", crs: str = "EPSG:4545", **options: str) -> Path:
    frame = gpd.GeoDataFrame({"分区": ["核心保护区", "其他区域"]}, geometry=[CORE, OTHER], crs="EPSG:4490").to_crs(crs)
    frame.to_file(folder / name, **options)
    return folder / name


def register(own: Path, file: Path, **more: object) -> str:
    given = {**GIVEN, "zone_field": "分区", "complete_counties": ["奉节"], **more}
    return layer_entry.add(own, "ecological_redline", file, given, accuracy_km=0.01)


def project(lon: float, lat: float = 30.875, **fields: object) -> pd.DataFrame:
    row = {
        "project_id": "X",
        "technology": "solar_utility",
        "stage": "idea",
        "county": "奉节县",
        "lon": lon,
        "lat": lat,
    }
    return pd.DataFrame([{**row, "location_radius_km": 0.1, **fields}])


def answers(own: Path, projects: pd.DataFrame) -> pd.Series:
    return by_rule(projects, Layers.read(own)).set_index("rule")["answer"]


def test_a_registered_layer_decides(own: Path) -> None:
    assert register(own, redline(own.parent)) == "已登记图层“生态保护红线”：2 个图形。"
    inside, beside, outside = (answers(own, project(lon)) for lon in (109.22, 109.27, 109.40))
    assert (inside["D5"], inside["D6"]) == ("block", "pass")
    assert (beside["D5"], beside["D6"]) == ("pass", "review")
    assert (outside["D5"], outside["D6"]) == ("pass", "pass")
    assert inside["D1"] == "undetermined"  # the other layers are as missing as before
    found = screen(project(109.22), Layers.read(own)).iloc[0]
    assert found["siting_result"] == "block" and "D5 生态保护红线核心保护区" in found["siting_findings"]
    assert "生态保护红线（" not in found["siting_findings"] and "永久基本农田（D1）" in found["siting_findings"]


def test_findings_say_rule_layer_source_and_accuracy(own: Path) -> None:
    register(own, redline(own.parent))
    rows = by_rule(project(109.22), Layers.read(own)).set_index("rule")
    assert rows.loc["D5", "layer"] == "生态保护红线" and rows.loc["D5", "layer_source"] == GIVEN["source"]
    assert rows.loc["D5", "layer_accuracy"] == "测试" and rows.loc["D5", "distance_m"] == 0
    assert rows.loc["D1", "text"] == "缺少可用于判断的图层：永久基本农田"
    assert rows.loc["D1", "supplier"] == "县规划自然资源局" and rows["source"].notna().all()


def test_outside_the_complete_counties_nothing_passes(own: Path) -> None:
    register(own, redline(own.parent))
    elsewhere = project(109.9, 31.1, county="巫山县")
    assert answers(own, elsewhere)["D5"] == "undetermined"


def test_adding_a_layer_never_gives_a_project_without_a_place_a_pass(own: Path) -> None:
    nowhere = project(109.22).assign(lon=None, lat=None)
    before = by_rule(nowhere).set_index("rule")["answer"]
    register(own, redline(own.parent))
    after = answers(own, nowhere)
    assert (after == before).all() and after["D5"] == "undetermined"


def test_a_shapefile_in_gbk_without_cpg_is_read(own: Path) -> None:
    file = redline(own.parent, "redline.shp", encoding="GB18030")
    file.with_suffix(".cpg").unlink()
    register(own, file)
    assert answers(own, project(109.22))["D5"] == "block"


def test_self_intersections_are_mended_and_said(own: Path) -> None:
    bow = Polygon([(109.2, 30.8), (109.3, 30.9), (109.3, 30.8), (109.2, 30.9)])
    gpd.GeoDataFrame({"分区": ["核心保护区"]}, geometry=[bow], crs="EPSG:4490").to_file(own.parent / "bow.gpkg")
    assert "自相交（第 1 行），已自动修正" in register(own, own.parent / "bow.gpkg")
    assert geo.layer("ecological_redline", own).is_valid.all()


def test_a_new_layer_needs_a_rule_of_its_own(own: Path) -> None:
    gpd.GeoDataFrame(geometry=[CORE], crs="EPSG:4490").to_file(own.parent / "graves.gpkg")
    given = {**GIVEN, "title": "文物保护范围", "complete_counties": ["奉节县"]}
    layer_entry.add(own, "relics", own.parent / "graves.gpkg", given, accuracy_km=0)
    assert layer_list(own).set_index("name").loc["relics", "rules"] == ""
    rule = "R1,文物,overlap,relics,,block,*,,,,文物保护范围内不得建设,测试,2026,assumption\n"
    head = "id,name,kind,layer,zones,action,technologies,stages,limit,unit,text,source,year,status\n"
    (own.parent / "siting_rules.csv").write_text(head + rule, encoding="utf-8")
    assert answers(own, project(109.22))["R1"] == "block"
    wrong = rule.replace("relics", "relix") + rule.replace("R1", "R2").replace("block", "stop").replace("*", "solar")
    (own.parent / "siting_rules.csv").write_text(head + wrong, encoding="utf-8")
    with pytest.raises(
        ReferenceDataError, match=r"R1：图层“relix”没有登记[\s\S]*R2：action[\s\S]*R2：不认识的技术类型"
    ):
        Layers.read(own)


def test_the_shipped_rules_are_sound() -> None:
    check_rules(rules_of(None, registry()), registry(), Path("siting_rules.csv"))


def faulty(folder: Path, fault: str) -> Path:
    frame = gpd.GeoDataFrame({"分区": ["核心保护区"]}, geometry=[CORE], crs="EPSG:4490")
    file = folder / "fault.gpkg"
    if fault == "no crs":
        frame.to_file(folder / "fault.shp")
        (folder / "fault.prj").unlink()
        return folder / "fault.shp"
    if fault == "zone":
        frame["分区"] = "缓冲区"
    elif fault == "column":
        frame = frame.rename(columns={"分区": "类型"})
    elif fault == "kind":
        frame = frame.set_geometry([LineString([(109.2, 30.8), (109.3, 30.9)])], crs="EPSG:4490")
    elif fault == "far":
        frame = frame.set_geometry([box(116, 40, 116.1, 40.1)], crs="EPSG:4490")
    elif fault == "empty row":
        frame = pd.concat([frame, gpd.GeoDataFrame({"分区": ["其他区域"]}, geometry=[None], crs="EPSG:4490")])
    elif fault == "two layers":
        frame.to_file(file, layer="one")
        frame.to_file(file, layer="two")
        return file
    elif fault == "absent":
        return file
    elif fault == "broken":
        file.write_bytes(b"no map at all")
        return file
    frame.to_file(file)
    return file


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("absent", "找不到图层文件"),
        ("broken", "无法读取"),
        ("no crs", "没有坐标系"),
        ("zone", r"不认识的值：缓冲区[\s\S]*核心保护区、其他区域"),
        ("column", r"缺少字段：分区[\s\S]*类型"),
        ("kind", "含有 LineString"),
        ("far", "不在三县附近"),
        ("empty row", "第 2 行"),
        ("two layers", r"2 个图层：one、two[\s\S]*--layer"),
    ],
)
def test_a_fault_is_named_and_the_register_stays_as_it_was(own: Path, fault: str, message: str) -> None:
    with pytest.raises(FengwuwuError, match=message):
        register(own, faulty(own.parent, fault))
    assert not own.exists() and not list(own.parent.glob("*.new"))
    own.write_text('[dwellings]\nnote = "待取得"\n', encoding="utf-8")
    with pytest.raises(FengwuwuError, match=message):
        register(own, faulty(own.parent, fault))
    assert own.read_text(encoding="utf-8") == '[dwellings]\nnote = "待取得"\n'


def test_a_name_nobody_knows_is_refused(own: Path) -> None:
    redline(own.parent)
    with pytest.raises(InputError, match=r"没有名为“红线”的图层[\s\S]*生态保护红线"):
        layer_entry.add(own, "红线", own.parent / "redline.gpkg", GIVEN, accuracy_km=0.01)


def test_a_layer_is_registered_once(own: Path) -> None:
    register(own, redline(own.parent))
    with pytest.raises(InputError, match=r"已经登记[\s\S]*\[ecological_redline\]"):
        register(own, own.parent / "redline.gpkg")


def test_the_list_shows_every_state_and_one_fault_does_not_hide_the_rest(own: Path) -> None:
    register(own, redline(own.parent))
    (own.parent / "redline.gpkg").unlink()
    found = layer_list(own).set_index("name")
    assert found.loc["ecological_redline", "state"] == "fault" and "不存在" in found.loc["ecological_redline", "remark"]
    assert found.loc["counties", "state"] == "ready" and found.loc["land_use", "state"] == "missing"
    assert found.loc["protected_areas_approx", "state"] == "schematic"
    assert found.loc["forest_land", "rules"] == "D3b、D4、D9、D22"


def test_the_fingerprint_follows_the_files(own: Path) -> None:
    assert fingerprint(own) == ""
    register(own, redline(own.parent))
    first = fingerprint(own)
    gpd.GeoDataFrame({"分区": ["核心保护区"]}, geometry=[OTHER], crs="EPSG:4490").to_file(own.parent / "redline.gpkg")
    assert first and fingerprint(own) != first


def test_a_shared_library_has_its_layers_in_the_working_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FENGWUWU_WORKSPACE", str(tmp_path))
    assert location.register("postgresql://a@b/c") == tmp_path / "layers.toml"


def test_a_user_adds_a_layer_and_assesses(
    own: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(own.parent)
    header = "项目编号,项目名称,所在县,技术类型,经度,纬度,位置误差,数据性质\n"
    Path("form.csv").write_text(header + "T1,测试光伏,奉节县,集中式光伏,109.22,30.875,0.1,示例\n", encoding="utf-8")
    assert main(["library", "import", "form.csv", "--quiet"]) == 0
    redline(own.parent)
    add = ["siting", "register", "生态保护红线", "redline.gpkg", "--accuracy-km", "0.01", "--source", "测试"]
    assert main([*add, "--zone-field", "分区", "--complete", "奉节"]) == 0
    assert main(["assess", "--quiet"]) == 0
    capsys.readouterr()
    assert main(["library", "show", "T1"]) == 0
    shown = capsys.readouterr().out
    assert "D5 生态保护红线核心保护区：误差 110 m 之内处处在图层范围内 → 禁止" in shown
    assert main(["siting", "layers"]) == 0
    assert "可用" in capsys.readouterr().out
    Path("redline.gpkg").unlink()
    assert main(["siting", "layers"]) == 1
    assert "文件不存在" in capsys.readouterr().err
    assert main(["assess"]) == 1


def test_points_count_too(own: Path) -> None:
    gpd.GeoDataFrame(geometry=[Point(109.22, 30.875)], crs="EPSG:4490").to_file(own.parent / "homes.gpkg")
    layer_entry.add(
        own, "dwellings", own.parent / "homes.gpkg", {**GIVEN, "complete_counties": ["奉节县"]}, accuracy_km=0
    )
    wind = [answers(own, project(lon, technology="wind_onshore"))["D20"] for lon in (109.221, 109.24)]
    assert wind == ["flag", "pass"]
