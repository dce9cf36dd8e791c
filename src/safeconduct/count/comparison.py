"""Comparison: how alike two entries are in each field, as one of a few levels that a person can name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from safeconduct.count.compiled import compiled
from safeconduct.count.history import Floats, Ints

Levels = NDArray[np.int8]
MISSING: Final = 0
"""The level of a field that one of the two does not have: it says nothing."""
FAR: Final = 3
"""Letters apart, or more: not counted further."""
_LETTERS: Final = 24
"""Of a word; the rest is not compared."""


@dataclass(frozen=True, eq=False)
class Level:
    """One degree of likeness."""

    name: str
    match: float
    """How often two entries of one case would be so, before anything is known; 20 pairs' worth of belief."""
    chance: float
    """The same for two entries taken by chance; 100 pairs' worth."""
    shares: Floats | None = None
    """For each entry, the share of entries that have its value: to agree on a rare one says more."""


@dataclass(frozen=True, eq=False)
class Field:
    """What is compared, its levels from 1 up (the least alike first), and how two arrays of entries compare."""

    name: str
    levels: tuple[Level, ...]
    compare: Callable[[Ints, Ints], Levels]


@dataclass(frozen=True, eq=False)
class Words:
    """One word an entry: its number among the distinct ones (-1 is none), and their letters."""

    numbers: Ints
    letters: NDArray[np.uint32]
    """(distinct words, 24), 0 behind the end."""

    def apart(self, left: Ints, right: Ints) -> Levels:
        """Letters to add, drop, change or swap with a neighbour from one to the other; `FAR` if that many or more."""
        return np.asarray(_apart(self.letters, self.numbers[left], self.numbers[right]), np.int8)

    def shares(self, chance: float) -> Floats:
        """For each entry, the share of entries with its word, smoothed towards `chance` as if 50 more were known."""
        return shares(self.numbers, chance)


def number_words(words: Sequence[str]) -> Words:
    """Number the words; the empty one is none."""
    distinct = sorted({word for word in words if word})
    place: Mapping[str, int] = {word: at for at, word in enumerate(distinct)}
    spelled = np.array([*distinct, ""], dtype=f"<U{_LETTERS}")
    letters = spelled.view(np.uint32).reshape(len(spelled), _LETTERS)
    return Words(np.array([place.get(word, -1) for word in words], np.int64), letters)


def number_values(values: Sequence[Any]) -> Ints:
    """Number the distinct values, in their order; an empty one is -1."""
    place = {value: at for at, value in enumerate(sorted({value for value in values if value}))}
    return np.array([place.get(value, -1) for value in values], np.int64)


def shares(numbers: Ints, chance: float) -> Floats:
    """As `Words.shares`, for any numbered values."""
    there = numbers[numbers >= 0]
    times = np.bincount(there, minlength=1)
    return np.asarray((times[np.maximum(numbers, 0)] + 50 * chance) / (len(there) + 50), np.float64)


def compare(fields: Sequence[Field], left: Ints, right: Ints) -> Levels:
    """The levels of pairs of entries, shape (pairs, fields)."""
    return np.stack([field.compare(left, right) for field in fields], axis=1)


def compare_words(name: str, words: Words, chance: float) -> Field:
    """A field of one word: other, two letters apart, one letter apart, the same."""

    def level(left: Ints, right: Ints) -> Levels:
        there = (words.numbers[left] >= 0) & (words.numbers[right] >= 0)
        return np.where(there, 4 - words.apart(left, right), MISSING).astype(np.int8)

    return Field(
        name,
        (
            Level("other", 0.05, 1 - 3 * chance),
            Level("two-letters", 0.05, chance),
            Level("one-letter", 0.1, chance),
            Level("same", 0.8, chance, words.shares(chance)),
        ),
        level,
    )


@compiled
def _apart(letters: NDArray[np.uint32], left: Ints, right: Ints) -> NDArray[np.int8]:
    """Distances of the words that two arrays number."""
    found = np.zeros(len(left), np.int8)
    rows = np.zeros((3, letters.shape[1] + 1), np.int64)
    lengths = (letters > 0).sum(axis=1)
    for pair in range(len(left)):
        if left[pair] != right[pair]:
            a, b = letters[left[pair], : lengths[left[pair]]], letters[right[pair], : lengths[right[pair]]]
            found[pair] = min(_distance(a, b, rows), FAR) if abs(len(a) - len(b)) < FAR else FAR
    return found


@compiled
def _distance(a: NDArray[np.uint32], b: NDArray[np.uint32], rows: Ints) -> int:
    """Restricted Damerau-Levenshtein distance (Damerau 1964), in three rows of the table."""
    rows[0, :] = np.arange(rows.shape[1])
    for i in range(1, len(a) + 1):
        row, above, over = i % 3, (i - 1) % 3, (i - 2) % 3
        rows[row, 0] = i
        for j in range(1, len(b) + 1):
            changed = 0 if a[i - 1] == b[j - 1] else 1
            best = min(rows[above, j] + 1, rows[row, j - 1] + 1, rows[above, j - 1] + changed)
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                best = min(best, rows[over, j - 2] + 1)
            rows[row, j] = best
    return int(rows[len(a) % 3, len(b)])
