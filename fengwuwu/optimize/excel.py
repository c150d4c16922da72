"""A plan as an Excel workbook with Chinese sheets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from fengwuwu.optimize import workbook
from fengwuwu.optimize.columns import OPTIONAL, REQUIRED, grid_note
from fengwuwu.optimize.scenario import OBJECTIVE_LABELS
from fengwuwu.optimize.workbook import Sheet, cell
from fengwuwu.vocabulary import BENEFIT, CATEGORY, DATA_KIND, ILLUSTRATIVE_NOTICE, VALUE_STATUS

if TYPE_CHECKING:
    from fengwuwu.optimize.plan import Plan

_NAMES = {
    "funded": "入选",
    "fraction": "实施比例",
    "start_year": "开工年",
    "operation_year": "投产年",
    "window_reduction_t": "核算期减排量（tCO2e）",
    "reason": "说明",
    "instrument": "来源代码",
    "label": "资金来源",
    "amount_wan_yuan": "金额（万元）",
    "scope": "范围",
    "year": "年份",
    "indicator": "指标代码",
    "value": "数值",
    "unit": "单位",
    "status": "状态",
    "note": "备注",
    "columns": "所缺列",
    "financing_wan_yuan": "安排资金（万元）",
}


def write(plan: Plan, path: Path, more: Mapping[str, pd.DataFrame]) -> None:
    """Write the workbook.

    Raises
    ------
    InputError
        The file cannot be written, for example because Excel has it open.
    """
    content = {"说明": Sheet(["项目", "内容"], _summary(plan))}
    for title, table in {**sheets(plan), **more}.items():
        content[title] = Sheet.of(table, {str(c): _header(title, str(c)) for c in table.columns})
    workbook.write(path, content, notices(plan))


def notices(plan: Plan) -> list[str]:
    """What must stand on every sheet."""
    found = [ILLUSTRATIVE_NOTICE] if plan.data_kind == "illustrative" else []
    found += [grid_note(plan.grid_path)] if plan.grid_path else []
    return found + (["偿债覆盖未检验（假设）"] if plan.scenario.dscr is None else [])


def sheets(plan: Plan) -> dict[str, pd.DataFrame]:
    """The tables as users see them: labels instead of keys."""
    decisions = plan.decisions.assign(
        category=[CATEGORY.get(str(v), v) for v in plan.decisions["category"]],
        benefit=[BENEFIT.get(str(v), v) for v in plan.decisions["benefit"]],
        funded=["是" if v else "否" for v in plan.decisions["funded"]],
    )
    amounts = plan.financing.groupby("project_id")["amount_wan_yuan"].sum()
    costs = plan.projects.set_index("project_id")[["investment_wan_yuan", "financing_need_wan_yuan"]]
    decisions = decisions.join(costs, on="project_id")
    decisions.insert(7, "financing_wan_yuan", decisions["project_id"].map(amounts))
    decisions = decisions.sort_values(["funded", "start_year", "project_id"], key=_funded_first)
    names = plan.projects.set_index("project_id")["project_name"]
    money = plan.financing.assign(project_name=plan.financing["project_id"].map(names))
    money = money[["project_id", "project_name", "label", "year", "amount_wan_yuan", "instrument"]]
    figures = plan.indicators.assign(
        year=["合计" if pd.isna(y) else int(y) for y in plan.indicators["year"]],
        status=[VALUE_STATUS.get(str(v), v) for v in plan.indicators["status"]],
    )
    return {
        "决策": decisions.drop(columns=["reason"]).assign(reason=decisions["reason"]),
        "资金来源与年份": _by_source(plan),
        "资金安排": money,
        "指标": figures[[c for c in figures.columns if c != "indicator"] + ["indicator"]],
        "未参与": plan.set_aside,
        "假设": plan.scenario.assumptions(),
    }


def _funded_first(column: pd.Series) -> pd.Series:
    return column.eq("否") if column.name == "funded" else column


def _by_source(plan: Plan) -> pd.DataFrame:
    """Money by source and year, 万元, with the sums."""
    years = plan.scenario.budget_years
    table = plan.financing.pivot_table(index="label", columns="year", values="amount_wan_yuan", aggfunc="sum")
    labels = [s.label for s in plan.scenario.instruments.values() if s.label in table.index]
    table = table.reindex(index=labels, columns=years).fillna(0.0)  # a year without a payment: known to be none
    table.loc["合计"] = table.sum()
    table["合计"] = table.sum(axis=1)
    table.columns = [f"{c} 年（万元）" if isinstance(c, int) else f"{c}（万元）" for c in table.columns]
    return table.rename_axis("label").reset_index()


def _header(sheet: str, column: str) -> str:
    if sheet == "指标" and column == "label":
        return "指标"
    if sheet == "未参与" and column == "reason":
        return "原因"
    return _NAMES.get(column) or REQUIRED.get(column) or OPTIONAL.get(column) or column


def _summary(plan: Plan) -> list[list[Any]]:
    scenario = plan.scenario
    rows: list[list[Any]] = [
        ["情景", scenario.title],
        ["情景说明", scenario.description],
        ["数据性质", DATA_KIND[plan.data_kind]],
        ["结论", plan.status_text],
    ]
    if plan.message:
        rows.append(["原因与办法", plan.message])
    for stage in plan.stages.to_dict("records"):
        label, unit = OBJECTIVE_LABELS[str(stage["objective"])], stage["unit"]
        rows += [
            [f"目标：{label}（{unit}）", cell(stage["value"])],
            ["　可信上界", cell(stage["bound"])],
            ["　相对差距", cell(stage["gap"])],
            ["　证明", stage["proof"]],
        ]
    if plan.objective is not None:
        rows += [
            ["参加的项目数", len(plan.decisions)],
            ["入选的项目数", int(plan.decisions["funded"].sum())],
            ["安排资金（万元）", float(plan.financing["amount_wan_yuan"].sum())],
            ["独立复核", "未发现违反约束" if plan.verify().empty else "发现违反约束，不能使用"],
        ]
    if scenario.dscr is None:
        rows.append(["偿债覆盖", "未检验（假设）"])
    return rows + [["备注", note] for note in plan.notes]
