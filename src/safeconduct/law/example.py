"""The example cases of packs: worked out by hand by the author, they are the pack's tests."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from safeconduct.law.book import Book, Selection
from safeconduct.law.evaluate import Outcome, evaluate
from safeconduct.law.pack import Example


class Differs(NamedTuple):
    """An example that did not come to what its author expects."""

    example: str
    id: str
    expected: str
    found: str


def differences(book: Book) -> Iterator[Differs]:
    """All examples of all packs, against this edition."""
    for pack in book.packs.values():
        for example in pack.examples:
            yield from _compare(example, evaluate(book, example.case, date.fromisoformat(example.today)))


def _compare(example: Example, outcome: Outcome) -> Iterator[Differs]:
    values: dict[str, str] = {one.id: one.value for one in outcome.findings}
    for name, value in example.expect.findings.items():
        if values.get(name, "absent") != value:
            yield Differs(example.id, name, value, values.get(name, "absent"))
    days = _days(outcome)
    for name, day in example.expect.deadlines.items():
        if day not in days.get(name, {"not-running"}):
            yield Differs(example.id, name, day, "/".join(sorted(days.get(name, {"not-running"}))))
    shown = _shown(outcome.selection)
    for name in example.expect.shown:
        if name not in shown:
            yield Differs(example.id, name, "shown", "absent")


def _days(outcome: Outcome) -> dict[str, set[str]]:
    days: dict[str, set[str]] = {}
    for one in outcome.deadlines:
        found = one.last_day.isoformat() if one.last_day else "missing"
        days.setdefault(one.placed.entry.id, set()).add(found)
    return days


def _shown(selection: Selection) -> frozenset[str]:
    parts = ("statements", "risks", "documents", "stay", "service_rules", "open_questions")
    return frozenset(placed.entry.id for part in parts for placed in getattr(selection, part))
