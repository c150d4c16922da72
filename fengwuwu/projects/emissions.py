"""Emission reductions: which method, which factors side by side, which value ranks, and why a value is missing.

Of the grid factors two may rank, the regional combined margin and Chongqing's latest average; the lower result is the
conservative one. The Southwest average is the floor of the range and the IFI factor a cross-check: both only shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from fengwuwu import reference
from fengwuwu.projects import activity_figures, factor_lock, grid_paths
from fengwuwu.projects.account import BASES, Account, account
from fengwuwu.projects.methods import Activity, tier
from fengwuwu.projects.tabular import Floats, Mask, lookup, numbers, texts

PREFIX = "emission_reduction_t_per_year"
_TEXTS = (
    "reduction_tier",
    "reduction_method",
    "reduction_formula",
    "reduction_factors",
    factor_lock.INPUTS,
    "reduction_missing",
    "reduction_status",
)


def reductions(projects: pd.DataFrame, lifetime: pd.Series, path: str | None = None) -> pd.DataFrame:
    """Annual and lifetime emission reductions with range, bases, tier and method.

    Parameters
    ----------
    projects : DataFrame, shape (n, …)
        Uses ``technology, capacity, annual_output, measured_output`` (each with its ``…_unit``)``, measured_year,
        full_load_hours, activity_figures, completion_year``, in the units of ``technologies`` and
        ``activity_figures``; a figure in another unit, or without one where the column exists, is not used. A measured
        output with its year takes the place of the declared one.
    lifetime : Series of float
        Years of operation used.
    path : str, optional
        Key of ``grid_paths``: what the grid factor does in later years. The default one leaves it as it is.

    Returns
    -------
    DataFrame
        ``emission_reduction_t_per_year`` (conservative, lifetime mean, tCO2e/yr), ``…_low, …_central, …_high``,
        the central value by each basis ``…_cm, …_average, …_ifi, …_floor``, ``emission_reduction_t_lifetime``,
        ``reduction_tier``, ``reduction_ranked``, ``reduction_method``, ``reduction_formula``, ``reduction_factors``
        (exact factors, documents, hash of all inputs), ``reduction_inputs`` (the inputs, see `factor_lock`),
        ``reduction_missing`` (Chinese: what is lacking; None when computed), ``reduction_status`` (value status).
    """
    n = len(projects)
    suffixes = ("", "_low", "_central", "_high", *(f"_{basis}" for basis in BASES))
    figures = {f"{PREFIX}{suffix}": np.full(n, np.nan) for suffix in suffixes}
    text = {name: np.full(n, None, dtype=object) for name in _TEXTS}
    ranked = np.zeros(n, dtype=bool)
    declared = texts(projects, "value_status").fillna("unverified")
    technology = texts(projects, "technology")
    activity, unusable = activities(projects, lifetime)
    chosen_path = grid_paths.path(path)

    known = np.zeros(n, dtype=bool)
    for key, where in by_technology(technology):
        chosen = account(key)
        if chosen is None:
            continue
        known |= where
        ranked[where] = chosen.rule["ranked"] == "yes" and chosen.rule["account"] == "mitigation"
        text["reduction_method"][where] = _words(chosen.rule["name"])
        text["reduction_formula"][where] = _words(chosen.rule["formula"])
        text["reduction_missing"][where] = _missing(chosen)
        if chosen.method is None:
            continue
        part = take(activity, where)
        for name, values in _computed(chosen, part, chosen_path).items():
            figures[f"{PREFIX}{name}"][where] = values
        done = where & ~np.isnan(figures[PREFIX])
        text["reduction_tier"][done] = tier(chosen.method, take(activity, done))
        text["reduction_missing"][done] = None
        text["reduction_factors"][done] = factor_lock.version(chosen, chosen_path)
        text[factor_lock.INPUTS][done] = factor_lock.lock(chosen, chosen_path)
        text["reduction_status"][done] = _status(chosen, declared[done], chosen_path)
    text["reduction_missing"][~known] = "待补充：技术类型"
    lacking = np.isnan(figures[PREFIX]) & (unusable != "")
    text["reduction_missing"][lacking] = text["reduction_missing"][lacking] + "（" + unusable[lacking] + "）"
    lifetime_total = figures[PREFIX] * lifetime.to_numpy(dtype=float)
    table = pd.DataFrame(
        {**figures, "emission_reduction_t_lifetime": lifetime_total, "reduction_ranked": ranked}, index=projects.index
    )
    return table.assign(**text)


def yearly(projects: pd.DataFrame, lifetime: pd.Series, path: str | None = None) -> pd.DataFrame:
    """The conservative reduction in each year of operation.

    Parameters
    ----------
    projects, lifetime, path
        As for `reductions`.

    Returns
    -------
    DataFrame, shape (n, longest lifetime)
        tCO2e in the year of operation that the column names, from 1; NaN after the lifetime and where not computed.
    """
    activity, chosen_path = activities(projects, lifetime)[0], grid_paths.path(path)
    known = activity.lifetime[~np.isnan(activity.lifetime)]
    found = np.full((len(projects), int(known.max()) if len(known) else 0), np.nan)
    for key, where in by_technology(texts(projects, "technology")):
        chosen = account(key)
        if chosen is None or chosen.method is None:
            continue
        part, defaults = take(activity, where), _values(chosen, "conservative")
        least = [chosen.by_year(part, basis, defaults, chosen_path) for basis in chosen.ranking]
        for steps in zip(*least, strict=True):
            year = steps[0][0]
            value = np.minimum.reduce([amount for _, amount in steps])
            found[where, year - 1] = np.where(year <= part.lifetime, value, np.nan)
    return pd.DataFrame(found, index=projects.index, columns=range(1, found.shape[1] + 1))


def activities(projects: pd.DataFrame, lifetime: pd.Series) -> tuple[Activity, np.ndarray]:
    """The figures the methods use, and a remark (Chinese, or empty) where one is unusable because of its unit."""
    technologies = reference.table("technologies")
    technology = texts(projects, "technology")
    remark = np.full(len(projects), "", dtype=object)
    figures = {}
    for column, expected_column, title in (
        ("capacity", "capacity_unit", "规模"),
        ("annual_output", "output_unit", "年产出"),
        ("measured_output", "output_unit", "实测年产出"),
    ):
        values = numbers(projects, column)
        if f"{column}_unit" in projects:
            expected = lookup(technology, technologies, "technology", expected_column)
            given = texts(projects, f"{column}_unit").fillna("")
            wrong = ~np.isnan(values) & (given != expected.fillna("")).to_numpy()
            values = np.where(wrong, np.nan, values)
            wanted = expected.fillna("无").to_numpy(dtype=object)
            remark[wrong] = remark[wrong] + (title + "单位应为 " + wanted[wrong] + "，")
        figures[column] = values
    undated = ~np.isnan(figures["measured_output"]) & np.isnan(numbers(projects, "measured_year"))
    remark[undated] = remark[undated] + "实测年产出没有年份，"
    measured = ~np.isnan(figures["measured_output"]) & ~undated
    remark = np.where(remark == "", remark, pd.Series(remark, dtype=object).str.rstrip("，").to_numpy())
    found = Activity(
        figures["capacity"],
        np.where(measured, figures["measured_output"], figures["annual_output"]),
        numbers(projects, "full_load_hours"),
        lifetime.to_numpy(dtype=float),
        numbers(projects, "completion_year"),
        measured,
        figures=activity_figures.values(projects),
    )
    return found, remark


def by_technology(technology: pd.Series) -> Iterator[tuple[str, Mask]]:
    """Each technology that occurs, with its rows."""
    code, distinct = pd.factorize(technology)
    for number, key in enumerate(distinct):
        yield str(key), code == number


def take(activity: Activity, where: Mask) -> Activity:
    """The figures of some projects."""
    names = ("capacity", "output", "hours", "lifetime", "first_year", "measured")
    figures = {name: figure[where] for name, figure in activity.figures.items()}
    return replace(activity, **{name: getattr(activity, name)[where] for name in names}, figures=figures)


def _values(chosen: Account, case: str) -> dict[str, float]:
    return {name: value.value for name, value in reference.parameters(chosen.technology, case).items()}


def _computed(chosen: Account, activity: Activity, path: grid_paths.Path) -> dict[str, Floats]:
    """Conservative, low, central, high, and the central value by basis."""
    by_case = {
        case: {b: chosen.reduction(activity, b, _values(chosen, case), path) for b in chosen.factors}
        for case in ("conservative", "low", "central", "high")
    }
    central = by_case["central"][chosen.central]
    conservative = np.minimum.reduce([by_case["conservative"][basis] for basis in chosen.ranking])
    result = {
        "": conservative,
        "_central": central,
        "_low": np.minimum.reduce([*by_case["low"].values(), conservative]),
        "_high": np.maximum.reduce([*by_case["high"].values(), central]),
    }
    if chosen.on_grid:
        result |= {f"_{basis}": by_case["central"][basis] for basis in chosen.factors}
    return result


def _missing(chosen: Account) -> str:
    rule = chosen.rule
    if rule["account"] == "adaptation":
        return "不适用：适应类另账，不计减排"
    if rule["account"] == "none":
        return "不适用：不属气候友好类别"
    if rule["ranked"] != "yes":
        return "不适用：不参与减排排序"
    return f"待补充：{rule['needs']}"


def _status(chosen: Account, declared: pd.Series, path: grid_paths.Path) -> pd.Series:
    """The weakest of the form's figures, the default values read, the factors and their assumed path."""
    statuses = [value.status for value in [*chosen.used().values(), *chosen.ranking_factors]]
    if chosen.on_grid and not path.constant:
        statuses.append(path.status)
    return declared.map({own: reference.worst_status([own, *statuses]) for own in declared.unique()})


def _words(value: object) -> str | None:
    return value if isinstance(value, str) else None
