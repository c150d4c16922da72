"""One project's emission reduction as a calculation a person can follow, from the form's figures to the value."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fengwuwu import reference
from fengwuwu.errors import InputError
from fengwuwu.projects import grid_paths
from fengwuwu.projects.account import Account, account
from fengwuwu.projects.emissions import PREFIX, activities
from fengwuwu.projects.fields import header
from fengwuwu.projects.methods import Activity
from fengwuwu.vocabulary import VALUE_STATUS

COLUMNS = ("step", "item", "symbol", "value", "unit", "source", "year", "status")
_INPUTS = {
    "capacity": "capacity_unit",
    "annual_output": "annual_output_unit",
    "measured_output": "measured_output_unit",
    "full_load_hours": "h",
}
_RESULTS = {
    "_low": "年减排量（低值）",
    "_central": "年减排量（中值）",
    "_high": "年减排量（高值）",
    "": "年减排量（保守值，用于排序）",
}
_RESULT_SOURCE = "本工具按上列数值计算；光伏为寿命期年均"


def explain_reduction(project: object, assessed: pd.DataFrame) -> pd.DataFrame:
    """The calculation behind ``emission_reduction_t_per_year`` as a table.

    Parameters
    ----------
    project : str or Series
        A ``project_id``, or a row of `assessed`.
    assessed : DataFrame
        Result of `fengwuwu.projects.assess.assess`.

    Returns
    -------
    DataFrame
        ``step`` (order), ``item`` (Chinese), ``symbol``, ``value`` (number, or text for method and reasons), ``unit``,
        ``source``, ``year``, ``status`` (key of `fengwuwu.vocabulary.VALUE_STATUS`): the method, the form's figures,
        the default values that bear on the result, the factors side by side, and the results.

    Raises
    ------
    InputError
        When there is no such project, or several.
    """
    row = _row(project, assessed)
    first = row.iloc[0]
    chosen = account(str(first["technology"]))
    lines: list[tuple[object, ...]] = []
    if chosen is not None:
        rule = chosen.rule
        ccer = rule["ccer_method"] if isinstance(rule["ccer_method"], str) else "无（不计碳信用收益）"
        words = {"核算方法": rule["name"], "公式": rule["formula"], "现行 CCER 方法学": ccer}
        lines += [
            (item, "", text, "", rule["source"], rule["year"], rule["status"])
            for item, text in words.items()
            if isinstance(text, str)
        ]
    lines += _inputs(first)
    if chosen is not None and chosen.method is not None and pd.notna(first[PREFIX]):
        activity = activities(row, row["lifetime_years_used"])[0]
        lines += _defaults(chosen, activity)
        lines += _factors(chosen)
        lines += _results(first, chosen)
    else:
        reason = str(first["reduction_missing"])
        status = "assumption" if reason.startswith("不适用") else "unknown"
        lines.append(("年减排量", PREFIX, reason, "", "本工具规则", None, status))
    table = pd.DataFrame([(step, *line) for step, line in enumerate(lines, start=1)], columns=list(COLUMNS))
    return table.astype({"value": object, "year": "Int64"})


def _row(project: object, assessed: pd.DataFrame) -> pd.DataFrame:
    identity = project["project_id"] if isinstance(project, pd.Series) else project
    row = pd.DataFrame(assessed[assessed["project_id"] == identity])
    if len(row) != 1:
        found = "没有" if row.empty else f"有 {len(row)} 个"
        raise InputError(f"评估结果中{found}编号为“{identity}”的项目。", remedy="请核对项目编号。")
    return row


def _inputs(first: pd.Series) -> list[tuple[object, ...]]:
    lines: list[tuple[object, ...]] = []
    status = first.get("value_status")
    status = status if isinstance(status, str) and status in VALUE_STATUS else "unverified"
    source = first.get("source")
    source = source if isinstance(source, str) else "申报表"
    for name, unit in _INPUTS.items():
        value = first.get(name)
        if value is not None and pd.notna(value):
            shown_unit = first.get(unit, "") if unit in _INPUTS.values() and unit != "h" else unit
            shown_unit = shown_unit if isinstance(shown_unit, str) else ""
            lines.append((header(name).split("（")[0], name, float(value), shown_unit, source, None, status))
    lifetime, rule, state = (first[f"lifetime_years{end}"] for end in ("_used", "_rule", "_status"))
    if pd.notna(lifetime):
        lines.append(("运行寿命", "lifetime_years", float(lifetime), "年", rule, None, state))
    return lines


def _defaults(chosen: Account, activity: Activity) -> list[tuple[object, ...]]:
    """Only the default values that change this project's result; the others lie on a branch not taken."""
    values = chosen.used()
    plain = {name: value.value for name, value in reference.parameters(chosen.technology, "conservative").items()}
    basis, constant = chosen.ranking[0], grid_paths.path("constant")
    before = chosen.reduction(activity, basis, plain, constant)
    lines: list[tuple[object, ...]] = []
    for name, value in values.items():
        moved = chosen.reduction(activity, basis, {**plain, name: plain[name] * 1.01 + 1e-3}, constant)
        if not np.array_equal(moved, before):
            lines.append((value.name, name, value.value, value.unit, value.source, value.year, value.status))
    return lines


def _factors(chosen: Account) -> list[tuple[object, ...]]:
    if not chosen.on_grid:
        return []
    return [
        (value.name, f"EF_{basis}", value.value, value.unit, value.document or value.source, value.year, value.status)
        for basis, value in chosen.factors.items()
    ]


def _results(first: pd.Series, chosen: Account) -> list[tuple[object, ...]]:
    unit, status = "tCO2e/年", first["reduction_status"]
    lock = "本工具：因子原值、文号，以及全部输入值的校验码"
    version = ("因子与数据版本", "", first["reduction_factors"], "", lock, None, status)
    label = reference.table("bases").set_index("basis")["label"]
    lines: list[tuple[object, ...]] = [version]
    if chosen.on_grid:
        for basis in chosen.factors:
            name = f"年减排量（按{label[basis]}）"
            lines.append((name, basis, float(first[f"{PREFIX}_{basis}"]), unit, _RESULT_SOURCE, None, status))
    for suffix, name in _RESULTS.items():
        lines.append((name, f"{PREFIX}{suffix}", float(first[f"{PREFIX}{suffix}"]), unit, _RESULT_SOURCE, None, status))
    total = float(first["emission_reduction_t_lifetime"])
    lines.append((
        "寿命期减排量（保守值）",
        "emission_reduction_t_lifetime",
        total,
        "tCO2e",
        _RESULT_SOURCE,
        None,
        status,
    ))
    return lines
