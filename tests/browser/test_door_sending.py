"""While something is on its way, and when its answer is lost: nothing typed is thrown away, nothing is sent twice."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from harbour import Harbour
from safeconduct.sealed.event import Answered, Asked, Said
from visitor import Visitor


@pytest.fixture
def harbour(tmp_path: Path) -> Iterator[Harbour]:
    with Harbour(tmp_path) as made:
        yield made


@pytest.fixture(params=["ru", "en"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(locale=request.param, viewport={"width": 360, "height": 740})
    yield context.new_page()
    context.close()


class Held:
    """The next request to a route, held back until it is let go."""

    def __init__(self, page: Page, route: str) -> None:
        self.page = page
        self.waiting: list[Route] = []
        page.route(f"**/v1/{route}", self.hold, times=1)

    def hold(self, asked: Route) -> None:
        self.waiting.append(asked)

    def wait(self) -> None:
        """One is on its way."""
        while not self.waiting:
            self.page.wait_for_timeout(20)

    def let_go(self) -> None:
        self.waiting.pop().continue_()


def lose(route: Route) -> None:
    """It arrives, and its answer does not."""
    route.fetch()
    route.abort()


def said(harbour: Harbour) -> list[object]:
    """What the one seeker has sent, in order."""
    (matter,) = harbour.arrived()
    return [
        event.text if isinstance(event, Asked | Said) else event.answers
        for event in harbour.said(matter)
        if isinstance(event, Asked | Said | Answered)
    ]


def come_back(page: Page, harbour: Harbour) -> Visitor:
    """In the conversation, after a request without urgency."""
    visitor = Visitor(page, harbour.address)
    words = visitor.ask("GE", "none", "Начало.")
    visitor.enter(" ".join(words))
    visitor.talking()
    return visitor


def test_a_message_on_its_way_cannot_be_altered_and_the_field_is_given_back(page: Page, harbour: Harbour) -> None:
    visitor = come_back(page, harbour)
    held = Held(page, "append")
    field = page.locator("textarea")
    field.fill("Суд завтра.")
    field.focus()
    visitor.go_on()
    held.wait()
    field.focus()
    page.keyboard.type(" И ещё: в девять.")
    expect(field).to_have_value("Суд завтра.")
    expect(field).to_have_js_property("readOnly", value=True)
    expect(field).to_be_focused()
    # Drawn anew meanwhile, in the other language and back.
    for _ in range(2):
        page.locator("nav [aria-pressed=false]").click()
        expect(field).to_have_js_property("readOnly", value=True)
    held.let_go()
    expect(page.locator("#notice")).to_be_visible()
    expect(field).to_have_value("")
    field.press_sequentially("И ещё: в девять.")
    visitor.go_on()
    expect(page.locator(".yours .text")).to_have_text(["Начало.", "Суд завтра.", "И ещё: в девять."])
    assert said(harbour) == ["Начало.", "Суд завтра.", "И ещё: в девять."]


def test_what_fails_gives_the_field_back_with_its_words(page: Page, harbour: Harbour) -> None:
    visitor = come_back(page, harbour)
    page.route("**/v1/append", lambda route: route.abort(), times=1)
    field = page.locator("textarea")
    field.fill("Суд завтра.")
    visitor.go_on()
    expect(page.locator(".failure")).to_be_visible()
    field.focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(" В девять.")
    expect(field).to_have_value("Суд завтра. В девять.")


def test_whoever_goes_back_while_it_is_sent_alters_nothing(page: Page, harbour: Harbour) -> None:
    visitor = Visitor(page, harbour.address)
    held = Held(page, "contact")
    visitor.recall(visitor.draw("GE", "none", "Помогите."))
    held.wait()
    expect(page.locator("#word-0")).to_have_js_property("readOnly", value=True)
    page.go_back()
    page.go_back()
    field = page.locator("textarea")
    field.focus()
    page.keyboard.type("Брата держат в части. ")
    expect(field).to_have_value("Помогите.")
    page.go_back()
    chosen = page.locator("input[value=none]")
    page.locator(".choice").first.click(force=True)
    expect(chosen).to_be_checked()
    page.locator("input:checked").press("ArrowDown")
    expect(chosen).to_be_checked()
    expect(page.locator("input[value=held]")).to_have_attribute("aria-disabled", "true")
    held.let_go()
    expect(page.locator(".weighty")).to_be_visible()
    # Forth as well as back there is the acknowledgement.
    page.go_forward()
    expect(page.locator(".weighty")).to_be_visible()
    (matter,) = harbour.arrived()
    assert (matter.asked.text, matter.asked.urgency) == ("Помогите.", "none")


def test_an_answer_on_its_way_cannot_be_changed(page: Page, harbour: Harbour) -> None:
    visitor = Visitor(page, harbour.address)
    visitor.ask("GE", "none", "Начало.")
    visitor.go_on()
    held = Held(page, "append")
    page.locator(".choice").nth(0).click()
    visitor.go_on()
    held.wait()
    page.locator(".choice").nth(1).click(force=True)
    expect(page.locator(".choice input").nth(0)).to_be_checked()
    held.let_go()
    # The next question can be answered again.
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    expect(page.locator("[aria-disabled=true], [readonly]")).to_have_count(0)
    assert said(harbour)[1] == (("whom", "self"),)


def lose_a_message(page: Page, visitor: Visitor, text: str) -> None:
    """It is stored, and the page does not learn of it."""
    page.route("**/v1/append", lose, times=1)
    page.locator("textarea").fill(text)
    visitor.go_on()
    expect(page.locator(".failure h2")).to_have_text(re.compile("not confirmed yet|не.подтверждена", re.IGNORECASE))


def test_a_message_without_an_answer_is_not_sent_twice_though_a_question_is_answered_between(
    page: Page, harbour: Harbour
) -> None:
    visitor = come_back(page, harbour)
    lose_a_message(page, visitor, "Суд завтра.")
    page.locator(".ways .second").nth(1).click()
    visitor.choose("self")
    visitor.go_on()
    # Only the own message had come between: the answer goes at once.
    expect(page.locator(".choice input:checked")).to_have_count(0)
    assert said(harbour) == ["Начало.", "Суд завтра.", (("whom", "self"),)]
    while not page.locator("ol.talk").count():
        page.locator(".ways .second").click()
    expect(page.locator(".yours .text").nth(1)).to_have_text("Суд завтра.")
    expect(page.locator("textarea")).to_have_value("")


def test_a_message_without_an_answer_keeps_its_bytes_when_what_came_after_it_was_lost(
    page: Page, harbour: Harbour
) -> None:
    visitor = come_back(page, harbour)
    lose_a_message(page, visitor, "Суд завтра.")
    page.locator(".ways .second").nth(1).click()
    page.route("**/v1/append", lambda route: route.abort(), times=1)
    visitor.choose("self")
    visitor.go_on()
    expect(page.locator(".failure")).to_be_visible()
    page.go_back()
    expect(page.locator("textarea")).to_have_value("Суд завтра.")
    visitor.go_on()
    expect(page.locator("#notice")).to_have_text(re.compile("has arrived|дошло"))
    expect(page.locator("textarea")).to_have_value("")
    assert said(harbour) == ["Начало.", "Суд завтра."]


def test_looking_finds_the_message_that_had_no_answer_and_frees_its_field(page: Page, harbour: Harbour) -> None:
    visitor = come_back(page, harbour)
    # Decomposed, as some keyboards give it: it is sealed composed.
    lose_a_message(page, visitor, "Суд за\u0438\u0306мы.")
    page.locator(".ways .second").first.click()
    expect(page.locator("#notice")).to_have_text(re.compile("has arrived|дошло"))
    expect(page.locator("textarea")).to_have_value("")
    # Said once more on purpose it goes once more.
    for text in ("Ещё.", "Суд за\u0439мы."):
        visitor.write(text)
    assert said(harbour) == ["Начало.", "Суд за\u0439мы.", "Ещё.", "Суд за\u0439мы."]


def test_a_look_that_fails_does_not_say_that_something_was_being_sent(page: Page, harbour: Harbour) -> None:
    come_back(page, harbour)
    page.route("**/v1/read", lambda route: route.abort(), times=1)
    page.locator(".ways .second").first.click()
    expect(page.locator(".failure h2")).to_have_text(re.compile("That did not work|Не.получилось"))


@pytest.mark.parametrize("words", ["the same words", "other words"])
def test_an_urgency_changed_after_a_lost_answer_reaches_the_organisation(
    page: Page, harbour: Harbour, words: str
) -> None:
    visitor = Visitor(page, harbour.address)
    drawn = visitor.draw("GE", "none", "Помогите.")
    page.route("**/v1/contact", lose, times=1)
    visitor.recall(drawn)
    expect(page.locator(".failure")).to_be_visible()
    for _ in range(3):
        page.go_back()
    visitor.choose("held")
    visitor.go_on()
    more = ["Брата увезли."] if words == "other words" else []
    if more:
        page.locator("textarea").fill(more[0])
    visitor.go_on()
    visitor.go_on()
    # The correction too may lose its answer: it is said once.
    page.route("**/v1/append", lose, times=1)
    visitor.go_on()
    expect(page.locator(".failure")).to_be_visible()
    page.locator(".failure button").click()
    visitor.talking()
    expect(page.locator("#notice")).to_be_focused()
    asked, *behind, correction = said(harbour)
    assert (asked, behind) == ("Помогите.", more)
    assert re.search("Грузия.*Удерживают прямо сейчас|Georgia.*Held right now", str(correction))
    expect(page.locator(".yours .text").last).to_have_text(str(correction))
