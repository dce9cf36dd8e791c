"""One table, one method, one estimate: the seven methods under one roof."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from safeconduct.count import latent
from safeconduct.count.bootstrap import Choose, Resampled, bca, choose_among, choose_stepwise
from safeconduct.count.bounds import Interval, chao, chapman, widest_pair
from safeconduct.count.checks import overdispersion, posterior_check
from safeconduct.count.decomposable import MOST_LISTS, GraphAverage, average
from safeconduct.count.disclosure import STANDS_ON_FEW, hides
from safeconduct.count.history import Floats, Table
from safeconduct.count.loglinear import ALL_MODELS, Fit, best_by_bic, name_of
from safeconduct.count.modes import Mode, find_modes
from safeconduct.count.progress import Tell, quietly, step
from safeconduct.count.refusal import MethodUnknown
from safeconduct.count.threshold import threshold

RESAMPLES: Final = 1000
TOP_MODELS: Final = 20
"""How many of the best models resamples choose among."""
POOR_FIT: Final = 0.02
OVERDISPERSED: Final = 3.0

TWO_LISTS_ONLY: Final = "two_lists_only"
NOT_CONVERGED: Final = "not_converged"
BIMODAL: Final = "bimodal"
NO_MLE: Final = "no_mle"
FIT_POOR: Final = "poor_fit"
SPREAD: Final = "overdispersed"
LOST: Final = "resamples_lost"
GREEDY: Final = "not_all_models"
MANY_LISTS: Final = "too_many_lists"
LOW: Final = "below_observed"
BOUND: Final = "lower_bound"
CEILING: Final = "at_ceiling"
WARNINGS: Final = (
    TWO_LISTS_ONLY, NOT_CONVERGED, BIMODAL, NO_MLE, FIT_POOR, SPREAD, LOST, GREEDY, MANY_LISTS, LOW, BOUND, CEILING,
    STANDS_ON_FEW,
)  # fmt: skip
_CEILING: Final = 18
"""Times those seen. The priors of graphs and of latent classes end at 21 times; an interval that goes further than this
is cut off by them, and not by the table."""


@dataclass(frozen=True, eq=False)
class Estimate:
    """How many there are by one method, in people. Without an estimate the numbers are None and a warning says why."""

    method: str
    point: float | None = None
    lower: float | None = None
    upper: float | None = None
    rhat: float | None = None
    ess: float | None = None
    warnings: tuple[str, ...] = ()
    model: str = ""
    fit: float | None = None
    """The posterior check's p, or the overdispersion of a log-linear model."""
    modes: tuple[Mode, ...] = ()
    draws: Floats | None = field(default=None, repr=False)
    """(chain, draw) for those that sample."""
    basis: Interval | Resampled | GraphAverage | None = field(default=None, repr=False)
    """For the others, what the numbers were taken from; a total over strata adds it up."""

    @property
    def told(self) -> bool:
        """Whether its numbers are there and may leave the desk, rounded."""
        return self.point is not None and STANDS_ON_FEW not in self.warnings


def estimate(table: Table, method: str, *, seed: int, tell: Tell = quietly) -> Estimate:
    """By one of `METHODS`. The same table, seed and versions give the same numbers.

    Raises:
        MethodUnknown: no such method.
        Stopped: `tell` said so.
    """
    if method not in METHODS:
        raise MethodUnknown
    step(tell, method, 0.0)
    if len(table.lists) == 2 and method not in ("chapman", "chao"):
        return Estimate(method, warnings=(TWO_LISTS_ONLY,))
    # Each method has its own stream of chance: leaving one out does not change another.
    return METHODS[method](table, np.random.SeedSequence([seed, list(METHODS).index(method)]), tell)


def _chapman(table: Table, _seed: np.random.SeedSequence, _tell: Tell) -> Estimate:
    left, right = widest_pair(table)
    found = chapman(*table.pair(left, right))
    warnings = [TWO_LISTS_ONLY]
    if found.point < table.n_observed:
        warnings.append(LOW)
    if hides(found.shared):
        warnings.append(STANDS_ON_FEW)
    model = f"{table.lists[left]} × {table.lists[right]}"
    return Estimate(
        "chapman", found.point, found.lower, found.upper, warnings=tuple(warnings), model=model, basis=found
    )


def _chao(table: Table, _seed: np.random.SeedSequence, _tell: Tell) -> Estimate:
    found = chao(table)
    warnings = (
        BOUND, *([TWO_LISTS_ONLY] if len(table.lists) == 2 else []), *([STANDS_ON_FEW] if hides(found.shared) else [])
    )  # fmt: skip
    return Estimate("chao", found.point, found.lower, found.upper, warnings=warnings, basis=found)


def _loglinear_bic(table: Table, seed: np.random.SeedSequence, tell: Tell) -> Estimate:
    best = best_by_bic(table, TOP_MODELS)
    greedy = (GREEDY,) if len(table.lists) > ALL_MODELS else ()
    if not best:
        return Estimate("loglinear_bic", warnings=(NO_MLE, *greedy))
    step(tell, "loglinear_bic", 0.5)
    return _with_interval(table, "loglinear_bic", best[0], choose_among(tuple(f.model for f in best)), seed, greedy)


def _loglinear_stepwise(table: Table, seed: np.random.SeedSequence, _tell: Tell) -> Estimate:
    chosen = choose_stepwise(table)
    if chosen is None:
        return Estimate("loglinear_stepwise", warnings=(NO_MLE,))
    return _with_interval(table, "loglinear_stepwise", chosen, choose_stepwise, seed, ())


def _with_interval(
    table: Table, method: str, chosen: Fit, choose: Choose, seed: np.random.SeedSequence, said: tuple[str, ...]
) -> Estimate:
    interval = bca(table, choose, resamples=RESAMPLES, random=np.random.default_rng(seed))
    spread = overdispersion(table, chosen)
    warnings = list(said)
    if spread is not None and spread > OVERDISPERSED:
        warnings.append(SPREAD)
    if np.isnan(interval.upper):
        warnings.append(LOST)
    lower, upper = (None if np.isnan(b) else b for b in (interval.lower, interval.upper))
    name = name_of(chosen.model, table.lists)
    return Estimate(
        method, chosen.people, lower, upper, warnings=tuple(warnings), model=name, fit=spread, basis=interval
    )


def _bayes_threshold(table: Table, seed: np.random.SeedSequence, tell: Tell) -> Estimate:
    found = threshold(table, random=np.random.default_rng(seed), tell=tell)
    name = name_of(found.model, table.lists)
    return _from_draws("bayes_threshold", found.people, found.r_hat, found.effective, name)


def _decomposable(table: Table, _seed: np.random.SeedSequence, _tell: Tell) -> Estimate:
    if len(table.lists) > MOST_LISTS:
        return Estimate("decomposable", warnings=(MANY_LISTS,))
    found = average(table)
    point, lower, upper = (found.quantile(level) for level in (0.5, 0.025, 0.975))
    warnings = (CEILING,) if upper > _CEILING * table.n_observed else ()
    return Estimate("decomposable", point, lower, upper, warnings=warnings, model=found.graphs[0][0], basis=found)


def _latent_class(table: Table, seed: np.random.SeedSequence, tell: Tell) -> Estimate:
    sampling, checking = seed.generate_state(2)
    found = latent.sample(table, seed=int(sampling), tell=tell)
    p = posterior_check(table, found.cells, np.random.default_rng(int(checking)))
    name = f"K ≤ {latent.CLASSES}"
    return _from_draws("latent_class", found.people, found.r_hat, found.effective, name, p, _CEILING * table.n_observed)


def _from_draws(
    method: str, draws: Floats, rhat: float, ess: float, model: str, p: float | None = None, ceiling: float = np.inf
) -> Estimate:
    modes = find_modes(draws)
    warnings = []
    if not latent.converged(rhat, ess):
        warnings.append(NOT_CONVERGED)
    if len(modes) > 1:
        warnings.append(BIMODAL)
    if p is not None and p < POOR_FIT:
        warnings.append(FIT_POOR)
    point, lower, upper = (float(np.quantile(draws, level)) for level in (0.5, 0.025, 0.975))
    if upper > ceiling:
        warnings.append(CEILING)
    return Estimate(method, point, lower, upper, rhat, ess, tuple(warnings), model, p, modes, draws)


METHODS: Final[dict[str, Callable[[Table, np.random.SeedSequence, Tell], Estimate]]] = {
    "chapman": _chapman,
    "chao": _chao,
    "loglinear_bic": _loglinear_bic,
    "loglinear_stepwise": _loglinear_stepwise,
    "bayes_threshold": _bayes_threshold,
    "decomposable": _decomposable,
    "latent_class": _latent_class,
}
"""In the order in which they are shown: from the oldest to the one that assumes least."""
