"""Review map of one project: the place with its error, the layers around it, and what each rule says."""

from __future__ import annotations

import re
from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from shapely.geometry.base import BaseGeometry

from fengwuwu import geo
from fengwuwu.errors import InputError
from fengwuwu.projects.overlays import ORDER
from fengwuwu.projects.site_facts import facts
from fengwuwu.projects.site_layers import Layers
from fengwuwu.projects.sites import sites
from fengwuwu.projects.siting import by_rule
from fengwuwu.reporting import style
from fengwuwu.reporting.map_layers import draw_base, draw_rough, draw_rules, sources
from fengwuwu.reporting.maps import PROJECTION, SKETCH, map_frame, north_arrow, projected, scale_bar
from fengwuwu.reporting.units import text_width
from fengwuwu.vocabulary import SITING

_LEAST_M = 2_000.0  # half of the window's side
_NEAR_M = 10_000.0  # what is farther does not widen the window
_LEAST_LABEL_M = 50.0
_SITE = "#D55E00"
_LINE_EM = 54.0  # width of a line below the map
_BELOW_MM = 3.5  # per line

_Distance = tuple[str, float, BaseGeometry]


def site_map(project: gpd.GeoDataFrame, layers: Layers, notice: str = "") -> Figure:
    """Draw one project and write the findings below.

    Parameters
    ----------
    project : GeoDataFrame
        One row, with the form's columns.
    layers : Layers
    notice : str
        Printed into the picture when the project is not real.

    Raises
    ------
    InputError
        When the project has no place.
    """
    row = project.iloc[0]
    placed = sites(project)
    if not placed.placed[0]:
        raise InputError(f"项目 {row['project_id']} 没有坐标，画不出图。", remedy="请补充经度、纬度或图形。")
    (shape,) = gpd.GeoSeries(placed.shapes, crs=geo.WGS84).to_crs(PROJECTION)
    radius = float(placed.radius_m[0])
    rows = by_rule(project, layers)
    titles = set(rows["layer"].dropna())
    distances = _distances(project, shape, layers, rows)
    window = _window(shape, radius, [metres for _, metres, _ in distances])
    lines = [*_lines(rows, radius), *_origin(shape, layers, titles)]
    with style.styled():
        figure, axes = map_frame(_bounds(window), legend_mm=48.0)
        _make_room(figure, axes, len(lines))
        clear = shape.buffer(0.15 * (window.bounds[2] - window.bounds[0]))
        handles = [*draw_base(axes, layers, window, avoid=clear), *draw_rough(axes, layers, window)]
        handles += draw_rules(axes, layers, titles, window)
        if radius > 0:
            ring = gpd.GeoSeries([shape.buffer(radius).exterior])
            ring.plot(ax=axes, color=style.INK, linewidth=1, linestyle="--", zorder=6)
            label = f"位置误差 ±{radius / 1000:g} km"
            handles.append(Line2D([], [], color=style.INK, linestyle="--", linewidth=1, label=label))
        if _draw_distances(axes, distances, window):
            handles.append(Line2D([], [], color=_SITE, linewidth=0.9, linestyle="-.", label="到最近处的距离"))
        gpd.GeoSeries([shape]).plot(ax=axes, color=_SITE, edgecolor=style.INK, alpha=0.8, markersize=36, zorder=7)
        handles.append(Line2D([], [], color=_SITE, marker="o", linestyle="", markeredgecolor=style.INK, label="项目"))
        axes.set(xlabel="", ylabel="")
        axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0, labelspacing=0.8)
        axes.set_title(f"{row['project_id']} {row.get('project_name', '')}".strip(), loc="left", fontsize=9, pad=3)
        scale_bar(axes, _bounds(window))
        north_arrow(axes)
        figure.text(0.01, 0.008, "\n".join(lines), fontsize=7, va="bottom", linespacing=1.35)
        style.stamp(figure, notice)
    return figure


def _distances(project: gpd.GeoDataFrame, shape: BaseGeometry, layers: Layers, rows: pd.DataFrame) -> list[_Distance]:
    """The label, the metres and the line to the nearest place, of each zone a rule measured, the border and the river.

    The metres are those the rules use (geodesic); the line is drawn in the plane of the map.
    """
    site = facts(project, layers).iloc[0]
    found: list[_Distance] = []
    declared = projected(layers.counties, "县界", "county")
    declared = declared[[name in str(project.iloc[0].get("county")).split(";") for name in declared["county"]]]
    if len(declared) and site["site_border_km"] == site["site_border_km"]:
        border = declared.union_all().boundary
        found.append(("县界", abs(float(site["site_border_km"])) * 1000, shapely.shortest_line(shape, border)))
    river = projected(layers.yangtze, "长江").union_all()
    if site["site_yangtze_m"] == site["site_yangtze_m"]:
        found.append(("长江示意线", float(site["site_yangtze_m"]), shapely.shortest_line(shape, river)))
    keys = {entry.title: name for name, entry in layers.register.items() if name in layers.supplied}
    measured = rows[rows["layer"].isin(list(keys)) & (rows["distance_m"] > 0)]
    zones = layers.rules.set_index("id")["zones"].fillna("")
    for row in measured.drop_duplicates(["layer", "distance_m"]).to_dict("records"):
        layer = layers.supplied[keys[row["layer"]]]
        sure, maybe = layer.zones(zones[row["rule"]])
        shapes = projected(layer.shapes[sure | maybe], str(row["layer"]))
        if len(shapes):
            line = shapely.shortest_line(shape, shapes.union_all())
            found.append((str(row["rule"]), float(row["distance_m"]), line))
    return found


def _draw_distances(axes: Axes, distances: list[_Distance], window: BaseGeometry) -> bool:
    """A line and its length to each nearest place inside the window; whether there was one."""
    seen = [item for item in distances if item[1] >= _LEAST_LABEL_M and window.covers(item[2])]
    for label, metres, line in seen:
        gpd.GeoSeries([line]).plot(ax=axes, color=_SITE, linewidth=0.9, linestyle="-.", zorder=5)
        middle = line.interpolate(0.62, normalized=True)
        length = f"{metres / 1000:.1f} km" if metres >= 1000 else f"{metres:.0f} m"
        axes.annotate(
            f"{label} {length}",
            (middle.x, middle.y),
            ha="center",
            va="center",
            fontsize=6.5,
            color=_SITE,
            path_effects=style.HALO,
            zorder=8,
        )
    return bool(seen)


def _window(shape: BaseGeometry, radius: float, distances: list[float]) -> BaseGeometry:
    """A square around the site: its error twice, and every nearest place that is within 10 km."""
    west, south, east, north = shape.bounds
    half = max(east - west, north - south) / 2
    half += max([_LEAST_M, 1.6 * np.nan_to_num(radius), *(1.15 * metres for metres in distances if metres < _NEAR_M)])
    x, y = (west + east) / 2, (south + north) / 2
    return shapely.box(x - half, y - half, x + half, y + half)


def _bounds(window: BaseGeometry) -> tuple[float, float, float, float]:
    west, south, east, north = window.bounds
    return west, south, east, north


def _make_room(figure: Figure, axes: Axes, lines: int) -> None:
    """Make the figure higher by the text below the map, and the map as large as it was."""
    width, height = figure.get_size_inches()
    more = (lines + 1) * _BELOW_MM * style.MM
    left, bottom, wide, high = axes.get_position().bounds
    figure.set_size_inches(width, height + more)
    axes.set_position((left, (bottom * height + more) / (height + more), wide, high * height / (height + more)))


def _origin(shape: BaseGeometry, layers: Layers, titles: set[str]) -> list[str]:
    """Where the site and the layers come from, and that the map is a sketch."""
    place = gpd.GeoSeries([shape.representative_point()], crs=PROJECTION).to_crs(geo.WGS84)
    at = f"项目位置：东经 {place.x.iloc[0]:.4f}°，北纬 {place.y.iloc[0]:.4f}°（CGCS2000/WGS84）。"
    return list(_wrapped([f"{at}图层来源：{sources(layers, titles)}。{SKETCH}。"]))


def _lines(rows: pd.DataFrame, radius: float) -> list[str]:
    """What the rules say, the worst first; rules without their layer in one sentence."""
    rank = rows["answer"].map(ORDER.index)
    lacking = rows["text"].str.startswith("缺少") & rows["layer"].notna()
    spoken = rows.assign(rank=rank)[~lacking].sort_values("rank", ascending=False, kind="stable")
    said = [f"{SITING[r['answer']]}　{r['rule']} {r['name']}：{r['text']}" for r in spoken.to_dict("records")]
    if radius != radius:
        said.insert(0, "位置误差未报：不按 0 处理，凡按距离的判断只能是“无法判断”或“待复核”。")
    if lacking.any():
        rules = rows[lacking].groupby("layer", sort=False)["rule"].agg("、".join)
        names = "、".join(f"{layer}（{ids}）" for layer, ids in rules.items())
        said.append(f"{SITING['undetermined']}　缺少可用于判断的图层：{names}")
    return list(_wrapped([f"选址结论：{SITING[ORDER[int(rank.max())]]}（取最差的一条）", *said]))


def _wrapped(lines: Iterable[str]) -> Iterable[str]:
    """Lines no wider than the figure; Chinese breaks anywhere but before a stop; a word or a number does not."""
    for line in lines:
        said = ""
        for piece in re.findall(r"[（《“]?(?:[!-~]+|.)[）》”、，。；：]*", line):
            if text_width(said + piece) > _LINE_EM:
                yield said
                said = "　　　"
            said += piece
        yield said
