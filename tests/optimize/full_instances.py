"""Random small instances that use every family of constraints; the rules of `instances` and many more on top."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from fengwuwu.optimize import Scenario

from .enumeration import Case, Near
from .enumeration_money import most
from .instances import COUNTIES, random_instance

Theme = Callable[[list[dict[str, Any]], dict[str, Any], float], None]
YEARS = (2027, 2028, 2029)


@dataclass
class Instance:
    """One instance: the table, the scenario's data, and the earlier plan to stay close to, if any."""

    table: pd.DataFrame
    data: dict[str, Any]
    near: Near | None = None


def full_instance(seed: int, goal: str = "emission_reduction", n: int | None = None, near: bool = False) -> Instance:
    """A small instance with several families at once, in other numbers and places for each seed.

    Parameters
    ----------
    seed : int
    goal : str
        The scenario's objective; divisible projects occur only under ``emission_reduction``.
    n : int, optional
        Number of projects; 4 or 5 by default.
    near : bool
        With an earlier plan and a number of changes allowed.
    """
    rng = np.random.default_rng([seed, 11])
    count = n or (4 if seed % 3 == 0 else 5)
    table, data = random_instance(seed, count, goal)
    rows = [{k: None if _gone(v) else v for k, v in r.items()} for r in table.to_dict("records")]
    whole = sum(r["financing_need_wan_yuan"] for r in rows)
    data["start_years"] = [2027, 2028, 2029] if count == 4 and rng.random() < 0.5 else [2027, 2028]
    _projects(rng, rows)
    _instruments(rng, data, whole)
    _limits(rng, data, whole)
    _logic(rng, rows)
    _debt(rng, data, whole)
    if seed % 4:  # the others have no theme
        list(THEMES.values())[(seed // 4 * 3 + seed % 4 - 1) % len(THEMES)](rows, data, whole)
    if goal == "lexicographic":
        data["order"] = ["emission_reduction", "climate_share"][:: 1 if rng.random() < 0.5 else -1]
        data["tolerance"] = float(rng.choice([0.0, 0.02, 0.2]))
    _keep_possible_contracts(rows, data)
    made = Instance(pd.DataFrame(rows), data)
    if near:
        made.near = _near(rng, made)
    return made


def _gone(value: Any) -> bool:
    return value is None or (isinstance(value, float) and np.isnan(value))


def _projects(rng: np.random.Generator, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        row["technology"] = str(rng.choice(["solar", "wind", "flood"]))
        own = row["investment_wan_yuan"] - row["financing_need_wan_yuan"]
        row["own_capital_wan_yuan"] = 0.0 if rng.random() < 0.2 else own
        if rng.random() < 0.3:
            row["capital_ratio_min"] = float(rng.choice([0.25, 0.35]))
        if rng.random() < 0.15:
            row["instrument_share_max"] = "loan=0.3"
        if row["construction_years"] == 2 and rng.random() < 0.5:
            row["construction_profile"] = str(rng.choice(["0.3;0.7", "0.8;0.2", "1;0"]))
        if rng.random() < 0.1:
            row["latest_start"] = 2027
        row["earliest_start"] = min(row["earliest_start"], row["latest_start"])


def _instruments(rng: np.random.Generator, data: dict[str, Any], whole: float) -> None:
    insts = data["instruments"]
    if rng.random() < 0.25:
        insts["loan"]["eligible_technologies"] = ["solar", "wind"]
    if rng.random() < 0.4:
        insts["bond"] |= {"grace_years": 8, "cover_ratio": float(rng.choice([1.1, 1.8]))}
    if rng.random() < 0.4:
        insts["grant"] |= {"counts_as_capital": False, "share_max": 0.5}
    if rng.random() < 0.6:
        insts["grant"]["project_max_wan_yuan"] = 300
    if rng.random() < 0.3:
        insts["tool"]["share_max"] = 0.5
    if rng.random() < 0.15:
        insts["gift"] = {"label": "捐赠", "kind": "grant", "share_max": 0.1, "unlimited": True}
    if rng.random() < 0.3:
        poor = str(rng.choice(COUNTIES))
        budget = {t: float(round(0.02 * whole)) for t in YEARS}
        insts["own"]["county_budget_wan_yuan"] = insts["own"]["county_budget_wan_yuan"] | {poor: budget}
    if rng.random() < 0.15:
        del insts["own"]["county_budget_wan_yuan"]["巫溪县"]
    data["equity_like_max_share"] = float(rng.choice([0.5, 0.3]))


def _limits(rng: np.random.Generator, data: dict[str, Any], whole: float) -> None:
    """Floors and caps of every measure, scope and year, besides those of `instances`."""

    def some(low: float, high: float) -> float:
        return float(round(whole * rng.uniform(low, high)))

    county = str(rng.choice(COUNTIES))
    made: dict[str, dict[str, Any]] = {
        "cap_county": {"sense": "cap", "percent": 0.3, "county": county},
        "floor_category": {"sense": "floor", "value": some(0.1, 0.3), "categories": ["transport", "adaptation"]},
        "cap_category": {"sense": "cap", "measure": "investment", "percent": 0.3, "categories": ["energy"]},
        "floor_benefit": {"sense": "floor", "measure": "investment", "value": some(0.02, 0.12), "benefits": ["both"]},
        "floor_year": {"sense": "floor", "value": some(0.1, 0.25), "year": 2028},
        "cap_year": {"sense": "cap", "value": some(0.15, 0.3), "year": 2027},
        "floor_source": {"sense": "floor", "value": some(0.04, 0.1), "instruments": ["tool", "own"]},
        "cap_source_year": {"sense": "cap", "value": some(0.01, 0.1), "instruments": ["loan"], "year": 2027},
        "floor_source_county": {
            "sense": "floor",
            "value": some(0.03, 0.08),
            "instruments": ["loan", "bond", "own"],
            "county": county,
        },
        "floor_count": {"sense": "floor", "measure": "count", "value": 1.0, "benefits": ["adaptation"]},
        "cap_count_share": {"sense": "cap", "measure": "count", "percent": 0.4, "categories": ["energy"]},
        "cap_tonnes_share": {"sense": "cap", "measure": "reductions", "percent": 0.5, "county": county},
        "floor_tonnes": {"sense": "floor", "measure": "reductions", "percent": 0.3, "categories": ["energy"]},
        "floor_share": {"sense": "floor", "measure": "climate_share", "value": float(rng.uniform(0.15, 0.25))},
        "floor_share_county": {
            "sense": "floor",
            "measure": "climate_share",
            "value": float(rng.uniform(0.13, 0.18)),
            "county": county,
        },
        "cap_share_year": {
            "sense": "cap",
            "measure": "climate_share",
            "value": float(rng.uniform(0.15, 0.25)),
            "year": 2028,
        },
    }
    chosen = rng.choice(list(made), size=int(rng.choice([0, 1, 2])), replace=False)
    data["limits"] |= {str(k): made[str(k)] | {"label": str(k)} for k in chosen}


def _logic(rng: np.random.Generator, rows: list[dict[str, Any]]) -> None:
    """More prerequisites, and contracted projects whose money is signed."""
    whole = not any(r.get("divisible") for r in rows)
    if whole and rng.random() < 0.15:
        rows[2]["requires"] = "P00@finish" if rows[2].get("requires") is None else rows[2]["requires"]
    if len(rows) > 4 and rng.random() < 0.15:
        rows[4]["requires"] = "P01;P03@finish"
    last = rows[-1]
    if rng.random() < 0.15:
        last |= {"locked": "contracted", "earliest_start": 2027, "latest_start": 2027}
    elif rng.random() < 0.15:
        last["locked"] = "in"
    if last.get("locked") == "contracted" and ";" not in str(last["county"]) and rng.random() < 0.8:
        need = last["financing_need_wan_yuan"]
        last |= {"annual_revenue_wan_yuan": 0.2 * last["investment_wan_yuan"], "eligible_instruments": None}
        last |= {"technology": "solar", "instrument_share_max": None, "county": "奉节县", "county_shares": None}
        last["contracted_financing"] = f"loan={0.8 * need};own={0.2 * need}"
    if rng.random() < 0.1 and not rows[0].get("locked"):
        rows[0]["locked"] = "out"


def _keep_possible_contracts(rows: list[dict[str, Any]], data: dict[str, Any]) -> None:
    """Signed amounts that the scenario does not allow are an input error, so they go."""
    scenario = Scenario.model_validate(data)
    for row in rows:
        if row.get("locked") == "contracted" and row.get("contracted_financing"):
            signed = [item.split("=") for item in row["contracted_financing"].split(";")]
            if any(float(amount) > most(row, key, scenario) for key, amount in signed):
                row["contracted_financing"] = None


def _debt(rng: np.random.Generator, data: dict[str, Any], whole: float) -> None:
    if rng.random() < 0.35:
        chosen = rng.choice(COUNTIES, size=int(rng.integers(1, 3)), replace=False)
        data["county_debt"] = {
            str(c): {
                "max_annual_service_wan_yuan": float(round(whole * rng.uniform(0.003, 0.015), 1)),
                "existing_annual_service_wan_yuan": 2.0 if rng.random() < 0.5 else None,
            }
            for c in chosen
        }


def _near(rng: np.random.Generator, made: Instance) -> Near:
    """An earlier plan: one that is possible, as a rule with a project in or out that then was not."""
    rows = made.table.to_dict("records")
    case = Case(made.table, Scenario.model_validate(made.data))
    order = rng.permutation(len(case.starts))[:30]
    starts = next((case.starts[c].tolist() for c in order if case.fund(c) is not None), [0] * len(rows))
    before = {
        row["project_id"]: (0.5 if row.get("divisible") and rng.random() < 0.5 else 1.0, start)
        for row, start in zip(rows, starts, strict=True)
        if start
    }
    other = rows[int(rng.integers(len(rows)))]
    if rng.random() < 0.7 and before.pop(other["project_id"], None) is None:
        before[other["project_id"]] = (1.0, 2027)
    moves = bool(rng.random() < 0.5)
    if moves:  # most of them started in another year
        before = {name: (part, start if rng.random() < 0.3 else 4055 - start) for name, (part, start) in before.items()}
    return Near(before, int(rng.integers(0, 3)), moves)


def _everyone(**values: Any) -> Theme:
    def theme(rows: list[dict[str, Any]], _: dict[str, Any], __: float) -> None:
        for row in rows:
            row |= values

    return theme


def _loan(**values: Any) -> Theme:
    def theme(_: list[dict[str, Any]], data: dict[str, Any], __: float) -> None:
        data["instruments"]["loan"] |= values

    return theme


def _limit(name: str, part: float, **values: Any) -> Theme:
    def theme(_: list[dict[str, Any]], data: dict[str, Any], whole: float) -> None:
        data["limits"] = {name: {"label": name, "value": round(part * whole)} | values}

    return theme


def _both(*themes: Theme) -> Theme:
    def theme(rows: list[dict[str, Any]], data: dict[str, Any], whole: float) -> None:
        for one in themes:
            one(rows, data, whole)

    return theme


def _some_projects(**values: Any) -> Theme:
    def theme(rows: list[dict[str, Any]], _: dict[str, Any], __: float) -> None:
        for row in rows[::2]:
            row |= values

    return theme


def _scenario(**values: Any) -> Theme:
    return lambda _, data, __: data.update(values)


def _signed(rows: list[dict[str, Any]], _: dict[str, Any], __: float) -> None:
    """A contract that takes loans only, though other money could be had."""
    last = rows[-1]
    need = 0.7 * last["investment_wan_yuan"]
    last |= {"financing_need_wan_yuan": need, "contracted_financing": f"loan={need}", "locked": "contracted"}
    last |= {"own_capital_wan_yuan": None, "capital_ratio_min": 0.2, "technology": "solar"}
    last |= {"county": "奉节县", "county_shares": None, "eligible_instruments": None, "instrument_share_max": None}
    last |= {"annual_revenue_wan_yuan": 0.2 * last["investment_wan_yuan"], "divisible": None, "requires": None}
    last |= {"earliest_start": 2027, "latest_start": 2027}


# Rules that a random instance has but that seldom decide anything, each made strict in some instances.
THEMES: dict[str, Theme] = {
    "categories": _loan(eligible_categories=["energy"]),
    "technologies": _loan(eligible_technologies=["solar"]),
    "benefits": _loan(eligible_benefits=["mitigation"]),
    "climate fraction": _loan(climate_fraction_min=0.6),
    "carry-over": _both(
        _scenario(carry_over=True),
        _loan(carry_over=False),
        _everyone(construction_years=2, construction_profile="0.3;0.7"),
    ),
    "share": _loan(share_max=0.3),
    "project share": _some_projects(instrument_share_max="loan=0.1"),
    "project amount": _loan(project_max_wan_yuan=500),
    "own list": _some_projects(eligible_instruments="own;tool"),
    "capital": _everyone(capital_ratio_min=0.4),
    "own capital": _both(_everyone(capital_ratio_min=0.35), _some_projects(own_capital_wan_yuan=0.0)),
    "kinds of capital": _both(
        _everyone(capital_ratio_min=0.4),
        lambda _, data, __: data["instruments"]["grant"].update(
            counts_as_capital=False, eligible_benefits=None, share_max=0.6, project_max_wan_yuan=None
        ),
    ),
    "equity": _both(
        _everyone(capital_ratio_min=0.35),
        _scenario(equity_like_max_share=0.1),
        lambda _, data, __: data["instruments"]["tool"].update(share_max=0.6, climate_fraction_min=0.0),
    ),
    "cover": _both(_everyone(annual_revenue_wan_yuan=60.0), _loan(cover_ratio=1.2)),
    "grace": _both(_everyone(annual_revenue_wan_yuan=120.0), _loan(cover_ratio=1.2, grace_years=6)),
    "dscr": _both(_everyone(annual_revenue_wan_yuan=90.0), _scenario(dscr=1.3)),
    "signed": _signed,
    "waived floor": lambda _, data, whole: data.update(
        limits={
            "none": {
                "label": "none",
                "sense": "floor",
                "percent": 0.2,
                "categories": ["other"],
                "if_no_projects": "waive",
            }
        }
    ),
    "floor year": _limit("floor_year", 0.25, sense="floor", year=2028),
    "floor source": _limit("floor_source", 0.1, sense="floor", instruments=["tool", "own"]),
    "floor category": _limit("floor_category", 0.25, sense="floor", categories=["transport", "adaptation"]),
    "floor tonnes": _limit("floor_tonnes", 2.0, sense="floor", measure="reductions", categories=["transport"]),
}
