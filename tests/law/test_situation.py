"""What happened in another country, and answers that disagree with what happened, never hide a time limit."""

from datetime import date

from safeconduct.law import shelf
from safeconduct.law.book import Book
from safeconduct.law.deadline import Running
from safeconduct.law.evaluate import evaluate
from safeconduct.law.situation import Event, Fact, Situation, leave
from safeconduct.law.text import outcome_lines

BOOK = Book(shelf.shipped())
ON = date(2026, 3, 3)


def days(situation: Situation) -> dict[str, Running]:
    return {one.placed.entry.id: one for one in evaluate(BOOK, situation, ON).deadlines}


def test_an_application_in_another_country_is_none_here() -> None:
    lodged = Event("application_registered", "2025-11-20", "GE")
    found = days(Situation(origin="RU", host="KZ", events=(lodged, Event("entry", "2026-03-02"))))
    assert found["kz.apply"].last_day == date(2026, 3, 7)
    assert found["kz.apply_irregular"].last_day == date(2026, 3, 3)
    assert found["kz.decision_due"].last_day is None
    known = BOOK.know(Situation(origin="RU", host="KZ", events=(lodged,)))
    assert "asylum_lodged" not in known.facts
    assert "application_date" not in known.dates


def test_an_entry_elsewhere_does_not_take_the_place_of_the_one_here() -> None:
    entered = Situation(
        origin="RU", host="KZ", facts={"entered_on": "2026-03-02"}, events=(Event("entry", "2025-12-10", "GE"),)
    )
    assert days(entered)["kz.apply"].last_day == date(2026, 3, 7)


def test_in_another_host_what_was_of_the_former_is_asked_anew_and_nothing_else() -> None:
    facts: dict[str, Fact] = {name: True for name, kind in BOOK.vocabulary.facts.items() if kind.type == "bool3"}
    facts |= {"asylum_lodged_on": "2025-11-20", "entered_on": "2025-11-16", "procedure_kind": "regular"}
    dates = {"act_date": "2025-10-06", "application_date": "2025-11-20", "decision_date": "2026-01"}
    events = (Event("entry", "2025-11-16"), Event("summons_posted", "2025-10-01"), Event("call_up_start", "2026-04-01"))
    before = Situation(origin="RU", host="GE", region="TB", facts=facts, dates=dates, events=events)
    after = leave(before, "KZ", BOOK.kinds)
    assert facts.keys() - after.facts.keys() == {
        "asylum_lodged", "asylum_lodged_on", "entered_on", "entered_irregularly", "refusal_notified", "procedure_kind",
        "in_detention", "expulsion_order", "imminent_removal", "domestic_remedies_exhausted",
    }  # fmt: skip
    assert after.dates == {"act_date": "2025-10-06"}
    assert [event.country for event in after.events] == ["GE", None, None]
    assert (after.host, after.region) == ("KZ", None)
    assert leave(before, "GE", BOOK.kinds) == before


def test_the_limits_of_the_origin_go_on_in_another_host() -> None:
    before = Situation(
        origin="RU", host="GE", events=(Event("summons_posted", "2026-03-01"), Event("call_up_start", "2026-04-01"))
    )
    here, there = (
        {name: one.last_day for name, one in days(each).items() if name.startswith("ru.")}
        for each in (before, leave(before, "KZ", BOOK.kinds))
    )
    assert here == there
    assert any(here.values())
    assert BOOK.know(leave(before, "KZ", BOOK.kinds)).facts["summons_recorded"] is True


def test_a_limit_against_a_state_goes_on_after_it_was_left() -> None:
    final = Situation(
        origin="RU", host="GE", facts={"domestic_remedies_exhausted": True},
        events=(Event("final_domestic_decision", "2026-01-15"),),
    )  # fmt: skip
    left = days(leave(final, "KZ", BOOK.kinds))["int.echr_application"]
    assert left.last_day == date(2026, 5, 15)
    assert (left.value, left.in_force) == ("open", None), "whether it holds is asked anew"


def test_a_no_that_an_event_contradicts_is_unknown_and_both_sides_may_run() -> None:
    events = (Event("entry", "2026-03-02"), Event("application_registered", "2026-03-03"))
    said = Situation(origin="RU", host="KZ", facts={"asylum_lodged": False}, events=events)
    found = days(said)
    assert (found["kz.apply"].value, found["kz.apply"].last_day) == ("open", date(2026, 3, 7))
    assert (found["kz.decision_due"].value, found["kz.decision_due"].last_day) == ("open", date(2026, 6, 3))
    outcome = evaluate(BOOK, said, ON)
    assert outcome.known.disputed == (("asylum_lodged", "application_registered"),)
    loud = [line for line in outcome_lines(outcome, "en", "volunteer") if "ANSWERS DISAGREE" in line]
    assert len(loud) == 1
    assert "Has an asylum application been lodged" in loud[0]


def test_an_extradition_that_was_denied_still_runs_when_its_decision_was_handed_over() -> None:
    said = Situation(
        origin="RU", host="KZ", facts={"extradition_request": False},
        events=(Event("extradition_decision_copy", "2026-03-02"),),
    )  # fmt: skip
    found = days(said)["kz.extradition_appeal"]
    assert (found.value, found.last_day) == ("open", date(2026, 3, 12))
