"""The trade-off curve as an Excel workbook with Chinese sheets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from fengwuwu.optimize import excel, workbook
from fengwuwu.optimize.proof import STATUS_LABELS
from fengwuwu.optimize.workbook import Sheet

if TYPE_CHECKING:
    from fengwuwu.optimize.trade_off import Frontier

HEADERS = {
    "point": "点",
    "emission_reduction_t": "核算期减排量（tCO2e）",
    "climate_share": "气候友好投资占固定资产投资比重（0–1）",
    "status": "结论",
    "gap": "相对差距",
    "share_floor": "所设比重下限（0–1）",
    "emission_bound_t": "减排量上界（tCO2e）",
    "climate_share_bound": "比重上界（0–1）",
    "funded_count": "入选项目数",
    "investment_wan_yuan": "总投资（万元）",
    "financing_wan_yuan": "安排资金（万元）",
    "knee": "建议",
    "proof": "证明",
}


def write(front: Frontier, path: Path) -> None:
    """Write the workbook.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    table = front.table.assign(
        status=[STATUS_LABELS[s] for s in front.table["status"]],
        knee=["建议" if k else "" for k in front.table["knee"]],
    )
    plans = {i: plan for i, plan in enumerate(front.plans, 1) if plan is not None}
    about: list[list[Any]] = [["点数", len(front.table)], ["求解次数", front.solves], ["略过的点", front.bypassed]]
    about += [["建议", front.knee_reason], *[["备注", note] for note in front.notes]]
    first = next(iter(plans.values()), None)
    if first is not None:
        about.insert(0, ["情景", first.scenario.title])
    content = {"说明": Sheet(["项目", "内容"], about), "取舍曲线": Sheet.of(table, HEADERS)}
    if first is not None:
        rows = [
            [name, title, *("" if pd.isna(year) else int(year) for year in years)]
            for name, title, *years in zip(
                first.decisions["project_id"],
                first.decisions["project_name"],
                *(plan.decisions["start_year"] for plan in plans.values()),
                strict=True,
            )
        ]
        headers = ["项目编号", "项目名称", *(f"第 {i} 点开工年" for i in plans)]
        content["各点决策"] = Sheet(headers, [[workbook.cell(v) for v in row] for row in rows])
    workbook.write(path, content, excel.notices(first) if first is not None else [])
