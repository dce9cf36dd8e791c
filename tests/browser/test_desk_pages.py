"""The desk in real Chromium, on a real desk behind a real relay: what a caseworker sees, hears and presses."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from desk.pages.house import House, Opened, Person, built, until
from safeconduct.sealed.signing import frame
from safeconduct.sealed.wire import split
from simulator import PASSPHRASE

Barriers = Callable[[Page], list[str]]
DAYS_S = 30 * 86_400.0
WIDE, PHONE = (1280, 800), (360, 740)
TEXT = """Здравствуйте. Меня мобилизовали осенью, я не вернулся из отпуска. Сейчас снимаю комнату, телефон чужой.
Вчера приходили к матери, оставили бумагу. Скажите, что мне делать с этой бумагой и можно ли её не брать?"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with built(tmp_path) as house:
        yield house


@pytest.fixture
def vera(house: House) -> Opened:
    return house.open("vera")


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Vera's browser; whatever its pages complain of fails the test."""
    with_locale = browser.new_context(locale="ru-RU", viewport={"width": WIDE[0], "height": WIDE[1]})
    yield listened(with_locale)
    complaints = with_locale.complaints  # type: ignore[attr-defined]
    with_locale.close()
    assert complaints == []


def listened(context: BrowserContext) -> BrowserContext:
    """Gather what the console and scripts complain of; a refusal that was meant is no complaint.

    Nor is that the autosave, due a moment after the last letter, no longer finds its place on a page that was locked.
    """
    meant = ("Failed to load resource", "htmx: '#draft")
    complaints: list[str] = []
    context.complaints = complaints  # type: ignore[attr-defined]

    def hear(page: Page) -> None:
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text)
                if message.type in {"error", "warning"} and not any(each in message.text for each in meant)
                else None
            ),
        )

    context.on("page", hear)
    return context


def enter(context: BrowserContext, desk: Opened) -> Page:
    page = context.new_page()
    page.goto(desk.address)
    page.locator("#passphrase").fill(PASSPHRASE)
    page.keyboard.press("Enter")
    expect(page.locator("#rows")).to_be_visible()
    return page


def taken(house: House, page: Page, text: str = TEXT, urgency: str = "none") -> Person:
    """Someone asks; the row comes by itself; taken up with keys alone."""
    person = house.person(text, urgency)
    expect(page.locator(".row-line", has_text=text[:20])).to_be_visible()
    page.keyboard.press("n")
    expect(page.locator("#take")).to_be_focused()
    page.keyboard.press("t")
    expect(page.locator("#reply")).to_be_focused()
    return person


def test_the_address_works_once_and_leaves_the_address_bar(context: BrowserContext, vera: Opened) -> None:
    address = vera.address
    page = enter(context, vera)
    assert "#" not in page.url
    stranger = context.browser.new_context() if context.browser else context
    other = stranger.new_page()
    other.goto(address)
    expect(other.locator("#enter-problem")).to_be_visible()
    assert other.url == f"{vera.origin}/"
    stranger.close()


def test_asked_taken_up_and_answered_without_a_mouse(house: House, vera: Opened, context: BrowserContext) -> None:
    page = enter(context, vera)
    expect(page.locator(".rows-none")).to_be_visible()
    person = taken(house, page)
    page.keyboard.type("Здравствуйте. Мы прочитали и теперь с вами.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".item-organisation .text")).to_have_text("Здравствуйте. Мы прочитали и теперь с вами.")
    expect(page.locator(".state-waiting")).to_have_count(0)
    assert person.heard() == ["Здравствуйте. Мы прочитали и теперь с вами."]
    expect(page.locator("#reply")).to_have_value("")
    person.say("Спасибо. Бумагу я не брал.")
    expect(page.locator(".item-seeker .text").last).to_have_text("Спасибо. Бумагу я не брал.")
    expect(page.locator("#arrived")).to_have_text("Пришло новое.")


def test_news_that_come_before_the_page_is_ready_are_shown(house: House, vera: Opened, context: BrowserContext) -> None:
    page = enter(context, vera)
    # htmx begins by a timer without a time: as on a machine that has much else to do.
    page.add_init_script(
        "const real = setTimeout; globalThis.setTimeout = (what, ms) => real(what, ms === undefined ? 2000 : ms);"
    )
    page.reload()
    house.person(TEXT)
    expect(page.locator(".row-line", has_text=TEXT[:20])).to_be_visible()


def test_news_do_not_disturb_who_is_writing(house: House, vera: Opened, context: BrowserContext) -> None:
    page = enter(context, vera)
    person = taken(house, page)
    page.keyboard.type("Я как раз пишу ва")
    expect(page.locator("#draft")).to_have_text("Черновик в сейфе")
    person.say("Я ещё вспомнил.")
    expect(page.locator(".item-seeker .text").last).to_have_text("Я ещё вспомнил.")
    expect(page.locator("#reply")).to_be_focused()
    page.keyboard.type("м.")
    expect(page.locator("#reply")).to_have_value("Я как раз пишу вам.")
    until(lambda: vera.desk.matter(page.url.rsplit("/", 1)[1].removesuffix("#reply")).draft == "Я как раз пишу вам.")
    page.reload()
    expect(page.locator("#reply")).to_have_value("Я как раз пишу вам.")


def test_a_note_cannot_be_sent_by_mistake(house: House, vera: Opened, context: BrowserContext) -> None:
    page = enter(context, vera)
    person = taken(house, page)
    page.keyboard.type("Начало ответа")
    page.keyboard.press("Escape")
    page.keyboard.press("o")
    expect(page.locator("#note")).to_be_focused()
    expect(page.locator("#reply")).to_be_hidden()
    page.keyboard.type("Спросить у юриста")
    for keys in ("Control+Enter", "Meta+Enter", "Shift+Enter"):
        page.keyboard.press(keys)
    expect(page.locator(".item-note, .item-organisation")).to_have_count(0)
    expect(page.locator("#note")).to_have_value("Спросить у юриста\n")
    colours = [
        page.locator(box).evaluate(
            "(box) => [getComputedStyle(box).backgroundColor, getComputedStyle(box).borderStyle]"
        )
        for box in ("#note-form", "#reply-form")
    ]
    assert colours[0][0] != colours[1][0]
    assert colours[0][1] == "dashed"
    page.locator("#note-form button").click()
    expect(page.locator(".item-note .text")).to_have_text("Спросить у юриста")
    expect(page.locator("#reply")).to_have_value("Начало ответа")
    assert person.heard() == []


def test_held_shows_the_new_words_first_and_two_choices(
    house: House, vera: Opened, context: BrowserContext, barriers: Barriers
) -> None:
    page = enter(context, vera)
    person = taken(house, page)
    expect(page.locator(".waiting")).to_have_count(0)
    vera.wire.cut = True
    person.say("Они уже у двери.")
    page.keyboard.type("Ждите нас завтра.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".relay-silent")).to_be_visible()
    vera.wire.cut = False
    expect(page.locator(".held blockquote")).to_have_text("Они уже у двери.")
    expect(page.locator(".held button")).to_have_text(["Вернуть в черновик и дописать", "Отправить как есть"])
    assert barriers(page) == []
    page.locator(".held button").first.click()
    expect(page.locator("#reply")).to_have_value("Ждите нас завтра.")
    expect(page.locator(".held")).to_have_count(0)
    assert person.heard() == []


def test_every_key_does_what_the_window_of_keys_says(house: House, vera: Opened, context: BrowserContext) -> None:
    page = enter(context, vera)
    for text, urgency in (("Первый", "held"), ("Второй", "papers"), ("Третий", "none")):
        house.person(text, urgency)
        expect(page.locator(".row-line", has_text=text)).to_be_visible()
    focused = page.locator(".row-link:focus")
    page.keyboard.press("j")
    first = focused.inner_text()
    page.keyboard.press("j")
    assert focused.inner_text() != first
    page.keyboard.press("k")
    assert focused.inner_text() == first
    page.keyboard.press("Enter")
    expect(page.locator(".item-seeker .text")).to_have_text("Первый")
    page.keyboard.press("x")
    expect(page.locator("#aside input[value=junk]")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url("**/queue/mine")
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url("**/queue/new")
    page.keyboard.press("Shift+?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    # The same key in a Russian layout.
    page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'т', code: 'KeyN', bubbles: true}))")
    page.wait_for_url("**/matter/**")
    page.keyboard.press("Shift+?")
    page.locator("#keys [name=keys]").click()
    address = page.url
    page.keyboard.press("n")
    page.keyboard.press("t")
    page.keyboard.press("Shift+?")
    expect(page.locator("#keys")).to_be_hidden()
    assert page.url == address


def test_set_aside_and_undone(house: House, vera: Opened, context: BrowserContext) -> None:
    page = enter(context, vera)
    house.person("Купите кирпич")
    expect(page.locator(".row-line")).to_have_text("Купите кирпич")
    page.keyboard.press("n")
    expect(page.locator("#take")).to_be_focused()
    page.keyboard.press("x")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Отложено.")
    expect(page.locator(".row")).to_have_count(0)
    page.locator(".toast button").click()
    page.keyboard.press("g")
    page.keyboard.press("q")
    expect(page.locator(".row-line")).to_have_text("Купите кирпич")


def test_the_lock_blanks_every_tab_and_the_draft_survives(house: House, vera: Opened, context: BrowserContext) -> None:
    page = enter(context, vera)
    taken(house, page)
    second, third = context.new_page(), context.new_page()
    second.goto(page.url)
    third.goto(f"{vera.origin}/queue/mine")
    expect(second.locator(".item-seeker")).to_be_visible()
    expect(third.locator(".row")).to_be_visible()
    old = [{"name": each["name"], "value": each["value"], "url": vera.origin} for each in context.cookies()]
    page.bring_to_front()
    page.locator("#reply").fill("Недописанное сл")
    page.keyboard.press("Control+Shift+L")
    for tab in (page, second, third):
        expect(tab.locator("#passphrase")).to_be_visible()
        assert "Меня мобилизовали" not in tab.content()
    assert vera.desk.locked
    for cookie in old:
        answer = httpx.get(f"{vera.origin}/queue/mine", cookies={cookie["name"]: cookie["value"]}, trust_env=False)
        assert answer.status_code == 401
    page.locator("#passphrase").fill(PASSPHRASE)
    page.keyboard.press("Enter")
    page.locator("a.band[href='/queue/mine']").click()
    page.locator(".row-link").click()
    expect(page.locator("#reply")).to_have_value("Недописанное сл")


def test_tabs_go_blank_when_the_desk_locks_by_itself(house: House, vera: Opened, context: BrowserContext) -> None:
    page = enter(context, vera)
    house.person(TEXT)
    expect(page.locator(".row")).to_be_visible()
    second = context.new_page()
    second.goto(page.url)
    expect(second.locator(".row")).to_be_visible()
    house.wait_s(601)
    for tab in (page, second):
        expect(tab.locator("#passphrase")).to_be_visible()


def test_going_back_after_the_lock_shows_nothing(house: House, vera: Opened, context: BrowserContext) -> None:
    page = enter(context, vera)
    taken(house, page)
    page.locator("#lock button").click()
    expect(page.locator("#passphrase")).to_be_visible()
    page.go_back()
    expect(page.locator("#passphrase")).to_be_visible()
    assert "Меня мобилизовали" not in page.content()


def test_two_desks_stay_unlocked_in_one_browser(house: House, vera: Opened, context: BrowserContext) -> None:
    anton = house.open("anton")
    hers, his = enter(context, vera), enter(context, anton)
    for page, name in ((hers, "Вера"), (his, "Антон"), (hers, "Вера")):
        page.reload()
        expect(page.locator(".me")).to_have_text(name)
    hers.keyboard.press("Control+Shift+L")
    expect(hers.locator("#passphrase")).to_be_visible()
    his.reload()
    expect(his.locator(".me")).to_have_text("Антон")


def test_a_lying_relay_raises_an_alarm_until_a_person_has_understood(
    house: House, context: BrowserContext, barriers: Barriers, pictures: Path
) -> None:
    vera = house.open("vera", lock_after_s=DAYS_S)
    page = enter(context, vera)
    old: list[bytes] = []

    def keep_first(route: str, _body: bytes, answer: httpx.Response) -> httpx.Response:
        if route != "manifest":
            return answer
        day, signature, manifest, box, form = split(answer.content[32:], "manifest answer", 5)[0]
        old.append(manifest)
        content = answer.content[:32] + frame("manifest answer", day, signature, old[0], box, form)
        return httpx.Response(200, headers={"content-type": "application/octet-stream"}, content=content)

    vera.wire.lie = keep_first
    # The first day's manifest is true; the second day it is the old one.
    for _ in range(2):
        house.sim.pass_days(1)
        house.person("На другой день.")
        until(lambda: vera.desk._open().vault.number("published") == house.sim.clock.day())
    alarm = page.locator(".alarm")
    expect(alarm).to_have_count(1)
    expect(alarm.locator("strong")).to_have_text("Сервер отдавал старые ключи")
    page.screenshot(path=pictures / "desk-alarm.png")
    assert barriers(page) == []
    vera.wire.lie = lambda _route, _body, answer: answer
    alarm.get_by_role("button").click()
    expect(alarm).to_have_count(0)
    page.reload()
    expect(page.locator("#rows")).to_be_visible()
    expect(alarm).to_have_count(0)


def test_who_keeps_the_door_open_is_asked_in_time(house: House, context: BrowserContext) -> None:
    anton = house.open("anton", lock_after_s=DAYS_S)
    page = enter(context, anton)
    expect(page.locator(".status .warn")).to_have_count(0)
    for _ in range(8):
        house.sim.pass_days(1)
        house.person("Ещё день.")
        until(lambda: anton.desk._open().day == house.sim.clock.day())
    expect(page.locator(".status .warn")).to_contain_text("Дверь закроется через 6 дней")


def test_a_desk_that_died_says_so_and_keeps_what_stands_on_the_page(
    house: House, vera: Opened, context: BrowserContext
) -> None:
    page = enter(context, vera)
    taken(house, page)
    page.locator("#reply").fill("Длинный ответ")
    expect(page.locator("#draft")).to_have_text("Черновик в сейфе")
    vera.die()
    expect(page.locator("#away")).to_be_visible()
    expect(page.locator("#reply")).to_have_value("Длинный ответ")
    context.complaints.clear()  # type: ignore[attr-defined]


class Hostile(BaseHTTPRequestHandler):
    """Another program of this computer, or another site: a page that tries everything against the desk."""

    page = b""
    cookies: list[str]

    def do_GET(self) -> None:
        self.cookies.append(self.headers.get("cookie", ""))
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.page)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def hostile(vera: Opened) -> Iterator[tuple[str, list[str]]]:
    cookies: list[str] = []
    page = f"""<!doctype html><title>x</title><iframe src="{vera.origin}/queue/new"></iframe>
<form id="f" method="post" action="{vera.origin}/lock"><button>go</button></form>"""
    kind = type("Tried", (Hostile,), {"page": page.encode(), "cookies": cookies})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(kind))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", cookies
    server.shutdown()
    server.server_close()


def test_another_local_page_gets_nothing_and_changes_nothing(
    house: House, vera: Opened, browser: Browser, hostile: tuple[str, list[str]]
) -> None:
    where, cookies = hostile
    with_cookie = browser.new_context(locale="ru-RU")
    page = enter(with_cookie, vera)
    house.person(TEXT)
    expect(page.locator(".row")).to_be_visible()
    evil = with_cookie.new_page()
    evil.goto(where)
    assert "desk-" in cookies[0], "cookies cross ports: what follows is tried by someone who has it"
    tried = """async ([origin, how]) => {
      try {
        const answer = await fetch(origin + how.path, how.init);
        return answer.type === "opaque" ? "opaque" : `${answer.status} ${(await answer.text()).length}`;
      } catch { return "failed"; }
    }"""
    ways: list[dict[str, object]] = [
        {"path": "/queue/new", "init": {"credentials": "include"}},
        {"path": "/queue/new", "init": {"credentials": "include", "mode": "no-cors"}},
        {"path": "/lock", "init": {"method": "POST", "credentials": "include"}},
        {"path": "/lock", "init": {"method": "POST", "credentials": "include", "mode": "no-cors"}},
        {"path": "/enter", "init": {"method": "POST", "body": "token=x", "mode": "no-cors"}},
        {"path": "/live", "init": {"credentials": "include"}},
    ]
    assert {evil.evaluate(tried, [vera.origin, way]) for way in ways} == {"failed"}
    assert "мобилизовали" not in "".join(frame.content() for frame in evil.frames)
    evil.locator("#f button").click()
    expect(evil.locator("h1")).to_have_text("Не получилось")
    assert not vera.desk.locked
    evil.goto(where)
    with evil.expect_popup() as popup:
        evil.evaluate(f"window.open('{vera.origin}/queue/new')")
    expect(popup.value.locator("h1")).to_have_text("Не получилось")
    page.reload()
    expect(page.locator(".row")).to_be_visible()
    with_cookie.close()


@pytest.mark.parametrize(
    ("language", "scheme", "size"),
    [("ru", "light", WIDE), ("en", "dark", WIDE), ("ru", "dark", PHONE), ("en", "light", PHONE)],
    ids=["ru-light-1280", "en-dark-1280", "ru-dark-360", "en-light-360"],
)
def test_no_page_has_barriers_and_each_fits(
    house: House,
    vera: Opened,
    browser: Browser,
    barriers: Barriers,
    pictures: Path,
    language: str,
    scheme: str,
    size: tuple[int, int],
) -> None:
    locale = {"ru": "ru-RU", "en": "en-GB"}[language]
    context = listened(
        browser.new_context(
            locale=locale,
            color_scheme=scheme,  # type: ignore[arg-type]
            viewport={"width": size[0], "height": size[1]},
        )
    )

    def look(page: Page, name: str) -> None:
        page.screenshot(path=pictures / f"desk-{name}-{language}-{scheme}-{size[0]}.png")
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        # Wide, the columns scroll and never the page, which would go blank.
        if size == WIDE and page.locator(".columns").count():
            assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), name

    page = context.new_page()
    page.goto(vera.origin)
    look(page, "enter")
    page.goto("about:blank")
    page.goto(vera.address)
    page.locator("#passphrase").fill("wrong")
    page.locator("button.main").click()
    expect(page.locator(".problem")).to_be_visible()
    look(page, "unlock")
    page.locator("#passphrase").fill(PASSPHRASE)
    page.locator("button.main").click()
    expect(page.locator("#rows")).to_be_visible()
    look(page, "queue-empty")
    for text, urgency, country in (
        (TEXT, "papers", "GE"),
        ("Брата держат со вчера.", "held", "KZ"),
        ("?", "none", "AM"),
    ):
        house.person(text, urgency, country)
        expect(page.locator(".row-line", has_text=text[:20])).to_be_visible()
    look(page, "queue")
    page.locator(".row-link").nth(1).click()
    expect(page.locator("#take")).to_be_visible()
    look(page, "contact")
    page.locator("#take").click()
    page.locator("#reply").fill("Здравствуйте. Мы с вами.")
    page.locator("#reply-form button").click()
    expect(page.locator(".item-organisation")).to_be_visible()
    page.locator(".which-note").click()
    look(page, "note")
    page.locator("#note").fill("Спросить о бумаге.")
    page.locator("#note-form button").click()
    expect(page.locator(".item-note")).to_be_visible()
    for summary in page.locator("summary").all():
        summary.click()
    look(page, "case")
    page.goto(f"{vera.origin}/matter/none")
    look(page, "absent")
    if size == WIDE:
        page.goto(f"{vera.origin}/queue/mine")
        page.keyboard.press("Shift+?")
        expect(page.locator("#keys")).to_be_visible()
        look(page, "keys")
    assert context.complaints == []  # type: ignore[attr-defined]
    context.close()
