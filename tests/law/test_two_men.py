"""The two men of the charter, step by step, against days and findings worked out by hand: docs/law/worked.md."""

import re
from datetime import date
from pathlib import Path

import pytest

from safeconduct.law import shelf
from safeconduct.law.book import Book
from safeconduct.law.evaluate import Outcome, evaluate

BOOK = Book(shelf.shipped())
EXAMPLES = {example.id: example for pack in BOOK.packs.values() for example in pack.examples}
WORKED = (Path(__file__).parents[2] / "docs" / "law" / "worked.md").read_text("utf-8")
# | step | limit | last day | work towards | latest | working |
ROWS = re.findall(
    r"^\| (\w+\.x\d_\w+) \| ([a-z]+\.\w+) \| ([0-9-]+) \| ([0-9-]+) \| ([0-9-]+) \| (.+) \|$", WORKED, re.MULTILINE
)
# | step | finding | value | working |
FOUND = re.findall(r"^\| (\w+\.x\d_\w+) \| ([a-z]+\.[\w.]+) \| (yes|no|open|pres) \| (.+) \|$", WORKED, re.MULTILINE)


def outcome(step: str) -> Outcome:
    example = EXAMPLES[step]
    return evaluate(BOOK, example.case, date.fromisoformat(example.today))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}-{row[1]}")
def test_day(row: tuple[str, ...]) -> None:
    step, name, last, towards, latest, working = row
    assert working.strip()
    found = [one for one in outcome(step).deadlines if one.placed.entry.id == name]
    assert [(str(one.last_day), str(one.work_towards), str(one.latest)) for one in found] == [(last, towards, latest)]


@pytest.mark.parametrize("row", FOUND, ids=lambda row: f"{row[0]}-{row[1]}")
def test_finding(row: tuple[str, ...]) -> None:
    step, name, value, _ = row
    assert {one.id: one.value for one in outcome(step).findings}[name] == value


def test_the_table_covers_both_men_and_every_step() -> None:
    steps = {name for name in EXAMPLES if name.startswith(("kz.", "ge."))}
    assert {row[0] for row in (*ROWS, *FOUND)} == steps


def test_only_the_convention_link_is_left_to_decide_in_kazakhstan() -> None:
    asked = {one.id: one.ask for one in outcome("kz.x1_entered").findings}
    assert asked["kz.refugee"] == ("convention_reason",)


def test_an_illegal_crossing_of_the_host_accuses_nobody_of_one_at_home() -> None:
    assert EXAMPLES["kz.x1_entered"].case.facts["entered_irregularly"] is True
    assert {one.id: one.value for one in outcome("kz.x1_entered").findings}["ru.322"] == "open"
