"""Stopping a search keeps what it has found: by the clock alone, and by Ctrl-C."""

from __future__ import annotations

import math
import signal
import threading

import pytest
from instances import instance

from fengwuwu.optimize import Scenario, allocate, clock, revise

NOTE = "求解由使用者提前停止。"


def test_after_a_stop_every_deadline_has_passed_until_the_end() -> None:
    said: list[str] = []
    cancelled = []
    with clock.interruptible(said.append):
        assert clock.watched() and clock.now() < math.inf
        with clock.ending_with(lambda: cancelled.append(1)):
            signal.raise_signal(signal.SIGINT)
        assert clock.now() == math.inf and cancelled == [1]
        assert len(said) == 1 and "再按一次" in said[0]
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert not clock.watched() and clock.now() < math.inf
    with pytest.raises(KeyboardInterrupt):  # as before
        signal.raise_signal(signal.SIGINT)


def test_in_another_thread_nothing_changes() -> None:
    heard: list[object] = []

    def work() -> None:
        with clock.interruptible(heard.append):
            heard.append(clock.watched())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert heard == [False]


@pytest.mark.slow
def test_ctrl_c_while_solving_gives_the_plan_found_so_far() -> None:
    """Nobody proves 134 projects with five start years; the search begins with a plan, so there is one to keep."""
    table, data = instance(134, 5, seed=1, time_limit=4)
    known = allocate(table, Scenario.model_validate(data))
    said: list[str] = []
    user = threading.Timer(2.0, signal.raise_signal, [signal.SIGINT])
    with clock.interruptible(said.append):
        user.start()
        plan = revise(known, table, known.scenario.changed(time_limit=300))
    user.join()
    assert len(said) == 1
    assert plan.status == "time_limit" and NOTE in plan.notes
    assert plan.verify().empty and plan.bound is not None and plan.objective is not None
    assert known.objective is not None
    assert known.objective <= plan.objective + 1e-6 * abs(plan.objective) and plan.bound >= plan.objective
