"""The numbers of the model: who may use which money, when a project may start, what it saves. Plain arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from fengwuwu.errors import InputError, Problem
from fengwuwu.optimize import cells
from fengwuwu.optimize.scenario import Instrument, Limit, Scenario
from fengwuwu.optimize.table import start_options
from fengwuwu.region import COUNTY_NAMES

Row = dict[Any, Any]


@dataclass
class Terms:
    """n projects, M instruments, three counties; project order as in the table, instrument order as in the scenario.

    Attributes
    ----------
    ids, instruments : list of str
    need, investment, own, capital_gap : ndarray, shape (n,)
        F, I, O and max(0, κI − O), 万元.
    revenue : ndarray, shape (n,)
        万元 a year; NaN when not given.
    climate : ndarray, shape (n,)
        Climate-friendly fraction of the investment.
    most : ndarray, shape (n, M)
        Largest amount of each instrument, 万元; 0 where it may not be used.
    county_share : ndarray, shape (n, 3)
        Part of the project that counts for each county.
    starts : list of list of int
        Years in which each project may start.
    profile : list of ndarray
        Share of the investment in each construction year.
    reductions : list of ndarray
        Reductions within the window for each of `starts`, tCO2e (discounted if the scenario says so).
    requires : list of list of (int, bool)
        Prerequisites by position, and whether they must be finished before.
    exclusive : dict of str to list of int
    fixed : dict of int to ndarray, shape (M,)
        Contracted financing, 万元.
    """

    scenario: Scenario
    projects: pd.DataFrame
    ids: list[str]
    instruments: list[str]
    need: np.ndarray
    investment: np.ndarray
    own: np.ndarray
    capital_gap: np.ndarray
    revenue: np.ndarray
    climate: np.ndarray
    most: np.ndarray
    county_share: np.ndarray
    starts: list[list[int]]
    profile: list[np.ndarray]
    reductions: list[np.ndarray]
    divisible: np.ndarray
    locked: list[str | None]
    requires: list[list[tuple[int, bool]]]
    exclusive: dict[str, list[int]]
    fixed: dict[int, np.ndarray] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """Number of projects."""
        return len(self.ids)

    def weight(self, limit: Limit) -> np.ndarray:
        """How much of each project a floor or cap counts, shape (n,), 0–1."""
        share = np.ones(self.n) if limit.county is None else self.county_share[:, COUNTY_NAMES.index(limit.county)]
        return share * np.array([matches(limit, c, b) for c, b in self.projects[["category", "benefit"]].to_numpy()])

    def waived(self, limit: Limit) -> bool:
        """Whether a floor is not applied since nothing that may be funded counts for it, and the scenario says so."""
        if limit.if_no_projects == "keep":
            return False
        free = np.array([locked != "out" for locked in self.locked], dtype=bool)
        return not (self.weight(limit)[free] > 0).any()


def matches(limit: Limit, category: str, benefit: str) -> bool:
    """Whether a floor or cap is about projects of this category and benefit; "both" counts on either side."""
    wanted = limit.benefits
    both = benefit == "both" and wanted is not None and bool({"mitigation", "adaptation"} & set(wanted))
    return (limit.categories is None or category in limit.categories) and (wanted is None or benefit in wanted or both)


def derive(projects: pd.DataFrame, scenario: Scenario) -> Terms:
    """All numbers of the model from the public project table and the scenario.

    Raises
    ------
    InputError
        A contracted financing breaks a rule of the scenario.
    """
    rows: list[Row] = [{k: None if cells.missing(v) else v for k, v in r.items()} for r in projects.to_dict("records")]
    numbers = {k: projects[k].to_numpy(float) for k in projects.columns if k.endswith("_wan_yuan")}
    need, investment, own = (numbers[f"{k}_wan_yuan"] for k in ("financing_need", "investment", "own_capital"))
    ids = [str(r["project_id"]) for r in rows]
    position = {name: i for i, name in enumerate(ids)}
    names = list(scenario.instruments)
    starts = [start_options(r, scenario) for r in rows]
    exclusive: dict[str, list[int]] = {}
    for i, row in enumerate(rows):
        if row["exclusive_group"]:
            exclusive.setdefault(str(row["exclusive_group"]), []).append(i)
    county_share = np.array([_county_shares(r) for r in rows])
    terms = Terms(
        scenario=scenario,
        projects=projects,
        ids=ids,
        instruments=names,
        need=need,
        investment=investment,
        own=own,
        capital_gap=np.maximum(0.0, projects["capital_ratio_min"].to_numpy(float) * investment - own),
        revenue=numbers["annual_revenue_wan_yuan"],
        climate=projects["climate_fraction"].to_numpy(float),
        most=np.array([
            [_most(scenario, r, scenario.instruments[m], m, s) for m in names]
            for r, s in zip(rows, county_share, strict=True)
        ]),
        county_share=county_share,
        starts=starts,
        profile=[np.array([float(w) for w in cells.entries(r["construction_profile"])]) for r in rows],
        reductions=[
            np.array([window_reduction(r, s, scenario) for s in ss]) for r, ss in zip(rows, starts, strict=True)
        ],
        divisible=projects["divisible"].to_numpy(bool),
        locked=[r["locked"] for r in rows],
        requires=[
            [(position[q.partition("@")[0]], q.endswith("@finish")) for q in cells.items(r["requires"])] for r in rows
        ],
        exclusive=exclusive,
    )
    _contracts(rows, terms)
    return terms


def _county_shares(row: Row) -> list[float]:
    """Whole for a project of one county; as published for several; nothing when not published."""
    counties = str(row["county"]).split(";")
    shares = cells.pairs(row["county_shares"])
    if not shares and len(counties) == 1:
        shares = {counties[0]: 1.0}
    return [shares.get(name, 0.0) for name in COUNTY_NAMES]


def _most(scenario: Scenario, row: Row, inst: Instrument, name: str, share: np.ndarray) -> float:
    """Largest amount of an instrument in a project, 万元: eligibility, then share and amount caps."""
    allowed = cells.items(row["eligible_instruments"])
    technologies, categories, benefits = inst.eligible_technologies, inst.eligible_categories, inst.eligible_benefits
    revenue = row["annual_revenue_wan_yuan"]
    if (
        (allowed and name not in allowed)
        or (categories is not None and row["category"] not in categories)
        or (technologies is not None and row["technology"] not in technologies)
        or (benefits is not None and row["benefit"] not in benefits)
        or float(row["climate_fraction"]) < inst.climate_fraction_min - 1e-12
        or (inst.kind == "debt" and not may_borrow(scenario, revenue))
        or (not inst.budget_wan_yuan and inst.county_budget_wan_yuan and not _covered(inst, share))
    ):
        return 0.0
    fraction = min(inst.share_max, cells.pairs(row["instrument_share_max"]).get(name, 1.0))
    amount = fraction * float(row["investment_wan_yuan"])
    return amount if inst.project_max_wan_yuan is None else min(amount, inst.project_max_wan_yuan)


def may_borrow(scenario: Scenario, revenue: object) -> bool:
    """No revenue, no debt: a promise of the budget to repay is banned (国发〔2014〕43号)."""
    if cells.missing(revenue):
        return scenario.missing_revenue == "unchecked"
    return cells.number(revenue) > 0


def _covered(inst: Instrument, share: np.ndarray) -> bool:
    """An instrument that only counties give needs a budget in every county of the project, by a known share."""
    placed = [name for name, s in zip(COUNTY_NAMES, share, strict=True) if s > 0]
    return abs(share.sum() - 1) < 1e-6 and all(name in inst.county_budget_wan_yuan for name in placed)


def window_reduction(row: Row, start: int, scenario: Scenario) -> float:
    """Reductions within the accounting window of a project started in a year, tCO2e."""
    if not row["reduction_ranked"] or row["emission_reduction_t_per_year"] is None:
        return 0.0
    first, last = scenario.window
    operating = start + int(row["construction_years"])
    years = range(max(operating, first), min(last, operating + int(row["lifetime_years"]) - 1) + 1)
    rate = 1 + scenario.discount_rate
    return float(row["emission_reduction_t_per_year"]) * float(sum(rate ** -(t - first) for t in years))


def _contracts(rows: list[Row], terms: Terms) -> None:
    problems = []
    for i, row in enumerate(rows):
        signed = cells.pairs(row["contracted_financing"]) if row["locked"] == "contracted" else {}
        if not signed:
            continue
        terms.fixed[i] = np.array([signed.get(m, 0.0) for m in terms.instruments])
        for m, amount, most in zip(terms.instruments, terms.fixed[i], terms.most[i], strict=True):
            if amount > most * (1 + 1e-9) + 1e-6:
                problems.append(
                    Problem(
                        f"{terms.ids[i]}已签约 {m} {amount:g} 万元，超出情景允许的 {most:g} 万元。", "改正数据或情景。"
                    )
                )
    if problems:
        raise InputError("已签约资金与情景规则不符。", problems=problems)
