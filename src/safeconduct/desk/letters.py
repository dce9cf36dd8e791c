"""Letters between members: collecting, judging and using them; writing and posting them (spec: letter)."""

from typing import Final, Literal

from safeconduct.case.alarm import Alarm
from safeconduct.case.roster import Seat
from safeconduct.desk.alarms import raise_alarm
from safeconduct.desk.days import own_boxes
from safeconduct.desk.holding import Origin, learn
from safeconduct.desk.reading import read_streams
from safeconduct.desk.room import Room, voice_first
from safeconduct.errors import DeskUnknown, Refusal, WriterWrong
from safeconduct.sealed.access import WEEK_DAYS, address_of, letter_digest
from safeconduct.sealed.letter import DeskBox, MemberLetter, read_letter, write_letter
from safeconduct.sealed.request import ask_collect, post, read_collect_answer, read_post_answer
from safeconduct.sealed.stream import CONTACT, FILE, Stream
from safeconduct.sealed.wire import decode, encode

WAIT_DAYS: Final = 30
"""So long a letter waits for roster or manifest to confirm it."""
Fate = Literal["done", "wait", "dropped"]


def collect(room: Room) -> bool:
    """Collect at every address of this desk; a letter is acknowledged once what it brought is on disk.

    Returns True if something came. Letters that roster or manifest do not yet confirm wait in the vault.
    """
    came = False
    for box in own_boxes(room):
        taken: list[bytes] = []
        while True:
            more, letters = _ask(room, box, tuple(taken))
            new = [letter for letter in letters if letter_digest(letter) not in taken]
            if not new and not taken:
                break
            taken = []
            for letter in new:
                came = True
                take(room, box, letter)
                taken.append(letter_digest(letter))
            if not new and not more:
                break
    return reconsider(room) or came


def _ask(room: Room, box: DeskBox, taken: tuple[bytes, ...]) -> tuple[bool, tuple[bytes, ...]]:
    said = room.line.ask("collect", lambda challenge: ask_collect(room.space, challenge, box.collect, taken))
    return read_collect_answer(said)


def take(room: Room, box: DeskBox, untrusted: bytes) -> None:
    """Open one letter; what is not a letter from a member is dropped and shown."""
    digest = letter_digest(untrusted)
    try:
        letter = read_letter(room.space, box, untrusted)
    except Refusal:
        raise_alarm(room, Alarm.SENDER_WRONG, b"", digest)
        return
    room.vault.run("INSERT OR IGNORE INTO letter VALUES (?, ?, ?)", digest, encode(letter), room.day)


def reconsider(room: Room) -> bool:
    """Use every letter that can be used now; True if one was."""
    used = False
    for digest, content in room.vault.rows("SELECT digest, content FROM letter ORDER BY digest"):
        letter = decode(content, MemberLetter)
        try:
            fate = _judge(room, letter)
        except DeskUnknown:
            continue  # the roster is still to come
        if fate == "wait":
            room.vault.run("DELETE FROM letter WHERE digest = ? AND day < ?", digest, room.day - WAIT_DAYS)
            continue
        if fate == "dropped":
            raise_alarm(room, Alarm.SENDER_WRONG, b"", digest)
        room.vault.run("DELETE FROM letter WHERE digest = ?", digest)
        used = True
    return used


def _judge(room: Room, letter: MemberLetter) -> Fate:
    try:
        room.roster.check_sender(letter.sender, letter.purpose, room.day)
    except WriterWrong:
        # The roster may have moved: a sender is judged by its newest.
        read_streams(room, [room.roster_id])
        try:
            room.roster.check_sender(letter.sender, letter.purpose, room.day)
        except WriterWrong:
            return "dropped"
    with room.vault.write():
        return _use(room, letter)


def _use(room: Room, letter: MemberLetter) -> Fate:
    vault = room.vault
    match letter.purpose:
        case "file":
            stream = Stream(letter.secret)
            learn(vault, FILE, stream, room.day, Origin(file=stream.id, sender=letter.sender))
        case "contact":
            r, seeker = letter.secret[:32], letter.secret[32:]
            learn(vault, CONTACT, Stream.of_contact(r, seeker), room.day, Origin(letter.subject, None, seeker, r, b""))
        case "voice":
            first = voice_first(letter.last)
            vault.run("INSERT OR IGNORE INTO voice VALUES (?, ?, ?)", letter.subject, letter.secret, first)
        case "box":
            first = max(0, letter.last - WEEK_DAYS + 1)
            vault.run("INSERT OR IGNORE INTO intake_box VALUES (?, ?, ?)", letter.subject, letter.secret, first)
            room.box_came = True
        case "intake" | "member" | "keeper" as name:
            keyed = room.roster.keyed
            named = keyed and {"intake": keyed.intake, "member": keyed.shared, "keeper": keyed.keeper}[name]
            if named != letter.subject:
                return "wait"
            vault.keep(name, letter.secret)
        case _:
            pass  # `join` and `roster`: this desk has joined
    return "done"


def send(room: Room, seat: Seat, purpose: str, subject: bytes, secret: bytes, last: int) -> None:
    """Seal a letter to a desk's newest box and post it.

    Raises:
        RelaySilent, RelayForeign; what the relay refuses with.
    """
    letter = write_letter(room.space, seat.box, room.me, (purpose, subject, secret, last))
    body = post(room.space, address_of(seat.collect), letter, room.member)
    read_post_answer(room.line.ask("post", body))
