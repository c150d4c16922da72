"""How one technology is accounted for: its method, its default values and the grid factors side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from fengwuwu import reference
from fengwuwu.projects.grid_paths import Path
from fengwuwu.projects.methods import METHODS, Activity, Defaults
from fengwuwu.projects.tabular import Floats
from fengwuwu.reference import Value

BASES = ("cm", "average", "ifi", "floor")


@dataclass(frozen=True)
class Account:
    """How one technology is accounted for: its row of ``methodologies`` and its grid factors by basis."""

    technology: str
    rule: pd.Series
    factors: dict[str, Value]

    @property
    def method(self) -> str | None:
        """Key of `fengwuwu.projects.methods.METHODS`, or None."""
        name = self.rule["method"]
        return str(name) if isinstance(name, str) else None

    @property
    def central(self) -> str:
        """The basis of the central value."""
        return str(self.rule["central_basis"])

    @property
    def ranking(self) -> list[str]:
        """The bases of which the lower result ranks."""
        ranked = reference.table("bases")
        allowed = set(ranked.loc[ranked["ranked"] == "yes", "basis"])
        # Savings of electricity are counted with the average only; combined margins belong to generation.
        return [b for b in self.factors if b in allowed] if self.central == "cm" else [self.central]

    def reduction(self, activity: Activity, basis: str, defaults: Defaults, path: Path) -> Floats:
        """Mean annual reduction over the lifetime, tCO2e/yr, shape (n,), or (n, draws) as the figures broadcast."""
        if path.constant:  # every method is linear in the age of the plant, so the mean age gives the mean
            return METHODS[str(self.method)](activity, defaults, self.factors[basis].value)
        total, years = np.array(0.0), activity.lifetime
        for year, value in self.by_year(activity, basis, defaults, path):
            total = total + np.where(year <= years, value, 0.0)
        return np.asarray(np.where(np.isnan(years), np.nan, total / years), dtype=float)

    def by_year(self, activity: Activity, basis: str, defaults: Defaults, path: Path) -> Iterator[tuple[int, Floats]]:
        """The reduction in each year of operation, 1 … the longest lifetime; a shorter one's later years are wrong."""
        factor = self.factors[basis]
        years = activity.lifetime[~np.isnan(activity.lifetime)]
        for year in range(1, int(years.max()) + 1 if len(years) else 1):
            ef = factor.value * path.multiplier(factor.year, activity.first_year, year)
            yield year, METHODS[str(self.method)](replace(activity, year=year), defaults, ef)

    def used(self, case: str = "conservative") -> dict[str, Value]:
        """The default values that the method reads."""
        values = reference.parameters(self.technology, case)
        reads = _Reads({name: value.value for name, value in values.items()})
        one = np.ones(1)
        METHODS[str(self.method)](Activity(one, one, one, one), reads, 0.5)
        return {name: values[name] for name in values if name in reads.names}

    @property
    def on_grid(self) -> bool:
        """Whether a grid factor enters the result."""
        return len(self.factors) > 1

    @property
    def ranking_factors(self) -> list[Value]:
        """The grid factors behind the conservative and the central value."""
        names = dict.fromkeys([*self.ranking, self.central])
        return [self.factors[basis] for basis in names] if self.on_grid else []


class _Reads(dict[str, float]):
    """Default values that remember which of them were read."""

    def __init__(self, values: Mapping[str, float]) -> None:
        super().__init__(values)
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> float:
        self.names.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: float = np.nan) -> float:  # type: ignore[override]
        try:
            return self[name]
        except KeyError:
            return default


def account(technology: str) -> Account | None:
    """The account of a technology, or None when the technology is not in the vocabulary."""
    rules = reference.table("methodologies")
    rows = rules[rules["technology"] == technology]
    if rows.empty:
        return None
    rule = rows.iloc[0]
    bases = str(rule["bases"]).split(";") if isinstance(rule["bases"], str) else []
    return Account(technology, rule, {basis: _factor(basis, rule["mix"]) for basis in bases})


def _factor(basis: str, mix: object) -> Value:
    table = reference.table("bases").set_index("basis")
    area = str(table.at[basis, "area"])
    if basis in {"cm", "ifi"}:
        return reference.factor(f"combined_margin_{mix}", area)
    return reference.factor("grid_average", area)
