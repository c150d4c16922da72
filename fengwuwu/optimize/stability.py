"""Family 8, stability: how far a plan may move from an earlier one, Σ_p |Σ_s y_{p,s} − y⁰_p| ≤ Δ.

y⁰ is 0 for a new arrival, so taking one in is a change. A moved start is no change unless `Stability.count_moves`.
For a divisible programme any change of its fraction counts as one. A project that is no longer there (withdrawn, set
aside) cannot stay in whatever is decided, so it is reported and takes nothing from Δ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd
import pulp

if TYPE_CHECKING:
    from fengwuwu.optimize.model import Expression, Model

SAME_FRACTION = 1e-6
Decided = dict[str, tuple[float, int]]


@dataclass(frozen=True)
class Stability:
    """The earlier plan, and how far from it the new one may be.

    Attributes
    ----------
    previous : dict of str to (float, int)
        Fraction and start year of every project the earlier plan funded, by project_id.
    max_changes : int or None
        Δ; None: any number.
    change_price : float or None
        Price of one change in the unit of the first objective; Δ was chosen by it.
    count_moves : bool
        Whether a moved start is a change.
    """

    previous: Decided = field(default_factory=dict)
    max_changes: int | None = None
    change_price: float | None = None
    count_moves: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self) | {"previous": {name: list(decided) for name, decided in self.previous.items()}}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Stability:
        """The inverse of `to_dict`."""
        previous = {str(name): (float(part), int(start)) for name, (part, start) in data["previous"].items()}
        return cls(**{**data, "previous": previous})

    def changes(self, decisions: pd.DataFrame) -> dict[str, str]:
        """What changed in a decision table, by project_id: ``in``, ``out``, ``part`` or, when counted, ``moved``."""
        found = {}
        for name, part, start in decisions[["project_id", "fraction", "start_year"]].itertuples(index=False, name=None):
            before, when = self.previous.get(str(name), (0.0, 0))
            if abs(part - before) > SAME_FRACTION:
                found[str(name)] = "in" if before == 0 else "out" if part == 0 else "part"
            elif part > 0 and self.count_moves and int(start) != when:
                found[str(name)] = "moved"
        return found


def decided(decisions: pd.DataFrame) -> Decided:
    """Fraction and start of the funded projects of a decision table."""
    funded = decisions[decisions["funded"]]
    return {
        str(name): (float(part), int(start))
        for name, part, start in funded[["project_id", "fraction", "start_year"]].itertuples(index=False, name=None)
    }


def changes(model: Model, rule: Stability) -> tuple[Expression, float]:
    """The number of changes as expression and constant; a binary ``c_p`` for each divisible one funded before."""
    terms = model.terms
    count: Expression = {}
    constant = 0.0
    for p, name in enumerate(terms.ids):
        before, when = rule.previous.get(name, (0.0, 0))
        if not before:
            count |= {model.start[p, s]: 1.0 for s in terms.starts[p]}
        elif terms.divisible[p]:
            count[_part_changed(model, p, before, when if rule.count_moves else None)] = 1.0
        else:
            kept = [when] if rule.count_moves else terms.starts[p]
            constant += 1.0
            count |= {model.fund[p, s]: -1.0 for s in terms.starts[p] if s in kept}
    return count, constant


def _part_changed(model: Model, p: int, before: float, when: int | None) -> pulp.LpVariable:
    """A binary that is 1 when the fraction of a divisible project (or, with `when`, its start) is another one."""
    changed = model.problem.add_variable(f"c_{p}", cat=pulp.LpBinary)
    starts = model.terms.starts[p]
    part = {model.fund[p, s]: 1.0 for s in starts}
    if before < 1:
        model.row(f"more_{p}", part | {changed: before - 1.0}, "<=", before)
    model.row(f"less_{p}", part | {changed: before}, ">=", before)
    if when is not None:
        for s in starts:
            if s != when:
                model.row(f"moved_{p}_{s}", {model.start[p, s]: 1.0, changed: -1.0}, "<=", 0)
    return changed
