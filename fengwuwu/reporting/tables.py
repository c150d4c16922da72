"""From a data frame to the rows of a printed table: labels, decimals, unknown values, marks of status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import pandas as pd

from fengwuwu import vocabulary as words
from fengwuwu.errors import ReportError
from fengwuwu.projects.fields import header as field_header
from fengwuwu.reporting import units
from fengwuwu.reporting.blocks import Align, Cell, ColumnHead

MARKS = {"estimate": "估", "assumption": "假", "unverified": "未"}


@dataclass(frozen=True)
class Column:
    """How one column is printed.

    Attributes
    ----------
    header : str
        Chinese header with its unit; by default that of the project field.
    digits : int or None
        Decimals; None: 0 for whole numbers, else as few as tell the values apart, at most 2.
    labels : mapping, optional
        Vocabulary whose keys stand in the column.
    percent : bool
        A ratio 0–1 is printed as per cent, without the sign (the header says %).
    grouping : bool
        Thousands separated; switch off for years.
    missing : str
        What an empty cell prints.
    align : str, optional
        By default numbers right, text left.
    """

    header: str = ""
    digits: int | None = None
    labels: Mapping[str, str] | None = None
    percent: bool = False
    grouping: bool | None = None
    missing: str = words.VALUE_STATUS["unknown"]
    align: Align | None = None


@dataclass
class Layout:
    """A table ready to print, and the notes its marks need."""

    columns: list[ColumnHead]
    rows: list[list[Cell]]
    notes: list[str]
    has_total: bool


def lay_out(
    frame: pd.DataFrame,
    columns: Mapping[str, str | Column] | Sequence[str] | None = None,
    *,
    status_columns: Mapping[str, str] | None = None,
    total: bool | Sequence[str] = False,
    total_label: str = "合计",
) -> Layout:
    """Print every cell of `frame` as text.

    Parameters
    ----------
    frame : DataFrame
        One row per printed row.
    columns : mapping of str to str or Column, or sequence of str, optional
        The columns printed, in order, with header or `Column`; by default all.
    status_columns : mapping of str to str, optional
        Column → a status key valid for the whole column, or the name of the column that holds each row's status.
    total : bool or sequence of str
        True: the last row of `frame` is a total. Names: add a row with the sums of these columns; missing values are
        not counted as 0, and the row says how many are missing.
    total_label : str
        For a list cut off after N rows say 前N项小计.

    Raises
    ------
    ReportError
        A column is not in the frame, or a status is unknown.
    """
    wanted = _wanted(frame, columns)
    statuses = dict(status_columns or {})
    absent = [name for name in (*wanted, *statuses) if name not in frame]
    absent += [source for source in statuses.values() if source not in words.VALUE_STATUS and source not in frame]
    if absent:
        raise ReportError(f"表中没有列：{'、'.join(absent)}。", remedy=f"已有：{'、'.join(map(str, frame.columns))}。")
    heads: list[ColumnHead] = []
    printed: list[list[Cell]] = []
    used: set[str] = set()
    for name, column in wanted.items():
        cells = _cells(frame[name], column)
        marks = _marks(frame, statuses[name], cells) if name in statuses else [""] * len(cells)
        heading = column.header or field_header(name)
        known = {mark for mark, cell in zip(marks, cells, strict=True) if cell.text != column.missing}
        if len(known) == 1 and (mark := known.pop()):
            heading = _into_header(heading, mark)
        else:
            cells = [
                cell.model_copy(update={"mark": "" if cell.text == column.missing else MARKS.get(mark, "")})
                for cell, mark in zip(cells, marks, strict=True)
            ]
            used |= {mark for mark in known if mark in MARKS}
        heads.append(
            ColumnHead(header=heading, align=column.align or ("right" if _numeric(frame[name], column) else "left"))
        )
        printed.append(cells)
    rows = [list(row) for row in zip(*printed, strict=True)]
    notes = (
        ["上标" + "、".join(f"“{MARKS[key]}”为{words.VALUE_STATUS[key]}" for key in MARKS if key in used)]
        if used
        else []
    )
    if not isinstance(total, bool) and len(frame):
        worst = {name: _worst({cell.mark for cell in cells}) for name, cells in zip(wanted, printed, strict=True)}
        row, missing = _total(frame, wanted, total, total_label, worst)
        rows.append(row)
        notes += missing
    return Layout(heads, rows, notes, bool(total) and len(frame) > 0)


def _wanted(frame: pd.DataFrame, columns: Mapping[str, str | Column] | Sequence[str] | None) -> dict[str, Column]:
    if columns is None:
        columns = list(map(str, frame.columns))
    if not isinstance(columns, Mapping):
        return {name: Column() for name in columns}
    return {name: value if isinstance(value, Column) else Column(value) for name, value in columns.items()}


def _numeric(values: pd.Series, column: Column) -> bool:
    return column.labels is None and pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def _cells(values: pd.Series, column: Column) -> list[Cell]:
    if not _numeric(values, column):
        return [_text_cell(value, column) for value in values]
    scale = 100.0 if column.percent else 1.0
    known = [float(value) * scale for value in values.dropna()]
    digits = _digits(known) if column.digits is None else column.digits
    grouping = not _is_year(str(values.name)) if column.grouping is None else column.grouping
    cells = []
    for value in values:
        if pd.isna(value):
            cells.append(Cell(text=column.missing))
        else:
            number = float(value) * scale
            cells.append(Cell(text=units.number(number, digits, grouping=grouping), value=number))
    return cells


def _is_year(name: str) -> bool:
    """``start_year`` holds years, ``emission_reduction_t_per_year`` does not."""
    return name.endswith("year") and not name.endswith("per_year")


def _text_cell(value: object, column: Column) -> Cell:
    if isinstance(value, (list, tuple)):
        value = "、".join(map(str, value)) or None
    if value is None or value is pd.NA or value != value or value == "":
        return Cell(text=column.missing)
    if column.labels is not None:
        return Cell(text=column.labels.get(str(value), str(value)))
    if isinstance(value, bool):
        return Cell(text="是" if value else "否")
    if isinstance(value, float | int):
        return Cell(text=units.number(float(value), _digits([float(value)])), value=float(value))
    return Cell(text=str(value))


def _digits(known: Sequence[float]) -> int:
    return next((digits for digits in (0, 1) if all(abs(v - round(v, digits)) < 1e-9 for v in known)), 2)


def _marks(frame: pd.DataFrame, source: str, cells: Sequence[Cell]) -> list[str]:
    if source in words.VALUE_STATUS:
        return ["" if source == "official" else source] * len(cells)
    marks = []
    for value in frame[source]:
        key = words.key_of(words.VALUE_STATUS, value) if value is not None and value == value else None
        if key is None and value is not None and value == value and value != "":
            raise ReportError(f"列“{source}”的状态“{value}”不认识。", remedy=f"可用：{'、'.join(words.VALUE_STATUS)}。")
        # A value whose status was not given has not been checked by anyone.
        marks.append("unverified" if key is None else "" if key in ("official", "unknown") else key)
    return marks


def _into_header(heading: str, mark: str) -> str:
    label = words.VALUE_STATUS[mark]
    return f"{heading[:-1]}，{label}）" if heading.endswith("）") else f"{heading}（{label}）"


def _worst(marks: Set[str]) -> str:
    """The weakest status among the cells of a column; `MARKS` runs from better to worse."""
    return next((mark for mark in reversed(MARKS.values()) if mark in marks), "")


def _total(
    frame: pd.DataFrame, wanted: Mapping[str, Column], names: Sequence[str], label: str, worst: Mapping[str, str]
) -> tuple[list[Cell], list[str]]:
    unknown = [name for name in names if name not in wanted]
    if unknown:
        raise ReportError(f"合计的列不在表中：{'、'.join(unknown)}。", remedy="请只对表中印出的列求合计。")
    row: list[Cell] = []
    notes: list[str] = []
    labelled = False
    for name, column in wanted.items():
        if name in names:
            known = pd.to_numeric(frame[name], errors="coerce").dropna()
            short = len(frame) - len(known)
            if not len(known):
                row.append(Cell(text=column.missing))
                continue
            series = pd.Series([*known, float(known.sum())], name=name)
            row.append(
                _cells(series, column)[-1].model_copy(update={"mark": worst[name] + (f"缺{short}" if short else "")})
            )
            if short:
                notes = ["上标“缺”及其后的数字为未计入合计的待补充项数"]
        elif not labelled:
            row.append(Cell(text=label))
            labelled = True
        else:
            row.append(Cell(text=""))
    return row, notes
