"""One log-linear model fitted to one table by Newton's method, on plain arrays, with effects at minus infinity.

If nobody has all lists of a term, the likelihood rises as the term's effect falls, without end: in the extended
maximum likelihood estimate (Fienberg & Rinaldo 2012; Chan, Silverman & Vincent 2021) its cells are fitted as 0, and
the term and its cells leave the table.
"""

# ruff: noqa: C901, FBT001, PLR0912, PLR0913, PLR0917 - compiled loops over plain arrays take all they need as arguments.
import numpy as np

from safeconduct.count.compiled import compiled
from safeconduct.count.history import Bools, Floats, Ints

_STEPS = 50


@compiled
def _factor(matrix: Floats, size: int) -> bool:
    """Cholesky in place, lower triangle; False if the matrix is not positive."""
    for i in range(size):
        for j in range(i + 1):
            total = matrix[i, j]
            for k in range(j):
                total -= matrix[i, k] * matrix[j, k]
            if i == j:
                if total <= 1e-12 * max(matrix[i, i], 1e-300):
                    return False
                matrix[i, i] = np.sqrt(total)
            else:
                matrix[i, j] = total / matrix[j, j]
    return True


@compiled
def _solve(factor: Floats, right: Floats, size: int) -> None:
    """Solve in place with the factor of `_factor`."""
    for i in range(size):
        for k in range(i):
            right[i] -= factor[i, k] * right[k]
        right[i] /= factor[i, i]
    for i in range(size - 1, -1, -1):
        for k in range(i + 1, size):
            right[i] -= factor[k, i] * right[k]
        right[i] /= factor[i, i]


@compiled
def fit(y: Floats, design: Floats, mean: Floats) -> tuple[float, float, int, bool]:
    """Fit counts y (C) to a design (C, P) of zeros and ones whose first column is the intercept; fills `mean`.

    Returns the intercept, the log likelihood without its log y!, the number of finite effects, and whether the
    estimate is certain to exist: if the fitted means reproduce the sufficient statistics far more closely than the
    smallest of them is large, then they are themselves the positive table that Fienberg & Rinaldo ask for. A log
    likelihood of minus infinity says that the effects are not identified.
    """
    cells, columns = design.shape
    inside = np.ones(cells, dtype=np.bool_)
    kept = np.zeros(columns, dtype=np.int64)
    size = 0
    for p in range(columns):
        if (y * design[:, p]).sum() > 0:
            kept[size] = p
            size += 1
        else:
            inside &= design[:, p] == 0.0
    beta, step, curvature = np.zeros(size), np.empty(size), np.empty((size, size))
    for c in range(cells):
        mean[c] = y[c] + 0.5
    value = -np.inf
    error = np.inf
    people = y.sum()
    for turn in range(_STEPS):
        _score(y, design, mean, inside, kept, size, turn == 0, step, curvature)
        error = np.abs(step).max()
        if turn > 0 and error < 1e-12 * people:
            break
        if not _factor(curvature, size):
            if turn == 0:
                return 0.0, -np.inf, size, False
            break
        _solve(curvature, step, size)
        shrink = 1.0
        reached = value
        while shrink > 1e-4:
            reached = _predict(y, design, inside, kept, size, beta, shrink, step, mean)
            if turn == 0 or reached >= value - 1e-10 * (1.0 + abs(value)):
                break
            shrink *= 0.5
        for a in range(size):
            beta[a] += shrink * step[a]
        value = reached
    least = np.inf
    for c in range(cells):
        if inside[c]:
            least = min(least, mean[c])
    return beta[0], value, size, error < 0.01 * least


@compiled
def _score(
    y: Floats,
    design: Floats,
    mean: Floats,
    inside: Bools,
    kept: Ints,
    size: int,
    first: bool,
    score: Floats,
    curvature: Floats,
) -> None:
    """The score and the information at these means; the first time, those of a regression of log means."""
    curvature[:, :] = 0.0
    score[:] = 0.0
    for c in range(len(y)):
        if not inside[c]:
            continue
        slope = mean[c] * np.log(mean[c]) if first else y[c] - mean[c]
        for a in range(size):
            if design[c, kept[a]] != 0.0:
                score[a] += slope
                for b in range(a + 1):
                    curvature[a, b] += mean[c] * design[c, kept[b]]


@compiled
def _predict(
    y: Floats,
    design: Floats,
    inside: Bools,
    kept: Ints,
    size: int,
    beta: Floats,
    shrink: float,
    step: Floats,
    mean: Floats,
) -> float:
    """Fill the means a part of a step further on; returns the log likelihood there."""
    value = 0.0
    for c in range(len(y)):
        mean[c] = 0.0
        if inside[c]:
            linear = 0.0
            for a in range(size):
                linear += design[c, kept[a]] * (beta[a] + shrink * step[a])
            mean[c] = np.exp(min(max(linear, -80.0), 60.0))
            value += y[c] * linear - mean[c]
    return value
