"""Reading streams: what moved is read, verified against the signed head, opened and stored (spec: stream)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from safeconduct.case.alarm import Alarm
from safeconduct.case.event import IN_ANY
from safeconduct.desk.alarms import raise_alarm
from safeconduct.desk.holding import Held, head_at, must_hold, save_point
from safeconduct.desk.room import Room
from safeconduct.errors import ChainBroken, Malformed, Refusal, Shut, Unproved, Untrue
from safeconduct.sealed.access import HEAD_BYTES, Head, envelope_digest, open_head
from safeconduct.sealed.event import read_payload
from safeconduct.sealed.request import READ_STREAMS_MOST, ask_read, read_read_answer
from safeconduct.sealed.stream import Entry, Point, follow

TRIES_MOST: Final = 3
"""So often the relay may show less than before until it is an alarm."""
LAST_DAY: Final = 2_932_896
"""31 December 9999: no calendar goes further."""
Read = tuple[Head, list[Entry]]


@dataclass(frozen=True, slots=True)
class News:
    """What is new in one stream, proved by its head."""

    held: Held
    points: Sequence[Point]
    entries: Sequence[Entry]
    head: Head


def read_due(room: Room) -> None:
    """Read every stream that is due, once. Those that changed are in `room.unfolded`, also if this ends midway."""
    due = [row[0] for row in room.vault.rows("SELECT id FROM stream WHERE due = 1 ORDER BY class DESC, id")]
    for i in range(0, len(due), READ_STREAMS_MOST):
        room.unfolded |= read_streams(room, due[i : i + READ_STREAMS_MOST])


def read_streams(room: Room, ids: Sequence[bytes]) -> set[bytes]:
    """Read some streams; returns those that changed, for the caller to fold.

    What does not verify is an alarm, and changes nothing. The roster is in `room.unfolded` too: it is read on the way
    to something else, and every list depends on it. So is whatever was stored before a refusal.

    Raises:
        RelaySilent, RelayForeign; what the relay refuses with.
    """
    streams = [must_hold(room.vault, stream) for stream in ids]
    try:
        answers = _ask(room, [(held, held.point.n) for held in streams])
    except (Malformed, Unproved, Untrue):
        if len(streams) > 1:
            return _read_each(room, ids)
        _suspect(room, streams[0])
        return set()
    news = [_judge(room, held, head, entries) for held, (head, entries) in zip(streams, answers, strict=True)]
    found = [new for new in news if new is not None]
    with room.vault.write():
        for new in found:
            _store(room, new)
            save_point(room.vault, new.held.stream.id, new.points[-1], new.head)
            _check_seen(room, new.held, new.points[0].n)
    changed = {new.held.stream.id for new in found}
    room.unfolded |= changed & {room.roster_id}
    return changed


def _read_each(room: Room, ids: Sequence[bytes]) -> set[bytes]:
    """One of these does not verify: each by itself."""
    changed: set[bytes] = set()
    for stream in ids:
        new = read_streams(room, [stream])
        room.unfolded |= new
        changed |= new
    return changed


def _ask(room: Room, wanted: Sequence[tuple[Held, int]]) -> list[Read]:
    pairs = [(held.stream, after) for held, after in wanted]
    said = room.line.ask("read", lambda challenge: ask_read(room.space, challenge, pairs, room.member))
    return read_read_answer(said, room.space, [stream.id for stream, _ in pairs], room.relay_key)


def _judge(room: Room, held: Held, head: Head, entries: list[Entry]) -> News | None:
    """Verify what one answer gave of one stream; None if it is no more than before, or not to be believed."""
    point = held.point
    if head.day > LAST_DAY:
        _suspect(room, held)
    elif head.n == point.n and head.hash == point.hash:
        save_point(room.vault, held.stream.id, point, head)
    elif head.n == point.n:
        _fork(room, held, head)
    elif head.n < point.n:
        _doubt(room, held)
    else:
        return _prove(room, held, head, entries)
    return None


def _prove(room: Room, held: Held, head: Head, entries: list[Entry]) -> News | None:
    try:
        points, entries, head = _follow_whole(room, held, head, entries)
    except ChainBroken:
        _which(room, held)
    except (Untrue, Malformed, Unproved):
        _suspect(room, held)
    else:
        if points:
            return News(held, points, entries, head)
        _doubt(room, held)
    return None


def _follow_whole(
    room: Room, held: Held, head: Head, entries: list[Entry], start: Point | None = None
) -> tuple[list[Point], list[Entry], Head]:
    """Answers are bounded: read on until the signed head is reached, so that everything stored is proved."""
    begin = start or held.point
    points = follow(begin, entries, head)
    while points and points[-1].n < head.n:
        ((head, more),) = _ask(room, [(held, points[-1].n)])
        if not more:
            break
        points += follow(points[-1], more, head)
        entries = entries + more
    if points and points[-1].n != head.n:
        return [], [], head
    return points, entries, head


def _which(room: Room, held: Held) -> None:
    """The new entries do not follow ours. If another whole history does hash to the head, there are two."""
    try:
        ((head, entries),) = _ask(room, [(held, 0)])
        points, _, head = _follow_whole(room, held, head, entries, Point.start(held.stream.id))
    except (Untrue, Malformed, Unproved):
        _suspect(room, held)
        return
    before = next((point for point in points if point.n == held.point.n), None)
    if before is not None and before.hash != held.point.hash:
        _fork(room, held, head)
    else:
        _suspect(room, held)


def _store(room: Room, new: News) -> None:
    stream = new.held.stream
    for point, entry in zip(new.points, new.entries, strict=True):
        digest = envelope_digest(entry.envelope)
        twice = room.vault.row("SELECT 1 FROM envelope WHERE stream = ? AND digest = ?", stream.id, digest)
        if twice is not None:
            _suspect(room, new.held)
        try:
            opened = stream.open(entry.envelope)
            writer, payload = opened.writer, opened.payload
        except (Shut, Malformed, Unproved):
            writer, payload = b"", b""
        room.vault.run(
            "INSERT INTO envelope VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            stream.id,
            point.n,
            point.hash,
            point.day,
            point.closing,
            digest,
            writer,
            payload,
        )


def _check_seen(room: Room, held: Held, first: int) -> None:
    """A signed head that a writer carried and that contradicts what we verified: a fork, or withheld.

    An unsigned one is void. What a seeker claims alarms coordinators only.
    """
    new = room.vault.rows("SELECT writer, payload FROM envelope WHERE stream = ? AND n >= ?", held.stream.id, first)
    for writer, payload in new:
        try:
            seen = read_payload(payload, IN_ANY).seen
            if seen is None or (writer == held.seeker and "coordinator" not in room.seat.duties):
                continue
            head = open_head(bytes(seen), room.space, held.stream.id, room.relay_key)
        except Refusal:
            continue
        known = head_at(room.vault, held.stream.id, head.n)
        if head.n and known is None:
            raise_alarm(room, Alarm.WITHHELD, matter_of(held), held.stream.id, bytes(seen))
        elif head.n and known != head.hash:
            raise_alarm(room, Alarm.FORK, matter_of(held), held.stream.id, bytes(seen))


def matter_of(held: Held) -> bytes:
    """The matter a stream belongs to: its file, or its contact while there is none."""
    return held.file or held.contact or held.stream.id


def _doubt(room: Room, held: Held) -> None:
    """The relay shows less than it did: perhaps a slip, in the third round an alarm."""
    if held.stream.id in room.doubted:
        return
    room.doubted.add(held.stream.id)
    room.vault.run("UPDATE stream SET tries = tries + 1, due = 1 WHERE id = ?", held.stream.id)
    if held.tries + 1 >= TRIES_MOST:
        raise_alarm(room, Alarm.WITHHELD, matter_of(held), held.stream.id, held.head or b"")


def _fork(room: Room, held: Held, head: Head) -> None:
    proof = (held.head or bytes(HEAD_BYTES)) + head.pack()
    raise_alarm(room, Alarm.FORK, matter_of(held), held.stream.id, proof)
    room.vault.run("UPDATE stream SET due = 0 WHERE id = ?", held.stream.id)


def _suspect(room: Room, held: Held) -> None:
    raise_alarm(room, Alarm.FORGED, matter_of(held), held.stream.id)
