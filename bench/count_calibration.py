"""Simulation-based calibration on small tables: if a sampler is right, the truth's rank among its draws is uniform.

Talts et al. 2018. Parameters come from the prior, given n people seen; under the prior 1/N the number of unseen is
then negative binomial (n, 1 - p_0). Prints, for each estimator, the ranks' histogram and a chi squared p value.

The Bayesian threshold chooses its model by the data, so it need not be calibrated; it is run as it is, and beside it
with every overlap kept. Its priors on intercept and lists are flat and cannot be drawn from: lists' log odds are
drawn evenly from those of 5 to 50 in a hundred, the intercept given n people seen is then a gamma's logarithm.

    python bench/count_calibration.py [--latent 100] [--graphs 400] [--threshold 400]
"""

import argparse
import json

import numpy as np
from scipy.stats import chi2

from safeconduct.count import latent
from safeconduct.count.decomposable import average, decomposable_graphs
from safeconduct.count.history import Floats, Table, histories, tabulate
from safeconduct.count.loglinear import design
from safeconduct.count.refusal import Uncountable
from safeconduct.count.threshold import threshold

LISTS, SEEN, BINS = 3, 60, 10


def observed(random: np.random.Generator, p: Floats) -> tuple[Table, int]:
    """A table of SEEN people and the unseen, given all histories' probabilities."""
    counts = random.multinomial(SEEN, p[1:] / p[1:].sum())
    unseen = int(random.negative_binomial(SEEN, 1 - p[0]))
    return tabulate("ABC", dict(enumerate([0, *(int(n) for n in counts)]))), unseen


def from_latent_prior(random: np.random.Generator) -> Floats:
    while True:
        alpha = max(random.gamma(0.25, 4.0), 1e-300)
        sticks = np.append(1 - random.random(latent.CLASSES - 1) ** (1 / alpha), 1.0)
        shares = sticks * np.append(1.0, np.cumprod(1 - sticks[:-1]))
        on = random.random((latent.CLASSES, LISTS))
        p = np.array([(shares * np.where(bits, on, 1 - on).prod(axis=1)).sum() for bits in histories(LISTS)])
        if p[0] <= 20 / 21:
            return p


def from_graph_prior(random: np.random.Generator) -> Floats:
    """A graph, all equally likely, and its hyper-Dirichlet: the law of a decomposable model, clique by clique."""
    cliques = list(decomposable_graphs(LISTS).cliques[int(random.integers(8))])
    bits = histories(LISTS)
    weight = np.full(2**LISTS, 2.0**-LISTS)
    log_p, known = np.zeros(2**LISTS), 0
    while cliques:
        # The clique that overlaps most with what is drawn comes next: a perfect order.
        clique = max(cliques, key=lambda c: (c & known).bit_count())
        cliques.remove(clique)
        both = clique & known
        for given in {int(h) & both for h in range(2**LISTS)}:
            cells = sorted({int(h) & clique for h in range(2**LISTS) if int(h) & both == given})
            weights = [weight[[int(h) & clique == cell for h in range(2**LISTS)]].sum() for cell in cells]
            log_g = np.log(random.gamma(np.array(weights) + 1)) + np.log(random.random(len(cells))) / weights
            log_share = log_g - np.logaddexp.reduce(log_g)
            for cell, value in zip(cells, log_share, strict=True):
                log_p[[int(h) & clique == cell for h in range(2**LISTS)]] += value
        known |= clique
    assert bits.shape == (2**LISTS, LISTS)
    return np.exp(log_p)


def from_threshold_prior(random: np.random.Generator) -> Floats:
    """All histories' shares: lists evenly between two chances, each overlap of two normal (0, 1)."""
    pairs = frozenset(t for t in range(2**LISTS) if t.bit_count() == 2)
    lists = random.uniform(np.log(0.05 / 0.95), 0.0, LISTS)
    effects = np.concatenate([[0.0], lists, random.standard_normal(len(pairs))])
    odds: Floats = np.append(1.0, np.exp(design(pairs, LISTS) @ effects))
    return np.asarray(odds / odds.sum())


def threshold_ranks(tables: int, least: float) -> tuple[list[float], int, int]:
    """Of the mean number of unseen, among its draws; how many tables were left out, and how many did not converge."""
    random = np.random.default_rng(4)
    ranks: list[float] = []
    left_out, unconverged = 0, 0
    while len(ranks) < tables:
        p = from_threshold_prior(random)
        try:
            table, _ = observed(random, p)
        except Uncountable:
            left_out += 1
            continue
        unseen = random.gamma(SEEN) * p[0] / (1 - p[0])
        found = threshold(table, random=np.random.default_rng(len(ranks)), least=least)
        unconverged += not latent.converged(found.r_hat, found.effective)
        ranks.append(float((found.people - SEEN < unseen).mean()))
    return ranks, left_out, unconverged


def say(name: str, ranks: list[float], left_out: int, unconverged: int = 0) -> None:
    if not ranks:
        return
    counts = np.histogram(ranks, bins=BINS, range=(0, 1))[0]
    expected = len(ranks) / BINS
    p = float(chi2.sf(((counts - expected) ** 2 / expected).sum(), BINS - 1))
    print(json.dumps({"estimator": name, "tables": len(ranks), "left_out": left_out, "not_converged": unconverged,
                      "ranks": counts.tolist(), "p": round(p, 3)}), flush=True)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--latent", type=int, default=100)
    parser.add_argument("--graphs", type=int, default=400)
    parser.add_argument("--threshold", type=int, default=400)
    given = parser.parse_args()
    for name, least in (("bayes_threshold", 2.0), ("bayes_threshold, every overlap kept", 0.0)):
        say(name, *threshold_ranks(given.threshold, least))
    random = np.random.default_rng(3)
    ranks: list[float] = []
    left_out = 0
    while len(ranks) < given.graphs:
        try:
            table, unseen = observed(random, np.maximum(from_graph_prior(random), 1e-300))
        except (Uncountable, ValueError):
            left_out += 1
            continue
        if not 1 <= unseen <= 20 * SEEN:
            left_out += 1
            continue
        found = average(table)
        here = int(np.argmin(np.abs(found.people - SEEN - unseen)))
        ranks.append(float(found.weights[:here].sum() + random.random() * found.weights[here]))
    say("decomposable", ranks, left_out)
    ranks, left_out, unconverged = [], 0, 0
    while len(ranks) < given.latent:
        try:
            table, unseen = observed(random, from_latent_prior(random))
        except Uncountable:
            left_out += 1
            continue
        posterior = latent.sample(table, seed=len(ranks), most_steps=2000)
        unconverged += not posterior.converged
        draws = posterior.people.ravel() - SEEN
        ranks.append(float((draws < unseen).mean() + random.random() * (draws == unseen).mean()))
    say("latent_class", ranks, left_out, unconverged)


if __name__ == "__main__":
    main()
