"""The tables of a library: the current projects, the versions, and the history that only grows."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import (
    DDL,
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    event,
    insert,
)

from fengwuwu.projects import decisions, geopackage
from fengwuwu.projects.fields import FIELDS
from fengwuwu.projects.history import VERSION_COLUMN, WARNINGS
from fengwuwu.projects.point_type import PointType
from fengwuwu.projects.schema import NUMERIC

# 2: decisions are columns of a project. 3: the history holds rows that wait for a person. 4: an entry of the history
# holds all that a version changed of a project; the older ones, of one field each, stay as they were signed.
FORMAT = 4
LABELS: Mapping[str, str] = {
    **{field.key: field.full_header for field in FIELDS},
    WARNINGS: "导入提示",
    **decisions.LABELS,
    VERSION_COLUMN: "最近变更版本",
}
NUMBERS = frozenset(field.key for field in FIELDS if field.kind in NUMERIC)
# Every column of a project that the history keeps.
COLUMNS = tuple(key for key in LABELS if key != VERSION_COLUMN)

METADATA = MetaData()
PROJECTS = Table(
    "projects",
    METADATA,
    Column("fid", Integer, primary_key=True),
    Column("geom", PointType()),
    *(
        Column(
            key,
            Float() if key in NUMBERS else Text(),
            comment=LABELS[key],
            nullable=key != "project_id",
            unique=True if key == "project_id" else None,
        )
        for key in COLUMNS
    ),
    Column(VERSION_COLUMN, Integer, nullable=False, comment=LABELS[VERSION_COLUMN]),
    comment="项目库：当前状态",
    sqlite_autoincrement=True,
)
VERSIONS = Table(
    "versions",
    METADATA,
    Column("version", Integer, primary_key=True, autoincrement=False, comment="版本"),
    Column("at", Text, nullable=False, comment="时间（UTC）"),
    Column("by_whom", Text, nullable=False, comment="经办人"),
    Column("reason", Text, nullable=False, comment="事由"),
    Column("action", Text, nullable=False, comment="操作"),
    Column("file", Text, nullable=False, comment="文件"),
    Column("sha256", Text, nullable=False, comment="文件 SHA-256"),
    Column("entries", Integer, nullable=False, comment="变更条数"),
    Column("head", Text, nullable=False, comment="末条哈希"),
    comment="变更：谁、何时（UTC）、为何、来自哪个文件",
)
HISTORY = Table(
    "history",
    METADATA,
    Column("entry", Integer, primary_key=True, comment="序号"),
    Column("version", Integer, ForeignKey("versions.version"), nullable=False, comment="版本"),
    Column("project_id", Text, nullable=False, comment="项目编号"),
    Column("field", Text, nullable=False, comment="字段"),
    Column("old", Text, comment="原值"),
    Column("new", Text, comment="新值"),
    Column("sheet", Text, nullable=False, comment="工作表"),
    Column("form_row", Integer, comment="行号"),
    Column("hash", Text, nullable=False, comment="链式哈希"),
    Index("history_by_project", "project_id", "entry"),
    comment="历史：只增不改",
)
INFO = Table(
    "library_info",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("value", Text, nullable=False),
    comment="项目库格式",
)

for _table in METADATA.tables.values():
    geopackage.registering(_table)

# The database itself refuses to change what was written.
for _table in (VERSIONS, HISTORY):
    for _change in ("UPDATE", "DELETE"):
        event.listen(
            _table,
            "after_create",
            DDL(
                f"CREATE TRIGGER {_table.name}_no_{_change.lower()} BEFORE {_change} ON {_table.name} "
                "BEGIN SELECT RAISE(ABORT, 'history is append-only'); END"
            ).execute_if(dialect="sqlite"),
        )
    event.listen(
        _table,
        "after_create",
        DDL(
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'history is append-only'; END $$; "
            f"CREATE TRIGGER {_table.name}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {_table.name} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        ).execute_if(dialect="postgresql"),
    )


def create(connection: Connection) -> None:
    """Make the tables of a library without projects; in a transaction."""
    METADATA.create_all(connection, checkfirst=False)
    connection.execute(insert(INFO).values(name="format", value=str(FORMAT)))
