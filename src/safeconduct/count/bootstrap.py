"""BCa intervals that carry the choice of model: every resample chooses anew.

DiCiccio & Efron (1996), Statist. Sci. 11:189.

Silverman, Chan & Vincent (2024) let resamples choose among the models that were best for the data; the acceleration
is by the jackknife, which over a table needs one estimate for each history that was observed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.special import ndtr, ndtri

from safeconduct.count.history import Floats, Ints, Table
from safeconduct.count.loglinear import Fit, Model, fit_model, stepwise

Choose = Callable[[Table], Fit | None]

_FEWEST: Final = 20
"""Of fewer resamples no interval is taken."""
MOST_LOST: Final = 0.025
"""Nor where more have no estimate: most of these have nobody on two lists any more. They belong above all others, and
the upper end would be among them."""
_SUMS: Final = 20_000


@dataclass(frozen=True, eq=False)
class Resampled:
    """A BCa interval, and what it was taken from."""

    lower: float
    upper: float
    """Both nan where there is no interval."""
    lost: float
    """The share of resamples for which no estimate exists; they are left out."""
    point: float
    people: Floats
    """By resample, in ascending order."""
    squares: float
    cubes: float
    """The sums of what each person's being left out changes, squared and cubed: the acceleration is made of them."""


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
        nan = float("nan")
        return Resampled(nan, nan, 1.0, nan, np.array([]), nan, nan)
    drawn = random.multinomial(table.n_observed, table.counts / table.n_observed, size=resamples)
    found = np.array([_people(choose, replace(table, counts=counts)) for counts in drawn])
    kept = np.sort(found[np.isfinite(found)])
    return _corrected(original.people, kept, 1 - len(kept) / resamples, _influence(table, choose), level)


def add_resampled(parts: Sequence[Resampled], *, random: np.random.Generator, level: float = 0.95) -> Resampled:
    """The sum of independent parts: resamples are paired by chance, and the acceleration is that of all people."""
    enough = all(len(part.people) >= _FEWEST for part in parts)
    drawn = [random.choice(part.people, _SUMS) for part in parts if enough]
    together = np.sort(np.sum(drawn, axis=0)) if drawn else np.array([])
    influence = sum(part.squares for part in parts), sum(part.cubes for part in parts)
    lost = max(part.lost for part in parts)
    return _corrected(sum(part.point for part in parts), together, lost, influence, level)


def _corrected(point: float, kept: Floats, lost: float, influence: tuple[float, float], level: float) -> Resampled:
    squares, cubes = influence
    if len(kept) < _FEWEST or lost > MOST_LOST:
        return Resampled(float("nan"), float("nan"), lost, point, kept, squares, cubes)
    below = (kept < point).mean() + (kept == point).mean() / 2
    bias = float(ndtri(np.clip(below, 1 / (2 * len(kept)), 1 - 1 / (2 * len(kept)))))
    acceleration = cubes / (6 * squares**1.5) if squares > 0 else 0.0
    tail = ndtri([(1 - level) / 2, (1 + level) / 2])
    levels = ndtr(bias + (bias + tail) / (1 - acceleration * (bias + tail)))
    lower, upper = np.quantile(kept, levels)
    return Resampled(float(lower), float(upper), lost, point, kept, squares, cubes)


def _people(choose: Choose, table: Table) -> float:
    found = choose(table)
    return found.people if found else float("nan")


def _influence(table: Table, choose: Choose) -> tuple[float, float]:
    """From leaving out one person of every history: the sums of squares and of cubes over all people."""
    weights, found = [], []
    for counts, weight in _less_one(table):
        people = _people(choose, replace(table, counts=counts))
        if np.isfinite(people):
            weights.append(weight)
            found.append(people)
    if not found:
        return 0.0, 0.0
    values, shares = np.array(found), np.array(weights, dtype=float)
    apart = np.average(values, weights=shares) - values
    return float((shares * apart**2).sum()), float((shares * apart**3).sum())


def _less_one(table: Table) -> Iterator[tuple[Ints, int]]:
    for history in np.flatnonzero(table.counts):
        counts = table.counts.copy()
        counts[history] -= 1
        yield counts, int(table.counts[history])
