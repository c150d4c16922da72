"""A plan's public tables as arrays, for the independent re-check; and the list of what it finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from fengwuwu.optimize import cells
from fengwuwu.optimize.scenario import Limit, Scenario
from fengwuwu.optimize.stability import Stability
from fengwuwu.region import COUNTY_NAMES

if TYPE_CHECKING:
    from fengwuwu.optimize.plan import Plan

COLUMNS = ["family", "item", "project_id", "year", "found", "allowed", "message"]
MONEY_TOLERANCE = 0.01  # 万元, beside a millionth of the amount


@dataclass
class Findings:
    """Violations found so far."""

    rows: list[list[Any]] = field(default_factory=list)

    def add(
        self,
        family: str,
        item: str,
        message: str,
        project: str | None = None,
        year: int | None = None,
        found: float | None = None,
        allowed: float | None = None,
    ) -> None:
        """Note one violation."""
        self.rows.append([family, item, project, year, found, allowed, message])

    def table(self) -> pd.DataFrame:
        """As a table with `COLUMNS`."""
        table = pd.DataFrame(self.rows, columns=COLUMNS)
        return table.astype({"year": "Int64", "found": float, "allowed": float})


def exceeds(found: float, allowed: float) -> bool:
    """More than allowed, beyond the tolerance; NaN always is."""
    return not found <= allowed + MONEY_TOLERANCE + 1e-6 * abs(allowed)


@dataclass
class Book:
    """The plan as arrays: n projects in the order of the project table, M instruments in that of the scenario.

    Attributes
    ----------
    part : ndarray, shape (n,)
        Funded fraction.
    start : ndarray of int, shape (n,)
        0 when not funded.
    money : ndarray, shape (n, M, T)
        By budget year, 万元.
    stray : float
        Money outside the budget years.
    share : ndarray, shape (n, 3)
        Part of each project that counts for each county.
    """

    scenario: Scenario
    projects: pd.DataFrame
    ids: list[str]
    part: np.ndarray
    start: np.ndarray
    money: np.ndarray
    stray: float
    share: np.ndarray
    profile: list[np.ndarray]
    rule: Stability | None = None

    @classmethod
    def of(cls, plan: Plan) -> Book:
        """Read the plan's public tables."""
        scenario, projects = plan.scenario, plan.projects.reset_index(drop=True)
        ids = projects["project_id"].tolist()
        decisions = plan.decisions.set_index("project_id").loc[ids]
        money = np.zeros((len(ids), len(scenario.instruments), len(scenario.years)))
        place = {name: i for i, name in enumerate(ids)}
        column = {name: m for m, name in enumerate(scenario.instruments)}
        year = {name: t for t, name in enumerate(scenario.years)}
        stray = 0.0
        for row in plan.financing.to_dict("records"):
            if row["year"] in year:
                money[place[row["project_id"]], column[row["instrument"]], year[row["year"]]] += row["amount_wan_yuan"]
            else:
                stray += row["amount_wan_yuan"]
        return cls(
            scenario,
            projects,
            ids,
            decisions["fraction"].to_numpy(float),
            decisions["start_year"].fillna(0).to_numpy(int),
            money,
            stray,
            np.array([_placed(c, s) for c, s in projects[["county", "county_shares"]].to_numpy()]),
            [np.array([float(w) for w in str(text).split(";")]) for text in projects["construction_profile"]],
            plan.stability,
        )

    def number(self, name: str) -> np.ndarray:
        """A numeric column."""
        return self.projects[name].to_numpy(float)

    def of_kind(self, *kinds: str) -> np.ndarray:
        """Which instruments are of these kinds, shape (M,)."""
        return np.array([inst.kind in kinds for inst in self.scenario.instruments.values()])

    def spending(self) -> np.ndarray:
        """Share of each project's total spent in each budget year, times its fraction, shape (n, T)."""
        place = {year: t for t, year in enumerate(self.scenario.years)}
        table = np.zeros((len(self.ids), len(place)))
        for p in np.flatnonzero(self.part > 0):
            for k, weight in enumerate(self.profile[p]):
                if (t := place.get(int(self.start[p]) + k)) is not None:
                    table[p, t] += weight * self.part[p]
        return table


def _placed(counties: str, shares: Any) -> list[float]:
    given = cells.pairs(shares)
    names = counties.split(";")
    if given:
        return [given.get(c, 0.0) for c in COUNTY_NAMES]
    return [float(names == [c]) for c in COUNTY_NAMES]


def counted(book: Book, limit: Limit) -> np.ndarray:
    """Part of each project that a floor or cap counts, shape (n,), 0–1."""
    weight = np.ones(len(book.ids)) if limit.county is None else book.share[:, COUNTY_NAMES.index(limit.county)]
    wanted = set(limit.benefits or [])
    if wanted & {"mitigation", "adaptation"}:
        wanted.add("both")
    if limit.benefits is not None:
        weight = weight * book.projects["benefit"].isin(wanted).to_numpy()
    if limit.categories is not None:
        weight = weight * book.projects["category"].isin(limit.categories).to_numpy()
    return weight


def measure(book: Book, limit: Limit) -> float:
    """What a floor or cap counts: 万元, projects or tCO2e."""
    weight = counted(book, limit)
    years = [limit.year is None or t == limit.year for t in book.scenario.years]
    if limit.measure == "financing":
        chosen = [limit.instruments is None or key in limit.instruments for key in book.scenario.instruments]
        return float(weight @ book.money[:, chosen, :][:, :, years].sum(axis=(1, 2)))
    if limit.measure == "investment":
        return float((weight * book.number("investment_wan_yuan")) @ book.spending()[:, years].sum(axis=1))
    if limit.measure == "reductions":
        return float(weight @ reductions(book))
    return float(weight @ book.part)


def share_amounts(book: Book, limit: Limit) -> tuple[float, float]:
    """Climate-friendly and whole fixed-asset investment of the limit's counties and year, plan included, 万元."""
    counties = [c for c in COUNTY_NAMES if limit.county in (None, c)]
    years = [t for t in book.scenario.years if limit.year in (None, t)]
    bases = [book.scenario.base_investment[c] for c in counties]
    climate = sum(base.climate_wan_yuan[t] for base in bases for t in years)
    other = sum(base.other_wan_yuan[t] for base in bases for t in years)
    weight = np.ones(len(book.ids)) if limit.county is None else book.share[:, COUNTY_NAMES.index(limit.county)]
    spent = book.spending()[:, [t in years for t in book.scenario.years]].sum(axis=1)
    invested = weight * book.number("investment_wan_yuan") * spent
    return climate + float(invested @ book.number("climate_fraction")), climate + other + float(invested.sum())


def reductions(book: Book) -> np.ndarray:
    """Reductions of each project within the window, tCO2e, shape (n,)."""
    first, last = book.scenario.window
    annual = np.where(
        book.projects["reduction_ranked"].to_numpy(bool), book.number("emission_reduction_t_per_year"), 0.0
    )
    begin = book.start + book.number("construction_years")
    end = np.minimum(begin + book.number("lifetime_years") - 1, last)
    begin = np.maximum(begin, first)
    d = 1 / (1 + book.scenario.discount_rate)
    count = np.maximum(0, end - begin + 1)
    weight = count if d == 1 else d ** (begin - first) * (1 - d**count) / (1 - d)
    return np.asarray(np.where(book.part > 0, np.nan_to_num(annual) * weight * book.part, 0.0))
