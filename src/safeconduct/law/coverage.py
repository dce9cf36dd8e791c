"""What a pack rests on: its weakest and oldest sources, what no example tries, what is past review."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from safeconduct.law.book import Book
from safeconduct.law.evaluate import is_stale
from safeconduct.law.logic import name_of, nodes
from safeconduct.law.pack import CONFIDENCES, SECTIONS, Entry, Pack
from safeconduct.law.situation import UNKNOWN


class Resting(NamedTuple):
    """One entry with the best that backs it: nothing better than this confidence, nothing newer than this date."""

    id: str
    confidence: str
    as_of: str
    tried: bool


class Standing(NamedTuple):
    """One pack: counts by confidence, questions still open, whether it is past review."""

    id: str
    entries: int
    cites: dict[str, int]
    open_questions: int
    review_by: str
    stale: bool


def resting(book: Book) -> list[Resting]:
    """Every entry that is cited, the weakest first, among equals the oldest; an unknown date counts as oldest."""
    tried = {name for pack in book.packs.values() for name in _named(pack)}
    found = [
        Resting(entry.id, _best(entry), _newest(entry), entry.id in tried)
        for placed in book.entries.values()
        if (entry := placed.entry).cite
    ]
    return sorted(found, key=lambda one: (CONFIDENCES.index(one.confidence), one.as_of != UNKNOWN, one.as_of, one.id))


def standings(book: Book, on: date) -> Iterator[Standing]:
    """Every pack as it stands on a day."""
    for pack in book.packs.values():
        entries = [entry for section in SECTIONS for entry in getattr(pack, section)]
        cites = Counter(cite.confidence for entry in entries for cite in entry.cite)
        still_open = sum(question.answer is None for question in pack.open_questions)
        head = pack.pack
        yield Standing(head.id, len(entries), dict(cites), still_open, head.review_by, is_stale(pack, on))


def unused_facts(book: Book) -> list[str]:
    """Facts of the vocabulary that no rule asks for."""
    used = {
        name_of(node)
        for placed in book.entries.values()
        if (when := getattr(placed.entry, "when", None)) is not None
        for node in nodes(when)
    }
    return [name for name in book.vocabulary.facts if name not in used]


def _named(pack: Pack) -> Iterator[str]:
    for example in pack.examples:
        yield from example.expect.findings
        yield from example.expect.deadlines
        yield from example.expect.shown


def _best(entry: Entry) -> str:
    return max((cite.confidence for cite in entry.cite), key=CONFIDENCES.index)


def _newest(entry: Entry) -> str:
    return max((cite.as_of for cite in entry.cite if cite.as_of != UNKNOWN), default=UNKNOWN)
