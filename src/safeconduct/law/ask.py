"""What to ask next: first what can still change the outcome, and only what this asker may ask (spec: law, asking)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from safeconduct.law.evaluate import Outcome
from safeconduct.law.logic import judge, nodes
from safeconduct.law.pack import ASKERS, Asker, FactKind, Node
from safeconduct.law.situation import Fact

GIVEN: Final = ("nationality", "host_country", "outside_origin_country")
"""Follow from the two countries; nobody is asked."""
_SENSITIVITY: Final = {"low": 0, "mid": 1, "high": 2}


@dataclass(frozen=True, slots=True)
class Question:
    """A fact to ask. `decides`: what one answer to it alone would settle. `touches`: all that it bears on."""

    fact: str
    decides: tuple[str, ...]
    touches: tuple[str, ...]


def may_see(facts: Mapping[str, FactKind], name: str, asker: Asker) -> bool:
    """Whether the question may be put before this asker at all."""
    return name in GIVEN or facts[name].asked_by in ASKERS[: ASKERS.index(asker) + 1]


def questions(outcome: Outcome, asker: Asker) -> list[Question]:
    """What can still change the outcome, in the order to ask it.

    Urgent facts first; then those that settle most grounds and days by themselves, that bear on most of them, and
    whose answer is less dangerous. What only bears on offences comes after all that: it is not asked early.
    A fact that only a later asker may ask is left out: facts for a lawyer never reach the door or a volunteer.
    """
    vocabulary = outcome.book.vocabulary.facts
    may = ASKERS[: ASKERS.index(asker) + 1]
    accusing = {one.id for one in outcome.findings if one.kind == "offence"}
    found: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    for name, facts, when in _open(outcome):
        for fact in (fact for fact in facts if vocabulary[fact].asked_by in may):
            decides, touches = found.setdefault(fact, ({}, {}))
            touches[name] = None
            if _settles(when, fact, vocabulary[fact], outcome.known.facts):
                decides[name] = None
    order = list(vocabulary)

    def rank(one: Question) -> tuple[int, ...]:
        kind = vocabulary[one.fact]
        helping = (len(set(one.decides) - accusing), len(set(one.touches) - accusing))
        settling = (-helping[0], -helping[1], _SENSITIVITY[kind.sens], -len(one.decides))
        return (not kind.urgent, *settling, order.index(one.fact))

    return sorted((Question(fact, tuple(a), tuple(b)) for fact, (a, b) in found.items()), key=rank)


def _open(outcome: Outcome) -> Iterator[tuple[str, tuple[str, ...], Node]]:
    """What is not settled: its id, the facts it wants, its condition."""
    for finding in outcome.findings:
        if finding.value in {"open", "pres"}:
            yield finding.id, finding.ask, finding.placed.entry.when
    for running in outcome.deadlines:
        if running.ask:
            yield running.placed.entry.id, running.ask, running.placed.entry.when


def _settles(when: Node, fact: str, kind: FactKind, facts: dict[str, Fact]) -> bool:
    return any(judge(when, {**facts, fact: answer}) is not None for answer in _answers(when, fact, kind))


def _answers(when: Node, fact: str, kind: FactKind) -> Iterator[Fact]:
    """Every answer that a rule can tell apart."""
    if kind.type == "bool3":
        yield from (True, False)
    yield from kind.values
    for node in nodes(when):
        for limit in (node.gt, node.le):
            if limit is not None and limit[0] == fact:
                yield from (limit[1], limit[1] + 1)
        if node.is_ is not None and node.is_[0] == fact:
            yield node.is_[1]
