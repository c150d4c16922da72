"""The append-only history: each entry chained to the one before by hash, and any past state replayed from it."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
from collections.abc import Iterable, Mapping
from json.encoder import encode_basestring
from typing import NamedTuple

from fengwuwu.errors import InputError, LibraryError
from fengwuwu.projects.cells import Value
from fengwuwu.projects.fields import BY_KEY
from fengwuwu.projects.schema import NUMERIC

GENESIS = hashlib.sha256(b"fengwuwu project library").hexdigest()
WARNINGS = "intake_warnings"
# Entries under "pending:1" keep a row that waits for a person; a project id cannot hold a colon.
PENDING = "pending:"
# How the row that changed a project was found to mean it, where the form did not say; no column of a project.
IDENTIFIED = "identified_by"
# The field of an entry that holds all that a version changed of a project; up to format 3 each had its own entry.
RECORD = "record"
VERSION_COLUMN = "library_version"
# A day given without a zone is a day in China, wherever the computer stands.
CHINA = dt.timezone(dt.timedelta(hours=8))
Record = dict[str, Value]
AsOf = str | dt.date | dt.datetime | int


class Version(NamedTuple):
    """One change of the library: who, when (UTC), why, and from which file."""

    version: int
    at: str
    by: str
    reason: str
    action: str
    file: str
    sha256: str


class Entry(NamedTuple):
    """What a version changed of one project: all of it (see `RECORD`), or one field.

    `old` and `new` are text, None when unknown; of a whole record they are JSON objects of the fields that changed,
    with null where unknown, and `old` is None for a new project.
    """

    version: int
    project_id: str
    field: str
    old: str | None
    new: str | None
    sheet: str
    row: int | None


def to_text(value: Value) -> str | None:
    """A value as the history writes it; `from_text` gives it back exactly."""
    if value is None or isinstance(value, str):
        return value
    return f"{value:.15g}"


def from_text(key: str, text: str | None) -> Value:
    """A value from the history."""
    if text is None or key not in BY_KEY or BY_KEY[key].kind not in NUMERIC:
        return text
    return float(text)


def chained(previous: str, version: Version, entry: Entry) -> str:
    """Hash of an entry, of the version it belongs to and of the hash before it."""
    # What json.dumps makes of the list of all values, without an encoder for each entry.
    old = "null" if entry.old is None else encode_basestring(entry.old)
    new = "null" if entry.new is None else encode_basestring(entry.new)
    row = "null" if entry.row is None else entry.row
    content = (
        f'["{previous}",{_written(version)},{entry.version},{encode_basestring(entry.project_id)},'
        f"{encode_basestring(entry.field)},{old},{new},{encode_basestring(entry.sheet)},{row}]"
    )
    return hashlib.sha256(content.encode()).hexdigest()


@functools.lru_cache(maxsize=1)
def _written(version: Version) -> str:
    """A version as the hashes of its entries take it in."""
    return json.dumps(list(version), ensure_ascii=False, separators=(",", ":"))[1:-1]


# The text is hashed and kept as it is, so its keys stand in the order of the fields, as people read them.
_written_record = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_read_record = json.JSONDecoder(parse_int=float).raw_decode


def differences(
    version: int, project_id: str, old: Mapping[str, Value], new: Mapping[str, Value], sheet: str, row: int | None
) -> list[Entry]:
    """The entry that leads from one state of a project to another, or none; fields in the order of `new`."""
    if not old:
        known = {key: value for key, value in new.items() if value is not None}
        return [Entry(version, project_id, RECORD, None, _written_record(known), sheet, row)]
    changed = {key: value for key, value in new.items() if value != old.get(key)}
    if not changed:
        return []
    before = {key: old.get(key) for key in changed}
    return [Entry(version, project_id, RECORD, _written_record(before), _written_record(changed), sheet, row)]


def lines(entry: Entry) -> list[Entry]:
    """An entry field by field, whatever the format it was written in."""
    if entry.field != RECORD:
        return [entry]
    old = record_in(entry, entry.old) if entry.old else {}
    return [
        Entry(entry.version, entry.project_id, key, to_text(old.get(key)), to_text(value), entry.sheet, entry.row)
        for key, value in record_in(entry, entry.new).items()
    ]


def record_in(entry: Entry, text: str | None) -> Record:
    """The fields in one side of an entry that holds a record.

    Raises
    ------
    LibraryError
        When the text is none; nothing but tampering makes it so.
    """
    try:
        record: Record = _read_record(text or "")[0]
    except ValueError:
        raise LibraryError(
            f"版本 {entry.version} 中 {entry.project_id} 的历史条目读不出来。",
            remedy="请用 fengwuwu check 检查，必要时换用备份。",
        ) from None
    return record


def replay(entries: Iterable[Entry]) -> dict[str, Record]:
    """The state after some entries: project id to record, in order of first appearance, without the rows that wait.

    `VERSION_COLUMN` of a record is the version that changed it last.
    """
    state: dict[str, Record] = {}
    for entry in entries:
        if entry.project_id.startswith(PENDING) or entry.field == IDENTIFIED:
            continue
        record = state.setdefault(entry.project_id, {})
        if entry.field == RECORD:
            record.update(record_in(entry, entry.new))
        else:
            record[entry.field] = from_text(entry.field, entry.new)
        record[VERSION_COLUMN] = entry.version
    return state


def version_at(as_of: AsOf, versions: Mapping[int, Version]) -> int:
    """Number of the version that stood at a time, or of the one that is named.

    Raises
    ------
    InputError
        When there is no such version, or the text is no date.
    """
    if isinstance(as_of, int):
        if as_of and as_of not in versions:
            raise InputError(f"没有版本 {as_of}。", remedy=f"现有版本 1–{max(versions, default=0)}。")
        return as_of
    limit = instant(as_of)
    return max((number for number, version in versions.items() if version.at <= limit), default=0)


def instant(as_of: str | dt.date | dt.datetime) -> str:
    """The UTC time up to which versions count, comparable with `Version.at`.

    Parameters
    ----------
    as_of : str, date or datetime
        A day counts to its end, in China; a time without a zone is meant in China.

    Raises
    ------
    InputError
        When the text is no date.
    """
    if isinstance(as_of, str):
        try:
            as_of = dt.date.fromisoformat(as_of) if len(as_of) <= 10 else dt.datetime.fromisoformat(as_of)
        except ValueError:
            raise InputError(f"“{as_of}”不是日期。", remedy="请写成 2026-09-30 或 2026-09-30T12:00:00。") from None
    if not isinstance(as_of, dt.datetime):
        as_of = dt.datetime.combine(as_of, dt.time.max, CHINA)
    moment = as_of if as_of.tzinfo else as_of.replace(tzinfo=CHINA)
    return stamp(moment)


def day_in_china(at: str) -> str:
    """The day of a `Version.at`, as people in China would write it down."""
    return time_in_china(at)[:10]


def time_in_china(at: str) -> str:
    """As `day_in_china`, to the minute."""
    return f"{dt.datetime.fromisoformat(at).astimezone(CHINA):%Y-%m-%d %H:%M}"


def stamp(moment: dt.datetime) -> str:
    """UTC, ISO 8601, with milliseconds: texts sort as times do."""
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds")
