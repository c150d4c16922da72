"""A process killed at any moment of an import leaves the library as before or as after."""

from __future__ import annotations

import csv
import multiprocessing
import random
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from fengwuwu.projects.library import Library

ROWS = 250
HEAD = ["项目编号", "项目名称", "所在县", "总投资（万元）", "数据性质"]


def write(path: Path, investment: int) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEAD)
        writer.writerows([f"示例-{i}", f"示例项目{i}", "奉节县", investment, "示例"] for i in range(ROWS))
    return path


def import_and_tell(location: str, form: Path, pipe: Connection) -> None:
    """Import a form; tell when it begins, when it first writes, and when it has committed."""
    wrote = False

    def first_write(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal wrote
        if not wrote and statement.startswith("INSERT"):
            wrote = True
            pipe.send("wrote")

    event.listen(Engine, "before_cursor_execute", first_write)
    pipe.send("begun")
    Library.open(location).import_file(form)
    pipe.send("committed")


def told(pipe: Connection) -> set[str]:
    """What a process that is gone has still told."""
    words = set()
    try:
        while pipe.poll(0):
            words.add(pipe.recv())
    except EOFError:
        pass
    return words


@pytest.mark.slow
def test_killed_at_random_moments(
    new_location: Callable[[], Path | str],
    tmp_path: Path,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
) -> None:
    kills = 5 if request.config.getoption("--postgis") else 50
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["fengwuwu.projects.library", "sqlalchemy.dialects.sqlite", "psycopg"])
    moments = random.Random(20261126)
    library = Library.open(new_location())
    library.import_file(write(tmp_path / "form.csv", 100))
    location = library.location

    def start(investment: int) -> tuple[multiprocessing.process.BaseProcess, Connection]:
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(
            target=import_and_tell, args=(location, write(tmp_path / "form.csv", investment), theirs)
        )
        process.start()
        theirs.close()
        assert ours.recv() == "begun"
        return process, ours

    def timed(investment: int) -> tuple[float, float]:
        """Seconds from the beginning to the first write, and from there to the end, of an import left alone."""
        process, pipe = start(investment)
        began = time.perf_counter()
        assert pipe.recv() == "wrote"
        wrote = time.perf_counter()
        assert pipe.recv() == "committed"
        done = time.perf_counter()
        process.join()
        return wrote - began, done - wrote

    value, inside, kept, done = 101, 0, 0, 0
    timed(value)  # the first one warms the caches
    for number in range(kills):
        if number % 10 == 0:
            value += 1
            reading, writing = timed(value)
        before = library.version
        process, pipe = start(value + 1)
        aimed = number % 5 > 0  # most kills are aimed at the transaction, the others at the whole import
        if aimed:
            assert pipe.recv() == "wrote"
        time.sleep(moments.uniform(0, writing if aimed else reading + writing))
        process.kill()
        process.join()
        words = told(pipe)
        committed = "committed" in words
        inside += (aimed or "wrote" in words) and not committed

        assert library.check() == []
        values = set(library.projects()["investment_wan_yuan"])
        assert (library.version, values) in [(before, {value}), (before + 1, {value + 1})]
        assert library.version == before + 1 or not committed
        kept, done = kept + (library.version == before), done + (library.version > before)
        value += library.version - before
    record_property(
        "kills", f"{kills} 次中断：{inside} 次在首次写入与提交之间；{kept} 次为之前的状态，{done} 次为之后的状态。"
    )  # see conftest.py: printed whether the test passes or not
    assert inside >= kills / 2
    assert library.import_file(write(tmp_path / "form.csv", value + 1)).updated == ROWS
