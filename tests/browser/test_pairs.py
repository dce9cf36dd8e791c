"""Doubtful pairs in real Chromium: a table the command wrote, decided with keys, saved, honoured by the command."""

import argparse
import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from desk.pages.house import Opened, built
from safeconduct.count import command
from safeconduct.count.season import make_season
from safeconduct.desk.pages.pairs import FILE_MOST_BYTES
from simulator import PASSPHRASE

Barriers = Callable[[Page], list[str]]
WIDE, PHONE = (1280, 800), (360, 740)
LANGUAGES = {"ru": "ru-RU", "en": "en-US"}


@pytest.fixture(scope="module")
def vera(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    with built(tmp_path_factory.mktemp("house")) as house:
        yield house.open("vera")


@pytest.fixture(scope="module")
def registers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two registers of an invented season, and their pairs."""
    folder = tmp_path_factory.mktemp("registers")
    for name, _, _, content in make_season(4, people=500, slips=3).files:
        if name in {"courts.csv", "news.csv"}:
            (folder / name).write_bytes(content)
    link(folder)
    return folder


def link(folder: Path) -> None:
    parser = argparse.ArgumentParser()
    command.add_commands(parser.add_subparsers())
    files = [str(folder / name) for name in ("courts.csv", "news.csv")]
    given = parser.parse_args(
        ["count", "link", *files, "--review", str(folder / "pairs.csv"), "--draws", "0", "--json"]
    )
    given.run(given)


def rows_of(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / "pairs.csv").read_text("utf-8-sig"))))


Visit = Callable[[str], Page]


@pytest.fixture
def visit(browser: Browser, vera: Opened) -> Iterator[Visit]:
    """Opens the page in a language, with no table; whatever it complains of fails the test."""
    complaints: list[str] = []
    contexts = []

    def visit(language: str) -> Page:
        context = browser.new_context(
            locale=LANGUAGES[language], viewport={"width": WIDE[0], "height": WIDE[1]}, accept_downloads=True
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
        vera.desk.keep_pairs(lambda _table, _decided: (b"", b""))
        page.locator(".to-count").click()
        page.locator("#count-pairs").click()
        expect(page.locator("#pairs-form")).to_be_visible()
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []


def complains(said: ConsoleMessage) -> bool:
    """A refusal that was meant is no complaint."""
    return said.type in {"error", "warning"} and "Failed to load resource" not in said.text


def open_table(page: Page, file: Path) -> None:
    page.locator("#pairs-file").set_input_files(file)
    page.locator("#pairs-form .main").click()
    expect(page.locator(".pairs-two")).to_be_visible()


def look(page: Page, barriers: Barriers, to: Path, name: str) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width, height in (WIDE, PHONE):
            page.set_viewport_size({"width": width, "height": height})
            assert barriers(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.screenshot(path=to / f"pairs-{name}-{scheme}-{width}.png", full_page=True)
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    page.emulate_media(color_scheme="light")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_state_of_it_has_a_barrier_and_nothing_runs_over(
    visit: Visit, barriers: Barriers, registers: Path, pictures: Path, language: str
) -> None:
    page = visit(language)
    look(page, barriers, pictures, f"none-{language}")
    open_table(page, registers / "pairs.csv")
    look(page, barriers, pictures, f"pair-{language}")
    page.keyboard.press("s")
    expect(page.locator("#pairs-list")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".pairs-was")).to_be_visible()
    for details in page.locator(".count-more > summary").all():
        details.click()
    look(page, barriers, pictures, f"decided-{language}")


def test_what_is_decided_with_keys_in_a_russian_layout_is_saved_and_honoured_by_the_command(
    visit: Visit, registers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("courts.csv", "news.csv", "pairs.csv"):
        (tmp_path / name).write_bytes((registers / name).read_bytes())
    link(tmp_path)
    before = json.loads(capsys.readouterr().out)
    asked = rows_of(tmp_path)
    assert before["waiting"] == len(asked) > 3
    page = visit("ru")
    open_table(page, tmp_path / "pairs.csv")
    pressed = []
    for number, row in enumerate(asked[:3]):
        first = page.locator(".pairs-entry").first
        expect(first.locator(".pairs-line-name dd")).to_contain_text(row["name"])
        expect(page.locator(".pairs-entry").last.locator(".pairs-line-date dd")).to_contain_text(row["date 2"])
        same = row["joined"] == "no"
        word = "cannot tell" if number == 2 else "same" if same else "different"
        pressed.append(word)
        # The keys where s, d and u are, in a Russian layout.
        key, code = {"same": ("ы", "KeyS"), "different": ("в", "KeyD"), "cannot tell": ("г", "KeyU")}[word]
        page.evaluate(
            "([key, code]) => document.body.dispatchEvent(new KeyboardEvent('keydown', {key, code, bubbles: true}))",
            [key, code],
        )
        expect(page.locator("#pairs-list li")).to_have_count(number + 1)
    with page.expect_download() as download:
        page.locator(".pairs-save").click()
    assert download.value.suggested_filename == "pairs.csv"
    download.value.save_as(tmp_path / "pairs.csv")
    assert [row["decision"] for row in rows_of(tmp_path)[:3]] == pressed
    link(tmp_path)
    after = json.loads(capsys.readouterr().out)
    assert after["decided"] == 3
    assert after["digest"] != before["digest"]
    kept = [row for row in rows_of(tmp_path) if row["decision"]]
    assert sorted(row["entry"] for row in kept) == sorted(row["entry"] for row in asked[:3])
    assert sorted(kept, key=lambda row: row["entry"]) == sorted(
        ({**row, "decision": word} for row, word in zip(asked[:3], pressed, strict=True)), key=lambda row: row["entry"]
    )


def test_the_letters_keep_still_when_they_are_turned_off_and_tab_reaches_everything(
    visit: Visit, registers: Path
) -> None:
    page = visit("en")
    open_table(page, registers / "pairs.csv")
    expect(page.locator("#pairs-title")).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("Cannot tell")
    page.get_by_role("button", name="Turn letters off").click()
    page.wait_for_load_state()
    expect(page.locator(".pairs-decide kbd")).to_have_count(0)
    page.keyboard.press("s")
    page.keyboard.press("Tab")
    expect(page.locator(".pairs-decide button").first).to_be_focused()
    expect(page.locator("#pairs-list")).to_have_count(0)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#pairs-list li span")).to_have_text("Different")
    expect(page.locator("#pairs-title")).to_be_focused()
    summary = page.locator("#pairs-list summary")
    for _ in range(8):
        page.keyboard.press("Tab")
        if summary.evaluate("(one) => one === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Take back")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#pairs-list")).to_have_count(0)
    page.keyboard.press("?")
    expect(page.locator("#keys")).not_to_be_visible()


def test_a_table_is_replaced_only_when_asked_and_a_wrong_one_is_refused_in_words(
    visit: Visit, registers: Path, tmp_path: Path
) -> None:
    page = visit("ru")
    other = tmp_path / "other.csv"
    other.write_text("A,B,count\n1,0,5\n")
    large = tmp_path / "large.csv"
    large.write_bytes(b"x" * (FILE_MOST_BYTES + 1))
    for file, said in ((other, "Это другая таблица"), (large, "больше 8\N{NO-BREAK SPACE}МБ")):
        page.locator("#pairs-file").set_input_files(file)
        page.locator("#pairs-form .main").click()
        expect(page.locator("#pairs-problem")).to_contain_text(said)
        expect(page.locator("#pairs-problem")).to_contain_text("Ничего не изменилось.")
    open_table(page, registers / "pairs.csv")
    page.keyboard.press("d")
    expect(page.locator("#pairs-list")).to_be_visible()
    page.get_by_text("Открыть другую таблицу").click()
    page.locator("#pairs-file").set_input_files(registers / "pairs.csv")
    page.locator("#pairs-form .main").click()
    expect(page.locator("#pairs-list")).to_be_visible()
    page.locator("#pairs-instead").check()
    page.locator("#pairs-form .main").click()
    expect(page.locator("#pairs-far")).to_contain_text("Решено 0")
    page.get_by_text("Убрать таблицу").click()
    page.get_by_role("button", name="Убрать", exact=True).click()
    expect(page.locator("#pairs-form")).to_be_visible()
    expect(page.locator("#told")).to_contain_text("Таблица убрана.")


def test_behind_the_lock_nothing_is_to_be_seen_and_nothing_is_lost(visit: Visit, registers: Path) -> None:
    page = visit("ru")
    open_table(page, registers / "pairs.csv")
    page.keyboard.press("s")
    expect(page.locator("#pairs-list li")).to_have_count(1)
    page.keyboard.press("Control+Shift+L")
    expect(page.locator("#passphrase")).to_be_visible()
    page.go_back()
    expect(page.locator("#passphrase")).to_be_visible()
    page.locator("#passphrase").fill(PASSPHRASE)
    page.keyboard.press("Enter")
    expect(page.locator("#rows")).to_be_visible()
    page.locator(".to-count").click()
    page.locator("#count-pairs").click()
    expect(page.locator("#pairs-far")).to_contain_text("Решена 1")
