"""The Count page in real Chromium, on a real desk: a file chosen, watched, stopped, refused; with keys; on a phone."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from desk.pages.house import Opened, built
from safeconduct.desk.pages.count import FILE_MOST_BYTES, demo
from simulator import PASSPHRASE

Barriers = Callable[[Page], list[str]]
WIDE, PHONE = (1280, 800), (360, 740)
DATA = Path(__file__).parent.parent / "count" / "data"
LANGUAGES = {"ru": "ru-RU", "en": "en-US"}
COUNTED_MS = 120_000
"""The end of patience for a count on a busy machine, not what it should take."""
ROWS = "A,B,C,region,count\n1,0,0,x,50\n0,1,0,x,40\n0,0,1,x,30\n1,1,0,x,12\n0,1,1,x,11\n1,1,1,x,10\n"
PARTS = ROWS + "1,0,0,y,4\n0,0,0,y,5\n1,1,0,y,1.5\n"


@pytest.fixture(scope="module")
def vera(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    with built(tmp_path_factory.mktemp("house")) as house:
        yield house.open("vera")


Visit = Callable[[str], Page]


@pytest.fixture
def visit(browser: Browser, vera: Opened) -> Iterator[Visit]:
    """Opens the page in a language; whatever it complains of, the content policy too, fails the test."""
    complaints: list[str] = []
    contexts = []

    def visit(language: str) -> Page:
        context = browser.new_context(
            locale=LANGUAGES[language],
            viewport={"width": WIDE[0], "height": WIDE[1]},
            permissions=["clipboard-read", "clipboard-write"],
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if complains(said) else None)
        page.goto(vera.address)
        page.locator("#passphrase").fill(PASSPHRASE)
        page.keyboard.press("Enter")
        expect(page.locator("#rows")).to_be_visible()
        page.wait_for_load_state()
        page.keyboard.press("g")
        page.keyboard.press("c")
        expect(page.locator("#count-last-title")).to_be_visible()
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []


def complains(said: ConsoleMessage) -> bool:
    """A refusal that was meant is no complaint."""
    return said.type in {"error", "warning"} and "Failed to load resource" not in said.text


def choose(page: Page, content: bytes | str, name: str = "t.csv") -> None:
    held = content.encode() if isinstance(content, str) else content
    page.locator("#count-file").set_input_files({"name": name, "mimeType": "text/csv", "buffer": held})
    page.locator("#count-file-form .main").click()


def state(page: Page, wanted: str) -> None:
    expect(page.locator(f"#count-run[data-state={wanted}]")).to_be_visible(timeout=COUNTED_MS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_never_empty_has_no_barrier_and_nothing_runs_over(
    visit: Visit, barriers: Barriers, pictures: Path, language: str
) -> None:
    page = visit(language)
    expect(page.locator("#count-sentence")).to_have_text(demo().record.sentences[language])
    images = page.locator(".count-pictures img")
    expect(images).to_have_count(5)
    for place in range(5):
        images.nth(place).scroll_into_view_if_needed()
        expect(images.nth(place)).to_have_js_property("complete", value=True)
        assert images.nth(place).evaluate("(one) => one.naturalWidth") > 0
    for details in page.locator(".count-more > summary").all():
        details.click()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width, height in (WIDE, PHONE):
            page.set_viewport_size({"width": width, "height": height})
            assert barriers(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.screenshot(path=pictures / f"count-{language}-{scheme}-{width}.png")


def test_a_file_is_chosen_watched_and_counted_without_reloading(visit: Visit, barriers: Barriers) -> None:
    page = visit("ru")
    page.evaluate("window.here = true")
    choose(page, PARTS)
    state(page, "asks")
    box = page.locator("#count-run")
    expect(box).to_contain_text("Не приняты 2 строки")
    expect(box.locator(".count-rows tbody tr")).to_have_text(
        ["8нет ни в одном списке: таких людей никто не мог видеть", "9в столбце с числом не целое число"]
    )
    assert barriers(page) == []
    assert page.evaluate("window.here")
    box.locator("input[value=region]").check()
    page.locator(".count-buttons .main").click()
    state(page, "runs")
    page.evaluate("window.here = true")
    expect(page.locator("#count-said")).not_to_be_empty(timeout=COUNTED_MS)
    assert barriers(page) == []
    seen: list[str] = []
    while percent := page.locator("#count-run").get_attribute("data-percent"):
        seen += [percent] if percent not in seen else []
        page.wait_for_timeout(100)
    assert len(seen) > 3
    assert seen == sorted(seen, key=int)
    state(page, "done")
    assert page.evaluate("window.here"), "the page was not loaded anew"
    expect(page.locator("#count-last-title")).to_have_text("Что посчитано в последний раз")
    expect(page.locator("#count-last-title")).to_be_focused()
    expect(page.locator("#count-said")).to_contain_text("Готово")
    expect(page.locator("#count-sentence")).to_contain_text("В 3 списках около 160 человек")
    expect(page.locator(".count-strata")).to_contain_text("меньше десяти человек")
    assert barriers(page) == []
    page.locator("[data-copy=count-sentence]").click()
    expect(page.locator("[data-copied=count-sentence]")).to_contain_text("Скопировано")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#count-sentence").inner_text()


def test_with_keys_alone_a_count_is_begun_and_stopped(visit: Visit) -> None:
    page = visit("en")
    season = page.get_by_role("button", name="Count the invented season again")
    for _ in range(40):
        page.keyboard.press("Tab")
        if season.evaluate("(one) => one === document.activeElement"):
            break
    expect(season).to_be_focused()
    page.keyboard.press("Enter")
    state(page, "runs")
    page.keyboard.press("Tab")
    expect(page.locator("#count-cancel")).to_be_focused()
    page.keyboard.press("Enter")
    state(page, "stopped")
    expect(page.locator("#count-run")).to_contain_text("The count was stopped. Nothing was changed")


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"x" * (FILE_MOST_BYTES + 1), "large.csv", "больше 16"),
        (b"A,B\n1,1\n", "names.docx", "Такой файл здесь не читается"),
        (b"not a workbook", "broken.xlsx", "Внутри не то, что обещает имя файла"),
        (b"A,B,count\n1,0,5\n0,1,5\n", "apart.csv", "Ни один человек не стоит в двух списках"),
    ],
)
def test_what_cannot_be_counted_is_said_in_words(
    visit: Visit, tmp_path: Path, content: bytes, name: str, said: str
) -> None:
    page = visit("ru")
    file = tmp_path / name
    file.write_bytes(content)
    page.locator("#count-file").set_input_files(file)
    page.locator("#count-file-form .main").click()
    problem = page.locator("#count-run .problem:visible")
    expect(problem).to_contain_text(said, timeout=COUNTED_MS)
    expect(problem).to_contain_text("Ничего не изменилось")
    expect(page.locator("#count-file")).to_be_visible()


def test_a_count_that_runs_is_lost_at_the_lock_and_the_one_before_is_there(visit: Visit) -> None:
    page = visit("ru")
    before = page.locator("#count-sentence").inner_text()
    choose(page, (DATA / "mse_netherlands.csv").read_bytes())
    state(page, "runs")
    page.keyboard.press("Control+Shift+L")
    expect(page.locator("#passphrase")).to_be_visible()
    page.locator("#passphrase").fill(PASSPHRASE)
    page.keyboard.press("Enter")
    expect(page.locator("#rows")).to_be_visible()
    page.locator(".to-count").click()
    expect(page.locator("#count-run .problem:visible")).to_contain_text("Стол заперли, и подсчёт, который шёл, пропал.")
    expect(page.locator("#count-sentence")).to_have_text(before)
