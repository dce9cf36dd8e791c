"""Founding a space, making a desk's card, admitting a member, joining (spec: relay, events, letter)."""

from collections.abc import Sequence
from typing import Final

import msgspec

from safeconduct.case.event import DUTIES, Founded, Joined, Keyed, Opened
from safeconduct.case.form import SHIPPED, write_form
from safeconduct.desk.days import Days, first_manifest
from safeconduct.desk.holding import Origin, learn, must_hold, next_me
from safeconduct.desk.keys import Delegated, give_missing, rotate, write_roster
from safeconduct.desk.letters import collect, send
from safeconduct.desk.reading import read_streams
from safeconduct.desk.room import Room, check_space
from safeconduct.errors import ChainBroken, DeskUnknown, FieldWrong, IdWrong, Refusal, SenderWrong
from safeconduct.sealed.access import WEEK_DAYS, letter_digest, week_of
from safeconduct.sealed.letter import NO_END, DeskBox, JoinSecret, MemberLetter, read_letter
from safeconduct.sealed.manifest import DELEGATION_DAYS_MOST, sign_delegation
from safeconduct.sealed.request import (
    RelayKeys,
    ask_collect,
    birth,
    create_space,
    read_append_answer,
    read_collect_answer,
    read_space_answer,
)
from safeconduct.sealed.signing import SigningKey, digest, frame, verify
from safeconduct.sealed.stream import FILE, ROSTER, Stream
from safeconduct.sealed.wire import LETTER_BYTES, BoxKey, Octets32, Octets64, decode, encode

_SHARED: Final = ("keeper", "member", "intake")


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a fresh desk shows of itself; its digest is compared by voice."""

    desk: Octets32
    box: BoxKey
    collect: Octets32
    signature: Octets64


def make_desk(room: Room) -> Card:
    """Draw this desk's key and first box, once; returns its card."""
    vault = room.vault
    with vault.write():
        if vault.get("desk") is None:
            vault.keep("desk", room.random(32))
            first = week_of(room.clock.day()) * WEEK_DAYS
            vault.run("INSERT INTO own_box VALUES (?, ?, 1)", first, room.random(32))
    box = _newest_box(room)
    signed = frame("card", room.me.public, box.private.public, box.collect.public)
    return Card(
        Octets32(room.me.public),
        BoxKey(box.private.public),
        Octets32(box.collect.public),
        Octets64(room.me.sign(signed)),
    )


def _newest_box(room: Room) -> DeskBox:
    row = room.vault.row("SELECT secret FROM own_box ORDER BY first DESC LIMIT 1")
    if row is None:
        raise DeskUnknown
    return DeskBox.of(row[0])


def read_card(untrusted: bytes) -> Card:
    """Read a card and prove that it is whole (the codes of `wire.decode` and `signing.verify`)."""
    card = decode(untrusted, Card)
    verify(card.desk, frame("card", card.desk, card.box, card.collect), card.signature)
    return card


def card_digest(card: bytes) -> bytes:
    """What two people compare by voice."""
    return digest("card digest", card)


def found_space(
    room: Room, relay: str, code: bytes, root: SigningKey, organisation: str, member: str, duties: Sequence[str]
) -> None:
    """Make a space with the operator's code; this desk is its first coordinator's. Repeat it after a failure.

    The caller has written the root's seed to a file before, and keeps it offline afterwards.

    Raises:
        SpaceTaken, CodeWrong and whatever else the relay refuses with; RelaySilent, RelayForeign.
    """
    vault = room.vault
    with vault.write():
        make_desk(room)
        vault.keep("relay", relay.encode("utf-8"))
        vault.keep("root", root.public)
        for name in (*_SHARED, "roster secret", "intake secret"):
            if vault.get(name) is None:
                vault.keep(name, room.random(32))
    keeper, shared, intake = (SigningKey(vault.must(name)) for name in _SHARED)
    keys = RelayKeys(1, keeper.public, shared.public, intake.public)
    relay_key = read_space_answer(room.line.ask("space", create_space(code, root, keys)))
    vault.keep("relay key", relay_key)
    days = Days(room)
    days.fetch_manifest()
    _begin(room)
    _sign_delegation(room, root)
    if vault.get("roster") is None or _height(room) == 0:
        _bear_roster(room, root, organisation, member, duties)
    if room.roster.keyed is None:
        keyed = Keyed(1, Octets32(keeper.public), Octets32(intake.public), Octets32(shared.public), (), ())
        write_roster(room, keyed)
    if vault.get("intake file") is None:
        _bear_intake(room)
    rotate(room)


def _begin(room: Room) -> None:
    with room.vault.write():
        room.vault.keep("form", write_form(SHIPPED))
        room.vault.keep_number("booked", room.day - 1)


def delegate(room: Room, root: SigningKey) -> None:
    """The root's word for this coordinator, for 180 days from today: her desk publishes the manifest from now on.

    Her first one, or the next before the last has ended (spec: manifest).

    Raises:
        SpaceWrong: another organisation's root. SenderWrong: this desk is no coordinator's. RelaySilent, RelayForeign.
    """
    check_space(root.public, room.space)
    Days(room).fetch_manifest()
    read_streams(room, [room.roster_id])
    if "coordinator" not in room.seat.duties:
        raise SenderWrong
    _sign_delegation(room, root)
    room.vault.keep_number("published", 0)
    rotate(room)


def _sign_delegation(room: Room, root: SigningKey) -> None:
    serial = room.manifest.delegation[0] + 1 if room.manifest else 1
    with room.vault.write():
        if room.vault.get("delegated") is None:
            room.vault.keep("delegated", room.random(32))
        delegated = SigningKey(room.vault.must("delegated"))
        delegation = sign_delegation(root, serial, delegated.public, room.day + DELEGATION_DAYS_MOST)
        room.vault.keep("delegation", encode(Delegated(delegation)))


def _height(room: Room) -> int:
    read_streams(room, [room.roster_id])
    return must_hold(room.vault, room.roster_id).point.n


def _bear_roster(room: Room, root: SigningKey, organisation: str, member: str, duties: Sequence[str]) -> None:
    vault, roster = room.vault, Stream(room.vault.must("roster secret"))
    if vault.get("roster birth") is None:
        box, recovery = _newest_box(room), room.random(LETTER_BYTES)
        event = Founded(
            space=Octets32(room.space),
            name=organisation,
            desk=Octets32(room.me.public),
            box=BoxKey(box.private.public),
            collect=Octets32(box.collect.public),
            member=member,
            duties=in_order(duties),
            recovery=Octets32(letter_digest(recovery)),
        )
        with vault.write():
            learn(vault, ROSTER, roster, room.day)
            vault.keep("roster", roster.id)
            envelope = roster.write(root, next_me(vault, roster.id), None, event, room.random)
            vault.keep("roster birth", recovery + envelope)
    kept = vault.must("roster birth")
    _bear(room, roster, ROSTER, kept)


def _bear_intake(room: Room) -> None:
    vault, file = room.vault, Stream(room.vault.must("intake secret"))
    if vault.get("intake birth") is None:
        recovery = room.random(LETTER_BYTES)
        event = Opened("intake", None, None, None, Octets32(letter_digest(recovery)))
        with vault.write():
            learn(vault, FILE, file, room.day, Origin(file=file.id))
            envelope = file.write(room.me, next_me(vault, file.id), None, event, room.random)
            vault.keep("intake birth", recovery + envelope)
    _bear(room, file, FILE, vault.must("intake birth"))
    vault.keep("intake file", file.id)


def _bear(room: Room, stream: Stream, kind: int, kept: bytes) -> None:
    recovery, envelope = kept[:LETTER_BYTES], kept[LETTER_BYTES:]
    body = birth(room.space, stream, kind, room.member, envelope, recovery=recovery)
    read_append_answer(room.line.ask("append", body), room.space, stream.id, room.relay_key)
    read_streams(room, [stream.id])


def in_order(duties: Sequence[str]) -> tuple[str, ...]:
    """Duties in the spec's order, each once.

    Raises:
        FieldWrong: none, or one that does not exist.
    """
    if not duties or any(duty not in DUTIES for duty in duties):
        raise FieldWrong
    return tuple(duty for duty in DUTIES if duty in duties)


class Invitation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a fresh desk is told beside the letter: where the relay is, and of which space. No secret."""

    relay: str
    space: Octets32


def invitation(room: Room) -> Invitation:
    """This organisation's."""
    return Invitation(room.vault.must("relay").decode("utf-8"), Octets32(room.space))


def add_member(room: Room, untrusted_card: bytes, name: str, duties: Sequence[str]) -> None:
    """Admit a desk: the roster's event, the letter that lets it join, then the keys its duties need.

    Doing it again for the same card sends the letter again.

    Raises:
        The codes of `read_card`; FieldWrong: a duty that does not exist; what the relay refuses with.
    """
    card = read_card(untrusted_card)
    read_streams(room, [room.roster_id])
    if room.roster.seat(card.desk) is None:
        write_roster(room, Joined(card.desk, card.box, card.collect, name, in_order(duties)))
    seat = room.roster.seat(card.desk)
    if seat is None:
        raise SenderWrong
    roster = must_hold(room.vault, room.roster_id)
    secret = JoinSecret(
        relay=room.vault.must("relay").decode("utf-8"),
        root=Octets32(room.root),
        roster=Octets32(roster.stream.secret),
        n=roster.point.n,
        hash=Octets32(roster.point.hash),
        member=Octets32(room.member.seed()),
    )
    send(room, seat, "join", roster.stream.id, encode(secret), NO_END)
    give_missing(room)


def join(room: Room, invited: Invitation) -> None:
    """Look for the letter that lets this desk join, and read the roster. Repeat it until it has come.

    Raises:
        DeskUnknown: no such letter yet. SenderWrong: it came from someone who is no coordinator.
        ChainBroken: the roster is not the one the letter names. SpaceWrong, IdWrong.
    """
    letter, secret = _find_letter(room, invited)
    check_space(secret.root, invited.space)
    roster = Stream(secret.roster)
    if letter.subject != roster.id:
        raise IdWrong
    with room.vault.write():
        room.vault.keep("relay", secret.relay.encode("utf-8"))
        room.vault.keep("root", secret.root)
        room.vault.keep("member", secret.member)
        room.vault.keep("roster", roster.id)
        learn(room.vault, ROSTER, roster, room.clock.day())
    first_manifest(room)
    read_streams(room, [roster.id])
    _check_roster(room, letter, secret)
    room.vault.keep_number("joined", 1)
    collect(room)


def _find_letter(room: Room, invited: Invitation) -> tuple[MemberLetter, JoinSecret]:
    box = _newest_box(room)
    said = room.line.ask("collect", lambda challenge: ask_collect(invited.space, challenge, box.collect, ()))
    for untrusted in read_collect_answer(said)[1]:
        try:
            letter = read_letter(invited.space, box, untrusted)
            if letter.purpose == "join":
                return letter, decode(bytes(letter.secret), JoinSecret)
        except Refusal:
            continue
    raise DeskUnknown


def _check_roster(room: Room, letter: MemberLetter, secret: JoinSecret) -> None:
    row = room.vault.row("SELECT hash FROM envelope WHERE stream = ? AND n = ?", room.roster_id, secret.n)
    if row is None or row[0] != secret.hash:
        raise ChainBroken
    if not room.roster.has_duty(letter.sender, "coordinator", room.day):
        raise SenderWrong
    if room.roster.seat(room.me.public) is None:
        raise SenderWrong
