"""The columns that the assessment adds, kept as a second layer of the library with the version they were made from."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

import geopandas as gpd
import pandas as pd
from sqlalchemy import Boolean, Column, Connection, Float, Integer, MetaData, Table, Text, delete, insert, select

from fengwuwu.errors import LibraryError
from fengwuwu.projects import assessment_basis, geopackage
from fengwuwu.projects.factor_lock import CHANGES, changes
from fengwuwu.projects.fields import BY_KEY
from fengwuwu.projects.library_tables import COLUMNS, INFO, PROJECTS, VERSION_COLUMN
from fengwuwu.projects.point_type import PointType

TABLE = "assessment"
STALE = "assessment_stale"
FROM = "assessed_version"
_NOT_ASSESSED = frozenset({*COLUMNS, "geometry", "geom", "fid", VERSION_COLUMN, STALE, FROM, CHANGES})
_KINDS = "assessment_columns"
_BASIS = "assessment_basis"
_TYPES = {"number": Float, "integer": Integer, "boolean": Boolean, "text": Text, "json": Text}


def _table(kinds: Mapping[str, str]) -> Table:
    """The layer; its columns follow from what was assessed."""
    table = Table(
        TABLE,
        MetaData(),
        Column("fid", Integer, primary_key=True),
        Column("geom", PointType()),
        Column("project_id", Text, nullable=False, unique=True, comment=BY_KEY["project_id"].full_header),
        Column(FROM, Integer, nullable=False),
        *(Column(name, _TYPES[kind]) for name, kind in kinds.items()),
        comment="评估结果",
        sqlite_autoincrement=True,
    )
    return geopackage.registering(table)


def save(connection: Connection, assessed: pd.DataFrame, version: int, basis: Mapping[str, str]) -> None:
    """Replace the stored assessment.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    assessed : pandas.DataFrame
        With ``project_id``; columns of a project itself are not stored again.
    version : int
        Version of the library it was made from.
    basis : mapping of str to str
        Hashes of the rules and layers, see `assessment_basis`.
    """
    names = [str(name) for name in assessed.columns if name not in _NOT_ASSESSED]
    kinds = {name: _kind(assessed[name]) for name in names}
    table = _table(kinds)
    table.drop(connection, checkfirst=True)
    table.create(connection, checkfirst=False)
    places = dict(connection.execute(select(PROJECTS.c.project_id, PROJECTS.c.geom)).all())
    values = assessed[names].astype(object).itertuples(index=False, name=None)
    rows = [
        {"geom": places.get(ident), "project_id": ident, FROM: version}
        | {name: _encode(value, kinds[name]) for name, value in zip(names, row, strict=True)}
        for ident, row in zip(assessed["project_id"], values, strict=True)
    ]
    if rows:
        connection.execute(insert(table), rows)
    for name, value in {_KINDS: kinds, _BASIS: basis}.items():
        connection.execute(delete(INFO).where(INFO.c.name == name))
        connection.execute(insert(INFO).values(name=name, value=json.dumps(value, ensure_ascii=False)))


def load(connection: Connection) -> pd.DataFrame | None:
    """The stored columns with ``project_id`` and `FROM`, or None when there is no assessment."""
    found = connection.scalar(select(INFO.c.value).where(INFO.c.name == _KINDS))
    if found is None:
        return None
    kinds: dict[str, str] = json.loads(found)
    names = ["project_id", FROM, *kinds]
    stored = _table(kinds)
    rows = connection.execute(select(*(stored.c[name] for name in names)).order_by(stored.c.fid)).all()
    table = pd.DataFrame({name: pd.Series([row[i] for row in rows], dtype=object) for i, name in enumerate(names)})
    table[FROM] = table[FROM].astype(float)
    for name, kind in kinds.items():
        table[name] = _decode(table[name], kind)
    return table


def basis(connection: Connection) -> dict[str, str]:
    """The hashes kept with the assessment; empty when there are none."""
    found: dict[str, str] = json.loads(connection.scalar(select(INFO.c.value).where(INFO.c.name == _BASIS)) or "{}")
    return found


def must_be_of(assessed: pd.DataFrame, known: Collection[str], where: str) -> None:
    """Refuse an assessment of other projects than those of a library.

    Raises
    ------
    LibraryError
        When a project is unknown or stands twice.
    """
    idents = list(assessed["project_id"])
    strangers = sorted(set(idents) - set(known))
    if strangers or len(set(idents)) < len(idents):
        named = f"评估结果中有库外项目：{'、'.join(strangers[:5])}。"
        what = named if strangers else "评估结果中有重复的项目编号。"
        raise LibraryError(what, where=where, remedy="请用 library.projects() 的结果重新评估。")


def joined(
    projects: gpd.GeoDataFrame, kept: pd.DataFrame, before: Mapping[str, str], now: Mapping[str, str]
) -> gpd.GeoDataFrame:
    """Projects with their assessment and whether it is out of date; columns as in ``Library.assessed``.

    Parameters
    ----------
    before, now : mapping of str to str
        Hashes of rules and layers, then and now.
    """
    table = projects.merge(kept, on="project_id", how="left", validate="one_to_one")
    own_changes, everybody = changes(table), assessment_basis.changed(before, now)
    said = [
        "；".join(part for part in (own, everybody) if isinstance(part, str)) or None if assessed else None
        for own, assessed in zip(own_changes, table[FROM].notna(), strict=True)
    ]
    table[CHANGES] = pd.Series(said, index=table.index, dtype=object)
    current = table[FROM] >= table[VERSION_COLUMN]
    table[STALE] = ~current | table[CHANGES].notna()
    result = gpd.GeoDataFrame(table, geometry="geometry", crs=projects.crs)
    result.attrs = dict(projects.attrs)
    return result


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
        return bool(value)
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
