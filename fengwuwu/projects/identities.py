"""Which project each row of a form means: by its id, a person's word or clear likeness; else a person must say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from fengwuwu.projects import pending
from fengwuwu.projects.cells import Value
from fengwuwu.projects.history import Record
from fengwuwu.projects.likeness import Likeness
from fengwuwu.projects.matching import Index
from fengwuwu.projects.pending import Pending
from fengwuwu.projects.traits import Traits, traits

# Candidates kept for a person.
_SHOWN = 5


@dataclass(frozen=True)
class Identity:
    """What a row means.

    Attributes
    ----------
    project_id : str or None
        Of a known project; else the id the row gives for a new one, or None.
    how : str
        Why it is that project, in Chinese, where the row's own id does not say.
    candidates : tuple of Likeness
        Not empty: a person must say.
    """

    project_id: str | None
    how: str = ""
    candidates: tuple[Likeness, ...] = ()


_UNCLEAR = Identity(None)


def identify(
    rows: Sequence[Mapping[str, Value]], known: Mapping[str, Record], kept: Mapping[int, Pending]
) -> list[Identity]:
    """What each row of one form means.

    Parameters
    ----------
    rows : sequence of record
        Values of the rows.
    known : mapping of str to record
        Projects of the library.
    kept : mapping of int to Pending
        Rows that wait or waited. What a person said of one holds for later rows of the same description.

    Returns
    -------
    list of Identity
        A project that some row of the form means for certain is no candidate for the others: a form lists a project
        once. For the same reason rows of one form are not compared with each other.
    """
    said = {pending.identity(item.values): item for item in kept.values() if item.resolved_as in known}
    index: Index | None = None
    found: list[Identity] = []
    unclear: dict[int, Traits] = {}
    for values in rows:
        ident = None if values.get("project_id") is None else str(values["project_id"])
        answered = said.get(pending.identity(values)) if said else None
        if ident in known or (ident is None and values.get("project_name") is None):
            found.append(Identity(ident))
        elif answered is not None:
            found.append(Identity(answered.resolved_as, f"按待定 {answered.number} 的认定"))
        elif not known:
            found.append(Identity(ident))
        else:
            index = index or Index(known)
            row = traits(values)
            found.append(_alike(index, row, ident))
            if found[-1] is _UNCLEAR:
                unclear[len(found) - 1] = row
    if index is not None:
        for place, likely in zip(unclear, index.similar(list(unclear.values())), strict=True):
            found[place] = Identity(None, "", tuple(likely))
    meant = Counter(item.project_id for item in found if item.project_id in known)
    waiting = {pending.identity(item.values): item for item in kept.values() if item.resolved_as is None}
    return [_unless_meant(item, meant, waiting, values) for item, values in zip(found, rows, strict=True)]


def _unless_meant(
    item: Identity,
    meant: Mapping[str | None, int],
    waiting: Mapping[tuple[object, ...], Pending],
    values: Mapping[str, Value],
) -> Identity:
    """Leave out what other rows of the form mean; a row that waits goes on waiting when another takes its project."""
    if not item.how and not item.candidates:
        return item
    if item.how and meant[item.project_id] > 1 and (before := waiting.get(pending.identity(values))):
        return Identity(None, "", before.candidates)
    return replace(item, candidates=tuple(like for like in item.candidates if like.project_id not in meant)[:_SHOWN])


def _alike(index: Index, row: Traits, ident: str | None) -> Identity:
    """By likeness; two projects of one description, or an id that says otherwise, are for a person to tell apart."""
    if ident is not None:
        return Identity(ident, "", tuple(index.exact(row)))
    clear = index.clear(row)
    if len(clear) == 1:
        return Identity(clear[0].project_id, str(clear[0]))
    return _UNCLEAR
