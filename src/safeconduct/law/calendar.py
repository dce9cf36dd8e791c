"""Working days of a country, by the `holidays` library; and adding days, weeks, months and years to a date."""

import calendar
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
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
    if not knows(country, year):
        return frozenset(day for day in _days(year) if day.weekday() >= 5)
    official = holidays.country_holidays(country, subdiv=region)
    return frozenset(day for day in _days(year) if not official.is_working_day(day))


@cache
def knows(country: str, year: int) -> bool:
    """Whether the library has this country's holidays of this year; else only Saturdays and Sundays are free."""
    if country not in holidays.list_supported_countries():
        return False
    # The library only warns, to standard error, where its tables of moving feasts end.
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            official = holidays.country_holidays(country, years=year)
        except UserWarning:
            return False
    return official.start_year <= year <= official.end_year


def _days(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=at) for at in range(366 if calendar.isleap(year) else 365))


@cache
def regions(country: str) -> frozenset[str]:
    """The parts of a country with holidays of their own."""
    return frozenset(holidays.list_supported_countries().get(country, ()))


@dataclass(frozen=True, slots=True)
class Calendar:
    """One country's working days, perhaps of a region of it. An unknown region is read as the country alone."""

    country: str
    region: str | None = None

    def __post_init__(self) -> None:
        """Look the region up once."""
        if self.region is not None and self.region not in regions(self.country):
            object.__setattr__(self, "region", None)

    def knows(self, day: date) -> bool:
        """Whether the holidays around this day are known."""
        return knows(self.country, day.year)

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
