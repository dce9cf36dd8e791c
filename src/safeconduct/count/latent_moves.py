"""The moves of the latent class sampler; each leaves the density of `safeconduct.count.latent_density` as it is."""

# ruff: noqa: PLR0913, PLR0917 - compiled loops over plain arrays take all they need as arguments.
import numpy as np
from numpy.random import Generator

from safeconduct.count.compiled import compiled
from safeconduct.count.history import Floats, Ints
from safeconduct.count.latent_density import (
    FAR,
    MOST_UNSEEN,
    Scratch,
    class_probabilities,
    cost,
    log_likelihood,
    slope,
    total_cost,
)

_HALF_LOG_TAU = 0.9189385332046727


@compiled
def stick_of(spent: float) -> float:
    """The log odds of the stick that costs so much: the inverse of `cost`."""
    return spent if spent > FAR else float(np.log(np.expm1(max(spent, 1e-300))))


@compiled
def draw_unseen(unseen: float, people: int, random: Generator) -> int:
    """n_0 given the rest: negative binomial, as a Poisson with a gamma rate."""
    if people == 0:
        return 0
    return int(random.poisson(random.standard_gamma(people) * unseen / (1.0 - unseen)))


@compiled
def draw_alpha(classes: int, log_rest: float, random: Generator) -> float:
    """Given the sticks: gamma(1/4 + K - 1, 1/4 - log of the last share)."""
    return max(float(random.standard_gamma(0.25 + classes - 1) / (0.25 - log_rest)), 1e-300)


@compiled
def _bound(value: float) -> float:
    return min(max(value, -FAR), FAR)


@compiled
def _log_gamma(shape: float, random: Generator) -> float:
    """The logarithm of a gamma variate, also where the variate itself would be 0 in floating point."""
    if shape >= 1.0:
        return float(np.log(random.standard_gamma(shape)))
    return float(np.log(random.standard_gamma(shape + 1.0)) + np.log(1.0 - random.random()) / shape)


@compiled
def _allot(number: int, q: Floats, c: int, members: Ints, random: Generator) -> None:
    """Divide the people of one history among the classes: a multinomial by binomials."""
    classes = q.shape[0]
    mass = 0.0
    for k in range(classes):
        members[k] = 0
        mass += q[k, c]
    left = number
    for k in range(classes - 1):
        if left == 0:
            return
        p = q[k, c] / mass if mass > 0.0 else 1.0
        taken = left if p >= 1.0 else (int(random.binomial(left, p)) if p > 0.0 else 0)
        members[k] = taken
        left -= taken
        mass -= q[k, c]
    members[classes - 1] = left


@compiled
def _allot_all(on: Ints, counts: Ints, q: Floats, unseen: float, size: Ints, seen: Ints, random: Generator) -> None:
    """Divide everybody, the unseen too: fills each class's size (K) and how many of it are on each list (K, J)."""
    last = q.shape[1] - 1
    people = 0
    members = np.zeros(len(size), dtype=np.int64)
    for c in range(last):
        if counts[c] == 0:
            continue
        people += counts[c]
        _allot(counts[c], q, c, members, random)
        for k in range(len(size)):
            if members[k]:
                size[k] += members[k]
                for i in range(1, on[c, 0] + 1):
                    seen[k, on[c, i]] += members[k]
    _allot(draw_unseen(unseen, people, random), q, last, members, random)
    for k in range(len(size)):
        size[k] += members[k]


@compiled
def gibbs(
    x: Floats, v: Floats, alpha: float, on: Ints, counts: Ints, q: Floats, unseen: float, random: Generator
) -> float:
    """One blocked Gibbs sweep in place, from q and p_0 of the present state; returns the new alpha."""
    classes, lists = x.shape
    size = np.zeros(classes, dtype=np.int64)
    seen = np.zeros((classes, lists), dtype=np.int64)
    _allot_all(on, counts, q, unseen, size, seen, random)
    above = 0
    log_rest = 0.0
    for k in range(classes - 1, -1, -1):
        if k < classes - 1:
            v[k] = _log_gamma(1.0 + size[k], random) - _log_gamma(alpha + above, random)
            log_rest -= cost(v[k])
        above += size[k]
        for j in range(lists):
            on_list = np.log(random.standard_gamma(1.0 + seen[k, j]))
            off_list = np.log(random.standard_gamma(1.0 + size[k] - seen[k, j]))
            x[k, j] = _bound(on_list - off_list)
    return draw_alpha(classes, log_rest, random)


@compiled
def _kinetic(px: Floats, pv: Floats) -> float:
    energy = 0.0
    for k in range(px.shape[0]):
        for j in range(px.shape[1]):
            energy += 0.5 * px[k, j] ** 2
        if k < len(pv):
            energy += 0.5 * pv[k] ** 2
    return energy


@compiled
def _throw(px: Floats, pv: Floats, random: Generator) -> float:
    """Give the trajectory its impetus; returns its energy."""
    for k in range(px.shape[0]):
        for j in range(px.shape[1]):
            px[k, j] = random.standard_normal()
        if k < len(pv):
            pv[k] = random.standard_normal()
    return _kinetic(px, pv)


@compiled
def _is_near(x: Floats) -> bool:
    near = True
    for k in range(x.shape[0]):
        for j in range(x.shape[1]):
            near = near and abs(x[k, j]) < FAR
    return near


@compiled
def glide(
    x: Floats,
    v: Floats,
    on: Ints,
    counts: Ints,
    step: float,
    strides: int,
    scratch: Scratch,
    log_p: Floats,
    random: Generator,
) -> float:
    """One Hamiltonian trajectory of (x, v), alpha integrated out, in place; returns how surely it was taken."""
    dx, dv = np.empty_like(x), np.empty_like(v)
    px, pv = np.empty_like(x), np.empty_like(v)
    x0, v0 = x.copy(), v.copy()
    unseen = class_probabilities(x, v, on, scratch)
    before = slope(x, v, on, counts, unseen, scratch, log_p, dx, dv)
    energy = _throw(px, pv, random)
    after = before
    for _ in range(strides):
        px += 0.5 * step * dx
        pv += 0.5 * step * dv
        x += step * px
        v += step * pv
        unseen = class_probabilities(x, v, on, scratch) if _is_near(x) else 1.0
        if not unseen <= MOST_UNSEEN:
            # Too far, or too much unseen: such a trajectory is not taken.
            x[:, :], v[:] = x0, v0
            return 0.0
        after = slope(x, v, on, counts, unseen, scratch, log_p, dx, dv)
        px += 0.5 * step * dx
        pv += 0.5 * step * dv
    taken = min(1.0, np.exp(min(0.0, after - _kinetic(px, pv) - before + energy)))
    if not random.random() < taken:
        x[:, :], v[:] = x0, v0
    return float(taken)


@compiled
def stretch(
    x: Floats,
    v: Floats,
    alphas: Floats,
    t: int,
    value: float,
    on: Ints,
    counts: Ints,
    scratch: Scratch,
    log_p: Floats,
    random: Generator,
) -> float:
    """Draw alpha anew given its first sticks only, the others' costs stretching with it; returns the log likelihood.

    Where the others' classes are empty this frees alpha from them; the likelihood alone decides.
    """
    sticks = v.shape[0]
    first = int(random.random() * (sticks + 1))
    alpha = max(np.exp(_log_gamma(0.25 + first, random)) / total_cost(v, first, 0.25), 1e-300)
    kept = v.copy()
    for k in range(first, sticks):
        v[k] = stick_of(min(cost(v[k]) * alphas[t] / alpha, 1e300))
    unseen = class_probabilities(x, v, on, scratch)
    after = log_likelihood(scratch.q, unseen, counts, log_p) if unseen <= MOST_UNSEEN else -np.inf
    if np.log(1.0 - random.random()) < after - value:
        alphas[t] = alpha
        return float(after)
    v[:] = kept
    return value


@compiled
def _row_density(x: Floats, k: int) -> float:
    """Log of prior over proposal for a class's row.

    The proposal is a third each the prior, people of one list, and people whom every list sees easily.
    """
    lists = x.shape[1]
    prior = 0.0
    away = 0.0
    eager = 0.0
    for j in range(lists):
        prior += x[k, j] - 2.0 * cost(x[k, j])
        away += -0.5 * ((x[k, j] + 4.0) / 1.5) ** 2 - _HALF_LOG_TAU - np.log(1.5)
        eager += -0.5 * ((x[k, j] + 0.5) / 1.2) ** 2 - _HALF_LOG_TAU - np.log(1.2)
    one = 0.0
    for j in range(lists):
        one += np.exp(0.5 * ((x[k, j] + 4.0) / 1.5) ** 2 - 0.5 * ((x[k, j] - 1.0) / 1.5) ** 2 + away - prior) / lists
    return float(-np.log((1.0 + one + np.exp(min(eager - prior, 700.0))) / 3.0))


@compiled
def _stick_density(v: float, alpha: float) -> float:
    """The same for the stick before it: half the prior, half leaving one in a hundred or so to those behind."""
    prior = np.log(alpha) - alpha * cost(v) + v - cost(v)
    near = -0.5 * ((v - 4.5) / 2.0) ** 2 - _HALF_LOG_TAU - np.log(2.0)
    return float(-np.log(0.5 + 0.5 * np.exp(min(near - prior, 700.0))))


@compiled
def _propose(x: Floats, v: Floats, k: int, alpha: float, random: Generator) -> None:
    """Give class k the stick and the row whose densities are the two above."""
    if random.random() < 0.5:
        v[k - 1] = 4.5 + 2.0 * random.standard_normal()
    else:
        v[k - 1] = stick_of(min(random.standard_exponential() / alpha, 1e300))
    kind = int(random.random() * 3)
    home = int(random.random() * x.shape[1])
    for j in range(x.shape[1]):
        if kind == 0:
            u = random.random()
            x[k, j] = _bound(np.log((u + 1e-300) / (1.0 - u)))
        elif kind == 1:
            x[k, j] = (1.0 if j == home else -4.0) + 1.5 * random.standard_normal()
        else:
            x[k, j] = -0.5 + 1.2 * random.standard_normal()


@compiled
def renew(
    x: Floats,
    v: Floats,
    alpha: float,
    value: float,
    on: Ints,
    counts: Ints,
    scratch: Scratch,
    log_p: Floats,
    random: Generator,
) -> float:
    """Offer a class another row, and another stick before it: how classes are born and die. Returns the log likelihood.

    An independence proposal; the first classes, behind which new ones are born, are offered it most.
    """
    k = 1 + int(random.random() ** 2 * (x.shape[0] - 1))
    row, stick = x[k].copy(), v[k - 1]
    before = value + _row_density(x, k) + _stick_density(stick, alpha)
    _propose(x, v, k, alpha, random)
    unseen = class_probabilities(x, v, on, scratch)
    if unseen <= MOST_UNSEEN:
        after = log_likelihood(scratch.q, unseen, counts, log_p)
        if np.log(1.0 - random.random()) < after + _row_density(x, k) + _stick_density(v[k - 1], alpha) - before:
            return float(after)
    x[k, :], v[k - 1] = row, stick
    return value
