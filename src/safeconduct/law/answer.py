"""A finding as a short answer in plain words, for a caseworker to read, change and send (spec: law, plain language)."""

from collections.abc import Iterator

from safeconduct.law.ask import may_see
from safeconduct.law.deadline import Running
from safeconduct.law.evaluate import Finding, Outcome
from safeconduct.law.logic import name_of
from safeconduct.law.pack import Asker, Offence
from safeconduct.law.situation import UNKNOWN
from safeconduct.law.speech import Language, day, partial, say, words
from safeconduct.law.text import article, force_lines, last_words, sanction, standing_line

_ASKED_MOST = 4


def short_answer(outcome: Outcome, language: Language, asker: Asker = "volunteer") -> str:
    """What may apply, what is still unknown, the days, the papers, who says so. Never that somebody is protected.

    Facts that this asker may not ask are not named: the answer is read on a phone, perhaps by others.
    """
    parts = [say(language, "answer-intro"), *_grounds(outcome, language, asker), *_days(outcome, language)]
    parts += _offences(outcome, language)
    documents = [words(language, placed.entry.label) for placed in outcome.selection.documents]
    if documents:
        parts.append(say(language, "answer-documents", documents="; ".join(documents)))
    if outcome.stale:
        parts.append(say(language, "answer-stale"))
    if outcome.drafts:
        parts.append(say(language, "answer-draft"))
    return "\n\n".join(parts) + "\n"


def _grounds(outcome: Outcome, language: Language, asker: Asker) -> Iterator[str]:
    """The grounds that may apply, surest first; open ones only where something known already speaks for them."""
    grounds = [one for one in outcome.findings if one.kind == "ground" and _hopeful(one)]
    named = [one for one in grounds if one.value in {"yes", "pres"}]
    named += [one for one in grounds if one.value == "open" and _near(outcome, one)]
    if not named:
        yield say(language, "answer-nothing")
    for one in named:
        yield "\n".join(_ground(outcome, one, language, asker))
    if any(one.unexamined for one in named):
        yield say(language, "answer-bar")


def _hopeful(one: Finding) -> bool:
    return getattr(one.placed.entry, "gives", "") != "warning_not_refugee"


def _near(outcome: Outcome, one: Finding) -> bool:
    """Fewer questions are open than are answered."""
    tree = one.reason(outcome.known)
    names = {name_of(part.node) for part in tree.children if name_of(part.node)}
    return len(one.ask) <= max(1, len(names) - len(one.ask))


def _ground(outcome: Outcome, one: Finding, language: Language, asker: Asker) -> Iterator[str]:
    facts = outcome.book.vocabulary.facts
    may = [name for name in one.ask if may_see(facts, name, asker)][:_ASKED_MOST]
    value = "hidden" if one.value == "open" and not may else one.value
    yield say(language, f"answer-ground-{value}", label=words(language, one.placed.entry.label))
    yield from (f"— {words(language, facts[name].ask)}" for name in may)
    yield from force_lines(outcome.book, one, language)
    yield from _sources(one, language)


def _sources(one: Finding, language: Language) -> Iterator[str]:
    for cite in one.placed.entry.cite:
        source = one.placed.source(cite)
        asof = say(language, "as-of-unknown")
        if cite.as_of != UNKNOWN:
            asof = say(language, "as-of", day=partial(language, cite.as_of))
        place = f"{source.title}, {cite.pin}" if cite.pin else source.title
        yield say(language, "answer-source", source=place, asof=asof)


def _days(outcome: Outcome, language: Language) -> Iterator[str]:
    """Every limit that has a day, and those that surely run and wait for one. A day that has passed is said to have."""
    for one in outcome.deadlines:
        if one.last_day is not None:
            lines = (_day(outcome, one, language), standing_line(outcome, one, language))
            yield " ".join([*filter(None, lines), *force_lines(outcome.book, one, language)])
        elif one.value == "yes" and one.placed.entry.binds == "person":
            label = words(language, one.placed.entry.label)
            yield say(language, "answer-missing", label=label, missing=_missing(outcome, one, language))


def _day(outcome: Outcome, one: Running, language: Language) -> str:
    """The last day; beside it the day to work towards while that is ahead. Certain only where the limit is."""
    sure = one.value == "yes" and one.in_force is True
    values = {"label": words(language, one.placed.entry.label), "day": last_words(one, language)}
    if one.placed.entry.binds != "person":
        return say(language, "answer-date" if sure else "answer-date-if", **values)
    if one.work_towards is None or outcome.standing(one) != "ahead":
        return say(language, "answer-last" if sure else "answer-last-if", **values)
    towards = day(language, one.work_towards)
    return say(language, "answer-day" if sure else "answer-day-if", towards=towards, **values)


def _missing(outcome: Outcome, one: Running, language: Language) -> str:
    events = outcome.book.vocabulary.events
    return "; ".join(words(language, events[name].text) for name in one.missing if name in events)


def _offences(outcome: Outcome, language: Language) -> Iterator[str]:
    """Only what is feared on acts that are known, with its range; what is open is not put into anybody's head."""
    for one in outcome.findings:
        entry = one.placed.entry
        if isinstance(entry, Offence) and one.value == "yes":
            said = say(
                language,
                "answer-offence",
                label=words(language, entry.label),
                article=article(entry, language),
                sanction=sanction(entry, language),
            )
            yield " ".join([said, *force_lines(outcome.book, one, language)])
