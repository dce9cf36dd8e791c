"""Leaving at once, and what is left behind: nothing of ours."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from harbour import Harbour
from safeconduct.sealed.phrase import WORDS
from visitor import Visitor

CANARY = "синица-5094"


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harbour]:
    with Harbour(tmp_path_factory.mktemp("harbour")) as made:
        yield made


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(locale="ru")
    yield made
    made.close()


def begun(context: BrowserContext, harbour: Harbour) -> Page:
    """A page opened from another, some steps on, with words in it."""
    page = context.new_page()
    page.goto(f"{harbour.elsewhere}before")
    Visitor(page, harbour.address).draw("GE", "unit", CANARY)
    return page


def thrice_shift(page: Page) -> None:
    for _ in range(3):
        page.keyboard.press("Shift")


LEAVE = {"button": lambda page: page.locator("#leave").click(), "Shift three times": thrice_shift}


def entries(page: Page) -> list[str]:
    """What the tab lists: the address of every entry, the one it stands at last if nothing lies above it."""
    history = page.context.new_cdp_session(page).send("Page.getNavigationHistory")
    assert history["currentIndex"] == len(history["entries"]) - 1
    return [entry["url"] for entry in history["entries"]]


@pytest.mark.parametrize("leave", LEAVE)
@pytest.mark.parametrize("steps", [0, 1, 6])
def test_leaving_leads_to_a_neutral_page_and_neither_back_nor_forward_leads_here(
    context: BrowserContext, harbour: Harbour, leave: str, steps: int
) -> None:
    page = context.new_page()
    page.goto(f"{harbour.elsewhere}before")
    visitor = Visitor(page, harbour.address)
    if steps == 6:
        visitor.draw("GE", "unit", CANARY)
    else:
        visitor.open()
        for _ in range(steps):
            visitor.go_on()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    answered: list[tuple[str, int]] = []
    page.on("response", lambda answer: answered.append((answer.url, answer.status)))
    LEAVE[leave](page)
    page.wait_for_url(harbour.leave)
    # The answer that lets the browser forget: see below.
    assert (f"{harbour.address}leave", 303) in answered
    listed = [url for url in entries(page) if url != "about:blank"]
    assert listed == [f"{harbour.elsewhere}before", f"{harbour.address}leave?", harbour.leave]
    assert page.go_forward() is None
    assert page.url == harbour.leave
    page.go_back()
    assert page.url == harbour.leave
    page.go_back()
    assert page.url == f"{harbour.elsewhere}before"
    # What lies before the page now is not the page either.
    page.go_forward()
    assert page.url == harbour.leave
    assert errors == []


def test_leaving_with_many_presses_is_leaving_once(context: BrowserContext, harbour: Harbour) -> None:
    page = begun(context, harbour)
    page.evaluate("""() => {
        const press = (type) => dispatchEvent(new KeyboardEvent(type, { key: "Shift" }));
        for (let count = 0; count < 9; count += 1) { press("keydown"); press("keyup"); }
    }""")
    page.wait_for_url(harbour.leave)
    page.go_back()
    assert page.url == harbour.leave


def test_whoever_goes_back_to_the_page_finds_it_as_new(context: BrowserContext, harbour: Harbour) -> None:
    page = begun(context, harbour)
    page.goto(f"{harbour.elsewhere}after")
    page.go_back()
    expect(page.locator(".first")).to_be_visible()
    expect(page.locator(".back")).to_have_count(0)
    assert CANARY not in page.content()


def test_the_screen_is_wiped_before_the_network_answers(context: BrowserContext, harbour: Harbour) -> None:
    page = begun(context, harbour)
    wiped = page.evaluate("""() => {
        document.getElementById("leave").click();
        return [document.body.textContent, getComputedStyle(document.documentElement).backgroundColor];
    }""")
    assert wiped == ["", "rgb(255, 255, 255)"]


def test_capital_letters_do_not_leave(context: BrowserContext, harbour: Harbour) -> None:
    page = begun(context, harbour)
    page.locator("#word-0").focus()
    for letter in "ABCD":
        page.keyboard.press(f"Shift+{letter}")
    expect(page.locator("#word-0")).to_have_value("ABCD")


def test_changing_the_layout_and_marking_with_the_mouse_do_not_leave(context: BrowserContext, harbour: Harbour) -> None:
    """Alt and Shift, or Ctrl and Shift, in either order: so whoever writes Russian changes to it and back."""
    page = begun(context, harbour)
    field = page.locator("#word-0")
    field.fill(CANARY)
    for held in ("Alt", "Control", "Meta"):
        page.keyboard.down(held)
        for _ in range(4):
            page.keyboard.press("Shift")
        page.keyboard.up(held)
        for _ in range(4):
            page.keyboard.down("Shift")
            page.keyboard.press(held)
            page.keyboard.up("Shift")
    for _ in range(4):
        page.keyboard.down("Shift")
        page.locator("h1").click()
        page.keyboard.up("Shift")
    expect(field).to_have_value(CANARY)
    thrice_shift(page)
    page.wait_for_url(harbour.leave)


def test_the_answer_to_leaving_lets_the_browser_forget(context: BrowserContext, harbour: Harbour) -> None:
    for method in ("GET", "POST"):
        answer = context.request.fetch(f"{harbour.address}leave", method=method, max_redirects=0)
        assert answer.status == 303
        assert answer.headers["location"] == harbour.leave
        assert answer.headers["clear-site-data"] == '"*"'
        assert answer.headers["cache-control"] == "no-store"


@pytest.fixture
def profile(browser: Browser) -> Callable[[Path], BrowserContext]:
    """Opens an ordinary window whose files lie in a folder."""

    def launch(folder: Path) -> BrowserContext:
        # A whole Chromium, which keeps what a person's browser keeps. Its own sandbox refuses to run as root.
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        return browser.browser_type.launch_persistent_context(
            folder, executable_path=shutil.which("chromium"), args=root, locale="ru"
        )

    return launch


def found(folder: Path, words: list[str]) -> list[str]:
    """Which of these words lie in a file of this folder, in UTF-8 or UTF-16."""
    contents = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    spelt = [(word, word.encode(code)) for word in words for code in ("utf-8", "utf-16-le")]
    return sorted({word for word, spelling in spelt if any(spelling in content for content in contents)})


def test_nothing_that_was_written_is_in_the_browsers_files(
    profile: Callable[[Path], BrowserContext], harbour: Harbour, tmp_path: Path
) -> None:
    """An ordinary window, a phone that is taken afterwards: its files know the address, not a word more."""
    context = profile(tmp_path)
    page = context.new_page()
    visitor = Visitor(page, harbour.address)
    words = visitor.ask("GE", "unit", f"Пишу {CANARY}")
    visitor.go_on()
    visitor.enter(" ".join(words))
    visitor.talking()
    visitor.write(f"Ещё {CANARY}")
    # What a browser keeps when nobody minds, so that the search is known to find.
    page.goto(f"{harbour.elsewhere}kept")
    page.evaluate("localStorage.setItem('kept', 'kept-5094')")
    context.close()
    assert set(words) <= set(WORDS["ru"])
    # One word alone may stand in a browser's own files; the phrase as it is entered may not.
    assert found(tmp_path, ["kept-5094", CANARY, " ".join(words), " ".join(words[:3])]) == ["kept-5094"]
