"""While something is on its way, and when its answer is lost: nothing typed is thrown away, nothing is sent twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from harbour import Harbour
from safeconduct.sealed.event import Answered
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
    events = harbour.said(matter)
    return [event.answers if isinstance(event, Answered) else event.text for event in events]


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
