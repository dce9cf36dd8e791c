"""The short answer: no day that is past stands as one to act by, and nothing uncertain stands as certain."""

import re
from datetime import date

import pytest

from safeconduct.law import shelf
from safeconduct.law.answer import short_answer
from safeconduct.law.book import Book
from safeconduct.law.evaluate import evaluate
from safeconduct.law.pack import ASKERS, Asker
from safeconduct.law.situation import Event, Fact, Situation
from safeconduct.law.speech import LANGUAGES, Language, say
from safeconduct.law.text import outcome_lines

BOOK = Book(shelf.shipped())


def answered(situation: Situation, on: str, language: Language = "en", asker: Asker = "caseworker") -> str:
    text = short_answer(evaluate(BOOK, situation, date.fromisoformat(on)), language, asker)
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def line(text: str, start: str) -> str:
    return next(each for each in text.split("\n") if each.startswith(start))


def entered(when: str, host: str = "KZ", **facts: Fact) -> Situation:
    return Situation(origin="RU", host=host, facts=facts, events=(Event("entry", when),))


@pytest.mark.parametrize(
    ("when", "on", "ends"),
    [
        ("2026-03-02", "2026-03-03", "the last day is 7 March 2026; please act by 6 March 2026."),
        ("2026-03-02", "2026-03-06", "the last day is 7 March 2026. Act today."),
        ("2026-03-02", "2026-03-07", "the last day is 7 March 2026. Act today."),
        ("2026-03-02", "2026-06-01",
         "The last day has passed. Ask a lawyer at once whether the time can be restored."),
        ("2026-03", "2026-03-20",
         "This day may have passed. It may still be in time, until 5 April 2026 at the latest. Act now."),
    ],
)  # fmt: skip
def test_a_day_is_told_by_where_it_stands_today(when: str, on: str, ends: str) -> None:
    label = BOOK.entries["kz.apply"].entry.label.en  # type: ignore[attr-defined]
    told = line(answered(entered(when, asylum_lodged=False), on), label)
    assert told.endswith(ends)
    assert ("please act by" in told) is (on == "2026-03-03")


def test_the_day_that_has_passed_is_said_in_russian_too() -> None:
    told = answered(entered("2026-03-02", asylum_lodged=False), "2026-06-01", "ru")
    assert "последний день — 7 марта 2026 г. Последний день прошёл. Сразу спросите юриста" in told
    assert "постарайтесь успеть до 6 марта" not in told


def test_a_limit_in_hours_is_told_with_its_moment() -> None:
    told = answered(entered("2026-11-15T01:00+04:00", "GE", entered_irregularly=True), "2026-11-14")
    assert "the last day is 16 November 2026, 01:00 (UTC+04:00); please act by 15 November 2026." in told


def test_what_depends_on_a_date_that_is_not_known_says_so() -> None:
    refused = Situation(
        origin="RU", host="FR", facts={"refusal_notified": True, "procedure_kind": "accelerated"},
        events=(Event("decision_notified", "2026-06-15"),),
    )  # fmt: skip
    told = answered(refused, "2026-06-16")
    days = [each for each in told.split("\n") if "last day is" in each and "Depends on the day of the asylum" in each]
    assert days
    assert all("if this applies" in each for each in days)
    facts: dict[str, Fact] = {"left_unit": True, "mobilisation_period": True, "absence_days": 86}
    absent = answered(Situation(origin="RU", host="KZ", facts=facts), "2026-06-16")
    feared = [each for each in absent.split("\n") if each.startswith("What may be feared")]
    assert feared
    assert all("Depends on the day of the act, which is not known." in each for each in feared)


def test_a_ground_that_may_not_be_in_force_says_so() -> None:
    facts: dict[str, Fact] = {
        "prosecution_feared": True, "war_crimes_documented": True, "called_up_for_this_conflict": True,
        "refusal_procedure_exists": False, "other_way_to_avoid": False, "convention_reason": True,
    }  # fmt: skip
    told = answered(Situation(origin="RU", host="FR", facts=facts), "2026-07-16")
    label = BOOK.entries["eu.art9_2_e"].entry.label.en  # type: ignore[attr-defined]
    ground = next(part for part in told.split("\n\n") if label in part)
    assert "Depends on the day of the decision on the application, which is not known." in ground


def test_a_day_of_an_authority_is_certain_only_where_its_limit_is() -> None:
    event = (Event("application_registered", "2026-03-03"),)
    sure = answered(Situation(origin="RU", host="KZ", events=event), "2026-03-04")
    label = BOOK.entries["kz.decision_due"].entry.label.en  # type: ignore[attr-defined]
    assert line(sure, label) == f"{label}: 3 June 2026."
    said = Situation(origin="RU", host="KZ", facts={"asylum_lodged": False}, events=event)
    assert line(answered(said, "2026-03-04"), label) == f"{label}: if this applies, 3 June 2026."


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("asker", ASKERS)
def test_no_print_names_a_question_of_another_asker_and_none_ends_in_a_colon(language: Language, asker: Asker) -> None:
    facts: dict[str, Fact] = {"left_unit": True, "mobilisation_period": True, "prosecution_feared": True}
    events = (Event("entry", "2026-03-02"), Event("decision_notified", "2026-03-03"))
    outcome = evaluate(BOOK, Situation(origin="RU", host="KZ", facts=facts, events=events), date(2026, 3, 4))
    print_, answer = "\n".join(outcome_lines(outcome, language, asker)), short_answer(outcome, language, asker)
    text = (print_ + answer).replace("\N{NO-BREAK SPACE}", " ")
    given = {"nationality", "host_country", "outside_origin_country"}
    for name, kind in BOOK.vocabulary.facts.items():
        if ASKERS.index(kind.asked_by) > ASKERS.index(asker) and name not in given:
            assert (kind.ask.ru if language == "ru" else kind.ask.en) not in text, name
    paragraphs = answer.split("\n\n")
    assert not [each for each in paragraphs if each.rstrip().endswith(":")]
    assert not re.search(r":\n(According to|Согласно)", answer)


def test_a_russian_sentence_keeps_together_what_belongs_together() -> None:
    nbsp = "\N{NO-BREAK SPACE}"
    assert say("ru", "article", number="337", part="5") == f"ч.{nbsp}5{nbsp}ст.{nbsp}337"
    assert f"2{nbsp}марта{nbsp}" in say("ru", "last-day", day=say("ru", "date", day=date(2026, 3, 2))).replace(
        "2026 г", f"2026{nbsp}г"
    ).replace("марта 2026", f"марта{nbsp}2026")
    assert f"{nbsp}— " in say("ru", "more-than", question="Сколько", limit=30)
    assert say("en", "article", number="337", part="5") == "art. 337 part 5"
