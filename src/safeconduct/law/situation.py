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
    """A situation, read: unknown facts are left out, dates are spans, and what follows from events is added."""

    situation: Situation
    facts: dict[str, Fact]
    dates: dict[str, Span]
    events: tuple[Happened, ...]


def derive(situation: Situation, implies: dict[str, tuple[str, ...]]) -> Known:
    """Read a checked situation. What was said outweighs what follows: origin and host, then events, only add.

    Args:
        situation: its names and dates have been checked (`reading`).
        implies: the facts that an event of each kind makes true.
    """
    said = {name: value for name, value in situation.facts.items() if value != UNKNOWN}
    events = tuple(Happened(event.kind, Span.parse(event.date), event.country) for event in situation.events)
    facts: dict[str, Fact] = {
        "nationality": situation.origin,
        "host_country": situation.host,
        "outside_origin_country": situation.origin != situation.host,
    }
    for event in events:
        facts.update(dict.fromkeys(implies.get(event.kind, ()), True))
    facts.update(said)
    dates = {name: Span.parse(when) for name, when in situation.dates.items()}
    for basis, kind in DERIVED.items():
        spans = {event.span for event in events if event.kind == kind}
        if basis == "application_date" and isinstance(day := said.get("asylum_lodged_on"), str):
            spans = {Span.parse(day)}
        # Of two applications the day that decides is not for a program to choose.
        if len(spans) == 1:
            dates.setdefault(basis, spans.pop())
    if isinstance(day := said.get("entered_on"), str) and not any(event.kind == "entry" for event in events):
        events += (Happened("entry", Span.parse(day), None),)
    return Known(situation, facts, dates, events)
