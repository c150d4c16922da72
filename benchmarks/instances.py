"""Project tables and scenarios of any size for benchmarks: invented, seeded, realistic in what makes them hard.

Costs are log-normal by technology; reductions are nearly proportional to the cost within a technology (with mild
diseconomies of scale), which is what makes choosing under a budget hard. Eight sources of money, eligible by
technology; own capital of 20, 25 or 30 %; construction in one to three years; exclusive sites, prerequisites, locks;
floors for each county, a floor for adaptation, a cap for one category. Money suffices for about half of the need.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

COUNTIES = ("奉节县", "巫山县", "巫溪县")
FIRST_YEAR = 2027
# technology: category, ln of the median cost (万元), its spread, t a year per 万元, its spread, lifetime, climate
# fraction, benefit, revenue per cost, construction profile, frequency
TECHNOLOGIES: dict[str, tuple[Any, ...]] = {
    "afforestation": ("agriculture_forestry", 8.0, 1.0, 0.35, 0.6, 40, 1.0, "both", 0.055, "0.6;0.4", 0.10),
    "ecological_restoration": ("environment", 8.6, 1.1, 0.08, 0.8, 25, 0.9, "both", 0.03, "0.3;0.5;0.2", 0.09),
    "solar_distributed": ("energy", 7.6, 1.1, 1.10, 0.3, 25, 1.0, "mitigation", 0.115, "1", 0.14),
    "wind_onshore": ("energy", 10.3, 0.7, 1.35, 0.3, 25, 1.0, "mitigation", 0.12, "0.3;0.5;0.2", 0.05),
    "biogas_manure": ("agriculture_forestry", 8.4, 0.9, 1.60, 0.6, 20, 1.0, "mitigation", 0.095, "0.6;0.4", 0.07),
    "building_retrofit": ("building", 7.2, 1.0, 0.30, 0.5, 20, 0.95, "mitigation", 0.06, "1", 0.12),
    "ev_charging": ("transport", 8.1, 1.0, 0.45, 0.6, 12, 0.95, "mitigation", 0.07, "0.6;0.4", 0.10),
    "industrial_energy_saving": ("manufacturing", 7.9, 1.1, 2.20, 0.7, 12, 0.75, "mitigation", 0.15, "1", 0.12),
    "biomass_heat": ("manufacturing", 10.1, 0.8, 1.90, 0.5, 20, 0.0, "mitigation", 0.11, "0.6;0.4", 0.03),
    "landfill_gas": ("environment", 8.8, 0.9, 1.00, 0.7, 20, 0.85, "mitigation", 0.085, "1", 0.07),
    "water_supply": ("adaptation", 9.0, 1.0, 0.03, 0.9, 30, 0.9, "adaptation", 0.035, "0.3;0.5;0.2", 0.06),
    "battery_storage": ("energy", 9.2, 0.9, 0.55, 0.5, 15, 1.0, "mitigation", 0.08, "0.6;0.4", 0.05),
}
# instrument: kind, rate, tenor, largest share, part of all money, technologies (None: all), least climate fraction
INSTRUMENTS: dict[str, tuple[Any, ...]] = {
    "green_loan": ("debt", 0.0385, 10, 0.7, 0.26, None, 0.5),
    "carbon_facility": (
        "debt", 0.029, 8, 0.6, 0.16,
        ("solar_distributed", "wind_onshore", "biogas_manure", "industrial_energy_saving", "battery_storage"), 0.0,
    ),
    "green_bond": (
        "debt", 0.032, 7, 0.6, 0.12, ("wind_onshore", "battery_storage", "landfill_gas", "ev_charging"), 0.5,
    ),
    "special_bond": (
        "debt", 0.0265, 20, 0.5, 0.14, ("ecological_restoration", "ev_charging", "water_supply", "landfill_gas"), 0.0,
    ),
    "fiscal_grant": (
        "grant", 0.0, 1, 0.3, 0.06,
        ("afforestation", "ecological_restoration", "building_retrofit", "water_supply", "ev_charging"), 0.0,
    ),
    "forest_right_loan": ("debt", 0.0415, 12, 0.6, 0.05, ("afforestation",), 0.0),
    "policy_tool": ("equity_like", 0.025, 10, 0.15, 0.05, None, 0.5),
    "own_funds": ("capital", 0.08, 1, 1.0, 0.16, None, 0.0),
}  # fmt: skip


def instance(
    n: int,
    starts: int = 1,
    seed: int = 0,
    *,
    carry_over: bool = False,
    cover: bool = False,
    scarcity: float = 0.5,
    logic: bool = True,
    spread: bool | None = None,
    **scenario: Any,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """A project table and the data of a scenario.

    Parameters
    ----------
    n : int
        Number of projects.
    starts : int
        Number of start years.
    carry_over : bool
        Whether unused money stays available.
    cover : bool
        Whether debt service must be covered by revenue, project by project; then nearly every project is a type of
        its own. Off: assumed to be checked elsewhere.
    scarcity : float
        Money over need.
    logic : bool
        Exclusive sites, prerequisites, locks, floors and caps.
    spread : bool, optional
        Whether construction takes one to three years, by technology; otherwise one year, so that each source is one
        sum when there is one start year. By default only with several start years.
    **scenario
        Further fields of the scenario.
    """
    rng = np.random.default_rng([seed, n, starts])
    names = list(TECHNOLOGIES)
    columns = list(zip(*TECHNOLOGIES.values(), strict=True))
    weight = np.array(columns[10])
    profiles = np.array(columns[9] if (starts > 1 if spread is None else spread) else ["1"] * len(names))
    tech = rng.choice(len(names), n, p=weight / weight.sum())
    middle = np.array(columns[1])
    cost = np.round(np.exp(rng.normal(middle[tech], np.array(columns[2])[tech])).clip(100, 3e5))
    yearly = np.exp(rng.normal(np.log(columns[3])[tech], np.array(columns[4])[tech]))
    tonnes = np.round(cost * yearly * (cost / np.exp(middle[tech])) ** -0.08)
    table = pd.DataFrame({
        "project_id": [f"P{i:07d}" for i in range(n)],
        "county": np.array(COUNTIES)[rng.choice(3, n, p=[0.42, 0.33, 0.25])],
        "category": np.array(columns[0])[tech],
        "technology": np.array(names)[tech],
        "investment_wan_yuan": cost,
        "financing_need_wan_yuan": cost * rng.choice([0.7, 0.75, 0.8], n),
        "capital_ratio_min": 0.2,
        "annual_revenue_wan_yuan": np.round(np.exp(rng.normal(np.log(columns[8])[tech], 0.3)) * cost),
        "emission_reduction_t_per_year": tonnes,
        "lifetime_years": np.array(columns[5])[tech],
        "climate_fraction": np.array(columns[6])[tech],
        "benefit": np.array(columns[7])[tech],
        "earliest_start": FIRST_YEAR,
        "latest_start": FIRST_YEAR + starts - 1,
        "construction_years": [profiles[k].count(";") + 1 for k in tech],
        "construction_profile": profiles[tech],
        "exclusive_group": None,
        "requires": None,
        "locked": None,
        "data_kind": "illustrative",
    })
    if logic:
        _add_logic(table, rng)
    return table, _scenario(table, starts, carry_over, cover, scarcity, logic) | scenario


def _add_logic(table: pd.DataFrame, rng: np.random.Generator) -> None:
    """6 % in exclusive groups of two to four, 4 % with a prerequisite, 1 % locked in (small ones) and 1 % out."""
    n, order = len(table), rng.permutation(len(table))
    place, group = 0, 0
    for column in ("exclusive_group", "requires", "locked"):
        table[column] = table[column].astype(object)
    while place < int(0.06 * n):
        size = int(rng.integers(2, 5))
        table.loc[order[place : place + size], "exclusive_group"] = f"场址{group}"
        place, group = place + size, group + 1
    for _ in range(int(0.04 * n)):
        if place + 1 < n:
            table.loc[order[place], "requires"] = table["project_id"][order[place + 1]]
            place += 2
    few = max(1, n // 100)
    small = table["investment_wan_yuan"] < table["investment_wan_yuan"].quantile(0.6)
    rest = order[place:]
    table.loc[[p for p in rest[:few] if small[p]], "locked"] = "in"
    table.loc[rest[few : 2 * few], "locked"] = "out"


def _scenario(
    table: pd.DataFrame, starts: int, carry_over: bool, cover: bool, scarcity: float, logic: bool
) -> dict[str, Any]:
    need = table["financing_need_wan_yuan"]
    whole = float(need.sum())
    years = list(range(FIRST_YEAR, FIRST_YEAR + starts + 2))
    # What equal starts would draw in each year, with the same mix of construction profiles.
    due = np.zeros(len(years))
    for profile, part in (need.groupby(table["construction_profile"]).sum() / whole).items():
        for k, share in enumerate(str(profile).split(";")):
            for s in range(starts):
                due[s + k] += part * float(share) / starts
    instruments = {}
    for name, (kind, rate, tenor, most, part, technologies, climate) in INSTRUMENTS.items():
        instruments[name] = {
            "label": name,
            "kind": kind,
            "rate": rate,
            "tenor_years": tenor,
            "share_max": most,
            "climate_fraction_min": climate,
            "eligible_technologies": None if technologies is None else list(technologies),
            "cover_ratio": 1.1 if cover and name == "special_bond" else None,
            "budget_wan_yuan": {
                t: float(round(scarcity * whole * part * d)) for t, d in zip(years, due.tolist(), strict=True)
            },
        }
    money = scarcity * whole
    limits: dict[str, Any] = {}
    if logic:
        for k, county in enumerate(COUNTIES):
            of_county = float(need[table["county"] == county].sum()) / whole
            limits[f"county_{k}"] = {
                "label": county, "sense": "floor", "value": round(0.5 * money * of_county), "county": county,
            }  # fmt: skip
        limits["adaptation"] = {"label": "适应", "sense": "floor", "percent": 0.05, "benefits": ["adaptation"]}
        limits["energy"] = {"label": "能源", "sense": "cap", "percent": 0.6, "categories": ["energy"]}
    base = {
        county: {
            "other_wan_yuan": dict.fromkeys(years, round(0.6 * money / len(years))),
            "climate_wan_yuan": dict.fromkeys(years, round(0.1 * money / len(years))),
        }
        for county in COUNTIES
    }
    return {
        "name": "generated",
        "title": "生成的示例情景",
        "start_years": years[:starts],
        "budget_years": years,
        "instruments": instruments,
        "carry_over": carry_over,
        "limits": limits,
        "dscr": 1.2 if cover else None,
        "accounting_years": 20,
        "base_investment": base,
        "time_limit": 600,
    }
