"""Two offices import at the same moment: one waits for the other, and nothing of either is lost."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.synchronize import Barrier
from pathlib import Path

from fengwuwu.projects.library import Library

Make = Callable[..., Path]
HEAD = ["项目编号", "项目名称", "所在县", "总投资（万元）"]
ROWS = 100


def import_together(location: str, form: Path, barrier: Barrier) -> None:
    """Open the library, which only one of the two can make, and import at the same moment as the other."""
    barrier.wait(60)
    Library.open(location).import_file(form, by=form.stem)


def rows(office: str, count: int = ROWS) -> list[list[object]]:
    return [HEAD, *([f"示例-{office}-{i}", "示例项目", "奉节县", 100] for i in range(count))]


def test_both_are_taken(new_location: Callable[[], Path | str], workbook: Make) -> None:
    location = str(new_location())
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    forms = [workbook(rows(office), f"{office}.xlsx") for office in "ab"]
    processes = [context.Process(target=import_together, args=(location, form, barrier)) for form in forms]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0, 0]
    library = Library.open(location)
    history = library.history()
    assert library.version == 2
    assert len(library.projects()) == 2 * ROWS
    assert set(history["by"]) == {"a", "b"}
    assert history.groupby("version")["by"].nunique().tolist() == [1, 1]
    assert library.check() == []


def hold(location: str, seconds: float, barrier: Barrier) -> None:
    """Keep the library locked for a while."""
    with Library.open(location).database.writing():
        barrier.wait(60)
        time.sleep(seconds)


def test_one_waits_for_the_other(library: Library, workbook: Make) -> None:
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    process = context.Process(target=hold, args=(library.location, 1.0, barrier))
    process.start()
    barrier.wait(60)
    began = time.monotonic()
    assert library.import_file(workbook(rows("a", 1))).accepted == 1
    assert time.monotonic() - began > 0.5
    process.join(60)
    assert process.exitcode == 0
