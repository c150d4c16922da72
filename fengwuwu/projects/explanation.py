"""One project's emission reduction as a calculation a person can follow, from the form's figures to the value.

Every method is a sum of a part without power and of power times the grid factor, ``A + E·EF``; both parts are shown, so
that the result can be followed for each factor and each end of the ranges.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from fengwuwu import reference
from fengwuwu.errors import InputError
from fengwuwu.projects import activity_figures, factor_lock, grid_paths
from fengwuwu.projects.account import Account, account
from fengwuwu.projects.emissions import PREFIX, activities
from fengwuwu.projects.fields import header
from fengwuwu.projects.grid_paths import Path
from fengwuwu.projects.methods import METHODS, Activity
from fengwuwu.projects.sampling import percentiles, sample
from fengwuwu.vocabulary import VALUE_STATUS

CASES = ("conservative", "low", "central", "high")
COLUMNS = ("step", "item", "symbol", "value", "low", "central", "high", "unit", "source", "year", "status")
# The lifetime mean by the factors that rank is sampled so often when nobody asks for more.
DRAWS, SEED = 1000, 1
_INPUTS = {
    "capacity": "capacity_unit",
    "annual_output": "annual_output_unit",
    "measured_output": "measured_output_unit",
    "full_load_hours": "h",
}
_HERE = "本工具计算"
_Line = tuple[object, ...]


def explain_reduction(
    project: object, assessed: pd.DataFrame, draws: int | None = None, seed: int = SEED
) -> pd.DataFrame:
    """The calculation behind ``emission_reduction_t_per_year`` as a table.

    Parameters
    ----------
    project : str or Series
        A ``project_id``, or a row of `assessed`.
    assessed : DataFrame
        Result of `fengwuwu.projects.assess.assess`.
    draws, seed : int, optional
        How often, and from which seed, the default values are drawn from their ranges. Asked for, the percentiles are
        given by each grid factor, and it is said when nothing varies; otherwise only by the factors that rank.

    Returns
    -------
    DataFrame
        ``step`` (order), ``item`` (Chinese), ``symbol``, ``value`` (the number behind the conservative value, or text
        for method and reasons), ``low, central, high`` (the number behind each of these; None for text), ``unit``,
        ``source``, ``year``, ``status`` (key of `fengwuwu.vocabulary.VALUE_STATUS`): the method, the form's figures,
        the default values that bear on the result, the factors side by side, the parts ``A`` and ``E``, the results by
        factor, and the results.

    Raises
    ------
    InputError
        When there is no such project, or several.
    """
    row = _row(project, assessed)
    first = row.iloc[0]
    chosen = account(str(first["technology"]))
    lines = [*_method(chosen), *_inputs(first)]
    if chosen is not None and chosen.method is not None and pd.notna(first[PREFIX]):
        activity, path = activities(row, row["lifetime_years_used"])[0], factor_lock.path_of(first)
        lines += [*_defaults(chosen, activity), *_factors(chosen, path)]
        lines += [*_parts(chosen, activity, path, first), *_by_basis(chosen, activity, path, first)]
        lines += [*_results(row, chosen), *_sampled(row, chosen, path, draws, seed)]
        lines += _scenarios(chosen, activity, path)
        lines.append(_version(first))
    else:
        reason = str(first["reduction_missing"])
        status = "assumption" if reason.startswith("不适用") else "unknown"
        lines.append(_text("年减排量", reason, "本工具规则", None, status))
    table = pd.DataFrame([(step, *line) for step, line in enumerate(lines, start=1)], columns=list(COLUMNS))
    return table.astype({name: object for name in ("value", *CASES[1:])} | {"year": "Int64"})


def _row(project: object, assessed: pd.DataFrame) -> pd.DataFrame:
    identity = project["project_id"] if isinstance(project, pd.Series) else project
    row = pd.DataFrame(assessed[assessed["project_id"] == identity])
    if len(row) != 1:
        found = "没有" if row.empty else f"有 {len(row)} 个"
        raise InputError(f"评估结果中{found}编号为“{identity}”的项目。", remedy="请核对项目编号。")
    return row


def _text(item: str, text: str, source: object, year: object, status: object) -> _Line:
    return item, "", text, None, None, None, "", source, year, status


def _same(item: str, symbol: str, value: float, unit: str, source: object, year: object, status: object) -> _Line:
    """A number that is the same for every case."""
    return item, symbol, value, value, value, value, unit, source, year, status


def _method(chosen: Account | None) -> Iterator[_Line]:
    if chosen is None:
        return
    rule = chosen.rule
    ccer = rule["ccer_method"] if isinstance(rule["ccer_method"], str) else "无（不计碳信用收益）"
    words = {"核算方法": rule["name"], "公式": rule["formula"], "基准线": rule["baseline"], "现行 CCER 方法学": ccer}
    for item, text in words.items():
        if isinstance(text, str):
            yield _text(item, text, rule["source"], rule["year"], rule["status"])


def _inputs(first: pd.Series) -> Iterator[_Line]:
    status = first.get("value_status")
    status = status if isinstance(status, str) and status in VALUE_STATUS else "unverified"
    source = first.get("source")
    source = source if isinstance(source, str) else "申报表"
    for name, unit in _INPUTS.items():
        value = first.get(name)
        if value is not None and pd.notna(value):
            shown_unit = unit if unit == "h" else first.get(unit)
            shown_unit = shown_unit if isinstance(shown_unit, str) else ""
            year = first.get("measured_year") if name == "measured_output" else None
            yield _same(header(name).split("（")[0], name, float(value), shown_unit, source, year, status)
    for figure, amount in activity_figures.given(first):
        yield _same(figure.label, figure.figure, amount, figure.unit, source, None, status)
    lifetime, rule, state = (first[f"lifetime_years{end}"] for end in ("_used", "_rule", "_status"))
    if pd.notna(lifetime):
        yield _same("运行寿命", "L", float(lifetime), "年", rule, None, state)


def _values(chosen: Account, case: str) -> dict[str, float]:
    return {name: value.value for name, value in reference.parameters(chosen.technology, case).items()}


def _at(chosen: Account, activity: Activity, defaults: dict[str, float], factor: float) -> float:
    return float(METHODS[str(chosen.method)](activity, defaults, factor)[0])


def _defaults(chosen: Account, activity: Activity) -> Iterator[_Line]:
    """Only the default values that change this project's result; the others lie on a branch not taken."""
    plain = _values(chosen, "conservative")
    factor = next(iter(chosen.factors.values())).value
    before = _at(chosen, activity, plain, factor)
    ranges = {case: reference.parameters(chosen.technology, case) for case in CASES[1:]}
    for name, value in chosen.used().items():
        if _at(chosen, activity, {**plain, name: plain[name] * 1.01 + 1e-3}, factor) != before:
            ends = [ranges[case][name].value for case in CASES[1:]]
            unit = "" if value.unit == "1" else value.unit
            yield value.name, name, value.value, *ends, unit, value.source, value.year, value.status


def _factors(chosen: Account, path: Path) -> Iterator[_Line]:
    if not chosen.on_grid:
        return
    for basis, value in chosen.factors.items():
        role = "参与排序" if basis in chosen.ranking else "只作对照"
        source = "；".join(dict.fromkeys(part for part in (value.source, value.document) if part))
        name = f"{value.name}（{role}）"
        yield _same(name, f"EF_{basis}", value.value, value.unit, source, value.year, value.status)
    if not path.constant:
        yield _same(f"情景：{path.label}", "g", path.annual_change, "1/年", path.source, None, path.status)


def _parts(chosen: Account, activity: Activity, path: Path, first: pd.Series) -> Iterator[_Line]:
    """``A`` and ``E``; under a path the factor has no single value, so there is nothing to multiply by hand."""
    if not chosen.on_grid or not path.constant:
        return
    rest = [_at(chosen, activity, _values(chosen, case), 0.0) for case in CASES]
    power = [_at(chosen, activity, _values(chosen, case), 1.0) - a for case, a in zip(CASES, rest, strict=True)]
    source, status = f"{_HERE}：寿命期年均，由上列数值按公式", first["reduction_status"]
    yield "替代或节约的电量（负为多耗）", "E", *power, "MWh/年", source, None, status
    yield "不随电网因子变化的部分", "A", *rest, "tCO2e/年", source, None, status


def _by_basis(chosen: Account, activity: Activity, path: Path, first: pd.Series) -> Iterator[_Line]:
    if not chosen.on_grid:
        return
    label = reference.table("bases").set_index("basis")["label"]
    source = f"{_HERE}：A＋E×EF，寿命期年均" if path.constant else f"{_HERE}：逐年按情景因子，寿命期年均"
    for basis in chosen.factors:
        amounts = [float(chosen.reduction(activity, basis, _values(chosen, case), path)[0]) for case in CASES]
        name = f"年减排量，按{label[basis]}"
        yield name, f"ER_{basis}", *amounts, "tCO2e/年", source, None, first["reduction_status"]


def _results(row: pd.DataFrame, chosen: Account) -> Iterator[_Line]:
    first, label = row.iloc[0], reference.table("bases").set_index("basis")["label"]
    status = first["reduction_status"]
    source = f"{_HERE}：用缺省值的保守端与中值"
    if chosen.on_grid:
        ranking = "、".join(str(label[basis]) for basis in chosen.ranking)
        lower = "两者中较低的一个" if len(chosen.ranking) > 1 else ""
        source = (
            f"{_HERE}：保守值按{ranking}{lower}，用于排序；低值、高值取各因子中最低、最高；"
            f"中值按{label[chosen.central]}"
        )
    figures = [float(first[f"{PREFIX}{suffix}"]) for suffix in ("", "_low", "_central", "_high")]
    yield "年减排量", "ER", *figures, "tCO2e/年", source, None, status
    total = float(first["emission_reduction_t_lifetime"])
    note = f"{_HERE}：年减排量保守值×运行寿命"
    yield "寿命期减排量", "ER×L", total, None, None, None, "tCO2e", note, None, status


def _sampled(row: pd.DataFrame, chosen: Account, path: Path, draws: int | None, seed: int) -> Iterator[_Line]:
    """Percentiles of seeded draws; by each factor when they are asked for."""
    label = reference.table("bases").set_index("basis")["label"]
    count = DRAWS if draws is None else draws
    note = f"{_HERE}：缺省值在其区间内抽样 {count} 次（种子 {seed}），5 %、50 %、95 % 分位数；申报的数值不变"
    bases = {"ranking": "参与排序的因子"}
    if draws is not None and chosen.on_grid:
        bases |= {basis: str(label[basis]) for basis in chosen.factors}
    for basis, name in bases.items():
        figures = percentiles(sample(row, count, seed, basis=basis, path=path.key)).iloc[0]
        fixed = np.isclose(figures.min(), figures.max())
        if not fixed or draws is not None:
            said = f"{note}；此处没有带区间的缺省值，抽样不改变结果" if fixed else note
            yield f"抽样分位数，按{name}", "P5/P50/P95", None, *figures, "tCO2e/年", said, None, "assumption"


def _scenarios(chosen: Account, activity: Activity, path: Path) -> Iterator[_Line]:
    """What the result would be under the other assumed paths of the grid factor."""
    if not chosen.on_grid:
        return
    for key in reference.table("grid_paths")["path"]:
        other = grid_paths.path(key)
        if other.key == path.key:
            continue
        by_basis = [
            float(chosen.reduction(activity, basis, _values(chosen, "conservative"), other)[0])
            for basis in chosen.ranking
        ]
        name, symbol = f"对照：{other.label}", f"ER({other.key})"
        note = f"情景对照，不用于排序；{other.source}"
        yield name, symbol, min(by_basis), None, None, None, "tCO2e/年", note, None, other.status


def _version(first: pd.Series) -> _Line:
    note = f"{_HERE}：因子原值、文号，全部输入值的校验码"
    return _text("因子与数据版本", str(first["reduction_factors"]), note, None, first["reduction_status"])
