"""Projects, scenarios and random small instances for the optimiser's tests."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

COUNTIES = ("奉节县", "巫山县", "巫溪县")


def make_project(project_id: str, **changes: Any) -> dict[str, Any]:
    """A project of one county that needs 800 of 1000 万元 and saves 100 t a year."""
    row: dict[str, Any] = {
        "project_id": project_id,
        "project_name": f"示例{project_id}",
        "county": "奉节县",
        "category": "energy",
        "investment_wan_yuan": 1000.0,
        "financing_need_wan_yuan": 800.0,
        "capital_ratio_min": 0.2,
        "annual_revenue_wan_yuan": 100.0,
        "emission_reduction_t_per_year": 100.0,
        "lifetime_years": 20,
        "climate_fraction": 1.0,
        "benefit": "mitigation",
        "earliest_start": 2027,
        "latest_start": 2030,
        "construction_years": 1,
    }
    return row | changes


def make_scenario(**changes: Any) -> dict[str, Any]:
    """Two start years; 1000 万元 of loans a year without limit on shares; nothing else binds."""
    data: dict[str, Any] = {
        "name": "test",
        "title": "测试",
        "start_years": [2027, 2028],
        "budget_years": [2027, 2028, 2029],
        "dscr": None,
        "instruments": {
            "loan": {
                "label": "贷款",
                "kind": "debt",
                "rate": 0.04,
                "tenor_years": 10,
                "budget_wan_yuan": {2027: 1000, 2028: 1000, 2029: 1000},
            },
        },
    }
    return data | changes


def random_instance(seed: int, n: int = 4, goal: str = "emission_reduction") -> tuple[pd.DataFrame, dict[str, Any]]:
    """A small instance that uses every family of constraints now and then.

    Parameters
    ----------
    seed : int
    n : int
        Number of projects.
    goal : str
        The scenario's objective; divisible projects occur only under ``emission_reduction``.
    """
    rng = np.random.default_rng([seed, n])
    rows = []
    for p in range(n):
        invested = float(rng.integers(5, 60) * 100)
        years = int(rng.integers(1, 3))
        county = str(rng.choice(COUNTIES))
        row = make_project(
            f"P{p:02d}",
            county=county,
            category=str(rng.choice(["energy", "transport", "adaptation"])),
            investment_wan_yuan=invested,
            financing_need_wan_yuan=invested * float(rng.choice([0.7, 0.8, 0.9, 1.0])),
            annual_revenue_wan_yuan=invested * float(rng.choice([0.05, 0.12])) if rng.random() < 0.8 else None,
            emission_reduction_t_per_year=invested * float(rng.uniform(0.5, 1.5)),
            lifetime_years=int(rng.choice([5, 10, 25])),
            climate_fraction=float(rng.choice([1.0, 1.0, 0.5, 0.0])),
            benefit=str(rng.choice(["mitigation", "mitigation", "both", "adaptation"])),
            earliest_start=2027 + int(rng.random() < 0.2),
            construction_years=years,
            own_capital_wan_yuan=None,
        )
        if row["benefit"] == "adaptation" and rng.random() < 0.5:
            row["emission_reduction_t_per_year"] = None
        if years == 2 and rng.random() < 0.5:
            row["construction_profile"] = "0.3;0.7"
        if rng.random() < 0.15:
            row |= {"county": "奉节县;巫山县"} | (
                {"county_shares": "奉节县=0.6;巫山县=0.4"} if rng.random() < 0.7 else {}
            )
        if rng.random() < 0.1:
            row["reduction_ranked"] = False
        if rng.random() < 0.15:
            row["eligible_instruments"] = "loan;own;tool"
        if rng.random() < 0.15:
            row["instrument_share_max"] = "loan=0.5"
        rows.append(row)
    if goal == "emission_reduction" and rng.random() < 0.3:
        rows[0]["divisible"] = True
    if rng.random() < 0.4:
        rows[1]["exclusive_group"] = rows[2]["exclusive_group"] = "甲"
    if n > 3 and rng.random() < 0.4:
        rows[3]["requires"] = "P01" + ("@finish" if rng.random() < 0.5 else "")
    if rng.random() < 0.25:
        rows[-1]["locked"] = str(rng.choice(["in", "out"]))
    elif rng.random() < 0.2:
        rows[-1] |= {"locked": "contracted", "earliest_start": 2027, "latest_start": 2027}
    whole = sum(r["financing_need_wan_yuan"] for r in rows)
    return pd.DataFrame(rows), _random_scenario(rng, whole, goal)


def _random_scenario(rng: np.random.Generator, whole: float, goal: str) -> dict[str, Any]:
    years = [2027, 2028, 2029]

    def money(part: float) -> dict[int, float]:
        return {t: float(round(whole * part * w)) for t, w in zip(years, (0.5, 0.35, 0.15), strict=True)}

    scarce = float(rng.uniform(0.3, 1.0))
    instruments: dict[str, Any] = {
        "loan": {
            "label": "贷款",
            "kind": "debt",
            "rate": 0.04,
            "tenor_years": 10,
            "share_max": 0.8,
            "budget_wan_yuan": money(0.5 * scarce),
        },
        "bond": {
            "label": "专项债",
            "kind": "debt",
            "rate": 0.025,
            "tenor_years": 20,
            "share_max": 0.6,
            "cover_ratio": 1.1 if rng.random() < 0.5 else None,
            "eligible_categories": ["transport", "adaptation"],
            "budget_wan_yuan": money(0.2 * scarce),
        },
        "grant": {
            "label": "补助",
            "kind": "grant",
            "share_max": 0.3,
            "eligible_benefits": ["adaptation", "both"],
            "project_max_wan_yuan": 900,
            "budget_wan_yuan": money(0.15 * scarce),
        },
        "tool": {
            "label": "权益型工具",
            "kind": "equity_like",
            "rate": 0.03,
            "tenor_years": 10,
            "share_max": 0.3,
            "climate_fraction_min": 0.5,
            "carry_over": False,
            "budget_wan_yuan": money(0.2 * scarce),
        },
        "own": {
            "label": "县级资金",
            "kind": "capital",
            "county_budget_wan_yuan": {c: money(0.12 * scarce) for c in COUNTIES},
        },
    }
    if rng.random() < 0.3:
        instruments["own"]["budget_wan_yuan"] = money(0.25 * scarce)
    limits: dict[str, Any] = {}
    if rng.random() < 0.4:
        limits["adaptation"] = {"label": "适应", "sense": "floor", "percent": 0.1, "benefits": ["adaptation"]}
    if rng.random() < 0.3:
        limits["county"] = {"label": "县", "sense": "floor", "value": 300, "county": "巫溪县"}
    if rng.random() < 0.3:
        limits["year"] = {
            "label": "年",
            "sense": "cap",
            "measure": "investment",
            "value": round(0.3 * whole),
            "year": 2028,
        }
    if rng.random() < 0.3:
        limits["loans"] = {
            "label": "贷款",
            "sense": "cap",
            "percent": 0.6,
            "instruments": ["loan", "bond"],
            "categories": ["energy", "transport"],
        }
    if rng.random() < 0.3:
        limits["count"] = {"label": "个数", "sense": "cap", "measure": "count", "value": 2}
    if rng.random() < 0.2:
        limits["tonnes"] = {
            "label": "减排",
            "sense": "floor",
            "measure": "reductions",
            "value": 2000,
            "county": "奉节县",
        }
    base = {
        c: {"other_wan_yuan": dict.fromkeys(years, 3000.0), "climate_wan_yuan": dict.fromkeys(years, 500.0)}
        for c in COUNTIES
    }
    return make_scenario(
        instruments=instruments,
        limits=limits,
        carry_over=bool(rng.random() < 0.6),
        dscr=1.2 if rng.random() < 0.3 else None,
        missing_revenue="unchecked" if rng.random() < 0.2 else "no_debt",
        accounting_years=int(rng.choice([10, 20])),
        discount_rate=0.05 if rng.random() < 0.2 else 0.0,
        base_investment=base,
        objective=goal,
        time_limit=60,
    )


# ---------------------------------------------------------------- enumeration, written without the model
