"""The tables of a library: the current projects, the versions, and the history that only grows."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from fengwuwu.projects import decisions, geopackage
from fengwuwu.projects.fields import FIELDS
from fengwuwu.projects.history import WARNINGS
from fengwuwu.projects.schema import NUMERIC

# 2: decisions are columns of a project.
FORMAT = 2
VERSION_COLUMN = "library_version"
COLUMNS: Mapping[str, str] = {
    **{field.key: "REAL" if field.kind in NUMERIC else "TEXT" for field in FIELDS},
    WARNINGS: "TEXT",
    **dict.fromkeys(decisions.COLUMNS, "TEXT"),
}
LABELS: Mapping[str, str] = {
    **{field.key: field.full_header for field in FIELDS},
    WARNINGS: "导入提示",
    **decisions.LABELS,
    VERSION_COLUMN: "最近变更版本",
}


def create(connection: sqlite3.Connection) -> None:
    """Make an empty database a library without projects; in a transaction."""
    geopackage.initialise(connection)
    geopackage.add_table(
        connection,
        "projects",
        {
            "fid": "INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL",
            **COLUMNS,
            "project_id": "TEXT NOT NULL UNIQUE",
            VERSION_COLUMN: "INTEGER NOT NULL",
        },
        title="项目库：当前状态",
        labels=LABELS,
        points=True,
    )
    geopackage.add_table(
        connection,
        "versions",
        {
            "version": "INTEGER PRIMARY KEY NOT NULL",
            **dict.fromkeys(("at", "by_whom", "reason", "action", "file", "sha256"), "TEXT NOT NULL"),
            "entries": "INTEGER NOT NULL",
            "head": "TEXT NOT NULL",
        },
        title="变更：谁、何时（UTC）、为何、来自哪个文件",
        labels={
            "version": "版本",
            "at": "时间（UTC）",
            "by_whom": "经办人",
            "reason": "事由",
            "action": "操作",
            "file": "文件",
            "sha256": "文件 SHA-256",
            "entries": "变更条数",
            "head": "末条哈希",
        },
    )
    geopackage.add_table(
        connection,
        "history",
        {
            "entry": "INTEGER PRIMARY KEY NOT NULL",
            "version": "INTEGER NOT NULL REFERENCES versions(version)",
            "project_id": "TEXT NOT NULL",
            "field": "TEXT NOT NULL",
            "old": "TEXT",
            "new": "TEXT",
            "sheet": "TEXT NOT NULL",
            "form_row": "INTEGER",
            "hash": "TEXT NOT NULL",
        },
        title="历史：只增不改",
        labels={"entry": "序号", "version": "版本", "project_id": "项目编号", "field": "字段", "old": "原值"}
        | {"new": "新值", "sheet": "工作表", "form_row": "行号", "hash": "链式哈希"},
    )
    geopackage.add_table(
        connection,
        "library_info",
        {"id": "INTEGER PRIMARY KEY NOT NULL", "name": "TEXT NOT NULL UNIQUE", "value": "TEXT NOT NULL"},
        title="项目库格式",
        labels={},
    )
    connection.execute("INSERT INTO library_info (name, value) VALUES ('format', ?)", (str(FORMAT),))
    connection.execute("CREATE INDEX history_by_project ON history (project_id, entry)")
    for table in ("history", "versions"):
        for change in ("UPDATE", "DELETE"):
            connection.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'history is append-only'); END"
            )
