"""Fills what a form leaves open where a rule exists; what was declared stays untouched beside it.

For each quantity three columns: ``<name>_used``, ``<name>_rule`` (Chinese; 申报表 when declared) and ``<name>_status``.
Where no rule exists the value stays missing and its status is ``unknown``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from fengwuwu import reference
from fengwuwu.projects.tabular import lookup, numbers, texts

COMPLETED = (
    "category",
    "capital_ratio_min",
    "climate_fraction",
    "lifetime_years",
    "earliest_start",
    "latest_start",
    "construction_years",
)
DECLARED = "申报表"
_Column = tuple[pd.Series, pd.Series, pd.Series]


def complete(projects: pd.DataFrame, verdict: pd.Series) -> pd.DataFrame:
    """The used value, its rule and its status for each of `COMPLETED`.

    Parameters
    ----------
    projects : DataFrame, shape (n, …)
        Columns of `fengwuwu.projects.fields`; optional ones may be missing.
    verdict : Series of str
        Of `fengwuwu.projects.taxonomy.verdicts`.

    Returns
    -------
    DataFrame, shape (n, 21)
    """
    rules: dict[str, Callable[[], _Column]] = {
        "category": lambda: _category(projects),
        "capital_ratio_min": lambda: _capital_ratio(projects),
        "climate_fraction": lambda: _climate_fraction(projects, verdict),
        "lifetime_years": lambda: _lifetime(projects),
        "earliest_start": lambda: _earliest_start(projects),
        "latest_start": lambda: _latest_start(projects),
        "construction_years": lambda: _construction_years(projects),
    }
    columns = {}
    for name in COMPLETED:
        used, rule, status = rules[name]()
        columns[f"{name}_used"], columns[f"{name}_rule"], columns[f"{name}_status"] = used, rule, status
    return pd.DataFrame(columns, index=projects.index)


def lifetime(projects: pd.DataFrame) -> pd.Series:
    """Years of operation used: declared, else the default of the technology; NaN where there is none."""
    return _lifetime(projects)[0].astype(float)


def _declared_status(projects: pd.DataFrame) -> pd.Series:
    return texts(projects, "value_status").fillna("unverified")


def _merge(projects: pd.DataFrame, name: str, value: pd.Series, rule: pd.Series, status: pd.Series) -> _Column:
    """The declared number where there is one, else the rule's."""
    declared = pd.Series(numbers(projects, name), index=projects.index)
    given = declared.notna()
    used = declared.where(given, value)
    rule = rule.where(~given, DECLARED)
    status = status.where(~given, _declared_status(projects))
    return used, rule, status.where(used.notna() | status.eq("assumption"), "unknown")


def _constant(projects: pd.DataFrame, text: str) -> pd.Series:
    return pd.Series(text, index=projects.index, dtype=object)


def _category(projects: pd.DataFrame) -> _Column:
    declared = texts(projects, "category")
    by_rule = lookup(texts(projects, "technology"), reference.table("technologies"), "technology", "category")
    used = declared.where(declared.notna(), by_rule)
    rule = _constant(projects, "按技术类型所属行业").where(by_rule.notna(), "技术类型未知，待补充")
    status = _constant(projects, "assumption").where(by_rule.notna(), "unknown")
    return (
        used,
        rule.where(declared.isna(), DECLARED),
        status.where(declared.isna(), _declared_status(projects)),
    )


def _capital_ratio(projects: pd.DataFrame) -> _Column:
    """The statutory minimum; a declared ratio counts when it is not below it."""
    table = reference.table("capital_ratios")
    general = table[table["technology"] == "*"].iloc[0]
    technology = texts(projects, "technology")
    value = lookup(technology, table, "technology", "value").fillna(general["value"]).astype(float)
    text = lookup(technology, table, "technology", "rule").fillna(general["rule"])
    source = lookup(technology, table, "technology", "source").fillna(general["source"])
    status = lookup(technology, table, "technology", "status").fillna(general["status"])
    rule = text + "（" + source + "）"
    used, merged_rule, merged_status = _merge(projects, "capital_ratio_min", value, rule, status)
    below = used < value - 1e-9
    return (
        used.where(~below, value),
        merged_rule.where(~below, "申报值低于规定，按规定：" + rule),
        merged_status.where(~below, status),
    )


def _climate_fraction(projects: pd.DataFrame, verdict: pd.Series) -> _Column:
    """1 for a class, 0 for none (whatever is declared), as declared while the class is under review."""
    value = verdict.map({"friendly": 1.0, "neutral": 0.0, "fossil": 0.0}).astype(float)
    rule = _constant(projects, "归入气候友好类别，按 1 计").where(
        verdict == "friendly", "分类待复核，申报表未填，待补充"
    )
    status = _constant(projects, "assumption").where(verdict == "friendly", "unknown")
    used, rule, status = _merge(projects, "climate_fraction", value, rule, status)
    none = verdict.isin(["neutral", "fossil"])
    return used.where(~none, 0.0), rule.where(~none, "不归入气候友好类别，按 0 计"), status.where(~none, "assumption")


def _lifetime(projects: pd.DataFrame) -> _Column:
    table = reference.table("parameters")
    table = table[table["parameter"] == "lifetime_years"]
    table["used"] = table["central"].where(table["central"].notna(), table["low"])
    bound = np.where(table["central"].notna(), "缺省寿命：", "缺省寿命区间取下限：")
    table["rule"] = bound + table["source"]
    technology = texts(projects, "technology")
    value = lookup(technology, table, "technology", "used").astype(float)
    rule = lookup(technology, table, "technology", "rule").fillna("无缺省寿命，待补充")
    status = lookup(technology, table, "technology", "status").fillna("unknown")
    return _merge(projects, "lifetime_years", value, rule, status)


def _earliest_start(projects: pd.DataFrame) -> _Column:
    start = pd.Series(numbers(projects, "construction_start_year"), index=projects.index)
    known = start.notna()
    rule = _constant(projects, "按开工年份").where(known, "未填开工年份，待补充")
    return _merge(projects, "earliest_start", start, rule, _declared_status(projects))


def _latest_start(projects: pd.DataFrame) -> _Column:
    nothing = pd.Series(np.nan, index=projects.index)
    rule = _constant(projects, "未填最晚开工年，按不限")
    return _merge(projects, "latest_start", nothing, rule, _constant(projects, "assumption"))


def _construction_years(projects: pd.DataFrame) -> _Column:
    """Completion less start, at least 1: a plant finished in year t operates from then on."""
    span = numbers(projects, "completion_year") - numbers(projects, "construction_start_year")
    value = pd.Series(np.where(span >= 0, np.maximum(span, 1), np.nan), index=projects.index)
    rule = _constant(projects, "按竣工年份减开工年份").where(
        ~np.isnan(value), "未填开工或竣工年份（或先后颠倒），待补充"
    )
    status = _constant(projects, "estimate").where(value.notna(), "unknown")
    return _merge(projects, "construction_years", value, rule, status)
