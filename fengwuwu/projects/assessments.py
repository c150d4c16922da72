"""The columns that the assessment adds, kept as a second layer of the library with the version they were made from."""

from __future__ import annotations

import json
import sqlite3

import pandas as pd

from fengwuwu.projects import geopackage
from fengwuwu.projects.factor_lock import CHANGES
from fengwuwu.projects.fields import BY_KEY
from fengwuwu.projects.library_tables import COLUMNS, VERSION_COLUMN

TABLE = "assessment"
STALE = "assessment_stale"
FROM = "assessed_version"
_NOT_ASSESSED = frozenset({*COLUMNS, "geometry", "geom", "fid", VERSION_COLUMN, STALE, FROM, CHANGES})
_KINDS = "assessment_columns"
_SQL = {"number": "REAL", "integer": "INTEGER", "boolean": "BOOLEAN", "text": "TEXT", "json": "TEXT"}


def save(connection: sqlite3.Connection, assessed: pd.DataFrame, version: int) -> None:
    """Replace the stored assessment.

    Parameters
    ----------
    connection : sqlite3.Connection
        In a transaction.
    assessed : pandas.DataFrame
        With ``project_id``; columns of a project itself are not stored again.
    version : int
        Version of the library it was made from.
    """
    names = [str(name) for name in assessed.columns if name not in _NOT_ASSESSED]
    kinds = {name: _kind(assessed[name]) for name in names}
    geopackage.drop_table(connection, TABLE)
    geopackage.add_table(
        connection,
        TABLE,
        {
            "fid": "INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL",
            "project_id": "TEXT NOT NULL UNIQUE",
            FROM: "INTEGER NOT NULL",
            **{name: _SQL[kind] for name, kind in kinds.items()},
        },
        title="评估结果",
        labels={"project_id": BY_KEY["project_id"].full_header},
        points=True,
    )
    places = dict(connection.execute("SELECT project_id, geom FROM projects"))
    columns = ", ".join(geopackage.quoted(name) for name in ("geom", "project_id", FROM, *names))
    rows = [
        (
            places.get(ident),
            ident,
            version,
            *(_encode(value, kinds[name]) for name, value in zip(names, row, strict=True)),
        )
        for ident, row in zip(
            assessed["project_id"], assessed[names].astype(object).itertuples(index=False, name=None), strict=True
        )
    ]
    marks = ", ".join("?" * (len(names) + 3))
    connection.executemany(f"INSERT INTO {TABLE} ({columns}) VALUES ({marks})", rows)
    connection.execute("DELETE FROM library_info WHERE name = ?", (_KINDS,))
    text = json.dumps(kinds, ensure_ascii=False)
    connection.execute("INSERT INTO library_info (name, value) VALUES (?, ?)", (_KINDS, text))
    points = "SELECT lon, lat FROM projects JOIN assessment USING (project_id) WHERE projects.geom IS NOT NULL"
    geopackage.touch(connection, TABLE, connection.execute(points).fetchall())


def load(connection: sqlite3.Connection) -> pd.DataFrame | None:
    """The stored columns with ``project_id`` and `FROM`, or None when there is no assessment."""
    found = connection.execute("SELECT value FROM library_info WHERE name = ?", (_KINDS,)).fetchone()
    if found is None:
        return None
    kinds: dict[str, str] = json.loads(found[0])
    names = ["project_id", FROM, *kinds]
    query = f"SELECT {', '.join(map(geopackage.quoted, names))} FROM {TABLE} ORDER BY fid"
    rows = connection.execute(query).fetchall()
    table = pd.DataFrame({name: pd.Series([row[i] for row in rows], dtype=object) for i, name in enumerate(names)})
    table[FROM] = table[FROM].astype(float)
    for name, kind in kinds.items():
        table[name] = _decode(table[name], kind)
    return table


def _missing(value: object) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value)


def _kind(column: pd.Series) -> str:
    values = [value for value in column.astype(object) if not _missing(value)]
    if all(isinstance(value, str) for value in values) and (values or not pd.api.types.is_numeric_dtype(column)):
        return "text"
    if values and all(pd.api.types.is_bool(value) for value in values):
        return "boolean"
    if pd.api.types.is_integer_dtype(column):
        return "integer"
    if all(pd.api.types.is_number(value) for value in values):
        return "number"
    return "json"


def _encode(value: object, kind: str) -> object:
    if _missing(value):
        return None
    if kind == "json":
        return json.dumps(value, ensure_ascii=False)
    if kind == "boolean":
        return int(bool(value))
    if kind == "integer":
        return int(value)  # type: ignore[call-overload]
    return float(value) if kind == "number" else value  # type: ignore[arg-type]


def _decode(column: pd.Series, kind: str) -> pd.Series:
    known = column.notna()
    if kind == "number":
        return column.astype(float)
    if kind == "integer":
        return column.astype("int64") if known.all() else column.astype("Int64")
    if kind == "boolean":
        plain = column.map(lambda value: bool(value) if value is not None else None)
        return plain.astype(bool) if known.all() else plain.astype(object)
    if kind == "json":
        return column.map(lambda value: json.loads(value) if value is not None else None).astype(object)
    return column
