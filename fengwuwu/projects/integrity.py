"""Is a library sound: the file itself, the hash chain of its history, and the current layer against the replay."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from fengwuwu.errors import LibraryError, Problem
from fengwuwu.projects import assessments, history, library_tables, store
from fengwuwu.projects.database import Database
from fengwuwu.projects.history import Entry
from fengwuwu.projects.library_tables import PROJECTS, VERSIONS
from fengwuwu.projects.point_type import place

_REMEDY = "请换用备份，并查明是谁改动了文件。"


def check(database: Database) -> list[Problem]:
    """All faults of a library; empty when it is sound."""
    problems: list[Problem] = []
    try:
        with database.reading() as connection:
            if faults := database.damage(connection):
                problems.append(Problem(f"文件结构损坏：{'；'.join(faults)}。", _REMEDY, database.name))
            problems += [Problem(message, _REMEDY, database.name) for message in faults_of(connection)]
    except LibraryError as error:
        problems.append(Problem(error.what, error.remedy, database.name))
    return problems


class _Broken(Exception):
    """The chain of hashes is broken, and nothing after that can be trusted."""


def faults_of(connection: Connection) -> list[str]:
    """What is wrong with the history and with the layer; empty when nothing is."""
    faults: list[str] = []
    try:
        replayed = history.replay(_verified(connection, faults))
    except _Broken as broken:
        return [str(broken)]
    return faults + _layer_faults(connection, replayed)


def _verified(connection: Connection, faults: list[str]) -> Iterator[Entry]:
    """The entries, each after its hash was found right; faults of versions are added to `faults`."""
    versions = store.versions(connection)
    ends = connection.execute(select(VERSIONS.c.version, VERSIONS.c.entries, VERSIONS.c.head))
    heads = {number: (count, head) for number, count, head in ends}
    previous, counted = history.GENESIS, dict.fromkeys(versions, 0)
    for number, (entry, digest) in enumerate(store.entries(connection), start=1):
        version = versions.get(entry.version)
        if version is None:
            raise _Broken(f"历史第 {number} 条属于不存在的版本 {entry.version}。")
        if history.chained(previous, version, entry) != digest:
            raise _Broken(f"历史第 {number} 条（{entry.project_id}，{entry.field}）与哈希链不符，自此不可信。")
        previous = digest
        counted[entry.version] += 1
        if counted[entry.version] == heads[entry.version][0] and heads[entry.version][1] != digest:
            faults.append(f"版本 {entry.version} 的末条哈希不符。")
        yield entry
    faults += [f"版本 {number} 缺少历史条目。" for number in versions if counted[number] != heads[number][0]]
    if list(versions) != list(range(1, len(versions) + 1)):
        faults.append("版本号不连续。")


def _layer_faults(connection: Connection, replayed: dict[str, history.Record]) -> list[str]:
    current = store.current(connection)
    faults = [f"{ident} 在历史中有，在当前图层中没有。" for ident in replayed if ident not in current]
    for ident, record in current.items():
        if ident not in replayed:
            faults.append(f"{ident} 在当前图层中有，在历史中没有。")
            continue
        before = replayed[ident]
        same = _known(record) == _known(before)  # spares most records the look at each column
        keys = [] if same else [key for key in library_tables.LABELS if record.get(key) != before.get(key)]
        if keys:
            names = "、".join(library_tables.LABELS[key] for key in keys)
            faults.append(f"{ident} 的当前值与历史不符：{names}。图层可能被直接编辑过。")
    for ident, found in connection.execute(select(PROJECTS.c.project_id, PROJECTS.c.geom)):
        record = current[ident]
        if found != place(record.get("lon"), record.get("lat")):
            faults.append(f"{ident} 的点位与经纬度不符。图层可能被直接编辑过。")
    kept = assessments.load(connection)
    if kept is not None:
        faults += [f"评估结果中的 {ident} 不在项目库中。" for ident in kept["project_id"] if ident not in current]
    return faults


def _known(record: history.Record) -> history.Record:
    return {key: value for key, value in record.items() if value is not None}
