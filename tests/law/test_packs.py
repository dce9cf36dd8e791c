"""The packs of this release: whole, cited, in step with their bundle and schema, and true to their own examples."""

import re
from datetime import date
from pathlib import Path

import msgspec
import pytest

from safeconduct.law import bundle, shelf
from safeconduct.law.book import Book
from safeconduct.law.check import tied_to_act
from safeconduct.law.command import schema_text
from safeconduct.law.evaluate import evaluate
from safeconduct.law.example import differences
from safeconduct.law.logic import nodes
from safeconduct.law.pack import SECTIONS, UNCITED, Deadline, Node, Offence, Source, Statement
from safeconduct.law.reading import parse, read
from safeconduct.law.situation import Situation

ROOT = Path(__file__).parents[2]
SHELF = shelf.read_folder(shelf.shipped_folder())
BOOK = Book(SHELF.bundle)
# What was drafted, and what was added since: Regulation 1182/71 as a source of its own.
DRAFTED = {
    "sources": 133,
    "grounds": 16,
    "offences": 14,
    "deadlines": 34,
    "statements": 49,
    "risks": 15,
    "open_questions": 25,
}
ADDED = {"sources": 1}


def test_nothing_is_refused() -> None:
    assert SHELF.refused == ()


@pytest.mark.parametrize("part", DRAFTED)
def test_everything_that_was_drafted_is_there(part: str) -> None:
    assert sum(len(getattr(pack, part)) for pack in SHELF.packs.values()) == DRAFTED[part] + ADDED.get(part, 0)


def test_there_are_nine_packs_and_each_is_a_draft_and_has_examples() -> None:
    assert set(SHELF.packs) == {"int", "eu", "ru", "kz", "ge", "de", "fr", "hosts", "origins"}
    for pack in SHELF.packs.values():
        assert pack.pack.status == "draft"
        assert pack.examples


def test_every_claim_has_a_source() -> None:
    for placed in BOOK.entries.values():
        section = next(name for name in SECTIONS if placed.entry in getattr(placed.pack, name))
        assert placed.entry.cite or section in UNCITED


def test_the_examples_come_out_as_their_authors_worked_out() -> None:
    assert list(differences(BOOK)) == []


def test_every_ground_offence_and_deadline_is_tried_by_an_example() -> None:
    tried = {name for pack in SHELF.packs.values() for example in pack.examples
             for name in (*example.expect.findings, *example.expect.deadlines)}  # fmt: skip
    rules = {entry.id for pack in SHELF.packs.values() for part in ("grounds", "exclusions", "offences", "deadlines")
             for entry in getattr(pack, part)}  # fmt: skip
    assert rules - tried == set()


def test_bundle_and_schema_are_those_of_the_packs() -> None:
    folder = shelf.shipped_folder()
    assert (folder / shelf.BUNDLE).read_bytes() == bundle.write(SHELF.bundle)
    assert (folder / "lawpack.schema.json").read_text("utf-8") == schema_text() + "\n"


def test_no_offence_of_any_pack_fits_a_man_who_did_nothing() -> None:
    """Every circumstance there is, against him; no act."""
    facts = {name: True for name, kind in BOOK.vocabulary.facts.items() if kind.type == "bool3" and not kind.act}
    for service in ("none", "conscript", "contract", "mobilised", "prisoner_recruit"):
        for did in ({}, {name: False for name, kind in BOOK.vocabulary.facts.items() if kind.act}):
            situation = Situation(
                origin="RU", host="KZ", facts={**facts, "absence_days": 400, "service_kind": service, **did},
                dates={"act_date": "2026-02-01"},
            )  # fmt: skip
            offences = [one for one in evaluate(BOOK, situation, date(2026, 11, 25)).findings if one.kind == "offence"]
            assert len(offences) == DRAFTED["offences"]
            wanted = {"no"} if did else {"no", "open"}
            assert {one.value for one in offences} <= wanted


def test_every_offence_is_tied_to_an_act_and_to_no_presumption() -> None:
    for placed in BOOK.entries.values():
        if isinstance(placed.entry, Offence):
            assert tied_to_act(placed.entry.when, BOOK.vocabulary.facts)
            assert all(node.presumed is None for node in nodes(placed.entry.when))


def test_a_closed_question_names_its_source() -> None:
    answered = [question for pack in SHELF.packs.values() for question in pack.open_questions if question.answer]
    assert [question.id for question in answered] == ["eu.q1"]


def test_intent_weapons_group_deceit_and_exclusion_are_for_a_lawyer_and_acts_never_for_the_door() -> None:
    facts = BOOK.vocabulary.facts
    for name in (
        "intent_to_leave_for_good",
        "left_with_weapon",
        "left_in_group",
        "deceit_to_evade",
        "serious_reasons_art1f",
    ):
        assert facts[name].asked_by == "lawyer"
    assert all(kind.asked_by in {"caseworker", "lawyer"} for kind in facts.values() if kind.act)


def test_the_examples_of_the_pages_for_lawyers_are_read() -> None:
    """Both pages show the same pieces, and each piece is of its form."""
    pages = [(ROOT / "docs" / "law" / f"editing.{language}.md").read_text("utf-8") for language in ("en", "ru")]
    pieces = [re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) for page in pages]
    bare = [[re.sub(r" +#.*", "", piece) for piece in found] for found in pieces]
    assert bare[0] == bare[1]
    source, ground, limit = bare[0]
    parsed = parse(source.encode()).value
    assert isinstance(parsed, dict)
    msgspec.convert(parsed["sources"], dict[str, Source])
    msgspec.convert(parsed["statements"], tuple[Statement, ...])
    read(ground.replace("when:", "not:").encode(), Node)
    fields = parse(limit.encode()).value
    assert isinstance(fields, dict)
    assert set(fields) <= set(Deadline.__struct_encode_fields__)
