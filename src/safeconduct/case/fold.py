"""fold(opened envelopes) -> Case: replaying what was written into what it amounts to (spec: stream, contact).

The result depends on the streams alone, not on the order in which a desk learned of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import UnionType

from safeconduct.case.case import Case, Consent, Faults, Moment, Speaks, State, Written
from safeconduct.case.event import (
    IN_FILES,
    Consented,
    Granted,
    Noted,
    Opened,
    Reported,
    Restored,
    Sent,
    SetAside,
    Threaded,
    Triaged,
)
from safeconduct.case.roster import Roster
from safeconduct.errors import BirthWrong, ContinueMisplaced, Refusal
from safeconduct.sealed.event import SEEKER_READABLE, Answered, Asked, Began, Continue, Event, Said, read_payload
from safeconduct.sealed.signing import digest

Place = tuple[bytes, int]


@dataclass(frozen=True, slots=True)
class Papers:
    """All that a desk has of one matter: its file, its contact, its threads; each from envelope 1."""

    seeker: bytes
    """The seeker's signing public key; empty for a file without a contact."""
    contact: Sequence[Written] = ()
    file: Sequence[Written] = ()
    threads: Sequence[Sequence[Written]] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """An envelope whose event was read."""

    at: Written
    lane: bytes
    k: int
    event: Event


def read_stream(written: Sequence[Written], kinds: UnionType | type[Event]) -> tuple[list[Read], list[Place]]:
    """Read events: one twice counts once, two under one number are `cloned`, what does not read is left out."""
    found: list[Read] = []
    cloned: list[Place] = []
    known: dict[tuple[bytes, bytes, int], bytes] = {}
    for at in written:
        try:
            payload = read_payload(at.payload, kinds)
            me = (at.writer, bytes(payload.me[0]), payload.me[1])
            if me in known:
                if known[me] != at.payload:
                    cloned.append((at.stream, at.n))
                continue
            known[me] = at.payload
            found.append(Read(at, me[1], me[2], payload.event))
        except Refusal:
            continue
    return found, cloned


def closing_of(written: Sequence[Written], speaks: Speaks) -> Continue | None:
    """The `continue` that closed a stream: its last envelope, closing, after the head it names, voice-signed."""
    if not written or written[-1].closing != 1:
        return None
    at = written[-1]
    try:
        event = read_payload(at.payload, SEEKER_READABLE).event
        if isinstance(event, Continue) and speaks(at.writer, at.day):
            _check_place(event, written)
            return event
    except Refusal:
        pass
    return None


def _check_place(event: Continue, written: Sequence[Written]) -> None:
    before = written[-2] if len(written) > 1 else None
    if before is None or (event.n, event.hash) != (before.n, before.hash):
        raise ContinueMisplaced


def fold(papers: Papers, roster: Roster, speaks: Speaks, file_secret: bytes = b"") -> Case:
    """Fold a matter; with `file_secret` (the file's) it says whether the contact was closed towards that file.

    Raises:
        BirthWrong: neither a contact that its seeker asked nor a file that was opened.
    """
    file, cloned = read_stream(papers.file, IN_FILES)
    standing, strangers = _standing(file, roster)
    counted = [read for read in file if _stands(standing, roster, read.at)]
    owned, own_clones = _talk(papers, counted, speaks)
    begun, asked = _asked(owned, counted)
    state, closed_to = _state(papers, speaks, file_secret)
    faults = Faults(tuple(strangers), tuple(_unowned(owned)), tuple(cloned + own_clones))
    triaged = [read.event for read in counted if isinstance(read.event, Triaged)]
    urgency = triaged[-1].urgency if triaged else asked.urgency if asked else "none"
    waiting, newest = _waiting(owned, papers.seeker)
    return Case(
        creator=counted[0].at.writer if counted else b"",
        standing=tuple(standing.items()),
        state=state,
        country=asked.country if asked else "",
        language=asked.language if asked else "",
        urgency=urgency,
        triaged=bool(triaged),
        moments=tuple(_merge(owned, counted, papers.seeker)),
        unanswered=waiting is not None,
        waiting_since=newest if waiting is None else waiting,
        newest_day=newest,
        begun=begun,
        counting=_consent(counted, "count"),
        seeker_box=asked.box if asked else b"",
        closed_to=closed_to,
        faults=faults,
    )


def _asked(owned: Sequence[tuple[Read, bytes | None]], file: Sequence[Read]) -> tuple[int, Asked | None]:
    """The day on which it began, and the first cry, if there is one."""
    for read, _ in owned:
        if isinstance(read.event, Asked):
            return read.at.day, read.event
    if not file:
        raise BirthWrong
    return file[0].at.day, None


def _consent(file: Sequence[Read], purpose: str) -> Consent | None:
    """What the last word on a purpose was; the file's order decides, on every desk alike."""
    for read in reversed(file):
        match read.event:
            case Consented(purpose=found, state=state, words=words) if found == purpose:
                return Consent(state == "given", read.at.day, read.at.writer, words)
            case _:
                pass
    return None


def _standing(file: Sequence[Read], roster: Roster) -> tuple[dict[bytes, int], list[Place]]:
    """Creator and granted desks with their first day; a grant counts if its writer stands on its day."""
    standing: dict[bytes, int] = {}
    if file and isinstance(file[0].event, Opened) and roster.seat(file[0].at.writer) is not None:
        standing[file[0].at.writer] = file[0].at.day
    grants = [read for read in file if isinstance(read.event, Granted)]
    grown = True
    while grown:
        grown = False
        for read in grants:
            desk = read.event.desk if isinstance(read.event, Granted) else b""
            if read.at.day < standing.get(desk, 2**32) and _stands(standing, roster, read.at):
                standing[desk], grown = read.at.day, True
    return standing, [(read.at.stream, read.at.n) for read in file if not _stands(standing, roster, read.at)]


def _stands(standing: dict[bytes, int], roster: Roster, at: Written) -> bool:
    return standing.get(at.writer, 2**32) <= at.day or roster.has_duty(at.writer, "coordinator", at.day)


def _talk(papers: Papers, file: Sequence[Read], speaks: Speaks) -> tuple[list[tuple[Read, bytes | None]], list[Place]]:
    """What seeker and organisation said, each with the desk that owns it (None: the seeker's own; empty: nobody)."""
    owners = _owners(file)
    opener = file[0].at.writer if file else b""
    talk: list[tuple[Read, bytes | None]] = []
    cloned: list[Place] = []
    for number, written in enumerate((papers.contact, *papers.threads)):
        reads, clones = read_stream(written, SEEKER_READABLE)
        voiced = {place for place in clones if _writer(written, place) != papers.seeker}
        cloned.extend(sorted(voiced))
        for read in reads:
            if read.at.writer == papers.seeker:
                if isinstance(read.event, Said | Answered) or (number == 0 and read.at.n == 1):
                    talk.append((read, None))
            elif speaks(read.at.writer, read.at.day):
                talk.append((read, _owner(read, owners, opener)))
    if papers.contact and not any(isinstance(read.event, Asked) and read.at.n == 1 for read, _ in talk):
        raise BirthWrong
    return talk, cloned


def _writer(written: Sequence[Written], place: Place) -> bytes:
    return next(at.writer for at in written if at.n == place[1])


def _owners(file: Sequence[Read]) -> dict[tuple[bytes, bytes, int], tuple[bytes, bytes]]:
    return {
        (bytes(read.event.stream), bytes(read.event.lane), read.event.k): (read.at.writer, bytes(read.event.words))
        for read in file
        if isinstance(read.event, Sent)
    }


def _owner(read: Read, owners: dict[tuple[bytes, bytes, int], tuple[bytes, bytes]], opener: bytes) -> bytes:
    match read.event:
        case Said(text=text):
            writer, words = owners.get((read.at.stream, read.lane, read.k), (b"", b""))
            return writer if words == digest("words", text.encode("utf-8")) else b""
        case _:
            return opener


def _unowned(talk: Sequence[tuple[Read, bytes | None]]) -> Iterator[Place]:
    for read, owner in talk:
        if owner == b"" and isinstance(read.event, Said):
            yield (read.at.stream, read.at.n)


def _state(papers: Papers, speaks: Speaks, file_secret: bytes) -> tuple[State, bytes]:
    if not papers.contact:
        return "ours", b""
    closing = closing_of(papers.contact, speaks)
    if closing is None:
        return ("shut" if papers.contact[-1].closing else "open"), b""
    to = bytes(closing.file or b"")
    return ("ours" if file_secret and to == digest("file", file_secret) else "lost"), to


def _waiting(talk: Sequence[tuple[Read, bytes | None]], seeker: bytes) -> tuple[int | None, int]:
    """The day since which his words wait for an answer (None: answered), and the day of his newest."""
    waiting: int | None = None
    newest = 0
    for read, _ in talk:
        if read.at.writer == seeker:
            newest = read.at.day
            waiting = newest if waiting is None else waiting
        elif isinstance(read.event, Said):
            waiting = None
    return waiting, newest


def _merge(talk: Sequence[tuple[Read, bytes | None]], file: Sequence[Read], seeker: bytes) -> Iterator[Moment]:
    """One order for all: the conversation's own, and each note where its day and the replies around it put it.

    A note stands behind what its writer had read, or else after what was said up to its day; and before the reply
    whose `sent` follows it in the file.
    """
    at, place = (
        0,
        {(read.at.stream, read.lane, read.k): i for i, (read, _) in enumerate(talk) if read.at.writer != seeker},
    )
    anchors = [
        place.get((bytes(read.event.stream), bytes(read.event.lane), read.event.k))
        if isinstance(read.event, Sent)
        else None
        for read in file
    ]
    for i, read in enumerate(file):
        limit = next((anchor for anchor in anchors[i:] if anchor is not None), len(talk))
        anchor, behind = anchors[i], _behind(talk, read)
        while at < limit and (
            anchor is not None or (talk[at][0].at.day <= read.at.day if behind is None else at < behind)
        ):
            yield from _said(*talk[at])
            at += 1
        yield from _noted(read)
    for pair in talk[at:]:
        yield from _said(*pair)


def _behind(talk: Sequence[tuple[Read, bytes | None]], note: Read) -> int | None:
    """How much of the conversation its writer had read; None if the note does not say, or says what is not there."""
    if not isinstance(note.event, Noted) or note.event.after is None:
        return None
    stream, n = note.event.after
    return next(
        (i + 1 for i in reversed(range(len(talk))) if talk[i][0].at.stream == stream and talk[i][0].at.n <= n), None
    )


def _said(read: Read, owner: bytes | None) -> Iterator[Moment]:
    at, writer = read.at, owner or b""
    match read.event:
        case Asked(text=text):
            yield Moment(at.stream, at.n, at.day, "asked", writer, text)
        case Said(text=text) if owner != b"":
            yield Moment(at.stream, at.n, at.day, "said", writer, text)
        case Answered(answers=answers, form=form):
            yield Moment(at.stream, at.n, at.day, "answered", writer, "", answers, bytes(form))
        case Continue() if owner is not None:
            yield Moment(at.stream, at.n, at.day, "taken", writer, "")
        case _:
            pass


def _noted(read: Read) -> Iterator[Moment]:
    at = read.at
    match read.event:
        case Noted(text=text):
            yield Moment(at.stream, at.n, at.day, "noted", at.writer, text)
        case Reported(text=text):
            yield Moment(at.stream, at.n, at.day, "reported", at.writer, text)
        case Triaged(why=why):
            yield Moment(at.stream, at.n, at.day, "triaged", at.writer, why)
        case Consented(state=state, words=words):
            yield Moment(at.stream, at.n, at.day, "agreed" if state == "given" else "withdrawn", at.writer, words)
        case Granted(desk=desk) if desk != at.writer:
            yield Moment(at.stream, at.n, at.day, "granted", at.writer, bytes(desk).hex())
        case _:
            pass


def threads_of(file: Sequence[Written]) -> list[bytes]:
    """The secrets of a file's threads, in the file's order."""
    found = []
    for read in read_stream(file, IN_FILES)[0]:
        match read.event:
            case Opened(thread=secret) | Threaded(thread=secret) if secret is not None:
                found.append(bytes(secret))
            case _:
                pass
    return found


def opened_of(file: Sequence[Written]) -> Opened:
    """A file's envelope 1.

    Raises:
        BirthWrong: it is not `opened`.
    """
    reads = read_stream(file[:1], IN_FILES)[0]
    if not reads or not isinstance(reads[0].event, Opened):
        raise BirthWrong
    return reads[0].event


def began_of(thread: Sequence[Written], speaks: Speaks) -> Began | None:
    """A thread's envelope 1, if it is the organisation's."""
    reads = read_stream(thread[:1], SEEKER_READABLE)[0]
    event = reads[0].event if reads else None
    return event if isinstance(event, Began) and speaks(reads[0].at.writer, reads[0].at.day) else None


def fold_intake(file: Sequence[Written], roster: Roster) -> dict[bytes, str]:
    """Intake's file: the contacts set aside now, with the reason."""
    aside: dict[bytes, str] = {}
    for read in read_stream(file, IN_FILES)[0]:
        day = read.at.day
        if not any(roster.has_duty(read.at.writer, duty, day) for duty in ("intake", "coordinator")):
            continue
        match read.event:
            case SetAside(contact=contact, reason=reason):
                aside[bytes(contact)] = reason
            case Restored(contact=contact):
                aside.pop(bytes(contact), None)
            case _:
                pass
    return aside
