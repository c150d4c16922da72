"""Whatever single value is altered behind the software's back, the check finds it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table, Text, func, literal, select, text, update

from fengwuwu.projects import integrity
from fengwuwu.projects.library import Library
from fengwuwu.projects.library_tables import HISTORY, PROJECTS, VERSIONS

HEAD = ["项目编号", "项目名称", "申报单位", "所在县", "乡镇", "总投资（万元）", "经度", "纬度"]
PLACE = ["奉节县水务有限公司", "奉节县", "草堂镇"]
# Row numbers of the tables themselves, which say nothing of a project.
NUMBERS = {"fid", "entry"}


@pytest.fixture
def told(library: Library, workbook: Callable[..., Path]) -> Library:
    """New and changed projects, one numbered by the library, a row that waited, a decision and its withdrawal."""
    first = ["FJ-1", "草堂镇污水处理厂提标改造", *PLACE, 100, 109.63, 31.05]
    library.import_file(workbook([HEAD, first, [None, "青莲镇小水电", None, "奉节县", "青莲镇", 9, None, None]]))
    library.import_file(workbook([HEAD, [*first[:5], 120.25, *first[6:]]]))
    library.import_file(workbook([HEAD, [None, "草堂镇污水处理厂扩容改造", *PLACE, "约1500", None, None]]))
    library.resolve(1, same_as="FJ-1", by="李科", reason="同一厂")
    library.decide("FJ-1", "admitted", "联席会议", "李科")
    library.withdraw("FJ-1", "有误", "王科")
    assert library.check() == []
    return library


def unguarded(connection: Connection) -> None:
    """Do away with what keeps the tables from being changed."""
    if connection.dialect.name == "sqlite":
        names = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
        drops = [f"DROP TRIGGER {name}" for name in names]
    else:
        drops = [f"ALTER TABLE {table.name} DISABLE TRIGGER ALL" for table in (HISTORY, VERSIONS)]
    for drop in drops:
        connection.execute(text(drop))


@pytest.mark.parametrize("table", [HISTORY, VERSIONS, PROJECTS], ids=lambda table: table.name)
def test_every_value_counts(told: Library, table: Table) -> None:
    key = next(iter(table.primary_key.columns))
    spoilt = 0
    with told.database.writing() as connection:
        unguarded(connection)
        numbers = connection.scalars(select(key)).all()
        for number in numbers:
            for column in table.columns:
                if column.name in NUMBERS:
                    continue
                if column.name == "geom":
                    value = None
                elif isinstance(column.type, Text):
                    value = func.coalesce(column, "") + literal(" ")
                else:
                    value = func.coalesce(column, 0) + 1000
                attempt = connection.begin_nested()
                connection.execute(update(table).where(key == number).values({column.name: value}))
                faults = integrity.faults_of(connection)
                attempt.rollback()
                unplaced = column.name == "geom" and not connection.scalar(select(column).where(key == number))
                assert bool(faults) is not unplaced, f"{table.name} {number} {column.name}"
                spoilt += 1
        assert integrity.faults_of(connection) == []
    assert spoilt == len(numbers) * (len(table.columns) - len(NUMBERS & set(table.columns.keys())))
    assert len(numbers) == {HISTORY: 9, VERSIONS: 6, PROJECTS: 2}[table]


@pytest.mark.parametrize("side", ["old", "new"])
def test_every_part_of_an_entry_counts(told: Library, side: str) -> None:
    column = HISTORY.c[side]
    with told.database.writing() as connection:
        unguarded(connection)
        rows = connection.execute(select(HISTORY.c.entry, column).where(column.startswith("{"))).all()
        assert len(rows) > 3
        for number, held in rows:
            for place in range(0, len(held), 11):
                changed = held[:place] + ("1" if held[place] != "1" else "2") + held[place + 1 :]
                attempt = connection.begin_nested()
                connection.execute(update(HISTORY).where(HISTORY.c.entry == number).values({side: changed}))
                faults = integrity.faults_of(connection)
                attempt.rollback()
                assert any("哈希链不符" in fault for fault in faults), (number, place)
