"""No plan: the smallest repair and the conflicting rules, by hand; what is advised is followed, and a little less."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from fengwuwu.optimize import Plan, Scenario, allocate, model, terms
from fengwuwu.optimize.arrays import extract
from fengwuwu.optimize.infeasible import conflict, repair
from fengwuwu.optimize.table import prepare

from .full_instances import full_instance

Make = Callable[..., dict[str, Any]]


def planned(rows: list[dict[str, Any]], data: dict[str, Any]) -> Plan:
    return allocate(pd.DataFrame(rows), Scenario.model_validate(data))


def without_plan(rows: list[dict[str, Any]], data: dict[str, Any]) -> str:
    plan = planned(rows, data)
    assert plan.status == "infeasible"
    assert plan.verify().empty
    return plan.message


def loans(data: dict[str, Any], money: float) -> dict[str, Any]:
    inst = data["instruments"]["loan"] | {"budget_wan_yuan": {2027: money}}
    return data | {"instruments": {"loan": inst}, "start_years": [2027]}


def test_money_or_the_lock(project: Make, scenario_data: Make) -> None:
    """800 万元 for a project that has to be in, 500 there."""
    rows, data = [project("P", locked="in")], scenario_data()
    assert without_plan(rows, loans(data, 500)) == (
        "没有同时满足全部约束的方案。\n"
        "最小的调整办法（任选其一）：\n"
        "  · 把贷款（2027 年起可用）的额度提高 300 万元\n"
        "  · 或取消项目 P 的锁定\n"
        "不能同时满足的规则（去掉其中任何一条，其余几条就能同时满足）：\n"
        "  · 贷款的额度\n"
        "  · 项目 P 必选"
    )
    assert planned(rows, loans(data, 800)).status == "proven_optimal"
    assert planned(rows, loans(data, 799)).status == "infeasible"
    assert planned([project("P")], loans(data, 500)).status == "proven_optimal"


def test_a_share_of_the_money(project: Make, scenario_data: Make) -> None:
    """P takes 800 of 1000, so Wuxi has 20 % at most; with 200 more its other project fits in: 400 of 1200."""
    small = {
        "county": "巫溪县",
        "investment_wan_yuan": 200.0,
        "financing_need_wan_yuan": 200.0,
        "capital_ratio_min": 0.0,
    }
    rows = [project("P", locked="in"), project("W", **small), project("X", **small)]

    def data(percent: float, money: float) -> dict[str, Any]:
        floor = {"label": "巫溪县", "sense": "floor", "county": "巫溪县", "percent": percent}
        return loans(scenario_data(limits={"wuxi": floor}), money)

    said = without_plan(rows, data(0.25, 1000))
    assert "最小的调整办法（任选其一）" in said
    assert "把贷款（2027 年起可用）的额度提高 200 万元\n  · 或" in said
    assert "把下限“巫溪县”由 25% 降到 20%" in said
    assert "取消项目 P 的锁定" in said
    _, _, rules = said.partition("不能同时满足的规则")
    assert "  · 贷款的额度\n" in rules and "下限“巫溪县”" in rules and "项目 P 必选" in rules
    assert planned(rows, data(0.2, 1000)).status == "proven_optimal"
    assert planned(rows, data(0.201, 1000)).status == "infeasible"
    assert planned(rows, data(0.25, 1200)).status == "proven_optimal"
    assert planned(rows, data(0.25, 1199)).status == "infeasible"


def test_an_amount(project: Make, scenario_data: Make) -> None:
    """Money for two projects of 800; a floor of 2000 wants the third."""
    rows = [project(f"P{k}") for k in range(3)]
    floor = {"label": "奉节", "sense": "floor", "county": "奉节县", "value": 2000}
    said = without_plan(rows, loans(scenario_data(limits={"f": floor}), 1600))
    assert "  · 把贷款（2027 年起可用）的额度提高 800 万元\n  · 或把下限“奉节”由 2,000 万元降到 1,600 万元\n" in said


@pytest.mark.parametrize(
    ("floor", "words"),
    [
        ({"measure": "count", "value": 3}, "由 3 个降到 2 个"),
        ({"measure": "reductions", "value": 5000}, "由 5,000 tCO2e降到 3,800 tCO2e"),
        ({"measure": "investment", "value": 2500}, "由 2,500 万元降到 2,000 万元"),
        ({"value": 900, "county": "巫溪县"}, "取消下限“某限”"),
        ({"percent": 0.5, "county": "巫溪县"}, ""),
    ],
)
def test_other_measures(floor: dict[str, Any], words: str, project: Make, scenario_data: Make) -> None:
    """Two of three projects: 2 × 100 t × 19 years. With a percentage the empty plan is one."""
    rows = [project(f"P{k}") for k in range(3)]
    limits = {"f": {"label": "某限", "sense": "floor"} | floor}
    plan = planned(rows, loans(scenario_data(limits=limits), 1600))
    if not words:
        assert plan.status == "proven_optimal" and not plan.decisions["funded"].any()
    else:
        assert words in plan.message


def test_the_share_of_investment(project: Make, scenario_data: Make) -> None:
    """A = 9000, C = 1000; both projects make it (1000 + 2000) ÷ 12 000 = 25 %; 30 % is asked for."""
    counties = ("奉节县", "巫山县", "巫溪县")
    base = {
        c: {
            "other_wan_yuan": {t: 1000.0 for t in (2027, 2028, 2029)},
            "climate_wan_yuan": {2027: 1000 / 3, 2028: 0, 2029: 0},
        }
        for c in counties
    }
    floor = {"label": "比重", "sense": "floor", "measure": "climate_share", "value": 0.3}
    rows = [project("A"), project("B")]
    said = without_plan(rows, loans(scenario_data(limits={"s": floor}, base_investment=base), 1600))
    assert "把下限“比重”由 30% 降到 25%" in said
    assert "不能满足的规则：下限“比重”" in said


def test_exclusive_and_both_locked(project: Make, scenario_data: Make) -> None:
    rows = [project(name, locked="in", exclusive_group="甲") for name in ("A", "B")]
    said = without_plan(rows, loans(scenario_data(), 9000))
    assert "  · 取消项目 A 的锁定\n  · 或取消项目 B 的锁定\n" in said
    assert said.endswith("：\n  · 互斥组“甲”\n  · 项目 A 必选\n  · 项目 B 必选")


def test_a_prerequisite_that_is_locked_out(project: Make, scenario_data: Make) -> None:
    rows = [project("A", locked="out"), project("B", locked="in", requires="A")]
    said = without_plan(rows, loans(scenario_data(), 9000))
    assert "项目 B 须等 A 开工" in said and "项目 A 排除" in said and "项目 B 必选" in said
    assert "项目 B 的锁定" in said


def test_a_project_that_cannot_serve_its_debt(project: Make, scenario_data: Make) -> None:
    """98.6 万元 a year for the loan, 100 of revenue: cover 1.01."""
    said = without_plan([project("P", locked="in")], loans(scenario_data(dscr=1.2), 9000))
    assert "取消项目 P 的锁定" in said
    assert "项目偿债覆盖 1.2 倍" in said


def test_two_conflicts_at_once(project: Make, scenario_data: Make) -> None:
    """Neither county has a project for its floor: no single rule is enough."""
    limits = {
        key: {"label": name, "sense": "floor", "county": name, "value": 500}
        for key, name in (("a", "巫山县"), ("b", "巫溪县"))
    }
    said = without_plan([project("P")], loans(scenario_data(limits=limits), 9000))
    assert "没有一条规则单独放宽就够；总量最小的一组调整：" in said
    assert "把“巫山县”降低 500 万元，并把“巫溪县”降低 500 万元" in said


@pytest.mark.slow
@pytest.mark.parametrize("block", range(2))
def test_the_rules_named_conflict_and_no_others_are_needed(block: int) -> None:
    """On random instances without a plan: sure, minimal, and another solver agrees that they cannot hold."""
    seen = 0
    for seed in range(20000 + 25 * block, 20025 + 25 * block):
        case = full_instance(seed, n=5)
        scenario = Scenario.model_validate(case.data)
        numbers = terms.derive(prepare(case.table, scenario).projects, scenario)
        built = model.build(numbers)
        arrays = extract(built.problem)
        if conflict._status(arrays, set(arrays.names), float("inf")) != "infeasible":
            continue
        seen += 1
        found = conflict.find(built, arrays, 60)
        assert found.sure and found.minimal and found.rules
        text = repair.smallest(built)
        assert text.startswith("没有同时满足全部约束的方案。\n") and all(name in text for name in found.rules)
        assert "nan" not in text and "{" not in text and "None" not in text
    assert seen >= 5
