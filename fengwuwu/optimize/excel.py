"""A plan as an Excel workbook with Chinese sheets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from fengwuwu.errors import InputError
from fengwuwu.optimize.columns import OPTIONAL, REQUIRED
from fengwuwu.optimize.scenario import OBJECTIVE_LABELS
from fengwuwu.vocabulary import BENEFIT, CATEGORY, DATA_KIND, ILLUSTRATIVE_NOTICE, VALUE_STATUS

if TYPE_CHECKING:
    from fengwuwu.optimize.plan import Plan

_HEAD = PatternFill("solid", fgColor="DDE7E3")
_NOTICE = Font(bold=True, color="B00020")
# The file holds no clock time, so that the same plan gives the same workbook.
_EPOCH = datetime(2026, 1, 1)
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
_WHOLE = ("year", "start_year", "operation_year")


def write(plan: Plan, path: Path, more: Mapping[str, pd.DataFrame]) -> None:
    """Write the workbook.

    Raises
    ------
    InputError
        The file cannot be written, for example because Excel has it open.
    """
    book = Workbook()
    book.properties.creator, book.properties.created, book.properties.modified = "fengwuwu", _EPOCH, _EPOCH
    first = book.active
    if not isinstance(first, Worksheet):
        raise TypeError("a new workbook has a worksheet")
    first.title = "说明"
    _write_rows(first, ["项目", "内容"], _summary(plan), plan)
    for title, table in {**sheets(plan), **more}.items():
        headers = [_header(title, str(c)) for c in table.columns]
        rows = [[_cell(v) for v in row] for row in table.astype(object).itertuples(index=False, name=None)]
        _write_rows(book.create_sheet(title), headers, rows, plan, [str(c) for c in table.columns])
    try:
        book.save(path)
    except OSError as error:
        raise InputError("写不了 Excel 文件。", where=str(path), remedy="若已在 Excel 中打开，请先关闭。") from error


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
    names = plan.projects.set_index("project_id")["project_name"]
    money = plan.financing.assign(project_name=plan.financing["project_id"].map(names))
    money = money[["project_id", "project_name", "label", "instrument", "year", "amount_wan_yuan"]]
    figures = plan.indicators.assign(
        year=["合计" if pd.isna(y) else int(y) for y in plan.indicators["year"]],
        status=[VALUE_STATUS.get(str(v), v) for v in plan.indicators["status"]],
    )
    return {
        "决策": decisions.drop(columns=["reason"]).assign(reason=decisions["reason"]),
        "资金安排": money,
        "指标": figures,
        "未参与": plan.set_aside,
        "假设": plan.scenario.assumptions(),
    }


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
            [f"目标：{label}（{unit}）", _cell(stage["value"])],
            ["　可信上界", _cell(stage["bound"])],
            ["　相对差距", _cell(stage["gap"])],
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


def _cell(value: Any) -> Any:
    """What Excel can hold; every kind of missing is an empty cell."""
    if value is None or value is pd.NA or value != value:
        return None
    return value.item() if hasattr(value, "item") else value


def _write_rows(
    sheet: Worksheet, headers: list[str], rows: list[list[Any]], plan: Plan, keys: list[str] | None = None
) -> None:
    notices = [ILLUSTRATIVE_NOTICE] if plan.data_kind == "illustrative" else []
    if plan.scenario.dscr is None:
        notices.append("偿债覆盖未检验（假设）")
    for i, notice in enumerate(notices, 1):
        sheet.cell(i, 1, notice).font = _NOTICE
    top = len(notices) + 1
    for j, header in enumerate(headers, 1):
        head = sheet.cell(top, j, header)
        head.font, head.fill = Font(bold=True), _HEAD
        head.alignment = Alignment(wrap_text=True, vertical="center")
    for i, row in enumerate(rows, top + 1):
        for j, value in enumerate(row, 1):
            cell = sheet.cell(i, j, value)
            if isinstance(value, str) and value.startswith(("=", "+", "-", "@")):
                cell.data_type = "s"  # text of a user is never a formula
            if isinstance(value, float):
                whole = keys is not None and keys[j - 1] in _WHOLE
                cell.number_format = "0" if whole else number_format(value)
            if isinstance(value, str) and len(value) > 30:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    for j in range(1, len(headers) + 1):
        longest = max((_width(r[j - 1]) for r in [headers, *rows]), default=8)
        sheet.column_dimensions[get_column_letter(j)].width = min(max(longest + 2, 8), 60)
    sheet.freeze_panes = sheet.cell(top + 1, 1).coordinate


def number_format(value: float) -> str:
    """At least three significant figures; whole numbers from a hundred on."""
    size = abs(value)
    if size >= 100 or size == 0:
        return "#,##0"
    if size >= 1:
        return "#,##0.00"
    return "0.0000" if size >= 1e-3 else "0.00E+00"


def _width(value: Any) -> int:
    """Width in characters; a Chinese one counts twice."""
    text = f"{value:,.0f}" if isinstance(value, float) else str(value if value is not None else "")
    return sum(2 if ord(c) > 0x2E80 else 1 for c in text)
