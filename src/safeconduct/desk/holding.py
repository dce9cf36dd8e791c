"""The streams this desk holds: learning of one, its keys, its place, its next number (spec: stream)."""

import re
from dataclasses import dataclass
from typing import Final

from safeconduct.desk.vault import Vault
from safeconduct.sealed.access import Head
from safeconduct.sealed.event import Event
from safeconduct.sealed.signing import Random, SigningKey
from safeconduct.sealed.stream import Point, Stream

_FIELDS: Final = "class, secret, n, hash, day, closing, head, contact, file, seeker, r, box, sender, shown, ref, tries"


@dataclass(frozen=True, slots=True)
class Held:
    """One stream as the vault has it."""

    kind: int
    stream: Stream
    point: Point
    head: bytes | None
    contact: bytes | None
    file: bytes | None
    seeker: bytes | None
    r: bytes | None
    box: bytes | None
    sender: bytes | None
    shown: int
    ref: str
    tries: int


@dataclass(frozen=True, slots=True)
class Origin:
    """What is known of a stream beside its secret when a desk learns of it."""

    contact: bytes | None = None
    file: bytes | None = None
    seeker: bytes | None = None
    r: bytes | None = None
    box: bytes | None = None
    sender: bytes | None = None


NOWHERE: Final = Origin()


def learn(vault: Vault, kind: int, stream: Stream, day: int, origin: Origin = NOWHERE) -> bool:
    """Hold a stream from now on; it is due at once, from its first envelope. False if it is held already."""
    start = Point.start(stream.id)
    values = {
        "id": stream.id,
        "class": kind,
        "secret": stream.secret,
        "access": stream.access.public,
        "ref": vault.draw_ref(),
        "contact": origin.contact,
        "file": origin.file,
        "seeker": origin.seeker,
        "r": origin.r,
        "box": origin.box,
        "arrived": day,
        "sender": origin.sender,
        "n": start.n,
        "hash": start.hash,
        "day": start.day,
        "closing": start.closing,
        "lane": vault.random(8),
        "k": 0,
        "shown": 0,
        "due": 1,
        "tries": 0,
    }
    names, places = ", ".join(values), ", ".join("?" * len(values))
    # The names are this file's own: nothing from outside stands in the statement.
    sql = f"INSERT INTO stream ({names}) VALUES ({places}) ON CONFLICT (id) DO NOTHING"  # noqa: S608
    return vault.run(sql, *values.values()) == 1


def held(vault: Vault, stream: bytes) -> Held | None:
    """A stream this desk holds, or None."""
    row = vault.row(f"SELECT {_FIELDS} FROM stream WHERE id = ?", stream)  # noqa: S608 - this file's own names
    if row is None:
        return None
    kind, secret, n, chain, day, closing, *rest = row
    return Held(kind, Stream(secret), Point(n, chain, day, closing), *rest)


def must_hold(vault: Vault, stream: bytes) -> Held:
    """The same, where the caller has just seen it.

    Raises:
        KeyError: it is gone.
    """
    found = held(vault, stream)
    if found is None:
        raise KeyError
    return found


def places_of(vault: Vault, matter: bytes) -> list[tuple[bytes, str, int]]:
    """Each stream that shows in a matter: its id, its ref, and how far this desk has read it."""
    return vault.rows(
        "SELECT id, ref, n FROM stream WHERE id = ?1 OR file = ?1 OR id = (SELECT contact FROM stream WHERE id = ?1)",
        matter,
    )


def said_number(untrusted_read: str, found: Held) -> int:
    """How far a page showed this stream, as its `Matter.read` says: never above what this desk has, 0 if not at all."""
    for word in untrusted_read.split():
        ref, _, n = word.rpartition(".")
        if ref == found.ref and re.fullmatch("[0-9]{1,10}", n):
            return min(int(n), found.point.n)
    return 0


def next_me(vault: Vault, stream: bytes) -> tuple[bytes, int]:
    """Give out this desk's next number in a stream; only inside the transaction that stores what is sealed with it."""
    row = vault.row("SELECT lane, k FROM stream WHERE id = ?", stream)
    if row is None:
        raise KeyError
    vault.run("UPDATE stream SET k = k + 1 WHERE id = ?", stream)
    return row[0], row[1]


def seal(vault: Vault, stream: bytes, writer: SigningKey, event: Event, random: Random) -> bytes:
    """Seal an event with this desk's next number; only inside the transaction that stores the envelope."""
    found = must_hold(vault, stream)
    return found.stream.write(writer, next_me(vault, stream), found.head, event, random)


def mark_due(vault: Vault, stream: bytes) -> None:
    """Something moved there, or may have."""
    vault.run("UPDATE stream SET due = 1 WHERE id = ?", stream)


def head_at(vault: Vault, stream: bytes, n: int) -> bytes | None:
    """H(n) as this desk verified it, or None."""
    row = vault.row("SELECT hash FROM envelope WHERE stream = ? AND n = ?", stream, n)
    return None if row is None else bytes(row[0])


def save_point(vault: Vault, stream: bytes, point: Point, head: Head) -> None:
    """How far a stream is verified now, and the head that proves it."""
    vault.run(
        "UPDATE stream SET n = ?, hash = ?, day = ?, closing = ?, head = ?, due = 0, tries = 0 WHERE id = ?",
        point.n,
        point.hash,
        point.day,
        point.closing,
        head.pack(),
        stream,
    )


def drop(vault: Vault, stream: bytes) -> None:
    """Forget a stream: secret, history, place."""
    vault.run("DELETE FROM envelope WHERE stream = ?", stream)
    vault.run("DELETE FROM stream WHERE id = ?", stream)
