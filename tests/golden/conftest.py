"""The golden notebooks read a library and a plan made from the shipped data; build them when they are out of date."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "golden.py"


def prepare() -> None:
    """In a process of its own: nbval's kernels must find the files, not this process's modules."""
    subprocess.run([sys.executable, str(SCRIPT), "prepare"], check=True)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before the first notebook cell of each worker."""
    if not getattr(prepare, "done", False):
        prepare()
        prepare.done = True  # type: ignore[attr-defined]
