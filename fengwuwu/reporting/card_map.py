"""The small map of a project card: the place in its county, and the county in the region."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from shapely.geometry.base import BaseGeometry

from fengwuwu.reporting import page, style
from fengwuwu.reporting.maps import PROJECTION, SKETCH, north_arrow, projected, scale_bar

_WIDTH_MM, _LOCATOR_MM, _BELOW_MM, _ABOVE_MM = 122.0, 45.0, 4.5, 3.5
_TOLERANCE_M = 250.0  # at this size nobody sees more
_SITE = style.PALETTE[6]


class CardMap:
    """One figure for all cards of a county: the ground is drawn once, each project takes the place of the last.

    Parameters
    ----------
    counties, yangtze, towns : GeoDataFrame
        Layers; towns are points, those of `focus` are drawn.
    focus : sequence of str
        Full names of the counties shown large.
    notice : str
        Printed into the picture when the projects are not real.
    """

    def __init__(
        self,
        counties: gpd.GeoDataFrame,
        yangtze: gpd.GeoDataFrame,
        towns: gpd.GeoDataFrame,
        *,
        focus: Sequence[str],
        notice: str = "",
    ) -> None:
        outlines = projected(counties, "县界", "county")
        outlines = outlines.set_geometry(outlines.simplify(_TOLERANCE_M))
        shown = outlines[outlines["county"].isin(list(focus))]
        river = projected(yangtze, "长江")
        places = projected(towns, "乡镇")
        width, height = _WIDTH_MM, page.CARD_MAP_HEIGHT_MM
        with style.styled():
            self.figure: Figure = plt.figure(figsize=(width * style.MM, height * style.MM))
            part = (width - _LOCATOR_MM) / width
            tall = 1 - (_BELOW_MM + _ABOVE_MM) / height
            self.large = self.figure.add_axes((0.0, _BELOW_MM / height, part, tall))
            small = self.figure.add_axes((part, _BELOW_MM / height, 1 - part, tall))
            for axes, extent in ((self.large, _extent(shown)), (small, _extent(outlines))):
                _ground(axes, outlines, shown, river, extent)
            scale_bar(self.large, _limits(self.large))
            north_arrow(self.large)
            places = places[places["county"].isin(list(focus))]
            self.large.scatter(places.geometry.x, places.geometry.y, s=3, color=style.SOFT, linewidths=0, zorder=3)
            for shape, label in zip(outlines.geometry, outlines["county"], strict=True):
                _name(small, shape, str(label)[:2])
            self.figure.text(0.005, 0.012, f"{SKETCH}。左：★ 项目点位，虚线为位置误差，灰点为乡镇；右：所在区位。",
                             fontsize=6, color="#555555", va="bottom")  # fmt: skip
            style.stamp(self.figure, notice)
        self.axes = (self.large, small)
        self.marks: list[Any] = []

    def draw(self, shape: BaseGeometry, radius_m: float = float("nan")) -> Figure:
        """Mark one project.

        Parameters
        ----------
        shape : geometry
            Point, line or area, EPSG:4326.
        radius_m : float
            Possible error of the place; not drawn when unknown.
        """
        for mark in self.marks:
            mark.remove()
        self.marks = []
        (shape,) = gpd.GeoSeries([shape], crs=4326).to_crs(PROJECTION)
        point = shape.representative_point()
        with style.styled():
            for axes, size in zip(self.axes, (11, 6), strict=True):
                self.marks += axes.plot(
                    point.x, point.y, marker="*", markersize=size, color=_SITE, markeredgecolor=style.INK,
                    markeredgewidth=0.5, zorder=9,
                )  # fmt: skip
            rings = [shape] if shape.geom_type.endswith("Polygon") else []
            rings += [shape.buffer(radius_m)] if radius_m > 0 else []
            for ring in rings:
                for part in getattr(ring, "geoms", [ring]):
                    x, y = np.asarray(part.exterior.coords).T[:2]
                    self.marks += self.large.plot(x, y, color=style.INK, linewidth=0.8, linestyle="--", zorder=8)
        return self.figure

    def close(self) -> None:
        """Free the figure."""
        plt.close(self.figure)


def _extent(shown: gpd.GeoDataFrame) -> tuple[float, float, float, float]:
    west, south, east, north = shown.total_bounds
    margin = 0.05 * max(east - west, north - south)
    return west - margin, south - margin, east + margin, north + margin


def _ground(
    axes: Axes,
    outlines: gpd.GeoDataFrame,
    shown: gpd.GeoDataFrame,
    river: gpd.GeoDataFrame,
    extent: tuple[float, float, float, float],
) -> None:
    """Land, borders and river; the view is widened to the shape of the axes, never the picture stretched."""
    outlines.plot(ax=axes, color="#F7F7F5", edgecolor="#BBBBBB", linewidth=0.5)
    shown.plot(ax=axes, color=style.LAND, edgecolor="#6B6B6B", linewidth=0.8)
    river.plot(ax=axes, color=style.WATER, linewidth=1.4, zorder=2)
    box, (wide, high) = axes.get_position(original=True), axes.get_figure(root=True).get_size_inches()  # type: ignore[union-attr]
    ratio = (box.width * wide) / (box.height * high)
    west, south, east, north = extent
    across, along = max(east - west, (north - south) * ratio), max(north - south, (east - west) / ratio)
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    axes.set_xlim(middle_x - across / 2, middle_x + across / 2)
    axes.set_ylim(middle_y - along / 2, middle_y + along / 2)
    axes.set(xlabel="", ylabel="", xticks=[], yticks=[])
    axes.set_aspect("equal")
    axes.set_autoscale_on(False)
    axes.grid(False)


def _limits(axes: Axes) -> tuple[float, float, float, float]:
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    return west, south, east, north


def _name(axes: Axes, shape: BaseGeometry, label: str) -> None:
    point = shape.representative_point()
    axes.text(point.x, point.y, label, ha="center", va="center", fontsize=7, color="#555555", path_effects=style.HALO)
