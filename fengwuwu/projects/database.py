"""What the library asks of a place that keeps it: a GeoPackage file, or a PostgreSQL database with PostGIS."""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from sqlalchemy import Connection, inspect

BUSY_SECONDS = 5.0  # how long a second writer waits for the first


class Database(ABC):
    """A place that keeps a library; opened for each task, so it may be copied and given to other processes.

    Both kinds speak SQL through SQLAlchemy, so the tables and queries of the library are written once; what differs,
    such as locks, backups and what goes wrong, stands here.
    """

    schema: ClassVar[str | None] = None  # where the tables are, if the database knows schemas

    @property
    @abstractmethod
    def location(self) -> str:
        """Path or URL as it may be shown and written down; without a password."""

    @property
    @abstractmethod
    def name(self) -> str:
        """The location in short."""

    @property
    @abstractmethod
    def folder(self) -> Path:
        """Where files that belong to the library go."""

    @abstractmethod
    def exists(self) -> bool:
        """Whether something is there, be it a library or not."""

    def tables(self, connection: Connection) -> set[str]:
        """The tables in the place of the library."""
        return set(inspect(connection).get_table_names(schema=self.schema))

    def columns(self, connection: Connection, table: str) -> set[str]:
        """The columns a table has."""
        return {column["name"] for column in inspect(connection).get_columns(table, schema=self.schema)}

    @abstractmethod
    def creating(self) -> contextlib.AbstractContextManager[Connection]:
        """A transaction in which the tables are made; another process may have made them meanwhile."""

    @abstractmethod
    def reading(self) -> contextlib.AbstractContextManager[Connection]:
        """One consistent view, whatever others write meanwhile."""

    @abstractmethod
    def writing(self) -> contextlib.AbstractContextManager[Connection]:
        """One transaction: committed when the block ends well, else nothing happened. A second writer waits."""

    @abstractmethod
    def back_up(self, connection: Connection, label: str) -> str:
        """Keep a copy of the library as it was before this transaction; returns where."""

    @abstractmethod
    def damage(self, connection: Connection) -> list[str]:
        """What is structurally wrong with the store itself."""


@contextlib.contextmanager
def committing(connection: Connection) -> Iterator[None]:
    """Commit at the end of the block, or roll back when it fails, whatever stopped it."""
    try:
        yield
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
