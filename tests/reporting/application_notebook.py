"""Applications of made-up projects, written by the cells of notebook 04 in this process, without a kernel."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import nbformat

from fengwuwu import paths
from fengwuwu.optimize import Scenario, allocate
from fengwuwu.projects import workspace
from fengwuwu.projects.library import Library
from fengwuwu.reporting import Report, application
from fengwuwu.reporting.application import Application

TOWNS = {
    "奉节县": ("康乐镇", "109.4473", "31.1188"),
    "巫山县": ("骡坪镇", "110.07", "31.13"),
    "巫溪县": ("尖山镇", "109.35", "31.45"),
}
# Answers every question of the gates, so that the projects are admitted.
PROJECT = {
    "数据性质": "申报",
    "申报单位": "某县某单位",
    "位置误差（km）": "2",
    "技术类型": "陆上风电",
    "建设内容与规模": "新建风力发电项目",
    "建设规模": "30",
    "规模单位": "MW",
    "年等效利用小时数（h）": "1900",
    "项目阶段": "可研",
    "总投资（万元）": "8000",
    "已落实资本金（万元）": "2000",
    "融资需求（万元）": "6000",
    "年收入（万元）": "900",
    "运行寿命（年）": "20",
    "建设期（年）": "1",
    "最早开工年": "2027",
    "失信或重大环保违法": "否",
    "来源": "申报表",
}


def project(number: int, county: str = "奉节县", **changes: str) -> dict[str, str]:
    """One row of a form in Chinese; `changes` by header."""
    town, lon, lat = TOWNS[county]
    place = {"所在县": county, "乡镇": town, "经度（°）": lon, "纬度（°）": lat}
    return {"项目编号": f"P-{number:03d}", "项目名称": f"风电场{number}号工程"} | PROJECT | place | changes


def make(folder: Path, rows: Sequence[Mapping[str, str]], county: str, **scenario: Any) -> Application:
    """Import, assess and allocate the rows; the application of one area."""
    headers = list(dict.fromkeys(key for row in rows for key in row))
    form = folder / "form.csv"
    with form.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, headers)
        writer.writeheader()
        writer.writerows(rows)
    with Library.open(folder / "library.gpkg") as library:
        result = library.import_file(form, by="测试", reason="测试", output=folder)
        assert result.accepted == len(rows), result.problems.to_string()
        assessed = workspace.assessed(library)
    baseline = Scenario.load(paths.SCENARIOS / "baseline.yaml")
    quick = {"start_years": [2027], "objective": "emission_reduction", "limits": {}, "gap": 0.02, "time_limit": 20}
    allocate(assessed, baseline.changed(**(quick | scenario))).save(folder / "plan.json")
    return application.load(county, folder / "library.gpkg", folder / "plan.json")


def write(app: Application, **parameters: str) -> Report:
    """What notebook 04 writes for an application; `parameters` in place of the notebook's own."""
    notebook = nbformat.read(paths.NOTEBOOKS / "04_pilot_application.ipynb", as_version=4)
    names: dict[str, Any] = {}
    with patch.object(application, "load", lambda *_: app), patch("fengwuwu.reporting.document.display"):
        for cell in notebook.cells:
            if cell.cell_type == "code":
                exec(compile(cell.source, "notebook 04", "exec"), names)
            if "parameters" in cell.metadata.get("tags", ()):
                names |= parameters
    report: Report = names["report"]
    return report
