"""Dates as people know them: a day, a month, a year, or a moment; each is a span of days."""

import calendar
import re
from datetime import date, datetime
from functools import cache
from typing import Final, NamedTuple, Self
from zoneinfo import ZoneInfo

_PARTIAL: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_YEARS: Final = range(1900, 2200)
"""Wide enough for every law and event here; no count runs off the calendar."""
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2})")


class Span(NamedTuple):
    """The first and the last day that may be meant; `at` where the moment itself is known."""

    earliest: date
    latest: date
    at: datetime | None = None

    @classmethod
    def parse(cls, untrusted_text: str) -> Self:
        """Read `2026-03-02`, `2026-03`, `2026` or `2026-03-02T14:30+05:00`.

        Raises:
            ValueError: anything else, a day that does not exist, or a year outside 1900 to 2199.
        """
        if untrusted_text[:4].isdecimal() and int(untrusted_text[:4]) not in _YEARS:
            raise ValueError
        if _MOMENT.fullmatch(untrusted_text):
            at = datetime.fromisoformat(untrusted_text)
            return cls(at.date(), at.date(), at)
        match = _PARTIAL.fullmatch(untrusted_text)
        if match is None:
            raise ValueError
        year, month, day = match.groups()
        first, last = (int(month), int(month)) if month is not None else (1, 12)
        start = date(int(year), first, int(day) if day is not None else 1)
        return cls(start, start if day is not None else _month_end(int(year), last))

    def seen_in(self, *zones: str) -> Self:
        """The same moment on the calendars of a place; a mere date stays the date it is.

        Where the place has several clocks, the first and the last day that it may be there.
        """
        if self.at is None or not zones:
            return self
        days = days_in(self.at, zones)
        at = self.at.astimezone(ZoneInfo(zones[0])) if len(zones) == 1 else self.at
        return type(self)(min(days), max(days), at)

    def after(self, other: "Span") -> bool:
        """Surely later than the other."""
        return self.earliest > other.latest

    def text(self) -> str:
        """As `parse` reads it: the shortest spelling that means these days, else both days."""
        if self.at is not None:
            return self.at.isoformat(timespec="minutes")
        for size in (4, 7, 10):
            spelled = self.earliest.isoformat()[:size]
            if type(self).parse(spelled) == self:
                return spelled
        return f"{self.earliest}/{self.latest}"


def days_in(at: datetime, zones: tuple[str, ...]) -> set[date]:
    """The days that a moment falls on, by each of these clocks."""
    return {at.astimezone(ZoneInfo(zone)).date() for zone in zones}


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def within(span: Span | None, first: Span | None, last: Span | None) -> bool | None:
    """Whether the day lies in a validity: yes, no, or it cannot be said yet."""
    if first is None and last is None:
        return True
    if span is None:
        return None
    if (first is not None and span.latest < first.earliest) or (last is not None and span.earliest > last.latest):
        return False
    begun = first is None or span.earliest >= first.earliest
    going = last is None or span.latest <= last.latest
    return True if begun and going else None


@cache
def validity(since: str | None, until: str | None) -> tuple[Span | None, Span | None]:
    """The first and the last day that something is in force, as `within` takes them."""
    return (Span.parse(since) if since else None), (Span.parse(until) if until else None)
