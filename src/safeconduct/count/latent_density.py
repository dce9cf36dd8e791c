"""The density that the latent class sampler draws from, on plain arrays. `safeconduct.count.latent` says what it means.

A state is `x` (K, J), the log odds that a class stands on a list, `v` (K - 1), the log odds of the sticks that
break the classes' shares, and `alpha`. Every move leaves invariant, for a ladder's replica with counts `n_c`,

    p(x, v, alpha) * prod_c p_c ** n_c / (1 - p_0) ** n,    p_0 <= 20 / 21

where p_c is the probability of history c and p_0 that of the empty one. That is the posterior with the unseen
integrated out under the prior 1 / N, since n_0 given the rest is then negative binomial (n, 1 - p_0).
"""

# ruff: noqa: PLR0913, PLR0917 - compiled loops over plain arrays take all they need as arguments.
from typing import NamedTuple

import numpy as np

from safeconduct.count.compiled import compiled
from safeconduct.count.history import Floats, Ints

FAR = 30.0
"""Log odds beyond this change no probability that matters, and keep products within floating point."""
MOST_UNSEEN = 20.0 / 21.0


class Scratch(NamedTuple):
    """What is filled for a state and read again, allocated once: q (K, C + 1), shares (K), odds (K, J)."""

    q: Floats
    """The probability of class k and history c; the last column is the empty history's."""
    shares: Floats
    odds: Floats


@compiled
def cost(v: float) -> float:
    """-log(1 - stick) of a stick with log odds v: exponential with rate alpha under the prior."""
    return v + np.exp(-v) if v > FAR else float(np.log1p(np.exp(v)))


@compiled
def total_cost(v: Floats, first: int, base: float) -> float:
    """`base` and the costs of the first sticks: minus the logarithm of what these leave to the classes behind."""
    total = base
    for k in range(first):
        total += cost(v[k])
    return total


@compiled
def class_probabilities(x: Floats, v: Floats, on: Ints, scratch: Scratch) -> float:
    """Fill the scratch for a state; return p_0.

    `on` (C, J + 1) lists the places of a history's lists, its first column how many there are.
    """
    q, shares, odds = scratch
    classes, lists = x.shape
    rest = 0.0
    unseen = 0.0
    last = q.shape[1] - 1
    for k in range(classes):
        if k < classes - 1:
            spent = cost(v[k])
            log_share = rest + v[k] - spent
            rest -= spent
        else:
            log_share = rest
        shares[k] = np.exp(log_share)
        none = shares[k]
        for j in range(lists):
            odds[k, j] = np.exp(x[k, j])
            none /= 1.0 + odds[k, j]
        q[k, last] = none
        unseen += none
        for c in range(last):
            product = none
            for i in range(1, on[c, 0] + 1):
                product *= odds[k, on[c, i]]
            q[k, c] = product
    return unseen


@compiled
def log_likelihood(q: Floats, unseen: float, counts: Ints, log_p: Floats) -> float:
    """The zero-truncated multinomial's, without its constant; also fills log_p (C + 1), the last being log(1 - p_0)."""
    total = 0.0
    last = q.shape[1] - 1
    people = 0
    for c in range(last):
        p = 0.0
        for k in range(q.shape[0]):
            p += q[k, c]
        log_p[c] = np.log(max(p, 1e-300))
        total += counts[c] * log_p[c]
        people += counts[c]
    log_p[last] = np.log1p(-unseen)
    return float(total - people * log_p[last])


@compiled
def slope(
    x: Floats, v: Floats, on: Ints, counts: Ints, unseen: float, scratch: Scratch, log_p: Floats, dx: Floats, dv: Floats
) -> float:
    """The log density in the coordinates (x, v), alpha integrated out, from the scratch; fills its gradient."""
    q, _, odds = scratch
    classes, lists = x.shape
    value = log_likelihood(q, unseen, counts, log_p)
    weight = np.zeros(classes)
    dx[:, :] = 0.0
    people = _weigh_histories(q, on, counts, log_p, weight, dx)
    scale = people / (1.0 - unseen)
    above = 0.0
    spent = total_cost(v, classes - 1, 0.25)
    value -= (classes - 0.75) * np.log(spent)
    pull = (classes - 0.75) / spent
    for k in range(classes - 1, -1, -1):
        weight[k] += scale * q[k, q.shape[1] - 1]
        if k < classes - 1:
            stick = 1.0 / (1.0 + np.exp(-v[k]))
            dv[k] = (weight[k] + 1.0) * (1.0 - stick) - stick * (above + pull)
            value += v[k] - cost(v[k])
        above += weight[k]
        density = 1.0
        for j in range(lists):
            p = odds[k, j] / (1.0 + odds[k, j])
            dx[k, j] += 1.0 - (2.0 + weight[k]) * p
            density *= p / (1.0 + odds[k, j])
        value += np.log(density)
    return float(value)


@compiled
def _weigh_histories(q: Floats, on: Ints, counts: Ints, log_p: Floats, weight: Floats, dx: Floats) -> int:
    """Add each class's part of the people seen to its weight, and to its lists' slopes; return how many are seen."""
    people = 0
    for c in range(q.shape[1] - 1):
        if counts[c] == 0:
            continue
        people += counts[c]
        scale = counts[c] * np.exp(-log_p[c])
        for k in range(q.shape[0]):
            share = scale * q[k, c]
            weight[k] += share
            for i in range(1, on[c, 0] + 1):
                dx[k, on[c, i]] += share
    return people
