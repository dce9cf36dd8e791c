"""Browsers that lack something: either it works all the same, or one honest sentence stands there."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from harbour import Harbour
from safeconduct.door.app import STATIC
from visitor import Visitor

Barriers = Callable[[Page], list[str]]

# Each newer thing, made to be missing as in a browser that never had it.
MISSING = {
    "WebCrypto's Ed25519": """for (const name of ["importKey", "generateKey", "sign", "verify"]) {
        const real = SubtleCrypto.prototype[name];
        SubtleCrypto.prototype[name] = function (...given) {
            const asked = given.map((each) => each?.name ?? each?.algorithm?.name ?? each);
            if (asked.includes("Ed25519")) return Promise.reject(new DOMException("", "NotSupportedError"));
            return real.apply(this, given);
        };
    }""",
    "dialog": "delete globalThis.HTMLDialogElement;",
    "names of countries": "delete Intl.DisplayNames;",
    "what came after ES2020": """for (const [from, names] of [
        [Array.prototype, ["at", "findLast", "findLastIndex", "toSorted", "toReversed", "with", "group"]],
        [String.prototype, ["at", "replaceAll", "isWellFormed", "toWellFormed"]],
        [Element.prototype, ["replaceChildren", "checkVisibility", "setHTML"]],
        [globalThis, ["structuredClone", "CompressionStream", "navigation", "CloseWatcher", "trustedTypes"]],
        [Object, ["hasOwn", "groupBy"]], [Promise, ["any", "withResolvers", "try"]], [AbortSignal, ["timeout", "any"]],
        [Uint8Array, ["fromBase64", "fromHex"]], [Uint8Array.prototype, ["toBase64", "toHex"]],
    ]) for (const name of names) delete from[name];""",
}


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harbour]:
    with Harbour(tmp_path_factory.mktemp("harbour")) as made:
        yield made


@pytest.mark.parametrize("missing", MISSING)
def test_it_works_without(browser: Browser, harbour: Harbour, missing: str) -> None:
    context = browser.new_context(locale="ru")
    context.add_init_script(MISSING[missing])
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    visitor = Visitor(page, harbour.address)
    words = visitor.ask("GE", "held", "Пожалуйста, помогите.")
    visitor.enter(" ".join(words))
    visitor.talking()
    visitor.write("Ещё.")
    # The second Ed25519 is a file of its own, downloaded only where it is needed.
    assert any(url.endswith("/noble.js") for url in asked) == (missing == "WebCrypto's Ed25519")
    context.close()


def test_no_rule_needs_a_selector_that_an_old_browser_drops() -> None:
    # A browser that does not know a selector drops the whole rule; these two are the newest that matter.
    rules = (STATIC / "door.css").read_text()
    assert ":has(" not in rules
    assert ":is(" not in rules


def test_without_scripts_one_sentence_in_both_languages(launch: Callable[..., Browser], harbour: Harbour) -> None:
    browser = launch("--blink-settings=scriptEnabled=false")
    page = browser.new_page()
    page.goto(harbour.address)
    sentences = page.locator("noscript p")
    expect(sentences).to_contain_text(["нужен JavaScript", "it needs JavaScript"])
    for sentence in sentences.all():
        expect(sentence).to_be_visible()
    expect(page.locator("input, textarea, button")).to_have_count(0)
    page.locator("#leave").click()
    page.wait_for_url(harbour.leave)
    browser.close()


def test_a_page_that_did_not_load_says_so_in_the_end(browser: Browser, harbour: Harbour) -> None:
    page = browser.new_context().new_page()
    page.route("**/main.js", lambda route: route.abort())
    page.goto(harbour.address)
    expect(page.locator(".late p").first).to_be_visible(timeout=15_000)
    page.context.close()


def test_a_language_that_failed_to_load_is_asked_for_under_another_address(browser: Browser, harbour: Harbour) -> None:
    """Firefox never again fetches a module that failed once; bench/door_firefox.py tries it there."""
    page = browser.new_context(locale="ru").new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(harbour.address)))
    page.route("**/en.js*", lambda route: route.abort(), times=2)
    visitor = Visitor(page, harbour.address)
    # Words of no language: the other list is looked into.
    visitor.enter("абвгд " * 9)
    for _ in range(2):
        expect(page.locator(".failure .code")).to_contain_text("page-part")
        page.locator(".failure button").click()
    expect(page.locator("#notice.notice")).to_be_visible()
    assert [name for name in asked if name.startswith("en.js")] == ["en.js", "en.js?1", "en.js?2"]
    page.context.close()


def test_a_second_ed25519_that_failed_to_load_is_not_called_a_lost_connection(
    browser: Browser, harbour: Harbour
) -> None:
    context = browser.new_context(locale="ru")
    context.add_init_script(MISSING["WebCrypto's Ed25519"])
    page = context.new_page()
    page.route("**/noble.js*", lambda route: route.abort(), times=1)
    visitor = Visitor(page, harbour.address)
    visitor.open()
    visitor.go_on()
    visitor.go_on()
    expect(page.locator(".failure .code")).to_contain_text("page-part")
    page.locator(".failure button").click()
    expect(page.locator(".choice").first).to_be_visible()
    context.close()


def test_without_org_js_nothing_can_be_written(browser: Browser, harbour: Harbour) -> None:
    page = browser.new_context(locale="en").new_page()
    page.route("**/org.js", lambda route: route.abort())
    page.goto(harbour.address)
    expect(page.locator("main")).to_contain_text("could not be loaded whole")
    expect(page.locator("main button, textarea")).to_have_count(0)
    page.context.close()


@pytest.mark.parametrize(("language", "said"), [("ru", "незащищённому"), ("en", "not protected")])
def test_an_unprotected_connection_is_one_honest_sentence(
    launch: Callable[..., Browser], harbour: Harbour, barriers: Barriers, language: str, said: str
) -> None:
    browser = launch("--host-resolver-rules=MAP door.example 127.0.0.1")
    page = browser.new_context(locale=language).new_page()
    page.goto(harbour.address.replace("localhost", "door.example"))
    expect(page.locator("main .weighty")).to_contain_text(said)
    assert not page.evaluate("isSecureContext")
    expect(page.locator("main button, main input, textarea")).to_have_count(0)
    expect(page.locator("#leave")).to_be_visible()
    assert barriers(page) == []
    for sentence in (page.locator("main", has_not_text=said), page.locator("main", has_text=said)):
        page.locator("nav [aria-pressed=false]").click()
        expect(sentence.locator(".weighty")).to_be_visible()
    browser.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("forced", ["none", "active"])
def test_every_scheme_is_legible(
    browser: Browser,
    harbour: Harbour,
    barriers: Barriers,
    scheme: Literal["light", "dark"],
    forced: Literal["none", "active"],
) -> None:
    context = browser.new_context(locale="ru", color_scheme=scheme, forced_colors=forced, reduced_motion="reduce")
    page = context.new_page()

    def check(step: str) -> None:
        assert barriers(page) == [], step

    visitor = Visitor(page, harbour.address, check)
    words = visitor.draw("GE", "held", "Пожалуйста.")
    for place in (0, 1):
        page.locator(f"#word-{place}").fill("неверно")
    visitor.go_on()
    check("wrong")
    page.context.set_offline(True)
    visitor.recall(words)
    expect(page.locator(".failure")).to_be_visible()
    check("failure")
    context.close()


# As these apps name themselves; an ordinary browser of the same phones says the same without the last part.
ANDROID = (
    "Mozilla/5.0 (Linux; Android 14; K{}) AppleWebKit/537.36 (KHTML, like Gecko) {}Chrome/150.0.0.0 "
    "Mobile Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) {}Mobile/15E148"
)
IN_APPS = {
    "Android's WebView": ANDROID.format("; wv", "Version/4.0 "),
    "Telegram on Android": ANDROID.format("", "") + " Telegram-Android/11.4.2 (Xiaomi; Android 14; SDK 34; HIGH)",
    "an iPhone's WebView": IPHONE.format(""),
    "Instagram": IPHONE.format("") + " Instagram 380.0.0.28.104",
}
IN_BROWSERS = {"Chrome": ANDROID.format("", ""), "Safari": IPHONE.format("Version/18.5 ") + " Safari/604.1"}


@pytest.mark.parametrize("app", [*IN_APPS, *IN_BROWSERS])
def test_inside_another_app_it_says_so_and_works(
    browser: Browser, harbour: Harbour, barriers: Barriers, pictures: Path, app: str
) -> None:
    context = browser.new_context(
        locale="ru", user_agent=(IN_APPS | IN_BROWSERS)[app], viewport={"width": 360, "height": 740}
    )
    page = context.new_page()
    visitor = Visitor(page, harbour.address)
    visitor.open()
    expect(page.locator("main .weighty", has_text="Открыть в браузере")).to_have_count(int(app in IN_APPS))
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if app == "Telegram on Android":
        page.screenshot(path=pictures / "door-in-app.png")
        words = visitor.ask("GE", "date", "Открыл в мессенджере.")
        visitor.enter(" ".join(words))
        visitor.talking()
    context.close()
