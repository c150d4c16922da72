"""How alike two projects are, by name, owner and place; for rows of a form that do not say which project they mean."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from pyproj import Geod
from rapidfuzz import fuzz

from fengwuwu import reference
from fengwuwu.projects.traits import Traits

# For names that differ in size or in a remark only.
_NOT_QUITE = 0.99
_GEOD = Geod(ellps="GRS80")
_AGREE = {True: "相同", False: "不同", None: "不详"}


@dataclass(frozen=True)
class Likeness:
    """A known project that a row may mean.

    Attributes
    ----------
    project_id : str
    score : float
        Likeness as a whole, 0–1: the weighted mean of the three below (weights in ``matching.csv``).
    name, owner, place : float or None
        Likeness of each, 0–1; None when one side, or both, do not say.
    owner_agrees, place_agrees, code_agrees : bool or None
        Whether they are the same; None when one side, or both, do not say.
    clear : bool
        Whether it is the same project beyond doubt: same name, a score that says so, and nothing against it.
    """

    project_id: str
    score: float
    name: float
    owner: float | None
    place: float | None
    owner_agrees: bool | None
    place_agrees: bool | None
    code_agrees: bool | None
    clear: bool = False

    def __str__(self) -> str:
        """The likeness in words: 相似度 92%：名称 87%，单位相同，地点不详."""
        parts = [f"名称 {self.name:.0%}", f"单位{_AGREE[self.owner_agrees]}", f"地点{_AGREE[self.place_agrees]}"]
        if self.code_agrees is not None:
            parts.append(f"统一项目代码{_AGREE[self.code_agrees]}")
        return f"相似度 {self.score:.0%}：{'，'.join(parts)}"


@dataclass(frozen=True)
class Rules:
    """The numbers of ``data/reference/matching.csv``, which says what each means."""

    weight_name: float
    weight_owner: float
    weight_place: float
    one_side_silent: float
    same_owner: float
    far_km: float
    clear_score: float
    doubtful_score: float
    doubtful_name: float


def rules() -> Rules:
    """The numbers in force."""
    table = reference.table("matching")
    return _rules(tuple(zip(table["parameter"], table["value"], strict=True)))


@lru_cache(maxsize=4)
def _rules(values: tuple[tuple[str, float], ...]) -> Rules:
    return Rules(**dict(values))


def compare(project_id: str, row: Traits, known: Traits, rule: Rules) -> Likeness | None:
    """How alike a row and a known project are; None when they are two projects.

    Parameters
    ----------
    project_id : str
        Of the known project.
    row, known : Traits
    rule : Rules
    """
    if not row.name or not known.name or ("illustrative" in {row.kind, known.kind} and row.kind != known.kind):
        return None
    same_code = row.code == known.code if row.code and known.code else None
    against = _contradict(row, known)
    if against and not same_code:
        return None
    name = _name(row, known)
    owner = fuzz.ratio(row.owner, known.owner) / 100 if row.owner and known.owner else None
    place = _place(row, known, rule)
    total, weight = rule.weight_name * name, rule.weight_name
    if row.owner or known.owner:
        total += rule.weight_owner * (rule.one_side_silent if owner is None else owner)
        weight += rule.weight_owner
    if row.place_stated or known.place_stated or place is not None:
        total += rule.weight_place * (rule.one_side_silent if place is None else place)
        weight += rule.weight_place
    score = round(total / weight, 3)
    owner_agrees = None if owner is None else owner >= rule.same_owner
    place_agrees = None if place is None else place == 1
    doubts = against or same_code is False or row.kind != known.kind or False in (owner_agrees, place_agrees)
    same_name = row.name == known.name and score >= rule.clear_score
    clear = not doubts and bool(same_code or same_name)
    if not same_code:
        enough = rule.clear_score if same_code is False else rule.doubtful_score
        if not clear and (score < enough or name < rule.doubtful_name):
            return None
    return Likeness(project_id, score, name, owner, place, owner_agrees, place_agrees, same_code, clear)


def _name(row: Traits, known: Traits) -> float:
    """Likeness of two names, 1 for the same only; a township that both have says nothing of what is built."""
    if row.name == known.name:
        return 1.0
    one, other = (traits.without(row.towns & known.towns) for traits in (row, known))
    return min(fuzz.ratio(one, other) / 100, _NOT_QUITE)


def _place(row: Traits, known: Traits, rule: Rules) -> float | None:
    """1 the same, 0 two places; None when that cannot be said."""
    if row.point and known.point:
        radius = row.radius_km + known.radius_km
        if _GEOD.inv(*row.point, *known.point)[2] / 1000 > rule.far_km + radius:
            return 0.0
    told = row.counties and known.counties and row.counties != known.counties
    one, other = (row.counties, known.counties) if told else (row.townships, known.townships)
    return len(one & other) / len(one | other) if one and other else None


def _contradict(row: Traits, known: Traits) -> bool:
    """Whether two projects are told apart by county, township, phase, lot or number."""
    if row.counties and known.counties and row.counties.isdisjoint(known.counties):
        return True
    if row.townships and known.townships and row.townships.isdisjoint(known.townships):
        return True
    if any(unit in known.marks and numbers.isdisjoint(known.marks[unit]) for unit, numbers in row.marks.items()):
        return True
    return row.only_told_apart(known)
