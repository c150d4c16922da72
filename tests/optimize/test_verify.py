"""A sound plan is spoiled once per rule and figure; the independent re-check must name each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from fengwuwu.optimize import Plan, Scenario, allocate
from fengwuwu.optimize.stability import Stability

YEARS = (2027, 2028, 2029)


def scenario_data() -> dict[str, Any]:
    money = dict.fromkeys(YEARS, 900.0)
    return {
        "name": "test",
        "title": "测试",
        "start_years": [2027, 2028],
        "budget_years": list(YEARS),
        "dscr": None,
        "instruments": {
            "loan": {"label": "贷款", "kind": "debt", "rate": 0.04, "tenor_years": 10, "budget_wan_yuan": money},
            "tool": {"label": "权益型工具", "kind": "equity_like", "share_max": 0.2, "budget_wan_yuan": money},
            "own": {
                "label": "县级资金",
                "kind": "capital",
                "share_max": 0.4,
                "county_budget_wan_yuan": {"奉节县": money, "巫山县": money},
            },
        },
        "base_investment": {
            county: {"other_wan_yuan": dict.fromkeys(YEARS, 3000.0), "climate_wan_yuan": dict.fromkeys(YEARS, 500.0)}
            for county in ("奉节县", "巫山县", "巫溪县")
        },
    }


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Two projects, both funded: P1 borrows and takes equity-like money; P2 is built in two years."""
    row = {
        "county": "奉节县",
        "category": "energy",
        "investment_wan_yuan": 1000.0,
        "financing_need_wan_yuan": 900.0,
        "capital_ratio_min": 0.3,
        "annual_revenue_wan_yuan": 300.0,
        "emission_reduction_t_per_year": 100.0,
        "lifetime_years": 20,
        "climate_fraction": 1.0,
        "benefit": "mitigation",
        "earliest_start": 2027,
        "latest_start": 2028,
        "construction_years": 1,
        "eligible_instruments": "loan;tool;own",
    }
    second = row | {"county": "巫山县", "construction_years": 2, "construction_profile": "0.4;0.6"}
    table = pd.DataFrame([{"project_id": "P1"} | row, {"project_id": "P2"} | second])
    made = allocate(table, Scenario.model_validate(scenario_data()))
    assert made.status == "proven_optimal"
    assert made.decisions["funded"].all()
    assert {"loan", "own"} <= set(made.financing["instrument"])
    return made


def test_the_plan_is_sound(plan: Plan) -> None:
    assert plan.verify().empty, plan.verify().to_string()


def decided(plan: Plan, **changes: Any) -> Plan:
    """P1's decision altered."""
    table = plan.decisions.copy()
    for column, value in changes.items():
        table.loc[table["project_id"] == "P1", column] = value
    return plan.replace(decisions=table)


def projected(plan: Plan, project_id: str = "P1", **changes: Any) -> Plan:
    """A project's own data altered, as if it had been so all along."""
    table = plan.projects.copy()
    for column, value in changes.items():
        table[column] = table[column].astype(object)
        table.loc[table["project_id"] == project_id, column] = value
    numbers = [c for c in table if c.endswith("_wan_yuan") or c == "capital_ratio_min"]
    return plan.replace(projects=table.astype(dict.fromkeys(numbers, float)))


def ruled(plan: Plan, **changes: Any) -> Plan:
    """The scenario altered; ``loan__share_max`` reaches into an instrument."""
    data = plan.scenario.model_dump(mode="json")
    for name, value in changes.items():
        instrument, _, key = name.rpartition("__")
        (data["instruments"][instrument] if instrument else data)[key] = value
    return plan.replace(scenario=Scenario.model_validate(data))


def paid(plan: Plan, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Plan:
    return plan.replace(financing=change(plan.financing.copy()))


def limit(**values: Any) -> dict[str, Any]:
    return {"x": {"label": "某限"} | values}


SPOILED: dict[str, tuple[str, Callable[[Plan], Plan]]] = {
    "family 1: start outside the allowed years": ("开工", lambda p: decided(p, start_year=2029)),
    "family 1: a part of a whole project": ("开工", lambda p: decided(p, fraction=0.5)),
    "family 1: start before the earliest": (
        "开工",
        lambda p: projected(p, earliest_start=int(p.decisions["start_year"].iloc[0]) + 1, latest_start=2029),
    ),
    "family 1: start after the latest": ("开工", lambda p: projected(p, earliest_start=2026, latest_start=2026)),
    "family 1: construction beyond the budget years": (
        "开工",
        lambda p: projected(p, construction_years=4, construction_profile="0.25;0.25;0.25;0.25"),
    ),
    "family 2: too little money": (
        "足额",
        lambda p: paid(p, lambda t: t.assign(amount_wan_yuan=t.amount_wan_yuan * 0.9)),
    ),
    "family 2: money against the profile": ("足额", lambda p: paid(p, lambda t: t.assign(year=2027))),
    "money outside the budget years": ("资金", lambda p: paid(p, lambda t: t.assign(year=2035))),
    "family 3: instrument not eligible": ("来源条件", lambda p: ruled(p, loan__eligible_categories=["transport"])),
    "family 3: technology not eligible": ("来源条件", lambda p: ruled(p, loan__eligible_technologies=["solar"])),
    "family 3: benefit not eligible": ("来源条件", lambda p: ruled(p, own__eligible_benefits=["adaptation"])),
    "family 3: climate fraction too low": (
        "来源条件",
        lambda p: ruled(projected(p, climate_fraction=0.4), loan__climate_fraction_min=0.5),
    ),
    "family 3: no money of the county": (
        "来源条件",
        lambda p: ruled(p, own__county_budget_wan_yuan={"巫溪县": dict.fromkeys(map(str, YEARS), 900)}),
    ),
    "family 3: share of an instrument in the project": (
        "占比上限",
        lambda p: projected(p, instrument_share_max="loan=0.1"),
    ),
    "family 3: capital that does not count": (
        "资本金",
        lambda p: ruled(p, own__counts_as_capital=False, tool__counts_as_capital=False),
    ),
    "family 3: instrument the project may not use": ("来源条件", lambda p: projected(p, eligible_instruments="tool")),
    "family 3: share of an instrument": ("占比上限", lambda p: ruled(p, loan__share_max=0.1)),
    "family 3: amount per project": ("占比上限", lambda p: ruled(p, loan__project_max_wan_yuan=10)),
    "family 3: minimum capital": ("资本金", lambda p: projected(p, capital_ratio_min=0.95)),
    "family 3: equity-like part": (
        "资本金",
        lambda p: ruled(projected(p, own_capital_wan_yuan=0), equity_like_max_share=0),
    ),
    "family 4: regional money": ("额度", lambda p: ruled(p, loan__budget_wan_yuan={"2027": 1.0})),
    "family 4: county money": (
        "额度",
        lambda p: ruled(p, own__county_budget_wan_yuan={"奉节县": {"2027": 1}, "巫山县": {"2027": 1}}),
    ),
    "family 4: no carrying over": (
        "额度",
        lambda p: ruled(p, carry_over=False, loan__budget_wan_yuan={"2027": 1e4}),
    ),
    "family 5: no revenue, no debt": ("债务", lambda p: projected(p, annual_revenue_wan_yuan=None)),
    "family 5: project cover": ("债务", lambda p: ruled(p, dscr=9.9)),
    "family 5: debt service of a county": (
        "债务",
        lambda p: ruled(p, county_debt={"奉节县": {"max_annual_service_wan_yuan": 1}}),
    ),
    "family 5: debt service of a county beside what is owed": (
        "债务",
        lambda p: ruled(
            p, county_debt={"奉节县": {"max_annual_service_wan_yuan": 999, "existing_annual_service_wan_yuan": 998}}
        ),
    ),
    "family 5: bonds served by the revenue": ("债务", lambda p: ruled(p, loan__cover_ratio=9.9)),
    "family 6: floor": ("上下限", lambda p: ruled(p, limits=limit(sense="floor", value=1e5))),
    "family 6: floor by category": (
        "上下限",
        lambda p: ruled(p, limits=limit(sense="floor", value=1, categories=["transport"])),
    ),
    "family 6: floor by benefit": (
        "上下限",
        lambda p: ruled(p, limits=limit(sense="floor", value=1, benefits=["adaptation"])),
    ),
    "family 6: cap by instrument": (
        "上下限",
        lambda p: ruled(p, limits=limit(sense="cap", value=1, instruments=["loan"])),
    ),
    "family 6: floor on financing in a year": (
        "上下限",
        lambda p: ruled(p, limits=limit(sense="floor", value=1e4, year=2027)),
    ),
    "family 6: cap on the number": (
        "上下限",
        lambda p: ruled(p, limits=limit(sense="cap", measure="count", value=1)),
    ),
    "family 6: floor on reductions": (
        "上下限",
        lambda p: ruled(p, limits=limit(sense="floor", measure="reductions", value=1e6)),
    ),
    "family 6: floor on the share of investment": (
        "上下限",
        lambda p: ruled(p, limits=limit(sense="floor", measure="climate_share", value=0.9)),
    ),
    "family 6: cap on the share of investment of a county in a year": (
        "上下限",
        lambda p: ruled(p, limits=limit(sense="cap", measure="climate_share", value=0.1, county="巫山县", year=2028)),
    ),
    "family 6: cap on investment in a year": (
        "上下限",
        lambda p: ruled(p, limits=limit(sense="cap", measure="investment", value=1, year=2028)),
    ),
    "family 6: percentage of a county": (
        "上下限",
        lambda p: ruled(p, limits=limit(sense="floor", percent=0.99, county="巫山县")),
    ),
    "family 7: exclusive": (
        "互斥",
        lambda p: projected(projected(p, exclusive_group="甲"), "P2", exclusive_group="甲"),
    ),
    "family 7: prerequisite not built": ("前置", lambda p: projected(p, requires="P2@finish")),
    "family 7: prerequisite starts later": (
        "前置",
        lambda p: projected(decided(p, start_year=2027), "P1", requires="P2").replace(
            decisions=p.decisions.assign(start_year=pd.array([2027, 2028], "Int64"))
        ),
    ),
    "family 7: prerequisite not funded": (
        "前置",
        lambda p: projected(decided(p, funded=False, fraction=0.0, start_year=pd.NA), "P2", requires="P1"),
    ),
    "family 7: locked in": (
        "锁定",
        lambda p: projected(decided(p, funded=False, fraction=0.0, start_year=pd.NA), locked="in"),
    ),
    "family 7: signed amounts": (
        "锁定",
        lambda p: projected(p, locked="contracted", contracted_financing="loan=100;own=800"),
    ),
    "family 8: changes": ("稳定", lambda p: p.replace(stability=Stability({}, max_changes=1))),
    "family 8: moves": (
        "稳定",
        lambda p: p.replace(
            stability=Stability({n: (1.0, 2029) for n in p.decisions["project_id"]}, max_changes=1, count_moves=True)
        ),
    ),
    "family 7: locked out": ("锁定", lambda p: projected(p, locked="out")),
    "figure: reductions of a project": ("指标", lambda p: decided(p, window_reduction_t=1.0)),
    "figure: operation year": ("指标", lambda p: decided(p, operation_year=2040)),
    "figure: objective": ("目标", lambda p: p.replace(objective=p.objective * 1.01)),
    "figure: gap": ("目标", lambda p: p.replace(gap=0.5)),
    "figure: gap of a stage": ("目标", lambda p: p.replace(stages=p.stages.assign(gap=0.5))),
    "figure: final value of a stage": ("目标", lambda p: p.replace(stages=p.stages.assign(final=1.0))),
    "figure: a bound below the value": (
        "目标",
        lambda p: p.replace(stages=p.stages.assign(bound=p.stages["value"] * 0.9)),
    ),
    "figure: no reductions of a project": ("指标", lambda p: decided(p, window_reduction_t=float("nan"))),
    "figure: an indicator twice": (
        "指标",
        lambda p: p.replace(indicators=pd.concat([p.indicators, p.indicators.iloc[:1]])),
    ),
    "figure: county in the decisions": ("决策", lambda p: decided(p, county="巫溪县")),
    "figure: label of an instrument": ("资金", lambda p: paid(p, lambda t: t.assign(label="别的"))),
    "figure: bound": ("目标", lambda p: p.replace(bound=p.bound * 0.5)),
    "figure: value of a stage": ("目标", lambda p: p.replace(stages=p.stages.assign(value=p.stages["value"] + 10))),
    "figure: an indicator": (
        "指标",
        lambda p: p.replace(indicators=p.indicators.assign(value=p.indicators["value"] * 1.01)),
    ),
    "figure: a missing indicator": ("指标", lambda p: p.replace(indicators=p.indicators.iloc[1:])),
    "status: proven without proof": ("状态", lambda p: p.replace(stages=p.stages.assign(proof=""))),
    "status: better than its stages": ("状态", lambda p: p.replace(stages=p.stages.assign(status="time_limit"))),
    "status: infeasible with values": ("状态", lambda p: p.replace(status="infeasible", objective=None)),
    "status: within a gap that is not reached": (
        "状态",
        lambda p: p.replace(
            status="within_gap", stages=p.stages.assign(status="within_gap", bound=p.stages["value"] * 1.1, gap=0.1)
        ),
    ),
    "status: proven with a gap": (
        "状态",
        lambda p: p.replace(stages=p.stages.assign(bound=p.stages["value"] * 1.1, gap=0.1)),
    ),
    "status: no plan yet a bound": (
        "状态",
        lambda p: p.replace(
            status="infeasible",
            objective=None,
            decisions=p.decisions.iloc[:0],
            financing=p.financing.iloc[:0],
            indicators=p.indicators.iloc[:0],
        ),
    ),
    "status: no value yet proven": ("状态", lambda p: p.replace(objective=None)),
    "data: public project": ("项目", lambda p: projected(p, data_kind="public")),
    "data: not admitted": ("项目", lambda p: projected(p, admission_status="returned")),
    "data: unknown instrument": ("资金", lambda p: paid(p, lambda t: t.assign(instrument="gold"))),
    "data: negative money": ("资金", lambda p: paid(p, lambda t: t.assign(amount_wan_yuan=-t.amount_wan_yuan))),
    "data: money without an amount": ("资金", lambda p: paid(p, lambda t: t.assign(amount_wan_yuan=float("nan")))),
    "data: money of an unknown project": ("资金", lambda p: paid(p, lambda t: t.assign(project_id="P9"))),
    "data: funded without a start": ("决策", lambda p: decided(p, start_year=pd.NA)),
    "data: set aside and decided": (
        "决策",
        lambda p: p.replace(
            set_aside=pd.DataFrame(
                [["P1", None, "x", None]], columns=["project_id", "project_name", "reason", "columns"]
            )
        ),
    ),
    "data: kinds mixed": ("项目", lambda p: projected(p, data_kind="illustrative")),
    "data: decision twice": ("决策", lambda p: p.replace(decisions=pd.concat([p.decisions, p.decisions.iloc[:1]]))),
    "data: decision missing": ("决策", lambda p: p.replace(decisions=p.decisions.iloc[1:])),
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_spoiled_plan_is_found_out(name: str, plan: Plan) -> None:
    family, spoil = SPOILED[name]
    found = spoil(plan).verify()
    assert family in set(found["family"]), found.to_string()
    assert found["message"].str.len().gt(4).all()


def test_every_indicator_is_computed_again(plan: Plan) -> None:
    """Each figure of the table altered by itself: what is reported is that figure, and no other."""
    for place in plan.indicators.index:
        altered = plan.indicators.copy()
        was = altered.loc[place, "value"]
        altered.loc[place, "value"] = 1.0 if pd.isna(was) else was * 1.01 + 1.0
        found = plan.replace(indicators=altered).verify()
        row = plan.indicators.loc[place]
        assert found["item"].tolist() == [row["indicator"]], (row["indicator"], found.to_string())
        assert found["family"].tolist() == ["指标"]
