"""Capture histories, counted: how many people stand on exactly these lists and no others."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from safeconduct.count.refusal import (
    CountLarge,
    ListsFew,
    ListsMany,
    ListTwice,
    OverlapAll,
    OverlapNone,
    TableEmpty,
)

MOST_LISTS: Final = 10
MOST_PEOPLE: Final = 10**9

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Table:
    """How many people have each capture history. Made by `tabulate`, which checks it.

    `counts` has `2 ** len(lists)` entries; entry h counts those whose history is h, where bit j of h says that
    they stand on list j. Entry 0, those on no list, is what an estimate is about and is always 0 here.
    """

    lists: tuple[str, ...]
    counts: Ints
    empty: tuple[str, ...] = ()
    """Lists that were named and that nobody stands on: they say nothing, and are not among `lists`."""

    @property
    def n_observed(self) -> int:
        """People on at least one list."""
        return int(self.counts.sum())

    @property
    def cells(self) -> Ints:
        """The observable histories as rows of zeros and ones, shape (2**J - 1, J), from history 1 on."""
        return histories(len(self.lists))[1:]

    @property
    def digest(self) -> str:
        """SHA-256 of lists and counts: the same table has the same digest, whatever file it came in."""
        spelled = "\n".join([*self.lists, *(f"{h} {n}" for h, n in enumerate(self.counts) if n)])
        return sha256(spelled.encode()).hexdigest()

    def pair(self, left: int, right: int) -> tuple[int, int, int]:
        """For two lists: how many are on the first, on the second, on both."""
        bits = histories(len(self.lists))
        on_left, on_right = bits[:, left] == 1, bits[:, right] == 1
        return (
            int(self.counts[on_left].sum()),
            int(self.counts[on_right].sum()),
            int(self.counts[on_left & on_right].sum()),
        )

    def pairs(self) -> list[tuple[int, int]]:
        """All pairs of lists."""
        return list(combinations(range(len(self.lists)), 2))

    def margin(self, kept: list[int]) -> dict[int, int]:
        """The same people seen by these lists alone; those who stood on none of them are gone."""
        bits = histories(len(self.lists))
        found: dict[int, int] = {}
        for history in np.flatnonzero(self.counts):
            seen = sum(int(bits[history, j]) << place for place, j in enumerate(kept))
            if seen:
                found[seen] = found.get(seen, 0) + int(self.counts[history])
        return found


def histories(lists: int) -> Ints:
    """All `2 ** lists` histories as rows of zeros and ones; row h has bit j of h in column j."""
    return (np.arange(2**lists)[:, None] >> np.arange(lists)) & 1


def tabulate(lists: Iterable[str], people: dict[int, int]) -> Table:
    """Make a table from the number of people of each history, of the lists that anybody stands on.

    Raises:
        ListsFew, ListsMany, ListTwice, TableEmpty, OverlapNone, OverlapAll, CountLarge: it cannot be counted.
    """
    names = tuple(lists)
    _check_lists(names)
    on_any = 0
    for history, number in people.items():
        if number > MOST_PEOPLE:
            raise CountLarge
        on_any |= history if number else 0
    kept = [j for j in range(len(names)) if on_any >> j & 1]
    counts = np.zeros(2 ** len(kept), dtype=np.int64)
    for history, number in people.items():
        counts[sum((history >> j & 1) << place for place, j in enumerate(kept))] += number
    counts[0] = 0
    _check_people(counts, len(kept))
    return Table(tuple(names[j] for j in kept), counts, tuple(n for j, n in enumerate(names) if j not in kept))


def _check_lists(names: tuple[str, ...]) -> None:
    if len(names) < 2:
        raise ListsFew
    if len(names) > MOST_LISTS:
        raise ListsMany
    if len(set(names)) < len(names) or not all(names):
        raise ListTwice


def _check_people(counts: Ints, lists: int) -> None:
    total = int(counts.sum())
    if total == 0:
        raise TableEmpty
    if total > MOST_PEOPLE:
        raise CountLarge
    if lists < 2:
        raise ListsFew
    captures = histories(lists).sum(axis=1)
    if not counts[captures > 1].any():
        raise OverlapNone
    if int(counts[-1]) == total:
        raise OverlapAll
