"""What is known of one matter, as plain facts and events: all that an evaluation takes."""

from typing import Annotated, Final, NamedTuple

import msgspec

from safeconduct.law.span import Span

Name = Annotated[str, msgspec.Meta(pattern=r"\A[a-z][a-z0-9_]*\Z")]
Country = Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{2}\Z")]
When = Annotated[str, msgspec.Meta(pattern=r"\A[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T[0-9:]{5,8}(Z|[+-][0-9:]{5}))?)?)?\Z")]
Fact = bool | int | str

UNKNOWN: Final = "unknown"
DERIVED: Final = {"application_date": "application_registered", "final_decision_date": "final_domestic_decision"}
"""Dates of the case that an event gives, if nothing else does."""


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Something that happened: a kind of the vocabulary, the date as far as it is known, and in which country."""

    kind: Name
    date: When
    country: Country | None = None


class Situation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Facts are `true`, `false`, `unknown` or a value; what is not there is not known, and never false.

    `toward`: countries looked at for admission from abroad. `region`: a part of the host with holidays of its
    own (as `holidays` names it). `zone`: where the person's own clock stands.
    """

    origin: Country
    host: Country
    facts: dict[Name, Fact] = {}
    dates: dict[Name, When] = {}
    events: tuple[Event, ...] = ()
    toward: tuple[Country, ...] = ()
    region: str | None = None
    zone: str | None = None


class Happened(NamedTuple):
    """An event, read."""

    kind: str
    span: Span
    country: str | None


class Known(NamedTuple):
    """A situation, read: unknown facts are left out, dates are spans, and what follows from events is added.

    `disputed`: facts that were said to be false, each with the event that makes it true. They are unknown.
    """

    situation: Situation
    facts: dict[str, Fact]
    dates: dict[str, Span]
    events: tuple[Happened, ...]
    disputed: tuple[tuple[str, str], ...] = ()


class Kinds(NamedTuple):
    """What a vocabulary says of its words: all that reading a situation takes.

    `implies`: the facts that an event of each kind makes true. `of_origin`: the kinds of event that happen in the
    country of origin; all others happen in the host. `of_host`: the facts and dates that are of one host only.
    """

    implies: dict[str, tuple[str, ...]]
    of_origin: frozenset[str]
    of_host: frozenset[str]


def derive(situation: Situation, kinds: Kinds, zones: tuple[str, ...] = ()) -> Known:
    """Read a checked situation. Origin and host, then events of these two countries, only add to what was said.

    What happened in another country says nothing of this host. A fact that was said to be false, and that an event
    makes true, is unknown: whichever is wrong, no time limit may disappear by it.

    Args:
        situation: its names and dates have been checked (`reading`).
        kinds: what the vocabulary says of its words.
        zones: the clocks of the host, on which a moment is read.
    """
    said = {name: value for name, value in situation.facts.items() if value != UNKNOWN}
    events = tuple(
        Happened(event.kind, Span.parse(event.date).seen_in(*zones), event.country) for event in situation.events
    )
    here = [event for event in events if event.country in {None, _where(event.kind, situation, kinds)}]
    follows = {fact: event.kind for event in here for fact in kinds.implies.get(event.kind, ())}
    disputed = tuple((fact, kind) for fact, kind in follows.items() if said.get(fact) is False)
    facts: dict[str, Fact] = {
        "nationality": situation.origin,
        "host_country": situation.host,
        "outside_origin_country": situation.origin != situation.host,
        **dict.fromkeys(follows, True),
        **said,
    }
    for fact, _ in disputed:
        del facts[fact]
    if isinstance(day := said.get("entered_on"), str) and not any(event.kind == "entry" for event in here):
        events += (Happened("entry", Span.parse(day), None),)
    return Known(situation, facts, _dates(situation, said, here), events, disputed)


def _where(kind: str, situation: Situation, kinds: Kinds) -> str:
    return situation.origin if kind in kinds.of_origin else situation.host


def _dates(situation: Situation, said: dict[str, Fact], here: list[Happened]) -> dict[str, Span]:
    dates = {name: Span.parse(when) for name, when in situation.dates.items()}
    for basis, kind in DERIVED.items():
        spans = {event.span for event in here if event.kind == kind}
        if basis == "application_date" and isinstance(day := said.get("asylum_lodged_on"), str):
            spans = {Span.parse(day)}
        # Of two applications the day that decides is not for a program to choose.
        if len(spans) == 1:
            dates.setdefault(basis, spans.pop())
    return dates


def leave(situation: Situation, host: Country, kinds: Kinds) -> Situation:
    """The same person in another host country: what was said of the former host alone is not said of the new one.

    What happened there stays, and is marked as of there. What happens in the country of origin stays as it was.
    """
    if host == situation.host:
        return situation
    events = tuple(
        event
        if event.country is not None or event.kind in kinds.of_origin
        else msgspec.structs.replace(event, country=situation.host)
        for event in situation.events
    )
    facts = {name: value for name, value in situation.facts.items() if name not in kinds.of_host}
    dates = {name: when for name, when in situation.dates.items() if name not in kinds.of_host}
    return msgspec.structs.replace(situation, host=host, region=None, facts=facts, dates=dates, events=events)
