"""Blocking: which entries are compared at all. Two of different lists are, if they agree on one of several keys.

Comparing all with all grows with the square. A block so large that it would (a million equal names) is passed over
for its key, and that is said; the other keys divide the same entries otherwise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from safeconduct.count.history import Ints

MOST_PAIRS: Final = 10_000_000
"""Compared in all: some 700 MB."""


@dataclass(frozen=True, eq=False)
class Key:
    """A value for each entry, as a whole number; -1 is none, and agrees with nothing."""

    name: str
    values: Ints


@dataclass(frozen=True, eq=False)
class Blocking:
    """The pairs to be compared: entries `left[i] < right[i]`, each pair once and in order."""

    left: Ints
    right: Ints
    pairs: Mapping[str, int]
    """How many pairs each key gave; one given by two keys is counted twice."""
    passed_over: Mapping[str, int]
    """By key, how many entries stood in blocks that were too large for it; only keys with any."""


def find_pairs(lists: Ints, keys: Sequence[Key], *, most_pairs: int = MOST_PAIRS) -> Blocking:
    """Pairs of entries of different lists that share a key. `lists` says for each entry on which list it is.

    If all blocks together hold more than `most_pairs`, the largest are passed over until the rest do not.
    """
    blocks = [_blocks(key) for key in keys]
    largest = _largest(np.concatenate([np.zeros(0, np.int64), *(sizes for _, sizes in blocks)]), most_pairs)
    total, found, pairs, passed_over = len(lists), [np.zeros(0, np.int64)], {}, {}
    for key, (order, sizes) in zip(keys, blocks, strict=True):
        fits = np.repeat(sizes <= largest, sizes)
        left, right = _within(order[fits], sizes[sizes <= largest])
        across = lists[left] != lists[right]
        left, right = left[across], right[across]
        found.append(np.minimum(left, right) * total + np.maximum(left, right))
        pairs[key.name] = len(left)
        if not fits.all():
            passed_over[key.name] = int((~fits).sum())
    codes = np.sort(np.concatenate(found))
    # Sorting and dropping repeats is several times as fast as np.unique, which hashes.
    codes = codes[np.diff(codes, prepend=-1) > 0]
    return Blocking(codes // max(total, 1), codes % max(total, 1), pairs, passed_over)


def combine(*values: Ints) -> Ints:
    """One value for several: equal where all are equal; none where one is none."""
    joined = np.zeros(len(values[0]), np.int64)
    there = np.ones(len(values[0]), bool)
    for each in values:
        there &= each >= 0
        # Numbered anew each time, so that products never leave 64 bits.
        joined = np.unique(joined * (int(each.max(initial=0)) + 1) + np.maximum(each, 0), return_inverse=True)[1]
    return np.where(there, joined, -1)


def _blocks(key: Key) -> tuple[Ints, Ints]:
    """Entries with a value, those of one block together, and the blocks' sizes."""
    there = np.flatnonzero(key.values >= 0)
    order = there[np.argsort(key.values[there], kind="stable")]
    return order, np.unique(key.values[there], return_counts=True)[1].astype(np.int64)


def _largest(sizes: Ints, most_pairs: int) -> int:
    """The size of the largest blocks that may stay."""
    distinct, times = np.unique(sizes, return_counts=True)
    pairs = np.cumsum(distinct * (distinct - 1) // 2 * times)
    fitting = distinct[pairs <= most_pairs]
    return int(fitting[-1]) if len(fitting) else 1


def _within(order: Ints, sizes: Ints) -> tuple[Ints, Ints]:
    """All pairs within each block."""
    ends = np.repeat(np.cumsum(sizes), sizes)
    partners = ends - np.arange(len(order)) - 1
    first = np.repeat(np.arange(len(order)), partners)
    second = first + 1 + np.arange(len(first)) - np.repeat(np.cumsum(partners) - partners, partners)
    return order[first], order[second]
