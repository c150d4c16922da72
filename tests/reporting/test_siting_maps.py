"""The maps of siting: what stands on them, and the command that draws them."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from shapely import box

from fengwuwu.cli import main
from fengwuwu.errors import InputError
from fengwuwu.projects import layer_entry
from fengwuwu.projects.assess import Context, assess
from fengwuwu.projects.land_left import land_left
from fengwuwu.projects.site_layers import Layers
from fengwuwu.reporting import land_tables, siting_overview
from fengwuwu.reporting.land_map import land_map
from fengwuwu.reporting.site_map import site_map


@pytest.fixture
def layers(tmp_path: Path) -> Layers:
    farm = gpd.GeoDataFrame(geometry=[box(109.20, 30.85, 109.25, 30.90)], crs="EPSG:4490")
    farm.to_file(tmp_path / "farm.gpkg")
    given = {"source": "测试图形", "licence": "测试", "accuracy": "测试", "complete_counties": ["奉节", "巫山", "巫溪"]}
    own = tmp_path / "layers.toml"
    layer_entry.add(own, "permanent_basic_farmland", tmp_path / "farm.gpkg", given, accuracy_km=0.02)
    return Layers.read(own)


def project(**fields: object) -> gpd.GeoDataFrame:
    row = {"project_id": "X1", "project_name": "测试项目", "county": "奉节县", "technology": "solar_utility"}
    table = pd.DataFrame([{**row, "stage": "idea", "lon": 109.22, "lat": 30.87, "location_radius_km": 0.5, **fields}])
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(table["lon"], table["lat"]), crs="EPSG:4326")


def words(figure: Figure) -> str:
    figure.canvas.draw()  # a missing glyph warns, and warnings are errors
    legends = [text for axes in figure.axes if (legend := axes.get_legend()) for text in legend.get_texts()]
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    said = "\n".join([*(text.get_text() for text in [*figure.texts, *legends]), *titles])
    plt.close(figure)
    return said


def test_a_review_map_shows_place_error_layers_and_findings(layers: Layers) -> None:
    said = words(site_map(project(), layers, "示例"))
    assert "X1 测试项目" in said and "位置误差 ±0.5 km" in said and "永久基本农田\nD1、D1b，±0.02 km" in said
    assert "选址结论：禁止" in said and "禁止　D1 永久基本农田" in said and "示例" in said and "无审图号" in said
    assert "缺少可用于判断的图层" in said and "国土变更调查地类图斑" in said


def test_an_unstated_error_is_said_and_no_ring_is_drawn(layers: Layers) -> None:
    said = words(site_map(project(location_radius_km=None), layers))
    assert "位置误差未报：不按 0 处理" in said and "选址结论：待复核" in said


@pytest.mark.parametrize("lat", [30.87, 31.2])
def test_text_stays_within_the_figure(layers: Layers, lat: float) -> None:
    figure = site_map(project(lat=lat), layers)
    figure.canvas.draw()
    (axes,) = figure.axes
    legend = axes.get_legend()
    assert legend is not None
    for text in [*figure.texts, *legend.get_texts()]:
        assert text.get_window_extent().x1 <= figure.bbox.x1
    plt.close(figure)


def test_a_project_without_a_place_has_no_map(layers: Layers) -> None:
    with pytest.raises(InputError, match="X1 没有坐标"):
        site_map(project(lon=None, lat=None).set_geometry([None], crs="EPSG:4326"), layers)


def test_the_land_map_gives_every_answer_its_area(layers: Layers) -> None:
    found = land_left("solar_utility", layers)
    said = words(land_map(found, layers))
    assert "禁止：不得使用" in said and "无法判断：缺图层或图层不完整" in said
    assert "参与判断的图层：永久基本农田。" in said
    table = land_tables.by_county(found).set_index("县")
    # 0.05° × 0.05° at 30.875° N: 4.779 km × 5.543 km, less the 20 m of the layer's error
    assert table.loc["奉节县", "禁止（km²）"] == pytest.approx(4.739 * 5.503, rel=2e-3)
    assert table.loc["合计", "可用（通过与提示）占比（%）"] == 0


def test_what_little_land_there_is_is_never_told_as_none() -> None:
    assert [land_tables.percent(share) for share in (0, 0.0001, 0.0006)] == ["0.0%", "不足0.1%", "0.1%"]
    assert [land_tables.square_km(area) for area in (0.001, 0.3, 24.6)] == ["不足0.01 km²", "0.30 km²", "24.6 km²"]


def test_the_commands_write_what_they_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    header = "项目编号,项目名称,所在县,技术类型,经度,纬度,位置误差,数据性质\n"
    Path("form.csv").write_text(header + "T1,测试光伏,奉节县,集中式光伏,109.22,30.875,0.1,示例\n", encoding="utf-8")
    assert main(["library", "import", "form.csv", "--quiet"]) == 0
    assert main(["siting", "map", "T1", "t1.png"]) == 0 and Path("t1.png").stat().st_size > 10_000
    assert main(["siting", "map", "T2", "t2.png"]) == 1
    assert main(["siting", "map", "T1", "t1.doc"]) == 1 and ".png、.pdf 或 .svg" in capsys.readouterr().err
    assert main(["siting", "land", "集中式光伏", "--output", "out"]) == 0
    assert "奉节县（4,097.9 km²）：无法判断 4,097.9 km²" in capsys.readouterr().out
    book = openpyxl.load_workbook("out/land_solar_utility.xlsx")
    assert book.sheetnames == ["分县", "分规则"] and "无法判断" in str(book["分县"]["A2"].value)
    assert len(gpd.read_file("out/land_solar_utility.gpkg")) == 3
    assert main(["siting", "land", "永动机"]) == 1


def test_distances_are_drawn_and_labelled_with_the_rule(layers: Layers) -> None:
    figure = site_map(project(lon=109.27), layers)
    labels = [text.get_text() for axes in figure.axes for text in axes.texts]
    # 0.02° of longitude at 30.87° N: 1.91 km to the farmland; the town and the county by name
    assert "D1 1.9 km" in labels and "奉节县" in labels, labels
    said = words(figure)
    assert "到最近处的距离" in said and "东经 109.2700°，北纬 30.8700°" in said
    assert "图层来源：永久基本农田：测试图形；三县行政区界：" in said.replace("\n　　　", "")


def test_the_overview_counts_results_and_says_why_a_rule_cannot_judge(layers: Layers) -> None:
    table = pd.concat([project(), project(project_id="X2", lon=None, lat=None).set_geometry([None], crs="EPSG:4326")])
    table = assess(table.reset_index(drop=True), context=Context(layers))
    said = words(siting_overview.siting_map(table, layers, "示例"))
    assert "禁止（1）" in said and "没有坐标、未画出的项目 1 个" in said and "永久基本农田\nD1、D1b" in said
    found = siting_overview.answers(table, layers).set_index("rule")
    assert (found.loc["D1", "block"], found.loc["D1", "undetermined"], found.loc["D1", "why"]) == (1, 1, "无坐标（1）")
    assert found.loc["D2", "undetermined"] == 2 and "缺少可用于判断的图层" in found.loc["D2", "why"]
    assert siting_overview.example(table)["project_id"].tolist() == ["X1"]
    assert siting_overview.example(table, "X2")["project_id"].tolist() == ["X2"]
    with pytest.raises(InputError, match="没有编号“X3”"):
        siting_overview.example(table, "X3")
