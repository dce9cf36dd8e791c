"""Which entries of several registers are one case: by the case's identifier, by what a person decided, by likelihood.

Linkage by probabilities (Fellegi & Sunter 1969; Enamorado, Fifield & Imai 2019): entries that share a blocking key
are compared field by field, every level of likeness has a weight in bits that was learnt from these registers alone,
and the pairs' odds make clusters. Neither the order of registers nor that of rows changes anything.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from safeconduct.count.blocking import Blocking, find_pairs
from safeconduct.count.cluster import Bonds, Known, cluster
from safeconduct.count.comparison import Field, Levels, compare, number_values
from safeconduct.count.fellegi_sunter import Model, learn, probabilities, weigh
from safeconduct.count.history import Floats, Ints
from safeconduct.count.progress import Tell, quietly, step
from safeconduct.count.register import Entry, Register
from safeconduct.count.traits import read_traits

Place = tuple[int, int]
"""Which register, which entry in it."""
Decided = Mapping[tuple[Place, Place], bool]
"""What a person said of pairs: that they are one case, or that they are not."""

_SEED = 1969
"""Of the random pairs that u is learnt from: the same registers always give the same linkage."""


@dataclass(frozen=True, eq=False)
class Linkage:
    """Clusters of entries, each held to be one case, and all that they were made from.

    Entries are numbered in an order of their own, which `places` gives; pairs are of these numbers.
    """

    clusters: tuple[tuple[Place, ...], ...]
    places: tuple[Place, ...]
    known: Known
    blocking: Blocking
    fields: tuple[Field, ...]
    levels: Levels
    """(pairs, fields)."""
    weights: Floats
    """Bits, (pairs, fields)."""
    bonds: Bonds
    model: Model

    @property
    def probability(self) -> Floats:
        """For each compared pair, that it is one case."""
        return probabilities(self.bonds.odds)


def link(registers: Sequence[Register], decided: Decided | None = None, tell: Tell = quietly) -> Linkage:
    """Join entries that are one case.

    Raises:
        DecisionsClash: what was decided cannot all be so.
        Stopped: `tell` said so.
    """
    step(tell, "link", 0.0)
    places = _in_order(registers)
    entries = [registers[r].entries[e] for r, e in places]
    lists = np.array([r for r, _ in places], np.int64)
    traits = read_traits(entries)
    step(tell, "link", 0.3)
    identifiers = number_values([entry.cui for entry in entries])
    found = find_pairs(lists, traits.keys)
    levels = compare(traits.fields, found.left, found.right)
    step(tell, "link", 0.6)
    model = learn(traits.fields, lists, levels, np.random.default_rng(_SEED))
    weights = weigh(model, traits.fields, levels, found.left, found.right)
    step(tell, "link", 0.8)
    bonds = Bonds(found.left, found.right, weights.sum(axis=1) + model.prior_bits)
    known = _known(places, decided or {}, lists, identifiers)
    clusters = gather(places, cluster(known, bonds).tolist())
    return Linkage(clusters, tuple(places), known, found, traits.fields, levels, weights, bonds, model)


def gather(places: Sequence[Place], labels: Sequence[int]) -> tuple[tuple[Place, ...], ...]:
    """Entries by their cluster's label, in the registers' order."""
    clusters: dict[int, list[Place]] = defaultdict(list)
    for place, label in zip(places, labels, strict=True):
        clusters[label].append(place)
    return tuple(sorted(tuple(sorted(each)) for each in clusters.values()))


def _in_order(registers: Sequence[Register]) -> list[Place]:
    """Entries by what they say, so that the order in which files and rows came decides nothing."""

    def said(place: Place) -> tuple[str, ...]:
        entry: Entry = registers[place[0]].entries[place[1]]
        return (entry.name, entry.day.isoformat(), entry.article, entry.cui, entry.court, entry.region)

    everywhere = [(r, e) for r, register in enumerate(registers) for e in range(len(register.entries))]
    return sorted(everywhere, key=lambda place: (*said(place), registers[place[0]].title))


def _known(places: list[Place], decided: Decided, lists: Ints, identifiers: Ints) -> Known:
    number = {place: at for at, place in enumerate(places)} if decided else {}
    same, different = (
        [(number[left], number[right]) for (left, right), said in decided.items() if said is answer]
        for answer in (True, False)
    )
    return Known(lists, identifiers, same, different)


def histories_of(linkage: Linkage) -> dict[int, int]:
    """How many clusters stand on exactly which lists: what `tabulate` takes."""
    people: dict[int, int] = {}
    for each in linkage.clusters:
        history = 0
        for register, _ in each:
            history |= 1 << register
        people[history] = people.get(history, 0) + 1
    return people


def by_quarter(linkage: Linkage, registers: Sequence[Register]) -> dict[str, int]:
    """Clusters by the quarter of their first day, all quarters between the first and the last included."""
    found: dict[str, int] = {}
    for each in linkage.clusters:
        first = min((registers[r].entries[e] for r, e in each), key=lambda entry: entry.day)
        found[first.quarter] = found.get(first.quarter, 0) + 1
    if not found:
        return {}
    year, quarter = (int(part) for part in min(found).split("-"))
    ordered: dict[str, int] = {}
    while f"{year}-{quarter}" <= max(found):
        ordered[f"{year}-{quarter}"] = found.get(f"{year}-{quarter}", 0)
        year, quarter = (year + 1, 1) if quarter == 4 else (year, quarter + 1)
    return ordered
