"""Averaging over all decomposable graphs of dependence between lists. Madigan & York 1997; York & Madigan 1992.

Under a graph the table's probability is that of its cliques divided by that of its separators, each a
Dirichlet-multinomial of a marginal table, and only the all-zero cell of a marginal holds the unseen. So for any
number of unseen one needs a value for each of the 2**J sets of lists, not one for each graph: the graphs are a small
matrix of whole numbers, and a grid of numbers of unseen, narrowed to where there is anything, does the rest.
"""

from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Final

import numpy as np
from scipy.special import gammaln, logsumexp

from safeconduct.count.history import Floats, Ints, Table, histories

MOST_LISTS: Final = 5
"""With six lists there are 18,154 graphs, and a prior that calls them equally likely says little."""


_CELLS: Final = 1000
_NOTHING: Final = 35.0
"""A weight smaller by this logarithm changes no quantile."""


@dataclass(frozen=True)
class GraphAverage:
    """The posterior of the number of people, on a grid: `weights` sum to one over `people`."""

    people: Floats
    weights: Floats
    graphs: tuple[tuple[str, float], ...]
    """The five most probable graphs, as [AB,BC], with their probability."""

    def quantile(self, level: float) -> float:
        """By linear interpolation of the distribution function."""
        return float(np.interp(level, np.cumsum(self.weights), self.people))

    def draw(self, size: int, random: np.random.Generator) -> Floats:
        """Independent draws, whose quantiles are those above."""
        drawn: Floats = np.interp(random.random(size), np.cumsum(self.weights), self.people)
        return drawn


def average(table: Table, *, delta: float | None = None, most_unseen: int | None = None) -> GraphAverage:
    """Average over all decomposable graphs, each as likely as the others beforehand.

    The prior is 1/N, with 1 to `most_unseen` unseen (20 times those seen); `delta` is the hyper-Dirichlet
    prior's weight of a cell (2**-J).
    """
    lists = len(table.lists)
    graphs = decomposable_graphs(lists)
    low, high = 1.0, float(most_unseen or 20 * table.n_observed)
    while True:
        unseen, widths = _grid(low, high)
        total = table.n_observed + unseen
        log_weight = graphs.coefficients @ _values_of_sets(table, unseen, delta or 2.0**-lists)
        log_weight += gammaln(total + 1) - gammaln(unseen + 1) - np.log(total) + np.log(widths)
        together = logsumexp(log_weight, axis=0)
        inside = np.flatnonzero(together > together.max() - _NOTHING)
        narrower = _edges(unseen, widths, int(inside[0]) - 1, int(inside[-1]) + 1)
        # Until the grid is spent where there is anything: with many people that is a narrow place.
        if (widths == 1).all() or narrower[1] - narrower[0] > 0.5 * (high - low):
            break
        low, high = narrower
    norm = logsumexp(together)
    of_graph = np.exp(logsumexp(log_weight, axis=1) - norm)
    best = np.argsort(-of_graph)[:5]
    names = tuple((_name(graphs.cliques[g], table.lists), float(of_graph[g])) for g in best)
    return GraphAverage(total, np.exp(together - norm), names)


def _edges(unseen: Floats, widths: Floats, first: int, last: int) -> tuple[float, float]:
    """The whole numbers that cells `first` to `last` stand for, as far as they are on the grid."""
    first, last = max(first, 0), min(last, len(unseen) - 1)
    return float(unseen[first] - (widths[first] - 1) / 2), float(unseen[last] + (widths[last] - 1) / 2)


def _grid(low: float, high: float) -> tuple[Floats, Floats]:
    """Numbers of unseen and how many whole numbers each stands for: all, or a thousand ever wider cells."""
    if high - low < _CELLS:
        dense = np.arange(low, high + 1)
        return dense, np.ones_like(dense)
    edges = np.append(low - 1, np.unique(np.round(np.geomspace(low, high, _CELLS))))
    return (edges[:-1] + 1 + edges[1:]) / 2, np.diff(edges)


def _values_of_sets(table: Table, unseen: Floats, delta: float) -> Floats:
    """The log Dirichlet-multinomial of every set's marginal table, shape (2**J, grid)."""
    lists = len(table.lists)
    bits = histories(lists)
    total = table.n_observed + unseen
    values = np.zeros((2**lists, len(unseen)))
    for members in range(1, 2**lists):
        inside = [j for j in range(lists) if members >> j & 1]
        weight = delta * 2.0 ** (lists - len(inside))
        marginal = np.bincount(bits[:, inside] @ (1 << np.arange(len(inside))), table.counts)
        fixed = float((gammaln(marginal[1:] + weight) - gammaln(weight)).sum())
        empty = gammaln(marginal[0] + unseen + weight) - gammaln(weight)
        size = weight * 2 ** len(inside)
        values[members] = fixed + empty + gammaln(size) - gammaln(size + total)
    # The empty set is the table's own total: no factor.
    return values


@dataclass(frozen=True, eq=False)
class Graphs:
    """All decomposable graphs. Row g of `coefficients` (G, 2**J) has +1 for cliques, -1 for separators."""

    coefficients: Ints
    cliques: tuple[tuple[int, ...], ...]


@cache
def decomposable_graphs(lists: int) -> Graphs:
    """All of them: 2, 8, 61, 822 for two to five lists."""
    edges = list(combinations(range(lists), 2))
    rows, names = [], []
    for chosen in range(2 ** len(edges)):
        neighbours = [0] * lists
        for place, (a, b) in enumerate(edges):
            if chosen >> place & 1:
                neighbours[a] |= 1 << b
                neighbours[b] |= 1 << a
        found = _cliques_and_separators(neighbours)
        if found:
            cliques, separators = found
            row = np.zeros(2**lists, dtype=np.int64)
            np.add.at(row, cliques, 1)
            np.add.at(row, separators, -1)
            row[0] = 0
            rows.append(row)
            names.append(tuple(sorted(cliques)))
    return Graphs(np.array(rows), tuple(names))


def _cliques_and_separators(neighbours: list[int]) -> tuple[list[int], list[int]] | None:
    """By maximum cardinality search; None if the graph has a chordless cycle. Sets are bit masks."""
    lists = len(neighbours)
    visited = 0
    cliques: list[int] = []
    separators: list[int] = []
    for _ in range(lists):
        vertex = max(
            (v for v in range(lists) if not visited >> v & 1), key=lambda v: (neighbours[v] & visited).bit_count()
        )
        before = neighbours[vertex] & visited
        if any(before & ~(1 << a) & ~neighbours[a] for a in range(lists) if before >> a & 1):
            return None
        grown = before | 1 << vertex
        if cliques and cliques[-1] == before:
            cliques[-1] = grown
        else:
            if cliques:
                separators.append(before)
            cliques.append(grown)
        visited |= 1 << vertex
    return cliques, separators


def _name(cliques: tuple[int, ...], lists: tuple[str, ...]) -> str:
    return "[" + ",".join("·".join(name for j, name in enumerate(lists) if c >> j & 1) for c in cliques) + "]"
