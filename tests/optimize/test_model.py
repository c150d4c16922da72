"""The written model of a tiny case, line by line: what is optimised, not only what comes out."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

from fengwuwu.optimize import Scenario, model, terms
from fengwuwu.optimize.table import prepare

GOLDEN = Path(__file__).parent / "golden" / "tiny.lp"


def tiny() -> model.Model:
    """Two projects, two start years: a loan, a county's own money, a floor, an exclusive pair."""
    row = {
        "category": "energy",
        "investment_wan_yuan": 1000.0,
        "financing_need_wan_yuan": 800.0,
        "capital_ratio_min": 0.25,
        "annual_revenue_wan_yuan": 100.0,
        "emission_reduction_t_per_year": 1000.0,
        "lifetime_years": 20,
        "climate_fraction": 1.0,
        "benefit": "mitigation",
        "earliest_start": 2027,
        "latest_start": 2028,
        "construction_years": 1,
        "exclusive_group": "甲",
    }
    table = pd.DataFrame([
        row | {"project_id": "A", "county": "奉节县"},
        row | {"project_id": "B", "county": "巫溪县", "construction_years": 2, "construction_profile": "0.4;0.6"},
    ])
    scenario = Scenario.model_validate({
        "name": "tiny",
        "title": "小例",
        "start_years": [2027, 2028],
        "budget_years": [2027, 2028, 2029],
        "dscr": None,
        "instruments": {
            "loan": {
                "label": "贷款",
                "kind": "debt",
                "rate": 0.04,
                "tenor_years": 10,
                "share_max": 0.6,
                "budget_wan_yuan": {2027: 500, 2028: 300},
            },
            "own": {
                "label": "县级资金",
                "kind": "capital",
                "county_budget_wan_yuan": {"奉节县": {2027: 400}, "巫溪县": {2027: 400, 2028: 100}},
            },
        },
        "limits": {"wuxi": {"label": "巫溪县", "sense": "floor", "percent": 0.2, "county": "巫溪县"}},
    })
    built = model.build(terms.derive(prepare(table, scenario).projects, scenario))
    built.maximise(built.emission())
    return built


def test_the_written_model_is_the_golden_one(tmp_path: Path) -> None:
    """Set FENGWUWU_UPDATE_GOLDEN=1 to renew the file, and read the difference before committing it."""
    path = tmp_path / "tiny.lp"
    tiny().problem.writeLP(path)
    text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    if os.environ.get("FENGWUWU_UPDATE_GOLDEN"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(text, encoding="utf-8", newline="\n")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_coefficients_are_those_of_the_formulation() -> None:
    """By hand: A saves 1000 t for operating years 2028–2046 when started in 2027 → 19 years = 1.9 万吨."""
    built = tiny()
    objective = {variable.name: value for variable, value in built.emission().items()}
    assert objective == pytest.approx({"y_0_2027": 1.9, "y_0_2028": 1.8, "y_1_2027": 1.8, "y_1_2028": 1.7})
    rows = {row.name: row for row in built.problem.constraints()}
    # 2028, loan: everything started by then, B of 2028 only its first 40 %; 500 + 300 万元 = 8 百万元 with carry-over
    budget = rows["budget_0_region_2028"]
    spent = {variable.name: value for variable, value in budget.items()}
    assert spent["x_1_0_2028"] == pytest.approx(0.4)
    assert spent["x_1_0_2027"] == pytest.approx(1.0)
    assert -budget.constant == pytest.approx(8.0)
    # capital: 25 % of 1000 less the 200 already there → 50 万元
    capital = {variable.name: value for variable, value in rows["capital_0_2027"].items()}
    assert capital["y_0_2027"] == pytest.approx(-0.5)


def test_names_carry_positions_not_ids() -> None:
    """PuLP merges names that differ only in punctuation."""
    names = [variable.name for variable in tiny().problem.variables()]
    assert len(names) == len(set(names))
    assert all(name[0] in "xyz" and name[1:].replace("_", "").isdigit() for name in names)
