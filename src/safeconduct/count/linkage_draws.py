"""How much wider an interval is, because nobody knows which pairs are one case.

Linkages are drawn from the pairs' probabilities, each is made a table and estimated, and the draws of all are put
together: multiple imputation (Rubin 1987; for linkage Tancredi & Liseo 2011, Sadinle 2018). What is not in it: the
weights themselves are taken as known, and so is that pairs which share no blocking key are two cases.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from safeconduct.count.bootstrap import MOST_LOST, bca, choose_among
from safeconduct.count.cluster import cluster, draw_bonds
from safeconduct.count.disclosure import about, hides, outward
from safeconduct.count.history import Floats, Ints, Table, tabulate
from safeconduct.count.link import Linkage
from safeconduct.count.loglinear import best_by_bic
from safeconduct.count.progress import Tell, quietly, step
from safeconduct.count.refusal import Uncountable
from safeconduct.count.words import words

DRAWS: Final = 50
METHOD: Final = "loglinear_bic"
"""Resampled in a tenth of a second, for any number of lists. Decomposable graphs are as quick, but with many people
they jump between graphs far apart, and that would drown what the linkage does."""
_MODELS: Final = 20
_SURE: Final = 2000
_OF_EACH: Final = 100
"""Resamples of the one linkage, and of each drawn."""
_NONE: Final = np.zeros(0), 1.0
"""No estimate at all."""

Interval = tuple[float, float, float]
"""Median, lower and upper 95 % bound."""


@dataclass(frozen=True)
class Spread:
    """One method's interval with the linkage taken as sure, and with linkages drawn."""

    method: str
    draws: int
    observed: Interval
    """People on the lists, over the linkages drawn."""
    sure: Interval
    drawn: Interval

    @property
    def wider(self) -> float:
        """How many times as wide the interval is."""
        return (self.drawn[2] - self.drawn[1]) / max(self.sure[2] - self.sure[1], 1e-9)

    def as_record(self) -> dict[str, Any]:
        """For the JSON object."""
        return {
            "method": self.method,
            "draws": self.draws,
            "observed": list(self.observed),
            "sure": list(self.sure),
            "drawn": list(self.drawn),
            "wider": self.wider,
        }


def spread_of(linkage: Linkage, table: Table, *, seed: int, draws: int = DRAWS, tell: Tell = quietly) -> Spread | None:
    """Carry the linkage's uncertainty into a log-linear estimate.

    None where there is no such estimate, as for two lists, or where too many linkages drawn have none. `table` is the
    linkage's own.

    Raises:
        Stopped: `tell` said so.
    """
    random = np.random.default_rng(np.random.SeedSequence([seed, draws]))
    sure, missing = _resample(table, _SURE, random) if len(table.lists) > 2 else _NONE
    if missing > MOST_LOST:
        return None
    # A list without entries is not in the table.
    _, lists = np.unique(linkage.known.lists, return_inverse=True)
    people: list[Floats] = []
    lost: list[float] = []
    observed: list[int] = []
    for number in range(draws):
        step(tell, "link", number / draws)
        history = _histories(cluster(linkage.known, draw_bonds(linkage.bonds, random)), lists)
        observed.append(sum(history.values()))
        try:
            found, missing = _resample(tabulate(table.lists, history), _OF_EACH, random)
        except Uncountable:
            found, missing = _NONE
        people.append(found)
        lost.append(missing)
    if np.mean(lost) > MOST_LOST:
        return None
    seen = np.array(observed, np.float64)
    return Spread(METHOD, draws, _interval(seen), _interval(sure), _interval(np.concatenate(people)))


def say_spread(spread: Spread, language: str) -> str:
    """The sentence, rounded as everything that may leave the desk."""
    speak = words(language)
    if hides(int(spread.observed[0])):
        return speak.say("few")
    bounds: dict[str, str] = {}
    for name, (middle, low, high) in (("sure", spread.sure), ("drawn", spread.drawn)):
        lower, upper = outward(low, high)
        written = {"": about(middle), "-lower": lower, "-upper": upper}
        bounds |= {name + end: speak.number(value) for end, value in written.items()}
    return speak.say("linkage", method=speak.say(f"method-{spread.method}"), draws=spread.draws, **bounds)


def _resample(table: Table, size: int, random: np.random.Generator) -> tuple[Floats, float]:
    """Numbers of people by the best model of resamples of a table, and for which share there is none."""
    best = best_by_bic(table, _MODELS)
    if not best:
        return _NONE
    found = bca(table, choose_among(tuple(fit.model for fit in best)), resamples=size, random=random)
    return found.people, found.lost


def _histories(labels: Ints, lists: Ints) -> dict[int, int]:
    """How many clusters stand on exactly which lists, from the entries' labels."""
    history = np.zeros(len(labels), np.int64)
    np.bitwise_or.at(history, labels, np.int64(1) << lists)
    values, times = np.unique(history[history > 0], return_counts=True)
    return {int(value): int(number) for value, number in zip(values, times, strict=True)}


def _interval(draws: Floats) -> Interval:
    low, middle, high = (float(value) for value in np.quantile(draws, [0.025, 0.5, 0.975]))
    return middle, low, high
