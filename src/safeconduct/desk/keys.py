"""Rotation: own boxes weekly; a coordinator's desk also intake's boxes, voice keys and the manifest, by itself.

The order is always: letters, then the roster's event, then the relay. Every step can be repeated; what another
coordinator has done meanwhile is seen in the roster and taken over.
"""

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from safeconduct.case.event import Boxed, KeyDays, Keyed
from safeconduct.case.form import SHIPPED, form_digest, write_form
from safeconduct.case.roster import PUBLISHED_DAYS, Seat
from safeconduct.desk.days import take_manifest
from safeconduct.desk.holding import must_hold, next_me
from safeconduct.desk.letters import send
from safeconduct.desk.reading import read_streams
from safeconduct.desk.room import Room
from safeconduct.errors import BoxUnnamed, SerialOld, Stale
from safeconduct.sealed.access import WEEK_DAYS, box_id, week_of
from safeconduct.sealed.event import Event
from safeconduct.sealed.letter import NO_END, DeskBox
from safeconduct.sealed.manifest import (
    MANIFEST_DAYS_MOST,
    VOICE_COUNTS_DAYS,
    Delegation,
    Manifest,
    sign_manifest,
)
from safeconduct.sealed.request import Entitlement, append, publish, read_append_answer, read_space_answer
from safeconduct.sealed.sealing import BoxPrivate
from safeconduct.sealed.signing import SigningKey
from safeconduct.sealed.wire import BoxKey, Octets32, decode

_AHEAD_WEEKS: Final = 2
_ROUNDS_MOST: Final = 8
DOOR_LEAST: Final = 1


class Delegated(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The root's word for this coordinator, as the vault keeps it."""

    delegation: Delegation


def rotate(room: Room) -> None:
    """All that is due today for this desk; does nothing where nothing is due.

    Raises:
        RelaySilent, RelayForeign; what the relay refuses with.
    """
    rotate_own_box(room)
    if "coordinator" not in room.seat.duties or room.key("keeper") is None:
        return
    give_missing(room)
    rotate_shared(room)
    if room.vault.number("published") != room.day:
        publish_manifest(room)


def rotate_own_box(room: Room) -> None:
    """This week's box of this desk, in the roster."""
    first = week_of(room.day) * WEEK_DAYS
    row = room.vault.row("SELECT secret, published FROM own_box WHERE first = ?", first)
    if row is not None and row[1]:
        return
    secret = row[0] if row else room.random(32)
    if row is None:
        room.vault.run("INSERT INTO own_box VALUES (?, ?, 0)", first, secret)
    box = DeskBox.of(secret)
    if room.seat.box != box.private.public:
        write_roster(room, Boxed(BoxKey(box.private.public), Octets32(box.collect.public)))
    room.vault.run("UPDATE own_box SET published = 1 WHERE first = ?", first)


def rotate_shared(room: Room) -> None:
    """Intake's boxes and the voice keys of this week and the two ahead: drawn, sent, then named in the roster."""
    keyed = room.roster.keyed
    if keyed is None:
        return
    weeks = [(week_of(room.day) + ahead) * WEEK_DAYS for ahead in range(_AHEAD_WEEKS + 1)]
    boxes = [first for first in weeks if first not in {box[1] for box in keyed.boxes}]
    voices = [first for first in weeks if first not in {voice[1] for voice in keyed.voices}]
    if not boxes and not voices:
        return
    new_boxes, new_voices = [_draw_box(room, first) for first in boxes], [_draw_voice(room, first) for first in voices]
    _give(room, room.roster.with_duty("intake", "coordinator"), "box", new_boxes)
    _give(room, tuple(seat for seat in room.roster.seats if seat.answers), "voice", new_voices)
    event = Keyed(
        serial=keyed.serial,
        keeper=keyed.keeper,
        intake=keyed.intake,
        shared=keyed.shared,
        voices=_kept(keyed.voices, new_voices),
        boxes=_kept([box for box in keyed.boxes if box[2] >= room.day - WEEK_DAYS], new_boxes),
    )
    write_roster(room, event, lambda: _still_due(room, boxes, voices))
    room.vault.keep_number("published", 0)


def _still_due(room: Room, boxes: list[int], voices: list[int]) -> bool:
    keyed = room.roster.keyed
    named = {box[1] for box in keyed.boxes} if keyed else set()
    spoken = {voice[1] for voice in keyed.voices} if keyed else set()
    return not (named & set(boxes) or spoken & set(voices))


def _kept(old: Sequence[KeyDays], new: Sequence[KeyDays]) -> tuple[KeyDays, ...]:
    return tuple(sorted([*old, *new], key=lambda days: days[1]))


def _draw_box(room: Room, first: int) -> KeyDays:
    """A box for one week; one drawn here before and not yet named is used again."""
    row = room.vault.row("SELECT id FROM intake_box WHERE first = ?", first)
    if row is not None:
        return (Octets32(row[0]), first, first + WEEK_DAYS - 1)
    box = BoxPrivate.draw(room.random)
    room.vault.run("INSERT INTO intake_box VALUES (?, ?, ?)", box_id(box.public), box.seed(), first)
    return (Octets32(box_id(box.public)), first, first + WEEK_DAYS - 1)


def _draw_voice(room: Room, first: int) -> KeyDays:
    row = room.vault.row("SELECT key FROM voice WHERE first = ?", first)
    if row is not None:
        return (Octets32(row[0]), first, first + VOICE_COUNTS_DAYS - 1)
    voice = SigningKey.draw(room.random)
    room.vault.run("INSERT INTO voice VALUES (?, ?, ?)", voice.public, voice.seed(), first)
    return (Octets32(voice.public), first, first + VOICE_COUNTS_DAYS - 1)


def _give(room: Room, seats: tuple[Seat, ...], purpose: str, days: list[KeyDays]) -> None:
    """Send keys to desks, each once."""
    table = {"box": "SELECT seed FROM intake_box WHERE id = ?", "voice": "SELECT seed FROM voice WHERE key = ?"}
    for subject, first, last in days:
        row = room.vault.row(table[purpose], subject)
        if row is None:
            continue
        for seat in seats:
            if _may_have(room, seat, purpose, first) and not _given(room, subject, seat):
                send(room, seat, purpose, subject, row[0], last)
                room.vault.run("INSERT OR IGNORE INTO given VALUES (?, ?)", subject, seat.desk)


def _may_have(room: Room, seat: Seat, purpose: str, first: int) -> bool:
    """Whether a desk may be sent a week's key now.

    An intake box goes out in its week or the two before, to a box of that week or earlier whose desk published
    lately; after the week to nobody.
    """
    if seat.desk == room.me.public:
        return False
    if purpose == "voice":
        return room.day < first + WEEK_DAYS
    week = first // WEEK_DAYS
    return (
        week_of(room.day) <= week <= week_of(room.day) + _AHEAD_WEEKS
        and seat.boxed // WEEK_DAYS <= week
        and room.day - seat.boxed <= PUBLISHED_DAYS
    )


def _given(room: Room, subject: bytes, seat: Seat) -> bool:
    return room.vault.row("SELECT 1 FROM given WHERE subject = ? AND desk = ?", subject, seat.desk) is not None


def give_missing(room: Room) -> None:
    """Send every desk what its duties need and it was not yet sent: a newcomer, or one that was long away."""
    keyed = room.roster.keyed
    if keyed is None:
        return
    _give(room, room.roster.with_duty("intake", "coordinator"), "box", list(keyed.boxes))
    _give(room, tuple(seat for seat in room.roster.seats if seat.answers), "voice", list(keyed.voices))
    for duty, name, public in (("intake", "intake", keyed.intake), ("coordinator", "keeper", keyed.keeper)):
        key = room.key(name)
        for seat in room.roster.with_duty(duty):
            if seat.desk != room.me.public and key and key.public == public and not _given(room, public, seat):
                send(room, seat, name, public, key.seed(), NO_END)
                room.vault.run("INSERT OR IGNORE INTO given VALUES (?, ?)", public, seat.desk)
    _give_files(room)


def _give_files(room: Room) -> None:
    """Intake's file to intake and coordinators, every case's file to coordinators."""
    intake = room.vault.get("intake file")
    for file, secret in room.vault.rows("SELECT id, secret FROM stream WHERE class = 3 AND n > 0"):
        duties = ("intake", "coordinator") if file == intake else ("coordinator",)
        for seat in room.roster.with_duty(*duties):
            if seat.desk != room.me.public and not _given(room, file, seat):
                send(room, seat, "file", file, secret, NO_END)
                room.vault.run("INSERT OR IGNORE INTO given VALUES (?, ?)", file, seat.desk)


def write_roster(room: Room, event: Event, due: Callable[[], bool] = lambda: True) -> None:
    """Append to the roster after its newest head; `stale` means read, judge again (`due`), sign again."""
    for _ in range(_ROUNDS_MOST):
        roster = must_hold(room.vault, room.roster_id)
        with room.vault.write():
            me = next_me(room.vault, room.roster_id)
        envelope = roster.stream.write(room.me, me, roster.head, event, room.random)
        second = Entitlement(1, room.member)
        body = append(room.space, roster.stream, envelope, roster.point, second=second)
        try:
            read_append_answer(room.line.ask("append", body), room.space, roster.stream.id, room.relay_key)
        except Stale:
            read_streams(room, [room.roster_id])
            if not due():
                return
            continue
        read_streams(room, [room.roster_id])
        return
    raise Stale


def delegation_days_left(room: Room) -> int | None:
    """How long this coordinator's desk may still publish; None if it never could."""
    kept = room.vault.get("delegation")
    return None if kept is None else decode(kept, Delegated).delegation[2] - room.day


def publish_manifest(room: Room) -> None:
    """Publish today's manifest, at most 14 days long, never longer than its last box.

    A coordinator whose delegation has ended, who has none, or who was not sent a box that must be named (she joined
    this week), leaves it to another.

    Raises:
        BoxUnnamed: there is no box to name; what the relay refuses with.
    """
    keyed, delegated, keeper = room.roster.keyed, room.key("delegated"), room.key("keeper")
    if keyed is None or delegated is None or keeper is None:
        return
    boxes = tuple(box for box in keyed.boxes if box[2] >= room.day - WEEK_DAYS)
    if not boxes:
        raise BoxUnnamed
    publics = [public for box in boxes for public in _box_public(room, box[0])]
    delegation = decode(room.vault.must("delegation"), Delegated).delegation
    if len(publics) < len(boxes) or delegation[2] < room.day:
        return
    form = room.vault.get("form") or write_form(SHIPPED)
    for _ in range(_ROUNDS_MOST):
        known = room.manifest
        manifest = Manifest(
            space=Octets32(room.space),
            serial=max(known.serial if known else 0, room.vault.number("serial")) + 1,
            delegation=delegation,
            relay=Octets32(room.relay_key),
            last=min(room.day + MANIFEST_DAYS_MOST, boxes[-1][2], delegation[2]),
            boxes=boxes,
            voices=tuple((key, first, last, 0) for key, first, last in keyed.voices),
            form=Octets32(form_digest(form)),
            door=DOOR_LEAST,
        )
        published = sign_manifest(delegated, manifest)
        try:
            read_space_answer(room.line.ask("space", publish(room.space, published, publics, form, keeper)))
        except SerialOld:
            room.vault.keep_number("serial", manifest.serial)
            continue
        take_manifest(room, published, form)
        room.vault.keep_number("published", room.day)
        return


def _box_public(room: Room, box: bytes) -> list[bytes]:
    """The public half of an intake box that this coordinator drew or was sent; of another, none."""
    row = room.vault.row("SELECT seed FROM intake_box WHERE id = ?", box)
    return [] if row is None else [BoxPrivate(row[0]).public]
