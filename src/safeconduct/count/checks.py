"""What speaks against a table or a model: lists that depend on one another, too much spread, unlike replicas."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.special import pdtr, pdtrc

from safeconduct.count.bounds import chao
from safeconduct.count.history import Floats, Table, histories
from safeconduct.count.loglinear import Fit, design, fit_model
from safeconduct.count.loglinear_fit import fit

PEOPLE_DIFFER: Final = "people_differ"
FEW_SHARED: Final = "few_shared"
LEAST_SHARED: Final = 50
"""With fewer people on two lists or more, chance alone moves an estimate by more than a quarter either way."""
_SURPRISING: Final = 0.05
_REPLICAS: Final = 500


def find_cautions(table: Table, random: np.random.Generator) -> tuple[str, ...]:
    """What in the table itself speaks against a number that stands alone; `docs/design/count.md` says what it is worth.

    `people_differ`: see `differing`. `few_shared`: fewer than 50 people are on two lists or more.
    """
    found = [PEOPLE_DIFFER] if differing(table, random) < _SURPRISING else []
    shared = int(table.counts[histories(len(table.lists)).sum(axis=1) > 1].sum())
    return (*found, FEW_SHARED) if shared < LEAST_SHARED else tuple(found)


def differing(table: Table, random: np.random.Generator) -> float:
    """How often independent lists put Chao's bound as far above their own estimate as it is here: p; 1 if unknown.

    Were lists independent, both would be near the same number. If people differ in how easily they are noticed, or if
    lists depend on one another in that direction, only the bound stays a bound, and comes out higher.
    """
    if len(table.lists) < 3:
        return 1.0
    found = _excess(table)
    if found is None:
        return 1.0
    mean = np.empty(len(table.counts) - 1)
    fit(table.counts[1:].astype(float), design(frozenset(), len(table.lists)), mean)
    drawn = random.multinomial(table.n_observed, mean / mean.sum(), size=_REPLICAS)
    excesses = [_excess(replace(table, counts=np.append(0, counts))) for counts in drawn]
    return (1 + sum(e is not None and e >= found for e in excesses)) / (1 + _REPLICAS)


def _excess(table: Table) -> float | None:
    """Chao's bound over the estimate by independent lists."""
    independent = fit_model(frozenset(), table)
    return chao(table).point / independent.people if independent else None


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
