"""The moves of the latent class sampler, on plain arrays. What they mean stands in `safeconduct.count.latent`.

A state is `x` (K, J), the log odds that a class stands on a list, `v` (K - 1), the log odds of the sticks that
break the classes' shares, and `alpha`. Every move leaves invariant, for a ladder's replica with counts `n_c`,

    p(x, v, alpha) * prod_c p_c ** n_c / (1 - p_0) ** n,    p_0 <= 20 / 21

where p_c is the probability of history c and p_0 that of the empty one. That is the posterior with the unseen
integrated out under the prior 1 / N, since n_0 given the rest is then negative binomial (n, 1 - p_0).
"""

# ruff: noqa: C901, FBT001, PLR0912, PLR0913, PLR0917 - compiled loops over plain arrays take all they need as arguments.
import numpy as np
from numpy.random import Generator

from safeconduct.count.compiled import compiled
from safeconduct.count.history import Floats, Ints

_FAR = 30.0
"""Log odds beyond this change no probability that matters, and keep products within floating point."""
_MOST_UNSEEN = 20.0 / 21.0
_HALF_LOG_TAU = 0.9189385332046727


@compiled
def _cost(v: float) -> float:
    """-log(1 - stick) of a stick with log odds v: exponential with rate alpha under the prior."""
    return v + np.exp(-v) if v > _FAR else float(np.log1p(np.exp(v)))


@compiled
def _stick_of(cost: float) -> float:
    """The inverse of `_cost`."""
    return cost if cost > _FAR else float(np.log(np.expm1(max(cost, 1e-300))))


@compiled
def class_probabilities(x: Floats, v: Floats, on: Ints, q: Floats, shares: Floats, odds: Floats) -> float:
    """Fill q (K, C + 1), the probability of class k and history c (last column: the empty history); return p_0.

    `on` (C, J + 1) lists the places of a history's lists, its first column how many there are.
    """
    classes, lists = x.shape
    rest = 0.0
    unseen = 0.0
    last = q.shape[1] - 1
    for k in range(classes):
        if k < classes - 1:
            cost = _cost(v[k])
            log_share = rest + v[k] - cost
            rest -= cost
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
def draw_unseen(unseen: float, people: int, random: Generator) -> int:
    """n_0 given the rest: negative binomial, as a Poisson with a gamma rate."""
    if people == 0:
        return 0
    return int(random.poisson(random.standard_gamma(people) * unseen / (1.0 - unseen)))


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
def gibbs(
    x: Floats, v: Floats, alpha: float, on: Ints, counts: Ints, q: Floats, unseen: float, random: Generator
) -> float:
    """One blocked Gibbs sweep in place, from q and p_0 of the present state; returns the new alpha."""
    classes, lists = x.shape
    last = q.shape[1] - 1
    people = 0
    size = np.zeros(classes, dtype=np.int64)
    seen = np.zeros((classes, lists), dtype=np.int64)
    members = np.zeros(classes, dtype=np.int64)
    for c in range(last):
        if counts[c] == 0:
            continue
        people += counts[c]
        _allot(counts[c], q, c, members, random)
        for k in range(classes):
            if members[k]:
                size[k] += members[k]
                for i in range(1, on[c, 0] + 1):
                    seen[k, on[c, i]] += members[k]
    _allot(draw_unseen(unseen, people, random), q, last, members, random)
    for k in range(classes):
        size[k] += members[k]
    above = 0
    log_rest = 0.0
    for k in range(classes - 1, -1, -1):
        if k < classes - 1:
            v[k] = _log_gamma(1.0 + size[k], random) - _log_gamma(alpha + above, random)
            log_rest -= _cost(v[k])
        above += size[k]
        for j in range(lists):
            on_list = np.log(random.standard_gamma(1.0 + seen[k, j]))
            off_list = np.log(random.standard_gamma(1.0 + size[k] - seen[k, j]))
            x[k, j] = _bound(on_list - off_list)
    return draw_alpha(classes, log_rest, random)


@compiled
def draw_alpha(classes: int, log_rest: float, random: Generator) -> float:
    """Given the sticks: gamma(1/4 + K - 1, 1/4 - log of the last share)."""
    return max(float(random.standard_gamma(0.25 + classes - 1) / (0.25 - log_rest)), 1e-300)


@compiled
def _bound(value: float) -> float:
    return min(max(value, -_FAR), _FAR)


@compiled
def _slope(
    x: Floats,
    v: Floats,
    counts: Ints,
    on: Ints,
    q: Floats,
    unseen: float,
    odds: Floats,
    log_p: Floats,
    dx: Floats,
    dv: Floats,
) -> float:
    """The log density in the coordinates (x, v), alpha integrated out, from q; fills its gradient."""
    classes, lists = x.shape
    last = q.shape[1] - 1
    value = log_likelihood(q, unseen, counts, log_p)
    people = 0
    for c in range(last):
        people += counts[c]
    weight = np.zeros(classes)
    dx[:, :] = 0.0
    for c in range(last):
        if counts[c] == 0:
            continue
        scale = counts[c] * np.exp(-log_p[c])
        for k in range(classes):
            share = scale * q[k, c]
            weight[k] += share
            for i in range(1, on[c, 0] + 1):
                dx[k, on[c, i]] += share
    scale = people / (1.0 - unseen)
    above = 0.0
    cost = 0.25
    for k in range(classes - 1):
        cost += _cost(v[k])
    value -= (classes - 0.75) * np.log(cost)
    pull = (classes - 0.75) / cost
    for k in range(classes - 1, -1, -1):
        weight[k] += scale * q[k, last]
        if k < classes - 1:
            stick = 1.0 / (1.0 + np.exp(-v[k]))
            dv[k] = (weight[k] + 1.0) * (1.0 - stick) - stick * (above + pull)
            value += v[k] - _cost(v[k])
        above += weight[k]
        density = 1.0
        for j in range(lists):
            p = odds[k, j] / (1.0 + odds[k, j])
            dx[k, j] += 1.0 - (2.0 + weight[k]) * p
            density *= p / (1.0 + odds[k, j])
        value += np.log(density)
    return float(value)


@compiled
def glide(
    x: Floats,
    v: Floats,
    on: Ints,
    counts: Ints,
    step: float,
    strides: int,
    q: Floats,
    shares: Floats,
    odds: Floats,
    log_p: Floats,
    random: Generator,
) -> float:
    """One Hamiltonian trajectory of (x, v), alpha integrated out, in place; returns how surely it was taken."""
    classes, lists = x.shape
    dx, dv = np.empty_like(x), np.empty_like(v)
    x0, v0 = x.copy(), v.copy()
    unseen = class_probabilities(x, v, on, q, shares, odds)
    before = _slope(x, v, counts, on, q, unseen, odds, log_p, dx, dv)
    px, pv = np.empty_like(x), np.empty_like(v)
    energy = 0.0
    for k in range(classes):
        for j in range(lists):
            px[k, j] = random.standard_normal()
            energy += 0.5 * px[k, j] ** 2
        if k < classes - 1:
            pv[k] = random.standard_normal()
            energy += 0.5 * pv[k] ** 2
    after = before
    for _ in range(strides):
        px += 0.5 * step * dx
        pv += 0.5 * step * dv
        x += step * px
        v += step * pv
        # Too far, or too much unseen: such a trajectory is not taken.
        inside = True
        for k in range(classes):
            for j in range(lists):
                inside = inside and abs(x[k, j]) < _FAR
        if inside:
            unseen = class_probabilities(x, v, on, q, shares, odds)
            inside = unseen <= _MOST_UNSEEN
        if not inside:
            x[:, :], v[:] = x0, v0
            return 0.0
        after = _slope(x, v, counts, on, q, unseen, odds, log_p, dx, dv)
        px += 0.5 * step * dx
        pv += 0.5 * step * dv
    ended = 0.0
    for k in range(classes):
        for j in range(lists):
            ended += 0.5 * px[k, j] ** 2
        if k < classes - 1:
            ended += 0.5 * pv[k] ** 2
    taken = min(1.0, np.exp(min(0.0, after - ended - before + energy)))
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
    q: Floats,
    shares: Floats,
    odds: Floats,
    log_p: Floats,
    random: Generator,
) -> float:
    """Draw alpha anew given its first sticks only, the others' costs stretching with it; returns the log likelihood.

    Where the others' classes are empty this frees alpha from them; the likelihood alone decides.
    """
    sticks = v.shape[0]
    first = int(random.random() * (sticks + 1))
    cost = 0.25
    for k in range(first):
        cost += _cost(v[k])
    shape = 0.25 + first
    alpha = max(np.exp(_log_gamma(shape, random)) / cost, 1e-300)
    kept = v.copy()
    for k in range(first, sticks):
        v[k] = _stick_of(min(_cost(v[k]) * alphas[t] / alpha, 1e300))
    unseen = class_probabilities(x, v, on, q, shares, odds)
    after = log_likelihood(q, unseen, counts, log_p) if unseen <= _MOST_UNSEEN else -np.inf
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
        prior += x[k, j] - 2.0 * _cost(x[k, j])
        away += -0.5 * ((x[k, j] + 4.0) / 1.5) ** 2 - _HALF_LOG_TAU - np.log(1.5)
        eager += -0.5 * ((x[k, j] + 0.5) / 1.2) ** 2 - _HALF_LOG_TAU - np.log(1.2)
    one = 0.0
    for j in range(lists):
        one += np.exp(0.5 * ((x[k, j] + 4.0) / 1.5) ** 2 - 0.5 * ((x[k, j] - 1.0) / 1.5) ** 2 + away - prior) / lists
    return float(-np.log((1.0 + one + np.exp(min(eager - prior, 700.0))) / 3.0))


@compiled
def _stick_density(v: float, alpha: float) -> float:
    """The same for the stick before it: half the prior, half leaving one in a hundred or so to those behind."""
    prior = np.log(alpha) - alpha * _cost(v) + v - _cost(v)
    near = -0.5 * ((v - 4.5) / 2.0) ** 2 - _HALF_LOG_TAU - np.log(2.0)
    return float(-np.log(0.5 + 0.5 * np.exp(min(near - prior, 700.0))))


@compiled
def renew(
    x: Floats,
    v: Floats,
    alpha: float,
    value: float,
    on: Ints,
    counts: Ints,
    q: Floats,
    shares: Floats,
    odds: Floats,
    log_p: Floats,
    random: Generator,
) -> float:
    """Offer a class another row, and another stick before it: how classes are born and die. Returns the log likelihood.

    An independence proposal; the first classes, behind which new ones are born, are offered it most.
    """
    classes, lists = x.shape
    k = 1 + int(random.random() ** 2 * (classes - 1))
    row, stick = x[k].copy(), v[k - 1]
    before = value + _row_density(x, k) + _stick_density(stick, alpha)
    if random.random() < 0.5:
        v[k - 1] = 4.5 + 2.0 * random.standard_normal()
    else:
        v[k - 1] = _stick_of(min(random.standard_exponential() / alpha, 1e300))
    kind = int(random.random() * 3)
    home = int(random.random() * lists)
    for j in range(lists):
        if kind == 0:
            u = random.random()
            x[k, j] = _bound(np.log((u + 1e-300) / (1.0 - u)))
        elif kind == 1:
            x[k, j] = (1.0 if j == home else -4.0) + 1.5 * random.standard_normal()
        else:
            x[k, j] = -0.5 + 1.2 * random.standard_normal()
    unseen = class_probabilities(x, v, on, q, shares, odds)
    if unseen <= _MOST_UNSEEN:
        after = log_likelihood(q, unseen, counts, log_p)
        if np.log(1.0 - random.random()) < after + _row_density(x, k) + _stick_density(v[k - 1], alpha) - before:
            return float(after)
    x[k, :], v[k - 1] = row, stick
    return value


@compiled
def run_ladder(
    xs: Floats,
    vs: Floats,
    alphas: Floats,
    steps: Floats,
    on: Ints,
    all_on: Ints,
    counts: Ints,
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
    `refused` adds up how surely neighbours refused to change places. Replica t sees `counts[t]`. A step is, for each
    replica, a Gibbs sweep, a Hamiltonian trajectory, stretches and renewals; then neighbours are offered to change
    places. While warming, the length of a stride adapts to its acceptance.
    """
    replicas, classes, lists = xs.shape
    cells = counts.shape[1]
    q, shares = np.empty((classes, cells + 1)), np.empty(classes)
    all_q = np.empty((classes, len(all_on) + 1))
    all_counts = np.zeros(len(all_on), dtype=np.int64)
    odds = np.empty((classes, lists))
    log_p = np.empty((replicas, cells + 1))
    total = counts.sum(axis=1)
    for now in range(people.shape[0]):
        for t in range(replicas):
            x, v = xs[t], vs[t]
            unseen = class_probabilities(x, v, on, q, shares, odds)
            kept_x, kept_v = x.copy(), v.copy()
            alpha = gibbs(x, v, alphas[t], on, counts[t], q, unseen, random)
            again = class_probabilities(x, v, on, q, shares, odds)
            if again > _MOST_UNSEEN:
                # Outside the prior's support: the Gibbs draw is refused, which for a block is a Metropolis step.
                x[:, :], v[:] = kept_x, kept_v
            else:
                alphas[t] = alpha
            if strides > 0:
                length = steps[t] * np.exp(random.standard_normal() * 0.3)
                taken = glide(
                    x, v, on, counts[t], length, 1 + int(random.random() * strides), q, shares, odds, log_p[t], random
                )
                if warming:
                    steps[t] *= np.exp(0.05 * (taken - 0.75))
                cost = 0.0
                for k in range(classes - 1):
                    cost += _cost(v[k])
                alphas[t] = draw_alpha(classes, -cost, random)
            unseen = class_probabilities(x, v, on, q, shares, odds)
            value = log_likelihood(q, unseen, counts[t], log_p[t])
            for _ in range(2):
                value = stretch(x, v, alphas, t, value, on, counts[t], q, shares, odds, log_p[t], random)
            for _ in range(renewals):
                value = renew(x, v, alphas[t], value, on, counts[t], q, shares, odds, log_p[t], random)
            unseen = class_probabilities(x, v, on, q, shares, odds)
            log_likelihood(q, unseen, counts[t], log_p[t])
            if t == 0:
                people[now] = draw_unseen(unseen, total[0], random)
                if now % thin == 0:
                    class_probabilities(x, v, all_on, all_q, shares, odds)
                    log_likelihood(all_q, unseen, all_counts, seen[now // thin])
        for t in range(now % 2, replicas - 1, 2):
            gain = 0.0
            for c in range(cells):
                gain += (counts[t, c] - counts[t + 1, c]) * (log_p[t + 1, c] - log_p[t, c])
            gain -= (total[t] - total[t + 1]) * (log_p[t + 1, cells] - log_p[t, cells])
            refused[t] += 1.0 - np.exp(min(gain, 0.0))
            if np.log(1.0 - random.random()) < gain:
                for k in range(classes):
                    for j in range(lists):
                        xs[t, k, j], xs[t + 1, k, j] = xs[t + 1, k, j], xs[t, k, j]
                    if k < classes - 1:
                        vs[t, k], vs[t + 1, k] = vs[t + 1, k], vs[t, k]
                alphas[t], alphas[t + 1] = alphas[t + 1], alphas[t]
                for c in range(cells + 1):
                    log_p[t, c], log_p[t + 1, c] = log_p[t + 1, c], log_p[t, c]
