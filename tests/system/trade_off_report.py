"""A report with a trade-off curve of two plans; the second funds one project more."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from fengwuwu import geo
from fengwuwu.reporting import Report, figures
from fengwuwu.reporting.blocks import Cell, Choice, ChoicePoint, ColumnHead
from fengwuwu.reporting.webmap import MapLayer

CURVE = pd.DataFrame({
    "point": [1, 2],
    "climate_share": [0.0751, 0.0752],
    "emission_reduction_t": [419e4, 418e4],
    "proven": [True, False],
    "knee": [False, False],
    "current": [True, False],
})


def control() -> Report:
    """A report with a curve of two points; the second has another project."""
    towns = geo.layer("townships")
    points = towns[towns.geometry.notna()].head(2)[["geometry"]].reset_index(drop=True)
    points = gpd.GeoDataFrame(points.assign(project_id=["A", "B"], state=["入选", "未入选"]), crs=towns.crs)
    made = [
        ChoicePoint(
            label=f"第 {number} 点", x=7.5 + number / 100, y=420.0 - number, hollow=number == 2,
            totals=[("支持项目", f"{number} 个")], rows=[[Cell(text=key)] for key in chosen], chosen=chosen,
        )
        for number, chosen in ((1, ["A"]), (2, ["A", "B"]))
    ]  # fmt: skip
    choice = Choice(
        x_label="比重（%）", y_label="减排（万tCO2e）", x_digits=2, columns=[ColumnHead(header="编号")], points=made,
        start=0, key="project_id", inside="入选", outside="未入选",
    )  # fmt: skip
    report = Report("题", notice="示例数据")
    report.heading("取舍")
    colours = {"入选": "#0072B2", "未入选": "#FFFFFF"}
    layers = [
        MapLayer(geo.layer("counties"), "县界"),
        MapLayer(points, "项目", {"project_id": "编号"}, kind="state", colours=colours, fill_opacity=0.9),
    ]
    report.map("curve", "取舍", figure=figures.trade_off(CURVE), choice=choice, kind_label="方案", layers=layers)
    return report
