"""What of a register's entries is compared, and by which keys they meet."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from safeconduct.count.blocking import Key, combine
from safeconduct.count.comparison import MISSING, Field, Level, Levels, Words, number_values, number_words, shares
from safeconduct.count.history import Bools, Ints
from safeconduct.count.name import parse_name
from safeconduct.count.register import Entry
from safeconduct.count.skeleton import skeleton

_SURNAME, _GIVEN, _INITIAL = 0.003, 0.04, 0.08
"""How often two people share a surname, a given name, an initial: for registers too small to show it."""
_REGION, _COURT = 0.03, 0.015


@dataclass(frozen=True, eq=False)
class Traits:
    """The fields and the blocking keys of some entries."""

    fields: tuple[Field, ...]
    keys: tuple[Key, ...]


def read_traits(entries: Sequence[Entry]) -> Traits:
    """Take the entries' names apart into sounds, number everything, and say how it is compared."""
    surname, given, patronymic = _sounds(entries)
    initials = [number_values([sound[:1] for sound in sounds]) for sounds in (given, patronymic)]
    words = [number_words(sounds) for sounds in (surname, given, patronymic)]
    days = np.array([entry.day.toordinal() for entry in entries], np.int64)
    regions = number_values([entry.region.lower() for entry in entries])
    courts = number_values([entry.court for entry in entries])
    either = number_words([*surname, *given])
    half = len(entries)
    crossed = either.numbers[:half], np.where(_full(words[1]), either.numbers[half:], -1)
    swap = _Swap(*crossed)
    fields = (
        _surname(words[0], swap),
        _given("given", words[1], initials[0], swap),
        _given("patronymic", words[2], initials[1], swap),
        _day(days),
        _place(regions, courts),
        _article(entries),
    )
    stems = number_values([sound[:3] for sound in surname])
    months = np.array([entry.day.year * 12 + entry.day.month for entry in entries], np.int64)
    keys = (
        Key("surname-initial", combine(words[0].numbers, initials[0])),
        Key("surname-region", combine(words[0].numbers, regions)),
        Key("surname-day", combine(words[0].numbers, days)),
        Key("stem-initials", combine(stems, *initials)),
        Key("names-swapped", combine(np.minimum(*crossed), np.maximum(*crossed))),
        Key("day-region", combine(days, regions)),
        Key("day-initials", combine(days, *initials)),
        Key("month-region-initials", combine(months, regions, *initials)),
    )
    return Traits(fields, keys)


@dataclass(frozen=True, eq=False)
class _Swap:
    """Surnames and full given names under one numbering, to see where one's surname is the other's given name."""

    surnames: Ints
    givens: Ints

    def at(self, left: Ints, right: Ints) -> Bools:
        there = (self.givens[left] >= 0) & (self.surnames[left] >= 0)
        across = (self.surnames[left] == self.givens[right]) & (self.givens[left] == self.surnames[right])
        swapped: Bools = there & across & (self.surnames[left] != self.surnames[right])
        return swapped


def _sounds(entries: Sequence[Entry]) -> tuple[list[str], list[str], list[str]]:
    known: dict[str, str] = {}

    def sound(word: str) -> str:
        if word not in known:
            known[word] = skeleton(word)
        return known[word]

    names = [parse_name(entry.name) for entry in entries]
    return (
        [sound(name.surname) for name in names],
        [sound(name.given)[:1] if len(name.given) == 1 else sound(name.given) for name in names],
        [sound(name.patronymic)[:1] if len(name.patronymic) == 1 else sound(name.patronymic) for name in names],
    )


def _full(words: Words) -> Bools:
    """Where the word is more than an initial."""
    return np.asarray((words.numbers >= 0) & (words.letters[words.numbers, 1] > 0))


def _surname(words: Words, swap: _Swap) -> Field:
    def level(left: Ints, right: Ints) -> Levels:
        there = (words.numbers[left] >= 0) & (words.numbers[right] >= 0)
        apart = np.choose(words.apart(left, right), [5, 3, 2, 1])
        return np.where(there, np.where(swap.at(left, right), 4, apart), MISSING).astype(np.int8)

    return Field(
        "surname",
        (
            Level("other", 0.03, 1),
            Level("two-letters", 0.03, _SURNAME),
            Level("one-letter", 0.07, _SURNAME),
            Level("swapped", 0.01, 0.0001),
            Level("same-sound", 0.86, _SURNAME, words.shares(_SURNAME)),
        ),
        level,
    )


def _given(name: str, words: Words, initials: Ints, swap: _Swap) -> Field:
    """A given name or patronymic. Swapped names have said all they can as a surname."""
    full = _full(words)

    def level(left: Ints, right: Ints) -> Levels:
        there = (words.numbers[left] >= 0) & (words.numbers[right] >= 0) & ~swap.at(left, right)
        both = full[left] & full[right]
        names = np.choose(words.apart(left, right), [5, 3, 1, 1])
        letters = np.where(initials[left] == initials[right], 4, 2)
        return np.where(there, np.where(both, names, letters), MISSING).astype(np.int8)

    return Field(
        name,
        (
            Level("other", 0.02, 0.5),
            Level("other-initial", 0.02, 0.5),
            Level("one-letter", 0.02, _GIVEN / 4),
            Level("initial", 0.47, _INITIAL / 2, shares(initials, _INITIAL)),
            Level("same-sound", 0.47, _GIVEN / 2, words.shares(_GIVEN)),
        ),
        level,
    )


def _day(days: Ints) -> Field:
    bounds = np.array([1, 8, 32, 93, 367])

    def level(left: Ints, right: Ints) -> Levels:
        return np.asarray(6 - np.digitize(np.abs(days[left] - days[right]), bounds), np.int8)

    names = ("years", "year", "quarter", "month", "week", "same")
    likely, chance = (0.02, 0.03, 0.05, 0.1, 0.2, 0.6), (0.3, 0.45, 0.15, 0.07, 0.02, 0.002)
    return Field("day", tuple(Level(*each) for each in zip(names, likely, chance, strict=True)), level)


def _place(regions: Ints, courts: Ints) -> Field:
    def level(left: Ints, right: Ints) -> Levels:
        there = (regions[left] >= 0) & (regions[right] >= 0)
        known = (courts[left] >= 0) & (courts[right] >= 0)
        within = np.where(known, np.where(courts[left] == courts[right], 4, 2), 3)
        return np.where(there, np.where(regions[left] == regions[right], within, 1), MISSING).astype(np.int8)

    return Field(
        "place",
        (
            Level("other-region", 0.05, 1),
            Level("other-court", 0.05, _REGION / 2),
            Level("region", 0.3, _REGION / 2, shares(regions, _REGION)),
            Level("court", 0.6, _COURT, shares(courts, _COURT)),
        ),
        level,
    )


def _article(entries: Sequence[Entry]) -> Field:
    whole = number_values([entry.article for entry in entries])
    first = number_values([entry.article.split(".")[0] for entry in entries])

    def level(left: Ints, right: Ints) -> Levels:
        part = np.where(whole[left] == whole[right], 3, 2)
        return np.where(first[left] == first[right], part, 1).astype(np.int8)

    return Field(
        "article",
        (Level("other", 0.02, 0.1), Level("other-part", 0.08, 0.1), Level("same", 0.9, 0.8, shares(whole, 0.8))),
        level,
    )
