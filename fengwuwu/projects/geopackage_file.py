"""A library in one GeoPackage file, which QGIS opens."""

from __future__ import annotations

import contextlib
import functools
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from fengwuwu.errors import LibraryError
from fengwuwu.projects import database, geopackage
from fengwuwu.projects.database import Database, committing

_EXPLANATIONS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("SQLITE_BUSY", "SQLITE_LOCKED"), "项目库正被另一个程序写入。", "请等它结束，或关闭占用文件的程序后重试。"),
    (("SQLITE_READONLY", "SQLITE_PERM"), "项目库或所在文件夹不可写。", "请核对权限，或把文件复制到可写的文件夹。"),
    (("SQLITE_CANTOPEN",), "项目库打不开，或所在文件夹不可写。", "请核对路径和权限。"),
    (("SQLITE_FULL",), "磁盘已满，项目库未改动。", "请腾出空间后重试。"),
    (("SQLITE_IOERR",), "读写磁盘出错，项目库未改动。", "请检查磁盘和网络盘后重试。"),
    (("SQLITE_NOTADB", "SQLITE_CORRUPT"), "文件已损坏，或不是项目库。", "请换用备份；原文件请保留。"),
)


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite says into what the user can do."""
    try:
        yield
    except (sqlite3.Error, DBAPIError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        name = getattr(cause, "sqlite_errorname", "") or ""
        for prefixes, what, remedy in _EXPLANATIONS:
            if name.startswith(prefixes):
                raise LibraryError(what, where=str(path), remedy=remedy) from error
        raise LibraryError(
            f"项目库读写失败（{cause}）。", where=str(path), remedy="请用 fengwuwu check 检查，必要时换用备份。"
        ) from error


def _changes(connection: Connection) -> int:
    """Rows that this connection has changed so far."""
    made = connection.connection.driver_connection
    assert isinstance(made, sqlite3.Connection)
    return made.total_changes


@functools.lru_cache
def _engine(path: Path) -> Engine:
    def connect() -> sqlite3.Connection:
        # Transactions are begun by hand, so that a writer locks at once and the making of tables can be undone.
        return sqlite3.connect(path, timeout=database.BUSY_SECONDS, isolation_level=None)

    return create_engine("sqlite://", creator=connect, poolclass=NullPool)


@dataclass(frozen=True)
class GeoPackageFile(Database):
    """The GeoPackage at a path."""

    path: Path

    @property
    def location(self) -> str:
        """The path."""
        return str(self.path)

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    @property
    def folder(self) -> Path:
        """Where the file is."""
        return self.path.parent

    def exists(self) -> bool:
        """Whether there is a file with something in it."""
        return self.path.is_file() and self.path.stat().st_size > 0

    @contextlib.contextmanager
    def creating(self) -> Iterator[Connection]:
        """A transaction on a new file, which becomes a GeoPackage."""
        if not self.folder.is_dir():
            raise LibraryError(
                "项目库所在的文件夹不存在。", where=self.location, remedy="请先建立该文件夹，或改正路径。"
            )
        if self.path.is_dir():
            raise LibraryError("这是文件夹，不是项目库文件。", where=self.location, remedy="请给出 .gpkg 文件的路径。")
        with self._begun("BEGIN IMMEDIATE") as connection, committing(connection):
            if not self.tables(connection):
                geopackage.initialise(connection)
            yield connection

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view."""
        self._must_exist()
        with self._begun("BEGIN") as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, after which the GeoPackage's contents are up to date."""
        self._must_exist()
        with self._begun("BEGIN IMMEDIATE") as connection, committing(connection):
            before = _changes(connection)
            yield connection
            if _changes(connection) != before:
                geopackage.refresh(connection)

    @contextlib.contextmanager
    def _begun(self, statement: str) -> Iterator[Connection]:
        with explained(self.path), _engine(self.path).connect() as connection:
            connection.exec_driver_sql("PRAGMA synchronous = FULL")
            connection.exec_driver_sql(statement)
            yield connection

    def _must_exist(self) -> None:
        if not self.path.is_file():
            raise LibraryError("找不到项目库。", where=self.location, remedy="文件可能已移走；请核对路径。")

    def back_up(self, connection: Connection, label: str) -> str:
        """A copy beside the file, made by SQLite itself; `connection` holds the lock that keeps others from writing."""
        names = (f"{self.path.stem}.{label}{number}.gpkg" for number in ("", *(f"-{n}" for n in range(2, 1000))))
        target = next(self.folder / name for name in names if not (self.folder / name).exists())
        partial = target.with_suffix(".partial")
        try:
            with (
                contextlib.closing(sqlite3.connect(self.path, timeout=database.BUSY_SECONDS)) as source,
                contextlib.closing(sqlite3.connect(partial)) as copy,
            ):
                source.backup(copy)
            partial.replace(target)
        except (OSError, sqlite3.Error) as error:
            raise LibraryError(
                f"项目库须先升级格式，但升级前的副本写不出来（{error}）；项目库未改动。",
                where=str(target),
                remedy="请核对文件夹的权限和磁盘空间。",
            ) from error
        finally:
            partial.unlink(missing_ok=True)
        return str(target)

    def damage(self, connection: Connection) -> list[str]:
        """What SQLite finds wrong with the file."""
        found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(5)")]
        return [] if found == ["ok"] else found
