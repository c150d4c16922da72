"""Stopping a search keeps what it has found: by the clock alone, and by Ctrl-C."""

from __future__ import annotations

import math
import signal
import threading

import pytest

from benchmarks.instances import instance
from fengwuwu.optimize import Scenario, allocate, clock, solve

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


@pytest.mark.slow
def test_ctrl_c_while_solving_gives_the_plan_found_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody proves 134 projects with five start years; the interrupt comes once a solver has a plan."""
    table, data = instance(134, 5, seed=1, time_limit=300)
    found = threading.Event()
    inner = solve._highs_outcome

    def watched(*given: object) -> solve.Outcome:
        outcome = inner(*given)  # type: ignore[arg-type]
        if outcome.values is not None and outcome.status == "feasible":
            found.set()
        return outcome

    def interrupt() -> None:
        found.wait(60)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(solve, "_highs_outcome", watched)
    said: list[str] = []
    user = threading.Thread(target=interrupt)
    with clock.interruptible(said.append):
        user.start()
        plan = allocate(table, Scenario.model_validate(data))
    user.join()
    assert len(said) == 1
    assert plan.status == "time_limit" and NOTE in plan.notes
    assert plan.verify().empty and plan.decisions["funded"].any()
    assert plan.bound is not None and plan.objective is not None and plan.bound >= plan.objective
