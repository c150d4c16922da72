"""The library's tables in one GeoPackage: opened for each task, changed in one transaction or not at all."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

from fengwuwu.errors import LibraryError
from fengwuwu.projects import geopackage, history, library_tables
from fengwuwu.projects.cells import Value
from fengwuwu.projects.history import Entry, Record, Version
from fengwuwu.projects.library_tables import COLUMNS, FORMAT, LABELS, VERSION_COLUMN

BUSY_SECONDS = 5.0  # how long a second writer waits for the first
_VERSIONS = "version, at, by_whom, reason, action, file, sha256"
_HISTORY = "version, project_id, field, old, new, sheet, form_row"


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite says into what the user can do."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "") or ""
        for prefixes, what, remedy in _EXPLANATIONS:
            if name.startswith(prefixes):
                raise LibraryError(what, where=str(path), remedy=remedy) from error
        raise LibraryError(
            f"项目库读写失败（{error}）。", where=str(path), remedy="请用 fengwuwu check 检查，必要时换用备份。"
        ) from error


_EXPLANATIONS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("SQLITE_BUSY", "SQLITE_LOCKED"), "项目库正被另一个程序写入。", "请等它结束，或关闭占用文件的程序后重试。"),
    (("SQLITE_READONLY", "SQLITE_PERM"), "项目库或所在文件夹不可写。", "请核对权限，或把文件复制到可写的文件夹。"),
    (("SQLITE_CANTOPEN",), "项目库打不开，或所在文件夹不可写。", "请核对路径和权限。"),
    (("SQLITE_FULL",), "磁盘已满，项目库未改动。", "请腾出空间后重试。"),
    (("SQLITE_IOERR",), "读写磁盘出错，项目库未改动。", "请检查磁盘和网络盘后重试。"),
    (("SQLITE_NOTADB", "SQLITE_CORRUPT"), "文件已损坏，或不是项目库。", "请换用备份；原文件请保留。"),
)


@contextlib.contextmanager
def connect(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection for one task; transactions are explicit."""
    with (
        explained(path),
        contextlib.closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as connection,
    ):
        connection.execute("PRAGMA synchronous = FULL")
        yield connection


@contextlib.contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """One consistent view, whatever others write meanwhile."""
    _must_exist(path)
    with connect(path) as connection:
        connection.execute("BEGIN")
        yield connection
        connection.execute("ROLLBACK")


@contextlib.contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """One transaction: committed when the block ends well, else nothing happened."""
    _must_exist(path)
    with connect(path) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def _must_exist(path: Path) -> None:
    if not path.is_file():
        raise LibraryError("找不到项目库。", where=str(path), remedy="文件可能已移走；请核对路径。")


def prepare(path: Path) -> None:
    """Create the library when absent, and refuse what is none.

    Raises
    ------
    LibraryError
        When the file is no library, comes from a newer version, or cannot be opened.
    """
    if not path.parent.is_dir():
        raise LibraryError("项目库所在的文件夹不存在。", where=str(path), remedy="请先建立该文件夹，或改正路径。")
    if path.is_dir():
        raise LibraryError("这是文件夹，不是项目库文件。", where=str(path), remedy="请给出 .gpkg 文件的路径。")
    new = not path.exists() or path.stat().st_size == 0
    with connect(path) as connection:
        if new:
            connection.execute("BEGIN IMMEDIATE")
            # Another process may have made it while this one waited.
            if not _tables(connection):
                library_tables.create(connection)
            connection.execute("COMMIT")
        if "library_info" not in _tables(connection):
            raise LibraryError("这个文件不是项目库。", where=str(path), remedy="请换一个文件名，或选对项目库。")
        found = int(connection.execute("SELECT value FROM library_info WHERE name = 'format'").fetchone()[0])
        if found > FORMAT:
            raise LibraryError(
                f"项目库由更新版本的软件写成（格式 {found}，本软件支持到 {FORMAT}）。",
                where=str(path),
                remedy="请升级 fengwuwu。",
            )


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def current(connection: sqlite3.Connection) -> dict[str, Record]:
    """The projects layer: id to record, in order of entry; `VERSION_COLUMN` is part of each record."""
    present = _present(connection)
    names = [name for name in (*COLUMNS, VERSION_COLUMN) if name in present]
    rows = connection.execute(f"SELECT {', '.join(map(geopackage.quoted, names))} FROM projects ORDER BY fid")
    return {str(row[names.index("project_id")]): dict(zip(names, row, strict=True)) for row in rows}


def _present(connection: sqlite3.Connection) -> set[str]:
    return {str(row[1]) for row in connection.execute("PRAGMA table_info(projects)")}


def last_version(connection: sqlite3.Connection) -> int:
    """Number of the newest version; 0 for an empty library."""
    return int(connection.execute("SELECT coalesce(max(version), 0) FROM versions").fetchone()[0])


def head(connection: sqlite3.Connection) -> str:
    """Hash at the end of the history chain; empty for an empty library."""
    found = connection.execute("SELECT head FROM versions ORDER BY version DESC LIMIT 1").fetchone()
    return str(found[0]) if found else ""


def new_version(
    connection: sqlite3.Connection, *, by: str, reason: str, action: str, file: str, sha256: str
) -> Version:
    """The version a transaction is about to write; never earlier than the one before, whatever the clock says."""
    latest = connection.execute("SELECT max(at) FROM versions").fetchone()[0] or ""
    at = max(history.stamp(dt.datetime.now(dt.UTC)), latest)
    return Version(last_version(connection) + 1, at, by, reason, action, file, sha256)


def append(
    connection: sqlite3.Connection, version: Version, entries: list[Entry], changed: Mapping[str, Record]
) -> None:
    """Write a version: its entries to the history, and the changed projects to the current layer.

    Parameters
    ----------
    connection : sqlite3.Connection
        In a transaction.
    version : Version
    entries : list of Entry
    changed : mapping of str to Record
        Whole records of the projects the entries lead to.
    """
    found = connection.execute("SELECT hash FROM history ORDER BY entry DESC LIMIT 1").fetchone()
    head = found[0] if found else history.GENESIS
    rows = []
    for entry in entries:
        head = history.chained(head, version, entry)
        rows.append((entry.version, entry.project_id, entry.field, entry.old, entry.new, entry.sheet, entry.row, head))
    connection.execute(
        f"INSERT INTO versions ({_VERSIONS}, entries, head) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*(getattr(version, name) for name in Version.__dataclass_fields__), len(entries), head),
    )
    connection.executemany(f"INSERT INTO history ({_HISTORY}, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    present = _present(connection)
    for name in COLUMNS:
        if name not in present:
            connection.execute(f"ALTER TABLE projects ADD COLUMN {geopackage.quoted(name)} {COLUMNS[name]}")
            geopackage.describe(connection, "projects", name, LABELS[name])
    names = ["geom", *COLUMNS, VERSION_COLUMN]
    columns = ", ".join(map(geopackage.quoted, names))
    updates = ", ".join(f"{geopackage.quoted(name)} = excluded.{geopackage.quoted(name)}" for name in names)
    connection.executemany(
        f"INSERT INTO projects ({columns}) VALUES ({', '.join('?' * len(names))}) "
        f"ON CONFLICT (project_id) DO UPDATE SET {updates}",
        [
            (
                geopackage.point(record.get("lon"), record.get("lat")),
                *(record.get(name) for name in COLUMNS),
                version.version,
            )
            for record in changed.values()
        ],
    )
    places = connection.execute("SELECT lon, lat FROM projects WHERE geom IS NOT NULL").fetchall()
    geopackage.touch(connection, "projects", places)
    for table in ("history", "versions"):
        geopackage.touch(connection, table)


def versions(connection: sqlite3.Connection) -> dict[int, Version]:
    """All versions by number."""
    rows = connection.execute(f"SELECT {_VERSIONS} FROM versions ORDER BY version")
    return {row[0]: Version(*row) for row in rows}


def entries(
    connection: sqlite3.Connection, *, up_to: int | None = None, project_id: str | None = None
) -> Iterator[tuple[Entry, str]]:
    """Entries with their hashes, oldest first.

    Parameters
    ----------
    connection : sqlite3.Connection
    up_to : int, optional
        Last version wanted.
    project_id : str, optional
        One project only.
    """
    conditions: dict[str, Value | int] = {}
    if up_to is not None:
        conditions["version <= ?"] = up_to
    if project_id is not None:
        conditions["project_id = ?"] = project_id
    where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
    query = f"SELECT {_HISTORY}, hash FROM history {where}ORDER BY entry"
    for row in connection.execute(query, tuple(conditions.values())):
        yield Entry(*row[:-1]), row[-1]
