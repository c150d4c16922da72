"""From the solver's values to the plan's public tables: who is funded and why, and the cheapest money for it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from fengwuwu.errors import FengwuwuError
from fengwuwu.optimize import solve
from fengwuwu.optimize.arrays import Arrays
from fengwuwu.optimize.model import MONEY, Model
from fengwuwu.optimize.stability import Decided
from fengwuwu.optimize.terms import Terms
from fengwuwu.vocabulary import LOCKED

Fund = dict[tuple[int, int], float]
DECISION_COLUMNS = [
    "project_id",
    "project_name",
    "county",
    "category",
    "benefit",
    "funded",
    "fraction",
    "start_year",
    "operation_year",
    "window_reduction_t",
    "reason",
]
FINANCING_COLUMNS = ["project_id", "instrument", "label", "year", "amount_wan_yuan"]


def cheapest_financing(model: Model, arrays: Arrays, fund: Fund) -> dict[tuple[int, int, int], float]:
    """Money by type, instrument and start (百万元) at the least cost for given decisions.

    Parameters
    ----------
    arrays : Arrays
        Of the model without the rows of later objectives.
    """
    fixed, place = with_decisions(model, arrays, fund), arrays.column()
    # Whole decisions may exceed a tight budget by the solver's tolerance: 1e-6 百万元 is one yuan.
    for tolerance in (1e-7, 1e-6, 1e-5):
        found = solve.run_highs(fixed, relax=True, options={"primal_feasibility_tolerance": tolerance})
        if found.values is not None:
            values = np.maximum(found.values, 0.0)
            return {key: float(values[place[id(v)]]) for key, v in model.money.items() if values[place[id(v)]] > 1e-9}
    raise FengwuwuError("取整后的决策找不到可行的资金安排，方案不可用。", remedy="请保留项目表和情景文件并报告此问题。")


def with_decisions(model: Model, arrays: Arrays, fund: Fund) -> Arrays:
    """The linear programme of the cheapest money when the decisions are as given."""
    lower, upper, place = arrays.lower.copy(), arrays.upper.copy(), arrays.column()
    for key, variable in model.fund.items():
        lower[place[id(variable)]] = upper[place[id(variable)]] = fund.get(key, 0.0)
    for key, variable in model.start.items():
        if variable is not model.fund[key]:
            lower[place[id(variable)]] = upper[place[id(variable)]] = float(key in fund)
    return replace(arrays.objective(model.cost(), maximise=False), lower=lower, upper=upper)


def completed(model: Model, arrays: Arrays, known: Decided) -> np.ndarray | None:
    """Decisions of another plan, as far as they exist here, with money for them, by column; None if there is none."""
    place = {name: p for p, name in enumerate(model.terms.ids)}
    fund = {(place[name], s): part for name, (part, s) in known.items() if (place.get(name), s) in model.fund}
    found = solve.run_highs(with_decisions(model, arrays, fund), relax=True)
    if found.values is None:
        return None
    # A change counted in part is a whole change.
    values = np.where(arrays.integer, np.ceil(found.values - 1e-6), found.values)
    return values if arrays.satisfied(values) else None


def financing_table(model: Model, fund: Fund, money: dict[tuple[int, int, int], float]) -> pd.DataFrame:
    """Money by project, instrument and year, 万元; a type's money is split in proportion to the need."""
    terms, insts = model.terms, list(model.terms.scenario.instruments.items())
    rows = []
    for (g, m, s), amount in money.items():
        started = {p: terms.need[p] * fund[p, s] for p in model.types[g] if (p, s) in fund}
        total = sum(started.values())
        for p, need in started.items():
            for k, share in enumerate(terms.profile[p]):
                spent = MONEY * amount * need / total * float(share)
                if spent > 1e-6:
                    rows.append((p, m, s + k, spent))
    rows.sort()
    table = pd.DataFrame(
        [(terms.ids[p], insts[m][0], insts[m][1].label, year, spent) for p, m, year, spent in rows],
        columns=FINANCING_COLUMNS,
    )
    return table.astype({"year": "int64", "amount_wan_yuan": float})


def decision_table(terms: Terms, fund: Fund) -> pd.DataFrame:
    """One row per project that took part."""
    chosen = {p: (s, fraction) for (p, s), fraction in fund.items()}
    rows = []
    said = terms.projects[["project_name", "county", "category", "benefit"]].to_dict("records")
    for p, name in enumerate(terms.ids):
        start, fraction = chosen.get(p, (None, 0.0))
        reduction = None
        if start is not None:
            reduction = fraction * float(terms.reductions[p][terms.starts[p].index(start)])
        rows.append({
            "project_id": name,
            "funded": start is not None,
            "fraction": fraction,
            "start_year": start,
            "operation_year": None if start is None else start + len(terms.profile[p]),
            "window_reduction_t": reduction,
            "reason": _reason(terms, p, chosen),
            **said[p],
        })
    return typed_decisions(pd.DataFrame(rows, columns=DECISION_COLUMNS))


def typed_decisions(table: pd.DataFrame) -> pd.DataFrame:
    """Column types of the decisions (used again when a plan is read back)."""
    whole = {"start_year": "Int64", "operation_year": "Int64"}
    return table.astype({"funded": bool, "fraction": float, "window_reduction_t": float, **whole})


def _reason(terms: Terms, p: int, chosen: dict[int, tuple[int, float]]) -> str:
    if p in chosen:
        start, fraction = chosen[p]
        lock = f"（{LOCKED[str(terms.locked[p])]}）" if terms.locked[p] else ""
        part = f"，实施 {100 * fraction:.3g}%" if fraction < 1 - 1e-9 else ""
        ranked = bool(terms.projects["reduction_ranked"].iloc[p])
        return f"入选{lock}：{start} 年开工{part}" + ("" if ranked else "；不参与减排排序")
    if terms.locked[p] == "out":
        return "未入选：已列为排除"
    if sum(np.minimum(terms.most[p], terms.need[p])) < terms.need[p] * (1 - 1e-9):
        return "未入选：可用资金来源的占比上限合计不足以覆盖融资需求"
    capital = [i.is_capital for i in terms.scenario.instruments.values()]
    if terms.most[p][capital].sum() < terms.capital_gap[p] * (1 - 1e-9):
        return "未入选：可用的资本金来源不足以补齐最低资本金"
    for group, members in terms.exclusive.items():
        if p in members and (rivals := [terms.ids[q] for q in members if q in chosen]):
            return f"未入选：互斥组“{group}”中 {rivals[0]} 已入选"
    if lacking := [terms.ids[q] for q, _ in terms.requires[p] if q not in chosen]:
        return f"未入选：前置项目 {'、'.join(lacking)} 未入选"
    return "未入选：在现有资金和规则下落选"
