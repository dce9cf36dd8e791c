"""BCa intervals that carry the choice of model: every resample chooses anew.

DiCiccio & Efron (1996), Statist. Sci. 11:189.

Silverman, Chan & Vincent (2024) let resamples choose among the models that were best for the data; the acceleration
is by the jackknife, which over a table needs one estimate for each history that was observed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr, ndtri

from safeconduct.count.history import Ints, Table
from safeconduct.count.loglinear import Fit, Model, fit_model, stepwise

Choose = Callable[[Table], Fit | None]


@dataclass(frozen=True)
class Resampled:
    """A BCa interval, and the share of resamples for which no estimate exists (they are left out)."""

    lower: float
    upper: float
    lost: float


def choose_among(models: tuple[Model, ...]) -> Choose:
    """The one of these models with the lowest BIC for a table."""

    def choose(table: Table) -> Fit | None:
        fits = (f for model in models if (f := fit_model(model, table)))
        return min(fits, key=lambda f: f.bic, default=None)

    return choose


def choose_stepwise(table: Table) -> Fit | None:
    """Stepwise with its usual threshold."""
    return stepwise(table)


def bca(table: Table, choose: Choose, *, resamples: int, random: np.random.Generator, level: float = 0.95) -> Resampled:
    """The interval of the number of people, from multinomial resamples of the people seen."""
    original = choose(table)
    if original is None:
        return Resampled(float("nan"), float("nan"), 1.0)
    drawn = random.multinomial(table.n_observed, table.counts / table.n_observed, size=resamples)
    found = np.array([_people(choose, replace(table, counts=counts)) for counts in drawn])
    kept = np.sort(found[np.isfinite(found)])
    lost = 1 - len(kept) / resamples
    if len(kept) < 20:
        return Resampled(float("nan"), float("nan"), lost)
    below = (kept < original.people).mean() + (kept == original.people).mean() / 2
    bias = float(ndtri(np.clip(below, 1 / (2 * len(kept)), 1 - 1 / (2 * len(kept)))))
    acceleration = _acceleration(table, choose)
    tail = ndtri([(1 - level) / 2, (1 + level) / 2])
    levels = ndtr(bias + (bias + tail) / (1 - acceleration * (bias + tail)))
    lower, upper = np.quantile(kept, levels)
    return Resampled(float(lower), float(upper), lost)


def _people(choose: Choose, table: Table) -> float:
    found = choose(table)
    return found.people if found else float("nan")


def _acceleration(table: Table, choose: Choose) -> float:
    """From leaving out one person of every history."""
    weights, found = [], []
    for counts, weight in _less_one(table):
        people = _people(choose, replace(table, counts=counts))
        if np.isfinite(people):
            weights.append(weight)
            found.append(people)
    values, shares = np.array(found), np.array(weights, dtype=float)
    apart = np.average(values, weights=shares) - values
    spread = float((shares * apart**2).sum())
    return float((shares * apart**3).sum()) / (6 * spread**1.5) if spread > 0 else 0.0


def _less_one(table: Table) -> Iterator[tuple[Ints, int]]:
    for history in np.flatnonzero(table.counts):
        counts = table.counts.copy()
        counts[history] -= 1
        yield counts, int(table.counts[history])
