"""Which entries of several registers are one case: a first linkage, by keys alone, for a person to look through.

Two entries of different lists are one case if they share the case's own identifier; or the exact name and the day;
or the name's sound with initials, the region and the quarter. The first is sure; the others are pairs to review.
Linkage by probabilities (Fellegi & Sunter) will take this module's place: what it must give is a `Linkage`.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from safeconduct.count.register import Entry, Register
from safeconduct.count.skeleton import name_key

Place = tuple[int, int]
"""Which register, which entry in it."""


def _identifier(entry: Entry) -> str:
    return entry.cui


def _exact(entry: Entry) -> str:
    return f"{entry.name.lower().replace('ё', 'е')}|{entry.day}" if entry.name else ""


def _sound(entry: Entry) -> str:
    key = name_key(entry.name) if entry.name else ""
    return f"{key}|{entry.region}|{entry.quarter}" if key else ""


KEYS: Final[tuple[tuple[str, Callable[[Entry], str]], ...]] = (
    ("identifier", _identifier),
    ("exact-name", _exact),
    ("sound", _sound),
)


@dataclass(frozen=True)
class Pair:
    """Two entries that were joined, and by which key: what a person reviews."""

    left: Place
    right: Place
    key: str


@dataclass(frozen=True)
class Linkage:
    """Clusters of entries, each held to be one case, and the pairs that made them."""

    clusters: tuple[tuple[Place, ...], ...]
    pairs: tuple[Pair, ...]


def link(registers: Sequence[Register]) -> Linkage:
    """Join entries by the keys, the surest first; a cluster holds two entries of one list only by the identifier.

    An entry whose key fits two clusters is joined to the first: namesakes of one region and quarter cannot be told
    apart by keys, and the review shows them.
    """
    joining = _Joining(registers)
    for name, key in KEYS:
        met: dict[str, list[Place]] = defaultdict(list)
        for place in joining.places:
            value = key(registers[place[0]].entries[place[1]])
            if value:
                met[value].append(place)
        for places in met.values():
            for at, right in enumerate(places):
                joining.join_first(places[:at], right, name)
    return joining.linkage()


class _Joining:
    """Clusters as they grow, and on which lists each stands."""

    def __init__(self, registers: Sequence[Register]) -> None:
        self.places: list[Place] = [(r, e) for r, reg in enumerate(registers) for e in range(len(reg.entries))]
        self._above = {place: place for place in self.places}
        self._lists = {place: {place[0]} for place in self.places}
        self._pairs: list[Pair] = []

    def join_first(self, lefts: list[Place], right: Place, key: str) -> None:
        """Join an entry to the first of these that it may be joined to."""
        for left in lefts:
            a, b = self._root(left), self._root(right)
            if a != b and (key == "identifier" or not self._lists[a] & self._lists[b]):
                self._above[b] = a
                self._lists[a] |= self._lists[b]
                self._pairs.append(Pair(left, right, key))
                return

    def linkage(self) -> Linkage:
        clusters: dict[Place, list[Place]] = defaultdict(list)
        for place in self.places:
            clusters[self._root(place)].append(place)
        return Linkage(tuple(tuple(c) for c in clusters.values()), tuple(self._pairs))

    def _root(self, place: Place) -> Place:
        while self._above[place] != place:
            self._above[place] = self._above[self._above[place]]
            place = self._above[place]
        return place


def histories_of(linkage: Linkage) -> dict[int, int]:
    """How many clusters stand on exactly which lists: what `tabulate` takes."""
    people: dict[int, int] = {}
    for cluster in linkage.clusters:
        history = 0
        for register, _ in cluster:
            history |= 1 << register
        people[history] = people.get(history, 0) + 1
    return people


def by_quarter(linkage: Linkage, registers: Sequence[Register]) -> dict[str, int]:
    """Clusters by the quarter of their first day, all quarters between the first and the last included."""
    found: dict[str, int] = {}
    for cluster in linkage.clusters:
        first = min((registers[r].entries[e] for r, e in cluster), key=lambda entry: entry.day)
        found[first.quarter] = found.get(first.quarter, 0) + 1
    if not found:
        return {}
    year, quarter = (int(part) for part in min(found).split("-"))
    ordered: dict[str, int] = {}
    while f"{year}-{quarter}" <= max(found):
        ordered[f"{year}-{quarter}"] = found.get(f"{year}-{quarter}", 0)
        year, quarter = (year + 1, 1) if quarter == 4 else (year, quarter + 1)
    return ordered
