"""The best plan of a small instance by trying every choice, written without the package's model."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import pandas as pd

from fengwuwu.optimize import Scenario
from fengwuwu.optimize.solve import new_highs


def enumerate_best(table: pd.DataFrame, scenario: Scenario, near: Near | None = None) -> float | None:
    """The best objective over every choice of start years (near an earlier plan, if given); None when there is none.

    Each choice is checked rule by rule; what money can do for it is a small linear programme in the money of each
    project (and in the fractions of divisible ones), not grouped in any way. Choices are tried best first.
    """
    rows = [{k: None if _gone(v) else v for k, v in r.items()} for r in table.to_dict("records")]
    options = [[None, *_start_years(r, scenario)] for r in rows]
    tried = []
    for choice in itertools.product(*options):
        if _logical(rows, choice):
            tried += [(_promise(rows, choice, scenario), choice, kept) for kept in _near(rows, choice, near)]
    tried.sort(key=lambda item: -item[0])
    best: float | None = None
    for promise, choice, kept in tried:
        if best is not None and promise <= best + 1e-9:
            break
        value = _fund(rows, choice, scenario, kept)
        if value is not None and (best is None or value > best):
            best = value
    return best


def enumerate_front(table: pd.DataFrame, scenario: Scenario) -> list[tuple[float, float]]:
    """All efficient pairs of tonnes and share, by ascending share, over every choice of start years.

    For projects that are not divisible both figures follow from the choice; money only decides whether it is possible.
    """
    rows = [{k: None if _gone(v) else v for k, v in r.items()} for r in table.to_dict("records")]
    tonnes, share = (scenario.model_copy(update={"objective": g}) for g in ("emission_reduction", "climate_share"))
    pairs = [
        (_promise(rows, choice, tonnes), _promise(rows, choice, share))
        for choice in itertools.product(*[[None, *_start_years(r, scenario)] for r in rows])
        if _logical(rows, choice) and _fund(rows, choice, tonnes, {}) is not None
    ]
    best: list[tuple[float, float]] = []
    for pair in sorted(pairs, reverse=True):  # most tonnes first, of equal tonnes the highest share
        if not best or pair[1] > best[-1][1] + 1e-9:
            best.append(pair)
    return best


@dataclass(frozen=True)
class Near:
    """An earlier plan (fraction and start by project_id) and how many changes against it are allowed."""

    before: dict[str, tuple[float, int]]
    most: int
    moves: bool = False


def _near(rows: list[dict[str, Any]], choice: tuple[int | None, ...], near: Near | None) -> list[dict[str, float]]:
    """The ways to keep fractions of divisible projects as they were (by project_id) that leave few enough changes.

    A whole project changes when it comes in or goes out (or moves, when moves count). A divisible one that was funded
    and is funded again changes unless its fraction is kept.
    """
    if near is None:
        return [{}]
    changes = 0
    open_: list[str] = []
    for row, start in zip(rows, choice, strict=True):
        part, when = near.before.get(row["project_id"], (0.0, None))
        if (part > 0) != (start is not None) or (part > 0 and near.moves and start != when):
            changes += 1
        elif part > 0 and row.get("divisible"):
            open_.append(row["project_id"])
    ways = []
    for size in range(len(open_) + 1):
        for changed in itertools.combinations(open_, size):
            if changes + size <= near.most:
                ways.append({name: near.before[name][0] for name in open_ if name not in changed})
    return ways


def _gone(value: Any) -> bool:
    return value is None or (isinstance(value, float) and np.isnan(value))


def _start_years(row: dict[str, Any], scenario: Scenario) -> list[int]:
    last = max(scenario.budget_years)
    return [
        s
        for s in scenario.start_years
        if row["earliest_start"] <= s <= row["latest_start"] and s + row["construction_years"] - 1 <= last
    ]


def _logical(rows: list[dict[str, Any]], choice: tuple[int | None, ...]) -> bool:
    started = {r["project_id"]: s for r, s in zip(rows, choice, strict=True)}
    years = {r["project_id"]: r["construction_years"] for r in rows}
    groups: list[str] = []
    for row, start in zip(rows, choice, strict=True):
        locked = row.get("locked")
        if ((locked in ("in", "contracted")) and start is None) or (locked == "out" and start is not None):
            return False
        if start is None:
            continue
        if row.get("exclusive_group"):
            groups.append(row["exclusive_group"])
        if row.get("requires"):
            other, _, finish = row["requires"].partition("@")
            if started[other] is None or started[other] + (years[other] if finish else 0) > start:
                return False
    return len(groups) == len(set(groups))


def saved(row: dict[str, Any], start: int, scenario: Scenario) -> float:
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


def _share(spent: float, good: float, scenario: Scenario) -> float:
    climate = sum(sum(b.climate_wan_yuan.values()) for b in scenario.base_investment.values())
    other = sum(sum(b.other_wan_yuan.values()) for b in scenario.base_investment.values())
    return (climate + good) / (climate + other + spent)


def _promise(rows: list[dict[str, Any]], choice: tuple[int | None, ...], scenario: Scenario) -> float:
    """The objective if money allows (no less than what it can be, since reductions are not negative here)."""
    chosen = [(r, s) for r, s in zip(rows, choice, strict=True) if s is not None]
    if scenario.objective == "emission_reduction":
        return sum(saved(r, s, scenario) for r, s in chosen)
    spent = sum(r["investment_wan_yuan"] for r, _ in chosen)
    return _share(spent, sum(r["investment_wan_yuan"] * r["climate_fraction"] for r, _ in chosen), scenario)


def _counties(row: dict[str, Any]) -> dict[str, float]:
    if row.get("county_shares"):
        return {k: float(v) for k, v in (item.split("=") for item in row["county_shares"].split(";"))}
    return {row["county"]: 1.0} if ";" not in row["county"] else {}


def _most(row: dict[str, Any], key: str, scenario: Scenario) -> float:
    """Largest amount of an instrument, by the words of the rules."""
    inst = scenario.instruments[key]
    if row.get("eligible_instruments") and key not in row["eligible_instruments"].split(";"):
        return 0.0
    if inst.eligible_categories and row["category"] not in inst.eligible_categories:
        return 0.0
    if inst.eligible_technologies and row["technology"] not in inst.eligible_technologies:
        return 0.0
    if inst.eligible_benefits and row["benefit"] not in inst.eligible_benefits:
        return 0.0
    if row["climate_fraction"] < inst.climate_fraction_min:
        return 0.0
    if inst.kind == "debt" and row["annual_revenue_wan_yuan"] is None and scenario.missing_revenue == "no_debt":
        return 0.0
    if not inst.unlimited and not inst.budget_wan_yuan and not _counties(row):
        return 0.0
    part = inst.share_max
    if row.get("instrument_share_max"):
        name, figure = row["instrument_share_max"].split("=")
        part = min(part, float(figure)) if name == key else part
    amount = part * row["investment_wan_yuan"]
    return amount if inst.project_max_wan_yuan is None else min(amount, inst.project_max_wan_yuan)


def _profile(row: dict[str, Any]) -> list[float]:
    if row.get("construction_profile"):
        return [float(w) for w in row["construction_profile"].split(";")]
    return [1 / row["construction_years"]] * int(row["construction_years"])


class _Rows:
    """A linear programme in columns f_0 … f_{n−1}, then x_{p,m}; money in 百万元."""

    def __init__(self, columns: int) -> None:
        self.columns, self.rows, self.low, self.high = columns, [], [], []  # type: ignore[var-annotated]

    def add(self, entries: dict[int, float], low: float, high: float) -> None:
        row = np.zeros(self.columns)
        for j, v in entries.items():
            row[j] += v
        self.rows.append(row)
        self.low.append(low)
        self.high.append(high)


def _fund(
    rows: list[dict[str, Any]],
    choice: tuple[int | None, ...],
    scenario: Scenario,
    kept: dict[str, float] | None = None,
) -> float | None:
    chosen = [(r, int(s)) for r, s in zip(rows, choice, strict=True) if s is not None]
    keys = list(scenario.instruments)
    n, m, inf = len(chosen), len(keys), np.inf
    lp = _Rows(n + n * m)

    def x(p: int, k: int) -> int:
        return n + p * m + k

    upper = np.full(lp.columns, inf)
    spent_in = [{s + k: w for k, w in enumerate(_profile(r))} for r, s in chosen]
    for p, (r, _) in enumerate(chosen):
        need, invested = r["financing_need_wan_yuan"] / 100, r["investment_wan_yuan"] / 100
        own = invested - need
        lp.add({x(p, k): 1.0 for k in range(m)} | {p: -need}, 0, 0)
        capital = [k for k, key in enumerate(keys) if scenario.instruments[key].kind != "debt"]
        equity = [k for k, key in enumerate(keys) if scenario.instruments[key].kind == "equity_like"]
        lp.add({x(p, k): 1.0 for k in capital} | {p: -max(0.0, r["capital_ratio_min"] * invested - own)}, 0, inf)
        part = scenario.equity_like_max_share
        lp.add({x(p, k): float(k in equity) - part for k in capital} | {p: -part * own}, -inf, 0)
        service = {}
        for k, key in enumerate(keys):
            inst = scenario.instruments[key]
            lp.add({x(p, k): 1.0, p: -_most(r, key, scenario) / 100}, -inf, 0)
            if inst.kind == "debt":
                i, t = inst.rate, inst.tenor_years
                service[k] = i * (1 + i) ** t / ((1 + i) ** t - 1)
                if inst.cover_ratio and r["annual_revenue_wan_yuan"] is not None:
                    lp.add({x(p, k): inst.cover_ratio * service[k], p: -r["annual_revenue_wan_yuan"] / 100}, -inf, 0)
        if scenario.dscr and r["annual_revenue_wan_yuan"] is not None:
            covered = {x(p, k): scenario.dscr * a for k, a in service.items()}
            lp.add(covered | {p: -r["annual_revenue_wan_yuan"] / 100}, -inf, 0)
    for k, key in enumerate(keys):
        inst = scenario.instruments[key]
        carry = scenario.carry_over if inst.carry_over is None else inst.carry_over
        scopes: list[tuple[dict[int, float], list[float]]] = []
        if inst.budget_wan_yuan:
            scopes.append((inst.budget_wan_yuan, [1.0] * n))
        scopes += [(b, [_counties(r).get(c, 0.0) for r, _ in chosen]) for c, b in inst.county_budget_wan_yuan.items()]
        for budget, weight in scopes:
            for t in scenario.budget_years:
                due = [u for u in scenario.budget_years if (u <= t if carry else u == t)]
                row = {x(p, k): weight[p] * sum(spent_in[p].get(u, 0.0) for u in due) for p in range(n)}
                lp.add(row, -inf, sum(budget.get(u, 0.0) for u in due) / 100)
    for limit in scenario.limits.values():
        row = _limit_row(chosen, limit, scenario, keys, spent_in, x)
        if limit.percent is not None:
            for p, (r, _) in enumerate(chosen):
                row[p] = row.get(p, 0.0) - limit.percent * r["financing_need_wan_yuan"] / 100
        unit = {"count": 1.0, "reductions": 1e4}.get(limit.measure, 100.0)
        value = (limit.value or 0.0) / unit
        lp.add(row, value if limit.sense == "floor" else -inf, inf if limit.sense == "floor" else value)
    lower = np.zeros(lp.columns)
    upper[:n] = 1
    for p, (r, _) in enumerate(chosen):
        if not r.get("divisible") or r.get("locked") in ("in", "contracted"):
            lower[p] = 1
        elif r["project_id"] in (kept or {}):
            lower[p] = upper[p] = (kept or {})[r["project_id"]]
    tonnes = np.array([saved(r, s, scenario) for r, s in chosen])
    solved = _solve(lp, lower, upper, tonnes / 1e4)
    if solved is None:
        return None
    if scenario.objective == "emission_reduction":
        return float(tonnes @ solved[:n])
    return _promise(rows, choice, scenario)


def _limit_row(
    chosen: list[tuple[dict[str, Any], int]],
    limit: Any,
    scenario: Scenario,
    keys: list[str],
    spent_in: list[dict[int, float]],
    x: Callable[[int, int], int],
) -> dict[int, float]:
    row: dict[int, float] = {}
    for p, (r, s) in enumerate(chosen):
        weight = 1.0 if limit.county is None else _counties(r).get(limit.county, 0.0)
        if limit.categories is not None and r["category"] not in limit.categories:
            weight = 0.0
        if limit.benefits is not None and r["benefit"] not in [*limit.benefits, "both"]:
            weight = 0.0
        weight *= 1.0 if limit.year is None else spent_in[p].get(limit.year, 0.0)
        if limit.measure == "financing" and limit.instruments is not None:
            row |= {x(p, keys.index(i)): weight for i in limit.instruments}
        elif limit.measure == "financing":
            row[p] = weight * r["financing_need_wan_yuan"] / 100
        elif limit.measure == "investment":
            row[p] = weight * r["investment_wan_yuan"] / 100
        elif limit.measure == "count":
            row[p] = weight
        else:
            row[p] = weight * saved(r, s, scenario) / 1e4
    return row


def _solve(lp: _Rows, lower: np.ndarray, upper: np.ndarray, gain: np.ndarray) -> np.ndarray | None:
    """Maximise the gain of the first columns; None when there is no solution."""
    if lp.columns == 0:
        feasible = all(low <= 1e-9 and high >= -1e-9 for low, high in zip(lp.low, lp.high, strict=True))
        return np.zeros(0) if feasible else None
    solver = new_highs()
    model = highspy.HighsLp()
    matrix = np.array(lp.rows)
    model.num_row_, model.num_col_ = matrix.shape
    model.col_cost_ = np.concatenate([-gain, np.zeros(lp.columns - len(gain))])
    model.col_lower_, model.col_upper_, model.row_lower_, model.row_upper_ = lower, upper, lp.low, lp.high
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.arange(matrix.shape[0] + 1) * lp.columns
    model.a_matrix_.index_ = np.tile(np.arange(lp.columns), matrix.shape[0])
    model.a_matrix_.value_ = matrix.ravel()
    solver.passModel(model)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return np.array(solver.getSolution().col_value)
