"""Project cards: what a reader of the application must know about each funded project, on one page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from shapely.geometry.base import BaseGeometry

from fengwuwu import geo, reference, region, vocabulary
from fengwuwu.projects import admission
from fengwuwu.projects.checklist import checklist
from fengwuwu.projects.sites import sites
from fengwuwu.reporting import units
from fengwuwu.reporting.application.context import Application
from fengwuwu.reporting.application.library_tables import labelled
from fengwuwu.reporting.blocks import CardField
from fengwuwu.reporting.card_map import CardMap
from fengwuwu.reporting.document import Report
from fengwuwu.reporting.tables import Column

UNKNOWN = vocabulary.VALUE_STATUS["unknown"]
NO_PLACE = "没有可用的点位，未画图；坐标待补充。"
INDEX_COLUMNS: dict[str, str | Column] = {
    "number": Column("序号", align="center"),
    "project_id": "编号",
    "project_name": "项目名称",
    "county": "所在县",
    "start_year": Column("开工年", grouping=False),
}


@dataclass(frozen=True)
class Card:
    """One card: `title`, its `fields`, and where the project is (None when not known)."""

    title: str
    fields: tuple[CardField, ...]
    counties: tuple[str, ...]
    shape: BaseGeometry | None
    radius_m: float


def index(application: Application) -> pd.DataFrame:
    """The cards in order, one row each."""
    table = _chosen(application)[["project_id", "project_name", "county", "start_year"]]
    table.insert(0, "number", range(1, len(table) + 1))
    table["county"] = table["county"].str.replace(";", "、")
    return table


def cards(application: Application) -> Iterator[Card]:
    """A card for each funded project of the area, in the order of `index`."""
    chosen = _chosen(application)
    if chosen.empty:
        return
    own = application.candidates.set_index("project_id").loc[chosen["project_id"]].reset_index()
    places = sites(own)
    lacking = checklist(own).set_index("project_id")["missing"]
    money = application.financing
    items = reference.table("green_catalogue_2025").drop_duplicates("code").set_index("code")["name"]
    for place in range(len(chosen)):
        row = {str(name): value for name, value in chosen.iloc[place].items()}
        key = row["project_id"]
        yield Card(
            title=str(row["project_name"]),
            fields=tuple(_fields(application, row, money[money["project_id"] == key], items, lacking.get(key))),
            counties=tuple(region.split_counties(row["county"])),
            shape=places.shapes[place] if places.placed[place] else None,
            radius_m=float(places.radius_m[place]),
        )


def write(report: Report, application: Application) -> None:
    """Put every card into the report; the map of a county is drawn once and marked anew for each."""
    layers = [geo.layer(name) for name in ("counties", "yangtze", "townships")]
    maps: dict[tuple[str, ...], CardMap] = {}
    try:
        for card in cards(application):
            figure: Figure | None = None
            if card.shape is not None:
                if card.counties not in maps:
                    maps[card.counties] = CardMap(*layers, focus=card.counties, notice=report.notice)
                figure = maps[card.counties].draw(card.shape, card.radius_m)
            report.card(card.title, card.fields, figure=figure, place=NO_PLACE, note=application.plan_note)
    finally:
        for drawn in maps.values():
            drawn.close()


def _chosen(application: Application) -> pd.DataFrame:
    """Funded projects with labels, earliest start first."""
    return labelled(application.funded).sort_values(["start_year", "project_id"], kind="stable", ignore_index=True)


def _fields(
    application: Application, row: dict[str, Any], money: pd.DataFrame, items: pd.Series, lacking: str | None
) -> Iterator[CardField]:
    yield _field("项目编号", row["project_id"])
    yield _field("数据性质", _nature(row))
    yield _field("申报单位", row["owner"])
    yield _field("所在县", _text(row["county"]).replace(";", "、"))
    yield _field("乡镇", row["township"])
    yield _field("建设阶段", row["stage_label"])
    yield _field("分类", _class(row))
    yield _field("绿色目录条目", _catalogue(row, items))
    yield _field("技术类型", row["technology_label"])
    yield _field("规模", row["scale"])
    yield _field("总投资", _amount(row["investment_wan_yuan"]))
    yield _field("其中自有资金", _amount(row["own_capital_wan_yuan"]))
    yield _field("方案开工年", _year(row["start_year"]))
    yield _field("方案投运年", _year(row["operation_year"]))
    yield _field("资金来源", _sources(money, row["fraction"]), wide=True)
    yield _field("分年资金", _years(money), wide=True)
    yield _field("年减排量", _reduction(row), wide=True)
    yield _field("选址结论", _siting(row), wide=True)
    yield _field("入库结论", _admission(row), wide=True)
    if _text(row["flags"]):
        yield _field("提示", row["flags"], wide=True)
    yield _field("待补充事项", lacking or "按入库规则没有待补充事项", wide=True)


def _field(label: str, value: object, *, wide: bool = False) -> CardField:
    return CardField(label=label, text=_text(value) or UNKNOWN, wide=wide)


def _text(value: object) -> str:
    return "" if value is None or value is pd.NA or value != value else str(value)


def _amount(value: float) -> str:
    return "" if pd.isna(value) else units.join(units.number(value), "万元")


def _year(value: float) -> str:
    return "" if pd.isna(value) else f"{int(value)}年"


def _nature(row: dict[str, Any]) -> str:
    status = vocabulary.label(vocabulary.VALUE_STATUS, row["value_status"]) if _text(row["value_status"]) else ""
    kind = vocabulary.label(vocabulary.DATA_KIND, row["data_kind"])
    return f"{kind}，数值{status}" if status else kind


def _class(row: dict[str, Any]) -> str:
    if not _text(row["class_code"]):
        return "不属于或待复核"
    status = vocabulary.label(vocabulary.CLASS_STATUS, row["class_status"])
    benefit = vocabulary.label(vocabulary.BENEFIT, row["benefit"])
    return f"{row['class_code']} {row['class_label']}（{benefit}，{status}）"


def _catalogue(row: dict[str, Any], items: pd.Series) -> str:
    code = _text(row["catalogue_2025_code"])
    return f"{code} {items.get(code, '')}".strip() if code else "未列入或待复核"


def _sources(money: pd.DataFrame, fraction: float) -> str:
    sums = money.groupby("label", sort=False)["amount_wan_yuan"].sum()
    sums = sums[sums > 0]
    if sums.empty:
        return "本方案没有为它安排资金"
    parts = "，".join(f"{label} {units.number(value)}" for label, value in sums.items())
    part = f"；按 {units.number(100 * fraction)}% 的规模安排" if fraction < 1 - 1e-9 else ""
    return f"{parts}；合计 {_amount(sums.sum())}{part}"


def _years(money: pd.DataFrame) -> str:
    sums = money.groupby("year")["amount_wan_yuan"].sum()
    sums = sums[sums > 0]
    return "，".join(f"{year}年 {units.number(value)}" for year, value in sums.items()) + " 万元" if len(sums) else "—"


def _reduction(row: dict[str, Any]) -> str:
    ranges = [row[f"emission_reduction_t_per_year_{key}"] for key in ("low", "central", "high")]
    if np.isnan(row["emission_reduction_t_per_year"]):
        return f"{row['reduction_shown'] or UNKNOWN}" + (
            f"（{row['reduction_missing']}）" if _text(row["reduction_missing"]) else ""
        )
    shown = "，".join(
        f"{label} {units.number(value) if value == value else UNKNOWN}"
        for label, value in zip(("低", "中", "高"), ranges, strict=True)
    )
    status = vocabulary.label(vocabulary.VALUE_STATUS, row["reduction_status"])
    tier = vocabulary.label(vocabulary.REDUCTION_TIER, row["reduction_tier"])
    return (
        f"{shown}；方案采用保守值 {units.join(units.number(row['emission_reduction_t_per_year']), 'tCO2e')}。"
        f"数据层级：{tier}；方法：{row['reduction_method']}；状态：{status}"
    )


def _siting(row: dict[str, Any]) -> str:
    """The result and what speaks against a plain pass; passed rules are counted."""
    clauses = _text(row["siting_findings"]).split("；")
    passed = [clause for clause in clauses if clause.endswith("→ 通过")]
    lacking = [clause for clause in clauses if clause.startswith("缺少可用于判断的图层")]
    rest = [clause for clause in clauses if clause and clause not in passed and clause not in lacking]
    rest += ["其余规则缺少图层，无法判断，所缺图层见正文“选址”"] if lacking else []
    said = [vocabulary.label(vocabulary.SITING, row["siting_result"])]
    said += [f"通过 {len(passed)} 条"] if passed else []
    return "；".join(said + rest)


def _admission(row: dict[str, Any]) -> str:
    score, rest = "", [part for part in _text(row["admission_reasons"]).split("；") if not part.startswith("评分")]
    if not pd.isna(row["admission_score"]):
        score = f"，评分 {units.number(row['admission_score'], 1)}"
        rest.append(admission.unscored())
    return "；".join(part for part in (f"{row['admission_label']}{score}", *rest) if part)
