"""Two old estimators in closed form: Chapman for a pair of lists, Chao's lower bound for any number.

Neither can see that lists depend on one another. Chapman needs two independent lists; Chao's bound needs that what
makes a person seen twice does not make him seen less than chance says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from safeconduct.count.history import Table

_Z = 1.959963984540054


@dataclass(frozen=True)
class Interval:
    """A point and its 95 % interval, in people, and what it stands on: seen, the unseen's variance, those shared."""

    point: float
    lower: float
    upper: float
    seen: int
    variance: float
    shared: int
    """Whose number the point gives away: on both lists; for Chao on just two."""


def chapman(first: int, second: int, both: int) -> Interval:
    """From the sizes of two lists and of their overlap. Chapman 1951; variance by Seber 1970.

    The interval takes the logarithm of the unseen as normal, so that it never goes below those who were seen.
    """
    point = (first + 1) * (second + 1) / (both + 1) - 1
    variance = (first + 1) * (second + 1) * (first - both) * (second - both) / ((both + 1) ** 2 * (both + 2))
    return _above(point, first + second - both, variance, both)


def widest_pair(table: Table) -> tuple[int, int]:
    """The two lists that share the most people; of equals the first."""
    return max(table.pairs(), key=lambda pair: table.pair(*pair)[2])


def chao(table: Table) -> Interval:
    """At least so many, from those seen once and twice: n + sum a_i a_j / (sum b_ij + 1) over all pairs of lists.

    a_i are on list i alone, b_ij on i and j alone. For lists of one size it is Chao's (1987) n + (J-1)/J f1^2 / 2 f2,
    with her correction of bias; for two lists it is Lincoln and Petersen's. Written for pairs it stays a bound when
    lists differ in size: if people differ in how likely they are seen, then E b_ij E n_0 >= E a_i E a_j.
    """
    lists = len(table.lists)
    alone = [int(table.counts[1 << i]) for i in range(lists)]
    pairs = list(combinations(range(lists), 2))
    twice = sum(int(table.counts[(1 << i) | (1 << j)]) for i, j in pairs)
    products = sum(alone[i] * alone[j] for i, j in pairs)
    unseen = products / (twice + 1)
    if unseen == 0:
        return _above(float(table.n_observed), table.n_observed, 0.0, twice)
    once = sum(alone)
    relative = sum(a * (once - a) ** 2 for a in alone) / products**2 + twice / (twice + 1) ** 2
    return _above(table.n_observed + unseen, table.n_observed, relative * unseen**2, twice)


def add_intervals(parts: Sequence[Interval]) -> Interval:
    """The sum of independent parts: points, those seen and variances add up."""
    seen, variance, shared = (sum(p.seen for p in parts), sum(p.variance for p in parts), min(p.shared for p in parts))
    return _above(sum(p.point for p in parts), seen, variance, shared)


def _above(point: float, seen: int, variance: float, shared: int) -> Interval:
    unseen = max(point - seen, 1e-9)
    factor = float(np.exp(_Z * np.sqrt(np.log1p(variance / unseen**2))))
    return Interval(point, seen + unseen / factor, seen + unseen * factor, seen, variance, shared)
