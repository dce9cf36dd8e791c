"""The whole of it, in real Chromium against the programs as their commands start them: one cry for help goes round.

A person asks at the door, a caseworker's desk shows it and answers, the person comes back with a slip in the phrase,
reads and writes again, and the desk shows that: nothing is ever reloaded. Every page on the way is looked at for
barriers and photographed.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from household import Household
from safeconduct.clock import DAY_SECONDS, Clock
from simulator import PASSPHRASE
from visitor import Visitor

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
ASKED = {
    "ru": (
        "Я студент, в марте подписал контракт в учебном центре, теперь отправляют в часть. "
        "Рапорт не принимают, говорят, поздно. Я уехал к друзьям и не знаю, что мне грозит."
    ),
    "en": (
        "My brother signed a contract at his college and wants to leave. "
        "They told him a hearing is set for Monday. What should he say there?"
    ),
}
ANSWER = {
    "ru": "Здравствуйте. Мы прочитали ваше письмо.\n\nНичего не подписывайте до понедельника — напишем завтра.",
    "en": "Hello. We have read your letter.\n\nHe should sign nothing before Monday. We will write tomorrow.",
}
THANKS = {
    "ru": "Спасибо. Сегодня звонили из деканата, просят прийти.",
    "en": "Thank you. He got a call today.",
}
NOTE = {"ru": "Спросить юриста про срок рапорта.", "en": "Ask the lawyer about Monday."}
LATE = (
    "([url, body]) => fetch(url, { method: 'POST', body: new URLSearchParams(body) }).then((answer) => answer.status)"
)
Barriers = Callable[[Page], list[str]]


@dataclass(frozen=True)
class Album:
    """Looks at a page for barriers and keeps its picture."""

    barriers: Barriers
    folder: Path
    story: str

    def look(self, page: Page, step: str, *, whole: bool = False) -> None:
        assert self.barriers(page) == [], step
        page.screenshot(path=self.folder / f"story-{self.story}-{step}.png", full_page=whole)


@pytest.fixture(scope="module")
def household(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Household]:
    with Household(tmp_path_factory.mktemp("household")) as made:
        yield made


@pytest.fixture(scope="module")
def caseworkers(browser: Browser, household: Household) -> Iterator[tuple[BrowserContext, dict[str, Page]]]:
    """Both desks, open in one browser: their cookies cross ports and must not put one another out."""
    context = browser.new_context(locale="ru-RU", viewport=DESK)  # type: ignore[arg-type]
    pages = {"ru": open_desk(context, household.open(0).address), "en": open_desk(context, household.open(1).address)}
    pages["en"].locator("form[action='/language'] button").first.click()
    expect(pages["en"].locator("html")).to_have_attribute("lang", "en")
    expect(pages["en"].locator("#rows")).to_be_attached()
    yield context, pages
    context.close()


def open_desk(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    page.locator("#passphrase").fill(PASSPHRASE)
    page.keyboard.press("Enter")
    expect(page.locator("#rows")).to_be_attached()
    return page


def come(browser: Browser, household: Household, language: str, album: Album) -> Visitor:
    """A person opens the door in a window of their own."""
    page = browser.new_context(locale=language, viewport=PHONE).new_page()  # type: ignore[arg-type]
    return Visitor(page, household.door, lambda step: album.look(page, f"door-{step}", whole=True))


def unbroken(page: Page) -> Callable[[], bool]:
    """Whether the page is still the same document, never loaded again."""
    page.evaluate("globalThis.unbroken = true")
    return lambda: bool(page.evaluate("globalThis.unbroken === true"))


def slip(words: list[str]) -> str:
    """The phrase with two neighbouring letters of one word swapped."""
    place = next(n for n, word in enumerate(words) if word[1] != word[2])
    word = words[place]
    return " ".join([*words[:place], word[0] + word[2] + word[1] + word[3:], *words[place + 1 :]])


def return_with_a_slip(browser: Browser, household: Household, language: str, album: Album, words: list[str]) -> Page:
    visitor = come(browser, household, language, album)
    visitor.enter(slip(words))
    expect(visitor.page.locator(".repaired")).to_have_count(1)
    expect(visitor.page.locator(".phrase span")).to_have_text(words)
    album.look(visitor.page, "door-repaired", whole=True)
    visitor.go_on()
    visitor.talking()
    return visitor.page


def answer_and_note(desk: Page, language: str, album: Album) -> None:
    desk.bring_to_front()
    with desk.expect_request("**/draft") as draft:
        desk.locator("#reply").fill(ANSWER[language])
    expect(desk.locator("#draft span")).not_to_be_empty()
    album.look(desk, "desk-4-writing")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".item-organisation .text")).to_have_text(ANSWER[language], use_inner_text=True)
    expect(desk.locator(".state-waiting")).to_have_count(0)
    # A draft on its way while the reply went out comes late: it must not stand there again, to be sent twice.
    desk.evaluate(LATE, [draft.value.url, draft.value.post_data])
    desk.locator("[data-write=note]").click()
    desk.locator("#note").fill(NOTE[language])
    album.look(desk, "desk-5-note")
    desk.locator(".note-button").click()
    expect(desk.locator(".item-note .text")).to_have_text(NOTE[language])
    expect(desk.locator(".state-waiting")).to_have_count(0)
    expect(desk.locator("#reply")).to_have_value("")
    album.look(desk, "desk-6-answered")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_one_cry_for_help_goes_round(
    browser: Browser,
    household: Household,
    caseworkers: tuple[BrowserContext, dict[str, Page]],
    barriers: Barriers,
    pictures: Path,
    language: str,
) -> None:
    album, desk = Album(barriers, pictures, language), caseworkers[1][language]
    desk.bring_to_front()
    album.look(desk, "desk-0-empty")
    same = unbroken(desk)
    visitor = come(browser, household, language, album)
    words = visitor.ask("GE", "date", ASKED[language])
    visitor.page.context.close()

    # The desk: it is there by itself, is taken up, and answered.
    desk.bring_to_front()
    row = desk.locator(".row", has_text=ASKED[language][:40])
    expect(row).to_be_visible()
    assert same(), "the queue was loaded again"
    album.look(desk, "desk-1-queue")
    row.locator(".row-link").click()
    expect(desk.locator("#items")).to_contain_text(ASKED[language])
    album.look(desk, "desk-2-request")
    day = Clock().day()
    desk.keyboard.press("t")
    expect(desk.locator("#reply")).to_be_focused()
    expect(desk.locator(".row-coming")).to_have_count(0)
    album.look(desk, "desk-3-taken")

    # Taken up, not yet answered: the person who comes back now is told so, with the day.
    page = return_with_a_slip(browser, household, language, album, words)
    taken = {datetime.fromtimestamp(DAY_SECONDS * each, UTC).day for each in (day, Clock().day())}
    expect(page.locator(".standing")).to_contain_text(re.compile("|".join(rf"\b{each}\b" for each in taken)))
    expect(page.locator(".theirs")).to_have_count(0)
    album.look(page, "door-taken", whole=True)

    answer_and_note(desk, language, album)

    # The person reads the answer, never the note, and writes more.
    page.locator(".ways button").first.click()
    expect(page.locator(".theirs .text")).to_have_text(ANSWER[language], use_inner_text=True)
    expect(page.locator("body")).not_to_contain_text(NOTE[language])
    album.look(page, "door-answered", whole=True)
    same = unbroken(desk)
    Visitor(page, household.door).write(THANKS[language])
    expect(page.locator(".yours .text").last).to_have_text(THANKS[language])
    album.look(page, "door-more", whole=True)
    page.context.close()

    desk.bring_to_front()
    expect(desk.locator(".item-seeker .text").last).to_have_text(THANKS[language])
    assert same(), "the conversation was loaded again"
    album.look(desk, "desk-7-more")
    expect(desk.locator(".alarm")).to_have_count(0)


def test_the_lock_blanks_the_other_tab_and_keeps_the_draft(
    caseworkers: tuple[BrowserContext, dict[str, Page]], barriers: Barriers, pictures: Path
) -> None:
    context, pages = caseworkers
    album, desk, other = Album(barriers, pictures, "lock"), pages["ru"], pages["en"]
    origin = desk.evaluate("location.origin")
    desk.bring_to_front()
    desk.goto(f"{origin}/queue/mine")
    desk.locator(".row-link").first.click()
    expect(desk.locator("#items")).to_contain_text(ASKED["ru"])
    second = context.new_page()
    second.goto(desk.url)
    expect(second.locator("#items")).to_contain_text(ASKED["ru"])
    cookies = context.cookies(origin)
    desk.bring_to_front()
    desk.locator("#reply").fill("Недописанное слово")
    desk.keyboard.press("Control+Shift+L")
    for page in (desk, second):
        expect(page.locator("#passphrase")).to_be_visible()
        expect(page.locator("body")).not_to_contain_text(ASKED["ru"])
    album.look(second, "second-tab")
    album.look(desk, "locked")
    # The cookie of before opens nothing; the other member's desk in the same browser is open as it was.
    context.add_cookies(cookies)  # type: ignore[arg-type]
    answer = context.request.get(f"{origin}/queue/mine")
    assert answer.status == 401
    other.reload()
    expect(other.locator("#rows")).to_be_attached()
    desk.goto(origin)
    desk.locator("#passphrase").fill("не те слова")
    desk.keyboard.press("Enter")
    expect(desk.locator("#problem")).to_be_visible()
    album.look(desk, "wrong")
    desk.locator("#passphrase").fill(PASSPHRASE)
    desk.keyboard.press("Enter")
    expect(desk.locator("#rows")).to_be_attached()
    desk.goto(f"{origin}/queue/mine")
    desk.locator(".row-link").first.click()
    expect(desk.locator("#reply")).to_have_value("Недописанное слово")
    album.look(desk, "draft")
