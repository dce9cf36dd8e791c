"""What was pressed holds: the lock however long the draft is, news however often a request fails, one form once."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from browser.test_desk_pages import TEXT, context, enter, house, taken, vera
from desk.pages.house import House, Opened, until
from safeconduct.desk.pages.matter import TEXT_MOST
from simulator import PASSPHRASE

__all__ = ["context", "house", "vera"]

LONG = "щ" * 11_500
"""Longer, as a form spells it, than what a browser sends for a page that is going."""


def case(page: Page) -> str:
    return page.url.rsplit("/", 1)[1].removesuffix("#reply")


def still(page: Page) -> None:
    """Nothing of the desk is on the page, and nothing is as long as one looks."""
    for _ in range(10):
        assert page.locator("body").count() == 0
        page.wait_for_timeout(100)


def test_the_longest_texts_there_are_lock_too_and_survive(house: House, vera: Opened, context: BrowserContext) -> None:
    page = enter(context, vera)
    taken(house, page)
    ref = case(page)
    page.locator("#reply").fill("щ" * TEXT_MOST)
    page.keyboard.press("Escape")
    page.keyboard.press("o")
    page.locator("#note").fill("ю" * TEXT_MOST)
    page.keyboard.press("Control+Shift+L")
    expect(page.locator("#passphrase")).to_be_visible()
    assert vera.desk.locked
    page.locator("#passphrase").fill(PASSPHRASE)
    page.keyboard.press("Enter")
    expect(page.locator("#rows")).to_be_visible()
    matter = vera.desk.matter(ref)
    assert (matter.draft, matter.note_draft) == ("щ" * TEXT_MOST, "ю" * TEXT_MOST)


def test_the_lock_is_worth_more_than_the_draft(house: House, vera: Opened, context: BrowserContext) -> None:
    page = enter(context, vera)
    taken(house, page)
    page.locator("#reply").fill(LONG)
    page.route("**/lock", lambda route: route.abort() if route.request.post_data else route.continue_())
    page.keyboard.press("Control+Shift+L")
    expect(page.locator("#passphrase")).to_be_visible()
    assert vera.desk.locked


def test_no_tab_shows_an_open_desk_once_lock_was_pressed(house: House, vera: Opened, context: BrowserContext) -> None:
    page = enter(context, vera)
    taken(house, page)
    second = context.new_page()
    second.goto(f"{vera.origin}/queue/mine")
    expect(second.locator(".row")).to_be_visible()
    page.bring_to_front()
    page.route("**/lock", lambda route: route.abort())
    page.keyboard.press("Control+Shift+L")
    still(second)
    page.keyboard.press("n")
    still(page)
    assert not vera.desk.locked
    page.unroute("**/lock")
    for tab in (page, second):
        expect(tab.locator("#passphrase")).to_be_visible()
    assert vera.desk.locked


def test_a_tab_that_is_closed_while_it_locks_has_locked(house: House, vera: Opened, context: BrowserContext) -> None:
    page = enter(context, vera)
    taken(house, page)
    page.locator("#reply").fill(LONG)
    # It never gets through.
    page.route("**/lock", lambda route: None if route.request.post_data else route.continue_())
    page.keyboard.press("Control+Shift+L")
    page.close(run_before_unload=True)
    until(lambda: vera.desk.locked)


def test_the_end_of_a_long_reply_is_kept_when_one_goes_on(house: House, vera: Opened, context: BrowserContext) -> None:
    page = enter(context, vera)
    taken(house, page)
    ref = case(page)
    page.locator("#reply").fill(LONG)
    until(lambda: vera.desk.matter(ref).draft == LONG)
    page.locator("#reply").press("Control+End")
    page.keyboard.insert_text(" Конец.")
    page.locator(".home").click()
    page.wait_for_url("**/queue/new")
    assert vera.desk.matter(ref).draft == f"{LONG} Конец."


def test_a_text_that_could_not_be_kept_is_not_left(house: House, vera: Opened, context: BrowserContext) -> None:
    page = enter(context, vera)
    taken(house, page)
    page.route("**/used", lambda route: route.abort())
    page.route("**/draft", lambda route: route.abort())
    page.locator("#reply").fill("Ещё нигде")
    page.locator(".home").click()
    page.wait_for_timeout(500)
    expect(page.locator("#reply")).to_have_value("Ещё нигде")
    page.unroute("**/used")
    ref = case(page)
    page.locator(".home").click()
    page.wait_for_url("**/queue/new")
    assert vera.desk.matter(ref).draft == "Ещё нигде"
    context.complaints.clear()  # type: ignore[attr-defined]


def test_what_is_in_the_vault_does_not_go_along_again(house: House, vera: Opened, context: BrowserContext) -> None:
    page = enter(context, vera)
    taken(house, page)
    bodies: list[str] = []

    def hear(request: Request) -> None:
        bodies.append(request.post_data or "")

    page.on("request", lambda request: hear(request) if request.url.endswith(("/draft", "/lock")) else None)
    page.locator("#reply").fill("Слово")
    expect(page.locator("#draft")).to_have_text("Черновик в сейфе")
    page.keyboard.press("Control+Shift+L")
    expect(page.locator("#passphrase")).to_be_visible()
    saved, locked = bodies
    assert "draft-of" not in saved, "the field is there by its own name"
    assert locked == ""


@pytest.mark.parametrize("event", ["new Event('focus')", "new WheelEvent('wheel')"])
def test_who_comes_back_to_a_tab_that_missed_the_lock_sees_it_go_blank(
    house: House, vera: Opened, context: BrowserContext, event: str
) -> None:
    page = enter(context, vera)
    taken(house, page)
    page.route("**/live", lambda route: route.abort())
    page.reload()
    expect(page.locator(".item-seeker")).to_be_visible()
    house.wait_s(601)
    until(lambda: vera.desk.locked)
    expect(page.locator(".item-seeker")).to_be_visible()
    page.evaluate(f"dispatchEvent({event})")
    expect(page.locator("#passphrase")).to_be_visible()


def test_looking_is_no_use(house: House, vera: Opened, context: BrowserContext) -> None:
    page = enter(context, vera)
    house.wait_s(590)
    with page.expect_response("**/used") as answered:
        page.evaluate("dispatchEvent(new Event('focus'))")
    assert answered.value.status == 204
    house.wait_s(11)
    expect(page.locator("#passphrase")).to_be_visible()


def test_news_whose_request_failed_are_asked_for_again(house: House, vera: Opened, context: BrowserContext) -> None:
    page = enter(context, vera)
    failed: list[str] = []

    def fail(route: Route) -> None:
        if route.request.headers.get("hx-request") and len(failed) < 2:
            failed.append(route.request.url)
            if len(failed) == 1:
                route.abort()
            else:
                route.fulfill(status=500)
        else:
            route.continue_()

    page.route("**/queue/new*", fail)
    house.person(TEXT)
    expect(page.locator(".row-line", has_text=TEXT[:20])).to_be_visible(timeout=15_000)
    assert len(failed) == 2
    context.complaints.clear()  # type: ignore[attr-defined]


def test_news_that_come_while_others_are_fetched_are_shown(house: House, vera: Opened, context: BrowserContext) -> None:
    page = enter(context, vera)
    waiting: list[Route] = []
    asked: list[str] = []

    def hold_the_first(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            waiting.append(route)
        else:
            route.continue_()

    page.route("**/queue/new*", hold_the_first)
    house.person("Первый")
    while not waiting:
        page.wait_for_timeout(50)
    answer = waiting[0].fetch()
    house.person("Второй")
    until(lambda: vera.desk.queue("new").total == 2)
    page.wait_for_timeout(1000)
    assert len(asked) == 1, "nothing breaks off what is on its way"
    waiting[0].fulfill(response=answer)
    expect(page.locator(".row-line", has_text="Первый")).to_be_visible()
    expect(page.locator(".row-line", has_text="Второй")).to_be_visible()


def rows(page: Page) -> list[str]:
    return page.locator(".row .row-line").all_inner_texts()


def test_with_more_than_a_page_of_people_everyone_is_on_one_page(
    house: House, vera: Opened, context: BrowserContext
) -> None:
    for number in range(50):
        house.sim.ask(f"Человек {number:02}.", "none")
    page = enter(context, vera)
    expect(page.locator(".band .count").first).to_have_text("50")
    expect(page.locator(".row")).to_have_count(50)
    expect(page.locator("#more")).to_have_count(0)
    for first, text in enumerate(("Меня держат.", "И меня держат."), start=1):
        house.person(text, "held")
        expect(page.locator(".row-line", has_text=text)).to_be_visible()
        begin = rows(page)
        page.locator("#more").click()
        page.wait_for_url(re.compile("after=."))
        expect(page.locator(".row")).to_have_count(first)
        everyone = begin + rows(page)
        assert len(everyone) == len(set(everyone)) == 50 + first
        page.locator(".band").first.click()
        page.wait_for_url("**/queue/new")


def test_a_form_that_came_with_news_is_sent_once(house: House, vera: Opened, context: BrowserContext) -> None:
    page = enter(context, vera)
    person = taken(house, page)
    expect(page.locator(".waiting")).to_have_count(0)
    vera.wire.cut = True
    person.say("Они уже у двери.")
    page.keyboard.type("Ждите нас завтра.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".relay-silent")).to_be_visible()
    vera.wire.cut = False
    drop = page.locator(".held button").first
    expect(drop).to_be_visible()
    posted: list[Route] = []

    def hold(route: Route) -> None:
        posted.append(route)

    page.route("**/drop-held", hold)
    drop.evaluate("(button) => { button.click(); setTimeout(() => button.click(), 200); }")
    page.wait_for_timeout(600)
    assert len(posted) == 1
    posted[0].continue_()
    expect(page.locator("#reply")).to_have_value("Ждите нас завтра.")
