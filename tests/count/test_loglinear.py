"""Log-linear models against published points, against a general fitter, and where no estimate exists."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from count.tables import accepted, table
from safeconduct.count.bootstrap import bca, choose_among, choose_stepwise
from safeconduct.count.bounds import chao, chapman, widest_pair
from safeconduct.count.estimate import estimate
from safeconduct.count.history import Floats, tabulate
from safeconduct.count.loglinear import (
    Existence,
    best_by_bic,
    design,
    existence,
    fit_model,
    models,
    name_of,
    stepwise,
)


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("kosovo", "stepwise p=0.02"),
        ("uk", "stepwise p=0.02"),
        ("uk5", "SparseMSE stepwise"),
        ("netherlands", "stepwise p=0.02"),
        ("netherlands5", "SparseMSE stepwise"),
        ("new_orleans", "stepwise p=0.02"),
        ("new_orleans5", "SparseMSE stepwise"),
        ("korea", "stepwise p=0.02"),
    ],
)
def test_stepwise_points_are_the_published_ones(name: str, method: str) -> None:
    found = stepwise(table(name))
    assert found is not None
    assert round(found.people) == accepted(name, method)[0]


@pytest.mark.parametrize(
    ("name", "method"),
    [("new_orleans", "main effects only"), ("uk5", "independence"), ("netherlands5", "independence")],
)
def test_independence_points_are_the_published_ones(name: str, method: str) -> None:
    found = fit_model(frozenset(), table(name))
    assert found is not None
    # The archive rounds down.
    assert accepted(name, method)[0] in (int(found.people), round(found.people))


def test_new_orleans_with_its_186th_person_gives_the_other_published_points() -> None:
    for name, method in (("new_orleans", "stepwise p=0.02"), ("new_orleans5", "stepwise p=0.02")):
        old = table(name)
        c, d = old.lists.index("C"), old.lists.index("D")
        people = {h: int(n) for h, n in enumerate(old.counts) if n}
        people[1 << c | 1 << d] = 2
        found = stepwise(tabulate(old.lists, people))
        assert found is not None
        published = {"new_orleans": 1110, "new_orleans5": 981}[name]
        assert round(found.people) == published, method


def test_the_lowest_bic_on_kosovo_is_the_published_model() -> None:
    best = best_by_bic(table("kosovo"))[0]
    assert round(best.people) == accepted("kosovo", "log-linear lowest BIC [123 14 34]")[0]
    assert name_of(best.model, table("kosovo").lists) == "[EXH·ABA·OSCE,EXH·HRW,OSCE·HRW]"


def test_existence_codes_are_the_published_ones() -> None:
    codes = [existence(frozenset(m), table("artificial3")) for m in ([3], [3, 5, 6], [5, 6])]
    assert codes == [Existence.NONE, Existence.UNIDENTIFIED, Existence.FINE]


def test_there_are_as_many_hierarchical_models_as_there_should_be() -> None:
    assert [len(models(lists)) for lists in (2, 3, 4, 5)] == [1, 8, 113, 6893]


@given(st.lists(st.integers(1, 60), min_size=7, max_size=7), st.sampled_from(models(3)))
def test_a_fit_is_the_maximum_that_a_general_optimiser_finds(counts: list[int], model: frozenset[int]) -> None:
    found = fit_model(model, tabulate("ABC", dict(enumerate([0, *counts]))))
    assert found is not None
    y, matrix = np.array(counts, dtype=float), design(model, 3)
    start = np.zeros(matrix.shape[1])
    start[0] = np.log(y.mean())

    def unlikeliness(effects: Floats) -> tuple[float, Floats]:
        mean: Floats = np.exp(matrix @ effects)
        return float(mean.sum() - y @ (matrix @ effects)), matrix.T @ (mean - y)

    other = minimize(unlikeliness, start, jac=True, method="BFGS", options={"gtol": 1e-8})
    assert found.people == pytest.approx(y.sum() + np.exp(other.x[0]), rel=1e-4)


@given(st.dictionaries(st.integers(1, 15), st.integers(1, 9), min_size=2, max_size=8), st.sampled_from(models(4)))
def test_a_fit_is_given_just_where_the_linear_program_says_that_one_exists(
    people: dict[int, int], model: frozenset[int]
) -> None:
    if not any(h.bit_count() > 1 for h in people) or set(people) == {15}:
        return
    small = tabulate("ABCD", people)
    assert (fit_model(model, small) is not None) == (existence(model, small) is Existence.FINE)


@pytest.mark.parametrize(
    ("name", "method", "far"),
    [
        ("kosovo", "stepwise p=0.02", 0.03),
        # Here resamples fall on two models far apart, and the published bounds, of 1,000, are themselves uncertain.
        ("uk5", "SparseMSE stepwise", 0.08),
        ("netherlands5", "SparseMSE stepwise", 0.08),
    ],
)
def test_stepwise_bootstrap_intervals_are_near_the_published_ones(name: str, method: str, far: float) -> None:
    found = bca(table(name), choose_stepwise, resamples=2000, random=np.random.default_rng(4))
    _, lower, upper = accepted(name, method)
    assert found.lower == pytest.approx(lower, rel=far)
    assert found.upper == pytest.approx(upper, rel=far)


def test_the_interval_of_the_lowest_bic_is_near_the_published_one() -> None:
    # Of 123 people the upper bound is as uncertain as the resamples that make it.
    for name, method, far in (
        ("kosovo", "log-linear lowest BIC bootstrap ntop=1", 0.05),
        ("korea", "lowest BIC bootstrap ntop=1", 0.1),
    ):
        best = best_by_bic(table(name))[0].model
        found = bca(table(name), choose_among((best,)), resamples=2000, random=np.random.default_rng(4))
        _, lower, upper = accepted(name, method)
        assert found.lower == pytest.approx(lower, rel=0.05)
        assert found.upper == pytest.approx(upper, rel=far)


def test_where_too_many_resamples_have_no_estimate_there_is_no_interval() -> None:
    """In one resample of three nobody is on two lists; those that are left would all but be the point."""
    found = estimate(tabulate("ABC", {1: 100, 2: 100, 4: 100, 3: 1}), "loglinear_bic", seed=1)
    assert (round(found.point or 0), found.lower, found.upper) == (30_367, None, None)
    assert "resamples_lost" in found.warnings


def test_chapman_is_its_formula_and_never_below_what_was_seen() -> None:
    found = chapman(100, 80, 20)
    assert found.point == 101 * 81 / 21 - 1
    assert 160 < found.lower < found.point < found.upper
    assert chapman(50, 50, 50).point == 50


def test_chao_is_lincoln_petersen_for_two_lists_and_her_own_for_lists_of_one_size() -> None:
    two = tabulate("AB", {1: 80, 2: 60, 3: 20})
    assert chao(two).point == 160 + 80 * 60 / 21
    three = tabulate("ABC", {1: 30, 2: 30, 4: 30, 3: 5, 5: 5, 6: 5, 7: 2})
    assert chao(three).point == pytest.approx(107 + 2 / 3 * 90**2 / 2 / (15 + 1))


@given(st.integers(50, 400), st.floats(0.2, 0.8), st.integers(0, 5))
def test_chao_stays_below_the_truth_when_people_differ(size: int, share: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    number = size * 40
    easy = random.random(number) < share
    chances = np.where(easy[:, None], [0.5, 0.4, 0.6], [0.08, 0.05, 0.1])
    seen = (random.random((number, 3)) < chances) @ np.array([1, 2, 4])
    counts = np.bincount(seen, minlength=8)
    found = chao(tabulate("ABC", {h: int(counts[h]) for h in range(1, 8)}))
    assert found.lower < number


def test_the_pair_for_chapman_is_the_one_that_shares_most() -> None:
    assert widest_pair(table("korea")) == (0, 1)
