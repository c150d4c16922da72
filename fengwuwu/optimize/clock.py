"""The clock that deadlines are read on: a user who interrupts the search makes every one of them pass at once.

A plan is then what has been found so far, with its bound, as after a time limit.
"""

from __future__ import annotations

import concurrent.futures
import math
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, Future
from contextlib import contextmanager
from typing import Any

_LISTENING = 0.2  # seconds between two looks at the clock

_stopped, _watched = threading.Event(), threading.Event()
_running: list[Callable[[], None]] = []


def now() -> float:
    """Seconds as of `time.perf_counter`; later than any deadline once the search has been stopped."""
    return math.inf if _stopped.is_set() else time.perf_counter()


def stopped() -> bool:
    """Whether the search has been stopped by the user."""
    return _stopped.is_set()


def watched() -> bool:
    """Whether the search may be stopped, so that solvers have to listen."""
    return _watched.is_set()


def stop() -> None:
    """Let every deadline pass, and end the runs of solvers that are under way."""
    _stopped.set()
    for cancel in list(_running):
        cancel()


@contextmanager
def interruptible(say: Callable[[str], None]) -> Iterator[None]:
    """Within this, Ctrl-C stops the search; a second one ends the program as usual.

    Only the main thread hears of it; in another one nothing changes.

    Parameters
    ----------
    say : callable
        Is told in Chinese that the search is being stopped.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupted(*_: object) -> None:
        if _stopped.is_set():
            raise KeyboardInterrupt
        stop()
        say("正在停止求解，整理已找到的最好方案；再按一次 Ctrl-C 立即退出，不保存。")

    before = signal.signal(signal.SIGINT, interrupted)
    _watched.set()
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        _watched.clear()
        _stopped.clear()


def wait(work: Sequence[Future[Any]], timeout: float = math.inf, *, first: bool = False) -> None:
    """Until all of some work in threads is done, or the first of it; meanwhile the main thread hears Ctrl-C.

    A plain wait does not everywhere: the signal may be delivered to another thread, and on Windows a lock is deaf.
    """
    until = time.perf_counter() + timeout
    when = FIRST_COMPLETED if first else ALL_COMPLETED
    while True:
        left = until - time.perf_counter()
        done, open_ = concurrent.futures.wait(work, max(0.0, min(left, _LISTENING)), when)
        if not open_ or (first and done) or left <= 0:
            return


@contextmanager
def ending_with(cancel: Callable[[], None]) -> Iterator[None]:
    """Within this, stopping the search calls `cancel` too."""
    _running.append(cancel)
    try:
        yield
    finally:
        _running.remove(cancel)
