"""What one project may hold, as a pandera schema made from the list of fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

import numpy as np
import pandas as pd
import pandera.pandas as pa

from fengwuwu import region
from fengwuwu.projects.cells import Finding, choices_of
from fengwuwu.projects.columns import Columns
from fengwuwu.projects.fields import BY_KEY, FIELDS, Field

NUMERIC = frozenset({"number", "integer", "year"})
FIRST_YEAR, LAST_YEAR = 1950, 2100
# Ids stand in lists (a;b), mappings (a=1) and "id@finish", so they cannot hold those marks.
_ID = re.compile(r"[\w\-./()（）#]+")
_ORDINAL = re.compile(r"\d{1,4}")


def dtype_of(field: Field) -> type:
    """``float`` for numbers, ``object`` (str or None) for everything else."""
    return float if field.kind in NUMERIC else object


def frame(records: list[dict[str, object]]) -> pd.DataFrame:
    """Records as a table with every field as a column, in the order of `FIELDS`.

    Returns
    -------
    pandas.DataFrame
        Shape (len(records), len(FIELDS)); numbers are float with NaN, everything else str or None.
    """
    return _frame(Columns(records), FIELDS)


def _frame(columns: Columns, fields: Iterable[Field]) -> pd.DataFrame:
    index = pd.RangeIndex(len(columns))  # one for all, or pandas would align every column
    return pd.DataFrame({f.key: pd.Series(columns.values(f.key), index, dtype_of(f)) for f in fields}, index)


def _valid_counties(text: str) -> bool:
    names = text.split(";")
    known = {*region.COUNTY_NAMES, *region.NEIGHBOURS.values()}
    return set(names) <= known and not set(names).isdisjoint(region.COUNTY_NAMES)


def _checks(field: Field) -> list[pa.Check]:
    checks = []

    def rule(holds: Callable[[pd.Series], pd.Series], message: str) -> None:
        checks.append(pa.Check(holds, error=message))

    if field.minimum is not None or field.maximum is not None:
        low, high = field.minimum, field.maximum
        unit = field.unit
        if low is None or high is None:
            bound = f"不小于 {low:g}" if high is None else f"不大于 {high:g}"
            bound += unit and f" {unit}"
        else:
            bound = f"在 {low:g}–{high:g}{unit and f' {unit} '} 之间".replace("  ", " ")
        percent = "；百分数请带 %" if (low, high) == (0, 1) else ""
        least, most = -np.inf if low is None else low, np.inf if high is None else high
        rule(lambda values: values.between(least, most), f"应{bound}{percent}。")
    if field.kind == "year":
        rule(lambda values: values.between(FIRST_YEAR, LAST_YEAR), f"年份应在 {FIRST_YEAR}–{LAST_YEAR} 之间。")
    if field.kind in ("choice", "yes_no"):
        allowed = frozenset(choices_of(field))
        rule(lambda values: values.isin(allowed), "不在允许的取值内。")
    if field.kind == "counties":
        rule(
            lambda values: values.isin({value for value in values.unique() if _valid_counties(str(value))}),
            f"应为{'、'.join(region.COUNTY_NAMES)}（跨县可加{'、'.join(region.NEIGHBOURS.values())}），多个用分号隔开。",
        )
    if field.key == "project_id":
        rule(lambda values: values.astype("str").str.fullmatch(_ID), "编号只能用文字、数字和 - _ . / ( ) #。")
        rule(
            lambda values: ~values.astype("str").str.fullmatch(_ORDINAL),
            "像是序号，不同表会重复；应为本库内唯一的编号，例如 FJ-0001。",
        )
    return checks


@lru_cache(maxsize=1)
def project_schema() -> pa.DataFrameSchema:
    """Schema of the project table: columns, types, required values, bounds, vocabularies. Messages are Chinese."""
    return pa.DataFrameSchema(
        {
            field.key: pa.Column(dtype_of(field), _checks(field), nullable=not field.required, coerce=False)
            for field in FIELDS
        },
        strict=True,
    )


@lru_cache(maxsize=64)
def _part(keys: tuple[str, ...]) -> pa.DataFrameSchema:
    """The schema of some columns."""
    return pa.DataFrameSchema({key: project_schema().columns[key] for key in keys}, strict=True)


def violations(columns: Columns) -> list[tuple[int, str, Finding]]:
    """Everything the schema says about some records, all of it at once.

    Returns
    -------
    list of (int, str, Finding)
        Place of the record, field key, and what is wrong.
    """
    if not len(columns):
        return []
    # A column without a rule, or without a value, has nothing to break; leaving it out saves most of the time.
    rules = project_schema().columns
    judged = [
        field
        for field in FIELDS
        if field.required or (rules[field.key].checks and any(value is not None for value in columns.values(field.key)))
    ]
    try:
        _part(tuple(field.key for field in judged)).validate(_frame(columns, judged), lazy=True)
    except pa.errors.SchemaErrors as errors:
        found = []
        for case in errors.failure_cases.itertuples():
            field = BY_KEY[str(case.column)]
            if case.check == "not_nullable":
                finding = Finding(f"缺少必填项“{field.header}”。", f"请填写。{field.hint}")
            else:
                value = case.failure_case
                shown = f"{value:.15g}" if isinstance(value, float) else str(value)
                remedy = "请改正。" if field.required else "请改正；不清楚请留空。"
                finding = Finding(f"“{shown}”不合要求：{case.check}", remedy)
            found.append((int(case.index), field.key, finding))
        return sorted(found, key=lambda item: item[0])
    return []
