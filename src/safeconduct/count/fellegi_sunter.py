"""Weights of evidence that two entries are one case (Fellegi & Sunter 1969), learnt without examples.

A level that is as often found among pairs of one case (m) as among pairs taken by chance (u) says nothing; one that is
2^w times as often adds w bits. u is what random pairs of all entries show, less the matches among them; never what
the compared pairs show, for these were chosen for being alike. m comes by expectation and maximisation over the
distinct patterns of levels (Winkler 1988; Enamorado, Fifield & Imai 2019), with those pairs that were not compared
counted as no matches. Agreement on a value is weighed by how rare it is (Newcombe 1959; Winkler 1989).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from safeconduct.count.comparison import Field, Levels, compare
from safeconduct.count.history import Floats, Ints

RANDOM_PAIRS: Final = 1_000_000
_STEPS: Final = 500
_SETTLED: Final = 1e-7
_BELIEF_MATCH: Final = 20.0
_BELIEF_CHANCE: Final = 100.0
_BELIEF_PRIOR: Final = (0.1, 10.0)
"""Pairs' worth of belief, so that registers of a few rows are not learnt from these rows alone; of the prior, matches
among pairs."""
_LEAST: Final = 0.1
"""Matches among random pairs may explain away nine tenths of a level's frequency and no more."""


@dataclass(frozen=True, eq=False)
class Model:
    """How often each level of each field is found; entry 0, the missing level, is 1 and says nothing."""

    match: tuple[Floats, ...]
    """m by field."""
    chance: tuple[Floats, ...]
    """u by field."""
    prior: float
    """The share of all pairs of different lists that are one case."""

    @property
    def prior_bits(self) -> float:
        """Log2 odds of a pair of which nothing is known."""
        return float(np.log2(self.prior / (1 - self.prior)))


def fit(fields: Sequence[Field], levels: Levels, random_levels: Levels, pairs_possible: int) -> Model:
    """Learn m, u and the prior from the levels of compared pairs and of random ones."""
    patterns, times = _patterns(fields, levels)
    seen = [_frequencies(field, random_levels[:, at]) for at, field in enumerate(fields)]
    match = [_first([level.match for level in field.levels]) for field in fields]
    chance, prior = seen, 1 / np.sqrt(max(pairs_possible, 4))
    for _ in range(_STEPS):
        bits = sum(np.log2(m / u)[patterns[:, at]] for at, (m, u) in enumerate(zip(match, chance, strict=True)))
        expected = times * probabilities(bits + np.log2(prior / (1 - prior)))
        before, prior = prior, (float(expected.sum()) + _BELIEF_PRIOR[0]) / (pairs_possible + _BELIEF_PRIOR[1])
        match = [_learnt(field, patterns[:, at], expected) for at, field in enumerate(fields)]
        chance = [_without(p, m, prior) for p, m in zip(seen, match, strict=True)]
        if abs(prior - before) < _SETTLED * prior:
            break
    return Model(tuple(match), tuple(chance), prior)


def _patterns(fields: Sequence[Field], levels: Levels) -> tuple[Levels, Ints]:
    """The distinct rows and how often each is there, found by a number for each row."""
    bases = np.cumprod([1, *(len(field.levels) + 1 for field in fields)])[:-1]
    _, first, times = np.unique(levels @ bases, return_index=True, return_counts=True)
    return levels[first], times


def random_pairs(lists: Ints, random: np.random.Generator) -> tuple[Ints, Ints]:
    """Pairs of entries of different lists: all, if they are a million or fewer, else as many by chance."""
    total = len(lists)
    if total * (total - 1) // 2 <= RANDOM_PAIRS:
        left, right = (side.astype(np.int64) for side in np.triu_indices(total, 1))
    else:
        left, right = random.integers(0, total, (2, RANDOM_PAIRS))
    across = lists[left] != lists[right]
    return left[across], right[across]


def pairs_possible(lists: Ints) -> int:
    """Pairs of entries of different lists."""
    sizes = np.unique(lists, return_counts=True)[1].astype(object)
    return int((sizes.sum() ** 2 - (sizes**2).sum()) // 2) if len(lists) else 0


def weigh(model: Model, fields: Sequence[Field], levels: Levels, left: Ints, right: Ints) -> Floats:
    """The bits that each field adds for each pair, shape (pairs, fields)."""
    bits = np.zeros(levels.shape)
    for at, (field, m, u) in enumerate(zip(fields, model.match, model.chance, strict=True)):
        bits[:, at] = np.log2(m / u)[levels[:, at]]
        for number, level in enumerate(field.levels, start=1):
            if level.shares is not None:
                on = np.flatnonzero(levels[:, at] == number)
                # Two values of one sound, or of one beginning, can differ in how rare they are: the commoner counts.
                share = np.maximum(level.shares[left[on]], level.shares[right[on]])
                bits[on, at] = np.log2(m[number] / share)
    return bits


def learn(fields: Sequence[Field], lists: Ints, levels: Levels, random: np.random.Generator) -> Model:
    """`fit` with random pairs of these entries."""
    return fit(fields, levels, compare(fields, *random_pairs(lists, random)), pairs_possible(lists))


def probabilities(bits: Floats) -> Floats:
    """Log2 odds as probabilities."""
    return np.asarray(1 / (1 + np.exp2(-np.clip(bits, -1000, 1000))), np.float64)


def _first(values: list[float]) -> Floats:
    return np.array([1.0, *(np.array(values) / sum(values))])


def _frequencies(field: Field, levels: Levels) -> Floats:
    belief = _first([level.chance for level in field.levels])
    times = np.bincount(levels, minlength=len(belief))[1:]
    return _first((times + _BELIEF_CHANCE * belief[1:]).tolist())


def _learnt(field: Field, levels: Levels, expected: Floats) -> Floats:
    belief = _first([level.match for level in field.levels])
    times = np.bincount(levels, weights=expected, minlength=len(belief))[1:]
    return _first((times + _BELIEF_MATCH * belief[1:]).tolist())


def _without(seen: Floats, match: Floats, prior: float) -> Floats:
    left = np.maximum(seen[1:] - prior * match[1:], _LEAST * seen[1:])
    return _first(left.tolist())
