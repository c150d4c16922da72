"""One model, families 1 to 4, written in raw arrays, linopy and Pyomo, each handed over to HiGHS without a solve.

Every formulation has one column for each project, usable source and start: what a user without knowledge of the
structure would write. All of them and ours have the same relaxation, which `allocate.py` checks.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import highspy
import linopy
import numpy as np
import pandas as pd
import pyomo.environ as pyo
import xarray
from pyomo.contrib.appsi.solvers.highs import Highs as PyomoHighs

from fengwuwu.optimize import solve
from fengwuwu.optimize.model import MONEY, TONNES
from fengwuwu.optimize.terms import Terms


@dataclass(frozen=True)
class Figures:
    """n projects, M sources, S starts, T years; 百万元 and 万吨.

    Attributes
    ----------
    gain : ndarray, shape (n, S)
    need, gap, own : ndarray, shape (n,)
    most : ndarray, shape (n, M)
    spent : ndarray, shape (n, S, T)
        Share of the money spent in a year, or up to it when unused money carries over.
    budget : ndarray, shape (M, T)
    capital, equity : ndarray of bool, shape (M,)
    part : float
        Largest part of equity-like tools in all capital.
    """

    gain: np.ndarray
    need: np.ndarray
    gap: np.ndarray
    own: np.ndarray
    most: np.ndarray
    spent: np.ndarray
    budget: np.ndarray
    capital: np.ndarray
    equity: np.ndarray
    part: float

    @classmethod
    def of(cls, terms: Terms) -> Figures:
        """From the numbers of an instance whose projects all have the same starts."""
        scenario, years = terms.scenario, terms.scenario.years
        insts = list(scenario.instruments.values())
        starts = terms.starts[0]
        spent = np.zeros((terms.n, len(starts), len(years)))
        for p, profile in enumerate(terms.profile):
            for k, s in enumerate(starts):
                first = years.index(s)
                spent[p, k, first : first + len(profile)] = profile
        budget = np.array([[i.budget_wan_yuan.get(t, 0.0) for t in years] for i in insts])
        if scenario.carry_over:
            spent, budget = np.cumsum(spent, 2), np.cumsum(budget, 1)
        return cls(
            gain=np.array(terms.reductions) / TONNES,
            need=terms.need / MONEY,
            gap=terms.capital_gap / MONEY,
            own=terms.own / MONEY,
            most=np.minimum(terms.most, terms.need[:, None]) / MONEY,
            spent=spent,
            budget=budget / MONEY,
            capital=np.array([i.is_capital for i in insts]),
            equity=np.array([i.kind == "equity_like" for i in insts]),
            part=scenario.equity_like_max_share,
        )

    @property
    def factor(self) -> np.ndarray:
        """Coefficients of the rule on equity-like tools, shape (M,)."""
        return self.equity - self.part * self.capital


def raw(f: Figures) -> highspy.Highs:
    """Arrays, as fast as it gets."""
    n, starts = f.gain.shape
    years = f.budget.shape[1]
    p, m = np.nonzero(f.most > 0)
    edges, columns = len(p), n * starts + len(p) * starts
    y = np.arange(n * starts).reshape(n, starts)
    x = n * starts + np.arange(edges * starts).reshape(edges, starts)
    rows: list[np.ndarray] = []
    cols: list[np.ndarray] = []
    values: list[np.ndarray] = []
    lower: list[np.ndarray] = []
    upper: list[np.ndarray] = []
    count = 0

    def block(size: int, low: Any, high: Any, *parts: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
        nonlocal count
        for row, column, value in parts:
            rows.append(count + np.broadcast_to(row, column.shape).ravel())
            cols.append(column.ravel())
            values.append(np.broadcast_to(value, column.shape).ravel())
        lower.append(np.broadcast_to(low, size))
        upper.append(np.broadcast_to(high, size))
        count += size

    one = np.ones((1, 1))
    block(n, -np.inf, 1.0, (np.arange(n)[:, None], y, one))
    block(n * starts, 0.0, 0.0, (y[p], x, one), (y, y, -f.need[:, None]))
    e = np.flatnonzero(f.most[p, m] < f.need[p] * (1 - 1e-12))
    k = np.arange(len(e) * starts).reshape(-1, starts)
    block(k.size, -np.inf, 0.0, (k, x[e], one), (k, y[p[e]], -f.most[p[e], m[e]][:, None]))
    e = np.flatnonzero(f.capital[m])
    block(n * starts, 0.0, np.inf, (y[p[e]], x[e], one), (y, y, -f.gap[:, None]))
    factor = f.factor[m]
    e = np.flatnonzero(factor)
    block(n * starts, -np.inf, 0.0, (y[p[e]], x[e], factor[e][:, None]), (y, y, -f.part * f.own[:, None]))
    e, s, t = np.nonzero(f.spent[p] > 0)
    block(f.budget.size, -np.inf, f.budget.ravel(), (m[e] * years + t, x[e, s], f.spent[p[e], s, t]))

    row, column, value = np.concatenate(rows), np.concatenate(cols), np.concatenate(values)
    order = np.argsort(row, kind="stable")
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = count, columns
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = np.concatenate([f.gain.ravel(), np.zeros(edges * starts)])
    lp.col_lower_ = np.zeros(columns)
    lp.col_upper_ = np.concatenate([np.ones(n * starts), np.full(edges * starts, np.inf)])
    lp.row_lower_, lp.row_upper_ = np.concatenate(lower), np.concatenate(upper)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=count))]).astype(np.int32)
    lp.a_matrix_.index_, lp.a_matrix_.value_ = column[order].astype(np.int32), value[order]
    whole, real = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    lp.integrality_ = [whole] * (n * starts) + [real] * (edges * starts)
    solver = solve.new_highs()
    solver.passModel(lp)
    return solver


def by_linopy(f: Figures) -> highspy.Highs:
    """Labelled arrays."""
    # It announces another meaning of masked terms in a later version.
    warnings.filterwarnings("ignore", category=FutureWarning, module=__name__)
    starts = f.gain.shape[1]
    sizes = {"p": len(f.need), "m": f.most.shape[1], "s": starts}
    project, source, start = (pd.RangeIndex(k, name=name) for name, k in sizes.items())

    def by(values: np.ndarray, *index: pd.Index) -> xarray.DataArray:
        return xarray.DataArray(values, coords=list(index))

    model = linopy.Model()
    y = model.add_variables(binary=True, coords=[project, start], name="y")
    usable = np.broadcast_to((f.most > 0)[:, :, None], (*f.most.shape, starts))
    x = model.add_variables(lower=0, coords=[project, source, start], mask=by(usable, project, source, start), name="x")
    need, gap = by(f.need, project), by(f.gap, project)
    model.add_constraints(y.sum("s") <= 1, name="one")
    model.add_constraints(x.sum("m") - need * y == 0, name="need")
    bound = (f.most > 0) & (f.most < f.need[:, None] * (1 - 1e-12))
    mask = by(np.broadcast_to(bound[:, :, None], usable.shape), project, source, start)
    model.add_constraints(x - by(f.most, project, source) * y <= 0, name="share", mask=mask)
    model.add_constraints((x * by(f.capital.astype(float), source)).sum("m") - gap * y >= 0, name="capital")
    own = by(f.part * f.own, project)
    model.add_constraints((x * by(f.factor, source)).sum("m") - own * y <= 0, name="equity")
    for t in range(f.budget.shape[1]):
        spent = (x * by(f.spent[:, :, t], project, start)).sum(["p", "s"])
        model.add_constraints(spent <= by(f.budget[:, t], source), name=f"budget{t}")
    model.add_objective((y * by(f.gain, project, start)).sum(), sense="max")
    return linopy.io.to_highspy(model)


def by_pyomo(f: Figures) -> PyomoHighs:
    """Algebraic expressions."""
    n, starts = f.gain.shape
    years = range(f.budget.shape[1])
    usable = [np.flatnonzero(row > 0).tolist() for row in f.most]
    keys = [(p, m, s) for p in range(n) for m in usable[p] for s in range(starts)]
    need, gap, own, most, spent = f.need.tolist(), f.gap.tolist(), f.own.tolist(), f.most.tolist(), f.spent.tolist()
    gain, factor, capital = f.gain.tolist(), f.factor.tolist(), f.capital.tolist()
    model = pyo.ConcreteModel()
    model.y = pyo.Var(range(n), range(starts), domain=pyo.Binary)
    model.x = pyo.Var(keys, domain=pyo.NonNegativeReals)
    model.rows = pyo.ConstraintList()
    for p in range(n):
        model.rows.add(pyo.quicksum(model.y[p, s] for s in range(starts)) <= 1)
        for s in range(starts):
            model.rows.add(pyo.quicksum(model.x[p, m, s] for m in usable[p]) == need[p] * model.y[p, s])
            for m in usable[p]:
                if most[p][m] < need[p] * (1 - 1e-12):
                    model.rows.add(model.x[p, m, s] <= most[p][m] * model.y[p, s])
            paid = pyo.quicksum(model.x[p, m, s] for m in usable[p] if capital[m])
            model.rows.add(paid - gap[p] * model.y[p, s] >= 0)
            tools = pyo.quicksum(factor[m] * model.x[p, m, s] for m in usable[p] if factor[m])
            model.rows.add(tools - f.part * own[p] * model.y[p, s] <= 0)
    for m, budgets in enumerate(f.budget.tolist()):
        users = [p for p in range(n) if m in usable[p]]
        for t in years:
            paid = pyo.quicksum(
                spent[p][s][t] * model.x[p, m, s] for p in users for s in range(starts) if spent[p][s][t]
            )
            if type(paid) is not int:  # nobody spends in that year
                model.rows.add(paid <= budgets[t])
    model.goal = pyo.Objective(
        expr=pyo.quicksum(gain[p][s] * model.y[p, s] for p in range(n) for s in range(starts)), sense=pyo.maximize
    )
    solver = PyomoHighs()
    solver.set_instance(model)
    return solver
