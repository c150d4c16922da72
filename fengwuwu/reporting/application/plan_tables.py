"""The plan seen from one area: money, funded projects, shares, and why the others are not in it."""

from __future__ import annotations

import pandas as pd

from fengwuwu.optimize.scenario import KIND_LABELS
from fengwuwu.reporting.application.context import Application
from fengwuwu.reporting.application.library_tables import labelled
from fengwuwu.reporting.tables import Column

FUNDED_COLUMNS: dict[str, str | Column] = {
    "project_id": "编号",
    "project_name": "项目名称",
    "county": "所在县",
    "start_year": Column("开工年", grouping=False),
    "investment_wan_yuan": Column("总投资（万元）", digits=0),
    "financing_wan_yuan": Column("配置资金（万元）", digits=0),
    "emission_reduction_t_per_year": Column("年减排量（tCO2e）", digits=0, missing="不计减排"),
}
OTHER_COLUMNS: dict[str, str | Column] = {"project_id": "编号", "project_name": "项目名称", "reason": "原因"}
INSTRUMENT_COLUMNS: dict[str, str | Column] = {
    "label": "资金来源",
    "kind": "性质",
    "rate": Column("年利率（%）", percent=True, digits=2, missing="—"),
    "tenor_years": Column("期限（年）", missing="—"),
    "share_max": Column("占总投资上限（%）", percent=True, digits=0),
    "source": Column("依据", missing="—"),
}


def money(application: Application) -> pd.DataFrame:
    """Money to projects of the area: one row per source, one column per year, a total row and column, 万元."""
    scenario = application.plan.scenario
    labels = {key: instrument.label for key, instrument in scenario.instruments.items()}
    table = application.financing.pivot_table(
        index="instrument", columns="year", values="amount_wan_yuan", aggfunc="sum", fill_value=0.0
    )
    table = table.reindex([key for key in labels if key in table.index])
    table.columns = [str(year) for year in table.columns]
    table["total"] = table.sum(axis=1)
    table.loc["total"] = table.sum()
    table.insert(0, "label", [labels.get(str(key), "合计") for key in table.index])
    return table.reset_index(drop=True)


def money_columns(application: Application) -> dict[str, str | Column]:
    """Headers for `money`."""
    years = [name for name in money(application).columns if name not in {"label", "total"}]
    return (
        {"label": "资金来源"}
        | {year: Column(f"{year}年", digits=0) for year in years}
        | {"total": Column("合计", digits=0)}
    )


def funded(application: Application) -> pd.DataFrame:
    """Funded projects of the area, earliest start first."""
    table = labelled(application.funded)
    amounts = application.financing.groupby("project_id")["amount_wan_yuan"].sum()
    table["financing_wan_yuan"] = table["project_id"].map(amounts).fillna(0.0)
    table["county"] = table["county"].str.replace(";", "、")
    return table.sort_values(["start_year", "project_id"], kind="stable")


def others(application: Application) -> pd.DataFrame:
    """Candidates of the area that are not funded, and why: those that took part first, then those set aside."""
    names = application.candidates.set_index("project_id")["project_name"]
    lost = application.decisions[~application.decisions["funded"]][["project_id", "reason"]]
    aside = application.set_aside[["project_id", "reason"]]
    table = pd.concat([lost, aside], ignore_index=True)
    table.insert(1, "project_name", table["project_id"].map(names))
    return table


def instruments(application: Application) -> pd.DataFrame:
    """The scenario's sources of money and their terms."""
    return pd.DataFrame([
        {
            "label": item.label,
            "kind": KIND_LABELS[item.kind],
            "rate": item.rate,
            "tenor_years": item.tenor_years if item.kind == "debt" else None,
            "share_max": item.share_max,
            "source": item.source or item.note,
            "status": item.status,
        }
        for item in application.plan.scenario.instruments.values()
    ])


ASSUMPTION_COLUMNS: dict[str, str | Column] = {
    name: Column(name, missing="—") for name in ("项目", "数值", "单位", "状态", "来源", "说明")
}


def assumptions(application: Application) -> pd.DataFrame:
    """Every figure of the scenario with its status, as text."""
    return application.plan.scenario.assumptions()


SHARE_COLUMNS: dict[str, str | Column] = {
    "scope": "范围",
    "period": "年度",
    "base": Column("库外固定资产投资（万元）", digits=0),
    "without": Column("不实施本方案（%）", percent=True, digits=2),
    "share": Column("实施本方案（%）", percent=True, digits=2),
    "kind": "性质",
}


def share(application: Application) -> pd.DataFrame:
    """Climate share of fixed-asset investment: every year and in total; for the region also each county's total."""
    table = application.plan.indicators
    rows = []
    for scope in dict.fromkeys([application.area.name, *(county.name for county in application.counties)]):
        own = table[table["scope"] == scope]
        years = sorted(own.loc[own["indicator"] == "climate_share", "year"].dropna().unique())
        for year in [None] if scope != application.area.name else [*years, None]:
            at = own[own["year"].isna()] if year is None else own[own["year"] == year]
            found = at.set_index("indicator")
            status = str(found.at["climate_share", "status"])
            base = found["value"].get("base_investment_wan_yuan")
            rows.append({
                "scope": scope,
                "period": "合计" if year is None else f"{year}年",
                "base": base,
                "base_status": "unknown" if base is None else status,
                "without": found.at["climate_share_without_plan", "value"],
                "share": found.at["climate_share", "value"],
                "kind": {"assumption": "假设情景", "unknown": "待补充"}.get(status, "按公开数据"),
            })
    return pd.DataFrame(rows).astype({"base": float})


def schedule(application: Application) -> pd.DataFrame:
    """Money of each funded project by source and year: a row per project and source, and a total row, 万元."""
    scenario = application.plan.scenario
    labels = {key: instrument.label for key, instrument in scenario.instruments.items()}
    table = application.financing.pivot_table(
        index=["project_id", "instrument"], columns="year", values="amount_wan_yuan", aggfunc="sum", fill_value=0.0
    )
    table = table[table.sum(axis=1) > 0].reset_index()
    order = {key: place for place, key in enumerate(funded(application)["project_id"])}
    ranks = {key: place for place, key in enumerate(labels)}
    table = table.sort_values(
        ["project_id", "instrument"], key=lambda keys: keys.map(order if keys.name == "project_id" else ranks)
    )
    years = [name for name in table.columns if isinstance(name, int)]
    table["total"] = table[years].sum(axis=1)
    names = application.candidates.set_index("project_id")["project_name"]
    table.insert(1, "project_name", table["project_id"].map(names))
    table.insert(2, "label", table["instrument"].map(labels))
    return table.drop(columns="instrument").rename(columns={year: str(year) for year in years}).reset_index(drop=True)


def schedule_columns(application: Application) -> dict[str, str | Column]:
    """Headers for `schedule`."""
    years = [name for name in schedule(application).columns if name.isdigit()]
    return (
        {"project_id": "编号", "project_name": "项目名称", "label": "资金来源"}
        | {year: Column(f"{year}年", digits=0) for year in years}
        | {"total": Column("合计", digits=0)}
    )
