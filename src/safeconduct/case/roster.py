"""Who is a member, with what duty, since when: the fold of the linear roster (spec: events, letter)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from safeconduct.case.case import Written
from safeconduct.case.event import ANSWERING, IN_ROSTER, Boxed, Founded, Joined, Keyed
from safeconduct.errors import BirthWrong, FieldWrong, Refusal, WriterWrong
from safeconduct.sealed.access import space_id
from safeconduct.sealed.event import read_payload

PUBLISHED_DAYS: Final = 14
"""A desk that has published no box for so long is sent no intake box."""
_BY_COORDINATORS: Final = ("join", "roster", "voice", "box", "intake", "member", "keeper")


@dataclass(frozen=True, slots=True)
class Seat:
    """One desk of a member."""

    desk: bytes
    member: str
    duties: tuple[str, ...]
    since: int
    box: bytes
    """The public half of its newest box."""
    collect: bytes
    boxed: int
    """The day on which it published that box."""

    @property
    def answers(self) -> bool:
        """Whether one of its duties answers seekers."""
        return any(duty in self.duties for duty in ANSWERING)


@dataclass(frozen=True, slots=True)
class Roster:
    """The organisation as its newest event leaves it."""

    organisation: str
    seats: tuple[Seat, ...]
    keyed: Keyed | None
    refused: tuple[int, ...] = ()
    """Numbers of envelopes that did not count."""

    def seat(self, desk: bytes) -> Seat | None:
        """The seat of a desk key."""
        return next((seat for seat in self.seats if seat.desk == desk), None)

    def name(self, desk: bytes) -> str:
        """The member's pseudonym, or empty."""
        seat = self.seat(desk)
        return seat.member if seat else ""

    def has_duty(self, desk: bytes, duty: str, day: int) -> bool:
        """Whether a desk has had this duty at any moment of a day."""
        seat = self.seat(desk)
        return seat is not None and duty in seat.duties and seat.since <= day

    def with_duty(self, *duties: str) -> tuple[Seat, ...]:
        """All seats with one of these duties."""
        return tuple(seat for seat in self.seats if any(duty in seat.duties for duty in duties))

    @property
    def alone(self) -> bool:
        """Whether one person alone decides here."""
        return len({seat.member for seat in self.with_duty("coordinator")}) < 2

    def check_sender(self, sender: bytes, purpose: str, day: int) -> None:
        """Refuse a letter whose sender may not send this; who has standing in a file is for its fold to say.

        Raises:
            WriterWrong.
        """
        coordinator = self.has_duty(sender, "coordinator", day)
        if purpose in _BY_COORDINATORS and not coordinator:
            raise WriterWrong
        if purpose == "contact" and not (coordinator or self.has_duty(sender, "intake", day)):
            raise WriterWrong
        seat = self.seat(sender)
        if seat is None or seat.since > day:
            raise WriterWrong


def fold_roster(written: Sequence[Written], root: bytes) -> Roster:
    """Fold the roster from its envelope 1; what is not entitled there is left out and named in `refused`.

    Raises:
        BirthWrong: envelope 1 is not `founded`, by this root, for this space.
    """
    roster = _found(written[0] if written else None, root)
    refused = []
    for before, at in pairwise(written):
        try:
            roster = _apply(roster, before, at)
        except Refusal:
            refused.append(at.n)
    return replace(roster, refused=tuple(refused))


def _found(first: Written | None, root: bytes) -> Roster:
    if first is None or first.n != 1 or first.writer != root:
        raise BirthWrong
    event = read_payload(first.payload, IN_ROSTER).event
    if not isinstance(event, Founded) or event.space != space_id(root):
        raise BirthWrong
    seat = Seat(event.desk, event.member, event.duties, first.day, event.box, event.collect, first.day)
    return Roster(event.name, (seat,), None)


def _apply(roster: Roster, before: Written, at: Written) -> Roster:
    payload = read_payload(at.payload, IN_ROSTER)
    # Payload and request name the same head: the relay held the request to it, this holds the payload.
    if payload.seen is None or payload.seen[:36] != before.n.to_bytes(4, "big") + before.hash:
        raise WriterWrong
    seat = roster.seat(at.writer)
    if seat is None:
        raise WriterWrong
    match payload.event:
        case Joined() as event:
            return _join(roster, seat, event, at.day)
        case Boxed() as event:
            boxed = replace(seat, box=event.box, collect=event.collect, boxed=at.day)
            return replace(roster, seats=tuple(boxed if s.desk == seat.desk else s for s in roster.seats))
        case Keyed() as event:
            return _key(roster, seat, event)
        case _:
            raise FieldWrong


def _join(roster: Roster, by: Seat, event: Joined, day: int) -> Roster:
    if "coordinator" not in by.duties or roster.seat(event.desk) is not None or not event.duties:
        raise WriterWrong
    seat = Seat(event.desk, event.member, event.duties, day, event.box, event.collect, day)
    return replace(roster, seats=(*roster.seats, seat))


def _key(roster: Roster, by: Seat, event: Keyed) -> Roster:
    if "coordinator" not in by.duties:
        raise WriterWrong
    if roster.keyed is not None and event.serial < roster.keyed.serial:
        raise FieldWrong
    return replace(roster, keyed=event)
