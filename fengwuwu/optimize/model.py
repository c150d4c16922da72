"""Scenario and projects as a PuLP model: one function per family of constraints.

Decisions: ``y_p_s`` (project p starts in year s; 0 to 1 with a binary ``z_p_s`` for divisible programmes) and
``x_g_m_s`` (money of instrument m for the projects of type g that start in year s; see ``types``).
Inside the model money is in 百万元 and reductions are in 万吨, so that coefficients stay within six orders.
Names carry positions, never ids: PuLP silently merges names that differ only in punctuation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pulp

from fengwuwu.optimize import stability, types
from fengwuwu.optimize.infeasible.slack import Slack
from fengwuwu.optimize.scenario import MEASURE_UNITS, Limit
from fengwuwu.optimize.terms import Terms
from fengwuwu.region import COUNTY_NAMES

MONEY = 100.0  # 万元 in one 百万元
TONNES = 1e4  # tCO2e in one 万吨

Expression = dict[Any, float]
_SENSE = {"<=": pulp.LpConstraintLE, ">=": pulp.LpConstraintGE, "=": pulp.LpConstraintEQ}


@dataclass
class Model:
    """The PuLP problem and the way back from its variables.

    Attributes
    ----------
    fund, start : dict of (project, year) to variable
        ``start`` equals ``fund`` unless the project is divisible.
    money : dict of (type, instrument, year) to variable
        百万元.
    types : list of list of int
        Projects of each type.
    slack : dict of str to Slack
        By constraint name.
    """

    terms: Terms
    problem: pulp.LpProblem
    types: list[list[int]]
    fund: dict[tuple[int, int], pulp.LpVariable] = field(default_factory=dict)
    start: dict[tuple[int, int], pulp.LpVariable] = field(default_factory=dict)
    money: dict[tuple[int, int, int], pulp.LpVariable] = field(default_factory=dict)
    slack: dict[str, Slack] = field(default_factory=dict)

    @cached_property
    def draws(self) -> list[tuple[int, int, np.ndarray, list[pulp.LpVariable]]]:
        """Each type and start year with the projects that may start then, and their `fund`."""
        found = []
        for g, members in enumerate(self.types):
            by_start: dict[int, list[int]] = {}
            for p in members:
                for s in self.terms.starts[p]:
                    by_start.setdefault(s, []).append(p)
            found += [(g, s, np.array(ps), [self.fund[p, s] for p in ps]) for s, ps in sorted(by_start.items())]
        return found

    def row(self, name: str, expression: Expression, sense: str, rhs: float, slack: Slack | None = None) -> None:
        """Add one constraint, built from pairs (PuLP's operators are slow)."""
        constraint = pulp.LpConstraint(pulp.LpAffineExpression(expression), _SENSE[sense], name, rhs)
        self.problem.addConstraint(constraint)
        if slack is not None:
            self.slack[name] = slack

    def over_starts(self, weights: Iterable[float], members: Iterable[int] | None = None) -> Expression:
        """Σ weight_p · y_{p,s} over all start years."""
        weights = list(weights)
        chosen = range(self.terms.n) if members is None else members
        return {
            self.fund[p, s]: float(weights[p]) for p in chosen for s in self.terms.starts[p] if abs(weights[p]) > 1e-15
        }

    def emission(self) -> Expression:
        """Reductions within the accounting window, 万吨."""
        return {
            self.fund[p, s]: float(e) / TONNES
            for p in range(self.terms.n)
            for s, e in zip(self.terms.starts[p], self.terms.reductions[p], strict=True)
            if e
        }

    def investment(self, climate: bool) -> Expression:
        """Investment of the plan, or its climate-friendly part, 百万元."""
        part = self.terms.climate if climate else np.ones(self.terms.n)
        return self.over_starts(part * self.terms.investment / MONEY)

    def cost(self) -> Expression:
        """Rate × amount × tenor, 百万元: the tie-break between equally good plans."""
        insts = list(self.terms.scenario.instruments.values())
        return {v: insts[m].rate * insts[m].tenor_years for (_, m, _), v in self.money.items() if insts[m].rate}

    def maximise(self, objective: Expression) -> None:
        """Set the objective."""
        self.problem.sense = pulp.LpMaximize
        self.problem.setObjective(pulp.LpAffineExpression(objective))


def build(terms: Terms, rule: stability.Stability | None = None, groups: list[list[int]] | None = None) -> Model:
    """The model without objective; with a rule on how far it may move from an earlier plan (family 8), if given.

    `groups` are the projects that share their money's columns, by default those of `types.group`.
    """
    model = Model(terms, pulp.LpProblem("allocation", pulp.LpMaximize), groups or types.group(terms))
    add_variables(model)
    add_one_start(model)
    add_full_financing(model)
    add_shares(model)
    add_capital(model)
    add_budgets(model)
    add_debt_cover(model)
    add_county_debt(model)
    add_limits(model)
    add_exclusive(model)
    add_prerequisites(model)
    add_locks(model)
    if rule is not None:
        add_stability(model, rule)
    return model


def add_variables(model: Model) -> None:
    """One y per project and start (with a binary z when divisible), one x per type, usable instrument and start."""
    terms, add = model.terms, model.problem.add_variable
    for p in range(terms.n):
        for s in terms.starts[p]:
            if terms.divisible[p]:
                model.fund[p, s] = add(f"y_{p}_{s}", 0, 1)
                model.start[p, s] = add(f"z_{p}_{s}", cat=pulp.LpBinary)
            else:
                model.fund[p, s] = model.start[p, s] = add(f"y_{p}_{s}", cat=pulp.LpBinary)
    for g, members in enumerate(model.types):
        for s in sorted({s for p in members for s in terms.starts[p]}):
            for m in np.flatnonzero(terms.most[members[0]] > 0):
                model.money[g, int(m), s] = add(f"x_{g}_{m}_{s}", 0)


def add_one_start(model: Model) -> None:
    """Family 1: at most one start year."""
    for p, starts in enumerate(model.terms.starts):
        if len(starts) == 1 and model.terms.need[p] > 0 and not model.terms.divisible[p]:
            continue  # a binary variable says it, and stands in the rows of its financing
        model.row(f"one_{p}", {model.start[p, s]: 1.0 for s in starts}, "<=", 1)
        if model.terms.divisible[p]:
            for s in starts:
                model.row(f"part_{p}_{s}", {model.fund[p, s]: 1.0, model.start[p, s]: -1.0}, "<=", 0)


def _by_type(model: Model, values: np.ndarray) -> Iterable[tuple[int, int, Expression]]:
    """For each type and start year, −Σ value_p · y_{p,s} in 百万元."""
    for g, s, members, variables in model.draws:
        amounts = (-values[members] / MONEY).tolist()
        yield g, s, {v: amount for v, amount in zip(variables, amounts, strict=True) if amount}


def _drawn(model: Model, g: int, s: int, factors: Mapping[int, float] | None = None) -> Expression:
    """Money of a type and start, each instrument times its factor (1 when none are given)."""
    wanted = range(len(model.terms.instruments)) if factors is None else factors
    return {model.money[g, m, s]: factors[m] if factors else 1.0 for m in wanted if (g, m, s) in model.money}


def add_full_financing(model: Model) -> None:
    """Family 2: fully financed or not at all."""
    for g, s, need in _by_type(model, model.terms.need):
        model.row(f"need_{g}_{s}", _drawn(model, g, s) | need, "=", 0)


def add_shares(model: Model) -> None:
    """Family 3: largest share of each instrument; contracted amounts as signed."""
    terms = model.terms
    for m in range(len(terms.instruments)):
        most = np.minimum(terms.most[:, m], terms.need)
        for g, s, amount in _by_type(model, most):
            first = model.types[g][0]
            if first in terms.fixed:
                signed = {model.fund[first, s]: -terms.fixed[first][m] / MONEY}
                model.row(f"signed_{g}_{m}_{s}", _drawn(model, g, s, {m: 1.0}) | signed, "=", 0)
            elif 0 < most[first] < terms.need[first] * (1 - 1e-12):
                model.row(f"share_{g}_{m}_{s}", _drawn(model, g, s, {m: 1.0}) | amount, "<=", 0)


def add_capital(model: Model) -> None:
    """Family 3: minimum capital, and equity-like tools within their part of all capital, own included."""
    terms, insts = model.terms, list(model.terms.scenario.instruments.values())
    for g, s, gap in _by_type(model, terms.capital_gap):
        if gap:
            capital = _drawn(model, g, s, {m: 1.0 for m, i in enumerate(insts) if i.is_capital})
            model.row(f"capital_{g}_{s}", capital | gap, ">=", 0)
    part = terms.scenario.equity_like_max_share
    factors = {
        m: (i.kind == "equity_like") - part * i.is_capital
        for m, i in enumerate(insts)
        if i.is_capital or i.kind == "equity_like"
    }
    for g, s, own in _by_type(model, terms.own * part):
        drawn = _drawn(model, g, s, factors)
        if any(factor > 0 for factor in drawn.values()):
            model.row(f"equity_{g}_{s}", drawn | own, "<=", 0)


def add_budgets(model: Model) -> None:
    """Family 4: money of each instrument by year, for the region and for a county; unused money carries over."""
    terms, scenario = model.terms, model.terms.scenario
    every = np.ones(terms.n)
    for m, (name, inst) in enumerate(scenario.instruments.items()):
        scopes = [("region", "", inst.budget_wan_yuan, every)] if inst.budget_wan_yuan else []
        scopes += [
            (f"county{COUNTY_NAMES.index(c)}", c, inst.county_budget_wan_yuan[c], terms.county_share[:, k])
            for k, c in enumerate(COUNTY_NAMES)
            if c in inst.county_budget_wan_yuan
        ]
        carries = scenario.carries(name)
        for scope, county, budget, weight in scopes:
            available = 0.0
            for t in scenario.years:
                available = budget.get(t, 0.0) + (available if carries else 0.0)
                spent = _spent(model, m, t, carries, weight)
                if not spent:
                    continue
                key = f"budget_{m}_{scope}" + ("" if carries else f"_{t}")
                when = f"（{scenario.years[0]} 年起可用）" if carries else f" {t} 年"
                words = f"把{county}{inst.label}{when}的额度提高 {{}}"
                model.row(f"budget_{m}_{scope}_{t}", spent, "<=", available / MONEY, Slack(key, words, "万元", MONEY))


def _spent(model: Model, m: int, year: int, carries: bool, weight: np.ndarray) -> Expression:
    """Money of instrument m spent in a year (or up to it, when unused money carries over)."""
    spent: Expression = {}
    for (g, instrument, s), variable in model.money.items():
        first = model.types[g][0]
        if instrument == m and weight[first] > 0 and s <= year:
            profile = model.terms.profile[first]
            done = year - s + 1
            share = profile[:done].sum() if carries else (profile[done - 1] if done <= len(profile) else 0.0)
            if share > 0:
                spent[variable] = float(share) * float(weight[first])
    return spent


def add_debt_cover(model: Model) -> None:
    """Family 5: project cover a·x ≤ R ÷ DSCR, and bonds that must be served by the project's revenue alone.

    "No revenue, no debt" is in the eligibility (``terms.may_borrow``).
    """
    terms, scenario = model.terms, model.terms.scenario
    insts = list(scenario.instruments.values())
    known = np.nan_to_num(terms.revenue)
    rules = [(f"cover{m}", {m: i.annual_service}, i.cover_ratio) for m, i in enumerate(insts) if i.kind == "debt"]
    rules.append(("dscr", {m: i.annual_service for m, i in enumerate(insts) if i.kind == "debt"}, scenario.dscr))
    for name, service, ratio in rules:
        if not ratio:
            continue
        for g, s, revenue in _by_type(model, known / ratio):
            drawn = _drawn(model, g, s, service)
            if drawn and not np.isnan(terms.revenue[model.types[g][0]]):
                model.row(f"{name}_{g}_{s}", drawn | revenue, "<=", 0)


def add_county_debt(model: Model) -> None:
    """Family 5: the yearly debt service of all projects of a county, beside that of its existing debt."""
    terms = model.terms
    service = [inst.annual_service for inst in terms.scenario.instruments.values()]
    for county, debt in terms.scenario.county_debt.items():
        share = terms.county_share[:, COUNTY_NAMES.index(county)]
        row = {
            variable: service[m] * float(share[model.types[g][0]])
            for (g, m, _), variable in model.money.items()
            if service[m] and share[model.types[g][0]]
        }
        name = f"county_debt_{COUNTY_NAMES.index(county)}"
        slack = Slack(name, f"把{county}的年还本付息上限提高 {{}}", "万元", MONEY)
        model.row(name, row, "<=", debt.room / MONEY, slack)


def measured(model: Model, limit: Limit, weight: np.ndarray) -> Expression:
    """What a floor or cap counts, in 百万元, projects or 万吨."""
    terms = model.terms
    if limit.instruments is not None:
        names = [terms.instruments.index(i) for i in limit.instruments]
        expression: Expression = {}
        for (g, m, s), variable in model.money.items():
            first = model.types[g][0]
            factor = weight[first] * in_year(terms.profile[first], s, limit.year)
            if m in names and factor:
                expression[variable] = float(factor)
        return expression
    if limit.measure == "reductions":
        return {
            model.fund[p, s]: float(weight[p] * e) / TONNES
            for p in range(terms.n)
            for s, e in zip(terms.starts[p], terms.reductions[p], strict=True)
            if weight[p] * e
        }
    base = {"financing": terms.need / MONEY, "investment": terms.investment / MONEY, "count": np.ones(terms.n)}
    values = weight * base[limit.measure]
    return {
        model.fund[p, s]: float(values[p] * in_year(terms.profile[p], s, limit.year))
        for p in range(terms.n)
        for s in terms.starts[p]
        if values[p] * in_year(terms.profile[p], s, limit.year)
    }


def in_year(profile: np.ndarray, start: int, year: int | None) -> float:
    """Share of the spending that falls in a year; all of it when no year is asked for."""
    if year is None:
        return 1.0
    return float(profile[year - start]) if 0 <= year - start < len(profile) else 0.0


def add_limits(model: Model) -> None:
    """Family 6: floors and caps; a percentage is of the plan's total of the same measure, all years."""
    terms = model.terms
    for k, (_, limit) in enumerate(terms.scenario.limits.items()):
        if limit.measure == "climate_share":
            add_share_limit(model, f"limit_{k}", limit)
            continue
        if terms.waived(limit):
            continue
        expression = measured(model, limit, terms.weight(limit))
        scale = {"count": 1.0, "reductions": TONNES}.get(limit.measure, MONEY)
        rhs = (limit.value or 0.0) / scale
        if limit.percent is not None:
            whole = limit.model_copy(update={"instruments": None, "year": None})
            for variable, total in measured(model, whole, np.ones(terms.n)).items():
                expression[variable] = expression.get(variable, 0.0) - limit.percent * total
            rhs = 0.0
        move: Literal["降低", "提高"] = "降低" if limit.sense == "floor" else "提高"
        slack = Slack(f"limit_{k}", f"把“{limit.label}”{move} {{}}", MEASURE_UNITS[limit.measure], scale)
        model.row(f"limit_{k}", expression, ">=" if limit.sense == "floor" else "<=", rhs, slack)


def add_share_limit(model: Model, name: str, limit: Limit) -> None:
    """Family 6: (C + Σ g I w y) ÷ (A + C + Σ I w y) against a ratio σ, as Σ (g − σ) I w y against σ (A + C) − C."""
    terms, ratio = model.terms, limit.value or 0.0
    years = terms.scenario.years if limit.year is None else [limit.year]
    bases = [terms.scenario.base_investment[county] for county in terms.scenario.counted(limit)]
    climate = sum(base.climate_wan_yuan[t] for base in bases for t in years)
    whole = climate + sum(base.other_wan_yuan[t] for base in bases for t in years)
    amounts = terms.weight(limit) * (terms.climate - ratio) * terms.investment / MONEY
    row = {
        model.fund[p, s]: float(amounts[p] * in_year(terms.profile[p], s, limit.year))
        for p in range(terms.n)
        for s in terms.starts[p]
        if amounts[p] * in_year(terms.profile[p], s, limit.year)
    }
    floor = limit.sense == "floor"
    words = f"把“{limit.label}”对应的气候友好投资{'要求降低' if floor else '上限提高'} {{}}"
    rhs = (ratio * whole - climate) / MONEY
    model.row(name, row, ">=" if floor else "<=", rhs, Slack(name, words, "万元", MONEY))


def add_exclusive(model: Model) -> None:
    """Family 7: at most one project of a group."""
    for k, members in enumerate(model.terms.exclusive.values()):
        if len(members) > 1:
            model.row(f"exclusive_{k}", model.over_starts(np.ones(model.terms.n), members), "<=", 1)


def add_prerequisites(model: Model) -> None:
    """Family 7: the other is funded and starts no later; ``ID@finish``: it is built before."""
    terms = model.terms
    for p, needed in enumerate(terms.requires):
        for k, (q, finished) in enumerate(needed):
            delay = len(terms.profile[q]) if finished else 0
            for s in terms.starts[p]:
                row = {model.fund[p, t]: 1.0 for t in terms.starts[p] if t <= s}
                for t in terms.starts[q]:
                    if t + delay <= s:
                        row[model.fund[q, t]] = row.get(model.fund[q, t], 0.0) - 1.0
                model.row(f"requires_{p}_{k}_{s}", row, "<=", 0)


def add_locks(model: Model) -> None:
    """Family 7: locked in, contracted (its only start is in the table), locked out."""
    terms = model.terms
    for p, locked in enumerate(terms.locked):
        if locked == "out":
            model.row(f"out_{p}", {model.start[p, s]: 1.0 for s in terms.starts[p]}, "<=", 0)
        elif locked is not None:
            price = 10 * max(terms.need[p], 1.0) / MONEY
            slack = Slack(f"lock_{p}", f"取消项目 {terms.ids[p]} 的锁定", "", 0.0, price)
            model.row(f"in_{p}", {model.fund[p, s]: 1.0 for s in terms.starts[p]}, "=", 1, slack)


def add_stability(model: Model, rule: stability.Stability) -> None:
    """Family 8: at most so many changes against an earlier plan; nothing when any number is allowed."""
    if rule.max_changes is not None:
        count, constant = stability.changes(model, rule)
        slack = Slack("changes", "把允许的变动数提高 {}", "处", 1.0)
        model.row("changes", count, "<=", rule.max_changes - constant, slack)
