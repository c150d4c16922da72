"""Who is in charge, and what is missing with the office to ask: units only where a published work plan names them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from fengwuwu import reference, region
from fengwuwu.reporting.application import profile
from fengwuwu.reporting.application.context import Application
from fengwuwu.reporting.tables import Column

OPEN = "待明确"
OPEN_COLUMNS: dict[str, str | Column] = {
    "number": Column("序号", align="center"),
    "title": "任务",
    "lead_units": "牵头单位",
    "responsible_units": "责任单位",
}
MISSING_COLUMNS: dict[str, str | Column] = {
    "name": "待补充事项",
    "use": "用途",
    "counties": "涉及县",
    "units": "询问单位",
    "basis": Column("依据", missing="—"),
}


def open_tasks() -> pd.DataFrame:
    """The tasks of the pilot for counties without a published work plan: units in charge are open."""
    return profile.pilot_tasks().assign(lead_units=OPEN, responsible_units=OPEN)


def missing(application: Application) -> pd.DataFrame:
    """What the application still lacks, why it is needed, and whom to ask.

    Returns
    -------
    DataFrame
        ``name, use, counties, units, basis``; `units` are the leading units of the work plan's task in Fengjie, and
        待明确 for the counties without one.
    """
    tasks = reference.table("work_plan_tasks").set_index("number")["lead_units"]
    rows = []
    for item, counties in _open_items(application):
        number = item["task_number"]
        asked = [name for name in counties if name != region.FENGJIE.name]
        known = tasks.get(number) if region.FENGJIE.name in counties else None
        units = [f"奉节县：{known}" if asked else str(known)] if known else []
        units += [f"{'、'.join(asked)}：{OPEN}" if known else OPEN] if asked or not known else []
        rows.append({
            "name": item["name"],
            "use": item["use"],
            "counties": "、".join(counties),
            "units": "；".join(units),
            "basis": f"工作方案任务{number}" if known else None,
        })
    return pd.DataFrame(rows, columns=list(MISSING_COLUMNS))


def _open_items(application: Application) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """The rows of ``missing_items.csv`` that are open, with the counties they are open for."""
    counties = [area.name for area in application.counties]
    for row in reference.table("missing_items").to_dict("records"):
        item = {str(name): value for name, value in row.items()}
        match item["kind"]:
            case "indicator":
                found = [name for name in counties if profile.latest(name, item["key"]) is None]
            case "instrument":
                source = application.plan.scenario.instruments.get(item["key"])
                found = counties if source is not None and source.status != "official" else []
            case "decision":
                found = counties if (application.candidates["admission_status"] == "review").any() else []
            case _:
                found = counties if application.candidates["benefit_claims"].isna().any() else []
        if found:
            yield item, found
