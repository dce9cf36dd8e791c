"""Findings: what may apply, according to whom, as of when, and what is still unknown (spec: law, evaluation).

A finding never says that somebody is protected, or guilty. It says what a rule comes to on what is known.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Literal, NamedTuple

from safeconduct.law.book import Book, Placed, Selection
from safeconduct.law.deadline import Running, Standing, run
from safeconduct.law.logic import Reason, judge, needs_lawyer, path, presumption, reason, still_open
from safeconduct.law.pack import CONFIDENCES, Cite, Exclusion, Ground, Offence, Pack, Value
from safeconduct.law.situation import Known, Situation
from safeconduct.law.span import validity, within

Kind = Literal["ground", "exclusion", "offence"]
Ruled = Ground | Exclusion | Offence
Rule = Placed[Ground] | Placed[Exclusion] | Placed[Offence]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one ground, exclusion or offence comes to.

    `value`: yes, no, open, or pres: yes if the law's presumption holds. `ask`: facts that can still change it.
    `in_force`: by the date of the case that decides, None where that date is `missing`. `barred`: exclusions that
    hold; `unexamined`: those that nobody has examined. `overridden`: by a graver rule that holds. `lawyer`: among
    what is open is a question for a lawyer alone.
    """

    placed: Rule
    kind: Kind
    value: Value
    ask: tuple[str, ...]
    presumption: str | None
    confidence: str
    cites: tuple[Cite, ...]
    in_force: bool | None
    missing: tuple[str, ...]
    barred: tuple[str, ...] = ()
    unexamined: tuple[str, ...] = ()
    overridden: tuple[str, ...] = ()
    lawyer: bool = False

    @property
    def id(self) -> str:
        """The entry's."""
        return self.placed.entry.id

    def reason(self, known: Known) -> Reason:
        """Why, as a tree."""
        return reason(self.placed.entry.when, known.facts, presume=True)


@dataclass(frozen=True)
class Outcome:
    """All that the packs say of one situation on one day, and the edition that says it."""

    book: Book
    known: Known
    on: date
    selection: Selection
    findings: tuple[Finding, ...]
    deadlines: tuple[Running, ...]
    now: datetime | None = None

    def standing(self, running: Running) -> Standing:
        """Where a time limit stands: by the moment if it is known, else by the day."""
        return running.standing(self.on, self.now)

    @cached_property
    def stale(self) -> frozenset[str]:
        """The packs past their `review_by`: loud on everything that comes from them."""
        return frozenset(pack.pack.id for pack in self.selection.packs if is_stale(pack, self.on))

    @cached_property
    def drafts(self) -> frozenset[str]:
        """The packs that no lawyer has reviewed."""
        return frozenset(pack.pack.id for pack in self.selection.packs if pack.pack.status == "draft")


def is_stale(pack: Pack, on: date) -> bool:
    """Whether the day to review it has passed."""
    return date.fromisoformat(pack.pack.review_by) < on


def evaluate(book: Book, situation: Situation, on: date, now: datetime | None = None) -> Outcome:
    """Everything for one situation, without the trees of reasons: those are built when asked for.

    Args:
        book: the edition.
        situation: checked (`check.faults_of_situation`).
        on: today, for what is past review.
        now: this moment, with its zone, for what has passed; None leaves that to `on`.
    """
    known = book.know(situation)
    selection = book.select(situation.origin, situation.host, situation.toward)
    running = tuple(run(book, selection, known))
    return Outcome(book, known, on, selection, find(selection, known), running, now)


class Settled(NamedTuple):
    """What one rule comes to, without what is still to ask and who says so: all that tells whether anything moved."""

    placed: Rule
    kind: Kind
    value: Value
    presumption: str | None
    in_force: bool | None
    missing: tuple[str, ...]
    barred: tuple[str, ...] = ()
    unexamined: tuple[str, ...] = ()
    overridden: tuple[str, ...] = ()


def settle(selection: Selection, known: Known) -> list[Settled]:
    """Grounds, exclusions and offences, in the order of the packs: each by itself, then exclusions and overrides."""
    exclusions = [_settle(placed, "exclusion", known) for placed in selection.exclusions]
    values = {one.placed.entry.id: one.value for one in exclusions}
    grounds = [_bar(_settle(placed, "ground", known), placed.entry.bars, values) for placed in selection.grounds]
    offences = [_settle(placed, "offence", known) for placed in selection.offences]
    return [*grounds, *exclusions, *_override(offences)]


def find(selection: Selection, known: Known) -> tuple[Finding, ...]:
    """The same, with what is still to ask, the certainty, and who says so."""
    return tuple(_finding(one, known) for one in settle(selection, known))


def _settle(placed: Rule, kind: Kind, known: Known) -> Settled:
    entry: Ruled = placed.entry
    force, missing = _in_force(entry, known)
    if force is False:
        return Settled(placed, kind, "no", None, force, missing)
    holds = judge(entry.when, known.facts)
    if holds is not None:
        return Settled(placed, kind, "yes" if holds else "no", None, force, missing)
    if placed.presumes and judge(entry.when, known.facts, presume=True):
        return Settled(placed, kind, "pres", presumption(entry.when, known.facts), force, missing)
    return Settled(placed, kind, "open", None, force, missing)


def _finding(one: Settled, known: Known) -> Finding:
    placed, entry, facts = one.placed, one.placed.entry, known.facts
    cites = entry.cite
    if placed.cites:
        deciding = path(entry.when, facts, presume=one.value == "pres")
        cites = tuple(dict.fromkeys([*entry.cite, *(cite for node in deciding for cite in node.cite)]))
    return Finding(
        placed,
        one.kind,
        one.value,
        tuple(still_open(entry.when, facts)) if one.value in {"open", "pres"} else (),
        one.presumption,
        min((cite.confidence for cite in cites), key=CONFIDENCES.index, default="unverified"),
        cites,
        one.in_force,
        one.missing,
        one.barred,
        one.unexamined,
        one.overridden,
        lawyer=one.value == "open" and placed.consults and needs_lawyer(entry.when, facts),
    )


def _in_force(entry: Ruled, known: Known) -> tuple[bool | None, tuple[str, ...]]:
    valid = entry.valid
    if valid is None or (valid.since is None and valid.until is None):
        return True, ()
    span = known.dates.get(valid.basis)
    return within(span, *validity(valid.since, valid.until)), (valid.basis,) if span is None else ()


def _bar(found: Settled, bars: tuple[str, ...], exclusions: dict[str, Value]) -> Settled:
    """An exclusion that holds bars the ground; one that nobody has examined is named, and decides nothing."""
    barred = tuple(name for name in bars if exclusions.get(name) == "yes")
    unexamined = tuple(name for name in bars if exclusions.get(name, "open") == "open")
    if barred:
        return found._replace(value="no", presumption=None, barred=barred, unexamined=unexamined)
    return found._replace(unexamined=unexamined) if unexamined else found


def _override(offences: list[Settled]) -> list[Settled]:
    """A graver rule that surely holds and is surely in force takes the place of what it names."""
    over: dict[str, list[str]] = {}
    for one in offences:
        entry = one.placed.entry
        if isinstance(entry, Offence) and one.value == "yes" and one.in_force is True:
            for name in entry.overrides:
                over.setdefault(name, []).append(entry.id)
    return [
        one._replace(value="no", overridden=tuple(over[one.placed.entry.id]))
        if one.placed.entry.id in over and one.value != "no"
        else one
        for one in offences
    ]
