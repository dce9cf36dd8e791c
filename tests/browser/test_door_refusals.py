"""Whatever fails is said in the person's language, loses nothing, and can be tried again."""

import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from harbour import Harbour
from safeconduct.clock import DAY_SECONDS, Clock
from safeconduct.errors import Refused, leaves
from safeconduct.sealed.event import Asked
from visitor import Visitor

Barriers = Callable[[Page], list[str]]
# What a relay may answer a door: every code of its own, and two of the forms it checks.
CODES = [code for code, refusal in leaves().items() if issubclass(refusal, Refused)] + ["size-wrong", "signature-wrong"]


@pytest.fixture
def harbour(tmp_path: Path) -> Iterator[Harbour]:
    with Harbour(tmp_path) as made:
        yield made


@pytest.fixture(params=["ru", "en"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(locale=request.param, viewport={"width": 360, "height": 740})
    yield context.new_page()
    context.close()


def failed(page: Page, code: str) -> None:
    """Said, with the code, a way to try again, and the focus on it."""
    expect(page.locator(".failure .code")).to_contain_text(code)
    expect(page.locator(".failure")).to_be_focused()
    expect(page.locator(".failure button")).to_be_visible()


def test_a_relay_that_is_gone_and_comes_back(page: Page, harbour: Harbour, barriers: Barriers) -> None:
    visitor = Visitor(page, harbour.address)
    words = visitor.draw("GE", "held", "Пожалуйста, помогите.")
    harbour.stop()
    visitor.recall(words)
    failed(page, "relay-silent")
    assert barriers(page) == []
    page.locator(".failure button").click()
    failed(page, "relay-silent")
    harbour.start()
    page.locator(".failure button").click()
    expect(page.locator(".weighty")).to_be_visible()
    (matter,) = harbour.arrived()
    assert matter.asked.text == "Пожалуйста, помогите."
    # The same for one who comes back, and writes.
    harbour.stop()
    visitor.go_on()
    page.locator(".choice").first.click()
    visitor.go_on()
    failed(page, "relay-silent")
    harbour.start()
    page.locator(".failure button").click()
    expect(page.locator("textarea")).to_be_visible()
    assert len(harbour.said(matter)) == 2


def test_an_answer_that_was_lost_on_its_way_is_not_sent_twice(page: Page, harbour: Harbour) -> None:
    visitor = Visitor(page, harbour.address)
    words = visitor.draw("GE", "held", "Один раз.")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/v1/contact", lose, times=1)
    visitor.recall(words)
    failed(page, "relay-silent")
    page.locator(".failure button").click()
    expect(page.locator(".weighty")).to_be_visible()
    (matter,) = harbour.arrived()
    assert [event.text for event in harbour.said(matter) if isinstance(event, Asked)] == ["Один раз."]
    assert len(harbour.said(matter)) == 1


def test_every_code_of_a_relay_is_a_sentence(page: Page, harbour: Harbour) -> None:
    visitor = Visitor(page, harbour.address)
    words = visitor.draw("GE", "held", "Пожалуйста.")
    code = ""
    page.route(
        "**/v1/*",
        lambda route: route.fulfill(
            status=409, body=os.urandom(32) + code.encode(), content_type="application/octet-stream"
        ),
    )
    said = set()
    for code in CODES:
        visitor.recall(words)
        failed(page, "" if code in {"key-gone", "challenge-old"} else code)
        sentence = page.locator(".failure p").first.inner_text()
        assert len(sentence) > 20
        assert code not in sentence
        said.add(sentence)
        expect(page.locator("#word-0")).not_to_have_value("")
    assert len(said) >= 10
    page.unroute_all()
    visitor.recall(words)
    expect(page.locator(".weighty")).to_be_visible()
    assert len(harbour.arrived()) == 1


def test_a_sign_in_page_in_between_is_not_taken_for_an_answer(page: Page, harbour: Harbour) -> None:
    visitor = Visitor(page, harbour.address)
    words = visitor.draw("GE", "none", "Пожалуйста.")
    page.route("**/v1/*", lambda route: route.fulfill(body="<h1>Wi-Fi</h1>", content_type="text/html"), times=1)
    visitor.recall(words)
    failed(page, "relay-foreign")
    page.locator(".failure button").click()
    expect(page.locator(".weighty")).to_be_visible()


def test_a_connection_that_breaks_before_the_first_step(page: Page, harbour: Harbour) -> None:
    visitor = Visitor(page, harbour.address)
    visitor.open()
    visitor.go_on()
    page.context.set_offline(True)
    visitor.go_on()
    failed(page, "relay-silent")
    # The other language is not there yet either: the page stays as it is.
    other = page.locator("nav [aria-pressed=false]")
    other.click()
    expect(page.locator(".failure")).to_be_visible()
    page.context.set_offline(False)
    page.locator(".failure button").click()
    expect(page.locator(".choice").first).to_be_visible()


def test_an_organisation_that_no_longer_renews_its_keys(page: Page, harbour: Harbour) -> None:
    harbour.publish(last_days=0)
    harbour.stop()
    harbour.start(shift_days=1)
    visitor = Visitor(page, harbour.address)
    visitor.open()
    visitor.go_on()
    visitor.go_on()
    failed(page, "manifest-ended")


def test_a_page_that_is_too_old_for_the_organisation(page: Page, harbour: Harbour) -> None:
    harbour.publish(door=2)
    visitor = Visitor(page, harbour.address)
    visitor.open()
    visitor.go_on()
    visitor.go_on()
    failed(page, "format-other")


def test_a_device_with_another_date_is_asked(page: Page, harbour: Harbour, barriers: Barriers) -> None:
    page.clock.set_fixed_time((Clock().day() + 100) * DAY_SECONDS * 1_000)
    visitor = Visitor(page, harbour.address)
    visitor.open()
    visitor.go_on()
    visitor.go_on()
    ways = page.locator(".ways button")
    expect(ways).to_have_count(2)
    assert barriers(page) == []
    # If the date were right nobody could receive.
    ways.nth(1).click()
    failed(page, "manifest-ended")
    page.locator(".ways button").first.click()
    expect(page.locator(".choice").first).to_be_visible()


def test_a_device_that_is_a_year_ahead_sees_the_year(page: Page, harbour: Harbour) -> None:
    ahead = datetime.fromtimestamp(harbour.day * DAY_SECONDS, UTC).year + 1
    page.clock.set_fixed_time(datetime(ahead, 6, 1, tzinfo=UTC))
    visitor = Visitor(page, harbour.address)
    visitor.open()
    visitor.go_on()
    visitor.go_on()
    expect(page.locator("main form > p").first).to_contain_text(f"{ahead}")


def test_what_was_said_last_year_is_dated_with_its_year(page: Page, harbour: Harbour) -> None:
    visitor = Visitor(page, harbour.address)
    words = visitor.ask("GE", "none", "Начало.")
    # Tomorrow is no date: whose day it would be, the relay's or the person's, depends on the place.
    assert [text for text in page.locator("main form > p").all_inner_texts() if re.search(r"\d", text)] == []
    year = datetime.fromtimestamp(harbour.day * DAY_SECONDS, UTC).year
    page.clock.set_fixed_time(datetime(year + 1, 6, 1, tzinfo=UTC))
    visitor.enter(" ".join(words))
    page.locator("main .ways button").first.click()
    visitor.talking()
    for place in (".standing", ".who"):
        expect(page.locator(place)).to_contain_text(f"{year}")
        expect(page.locator(place)).not_to_contain_text("г.")


def test_a_screen_reader_hears_which_word_is_wrong(page: Page, harbour: Harbour) -> None:
    visitor = Visitor(page, harbour.address)
    words = visitor.draw("GE", "none", "Начало.")
    wanted = words[visitor.asked_back()[0]]
    field = page.locator("#word-0")
    field.fill("неверно")
    page.evaluate("globalThis.told = []; addEventListener('focusin', ({ target }) => told.push(target.id))")
    field.press("Enter")
    # The field keeps the focus, and nothing between takes it: what is wrong is the field's description.
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(page.locator("#notice").inner_text())
    expect(field).to_have_attribute("aria-invalid", "true")
    assert page.evaluate("told") == ["word-0"]
    expect(page.locator("#word-1")).not_to_have_attribute("aria-invalid", "true")
    for _ in range(2):
        page.locator("nav [aria-pressed=false]").click()
        expect(field).to_have_accessible_description(page.locator("#notice").inner_text())
    field.fill(wanted)
    expect(field).not_to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description("")
    field.press("Enter")
    expect(page.locator("#word-1")).to_be_focused()
    expect(page.locator("#word-1")).to_have_attribute("aria-invalid", "true")


def test_who_comes_back_with_another_date_is_asked_before_anything_is_read(page: Page, harbour: Harbour) -> None:
    """A relay whose day is far behind may be replaying a manifest that has ended."""
    visitor = Visitor(page, harbour.address)
    words = visitor.ask("GE", "none", "Начало.")
    page.clock.set_fixed_time((harbour.day + 60) * DAY_SECONDS * 1_000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/v1/")[2]))
    visitor.enter(" ".join(words))
    ways = page.locator("main .ways button")
    expect(ways).to_have_count(2)
    ways.nth(1).click()
    failed(page, "manifest-ended")
    assert not {"read", "contact"} & set(asked)
    ways.first.click()
    visitor.talking()
    assert "read" in asked


def test_words_that_are_no_phrase(page: Page, harbour: Harbour) -> None:
    visitor = Visitor(page, harbour.address)
    visitor.open()
    page.locator("button.second").click()
    for entered in ("", "одно", " ".join(["абракадабра"] * 9), " ".join(["карта"] * 9)):
        page.locator("textarea").fill(entered)
        visitor.go_on()
        expect(page.locator("#notice")).to_be_focused()
        expect(page.locator("textarea")).to_have_value(entered)


def test_a_long_text_goes_whole_and_one_that_is_too_long_is_not_cut(page: Page, harbour: Harbour) -> None:
    visitor = Visitor(page, harbour.address)
    text = "Ещё одно предложение о том, что случилось. " * 160
    words = visitor.draw("GE", "papers", "начало")
    for _ in range(2):
        page.locator(".back").click()
    field = page.locator("textarea")
    field.fill(text * 2)
    visitor.go_on()
    expect(page.locator("#notice")).to_be_focused()
    expect(field).to_have_value(text * 2)
    field.fill(text)
    visitor.go_on()
    visitor.go_on()
    visitor.recall(words)
    expect(page.locator(".weighty")).to_be_visible()
    (matter,) = harbour.arrived()
    assert matter.asked.text == text


def test_two_pages_of_one_phrase_show_each_other_what_is_new(page: Page, harbour: Harbour) -> None:
    visitor = Visitor(page, harbour.address)
    words = visitor.ask("GE", "unit", "Начало.")
    visitor.go_on()
    page.locator("button.second").click()
    (matter,) = harbour.arrived()
    taken = harbour.take_up(matter)
    harbour.reply(taken, "Мы здесь.")
    # Written without having seen the answer: it is shown first, the words stay, and the next press sends.
    while not page.locator("ol.talk").count():
        page.locator("button.second").first.click()
    page.locator("textarea").fill("Вы получили?")
    visitor.go_on()
    expect(page.locator(".theirs .text")).to_have_text("Мы здесь.")
    expect(page.locator("textarea")).to_have_value("Вы получили?")
    visitor.go_on()
    expect(page.locator(".yours .text").last).to_have_text("Вы получили?")
    expect(page.locator("textarea")).to_have_value("")
    assert len(harbour.said(taken)) == 2
    assert words
