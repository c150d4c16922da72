"""What the optimiser's tests share."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from fengwuwu.optimize import Scenario

from .enumeration import enumerate_best, enumerate_front
from .instances import make_project, make_scenario, random_instance

PUBLISHED = "FENGWUWU_ORLIB"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The published problems are not part of this repository; they are solved where a folder of them is named."""
    if PUBLISHED not in os.environ:
        without = [item for item in items if item.path.name == "test_knapsack.py"]
        config.hook.pytest_deselected(items=without)
        items[:] = [item for item in items if item not in without]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say that they were not."""
    if PUBLISHED not in os.environ:
        terminalreporter.write_line(f"{PUBLISHED} names no folder: the published knapsack problems were not solved.")


@pytest.fixture
def project() -> Callable[..., dict[str, Any]]:
    """`make_project`."""
    return make_project


@pytest.fixture
def scenario_data() -> Callable[..., dict[str, Any]]:
    """`make_scenario`."""
    return make_scenario


@pytest.fixture
def instance() -> Callable[..., tuple[pd.DataFrame, dict[str, Any]]]:
    """`random_instance`."""
    return random_instance


@pytest.fixture
def enumerated() -> Callable[[pd.DataFrame, Scenario], float | None]:
    """`enumerate_best`."""
    return enumerate_best


@pytest.fixture
def enumerated_front() -> Callable[[pd.DataFrame, Scenario], list[tuple[float, float]]]:
    """`enumerate_front`."""
    return enumerate_front
