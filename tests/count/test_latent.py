"""Latent classes: the sampler's parts against arithmetic, its whole against long runs of other samplers."""

import json

import numpy as np
import pytest

from count.tables import DATA, accepted, table
from safeconduct.count import latent
from safeconduct.count.convergence import effective_size, r_hat, tail_effective_size
from safeconduct.count.history import histories, tabulate
from safeconduct.count.latent_density import Scratch, class_probabilities, log_likelihood, slope
from safeconduct.count.modes import find_modes
from safeconduct.count.refusal import Stopped


def state(seed: int, classes: int = 4, lists: int = 3) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    return random.normal(-1, 1, (classes, lists)), random.normal(0, 1, classes - 1)


def probabilities(x: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Of every history, by the model's definition."""
    sticks = 1 / (1 + np.exp(-v))
    shares = np.append(sticks, 1.0) * np.append(1.0, np.cumprod(1 - sticks))
    on = 1 / (1 + np.exp(-x))
    bits = histories(x.shape[1])
    return np.array([(shares * np.where(b, on, 1 - on).prod(axis=1)).sum() for b in bits])


def test_probabilities_are_the_models_definition() -> None:
    x, v = state(1)
    q, shares, _ = scratch = Scratch(np.empty((4, 8)), np.empty(4), np.empty((4, 3)))
    unseen = class_probabilities(x, v, latent._places(3), scratch)
    wanted = probabilities(x, v)
    assert unseen == pytest.approx(wanted[0])
    assert q.sum(axis=0) == pytest.approx(np.append(wanted[1:], wanted[0]))
    assert shares.sum() == pytest.approx(1)


def test_the_gradient_is_the_slope_of_the_density() -> None:
    x, v = state(2)
    on = latent._places(3)
    counts = np.array([5, 9, 2, 7, 0, 3, 1])

    def density(x: np.ndarray, v: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        scratch = Scratch(np.empty((4, 8)), np.empty(4), np.empty((4, 3)))
        dx, dv = np.empty_like(x), np.empty_like(v)
        unseen = class_probabilities(x, v, on, scratch)
        return slope(x, v, on, counts, unseen, scratch, np.empty(8), dx, dv), dx, dv

    value, dx, dv = density(x, v)
    p = probabilities(x, v)
    cost = np.log1p(np.exp(v))
    wanted = float(counts @ np.log(p[1:]) - counts.sum() * np.log(1 - p[0]) + (x - 2 * np.log1p(np.exp(x))).sum())
    wanted += float((v - cost).sum() - 3.25 * np.log(0.25 + cost.sum()))
    assert value == pytest.approx(wanted)
    for place in np.ndindex(x.shape):
        near = x.copy()
        near[place] += 1e-5
        assert (density(near, v)[0] - value) / 1e-5 == pytest.approx(dx[place], abs=1e-3)
    for k in range(3):
        near = v.copy()
        near[k] += 1e-5
        assert (density(x, near)[0] - value) / 1e-5 == pytest.approx(dv[k], abs=1e-3)


def test_the_likelihood_is_the_zero_truncated_multinomial() -> None:
    x, v = state(3)
    scratch = Scratch(np.empty((4, 8)), np.empty(4), np.empty((4, 3)))
    unseen = class_probabilities(x, v, latent._places(3), scratch)
    counts = np.array([5, 9, 2, 7, 0, 3, 1])
    p = probabilities(x, v)
    assert log_likelihood(scratch.q, unseen, counts, np.empty(8)) == pytest.approx(counts @ np.log(p[1:] / (1 - p[0])))


def test_without_data_the_sampler_gives_back_the_prior() -> None:
    """No one seen: every move must leave the prior as it is, here that of p_0 below its cap."""
    classes, lists = 10, 3
    random = np.random.default_rng(5)
    ladder = latent._Ladder(tabulate("ABC", {1: 1, 3: 1, 4: 1}), np.random.Generator(np.random.PCG64(3)), classes)
    ladder._full[:] = 0
    ladder._scale()
    ladder._run(300, warming=True)
    _, seen = ladder._run(10_000, warming=False)
    drawn = 1 - np.exp(seen[:, -1])
    wanted: list[float] = []
    while len(wanted) < 20_000:
        alpha = random.gamma(0.25, 4.0)
        sticks = np.append(1 - random.random(classes - 1) ** (1 / max(alpha, 1e-300)), 1.0)
        shares = sticks * np.append(1.0, np.cumprod(1 - sticks[:-1]))
        unseen = float(shares @ random.random((classes, lists)).prod(axis=1))
        if unseen <= 20 / 21:
            wanted.append(unseen)
    levels = [0.1, 0.25, 0.5, 0.75]
    assert np.quantile(drawn, levels) == pytest.approx(np.quantile(wanted, levels), abs=0.06)


def test_a_posterior_is_that_of_long_runs_of_another_sampler() -> None:
    found = latent.sample(table("korea"), seed=1)
    point, lower, upper = accepted("korea", "LCMCR")
    assert found.converged
    assert found.quantile(0.5) == pytest.approx(point, rel=0.02)
    assert found.quantile(0.025) == pytest.approx(lower, rel=0.05)
    assert found.quantile(0.975) == pytest.approx(upper, rel=0.05)
    assert len(find_modes(found.people)) == 1


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("kosovo", "LCMCR K=10"),
        ("uk", "LCMCR K=10"),
        ("uk5", "LCMCR K=10"),
        ("new_orleans5", "LCMCR"),
        ("korea", "LCMCR"),
        ("spina_bifida", "LCMCR"),
    ],
)
def test_the_kept_long_runs_converged_where_others_did(name: str, method: str) -> None:
    """Too long for every day: bench/count_posteriors.py makes them anew."""
    kept = json.loads((DATA / "latent_runs.json").read_text())[name]
    point, lower, upper = accepted(name, method)
    assert kept["digest"] == table(name).digest
    assert kept["rhat"] < 1.01
    assert kept["ess"] > 400
    assert kept["median"] == pytest.approx(point, rel=0.02)
    assert kept["lower"] == pytest.approx(lower, rel=0.05)
    assert kept["upper"] == pytest.approx(upper, rel=0.05)


@pytest.mark.parametrize(
    ("name", "places"),
    [("netherlands5", (50_000, 140_000)), ("netherlands", (50_000, 135_000)), ("scot_pwid", (20_919,))],
)
def test_where_the_others_runs_did_not_meet_two_modes_are_found(name: str, places: tuple[int, ...]) -> None:
    kept = json.loads((DATA / "latent_runs.json").read_text())[name]
    assert kept["digest"] == table(name).digest
    assert len(kept["modes"]) == 2
    for place in places:
        assert min(abs(people - place) / place for people, _ in kept["modes"]) < 0.05


def test_the_same_seed_gives_the_same_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latent, "_WARM", (50, 50))
    drawn = [latent.sample(table("korea"), seed=seed, most_steps=1000).people for seed in (1, 1)]
    assert (drawn[0] == drawn[1]).all()


def test_it_stops_when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latent, "_WARM", (50, 50))
    asked: list[float] = []

    def tell(_doing: str, part: float) -> bool:
        asked.append(part)
        return len(asked) < 6

    with pytest.raises(Stopped):
        latent.sample(table("korea"), seed=1, tell=tell)
    assert len(asked) == 6


def test_independent_draws_are_worth_themselves_and_dependent_ones_less() -> None:
    random = np.random.default_rng(1)
    independent = random.normal(size=(4, 2000))
    assert effective_size(independent) == pytest.approx(8000, rel=0.15)
    assert r_hat(independent) < 1.005
    slow = np.zeros((4, 2000))
    for at in range(1, 2000):
        slow[:, at] = 0.9 * slow[:, at - 1] + random.normal(size=4)
    assert effective_size(slow) == pytest.approx(8000 * 0.1 / 1.9, rel=0.35)
    assert tail_effective_size(slow) < 4000


def test_chains_in_two_places_are_not_one() -> None:
    random = np.random.default_rng(1)
    apart = random.normal(size=(4, 1000)) + np.array([0, 0, 0, 4])[:, None]
    assert r_hat(apart) > 1.2
    wide = random.normal(size=(4, 1000)) * np.array([1, 1, 1, 5])[:, None]
    assert r_hat(wide) > 1.1
    standing = np.repeat(np.array([[1.0], [2.0]]), 100, axis=1)
    assert r_hat(standing) > 1e6


def test_two_peaks_are_two_and_one_is_one() -> None:
    random = np.random.default_rng(1)
    two = np.exp(np.concatenate([random.normal(10.8, 0.08, 9000), random.normal(11.85, 0.08, 1000)]))
    found = find_modes(two)
    assert [round(mode.share, 2) for mode in found] == [0.9, 0.1]
    assert found[0].people == pytest.approx(np.exp(10.8), rel=0.03)
    assert found[1].people == pytest.approx(np.exp(11.85), rel=0.03)
    assert len(find_modes(np.exp(random.normal(9, 0.3, 10_000)))) == 1
    assert len(find_modes(np.exp(random.gamma(2, 0.3, 10_000) + 5))) == 1
    assert find_modes(np.full(10, 7.0))[0].share == 1
