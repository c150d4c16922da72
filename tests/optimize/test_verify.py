"""A sound plan is spoiled once per rule and figure; the independent re-check must name each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from fengwuwu.optimize import Plan, Scenario, allocate

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
    "family 2: too little money": (
        "足额",
        lambda p: paid(p, lambda t: t.assign(amount_wan_yuan=t.amount_wan_yuan * 0.9)),
    ),
    "family 2: money against the profile": ("足额", lambda p: paid(p, lambda t: t.assign(year=2027))),
    "money outside the budget years": ("资金", lambda p: paid(p, lambda t: t.assign(year=2035))),
    "family 3: instrument not eligible": ("来源条件", lambda p: ruled(p, loan__eligible_categories=["transport"])),
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
    "family 5: no revenue, no debt": ("债务", lambda p: projected(p, annual_revenue_wan_yuan=None)),
    "family 5: project cover": ("债务", lambda p: ruled(p, dscr=9.9)),
    "family 5: bonds served by the revenue": ("债务", lambda p: ruled(p, loan__cover_ratio=9.9)),
    "family 6: floor": ("上下限", lambda p: ruled(p, limits=limit(sense="floor", value=1e5))),
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
    "family 7: locked out": ("锁定", lambda p: projected(p, locked="out")),
    "figure: reductions of a project": ("指标", lambda p: decided(p, window_reduction_t=1.0)),
    "figure: operation year": ("指标", lambda p: decided(p, operation_year=2040)),
    "figure: objective": ("目标", lambda p: p.replace(objective=p.objective * 1.01)),
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
    "data: public project": ("项目", lambda p: projected(p, data_kind="public")),
    "data: not admitted": ("项目", lambda p: projected(p, admission_status="returned")),
    "data: unknown instrument": ("资金", lambda p: paid(p, lambda t: t.assign(instrument="gold"))),
    "data: negative money": ("资金", lambda p: paid(p, lambda t: t.assign(amount_wan_yuan=-t.amount_wan_yuan))),
    "data: decision twice": ("决策", lambda p: p.replace(decisions=pd.concat([p.decisions, p.decisions.iloc[:1]]))),
    "data: decision missing": ("决策", lambda p: p.replace(decisions=p.decisions.iloc[1:])),
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_spoiled_plan_is_found_out(name: str, plan: Plan) -> None:
    family, spoil = SPOILED[name]
    found = spoil(plan).verify()
    assert family in set(found["family"]), found.to_string()
    assert found["message"].str.len().gt(4).all()
