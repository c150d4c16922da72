"""What lies under the sites on a siting map: land, borders, towns, the river, rough places, the layers of the rules."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle

import geopandas as gpd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from shapely.geometry.base import BaseGeometry

from fengwuwu import geo
from fengwuwu.projects.site_layers import Layers
from fengwuwu.reporting import style
from fengwuwu.reporting.maps import projected

Handle = Patch | Line2D
_BORDER, _ROUGH = "#6B6B6B", "#7A5195"
# Neither the colour of a site nor the river's.
_LAYERS = ("#E69F00", "#009E73", "#CC79A7", "#F0E442", "#999999")
_SCHEMATIC, _RESERVES = "protected_areas_approx", "nature_reserves"


def draw_base(
    axes: Axes, layers: Layers, window: BaseGeometry, *, towns: bool = True, avoid: BaseGeometry | None = None
) -> list[Handle]:
    """Land, county borders and names, the river and towns inside a window.

    Parameters
    ----------
    axes : Axes
    layers : Layers
    window : shapely geometry
        In `fengwuwu.reporting.maps.PROJECTION`, as the axes.
    towns : bool
        Whether towns whose place is known are drawn and named.
    avoid : shapely geometry, optional
        Where no county's name may stand.
    """
    counties, river = projected(layers.counties, "县界", "county"), projected(layers.yangtze, "长江")
    gpd.GeoSeries([window]).plot(ax=axes, color="#F7F7F5")
    clipped(counties, window).plot(ax=axes, color=style.LAND, edgecolor="none")
    handles: list[Handle] = []
    if not (border := clipped(counties.set_geometry(counties.boundary), window)).empty:
        border.plot(ax=axes, color=_BORDER, linewidth=1.2, zorder=3)
        handles.append(Line2D([], [], color=_BORDER, linewidth=1.2, label="县界（示意）"))
    if not (water := clipped(river, window)).empty:
        water.plot(ax=axes, color=style.WATER, linewidth=2.2, zorder=3)
        handles.append(Line2D([], [], color=style.WATER, linewidth=2.2, label="长江（示意）"))
    _name_counties(axes, clipped(counties, window), window, avoid)
    if towns and len(points := clipped(projected(layers.townships, "乡镇", "township"), window)):
        axes.scatter(points.geometry.x, points.geometry.y, s=9, color=style.SOFT, zorder=4, linewidths=0)
        for x, y, name in zip(points.geometry.x, points.geometry.y, points["township"], strict=True):
            late = x > window.bounds[0] + 0.85 * (window.bounds[2] - window.bounds[0])
            _write(axes, str(name), x, y, (-3 if late else 3, -7), 6.5, align="right" if late else "left")
        mark = Line2D([], [], color=style.SOFT, marker="o", markersize=3, linestyle="", label="乡镇（约略点位）")
        handles.append(mark)
    return handles


def draw_rough(axes: Axes, layers: Layers, window: BaseGeometry, *, size: float = 6) -> list[Handle]:
    """Protected areas of which only the rough place is known, while the real layer is missing; no rule uses them."""
    if _RESERVES in layers.supplied or _SCHEMATIC not in layers.register:
        return []
    rough = clipped(projected(geo.layer(_SCHEMATIC), layers.register[_SCHEMATIC].title, "name"), window)
    if rough.empty:
        return []
    areas = rough[rough.geom_type.isin(["Polygon", "MultiPolygon"])]
    if len(areas):
        areas.boundary.plot(ax=axes, color=_ROUGH, linewidth=1.0, linestyle=":", zorder=3)
    places = rough.geometry.representative_point()
    points = (rough.geom_type == "Point").to_numpy()
    xs, ys = places.x.to_numpy(dtype=float), places.y.to_numpy(dtype=float)
    axes.scatter(xs[points], ys[points], s=26, marker="^", facecolor="none", edgecolor=_ROUGH, zorder=4)
    for x, y, name in zip(xs, ys, rough["name"], strict=True):
        _write(axes, str(name).split("（")[0], float(x), float(y), (0, 6), size, colour=_ROUGH, align="center")
    label = "自然保护地大致位置\n（未核实，不参与判断）"
    return [Line2D([], [], color=_ROUGH, linestyle=":", marker="^", markerfacecolor="none", label=label)]


def draw_rules(axes: Axes, layers: Layers, titles: set[str], window: BaseGeometry) -> list[Handle]:
    """Every supplied layer among `titles`, in its own colour and hatch, with the rules that use it and its error."""
    handles: list[Handle] = []
    asked = [name for name in layers.supplied if layers.register[name].title in titles]
    for place, (name, colour) in enumerate(zip(asked, cycle(_LAYERS), strict=False)):
        title = layers.register[name].title
        rules = list(layers.rules.loc[layers.rules["layer"] == name, "id"])
        shapes = clipped(projected(layers.supplied[name].shapes, title), window)
        label = f"{title.split('（')[0]}\n{_few(rules)}，±{layers.supplied[name].accuracy_m / 1000:g} km"
        if shapes.empty:
            handles.append(Patch(facecolor="none", edgecolor="none", label=f"{label}\n（图内没有）"))
            continue
        hatch = style.hatch(place)
        shapes.plot(ax=axes, color=colour, alpha=0.45, hatch=hatch, edgecolor=colour, zorder=2)
        handles.append(Patch(facecolor=colour, alpha=0.45, hatch=hatch, edgecolor=colour, label=label))
        if geo.ZONE in shapes and layers.supplied[name].shapes[geo.ZONE].nunique() > 1:
            _name_zones(axes, shapes, window)
    return handles


def sources(layers: Layers, titles: set[str]) -> str:
    """Where the layers that are drawn come from."""
    entries = [entry for name, entry in layers.register.items() if name in layers.supplied and entry.title in titles]
    entries += [layers.register[name] for name in ("counties", "yangtze") if name in layers.register]
    return "；".join(f"{entry.title.split('（')[0]}：{entry.source.split('，由')[0]}" for entry in entries)


def clipped(frame: gpd.GeoDataFrame, window: BaseGeometry) -> gpd.GeoDataFrame:
    """The parts of the shapes inside a window."""
    near = frame[frame.intersects(window)]
    return near.set_geometry(near.intersection(window))


def _few(rules: Sequence[str]) -> str:
    return "、".join(rules) if len(rules) <= 3 else f"{'、'.join(rules[:3])} 等"


def _name_counties(axes: Axes, counties: gpd.GeoDataFrame, window: BaseGeometry, avoid: BaseGeometry | None) -> None:
    """Names where there is room for them."""
    for shape, name in zip(counties.geometry, counties["county"], strict=True):
        room = shape if avoid is None else shape.difference(avoid)
        if room.area > 0.04 * window.area:
            place = room.representative_point()
            _write(axes, str(name), place.x, place.y, (0, 0), 12, colour="#B5AF9C", align="center")


def _name_zones(axes: Axes, shapes: gpd.GeoDataFrame, window: BaseGeometry) -> None:
    """What tells the parts of a layer apart, on those with room for it."""
    places = shapes.representative_point()
    for x, y, zone, size in zip(places.x, places.y, shapes[geo.ZONE], shapes.area, strict=True):
        if isinstance(zone, str) and size > 0.01 * window.area:
            _write(axes, zone, x, y, (0, 0), 6.5, align="center")


def _write(
    axes: Axes,
    text: str,
    x: float,
    y: float,
    offset: tuple[float, float],
    size: float,
    colour: str = "#555555",
    align: str = "left",
) -> None:
    axes.annotate(
        text,
        (x, y),
        offset,
        textcoords="offset points",
        fontsize=size,
        color=colour,
        ha=align,
        va="center",
        path_effects=style.HALO,
        zorder=4,
        annotation_clip=True,
        clip_on=True,
    )
