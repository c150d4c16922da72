"""A value and its unit, which stands in the cell, in a column of its own or in the header, in the technology's unit."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from fengwuwu.projects import units
from fengwuwu.projects.cells import CellError, Finding, Value, clean, narrow, number_and_unit, parse
from fengwuwu.projects.fields import BY_KEY
from fengwuwu.projects.technologies import technologies
from fengwuwu.vocabulary import UNIT

# Units without a technology to say which one is wanted.
_COMMON_UNITS = ("MW", "GWh")


class Quantity(NamedTuple):
    """What a value and its unit mean.

    Attributes
    ----------
    amount : float or None
        In `unit`; None when unknown or not understood.
    unit : str
        The technology's where the one given can be converted to it, else as given; empty when none is.
    findings : tuple of Finding
    """

    amount: Value
    unit: str
    findings: tuple[Finding, ...]


def read(key: str, unit_key: str, header_unit: str, raw: object, raw_unit: object, technology: Value) -> Quantity:
    """Read a value and its unit; a unit in the cell goes before that of the row, and this before that of the header.

    Parameters
    ----------
    key, unit_key : str
        Fields of the value and of its unit.
    header_unit : str
        Unit the header states; empty when it states none.
    raw, raw_unit : object
        Cells of the value and of the unit; None when there are none.
    technology : str or None
    """
    unit = _stated(raw_unit)
    findings: list[Finding] = []
    value: Value | Fraction
    if (written := _with_unit(raw)) is not None:
        value, cell_unit, approximate = written
        if unit and units.factor(cell_unit, unit) != 1:
            message = f"单元格写明“{cell_unit}”，与单位“{unit}”不同，按单元格读取。"
            findings.append(Finding(message, "请核对。", "warning"))
        unit = cell_unit
        if approximate:
            findings.append(Finding(f"“{clean(raw)}”是约数。", "请核实准确值。", "warning"))
    else:
        value, findings = parse(raw, BY_KEY[key])
    unit = unit or header_unit
    if value is not None and not unit:
        findings.append(Finding("没有写单位，数值不能用于计算。", f"请填写“{BY_KEY[unit_key].header}”。", "warning"))
    factor, unit, doubt = _aim(unit, key, str(technology or ""))
    if factor != 1 and isinstance(value, float):
        value = Fraction(repr(value))
    amount = units.to_float(value * factor) if isinstance(value, Fraction) else value
    return Quantity(amount, unit, (*findings, doubt) if doubt else tuple(findings))


@lru_cache(maxsize=1024, typed=True)
def _stated(raw: object) -> str:
    """What a cell of units says; empty when nothing."""
    unit = clean(raw)
    return "" if narrow(unit) in ("-", "—", "/", "无") else unit


def _with_unit(raw: object) -> tuple[Fraction, str, bool] | None:
    """As `number_and_unit`, for a cell that states a unit; None for any other."""
    if not isinstance(raw, str):
        return None
    try:
        found = number_and_unit(clean(raw))
    except CellError:
        return None
    return found if found[1] else None


@lru_cache(maxsize=1024)
def _aim(unit: str, key: str, technology: str) -> tuple[Fraction, str, Finding | None]:
    """By what to multiply, the unit this gives, and what is doubtful about the unit."""
    if not unit:
        return Fraction(1), "", None
    item = technologies().get(technology)
    wanted = (item.capacity_unit if key == "capacity" else item.output_unit) if item else ""
    for target in (wanted,) if wanted else _COMMON_UNITS:
        factor = units.factor(unit, target)
        if factor is not None:
            return factor, target, None
    doubt = None
    if wanted and item:
        shown = UNIT.get(wanted, wanted)
        doubt = Finding(
            f"单位“{unit}”不能换算为“{item.label}”的规定单位“{shown}”，原样保留。", f"请改用 {shown}。", "warning"
        )
    elif not units.dimensions(unit):
        doubt = Finding(f"不认识单位“{unit}”，原样保留。", "请核对。", "warning")
    return Fraction(1), unit, doubt
