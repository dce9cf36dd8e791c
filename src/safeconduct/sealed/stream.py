"""A stream as whoever holds its secret sees it: keys, history, `continue` (spec: stream)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from safeconduct.errors import (
    BirthWrong,
    ChainBroken,
    ContinueMisplaced,
    ContinueWrong,
    DayFell,
    HeadWrong,
    IdWrong,
)
from safeconduct.sealed.access import Head, chain_next, chain_start, envelope_digest, stream_id
from safeconduct.sealed.envelope import Opened, open_envelope, write_envelope
from safeconduct.sealed.event import Continue, Event, write_payload
from safeconduct.sealed.sealing import BoxPrivate, derive
from safeconduct.sealed.signing import Random, SigningKey, digest
from safeconduct.secret import Secret

HOPS_MOST: Final = 64
CONTACT, THREAD, FILE, ROSTER = 1, 2, 3, 4


class Stream(Secret):
    """The keys of one stream, from its secret. It never shows the secret; `.secret` gives it out."""

    def __init__(self, secret: bytes) -> None:
        """Derive content key, access key and id."""
        self.secret: Final = secret
        self.content: Final = derive(secret, "content")
        self.access: Final = SigningKey(derive(secret, "access"))
        self.id: Final = stream_id(self.access.public)

    @classmethod
    def draw(cls, random: Random) -> "Stream":
        """A fresh stream: threads, files, rosters."""
        return cls(random(32))

    @classmethod
    def of_contact(cls, r: bytes, seeker: bytes) -> "Stream":
        """A contact's stream: its secret binds its writer."""
        return cls(derive(r, "contact secret", seeker))

    def check_id(self, claimed: bytes) -> None:
        """Refuse a secret that came with another stream's id.

        Raises:
            IdWrong.
        """
        if claimed != self.id:
            raise IdWrong

    def write(
        self, writer: SigningKey, me: tuple[bytes, int], seen: bytes | None, event: Event, random: Random
    ) -> bytes:
        """Sign and seal an event of this stream: an envelope."""
        payload = write_payload(me[0], me[1], seen, event)
        return write_envelope(self.content, self.id, writer, payload, random)

    def open(self, untrusted: bytes) -> Opened:
        """Open one envelope of this stream (codes of `open_envelope`)."""
        return open_envelope(self.content, self.id, untrusted)


@dataclass(frozen=True, slots=True)
class Entry:
    """One envelope as `read` gave it: its day, whether it closed the stream, its bytes."""

    day: int
    closing: int
    envelope: bytes


@dataclass(frozen=True, slots=True)
class Point:
    """A place in a stream up to which its reader has verified: number, hash, day, closing."""

    n: int
    hash: bytes
    day: int
    closing: int = 0

    @classmethod
    def start(cls, stream: bytes) -> "Point":
        """Before the first envelope."""
        return cls(0, chain_start(stream), 0)


def follow(point: Point, entries: Sequence[Entry], head: Head) -> list[Point]:
    """Verify the entries behind a point against a head (already opened), and return the place after each.

    If the entries end before the head's number the last of them are only hashed, not yet proved: read on.

    Raises:
        DayFell, HeadWrong, ChainBroken.
    """
    points, now = [], point
    for entry in entries:
        if entry.day < now.day:
            raise DayFell
        if entry.closing > 1:
            raise HeadWrong
        chain = chain_next(now.hash, envelope_digest(entry.envelope), entry.day, entry.closing)
        now = Point(now.n + 1, chain, entry.day, entry.closing)
        points.append(now)
    if now.n > head.n:
        raise ChainBroken
    if now.n == head.n and (now.hash, now.day, now.closing) != (head.hash, head.day, head.closing):
        raise ChainBroken
    return points


def check_continue(event: Continue, at: Point, before: Point, head: Head) -> None:
    """Accept a `continue` only as the last envelope of a closed stream, after the head it names.

    Raises:
        ContinueMisplaced.
    """
    if (at.n, at.hash, at.closing, head.closing) != (head.n, head.hash, 1, 1):
        raise ContinueMisplaced
    if (event.n, event.hash) != (before.n, before.hash):
        raise ContinueMisplaced


def check_successor(event: Continue, secret: bytes) -> Stream:
    """The successor, if this secret is the one the `continue` committed to.

    Raises:
        ContinueWrong.
    """
    if digest("to", secret) != event.to:
        raise ContinueWrong
    return Stream(secret)


def check_contact_birth(opened: Opened, seeker: bytes) -> None:
    """An envelope 1 by another key than the one the contact's secret binds is void.

    Raises:
        BirthWrong.
    """
    if opened.writer != seeker:
        raise BirthWrong


@dataclass(frozen=True, repr=False)
class SeekerKeys(Secret):
    """What the return phrase gives, from PBKDF2's 64 bytes (spec: contact)."""

    root: bytes

    @cached_property
    def r(self) -> bytes:
        """R."""
        return derive(self.root, "return")

    @cached_property
    def signing(self) -> SigningKey:
        """The seeker's signing key."""
        return SigningKey(derive(self.root, "seeker"))

    @cached_property
    def box(self) -> BoxPrivate:
        """The seeker's box."""
        return BoxPrivate(derive(self.root, "seeker box"))

    @cached_property
    def erase(self) -> SigningKey:
        """The contact's erase key."""
        return SigningKey(derive(self.root, "erase"))

    @cached_property
    def contact(self) -> Stream:
        """The contact's stream."""
        return Stream.of_contact(self.r, self.signing.public)
