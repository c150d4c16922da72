"""Reasons: by hand, against enumeration, and what is said to turn a decision does turn it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from fengwuwu.errors import InputError
from fengwuwu.optimize import Plan, Scenario, allocate, explain
from fengwuwu.optimize.reasons import turning, worth
from fengwuwu.optimize.reasons.what_if import what_if

from .enumeration import enumerate_best
from .instances import make_project, make_scenario, random_instance

Make = Callable[..., dict[str, Any]]
LOAN = {"label": "贷款", "kind": "debt", "rate": 0.04, "tenor_years": 10, "budget_wan_yuan": {2027: 1600.0}}


def three(**changes: Any) -> Plan:
    """Money for two of three projects of 800 万元 that save 100, 101 and 102 t a year for 19 years."""
    rows = [make_project(f"P{k}", emission_reduction_t_per_year=100.0 + k, latest_start=2027) for k in range(3)]
    data = make_scenario(instruments={"loan": LOAN}, start_years=[2027], accounting_years=20) | changes
    return allocate(pd.DataFrame(rows), Scenario.model_validate(data))


def sentence(found: Any, word: str) -> tuple[str, str]:
    return next(s for s in found.statements if word in s[0])


def is_funded(plan: Plan, name: str) -> bool:
    return bool(plan.decisions.set_index("project_id").loc[name, "funded"])


def test_a_project_left_out_by_hand() -> None:
    """P0 in for P1 loses 19 t; it needs more than 101 t a year, or all its 800 万元 from elsewhere."""
    plan = three()
    found = explain(plan, "P0")
    words, proof = sentence(found, "若必须安排它")
    assert "少减排 19 tCO2e" in words
    assert "换入 P0，换出 P1" in words
    assert proof == "已证明"
    words, proof = sentence(found, "年减排量由")
    assert "由 100 t 提高到 101.1 t 就会入选；100.9 t 时仍落选" in words
    assert proof == "已证明"
    words, proof = sentence(found, "融资需求减少 800 万元")
    assert proof == "已证明"
    assert "排除" not in found.text
    assert "贷款（全部年份的额度余 0 万元）" in found.text
    assert "已用完的来源主要用于 P1 800 万元、P2 800 万元。" in found.text


def test_what_is_left_of_a_source_that_only_counties_give() -> None:
    """奉节县 has 1600 for two of its three projects; what 巫山县 has left or uses has nothing to do with the third."""
    county = {"奉节县": {2027: 1600.0}, "巫山县": {2027: 900.0}}
    loan = LOAN | {"budget_wan_yuan": {}, "county_budget_wan_yuan": county}
    places = ["奉节县"] * 3 + ["巫山县"]
    rows = [
        make_project(f"P{k}", county=place, emission_reduction_t_per_year=100.0 + k, latest_start=2027)
        for k, place in enumerate(places)
    ]
    data = make_scenario(instruments={"loan": loan}, start_years=[2027], accounting_years=20)
    plan = allocate(pd.DataFrame(rows), Scenario.model_validate(data))
    assert is_funded(plan, "P3")
    found = explain(plan, "P0")
    assert "贷款（所在县全部年份的额度余 0 万元）" in found.text
    assert "已用完的来源主要用于 P1 800 万元、P2 800 万元。" in found.text


def test_a_funded_project_by_hand() -> None:
    """Without P2 comes P0: 38 t less. It drops out below the 100 t of P0."""
    found = explain(three(), "P2")
    words, proof = sentence(found, "不安排它")
    assert "少减排 38 tCO2e" in words
    assert "换入 P0，换出 P2" in words
    assert proof == "已证明"
    words, proof = sentence(found, "年减排量由")
    assert "由 102 t 降到 99.99 t 就会落选；100.1 t 时仍入选" in words
    assert proof == "已证明"
    assert "贷款 800 万元" in found.text


def test_what_stands_in_the_way_when_it_cannot_be_in() -> None:
    floor = {"label": "巫山", "sense": "floor", "county": "巫山县", "value": 1600}
    rows = [make_project(f"P{k}", county="巫山县" if k else "奉节县", latest_start=2027) for k in range(3)]
    data = make_scenario(instruments={"loan": LOAN}, start_years=[2027], limits={"wushan": floor})
    found = explain(allocate(pd.DataFrame(rows), Scenario.model_validate(data)), "P0")
    words, proof = sentence(found, "容不下它")
    assert proof == "已证明"
    assert "800 万元" in words


def test_a_tie_is_called_a_tie() -> None:
    rows = [make_project(f"P{k}", latest_start=2027) for k in range(3)]
    data = make_scenario(instruments={"loan": LOAN}, start_years=[2027])
    plan = allocate(pd.DataFrame(rows), Scenario.model_validate(data))
    out = next(str(n) for n, f in plan.decisions[["project_id", "funded"]].itertuples(index=False) if not f)
    kept = next(str(n) for n, f in plan.decisions[["project_id", "funded"]].itertuples(index=False) if f)
    assert sentence(explain(plan, out), "同样好")[1] == "已证明"
    assert sentence(explain(plan, kept), "同样好")[1] == "已证明"


def test_within_the_gap_of_a_solve_is_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    """P0 for P1 loses 19 t of 3 857; a plan with P0 known to within 1 % only cannot say that it had to stay out."""

    def roughly(plan: Plan, *changes: Any, **more: Any) -> Plan:
        found = what_if(plan, *changes, **more)
        stages = found.stages.assign(status="within_gap", bound=found.stages["bound"] * 1.01)
        return found.replace(status="within_gap", bound=(found.bound or 0.0) * 1.01, stages=stages)

    monkeypatch.setattr("fengwuwu.optimize.reasons.explain.what_if", roughly)
    text = sentence(explain(three(), "P0"), "没有超出求解的差距")
    assert text[0].startswith("安排它时已知方案少减排 19 tCO2e") and "不能断定它应当落选" in text[0]
    assert text[1] == "未证明"


def test_a_project_without_tonnes_is_told_why_it_waits() -> None:
    rows = [make_project("P0"), make_project("P1"), make_project("A", reduction_ranked=False)]
    data = make_scenario(instruments={"loan": LOAN}, start_years=[2027])
    plan = allocate(pd.DataFrame(rows), Scenario.model_validate(data))
    assert sentence(explain(plan, "A"), "没有可计的减排量")[1] == "数据"
    assert not any("没有可计的减排量" in words for words, _ in explain(three(), "P0").statements)


def test_what_money_and_floors_are_worth_by_hand() -> None:
    """One 亿元 more funds P0 too (1900 t); without the floor of P0's county nothing changes."""
    floor = {"label": "奉节", "sense": "floor", "county": "奉节县", "value": 100}
    found = explain(three(limits={"fengjie": floor}))
    words, proof = sentence(found, "增加 1 亿元")
    assert "多减排 1,900 tCO2e" in words
    assert "影子价格" in words
    assert proof == "已证明"
    assert sentence(found, "取消下限“奉节”") == ("取消下限“奉节”：没有增益。", "已证明")


@pytest.mark.parametrize(
    ("bound", "words"),
    [(12.0, "至少多减排 10 tCO2e，至多 12 tCO2e"), (10.001, "多减排 10 tCO2e"), (None, "至少多减排 10 tCO2e")],
)
def test_what_is_not_proven_is_told_within_its_bounds(bound: float | None, words: str) -> None:
    plan = three()
    assert plan.objective is not None
    rough = plan.replace(
        stages=plan.stages.assign(status="time_limit"),
        objective=plan.objective + 10,
        bound=None if bound is None else plan.objective + bound,
    )
    assert worth.gain(plan, rough) == (words, False)


def test_the_shadow_price_is_the_dual() -> None:
    """P0 is the next in line: 100 t × 19 years on 800 万元, so 10 000 万元 at that price; only 800 could be used."""
    plan = three()
    assert worth.shadow_gain(plan, worth.with_more(plan.scenario, "loan")) == pytest.approx(1900 * 10_000 / 800)


def test_set_aside_locked_and_unknown() -> None:
    rows = [make_project("A"), make_project("B", locked="out"), make_project("C", locked="in")]
    rows.append(make_project("D", lifetime_years=None))
    plan = allocate(pd.DataFrame(rows), Scenario.model_validate(make_scenario()))
    assert "未参加资金安排" in explain(plan, "D").text
    assert "lifetime_years" in explain(plan, "D").text
    assert "已列为排除" in explain(plan, "B").text
    assert "必选" in explain(plan, "C").text
    with pytest.raises(InputError, match="没有项目 X"):
        explain(plan, "X")


def test_an_infeasible_plan_says_what_would_repair_it() -> None:
    plan = three(limits={"more": {"label": "奉节", "sense": "floor", "county": "奉节县", "value": 2000}})
    assert plan.status == "infeasible"
    words, proof = explain(plan).statements[0]
    assert "把下限“奉节”由 2,000 万元降到 1,600 万元" in words  # money for 1600 of the 2000
    assert proof == "已证明"
    assert "没有方案" in explain(plan, "P0").text


def test_the_text_survives_the_file(tmp_path: Path) -> None:
    found = explain(three(), "P1")
    found.save(tmp_path / "说明.txt")
    assert (tmp_path / "说明.txt").read_text(encoding="utf-8") == found.text + "\n"
    assert list(found.table().columns) == ["说明", "依据"]
    assert "示例数据" not in found.text


@pytest.mark.parametrize("seed", range(12))
def test_what_is_said_to_turn_a_decision_turns_it(seed: int) -> None:
    """On random instances: apply the change, plan anew by enumeration, and see."""
    table, data = random_instance(3000 + seed)
    table["divisible"] = False
    scenario = Scenario.model_validate(data | {"objective": "emission_reduction"})
    plan = allocate(table, scenario)
    if plan.objective is None:
        assert enumerate_best(table, scenario) is None
        return
    for name in plan.decisions["project_id"][plan.projects["locked"].isna()]:
        funded = is_funded(plan, name)
        without = what_if(plan, {name: {"locked": "out"}}) if funded else plan
        best = best_with(table, scenario, name, "out")
        assert (without.objective is None) == (best is None)
        if without.objective is not None:
            assert without.objective == pytest.approx(best, rel=2e-6, abs=1e-6)
        inside = plan if funded else what_if(plan, {name: {"locked": "in"}})
        turn = turning.reduction(plan, name, without, inside)
        if turn is not None and turn.proven:
            for rate, turned in ((turn.turns, True), (turn.holds, False)):
                other = table.copy()
                other.loc[other["project_id"] == name, "emission_reduction_t_per_year"] = rate
                assert is_funded(allocate(other, scenario), name) == (funded != turned), (seed, name, rate)
        if not funded and inside.status == "proven_optimal":
            check_money(table, scenario, plan, name)


def check_money(table: pd.DataFrame, scenario: Scenario, plan: Plan, name: str) -> None:
    turn = turning.money(plan, name)
    if turn is None or not turn.proven:
        return
    for amount, turned in ((turn.turns, True), (turn.holds, False)):
        other = table.copy()
        row = other["project_id"] == name
        own = other.loc[row, "investment_wan_yuan"] - other.loc[row, "financing_need_wan_yuan"] + amount
        other["own_capital_wan_yuan"] = other["own_capital_wan_yuan"].astype(float)
        other.loc[row, "own_capital_wan_yuan"] = own
        other.loc[row, "financing_need_wan_yuan"] -= amount
        inside, outside = (best_with(other, scenario, name, lock) for lock in ("in", "out"))
        better = inside is not None and outside is not None and inside > outside * (1 + 1e-9)
        if turned:
            assert better, (name, amount)
        elif not any(limit.measure == "financing" for limit in scenario.limits.values()):
            assert inside is None or inside <= (outside or 0.0) * (1 + 4e-6) + 1e-6, (name, amount)


def best_with(table: pd.DataFrame, scenario: Scenario, name: str, lock: str) -> float | None:
    other = table.copy()
    other["locked"] = other["locked"].astype(object) if "locked" in other else None
    other.loc[other["project_id"] == name, "locked"] = lock
    return enumerate_best(other, scenario)


def test_every_figure_is_in_a_sentence_with_its_proof() -> None:
    for name in ("P0", "P1", "P2"):
        for words, proof in explain(three(), name).statements:
            assert words.endswith("。")
            assert proof in ("数据", "已证明", "未证明")
            assert not re.search(r"nan|None|inf\b", words)
