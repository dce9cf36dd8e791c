"""Replies in real Chromium: none goes out past words that the page did not show."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from browser.test_desk_pages import WIDE, enter, listened, taken
from desk.pages.house import House, Opened, Person, built, until

HARM = "Не отвечайте сюда, телефон у них!"
REPLY = "Мы приедем завтра в десять."


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with built(tmp_path) as house:
        yield house


@pytest.fixture
def vera(house: House) -> Opened:
    return house.open("vera")


@contextmanager
def opened(browser: Browser, language: str = "ru", size: tuple[int, int] = WIDE) -> Iterator[BrowserContext]:
    """A browser; whatever its pages complain of fails the test."""
    locale = {"ru": "ru-RU", "en": "en-GB"}[language]
    context = listened(browser.new_context(locale=locale, viewport={"width": size[0], "height": size[1]}))
    yield context
    complaints = context.complaints  # type: ignore[attr-defined]
    context.close()
    assert complaints == []


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with opened(browser) as context:
        yield context


def conversation(house: House, desk: Opened, page: Page) -> tuple[Person, str]:
    """A case the relay has confirmed, its page open, the cursor in the reply."""
    person = taken(house, page)
    ref = page.url.rsplit("/", 1)[1].removesuffix("#reply")
    until(lambda: desk.desk.matter(ref).row.state == "ours" and desk.desk.status().waiting == 0)
    page.reload()
    page.locator("#reply").focus()
    return person, ref


def comes(desk: Opened, ref: str, text: str) -> None:
    until(lambda: any(item.text == text for item in desk.desk.matter(ref).items))


def held(house: House, desk: Opened, page: Page) -> tuple[Person, str]:
    """She answers while the seeker writes."""
    person, ref = conversation(house, desk, page)
    desk.wire.cut = True
    person.say("Одно.")
    page.keyboard.type(REPLY)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".relay-silent")).to_be_visible()
    desk.wire.cut = False
    expect(page.locator(".held blockquote")).to_have_text("Одно.")
    return person, ref


def test_a_tab_that_was_in_the_background_sends_nothing_past_what_it_shows(
    house: House, vera: Opened, context: BrowserContext
) -> None:
    page = enter(context, vera)
    person, ref = conversation(house, vera, page)
    page.keyboard.type(REPLY)
    page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true })")
    person.say(HARM)
    comes(vera, ref, HARM)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".held blockquote")).to_have_text(HARM)
    assert person.heard() == []


def test_words_that_came_while_she_wrote_are_shown_and_may_be_answered(
    house: House, vera: Opened, context: BrowserContext
) -> None:
    page = enter(context, vera)
    person, _ = conversation(house, vera, page)
    page.keyboard.type(REPLY)
    for text in ("Одно.", "И другое."):
        person.say(text)
        expect(page.locator(".item-seeker .text").last).to_have_text(text)
    page.keyboard.press("Control+Enter")
    until(lambda: person.heard() == [REPLY])
    expect(page.locator(".held")).to_have_count(0)


def test_a_held_reply_comes_behind_what_is_being_written_and_nothing_comes_over_it(
    house: House, vera: Opened, context: BrowserContext
) -> None:
    page = enter(context, vera)
    _, ref = held(house, vera, page)
    page.locator("#reply").fill("Второй, напол")
    # Faster than a draft is kept.
    page.locator(".held button.main").click()
    expect(page.locator("#reply")).to_have_value(f"Второй, напол\n\n{REPLY}")
    page.wait_for_load_state("networkidle")
    assert vera.desk.matter(ref).draft == f"Второй, напол\n\n{REPLY}"


@pytest.mark.parametrize("which", [0, 1], ids=["back to the draft", "send as it is"])
def test_a_double_click_on_a_held_reply_is_one(house: House, vera: Opened, context: BrowserContext, which: int) -> None:
    page = enter(context, vera)
    person, ref = held(house, vera, page)
    page.locator(".held button").nth(which).dblclick()
    if which:
        until(lambda: person.heard() == [REPLY])
    else:
        expect(page.locator("#reply")).to_have_value(REPLY)
    expect(page.locator(".held")).to_have_count(0)
    expect(page.locator("h1")).not_to_have_text("Здесь ничего нет")
    assert page.url.partition("#")[0].endswith(f"/matter/{ref}")
