"""The average over graphs against a dense calculation, and against the field's package."""

import numpy as np
import pytest
from scipy.special import gammaln, logsumexp

from count.tables import accepted, table
from safeconduct.count.decomposable import average, decomposable_graphs
from safeconduct.count.history import histories


def test_there_are_as_many_decomposable_graphs_as_there_should_be() -> None:
    assert [len(decomposable_graphs(lists).cliques) for lists in (1, 2, 3, 4, 5)] == [1, 2, 8, 61, 822]


def test_cliques_less_separators_count_every_list_once() -> None:
    for lists in (3, 4, 5):
        graphs = decomposable_graphs(lists)
        bits = histories(lists)
        assert (graphs.coefficients @ bits == 1).all()


def test_the_grid_gives_what_all_whole_numbers_give() -> None:
    small = table("spina_bifida")
    found = average(small)
    unseen = np.arange(1, 20 * small.n_observed + 1, dtype=float)
    total = small.n_observed + unseen
    bits, delta = histories(3), 1 / 8
    log_weight = []
    for row in decomposable_graphs(3).coefficients:
        value = gammaln(total + 1) - gammaln(unseen + 1) - np.log(total)
        for members in np.flatnonzero(row):
            inside = [j for j in range(3) if members >> j & 1]
            cells = np.zeros((2 ** len(inside), len(unseen)))
            for history in range(8):
                place = sum(int(bits[history, j]) << at for at, j in enumerate(inside))
                cells[place] += unseen if history == 0 else small.counts[history]
            weight = delta * 8 / len(cells)
            value = value + row[members] * (
                (gammaln(cells + weight) - gammaln(weight)).sum(axis=0) + gammaln(1.0) - gammaln(1.0 + total)
            )
        log_weight.append(value)
    weights = np.exp(logsumexp(log_weight, axis=0) - logsumexp(log_weight))
    for level in (0.025, 0.5, 0.975):
        dense = np.interp(level, np.cumsum(weights), total)
        assert found.quantile(level) == pytest.approx(dense, rel=2e-3)


@pytest.mark.parametrize(
    ("name", "times"), [("kosovo", 20), ("uk5", 20), ("netherlands5", 30), ("new_orleans5", 30), ("korea", 20)]
)
def test_medians_and_bounds_are_the_published_ones(name: str, times: int) -> None:
    small = table(name)
    found = average(small, most_unseen=times * small.n_observed)
    point, lower, upper = accepted(name, "decomposable graphs (dga)")
    assert found.quantile(0.5) == pytest.approx(point, rel=0.02)
    assert found.quantile(0.025) == pytest.approx(lower, rel=0.05)
    assert found.quantile(0.975) == pytest.approx(upper, rel=0.05)
