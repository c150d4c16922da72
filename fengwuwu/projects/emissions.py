"""Emission reductions: which method, which factors side by side, which value ranks, and why a value is missing.

Of the grid factors two may rank, the regional combined margin and Chongqing's latest average; the lower result is the
conservative one. The Southwest average is the floor of the range and the IFI factor a cross-check: both only shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from fengwuwu import reference
from fengwuwu.projects.methods import METHODS, Activity, own_figures
from fengwuwu.projects.tabular import Floats, Mask, lookup, numbers, texts
from fengwuwu.reference import Value

PREFIX = "emission_reduction_t_per_year"
BASES = ("cm", "average", "ifi", "floor")
_NOT_GRID = "不含电力"


@dataclass(frozen=True)
class Account:
    """How one technology is accounted for: its row of ``methodologies`` and its grid factors by basis."""

    technology: str
    rule: pd.Series
    factors: dict[str, Value]

    @property
    def method(self) -> str | None:
        """Key of `fengwuwu.projects.methods.METHODS`, or None."""
        name = self.rule["method"]
        return str(name) if isinstance(name, str) else None

    @property
    def ranking(self) -> list[str]:
        """The bases of which the lower result ranks."""
        ranked = reference.table("bases")
        allowed = set(ranked.loc[ranked["ranked"] == "yes", "basis"])
        central = str(self.rule["central_basis"])
        # Savings of electricity are counted with the average only; combined margins belong to generation.
        return [b for b in self.factors if b in allowed] if central == "cm" else [central]

    def reduction(self, activity: Activity, basis: str, defaults: Mapping[str, float]) -> Floats:
        """Mean annual reduction, tCO2e/yr, shape (n,)."""
        return METHODS[str(self.method)](activity, defaults, self.factors[basis].value)

    def used(self, case: str = "conservative") -> dict[str, Value]:
        """The default values that the method reads."""
        values = reference.parameters(self.technology, case)
        reads = _Reads({name: value.value for name, value in values.items()})
        one = np.ones(1)
        METHODS[str(self.method)](Activity(one, one, one, one), reads, 0.5)
        return {name: values[name] for name in values if name in reads.names}

    @property
    def on_grid(self) -> bool:
        """Whether a grid factor enters the result."""
        return len(self.factors) > 1

    @property
    def ranking_factors(self) -> list[Value]:
        """The grid factors behind the conservative and the central value."""
        names = dict.fromkeys([*self.ranking, str(self.rule["central_basis"])])
        return [self.factors[basis] for basis in names] if self.on_grid else []


class _Reads(dict[str, float]):
    """Default values that remember which of them were read."""

    def __init__(self, values: Mapping[str, float]) -> None:
        super().__init__(values)
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> float:
        self.names.add(name)
        return super().__getitem__(name)


def account(technology: str) -> Account | None:
    """The account of a technology, or None when the technology is not in the vocabulary."""
    rules = reference.table("methodologies")
    rows = rules[rules["technology"] == technology]
    if rows.empty:
        return None
    rule = rows.iloc[0]
    bases = str(rule["bases"]).split(";") if isinstance(rule["bases"], str) else []
    return Account(technology, rule, {basis: _factor(basis, rule["mix"]) for basis in bases})


def _factor(basis: str, mix: object) -> Value:
    table = reference.table("bases").set_index("basis")
    area = str(table.at[basis, "area"])
    if basis in {"cm", "ifi"}:
        return reference.factor(f"combined_margin_{mix}", area)
    return reference.factor("grid_average", area)


def reductions(projects: pd.DataFrame, lifetime: pd.Series) -> pd.DataFrame:
    """Annual and lifetime emission reductions with range, bases, tier and method.

    Parameters
    ----------
    projects : DataFrame, shape (n, …)
        Uses ``technology, capacity, capacity_unit, annual_output, annual_output_unit, full_load_hours``, in the units
        of ``technologies``; a figure in another unit, or without one where the column exists, is not used.
    lifetime : Series of float
        Years of operation used.

    Returns
    -------
    DataFrame
        ``emission_reduction_t_per_year`` (conservative, lifetime mean, tCO2e/yr), ``…_low, …_central, …_high``,
        the central value by each basis ``…_cm, …_average, …_ifi, …_floor``, ``emission_reduction_t_lifetime``,
        ``reduction_tier``, ``reduction_ranked``, ``reduction_method``, ``reduction_formula``, ``factor_version``,
        ``reduction_missing`` (Chinese: what is lacking; None when computed), ``reduction_status`` (value status).
    """
    n = len(projects)
    suffixes = ("", "_low", "_central", "_high", *(f"_{basis}" for basis in BASES))
    figures = {f"{PREFIX}{suffix}": np.full(n, np.nan) for suffix in suffixes}
    text = {
        name: np.full(n, None, dtype=object)
        for name in (
            "reduction_tier",
            "reduction_method",
            "reduction_formula",
            "factor_version",
            "reduction_missing",
            "reduction_status",
        )
    }
    ranked = np.zeros(n, dtype=bool)
    declared = texts(projects, "value_status").fillna("unverified")
    technology = texts(projects, "technology")
    activity, unusable = activities(projects, lifetime)
    stamp = reference.version("factors", "parameters", "bases", "methodologies")

    known = np.zeros(n, dtype=bool)
    for key, where in _groups(technology):
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
        part = _take(activity, where)
        for name, values in _computed(chosen, part).items():
            figures[f"{PREFIX}{name}"][where] = values
        done = where & ~np.isnan(figures[PREFIX])
        own = np.zeros(n, dtype=bool)
        own[where] = own_figures(chosen.method, part)
        text["reduction_tier"][done] = np.where(own, "project", "default")[done]
        text["reduction_missing"][done] = None
        text["factor_version"][done] = _version(chosen, stamp)
        text["reduction_status"][done] = _status(chosen, declared[done])
    text["reduction_missing"][~known] = "待补充：技术类型"
    lacking = np.isnan(figures[PREFIX]) & (unusable != "")
    text["reduction_missing"][lacking] = text["reduction_missing"][lacking] + "（" + unusable[lacking] + "）"
    lifetime_total = figures[PREFIX] * lifetime.to_numpy(dtype=float)
    table = pd.DataFrame(
        {**figures, "emission_reduction_t_lifetime": lifetime_total, "reduction_ranked": ranked}, index=projects.index
    )
    return table.assign(**text)


def activities(projects: pd.DataFrame, lifetime: pd.Series) -> tuple[Activity, np.ndarray]:
    """The figures the methods use, and a remark (Chinese, or empty) where one is unusable because of its unit."""
    technologies = reference.table("technologies")
    technology = texts(projects, "technology")
    remark = np.full(len(projects), "", dtype=object)
    figures = {}
    for column, unit_column, expected_column, title in (
        ("capacity", "capacity_unit", "capacity_unit", "规模"),
        ("annual_output", "annual_output_unit", "output_unit", "年产出"),
    ):
        values = numbers(projects, column)
        if unit_column in projects:
            expected = lookup(technology, technologies, "technology", expected_column)
            wrong = ~np.isnan(values) & (texts(projects, unit_column).fillna("") != expected.fillna("")).to_numpy()
            values = np.where(wrong, np.nan, values)
            wanted = expected.fillna("无").to_numpy(dtype=object)
            remark[wrong] = remark[wrong] + (title + "单位应为 " + wanted[wrong] + "，")
        figures[column] = values
    remark = np.where(remark == "", remark, pd.Series(remark, dtype=object).str.rstrip("，").to_numpy())
    hours = numbers(projects, "full_load_hours")
    years = lifetime.to_numpy(dtype=float)
    return Activity(figures["capacity"], figures["annual_output"], hours, years), remark


def _groups(technology: pd.Series) -> Iterator[tuple[str, Mask]]:
    for key in pd.unique(technology.dropna()):
        yield str(key), (technology == key).to_numpy(dtype=bool)


def _take(activity: Activity, where: Mask) -> Activity:
    return replace(
        activity,
        capacity=activity.capacity[where],
        output=activity.output[where],
        hours=activity.hours[where],
        lifetime=activity.lifetime[where],
    )


def _computed(chosen: Account, activity: Activity) -> dict[str, Floats]:
    """Conservative, low, central, high, and the central value by basis."""
    by_case = {}
    for case in ("conservative", "low", "central", "high"):
        defaults = {name: value.value for name, value in reference.parameters(chosen.technology, case).items()}
        by_case[case] = {basis: chosen.reduction(activity, basis, defaults) for basis in chosen.factors}
    central = by_case["central"][str(chosen.rule["central_basis"])]
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


def _version(chosen: Account, stamp: str) -> str:
    factors = [f"{value.name} {value.value:.4f}（{value.document}）" for value in chosen.ranking_factors]
    return "；".join([*(factors or [_NOT_GRID]), f"数据表版本 {stamp}"])


def _status(chosen: Account, declared: pd.Series) -> pd.Series:
    """The weakest of the form's figures, the default values read and the factors."""
    statuses = [value.status for value in [*chosen.used().values(), *chosen.ranking_factors]]
    return declared.map(lambda own: reference.worst_status([own, *statuses]))


def _words(value: object) -> str | None:
    return value if isinstance(value, str) else None
