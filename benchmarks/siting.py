"""Siting of many sites against many polygons, as a ratio to GeoPandas.

Run ``python benchmarks/siting.py [sites] [polygons]`` (100 000 and 10 000 by default). Both are made up: points all
over the region, a third of them with an error of 1 km, so that it reaches some polygon, and non-overlapping areas with
outlines as a survey gives them, then squares; each also with an outline of about 1 ha for one site in twenty. Times are
CPU times, the least of three. Printed are

- the ratio to ``geopandas.sjoin`` alone, which only says who is inside: of the first rule about a layer (it puts the
  layer into the plane and joins what touches), of every further rule about it, and of a first rule together with
  reading the places from the table, which is done once for all rules;
- the ratio to GeoPandas measuring what siting measures: the join, the nearest polygon as far as the errors reach, the
  overlap of the outlines, all in the plane and without words.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from fengwuwu import geo
from fengwuwu.projects.overlays import ORDER, overlay
from fengwuwu.projects.site_layers import RuleLayer
from fengwuwu.projects.sites import sites

RULE = pd.Series({"kind": "overlap", "zones": None, "limit": np.nan, "action": "block"})
ACCURACY_M = 20.0
# Surveyed boundaries of protected areas have hundreds of corners and more.
CORNERS = (100, 300)
Result = TypeVar("Result")


def made_up(count: int, outlines: float) -> pd.DataFrame:
    """A table of sites, a share of them with an outline."""
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"project_id": np.arange(count).astype(str), "lon": rng.uniform(108.8, 110.2, count)})
    table["lat"] = rng.uniform(30.5, 31.7, count)
    table["location_radius_km"] = np.where(rng.random(count) < 1 / 3, 1.0, 0.05)
    drawn = np.flatnonzero(rng.random(count) < outlines)
    circles = shapely.buffer(shapely.points(*table.loc[drawn, ["lon", "lat"]].to_numpy().T), 0.0005)
    table["site_geojson"] = pd.Series(shapely.to_geojson(circles), index=drawn, dtype=object).reindex(range(count))
    return table


def areas(count: int, vertices: tuple[int, int] | None) -> gpd.GeoDataFrame:
    """Areas that do not overlap and cover about a fifth of the region.

    Parameters
    ----------
    vertices : tuple of int, optional
        Least and most corners of ragged outlines, as a surveyed boundary has them; squares without.
    """
    side = int(np.ceil(np.sqrt(count)))
    x, y = np.meshgrid(np.linspace(108.8, 110.19, side), np.linspace(30.5, 31.69, side))
    x, y = x.ravel()[:count], y.ravel()[:count]
    if vertices is None:
        shapes = shapely.box(x, y, x + 0.6 / side, y + 0.6 / side)
    else:
        rng = np.random.default_rng(2)
        corners = rng.integers(vertices[0], vertices[1] + 1, count)
        area = np.repeat(np.arange(count), corners)
        place = np.arange(corners.sum()) - np.repeat(np.cumsum(corners) - corners, corners)
        angle = 2 * np.pi * place / corners[area]
        # Bays and headlands, and the small teeth of a line that follows the ground.
        bays = sum(
            rng.uniform(0, 0.08, count)[area] * np.sin(k * angle + rng.uniform(0, 6, count)[area]) for k in (2, 3, 5)
        )
        radius = 0.36 / side * (1 + bays + rng.uniform(-0.02, 0.02, len(angle)))
        xy = np.column_stack([
            x[area] + 0.3 / side + radius * np.cos(angle),
            y[area] + 0.3 / side + radius * np.sin(angle),
        ])
        shapes = shapely.polygons(shapely.linearrings(xy, indices=area))
    return gpd.GeoDataFrame(geometry=shapes, crs=geo.WGS84)


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """Result and the least CPU time of three runs."""
    seconds = []
    for _ in range(3):
        start = time.process_time()
        result = work()
        seconds.append(time.process_time() - start)
    return result, min(seconds)


def measured(shapes: gpd.GeoDataFrame, squares: gpd.GeoDataFrame, radius_m: np.ndarray) -> None:
    """The same measures by GeoPandas."""
    site, zone = shapes.to_crs(geo.EQUAL_AREA), squares.to_crs(geo.EQUAL_AREA)
    inside = gpd.sjoin(site, zone, predicate="intersects", how="left")["index_right"].notna()
    outside = site[~inside.groupby(level=0).any()]
    for radius in np.unique(radius_m):
        asked = outside[radius_m[outside.index] == radius]
        gpd.sjoin_nearest(asked, zone, max_distance=radius + ACCURACY_M, distance_col="distance_m")
    gpd.overlay(site[site.geom_type != "Point"], zone, how="intersection").area.to_numpy()


def compare(title: str, table: pd.DataFrame, squares: gpd.GeoDataFrame) -> None:
    """Print times and ratios."""
    places, reading = timed(lambda: sites(table))
    shapes = gpd.GeoDataFrame(geometry=places.shapes, crs=geo.WGS84)
    joined, alone = timed(lambda: gpd.sjoin(shapes, squares, predicate="intersects", how="left"))
    _, same = timed(lambda: measured(shapes, squares, places.radius_m))

    def layer() -> RuleLayer:
        return RuleLayer(squares, ACCURACY_M, shapely.box(107, 29, 112, 33))

    # Copies keep nothing of what was indexed before.
    _, first = timed(lambda: overlay(RULE, layer(), replace(places), smallest_ha=0.01))
    kept = layer()
    found, further = timed(lambda: overlay(RULE, kept, places, smallest_ha=0.01))
    print(
        f"{len(table)} sites, {(places.dimension == 2).mean():.0%} with an outline, {len(squares)} {title}: "
        f"sjoin alone {alone:.2f} s, GeoPandas measuring the same {same:.2f} s"
    )
    for name, seconds in {"first rule": first, "further rule": further, "with places": reading + first}.items():
        print(f"  {name:12} {seconds:5.2f} s, {seconds / alone:5.1f} and {seconds / same:5.2f} times these")
    hits = joined["index_right"].notna().groupby(level=0).any().sum()
    print(f"  inside: sjoin {hits}, siting {(found.distance_m == 0).sum()}")
    print(f"  answers: {pd.Series([ORDER[at] for at in found.answer]).value_counts().to_dict()}")


def main(count: int, polygons: int) -> None:
    """Ragged areas and squares, for points only and with an outline for one site in twenty."""
    for title, zones in (
        (f"areas of {CORNERS[0]} to {CORNERS[1]} corners", areas(polygons, CORNERS)),
        ("squares", areas(polygons, None)),
    ):
        for outlines in (0.0, 0.05):
            compare(title, made_up(count, outlines), zones)


if __name__ == "__main__":
    main(*(int(text) for text in (sys.argv[1:3] if len(sys.argv) > 2 else ("100000", "10000"))))
