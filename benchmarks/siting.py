"""Siting of many sites against many polygons, as a ratio to ``geopandas.sjoin`` alone.

Run ``python benchmarks/siting.py [sites] [polygons]`` (100 000 and 10 000 by default). Both are made up: points all
over the region, a third of them with an error of 1 km, and non-overlapping squares. Unlike the join, siting also
measures how near each site is to an edge, as far as the errors reach.
"""

from __future__ import annotations

import sys
import time

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from fengwuwu import geo
from fengwuwu.projects.overlays import overlay
from fengwuwu.projects.site_layers import RuleLayer
from fengwuwu.projects.sites import sites


def main(count: int, polygons: int) -> None:
    """Print both times and their ratio."""
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(108.8, 110.2, count), rng.uniform(30.5, 31.7, count)
    radius = np.where(rng.random(count) < 1 / 3, 1.0, 0.05)
    table = pd.DataFrame({"project_id": np.arange(count).astype(str), "lon": lon, "lat": lat})
    table["location_radius_km"] = radius
    side = int(np.ceil(np.sqrt(polygons)))
    x, y = np.meshgrid(np.linspace(108.8, 110.19, side), np.linspace(30.5, 31.69, side))
    x, y = x.ravel()[:polygons], y.ravel()[:polygons]
    squares = gpd.GeoDataFrame(geometry=shapely.box(x, y, x + 0.6 / side, y + 0.6 / side), crs=geo.WGS84)
    points = gpd.GeoDataFrame(table, geometry=shapely.points(lon, lat), crs=geo.WGS84)

    start = time.perf_counter()
    joined = gpd.sjoin(points, squares, predicate="intersects", how="left")
    alone = time.perf_counter() - start
    hits = int(joined["index_right"].notna().sum())

    rule = pd.Series({"kind": "overlap", "zones": None, "limit": np.nan, "action": "block"})
    layer = RuleLayer(squares, 20.0, shapely.box(107, 29, 112, 33))
    start = time.perf_counter()
    found = overlay(rule, layer, sites(table), smallest_ha=0.01)
    ours = time.perf_counter() - start
    inside = int((found.distance_m == 0).sum())
    print(f"sites {count}, polygons {polygons}; sjoin {alone:.2f} s, siting {ours:.2f} s, ratio {ours / alone:.1f}")
    print(f"inside: sjoin {hits}, siting {inside}")
    print(pd.Series(found.answer).value_counts().to_dict())


if __name__ == "__main__":
    main(*(int(text) for text in (sys.argv[1:3] if len(sys.argv) > 2 else ("100000", "10000"))))
