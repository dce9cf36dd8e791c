"""Counting: the two EU rules with worked examples, calendars by brute force, leap days, year ends, hours, zones."""

# ruff: noqa: FBT001 - a case of a table

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.law import shelf
from safeconduct.law.book import Book
from safeconduct.law.calendar import Calendar, add
from safeconduct.law.deadline import Running, count, ends_for
from safeconduct.law.evaluate import evaluate
from safeconduct.law.pack import Cite, Deadline, Length, Missed, Node, Words
from safeconduct.law.situation import Event, Situation
from safeconduct.law.span import Span

BOOK = Book(shelf.shipped())
GERMANY = Calendar("DE")


def rule(number: int, unit: str, *, counting: str = "calendar", roll: str = "next_working_day") -> Deadline:
    said = Words(en="x", ru="x")
    return Deadline(
        id="x.x", cite=(Cite(src="x", as_of="unknown", confidence="high"),), label=said, trigger="entry",
        length=Length(number=number, unit=unit), count=counting, roll=roll, when=Node(unknown=True),  # type: ignore[arg-type]
        if_missed=Missed(basis="source", en="x", ru="x"), suspensive="none",
    )  # fmt: skip


def last_day(
    start: str, number: int, unit: str, calendar: Calendar = GERMANY, *, two: bool = False, **more: str
) -> str:
    deadline = rule(number, unit, **more)
    return count(
        date.fromisoformat(start), deadline.length, deadline, calendar, two_working_days=two
    ).last_day.isoformat()


@pytest.mark.parametrize(
    ("start", "number", "unit", "last"),
    [
        # Regulation 2024/1348 art. 73(a): the day of the event is not counted. Friday + 5 days = Wednesday.
        ("2026-11-20", 5, "day", "2026-11-25"),
        # (b): two weeks end on the same weekday.
        ("2026-11-20", 2, "week", "2026-12-04"),
        # (b): a month ends on the same date; 15 January is a Friday.
        ("2026-12-15", 1, "month", "2027-01-15"),
        # (b): 31 January + 1 month: no 31 February, so the last day of February, a Saturday; (c): Monday 2 March.
        ("2026-01-31", 1, "month", "2026-03-02"),
        # The same in a leap year: 29 February 2028 is a Tuesday.
        ("2028-01-31", 1, "month", "2028-02-29"),
        # (c): Saturdays and Sundays are within: Thursday + 5 days = Tuesday.
        ("2026-11-19", 5, "day", "2026-11-24"),
        # (c): ends on Saturday 5 December, so Monday.
        ("2026-11-21", 2, "week", "2026-12-07"),
        # (c): 25 and 26 December are holidays, 27 a Sunday in 2026: Monday 28.
        ("2026-12-15", 10, "day", "2026-12-28"),
        # A year end, and New Year's Day: Thursday 31 December is worked, Friday 1 January is not: Monday 4.
        ("2026-12-26", 5, "day", "2026-12-31"),
        ("2026-12-25", 1, "week", "2027-01-04"),
    ],
)
def test_regulation_2024_1348_article_73(start: str, number: int, unit: str, last: str) -> None:
    assert last_day(start, number, unit) == last


@pytest.mark.parametrize(
    ("start", "number", "unit", "last"),
    [
        # Art. 3(1), (2)(b): Monday + 5 days is Saturday; (4): Monday.
        ("2026-11-16", 5, "day", "2026-11-23"),
        # Art. 3(2)(c): 31 August + 1 month: 30 September, a Wednesday.
        ("2026-08-31", 1, "month", "2026-09-30"),
        # Art. 3(4): ends on Sunday 29 November: Monday.
        ("2026-11-19", 10, "day", "2026-11-30"),
        # Art. 3(5): Friday + 2 days is Sunday and holds no working day; the second one is Tuesday.
        ("2026-11-20", 2, "day", "2026-11-24"),
        # Thursday + 2 days is Saturday and holds one, Friday; the second is Monday.
        ("2026-11-19", 2, "day", "2026-11-23"),
        # Friday + 3 days is Monday and holds one; the second is Tuesday.
        ("2026-11-20", 3, "day", "2026-11-24"),
        # Of one day it says nothing: Friday + 1 is Saturday, so Monday by art. 3(4).
        ("2026-11-20", 1, "day", "2026-11-23"),
        # Christmas 2026: Thursday 24 + 3 days is Sunday 27, after a Friday and a Saturday that are holidays:
        # Monday 28 is the first working day, Tuesday 29 the second.
        ("2026-12-24", 3, "day", "2026-12-29"),
        # Back: art. 3(4) does not apply, it ends on Sunday; but art. 3(5) does: Friday and Thursday before a Monday.
        ("2026-11-30", -10, "day", "2026-11-20"),
        ("2026-11-30", -2, "day", "2026-11-26"),
    ],
)
def test_regulation_1182_71_article_3(start: str, number: int, unit: str, last: str) -> None:
    roll = "next_working_day" if number > 0 else "none"
    assert last_day(start, number, unit, two=True, roll=roll) == last


@pytest.mark.parametrize("country", ["RU", "KZ", "GE", "DE", "FR", "AM", "FI", "IL"])
def test_working_days_by_brute_force_over_thirty_years(country: str) -> None:
    calendar = Calendar(country)
    official = holidays.country_holidays(country, years=range(2010, 2042))
    day, end = date(2011, 1, 1), date(2040, 12, 31)
    worked: list[date] = []
    while day <= end:
        assert calendar.works(day) is official.is_working_day(day)
        if calendar.works(day):
            worked.append(day)
        day += timedelta(days=1)
    # The nth working day after a day, from the list itself.
    for at in range(0, len(worked) - 40, 97):
        for number in (1, 2, 10, 30):
            assert calendar.step(worked[at], number) == worked[at + number]
            assert calendar.step(worked[at + number], -number) == worked[at]
            between = worked[at] + (worked[at + 1] - worked[at]) - timedelta(days=1)
            assert calendar.step(between, number) == worked[at + number]


def test_a_country_without_holidays_here_has_its_weekends() -> None:
    calendar = Calendar("XX")
    assert not calendar.knows(date(2026, 11, 20))
    assert [calendar.works(date(2026, 11, day)) for day in range(20, 24)] == [True, False, False, True]


def test_years_beyond_a_calendar_have_their_weekends_and_no_warning() -> None:
    calendar = Calendar("SA")
    assert calendar.knows(date(2026, 1, 1))
    for country in ("SA", "KZ", "CN", "IN"):
        for year in (1900, 2199):
            assert Calendar(country).works(date(year, 6, 4)) in {True, False}


def test_a_region_has_holidays_of_its_own() -> None:
    assert Calendar("DE").works(date(2026, 1, 6))
    assert not Calendar("DE", "BY").works(date(2026, 1, 6))
    assert Calendar("DE", "Nowhere") == Calendar("DE")


@pytest.mark.parametrize(
    ("start", "number", "unit", "end"),
    [
        ("2024-02-29", 1, "year", "2025-02-28"),
        ("2024-02-29", 4, "year", "2028-02-29"),
        ("2026-12-31", 2, "month", "2027-02-28"),
        ("2026-12-31", 1, "day", "2027-01-01"),
        ("2025-10-01", -6, "month", "2025-04-01"),
        ("2026-08-31", -6, "month", "2026-02-28"),
        ("2026-03-01", -1, "day", "2026-02-28"),
        ("2028-03-01", -1, "day", "2028-02-29"),
    ],
)
def test_leap_days_and_year_ends(start: str, number: int, unit: str, end: str) -> None:
    assert add(date.fromisoformat(start), Length(number=number, unit=unit)).isoformat() == end  # type: ignore[arg-type]


DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
LENGTHS = st.builds(
    lambda number, unit: Length(number=number, unit=unit),
    st.integers(-40, 40),
    st.sampled_from(["day", "week", "month", "year"]),
)


@given(DAYS, DAYS, LENGTHS, st.sampled_from(["calendar", "working"]), st.booleans())
def test_a_later_event_never_ends_earlier(one: date, other: date, length: Length, counting: str, two: bool) -> None:
    deadline = rule(length.number, length.unit, counting=counting)
    first, final = (count(day, length, deadline, GERMANY, two_working_days=two) for day in sorted((one, other)))
    assert first.end <= final.end
    assert first.last_day <= final.last_day


@given(DAYS, st.integers(1, 40), st.sampled_from(["day", "week", "month"]))
def test_working_towards_leaves_time_and_is_a_working_day(start: date, number: int, unit: str) -> None:
    deadline = rule(number, unit)
    found = count(start, deadline.length, deadline, GERMANY, two_working_days=False)
    assert start <= found.work_towards <= found.last_day
    if found.work_towards == found.last_day:
        assert not any(GERMANY.works(start + timedelta(days=at)) for at in range((found.last_day - start).days))
    elif found.work_towards != start:
        assert GERMANY.works(found.work_towards)
        between = (found.last_day - found.work_towards).days
        assert not any(GERMANY.works(found.work_towards + timedelta(days=at)) for at in range(1, between))


def running(host: str, when: str, name: str, *, kind: str = "entry", **facts: bool | int | str) -> Running:
    situation = Situation(origin="RU", host=host, facts=dict(facts), events=(Event(kind=kind, date=when),))
    outcome = evaluate(BOOK, situation, date(2026, 11, 25))
    return next(one for one in outcome.deadlines if one.placed.entry.id == name)


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_knowing_the_date_better_never_widens_the_days(day: date) -> None:
    for name in ("ge.appeal_regular", "ge.leave", "int.echr_application"):
        kind = {"ge.appeal_regular": "decision_notified", "ge.leave": "court_decision_final"}.get(
            name, "final_domestic_decision"
        )
        if name == "int.echr_application" and day < date(2023, 1, 1):
            continue
        year, month, exact = (running("GE", day.isoformat()[:size], name, kind=kind) for size in (4, 7, 10))
        assert year.earliest is not None
        assert month.earliest is not None
        assert exact.earliest is not None
        assert exact.latest is not None
        assert month.latest is not None
        assert year.latest is not None
        assert year.earliest <= month.earliest <= exact.earliest
        assert exact.earliest == exact.latest == exact.last_day
        assert exact.latest <= month.latest <= year.latest


def test_an_imprecise_date_plans_with_the_earliest() -> None:
    found = running("KZ", "2026-10", "kz.leave", kind="court_decision_final", refusal_notified=True)
    assert (found.earliest, found.latest) == (date(2026, 10, 31), date(2026, 11, 30))
    assert found.last_day == date(2026, 10, 31)
    assert "imprecise" in found.notes


def test_unknown_because_the_service_date_is_missing_is_a_result() -> None:
    situation = Situation(origin="RU", host="KZ", facts={"refusal_notified": True})
    found = {one.placed.entry.id: one for one in evaluate(BOOK, situation, date(2026, 11, 25)).deadlines}
    assert found["kz.leave"].missing == ("court_decision_final",)
    assert found["kz.leave"].last_day is None
    assert found["kz.leave"].value == "yes"


def test_another_event_starts_the_same_limit_again() -> None:
    events = (Event(kind="entry", date="2026-03-02"), Event(kind="risk_learned", date="2026-05-04"))
    situation = Situation(origin="RU", host="KZ", facts={"asylum_lodged": False}, events=events)
    found = [
        one.last_day
        for one in evaluate(BOOK, situation, date(2026, 11, 25)).deadlines
        if one.placed.entry.id == "kz.apply"
    ]
    assert found == [date(2026, 3, 7), date(2026, 5, 9)]


def test_an_event_of_another_country_starts_nothing_here() -> None:
    events = (
        Event(kind="entry", date="2026-03-02", country="AM"),
        Event(kind="entry", date="2026-05-04", country="KZ"),
    )
    situation = Situation(origin="RU", host="KZ", facts={"asylum_lodged": False}, events=events)
    found = [
        one.last_day
        for one in evaluate(BOOK, situation, date(2026, 11, 25)).deadlines
        if one.placed.entry.id == "kz.apply"
    ]
    assert found == [date(2026, 5, 9)]


@given(DAYS, st.integers(0, 23), st.integers(1, 400))
def test_from_a_mere_day_hours_end_between_its_first_and_its_last_moment(day: date, hour: int, number: int) -> None:
    deadline = rule(number, "hour")
    found = count(day, deadline.length, deadline, GERMANY, two_working_days=False)
    exact = datetime(day.year, day.month, day.day, hour, 30, tzinfo=UTC) + timedelta(hours=number)
    assert found.last_day <= exact.date()


def test_hours_from_a_day_and_from_a_moment() -> None:
    vague = running("GE", "2026-11-16", "ge.declare_irregular", entered_irregularly=True)
    assert (vague.last_day, vague.latest, vague.work_towards) == (
        date(2026, 11, 17),
        date(2026, 11, 17),
        date(2026, 11, 16),
    )
    assert "hour-wanted" in vague.notes
    exact = running("GE", "2026-11-16T21:30+04:00", "ge.declare_irregular", entered_irregularly=True)
    assert exact.moment == datetime.fromisoformat("2026-11-17T21:30+04:00")
    assert exact.notes == ()


def test_a_moment_is_read_on_the_calendar_of_the_court() -> None:
    # 22:00 in Berlin on the 16th is 01:00 in Tbilisi on the 17th.
    found = running(
        "GE", "2026-11-16T22:00+01:00", "ge.appeal_regular", kind="decision_notified", procedure_kind="regular"
    )
    assert found.last_day == date(2026, 11, 27)
    assert running("GE", "2026-11-16", "ge.appeal_regular", kind="decision_notified").last_day == date(2026, 11, 26)


@pytest.mark.parametrize(
    ("host", "name", "when", "last"),
    [
        # 01:00 in Moscow on the 2nd is still the 1st in Oslo, New York and Honolulu.
        ("NO", "int.echr_application", "2026-03-02T01:00+03:00", "2026-07-01"),
        ("US", "us.one_year", "2026-03-02T01:00+03:00", "2027-03-01"),
        # 07:30 in Berlin on the 2nd is the 2nd in New York and the 1st in Honolulu: the earlier day.
        ("US", "us.one_year", "2026-03-02T07:30+01:00", "2027-03-01"),
        # Nobody says which clocks a country has: the earlier of all on earth.
        ("BR", "int.echr_application", "2026-03-02T08:30-03:00", "2026-07-01"),
    ],
)
def test_a_moment_is_read_on_the_clocks_of_a_host_without_a_pack_of_its_own(
    host: str, name: str, when: str, last: str
) -> None:
    kind = "entry" if name == "us.one_year" else "final_domestic_decision"
    assert str(running(host, when, name, kind=kind, domestic_remedies_exhausted=True).last_day) == last


def test_of_several_clocks_both_days_are_kept_and_it_is_said() -> None:
    found = running("US", "2026-03-02T07:30+01:00", "us.one_year")
    assert (found.earliest, found.latest) == (date(2027, 3, 1), date(2027, 3, 2))
    assert "zones" in found.notes
    assert "imprecise" not in found.notes
    sure = running("US", "2026-03-02T01:00+03:00", "us.one_year")
    assert sure.earliest == sure.latest
    assert "zones" not in sure.notes


def test_every_host_spoken_of_has_its_clocks_and_courts_keep_one_of_them() -> None:
    clocks = BOOK.vocabulary.clocks
    assert clocks is not None
    hosts = {host for pack in BOOK.packs.values() for host in pack.pack.hosts}
    hosts |= {pack.pack.jurisdiction for pack in BOOK.packs.values() if pack.pack.kind == "host"}
    hosts |= {one.entry.host for one in BOOK.entries.values() if one.entry.host}
    assert hosts == set(clocks.zones)
    for pack in BOOK.packs.values():
        if pack.pack.kind == "host":
            assert pack.pack.zone in clocks.zones[pack.pack.jurisdiction]


@pytest.mark.parametrize(
    ("host", "now", "standing"),
    [
        # The last day, 7 March, in Almaty (UTC+5): it ends there at 19:00 UTC.
        ("KZ", "2026-03-07T18:59+00:00", "today"),
        ("KZ", "2026-03-07T19:00+00:00", "passed"),
        ("KZ", "2026-03-05T18:59+00:00", "ahead"),
        # 2 March 2027 is still going on in Honolulu (UTC-10) when New York has the 3rd.
        ("US", "2027-03-03T04:59+00:00", "today"),
        ("US", "2027-03-03T05:01+00:00", "doubtful"),
        ("US", "2027-03-03T10:01+00:00", "passed"),
    ],
)
def test_a_day_has_passed_by_the_clock_of_the_place(host: str, now: str, standing: str) -> None:
    name = "kz.apply" if host == "KZ" else "us.one_year"
    at = datetime.fromisoformat(now)
    assert running(host, "2026-03-02", name).standing(at.date(), at) == standing


def test_hours_pass_with_their_moment() -> None:
    found = running("GE", "2026-11-15T01:00+04:00", "ge.declare_irregular", entered_irregularly=True)
    assert found.work_towards == date(2026, 11, 15), "the day of the event: the day after is too late"
    for now, standing in (("2026-11-16T00:59+04:00", "today"), ("2026-11-16T01:00+04:00", "passed")):
        at = datetime.fromisoformat(now)
        assert found.standing(at.date(), at) == standing


def test_a_longer_end_of_a_band_may_still_be_in_time() -> None:
    found = running("GE", "2026-12-17", "ge.leave", kind="court_decision_final", refusal_notified=True)
    assert [found.standing(date(2027, 1, day)) for day in (16, 17)] == ["doubtful", "passed"]


def test_what_is_to_be_done_at_once_is_always_to_be_done_today() -> None:
    found = running("KZ", "2026-11-20", "int.hrc_interim", kind="removal_order_notified", imminent_removal=True)
    assert found.standing(date(2026, 11, 25)) == "today"


def test_back_from_an_event_what_is_unknown_is_counted_so_that_the_day_comes_earlier() -> None:
    # 10 working days before Monday 30 March 2026 in Germany are Monday 16; 10 calendar days are Friday 20.
    assert last_day("2026-03-30", -10, "day", counting="unknown", roll="none") == "2026-03-16"
    assert last_day("2026-03-30", -10, "day", counting="working", roll="none") == "2026-03-16"
    assert last_day("2026-03-02", 10, "day", counting="unknown", roll="none") == "2026-03-12"


def test_the_last_day_ends_at_the_court_whatever_the_clock_of_the_person() -> None:
    found = running("KZ", "2026-11-20", "kz.extradition_appeal", kind="extradition_decision_copy")
    ends = ends_for(found, "Asia/Almaty", "Europe/Paris")
    assert ends == datetime(2026, 12, 1, 0, 0, tzinfo=ZoneInfo("Asia/Almaty"))
    assert ends is not None
    assert ends.isoformat() == "2026-11-30T20:00:00+01:00"


def test_an_hour_is_an_hour_in_the_night_the_clocks_change() -> None:
    at = Span.parse("2026-10-24T12:00+02:00").seen_in("Europe/Berlin")
    assert at.at is not None
    later = (at.at.astimezone(UTC) + timedelta(hours=24)).astimezone(at.at.tzinfo)
    assert later.isoformat() == "2026-10-25T11:00:00+01:00"


def test_the_time_limits_of_a_refusal_in_germany_by_date_of_application() -> None:
    def names(lodged: str) -> set[str]:
        situation = Situation(
            origin="RU", host="DE", facts={"refusal_notified": True, "procedure_kind": "regular"},
            dates={"application_date": lodged}, events=(Event(kind="decision_notified", date="2026-11-20"),),
        )  # fmt: skip
        found = evaluate(BOOK, situation, date(2026, 11, 25)).deadlines
        return {one.placed.entry.id for one in found if one.last_day is not None}

    assert names("2026-06-11") == {"de.klage", "de.leave", "de.reasons"}
    assert names("2026-06-12") == {"eu.appeal_normal"}
    # Not known exactly enough: both are shown, neither dropped.
    assert names("2026-06") == names("2026-06-11") | names("2026-06-12")
