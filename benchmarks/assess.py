"""Seconds and memory of assessing many projects, part by part, and plain peers as a scale.

Run: ``python benchmarks/assess.py [projects]`` (10 000 by default). The projects are the shipped illustrative ones over
and over, with other names, sizes and places. Peers: for the whole, ``pandas.read_csv`` of the same table, which looks
at every cell once; for the accounting, the same grid-factor products of bare arrays; for the siting,
``geopandas.sjoin`` of the same points with the county outlines and the nearest township.
"""

from __future__ import annotations

import argparse
import io
import time
import tracemalloc
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd

from fengwuwu import geo, paths, reference
from fengwuwu.projects import assess as whole
from fengwuwu.projects import completion, emissions, siting, taxonomy
from fengwuwu.projects.intake import read_form
from fengwuwu.projects.schema import frame


def projects(count: int, seed: int = 1) -> pd.DataFrame:
    """Illustrative projects, repeated."""
    form = read_form(paths.PROJECTS / "illustrative_candidates.csv")
    shipped = frame([row.values for row in form.rows])
    shipped = shipped[shipped["project_id"].notna() & shipped["technology"].notna()]
    random = np.random.default_rng(seed)
    table = shipped.iloc[random.integers(0, len(shipped), count)].reset_index(drop=True)
    number = pd.Series(np.arange(count)).astype(str)
    size = random.uniform(0.5, 2.0, count)
    return table.assign(
        project_id="B" + number,
        project_name=table["project_name"] + number,
        capacity=table["capacity"] * size,
        investment_wan_yuan=table["investment_wan_yuan"] * size,
        lon=table["lon"] + random.normal(0, 0.05, count),
        lat=table["lat"] + random.normal(0, 0.05, count),
    )


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one run; the tables are warm."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def products(table: pd.DataFrame) -> np.ndarray:
    """What the accounting cannot do without: output times each factor."""
    output = table["annual_output"].fillna(table["capacity"]).to_numpy(dtype=float) * 1000
    factors = [reference.factor("grid_average", area).value for area in ("重庆", "西南", "全国")]
    return np.minimum.reduce([output * factor for factor in factors])


def joined(table: pd.DataFrame) -> gpd.GeoDataFrame:
    """The same sites by GeoPandas alone."""
    known = table[table["lon"].notna() & table["lat"].notna()]
    sites = gpd.GeoDataFrame(known[["project_id"]], geometry=gpd.points_from_xy(known["lon"], known["lat"]), crs=4326)
    inside = gpd.sjoin(sites, geo.layer("counties")[["county", "geometry"]], how="left")
    townships = geo.layer("townships")
    placed = townships[townships.geometry.notna() & ~townships.geometry.is_empty][["township", "geometry"]]
    plane = inside.drop(columns="index_right").to_crs("EPSG:32649")
    return gpd.sjoin_nearest(plane, placed.to_crs("EPSG:32649"), how="left")


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("projects", nargs="?", type=int, default=10_000)
    count = parser.parse_args().projects
    table = projects(count)
    whole.assess(table.head(200))  # reads the tables and layers
    total = seconds(lambda: whole.assess(table))
    print(f"assess    {count} projects  {total:.2f} s  {1e6 * total / count:.0f} µs per project")

    text = table.to_csv(index=False)
    reading = seconds(lambda: pd.read_csv(io.StringIO(text)))
    print(f"  against pandas.read_csv of the same table ({reading:.2f} s): {total / reading:.1f} times")

    verdict = taxonomy.judge(table).pop("verdict")
    years = completion.complete(table, verdict)["lifetime_years_used"]
    parts = {
        "classify": seconds(lambda: taxonomy.judge(table)),
        "complete": seconds(lambda: completion.complete(table, verdict)),
        "account": seconds(lambda: emissions.reductions(table, years)),
        "site": seconds(lambda: siting.screen(table)),
    }
    parts["admit, flags"] = total - sum(parts.values())
    for name, value in parts.items():
        print(f"  {name:13} {value:6.2f} s")
    plain = seconds(lambda: products(table))
    print(f"account against bare products ({plain * 1000:.2f} ms): {parts['account'] / plain:.0f} times")
    peer = seconds(lambda: joined(table))
    print(f"site against geopandas.sjoin and sjoin_nearest ({peer:.2f} s): {parts['site'] / peer:.2f} times")

    tracemalloc.start()
    whole.assess(table)
    print(f"peak memory {tracemalloc.get_traced_memory()[1] / 1e6:.0f} MB, of which input {_size(table):.0f} MB")
    return 0


def _size(table: pd.DataFrame) -> float:
    return float(table.memory_usage(deep=True).sum()) / 1e6


if __name__ == "__main__":
    raise SystemExit(main())
