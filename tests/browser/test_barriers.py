"""The look for barriers can fail: it sees what it should, behind the strictest policy."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, Route

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; require-trusted-types-for 'script'"
GOOD = "<!doctype html><html lang=ru><title>Дверь</title><main><h1>Здравствуйте</h1></main>"


def serve(route: Route, body: str) -> None:
    route.fulfill(body=body, headers={"content-security-policy": POLICY, "content-type": "text/html; charset=utf-8"})


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (GOOD, []),
        (GOOD.replace(" lang=ru", ""), ["html-has-lang: html"]),
        (GOOD.replace("</main>", "<input></main>"), ["label: input"]),
    ],
    ids=["good", "no language", "no label"],
)
def test_barriers_are_seen_and_nothing_else(
    browser: Browser, barriers: Callable[[Page], list[str]], body: str, found: list[str]
) -> None:
    page = browser.new_page()
    page.route("**/*", lambda route: serve(route, body))
    page.goto("http://door.invalid/")
    assert barriers(page) == found
    page.close()
