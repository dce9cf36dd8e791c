"""From vault rows and folded cases to what the pages are shown (`desk.view`)."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from safeconduct.case.case import Case, Moment
from safeconduct.case.form import shown
from safeconduct.case.name import name_of
from safeconduct.desk.holding import Held, must_hold, places_of
from safeconduct.desk.lists import VOID, case_of, is_said, thread_of
from safeconduct.desk.room import Room
from safeconduct.desk.steps import ReplyStep, read_step
from safeconduct.desk.view import Alarm, Band, Colleague, Counting, Item, Matter, OwnCount, Queue, Reason, Row

BANDS: Final[tuple[Band, ...]] = ("new", "mine", "team", "aside")
_ROW: Final = (
    "matter, ref, kind, state, urgency, why, since, country, language, first_line, day, new, taken_by, past_grace"
)


def show_queue(room: Room, band: Band, where: tuple[str, int], language: str) -> Queue:
    """One page of a list, from a cursor on, so many rows."""
    cursor, limit = where
    rows = room.vault.rows(
        f"SELECT {_ROW}, sort FROM row WHERE band = ? AND sort > ? ORDER BY sort LIMIT ?",  # noqa: S608
        band,
        cursor,
        limit + 1,
    )
    page = rows[:limit]
    counts = dict(room.vault.rows("SELECT band, COUNT(*) FROM row WHERE band != '' GROUP BY band"))
    return Queue(
        band=band,
        rows=tuple(_row(room, row[:-1], language) for row in page),
        total=counts.get(band, 0),
        next=page[-1][-1] if len(rows) > limit else "",
        counts=tuple((each, counts.get(each, 0)) for each in BANDS),
    )


def show_alarms(room: Room, language: str) -> tuple[Alarm, ...]:
    """What was raised and is not confirmed; and `lost`, where a void case will not say a reply, until that is seen."""
    raised = room.vault.rows("SELECT code, day, matter, ref FROM alarm WHERE confirmed = 0 ORDER BY day, ref")
    lost = room.vault.rows(
        "SELECT reason, matter FROM row WHERE kind = 'case' AND state = 'aside' AND band = 'aside' AND new > 0 "
        "AND EXISTS (SELECT 1 FROM step WHERE step.matter = row.matter AND step.kind = 'reply') ORDER BY sort"
    )
    found = [*raised, *((reason, room.day, matter, "") for reason, matter in lost)]
    return tuple(
        Alarm(code, day, name_of(named(room, matter), language) if matter else "", ref)
        for code, day, matter, ref in found
    )


def find_row(room: Room, ref: str, language: str) -> tuple[bytes, Row, str]:
    """A matter, its row, and why it is aside (`Matter.aside_reason`).

    Raises:
        KeyError: there is none.
    """
    row = room.vault.row(f"SELECT {_ROW}, reason FROM row WHERE ref = ?", ref)  # noqa: S608
    if row is None:
        raise KeyError(ref)
    return bytes(row[0]), _row(room, row[:-1], language), str(row[-1])


def named(room: Room, matter: bytes) -> bytes:
    """What a matter's two words come from: its contact's id, so that taking up changes no name; else its file's."""
    row = room.vault.row("SELECT contact FROM stream WHERE id = ? AND class = 3 AND contact IS NOT NULL", matter)
    return bytes(row[0]) if row else matter


def _row(room: Room, row: Sequence[Any], language: str) -> Row:
    matter, ref, kind, state, urgency, why, since, country, tongue, line, day, new, by, grace = row
    return Row(
        ref=ref,
        name=name_of(named(room, matter), language),
        kind=kind,
        urgency=urgency,
        reason=Reason(why, max(0, room.day - since)),
        country=country,
        language=tongue,
        first_line=line,
        day=day,
        new=new,
        taken_by=room.roster.name(by),
        state=state,
        past_grace=bool(grace),
    )


def show_matter(room: Room, ref: str, language: str) -> Matter:
    """A request or a case, whole; one past its grace is an empty one.

    Raises:
        KeyError: there is none.
    """
    matter, row, reason = find_row(room, ref, language)
    # Before the rest: what comes meanwhile may be shown, and is not said to be.
    read = " ".join(f"{stream}.{n}" for _, stream, n in places_of(room.vault, matter))
    try:
        case = case_of(room, matter)
    except KeyError:
        return Matter(row, (), (), (), "", may_reply=False, aside_reason=reason)
    coming, seats = row.state in ("ours", "coming"), room.roster.seats
    drafts = dict(room.vault.rows("SELECT kind, text FROM draft WHERE matter = ?", matter))
    seeing = _seeing(room, row, case)
    return Matter(
        row=row,
        items=(*_items(room, case, language, row), *_unsent(room, matter, case)),
        who_can_see=tuple(_colleague(room, seat.desk) for seat in seats if seat.desk in seeing),
        can_grant=tuple(
            _colleague(room, seat.desk)
            for seat in seats
            if coming and seat.answers and seat.desk not in dict(case.standing)
        ),
        draft=drafts.get("reply", ""),
        may_reply=coming and room.seat.answers and must_hold(room.vault, matter).contact is not None,
        aside_reason=reason,
        note_draft=drafts.get("note", ""),
        counting=_counting(room, case),
        read=read,
    )


def _counting(room: Room, case: Case) -> Counting:
    said = case.counting
    if said is None:
        return Counting()
    return Counting("given" if said.given else "withdrawn", said.day, room.roster.name(said.writer))


def show_count(room: Room) -> OwnCount:
    """This desk's cases by quarter; a void file and a contact nobody took up are no cases."""
    rows = room.vault.rows(
        "SELECT begun, counted, COUNT(*) FROM row WHERE kind = 'case' AND state IN ('ours', 'coming') "
        "GROUP BY state, counted, begun"
    )
    found: Counter[int] = Counter()
    for begun, counted, cases in rows:
        found[_quarter(begun)] += cases * counted
    agreed = [quarter for quarter in found if found[quarter]]
    between = range(min(agreed, default=0), max(agreed, default=-1) + 1)
    return OwnCount(
        quarters=tuple((f"{quarter // 4}-{quarter % 4 + 1}", found[quarter]) for quarter in between),
        asked=found.total(),
        cases=sum(cases for _, _, cases in rows),
    )


def _quarter(day: int) -> int:
    """Quarters since the year 0."""
    date = dt.date(1970, 1, 1) + dt.timedelta(days=day)
    return date.year * 4 + (date.month - 1) // 3


def _seeing(room: Room, row: Row, case: Case) -> set[bytes]:
    if row.kind == "contact":
        return {seat.desk for seat in room.roster.with_duty("intake")}
    return {desk for desk, _ in case.standing} | {seat.desk for seat in room.roster.with_duty("coordinator")}


def _items(room: Room, case: Case, language: str, row: Row) -> Iterator[Item]:
    held: dict[bytes, Held] = {}
    for moment in case.moments:
        if moment.stream not in held:
            held[moment.stream] = must_hold(room.vault, moment.stream)
        item = _item(room, moment, held[moment.stream], language)
        # A void file's opener is not who took it up.
        yield replace(item, by=row.taken_by) if row.state == "aside" and item.kind == "taken" else item


def _item(room: Room, moment: Moment, held: Held, language: str) -> Item:
    ours = moment.kind in ("said", "taken") and moment.writer
    form = room.form(moment.form) if moment.form else None
    return Item(
        ref=f"{held.ref}.{moment.n}",
        kind=moment.kind,
        who="seeker" if not moment.writer else "organisation" if ours else "colleague",
        by=room.roster.name(moment.writer) if moment.writer else "",
        text=room.roster.name(bytes.fromhex(moment.text)) if moment.kind == "granted" else moment.text,
        day=moment.day,
        state="there" if moment.n <= held.point.n else "waiting",
        answers=tuple(
            (question, *(shown(form, question, value, language) if form else (question, value)))
            for question, value in moment.answers
        ),
        new=moment.n > held.shown and moment.writer != room.me.public,
    )


def _unsent(room: Room, matter: bytes, case: Case) -> Iterator[Item]:
    """Replies that wait, are held, or came to nothing."""
    rows = room.vault.rows("SELECT ref, state, body FROM step WHERE matter = ? AND kind = 'reply' ORDER BY id", matter)
    thread = thread_of(room, matter) if rows else None
    for ref, state, body in rows:
        step = read_step(body)
        if isinstance(step, ReplyStep) and not (thread and is_said(room, thread, step)):
            item = Item(ref, "said", "organisation", room.seat.member, step.text, room.day, state)
            if case.state in VOID:
                item = replace(item, state="void")
            elif state == "held":
                item = replace(item, past=tuple(_past(room, case, thread, step)))
            yield item


def _past(room: Room, case: Case, thread: bytes | None, step: ReplyStep) -> Iterator[str]:
    """What the seeker said beyond that to which a reply was written."""
    base = {must_hold(room.vault, step.file).contact: step.contact_n, thread: step.thread_n}
    for moment in case.moments:
        if not moment.writer and moment.n > base.get(moment.stream, moment.n):
            yield f"{must_hold(room.vault, moment.stream).ref}.{moment.n}"


def seat_ref(room: Room, desk: bytes) -> str:
    """A colleague's name on this desk alone, drawn when first shown."""
    name = f"seat {desk.hex()}"
    ref = room.vault.get(name)
    if ref is None:
        ref = room.vault.draw_ref().encode("ascii")
        room.vault.keep(name, ref)
    return ref.decode("ascii")


def _colleague(room: Room, desk: bytes) -> Colleague:
    seat = room.roster.seat(desk)
    return Colleague(seat_ref(room, desk), seat.member if seat else "", seat.duties if seat else ())
