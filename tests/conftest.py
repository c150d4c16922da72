"""Settings of all tests."""

import pytest
from hypothesis import settings

# The clock must not fail a test: a machine may be slow, or busy with other tests.
settings.register_profile("fengwuwu", deadline=None)
settings.load_profile("fengwuwu")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--postgis``: run the tests of the library on a PostGIS database of their own instead of on files."""
    parser.addoption("--postgis", action="store_true", help="run the library's tests on PostGIS")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostGIS only the tests that ask for a library wherever it is kept have anything to say."""
    if config.getoption("--postgis"):
        wanted = [item for item in items if "new_location" in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=[item for item in items if item not in wanted])
        items[:] = wanted


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests recorded (``record_property``), also when they passed and in whatever process they ran."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, value in report.user_properties:
                terminalreporter.write_line(f"{report.nodeid}: {name}: {value}")
