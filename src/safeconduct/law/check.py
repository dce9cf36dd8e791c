"""What a pack must keep beyond its form: citations, ids, facts, references, and that no rule accuses for nothing."""

import re
from collections.abc import Iterable, Iterator
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from safeconduct.law.logic import children, name_of
from safeconduct.law.pack import (
    SECTIONS,
    UNCITED,
    Cite,
    Deadline,
    Entry,
    FactKind,
    Ground,
    Node,
    Offence,
    Pack,
    Question,
    Vocabulary,
)
from safeconduct.law.reading import Fault, Path
from safeconduct.law.situation import UNKNOWN, Fact, Situation
from safeconduct.law.span import Span

_DATES: Final = frozenset({"date", "as_of", "from", "until", "compiled", "review_by", "today", "day"})
_OPERATIONS: Final = ("fact", "all_", "any_", "not_", "is_", "gt", "le", "unknown")


def faults_of_dates(value: object, path: Path = ()) -> Iterator[Fault]:
    """Dates that are none (31 February), anywhere in a tree as written: date-wrong."""
    if isinstance(value, dict):
        for key, item in value.items():
            inside = (*path, key)
            if (key in _DATES or path[-1:] == ("dates",)) and isinstance(item, str) and item != UNKNOWN:
                yield from _date_fault(item, inside)
            yield from faults_of_dates(item, inside)
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from faults_of_dates(item, (*path, at))


def _date_fault(text: str, path: Path) -> Iterator[Fault]:
    try:
        Span.parse(text)
    except ValueError:
        yield Fault(path, "date-wrong")


def faults_of_vocabulary(vocabulary: Vocabulary) -> Iterator[Fault]:
    """An enum without values, or values without enum: values-wrong; an event that implies no bool3: fact-unknown.

    A clock that does not exist: zone-unknown.
    """
    for name, kind in vocabulary.facts.items():
        if (kind.type == "enum") != bool(kind.values):
            yield Fault(("facts", name, "values"), "values-wrong")
    for name, event in vocabulary.events.items():
        for at, fact in enumerate(event.implies):
            if fact not in vocabulary.facts or vocabulary.facts[fact].type != "bool3":
                yield Fault(("events", name, "implies", at), "fact-unknown")
    for country, zones in vocabulary.clocks.zones.items() if vocabulary.clocks else ():
        wrong = (at for at, zone in enumerate(zones) if not _zone(zone))
        yield from (Fault(("clocks", "zones", country, at), "zone-unknown") for at in wrong)


def faults_of_pack(pack: Pack, vocabulary: Vocabulary) -> Iterator[Fault]:
    """All that can be said of one pack by itself, in the order of the file."""
    yield from _head(pack)
    used: set[str] = set()
    seen: set[str] = set()
    for section in SECTIONS:
        entries: tuple[Entry, ...] = getattr(pack, section)
        for at, entry in enumerate(entries):
            if entry.id in seen:
                yield Fault((section, at, "id"), "id-twice")
            seen.add(entry.id)
            yield from _entry(pack, entry, (section, at), vocabulary, used)
    yield from _rules(pack, used)
    yield from (Fault(("sources", key), "source-unused") for key in pack.sources if key not in used)
    for at, example in enumerate(pack.examples):
        inside = faults_of_situation(example.case, vocabulary)
        yield from (Fault(("examples", at, "case", *fault.path), fault.code) for fault in inside)


def _rules(pack: Pack, used: set[str]) -> Iterator[Fault]:
    for name, rule in pack.counting_rules.items():
        if not rule.cite and rule.confidence is None:
            yield Fault(("counting_rules", name), "uncited")
        yield from _cites(pack, rule.cite, ("counting_rules", name), used)


def _head(pack: Pack) -> Iterator[Fault]:
    head = pack.pack
    if head.review_by < head.compiled:
        yield Fault(("pack", "review_by"), "review-early")
    if (head.status == "reviewed") != (head.reviewed is not None):
        yield Fault(("pack", "status"), "review-wrong")
    if head.zone is not None and not _zone(head.zone):
        yield Fault(("pack", "zone"), "zone-unknown")
    if head.overlays == head.id:
        yield Fault(("pack", "id"), "id-twice")


def _zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _entry(pack: Pack, entry: Entry, where: Path, vocabulary: Vocabulary, used: set[str]) -> Iterator[Fault]:
    claims = where[0] not in UNCITED
    if claims and not entry.cite:
        yield Fault(where, "uncited")
    yield from _cites(pack, entry.cite, where, used)
    if claims and pack.pack.jurisdiction == "MULTI" and entry.host is None and entry.origin is None:
        yield Fault(where, "country-missing")
    yield from _conditions(pack, entry, where, vocabulary, used)
    match entry:
        case Deadline():
            yield from _deadline(entry, where, vocabulary)
        case Question():
            yield from _question(pack, entry, where, used)
        case _:
            pass


def _cites(pack: Pack, cites: tuple[Cite, ...], where: Path, used: set[str]) -> Iterator[Fault]:
    for at, cite in enumerate(cites):
        used.add(cite.src)
        if cite.src not in pack.sources:
            yield Fault((*where, "cite", at, "src"), "source-unknown")


def _question(pack: Pack, entry: Question, where: Path, used: set[str]) -> Iterator[Fault]:
    if (entry.answer is None) != (entry.confidence == "unverified"):
        yield Fault(where, "question-wrong")
    if entry.answer is not None:
        if not entry.answer.cite:
            yield Fault((*where, "answer"), "uncited")
        yield from _cites(pack, entry.answer.cite, (*where, "answer"), used)


def _deadline(entry: Deadline, where: Path, vocabulary: Vocabulary) -> Iterator[Fault]:
    if entry.trigger not in vocabulary.events:
        yield Fault((*where, "trigger"), "event-unknown")
    for at, kind in enumerate(entry.also):
        if kind not in vocabulary.events:
            yield Fault((*where, "also", at), "event-unknown")
    if entry.length.unit == "hour" and entry.count == "working":
        yield Fault((*where, "count"), "count-wrong")
    if entry.length.number < 0 and entry.roll == "next_working_day":
        # Regulation 1182/71 art. 3(4): what runs back does not roll on.
        yield Fault((*where, "roll"), "roll-wrong")


def _conditions(pack: Pack, entry: Entry, where: Path, vocabulary: Vocabulary, used: set[str]) -> Iterator[Fault]:
    when: Node | None = getattr(entry, "when", None)
    if when is None:
        return
    yield from _node(pack, when, (*where, "when"), vocabulary, used)
    presumed = [node for node in _all(when) if node.presumed is not None]
    if presumed and (len(presumed) > 1 or not isinstance(entry, Ground) or presumed[0].fact is None):
        yield Fault((*where, "when"), "presumed-wrong")
    if isinstance(entry, Offence) and not tied_to_act(when, vocabulary.facts):
        yield Fault((*where, "when"), "offence-without-act")


def _all(node: Node) -> Iterator[Node]:
    yield node
    for child in children(node):
        yield from _all(child)


def tied_to_act(node: Node, facts: dict[str, FactKind]) -> bool:
    """Whether this can only come out true if something is true that the person did.

    A circumstance, a host country's fact, or the want of something never accuses anybody.
    """
    if node.all_ is not None:
        return any(tied_to_act(child, facts) for child in node.all_)
    if node.any_ is not None:
        return bool(node.any_) and all(tied_to_act(child, facts) for child in node.any_)
    if node.unknown is not None:
        return True  # it never comes out true
    return node.fact is not None and node.fact in facts and facts[node.fact].act


def _node(pack: Pack, node: Node, where: Path, vocabulary: Vocabulary, used: set[str]) -> Iterator[Fault]:
    yield from _cites(pack, node.cite, where, used)
    written = [name for name in _OPERATIONS if getattr(node, name) is not None]
    if len(written) != 1 or node.unknown is False or () in (node.all_, node.any_):
        yield Fault(where, "condition-odd")
        return
    name = name_of(node)
    if name is not None:
        yield from _fact_fault(node, name, where, vocabulary)
    key = written[0].removesuffix("_")
    for at, child in enumerate(children(node)):
        yield from _node(pack, child, (*where, key) if key == "not" else (*where, key, at), vocabulary, used)


def _fact_fault(node: Node, name: str, where: Path, vocabulary: Vocabulary) -> Iterator[Fault]:
    kind = vocabulary.facts.get(name)
    if kind is None:
        yield Fault(where, "fact-unknown")
    elif node.fact is not None:
        if kind.type != "bool3":
            yield Fault(where, "fact-type")
    elif node.is_ is not None:
        # "Is it unknown?" would be true before anybody asked.
        if kind.type not in {"enum", "country"}:
            yield Fault(where, "fact-type")
        elif not _fits(node.is_[1], kind) or node.is_[1] == UNKNOWN:
            yield Fault(where, "fact-value")
    elif kind.type != "number":
        yield Fault(where, "fact-type")


def faults_between(packs: dict[str, Pack]) -> Iterator[tuple[str, Fault]]:
    """What packs say of one another: by pack id."""
    places: dict[str, tuple[str, str]] = {}
    for name, pack in packs.items():
        yield from ((name, fault) for fault in _places(name, pack, packs, places))
    for name, pack in packs.items():
        yield from ((name, fault) for fault in _references(pack, places))
        rules = set().union(*(packs[near].counting_rules for near in reach(pack, packs)))
        for at, deadline in enumerate(pack.deadlines):
            if deadline.rule is not None and deadline.rule not in rules:
                yield name, Fault(("deadlines", at, "rule"), "rule-unknown")


def _places(name: str, pack: Pack, packs: dict[str, Pack], places: dict[str, tuple[str, str]]) -> Iterator[Fault]:
    """The packs that one names exist; its ids are its own. `places` learns where each id stands."""
    head = pack.pack
    for at, near in enumerate(head.includes):
        if near not in packs:
            yield Fault(("pack", "includes", at), "pack-unknown")
    if head.overlays is not None and head.overlays not in packs:
        yield Fault(("pack", "overlays"), "pack-unknown")
    for section in SECTIONS:
        for at, entry in enumerate(getattr(pack, section)):
            # An overlay writes an entry anew, in the same section.
            if places.setdefault(entry.id, (name, section)) not in {(name, section), (head.overlays, section)}:
                yield Fault((section, at, "id"), "id-twice")


def _references(pack: Pack, places: dict[str, tuple[str, str]]) -> Iterator[Fault]:
    def strange(ids: Iterable[str], *sections: str) -> Iterator[str | int]:
        return (at for at, name in enumerate(ids) if places.get(name, ("", ""))[1] not in sections)

    for at, ground in enumerate(pack.grounds):
        yield from (Fault(("grounds", at, "bars", i), "bar-unknown") for i in strange(ground.bars, "exclusions"))
    for at, offence in enumerate(pack.offences):
        over = strange(offence.overrides, "offences")
        yield from (Fault(("offences", at, "overrides", i), "override-unknown") for i in over)
    for at, example in enumerate(pack.examples):
        expect = example.expect
        for part, sections in (("findings", SECTIONS[:3]), ("deadlines", SECTIONS[3:4]), ("shown", SECTIONS)):
            names = list(getattr(expect, part))
            for i in strange(names, *sections):
                step = i if part == "shown" else names[int(i)]
                yield Fault(("examples", at, "expect", part, step), "entry-unknown")


def reach(pack: Pack, packs: dict[str, Pack]) -> tuple[str, ...]:
    """A pack with all that it includes, directly or not, and what it is laid over."""
    found: dict[str, None] = {}
    ahead = [pack.pack.id]
    while ahead:
        name = ahead.pop()
        if name not in found and name in packs:
            found[name] = None
            head = packs[name].pack
            ahead += [*head.includes, *([head.overlays] if head.overlays else [])]
    return tuple(found)


def faults_of_situation(situation: Situation, vocabulary: Vocabulary) -> Iterator[Fault]:
    """Facts, dates and events that the vocabulary does not have, or of another type; a zone that does not exist."""
    for name, value in situation.facts.items():
        kind = vocabulary.facts.get(name)
        if kind is None or (value != UNKNOWN and not _fits(value, kind)):
            yield Fault(("facts", name), "fact-unknown" if kind is None else "fact-value")
    for name, when in situation.dates.items():
        if name not in vocabulary.dates:
            yield Fault(("dates", name), "date-unknown")
        yield from _date_fault(when, ("dates", name))
    for at, event in enumerate(situation.events):
        if event.kind not in vocabulary.events:
            yield Fault(("events", at, "kind"), "event-unknown")
        yield from _date_fault(event.date, ("events", at, "date"))
    if situation.zone is not None and not _zone(situation.zone):
        yield Fault(("zone",), "zone-unknown")


def _fits(value: Fact, kind: FactKind) -> bool:
    match kind.type:
        case "bool3":
            return isinstance(value, bool)
        case "number":
            if isinstance(value, str):
                return re.fullmatch("[1-9][0-9]{3}", value) is not None
            return not isinstance(value, bool) and value >= 0
        case "enum":
            return isinstance(value, str) and value in kind.values
        case "country":
            return isinstance(value, str) and len(value) == 2 and value.isascii() and value.isupper()
        case "date":
            return isinstance(value, str) and not list(_date_fault(value, ()))
