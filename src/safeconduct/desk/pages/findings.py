"""What the Law page shows of an outcome: plain values in one language, and no fact that this member may not ask.

The law's own sentences come from `safeconduct.law`, which is loaded with this module: at the first visit to the page.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from safeconduct.desk.pages.shown import (
    Asked,
    Cited,
    Due,
    Found,
    Said,
    Why,
    cited,
    level_words,
    said,
    sentence,
    spell,
    stale,
)
from safeconduct.law.ask import questions
from safeconduct.law.book import Placed
from safeconduct.law.deadline import Running, Standing
from safeconduct.law.evaluate import Finding, Outcome
from safeconduct.law.logic import Reason, name_of
from safeconduct.law.pack import ASKERS, Asker, Cite, Entry, FactKind, Ground, Vocabulary, Words
from safeconduct.law.situation import UNKNOWN, Event
from safeconduct.law.speech import Language, day, partial, say, words
from safeconduct.law.text import (
    burden,
    counting_lines,
    date_words,
    disputed_lines,
    force_lines,
    label_of,
    last_words,
    mark,
    standing_line,
    title_of,
    told,
)


@dataclass(frozen=True, slots=True)
class Timed(Due):
    """A time limit and where it stands now: `line` says so in words, `doubts` why it may not be in force at all."""

    standing: Standing
    line: str
    doubts: tuple[str, ...]


class Reader:
    """One outcome, read in one language by one asker."""

    def __init__(self, outcome: Outcome, language: Language, asker: Asker) -> None:
        """Nothing is worked out before it is asked for."""
        self.outcome: Final = outcome
        self.language: Final[Language] = language
        self._asker: Final[Asker] = asker
        self._facts: Final = outcome.book.vocabulary.facts
        self._may: Final = may_ask(outcome.book.vocabulary, asker)

    def found(self, kind: str, *values: str) -> list[Found]:
        """The findings of a kind that came to one of these values; of grounds only what may protect."""
        of_kind = [one for one in self.outcome.findings if one.kind == kind and not _is_warning(one)]
        return [self._found(one) for one in of_kind if one.value in values]

    def against(self) -> list[Found]:
        """What speaks against a ground, if it comes to hold."""
        return [self._found(one) for one in self.outcome.findings if _is_warning(one) and one.value != "no"]

    def days(self) -> list[Timed]:
        """Every limit that runs or may run; those that wait for an event last."""
        return [self._due(one) for one in self.outcome.deadlines]

    def said(self, section: str) -> list[Said]:
        """What the packs say beside their rules: risks, documents, statements, stay, service_rules."""
        return [said(placed, self.outcome.on, self.language) for placed in getattr(self.outcome.selection, section)]

    def unbacked(self) -> list[Said]:
        """What nobody has found out."""
        selected = self.outcome.selection.open_questions
        return [said(one, self.outcome.on, self.language) for one in selected if one.entry.answer is None]

    def warnings(self) -> list[str]:
        """What stands above everything: packs past their review, and answers that disagree with what happened."""
        packs = {pack.pack.id: pack for pack in self.outcome.selection.packs}.values()
        late = [line for line in (stale(pack, self.outcome.on, self.language) for pack in packs) if line]
        return late + list(disputed_lines(self.outcome, self.language, self._asker))

    def asked(self) -> list[Asked]:
        """What can still change the outcome, in the order to ask it, without what was answered *not known*."""
        said = self.outcome.known.situation.facts
        order = [one.fact for one in questions(self.outcome, self._asker)]
        return [self._ask(name) for name in order if name not in said]

    def answered(self) -> list[Asked]:
        """What was answered, to be changed."""
        return [self._ask(name) for name in self.outcome.known.situation.facts if name in self._may]

    def happened(self) -> list[tuple[str, str, str, str]]:
        """What has a date: its name in a form, what it is, when, and in which country if that was another host."""
        book, situation = self.outcome.book, self.outcome.known.situation
        events = [(f"event-{at}", one.kind, one.date, self._elsewhere(one)) for at, one in enumerate(situation.events)]
        dates = [(name, name, when, "") for name, when in situation.dates.items()]
        return [
            (ref, date_words(book, name, self.language), _when(self.language, when), where)
            for ref, name, when, where in events + dates
        ]

    def _elsewhere(self, event: Event) -> str:
        here = {None, self.outcome.known.situation.host}
        return event.country if event.country is not None and event.country not in here else ""

    def datable(self) -> list[tuple[str, str]]:
        """What starts a limit here, or decides whether a rule is in force, and has no date yet."""
        outcome = self.outcome
        events, dates = datable(outcome.book.vocabulary, self._asker)
        starting = {kind for one in outcome.selection.deadlines for kind in (one.entry.trigger, *one.entry.also)}
        wanted = {name for one in outcome.findings for name in one.missing}
        wanted |= {name for running in outcome.deadlines for name in running.missing}
        names = [name for name in events if name in starting] + [name for name in dates if name in wanted]
        return [(name, date_words(outcome.book, name, self.language)) for name in names]

    def _ask(self, name: str) -> Asked:
        kind = self._facts[name]
        said = self.outcome.known.situation.facts.get(name)
        spelled = "" if said is None else spell(said)
        shown = (
            say(self.language, {"yes": "yes", "no": "no", UNKNOWN: "open"}[spelled]) if _is_word(spelled) else spelled
        )
        if spelled in kind.values:
            shown = words(self.language, kind.values[spelled])
        choices = tuple((value, words(self.language, label)) for value, label in kind.values.items())
        text = words(self.language, kind.ask)
        assert kind.type != "country"  # noqa: S101 - origin and host are never asked
        return Asked(name, text, kind.type, kind.urgent, choices, spelled, shown)

    def _found(self, one: Finding) -> Found:
        prefix = "value" if one.kind == "ground" else one.kind
        return Found(
            one.id,
            title_of(one, self.language),
            one.value,
            say(self.language, f"{prefix}-{one.value}"),
            level_words(self.language, one.confidence),
            stale(one.placed.pack, self.outcome.on, self.language),
            tuple(map(sentence, self._circumstances(one))),
            self._asks(one.ask),
            self._why(one.reason(self.outcome.known)),
            self._cites(one.placed, one.cites),
        )

    def _circumstances(self, one: Finding) -> Iterator[str]:
        book, language = self.outcome.book, self.language
        if one.presumption:
            yield f"{say(language, 'presumption')}: {self._question(one.presumption)}"
        if one.in_force is False:
            yield say(language, "not-in-force")
        yield from force_lines(book, one, language)
        named = {"barred-by": one.barred, "overridden-by": one.overridden}
        if self._asker == "lawyer":
            named["unexamined"] = one.unexamined
        elif one.unexamined:
            yield say(language, "answer-bar")
        for key, ids in named.items():
            if ids:
                yield f"{say(language, key)}: {'; '.join(label_of(book, name, language) for name in ids)}"
        if one.placed.entry.note is not None:
            yield words(language, one.placed.entry.note)

    def _asks(self, facts: Iterable[str]) -> tuple[str, ...]:
        """The questions this member may ask; the others are one line: for a lawyer."""
        names = tuple(facts)
        hidden = any(name not in self._may for name in names)
        shown = tuple(self._question(name) for name in names if name in self._may)
        return shown + ((say(self.language, "lawyer-only"),) if hidden else ())

    def _question(self, name: str) -> str:
        return words(self.language, self._facts[name].ask)

    def _why(self, reason: Reason) -> Why:
        name = name_of(reason.node)
        came_to = mark(reason)
        if name is not None and name not in self._may and not _is_given(name):
            return Why(say(self.language, "lawyer-only"), came_to, say(self.language, came_to), ())
        text = told(self.outcome.book, reason.node, self.language) + burden(reason.node, self.language)
        return Why(text, came_to, say(self.language, came_to), tuple(self._why(child) for child in reason.children))

    def _due(self, one: Running) -> Timed:
        entry, language = one.placed.entry, self.language
        standing = self.outcome.standing(one)
        missing = ""
        if one.last_day is None:
            missing = "; ".join(date_words(self.outcome.book, name, language) for name in one.missing)
        return Timed(
            entry.id,
            words(language, entry.label),
            entry.binds,
            one.value == "yes" and one.in_force is True,
            last_words(one, language),
            day(language, one.work_towards) if one.work_towards and standing == "ahead" else "",
            standing == "passed",
            missing,
            stale(one.placed.pack, self.outcome.on, language),
            tuple(counting_lines(self.outcome, one, language)),
            self._asks(one.ask),
            tuple(map(sentence, _effects(one, language))),
            self._cites(one.placed, entry.cite),
            standing,
            standing_line(self.outcome, one, language),
            tuple(map(sentence, force_lines(self.outcome.book, one, language))),
        )

    def _cites(self, placed: Placed[Entry], cites: Iterable[Cite]) -> tuple[Cited, ...]:
        return tuple(cited(placed, cite, self.language) for cite in cites)


def may_ask(vocabulary: Vocabulary, asker: Asker) -> dict[str, FactKind]:
    """The facts that this asker may ask, and may see asked."""
    may = ASKERS[: ASKERS.index(asker) + 1]
    facts = vocabulary.facts.items()
    return {name: kind for name, kind in facts if kind.asked_by in may and kind.type != "country"}


def datable(vocabulary: Vocabulary, asker: Asker) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The events and the dates of a case that this asker may date; the day of an act is not a volunteer's to ask."""
    dates = tuple(name for name in vocabulary.dates if name != "event_date")
    if asker in {"door", "volunteer"}:
        dates = tuple(name for name in dates if name != "act_date")
    return tuple(vocabulary.events), dates


def _effects(one: Running, language: Language) -> Iterator[str]:
    entry = one.placed.entry
    yield say(language, f"suspensive-{entry.suspensive}")
    missed = entry.if_missed
    if missed.basis != "not_read":
        key = "if-missed-inferred" if missed.basis == "inferred" else "if-missed"
        yield f"{say(language, key)}: {words(language, Words(en=missed.en, ru=missed.ru))}"
    if entry.note is not None:
        yield words(language, entry.note)


def _when(language: Language, when: str) -> str:
    return when if "T" in when else partial(language, when)


def _is_word(spelled: str) -> bool:
    return spelled in {"yes", "no", UNKNOWN}


def _is_warning(one: Finding) -> bool:
    entry = one.placed.entry
    return isinstance(entry, Ground) and entry.gives == "warning_not_refugee"


def _is_given(name: str) -> bool:
    """Follows from the two countries; nobody is asked."""
    return name in {"nationality", "host_country", "outside_origin_country"}
