"""The Law page in real Chromium, on a real desk: asked and answered with keys, read on a phone, printed, copied."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from desk.pages.house import Opened, built
from simulator import PASSPHRASE

Barriers = Callable[[Page], list[str]]
WIDE, PHONE = (1280, 800), (360, 740)


@pytest.fixture(scope="module")
def vera(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    with built(tmp_path_factory.mktemp("house")) as house:
        yield house.open("vera")


@pytest.fixture
def page(browser: Browser, vera: Opened) -> Iterator[Page]:
    """Vera's browser on an open desk; whatever its pages complain of fails the test."""
    context: BrowserContext = browser.new_context(
        locale="ru-RU",
        viewport={"width": WIDE[0], "height": WIDE[1]},
        permissions=["clipboard-read", "clipboard-write"],
    )
    complaints: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if complains(said) else None)
    page.goto(vera.address)
    page.locator("#passphrase").fill(PASSPHRASE)
    page.keyboard.press("Enter")
    expect(page.locator("#rows")).to_be_visible()
    page.wait_for_load_state()
    complaints.clear()
    yield page
    context.close()
    assert complaints == []


def complains(said: ConsoleMessage) -> bool:
    """A refusal that was meant is no complaint."""
    return said.type in {"error", "warning"} and "Failed to load resource" not in said.text


def begin(page: Page, host: str = "KZ") -> None:
    page.goto(f"{page.url.split('/queue')[0]}/law/new")
    page.locator("#law-host").select_option(host)
    page.locator(".law-countries .main").click()
    expect(page.locator("#law-ask-title")).to_be_visible()


def answer(page: Page, fact: str, value: str) -> None:
    button = page.locator(f"#ask-{fact}-{value}")
    if not button.is_visible():
        page.locator("#law-more > summary").click()
    button.click()
    expect(page.locator(f"#law-answers #ask-{fact}-{value}")).to_have_attribute("aria-pressed", "true")


def happened(page: Page, what: str, when: str) -> None:
    page.locator("#law-what").select_option(what)
    page.locator("#law-day").fill(when)
    page.locator("#law-day").press("Enter")


def test_opened_and_answered_with_keys_alone(page: Page) -> None:
    page.keyboard.press("g")
    page.keyboard.press("l")
    expect(page.locator("#law-origin")).to_be_visible()
    page.locator("#law-host").focus()
    while page.locator("#law-host").input_value() != "KZ":
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    first = page.locator(".law-question").first
    expect(first).to_have_id("ask-imminent_removal")
    page.evaluate("window.here = true")
    page.locator("#ask-imminent_removal-no").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#ask-extradition_request")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#ask-extradition_request-yes")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Tab")
    expect(page.locator("#ask-extradition_request-yes")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#ask-in_detention")).to_be_focused()
    expect(page.locator("#law-answers summary")).to_contain_text("2 ответа")
    assert page.evaluate("window.here"), "the page was not loaded anew"


def test_what_was_unfolded_stays_unfolded(page: Page) -> None:
    begin(page)
    page.locator("#law-practice, #law-statements").first.locator("summary").first.click()
    page.locator("#law-int\\.conscience > summary").click()
    answer(page, "genuine_conviction", "yes")
    expect(page.locator("#law-int\\.right_to_object .law-value-yes")).to_be_visible()
    expect(page.locator("#law-int\\.conscience .law-because")).to_be_visible()
    expect(page.locator("#law-statements .law-said").first).to_be_visible()


def test_a_double_click_answers_one_question(page: Page) -> None:
    begin(page)
    page.locator("#ask-imminent_removal-no").dblclick()
    expect(page.locator("#law-answers summary")).to_contain_text("1 ответ:")
    page.reload()
    expect(page.locator("#law-answers summary")).to_contain_text("1 ответ:")


def test_a_day_and_why_and_its_source(page: Page) -> None:
    begin(page)
    happened(page, "entry", "2026-13")
    expect(page.locator("#law-problem")).to_contain_text("Такой даты нет")
    expect(page.locator("#law-day")).to_have_value("2026-13")
    happened(page, "entry", "2026-11-23")
    card = page.locator(".law-due", has_text="Письменное ходатайство")
    expect(card.locator(".law-towards dd")).to_contain_text("27")
    expect(page.locator("#law-problem")).to_have_count(0)
    expect(page.locator("#law-day")).to_have_value("")
    card.locator(".law-because summary").click()
    expect(card.locator(".law-steps")).to_contain_text("5 дней по календарю")
    card.locator(".law-source summary").first.click()
    link = card.locator(".law-source a").first
    expect(link).to_be_visible()
    assert link.get_attribute("rel") == "noreferrer noopener"


def test_the_answer_is_changed_and_copied(page: Page) -> None:
    begin(page)
    answer(page, "genuine_conviction", "yes")
    page.locator(".law-write").click()
    page.locator("#law-text").press("Control+Home")
    page.keyboard.type("Здравствуйте. ")
    page.locator("[data-copy]").click()
    expect(page.locator("#law-copied")).to_contain_text("Скопировано")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Здравствуйте. Это общие сведения")
    assert "Согласно: Bayatyan v. Armenia" in copied


def test_on_paper_the_draft_stands_above_and_what_is_done_on_a_screen_is_gone(page: Page) -> None:
    begin(page)
    answer(page, "genuine_conviction", "yes")
    page.emulate_media(media="print")
    expect(page.locator(".law-every-page")).to_be_visible()
    assert page.locator(".law-every-page").evaluate("(one) => getComputedStyle(one).display") == "table-header-group"
    for gone in (".top", ".law-bar", "#law-more", "#law-what"):
        expect(page.locator(gone)).to_be_hidden()
    source = page.locator("#law-int\\.right_to_object .law-source").first
    expect(source.locator("a")).to_be_visible()
    expect(page.locator(".law-told")).to_contain_text("да")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_no_barrier_and_nothing_runs_over(page: Page, barriers: Barriers, pictures: Path, language: str) -> None:
    begin(page)
    if language == "en":
        page.locator(".languages button").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
    for fact in ("genuine_conviction", "left_unit", "mobilisation_period"):
        answer(page, fact, "yes")
    page.locator("#ask-absence_days-value").fill("86")
    page.locator("#ask-absence_days-value").press("Enter")
    expect(page.locator("#law-answers #ask-absence_days-value")).to_have_value("86")
    happened(page, "act_date", "2025-12-06")
    happened(page, "entry", "2026-11-23")
    expect(page.locator("#law-ru\\.337\\.5 .law-value-yes")).to_have_count(1)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width, height in (WIDE, PHONE):
            page.set_viewport_size({"width": width, "height": height})
            assert barriers(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.screenshot(path=pictures / f"law-{language}-{scheme}-{width}.png")
    for more in ("/law/new", "/answer/ru", "/move"):
        base, _, ref = page.url.rpartition("/law/")
        here = f"{base}/law/{ref.split('/')[0]}"
        page.goto(f"{base}{more}" if more == "/law/new" else f"{here}{more}")
        assert barriers(page) == [], more
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], more
        page.goto(here)


def test_the_lock_takes_it_away(page: Page) -> None:
    begin(page)
    answer(page, "genuine_conviction", "yes")
    address = page.url
    page.keyboard.press("Control+Shift+L")
    expect(page.locator("#passphrase")).to_be_visible()
    page.locator("#passphrase").fill(PASSPHRASE)
    page.keyboard.press("Enter")
    expect(page.locator("#rows")).to_be_visible()
    answered = page.request.get(address, headers={"sec-fetch-site": "same-origin"})
    assert answered.status == 404
