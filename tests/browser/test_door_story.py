"""One cry for help goes round, in real Chromium, against a real relay: asked, taken up, answered, come back for."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from harbour import Harbour
from safeconduct.sealed.event import Answered, Asked, Said
from safeconduct.sealed.phrase import WORDS, make_phrase
from visitor import Visitor

CANARY = "синица-7261"
TEXT = {
    "ru": f"Учусь по контракту. Подал рапорт, его не приняли. Суд в понедельник. Эмодзи 🕊️ и {CANARY}.",
    "en": f"I signed at my university and asked to resign. They refused. The hearing is on Monday. {CANARY}",
}
# Of everything that can be pressed: whatever is smaller than a thumb.
SMALL = """[...document.querySelectorAll('button, a, summary, .choice, textarea, input[type=text]')]
  .filter((each) => each.getBoundingClientRect().height < 43.9).map((each) => each.outerHTML)"""
STORED = """(async () => [localStorage.length, sessionStorage.length, document.cookie.length,
  (await indexedDB.databases()).length, (await caches.keys()).length,
  (await navigator.serviceWorker.getRegistrations()).length])()"""
Barriers = Callable[[Page], list[str]]


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harbour]:
    with Harbour(tmp_path_factory.mktemp("harbour")) as made:
        yield made


class Watch:
    """What must hold at every step of every visit."""

    def __init__(self, page: Page, address: str, barriers: Barriers, pictures: Path, name: str) -> None:
        self.page, self.address, self.barriers, self.pictures, self.name = page, address, barriers, pictures, name
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda asked: None if asked.url.startswith(address) else self.foreign.append(asked.url))

    def look(self, step: str) -> None:
        page = self.page
        assert page.url == self.address
        assert self.complaints == []
        assert self.foreign == []
        assert page.evaluate(SMALL) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{step} is wider than the screen"
        assert page.evaluate(STORED) == [0] * 6
        assert page.context.cookies() == []
        assert self.barriers(page) == [], step
        if step not in {"front", "again"}:
            # Read out by a screen reader: the heading, what is said at the top, the newest words, or a field.
            assert page.evaluate("document.activeElement.matches('#title, #notice, .theirs, textarea, input')"), step
        page.screenshot(path=self.pictures / f"door-{self.name}-{step}.png", full_page=True)


@pytest.mark.parametrize(
    ("language", "width", "height"),
    [("ru", 360, 740), ("en", 1280, 800), ("ru", 1280, 800), ("en", 320, 640)],
)
def test_a_cry_for_help_goes_round(
    browser: Browser, harbour: Harbour, barriers: Barriers, pictures: Path, language: str, width: int, height: int
) -> None:
    context = browser.new_context(locale=language, viewport={"width": width, "height": height})
    page = context.new_page()
    watch = Watch(page, harbour.address, barriers, pictures, f"{language}-{width}")
    visitor = Visitor(page, harbour.address, watch.look)
    before = {matter.contact.id for matter in harbour.arrived()}

    words = visitor.ask("GE", "date", TEXT[language])
    (matter,) = [each for each in harbour.arrived() if each.contact.id not in before]
    assert (matter.asked.country, matter.asked.urgency, matter.asked.language) == ("GE", "date", language)
    assert matter.asked.text == TEXT[language]

    # One question is answered, one passed over, the rest are left.
    visitor.go_on()
    watch.look("question")
    visitor.choose("relative")
    visitor.go_on()
    expect(page.locator("textarea")).to_be_visible()
    page.locator("button.second").click()
    asked, answered = harbour.said(matter)
    assert isinstance(asked, Asked)
    assert isinstance(answered, Answered)
    assert answered.answers == (("whom", "relative"),)
    context.close()

    matter = harbour.take_up(matter)
    context = browser.new_context(locale=language, viewport={"width": width, "height": height})
    page = context.new_page()
    watch = Watch(page, harbour.address, barriers, pictures, f"{language}-{width}")
    visitor = Visitor(page, harbour.address, watch.look)

    # A slip, capital letters: put right, shown, confirmed.
    slipped = [*words]
    place = next(number for number, word in enumerate(words) if word[1] != word[2])
    slipped[place] = words[place][0] + words[place][2] + words[place][1] + words[place][3:]
    visitor.enter(" ".join(slipped).upper())
    expect(page.locator(".repaired")).to_have_count(1)
    expect(page.locator(".phrase span")).to_have_text(words)
    watch.look("repair")
    visitor.go_on()
    visitor.talking()
    expect(page.locator(".standing")).to_be_visible()
    expect(page.locator(".theirs")).to_have_count(0)
    watch.look("taken")

    answer = "Не подписывайте ничего до понедельника.\n\n<b>Мы напишем завтра.</b>"
    harbour.reply(matter, answer)
    page.locator(".ways button").first.click()
    expect(page.locator(".theirs .text")).to_have_text(answer, use_inner_text=True)
    watch.look("answered")
    visitor.write("Спасибо. Thank you.")
    expect(page.locator(".yours .text").last).to_have_text("Спасибо. Thank you.")
    watch.look("more")
    assert harbour.said(matter)[-1] == Said("Спасибо. Thank you.")
    context.close()


def switch_twice(page: Page) -> None:
    for language in ("en", "ru"):
        page.locator(f"nav [lang={language}]").click()
        expect(page.locator("html")).to_have_attribute("lang", language)


def test_nothing_is_lost_by_changing_the_language_at_every_step(browser: Browser, harbour: Harbour) -> None:
    page = browser.new_context(locale="ru").new_page()
    visitor = Visitor(page, harbour.address, lambda _step: switch_twice(page))
    words = visitor.ask("KZ", "held", TEXT["ru"])
    matter = harbour.arrived()[-1]
    assert (matter.asked.country, matter.asked.text, matter.asked.language) == ("KZ", TEXT["ru"], "ru")
    # The phrase is of the language in which the page was when it was made.
    assert set(words) <= set(WORDS["ru"])
    page.context.close()


def test_nothing_is_lost_by_going_back(browser: Browser, harbour: Harbour) -> None:
    page = browser.new_context(locale="ru").new_page()
    visitor = Visitor(page, harbour.address)
    words = visitor.draw("KZ", "held", TEXT["ru"])
    first, _ = visitor.asked_back()
    page.locator("#word-0").fill(words[first])
    # By the page's own button and by the browser's.
    page.locator(".back").click()
    switch_twice(page)
    expect(page.locator(".phrase span")).to_have_text(words)
    page.go_back()
    switch_twice(page)
    expect(page.locator("textarea")).to_have_value(TEXT["ru"])
    page.go_back()
    expect(page.locator("input[value=held]")).to_be_checked()
    page.locator(".back").click()
    expect(page.locator("input[value=KZ]")).to_be_checked()
    for _ in range(4):
        visitor.go_on()
    expect(page.locator("#word-0")).to_have_value(words[first])
    visitor.recall(words)
    expect(page.locator(".weighty")).to_be_visible()
    # What is sent is not sent again: every way back leads to the acknowledgement.
    for _ in range(4):
        page.go_back()
        expect(page.locator(".weighty")).to_be_visible()
        expect(page.locator("textarea, .choice, .phrase")).to_have_count(0)
    page.context.close()


def test_the_whole_way_with_the_keyboard_alone(browser: Browser, harbour: Harbour) -> None:
    page = browser.new_context(locale="en").new_page()
    keys = page.keyboard

    def tab_to(selector: str) -> None:
        for _ in range(60):
            keys.press("Tab")
            if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(selector)

    page.goto(harbour.address)
    expect(page.locator("h1")).to_be_visible()
    tab_to(".first")
    keys.press("Enter")
    tab_to("summary")
    keys.press("Enter")
    tab_to(".first")
    keys.press("Enter")
    expect(page.locator(".choice").first).to_be_visible()
    tab_to("input[type=radio]")
    keys.press("ArrowDown")
    keys.press("Enter")
    tab_to("input[type=radio]")
    keys.press("Space")
    keys.press("Enter")
    tab_to("textarea")
    keys.type("Please help.")
    tab_to(".first")
    keys.press("Enter")
    words = page.locator(".phrase span")
    expect(words).to_have_count(9)
    drawn = words.all_inner_texts()
    tab_to(".first")
    keys.press("Enter")
    for place, number in enumerate(Visitor(page, harbour.address).asked_back()):
        tab_to(f"#word-{place}")
        keys.type(drawn[number][:4])
    keys.press("Enter")
    expect(page.locator(".weighty")).to_be_visible()
    assert harbour.arrived()
    page.context.close()


def test_a_phrase_comes_back_however_it_is_typed(browser: Browser, harbour: Harbour) -> None:
    page = browser.new_context(locale="ru").new_page()
    visitor = Visitor(page, harbour.address)
    words = visitor.ask("another", "none", "Есть вопрос.")
    wrong_layout = str.maketrans("йцукенгшщзхъфывапролджэячсмитьбю", "qwertyuiop[]asdfghjkl;'zxcvbnm,.")
    for entered in (
        "\n".join(f"{number}. {word}" for number, word in enumerate(words, 1)),
        " ".join(word[:4].capitalize() for word in words),
        " ".join(words).translate(wrong_layout),
    ):
        visitor.enter(entered)
        visitor.talking()
    # The page in the other language reads it too.
    page.locator("nav [lang=en]").click()
    visitor.open()
    page.locator("nav [lang=en]").click()
    page.locator("button.second").click()
    page.locator("textarea").fill(" ".join(words))
    visitor.go_on()
    visitor.talking()
    page.context.close()


def test_words_are_completed_after_a_few_letters(browser: Browser, harbour: Harbour) -> None:
    page = browser.new_context(locale="ru").new_page()
    Visitor(page, harbour.address).open()
    page.locator("button.second").click()
    first, second = WORDS["ru"][700], WORDS["ru"][1_400]
    page.locator("textarea").press_sequentially(f"{first} {second[:3]}")
    page.get_by_role("button", name=second).click()
    expect(page.locator("textarea")).to_have_value(f"{first} {second} ")
    expect(page.locator("textarea")).to_be_focused()
    page.context.close()


def test_a_phrase_that_finds_nothing_says_why_and_how_to_begin_anew(browser: Browser, harbour: Harbour) -> None:
    page = browser.new_context(locale="ru").new_page()
    visitor = Visitor(page, harbour.address)
    entered = " ".join(make_phrase(lambda size: bytes(range(size)), "ru"))
    visitor.enter(entered)
    expect(page.locator("main li")).to_have_count(3)
    visitor.go_on()
    expect(page.locator("textarea")).to_have_value(entered)
    page.go_back()
    page.locator("button.second").click()
    visitor.go_on()
    expect(page.locator(".choice").first).to_be_visible()
    page.context.close()
