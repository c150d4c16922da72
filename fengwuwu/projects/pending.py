"""Rows that may be a known project under another name: kept whole in the history until a person says what they are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace

import pandas as pd

from fengwuwu.projects.cells import Finding, Value
from fengwuwu.projects.history import PENDING, Entry, Record, Version
from fengwuwu.projects.likeness import Likeness
from fengwuwu.projects.traits import traits

# What the history keeps of a row: the row itself (anew when a later form brings it with other figures), then what a
# person said it is.
ROW, RESOLVED = "pending_row", "resolved_as"
LABELS = {ROW: "待定的行", RESOLVED: "认定为"}
# Of its values, those that tell a person what it is.
COLUMNS = ("project_id", "project_name", "owner", "county", "township")
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

    @property
    def ids(self) -> set[str]:
        """The candidates' ids."""
        return {item.project_id for item in self.candidates}

    @property
    def guesses(self) -> str:
        """The candidates in words, the likeliest first."""
        return _guesses(self.candidates)


def _guesses(candidates: Iterable[Likeness]) -> str:
    return "；".join(f"{item.project_id}（{item}）" for item in candidates)


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


def told(key: str, field: str, new: str) -> str:
    """An entry of the history in words.

    Parameters
    ----------
    key, field, new : str
        Project id, field and new value of the entry.
    """
    name = f"待定 {key.removeprefix(PENDING)}"
    if field == RESOLVED:
        return f"{name} 认定为 {new}"
    likely = [Likeness(**candidate) for candidate in json.loads(new)["candidates"]]
    return f"{name}：此行未能认定，可能是 {_guesses(likely)}"


def table(kept: Mapping[int, Pending], versions: Mapping[int, Version]) -> pd.DataFrame:
    """The rows that wait, as a table; columns as in ``Library.pending``."""
    rows = [
        {
            "entry": item.number,
            **{name: getattr(versions[item.version], name) for name in ("at", "by", "reason", "file")},
            "sheet": item.sheet,
            "row": item.row,
            **{key: item.values.get(key) for key in COLUMNS},
            "candidates": ";".join(like.project_id for like in item.candidates),
            "likeness": ";".join(str(like) for like in item.candidates),
        }
        for item in kept.values()
        if item.resolved_as is None
    ]
    names = ["entry", "at", "by", "reason", "file", "sheet", "row", *COLUMNS, "candidates", "likeness"]
    return pd.DataFrame(rows, columns=names).astype({"entry": "int64", "row": "Int64"})


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
