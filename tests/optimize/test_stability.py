"""Family 8: a plan near an earlier one. The written model, enumeration, a spoiled plan, and what is told."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from fengwuwu.errors import InputError
from fengwuwu.optimize import Plan, Scenario, allocate, changes_curve, compare, model, revise, terms
from fengwuwu.optimize.stability import Stability
from fengwuwu.optimize.table import prepare

from .enumeration import Near, enumerate_best
from .instances import make_project, make_scenario, random_instance

GOLDEN = Path(__file__).parent / "golden" / "stability.lp"


def small(**changes: Any) -> tuple[pd.DataFrame, Scenario]:
    """Money for two projects of 800 万元 a year; the more it saves the better."""
    rows = [make_project(f"P{k}", emission_reduction_t_per_year=100.0 + k, latest_start=2027) for k in range(3)]
    money = {"loan": {**make_scenario()["instruments"]["loan"], "budget_wan_yuan": {2027: 1600.0}}}
    return pd.DataFrame(rows), Scenario.model_validate(make_scenario(instruments=money, **changes))


def arrivals(count: int, first: float = 200.0) -> pd.DataFrame:
    return pd.DataFrame([
        make_project(f"N{k}", emission_reduction_t_per_year=first + k, latest_start=2027) for k in range(count)
    ])


def funded(plan: Plan) -> set[str]:
    return set(plan.decisions["project_id"][plan.decisions["funded"]])


def test_the_written_model_is_the_golden_one(tmp_path: Path) -> None:
    """Three kinds: kept whole, new, divisible; a moved start counts. FENGWUWU_UPDATE_GOLDEN=1 renews the file."""
    table = pd.DataFrame([
        make_project("A", construction_years=2),
        make_project("B", county="巫溪县"),
        make_project("D", county="巫山县", divisible=True),
    ])
    scenario = Scenario.model_validate(make_scenario())
    rule = Stability({"A": (1.0, 2028), "D": (0.5, 2027), "gone": (1.0, 2027)}, max_changes=1, count_moves=True)
    built = model.build(terms.derive(prepare(table, scenario).projects, scenario), rule)
    built.maximise(built.emission())
    path = tmp_path / "stability.lp"
    built.problem.writeLP(path)
    text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    if os.environ.get("FENGWUWU_UPDATE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8", newline="\n")
    assert text == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("block", range(6))
def test_revisions_equal_enumeration(block: int) -> None:
    """60 instances: all but the last project are planned, then the last arrives and money changes."""
    compared = 0
    for seed in range(3000 + 10 * block, 3010 + 10 * block):
        table, data = random_instance(seed, n=5, goal="climate_share" if seed % 5 == 4 else "emission_reduction")
        keep = table["locked"].isin(["in", "out", "contracted"]) if "locked" in table else np.zeros(len(table), bool)
        old = allocate(table[(np.arange(len(table)) < 4) | keep], Scenario.model_validate(data))
        if old.objective is None:
            continue
        rng = np.random.default_rng(seed)
        for inst in data["instruments"].values():
            for budget in (inst.get("budget_wan_yuan"), *inst.get("county_budget_wan_yuan", {}).values()):
                if budget:
                    budget.update({t: round(v * rng.uniform(0.6, 1.3)) for t, v in budget.items()})
        most, moves = int(rng.integers(0, 4)), bool(rng.random() < 0.4)
        scenario = Scenario.model_validate(data)
        new = revise(old, table, scenario, max_changes=most, count_moves=moves)
        assert new.verify().empty, new.verify().to_string()
        assert new.stability is not None
        best = enumerate_best(table, scenario, Near(new.stability.previous, most, moves))
        if best is None:
            assert new.status == "infeasible"
        else:
            assert new.status == "proven_optimal", new.proof
            assert new.objective == pytest.approx(best, rel=2e-6, abs=1e-6)
            compared += 1
    assert compared


@pytest.mark.parametrize("seed", range(3100, 3106))
def test_any_number_of_changes_gives_the_optimum_from_scratch(seed: int) -> None:
    table, data = random_instance(seed, n=5)
    scenario = Scenario.model_validate(data)
    fresh, old = allocate(table, scenario), allocate(table.iloc[:4], scenario)
    if old.objective is None:
        return
    for limit in ({"max_changes": 99}, {}, {"change_price": 0.0}):
        new = revise(old, table, scenario, **limit)
        assert new.status == fresh.status
        assert fresh.objective is None or new.objective == pytest.approx(fresh.objective, rel=2e-6)


def test_changes_are_counted_as_said() -> None:
    """Old plan P1, P2. One arrival that saves more: taking it in for P1 is two changes."""
    table, scenario = small()
    old = allocate(table, scenario)
    assert funded(old) == {"P1", "P2"}
    new_table = pd.concat([table, arrivals(1)])
    assert funded(revise(old, new_table, max_changes=1)) == {"P1", "P2"}
    assert funded(revise(old, new_table, max_changes=2)) == {"P2", "N0"}
    # 99 t a year more, over 19 years in the window, for two changes
    assert funded(revise(old, new_table, change_price=99 * 19 / 2 - 1)) == {"P2", "N0"}
    dear = revise(old, new_table, change_price=99 * 19 / 2 + 1)
    assert funded(dear) == {"P1", "P2"}
    assert dear.stability is not None
    assert dear.stability.max_changes == 0
    assert any("据此取 0 处变动" in note for note in dear.notes)


def test_a_moved_start_counts_only_when_asked() -> None:
    """Next year's money is this year's no more: the start has to move."""
    table = pd.DataFrame([make_project("P1", latest_start=2028)])
    loan = make_scenario()["instruments"]["loan"]
    early = Scenario.model_validate(make_scenario(instruments={"loan": {**loan, "budget_wan_yuan": {2027: 800}}}))
    late = Scenario.model_validate(make_scenario(instruments={"loan": {**loan, "budget_wan_yuan": {2028: 800}}}))
    old = allocate(table, early)
    moved = revise(old, table, late, max_changes=0)
    assert moved.decisions["start_year"].tolist() == [2028]
    assert compare(old, moved).projects["change"].tolist() == ["moved"]
    stuck = revise(old, table, late, max_changes=0, count_moves=True)
    assert stuck.status == "infeasible"
    assert "允许的变动数" in stuck.message


def test_another_fraction_is_one_change() -> None:
    table = pd.DataFrame([make_project("P1", divisible=True, latest_start=2027)])
    loan = make_scenario()["instruments"]["loan"]
    money = [
        Scenario.model_validate(make_scenario(instruments={"loan": {**loan, "budget_wan_yuan": {2027: m}}}))
        for m in (400, 600)
    ]
    old = allocate(table, money[0])
    assert old.decisions["fraction"].tolist() == pytest.approx([0.5])
    assert revise(old, table, money[1], max_changes=0).decisions["fraction"].tolist() == pytest.approx([0.5])
    more = revise(old, table, money[1], max_changes=1)
    assert more.decisions["fraction"].tolist() == pytest.approx([0.75])
    assert "50%→75%" in compare(old, more).summary()


def test_gone_refused_and_contracted_projects_are_said_in_words() -> None:
    table, scenario = small()
    table["admission_status"] = "admitted"
    old = allocate(table, scenario)
    refused = table.assign(admission_status=["admitted", "returned", "admitted"])
    new = revise(old, refused, max_changes=1)
    assert funded(new) == {"P0", "P2"}
    assert any("P1 不能再参加：未入库" in note and "被动退出" in note for note in new.notes)
    assert new.verify().empty
    away = revise(old, table[table["project_id"] != "P1"], max_changes=0)
    assert funded(away) == {"P2"}
    shown = compare(old, away)
    assert shown.of("gone")["note"].tolist() == ["新的项目表中没有该项目"]
    signed = table.assign(locked=[None, "contracted", None])
    held = allocate(signed, scenario)
    with pytest.raises(InputError, match="已签约的项目 P1 不在新的项目表中"):
        revise(held, table[table["project_id"] != "P1"], max_changes=5)


def test_contracted_start_and_financing_stay() -> None:
    rows = [make_project(f"P{k}", emission_reduction_t_per_year=100.0 - k) for k in range(2)]
    own = {"label": "县级资金", "kind": "capital", "budget_wan_yuan": {2027: 500}}
    scenario = Scenario.model_validate(
        make_scenario(instruments={**make_scenario()["instruments"], "own": own}, budget_years=[2027, 2028, 2029])
    )
    old = allocate(pd.DataFrame(rows), scenario)
    rows[1] |= {
        "locked": "contracted",
        "earliest_start": 2028,
        "latest_start": 2028,
        "contracted_financing": "loan=600;own=200",
    }
    new = revise(old, pd.DataFrame([*rows, make_project("N", emission_reduction_t_per_year=900.0)]), scenario)
    assert new.verify().empty
    p1 = new.financing[new.financing["project_id"] == "P1"].set_index("instrument")["amount_wan_yuan"]
    assert p1.to_dict() == pytest.approx({"loan": 600, "own": 200})
    assert new.decisions.set_index("project_id").loc["P1", "start_year"] == 2028


def test_one_change_too_many_is_found_out() -> None:
    table, scenario = small()
    old = allocate(table, scenario)
    new = revise(old, pd.concat([table, arrivals(1)]), max_changes=2)
    assert new.stability is not None
    tight = new.replace(stability=Stability(new.stability.previous, max_changes=1))
    assert set(tight.verify()["family"]) == {"稳定"}
    assert "有 2 处变动，只允许 1 处" in tight.verify()["message"].iloc[0]


def test_a_revised_plan_survives_its_file(tmp_path: Path) -> None:
    table, scenario = small()
    old = allocate(table, scenario)
    old.save(tmp_path / "old.json")
    new = revise(Plan.load(tmp_path / "old.json"), pd.concat([table, arrivals(1)]), max_changes=2)
    new.save(tmp_path / "new.json")
    again = Plan.load(tmp_path / "new.json")
    assert again.stability == new.stability
    assert again.verify().empty
    assert again.to_json() == new.to_json()
    assert Plan.load(tmp_path / "old.json").stability is None


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"max_changes": 1, "change_price": 1.0}, "只能给一个"),
        ({"max_changes": -1}, "不能是 -1"),
        ({"change_price": float("nan")}, "不能是 nan"),
    ],
)
def test_wrong_limits_are_refused(limits: dict[str, Any], message: str) -> None:
    table, scenario = small()
    with pytest.raises(InputError, match=message):
        revise(allocate(table, scenario), table, **limits)


def test_a_price_needs_tonnes_and_a_plan_needs_decisions() -> None:
    money = dict.fromkeys((2027, 2028, 2029), 1000.0)
    base = {c: {"other_wan_yuan": money, "climate_wan_yuan": money} for c in ("奉节县", "巫山县", "巫溪县")}
    table, scenario = small(objective="climate_share", base_investment=base)
    old = allocate(table, scenario)
    with pytest.raises(InputError, match="以减排量为第一目标"):
        revise(old, table, change_price=5.0)
    empty = old.replace(status="infeasible", objective=None)
    with pytest.raises(InputError, match="原方案没有决策（无可行方案）"):
        revise(empty, table, max_changes=1)


def test_the_difference_adds_up() -> None:
    table, scenario = small()
    old = allocate(table, scenario)
    dearer = table.assign(investment_wan_yuan=[1000.0, 1000.0, 1100.0])
    new = revise(old, pd.concat([dearer, arrivals(2)]), max_changes=2)
    shown = compare(old, new)
    assert dict(zip(shown.projects["project_id"], shown.projects["change"], strict=True)) == {
        "P1": "out",
        "P2": "kept",
        "N0": "not_taken",
        "N1": "in",
    }
    figures = shown.figures.set_index("indicator")
    assert figures.loc["emission_reduction_t", "difference"] == pytest.approx(19 * (201 - 101))
    assert figures.loc["emission_reduction_t", "new"] == pytest.approx(new.objective)
    assert shown.money["new"].sum() == pytest.approx(new.financing["amount_wan_yuan"].sum())
    text = shown.summary()
    assert "新入选 1 个（N1）" in text
    assert "退出 1 个（P1）" in text
    assert "P2：总投资（万元）由 1,000 改为 1,100" in text
    assert "减排量由 3,857 变为 5,757 tCO2e（增 1,900" in text
    assert json.loads(json.dumps(shown.to_dict(), allow_nan=False))["money"]["rows"]


def test_the_curve_ends_at_the_free_optimum_and_suggests_its_knee(tmp_path: Path) -> None:
    """The first swap gains 400 − 101 t a year, the second only 110 − 102."""
    table, scenario = small()
    old = allocate(table, scenario)
    new_table = pd.concat([table, arrivals(1, 400.0), arrivals(2, 109.0).iloc[1:]])
    curve = changes_curve(old, new_table)
    assert curve.complete
    assert curve.points["max_changes"].tolist() == [0, 1, 2, 3, 4]
    assert curve.points["gain"].tolist() == pytest.approx([0, 0, 299 * 19, 299 * 19, (299 + 8) * 19])
    assert curve.points["changes"].tolist() == [0, 0, 2, 2, 4]
    assert curve.suggested == 2
    assert "得到全部增益的 97%" in curve.reason
    assert "允许 2 处变动" in curve.summary()
    new = revise(old, new_table, max_changes=curve.suggested)
    sheets = compare(old, new).sheets() | {"变动曲线": curve.table()}
    new.to_excel(tmp_path / "方案.xlsx", sheets)
    read = pd.read_excel(tmp_path / "方案.xlsx", sheet_name=None, engine="openpyxl")
    assert {"与原方案相比", "资金与指标增减", "变动曲线"} <= set(read)
    flat = changes_curve(old, table)
    assert flat.suggested == 0
    assert "没有增益" in flat.reason
    assert len(changes_curve(old, new_table, points=3).points) == 3
