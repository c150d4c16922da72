"""The best plan of a small instance by trying every choice of start years, written without the package's model.

Rules on the choice alone are checked on all choices at once. What money can do for a choice is a linear programme in
the money of each project (not grouped in any way) and in the fractions of divisible ones; it is the same for all
choices but for the bounds of the fractions, so HiGHS keeps it and goes on from choice to choice.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from fengwuwu.optimize import Scenario

from .enumeration_money import Money, Row, spending


@dataclass(frozen=True)
class Near:
    """An earlier plan (fraction and start by project_id) and how many changes against it are allowed."""

    before: dict[str, tuple[float, int]]
    most: int
    moves: bool = False


def enumerate_best(table: pd.DataFrame, scenario: Scenario, near: Near | None = None) -> float | None:
    """The best objective over every choice of start years (near an earlier plan, if given); None when there is none.

    Choices are tried in descending order of what they promise if money allows.
    """
    case = Case(table, scenario)
    promise = case.promise(scenario.objective)
    best: float | None = None
    for c in np.argsort(-promise, kind="stable"):
        if best is not None and promise[c] <= best + 1e-9:
            break
        for kept in case.near(c, near):
            value = case.fund(c, kept)
            if value is not None and scenario.objective == "climate_share":
                value = float(promise[c])
            if value is not None and (best is None or value > best):
                best = value
    return best


def enumerate_pair(table: pd.DataFrame, scenario: Scenario) -> tuple[float, float] | None:
    """The best of the first objective, and the best of the second within the tolerance; no divisible projects."""
    case = Case(table, scenario)
    first, second = (case.promise(goal) for goal in scenario.order)
    best = next((float(first[c]) for c in np.argsort(-first, kind="stable") if case.fund(c) is not None), None)
    if best is None:
        return None
    least = best - scenario.tolerance * max(abs(best), 1.0) - 1e-9
    order = [c for c in np.argsort(-second, kind="stable") if first[c] >= least]
    return best, next(float(second[c]) for c in order if case.fund(c) is not None)


def enumerate_front(table: pd.DataFrame, scenario: Scenario) -> list[tuple[float, float]]:
    """All efficient pairs of tonnes and share, by ascending share, over every choice of start years.

    For projects that are not divisible both figures follow from the choice; money only decides whether it is possible.
    """
    case = Case(table, scenario)
    tonnes, share = (case.promise(goal).tolist() for goal in ("emission_reduction", "climate_share"))
    pairs = [(tonnes[c], share[c]) for c in range(len(tonnes)) if case.fund(c) is not None]
    best: list[tuple[float, float]] = []
    for pair in sorted(pairs, reverse=True):  # most tonnes first, of equal tonnes the highest share
        if not best or pair[1] > best[-1][1] + 1e-9:
            best.append(pair)
    return best


class Case:
    """Every choice of one instance that the rules on the choice alone allow, and the money for it.

    ``starts`` has a row per choice and a column per project, 0 where it is left out; an option is a project with a
    start year, and ``picked`` says which options each choice takes.
    """

    def __init__(self, table: pd.DataFrame, scenario: Scenario) -> None:
        self.rows: list[Row] = [{k: None if _gone(v) else v for k, v in r.items()} for r in table.to_dict("records")]
        self.scenario = scenario
        years = [start_years(r, scenario) for r in self.rows]
        self.starts = np.array(list(itertools.product(*[[0, *s] for s in years])))
        self.starts = self.starts[_logical(self.rows, self.starts)]
        self.options = [(p, s) for p, found in enumerate(years) for s in found]
        owner, when = np.array(self.options, int).reshape(-1, 2).T
        self.picked = self.starts[:, owner] == when
        self.saved = np.array([saved(self.rows[p], s, scenario) for p, s in self.options])
        self._affordable()
        self.money = Money(self.rows, self.options, scenario, self.saved)
        self.tried: dict[tuple[Any, ...], float | None] = {}

    def of_options(self, key: str) -> np.ndarray:
        """A number of each option's project."""
        return np.array([float(self.rows[p][key]) for p, _ in self.options])

    def promise(self, goal: str) -> np.ndarray:
        """The objective of each choice if money allows (no less than what it can be: reductions are not negative)."""
        if goal == "emission_reduction":
            return self.picked @ self.saved
        bases = self.scenario.base_investment.values()
        climate = sum(sum(b.climate_wan_yuan.values()) for b in bases)
        whole = climate + sum(sum(b.other_wan_yuan.values()) for b in bases)
        spent = self.of_options("investment_wan_yuan")
        good = spent * self.of_options("climate_fraction")
        share: np.ndarray = (climate + self.picked @ good) / (whole + self.picked @ spent)
        return share

    def _affordable(self) -> None:
        """Leave out choices that need more money, up to some year, than all sources together have."""
        instruments = self.scenario.instruments.values()
        if any(inst.unlimited for inst in instruments):
            return
        whole = np.array([0.0 if self.rows[p].get("divisible") else 1.0 for p, _ in self.options])
        need, spent = (
            self.of_options("financing_need_wan_yuan") * whole,
            [spending(self.rows[p], s) for p, s in self.options],
        )
        for t in self.scenario.budget_years:
            due = need * [sum(part for year, part in s.items() if year <= t) for s in spent]
            there = 0.0
            for inst in instruments:
                pots = [inst.budget_wan_yuan] if inst.budget_wan_yuan else inst.county_budget_wan_yuan.values()
                there += sum(money for pot in pots for year, money in pot.items() if year <= t)
            fits = self.picked @ due <= there + 1.0
            self.starts, self.picked = self.starts[fits], self.picked[fits]

    def near(self, c: int, near: Near | None) -> list[dict[str, float]]:
        """The ways to keep fractions of divisible projects (by project_id) that leave few enough changes.

        A whole project changes when it comes in or goes out (or moves, when moves count). A divisible one that was
        funded and is funded again changes unless its fraction is kept.
        """
        if near is None:
            return [{}]
        changes = 0
        open_: list[str] = []
        for row, start in zip(self.rows, self.starts[c].tolist(), strict=True):
            part, when = near.before.get(row["project_id"], (0.0, 0))
            if (part > 0) != (start > 0) or (part > 0 and near.moves and start != when):
                changes += 1
            elif part > 0 and row.get("divisible"):
                open_.append(row["project_id"])
        return [
            {name: near.before[name][0] for name in open_ if name not in changed}
            for size in range(len(open_) + 1)
            if changes + size <= near.most
            for changed in itertools.combinations(open_, size)
        ]

    def fund(self, c: int, kept: dict[str, float] | None = None) -> float | None:
        """Most tonnes that money allows for a choice; None when there is not enough of it, or a limit is broken."""
        key = (int(c), *sorted((kept or {}).items()))
        if key not in self.tried:
            lower, upper = self.picked[c].astype(float), self.picked[c].astype(float)
            for j in np.flatnonzero(self.picked[c]):
                row = self.rows[self.options[j][0]]
                if row["project_id"] in (kept or {}):
                    lower[j] = upper[j] = (kept or {})[row["project_id"]]
                elif row.get("divisible") and row.get("locked") not in ("in", "contracted"):
                    lower[j] = 0.0
            self.tried[key] = self.money.most(lower, upper)
        return self.tried[key]


def _gone(value: Any) -> bool:
    return value is None or (isinstance(value, float) and np.isnan(value))


def start_years(row: Row, scenario: Scenario) -> list[int]:
    """Years in which a project may start."""
    last = max(scenario.budget_years)
    years = [row["earliest_start"]] if row.get("locked") == "contracted" else scenario.start_years
    return [
        int(s)
        for s in years
        if row["earliest_start"] <= s <= row["latest_start"] and s + row["construction_years"] - 1 <= last
    ]


def _logical(rows: list[Row], starts: np.ndarray) -> np.ndarray:
    """Which choices the locks, exclusive groups and prerequisites allow."""
    place = {r["project_id"]: p for p, r in enumerate(rows)}
    good = np.ones(len(starts), bool)
    groups: dict[str, list[int]] = {}
    for p, row in enumerate(rows):
        chosen, locked = starts[:, p] > 0, row.get("locked")
        if locked is not None:
            good &= chosen == (locked != "out")
        if row.get("exclusive_group"):
            groups.setdefault(row["exclusive_group"], []).append(p)
        for item in (row.get("requires") or "").split(";"):
            if item:
                other, _, finish = item.partition("@")
                q = place[other]
                ready = starts[:, q] + (rows[q]["construction_years"] if finish else 0)
                good &= ~chosen | ((starts[:, q] > 0) & (ready <= starts[:, p]))
    for members in groups.values():
        good &= (starts[:, members] > 0).sum(axis=1) <= 1
    return good


def saved(row: Row, start: int, scenario: Scenario) -> float:
    """Tonnes within the window, year by year."""
    if row.get("reduction_ranked") is False or row["emission_reduction_t_per_year"] is None:
        return 0.0
    first = min(scenario.start_years)
    total = 0.0
    for t in range(first, first + scenario.accounting_years):
        age = t - (start + row["construction_years"])
        if 0 <= age < row["lifetime_years"]:
            total += row["emission_reduction_t_per_year"] / (1 + scenario.discount_rate) ** (t - first)
    return total
