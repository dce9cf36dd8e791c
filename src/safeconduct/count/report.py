"""All of it for one table: the estimates side by side, the headline or why there is none, and what reproduces them."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

import numpy as np

from safeconduct.count.checks import Dependence, dependence, find_cautions
from safeconduct.count.disclosure import hides
from safeconduct.count.estimate import METHODS, Estimate, estimate
from safeconduct.count.headline import Headline, find_headline, say
from safeconduct.count.history import Table, tabulate
from safeconduct.count.progress import Tell, quietly
from safeconduct.count.reading import Reading
from safeconduct.count.refusal import MethodUnknown, Stopped, Uncountable
from safeconduct.count.words import LANGUAGES

_PACKAGES = ("safeconduct", "numpy", "scipy", "numba", "llvmlite")
FORM = 1
"""Of the record."""
FEW: Final = "few"
"""A part of fewer than ten people: nothing is said of it, and nothing taken from it."""
NOT_COUNTED: Final = "not-counted"
"""A part that cannot be counted. Not why: a reason such as that nobody is on two lists is itself a number."""


@dataclass(frozen=True, eq=False)
class Report:
    """A table and what was estimated from it."""

    table: Table
    seed: int
    estimates: tuple[Estimate, ...]
    headline: Headline | None
    reason: str | None
    dependence: tuple[Dependence, ...]
    cautions: tuple[str, ...] = ()
    """What in the table itself speaks against a number: `people_differ`, `few_shared`."""

    def sentence(self, language: str) -> str:
        """What may be said of it, in Russian or English."""
        return say(self.table, list(self.estimates), language, self.cautions)

    def as_record(self, language: str = "en") -> dict[str, Any]:
        """One JSON object. The same data, versions and seed make the same object, to the last digit."""
        return {
            "n_observed": self.table.n_observed,
            "sentence": self.sentence(language),
            "headline": write_headline(self.headline),
            "headline_reason": self.reason,
            "estimates": [write_estimate(e) for e in self.estimates],
            "cautions": list(self.cautions),
            "record": {
                "form": FORM,
                "digest": self.table.digest,
                "lists": list(self.table.lists),
                "empty_lists": list(self.table.empty),
                "seed": self.seed,
                "methods": [e.method for e in self.estimates],
                "versions": {name: _version(name) for name in _PACKAGES},
                "sentences": {name: self.sentence(name) for name in LANGUAGES},
                "models": {e.method: e.model for e in self.estimates if e.model},
                "fit": {e.method: e.fit for e in self.estimates if e.fit is not None},
                "modes": {
                    e.method: [{"people": m.people, "share": m.share} for m in e.modes]
                    for e in self.estimates
                    if e.modes
                },
                "dependence": [
                    {"lists": list(d.lists), "observed": d.observed, "expected": d.expected, "p": d.p}
                    for d in self.dependence
                ],
            },
        }


def make_report(table: Table, *, seed: int, methods: Sequence[str] = tuple(METHODS), tell: Tell = quietly) -> Report:
    """Estimate by each method, in the house's order.

    Raises:
        MethodUnknown: one of them does not exist.
        Stopped: `tell` said so.
    """
    if not set(methods) <= set(METHODS):
        raise MethodUnknown
    estimates = [estimate(table, method, seed=seed, tell=tell) for method in METHODS if method in methods]
    headline, reason = find_headline(table, estimates)
    chance = np.random.default_rng(np.random.SeedSequence([seed, len(METHODS)]))
    return Report(
        table, seed, tuple(estimates), headline, reason, tuple(dependence(table)), find_cautions(table, chance)
    )


def leave_one_out(table: Table, *, seed: int, methods: Sequence[str], tell: Tell = quietly) -> dict[str, Report | str]:
    """The same without each list in turn; `few` or `not-counted` where that leaves nothing to count.

    An estimate that hangs on one list is that list's, not the lists'.
    """
    found: dict[str, Report | str] = {}
    for name in table.lists:
        rest = [place for place, other in enumerate(table.lists) if other != name]
        lists = [table.lists[place] for place in rest]
        found[name] = count_part(lists, table.margin(rest), seed=seed, methods=methods, tell=tell)
    return found


def count_part(
    lists: Sequence[str], people: dict[int, int], *, seed: int, methods: Sequence[str], tell: Tell = quietly
) -> Report | str:
    """The report of a part, `few` or `not-counted`.

    Raises:
        Stopped: `tell` said so.
    """
    if hides(sum(people.values())):
        return FEW
    try:
        return make_report(tabulate(lists, people), seed=seed, methods=methods, tell=tell)
    except Stopped:
        raise
    except Uncountable:
        return NOT_COUNTED


def stratified(
    reading: Reading, by: str, *, seed: int, methods: Sequence[str], tell: Tell = quietly
) -> dict[str, Report | str]:
    """The same for each value of a stratum column; see `count_part`.

    Raises:
        StratumUnknown: the file has no such column.
        Stopped: `tell` said so.
    """
    parts = reading.stratified(by).items()
    return {value: count_part(reading.lists, people, seed=seed, methods=methods, tell=tell) for value, people in parts}


def write_estimate(found: Estimate) -> dict[str, Any]:
    """As it stands in the list `estimates`."""
    return {
        "method": found.method,
        "point": found.point,
        "lower": found.lower,
        "upper": found.upper,
        "rhat": found.rhat,
        "ess": found.ess,
        "warnings": list(found.warnings),
    }


def write_headline(found: Headline | None) -> dict[str, Any] | None:
    """As it stands in `headline`."""
    if found is None:
        return None
    return {
        "method": found.method,
        "point": found.point,
        "lower": found.lower,
        "upper": found.upper,
        "others": list(found.others) if found.others else None,
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
