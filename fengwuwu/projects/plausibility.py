"""Figures of a project against the usual range of its technology (``data/reference/plausible_ranges.csv``).

Hours at full load that the assessment has a range for (``parameters.csv``) are measured by that one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fengwuwu import reference
from fengwuwu.projects import units
from fengwuwu.projects.cells import Finding
from fengwuwu.projects.columns import Columns, Floats
from fengwuwu.projects.technologies import technologies
from fengwuwu.vocabulary import VALUE_STATUS, label

Places = npt.NDArray[np.int_]
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


def unusual(columns: Columns, known: Mapping[str, list[Range]]) -> Iterator[tuple[int, str, Finding]]:
    """Place, field and finding of every figure outside its range; a figure that is not known is not judged."""
    for (technology, *written), group in columns.groups("technology", "capacity_unit", "annual_output_unit"):
        places, name = np.array(group), str(technology)
        for limits in known.get(name, ()):
            for key, values in _measured(columns, limits.quantity, places, name, *written):
                outside = (values < limits.low * (1 - _SLACK)) | (values > limits.high * (1 + _SLACK))
                for place, value in zip(places[outside].tolist(), values[outside].tolist(), strict=True):
                    rounded = float(f"{value:.4g}")  # written without an exponent
                    message = (
                        f"{limits.name} {rounded:.15g} {limits.unit}，不在{technologies()[name].label}的常见范围 "
                        f"{limits.low:.15g}–{limits.high:.15g} 内（{label(VALUE_STATUS, limits.status)}）。"
                    )
                    yield place, key, Finding(message, "请核对数值和单位；属实请在备注中说明原因。", "warning")


def _measured(
    columns: Columns, quantity: str, places: Places, technology: str, capacity_unit: object, output_unit: object
) -> Iterator[tuple[str, Floats]]:
    """The fields a quantity is about, and its values; NaN where a figure or its unit is not known.

    Hours that a form states go before those that follow from its output.
    """
    stated = columns.numbers(_HOURS)[places]
    if quantity == _HOURS:
        yield _HOURS, stated
    key, scale = {
        "investment_per_capacity": ("investment_wan_yuan", 1.0),
        "claim_per_capacity": ("claimed_reduction_t_per_year", 1.0),
        _HOURS: ("annual_output", 1000.0),  # GWh to MWh, per MW
    }[quantity]
    wanted = technologies()[technology]
    if units.normalise(str(capacity_unit or "")) != units.normalise(wanted.capacity_unit):
        return
    if quantity == _HOURS and output_unit != wanted.output_unit:
        return
    capacity = columns.numbers("capacity")[places]
    with np.errstate(over="ignore"):
        values = columns.numbers(key)[places] / np.where(capacity > 0, capacity, np.nan) * scale
    yield key, np.where(np.isnan(stated), values, np.nan) if quantity == _HOURS else values
