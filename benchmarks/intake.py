"""A workbook of 10 000 projects end to end into a library, against pandas and pyogrio that only read and write.

Run: ``python benchmarks/intake.py [--rows N] [--profile]``. Prints wall and processor seconds of each step, the peak
memory of each side in a process of its own, and the ratio of both sides in this run. The aim is a ratio below 2.
"""

from __future__ import annotations

import argparse
import cProfile
import multiprocessing
import pstats
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest import mock

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import psutil

from fengwuwu.projects import files, imports, store
from fengwuwu.projects import library as library_module
from fengwuwu.projects.fields import BY_KEY
from fengwuwu.projects.library import Library

COLUMNS = (
    *("project_id", "project_name", "data_kind", "owner", "county", "township", "lon", "lat", "technology", "content"),
    *("capacity", "capacity_unit", "annual_output", "annual_output_unit", "stage", "investment_wan_yuan"),
    *("own_capital_wan_yuan", "financing_need_wan_yuan", "annual_revenue_wan_yuan", "lifetime_years"),
    *("construction_years", "earliest_start", "latest_start", "construction_profile", "divisible", "value_status"),
    *("source", "source_kind", "note"),
)
Steps = list[tuple[str, float, float]]


def write_form(path: Path, rows: int) -> None:
    """An illustrative form: one project a row, a tenth of the amounts with their unit in the cell."""
    draw = np.random.default_rng(1)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("示例项目")
    sheet.append([BY_KEY[key].full_header for key in COLUMNS])
    places = [
        ("奉节县", "康乐镇", 109.45, 31.12),
        ("巫山县", "大昌镇", 109.79, 31.27),
        ("巫溪县", "尖山镇", 109.37, 31.42),
    ]
    for number in range(rows):
        county, town, lon, lat = places[number % 3]
        capacity = round(float(draw.uniform(5, 100)), 2)
        cost = round(capacity * float(draw.uniform(400, 500)), 2)
        own, east, north = round(cost * 0.2, 2), *draw.normal(0, 0.02, 2).round(6).tolist()
        sheet.append([
            *(f"示例-{number:05d}", f"示例：{town}光伏 {number} 期", "示例", f"示例单位 {number % 50}", county, town),
            *(lon + east, lat + north, "集中式光伏", f"示例：集中式光伏，规模 {capacity} MW", capacity, "MW"),
            *(round(capacity * 0.85, 3), "GWh", "可研", f"{cost}万元" if number % 10 == 0 else cost, own),
            *(round(cost - own, 2), round(cost * 0.08, 2), 25, 2, 2027, 2030, "0.4;0.6", "否", "假设"),
            *("benchmarks/intake.py 生成", "示例生成", "示例数据，不得作为申报依据"),
        ])
    book.save(path)


def ours(form: Path, folder: Path) -> Steps:
    """Steps of one import in a fresh process: name, wall seconds, processor seconds."""
    steps: Steps = []

    def timed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            wall, busy = time.perf_counter(), time.process_time()
            result = function(*given, **named)
            steps.append((name, time.perf_counter() - wall, time.process_time() - busy))
            return result

        return call

    library = Library.open(folder / "library.gpkg")
    parts = (
        ("读单元格", files, "read"),
        ("读表（含读单元格）", library_module, "read_form"),
        ("逐行判定", imports, "judge"),
        ("写库", store, "append"),
    )
    with ExitStack() as stack:
        # pandera loads hypothesis where tests have installed it; who only uses fengwuwu does not have it
        stack.enter_context(mock.patch.dict(sys.modules, {"hypothesis": None}))
        for name, module, function in parts:
            stack.enter_context(mock.patch.object(module, function, timed(name, getattr(module, function))))
        result = timed("全程（Library.import_file）", library.import_file)(form, by="基准测试")
    assert result.accepted == result.rows_read, result.messages()[:5]
    return steps


def peer(form: Path, folder: Path) -> Steps:
    """Pandas and pyogrio doing no more than read and write."""
    wall, busy = time.perf_counter(), time.process_time()
    table = pd.read_excel(form, engine="calamine")
    points = gpd.points_from_xy(table["经度（°）"], table["纬度（°）"], crs="EPSG:4326")
    gpd.GeoDataFrame(table, geometry=points).to_file(folder / "peer.gpkg", engine="pyogrio")
    return [("全程（read_excel + to_file）", time.perf_counter() - wall, time.process_time() - busy)]


def _measured(work: Callable[[Path, Path], Steps], form: Path, folder: Path) -> tuple[Steps, float]:
    before = psutil.Process().memory_info().rss
    steps = work(form, folder)
    information = psutil.Process().memory_info()
    peak = getattr(information, "peak_wset", None) or _peak()
    return steps, (peak - before) / 2**20


def _peak() -> int:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--profile", action="store_true", help="print where our side spends its time")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        form = folder / "form.xlsx"
        write_form(form, options.rows)
        if options.profile:
            with cProfile.Profile() as profile:
                ours(form, folder)
            pstats.Stats(profile).sort_stats("tottime").print_stats(40)
            return 0
        totals = []
        context = multiprocessing.get_context("spawn")
        for title, work in (("fengwuwu", ours), ("pandas + pyogrio", peer)):
            with context.Pool(1) as pool:
                steps, memory = pool.apply(_measured, (work, form, folder))
            print(f"{title}：{options.rows} 行，内存峰值增加 {memory:.0f} MB")
            for step, wall, busy in steps:
                print(f"  {step}：{wall:.2f} s（处理器 {busy:.2f} s）")
            totals.append(steps[-1][1:])
        print(f"之比：{totals[0][0] / totals[1][0]:.2f}（处理器时间 {totals[0][1] / totals[1][1]:.2f}）")
    return 0


if __name__ == "__main__":
    sys.exit(main())
