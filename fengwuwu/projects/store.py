"""What is read from a library's tables and written to them; each function works within one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter

from sqlalchemy import Connection, Insert, func, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.compiler import SQLCompiler

from fengwuwu.errors import LibraryError
from fengwuwu.projects import history, library_tables, migration, pending
from fengwuwu.projects.database import Database
from fengwuwu.projects.history import PENDING, Entry, Record, Version
from fengwuwu.projects.library_tables import COLUMNS, HISTORY, INFO, PROJECTS, VERSION_COLUMN, VERSIONS
from fengwuwu.projects.pending import Pending
from fengwuwu.projects.point_type import bound, place

_VERSIONS = [VERSIONS.c[name] for name in ("version", "at", "by_whom", "reason", "action", "file", "sha256")]
_ENTRIES = [HISTORY.c[name] for name in ("version", "project_id", "field", "old", "new", "sheet", "form_row")]
_CURRENT = (*COLUMNS, VERSION_COLUMN)


def prepare(database: Database, *, create: bool = True) -> str:
    """Create the library when absent, bring an older one up to date, and refuse what is none.

    Parameters
    ----------
    database : Database
    create : bool
        Whether to make it when absent.

    Returns
    -------
    str
        Where the backup is that was made before an older library was brought up to date; empty otherwise.

    Raises
    ------
    LibraryError
        When there is no library and none is to be made, when it is none, comes from a newer version, or cannot be
        opened.
    """
    if not database.exists():
        if not create:
            raise LibraryError(
                "找不到项目库。",
                where=database.location,
                remedy="先用 fengwuwu library import 建库，或用 --library 指定。",
            )
        with database.creating() as connection:
            # Another process may have made it while this one waited.
            if INFO.name not in database.tables(connection):
                library_tables.create(connection)
    with database.reading() as connection:
        if INFO.name not in database.tables(connection):
            raise LibraryError("这个文件不是项目库。", where=database.location, remedy="请换一个文件名，或选对项目库。")
        if not migration.is_due(database, connection):
            return ""
    with database.writing() as connection:
        # Another process may have done it while this one waited.
        return migration.migrate(database, connection) if migration.is_due(database, connection) else ""


def current(connection: Connection) -> dict[str, Record]:
    """The projects layer: id to record, in order of entry; `VERSION_COLUMN` is part of each record."""
    rows = connection.execute(select(*(PROJECTS.c[name] for name in _CURRENT)).order_by(PROJECTS.c.fid))
    ident = _CURRENT.index("project_id")
    return {row[ident]: dict(zip(_CURRENT, row, strict=True)) for row in rows}


def last_version(connection: Connection) -> int:
    """Number of the newest version; 0 for an empty library."""
    return connection.scalar(select(func.max(VERSIONS.c.version))) or 0


def head(connection: Connection) -> str:
    """Hash at the end of the history chain; empty for an empty library."""
    return connection.scalar(select(VERSIONS.c.head).order_by(VERSIONS.c.version.desc()).limit(1)) or ""


def new_version(connection: Connection, *, by: str, reason: str, action: str, file: str, sha256: str) -> Version:
    """The version a transaction is about to write; never earlier than the one before, whatever the clock says."""
    latest = connection.scalar(select(func.max(VERSIONS.c.at))) or ""
    at = max(history.stamp(dt.datetime.now(dt.UTC)), latest)
    return Version(last_version(connection) + 1, at, by, reason, action, file, sha256)


def append(connection: Connection, version: Version, entries: list[Entry], changed: Mapping[str, Record]) -> None:
    """Write a version: its entries to the history, and the changed projects to the current layer.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    version : Version
    entries : list of Entry
        At least one.
    changed : mapping of str to Record
        Whole records of the projects the entries lead to.
    """
    last = connection.execute(select(HISTORY.c.entry, HISTORY.c.hash).order_by(HISTORY.c.entry.desc()).limit(1)).first()
    number, digest = (last.entry, last.hash) if last else (0, history.GENESIS)
    rows = []
    for entry in entries:
        number, digest = number + 1, history.chained(digest, version, entry)
        rows.append((number, *entry, digest))
    said = zip((column.name for column in _VERSIONS), version, strict=True)
    connection.execute(insert(VERSIONS).values(**dict(said), entries=len(entries), head=digest))
    names = [column.name for column in HISTORY.columns]
    _write(connection, insert(HISTORY), dict(zip(names, zip(*rows, strict=True), strict=True)))
    if not changed:
        return
    records, sent = changed.values(), connection.dialect
    whole = zip(*map(itemgetter(*COLUMNS), records), strict=True)
    columns: dict[str, Sequence[object]] = {
        name: values for name, values in zip(COLUMNS, whole, strict=True) if values.count(None) < len(values)
    }
    columns["geom"] = [bound(place(record.get("lon"), record.get("lat")), sent) for record in records]
    columns[VERSION_COLUMN] = [version.version] * len(records)
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    upsert = dialect.insert(PROJECTS)
    # A column that is not given, since nothing is known, is null in the row that is excluded too.
    new = {name: upsert.excluded[name] for name in ("geom", VERSION_COLUMN, *COLUMNS)}
    upsert = upsert.on_conflict_do_update(index_elements=["project_id"], set_=new)
    _write(connection, upsert, columns)


def _write(connection: Connection, statement: Insert, columns: Mapping[str, Sequence[object]]) -> None:
    """Insert rows, given as columns, whose values the driver takes as they are.

    The cells of a form go into the hundred thousands, and SQLAlchemy would look at each of them.
    """
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(columns))
    assert isinstance(compiled, SQLCompiler)
    if compiled.positiontup is not None:
        ordered = [columns[name] for name in compiled.positiontup]
        connection.exec_driver_sql(compiled.string, list(zip(*ordered, strict=True)))
    else:
        rows = zip(*columns.values(), strict=True)
        connection.exec_driver_sql(compiled.string, [dict(zip(columns, row, strict=True)) for row in rows])


def versions(connection: Connection) -> dict[int, Version]:
    """All versions by number."""
    return {row[0]: Version(*row) for row in connection.execute(select(*_VERSIONS).order_by(VERSIONS.c.version))}


def pending_rows(connection: Connection) -> dict[int, Pending]:
    """Rows that wait or waited for a person, by number."""
    query = select(*_ENTRIES).where(HISTORY.c.project_id.startswith(PENDING)).order_by(HISTORY.c.entry)
    return pending.replay(Entry(*row) for row in connection.execute(query))


def entries(
    connection: Connection, *, up_to: int | None = None, project_id: str | None = None
) -> Iterator[tuple[Entry, str]]:
    """Entries with their hashes, oldest first.

    Parameters
    ----------
    connection : Connection
    up_to : int, optional
        Last version wanted.
    project_id : str, optional
        One project only, with the rows that waited and were found to be it.
    """
    query = select(*_ENTRIES, HISTORY.c.hash).order_by(HISTORY.c.entry)
    if up_to is not None:
        query = query.where(HISTORY.c.version <= up_to)
    if project_id is not None:
        found = HISTORY.c.field == pending.RESOLVED, HISTORY.c.new == project_id
        rows = select(HISTORY.c.project_id).where(*found)
        query = query.where(or_(HISTORY.c.project_id == project_id, HISTORY.c.project_id.in_(rows)))
    # A whole history runs to hundreds of thousands of entries: neither one by one nor all at once.
    for batch in connection.execute(query).partitions(1000):
        for row in batch:
            yield Entry._make(row[:-1]), row[-1]
