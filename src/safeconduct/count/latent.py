"""Bayesian latent classes: people fall into classes, and within a class lists are independent.

Manrique-Vallier (2016), Biometrics 72:1246: shares by stick breaking with alpha ~ gamma(1/4, 1/4), a class's
probability of standing on a list uniform, at most `classes` classes, prior 1/N cut off where twenty times those seen
would be unseen. The sampler works on the aggregated table, so its cost does not grow with the number of people.

What makes it converge where plain Gibbs does not:
  - N is integrated out, so that chains need not wait for it;
  - beside each Gibbs sweep a Hamiltonian trajectory, which goes along the ridges that Gibbs crosses in small steps;
  - alpha is redrawn with the empty classes' sticks stretching along, and classes are offered birth and death;
  - a ladder of replicas that see ever fewer people, down to a twentieth, and exchange places; while it warms up the
    rungs move to where exchanges are refused (Syed et al. 2022, JRSS B 84:321), that is, where classes melt together;
  - four ladders from scattered starts, run until R-hat < 1.01 and the effective sizes of bulk and tails > 400, and
    beyond, while steps are left, until R-hat < 1.005 and the smaller of the two sizes > 1,500.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence

from safeconduct.count.convergence import effective_size, r_hat, tail_effective_size
from safeconduct.count.history import Floats, Ints, Table, histories
from safeconduct.count.latent_ladder import Replicas, run_ladder
from safeconduct.count.progress import Tell, quietly, step

LADDERS: Final = 4
CLASSES: Final = 10
R_HAT: Final = 1.01
SIZE: Final = 400
_AT_EASE: Final = 1.005
_AMPLE: Final = 1500
_REPLICAS: Final = 10
_HOTTEST: Final = 0.05
_STRIDES: Final = 12
_RENEWALS: Final = 10
_WARM: Final = (200, 200, 200, 300, 300)
_SEGMENT: Final = 1000
_THIN: Final = 20
MOST_STEPS: Final = 20_000


def converged(rhat: float, effective: float) -> bool:
    """R-hat below 1.01 and an effective size above 400."""
    return rhat < R_HAT and effective > SIZE


@dataclass(frozen=True, eq=False)
class Posterior:
    """Draws of the number of people, shape (ladder, draw), as ArviZ wants them, and whether they may be believed."""

    people: Floats
    cells: Floats
    """Probabilities of the observable histories given that one is seen, one row for each thinned draw."""
    r_hat: float
    effective: float
    """The smaller of the effective sizes of bulk and tails."""
    steps: int

    @property
    def converged(self) -> bool:
        """Whether they may be believed."""
        return converged(self.r_hat, self.effective)

    def quantile(self, level: float) -> float:
        """Over all ladders."""
        return float(np.quantile(self.people, level))


def sample(
    table: Table, *, seed: int, classes: int = CLASSES, most_steps: int = MOST_STEPS, tell: Tell = quietly
) -> Posterior:
    """Draw until converged with something to spare, or until `most_steps` steps of each ladder are done.

    Raises:
        Stopped: `tell` said so.
    """
    ladders = [_Ladder(table, Generator(PCG64(s)), classes) for s in SeedSequence(seed).spawn(LADDERS)]
    for place, ladder in enumerate(ladders):
        step(tell, "latent_class", place / 100)
        ladder.warm()
    held = False
    for segment in range(1, most_steps // _SEGMENT + 1):
        for place, ladder in enumerate(ladders):
            step(tell, "latent_class", max(segment - 1 + place / LADDERS, 0.5) * _SEGMENT / most_steps)
            ladder.go_on(_SEGMENT)
        found = _posterior(ladders, table, segment * _SEGMENT)
        # Twice in a row, and by more than must be: a first passing may be an accident of the moment.
        enough = found.r_hat < _AT_EASE and found.effective > _AMPLE
        if enough and held:
            return found
        held = enough
    return _posterior(ladders, table, most_steps)


def _posterior(ladders: list["_Ladder"], table: Table, steps: int) -> Posterior:
    """Of what was drawn, the first fifth is left out."""
    drawn = np.array([np.concatenate(ladder.people) for ladder in ladders])
    people = drawn[:, drawn.shape[1] // 5 :].astype(float) + table.n_observed
    cells = []
    for ladder in ladders:
        rows = np.concatenate(ladder.seen)
        rows = rows[len(rows) // 5 :]
        cells.append(np.exp(rows[:, :-1] - rows[:, -1:]))
    size = min(effective_size(people), tail_effective_size(people))
    return Posterior(people, np.concatenate(cells), r_hat(people), size, steps)


class _Ladder:
    """Replicas of one chain; replica t sees each history's count times `scales[t]`, rounded."""

    def __init__(self, table: Table, random: Generator, classes: int) -> None:
        lists = len(table.lists)
        self._random = random
        self._on = _places(lists)
        # Histories nobody has are carried too: their probabilities are needed for the posterior check.
        self._order = np.argsort(table.counts[1:] == 0, kind="stable")
        self._on = self._on[self._order]
        observed = int((table.counts > 0).sum())
        self._full = table.counts[1:][self._order][:observed]
        self._scales = np.geomspace(1.0, _HOTTEST, _REPLICAS)
        self._all_on, self._on = self._on, self._on[:observed]
        # Scattered, since a chain that starts where the others do proves nothing by agreeing with them.
        counts = self._counts()
        self._replicas = Replicas(
            x=random.normal(-1.0, 1.5, (_REPLICAS, classes, lists)),
            v=random.normal(0.0, 1.5, (_REPLICAS, classes - 1)),
            alphas=np.exp(random.normal(0.0, 1.0, _REPLICAS)),
            lengths=np.minimum(0.3, 1.5 / np.sqrt(np.maximum(counts.sum(axis=1), 1))),
            counts=counts,
        )
        self._refused = np.zeros(_REPLICAS - 1)
        self.people: list[Ints] = []
        self.seen: list[Floats] = []

    def _counts(self) -> Ints:
        return np.round(self._scales[:, None] * self._full).astype(np.int64)

    def _scale(self) -> None:
        self._replicas = self._replicas._replace(counts=self._counts())

    def warm(self) -> None:
        """Find the lengths of strides, and put the rungs where each is as hard to pass as the next."""
        for steps in _WARM:
            self._refused[:] = 0.0
            self._run(steps, warming=True)
            # Half of the steps offered each pair; a little is added so that no gap closes altogether.
            barrier = np.concatenate([[0.0], np.cumsum(self._refused / (steps / 2) + 0.05)])
            even = np.linspace(0.0, barrier[-1], _REPLICAS)
            self._scales = np.exp(np.interp(even, barrier, np.log(self._scales)))
            self._scale()

    def go_on(self, steps: int) -> None:
        people, seen = self._run(steps, warming=False)
        self.people.append(people)
        self.seen.append(seen)

    def _run(self, steps: int, *, warming: bool) -> tuple[Ints, Floats]:
        people = np.empty(steps, dtype=np.int64)
        seen = np.empty((-(-steps // _THIN), len(self._all_on) + 1))
        run_ladder(
            self._replicas, self._on, self._all_on, _STRIDES, _RENEWALS, warming, people, seen, _THIN, self._refused,
            self._random,
        )  # fmt: skip
        back = np.empty_like(seen)
        back[:, np.append(self._order, seen.shape[1] - 1)] = seen
        return people, back


def _places(lists: int) -> Ints:
    """For each observable history the number of its lists, then their places."""
    places = np.zeros((2**lists - 1, lists + 1), dtype=np.int64)
    for row, bits in zip(places, histories(lists)[1:], strict=True):
        on = np.flatnonzero(bits)
        row[0] = len(on)
        row[1 : len(on) + 1] = on
    return places
