"""Studies of a plan as printed tables: the curve, what money is worth, simple strategies, robustness."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from fengwuwu.optimize import Frontier, Plan, Robustness, Strategies, explain
from fengwuwu.optimize.proof import STATUS_LABELS
from fengwuwu.optimize.rivals.strategies import HEADERS as STRATEGY_HEADERS
from fengwuwu.optimize.robust.tables import COMPARISON_COLUMNS
from fengwuwu.optimize.robust.tornado import HEADERS as TORNADO_HEADERS
from fengwuwu.reporting import units
from fengwuwu.reporting.tables import Column
from fengwuwu.vocabulary import VALUE_STATUS

_NONE = "—"
_SAME = 1e-6
CURVE_COLUMNS: dict[str, str | Column] = {
    "point": Column("点", digits=0),
    "emission_reduction_t": Column("核算期减排量（tCO2e）", digits=0),
    "climate_share": Column("比重（%）", percent=True, digits=3),
    "funded_count": Column("入选项目数", digits=0),
    "status": "结论",
    "knee": Column("建议", missing=_NONE),
}
WORTH_COLUMNS: dict[str, str | Column] = {"说明": "说明", "依据": "依据"}
STRATEGY_COLUMNS: dict[str, str | Column] = {
    "strategy": STRATEGY_HEADERS["strategy"],
    "funded_count": Column("入选项目数", digits=0, missing="不适用"),
    "emission_reduction_t": Column("核算期减排量（tCO2e）", digits=0, missing="不适用"),
    "shortfall_t": Column("比本方案少（tCO2e）", digits=0, missing="不适用"),
    "share_of_best": Column("为本方案的（%）", percent=True, digits=1, missing="不适用"),
    "note": "说明",
}
SELECTION_COLUMNS: dict[str, str | Column] = {
    "project_id": "编号",
    "project_name": "项目名称",
    "planned": "本方案入选",
    "frequency": Column("入选频率（%）", percent=True, digits=0, missing="不适用"),
    "verdict": "判断",
}
TORNADO_COLUMNS: dict[str, str | Column] = {
    "name": "假设",
    "low_best_t": Column(TORNADO_HEADERS["low_best_t"], digits=0, missing="无可行方案"),
    "high_best_t": Column(TORNADO_HEADERS["high_best_t"], digits=0, missing="无可行方案"),
    "swing_t": Column("变动幅度（tCO2e）", digits=0, missing="不适用"),
    "changed": Column("取低值、高值时换入或换出的项目数", align="center"),
}
MEASURE_COLUMNS: dict[str, str | Column] = {
    "measure": "指标",
    "unit": "单位",
    "p10": "一成分位",
    "p50": "中位",
    "p90": "九成分位",
    "mean": "平均",
}
CAUTIOUS_COLUMNS: dict[str, str | Column] = dict(COMPARISON_COLUMNS)
RANGE_COLUMNS: dict[str, str | Column] = {
    "name": "假设",
    "unit": "单位",
    "low": "低值",
    "central": "中值",
    "high": "高值",
    "correlation": "项目间相关系数",
    "source": "来源",
    "status": "状态",
}


def curve(front: Frontier) -> pd.DataFrame:
    """The points, statuses in words."""
    table = front.table[front.table["emission_reduction_t"].notna()]
    return table.assign(
        status=[STATUS_LABELS[s] for s in table["status"]], knee=["建议" if k else "" for k in table["knee"]]
    )


def points(front: Frontier, plan: Plan) -> pd.DataFrame:
    """The points for `figures.trade_off`: which are proven, and which is the plan itself."""
    table = front.table
    saved = float(plan.decisions["window_reduction_t"].sum())
    same = (table["emission_reduction_t"] - saved).abs() <= _SAME * max(saved, 1.0)
    return table.assign(proven=table["status"] == "proven_optimal", current=same)


def worth(plan: Plan, seconds: float) -> pd.DataFrame:
    """What more of each source, and every floor and cap, are worth; each answer within its part of the time."""
    limits = plan.scenario.limits
    questions = sum(not source.unlimited for source in plan.scenario.instruments.values()) + len(limits)
    hurried = plan.scenario.model_copy(update={"time_limit": max(seconds / max(questions, 1), 1.0)})
    found = explain(plan.replace(scenario=hurried)).table()
    return found.iloc[2:].reset_index(drop=True)  # after the plan in one sentence, and the remark on adding up


def strategies(found: Strategies) -> pd.DataFrame:
    """The plan and the simple strategies."""
    return found.table


def selection(found: Robustness) -> pd.DataFrame:
    """Projects of the plan, and those that some draw chose."""
    table = found.selection[found.selection["planned"] | (found.selection["frequency"] > 0)]
    return table.assign(planned=["是" if p else "否" for p in table["planned"]])


def tornado(found: Robustness) -> pd.DataFrame:
    """Every assumption alone, most influential first."""
    rows = found.tornado.to_dict("records")
    sides = [[_changed(row, side) for side in ("low", "high")] for row in rows]
    return found.tornado.assign(changed=["、".join(pair) for pair in sides])


def _changed(row: dict[Hashable, Any], side: str) -> str:
    """How many projects come in or go out; 无 where no plan keeps the rules."""
    if row[f"{side}_best_t"] != row[f"{side}_best_t"]:
        return "无"
    return str(sum(len(row[f"{side}_{way}"].split("、")) for way in ("entered", "left") if row[f"{side}_{way}"]))


def measures(found: Robustness) -> pd.DataFrame:
    """Quantiles over the draws, as text: tonnes and money have no decimals."""
    table = found.quantiles
    shown = {c: [_NONE if v != v else units.number(v, 0) for v in table[c]] for c in ("mean", "p10", "p50", "p90")}
    return table.assign(**shown)


def cautious(found: Robustness) -> pd.DataFrame:
    """The plan beside the conservative one, as text: frequencies have two decimals."""
    table = found.comparison
    digits = [2 if unit == "0–1" else 0 for unit in table["unit"]]
    shown = {
        c: [units.number(v, d) for v, d in zip(table[c], digits, strict=True)]
        for c in ("plan", "cautious", "difference")
    }
    return table.assign(**shown)


def ranges(found: Robustness) -> pd.DataFrame:
    """The ranges used that some project takes; reductions of the assessment have values of their own per project."""
    table = found.ranges[found.ranges["projects"] > 0]
    shown = {c: ["各项目" if v != v else units.number(v, 2) for v in table[c]] for c in ("low", "central", "high")}
    status = [VALUE_STATUS.get(str(s), str(s)) for s in table["status"]]
    return table.assign(**shown, status=status, correlation=[f"{v:g}" for v in table["correlation"]])
