"""The figures of a plan, computed again from its public tables: objective, stages, status, decisions, indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from fengwuwu.optimize.verify.book import Book, Findings, reductions
from fengwuwu.region import COUNTY_NAMES, REGION

if TYPE_CHECKING:
    from fengwuwu.optimize.plan import Plan

_RELATIVE = 1e-6
_ORDER = ("proven_optimal", "within_gap", "time_limit")
_Key = tuple[str, int | None, str]


def check(plan: Plan, book: Book, findings: Findings) -> None:
    """Everything that is a figure."""
    _decisions(plan, book, findings)
    _stages(plan, book, findings)
    _status(plan, findings)
    _indicators(plan, book, findings)


def same(found: float | None, expected: float | None) -> bool:
    """Equal to a millionth; both missing is equal."""
    if found is None or expected is None or np.isnan(found) or np.isnan(expected):
        return (found is None or np.isnan(found)) and (expected is None or np.isnan(expected))
    return abs(found - expected) <= _RELATIVE * max(abs(expected), 1e-3)


def _decisions(plan: Plan, book: Book, findings: Findings) -> None:
    """What the decision table repeats or derives."""
    rows = plan.decisions.set_index("project_id").loc[book.ids].to_dict("records")
    projects = book.projects.to_dict("records")
    saved = reductions(book)
    for i, (name, row, project) in enumerate(zip(book.ids, rows, projects, strict=True)):
        funded = book.part[i] > 0
        if not same(row["window_reduction_t"], saved[i] if funded else None):
            findings.add(
                "指标", "window_reduction_t", f"{name} 的核算期减排量有误。", name, found=row["window_reduction_t"]
            )
        operating = book.start[i] + int(project["construction_years"])
        if not same(_number(row["operation_year"]), float(operating) if funded else None):
            findings.add("指标", "operation_year", f"{name} 的投产年有误。", name, found=_number(row["operation_year"]))
        for column in ("project_name", "county", "category", "benefit"):
            mine, theirs = row[column], project[column]
            if mine != theirs and not (pd.isna(mine) and pd.isna(theirs)):
                findings.add("决策", column, f"{name} 的 {column} 与项目表不符。", name)
    labels = {key: inst.label for key, inst in plan.scenario.instruments.items()}
    if (plan.financing["instrument"].map(labels) != plan.financing["label"]).any():
        findings.add("资金", "label", "资金来源的名称与情景不符。")


def _number(value: Any) -> float:
    return np.nan if pd.isna(value) else float(str(value))


def objective_value(plan: Plan, book: Book, goal: str) -> float:
    """Value of an objective: tCO2e, or a ratio."""
    if goal == "emission_reduction":
        return float(reductions(book).sum())
    bases = plan.scenario.base_investment.values()
    climate = sum(sum(b.climate_wan_yuan.values()) for b in bases)
    other = sum(sum(b.other_wan_yuan.values()) for b in bases)
    spent = book.number("investment_wan_yuan") * book.part
    return float((climate + spent @ book.number("climate_fraction")) / (climate + other + spent.sum()))


def _stages(plan: Plan, book: Book, findings: Findings) -> None:
    """Each objective: its value in the plan, and how far below its best it may be."""
    stages, goals = plan.stages, plan.scenario.goals
    if stages["objective"].tolist() != goals[: len(stages)] or not len(stages):
        findings.add("目标", "stages", "各级目标与情景不符。")
        return
    solved = stages[stages["value"].notna()]
    for k, stage in enumerate(solved.to_dict("records")):
        label, value, bound, final = stage["label"], float(stage["value"]), float(stage["bound"]), float(stage["final"])
        found, last = objective_value(plan, book, str(stage["objective"])), k + 1 == len(solved)
        if not same(final, found):
            message = f"{label}：方案中为 {found:g}，所记为 {final:g}。"
            findings.add("目标", "final", message, found=final, allowed=found)
        give = 0.0 if last else plan.scenario.tolerance
        scale = max(abs(value), 1.0)
        if found < value - (give + _RELATIVE) * scale or (last and not same(value, found)):
            message = f"{label}：复核为 {found:g}，所称为 {value:g}。"
            findings.add("目标", "value", message, found=found, allowed=value)
        if np.isnan(bound):
            continue
        if bound < value - 1e-9 * scale:
            findings.add("目标", "bound", f"{label}：上界低于已得的值。", found=bound, allowed=value)
        gap = abs(bound - value) / (abs(value) if abs(value) > 1e-12 else 1.0)
        if not abs(gap - float(stage["gap"])) <= 1e-9 + 1e-6 * gap:
            findings.add("目标", "gap", f"{label}：差距有误。", found=float(stage["gap"]), allowed=gap)
    first = stages.iloc[0]
    for name, column in (("objective", "value"), ("bound", "bound"), ("gap", "gap")):
        mine = getattr(plan, name)
        if not (same(mine, first[column]) if name != "gap" else mine is None or abs(mine - first["gap"]) <= 1e-12):
            findings.add("目标", name, f"方案的 {name} 与第一级目标不符。", found=mine, allowed=first[column])


def _status(plan: Plan, findings: Findings) -> None:
    """A status must be one that the gap and the proof justify."""
    for stage in plan.stages.to_dict("records"):
        status, label, gap = str(stage["status"]), stage["label"], float(stage["gap"])
        if status == "proven_optimal" and not (gap <= 1e-6 and str(stage["proof"]).strip()):
            message = f"{label}：称已证明最优，但差距或证明不足。"
            findings.add("状态", "proven_optimal", message, found=gap, allowed=1e-6)
        if status == "within_gap" and not gap <= max(plan.scenario.gap, 1e-6) * (1 + 1e-9):
            findings.add("状态", "within_gap", f"{label}：差距超出要求。", found=gap, allowed=plan.scenario.gap)
    kinds = [s if s in _ORDER else "time_limit" for s in plan.stages["status"]]
    if len(plan.stages) and plan.status != max(kinds, key=_ORDER.index):
        findings.add("状态", "status", f"状态 {plan.status} 与各级目标的状态不符。")


def _indicators(plan: Plan, book: Book, findings: Findings) -> None:
    table = plan.indicators
    keys = [
        (scope, None if pd.isna(year) else int(year), name)
        for scope, year, name in table[["scope", "year", "indicator"]].itertuples(index=False, name=None)
    ]
    stated: dict[_Key, float] = dict(zip(keys, table["value"].tolist(), strict=True))
    expected = _expected(plan, book)
    if len(stated) < len(keys) or set(stated) != set(expected):
        missing = sorted({f"{s}/{y}/{n}" for s, y, n in set(stated) ^ set(expected)})
        findings.add("指标", "rows", f"指标表的行不全、多出或重复：{'、'.join(missing[:5])}。")
    for key in set(stated) & set(expected):
        # Sums of money drift by the solver's tolerance, so small amounts are compared in 万元.
        if not same(stated[key], expected[key]) and not abs(stated[key] - expected[key]) <= 0.01 * (
            "wan_yuan" in key[2]
        ):
            scope, year, name = key
            message = f"{scope} {year or '合计'} {name} 应为 {expected[key]:g}，所列为 {stated[key]:g}。"
            findings.add("指标", name, message, None, year, stated[key], expected[key])


def _expected(plan: Plan, book: Book) -> dict[_Key, float]:
    """Every indicator again, by matrix products over projects."""
    scenario, years = plan.scenario, plan.scenario.years
    first, last = scenario.window
    insts = list(scenario.instruments.values())
    investment, fraction = book.number("investment_wan_yuan"), book.number("climate_fraction")
    spending, saved = book.spending(), reductions(book)
    adapting = book.projects["benefit"].isin(["adaptation", "both"]).to_numpy()
    cost = book.money.sum(axis=2) @ np.array([inst.rate * inst.tenor_years for inst in insts])
    cost = cost + scenario.own_capital_rate * book.number("own_capital_wan_yuan") * book.part
    window = np.arange(first, last + 1)
    begin = (book.start + book.number("construction_years"))[:, None]
    running = (window >= begin) & (window < begin + book.number("lifetime_years")[:, None])
    ranked = book.projects["reduction_ranked"].to_numpy(bool)
    annual = np.where(ranked, np.nan_to_num(book.number("emission_reduction_t_per_year")), 0.0) * book.part
    expected: dict[_Key, float] = {}
    for k, scope in enumerate((REGION.name, *COUNTY_NAMES)):
        weight = np.ones(len(book.ids)) if k == 0 else book.share[:, k - 1]
        series = {
            "investment_wan_yuan": (weight * investment) @ spending,
            "climate_investment_wan_yuan": (weight * investment * fraction) @ spending,
            "financing_wan_yuan": weight @ book.money.sum(axis=1),
            "adaptation_financing_wan_yuan": (weight * adapting) @ book.money.sum(axis=1),
            "debt_wan_yuan": weight @ book.money[:, book.of_kind("debt"), :].sum(axis=1),
        }
        for name, values in series.items():
            expected |= {(scope, t, name): float(v) for t, v in zip(years, values, strict=True)}
            expected[scope, None, name] = float(values.sum())
        expected[scope, None, "project_count"] = float(weight @ book.part)
        expected[scope, None, "financing_cost_wan_yuan"] = float(weight @ cost)
        expected[scope, None, "emission_reduction_t"] = float(weight @ saved)
        yearly = (weight * annual) @ running
        expected |= {(scope, int(t), "emission_reduction_t"): float(v) for t, v in zip(window, yearly, strict=True)}
        bases = [scenario.base_investment.get(c) for c in (COUNTY_NAMES if k == 0 else (scope,))]
        for period in (None, *years):
            chosen = years if period is None else [period]
            spent = sum(series["investment_wan_yuan"][years.index(t)] for t in chosen)
            good = sum(series["climate_investment_wan_yuan"][years.index(t)] for t in chosen)
            if None in bases:
                climate = whole = np.nan
            else:
                climate = sum(b.climate_wan_yuan[t] for b in bases if b for t in chosen)
                whole = climate + sum(b.other_wan_yuan[t] for b in bases if b for t in chosen)
                expected[scope, period, "base_investment_wan_yuan"] = whole
                expected[scope, period, "base_climate_investment_wan_yuan"] = climate
            for name, top, bottom in (
                ("climate_share", climate + good, whole + spent),
                ("climate_share_without_plan", climate, whole),
            ):
                expected[scope, period, name] = float(top / bottom) if bottom > 0 else np.nan
    return expected
