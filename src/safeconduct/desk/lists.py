"""The lists: each matter that moved is folded again into its one row. Rebuilt from envelopes, never migrated."""

from collections.abc import Iterable, Sequence
from typing import Final

from safeconduct.case.alarm import Alarm
from safeconduct.case.case import Case, Moment, Written
from safeconduct.case.event import Opened
from safeconduct.case.fold import Papers, began_of, fold, fold_intake, opened_of, read_stream, threads_of
from safeconduct.case.queue import place, why
from safeconduct.desk.alarms import raise_alarm
from safeconduct.desk.holding import Held, Origin, drop, held, learn, mark_due, must_hold, places_of, said_number
from safeconduct.desk.room import Room
from safeconduct.desk.steps import ReplyStep, pending
from safeconduct.errors import BirthWrong
from safeconduct.sealed.event import SEEKER_READABLE, Said
from safeconduct.sealed.signing import digest
from safeconduct.sealed.stream import CONTACT, FILE, ROSTER, THREAD, Stream

LOST: Final = "lost"
"""Why a case is aside: a colleague had taken its contact up first, or nobody can any more."""
VOID: Final = ("lost", "shut")
"""The states of a case in which nothing is said."""
_LINE_CHARS: Final = 160
_ROW: Final = (
    "INSERT OR REPLACE INTO row VALUES (?,COALESCE((SELECT ref FROM row WHERE matter = ?1), ?),"
    "?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,0)"
)


def fold_changed(room: Room, changed: Iterable[bytes]) -> None:
    """Fold every matter that these streams belong to; learn of the streams they name."""
    moved = [found for found in (held(room.vault, stream) for stream in changed) if found is not None]
    intake = room.vault.get("intake file")
    if any(found.kind == ROSTER or found.stream.id == intake for found in moved):
        fold_all(room)
        return
    files = {found.stream.id for found in moved if found.kind == FILE}
    contacts = {found.contact or found.stream.id for found in moved if found.kind != FILE}
    with room.vault.write():
        for contact in contacts:
            files |= set(_files_of(room, contact))
        for file in files:
            fold_file(room, file)
        for contact in contacts:
            fold_contact(room, contact)
    if moved:
        room.changed()


def _files_of(room: Room, contact: bytes) -> list[bytes]:
    return [row[0] for row in room.vault.rows("SELECT id FROM stream WHERE contact = ? AND class = 3", contact)]


def fold_all(room: Room) -> None:
    """Fold every matter anew: the roster or intake's file has moved, or days have passed."""
    for n in room.roster.refused:
        raise_alarm(room, Alarm.WRITER_WRONG, b"", room.roster_id + n.to_bytes(4, "big"))
    with room.vault.write():
        for stream, _ in room.vault.rows("SELECT id, class FROM stream WHERE class = 3"):
            fold_file(room, stream)
        for stream, _ in room.vault.rows("SELECT id, class FROM stream WHERE class = 1"):
            fold_contact(room, stream)
    room.changed()


def papers_of(room: Room, matter: bytes) -> tuple[Papers, bytes]:
    """All envelopes of a matter, and its file's secret (empty for a contact nobody has taken up)."""
    found = must_hold(room.vault, matter)
    contact = found.contact or b""
    written = room.written(contact) if contact else []
    seeker = _seeker(room, contact)
    if found.kind == CONTACT:
        return Papers(seeker, written), b""
    file = written_file(room, found)
    threads = [room.written(Stream(secret).id) for secret in threads_of(file)]
    ours = [thread for thread in threads if _answers(room, thread, contact)]
    return Papers(seeker, written, file, ours), found.stream.secret


def written_file(room: Room, found: Held) -> list[Written]:
    """A file as it will be: what the relay has, and behind it what this desk has still to send."""
    written = room.written(found.stream.id)
    return [*written, *pending(room.vault, found.stream, found.point.n, room.day)]


def thread_of(room: Room, file: bytes) -> bytes | None:
    """The newest thread of a file that answers its contact: where a reply goes."""
    found = must_hold(room.vault, file)
    for secret in reversed(threads_of(room.written(file))):
        thread = Stream(secret).id
        if _answers(room, room.written(thread), found.contact or b""):
            return thread
    return None


def shown_until(room: Room, file: bytes, untrusted_read: str | None) -> tuple[int, int]:
    """How far contact and thread had been shown, as a page says (None: as far as this desk has read them).

    The first cry stands on every page of a case, so whoever writes there has seen at least that.
    """
    contact = held(room.vault, must_hold(room.vault, file).contact or b"")
    thread = held(room.vault, thread_of(room, file) or b"")
    if untrusted_read is None:
        return contact.point.n if contact else 0, thread.point.n if thread else 0
    return (
        max(min(1, contact.point.n), said_number(untrusted_read, contact)) if contact else 0,
        said_number(untrusted_read, thread) if thread else 0,
    )


def is_said(room: Room, thread: bytes, step: ReplyStep) -> bool:
    """Whether a reply stands in its thread already: it counts, and its step is only still to be struck out."""
    if not step.sent:
        return False
    reads, _ = read_stream(room.written(thread), SEEKER_READABLE)
    return any(
        read.lane == step.lane and read.k == step.k and room.speaks(read.at.writer, read.at.day)
        for read in reads
        if isinstance(read.event, Said)
    )


def _seeker(room: Room, contact: bytes) -> bytes:
    row = room.vault.row("SELECT seeker FROM stream WHERE id = ?", contact)
    return bytes(row[0]) if row and row[0] else b""


def _answers(room: Room, thread: Sequence[Written], contact: bytes) -> bool:
    began = began_of(thread, room.speaks)
    return began is not None and began.contact == contact


def case_of(room: Room, matter: bytes) -> Case:
    """A matter, folded.

    Raises:
        KeyError: not held. BirthWrong: nothing of it is there yet.
    """
    papers, secret = papers_of(room, matter)
    return fold(papers, room.roster, room.speaks, secret)


def fold_file(room: Room, file: bytes) -> None:
    """A file's row: shown once its contact is closed towards it, or while this desk is taking it up."""
    found = must_hold(room.vault, file)
    try:
        opened = opened_of(written_file(room, found))
        if opened.of == "intake":
            _hold_intake(room, found)
            return
        _learn_from(room, found, opened)
        case = case_of(room, file)
    except (BirthWrong, KeyError):
        return
    if not _sender_stands(room, found, case):
        return
    _raise_faults(room, file, case)
    state, band = _place(room, found, case)
    contact = must_hold(room.vault, file).contact
    if state == "ours" and contact:
        room.vault.run("UPDATE stream SET file = ? WHERE id = ?", file, contact)
    by, reason = b"" if band == "mine" else case.creator, ""
    if case.state in VOID:
        by, reason = _taken_by(room, contact or b"", case), LOST
    _write_row(room, file, case, ("case", band, state, by, reason))


def _place(room: Room, found: Held, case: Case) -> tuple[str, str]:
    coming = room.vault.row("SELECT 1 FROM step WHERE matter = ? AND kind = 'close'", found.stream.id)
    mine = any(desk == room.me.public for desk, _ in case.standing)
    if case.state == "ours":
        return "ours", "mine" if mine else "team"
    if coming and case.state == "open":
        return "coming", "mine"
    return "aside", "aside" if _left(room, found.stream.id) else ""


def _left(room: Room, file: bytes) -> bool:
    """Whether something was written here that a void case will not say: a person must know, and put it away."""
    unsaid = "SELECT 1 FROM step WHERE matter = ?1 AND kind = 'reply' UNION SELECT 1 FROM draft WHERE matter = ?1"
    return room.vault.row(unsaid, file) is not None


def _hold_intake(room: Room, found: Held) -> None:
    """Intake's file is taken for it only from the space's birth or from a coordinator's letter."""
    if found.sender is not None and not room.roster.has_duty(found.sender, "coordinator", room.day):
        drop(room.vault, found.stream.id)
        raise_alarm(room, Alarm.SENDER_WRONG, b"", found.stream.id)
    elif room.vault.get("intake file") is None:
        room.vault.keep("intake file", found.stream.id)


def _learn_from(room: Room, found: Held, opened: Opened) -> None:
    """A file holds what opens its contact and its threads."""
    file = found.stream.id
    contact = found.contact
    if opened.contact is not None:
        r, seeker = opened.contact
        stream = Stream.of_contact(r, seeker)
        contact = stream.id
        learn(room.vault, CONTACT, stream, room.day, Origin(contact=contact, seeker=seeker, r=r))
        room.vault.run("UPDATE stream SET contact = ? WHERE id = ?", contact, file)
    for secret in threads_of(written_file(room, found)):
        learn(room.vault, THREAD, Stream(secret), room.day, Origin(contact=contact, file=file))


def _sender_stands(room: Room, found: Held, case: Case) -> bool:
    """Who sent a file's secret must be a coordinator or have standing in it; else it is dropped and shown."""
    if found.sender is None:
        return True
    if room.roster.has_duty(found.sender, "coordinator", room.day) or found.sender in dict(case.standing):
        room.vault.run("UPDATE stream SET sender = NULL WHERE id = ?", found.stream.id)
        return True
    raise_alarm(room, Alarm.SENDER_WRONG, b"", found.stream.id)
    for (stream,) in room.vault.rows(
        "SELECT id FROM stream WHERE file = ? OR id = ?", found.stream.id, found.stream.id
    ):
        drop(room.vault, stream)
    return False


def _raise_faults(room: Room, file: bytes, case: Case) -> None:
    for stream, n in case.faults.without_standing:
        raise_alarm(room, Alarm.WRITER_WRONG, file, stream + n.to_bytes(4, "big"))
    for stream, n in case.faults.cloned:
        raise_alarm(room, Alarm.CLONED_DESK, file, stream + n.to_bytes(4, "big"))
    if case.state != "ours":
        return
    for stream, n in case.faults.unowned:
        place = stream + n.to_bytes(4, "big")
        if place in room.unowned:
            raise_alarm(room, Alarm.SPOKEN_IN_OUR_NAME, file, place)
        else:
            # The file may have been read a moment before the thread: read it once more, then say so.
            room.unowned.add(place)
            room.again.add(file)
            mark_due(room.vault, file)


def fold_contact(room: Room, contact: bytes) -> None:
    """The row of a contact nobody has taken up; once it is closed it is in no list."""
    found = held(room.vault, contact)
    if found is None or (found.box is None and not _has_row(room, contact)):
        return  # learned of through a file: its case is the row
    try:
        case = case_of(room, contact)
    except BirthWrong:
        return
    reason = aside_of(room).get(contact, "")
    band, state, by = ("aside", "aside", b"") if reason else ("new", "new", b"")
    if case.state != "open":
        band, state, reason, by = "", "aside", "taken", _taken_by(room, contact, case)
    elif found.file is not None:
        band, state = "", "aside"  # this desk is taking it up: its case is the row
    _write_row(room, contact, case, ("contact", band, state, by, reason))


def _has_row(room: Room, matter: bytes) -> bool:
    return room.vault.row("SELECT 1 FROM row WHERE matter = ?", matter) is not None


def _taken_by(room: Room, contact: bytes, case: Case) -> bytes:
    """Who took it up, if this desk holds the file it was closed towards."""
    files = room.vault.rows("SELECT id, secret FROM stream WHERE class = 3 AND contact = ?", contact)
    for file, secret in files:
        if digest("file", secret) == case.closed_to:
            written = room.written(file)
            return written[0].writer if written else b""
    return b""


def aside_of(room: Room) -> dict[bytes, str]:
    """The contacts set aside, from intake's file, if this desk holds it."""
    file = room.vault.get("intake file")
    if file is None:
        return {}
    found = must_hold(room.vault, file)
    row = room.vault.row("SELECT COUNT(*) FROM step WHERE matter = ?", file)
    at = (found.point.n, room.roster_at, row[0] if row else 0)
    if room.aside is None or room.aside[0] != at:
        room.aside = (at, fold_intake(written_file(room, found), room.roster))
    return room.aside[1]


def _write_row(room: Room, matter: bytes, case: Case, shown: tuple[str, str, str, bytes, str]) -> None:
    kind, band, state, by, reason = shown
    at, because = place(case), why(case, room.day)
    found = must_hold(room.vault, matter)
    ref = room.vault.draw_ref()
    room.vault.run(
        _ROW,
        matter,
        ref,
        kind,
        band,
        state,
        f"{at.rank}{at.answered}{at.since:010d}{found.ref}",
        case.urgency,
        LOST if reason == LOST else because.code,
        case.waiting_since,
        case.country,
        case.language,
        _first_line(case.moments),
        case.newest_day,
        new_of(room, matter, case),
        by,
        reason,
        case.begun,
        int(case.counting is not None and case.counting.given),
    )


def mark_shown(room: Room, matter: bytes, untrusted_read: str | None) -> int:
    """A page showed a matter as far as it says (None: all of it); returns how much is still new.

    Raises:
        KeyError: it is gone.
    """
    for stream, _, _ in places_of(room.vault, matter):
        found = must_hold(room.vault, stream)
        n = found.point.n if untrusted_read is None else said_number(untrusted_read, found)
        room.vault.run("UPDATE stream SET shown = MAX(shown, ?) WHERE id = ?", n, stream)
    new = new_of(room, matter, case_of(room, matter))
    room.vault.run("UPDATE row SET new = ? WHERE matter = ?", new, matter)
    return new


def new_of(room: Room, matter: bytes, case: Case) -> int:
    """How many moments by others this desk has not shown yet; that a case is void is one more."""
    shown: dict[bytes, int] = {}
    for stream in {moment.stream for moment in case.moments}:
        row = room.vault.row("SELECT shown FROM stream WHERE id = ?", stream)
        shown[stream] = row[0] if row else 0
    me = room.me.public
    found = must_hold(room.vault, matter)
    void = found.kind == FILE and case.state in VOID and found.shown == 0
    return void + sum(moment.n > shown[moment.stream] for moment in case.moments if moment.writer != me)


def _first_line(moments: tuple[Moment, ...]) -> str:
    """The beginning of the seeker's newest words."""
    for moment in reversed(moments):
        if not moment.writer and moment.text:
            return " ".join(moment.text.split())[:_LINE_CHARS]
    return ""
