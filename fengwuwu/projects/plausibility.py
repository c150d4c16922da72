"""Figures of a project against the usual range of its technology (``data/reference/plausible_ranges.csv``).

Hours at full load that the assessment has a range for (``parameters.csv``) are measured by that one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fengwuwu import reference
from fengwuwu.projects import units
from fengwuwu.projects.cells import Finding
from fengwuwu.projects.technologies import technologies
from fengwuwu.vocabulary import VALUE_STATUS, label

_HOURS = "full_load_hours"
_SLACK = 1e-9  # a figure on the limit is within it


@dataclass(frozen=True)
class Range:
    """What is usual for a technology, both ends included."""

    quantity: str
    name: str
    low: float
    high: float
    unit: str
    status: str


def ranges() -> dict[str, list[Range]]:
    """The ranges of each technology that has some."""
    hours = reference.table("parameters")
    hours = hours[(hours["parameter"] == _HOURS) & hours["low"].notna()].assign(quantity=_HOURS)
    found: dict[str, list[Range]] = {}
    for table in (reference.table("plausible_ranges"), hours):
        for row in table.to_dict("records"):
            limits = Range(*(row[name] for name in Range.__dataclass_fields__))
            found.setdefault(str(row["technology"]), []).append(limits)
    return found


def unusual(record: Mapping[str, object], known: Mapping[str, list[Range]]) -> Iterator[tuple[str, Finding]]:
    """The field and finding of every figure outside its range; a figure that is not known is not judged."""
    technology = str(record.get("technology"))
    for limits in known.get(technology, ()):
        key, value = _measured(record, limits.quantity, technology)
        if value is None or limits.low * (1 - _SLACK) <= value <= limits.high * (1 + _SLACK):
            continue
        message = (
            f"{limits.name} {value:.4g} {limits.unit}，不在{technologies()[technology].label}的常见范围 "
            f"{limits.low:g}–{limits.high:g} 内（{label(VALUE_STATUS, limits.status)}）。"
        )
        yield key, Finding(message, "请核对数值和单位；属实请在备注中说明原因。", "warning")


def _measured(record: Mapping[str, object], quantity: str, technology: str) -> tuple[str, float | None]:
    """The field a quantity is about, and its value; None when a figure or its unit is not known."""
    if quantity == _HOURS and isinstance(stated := record.get(_HOURS), float):
        return _HOURS, stated
    key, scale = {
        "investment_per_capacity": ("investment_wan_yuan", 1.0),
        "claim_per_capacity": ("claimed_reduction_t_per_year", 1.0),
        _HOURS: ("annual_output", 1000.0),  # GWh to MWh, per MW
    }[quantity]
    value, capacity = record.get(key), record.get("capacity")
    wanted = technologies()[technology]
    same = units.normalise(str(record.get("capacity_unit") or "")) == units.normalise(wanted.capacity_unit)
    if quantity == _HOURS:
        same = same and record.get("annual_output_unit") == wanted.output_unit
    if not (same and isinstance(value, float) and isinstance(capacity, float) and capacity > 0):
        return key, None
    return key, value / capacity * scale
