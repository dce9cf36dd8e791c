"""What moves when a pack changes: only the matters it touches, each with what was, what is, and why."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from safeconduct.law.book import Book, Placed, Selection
from safeconduct.law.calendar import EDITION
from safeconduct.law.deadline import Running, run
from safeconduct.law.evaluate import Outcome, Settled, settle
from safeconduct.law.pack import SECTIONS, Deadline, Ground, Offence
from safeconduct.law.situation import Situation


class Moved(NamedTuple):
    """One finding or deadline that is not what it was. `why`: the ids of the entries, facts or events that changed."""

    key: str
    id: str
    before: str
    after: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: `seen` of `total`; `touched` were evaluated, `moved` things came out otherwise."""

    seen: int
    total: int
    touched: int
    moved: int


def changed(old: Book, new: Book) -> frozenset[str]:
    """What has to be evaluated again: `rewritten`, or everything, where what all entries rest on has changed.

    That is the vocabulary, which says what facts and events mean, and the heads, which say where a pack applies.
    """
    if is_recast(old, new):
        return frozenset(old.entries.keys() | new.entries.keys())
    return rewritten(old, new)


def is_recast(old: Book, new: Book) -> bool:
    """Whether the words, or the countries and packs that a pack speaks for, are not what they were."""
    return _ground(old) != _ground(new)


def _ground(book: Book) -> object:
    heads = [pack.pack for pack in book.packs.values()]
    bound = [(one.id, one.kind, one.jurisdiction, one.includes, one.hosts, one.zone, one.overlays) for one in heads]
    return msgspec.structs.replace(book.vocabulary, compiled=""), bound


def rewritten(old: Book, new: Book) -> frozenset[str]:
    """The entries that were added, removed or rewritten, with all that rest on them.

    A ground rests on its exclusions, an offence on what overrides it, a deadline on its counting rule.
    """
    names = old.entries.keys() | new.entries.keys()
    found = {name for name in names if _said(old, name) != _said(new, name)}
    for book in (old, new):
        for placed in book.entries.values():
            entry = placed.entry
            if isinstance(entry, Ground) and found & set(entry.bars):
                found.add(entry.id)
            if isinstance(entry, Offence) and entry.id in found:
                found |= set(entry.overrides)
    return frozenset(found)


def _said(book: Book, name: str) -> object:
    placed = book.entries.get(name)
    if placed is None:
        return None
    entry = placed.entry
    rule = book.rule(Placed(entry, placed.pack)) if isinstance(entry, Deadline) else None
    return entry, rule


def recompute(
    situations: Iterable[tuple[str, Situation]],
    old: Book,
    new: Book,
    total: int,
    report: Callable[[Progress], object] = lambda _progress: None,
) -> Iterator[Moved]:
    """Evaluate again what a new edition touches, and yield what moved. `report` is told every 1,000 matters.

    Args:
        situations: key and situation of each matter; the key is the caller's and means nothing here.
        old: the edition the findings came from.
        new: the edition now.
        total: how many there are, for the report.
        report: told how far it is.
    """
    ids = changed(old, new)
    narrowed: dict[tuple[str, str, tuple[str, ...]], tuple[Selection, Selection] | None] = {}
    touched = moved = 0
    for seen, (key, situation) in enumerate(situations, 1):
        place = (situation.origin, situation.host, situation.toward)
        if place not in narrowed:
            narrowed[place] = _narrow(old, new, place, ids)
        both = narrowed[place]
        if both is not None:
            touched += 1
            for one in _differences(key, situation, (old, both[0]), (new, both[1]), ids):
                moved += 1
                yield one
        if seen % 1_000 == 0 or seen == total:
            report(Progress(seen, total, touched, moved))


def _narrow(
    old: Book, new: Book, place: tuple[str, str, tuple[str, ...]], ids: frozenset[str]
) -> tuple[Selection, Selection] | None:
    """Of both selections only what changed, and the exclusions and overriding offences that bear on it."""
    both = [book.select(*place) for book in (old, new)]
    rules = ("grounds", "exclusions", "offences", "deadlines")
    if not any(one.entry.id in ids for selection in both for part in rules for one in getattr(selection, part)):
        return None
    # By both editions: what bore on it before, and what does now.
    keep = ids.union(*(_bearing(selection, ids) for selection in both))
    before, after = (_only(selection, keep) for selection in both)
    return before, after


def _bearing(selection: Selection, ids: frozenset[str]) -> set[str]:
    bars = {name for ground in selection.grounds if ground.entry.id in ids for name in ground.entry.bars}
    return bars | {offence.entry.id for offence in selection.offences if ids & set(offence.entry.overrides)}


def _only(selection: Selection, keep: frozenset[str]) -> Selection:
    parts = {section: tuple(one for one in getattr(selection, section) if one.entry.id in keep) for section in SECTIONS}
    return Selection(**parts, packs=selection.packs, unknown=selection.unknown)


def _differences(
    key: str, situation: Situation, old: tuple[Book, Selection], new: tuple[Book, Selection], ids: frozenset[str]
) -> Iterator[Moved]:
    before, after = (_looks(book, selection, situation) for book, selection in (old, new))
    yield from _compare(key, before, after, lambda name: (name,) if name in ids else ())


def _looks(book: Book, selection: Selection, situation: Situation) -> dict[str, str]:
    known = book.know(situation)
    looks = {one.placed.entry.id: _look(one) for one in settle(selection, known)}
    for running in run(book, selection, known):
        name = running.placed.entry.id
        looks[name] = f"{looks[name]}, {_day(running)}" if name in looks else _day(running)
    return looks


def _look(settled: Settled) -> str:
    return settled.value if settled.in_force is not False else "not-in-force"


def _day(running: Running) -> str:
    day = running.last_day.isoformat() if running.last_day else "missing"
    return day if running.earliest == running.latest else f"{day}/{running.latest}"


def _compare(
    key: str, before: dict[str, str], after: dict[str, str], why: Callable[[str], tuple[str, ...]]
) -> Iterator[Moved]:
    for name in sorted(before.keys() | after.keys()):
        was, now = before.get(name, "absent"), after.get(name, "absent")
        if was != now:
            yield Moved(key, name, was, now, why(name))


def compare(key: str, before: Outcome, after: Outcome) -> list[Moved]:
    """What moved in one matter because its facts, dates or events changed, or the edition did."""
    looks = [
        _looks(outcome.book, outcome.selection, outcome.known.situation) for outcome in (before, after)
    ]  # fmt: skip
    was, now = before.known.situation, after.known.situation
    causes = [name for name in {**was.facts, **now.facts} if was.facts.get(name) != now.facts.get(name)]
    causes += [name for name in {**was.dates, **now.dates} if was.dates.get(name) != now.dates.get(name)]
    causes += [event.kind for event in (*was.events, *now.events) if (event in was.events) != (event in now.events)]
    ids = changed(before.book, after.book) if before.book is not after.book else frozenset()
    told = tuple(dict.fromkeys(causes))
    return list(_compare(key, looks[0], looks[1], lambda name: (*told, *((name,) if name in ids else ()))))


def is_same_calendar(recorded: str) -> bool:
    """Whether a case's days were counted with the holidays that are installed now; else all of them are due again."""
    return recorded == EDITION
