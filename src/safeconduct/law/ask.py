"""What to ask next: first what can still change the outcome, and only what this asker may ask (spec: law, asking)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from safeconduct.law.evaluate import Outcome
from safeconduct.law.logic import judge, nodes
from safeconduct.law.pack import ASKERS, Asker, FactKind, Node
from safeconduct.law.situation import Fact

_SENSITIVITY: Final = {"low": 0, "mid": 1, "high": 2}


@dataclass(frozen=True, slots=True)
class Question:
    """A fact to ask. `decides`: what one answer to it alone would settle. `touches`: all that it bears on."""

    fact: str
    decides: tuple[str, ...]
    touches: tuple[str, ...]


def questions(outcome: Outcome, asker: Asker) -> list[Question]:
    """What can still change the outcome, in the order to ask it.

    Urgent facts first, then what settles most by itself, then what bears on most, then the less dangerous answer.
    A fact that a later asker only may ask is left out: facts for a lawyer never reach the door or a volunteer.
    """
    vocabulary = outcome.book.vocabulary.facts
    may = ASKERS[: ASKERS.index(asker) + 1]
    open_rules = [(one.id, one.ask, one.placed.entry.when) for one in outcome.findings if one.value in {"open", "pres"}]
    open_rules += [(one.placed.entry.id, one.ask, one.placed.entry.when) for one in outcome.deadlines if one.ask]
    found: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    for name, facts, when in open_rules:
        for fact in facts:
            if vocabulary[fact].asked_by not in may:
                continue
            decides, touches = found.setdefault(fact, ({}, {}))
            touches[name] = None
            if _settles(when, fact, vocabulary[fact], outcome.known.facts):
                decides[name] = None
    order = list(vocabulary)

    def rank(one: Question) -> tuple[bool, int, int, int, int]:
        kind = vocabulary[one.fact]
        return (
            not kind.urgent, -len(one.decides), -len(one.touches), _SENSITIVITY[kind.sens], order.index(one.fact)
        )  # fmt: skip

    return sorted((Question(fact, tuple(a), tuple(b)) for fact, (a, b) in found.items()), key=rank)


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
