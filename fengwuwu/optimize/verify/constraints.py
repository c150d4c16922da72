"""An independent re-check of a plan: every constraint, the objective and the indicators, from the public tables alone.

Written without the model, its numbers (``terms``) or a solver: pandas and numpy on `Plan.projects`, `Plan.decisions`,
`Plan.financing`, `Plan.stages`, `Plan.indicators` and the scenario.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from fengwuwu.optimize import cells
from fengwuwu.optimize.scenario import Instrument, Limit
from fengwuwu.optimize.verify.book import MONEY_TOLERANCE, Book, Findings, counted, exceeds, measure, share_amounts
from fengwuwu.region import COUNTY_NAMES

if TYPE_CHECKING:
    from fengwuwu.optimize.plan import Plan


def verify(plan: Plan) -> pd.DataFrame:
    """See `Plan.verify`."""
    from fengwuwu.optimize.verify import figures

    findings = Findings()
    if plan.objective is None:
        _without_solution(plan, findings)
        return findings.table()
    if _structure(plan, findings):
        book = Book.of(plan)
        for check in (_starts, _financed, _terms_of_use, _capital, _budgets, _debt, _limits, _logic, _stability):
            check(book, findings)
        figures.check(plan, book, findings)
    return findings.table()


def _without_solution(plan: Plan, findings: Findings) -> None:
    if plan.status not in ("infeasible", "unbounded", "time_limit", "error"):
        findings.add("状态", "status", f"没有目标值，状态却是 {plan.status}。")
    for name in ("decisions", "financing", "indicators"):
        if len(getattr(plan, name)):
            findings.add("状态", name, f"没有方案，{name} 却有内容。")
    if plan.bound is not None or plan.gap is not None:
        findings.add("状态", "bound", "没有方案，却给出上界或差距。")


def _structure(plan: Plan, findings: Findings) -> bool:
    """Whether the tables refer to one another well enough to go on."""
    decisions, financing, projects = plan.decisions, plan.financing, plan.projects
    before = len(findings.rows)
    for name in decisions["project_id"][decisions["project_id"].duplicated()].unique():
        findings.add("决策", "project_id", f"{name} 有不止一个决策。", name)
    known, decided = set(projects["project_id"]), set(decisions["project_id"])
    for name in sorted(known ^ decided):
        findings.add("决策", "project_id", f"{name} 只出现在项目表与决策表之一。", name)
    for name in sorted(decided & set(plan.set_aside["project_id"])):
        findings.add("决策", "set_aside", f"{name} 已列为未参与，却有决策。", name)
    for name in sorted(set(financing["project_id"]) - known):
        findings.add("资金", "project_id", f"{name} 有资金但不在项目表中。", name)
    for name in sorted(set(financing["instrument"]) - set(plan.scenario.instruments)):
        findings.add("资金", "instrument", f"情景中没有资金来源 {name}。")
    amounts = financing["amount_wan_yuan"].to_numpy(float)
    known = amounts[np.isfinite(amounts)]
    if len(known) < len(amounts) or (known < 0).any():
        least = float(known.min()) if len(known) else None
        findings.add("资金", "amount_wan_yuan", "资金有负数或缺失。", found=least, allowed=0)
    for row in decisions.to_dict("records"):
        name, part, started = row["project_id"], float(row["fraction"]), not pd.isna(row["start_year"])
        if not (np.isfinite(part) and 0 <= part <= 1 and bool(row["funded"]) == (part > 0) == started):
            findings.add("决策", "fraction", f"{name} 的入选、比例与开工年不一致。", name)
    kinds = set(projects["data_kind"].fillna("submitted"))
    if kinds != {plan.data_kind} or plan.data_kind not in ("submitted", "illustrative"):
        findings.add("项目", "data_kind", "方案混用了不同性质的数据，或用了公开项目。")
    for name in projects["project_id"][projects["admission_status"].isin(["incubating", "returned", "review"])]:
        findings.add("项目", "admission_status", f"{name} 未入库，不得参加。", name)
    return len(findings.rows) == before


def _starts(book: Book, findings: Findings) -> None:
    """Families 1 and 7: start years, whole projects, locks."""
    years, p = book.scenario.years, {name: book.projects[name].to_numpy() for name in book.projects}
    for i, name in enumerate(book.ids):
        part, start, locked = book.part[i], book.start[i], p["locked"][i]
        if not p["divisible"][i] and part not in (0.0, 1.0):
            findings.add("开工", "fraction", f"{name} 不可分割，比例却是 {part:g}。", name, found=part)
        if locked in ("in", "contracted") and part < 1:
            findings.add("锁定", "locked", f"{name} 必须入选。", name, found=part, allowed=1)
        if locked == "out" and part > 0:
            findings.add("锁定", "locked", f"{name} 已列为排除，不得入选。", name, found=part, allowed=0)
        if part == 0:
            continue
        latest = p["latest_start"][i]
        allowed = years if locked == "contracted" else book.scenario.start_years
        ends = start + int(p["construction_years"][i]) - 1
        late = not pd.isna(latest) and start > latest
        if start not in allowed or start < p["earliest_start"][i] or late or ends > years[-1]:
            findings.add("开工", "start_year", f"{name} 不能在 {start} 年开工。", name, int(start))


def _financed(book: Book, findings: Findings) -> None:
    """Family 2: fully financed or not at all, drawn along the construction profile."""
    need = book.number("financing_need_wan_yuan") * book.part
    total, spending, years = book.money.sum(axis=(1, 2)), book.spending(), book.scenario.years
    for i, name in enumerate(book.ids):
        if abs(total[i] - need[i]) > MONEY_TOLERANCE + 1e-6 * need[i]:
            message = f"{name} 资金 {total[i]:g} 万元，应为 {need[i]:g} 万元。"
            findings.add("足额", "financing", message, name, found=total[i], allowed=need[i])
        if book.part[i] > 0:
            due = spending[i] / book.part[i]
            off = np.abs(book.money[i] - book.money[i].sum(axis=1, keepdims=True) * due)
            for t in np.flatnonzero((off > MONEY_TOLERANCE + 1e-6 * need[i]).any(axis=0)):
                message = f"{name} {years[t]} 年的资金不合分年投资比例。"
                findings.add("足额", "profile", message, name, years[t])
    if book.stray > MONEY_TOLERANCE:
        findings.add("资金", "year", "有资金落在安排年份之外。", found=book.stray, allowed=0)


def _terms_of_use(book: Book, findings: Findings) -> None:
    """Family 3: eligibility and the largest share of each instrument; contracted amounts."""
    used = book.money.sum(axis=2)
    for i, row in enumerate(book.projects.to_dict("records")):
        limits = cells.pairs(row["instrument_share_max"])
        signed = cells.pairs(row["contracted_financing"]) if row["locked"] == "contracted" else {}
        for m, (key, inst) in enumerate(book.scenario.instruments.items()):
            amount = used[i, m]
            if signed and abs(amount - signed.get(key, 0.0)) > MONEY_TOLERANCE:
                findings.add(
                    "锁定", key, f"{row['project_id']} 的 {key} 与已签约金额不符。", row["project_id"], found=amount
                )
            if amount <= MONEY_TOLERANCE:
                continue
            if why := _barred(inst, key, row, book.share[i]):
                findings.add("来源条件", key, f"{row['project_id']} 不能使用{inst.label}：{why}。", row["project_id"])
            most = min(inst.share_max, limits.get(key, 1.0)) * row["investment_wan_yuan"] * book.part[i]
            if inst.project_max_wan_yuan is not None:
                most = min(most, inst.project_max_wan_yuan * book.part[i])
            if exceeds(amount, most):
                message = f"{row['project_id']} 使用{inst.label} {amount:g} 万元，上限 {most:g} 万元。"
                findings.add("占比上限", key, message, row["project_id"], found=amount, allowed=most)


def _barred(inst: Instrument, key: str, row: dict[Any, Any], share: np.ndarray) -> str:
    """Why an instrument may not finance a project; empty when it may."""
    allowed = cells.items(row["eligible_instruments"])
    reasons = {
        "不在该项目可用的来源之列": bool(allowed) and key not in allowed,
        "行业不符": inst.eligible_categories is not None and row["category"] not in inst.eligible_categories,
        "技术不符": inst.eligible_technologies is not None and row["technology"] not in inst.eligible_technologies,
        "效益类型不符": inst.eligible_benefits is not None and row["benefit"] not in inst.eligible_benefits,
        "气候友好投资占比不足": row["climate_fraction"] < inst.climate_fraction_min - 1e-9,
    }
    if inst.county_budget_wan_yuan and not inst.budget_wan_yuan:
        covered = sum(s for c, s in zip(COUNTY_NAMES, share, strict=True) if c in inst.county_budget_wan_yuan)
        reasons["所在县没有额度"] = abs(covered - 1) > 1e-6
    return "、".join(reason for reason, holds in reasons.items() if holds)


def _capital(book: Book, findings: Findings) -> None:
    """Family 3: minimum capital; equity-like tools within their part of all capital."""
    used = book.money.sum(axis=2)
    capital = used[:, [inst.is_capital for inst in book.scenario.instruments.values()]].sum(axis=1)
    equity = used[:, book.of_kind("equity_like")].sum(axis=1)
    own = book.number("own_capital_wan_yuan") * book.part
    least = book.number("capital_ratio_min") * book.number("investment_wan_yuan") * book.part
    most = book.scenario.equity_like_max_share * (capital + own)
    for i, name in enumerate(book.ids):
        if exceeds(least[i], own[i] + capital[i]):
            message = f"{name} 资本金 {own[i] + capital[i]:g} 万元，低于最低要求 {least[i]:g} 万元。"
            findings.add("资本金", "capital_ratio_min", message, name, found=own[i] + capital[i], allowed=least[i])
        if exceeds(equity[i], most[i]):
            message = f"{name} 权益型工具 {equity[i]:g} 万元，超过全部资本金的规定比例（{most[i]:g} 万元）。"
            findings.add("资本金", "equity_like", message, name, found=equity[i], allowed=most[i])


def _budgets(book: Book, findings: Findings) -> None:
    """Family 4: yearly money for the region and for each county, with carry-over."""
    years = book.scenario.years
    for m, (key, inst) in enumerate(book.scenario.instruments.items()):
        scopes = {"区域": (inst.budget_wan_yuan, np.ones(len(book.ids)))} if inst.budget_wan_yuan else {}
        scopes |= {c: (b, book.share[:, COUNTY_NAMES.index(c)]) for c, b in inst.county_budget_wan_yuan.items()}
        for scope, (budget, weight) in scopes.items():
            spent = weight @ book.money[:, m, :]
            available = np.array([budget.get(t, 0.0) for t in years])
            if book.scenario.carries(key):
                spent, available = spent.cumsum(), available.cumsum()
            for t in np.flatnonzero([exceeds(s, a) for s, a in zip(spent, available, strict=True)]):
                message = f"{scope}{inst.label} {years[t]} 年用 {spent[t]:g} 万元，可用 {available[t]:g} 万元。"
                findings.add("额度", key, message, None, years[t], float(spent[t]), float(available[t]))


def _debt(book: Book, findings: Findings) -> None:
    """Family 5: no revenue, no debt; bonds served by the revenue; project cover; debt service of a county."""
    used, scenario = book.money.sum(axis=2), book.scenario
    revenue = book.number("annual_revenue_wan_yuan")
    debt = book.of_kind("debt")
    service = np.array([_annuity(inst) for inst in scenario.instruments.values()])
    for i, name in enumerate(book.ids):
        borrowed = used[i, debt].sum()
        unknown = np.isnan(revenue[i])
        if borrowed > MONEY_TOLERANCE and not (revenue[i] > 0 or (unknown and scenario.missing_revenue == "unchecked")):
            findings.add("债务", "no_revenue", f"{name} 没有收入，不得举债。", name, found=borrowed, allowed=0)
        if unknown:
            continue
        income = revenue[i] * book.part[i]
        for m, (key, inst) in enumerate(scenario.instruments.items()):
            if inst.kind == "debt" and inst.cover_ratio and exceeds(inst.cover_ratio * service[m] * used[i, m], income):
                findings.add("债务", key, f"{name} 的收入不足以覆盖{inst.label}。", name, found=used[i, m])
        if scenario.dscr and exceeds(scenario.dscr * float(used[i] @ service), income):
            findings.add(
                "债务", "dscr", f"{name} 的偿债覆盖不足 {scenario.dscr:g} 倍。", name, found=float(used[i] @ service)
            )
    for county, rule in scenario.county_debt.items():
        due = float(book.share[:, COUNTY_NAMES.index(county)] @ used @ service)
        due += rule.existing_annual_service_wan_yuan or 0.0
        if exceeds(due, rule.max_annual_service_wan_yuan):
            most = rule.max_annual_service_wan_yuan
            message = f"{county}年还本付息 {due:g} 万元，上限 {most:g} 万元。"
            findings.add("债务", "county_debt", message, found=due, allowed=most)


def _annuity(inst: Instrument) -> float:
    """Payment a year for one 万元, by the geometric series rather than the closed formula."""
    if inst.kind != "debt":
        return 0.0
    return 1 / sum((1 + inst.rate) ** -k for k in range(1, inst.tenor_years - inst.grace_years + 1))


def _limits(book: Book, findings: Findings) -> None:
    """Family 6: floors and caps."""
    for key, limit in book.scenario.limits.items():
        if limit.measure == "climate_share":
            _share_limit(book, findings, key, limit)
            continue
        if (
            limit.if_no_projects == "waive"
            and not (counted(book, limit)[book.projects["locked"].ne("out").to_numpy()] > 0).any()
        ):
            continue
        found = measure(book, limit)
        if limit.percent is None:
            allowed = float(limit.value or 0.0)
        else:
            everything = dict.fromkeys(("county", "categories", "benefits", "instruments", "year"))
            plain = limit.model_copy(update=everything)
            allowed = limit.percent * measure(book, plain)
        low = limit.sense == "floor"
        if exceeds(allowed, found) if low else exceeds(found, allowed):
            message = f"“{limit.label}”为 {found:g}，{'下限' if low else '上限'} {allowed:g}。"
            findings.add("上下限", key, message, None, limit.year, found, allowed)


def _share_limit(book: Book, findings: Findings, key: str, limit: Limit) -> None:
    """A share is compared as climate-friendly investment, so that the tolerance is one of money."""
    climate, whole = share_amounts(book, limit)
    allowed, low = (limit.value or 0.0) * whole, limit.sense == "floor"
    if exceeds(allowed, climate) if low else exceeds(climate, allowed):
        bound = f"{'下限' if low else '上限'} {100 * (limit.value or 0.0):.6g}%"
        message = f"“{limit.label}”为 {100 * climate / whole:.6g}%，{bound}。"
        findings.add("上下限", key, message, None, limit.year, climate / whole, limit.value)


def _logic(book: Book, findings: Findings) -> None:
    """Family 7: exclusive groups and prerequisites."""
    place = {name: i for i, name in enumerate(book.ids)}
    funded = book.projects[book.part > 0]
    for group, members in funded.groupby("exclusive_group"):
        if len(members) > 1:
            names = "、".join(members["project_id"])
            findings.add("互斥", str(group), f"互斥组 {group} 中 {names} 同时入选。", found=len(members), allowed=1)
    for name, needed in funded[["project_id", "requires"]].itertuples(index=False, name=None):
        for item in cells.items(needed):
            other, _, finish = item.partition("@")
            q, p = place.get(other), place[name]
            if q is None or book.part[q] == 0:
                findings.add("前置", item, f"{name} 的前置项目 {other} 未入选。", name)
                continue
            ready = book.start[q] + (int(book.projects["construction_years"][q]) if finish else 0)
            if ready > book.start[p]:
                findings.add(
                    "前置", item, f"{name} 早于前置项目 {item}。", name, int(book.start[p]), allowed=float(ready)
                )


def _stability(book: Book, findings: Findings) -> None:
    """Family 8: no more changes against the earlier plan than allowed."""
    rule = book.rule
    if rule is None or rule.max_changes is None:
        return
    changed = 0
    for name, part, start in zip(book.ids, book.part, book.start, strict=True):
        before, when = rule.previous.get(name, (0.0, 0))
        moved = rule.count_moves and part > 0 and start != when
        changed += abs(part - before) > 1e-5 or moved
    if changed > rule.max_changes:
        message = f"与原方案相比有 {changed} 处变动，只允许 {rule.max_changes} 处。"
        findings.add("稳定", "changes", message, found=changed, allowed=rule.max_changes)
