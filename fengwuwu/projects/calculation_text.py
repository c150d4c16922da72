"""The calculation of `explanation` as lines of text: aligned columns, sources as numbered notes below."""

from __future__ import annotations

import unicodedata

import pandas as pd

from fengwuwu import vocabulary as words
from fengwuwu.projects.factor_lock import exact

_CASES = ("value", "low", "central", "high")
_HEADS = ("步", "项目", "符号", "保守值", "低值", "中值", "高值", "单位", "状态", "依据")
_RIGHT = {0, 3, 4, 5, 6}


def lines(table: pd.DataFrame) -> list[str]:
    """The lines to print.

    Parameters
    ----------
    table : DataFrame
        Of `fengwuwu.projects.explanation.explain_reduction`.

    Returns
    -------
    list of str
        Texts (method, formula, reasons) as sentences, numbers as a table with four columns of values, then the notes
        that the last column refers to. Three equal ends of a range are printed once, in the first column.
    """
    notes: list[str] = []
    said: list[str] = []
    rows: list[list[str]] = []
    for step in table.to_dict("records"):
        year = "" if pd.isna(step["year"]) else f"，{step['year']} 年"
        note = f"{step['source']}{year}"
        if note not in notes:
            notes.append(note)
        mark = f"[{notes.index(note) + 1}]"
        status = words.label(words.VALUE_STATUS, step["status"])
        if isinstance(step["value"], str):
            said.append(f"{step['step']}. {step['item']}：{step['value']}（{status}）{mark}")
            continue
        cells = [_number(step[case], str(step["unit"])) for case in _CASES]
        if len(set(cells)) == 1:
            cells[1:] = ["", "", ""]
        unit = words.UNIT.get(str(step["unit"]), str(step["unit"]))
        rows.append([f"{step['step']}", str(step["item"]), str(step["symbol"]), *cells, unit, status, mark])
    aligned = _align([list(_HEADS), *rows]) if rows else []
    return [*said[:-1], *aligned, *said[-1:], *[f"  [{i}] {note}" for i, note in enumerate(notes, start=1)]]


def _number(value: object, unit: str) -> str:
    if not isinstance(value, (int, float)) or value != value:
        return ""
    if unit.startswith(("tCO2e", "MWh/")):  # results; everything else stands as in its source
        return f"{value + 0.0:,.0f}" if abs(value) >= 1000 else f"{value + 0.0:,.4g}"
    return exact(float(value))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def _align(rows: list[list[str]]) -> list[str]:
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(_pad(cell, widths[i], i in _RIGHT) for i, cell in enumerate(row)).rstrip() for row in rows]


def _pad(text: str, width: int, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space
