"""What a column of the project table is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "text", "number", "integer", "year", "date", "counties", "choice", "list", "mapping", "figures", "yes_no"
]


@dataclass(frozen=True)
class Field:
    """One column of the project table.

    Attributes
    ----------
    key : str
        Column name in tables; carries the unit where there is one.
    header : str
        Chinese header without unit.
    kind : str
        ``text``, ``number`` (float), ``integer``, ``year`` (four digits), ``date`` (``2026-09-30`` or ``2026-09``),
        ``counties`` (full names joined by ``;``), ``choice`` (a key of `choices`), ``list`` (``a;b``), ``mapping``
        (``key=value;key=value``), ``figures`` (of `fengwuwu.projects.activity_figures`), ``yes_no``.
    unit : str
        Unit after conversion; empty when dimensionless or text.
    choices : mapping of str to str
        Allowed keys and their Chinese labels.
    required : bool
        A row without it is rejected.
    minimum, maximum : float or None
        Closed bounds of a number.
    synonyms : tuple of str
        Other headers that mean the same.
    hint : str
        Chinese help shown in the form.
    short : str
        Name in a shapefile, where a field name has ten bytes; only for keys whose first ten letters do not tell.
    """

    key: str
    header: str
    kind: Kind = "text"
    unit: str = ""
    choices: Mapping[str, str] | None = None
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    synonyms: tuple[str, ...] = ()
    hint: str = ""
    short: str = ""

    @property
    def full_header(self) -> str:
        """Header with its unit, as it stands in forms: ``总投资（万元）``."""
        return f"{self.header}（{self.unit}）" if self.unit else self.header

    @property
    def shapefile_name(self) -> str:
        """Name of at most ten bytes, as a shapefile holds it."""
        return self.short or self.key[:10]
