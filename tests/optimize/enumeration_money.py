"""What money can do for a choice of start years, as a linear programme written without the package's model."""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np

from fengwuwu.optimize import Scenario
from fengwuwu.optimize.solve import new_highs

Row = dict[str, Any]


def _counties(row: Row) -> dict[str, float]:
    if row.get("county_shares"):
        return {k: float(v) for k, v in (item.split("=") for item in row["county_shares"].split(";"))}
    return {row["county"]: 1.0} if ";" not in row["county"] else {}


def most(row: Row, key: str, scenario: Scenario) -> float:
    """Largest amount of an instrument, by the words of the rules."""
    inst = scenario.instruments[key]
    if row.get("eligible_instruments") and key not in row["eligible_instruments"].split(";"):
        return 0.0
    if inst.eligible_categories is not None and row["category"] not in inst.eligible_categories:
        return 0.0
    if inst.eligible_technologies is not None and row.get("technology") not in inst.eligible_technologies:
        return 0.0
    if inst.eligible_benefits is not None and row["benefit"] not in inst.eligible_benefits:
        return 0.0
    if row["climate_fraction"] < inst.climate_fraction_min:
        return 0.0
    if inst.kind == "debt" and row["annual_revenue_wan_yuan"] is None and scenario.missing_revenue == "no_debt":
        return 0.0
    if not inst.unlimited and not inst.budget_wan_yuan:
        counties = _counties(row)
        if not counties or any(part > 0 and c not in inst.county_budget_wan_yuan for c, part in counties.items()):
            return 0.0
    part = inst.share_max
    if row.get("instrument_share_max"):
        name, figure = row["instrument_share_max"].split("=")
        part = min(part, float(figure)) if name == key else part
    amount = part * row["investment_wan_yuan"]
    return amount if inst.project_max_wan_yuan is None else min(amount, inst.project_max_wan_yuan)


def spending(row: Row, start: int) -> dict[int, float]:
    """Part of the investment by year."""
    if row.get("construction_profile"):
        parts = [float(w) for w in row["construction_profile"].split(";")]
    else:
        parts = [1 / row["construction_years"]] * int(row["construction_years"])
    return {start + k: w for k, w in enumerate(parts)}


class Money:
    """A linear programme in f_j (fraction of option j) and x_{j,m} (money of instrument m); money in 百万元."""

    def __init__(self, rows: list[Row], options: list[tuple[int, int]], scenario: Scenario, gain: np.ndarray) -> None:
        self.rows, self.options, self.scenario = rows, options, scenario
        self.keys = list(scenario.instruments)
        self.spent = [spending(rows[p], s) for p, s in options]
        self.saved = gain
        self.index: list[int] = []
        self.value: list[float] = []
        self.start, self.low, self.high = [0], [], []  # type: ignore[var-annotated]
        for j, (p, _) in enumerate(options):
            self._financed(j, rows[p])
            self._debt(j, rows[p])
        self._budgets()
        self._county_debt()
        for limit in scenario.limits.values():
            self._limit(limit)
        self.solver = self._model()

    def x(self, j: int, k: int) -> int:
        """Column of the money of instrument k for option j."""
        return len(self.options) + j * len(self.keys) + k

    def add(self, entries: dict[int, float], low: float, high: float) -> None:
        """One row."""
        self.index += entries
        self.value += entries.values()
        self.start.append(len(self.index))
        self.low.append(low)
        self.high.append(high)

    def _financed(self, j: int, row: Row) -> None:
        need, invested = row["financing_need_wan_yuan"] / 100, row["investment_wan_yuan"] / 100
        own = row.get("own_capital_wan_yuan")
        own = invested - need if own is None else own / 100
        insts = [self.scenario.instruments[key] for key in self.keys]
        capital = [inst.kind != "debt" if inst.counts_as_capital is None else inst.counts_as_capital for inst in insts]
        self.add({self.x(j, k): 1.0 for k in range(len(insts))} | {j: -need}, 0, 0)
        least = max(0.0, row["capital_ratio_min"] * invested - own)
        self.add({self.x(j, k): 1.0 for k in range(len(insts)) if capital[k]} | {j: -least}, 0, np.inf)
        part = self.scenario.equity_like_max_share
        tools = {self.x(j, k): (inst.kind == "equity_like") - part * capital[k] for k, inst in enumerate(insts)}
        self.add({column: v for column, v in tools.items() if v} | {j: -part * own}, -np.inf, 0)
        signed = {}
        if row.get("locked") == "contracted" and row.get("contracted_financing"):
            signed = {k: float(v) for k, v in (i.split("=") for i in row["contracted_financing"].split(";"))}
        for k, key in enumerate(self.keys):
            self.add({self.x(j, k): 1.0, j: -most(row, key, self.scenario) / 100}, -np.inf, 0)
            if signed:
                self.add({self.x(j, k): 1.0, j: -signed.get(key, 0.0) / 100}, 0, 0)

    def service(self, k: int) -> float:
        """Annuity of one unit."""
        inst = self.scenario.instruments[self.keys[k]]
        i, t = inst.rate, inst.tenor_years - inst.grace_years
        if inst.kind != "debt":
            return 0.0
        return i * (1 + i) ** t / ((1 + i) ** t - 1) if i else 1 / t

    def _debt(self, j: int, row: Row) -> None:
        if row["annual_revenue_wan_yuan"] is None:
            return
        revenue = row["annual_revenue_wan_yuan"] / 100
        debts = [k for k, key in enumerate(self.keys) if self.scenario.instruments[key].kind == "debt"]
        for k in debts:
            ratio = self.scenario.instruments[self.keys[k]].cover_ratio
            if ratio:
                self.add({self.x(j, k): ratio * self.service(k), j: -revenue}, -np.inf, 0)
        if self.scenario.dscr:
            self.add({self.x(j, k): self.scenario.dscr * self.service(k) for k in debts} | {j: -revenue}, -np.inf, 0)

    def _budgets(self) -> None:
        scenario, options = self.scenario, self.options
        for k, key in enumerate(self.keys):
            inst = scenario.instruments[key]
            carry = scenario.carry_over if inst.carry_over is None else inst.carry_over
            scopes: list[tuple[dict[int, float], list[float]]] = []
            if inst.budget_wan_yuan:
                scopes.append((inst.budget_wan_yuan, [1.0] * len(options)))
            for county, budget in inst.county_budget_wan_yuan.items():
                scopes.append((budget, [_counties(self.rows[p]).get(county, 0.0) for p, _ in options]))
            for budget, weight in scopes:
                for t in scenario.budget_years:
                    due = [u for u in scenario.budget_years if (u <= t if carry else u == t)]
                    row = {
                        self.x(j, k): weight[j] * sum(self.spent[j].get(u, 0.0) for u in due)
                        for j in range(len(options))
                    }
                    self.add(row, -np.inf, sum(budget.get(u, 0.0) for u in due) / 100)

    def _county_debt(self) -> None:
        for county, rule in self.scenario.county_debt.items():
            row = {
                self.x(j, k): self.service(k) * _counties(self.rows[p]).get(county, 0.0)
                for j, (p, _) in enumerate(self.options)
                for k in range(len(self.keys))
            }
            left = rule.max_annual_service_wan_yuan - (rule.existing_annual_service_wan_yuan or 0.0)
            self.add(row, -np.inf, left / 100)

    def _limit(self, limit: Any) -> None:
        if limit.if_no_projects == "waive" and not any(
            self._weight(r, limit) > 0 for r in self.rows if r.get("locked") != "out"
        ):
            return
        row = self._counted(limit)
        unit = {"count": 1.0, "reductions": 1e4}.get(limit.measure, 100.0)
        value = (limit.value or 0.0) / unit
        if limit.measure == "climate_share":
            bases = [b for c, b in self.scenario.base_investment.items() if limit.county in (None, c)]
            years = self.scenario.budget_years if limit.year is None else [limit.year]
            climate = sum(b.climate_wan_yuan[t] for b in bases for t in years)
            whole = climate + sum(b.other_wan_yuan[t] for b in bases for t in years)
            value = (limit.value * whole - climate) / 100
        if limit.percent is not None:
            plain = limit.model_copy(update=dict.fromkeys(("county", "categories", "benefits", "instruments", "year")))
            for column, v in self._counted(plain).items():
                row[column] = row.get(column, 0.0) - limit.percent * v
        self.add(row, value if limit.sense == "floor" else -np.inf, np.inf if limit.sense == "floor" else value)

    @staticmethod
    def _weight(row: Row, limit: Any) -> float:
        """How much of a project counts."""
        if limit.categories is not None and row["category"] not in limit.categories:
            return 0.0
        if limit.benefits is not None and row["benefit"] not in limit.benefits:
            both = row["benefit"] == "both" and {"mitigation", "adaptation"} & set(limit.benefits)
            if not both:
                return 0.0
        return 1.0 if limit.county is None else _counties(row).get(limit.county, 0.0)

    def _counted(self, limit: Any) -> dict[int, float]:
        row: dict[int, float] = {}
        for j, (p, _) in enumerate(self.options):
            r = self.rows[p]
            weight = self._weight(r, limit)
            weight *= 1.0 if limit.year is None else self.spent[j].get(limit.year, 0.0)
            if limit.measure == "financing" and limit.instruments is not None:
                row |= {self.x(j, self.keys.index(i)): weight for i in limit.instruments}
            elif limit.measure == "financing":
                row[j] = weight * r["financing_need_wan_yuan"] / 100
            elif limit.measure == "investment":
                row[j] = weight * r["investment_wan_yuan"] / 100
            elif limit.measure == "climate_share":
                row[j] = weight * (r["climate_fraction"] - limit.value) * r["investment_wan_yuan"] / 100
            elif limit.measure == "count":
                row[j] = weight
            else:
                row[j] = weight * self.saved[j] / 1e4
        return row

    def _model(self) -> highspy.Highs:
        columns = len(self.options) * (1 + len(self.keys))
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = len(self.low), columns
        model.sense_ = highspy.ObjSense.kMaximize
        model.col_cost_ = np.concatenate([self.saved / 1e4, np.zeros(columns - len(self.saved))])
        model.col_lower_, model.col_upper_ = np.zeros(columns), np.full(columns, np.inf)
        model.row_lower_, model.row_upper_ = np.array(self.low), np.array(self.high)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.array(self.start, np.int32)
        model.a_matrix_.index_ = np.array(self.index, np.int32)
        model.a_matrix_.value_ = np.array(self.value)
        solver = new_highs()
        solver.setOptionValue("threads", 1)
        solver.passModel(model)
        return solver

    def most(self, lower: np.ndarray, upper: np.ndarray) -> float | None:
        """Most tonnes with the fractions within bounds; None when there is no solution."""
        count = len(lower)
        self.solver.changeColsBounds(count, np.arange(count, dtype=np.int32), lower, upper)
        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return float(self.saved @ np.array(self.solver.getSolution().col_value[:count]))
