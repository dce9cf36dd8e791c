"""Consent to be counted, and half-written notes, in real Chromium against the programs as their commands start them."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from household import Household, Program
from safeconduct.demo.seeker import Seeker
from safeconduct.desk.line import Line
from safeconduct.sealed.stream import SeekerKeys
from simulator import PASSPHRASE

Barriers = Callable[[Page], list[str]]
SIZES: dict[str, ViewportSize] = {"1280": {"width": 1280, "height": 900}, "360": {"width": 360, "height": 740}}
SAYS = {
    "ru": {
        "asks": "Мне вручили повестку, что теперь?",
        "unasked": "Ещё не спрашивали",
        "ask": "Можно ли учесть вас, когда мы говорим",
        "words": "Да, если без имени",
        "given": "Согласие дано",
        "noted": "Согласие на подсчёт, записано: Вера",
        "withdrawn": "Отказ или отзыв",
        "note": "Спросить юриста про сро",
        "more": "Спросить юриста про срок и про отпу",
    },
    "en": {
        "asks": "They handed me a summons, what now?",
        "unasked": "Not asked yet",
        "ask": "May we count you when we say",
        "words": "Yes, without my name",
        "given": "Agreed",
        "noted": "Agreed to be counted, noted by Вера",
        "withdrawn": "Declined or withdrawn",
        "note": "Ask the lawyer about the dead",
        "more": "Ask the lawyer about the deadline and the lea",
    },
}


@pytest.fixture(scope="module")
def household(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Household]:
    with Household(tmp_path_factory.mktemp("household")) as made:
        yield made


@pytest.fixture(params=["ru", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def desk(household: Household) -> Iterator[Callable[[int], Program]]:
    """Starts the first or second member's desk, and ends it after the test."""
    started: list[Program] = []

    def start(place: int) -> Program:
        started.append(household.open(place))
        return started[-1]

    yield start
    for program in started:
        if program.child.poll() is None:
            program.end()


@pytest.fixture
def seeker(household: Household) -> Iterator[Seeker]:
    line = Line(household.door)
    yield Seeker(line, household.root.public, os.urandom)
    line.close()


def enter(browser: Browser, program: Program, language: str) -> Page:
    page = browser.new_context(locale=language, viewport=SIZES["1280"]).new_page()
    page.goto(program.address)
    unlock(page)
    return page


def unlock(page: Page) -> None:
    page.locator("#passphrase").fill(PASSPHRASE)
    page.keyboard.press("Enter")
    expect(page.locator("#rows")).to_be_visible()


def ask(seeker: Seeker, text: str, language: str) -> SeekerKeys:
    keys = SeekerKeys(os.urandom(64))
    seeker.ask_as(keys, text, "GE", "papers", language)
    return keys


def take(page: Page, text: str) -> None:
    page.locator(".row", has_text=text).locator(".row-link").click()
    page.locator("#take").click()
    expect(page.locator("#reply")).to_be_focused()
    expect(page.locator(".state-waiting, .coming")).to_have_count(0)


def come_back_to(page: Page, text: str) -> None:
    page.locator("a.band[href='/queue/mine']").click()
    page.locator(".row", has_text=text).locator(".row-link").click()
    expect(page.locator("#items")).to_contain_text(text)


def look(page: Page, barriers: Barriers, pictures: Path, name: str) -> None:
    """For barriers, and at the picture, wide and on a phone."""
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        assert barriers(page) == [], name
        page.locator("#side").scroll_into_view_if_needed()
        page.screenshot(path=pictures / f"consent-{name}-{size}.png", full_page=size == "360")
    page.set_viewport_size(SIZES["1280"])


def test_consent_is_asked_for_noted_seen_by_a_colleague_and_withdrawn(
    browser: Browser,
    seeker: Seeker,
    desk: Callable[[int], Program],
    barriers: Barriers,
    pictures: Path,
    language: str,
) -> None:
    says, hers, his = SAYS[language], enter(browser, desk(0), language), enter(browser, desk(1), language)
    keys = ask(seeker, says["asks"], language)
    take(hers, says["asks"])
    card = hers.locator("#side .card", has=hers.locator("#consent"))
    expect(card).to_contain_text(says["unasked"])

    # The sentence goes into the reply's field, once, behind what stands there; nothing is sent.
    hers.locator("#reply").fill("…")
    card.locator("#consent-ask summary").click()
    for _ in range(2):
        card.locator("[data-put]").click()
    asked = card.locator("blockquote").inner_text()
    assert asked.startswith(says["ask"])
    expect(hers.locator("#reply")).to_have_value(f"…\n\n{asked}")
    expect(hers.locator("#reply")).to_be_focused()
    expect(hers.locator("#draft span")).not_to_be_empty()
    expect(hers.locator(".item-organisation")).to_have_count(0)
    card.locator("#consent summary").click()
    hers.locator("#consent-words").fill(says["words"])
    look(hers, barriers, pictures, f"{language}-asking")

    # The key for sending belongs to the reply alone: what is noted here needs its own button.
    for keys_pressed in ("Enter", "Control+Enter"):
        hers.locator("#consent-words").press(keys_pressed)
    expect(card).to_contain_text(says["unasked"])
    hers.locator("#consent-words").fill(says["words"])
    card.locator("button[value=given]").click()
    expect(card).to_contain_text(says["given"])
    expect(hers.locator(".item-small", has_text=says["noted"])).to_contain_text(says["words"])
    hers.reload()
    expect(card).to_contain_text(says["given"])
    expect(hers.locator("#reply")).to_have_value(f"…\n\n{asked}")

    hers.locator("#grant summary").click()
    hers.locator("#grant button").click()
    expect(hers.locator(".people li")).to_have_count(2)
    come_back_to(his, says["asks"])
    expect(his.locator("#side")).to_contain_text(says["given"])
    expect(his.locator(".item-small", has_text=says["noted"])).to_be_visible()
    look(his, barriers, pictures, f"{language}-given")
    his.locator("#consent summary").click()
    his.locator("#consent button[value=withdrawn]").click()
    expect(his.locator("#side")).to_contain_text(says["withdrawn"])

    # On the first desk it is withdrawn without anything being loaded again.
    expect(card.locator("p").first).to_contain_text(says["withdrawn"])
    look(hers, barriers, pictures, f"{language}-withdrawn")
    found = seeker.come_back(keys)
    assert found is not None
    assert [said.text for said in found.said if not said.own and said.text] == []


def test_a_half_written_note_survives_lock_and_kill_and_stays_a_note(
    browser: Browser,
    seeker: Seeker,
    desk: Callable[[int], Program],
    barriers: Barriers,
    pictures: Path,
    language: str,
) -> None:
    says, program = SAYS[language], desk(0)
    page = enter(browser, program, language)
    text = says["asks"] + " 2"
    keys = ask(seeker, text, language)
    take(page, text)
    page.keyboard.press("Escape")
    page.keyboard.press("o")
    page.keyboard.type(says["note"])
    page.keyboard.press("Control+Shift+L")
    expect(page.locator("#passphrase")).to_be_visible()
    unlock(page)
    come_back_to(page, text)
    note = page.locator("#note")
    expect(page.locator("#reply")).to_have_value("")
    expect(note).to_be_hidden()
    look(page, barriers, pictures, f"{language}-note-begun")
    page.locator("[data-write=note]").click()
    expect(note).to_have_value(says["note"])

    with page.expect_response("**/draft"):
        note.fill(says["more"])
    expect(page.locator("#draft-note")).not_to_be_empty()
    program.end(signal.SIGKILL)
    page.context.close()
    page = enter(browser, desk(0), language)
    come_back_to(page, text)
    note = page.locator("#note")
    page.locator("[data-write=note]").click()
    expect(note).to_have_value(says["more"])
    expect(page.locator("#reply")).to_be_hidden()
    note.press("Control+Enter")
    expect(page.locator(".item-note, .item-organisation")).to_have_count(0)
    look(page, barriers, pictures, f"{language}-note-again")
    page.locator(".note-button").click()
    expect(page.locator(".item-note .text")).to_have_text(says["more"])
    expect(page.locator(".state-waiting")).to_have_count(0)
    page.reload()
    expect(page.locator("#note")).to_have_value("")
    found = seeker.come_back(keys)
    assert found is not None
    assert [said.text for said in found.said if not said.own and said.text] == []
