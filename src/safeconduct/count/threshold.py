"""The Bayesian threshold: fit all overlaps of two lists, keep those that stand out, fit again.

Silverman (2020), JRSS A 183:691, section 6. Poisson log-linear model; flat priors on the intercept and the lists,
normal (0, 1) on overlaps; an overlap stays if its posterior mean is at least two posterior standard deviations from
0. With `highest` 3, overlaps of three lists whose pairs all stayed are then treated the same way. The posterior is
log-concave; 64 Hamiltonian walkers at once, shaped by the curvature at its peak, are more than it needs.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from safeconduct.count.convergence import effective_size, r_hat
from safeconduct.count.history import Floats, Table
from safeconduct.count.loglinear import Model, design
from safeconduct.count.progress import Tell, quietly, step

_WALKERS = 64
_STEPS = 400
_WARM = 100
_STRIDES = 6


@dataclass(frozen=True, eq=False)
class Thresholded:
    """The overlaps that stayed, and draws of the number of people, shape (walkers, draws)."""

    model: Model
    people: Floats
    r_hat: float
    effective: float

    def quantile(self, level: float) -> float:
        """Over all draws."""
        return float(np.quantile(self.people, level))


def threshold(
    table: Table, *, random: np.random.Generator, least: float = 2.0, highest: int = 2, tell: Tell = quietly
) -> Thresholded:
    """Run it.

    Raises:
        Stopped: `tell` said so.
    """
    lists = len(table.lists)
    pairs = [(1 << i) | (1 << j) for i, j in combinations(range(lists), 2)]
    step(tell, "bayes_threshold", 0.1)
    kept = _standing_out(table, frozenset(), pairs, least, random)
    if highest > 2:
        threes = [t for t in range(2**lists - 1) if t.bit_count() == 3 and all(p in kept for p in pairs if p & t == p)]
        step(tell, "bayes_threshold", 0.4)
        kept |= _standing_out(table, kept, threes, least, random) if threes else frozenset()
    step(tell, "bayes_threshold", 0.7)
    draws = _walk(table, kept, random)
    people = table.n_observed + np.exp(draws[:, :, 0])
    return Thresholded(kept, people.T, r_hat(people.T), effective_size(people.T))


def _standing_out(table: Table, base: Model, terms: list[int], least: float, random: np.random.Generator) -> Model:
    model = base | frozenset(terms)
    draws = _walk(table, model, random)
    order = [0, *(1 << j for j in range(len(table.lists))), *sorted(model)]
    mean, spread = draws.mean(axis=(0, 1)), draws.std(axis=(0, 1))
    strong = np.abs(mean) >= least * spread
    return frozenset(t for t in terms if strong[order.index(t)])


def _walk(table: Table, model: Model, random: np.random.Generator) -> Floats:
    """Draws of the effects, shape (steps, walkers, effects)."""
    lists = len(table.lists)
    y = table.counts[1:].astype(float)
    matrix = design(model, lists)
    precision = np.zeros(matrix.shape[1])
    precision[1 + lists :] = 1.0
    peak, curvature = _peak(y, matrix, precision)
    # Whitened by the curvature at the peak, the posterior is nearly a standard normal: long strides are taken.
    spread = np.linalg.inv(np.linalg.cholesky(curvature)).T
    size = len(peak)
    white = random.standard_normal((_WALKERS, size))
    stride = 1.1 * size**-0.25
    draws = np.empty((_STEPS, _WALKERS, size))
    value, slope = _density(peak + white @ spread.T, y, matrix, precision)
    for turn in range(-_WARM, _STEPS):
        speed = random.standard_normal((_WALKERS, size))
        energy = value - 0.5 * (speed**2).sum(axis=1)
        there, reached, steep = white, value, slope
        length = stride * random.uniform(0.7, 1.3)
        for _ in range(_STRIDES):
            speed = speed + 0.5 * length * (steep @ spread)
            there = there + length * speed
            reached, steep = _density(peak + there @ spread.T, y, matrix, precision)
            speed = speed + 0.5 * length * (steep @ spread)
        gain = reached - 0.5 * (speed**2).sum(axis=1) - energy
        moved = np.log(random.random(_WALKERS)) < gain
        white = np.where(moved[:, None], there, white)
        slope = np.where(moved[:, None], steep, slope)
        value = np.where(moved, reached, value)
        if turn < 0:
            stride *= np.exp((moved.mean() - 0.8) * 0.2)
        else:
            draws[turn] = peak + white @ spread.T
    return draws


def _density(effects: Floats, y: Floats, matrix: Floats, precision: Floats) -> tuple[Floats, Floats]:
    """The log posterior of each walker's effects and its gradient."""
    mean = np.exp(np.minimum(effects @ matrix.T, 60.0))
    slope = (y - mean) @ matrix - effects * precision
    return effects @ (y @ matrix) - mean.sum(axis=1) - 0.5 * (effects**2) @ precision, slope


def _peak(y: Floats, matrix: Floats, precision: Floats) -> tuple[Any, Any]:
    """By Newton's method with halved steps; also the curvature there."""
    weight: Floats = y + 0.5
    curvature = np.eye(matrix.shape[1])
    effects: Any = np.linalg.solve(
        matrix.T @ (weight[:, None] * matrix) + np.diag(precision + 1e-9), matrix.T @ (weight * np.log(weight))
    )
    for _ in range(100):
        mean = np.exp(np.minimum(matrix @ effects, 60.0))
        slope = matrix.T @ (y - mean) - precision * effects
        curvature = matrix.T @ (mean[:, None] * matrix) + np.diag(precision + 1e-9)
        change = np.linalg.solve(curvature, slope)
        before = _density(effects[None], y, matrix, precision)[0][0]
        while np.abs(change).max() > 1e-10:
            if _density((effects + change)[None], y, matrix, precision)[0][0] >= before:
                break
            change /= 2
        effects += change
        if np.abs(change).max() < 1e-9:
            break
    return effects, curvature
