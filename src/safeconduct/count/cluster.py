"""Clusters: entries of several lists put together, each cluster one case, from what is known of their pairs.

No cluster holds two entries of one list, or two different identifiers, or a pair that a person said is not one.
Entries that share an identifier, and pairs of which a person said that they are one, are together whatever else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from safeconduct.count.history import Floats, Ints
from safeconduct.count.refusal import DecisionsClash


@dataclass(frozen=True, eq=False)
class Bonds:
    """What speaks for and against: entries `left[i] < right[i]` in order, and the log2 odds that they are one."""

    left: Ints
    right: Ints
    odds: Floats


@dataclass(frozen=True, eq=False)
class Known:
    """What is sure of entries, by their numbers."""

    lists: Ints
    identifiers: Ints
    """-1 is none."""
    same: Sequence[tuple[int, int]] = ()
    different: Sequence[tuple[int, int]] = ()


def cluster(known: Known, bonds: Bonds) -> Ints:
    """For each entry the lowest number of its cluster's entries.

    The likeliest pairs first, two clusters become one if nothing forbids it and all that is known between their
    entries, added up, is for it: one likely pair does not bridge two that are unlike.

    Raises:
        DecisionsClash: of two entries that must be together a person said that they are not one.
    """
    growing = _Growing(known, bonds)
    growing.join_sure()
    for at in np.argsort(-bonds.odds, kind="stable").tolist():
        if bonds.odds[at] <= 0:
            break
        growing.join_if_likely(int(bonds.left[at]), int(bonds.right[at]))
    return growing.labels()


def draw_bonds(bonds: Bonds, random: np.random.Generator) -> Bonds:
    """Bonds whose signs are drawn: a pair alone is one with the probability that its odds say.

    Logistic noise on log odds; what `cluster` makes of them is a linkage drawn, and consistent.
    """
    noise = random.logistic(size=len(bonds.odds)) / np.log(2)
    return Bonds(bonds.left, bonds.right, bonds.odds + noise)


@dataclass
class _Cluster:
    entries: list[int]
    lists: set[int]
    identifiers: set[int]
    apart: set[int] = field(default_factory=set)
    """Entries that must not come in."""


class _Growing:
    def __init__(self, known: Known, bonds: Bonds) -> None:
        self._known, self._bonds = known, bonds
        self._total = len(known.lists)
        self._codes = bonds.left * self._total + bonds.right
        self._above = list(range(self._total))
        self._clusters: dict[int, _Cluster] = {}

    def join_sure(self) -> None:
        for left, right in (*_neighbours(self._known.identifiers), *self._known.same):
            self._join(self._root(left), self._root(right))
        for left, right in self._known.different:
            a, b = self._root(left), self._root(right)
            if a == b:
                raise DecisionsClash
            self._at(a).apart.add(right)
            self._at(b).apart.add(left)

    def join_if_likely(self, left: int, right: int) -> None:
        a, b = self._root(left), self._root(right)
        if a != b and self._may(self._at(a), self._at(b)):
            self._join(a, b)

    def labels(self) -> Ints:
        return np.array([self._root(entry) for entry in range(self._total)], np.int64)

    def _may(self, a: _Cluster, b: _Cluster) -> bool:
        if a.lists & b.lists or len(a.identifiers | b.identifiers) > 1:
            return False
        if not a.apart.isdisjoint(b.entries) or not b.apart.isdisjoint(a.entries):
            return False
        if len(a.entries) == len(b.entries) == 1:
            return True
        return sum(self._odds(x, y) for x in a.entries for y in b.entries) > 0

    def _odds(self, x: int, y: int) -> float:
        """Of a pair that was not compared nothing is known."""
        code = min(x, y) * self._total + max(x, y)
        at = int(np.searchsorted(self._codes, code))
        return float(self._bonds.odds[at]) if at < len(self._codes) and self._codes[at] == code else 0.0

    def _at(self, root: int) -> _Cluster:
        if root not in self._clusters:
            identifier = int(self._known.identifiers[root])
            self._clusters[root] = _Cluster(
                [root], {int(self._known.lists[root])}, {identifier} if identifier >= 0 else set()
            )
        return self._clusters[root]

    def _join(self, a: int, b: int) -> None:
        if a == b:
            return
        a, b = min(a, b), max(a, b)
        into, gone = self._at(a), self._at(b)
        into.entries += gone.entries
        into.lists |= gone.lists
        into.identifiers |= gone.identifiers
        into.apart |= gone.apart
        del self._clusters[b]
        self._above[b] = a

    def _root(self, entry: int) -> int:
        while self._above[entry] != entry:
            self._above[entry] = self._above[self._above[entry]]
            entry = self._above[entry]
        return entry


def _neighbours(identifiers: Ints) -> Iterable[tuple[int, int]]:
    """Entries with one identifier, each with the next."""
    order = np.argsort(identifiers, kind="stable")
    values = identifiers[order]
    equal = np.flatnonzero((values[1:] == values[:-1]) & (values[1:] >= 0))
    return [(int(order[at]), int(order[at + 1])) for at in equal]
