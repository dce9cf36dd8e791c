"""Hierarchical log-linear models: which exist, whether their estimate exists, and two ways of choosing one.

A model is the set of its terms of two lists or more, each a bit mask of lists; the intercept and the terms of one
list are always in. It is hierarchical: with a term, all terms inside it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from itertools import combinations
from typing import Final

import numpy as np
from scipy.optimize import linprog
from scipy.special import pdtr, pdtrc

from safeconduct.count.history import Floats, Table
from safeconduct.count.loglinear_fit import fit

Model = frozenset[int]

THRESHOLD: Final = 0.02
"""The p value below which a step adds a term: Chan, Silverman & Vincent (2021)."""
ALL_MODELS: Final = 5
"""Up to five lists all hierarchical models are compared (7, 113, 6,893 for three, four, five lists, and with the
saturated one 8 for three); with more, those that one term more or less leads to, downhill in BIC."""


class Existence(IntEnum):
    """Whether a model's extended maximum likelihood estimate is there for a table; the values are the field's codes."""

    FINE = 0
    NONE = 1
    UNIDENTIFIED = 2
    NEITHER = 3


@dataclass(frozen=True)
class Fit:
    """A model fitted to a table."""

    model: Model
    people: float
    bic: float
    deviance: float
    freedom: int
    """Cells less finite effects."""


@cache
def models(lists: int) -> tuple[Model, ...]:
    """All hierarchical models that leave the interaction of all lists out, fewest terms first."""
    found: set[Model] = {frozenset()}
    frontier = found
    while frontier:
        frontier = {m | {t} for m in frontier for t in _addable(m, lists)} - found
        found |= frontier
    return tuple(sorted(found, key=lambda m: (len(m), sorted(m))))


def _addable(model: Model, lists: int) -> list[int]:
    """Terms whose inner terms are all in; never all lists at once, which nothing could identify."""
    return [
        term
        for term in range(3, 2**lists - 1)
        if term.bit_count() > 1 and term not in model and all(t in model or t.bit_count() < 2 for t in _inside(term))
    ]


def _removable(model: Model) -> list[int]:
    return [term for term in model if not any(t != term and t & term == term for t in model)]


def _inside(term: int) -> list[int]:
    return [term & ~(1 << j) for j in range(term.bit_length()) if term >> j & 1]


@cache
def design(model: Model, lists: int) -> Floats:
    """The design over observable histories, shape (2**J - 1, 1 + J + terms): intercept, lists, terms in order."""
    terms = [0, *(1 << j for j in range(lists)), *sorted(model)]
    seen = np.arange(1, 2**lists)[:, None]
    matrix: Floats = (seen & np.array(terms) == np.array(terms)).astype(float)
    return matrix


def name_of(model: Model, lists: tuple[str, ...]) -> str:
    """A model by its largest terms, as [AB,C]."""
    tops = [t for t in model if not any(u != t and u & t == t for u in model)]
    alone = [1 << j for j in range(len(lists)) if not any(t >> j & 1 for t in tops)]
    spelled = ["·".join(name for j, name in enumerate(lists) if t >> j & 1) for t in sorted(tops + alone)]
    return "[" + ",".join(spelled) + "]"


def existence(model: Model, table: Table) -> Existence:
    """Whether the extended maximum likelihood estimate exists and is unique. It depends on where zeros are, only.

    Fienberg & Rinaldo (2012): it exists if some table with positive means has the sufficient statistics that were
    observed; it is unique if the effects that stay have independent columns.
    """
    return _existence(model, len(table.lists), np.packbits(table.counts[1:] > 0).tobytes())


@cache
def _existence(model: Model, lists: int, support: bytes) -> Existence:
    y = np.unpackbits(np.frombuffer(support, dtype=np.uint8))[: 2**lists - 1].astype(float)
    full = design(model, lists)
    gone = y @ full == 0
    cells = ~(full[:, gone] > 0).any(axis=1)
    matrix = full[cells][:, ~gone]
    code = 0 if np.linalg.matrix_rank(matrix) == matrix.shape[1] else 2
    if not y[cells].all():
        code += 0 if _is_inside(matrix, y[cells]) else 1
    return Existence(code)


def _is_inside(matrix: Floats, y: Floats) -> bool:
    """Whether positive means share y's sufficient statistics: the largest smallest mean, by linear programming."""
    cells = len(y)
    statistics = np.column_stack([matrix.T, np.zeros(matrix.shape[1])])
    at_least = np.column_stack([-np.eye(cells), np.ones(cells)])
    found = linprog(
        np.r_[np.zeros(cells), -1.0],
        A_ub=at_least,
        b_ub=np.zeros(cells),
        A_eq=statistics,
        b_eq=matrix.T @ y,
        bounds=[(0, None)] * cells + [(0, 1)],
    )
    return found.x is not None and bool(found.x[-1] > 1e-9)


def fit_model(model: Model, table: Table) -> Fit | None:
    """Fit it; None if the extended estimate does not exist or is not unique."""
    y = table.counts[1:].astype(float)
    matrix = design(model, len(table.lists))
    intercept, value, size, certain = fit(y, matrix, np.empty(len(y)))
    if not np.isfinite(value) or not (certain or existence(model, table) is Existence.FINE):
        return None
    positive = y[y > 0]
    deviance = 2 * (float((positive * np.log(positive) - positive).sum()) - value)
    penalty = np.log(table.n_observed) * matrix.shape[1]
    people = table.n_observed + float(np.exp(intercept))
    return Fit(model, people, float(-2 * value + penalty), deviance, len(y) - size)


def best_by_bic(table: Table, number: int = 1) -> list[Fit]:
    """The models of lowest BIC whose estimate exists, best first."""
    lists = len(table.lists)
    if lists > ALL_MODELS:
        return _downhill(table, number)
    return sorted((f for m in models(lists) if (f := fit_model(m, table))), key=_bic)[:number]


def _bic(found: Fit) -> float:
    return found.bic


def _downhill(table: Table, number: int) -> list[Fit]:
    lists = len(table.lists)
    tried: dict[Model, Fit] = {}
    here = fit_model(frozenset(), table)
    while here:
        tried[here.model] = here
        steps: Iterable[Model] = [
            *(here.model | {t} for t in _addable(here.model, lists) if t.bit_count() <= 3),
            *(here.model - {t} for t in _removable(here.model)),
        ]
        for model in steps:
            found = None if model in tried else fit_model(model, table)
            if found:
                tried[model] = found
        best = min(tried.values(), key=_bic)
        here = None if best.model == here.model else best
    return sorted(tried.values(), key=_bic)[:number]


def stepwise(table: Table, threshold: float = THRESHOLD) -> Fit | None:
    """Add the pair of lists whose overlap surprises most, as long as its p value is small and the estimate exists.

    The p value is one-sided: that a Poisson with the overlap's fitted mean is as far out as the overlap observed.
    """
    lists = len(table.lists)
    y = table.counts[1:].astype(float)
    model: Model = frozenset()
    mean = np.empty(len(y))
    pairs = [(1 << i) | (1 << j) for i, j in combinations(range(lists), 2)]
    columns = np.hstack([design(frozenset({t}), lists)[:, -1:] for t in pairs])
    overlap = y @ columns
    present = fit_model(model, table)
    while True:
        fit(y, design(model, lists), mean)
        expected = np.maximum(mean @ columns, 1e-300)
        surprise = np.minimum(pdtr(overlap, expected), np.where(overlap > 0, pdtrc(overlap - 1, expected), 1.0))
        added = None
        for place in np.argsort(surprise, kind="stable"):
            if surprise[place] >= threshold:
                break
            if pairs[place] not in model and (added := fit_model(model | {pairs[place]}, table)):
                break
        if added is None:
            return present
        present, model = added, added.model
