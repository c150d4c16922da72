"""The model when the figures turn out otherwise than the plan assumes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from fengwuwu.optimize import terms
from fengwuwu.optimize.robust.uncertainty import Figures
from fengwuwu.optimize.scenario import Scenario
from fengwuwu.optimize.terms import Row, Terms

_YUAN = 1e4  # 元 in one 万元


def turned_out(projects: pd.DataFrame, figures: Figures) -> pd.DataFrame:
    """`Plan.projects` with other costs, revenues and reductions; a delay is left to `derive`.

    More investment is more need: own capital stays what it is. Where financing is signed, cost and revenue stay what
    the contract rests on. Carbon revenue is added where a revenue is given, so that no figure makes a project fit for
    debt.
    """
    signed = ((projects["locked"] == "contracted") & projects["contracted_financing"].notna()).to_numpy(bool)
    factor = np.where(signed, 1.0, figures["investment"])
    invested = projects["investment_wan_yuan"].to_numpy(float)
    need = projects["financing_need_wan_yuan"].to_numpy(float)
    earned = np.where(signed, 1.0, figures["revenue"])
    rate = projects["emission_reduction_t_per_year"].to_numpy(float) * figures["reduction"]
    revenue = projects["annual_revenue_wan_yuan"].to_numpy(float)
    carbon = figures["carbon_price"] * np.maximum(np.nan_to_num(rate), 0.0) / _YUAN
    return projects.assign(
        investment_wan_yuan=factor * invested,
        financing_need_wan_yuan=np.maximum(need + (factor - 1) * invested, 0.0),
        emission_reduction_t_per_year=rate,
        annual_revenue_wan_yuan=np.where(revenue > 0, earned * revenue + carbon, revenue),
    )


def derive(projects: pd.DataFrame, scenario: Scenario, figures: Figures) -> Terms:
    """The numbers of the model under other figures; a delay puts off operation, not spending."""
    found = terms.derive(turned_out(projects, figures), scenario)
    if not figures["delay_years"].any():
        return found
    return replace(found, reductions=reductions(projects, scenario, found.starts, figures))


def reductions(
    projects: pd.DataFrame, scenario: Scenario, starts: list[list[int]], figures: Figures
) -> list[np.ndarray]:
    """Reductions within the window for each start of each project, tCO2e, as `Terms.reductions`."""
    rate = projects["emission_reduction_t_per_year"].to_numpy(float) * figures["reduction"]
    columns = ("construction_years", "lifetime_years", "reduction_ranked")
    facts: list[Row] = projects[list(columns)].to_dict("records")
    found = []
    for row, value, delay, years in zip(facts, rate.tolist(), figures["delay_years"].tolist(), starts, strict=True):
        row["emission_reduction_t_per_year"] = None if value != value else value
        row["construction_years"] += int(delay)
        found.append(np.array([terms.window_reduction(row, s, scenario) for s in years]))
    return found
