"""Charts and maps: they show the numbers given, every glyph is there, the notice is in the picture."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from pyproj import Geod
from shapely.geometry import Point, box

from fengwuwu import geo
from fengwuwu.errors import ReportError
from fengwuwu.reporting import figures, maps, page, style

NOTICE = "示例数据，不得作为申报依据"
LABELS = {"loan": "绿色贷款", "bond": "专项债券", "own": "自有资金"}


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


def _drawn(figure: Figure) -> str:
    """Draw (a missing glyph is a warning, and warnings are errors) and return all text of the figure."""
    figure.savefig(io.BytesIO(), dpi=60)
    width, height = figure.get_size_inches() * 25.4
    assert width <= page.FIGURE_MAX_WIDTH_MM + 0.1
    assert height <= page.FIGURE_MAX_HEIGHT_MM + 0.1
    return "\n".join(text.get_text() for text in figure.findobj(plt.Text))


def _projects(count: int = 6) -> gpd.GeoDataFrame:
    frame = pd.DataFrame({
        "class_label": [["可再生能源", "防灾减灾"][i % 2] for i in range(count)],
        "emission_reduction_t_per_year": [10_000.0 * (i + 1) if i % 3 else None for i in range(count)],
        "low": [8_000.0 * (i + 1) for i in range(count)],
        "high": [15_000.0 * (i + 1) for i in range(count)],
        "start_year": [2026 + 2 * (i % 2) for i in range(count)],
        "county": [["奉节县", "巫山县", "巫溪县"][i % 3] for i in range(count)],
    })
    points = [Point(109.0 + i / 8, 31.0) if i else None for i in range(count)]
    return gpd.GeoDataFrame(frame, geometry=points, crs="EPSG:4326")


def test_financing_stacks_to_the_totals() -> None:
    table = pd.DataFrame({
        "instrument": ["loan", "bond", "loan", "loan"],
        "year": [2026, 2026, 2027, 2027],
        "amount_wan_yuan": [10_000.0, 5_000.0, 20_000.0, 2_500.0],
    })
    figure = figures.financing_by_year(table, labels=LABELS, notice=NOTICE)
    bars = {c.get_label(): [(b.get_y(), b.get_height()) for b in c] for c in figure.axes[0].containers}
    assert bars == {"绿色贷款": [(0, 1.0), (0, 2.25)], "专项债券": [(1.0, 0.5), (2.25, 0.0)]}
    text = _drawn(figure)
    assert {"1.50", "2.25", "2026", "2027", NOTICE, "金额（亿元）"} <= set(text.splitlines())
    with pytest.raises(ReportError, match="没有中文名称：gift"):
        figures.financing_by_year(table.replace("bond", "gift"), labels=LABELS)


def test_reductions_say_what_they_leave_out() -> None:
    figure = figures.reductions_by_class(_projects(), low="low", high="high")
    text = _drawn(figure)
    assert "另有 2 个项目待补充，未计入" in text
    widths = sorted(bar.get_width() for bar in figure.axes[0].patches)
    assert widths == pytest.approx([8.0, 8.0])  # 20+60+... in 万t: classes of projects 2, 6 | 3, 5
    assert "CO₂" in text


def test_starts_count_every_year_between() -> None:
    figure = figures.starts_schedule(_projects(), groups=["奉节县", "巫山县", "巫溪县"])
    heights = {c.get_label(): [bar.get_height() for bar in c] for c in figure.axes[0].containers}
    assert heights == {"奉节县": [1, 0, 1], "巫山县": [1, 0, 1], "巫溪县": [1, 0, 1]}
    assert "2027" in _drawn(figure)


def test_shares_mark_assumptions_and_unknown() -> None:
    frame = pd.DataFrame({
        "label": ["奉节县", "巫山县", "巫溪县"],
        "share": [0.12, 0.3, np.nan],
        "assumed": [False, True, True],
    })
    figure = figures.share_bars(frame, assumed="assumed")
    text = _drawn(figure)
    assert {"12.0%", "30.0%（假设情景）", "待补充"} <= set(text.splitlines())
    assert [bar.get_width() for bar in figure.axes[0].patches] == pytest.approx([12.0, 30.0])


@pytest.mark.parametrize(
    "draw",
    [
        lambda f: figures.reductions_by_class(f, notice=NOTICE),
        lambda f: figures.starts_schedule(f, notice=NOTICE),
        lambda f: figures.share_bars(f.rename(columns={"class_label": "label", "low": "share"}), notice=NOTICE),
        lambda _: figures.financing_by_year(
            pd.DataFrame({"instrument": [], "year": [], "amount_wan_yuan": []}), labels=LABELS, notice=NOTICE
        ),
    ],
)
def test_nothing_to_draw_says_so(draw: Callable[[pd.DataFrame], Figure]) -> None:
    text = _drawn(draw(_projects().iloc[:0]))
    assert "无数据" in text
    assert NOTICE in text


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ReportError, match="没有列：start_year"):
        figures.starts_schedule(pd.DataFrame({"county": []}))


@pytest.mark.parametrize(("east", "north"), [(0.1, 1.5), (1.5, 0.1)])
def test_a_very_tall_or_wide_county_stays_on_the_page(east: float, north: float) -> None:
    county = gpd.GeoDataFrame({"county": ["某县"]}, geometry=[box(109.0, 30.0, 109.0 + east, 30.0 + north)], crs=4326)
    figure = maps.project_map(
        county,
        projects=_projects(),
        kind="class_label",
        focus="某县",
        source="县界为公开数据，项目见公开报道",
        notice=NOTICE,
    )
    width, height = figure.get_size_inches() / style.MM
    assert width <= page.FIGURE_MAX_WIDTH_MM and height <= page.FIGURE_MAX_HEIGHT_MM + 1e-6
    line = next(text for text in figure.texts if text.get_text().startswith("示意图"))
    assert line.get_window_extent().x1 <= figure.bbox.x1  # a narrow map still holds its sources
    axes = figure.axes[0].get_window_extent()
    (west, right), (south, top) = figure.axes[0].get_xlim(), figure.axes[0].get_ylim()
    assert axes.width / axes.height == pytest.approx((right - west) / (top - south), rel=0.01)


@pytest.mark.parametrize("focus", ["", "奉节县", "巫山县", "巫溪县"])
def test_maps_have_what_a_map_needs(focus: str) -> None:
    projects = _projects()
    figure = maps.project_map(
        geo.layer("counties"),
        yangtze=geo.layer("yangtze"),
        towns=geo.layer("townships"),
        projects=projects,
        kind="class_label",
        focus=focus,
        source="县界为公开数据",
        notice=NOTICE,
    )
    text = _drawn(figure)
    assert {"北", "长江", NOTICE, "示意图，无审图号。资料来源：县界为公开数据。"} <= set(text.splitlines())
    assert "千米" in text
    assert "metre" not in text
    assert "可再生能源（2）" in text  # projects 2 and 4; the first has no place
    # A degree of longitude and of latitude keep their true proportion.
    axes = figure.axes[0]
    box, (west, east), (south, north) = axes.get_window_extent(), axes.get_xlim(), axes.get_ylim()
    assert box.width / box.height == pytest.approx((east - west) / (north - south), rel=0.01)


def test_the_scale_bar_is_true() -> None:
    figure = maps.project_map(geo.layer("counties"))
    axes = figure.axes[0]
    label = next(t.get_text() for t in axes.texts if "千米" in t.get_text())
    bar = next(line for line in axes.lines if len(line.get_xdata()) == 4)
    assert np.ptp(bar.get_xdata()) == float(label.split()[0]) * 1000
    # One of the map's kilometres is one on the ground, to 2 in 1000.
    ends = gpd.GeoSeries(gpd.points_from_xy(bar.get_xdata()[1:3], bar.get_ydata()[1:3]), crs=maps.PROJECTION).to_crs(
        4326
    )
    ground = Geod(ellps="WGS84").inv(ends[0].x, ends[0].y, ends[1].x, ends[1].y)[2]
    assert ground == pytest.approx(np.ptp(bar.get_xdata()), rel=2e-3)


def test_maps_refuse_what_they_cannot_place() -> None:
    with pytest.raises(ReportError, match="没有“云阳县”"):
        maps.project_map(geo.layer("counties"), focus="云阳县")
    bare = gpd.GeoDataFrame({"a": [1]}, geometry=[Point(109, 31)])
    with pytest.raises(ReportError, match="“项目”没有坐标系"):
        maps.project_map(geo.layer("counties"), projects=bare)
    with pytest.raises(ReportError, match="图例没有：防灾减灾"):
        maps.project_map(
            geo.layer("counties"), projects=_projects(), kind="class_label", kinds={"可再生能源": "#000000"}
        )


def test_missing_glyphs_are_found() -> None:
    assert style.missing_glyphs("奉巫巫 CO₂ ²³㎡―垱堎藠〇") == set()
    assert style.missing_glyphs("好\U0002a700") == {"\U0002a700"}


def test_neighbouring_colours_differ_in_grey() -> None:
    from matplotlib.colors import to_rgb

    grey = [float(np.dot(to_rgb(colour), (0.2126, 0.7152, 0.0722))) for colour in style.PALETTE]
    pairs = zip(grey, grey[1:], style.HATCHES, style.HATCHES[1:], strict=False)
    assert all(abs(a - b) > 0.1 or first != second for a, b, first, second in pairs)


def test_no_two_of_sixteen_kinds_look_alike() -> None:
    looks = {(style.PALETTE[place % len(style.PALETTE)], style.hatch(place)) for place in range(16)}
    assert len(looks) == 16


def test_the_style_leaves_other_charts_alone() -> None:
    before = dict(plt.rcParams)
    figures.starts_schedule(_projects())
    assert dict(plt.rcParams) == before


def test_robustness_shows_every_planned_project_and_the_band_of_the_regret() -> None:
    selection = pd.DataFrame({
        "project_name": ["甲", "乙", "丙", "丁"],
        "planned": [True, True, False, False],
        "frequency": [1.0, 0.25, 0.75, 0.0],
    })
    draws = pd.DataFrame({"regret_low_t": [0.0, 20_000.0, None], "regret_high_t": [10_000.0, 30_000.0, None]})
    figure = figures.robustness(selection, draws, notice=NOTICE)
    text = _drawn(figure)
    bars, band = figure.axes
    assert [bar.get_width() for bar in bars.patches] == [100, 25, 75]
    assert [label.get_text() for label in bars.get_yticklabels()] == ["甲", "乙", "丙"]
    assert [line.get_xdata().tolist() for line in band.lines] == [[0, 0, 2, 2], [1, 1, 3, 3]]
    assert all(line.get_ydata().tolist() == [0, 50, 50, 100] for line in band.lines)
    assert NOTICE in text
    many = pd.concat([selection] * 20, ignore_index=True)
    assert "最确定的 34 个未列" in _drawn(figures.robustness(many, draws.iloc[:0], notice=NOTICE))
    assert "无数据" in _drawn(figures.robustness(selection.iloc[:0], draws))
    assert "没有一次抽样" not in _drawn(figure)
    assert "没有一次抽样" in _drawn(figures.robustness(selection.assign(frequency=np.nan), draws))
