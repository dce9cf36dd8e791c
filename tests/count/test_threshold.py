"""The Bayesian threshold against the field's package, and its draws against a grid."""

import numpy as np
import pytest

from count.tables import accepted, table
from safeconduct.count.history import tabulate
from safeconduct.count.loglinear import design, name_of
from safeconduct.count.threshold import _walk, threshold


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("kosovo", "Bayesian threshold maxorder 2"),
        ("uk", "Bayesian threshold"),
        ("uk5", "Bayesian threshold"),
        ("netherlands5", "Bayesian threshold"),
    ],
)
def test_medians_and_bounds_are_the_published_ones(name: str, method: str) -> None:
    found = threshold(table(name), random=np.random.default_rng(1))
    point, lower, upper = accepted(name, method)
    assert found.quantile(0.5) == pytest.approx(point, rel=0.02)
    assert found.quantile(0.025) == pytest.approx(lower, rel=0.05)
    assert found.quantile(0.975) == pytest.approx(upper, rel=0.05)
    assert found.r_hat < 1.01
    assert found.effective > 400


def test_overlaps_of_three_lists_stay_if_they_stand_out() -> None:
    found = threshold(table("kosovo"), random=np.random.default_rng(1), highest=3, least=2.7)
    point, lower, upper = accepted("kosovo", "Bayesian threshold maxorder 3 threshold 2.5")
    assert name_of(found.model, table("kosovo").lists) == "[EXH·ABA·OSCE,EXH·HRW,OSCE·HRW]"
    assert found.quantile(0.5) == pytest.approx(point, rel=0.02)
    assert found.quantile(0.025) == pytest.approx(lower, rel=0.05)
    assert found.quantile(0.975) == pytest.approx(upper, rel=0.05)


def test_draws_are_those_of_the_posterior_on_a_grid() -> None:
    small = tabulate("AB", {1: 30, 2: 20, 3: 6})
    draws = _walk(small, frozenset(), np.random.default_rng(2))[:, :, 0]
    y, matrix = small.counts[1:].astype(float), design(frozenset(), 2)
    intercepts = np.linspace(1, 8, 141)
    sides = np.linspace(-5, 3, 161)
    a, b, c = np.meshgrid(intercepts, sides, sides, indexing="ij", sparse=True)
    linear = [a + row[1] * b + row[2] * c for row in matrix]
    log_density = sum(n * line - np.exp(line) for n, line in zip(y, linear, strict=True))
    weights = np.exp(log_density - np.max(log_density)).sum(axis=(1, 2))
    weights /= weights.sum()
    for level in (0.025, 0.5, 0.975):
        assert np.quantile(draws, level) == pytest.approx(np.interp(level, np.cumsum(weights), intercepts), abs=0.06)
