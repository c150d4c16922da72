"""The web page as text: self-contained, safe, marked where illustrative."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from matplotlib import pyplot as plt
from shapely.geometry import Point, box

from fengwuwu.errors import ReportError
from fengwuwu.reporting import MapLayer, Report
from fengwuwu.reporting.html.writer import render_html
from fengwuwu.reporting.webmap import layer_data

NOTICE = "示例数据，不得作为申报依据"


def _page(report: Report, tmp_path: Path) -> str:
    render_html(report.document(), tmp_path / "a.html")
    return (tmp_path / "a.html").read_text(encoding="utf-8")


def _points() -> gpd.GeoDataFrame:
    names, counties = ["甲", "</script><b>乙</b>"], ["奉节县", "巫山县;巫溪县"]
    frame = pd.DataFrame({"name": names, "county": counties, "kind": ["风电", "光伏"], "cost": [None, 2.5]})
    return gpd.GeoDataFrame(frame, geometry=[Point(109.5, 31.0), None], crs="EPSG:4326")


def test_the_page_names_no_address_and_forbids_the_network(small_report: Callable[..., Report], tmp_path: Path) -> None:
    page = _page(small_report(), tmp_path)
    assert "default-src 'none'" in page
    assert not re.findall(r"(?:src|href)=[\"']?(?!#|data:)[^\s\"'>{]+", page)
    assert not re.findall(r"url\((?!data:)", page)


def test_map_data_is_inlined_and_cannot_break_out(small_report: Callable[..., Report], tmp_path: Path) -> None:
    report = small_report()
    figure, _ = plt.subplots()
    layers = [
        MapLayer(gpd.GeoDataFrame(geometry=[box(109, 30, 110, 31)], crs="EPSG:4490"), "县界"),
        MapLayer(_points(), "项目", fields={"name": "名称", "cost": "投资"}, county="county", kind="kind"),
    ]
    report.map("map", "分布", layers=layers, figure=figure)
    page = _page(report, tmp_path)
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert data is not None
    shown = json.loads(data[1])["maps"]["figure_map"]["layers"]
    assert [len(layer["geojson"]["features"]) for layer in shown] == [1, 1]
    assert shown[1]["geojson"]["features"][0]["properties"] == {
        "name": "甲", "cost": "待补充", "county": "奉节县", "kind": "风电",
    }  # fmt: skip
    assert "Leaflet 1.9.4" in page
    assert "sourceMappingURL" not in page
    assert "url(images" not in page


def test_a_map_layer_needs_a_crs_and_its_columns() -> None:
    bare = gpd.GeoDataFrame({"a": [1]}, geometry=[Point(0, 0)])
    with pytest.raises(ReportError, match="没有坐标系"):
        layer_data(MapLayer(bare, "点"))
    with pytest.raises(ReportError, match="没有列：owner"):
        layer_data(MapLayer(_points(), "点", fields={"owner": "单位"}))


def test_coordinates_are_transformed() -> None:
    projected = _points().iloc[:1].to_crs("EPSG:4546")
    feature = layer_data(MapLayer(projected, "点", fields={"name": "名称"})).geojson["features"][0]
    assert feature["geometry"]["coordinates"] == [109.5, 31.0]


def test_text_is_escaped(tmp_path: Path) -> None:
    report = Report("题<script>", notice="")
    report.facts.add_text("evil", "<img src=x onerror=alert(1)>", source="某表")
    report.paragraph("甲{evil}乙")
    report.table(pd.DataFrame({"<b>列</b>": ["<i>格</i>"]}), name="t", caption="表")
    page = _page(report, tmp_path)
    body = page[page.index("<body>") : page.index('<script type="application/json"')]
    assert not re.findall(r"<img src=x|<i>格|<b>列|题<script>", body)
    assert "&lt;i&gt;格&lt;/i&gt;" in body


def test_the_notice_stands_on_top_and_at_each_chapter_table_and_figure(
    small_report: Callable[..., Report], tmp_path: Path
) -> None:
    page = _page(small_report(), tmp_path)
    main = page[page.index("<main>") : page.index("</main>")]
    assert f'<div class="notice" role="note">{NOTICE}</div>' in page
    headings = re.findall(r"<h2.*?</h2>", main)
    assert len(headings) == 5
    assert all(NOTICE in heading for heading in headings)
    assert main.count('<span class="mark">示例</span>') == 2
    assert main.count(f"{NOTICE}。") == 2


def test_without_notice_no_mark(small_report: Callable[..., Report], tmp_path: Path) -> None:
    page = _page(small_report(notice=""), tmp_path)
    main = page[page.index("<main>") : page.index("</main>")]
    assert "示例" not in main
    assert 'class="notice"' not in page


def test_facts_can_be_followed(small_report: Callable[..., Report], tmp_path: Path) -> None:
    page = _page(small_report(), tmp_path)
    assert 'data-fact="total"' in page
    assert '<tr id="fact_total">' in page
    assert "tCO<sub>2</sub>e/年</span><sup>[2估算]</sup>" in page


def test_embedded_fonts_cover_the_page_and_no_more(small_report: Callable[..., Report], tmp_path: Path) -> None:
    page = _page(small_report(), tmp_path)
    fonts = re.findall(r"font-weight:(\d+);src:url\(data:font/woff;base64,([^)]+)\)", page)
    assert [weight for weight, _ in fonts] == ["400", "400", "700"]
    text = re.sub(r"base64,[A-Za-z0-9+/=]+|<style>.*?</style>", "", page, flags=re.DOTALL)
    chinese = {c for c in text if "\u4e00" <= c <= "\u9fff" or c == "〇"}
    for _, content in fonts:
        with TTFont(io.BytesIO(base64.b64decode(content))) as font:
            covered = {chr(code) for code in font.getBestCmap()}
        assert chinese <= covered
        assert len(covered) < 900


def test_the_same_report_gives_the_same_page(small_report: Callable[..., Report], tmp_path: Path) -> None:
    assert _page(small_report(), tmp_path) == _page(small_report(), tmp_path)
