"""Findings: presumptions, exclusions, validity, overrides, what is stale or laid over, what is asked, and of whom."""

from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeconduct.law import shelf
from safeconduct.law.article import find_article, parse
from safeconduct.law.ask import questions
from safeconduct.law.book import Book
from safeconduct.law.evaluate import Finding, Outcome, evaluate
from safeconduct.law.logic import judge
from safeconduct.law.pack import ASKERS, Asker
from safeconduct.law.shelf import read_folder
from safeconduct.law.situation import Event, Fact, Situation

BUNDLE = shelf.shipped()
BOOK = Book(BUNDLE)
ON = date(2026, 11, 25)
CALLED_UP: dict[str, Fact] = {
    "prosecution_feared": True, "war_crimes_documented": True, "called_up_for_this_conflict": True,
    "refusal_procedure_exists": False, "other_way_to_avoid": False,
}  # fmt: skip


def outcome(host: str, facts: dict[str, Fact] | None = None, on: date = ON, **more: object) -> Outcome:
    situation = msgspec.convert({"origin": "RU", "host": host, "facts": facts or {}, **more}, Situation)
    return evaluate(BOOK, situation, on)


def found(name: str, host: str, facts: dict[str, Fact] | None = None, **more: object) -> Finding:
    return next(one for one in outcome(host, facts, ON, **more).findings if one.id == name)


def test_a_presumption_is_named_and_can_be_rebutted_or_shown() -> None:
    one = found("eu.art9_2_e", "FR", CALLED_UP)
    assert (one.value, one.presumption, one.ask) == ("pres", "convention_reason", ("convention_reason",))
    assert one.confidence == "medium"
    assert found("eu.art9_2_e", "FR", {**CALLED_UP, "convention_reason": True}).value == "yes"
    assert found("eu.art9_2_e", "FR", {**CALLED_UP, "convention_reason": False}).value == "no"


def test_what_is_said_to_be_unknown_is_as_if_it_was_not_said() -> None:
    assert found("eu.art9_2_e", "FR", {**CALLED_UP, "convention_reason": "unknown"}).value == "pres"


def test_an_exclusion_bars_only_when_it_holds() -> None:
    facts: dict[str, Fact] = {**CALLED_UP, "convention_reason": True}
    assert found("eu.art9_2_e", "FR", facts).unexamined == ("eu.exclusion_12_2",)
    barred = found("eu.art9_2_e", "FR", {**facts, "serious_reasons_art1f": True})
    assert (barred.value, barred.barred) == ("no", ("eu.exclusion_12_2",))
    assert found("eu.art9_2_e", "FR", {**facts, "serious_reasons_art1f": False}).unexamined == ()


@pytest.mark.parametrize(
    ("decided", "value", "force"),
    [("2026-06-11", "no", False), ("2026-06-12", "pres", True), ("2026-06", "pres", None), ("2026-07", "pres", True)],
)
def test_the_date_that_decides(decided: str, value: str, force: bool | None) -> None:  # noqa: FBT001
    one = found("eu.art9_2_e", "FR", CALLED_UP, dates={"decision_date": decided})
    assert (one.value, one.in_force) == (value, force)


def test_a_date_that_is_not_known_leaves_the_finding_shown_and_marked() -> None:
    one = found("eu.art9_2_e", "FR", CALLED_UP)
    assert (one.in_force, one.missing) == (None, ("decision_date",))


def test_a_graver_offence_takes_the_place_of_another_only_when_it_surely_holds() -> None:
    facts: dict[str, Fact] = {"left_unit": True, "intent_to_leave_for_good": True, "mobilisation_period": True}
    sure = found("ru.338.1", "GE", facts, dates={"act_date": "2023-05-01"})
    assert (sure.value, sure.overridden) == ("no", ("ru.338.3",))
    assert found("ru.338.1", "GE", facts).value == "yes"
    assert found("ru.338.1", "GE", facts, dates={"act_date": "2022-01-01"}).value == "yes"


def test_a_pack_past_its_review_is_stale_from_the_day_after() -> None:
    assert outcome("KZ", on=date(2026, 12, 22)).stale == set()
    assert outcome("KZ", on=date(2026, 12, 23)).stale == {"kz"}


def test_a_country_without_a_pack_is_said_to_be_one() -> None:
    assert outcome("BR").selection.unknown == ("BR",)
    assert outcome("KZ").selection.unknown == ()


def test_of_two_applications_neither_date_is_chosen() -> None:
    events = [{"kind": "application_registered", "date": day} for day in ("2026-01-02", "2026-07-02")]
    assert "application_date" not in outcome("DE", events=events).known.dates
    assert outcome("DE", events=events[:1]).known.dates["application_date"].text() == "2026-01-02"


def test_what_was_said_outweighs_what_follows() -> None:
    lodged = [{"kind": "application_registered", "date": "2026-01-02"}]
    assert outcome("KZ", events=lodged).known.facts["asylum_lodged"] is True
    # But a `no` that an event contradicts is unknown: it must not take a time limit off the page.
    disputed = outcome("KZ", {"asylum_lodged": False}, events=lodged).known
    assert "asylum_lodged" not in disputed.facts
    assert disputed.disputed == (("asylum_lodged", "application_registered"),)


# Whether somebody is outside his country follows from origin and host, so it is known from the start.
BOOLS = [
    name for name, kind in BOOK.vocabulary.facts.items() if kind.type == "bool3" and name != "outside_origin_country"
]
FACTS = st.dictionaries(st.sampled_from(BOOLS), st.booleans(), max_size=25)
HOSTS = st.sampled_from(["KZ", "GE", "DE", "FR", "FI", "AM"])


@settings(max_examples=60)
@given(HOSTS, FACTS, st.sampled_from(BOOLS), st.booleans())
def test_one_more_fact_never_opens_a_finding_again(
    host: str,
    facts: dict[str, Fact],
    name: str,
    answer: bool,  # noqa: FBT001
) -> None:
    before = {one.id: one for one in outcome(host, facts).findings}
    for one in outcome(host, {name: answer, **facts}).findings:
        if before[one.id].value in {"yes", "no"}:
            assert one.value in {"yes", "no"}
        if before[one.id].value == "yes" and one.value == "no":
            assert one.barred or one.overridden


@settings(max_examples=40)
@given(HOSTS, FACTS, st.randoms(use_true_random=False))
def test_order_of_facts_and_events_does_not_matter(host: str, facts: dict[str, Fact], random: object) -> None:
    refused = [Event(kind="decision_notified", date=day) for day in ("2026-04", "2026-05")]
    events = [Event(kind="entry", date="2026-03-02"), *refused]
    shuffled, mixed = list(facts.items()), list(events)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    random.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = (
        evaluate(BOOK, Situation(origin="RU", host=host, facts=said, events=tuple(told)), ON)
        for said, told in ((facts, events), (dict(shuffled), mixed))
    )
    assert one.findings == other.findings
    days = [
        [(run.placed.entry.id, run.last_day, run.latest, run.missing) for run in each.deadlines]
        for each in (one, other)
    ]
    assert sorted(days[0], key=str) == sorted(days[1], key=str)


@settings(max_examples=40)
@given(HOSTS, FACTS)
def test_what_is_asked_can_still_change_something_and_only_that_is_asked(host: str, facts: dict[str, Fact]) -> None:
    current = outcome(host, facts)
    asked = {question.fact for question in questions(current, "lawyer")}
    wanted = {fact for finding in current.findings for fact in finding.ask}
    wanted |= {fact for running in current.deadlines for fact in running.ask}
    assert asked == wanted
    for question in questions(current, "lawyer"):
        for name in question.decides:
            when = BOOK.entries[name].entry.when  # type: ignore[attr-defined]
            assert judge(when, current.known.facts) is None
    assert not asked & set(facts)


@settings(max_examples=40)
@given(HOSTS, FACTS, st.sampled_from(ASKERS))
def test_nobody_is_given_a_question_of_a_later_asker(host: str, facts: dict[str, Fact], asker: Asker) -> None:
    for question in questions(outcome(host, facts), asker):
        kind = BOOK.vocabulary.facts[question.fact]
        assert ASKERS.index(kind.asked_by) <= ASKERS.index(asker)
        assert not (asker in {"door", "volunteer"} and (kind.act or kind.asked_by == "lawyer"))


def test_urgent_facts_come_first_and_what_only_accuses_comes_last() -> None:
    order = [question.fact for question in questions(outcome("KZ", {"left_unit": True}), "lawyer")]
    urgent = [BOOK.vocabulary.facts[name].urgent for name in order]
    assert urgent == sorted(urgent, reverse=True)
    assert order.index("convention_reason") < order.index("intent_to_leave_for_good")
    assert order.index("risk_torture") < order.index("left_with_weapon")


OVERLAY = """schema: lawpack/2
pack:
  id: kz_office
  title: {en: Kazakhstan for our office, ru: "Казахстан: наш отдел"}
  kind: host
  jurisdiction: KZ
  overlays: kz
  status: reviewed
  reviewed: {by: A. Lawyer, day: 2026-11-23}
  compiled: 2026-11-23
  review_by: 2027-03-01
sources:
  order:
    {title: Order, publisher: Ministry, url: unknown, date: 2026-10-01, kind: statute, read: {en: full, ru: всё}}
deadlines:
  - id: kz.apply
    label: {en: Application, ru: Ходатайство}
    trigger: entry
    length: {number: 10, unit: day}
    count: working
    roll: none
    when: {not: {fact: asylum_lodged}}
    if_missed: {basis: source, en: late, ru: поздно}
    suspensive: full
    cite: [{src: order, as_of: 2026-10-01, confidence: high}]
statements:
  - id: kz.office1
    text: {en: Open on Mondays, ru: Открыто по понедельникам}
    cite: [{src: order, as_of: 2026-10-01, confidence: high}]
"""


def laid_over(folder: Path, text: str = OVERLAY) -> Book:
    (folder / "kz_office.yaml").write_text(text, "utf-8")
    read = read_folder(folder, {pack.pack.id: pack for pack in BUNDLE.packs}, BUNDLE.vocabulary)
    assert read.refused == ()
    return Book(BUNDLE, tuple(read.packs.values()))


def test_an_organisations_own_entries_take_the_place_of_those_below(tmp_path: Path) -> None:
    situation = Situation(
        origin="RU", host="KZ", facts={"asylum_lodged": False}, events=(Event(kind="entry", date="2026-11-20"),)
    )  # fmt: skip
    book = laid_over(tmp_path)
    result = evaluate(book, situation, ON)
    running = [one for one in result.deadlines if one.placed.entry.id == "kz.apply"]
    assert [one.last_day for one in running] == [date(2026, 12, 4)]
    assert running[0].placed.pack.pack.id == "kz_office"
    assert "kz_office" not in result.drafts
    assert "kz" in result.drafts
    assert "kz.office1" in {placed.entry.id for placed in result.selection.statements}
    assert "kz.office1" not in {placed.entry.id for placed in evaluate(BOOK, situation, ON).selection.statements}
    # It comes along only with what it is laid over.
    assert "kz_office" not in {
        pack.pack.id for pack in evaluate(book, Situation(origin="RU", host="GE"), ON).selection.packs
    }


def test_an_overlay_writes_anew_only_in_the_same_section(tmp_path: Path) -> None:
    (tmp_path / "kz_office.yaml").write_text(OVERLAY.replace("kz.office1", "kz.refugee"), "utf-8")
    read = read_folder(tmp_path, {pack.pack.id: pack for pack in BUNDLE.packs}, BUNDLE.vocabulary)
    assert [one.misreading.code for one in read.refused] == ["id-twice"]


def refused_over(folder: Path, text: str) -> list[str]:
    (folder / "own.yaml").write_text(text, "utf-8")
    read = read_folder(folder, {pack.pack.id: pack for pack in BUNDLE.packs}, BUNDLE.vocabulary)
    return [f"{one.misreading.code} {'.'.join(map(str, one.misreading.path))}" for one in read.refused]


def test_an_overlay_never_takes_the_place_of_a_countrys_whole_law(tmp_path: Path) -> None:
    own_id = OVERLAY.replace("id: kz_office", "id: kz")
    assert "id-twice pack.id" in refused_over(tmp_path, own_id)
    assert "id-twice pack.id" in refused_over(tmp_path, OVERLAY.replace("id: kz_office", "id: ge"))
    itself = OVERLAY.replace("overlays: kz\n", "overlays: kz_office\n")
    assert "id-twice pack.id" in refused_over(tmp_path, itself)
    assert "key-missing pack.overlays" in refused_over(tmp_path, OVERLAY.replace("  overlays: kz\n", ""))
    with pytest.raises(ValueError, match=r"^$"):
        Book(BUNDLE, BUNDLE.packs[:1])


@pytest.mark.parametrize(
    "text",
    ["337 ч. 5", "337 ч.5", "ч. 5 ст. 337", "ст. 337 ч. 5 УК РФ", "статья 337 часть 5", "часть 5 статьи 337 УК",
     "337 part 5",
     "art. 337 part 5", "337(5)", "337.5", "ст.337, ч.5", "337\u00a0ч.\u00a05", "Article 337(5)", "п. 337 ч. 5"],
)  # fmt: skip
def test_an_offence_is_found_by_its_article_in_its_spellings(text: str) -> None:
    assert find_article(BOOK, text) == ("ru.337.5",)


def test_more_than_three_years_of_absence_are_a_number() -> None:
    facts: dict[str, Fact] = {"left_unit": True, "mobilisation_period": True, "absence_days": "1200"}
    assert found("ru.337.5", "GE", facts).value == "yes"
    assert found("ru.337.3_1", "GE", facts).value == "no"


def test_other_articles() -> None:
    assert find_article(BOOK, "ч. 2.1 ст. 337") == ("ru.337.2_1",)
    assert find_article(BOOK, "ст. 207.3") == ("ru.207_3",)
    assert find_article(BOOK, "207.3 ч. 1") == ("ru.207_3",)
    assert set(find_article(BOOK, "ст. 338")) == {"ru.338.1", "ru.338.2", "ru.338.3", "ru.338.cond"}
    assert find_article(BOOK, "ст. 105") == ()
    assert find_article(BOOK, "ничего") == ()


@given(st.text(max_size=40))
def test_whatever_is_typed_is_an_article_or_none(text: str) -> None:
    assert parse(text) is None or parse(text) is not None
    assert isinstance(find_article(BOOK, text), tuple)
