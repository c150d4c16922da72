"""What the plan achieves: by county and region, by year and in total. One long table."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from fengwuwu.optimize.scenario import Scenario
from fengwuwu.optimize.terms import Terms
from fengwuwu.region import COUNTY_NAMES, REGION

COLUMNS = ["scope", "year", "indicator", "label", "value", "unit", "status", "note"]
LABELS: dict[str, tuple[str, str]] = {
    "project_count": ("入选项目数（跨县项目按分摊、可分割项目按比例）", "个"),
    "investment_wan_yuan": ("总投资", "万元"),
    "climate_investment_wan_yuan": ("气候友好投资", "万元"),
    "financing_wan_yuan": ("安排资金", "万元"),
    "adaptation_financing_wan_yuan": ("其中适应类项目资金", "万元"),
    "debt_wan_yuan": ("其中债务资金", "万元"),
    "financing_cost_wan_yuan": ("资金成本（利率 × 金额 × 期限，仅供比较）", "万元"),
    "emission_reduction_t": ("减排量", "tCO2e"),
    "base_investment_wan_yuan": ("库外固定资产投资", "万元"),
    "base_climate_investment_wan_yuan": ("库外气候友好投资", "万元"),
    "climate_share": ("气候友好投资占固定资产投资比重", "比例"),
    "climate_share_without_plan": ("不实施本方案时的比重", "比例"),
}
_OF_THE_PLAN = tuple(LABELS)[:8]
SCOPES = (REGION.name, *COUNTY_NAMES)
SHARES_UNKNOWN = "待补充：缺少库外固定资产投资"
NOT_APPLICABLE = "不适用：分母为 0"
_UNPUBLISHED = "未公布分摊的跨县项目只计入区域"


def indicator_table(terms: Terms, fund: dict[tuple[int, int], float], financing: pd.DataFrame) -> pd.DataFrame:
    """All indicators; ``year`` is missing in totals, ``value`` is missing when unknown or not applicable."""
    rows: list[list[object]] = []
    for k, scope in enumerate(SCOPES):
        weight = [1.0] * terms.n if k == 0 else terms.county_share[:, k - 1].tolist()
        counties = COUNTY_NAMES if k == 0 else (scope,)
        rows += _scope(terms, fund, financing, scope, weight, counties)
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.astype({"year": "Int64", "value": float})


def _scope(
    terms: Terms,
    fund: dict[tuple[int, int], float],
    financing: pd.DataFrame,
    scope: str,
    weight: list[float],
    counties: tuple[str, ...],
) -> list[list[object]]:
    scenario = terms.scenario
    first, last = scenario.window
    partial = any(";" in c for c in terms.projects["county"]) and scope != REGION.name
    totals = {name: 0.0 for name in LABELS}
    yearly: dict[str, dict[int, float]] = {
        name: dict.fromkeys(scenario.years, 0.0) for name in ("investment_wan_yuan", "climate_investment_wan_yuan")
    }
    saved = dict.fromkeys(range(first, last + 1), 0.0)
    # Read as lists: a row of the table for each project takes most of the time of a small plan.
    ranked, lifetime = terms.projects["reduction_ranked"].tolist(), terms.projects["lifetime_years"].tolist()
    annual = terms.projects["emission_reduction_t_per_year"].to_numpy(float, na_value=math.nan).tolist()
    for (p, s), fraction in fund.items():
        part = weight[p] * fraction
        totals["project_count"] += part
        totals["emission_reduction_t"] += part * terms.reductions[p][terms.starts[p].index(s)]
        for k, share in enumerate(terms.profile[p]):
            yearly["investment_wan_yuan"][s + k] += part * share * terms.investment[p]
            yearly["climate_investment_wan_yuan"][s + k] += part * share * terms.investment[p] * terms.climate[p]
        if ranked[p] and not math.isnan(annual[p]):
            operating = s + len(terms.profile[p])
            for t in range(max(operating, first), min(operating + int(lifetime[p]) - 1, last) + 1):
                saved[t] += part * annual[p]
    money = financing.assign(
        amount=financing["amount_wan_yuan"] * financing["project_id"].map(dict(zip(terms.ids, weight, strict=True)))
    )
    yearly |= _money_by_year(terms, money)
    for name, series in yearly.items():
        totals[name] = sum(series.values())
    totals["financing_cost_wan_yuan"] = _cost(terms, fund, money, weight)
    notes = {name: _UNPUBLISHED if partial else "" for name in LABELS}
    if scenario.discount_rate:
        notes["emission_reduction_t"] += f"合计已按 {scenario.discount_rate:.2%} 折现，分年未折现"
    rows = [_row(scope, None, name, totals[name], "estimate", notes[name]) for name in _OF_THE_PLAN]
    for name, series in (*yearly.items(), ("emission_reduction_t", saved)):
        rows += [_row(scope, t, name, value, "estimate", "") for t, value in series.items()]
    return rows + _shares(scenario, scope, counties, yearly)


def _money_by_year(terms: Terms, money: pd.DataFrame) -> dict[str, dict[int, float]]:
    years, insts = terms.scenario.years, terms.scenario.instruments
    adapting = set(terms.projects["project_id"][terms.projects["benefit"].isin(["adaptation", "both"])])
    debt = [key for key, inst in insts.items() if inst.kind == "debt"]
    chosen = {
        "financing_wan_yuan": np.ones(len(money)),
        "adaptation_financing_wan_yuan": money["project_id"].isin(adapting).to_numpy(float),
        "debt_wan_yuan": money["instrument"].isin(debt).to_numpy(float),
    }
    when, amounts = money["year"].to_numpy(int) - years[0], money["amount"].to_numpy(float)
    return {
        name: dict(zip(years, np.bincount(when, amounts * part, len(years)).tolist(), strict=True))
        for name, part in chosen.items()
    }


def _cost(terms: Terms, fund: dict[tuple[int, int], float], money: pd.DataFrame, weight: list[float]) -> float:
    insts = terms.scenario.instruments
    factor = money["instrument"].map({key: inst.rate * inst.tenor_years for key, inst in insts.items()})
    own = sum(weight[p] * f * terms.own[p] for (p, _), f in fund.items()) * terms.scenario.own_capital_rate
    return float((money["amount"] * factor).sum()) + own


def _shares(
    scenario: Scenario, scope: str, counties: tuple[str, ...], yearly: dict[str, dict[int, float]]
) -> list[list[object]]:
    """Ratios of sums by year and over all years, with the assumed amounts beside them."""
    bases = [scenario.base_investment.get(county) for county in counties]
    known = [base for base in bases if base is not None]
    rows: list[list[object]] = []
    periods: list[tuple[int | None, list[int]]] = [(None, scenario.years), *((t, [t]) for t in scenario.years)]
    if len(known) < len(bases):
        for period, _ in periods:
            rows += [
                _row(scope, period, name, math.nan, "unknown", SHARES_UNKNOWN)
                for name in ("climate_share", "climate_share_without_plan")
            ]
        return rows
    status = "assumption" if any(base.status != "official" for base in known) else "estimate"
    for period, years in periods:
        climate = sum(base.climate_wan_yuan[t] for base in known for t in years)
        whole = climate + sum(base.other_wan_yuan[t] for base in known for t in years)
        spent = sum(yearly["investment_wan_yuan"][t] for t in years)
        good = sum(yearly["climate_investment_wan_yuan"][t] for t in years)
        rows.append(_row(scope, period, "base_investment_wan_yuan", whole, status, ""))
        rows.append(_row(scope, period, "base_climate_investment_wan_yuan", climate, status, ""))
        for name, top, bottom in (
            ("climate_share", climate + good, whole + spent),
            ("climate_share_without_plan", climate, whole),
        ):
            value = top / bottom if bottom > 0 else math.nan
            rows.append(_row(scope, period, name, value, status, "" if bottom > 0 else NOT_APPLICABLE))
    return rows


def _row(scope: str, year: int | None, name: str, value: float, status: str, note: str) -> list[object]:
    label, unit = LABELS[name]
    return [scope, year, name, label, float(value), unit, status, note]
