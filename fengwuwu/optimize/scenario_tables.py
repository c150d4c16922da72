"""A scenario's figures as one table, each with its unit, status and note, for reports and Excel."""

from __future__ import annotations

import pandas as pd

from fengwuwu.optimize.scenario import KIND_LABELS, MEASURE_LABELS, MEASURE_UNITS, OBJECTIVE_LABELS, Limit, Scenario
from fengwuwu.vocabulary import BENEFIT, CATEGORY, VALUE_STATUS

COLUMNS = ["项目", "数值", "单位", "状态", "来源", "说明"]
_OWN = "本工具约定"


def assumptions(scenario: Scenario) -> pd.DataFrame:
    """See `Scenario.assumptions`."""
    parts = (_rules, _county_debt, _terms, _budgets, _limits, _base)
    rows = [row for part in parts for row in part(scenario)]
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object)


def _row(item: str, value: str, unit: str, status: str, source: str, note: str) -> list[str]:
    return [item, value, unit, VALUE_STATUS[status], source, note]


def figure(value: float) -> str:
    """A number without superfluous digits, thousands not separated."""
    return f"{value:.10g}" if abs(value) < 1e10 else f"{value:.0f}"


def percent(value: float) -> str:
    """A ratio in per cent."""
    return f"{figure(round(100 * value, 6))}%"


def _by_year(budget: dict[int, float]) -> str:
    return "；".join(f"{year} 年 {figure(amount)}" for year, amount in sorted(budget.items()))


def _rules(scenario: Scenario) -> list[list[str]]:
    first, last = scenario.window
    goals = "，其次".join(OBJECTIVE_LABELS[goal] for goal in scenario.goals)
    if len(scenario.goals) > 1:
        goals += f"（允许前一级让步 {percent(scenario.tolerance)}）"
    if scenario.dscr is None:
        cover = _row("项目偿债覆盖", "不检验", "", "assumption", _OWN, "偿债覆盖未检验（假设）")
    else:
        cover = _row("项目偿债覆盖倍数", figure(scenario.dscr), "倍", "assumption", "项目融资惯例（未核实）", "")
    unchecked = scenario.missing_revenue == "unchecked"
    debt = "不检验，允许举债" if unchecked else "不得举债"
    return [
        _row("优化目标", goals, "", "assumption", _OWN, ""),
        _row("可选开工年", "、".join(map(str, sorted(scenario.start_years))), "年", "assumption", _OWN, ""),
        _row(
            "资金安排年份", f"{scenario.years[0]}–{scenario.years[-1]}", "年", "assumption", _OWN, "建设期不得超过末年"
        ),
        _row("未用额度", "结转下年" if scenario.carry_over else "当年有效", "", "assumption", _OWN, ""),
        _row("减排量核算期", f"{first}–{last}", "年", "assumption", _OWN, "自第一个可选开工年起，投产次年计起"),
        _row("减排量折现率", percent(scenario.discount_rate), "", "assumption", _OWN, ""),
        cover,
        _row(
            "未提供年收入的项目",
            debt,
            "",
            "assumption" if unchecked else "official",
            _OWN if unchecked else "国发〔2014〕43号、财预〔2017〕50号、财预〔2017〕87号",
            "不得由财政承诺还款",
        ),
        _row(
            "权益型工具占全部资本金上限",
            percent(scenario.equity_like_max_share),
            "",
            "official",
            "国发〔2019〕26号",
            "",
        ),
        _row("已有资本金年成本", percent(scenario.own_capital_rate), "", "assumption", _OWN, "仅用于资金成本比较"),
    ]


def _county_debt(scenario: Scenario) -> list[list[str]]:
    rows = []
    for county, debt in scenario.county_debt.items():
        existing = debt.existing_annual_service_wan_yuan
        counted = "已有债务未提供，未计（假设）" if existing is None else f"其中已有债务占用 {figure(existing)} 万元"
        note = "；".join(part for part in (counted, debt.note) if part)
        most = figure(debt.max_annual_service_wan_yuan)
        rows.append(_row(f"{county}年还本付息上限", most, "万元/年", debt.status, debt.source, note))
    return rows


def _terms(scenario: Scenario) -> list[list[str]]:
    rows = []
    for inst in scenario.instruments.values():
        debt = inst.kind == "debt"
        parts = [KIND_LABELS[inst.kind]]
        parts += [f"年利率 {percent(inst.rate)}", f"期限 {inst.tenor_years} 年"] if debt else []
        parts += [f"宽限期 {inst.grace_years} 年"] if inst.grace_years else []
        parts.append(f"占总投资不超过 {percent(inst.share_max)}")
        if inst.project_max_wan_yuan is not None:
            parts.append(f"单个项目不超过 {figure(inst.project_max_wan_yuan)} 万元")
        if inst.cover_ratio is not None:
            parts.append(f"年收入不低于其年还本付息的 {figure(inst.cover_ratio)} 倍")
        if inst.eligible_benefits is not None:
            parts.append("效益类型限" + "、".join(BENEFIT[b] for b in inst.eligible_benefits))
        if inst.eligible_categories is not None:
            parts.append("行业限" + "、".join(CATEGORY[c] for c in inst.eligible_categories))
        if inst.eligible_technologies is not None:
            parts.append(f"限 {len(inst.eligible_technologies)} 种技术类型")
        rows.append(_row(f"{inst.label}：条件", "；".join(parts), "", inst.status, inst.source, inst.note))
    return rows


def _budgets(scenario: Scenario) -> list[list[str]]:
    rows = []
    for inst in scenario.instruments.values():
        tail = (inst.budget_status, inst.budget_source, inst.budget_note)
        if inst.unlimited:
            rows.append(_row(f"{inst.label}：额度", "不限", "", *tail))
        if inst.budget_wan_yuan:
            rows.append(_row(f"{inst.label}：全区域额度", _by_year(inst.budget_wan_yuan), "万元", *tail))
        for county, budget in inst.county_budget_wan_yuan.items():
            rows.append(_row(f"{inst.label}：{county}额度", _by_year(budget), "万元", *tail))
    return rows


def limit_words(limit: Limit) -> str:
    """What a floor or cap demands, as a number with its unit."""
    if limit.percent is not None:
        return f"占方案{MEASURE_LABELS[limit.measure]}的 {percent(limit.percent)}"
    if limit.measure == "climate_share":
        return f"{100 * (limit.value or 0.0):.6g}%"
    return figure(limit.value or 0.0)


def _limits(scenario: Scenario) -> list[list[str]]:
    return [
        _row(
            f"{'下限' if limit.sense == 'floor' else '上限'}：{limit.label}",
            limit_words(limit),
            "" if limit.percent is not None or limit.measure == "climate_share" else MEASURE_UNITS[limit.measure],
            limit.status,
            limit.source,
            limit.note,
        )
        for limit in scenario.limits.values()
    ]


def _base(scenario: Scenario) -> list[list[str]]:
    rows = []
    for county, base in scenario.base_investment.items():
        for name, part in (("非气候友好部分", base.other_wan_yuan), ("气候友好部分", base.climate_wan_yuan)):
            tail = (base.status, base.source, base.note)
            rows.append(_row(f"{county}库外固定资产投资：{name}", _by_year(part), "万元", *tail))
    return rows
