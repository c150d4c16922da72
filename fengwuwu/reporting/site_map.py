"""Review map of one project: the place with its error, the layers around it, and what each rule says."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import cycle

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from shapely.geometry.base import BaseGeometry

from fengwuwu import geo
from fengwuwu.errors import InputError
from fengwuwu.projects.overlays import ORDER
from fengwuwu.projects.site_layers import Layers
from fengwuwu.projects.sites import sites
from fengwuwu.projects.siting import by_rule
from fengwuwu.reporting import style
from fengwuwu.reporting.maps import PROJECTION, SKETCH, map_frame, north_arrow, projected, scale_bar
from fengwuwu.reporting.units import text_width
from fengwuwu.vocabulary import SITING

_LEAST_M = 2_000.0  # half of the window's side
_SITE = "#D55E00"
# Neither the site's colour nor the river's.
_LAYERS = ("#E69F00", "#009E73", "#CC79A7", "#F0E442", "#999999")
_LINE_EM = 56.0  # width of a line below the map
_BELOW_MM = 3.5  # per line


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
    ring = shape.buffer(radius) if radius > 0 else None
    window = _window(shape, radius, rows, layers)
    lines = _lines(row, rows, radius)
    with style.styled():
        figure, axes = map_frame(_bounds(window), legend_mm=48.0)
        _make_room(figure, axes, len(lines))
        handles = _draw_layers(axes, layers, rows, window)
        if ring is not None:
            gpd.GeoSeries([ring.exterior]).plot(ax=axes, color=style.INK, linewidth=1, linestyle="--", zorder=6)
            label = f"位置误差 {radius / 1000:g} km"
            handles.append(Line2D([], [], color=style.INK, linestyle="--", linewidth=1, label=label))
        gpd.GeoSeries([shape]).plot(ax=axes, color=_SITE, edgecolor=style.INK, alpha=0.8, markersize=36, zorder=7)
        handles.append(Line2D([], [], color=_SITE, marker="o", linestyle="", markeredgecolor=style.INK, label="项目"))
        axes.set(xlabel="", ylabel="")
        axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0)
        axes.set_title(f"{row['project_id']} {row.get('project_name', '')}".strip(), loc="left", fontsize=9, pad=3)
        scale_bar(axes, _bounds(window))
        north_arrow(axes)
        figure.text(0.01, 0.008, "\n".join([*lines, f"{SKETCH}。"]), fontsize=7, va="bottom", linespacing=1.35)
        style.stamp(figure, notice)
    return figure


def _window(shape: BaseGeometry, radius: float, rows: pd.DataFrame, layers: Layers) -> BaseGeometry:
    """A square around the site: its error twice, and the nearest place of each layer that spoke of one within 10 km."""
    west, south, east, north = shape.bounds
    supplied = [layers.register[name].title for name in layers.supplied]
    distance = rows.loc[rows["layer"].isin(supplied), "distance_m"].to_numpy(dtype=float)
    near = distance[distance < 10_000]
    half = max(east - west, north - south) / 2
    half += max([_LEAST_M, 1.6 * np.nan_to_num(radius), *(1.3 * near)])
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


def _draw_layers(axes: Axes, layers: Layers, rows: pd.DataFrame, window: BaseGeometry) -> list[Patch | Line2D]:
    """The border, the river, and every supplied layer that a rule asked."""
    counties, river = projected(layers.counties, "县界", "county"), projected(layers.yangtze, "长江")
    gpd.GeoSeries([window]).plot(ax=axes, color="#F7F7F5")
    _clipped(counties, window).plot(ax=axes, color=style.LAND, edgecolor="none")
    handles: list[Patch | Line2D] = []
    asked = [name for name in layers.supplied if layers.register[name].title in set(rows["layer"])]
    for name, colour, place in zip(asked, cycle(_LAYERS), range(len(asked)), strict=False):
        shapes = _clipped(projected(layers.supplied[name].shapes, layers.register[name].title), window)
        title = f"{layers.register[name].title}\n±{layers.supplied[name].accuracy_m / 1000:g} km"
        if shapes.empty:
            handles.append(Patch(facecolor="none", edgecolor="none", label=f"{title}，图内没有"))
            continue
        shapes.plot(ax=axes, color=colour, alpha=0.45, hatch=style.hatch(place), edgecolor=colour, zorder=2)
        handles.append(Patch(facecolor=colour, alpha=0.45, hatch=style.hatch(place), edgecolor=colour, label=title))
    if not (border := _clipped(counties.set_geometry(counties.boundary), window)).empty:
        border.plot(ax=axes, color="#6B6B6B", linewidth=1.2, zorder=3)
        handles.append(Line2D([], [], color="#6B6B6B", linewidth=1.2, label="县界"))
    if not (water := _clipped(river, window)).empty:
        water.plot(ax=axes, color=style.WATER, linewidth=2.2, zorder=3)
        handles.append(Line2D([], [], color=style.WATER, linewidth=2.2, label="长江（示意）"))
    return handles


def _clipped(frame: gpd.GeoDataFrame, window: BaseGeometry) -> gpd.GeoDataFrame:
    near = frame[frame.intersects(window)]
    return near.set_geometry(near.intersection(window))


def _lines(row: pd.Series, rows: pd.DataFrame, radius: float) -> list[str]:
    """What the rules say, the worst first; rules without their layer in one sentence."""
    rank = rows["answer"].map(ORDER.index)
    lacking = rows["text"].str.startswith("缺少") & rows["layer"].notna()
    spoken = rows.assign(rank=rank)[~lacking].sort_values("rank", ascending=False, kind="stable")
    said = [f"{SITING[r['answer']]}　{r['rule']} {r['name']}：{r['text']}" for r in spoken.to_dict("records")]
    if radius != radius:
        said.insert(0, "位置误差未报：不按 0 处理，凡按距离的判断只能是“无法判断”或“待复核”。")
    if lacking.any():
        names = "、".join(dict.fromkeys(rows.loc[lacking, "layer"]))
        said.append(f"{SITING['undetermined']}　缺少可用于判断的图层：{names}")
    return list(_wrapped([f"选址结论：{SITING[ORDER[int(rank.max())]]}（取最差的一条）", *said]))


def _wrapped(lines: Iterable[str]) -> Iterable[str]:
    """Lines no wider than the figure; Chinese breaks anywhere."""
    for line in lines:
        said = ""
        for letter in line:
            if text_width(said + letter) > _LINE_EM:
                yield said
                said = "　　　"
            said += letter
        yield said
