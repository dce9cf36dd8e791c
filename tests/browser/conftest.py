"""What browser stories share: a look for barriers, and where pictures go."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

import door

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="session")
def barriers() -> Callable[[Page], list[str]]:
    """What axe-core finds wrong on a page, one `rule: where` for each place; an empty list is a good page.

    The script is evaluated by the browser itself, so that the page keeps its content security policy.
    """
    door.packages()
    script = (door.SOURCE / "node_modules" / "axe-core" / "axe.min.js").read_text()

    def look(page: Page) -> list[str]:
        page.evaluate(script)
        violations = page.evaluate("axe.run({ resultTypes: ['violations'] }).then((found) => found.violations)")
        return [f"{found['id']}: {' '.join(place['target'])}" for found in violations for place in found["nodes"]]

    return look


@pytest.fixture(scope="session")
def pictures() -> Path:
    """The folder for screenshots, .pictures/ in the checkout: made to be looked at, never committed."""
    folder = ROOT / ".pictures"
    folder.mkdir(exist_ok=True)
    return folder
