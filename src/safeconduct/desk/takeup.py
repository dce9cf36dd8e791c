"""Taking a contact up: everything drawn, sealed and stored in one transaction; the outbox does the rest in order."""

from safeconduct.case.event import Granted, Opened
from safeconduct.desk.holding import Origin, learn, must_hold, seal
from safeconduct.desk.lists import fold_changed
from safeconduct.desk.room import Room
from safeconduct.desk.steps import AppendStep, BirthStep, CloseStep, ShareStep, ThreadStep, add
from safeconduct.errors import Closed, WriterWrong
from safeconduct.sealed.access import letter_digest
from safeconduct.sealed.stream import FILE, THREAD, Stream
from safeconduct.sealed.wire import LETTER_BYTES, Octets, Octets32


def take_up(room: Room, contact: bytes) -> bytes:
    """Take a contact up; returns its file's id. Doing it twice is doing it once. Needs no network.

    The order is the order of safety (spec: contact): first what nobody depends on (file, thread), then the letters,
    last the one act that switches.

    Raises:
        KeyError: this desk does not hold it. Closed: it is taken up already. WriterWrong: this desk does not answer.
    """
    seat, vault = room.seat, room.vault
    if not seat.answers:
        raise WriterWrong
    with vault.write():
        held = must_hold(vault, contact)
        if held.file is not None:
            return held.file
        if held.point.closing:
            raise Closed
        file, thread = Stream.draw(room.random), Stream.draw(room.random)
        recovery = room.random(LETTER_BYTES)  # declined: bytes that open nothing
        learn(vault, FILE, file, room.day, Origin(contact=contact, file=file.id))
        learn(vault, THREAD, thread, room.day, Origin(contact=contact, file=file.id))
        vault.run("UPDATE stream SET due = 0 WHERE id IN (?, ?)", file.id, thread.id)
        vault.run("UPDATE stream SET file = ? WHERE id = ?", file.id, contact)
        pair = (Octets32(held.r or b""), Octets32(held.seeker or b""))
        opened = Opened("case", pair, Octets32(thread.secret), None, Octets32(letter_digest(recovery)))
        envelope = seal(vault, file.id, room.me, opened, room.random)
        add(vault, file.id, BirthStep(Octets32(file.id), Octets(envelope), Octets(recovery)))
        mine = [Octets32(other.desk) for other in room.roster.seats if other.member == seat.member]
        others = [desk for desk in mine if desk != room.me.public]
        for desk in others:
            add(vault, file.id, AppendStep(Octets32(file.id), _grant(room, file.id, desk)))
        erase = Octets32(room.random(32))
        add(vault, file.id, ThreadStep(Octets32(file.id), Octets32(contact), Octets32(thread.secret), erase))
        add(vault, file.id, ShareStep(Octets32(file.id), tuple(others), desks_only=False))
        add(vault, file.id, CloseStep(Octets32(file.id), Octets32(contact), Octets32(thread.secret), erase))
        vault.run("UPDATE draft SET matter = ? WHERE matter = ?", file.id, contact)
        fold_changed(room, [file.id, contact])
    return file.id


def grant(room: Room, file: bytes, desks: tuple[bytes, ...]) -> None:
    """Give desks standing in a file, and its secret by letter."""
    with room.vault.write():
        for desk in desks:
            add(room.vault, file, AppendStep(Octets32(file), _grant(room, file, desk)))
        add(room.vault, file, ShareStep(Octets32(file), tuple(Octets32(desk) for desk in desks), desks_only=True))
        fold_changed(room, [file])


def _grant(room: Room, file: bytes, desk: bytes) -> Octets:
    return Octets(seal(room.vault, file, room.me, Granted(Octets32(desk)), room.random))
