"""Ids for projects whose form gives none: ``FJ-K0001``, by county, each once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from fengwuwu import region
from fengwuwu.projects.cells import Value

# K for 库: the numbers of the library never meet those that offices give, such as FJ-0001.
_PREFIXES = {"奉节县": "FJ", "巫山县": "WS", "巫溪县": "WX"}
_SEVERAL = "KX"  # 跨县
_FORM = re.compile(r"([A-Z]{2})-K(\d+)")


class Numbers:
    """Gives out ids: county (several: KX), K, and a number one above the highest in use.

    Parameters
    ----------
    used : iterable of str
        Ids that are taken, of any form.
    """

    def __init__(self, used: Iterable[str]) -> None:
        self._last: dict[str, int] = {}
        for ident in used:
            if match := _FORM.fullmatch(ident):
                self._last[match[1]] = max(self._last.get(match[1], 0), int(match[2]))

    def next(self, record: Mapping[str, Value]) -> str:
        """An id for a project."""
        counties = region.split_counties(record.get("county"))
        prefix = _PREFIXES.get(counties[0], _SEVERAL) if len(counties) == 1 else _SEVERAL
        self._last[prefix] = self._last.get(prefix, 0) + 1
        return f"{prefix}-K{self._last[prefix]:04d}"
