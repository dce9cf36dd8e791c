"""When a pack or a case changes, what moved is named: what it was, what it is and why; nothing else is evaluated."""

from datetime import date

import msgspec

from safeconduct.law import shelf
from safeconduct.law.book import Book
from safeconduct.law.calendar import EDITION
from safeconduct.law.change import Progress, changed, compare, is_same_calendar, recompute
from safeconduct.law.evaluate import evaluate
from safeconduct.law.pack import Bundle, Length, Pack
from safeconduct.law.situation import Event, Situation

BUNDLE = shelf.shipped()
OLD = Book(BUNDLE)
ON = date(2026, 11, 25)
REFUSED = Event(kind="decision_notified", date="2026-11-19")


def rewritten(name: str, section: str, **fields: object) -> Book:
    """The same edition with one entry written anew."""

    def anew(pack: Pack) -> Pack:
        entries = getattr(pack, section)
        if all(entry.id != name for entry in entries):
            return pack
        entries = tuple(msgspec.structs.replace(one, **fields) if one.id == name else one for one in entries)
        return msgspec.structs.replace(pack, **{section: entries})

    return Book(Bundle(schema="lawbundle/1", vocabulary=BUNDLE.vocabulary, packs=tuple(map(anew, BUNDLE.packs))))


def situations() -> list[tuple[str, Situation]]:
    georgia = Situation(origin="RU", host="GE", facts={"procedure_kind": "accelerated"}, events=(REFUSED,))
    regular = Situation(origin="RU", host="GE", facts={"procedure_kind": "regular"}, events=(REFUSED,))
    abroad = Situation(origin="RU", host="KZ", events=(REFUSED,))
    return [("a", georgia), ("b", regular), ("c", abroad)]


def test_a_longer_limit_moves_those_it_runs_for_and_no_other_is_evaluated() -> None:
    new = rewritten("ge.appeal_accelerated", "deadlines", length=Length(number=14, unit="day"))
    told: list[Progress] = []
    moved = list(recompute(situations(), OLD, new, 3, told.append))
    assert [tuple(one) for one in moved] == [
        ("a", "ge.appeal_accelerated", "2026-11-29", "2026-12-03", ("ge.appeal_accelerated",))
    ]
    assert told == [Progress(3, 3, 2, 1)]


def test_the_same_edition_touches_nobody() -> None:
    told: list[Progress] = []
    assert list(recompute(situations(), OLD, Book(BUNDLE), 3, told.append)) == []
    assert told == [Progress(3, 3, 0, 0)]


def test_a_changed_exclusion_brings_its_grounds_along() -> None:
    exclusion = OLD.entries["int.exclusion_1f"].entry
    new = rewritten("int.exclusion_1f", "exclusions", when=msgspec.structs.replace(exclusion.when, fact="left_unit"))  # type: ignore[attr-defined]
    assert {"int.exclusion_1f", "kz.refugee", "int.conscience"} <= changed(OLD, new)
    facts = {"left_unit": True, "prosecution_feared": True, "convention_reason": True}
    moved = list(recompute([("a", Situation(origin="RU", host="KZ", facts=dict(facts)))], OLD, new, 1))
    assert ("kz.refugee", "yes", "no") in {one[1:4] for one in moved}


def test_what_recompute_finds_is_what_evaluating_everything_finds() -> None:
    for new in (
        rewritten("ru.338.3", "offences", valid=None, overrides=("ru.338.1",)),
        rewritten("kz.refugee", "grounds", bars=()),
        rewritten("ge.leave", "deadlines", longest=None, length=Length(number=3, unit="month")),
    ):
        facts = {
            "left_unit": True,
            "intent_to_leave_for_good": True,
            "mobilisation_period": True,
            "refusal_notified": True,
        }
        final = Event(kind="court_decision_final", date="2026-10")
        for host in ("KZ", "GE"):
            one = Situation(origin="RU", host=host, facts=dict(facts), events=(final,))
            whole = compare("a", evaluate(OLD, one, ON), evaluate(new, one, ON))
            assert [moved[:4] for moved in whole] == [moved[:4] for moved in recompute([("a", one)], OLD, new, 1)]


def cast_anew(bundle: Bundle, one: Situation) -> list[tuple[str, str, str]]:
    """What recompute finds, which has to be what evaluating everything finds."""
    new = Book(bundle)
    whole = compare("a", evaluate(OLD, one, ON), evaluate(new, one, ON))
    found = [moved[1:4] for moved in recompute([("a", one)], OLD, new, 1)]
    assert found == [moved[1:4] for moved in whole]
    return found


def test_what_an_event_means_touches_every_case() -> None:
    events = dict(BUNDLE.vocabulary.events)
    events["application_registered"] = msgspec.structs.replace(events["application_registered"], implies=())
    words = msgspec.structs.replace(BUNDLE.vocabulary, events=events)
    entered = (Event("entry", "2026-03-02"), Event("application_registered", "2026-03-03"))
    moved = cast_anew(
        msgspec.structs.replace(BUNDLE, vocabulary=words), Situation(origin="RU", host="KZ", events=entered)
    )
    assert ("kz.apply", "absent", "2026-03-07") in moved


def test_where_a_pack_applies_touches_every_case() -> None:
    def anew(pack: Pack) -> Pack:
        head = msgspec.structs.replace(pack.pack, hosts=(*pack.pack.hosts, "PL"))
        return msgspec.structs.replace(pack, pack=head) if pack.pack.id == "eu" else pack

    refused = Situation(
        origin="RU", host="PL", facts={"procedure_kind": "accelerated"}, dates={"application_date": "2026-06-20"},
        events=(Event("decision_notified", "2026-07-08"),),
    )  # fmt: skip
    moved = cast_anew(msgspec.structs.replace(BUNDLE, packs=tuple(map(anew, BUNDLE.packs))), refused)
    assert "eu.appeal_short" in {name for name, _, _ in moved}


def test_a_head_that_only_says_when_it_is_to_be_reviewed_touches_nobody() -> None:
    def anew(pack: Pack) -> Pack:
        return msgspec.structs.replace(pack, pack=msgspec.structs.replace(pack.pack, review_by="2029-01-01"))

    later = Book(msgspec.structs.replace(BUNDLE, packs=tuple(map(anew, BUNDLE.packs))))
    assert changed(OLD, later) == frozenset()


def test_a_new_date_moves_the_day_and_says_which_event_did() -> None:
    before = Situation(origin="RU", host="GE", facts={"procedure_kind": "regular"})
    after = msgspec.structs.replace(before, events=(REFUSED,))
    moved = compare("a", evaluate(OLD, before, ON), evaluate(OLD, after, ON))
    assert [tuple(one) for one in moved] == [
        ("a", "ge.appeal_regular", "missing", "2026-11-29", ("decision_notified",))
    ]


def test_a_new_fact_moves_a_finding_and_is_named() -> None:
    before = Situation(origin="RU", host="KZ", facts={"prosecution_feared": True})
    after = msgspec.structs.replace(before, facts={"prosecution_feared": True, "convention_reason": True})
    moved = compare("a", evaluate(OLD, before, ON), evaluate(OLD, after, ON))
    assert ("a", "kz.refugee", "open", "yes", ("convention_reason",)) in {tuple(one) for one in moved}


def test_other_holidays_are_noticed() -> None:
    assert is_same_calendar(EDITION)
    assert not is_same_calendar("holidays 0.1")
