"""The packs as the Law page uses them; loaded, with all that reads law, at the first visit to the page."""

from dataclasses import replace
from datetime import date, datetime
from functools import cache

from safeconduct.desk.pages import findings
from safeconduct.desk.pages.findings import Reader, may_ask
from safeconduct.desk.pages.shown import Said, said, sentence
from safeconduct.law.answer import short_answer
from safeconduct.law.article import find_article
from safeconduct.law.book import Book
from safeconduct.law.evaluate import evaluate
from safeconduct.law.pack import Asker, Bundle, FactKind, Offence
from safeconduct.law.shelf import shipped
from safeconduct.law.situation import Situation
from safeconduct.law.situation import leave as leave_host
from safeconduct.law.speech import Language, words
from safeconduct.law.text import article, sanction


@cache
def bundle() -> Bundle:
    """The packs of this release."""
    return shipped()


def read(situation: Situation, on: date, language: Language, asker: Asker, now: datetime | None = None) -> Reader:
    """All that the packs say of a situation. The book is made for this once: it remembers what it was asked."""
    return Reader(evaluate(Book(bundle()), situation, on, now), language, asker)


def short(situation: Situation, on: date, language: Language, asker: Asker, now: datetime | None = None) -> str:
    """The answer to be read, changed and copied."""
    return short_answer(evaluate(Book(bundle()), situation, on, now), language, asker)


def leave(situation: Situation, host: str) -> Situation:
    """The same person in this host country."""
    return leave_host(situation, host, Book(bundle()).kinds)


def find(untrusted: str, on: date, language: Language) -> list[Said]:
    """The offences that stand at an article, with their range and sources."""
    book = Book(bundle())
    found = []
    for name in find_article(book, untrusted):
        placed = book.entries[name]
        if isinstance(placed.entry, Offence):
            named = f"{article(placed.entry, language)} — {words(language, placed.entry.label)}"
            texts = (sentence(sanction(placed.entry, language)),)
            found.append(replace(said(placed, on, language), title=named, texts=texts))
    return found


@cache
def spoken_of() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The countries of origin, and the hosts, of which some pack speaks."""
    book = Book(bundle())
    origins, hosts = dict[str, None](), dict[str, None]()
    for pack in book.packs.values():
        head = pack.pack
        if len(head.jurisdiction) == 2:
            {"origin": origins, "host": hosts}.get(head.kind, {})[head.jurisdiction] = None
        hosts.update(dict.fromkeys(head.hosts))
    for placed in book.entries.values():
        if placed.entry.origin and placed.pack.pack.kind == "origin_short":
            origins[placed.entry.origin] = None
        if placed.entry.host and placed.pack.pack.kind == "host_short":
            hosts[placed.entry.host] = None
    return tuple(origins), tuple(hosts)


@cache
def admitting() -> tuple[str, ...]:
    """The countries that can be asked for admission from abroad."""
    packs = bundle().packs
    return tuple(pack.pack.jurisdiction for pack in packs if any(ground.abroad for ground in pack.grounds))


def askable(asker: Asker) -> dict[str, FactKind]:
    """The facts that this asker may ask."""
    return may_ask(bundle().vocabulary, asker)


def datable(asker: Asker) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The events and the dates of a case that this asker may date."""
    return findings.datable(bundle().vocabulary, asker)
