"""What all tests share: the same examples in every run, Node, and no test that is skipped."""

from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import door

# The same examples everywhere, so that a red run is red for everybody. To look for new ones:
# python -m pytest --hypothesis-profile=explore
settings.register_profile("steady", derandomize=True, max_examples=100, deadline=None, print_blob=True)
settings.register_profile(
    "explore", max_examples=5_000, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what uses a browser, and puts it last: its event loop would stand in the others' way."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that was skipped has proved nothing, so it has failed."""
    report = yield
    if report.skipped:
        report.outcome = "failed"
    return report


@pytest.fixture(scope="session")
def node() -> Path:
    """Node, with door/node_modules as the lock has it."""
    door.packages()
    return door.NODE
