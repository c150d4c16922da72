"""Bring a library of an older format up to date, with a backup made first."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import DDL, Column, Connection, Table, select, update
from sqlalchemy.schema import CreateColumn, SetColumnComment

from fengwuwu.errors import LibraryError
from fengwuwu.projects import geopackage
from fengwuwu.projects.database import Database
from fengwuwu.projects.library_tables import FORMAT, INFO, METADATA


def format_of(connection: Connection) -> int:
    """The format a library says it has."""
    return int(connection.scalars(select(INFO.c.value).where(INFO.c.name == "format")).one())


def is_due(database: Database, connection: Connection) -> bool:
    """Whether a library is of an older format.

    Raises
    ------
    LibraryError
        When it is of a newer format than this version knows.
    """
    found = format_of(connection)
    if found > FORMAT:
        raise LibraryError(
            f"项目库由更新版本的软件写成（格式 {found}，本软件支持到 {FORMAT}）。",
            where=database.location,
            remedy="请升级 fengwuwu。",
        )
    return found < FORMAT or next(_missing(database, connection), None) is not None


def migrate(database: Database, connection: Connection) -> str:
    """Bring a library up to date; in a transaction. Old versions stay as they are, for nothing is ever taken away.

    Returns
    -------
    str
        Where the backup is.
    """
    backup = database.back_up(connection, f"format{format_of(connection)}-backup")
    for table, column in list(_missing(database, connection)):
        if column is None:
            table.create(connection)
            continue
        dialect = connection.dialect
        connection.execute(DDL(f"ALTER TABLE {table.name} ADD COLUMN {CreateColumn(column).compile(dialect=dialect)}"))
        if dialect.name == "sqlite":
            geopackage.describe(connection, table.name, column.name, column.comment)
        else:
            connection.execute(SetColumnComment(column))
    connection.execute(update(INFO).where(INFO.c.name == "format").values(value=str(FORMAT)))
    return backup


def _missing(database: Database, connection: Connection) -> Iterator[tuple[Table, Column[object] | None]]:
    """Tables (no column given) and columns that the library lacks."""
    present = database.tables(connection)
    for table in METADATA.sorted_tables:
        if table.name not in present:
            yield table, None
            continue
        have = database.columns(connection, table.name)
        yield from ((table, column) for column in table.columns if column.name not in have)
