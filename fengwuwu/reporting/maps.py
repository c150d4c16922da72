"""Printed maps: counties, the Yangtze, towns and projects, with scale bar, north arrow and source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from shapely.geometry.base import BaseGeometry

from fengwuwu.errors import ReportError
from fengwuwu.reporting import page, style
from fengwuwu.reporting.units import text_width

# Lambert conformal conic around the three counties: north is up within 0.5° and a kilometre is the same everywhere.
PROJECTION = "+proj=lcc +lat_1=30.8 +lat_2=31.5 +lat_0=31.1 +lon_0=109.45 +datum=WGS84 +units=m"
SKETCH = "示意图，无审图号"
LEGEND_PT, SOURCE_PT, MM_PER_PT = 8.0, 6.5, 0.3528


def project_map(
    counties: gpd.GeoDataFrame,
    *,
    name: str = "county",
    yangtze: gpd.GeoDataFrame | None = None,
    towns: gpd.GeoDataFrame | None = None,
    town_name: str = "township",
    projects: gpd.GeoDataFrame | None = None,
    kind: str = "",
    kinds: Mapping[str, str] | None = None,
    focus: str = "",
    source: str = "",
    notice: str = "",
) -> Figure:
    """Map of one county or of the region.

    Parameters
    ----------
    counties : GeoDataFrame
        Outlines; all of them are drawn, `focus` in stronger colour.
    name : str
        Column of `counties` with the name.
    yangtze, towns : GeoDataFrame, optional
        Line of the river; points of towns (rows without a point are left out), labelled by `town_name`.
    projects : GeoDataFrame, optional
        Points; rows without a point are left out. Say in the note how many.
    kind : str
        Column of `projects` that sets marker and colour; empty for one kind.
    kinds : mapping of str to str, optional
        Colour by value of `kind`, in the order of the legend; by default the palette.
    focus : str
        Name of the county shown; empty for all.
    source : str
        Origin of the layers; printed below with 示意图，无审图号.
    notice : str
        Printed into the picture when the projects are not real.

    Raises
    ------
    ReportError
        A column or CRS is missing, or the county is not in the layer.
    """
    outlines = projected(counties, "县界", name)
    if focus and focus not in set(outlines[name]):
        raise ReportError(f"县界图层中没有“{focus}”。")
    shown = outlines[outlines[name] == focus] if focus else outlines
    west, south, east, north = shown.total_bounds
    margin = 0.04 * max(east - west, north - south)
    extent = (west - margin, south - margin, east + margin, north + margin)
    with style.styled():
        groups = _groups(projects, kind, kinds) if projects is not None else []
        longest = max((text_width(label) for label, *_ in groups), default=2.0)
        line = f"{SKETCH}。" + (f"资料来源：{source}。" if source else "")
        figure, axes = map_frame(
            extent,
            legend_mm=12 + longest * LEGEND_PT * MM_PER_PT,
            least_mm=2 + text_width(line) * SOURCE_PT * MM_PER_PT,
        )
        outlines.plot(ax=axes, color="#F7F7F5", edgecolor="#BBBBBB", linewidth=0.6)
        shown.plot(ax=axes, color=style.LAND, edgecolor="#6B6B6B", linewidth=0.9)
        if yangtze is not None:
            projected(yangtze, "长江").plot(ax=axes, color=style.WATER, linewidth=2.2, zorder=2)
        if towns is not None:
            _towns(axes, projected(towns, "乡镇", town_name), town_name, extent, labelled=bool(focus))
        for shape, label in zip(outlines.geometry, outlines[name], strict=True):
            _label_county(axes, shape, str(label), extent, strong=not focus or label == focus)
        handles = [_draw(axes, *group) for group in groups]
        if yangtze is not None:
            handles.append(Line2D([], [], color=style.WATER, linewidth=2.2, label="长江"))
        if handles:
            axes.legend(
                handles=handles, loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0, handletextpad=0.6
            )
        axes.set(xlabel="", ylabel="")  # geopandas writes the axes of the projection
        scale_bar(axes, extent)
        north_arrow(axes)
        figure.text(0.005, 0.012, line, fontsize=SOURCE_PT, color="#555555")
        style.stamp(figure, notice)
    return figure


def projected(frame: gpd.GeoDataFrame, title: str, *columns: str) -> gpd.GeoDataFrame:
    if frame.crs is None:
        raise ReportError(f"图层“{title}”没有坐标系。", remedy="请先用 set_crs 声明坐标系。")
    absent = [column for column in columns if column not in frame]
    if absent:
        raise ReportError(f"图层“{title}”没有列：{'、'.join(absent)}。")
    return frame.loc[frame.geometry.notna() & ~frame.geometry.is_empty].to_crs(PROJECTION)


def map_frame(
    extent: tuple[float, float, float, float], legend_mm: float, least_mm: float = 0.0
) -> tuple[Figure, Axes]:
    """A figure whose map fills the left part; as high as the map needs and a page allows, and at least so wide."""
    west, south, east, north = extent
    legend, top, bottom = legend_mm, 5.0, 6.0
    width = page.FIGURE_MAX_WIDTH_MM - 2
    map_width = width - legend
    height = map_width * (north - south) / (east - west)
    limit = page.FIGURE_MAX_HEIGHT_MM - top - bottom
    if height > limit:
        map_width, height = map_width * limit / height, limit
        width = max(map_width + legend, min(least_mm, width))
    figure = plt.figure(figsize=(width * style.MM, (height + top + bottom) * style.MM))
    total = height + top + bottom
    axes = figure.add_axes((1 / width, bottom / total, map_width / width, height / total))
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_autoscale_on(False)
    axes.grid(False)
    return figure, axes


def _inside(x: float, y: float, extent: tuple[float, float, float, float]) -> bool:
    return extent[0] < x < extent[2] and extent[1] < y < extent[3]


def _towns(
    axes: Axes, towns: gpd.GeoDataFrame, column: str, extent: tuple[float, float, float, float], *, labelled: bool
) -> None:
    xs, ys = towns.geometry.x, towns.geometry.y
    axes.scatter(xs, ys, s=4, color=style.SOFT, zorder=3, linewidths=0)
    if not labelled:
        return
    # A label that would lie on another is left out; the point stays.
    taken: list[tuple[float, float]] = []
    step_x, step_y = (extent[2] - extent[0]) * 0.07, (extent[3] - extent[1]) * 0.028
    for x, y, label in zip(xs, ys, towns[column], strict=True):
        crowded = any(abs(x - other_x) < step_x and abs(y - other_y) < step_y for other_x, other_y in taken)
        if crowded or not _inside(x, y, (extent[0], extent[1], extent[2] - step_x, extent[3] - step_y)):
            continue
        taken.append((x, y))
        axes.annotate(
            str(label),
            (x, y),
            (2, 2),
            textcoords="offset points",
            fontsize=5.5,
            color="#555555",
            path_effects=style.HALO,
            zorder=4,
        )


def _label_county(
    axes: Axes, shape: BaseGeometry, label: str, extent: tuple[float, float, float, float], *, strong: bool
) -> None:
    point = shape.representative_point()
    if _inside(point.x, point.y, extent):
        axes.text(
            point.x,
            point.y,
            label,
            ha="center",
            va="center",
            fontsize=11 if strong else 8,
            zorder=5,
            color="#444444" if strong else "#999999",
            fontweight="bold",
            path_effects=style.HALO,
            alpha=0.85,
        )


def _groups(
    projects: gpd.GeoDataFrame, kind: str, kinds: Mapping[str, str] | None
) -> list[tuple[str, gpd.GeoDataFrame, str, str]]:
    """Label, points, colour and marker of each kind that has a point, in the order of the legend."""
    points = projected(projects, "项目", *([kind] if kind else []))
    values = points[kind].astype(str) if kind else points.index.map(lambda _: "项目").to_series(points.index)
    colours = dict(kinds) if kinds else style.colours(list(dict.fromkeys(values)))
    absent = sorted(set(values) - set(colours))
    if absent:
        raise ReportError(f"地图图例没有：{'、'.join(absent)}。")
    groups = []
    for place, (value, colour) in enumerate(colours.items()):
        part = points[values == value]
        if len(part):
            groups.append((f"{value}（{len(part)}）", part, colour, _marker(place)))
    return groups


def _marker(place: int) -> str:
    """Colours repeat after eight kinds; then they come with another marker."""
    count = len(style.MARKERS)
    return style.MARKERS[(place + place // count) % count]


def _draw(axes: Axes, label: str, points: gpd.GeoDataFrame, colour: str, marker: str) -> Line2D:
    """Draw one kind and return its entry of the legend."""
    look: dict[str, Any] = {"marker": marker, "markerfacecolor": colour, "markeredgecolor": style.INK, "markersize": 5}
    (line,) = axes.plot(
        points.geometry.x, points.geometry.y, linestyle="", markeredgewidth=0.5, zorder=6, label=label, **look
    )
    return line


def scale_bar(axes: Axes, extent: tuple[float, float, float, float]) -> None:
    west, south, east, north = extent
    wanted = (east - west) / 5
    length = max(step for step in (1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5) if step <= max(wanted, 1e3))
    x, y = west + 0.03 * (east - west), south + 0.03 * (north - south)
    tick = 0.008 * (north - south)
    axes.plot([x, x, x + length, x + length], [y + tick, y, y, y + tick], color=style.INK, linewidth=1, zorder=8)
    axes.text(
        x + length / 2, y + 1.6 * tick, f"{length / 1e3:.0f} 千米", ha="center", va="bottom", fontsize=7, zorder=8
    )


def north_arrow(axes: Axes) -> None:
    axes.annotate(
        "北",
        xy=(0.96, 0.985),
        xytext=(0.96, 0.885),
        xycoords="axes fraction",
        ha="center",
        va="center",
        fontsize=8,
        arrowprops={"arrowstyle": "-|>", "color": style.INK, "linewidth": 1.2},
        zorder=8,
    )
