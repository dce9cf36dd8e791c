"""A ladder of replicas: each makes its moves at its own share of the counts, and neighbours change places."""

# ruff: noqa: FBT001, PLR0913, PLR0917 - compiled loops over plain arrays take all they need as arguments.
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from safeconduct.count.compiled import compiled
from safeconduct.count.history import Floats, Ints
from safeconduct.count.latent_density import MOST_UNSEEN, Scratch, class_probabilities, log_likelihood, total_cost
from safeconduct.count.latent_moves import draw_alpha, draw_unseen, gibbs, glide, renew, stretch


class Replicas(NamedTuple):
    """A ladder's state, the coldest first; replica t sees `counts[t]`."""

    x: Floats
    """(T, K, J)"""
    v: Floats
    """(T, K - 1)"""
    alphas: Floats
    lengths: Floats
    """Of a stride; while warming they adapt to how surely trajectories are taken."""
    counts: Ints
    """(T, C)"""


@compiled
def _sweep(replicas: Replicas, t: int, on: Ints, scratch: Scratch, random: Generator) -> None:
    """A Gibbs sweep. Outside the prior's support the draw is refused, which for a block is a Metropolis step."""
    x, v = replicas.x[t], replicas.v[t]
    unseen = class_probabilities(x, v, on, scratch)
    kept_x, kept_v = x.copy(), v.copy()
    alpha = gibbs(x, v, replicas.alphas[t], on, replicas.counts[t], scratch.q, unseen, random)
    again = class_probabilities(x, v, on, scratch)
    if again > MOST_UNSEEN:
        x[:, :], v[:] = kept_x, kept_v
    else:
        replicas.alphas[t] = alpha


@compiled
def _fly(
    replicas: Replicas,
    t: int,
    on: Ints,
    strides: int,
    warming: bool,
    scratch: Scratch,
    log_p: Floats,
    random: Generator,
) -> None:
    """A Hamiltonian trajectory of at most so many strides, and then alpha, which it had integrated out."""
    x, v = replicas.x[t], replicas.v[t]
    length = replicas.lengths[t] * np.exp(random.standard_normal() * 0.3)
    number = 1 + int(random.random() * strides)
    taken = glide(x, v, on, replicas.counts[t], length, number, scratch, log_p, random)
    if warming:
        replicas.lengths[t] *= np.exp(0.05 * (taken - 0.75))
    replicas.alphas[t] = draw_alpha(len(v) + 1, -total_cost(v, len(v), 0.0), random)


@compiled
def _recast(
    replicas: Replicas, t: int, on: Ints, renewals: int, scratch: Scratch, log_p: Floats, random: Generator
) -> float:
    """Two stretches, and so many renewals; leaves scratch and log_p as they are for the new state, and returns p_0."""
    x, v, counts = replicas.x[t], replicas.v[t], replicas.counts[t]
    unseen = class_probabilities(x, v, on, scratch)
    value = log_likelihood(scratch.q, unseen, counts, log_p)
    for _ in range(2):
        value = stretch(x, v, replicas.alphas, t, value, on, counts, scratch, log_p, random)
    for _ in range(renewals):
        value = renew(x, v, replicas.alphas[t], value, on, counts, scratch, log_p, random)
    unseen = class_probabilities(x, v, on, scratch)
    log_likelihood(scratch.q, unseen, counts, log_p)
    return unseen


@compiled
def _exchange(replicas: Replicas, first: int, log_p: Floats, refused: Floats, random: Generator) -> None:
    """Offer every second pair of neighbours, from `first` on, to change places."""
    x, v, alphas, _, counts = replicas
    cells = counts.shape[1]
    for t in range(first, len(alphas) - 1, 2):
        gain = 0.0
        fewer = 0
        for c in range(cells):
            gain += (counts[t, c] - counts[t + 1, c]) * (log_p[t + 1, c] - log_p[t, c])
            fewer += counts[t, c] - counts[t + 1, c]
        gain -= fewer * (log_p[t + 1, cells] - log_p[t, cells])
        refused[t] += 1.0 - np.exp(min(gain, 0.0))
        if np.log(1.0 - random.random()) < gain:
            _swap(x.reshape(len(alphas), -1), t)
            _swap(v, t)
            _swap(log_p, t)
            alphas[t], alphas[t + 1] = alphas[t + 1], alphas[t]


@compiled
def _swap(rows: Floats, t: int) -> None:
    for i in range(rows.shape[1]):
        rows[t, i], rows[t + 1, i] = rows[t + 1, i], rows[t, i]


@compiled
def run_ladder(
    replicas: Replicas,
    on: Ints,
    all_on: Ints,
    strides: int,
    renewals: int,
    warming: bool,
    people: Ints,
    seen: Floats,
    thin: int,
    refused: Floats,
    random: Generator,
) -> None:
    """Run a ladder of replicas in place, filling `people`, `seen` and `refused`.

    `people` gets n_0 of the coldest at every step, `seen` its log p of all histories `all_on` every `thin` steps, and
    `refused` adds up how surely neighbours refused to change places.
    """
    levels, classes, lists = replicas.x.shape
    cells = replicas.counts.shape[1]
    shares, odds = np.empty(classes), np.empty((classes, lists))
    scratch = Scratch(np.empty((classes, cells + 1)), shares, odds)
    every = Scratch(np.empty((classes, len(all_on) + 1)), shares, odds)
    nobody = np.zeros(len(all_on), dtype=np.int64)
    log_p = np.empty((levels, cells + 1))
    total = replicas.counts[0].sum()
    for now in range(people.shape[0]):
        for t in range(levels):
            _sweep(replicas, t, on, scratch, random)
            if strides > 0:
                _fly(replicas, t, on, strides, warming, scratch, log_p[t], random)
            unseen = _recast(replicas, t, on, renewals, scratch, log_p[t], random)
            if t == 0:
                people[now] = draw_unseen(unseen, total, random)
                if now % thin == 0:
                    class_probabilities(replicas.x[0], replicas.v[0], all_on, every)
                    log_likelihood(every.q, unseen, nobody, seen[now // thin])
        _exchange(replicas, now % 2, log_p, refused, random)
