"""Working days of a country, by the `holidays` library; and adding days, weeks, months and years to a date."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Final, Literal

import holidays
from holidays import version

from safeconduct.law.pack import Length

EDITION: Final = f"holidays {version.__version__}"
"""Which calendars: they change as countries decree, and with them the days."""
_DAY: Final = timedelta(days=1)
Unit = Literal["hour", "day", "week", "month", "year"]


@cache
def _resting(country: str, region: str | None, year: int) -> frozenset[date]:
    """The days of a year on which nothing is open: weekends and holidays, less those made working days by decree."""
    try:
        official = holidays.country_holidays(country, subdiv=region, years=year)
    except NotImplementedError:
        return frozenset(day for day in _days(year) if day.weekday() >= 5)
    return frozenset(day for day in _days(year) if not official.is_working_day(day))


def _days(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=at) for at in range(366 if calendar.isleap(year) else 365))


@cache
def is_known(country: str) -> bool:
    """Whether the library has holidays for this country; else only Saturdays and Sundays are free."""
    return country in holidays.list_supported_countries()


@cache
def regions(country: str) -> frozenset[str]:
    """The parts of a country with holidays of their own."""
    return frozenset(holidays.list_supported_countries().get(country, ()))


@dataclass(frozen=True, slots=True)
class Calendar:
    """One country's working days, perhaps of a region of it. An unknown region is read as the country alone."""

    country: str
    region: str | None = None
    known: bool = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Look the country up once."""
        object.__setattr__(self, "known", is_known(self.country))
        if self.region is not None and self.region not in regions(self.country):
            object.__setattr__(self, "region", None)

    def works(self, day: date) -> bool:
        """Whether it is a working day."""
        return day not in _resting(self.country, self.region, day.year)

    def on_or_after(self, day: date) -> date:
        """The first working day not before this one."""
        while not self.works(day):
            day += _DAY
        return day

    def on_or_before(self, day: date) -> date:
        """The last working day not after this one."""
        while not self.works(day):
            day -= _DAY
        return day

    def step(self, day: date, number: int) -> date:
        """The working day so many working days after this one (before it, if negative); the day itself not counted."""
        for _ in range(abs(number)):
            day = self.on_or_after(day + _DAY) if number > 0 else self.on_or_before(day - _DAY)
        return day


def add(start: date, length: Length) -> date:
    """Days, weeks, months or years later: the day itself not counted.

    Months and years end on the same date, or on the last day of a month that has no such date.
    """
    match length.unit:
        case "hour":
            raise ValueError
        case "day":
            return start + timedelta(days=length.number)
        case "week":
            return start + timedelta(weeks=length.number)
        case "month" | "year":
            months = length.number * (12 if length.unit == "year" else 1)
            year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
            return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))
