"""What all tests share: the same examples in every run, Node, Chromium, and no test that is skipped."""

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, expect, sync_playwright

import door

# The same examples everywhere, so that a red run is red for everybody. To look for new ones:
# python -m pytest --hypothesis-profile=explore
settings.register_profile("steady", derandomize=True, max_examples=100, deadline=None, print_blob=True)
settings.register_profile(
    "explore", max_examples=5_000, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")

# Playwright's own Node wants a library that a fresh Debian does not have; ours is complete.
os.environ["PLAYWRIGHT_NODEJS_PATH"] = str(door.NODE)

# Not an assertion either: how long a page may take is measured in bench/, and a busy machine is no failure.
expect.set_options(timeout=60_000)

# Debian's Chromium, told not to talk to anyone but the page's own server.
CHROMIUM_ARGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what uses a browser, and puts it last: its event loop would stand in the others' way."""
    for item in items:
        if "launch" in getattr(item, "fixturenames", ()):
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


@pytest.fixture(scope="session")
def launch() -> Iterator[Callable[..., Browser]]:
    """Starts a Chromium of one's own: `launch("--host-resolver-rules=...")`. All are closed at the end."""
    # The same engine without the windows of a desktop: a third less to compute.
    chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    assert chromium, "no Chromium: apt-get install --no-install-recommends chromium chromium-headless-shell"
    # Chromium's own sandbox refuses to run as root.
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browsers: list[Browser] = []

        def start(*args: str) -> Browser:
            browsers.append(playwright.chromium.launch(executable_path=chromium, args=[*CHROMIUM_ARGS, *root, *args]))
            return browsers[-1]

        yield start
        for browser in browsers:
            browser.close()


@pytest.fixture(scope="session")
def browser(launch: Callable[..., Browser]) -> Browser:
    """One Chromium for all stories; each opens a context of its own: `browser.new_context(locale="ru-RU")`."""
    return launch()
