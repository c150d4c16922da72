"""To which level a floor or cap has to move so that a plan exists, everything else as it is."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np

from fengwuwu.optimize import solve
from fengwuwu.optimize.arrays import Arrays
from fengwuwu.optimize.model import MONEY, Expression, Model, in_year, measured
from fengwuwu.optimize.scenario import MEASURE_UNITS, Limit
from fengwuwu.optimize.scenario_tables import percent

_SECONDS = 60.0  # for one run
_OTHER = {"presolve": "off", "random_seed": 7}
_ROUNDS = 15


def twice(arrays: Arrays, deadline: float) -> tuple[np.ndarray, float, bool] | None:
    """Minimise with two configurations: the better solution, its value, and whether both come to that value.

    None when the first finds no solution.
    """
    opinions: list[solve.Outcome] = []
    for options in ({}, _OTHER):
        left = deadline - time.perf_counter()
        if left <= 0:
            break
        opinions.append(solve.run_highs(arrays, time_limit=min(left, _SECONDS), gap=1e-7, options=options))
        if opinions[0].values is None:
            return None
    found = [
        (o.objective, o.values, o.status)
        for o in opinions
        if o.values is not None and o.objective is not None and arrays.satisfied(o.values)
    ]
    if not found:
        return None
    value, values, _ = min(found, key=lambda item: item[0])
    same = all(abs(other - value) <= 1e-5 * max(1.0, abs(value)) for other, _, _ in found)
    return values, value, len(found) == 2 and same and all(status == "optimal" for _, _, status in found)


def moved(limit: Limit, amount: float) -> str:
    """A floor or cap in 万元, projects or tCO2e after it has given way by an amount."""
    floor, unit = limit.sense == "floor", MEASURE_UNITS[limit.measure]
    now, name = limit.value or 0.0, f"{'下限' if limit.sense == 'floor' else '上限'}“{limit.label}”"
    new = now - amount if floor else now + amount
    if new <= 0:
        return f"取消{name}"
    return f"把{name}由 {now:,.10g} {unit}{'降到' if floor else '提高到'} {new:,.10g} {unit}"


def level(model: Model, arrays: Arrays, row: str, limit: Limit, deadline: float) -> tuple[str, bool]:
    """The nearest ratio that leaves a plan, by Dinkelbach steps with the row left out; words, and whether proven.

    Empty words when there is none in time.
    """
    top, bottom, more, whole = _parts(model, limit)
    place = arrays.column()
    numerator, denominator = np.zeros(arrays.shape[1]), np.zeros(arrays.shape[1])
    for expression, vector in ((top, numerator), (bottom, denominator)):
        for variable, value in expression.items():
            vector[place[id(variable)]] += value
    at = arrays.names.index(row)
    free = replace(
        arrays,
        maximise=False,
        row_lower=np.where(np.arange(arrays.shape[0]) == at, -np.inf, arrays.row_lower),
        row_upper=np.where(np.arange(arrays.shape[0]) == at, np.inf, arrays.row_upper),
    )
    floor = limit.sense == "floor"
    sign = -1.0 if floor else 1.0
    now = float(limit.percent if limit.percent is not None else limit.value or 0.0)
    ratio = now
    for _ in range(_ROUNDS):
        cost = sign * (numerator - ratio * denominator)
        found = twice(replace(free, cost=cost, offset=sign * (more - ratio * whole)), deadline)
        if found is None:
            return "", False
        values, value, proven = found
        amount = float(denominator @ values + whole)
        if amount <= 1e-9:
            return "", False
        last, ratio = ratio, float(numerator @ values + more) / amount
        if value >= -1e-7 * max(1.0, abs(amount)) and last != now:
            break
    else:
        return "", False
    new = (math.floor(1000 * ratio + 1e-6) if floor else math.ceil(1000 * ratio - 1e-6)) / 1000
    name = f"{'下限' if floor else '上限'}“{limit.label}”"
    if floor and new <= 0:
        return f"取消{name}", proven
    return f"把{name}由 {percent(now)} {'降到' if floor else '提高到'} {percent(new)}", proven


def _parts(model: Model, limit: Limit) -> tuple[Expression, Expression, float, float]:
    """Numerator and denominator of a ratio, and what they have without any decision."""
    terms = model.terms
    if limit.measure != "climate_share":
        everything = limit.model_copy(update={"instruments": None, "year": None})
        return measured(model, limit, terms.weight(limit)), measured(model, everything, np.ones(terms.n)), 0.0, 0.0
    years = terms.scenario.years if limit.year is None else [limit.year]
    bases = [terms.scenario.base_investment[county] for county in terms.scenario.counted(limit)]
    climate = sum(base.climate_wan_yuan[t] for base in bases for t in years) / MONEY
    whole = climate + sum(base.other_wan_yuan[t] for base in bases for t in years) / MONEY
    spent = terms.weight(limit) * terms.investment / MONEY
    top: Expression = {}
    bottom: Expression = {}
    for (p, s), variable in model.fund.items():
        part = float(spent[p]) * in_year(terms.profile[p], s, limit.year)
        if part:
            top[variable], bottom[variable] = part * float(terms.climate[p]), part
    return top, bottom, climate, whole
