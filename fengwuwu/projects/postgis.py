"""A library shared by several offices, in a PostgreSQL database with PostGIS."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from fengwuwu.errors import LibraryError
from fengwuwu.projects import database
from fengwuwu.projects.database import Database, committing

SCHEMA = "fengwuwu"  # the library's tables keep to themselves
_LOCK = 0x66777700  # the advisory lock that a writer holds until its transaction ends
# Whether the last word, the commit, still arrived cannot be known.
_LOST = ("与数据库服务器的连接中断。", "请核对网络后重试；写入不会只完成一半，重新导入同一文件也不会重复。")
# Class or code of SQLSTATE → what, remedy.
_EXPLANATIONS: tuple[tuple[str, str, str], ...] = (
    ("55P03", "项目库正被另一个程序写入。", "请等它结束后重试。"),
    ("42501", "没有权限读写该数据库。", "请数据库管理员授权。"),
    ("25006", "数据库只读，不能写入项目库。", "请改用可写的主服务器。"),
    ("53100", "数据库服务器磁盘已满，项目库未改动。", "请数据库管理员腾出空间后重试。"),
    ("08", *_LOST),
    ("57", "数据库服务器中断了操作，项目库未改动。", "请稍后重试。"),
)


@functools.lru_cache
def _engine(url: URL) -> Engine:
    return create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 10})


@dataclass(frozen=True)
class PostgisDatabase(Database):
    """The library in a database; its tables stand in the schema `SCHEMA`."""

    schema: ClassVar[str] = SCHEMA

    url: URL

    @property
    def location(self) -> str:
        """The URL without its password, which `libpq` can take from elsewhere."""
        url = self.url
        shown = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
        return shown.render_as_string()

    @property
    def name(self) -> str:
        """Database and server."""
        return f"{self.url.database or ''}@{self.url.host or 'localhost'}"

    @property
    def folder(self) -> Path:
        """The working folder, since the library is in no folder."""
        return Path()

    def exists(self) -> bool:
        """Whether the schema is there."""
        with self._begun() as connection:
            return SCHEMA in inspect(connection).get_schema_names()

    @contextlib.contextmanager
    def creating(self) -> Iterator[Connection]:
        """A transaction in which the schema is made."""
        with self._locked() as connection, committing(connection):
            if "postgis" not in set(connection.scalars(text("SELECT extname FROM pg_extension"))):
                self._add_extension(connection)
            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
            yield connection

    def _add_extension(self, connection: Connection) -> None:
        try:
            connection.execute(text("CREATE EXTENSION postgis WITH SCHEMA public"))
        except DBAPIError as error:
            raise LibraryError(
                "数据库没有 PostGIS 扩展，且无法自行安装。",
                where=self.location,
                remedy="请数据库管理员在该库执行：CREATE EXTENSION postgis;",
            ) from error

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view."""
        with self._begun() as connection:
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction; writers wait for one another."""
        with self._locked() as connection, committing(connection):
            yield connection

    @contextlib.contextmanager
    def _locked(self) -> Iterator[Connection]:
        with self._begun() as connection:
            connection.execute(text(f"SET LOCAL lock_timeout = {int(database.BUSY_SECONDS * 1000)}"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            yield connection

    @contextlib.contextmanager
    def _begun(self) -> Iterator[Connection]:
        with self._explained(), _engine(self.url).connect() as connection:
            # Before the first query, since an isolation level can be set only then.
            connection.execute(text(f"SET LOCAL search_path TO {SCHEMA}, public"))
            yield connection

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what PostgreSQL says into what the user can do."""
        try:
            yield
        except DBAPIError as error:
            state = getattr(error.orig, "sqlstate", None) or ""
            first = str(error.orig).strip().splitlines()[0]
            if not state and error.connection_invalidated:
                raise LibraryError(_LOST[0], where=self.location, remedy=_LOST[1]) from error
            if not state:  # it was never made
                raise LibraryError(
                    f"连不上数据库服务器（{first}）。",
                    where=self.location,
                    remedy="请核对服务器、数据库名和用户名；密码可写入环境变量 PGPASSWORD 或 pgpass 文件。",
                ) from error
            for prefix, what, remedy in _EXPLANATIONS:
                if state.startswith(prefix):
                    raise LibraryError(what, where=self.location, remedy=remedy) from error
            raise LibraryError(
                f"项目库读写失败（{state}：{first}）。", where=self.location, remedy="请把这段信息交给数据库管理员。"
            ) from error

    def back_up(self, connection: Connection, label: str) -> str:
        """A copy of all tables in a schema of its own, made in the same transaction."""
        schemas = set(inspect(connection).get_schema_names())
        base = f"{SCHEMA}_{label.replace('-', '_')}"
        names = (f"{base}{number}" for number in ("", *(f"_{n}" for n in range(2, 1000))))
        schema = next(name for name in names if name not in schemas)
        connection.execute(text(f"CREATE SCHEMA {schema}"))
        for table in sorted(self.tables(connection)):
            connection.execute(text(f'CREATE TABLE {schema}."{table}" AS TABLE {SCHEMA}."{table}"'))
        return f"{self.location}（模式 {schema}）"

    def damage(self, connection: Connection) -> list[str]:
        """Nothing: a server watches over its own files."""
        return []
