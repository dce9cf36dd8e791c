"""The shapes that the Law page shows, and what is the same for all of them: citations, warnings, sentences."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final, Literal

from safeconduct.law.book import Placed
from safeconduct.law.evaluate import is_stale
from safeconduct.law.pack import Cite, Entry, Pack, Words
from safeconduct.law.situation import UNKNOWN, Fact
from safeconduct.law.speech import Language, partial, say, words

_TEXTS: Final = ("text", "why", "visa_free", "restart", "entry_document", "caution")


@dataclass(frozen=True, slots=True)
class Cited:
    """A source as it opens: what it is, where in it, as of when, how sure, and how much of it was read."""

    title: str
    publisher: str
    pin: str
    as_of: str
    level: str
    read: str
    dated: str
    url: str


@dataclass(frozen=True, slots=True)
class Why:
    """One condition of a reason, with what it came to; `hidden` is a question for a lawyer."""

    told: str
    value: str
    mark: str
    below: tuple["Why", ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A ground, exclusion or offence: what it comes to, because, according to, and what is still unknown."""

    id: str
    title: str
    value: str
    verdict: str
    level: str
    stale: str
    lines: tuple[str, ...]
    ask: tuple[str, ...]
    why: Why
    cites: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """A time limit: the last day beside the day to work towards, or the event that is missing."""

    id: str
    title: str
    binds: str
    sure: bool
    last_day: str
    towards: str
    passed: bool
    missing: str
    stale: str
    why: tuple[str, ...]
    conditions: tuple[str, ...]
    effects: tuple[str, ...]
    cites: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A risk, a document, a statement: its name if it has one, what it says, and according to whom."""

    id: str
    title: str
    texts: tuple[str, ...]
    stale: str
    cites: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is put: `kind` tells how it is answered, `answer` what was said."""

    fact: str
    text: str
    kind: Literal["bool3", "enum", "number", "date"]
    urgent: bool
    choices: tuple[tuple[str, str], ...]
    answer: str
    answered: str


def spell(said: Fact) -> str:
    """An answer as a form carries it."""
    return {True: "yes", False: "no"}[said] if isinstance(said, bool) else str(said)


def said(placed: Placed[Entry], on: date, language: Language) -> Said:
    """An entry that is no rule, whole."""
    entry = placed.entry
    label: Words | None = getattr(entry, "label", None)
    texts: Iterable[Words | None] = (getattr(entry, name, None) for name in _TEXTS)
    return Said(
        entry.id,
        words(language, label) if label is not None else "",
        tuple(sentence(words(language, text)) for text in texts if text is not None),
        stale(placed.pack, on, language),
        tuple(cited(placed, cite, language) for cite in entry.cite),
    )


def cited(placed: Placed[Entry], cite: Cite, language: Language) -> Cited:
    """A citation with its source."""
    source = placed.source(cite)
    as_of = say(language, "as-of-unknown")
    if cite.as_of != UNKNOWN:
        as_of = say(language, "as-of", day=_law_day(language, cite.as_of))
    return Cited(
        source.title,
        source.publisher,
        cite.pin or "",
        as_of,
        level_words(language, cite.confidence),
        words(language, source.read),
        _law_day(language, source.date) if source.date != UNKNOWN else "",
        source.url if source.url != UNKNOWN else "",
    )


def stale(pack: Pack, on: date, language: Language) -> str:
    """That the day to review a pack has passed; empty if it has not."""
    if not is_stale(pack, on):
        return ""
    head = pack.pack
    return say(language, "stale", pack=words(language, head.title), day=partial(language, head.review_by))


@cache
def level_words(language: Language, confidence: str) -> str:
    """How sure a source makes us."""
    return say(language, "confidence", level=say(language, f"level-{confidence}"))


@cache
def _law_day(language: Language, when: str) -> str:
    """A day that stands in a pack, never one of a person's."""
    return partial(language, when)


def sentence(text: str) -> str:
    """With a capital and a full stop, whatever it was a part of."""
    return text[:1].upper() + text[1:] + ("" if text[-1:] in ".?!" else ".")
