"""The outbox: what was written here goes out in order, once, however often it must be tried (spec: contact).

Every step is in the vault, with every byte that may have to be repeated, before its first request leaves. A step
is struck out in the transaction that knows it is done. Matters do not wait for one another; in one matter the
steps go in order, and a held reply holds only the replies behind it.
"""

from typing import Final

from safeconduct.case.alarm import Alarm
from safeconduct.case.event import Sent, Threaded
from safeconduct.case.fold import closing_of
from safeconduct.desk.alarms import raise_alarm, stamp_day
from safeconduct.desk.holding import Held, Origin, drop, learn, mark_due, must_hold, next_me, seal
from safeconduct.desk.letters import send
from safeconduct.desk.lists import case_of, fold_changed, is_said, thread_of
from safeconduct.desk.reading import read_streams
from safeconduct.desk.room import Room
from safeconduct.desk.steps import (
    AppendStep,
    BirthStep,
    CloseStep,
    ReplyStep,
    ShareStep,
    ThreadStep,
    keep,
    load,
    strike,
)
from safeconduct.errors import Closed, Malformed, Refused, Shut, Stale, Unproved, Untrue
from safeconduct.sealed.access import Head, box_id
from safeconduct.sealed.event import Began, Continue, Said
from safeconduct.sealed.letter import NO_END, OnwardLetter, onward_info, seal_letter
from safeconduct.sealed.request import NOBODY, Entitlement, append, birth, read_append_answer
from safeconduct.sealed.signing import SigningKey, digest
from safeconduct.sealed.stream import FILE, THREAD, Stream
from safeconduct.sealed.wire import Lane, LetterBytes, Octets, Octets32

_ROUNDS_MOST: Final = 8
"""So often one step reads and seals anew in a row; then it waits for the next time."""


def run(room: Room) -> set[bytes]:
    """Try every step there is; returns the streams that were written to.

    Raises:
        RelaySilent, RelayForeign: nothing goes now; everything stays.
    """
    written: set[bytes] = set()
    stopped: set[bytes] = set()
    holding = {bytes(row[0]) for row in room.vault.rows("SELECT matter FROM step WHERE state = 'held'")}
    for number, matter, kind in room.vault.rows(
        "SELECT id, matter, kind FROM step WHERE state = 'waiting' ORDER BY id"
    ):
        if matter in stopped or (kind == "reply" and matter in holding):
            continue
        try:
            done = _do(room, number, written)
        except (Refused, Untrue, Unproved, Malformed, Shut, KeyError) as refusal:
            if isinstance(refusal, Untrue | Unproved | Malformed):
                raise_alarm(room, Alarm.FORGED, matter, b"receipt")
            done = False
        if done:
            # What was read may have been folded, and told, before the step was struck out.
            room.changed()
        else:
            (holding if _is_held(room, number) else stopped).add(matter)
    return written


def _is_held(room: Room, number: int) -> bool:
    return room.vault.row("SELECT 1 FROM step WHERE id = ? AND state = 'held'", number) is not None


def _do(room: Room, number: int, written: set[bytes]) -> bool:
    """One step; True once it is struck out."""
    match load(room.vault, number):
        case BirthStep() | AppendStep() as step:
            return _put(room, number, step, written)
        case ThreadStep() as step:
            return _thread(room, number, step, written)
        case ShareStep() as step:
            return _share(room, number, step)
        case CloseStep() as step:
            return _close(room, number, step, written)
        case ReplyStep() as step:
            return _reply(room, number, step, written)
        case None:
            return True


def _receipt(room: Room, held: Held, said: bytes, *, fresh: bool) -> Head:
    """The receipt; its day is looked at only if these bytes went out for the first time."""
    head = read_append_answer(said, room.space, held.stream.id, room.relay_key)
    if fresh and abs(head.day - room.clock.day()) > 1:
        raise_alarm(room, Alarm.RELAYS_CLOCK, about=stamp_day(room))
    room.note_day(head.day)
    mark_due(room.vault, held.stream.id)
    return head


def _put(room: Room, number: int, step: BirthStep | AppendStep, written: set[bytes]) -> bool:
    """A file's birth, or an envelope into it."""
    held = must_hold(room.vault, step.stream)
    if isinstance(step, BirthStep):
        body = birth(room.space, held.stream, FILE, room.member, step.envelope, recovery=step.recovery)
    else:
        body = _to_file(room, step.stream, step.envelope)
    _receipt(room, held, room.line.ask("append", body), fresh=True)
    # Read before it is struck out: in between the lists would not know of it.
    changed = read_streams(room, [step.stream])
    with room.vault.write():
        strike(room.vault, number)
        fold_changed(room, changed)
    written.add(step.stream)
    return True


def _to_file(room: Room, file: bytes, envelope: bytes) -> bytes:
    stream = must_hold(room.vault, file).stream
    return append(room.space, stream, envelope, None, second=Entitlement(1, room.member))


def _thread(room: Room, number: int, step: ThreadStep, written: set[bytes]) -> bool:
    """The thread's birth. Landed past its voice key's last day it does not count: another thread, and again."""
    for _ in range(_ROUNDS_MOST):
        if step.threaded:
            room.line.ask("append", _to_file(room, step.file, step.threaded))
            mark_due(room.vault, step.file)
        if not step.envelope:
            sealed = _seal_began(room, number, step)
            if sealed is None:
                return False
            step = sealed
        thread = Stream(step.secret)
        erase = SigningKey(step.erase)
        body = birth(room.space, thread, THREAD, room.member, step.envelope, erase=erase.public)
        head = _receipt(room, must_hold(room.vault, thread.id), room.line.ask("append", body), fresh=False)
        written.update((thread.id, step.file))
        if room.speaks(step.voice, head.day):
            _hand_on(room, number, step)
            return True
        step = _draw_thread(room, number, step)
    return False


def _seal_began(room: Room, number: int, step: ThreadStep) -> ThreadStep | None:
    voice = room.voice()
    if voice is None:
        return None
    contact = must_hold(room.vault, step.contact)
    erase = SigningKey(step.erase).public
    began = Began(Octets32(step.contact), Octets32(contact.r or b""), Octets32(contact.seeker or b""), Octets32(erase))
    with room.vault.write():
        envelope = seal(room.vault, Stream(step.secret).id, voice, began, room.random)
        sealed = ThreadStep(
            step.file, step.contact, step.secret, step.erase, Octets(envelope), Octets32(voice.public), step.threaded
        )
        keep(room.vault, number, sealed)
    return sealed


def _draw_thread(room: Room, number: int, step: ThreadStep) -> ThreadStep:
    thread = Stream.draw(room.random)
    with room.vault.write():
        learn(room.vault, THREAD, thread, room.day, Origin(contact=step.contact, file=step.file))
        event = Threaded(Octets32(thread.secret))
        threaded = seal(room.vault, step.file, room.me, event, room.random)
        drawn = ThreadStep(
            step.file,
            step.contact,
            Octets32(thread.secret),
            Octets32(room.random(32)),
            Octets(b""),
            step.voice,
            Octets(threaded),
        )
        keep(room.vault, number, drawn)
    return drawn


def _hand_on(room: Room, number: int, step: ThreadStep) -> None:
    """The closing will carry this thread's secret and the seed of its erase key."""
    with room.vault.write():
        row = room.vault.row("SELECT id FROM step WHERE matter = ? AND kind = 'close'", step.file)
        closing = load(room.vault, row[0]) if row else None
        if row and isinstance(closing, CloseStep):
            handed = CloseStep(closing.file, closing.contact, step.secret, step.erase, Octets(b""), closing.voice, 0)
            keep(room.vault, row[0], handed)
        strike(room.vault, number)


def _share(room: Room, number: int, step: ShareStep) -> bool:
    """The file's secret, by letter, to the coordinators and those assigned."""
    secret = must_hold(room.vault, step.file).stream.secret
    coordinators = () if step.desks_only else room.roster.with_duty("coordinator")
    seats = {seat.desk: seat for seat in coordinators}
    seats |= {seat.desk: seat for seat in room.roster.seats if seat.desk in step.desks}
    for seat in seats.values():
        if seat.desk != room.me.public:
            send(room, seat, "file", step.file, secret, NO_END)
    strike(room.vault, number)
    return True


def _close(room: Room, number: int, step: CloseStep, written: set[bytes]) -> bool:
    """The one act that switches: the contact's closing. Whoever's stands there has won."""
    for _ in range(_ROUNDS_MOST):
        fold_changed(room, read_streams(room, [step.contact]))
        contact = must_hold(room.vault, step.contact)
        if contact.point.closing:
            _settle(room, number, step)
            return True
        fresh = not step.envelope or step.n != contact.point.n or not room.signs_still(step.voice)
        if fresh:
            sealed = _seal_closing(room, number, step, contact)
            if sealed is None:
                return False
            step = sealed
        second = Entitlement(1, room.member)
        body = append(room.space, contact.stream, step.envelope, contact.point, closing=True, second=second)
        try:
            _receipt(room, contact, room.line.ask("append", body), fresh=fresh)
        except (Stale, Closed):
            continue
        written.add(step.contact)
    return False


def _seal_closing(room: Room, number: int, step: CloseStep, contact: Held) -> CloseStep | None:
    voice = room.voice()
    box = case_of(room, step.contact).seeker_box
    if voice is None or not box:
        return None
    info = onward_info(room.space, step.contact, box_id(box))
    letter = seal_letter(box, info, OnwardLetter(step.thread, step.erase))
    event = Continue(
        n=contact.point.n,
        hash=Octets32(contact.point.hash),
        to=Octets32(digest("to", step.thread)),
        file=Octets32(digest("file", must_hold(room.vault, step.file).stream.secret)),
        letter=LetterBytes(letter),
        covers=None,
        unowned=(),
    )
    with room.vault.write():
        envelope = seal(room.vault, step.contact, voice, event, room.random)
        sealed = CloseStep(
            step.file,
            step.contact,
            step.thread,
            step.erase,
            Octets(envelope),
            Octets32(voice.public),
            contact.point.n,
        )
        keep(room.vault, number, sealed)
    return sealed


def _settle(room: Room, number: int, step: CloseStep) -> None:
    """Closed: towards our file, we have won; towards another, file and thread are void and replies come back."""
    vault = room.vault
    closing = closing_of(room.written(step.contact), room.speaks)
    won = closing is not None and closing.file == digest("file", must_hold(vault, step.file).stream.secret)
    with vault.write():
        strike(vault, number)
        if not won:
            vault.run("UPDATE step SET state = 'void' WHERE matter = ? AND kind = 'reply'", step.file)
            vault.run("UPDATE stream SET shown = 0 WHERE id = ?", step.file)  # that it is void is news
            vault.run("UPDATE stream SET file = NULL WHERE id = ?", step.contact)
            drop(vault, Stream(step.thread).id)
        fold_changed(room, {step.file, step.contact})


def _reply(room: Room, number: int, step: ReplyStep, written: set[bytes]) -> bool:
    """Own it in the file, then say it after the thread's newest head; held if the seeker wrote meanwhile."""
    for _ in range(_ROUNDS_MOST):
        streams = [row[0] for row in room.vault.rows("SELECT id FROM stream WHERE file = ? AND class < 4", step.file)]
        fold_changed(room, read_streams(room, streams))
        thread = thread_of(room, step.file)
        if thread is None or case_of(room, step.file).state != "ours":
            return False
        held = must_hold(room.vault, thread)
        if is_said(room, thread, step):
            strike(room.vault, number)
            return True
        if wrote_since(room, step):
            room.vault.run("UPDATE step SET state = 'held' WHERE id = ?", number)
            room.changed()
            return False
        if held.point.closing:
            return False
        said = _say(room, number, step, held, written)
        if said is None:
            return False
        step = said
    return False


def _say(room: Room, number: int, step: ReplyStep, held: Held, written: set[bytes]) -> ReplyStep | None:
    """One attempt: what the step is afterwards, or None if there is no voice key for today."""
    voice = room.voice()
    if voice is None:
        return None
    if not step.owned:
        step = _own(room, number, step, held)
        written.add(step.file)
    fresh = not step.envelope or step.n != held.point.n or not room.signs_still(step.voice)
    if fresh:
        event = Said(step.text)
        envelope = held.stream.write(voice, (step.lane, step.k), held.head, event, room.random)
        step = step.sealed(envelope, voice.public, held.point.n)
        keep(room.vault, number, step)
    body = append(room.space, held.stream, step.envelope, held.point, second=NOBODY)
    try:
        head = _receipt(room, held, room.line.ask("append", body), fresh=fresh)
    except (Stale, Closed):
        return step
    written.add(held.stream.id)
    if not room.speaks(step.voice, head.day):
        step = step.afresh()  # past its voice key's last day: nobody is shown it; owned and said once more
        keep(room.vault, number, step)
    return step


def _own(room: Room, number: int, step: ReplyStep, held: Held) -> ReplyStep:
    """`sent` into the file, acknowledged, before anything is said."""
    if not step.sent:
        with room.vault.write():
            lane, k = next_me(room.vault, held.stream.id)
            words = digest("words", step.text.encode("utf-8"))
            event = Sent(Octets32(held.stream.id), Lane(lane), k, Octets32(words))
            step = step.numbered(lane, k, seal(room.vault, step.file, room.me, event, room.random))
            keep(room.vault, number, step)
    said = room.line.ask("append", _to_file(room, step.file, step.sent))
    _receipt(room, must_hold(room.vault, step.file), said, fresh=False)
    step = step.as_owned()
    keep(room.vault, number, step)
    return step


def wrote_since(room: Room, step: ReplyStep) -> bool:
    """Whether the seeker has written what this desk had not read when the reply was written."""
    file = must_hold(room.vault, step.file)
    for stream, base in ((file.contact, step.contact_n), (thread_of(room, step.file), step.thread_n)):
        if stream and _wrote_after(room, stream, base):
            return True
    return False


def _wrote_after(room: Room, stream: bytes, base: int) -> bool:
    found = must_hold(room.vault, stream)
    contact = must_hold(room.vault, found.contact) if found.contact else found
    row = room.vault.row(
        "SELECT 1 FROM envelope WHERE stream = ? AND n > ? AND writer = ? LIMIT 1", stream, base, contact.seeker
    )
    return row is not None
