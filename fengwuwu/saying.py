"""How long work tells what it is doing: a function that is given one line in Chinese."""

from __future__ import annotations

import sys
from collections.abc import Callable

Say = Callable[[str], None]


def silent(_: str) -> None:
    """Say nothing."""


def aside(text: str) -> None:
    """Say it where messages go, not among the results."""
    print(text, file=sys.stderr, flush=True)
