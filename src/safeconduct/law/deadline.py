"""Which days are running: trigger, length, counting, and why this date (spec: law, deadlines)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from safeconduct.law.book import Book, Placed, Selection
from safeconduct.law.calendar import Calendar, add
from safeconduct.law.logic import judge, still_open
from safeconduct.law.pack import CountingRule, Deadline, Length
from safeconduct.law.situation import DERIVED, Happened, Known
from safeconduct.law.span import Span, days_in, validity, within

_DAY: Final = timedelta(days=1)
Standing = Literal["ahead", "today", "doubtful", "passed"]
"""Where a limit stands: the day to work towards is ahead; act today; it may have passed; it has."""


class Counted(NamedTuple):
    """One count from one day: the end as counted, the last day after the rules for free days, the day to work towards.

    `extended`: the end was moved so that the period holds two working days.
    """

    end: date
    last_day: date
    work_towards: date
    extended: bool


class Place(NamedTuple):
    """Whose working days count, and by which clocks a day begins and ends."""

    calendar: Calendar
    zones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Running:
    """A time limit of one matter.

    `value`: yes, open, or pres never; a limit that does not run is not there. `last_day` is counted from the
    earliest day the event may have been; `earliest` and `latest` differ where its date is imprecise. All are None
    where `missing` names the event that is wanted. `missing` may also name a date by which the rule is in force.
    `longest_day`: the last day if the law of the place gives the longer end of a band. `moment`: where it is
    counted in hours from a known moment. `zones`: the clocks by which its days end.
    """

    placed: Placed[Deadline]
    value: str
    ask: tuple[str, ...]
    missing: tuple[str, ...]
    anchor: Happened | None
    counted: Counted | None
    earliest: date | None
    latest: date | None
    longest_day: date | None
    moment: datetime | None
    notes: tuple[str, ...]
    in_force: bool | None
    calendar: Calendar | None
    rule: CountingRule | None
    zones: tuple[str, ...] = ()

    @property
    def last_day(self) -> date | None:
        """The day to plan with: the earliest it may be."""
        return self.counted.last_day if self.counted else None

    @property
    def work_towards(self) -> date | None:
        """The last working day before it, never before the event."""
        return self.counted.work_towards if self.counted else None

    @property
    def may_end(self) -> date | None:
        """The last day that may still be in time, by an imprecise date or the longer end of a band."""
        return max(self.latest, self.longest_day or self.latest) if self.latest else None

    def standing(self, on: date, now: datetime | None = None) -> Standing:
        """Where it stands; *passed* only when it surely has. What is to be done at once is always to be done today.

        Args:
            on: today, where only the day is known.
            now: this moment. It decides by the clocks of the place, and of a limit in hours by the moment.
        """
        if self.last_day is None or self.work_towards is None or self.may_end is None:
            return "ahead"
        days = days_in(now, self.zones) if now and self.zones else {on}
        if self.placed.entry.length.number == 0 and self.placed.entry.binds == "person":
            return "today" if self.last_day <= max(days) else "ahead"
        if self.may_end < min(days) or (now is not None and self.moment is not None and self.moment <= now):
            return "passed"
        if self.last_day < max(days):
            return "doubtful"
        return "today" if self.work_towards <= max(days) else "ahead"


def count(start: date, length: Length, deadline: Deadline, calendar: Calendar, *, two_working_days: bool) -> Counted:
    """Count one period from one day. What the law leaves unknown is counted so that the day comes earlier.

    Hours are worked towards on the day of the event: the day after may be too late.

    Regulation 2024/1348 art. 73 and Regulation 1182/71 art. 3: the day of the event is not counted; weeks end on
    the same weekday, months on the same date or the last day of a shorter month; an end on a free day moves to
    the next working day, unless the period runs back or is counted in hours.
    """
    if length.unit == "hour":
        # Of an event known by its day: it was after midnight, so the last hour falls after the same midnight.
        end = (datetime.combine(start, time()) + timedelta(hours=length.number)).date()
        return Counted(end, end, _towards_hours(end, start, calendar), extended=False)
    if deadline.count == "working" and length.unit == "day":
        end = calendar.step(start, length.number)
    else:
        end = add(start, length)
        if deadline.count == "unknown" and length.unit == "day":
            end = min(end, calendar.step(start, length.number))  # back from the event, working days come earlier
    held = _hold_two(start, end, length, calendar) if two_working_days else end
    last = _roll(held, length, deadline, calendar)
    return Counted(end, last, _towards(last, start, calendar), extended=held != end)


def _hold_two(start: date, end: date, length: Length, calendar: Calendar) -> date:
    """Regulation 1182/71 art. 3(5): a period of two days or more includes at least two working days."""
    if length.unit == "day" and abs(length.number) < 2:
        return end
    if length.number > 0:
        return max(end, calendar.step(start, 2))
    return min(end, calendar.step(start, -2))


def _roll(end: date, length: Length, deadline: Deadline, calendar: Calendar) -> date:
    if length.number == 0:
        return end  # at once: a free day gives no time
    match deadline.roll:
        case "next_working_day" if length.number > 0:
            return calendar.on_or_after(end)
        case "previous_working_day":
            return calendar.on_or_before(end)
        case _:
            return end


def _towards(last: date, start: date, calendar: Calendar) -> date:
    """The last working day before it; if the event leaves none, the last day if it works, else the event's."""
    if last <= start:  # at once, or counted back from the event
        return last if last == start else calendar.on_or_before(last - _DAY)
    before = calendar.on_or_before(last - _DAY)
    if before >= start:
        return before
    return last if calendar.works(last) else start


def _towards_hours(end: date, start: date, calendar: Calendar) -> date:
    return start if end >= start else _towards(end, start, calendar)


def run(book: Book, selection: Selection, known: Known) -> list[Running]:
    """Every limit that runs or may run, once for each event that starts it; the earliest first, unknown days last."""
    found = [
        running
        for placed in selection.deadlines
        for running in run_one(book, placed, known)
    ]  # fmt: skip
    found.sort(key=lambda one: (one.last_day or date.max, one.placed.entry.id))
    return found


def run_one(book: Book, placed: Placed[Deadline], known: Known) -> Iterator[Running]:
    """The same of one rule."""
    deadline = placed.entry
    holds = judge(deadline.when, known.facts)
    if holds is False:
        return
    value = "open" if holds is None else "yes"
    ask = tuple(still_open(deadline.when, known.facts))
    kinds = {deadline.trigger, *deadline.also}
    anchors = [event for event in known.events if event.kind in kinds and _belongs(event, placed, known)]
    rule = book.rule(placed)
    if not anchors:
        force, wanted = _in_force(deadline, known, None)
        if force is not False:
            missing = (deadline.trigger, *(name for name in wanted if DERIVED.get(name) not in kinds))
            yield Running(
                placed, value, ask, missing, None, None, None, None, None, None, (), force, None, rule
            )  # fmt: skip
        return
    country = _country(placed, known)
    calendar = Calendar(country, known.situation.region if country == known.situation.host else None)
    for event in anchors:
        place = Place(calendar, book.zones(event.country or country))
        anchor = event._replace(span=event.span.seen_in(*place.zones))
        force, wanted = _in_force(deadline, known, anchor.span)
        if force is not False:
            yield _running(placed, value, ask, wanted, anchor, force, place, rule)


def _running(
    placed: Placed[Deadline],
    value: str,
    ask: tuple[str, ...],
    missing: tuple[str, ...],
    anchor: Happened,
    force: bool | None,  # noqa: FBT001 - a third value: it cannot be said yet
    place: Place,
    rule: CountingRule | None,
) -> Running:
    deadline, two = placed.entry, rule is not None and rule.two_working_days
    span, calendar = anchor.span, place.calendar
    first = count(span.earliest, deadline.length, deadline, calendar, two_working_days=two)
    final = count(span.latest, deadline.length, deadline, calendar, two_working_days=two).last_day
    moment = None
    if deadline.length.unit == "hour":
        moment, first, final = _hours(span, deadline.length, first, final, place)
    longest = None
    if deadline.longest is not None:
        longest = count(span.latest, deadline.longest, deadline, calendar, two_working_days=two).last_day
    notes = tuple(_notes(deadline, anchor, first, calendar, moment))
    return Running(
        placed, value, ask, missing, anchor, first, first.last_day, final, longest, moment, notes, force, calendar,
        rule, place.zones,
    )  # fmt: skip


def _hours(
    span: Span, length: Length, first: Counted, final: date, place: Place
) -> tuple[datetime | None, Counted, date]:
    """From a known moment to the hour; from a mere day, between the first and the last moment of it."""
    if span.at is None:
        last = datetime.combine(span.latest, time.max) + timedelta(hours=length.number)
        return None, first, max(final, last.date())
    # Through UTC: an hour is an hour, also in the night the clocks change.
    moment = (span.at.astimezone(UTC) + timedelta(hours=length.number)).astimezone(span.at.tzinfo)
    ends = days_in(moment, place.zones)
    end = min(ends)
    return moment, Counted(end, end, _towards_hours(end, span.earliest, place.calendar), extended=False), max(ends)


def _notes(
    deadline: Deadline, anchor: Happened, first: Counted, calendar: Calendar, moment: datetime | None
) -> Iterator[str]:
    """What to say beside the day, as codes of the locale files."""
    said = {
        "at-once": deadline.length.number == 0,
        "count-unknown": deadline.count == "unknown",
        "roll-unknown": deadline.roll == "unknown" and not calendar.works(first.end),
        "rolled": first.last_day > first.end and not first.extended,
        "extended": first.extended,
        "band": deadline.longest is not None,
        "hour-wanted": deadline.length.unit == "hour" and moment is None,
        "imprecise": anchor.span.at is None and anchor.span.earliest != anchor.span.latest,
        "zones": anchor.span.at is not None and anchor.span.earliest != anchor.span.latest,
        "calendar-unknown": not calendar.knows(first.last_day),
    }
    return (code for code, holds in said.items() if holds)


def _in_force(deadline: Deadline, known: Known, anchor: Span | None) -> tuple[bool | None, tuple[str, ...]]:
    """Whether the rule is in force by its date, and the date that is wanted to say so."""
    valid = deadline.valid
    if valid is None or (valid.since is None and valid.until is None):
        return True, ()
    span = anchor if valid.basis == "event_date" else known.dates.get(valid.basis)
    force = within(span, *validity(valid.since, valid.until))
    wanted: tuple[str, ...] = (valid.basis,) if span is None and valid.basis != "event_date" else ()
    return force, wanted


def _country(placed: Placed[Deadline], known: Known) -> str:
    """Whose working days: of the entry's country, of the pack's, or of the host where a wider law applies there."""
    if placed.entry.host is not None:
        return placed.entry.host
    head = placed.pack.pack
    return head.jurisdiction if head.kind in {"host", "origin"} else known.situation.host


def _belongs(event: Happened, placed: Placed[Deadline], known: Known) -> bool:
    """An event of another country starts nothing here; one without a country is taken as of the host.

    International law binds a State also after somebody has left it, so its limits go on.
    """
    head = placed.pack.pack
    if event.country is None or head.kind == "international":
        return True
    if head.kind == "region":
        return event.country == known.situation.host
    return event.country == (placed.entry.host or head.jurisdiction)


def ends_for(running: Running, court_zone: str, person_zone: str) -> datetime | None:
    """When the last day ends at the court, on the clock where the person is."""
    if running.last_day is None:
        return None
    midnight = datetime.combine(running.last_day + _DAY, time(), ZoneInfo(court_zone))
    return (running.moment or midnight).astimezone(ZoneInfo(person_zone))
