"""Rows that may be a known project under another name: kept whole in the history until a person says what they are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace

from fengwuwu.projects.cells import Finding, Value
from fengwuwu.projects.history import PENDING, Entry, Record
from fengwuwu.projects.likeness import Likeness
from fengwuwu.projects.traits import traits

# What the history keeps of a row: the row itself (anew when a later form brings it with other figures), then what a
# person said it is.
ROW, RESOLVED = "pending_row", "resolved_as"
LABELS = {ROW: "待定的行", RESOLVED: "认定为"}
Said = list[tuple[str, Finding]]


@dataclass(frozen=True)
class Pending:
    """A row that waits, or waited.

    Attributes
    ----------
    number : int
        What a person calls it by, from 1.
    version : int
        Version of the library that took it in; tells file, who and when.
    sheet : str
    row : int or None
        Where it stood in the form.
    values : dict of str to str, float or None
        Field key to value, for the columns the form has.
    warnings : list of (str, Finding)
        Field key and what is doubtful about its cell.
    candidates : tuple of Likeness
        Known projects it may be, the likeliest first.
    resolved_as : str or None
        Project it was found to be.
    resolved_in : int or None
        Version in which that was said.
    """

    number: int
    version: int
    sheet: str
    row: int | None
    values: Record
    warnings: Said
    candidates: tuple[Likeness, ...]
    resolved_as: str | None = None
    resolved_in: int | None = None


def identity(values: Mapping[str, Value]) -> tuple[object, ...]:
    """What makes two rows mean the same project: the id they give and what is compared."""
    return values.get("project_id"), *traits(values).identity


def kept(item: Pending, before: str | None = None) -> Entry:
    """The entry of the history that keeps a row.

    Parameters
    ----------
    item : Pending
    before : str, optional
        `content` of the same row as it stood.
    """
    return Entry(item.version, f"{PENDING}{item.number}", ROW, before, content(item), item.sheet, item.row)


def content(item: Pending) -> str:
    """Values, warnings and candidates of a row as the history writes them."""
    parts = {
        "values": item.values,
        "warnings": [[key, finding.message, finding.remedy] for key, finding in item.warnings],
        "candidates": [asdict(candidate) for candidate in item.candidates],
    }
    return json.dumps(parts, ensure_ascii=False)


def resolved(item: Pending, version: int, project_id: str) -> Entry:
    """The entry of the history that says what a row is."""
    return Entry(version, f"{PENDING}{item.number}", RESOLVED, None, project_id, item.sheet, item.row)


def replay(entries: Iterable[Entry]) -> dict[int, Pending]:
    """The rows that some entries of the history keep, by number; entries of projects are passed over."""
    found: dict[int, Pending] = {}
    for entry in entries:
        if not entry.project_id.startswith(PENDING):
            continue
        number = int(entry.project_id.removeprefix(PENDING))
        if entry.field == ROW:
            found[number] = _read(number, entry)
        elif number in found:
            found[number] = replace(found[number], resolved_as=entry.new, resolved_in=entry.version)
    return found


def _read(number: int, entry: Entry) -> Pending:
    parts = json.loads(entry.new or "{}")
    return Pending(
        number,
        entry.version,
        entry.sheet,
        entry.row,
        parts["values"],
        [(key, Finding(message, remedy, "warning")) for key, message, remedy in parts["warnings"]],
        tuple(Likeness(**candidate) for candidate in parts["candidates"]),
    )
