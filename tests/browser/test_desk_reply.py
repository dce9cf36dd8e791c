"""Replies in real Chromium: none goes out past words that the page did not show, and none ends without a word of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from browser.test_desk_pages import PHONE, WIDE, enter, listened, taken
from desk.pages.house import House, Opened, Person, built, until

Barriers = Callable[[Page], list[str]]
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


@pytest.mark.parametrize(
    ("language", "size"),
    [("ru", WIDE), ("en", WIDE), ("ru", PHONE), ("en", PHONE)],
    ids=["ru-1280", "en-1280", "ru-360", "en-360"],
)
def test_an_open_page_tells_that_a_colleague_was_first_and_keeps_every_word(
    house: House,
    vera: Opened,
    browser: Browser,
    barriers: Barriers,
    pictures: Path,
    language: str,
    size: tuple[int, int],
) -> None:
    def look(page: Page, name: str) -> None:
        page.screenshot(path=pictures / f"desk-reply-{name}-{language}-{size[0]}.png")
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name

    anton = house.open("anton")
    with opened(browser) as hers, opened(browser, language, size) as his:
        her_page, page = enter(hers, vera), enter(his, anton)
        house.person("Помогите. Завтра суд.")
        expect(page.locator(".row")).to_be_visible()
        expect(her_page.locator(".row")).to_be_visible()
        anton.wire.cut = True
        page.locator(".row-link").click()
        page.locator("#take").click()
        page.locator("#reply").fill("Ничего не подписывайте. Адвокат будет к восьми.")
        page.locator("#reply-form button").click()
        expect(page.locator(".item-waiting")).to_be_visible()
        page.locator("#reply").fill("И не говорите с ними без него.")
        expect(page.locator("#draft")).not_to_be_empty()
        her_page.keyboard.press("n")
        expect(her_page.locator("#take")).to_be_focused()
        her_page.keyboard.press("t")
        until(lambda: vera.desk.queue("mine").total == 1 and vera.desk.status().waiting == 0)
        anton.wire.cut = False
        lost = page.locator("#held .held")
        expect(lost.locator(".text")).to_have_text(
            ["Ничего не подписывайте. Адвокат будет к восьми.", "И не говорите с ними без него."]
        )
        look(page, "lost-open")
        page.locator("#reply").fill("И не говорите с ними без него. Ни слова.")
        page.locator("#reply-form button").click()
        expect(page.locator("#reply")).to_have_count(0)
        expect(lost.locator(".text").last).to_have_text("И не говорите с ними без него. Ни слова.")
        look(page, "lost")
        page.goto(f"{anton.origin}/queue/aside")
        expect(page.locator(".row")).to_be_visible()
        look(page, "lost-list")
        page.locator(".row-link").click()
        lost.locator("button").click()
        expect(page.locator(".row")).to_have_count(0)
        expect(page.locator(".rows-none")).to_be_visible()


def test_who_is_elsewhere_is_told_that_his_reply_was_not_sent(
    house: House, vera: Opened, browser: Browser, barriers: Barriers, pictures: Path
) -> None:
    anton = house.open("anton")
    with opened(browser) as hers, opened(browser) as his:
        her_page, page = enter(hers, vera), enter(his, anton)
        house.person("Помогите. Завтра суд.")
        expect(page.locator(".row")).to_be_visible()
        expect(her_page.locator(".row")).to_be_visible()
        anton.wire.cut = True
        page.locator(".row-link").click()
        page.locator("#take").click()
        page.locator("#reply").fill(REPLY)
        page.locator("#reply-form button").click()
        expect(page.locator(".item-waiting")).to_be_visible()
        page.goto(f"{anton.origin}/queue/mine")
        expect(page.locator(".row")).to_be_visible()
        her_page.keyboard.press("n")
        expect(her_page.locator("#take")).to_be_focused()
        her_page.keyboard.press("t")
        until(lambda: vera.desk.queue("mine").total == 1 and vera.desk.status().waiting == 0)
        anton.wire.cut = False
        alarm = page.locator(".alarm")
        expect(alarm.locator("strong")).to_have_text("Ваш ответ не ушёл: коллега взял это обращение раньше")
        page.screenshot(path=pictures / "desk-reply-lost-told.png")
        assert barriers(page) == []
        page.locator("a.band[href='/queue/aside']").click()
        page.locator(".row-link").click()
        expect(page.locator("#held .text")).to_have_text(REPLY)
        expect(alarm).to_have_count(0)
