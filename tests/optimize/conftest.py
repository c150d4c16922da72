"""What the optimiser's tests share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from fengwuwu.optimize import Scenario

from .enumeration import enumerate_best, enumerate_front
from .instances import make_project, make_scenario, random_instance


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
