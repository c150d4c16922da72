"""Robustness: by hand, by properties on random instances, and the same for every number of workers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fengwuwu import reference
from fengwuwu.errors import InputError, ScenarioError
from fengwuwu.optimize import Robustness, Scenario, allocate, parallel, robustness
from fengwuwu.optimize.robust.case import Case
from fengwuwu.optimize.robust.conservative import tail_mean
from fengwuwu.optimize.robust.draws import draw, triangular
from fengwuwu.optimize.robust.result import _range
from fengwuwu.optimize.robust.tables import selection
from fengwuwu.optimize.robust.uncertainty import NOMINAL, QUANTITIES, read

from .instances import make_project, make_scenario, random_instance

YEARS = 19  # operating years within the window of 20


def ranges(**changes: tuple[float, float, float]) -> pd.DataFrame:
    """Everything certain but what is named."""
    table = reference.table("uncertainty").astype({"low": float, "central": float, "high": float})
    for quantity in QUANTITIES:
        values = changes.get(quantity, (NOMINAL[quantity],) * 3)
        table.loc[table["quantity"] == quantity, ["low", "central", "high"]] = values
    table["technology"] = "*"
    return table


def scenario(budget: float = 1600.0, **changes: Any) -> Scenario:
    loan = {"label": "贷款", "kind": "debt", "rate": 0.04, "tenor_years": 10, "budget_wan_yuan": {2027: budget}}
    return Scenario.model_validate(make_scenario(instruments={"loan": loan}, start_years=[2027]) | changes)


def three(**changes: list[float]) -> pd.DataFrame:
    """A, B and C need 800 each and save 100, 90 and 80 t a year; no capital is asked for."""
    rows = [
        make_project(name, emission_reduction_t_per_year=rate, capital_ratio_min=0.0)
        for name, rate in (("A", 100.0), ("B", 90.0), ("C", 80.0))
    ]
    return pd.DataFrame(rows).assign(**{f"emission_reduction_t_per_year_{side}": v for side, v in changes.items()})


@pytest.mark.parametrize(("ends", "said"), [((95.1, 95.4), "95"), ((95.1, 96.4), "95–96")])
def test_ends_that_read_the_same_are_printed_once(ends: tuple[float, float], said: str) -> None:
    assert _range(ends, lambda value: f"{value:,.0f}") == said


def frequency(found: Robustness) -> dict[str, float]:
    return dict(found.selection[["project_id", "frequency"]].itertuples(index=False, name=None))


def test_a_project_that_is_better_than_planned_replaces_one() -> None:
    """C really saves 95 t: {A, C} would have been best, and {A, B} falls short by 5 t a year."""
    own = [100.0, 90.0, 95.0]
    found = robustness(three(low=own, central=own, high=own), scenario(), 3, ranges=ranges(), workers=1)
    assert frequency(found) == {"A": 1.0, "C": 1.0, "B": 0.0}
    assert found.draws["held_t"].tolist() == pytest.approx([190 * YEARS] * 3)
    assert found.draws["best_t"].tolist() == pytest.approx([195 * YEARS] * 3)
    assert found.draws["regret_low_t"].tolist() == pytest.approx([5 * YEARS] * 3, rel=1e-3)
    assert found.draws["regret_high_t"].tolist() == pytest.approx([5 * YEARS] * 3, rel=0.05)
    assert found.draws["shortfall_wan_yuan"].tolist() == [0, 0, 0]
    assert "额度合计" not in found.summary()
    verdicts = dict(found.selection[["project_id", "verdict"]].itertuples(index=False, name=None))
    assert verdicts == {"A": "稳妥", "C": "落选但常被选中", "B": "取决于假设"}


def test_dearer_projects_lack_money_and_one_has_to_go() -> None:
    """At 1200 each needs 1000: {A, B} lack 400 of 1600; without them only A (or nothing better) can stay."""
    found = robustness(three(), scenario(), 2, ranges=ranges(investment=(1.2, 1.2, 1.2)), workers=1)
    row = found.draws.iloc[0]
    assert row["more_wan_yuan"] == pytest.approx(400)
    assert row["shortfall_wan_yuan"] == pytest.approx(400)
    assert row["held_t"] == pytest.approx(190 * YEARS)
    assert row["kept_t"] == pytest.approx(100 * YEARS)
    assert row["dropped"] == "B"
    assert "用去各来源额度合计的 100%" in found.summary()
    assert row["best_t"] == pytest.approx(100 * YEARS)
    assert row["regret_high_t"] == pytest.approx(0, abs=0.2)


def test_less_revenue_carries_less_debt_and_carbon_revenue_makes_up_for_it() -> None:
    """800 of loans cost 98.6 a year, cover 1: revenue 100 carries it, 80 lacks, 80 and 20 from carbon carries again."""
    table = three().assign(emission_reduction_t_per_year=2000.0)
    strict = scenario(dscr=1.0)
    plan = allocate(table, strict)
    worse = robustness(table, strict, 1, plan=plan, ranges=ranges(revenue=(0.8, 0.8, 0.8)), workers=1)
    service = 0.04 / (1 - 1.04**-10)
    assert worse.draws["shortfall_wan_yuan"].tolist() == pytest.approx([2 * (800 - 80 / service)])
    carbon = ranges(revenue=(0.8, 0.8, 0.8), carbon_price=(100.0, 100.0, 100.0))
    better = robustness(table, strict, 1, plan=plan, ranges=carbon, workers=1)
    assert better.draws["shortfall_wan_yuan"].tolist() == [0]


def test_a_draw_that_ran_out_of_time_does_not_count_for_the_frequencies() -> None:
    plan = allocate(three(), scenario())
    best = {"A": (1.0, 2027), "C": (1.0, 2027)}
    solved = Case(1.0, 1.0, 0.0, (), 1.0, 1.0, (), 2.0, 2.0, "within_gap", best)
    late = Case(1.0, 1.0, 0.0, (), 1.0, 1.0, (), 1.0, 9.0, "time_limit", {"B": (1.0, 2027)})
    table = selection(plan.decisions, [solved, late]).set_index("project_id")
    assert table["frequency"].to_dict() == {"A": 1.0, "C": 1.0, "B": 0.0}
    assert late.regret_t == (0.0, 8.0)
    assert selection(plan.decisions, [late])["frequency"].isna().all()


def test_a_delay_takes_years_from_the_window() -> None:
    found = robustness(three(), scenario(), 1, ranges=ranges(delay_years=(2, 2, 2)), workers=1)
    assert found.draws["held_t"].tolist() == pytest.approx([190 * (YEARS - 2)])
    assert found.tornado.iloc[0]["name"] == "投产推迟"
    assert found.tornado.iloc[0]["swing_t"] == pytest.approx(190 * 2, rel=1e-3)
    assert found.tornado["swing_t"].tolist()[1:] == pytest.approx([0, 0, 0, 0], abs=0.2)


def test_a_floor_that_no_longer_holds_is_named() -> None:
    """At least 3500 t from projects of energy: with 90 % of the reductions {A, B} save 3249."""
    floor = {"label": "能源减排", "sense": "floor", "measure": "reductions", "value": 3500, "categories": ["energy"]}
    table = three()
    found = robustness(
        table, scenario(limits={"e": floor}), 1, ranges=ranges(reduction=(0.9, 0.9, 0.9)), workers=1, seconds=5
    )
    assert found.draws["broken"].tolist() == ["能源减排"]
    assert found.draws["status"].tolist() == ["infeasible"]
    assert found.draws["regret_low_t"].isna().all()
    assert "“能源减排”（1 次）" in found.summary()


def test_the_conservative_plan_prefers_the_sure_project() -> None:
    """Money for one: B promises 100 but may save as little as 40; A surely saves 95."""
    table = pd.DataFrame([
        make_project("A", emission_reduction_t_per_year=95.0),
        make_project("B", emission_reduction_t_per_year=100.0),
    ]).assign(
        emission_reduction_t_per_year_low=[95.0, 40.0],
        emission_reduction_t_per_year_central=[95.0, 100.0],
        emission_reduction_t_per_year_high=[95.0, 110.0],
    )
    found = robustness(table, scenario(800.0), 40, ranges=ranges(), workers=1)
    assert found.conservative is not None
    assert found.conservative.verify().empty
    assert found.conservative.decisions.set_index("project_id")["funded"].to_dict() == {"A": True, "B": False}
    rows = found.comparison.set_index("measure")
    assert rows.loc["减排量（按中值）", "difference"] == pytest.approx(-5 * YEARS)
    assert rows.loc["减排量：最差 10% 的平均", "cautious"] == pytest.approx(95 * YEARS)
    assert rows.loc["减排量：最差 10% 的平均", "plan"] < 80 * YEARS


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000))
def test_properties_on_random_instances(seed: int) -> None:
    table, data = random_instance(seed)
    plan = allocate(table, Scenario.model_validate(data))
    if plan.objective is None:
        return
    found = robustness(table, plan.scenario, 4, seed, workers=1, plan=plan)
    assert found.selection["frequency"].dropna().between(0, 1).all()
    known = found.draws[found.draws["regret_low_t"].notna()]
    assert (known["regret_low_t"] >= 0).all()
    assert (known["regret_high_t"] >= known["regret_low_t"] - 1e-6).all()
    assert (known["bound_t"] >= known["best_t"]).all()
    assert (known["kept_t"] <= known["bound_t"] * (1 + 1e-6) + 1e-6).all()
    assert (found.draws["shortfall_wan_yuan"] >= 0).all()
    whole = found.draws[(found.draws["shortfall_wan_yuan"] == 0) & (found.draws["broken"] == "")]
    assert whole["kept_t"].tolist() == pytest.approx(whole["held_t"].tolist())
    if found.conservative is not None:
        worst = found.comparison["measure"].str.contains("最差")
        cvar = found.comparison[worst].iloc[0]
        assert cvar["cautious"] >= cvar["plan"] - 2e-4 * abs(cvar["plan"]) - 1e-6
        assert found.conservative.verify().empty


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_nothing_uncertain_nothing_to_regret(seed: int) -> None:
    table, data = random_instance(seed)
    plan = allocate(table, Scenario.model_validate(data))
    if plan.objective is None:
        return
    found = robustness(table, plan.scenario, 2, workers=1, plan=plan, ranges=ranges())
    value = float(plan.stages["final"].iloc[0])
    assert found.draws["held_t"].tolist() == pytest.approx([value] * 2)
    assert (found.draws["shortfall_wan_yuan"] == 0).all()
    assert (found.draws["regret_high_t"] <= 1.1e-4 * abs(value) + 1e-6).all()
    assert set(found.selection["frequency"]) <= {0.0, 1.0}


def test_the_same_for_every_number_of_workers_and_on_a_cluster(tmp_path: Path) -> None:
    from distributed import Client, LocalCluster

    table, data = random_instance(4, 6)
    plan = allocate(table, Scenario.model_validate(data))
    told: list[tuple[int, int]] = []

    def run(**how: Any) -> str:
        return robustness(table, plan.scenario, 5, 7, plan=plan, **how).to_json()

    alone = run(workers=1, progress=lambda done, whole: told.append((done, whole)))
    assert told[-1] == (5 + 12 + 5, 5 + 12 + 5)
    assert run(workers=2) == alone
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=str(tmp_path), host="127.0.0.1"
        ) as cluster,
        Client(cluster) as client,
    ):
        assert len(client.scheduler_info()["workers"]) == 2
        assert run(dask=cluster.scheduler_address) == alone


def test_a_cluster_that_is_not_there_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "REACH_SECONDS", 1.0)
    with pytest.raises(InputError, match="连不上 Dask 集群"):
        robustness(three(), scenario(), 1, dask="tcp://127.0.0.1:9", workers=1)


def test_draws_of_a_project_do_not_depend_on_the_others() -> None:
    table, data = random_instance(1, 5)
    projects = allocate(table, Scenario.model_validate(data)).projects
    few = draw(read(projects, table), 10, 3)
    many = draw(read(projects.iloc[::-1].iloc[:3].reset_index(drop=True), table), 20, 3)
    for quantity in QUANTITIES:
        for d in range(10):
            assert many[d][quantity].tolist() == pytest.approx(few[d][quantity][::-1][:3].tolist(), nan_ok=True)
    other = draw(read(projects, table), 10, 4)
    assert any(a["investment"].tolist() != b["investment"].tolist() for a, b in zip(few, other, strict=True))


def test_draws_stay_within_their_range_and_carbon_has_one_price() -> None:
    table, data = random_instance(2, 5)
    found = read(allocate(table, Scenario.model_validate(data)).projects, table)
    for figures in draw(found, 50, 1):
        for quantity, values in figures.items():
            assert (values >= found.low[quantity] - 1e-12).all()
            assert (values <= found.high[quantity] + 1e-12).all()
        assert set(figures["delay_years"]) <= {0.0, 1.0, 2.0}
    everywhere = reference.table("uncertainty").assign(technology="*")
    prices = draw(read(allocate(table, Scenario.model_validate(data)).projects, table, everywhere), 5, 1)
    assert all(len(set(np.round(figures["carbon_price"], 9))) == 1 for figures in prices)


def test_triangular_quantiles() -> None:
    """Of (0, 1, 4): F(1) = 1/4, and half of the rest lies beyond 4 − √4.5."""
    values = triangular(np.array([0.0, 0.25, 0.625, 1.0]), np.zeros(4), np.ones(4), np.full(4, 4.0))
    assert values.tolist() == pytest.approx([0, 1, 4 - np.sqrt(4.5), 4])
    assert triangular(np.array([0.3]), np.array([2.0]), np.array([2.0]), np.array([2.0])).tolist() == [2.0]


def test_tail_mean_counts_the_boundary_in_part() -> None:
    values = np.array([4.0, 1.0, 3.0, 2.0])
    assert tail_mean(values, 0.5) == pytest.approx(1.5)
    assert tail_mean(values, 0.375) == pytest.approx((1 + 0.5 * 2) / 1.5)
    assert tail_mean(values, 1.0) == pytest.approx(2.5)


def test_saved_and_read_back(tmp_path: Path) -> None:
    found = robustness(three(), scenario(), 2, workers=1)
    found.save(tmp_path / "robustness.json")
    again = Robustness.load(tmp_path / "robustness.json")
    assert again.to_json() == found.to_json()
    assert again.summary() == found.summary()
    assert "本工具假设" in found.ranges["source"].str.cat()
    found.to_excel(tmp_path / "robustness.xlsx")
    sheets = pd.read_excel(tmp_path / "robustness.xlsx", sheet_name=None, engine="openpyxl")
    assert set(sheets) == {"说明", *found.sheets()}
    assert found.notices == ("偿债覆盖未检验（假设）",)
    for title, sheet in sheets.items():
        assert sheet.columns[0] == "偿债覆盖未检验（假设）", title
    assert set(sheets["不确定性假设"].iloc[1:, 9]) == {"假设"}
    (tmp_path / "robustness.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="不是稳健性分析文件"):
        Robustness.load(tmp_path / "robustness.json")


def test_what_cannot_be_judged_is_refused() -> None:
    table = three()
    base = {
        c: {"other_wan_yuan": {2027: 9.0, 2028: 9.0, 2029: 9.0}, "climate_wan_yuan": {2027: 1.0, 2028: 1, 2029: 1}}
        for c in ("奉节县", "巫山县", "巫溪县")
    }
    with pytest.raises(ScenarioError, match="首要目标却不是减排量"):
        robustness(table, scenario(objective="climate_share", base_investment=base), 1, workers=1)
    with pytest.raises(InputError, match="不是用这个情景"):
        robustness(table, scenario(), 1, plan=allocate(table, scenario(800.0)))
    with pytest.raises(InputError, match="抽样次数"):
        robustness(table, scenario(), 0)
    wrong = ranges()
    wrong.loc[0, "low"] = 5.0
    with pytest.raises(InputError, match="依次不减"):
        robustness(table, scenario(), 1, ranges=wrong)
