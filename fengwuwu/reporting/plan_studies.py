"""Studies of a plan as printed tables: the curve, what money is worth, other plans and strategies, robustness."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from fengwuwu.optimize import Alternatives, Frontier, Plan, Robustness, Separate, Strategies, explain, separate
from fengwuwu.optimize.changes_curve import HEADERS as CHANGES_HEADERS
from fengwuwu.optimize.changes_curve import ChangesCurve, amount
from fengwuwu.optimize.difference import CHANGES, Difference
from fengwuwu.optimize.proof import STATUS_LABELS
from fengwuwu.optimize.rivals.alternatives import HEADERS as ALTERNATIVE_HEADERS
from fengwuwu.optimize.rivals.strategies import HEADERS as STRATEGY_HEADERS
from fengwuwu.optimize.robust.tables import COMPARISON_COLUMNS
from fengwuwu.optimize.robust.tornado import HEADERS as TORNADO_HEADERS
from fengwuwu.reference import worst_status
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
ALTERNATIVE_COLUMNS: dict[str, str | Column] = {
    "alternative": Column("备选方案", digits=0),
    "emission_reduction_t": Column("核算期减排量（tCO2e）", digits=0),
    "share_of_best": Column("为本方案的（%）", percent=True, digits=2),
    "differs": Column("与已列方案至少相差（个项目）", digits=0),
    "proof": "是否已是最多",
    "entered": Column(ALTERNATIVE_HEADERS["entered"], missing="无"),
    "left": Column(ALTERNATIVE_HEADERS["left"], missing="无"),
}
CHANGES_COLUMNS: dict[str, str | Column] = {
    "max_changes": Column(CHANGES_HEADERS["max_changes"], digits=0),
    "changes": Column(CHANGES_HEADERS["changes"], digits=0, missing=_NONE),
    "amount": "目标值",
    "share": "占全部增益",
    "status": CHANGES_HEADERS["status"],
}
DIFFERENCE_COLUMNS: dict[str, str | Column] = {
    "project_id": "编号",
    "project_name": "项目名称",
    "county": "所在县",
    "change": "变动",
    "old_start": Column("原开工年", grouping=False, missing=_NONE),
    "new_start": Column("新开工年", grouping=False, missing=_NONE),
    "note": Column("说明", missing=_NONE),
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
    questions = sum(not source.unlimited for source in plan.scenario.instruments.values()) + len(plan.scenario.limits)
    found = explain(hurried(plan, seconds, questions)).table()
    return found.iloc[2:].reset_index(drop=True)  # after the plan in one sentence, and the remark on adding up


def hurried(plan: Plan, seconds: float, questions: int) -> Plan:
    """The plan with a time limit that lets so many questions be answered in this time."""
    limit = max(seconds / max(questions, 1), 1.0)
    return plan.replace(scenario=plan.scenario.model_copy(update={"time_limit": limit}))


def apart(plan: Plan, seconds: float) -> Separate:
    """The joint plan against three separate ones, each of the six solves within its part of the time."""
    return separate(hurried(plan, seconds, 6))


def alternatives(found: Alternatives) -> pd.DataFrame:
    """The near-optimal plans; whether none could differ more is in words."""
    most = zip(found.table["differs"], found.table["differs_at_most"], strict=True)
    return found.table.assign(proof=["是" if a == b else f"未证明，至多 {b} 个" for a, b in most])


def changes(found: ChangesCurve) -> pd.DataFrame:
    """The curve of changes, values with their units."""
    table = found.points
    return table.assign(
        amount=[_NONE if v != v else amount(found.goal, v) for v in table["objective"]],
        share=[_NONE if v != v else f"{100 * v:.0f}%" for v in table["gain_share"]],
        status=[STATUS_LABELS[s] for s in table["status"]],
    )


def change_points(found: ChangesCurve) -> pd.DataFrame:
    """The points for `figures.changes_curve`."""
    return found.points.assign(proven=found.points["status"] == "proven_optimal")


def difference(found: Difference) -> pd.DataFrame:
    """The projects that change, and those newly arrived; what stays is not listed."""
    table = found.projects[found.projects["change"] != "kept"]
    return table.assign(change=table["change"].map(CHANGES))


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


def swings(found: Robustness) -> pd.DataFrame:
    """Every assumption for `figures.tornado`, named with the status of its range."""
    used = found.ranges[found.ranges["projects"] > 0]
    status = used.groupby("quantity")["status"].agg(lambda given: worst_status(list(given)))
    words = [VALUE_STATUS.get(status.get(quantity, ""), "没有项目涉及") for quantity in found.tornado["quantity"]]
    return found.tornado.assign(label=found.tornado["name"] + "（" + pd.Series(words, dtype="str") + "）")


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
