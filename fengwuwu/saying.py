"""How long work tells what it is doing: a function that is given one line in Chinese."""

from __future__ import annotations

from collections.abc import Callable

Say = Callable[[str], None]


def silent(_: str) -> None:
    """Say nothing."""
