"""What speaks against a table or a model: lists that depend on one another, too much spread, unlike replicas."""

from dataclasses import dataclass

import numpy as np
from scipy.special import pdtr, pdtrc

from safeconduct.count.history import Floats, Table, histories
from safeconduct.count.loglinear import Fit, design
from safeconduct.count.loglinear_fit import fit


@dataclass(frozen=True)
class Dependence:
    """Two lists: how many are on both, how many would be if lists were independent, and how surprising that is."""

    lists: tuple[str, str]
    observed: int
    expected: float
    p: float


def dependence(table: Table) -> list[Dependence]:
    """Every pair under the model in which all lists are independent, the most surprising first."""
    y = table.counts[1:].astype(float)
    mean = np.empty(len(y))
    fit(y, design(frozenset(), len(table.lists)), mean)
    bits = histories(len(table.lists))[1:]
    found = []
    for i, j in table.pairs():
        both = (bits[:, i] & bits[:, j]) == 1
        observed, expected = int(y[both].sum()), float(mean[both].sum())
        above = float(pdtrc(observed - 1, expected)) if observed else 1.0
        p = min(1.0, 2 * min(float(pdtr(observed, expected)), above))
        found.append(Dependence((table.lists[i], table.lists[j]), observed, expected, p))
    return sorted(found, key=lambda pair: pair.p)


def overdispersion(table: Table, chosen: Fit) -> float | None:
    """Pearson's chi squared over its degrees of freedom; about 1 if the model is right; None if none are left."""
    if chosen.freedom <= 0:
        return None
    y = table.counts[1:].astype(float)
    mean = np.empty(len(y))
    fit(y, design(chosen.model, len(table.lists)), mean)
    inside = mean > 0
    # Cells where hardly anybody is expected would let one person decide.
    return float(((y - mean)[inside] ** 2 / np.maximum(mean[inside], 0.5)).sum() / chosen.freedom)


def posterior_check(table: Table, cells: Floats, random: np.random.Generator) -> float:
    """The share of replicated tables at least as far from their model as the observed one is from its: Gelman's p.

    The distance is Freeman and Tukey's, which is at ease with empty cells. `cells` (draws, 2**J - 1) are the
    histories' probabilities given that one is seen. Near 0: the model does not make tables like this one.
    """
    n = table.n_observed
    probabilities = cells / cells.sum(axis=1, keepdims=True)
    replicas = random.multinomial(n, probabilities)
    expected = np.sqrt(n * probabilities)
    far = ((np.sqrt(table.counts[1:]) - expected) ** 2).sum(axis=1)
    replicated = ((np.sqrt(replicas) - expected) ** 2).sum(axis=1)
    return float((replicated >= far).mean())
