"""County profile, targets and tasks, each row with its year, status and source; what is not public stays unknown."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from fengwuwu import reference, region, vocabulary
from fengwuwu.reporting import units
from fengwuwu.reporting.tables import Column

# What a pilot application is asked for, in the order it is printed.
INDICATORS = {
    "area": "县域面积",
    "townships": "乡镇（街道）数",
    "resident_population": "常住人口",
    "gdp": "地区生产总值",
    "gdp_growth": "地区生产总值实际增速",
    "fixed_asset_investment": "年度固定资产投资（不含农户）",
    "forest_coverage": "森林覆盖率",
    "forest_stock": "森林蓄积量",
    "green_loan_balance": "绿色贷款余额",
    "green_loan_share": "绿色贷款占全部贷款比重",
}
PRINTED_UNITS = {"km2": "km²", "万m3": "万m³", "亿m3": "亿m³", "万t": "万吨"}
# Published part-year figures follow another definition; a share needs the annual one.
NEEDS_COMPARABLE = {"fixed_asset_investment"}

PROFILE_COLUMNS: dict[str, str | Column] = {
    "label": "指标",
    "period": Column("时期", missing="—"),
    "shown": Column("数值", align="right"),
    "unit": Column("单位", missing="—"),
    "source": Column("来源", missing="—"),
}
TARGET_COLUMNS: dict[str, str | Column] = {
    "label": "指标",
    "target_year": Column("目标年", grouping=False),
    "wording": "要求",
    "value": Column("数值"),
    "unit": "单位",
    "current": Column("最近公开值"),
    "current_period": Column("时期", missing="—"),
}
PILOT_TASK_COLUMNS: dict[str, str | Column] = {
    "number": Column("序号", align="center"),
    "title": "任务",
    "means": "落实方式",
}
TASK_COLUMNS: dict[str, str | Column] = {
    "number": Column("序号", align="center"),
    "title": "任务",
    "lead_units": "牵头单位",
    "responsible_units": Column("责任单位", missing="—"),
}


def latest(county: str, indicator: str) -> pd.Series | None:
    """The most recent public value of an indicator, or None.

    Parameters
    ----------
    county : str
        Full name.
    indicator : str
        Key in ``county_stats.csv``.
    """
    stats = reference.table("county_stats")
    rows = stats[(stats["county"] == county) & (stats["indicator"] == indicator)]
    if indicator in NEEDS_COMPARABLE:
        rows = rows[rows["comparable"] == "yes"]
    if rows.empty:
        return None
    found = rows.sort_values("year", kind="stable").iloc[-1]
    return found.replace(PRINTED_UNITS)


def profile(county: str) -> pd.DataFrame:
    """Indicators of one county, one row each; value, shown, unit are missing where nothing is public."""
    rows = []
    for indicator, label in INDICATORS.items():
        found = latest(county, indicator)
        rows.append(
            {"indicator": indicator, "label": label, "period": None, "value": None, "unit": None, "status": "unknown"}
            | ({} if found is None else found[["label", "period", "value", "unit", "status", "source"]].to_dict())
        )
    frame = pd.DataFrame(rows, columns=["indicator", "label", "period", "value", "unit", "status", "source"])
    frame = frame.astype({"value": float})
    frame["shown"] = [None if pd.isna(value) else number(value) for value in frame["value"]]
    return frame


def number(value: float) -> str:
    """A published figure with as many decimals as it was given, at most two; different indicators share a column."""
    digits = min(2, len(f"{value:.10g}".partition(".")[2]))
    return units.number(value, digits)


def comparison() -> pd.DataFrame:
    """The three counties side by side: one row per indicator; a cell is text: value, unit, period, status."""
    tables = {area.short: profile(area.name) for area in region.COUNTIES}
    rows = []
    for indicator, label in INDICATORS.items():
        row: dict[str, object] = {"label": label}
        for name, table in tables.items():
            found = table[table["indicator"] == indicator].iloc[0]
            status = "" if found["status"] == "official" else vocabulary.label(vocabulary.VALUE_STATUS, found["status"])
            about = "，".join(part for part in (found["period"], status) if isinstance(part, str) and part)
            value = None if pd.isna(found["value"]) else units.join(str(found["shown"]), str(found["unit"]))
            row[name] = f"{value}（{about}）" if value and about else value
        rows.append(row)
    return pd.DataFrame(rows)


def missing(county: str) -> list[str]:
    """Labels of the indicators for which nothing is public."""
    table = profile(county)
    return table.loc[table["value"].isna(), "label"].tolist()


def targets(counties: Sequence[region.Area]) -> pd.DataFrame:
    """Official targets beside the latest public value; only the counties that published some.

    Parameters
    ----------
    counties : sequence of Area
        Whose targets.

    Returns
    -------
    DataFrame
        Columns of ``targets.csv``, and ``current``, ``current_period``, ``current_status``.
    """
    table = reference.table("targets")
    table = table[table["county"].isin([area.name for area in counties])].reset_index(drop=True)
    table["unit"] = table["unit"].replace(PRINTED_UNITS)
    found = [latest(county, key) for county, key in zip(table["county"], table["indicator"], strict=True)]
    table["current"] = pd.Series([None if row is None else row["value"] for row in found], dtype=float)
    table["current_period"] = [None if row is None else row["period"] for row in found]
    table["current_status"] = ["unknown" if row is None else row["status"] for row in found]
    return table


def tasks(counties: Sequence[region.Area]) -> pd.DataFrame:
    """The tasks of Fengjie's work plan with the units in charge; those of the other counties are not public."""
    table = reference.table("work_plan_tasks")
    return table if region.FENGJIE in counties else table.iloc[:0]


def pilot_tasks() -> pd.DataFrame:
    """The eight tasks of the national pilot and how they are met here."""
    return reference.table("pilot_tasks")
