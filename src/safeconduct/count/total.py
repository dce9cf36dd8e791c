"""The total over strata: what was estimated for each, added up; and which strata it does not hold.

Strata are taken as independent. Methods that sample: the sum of draws paired by chance. Resampled ones: the sum of
points, and a BCa interval of the sums of resamples paired by chance, with the acceleration of all people together.
Closed ones: the sum of points and of variances. A stratum's own estimate is that of its table alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from safeconduct.count.bootstrap import Resampled, add_resampled
from safeconduct.count.bounds import Interval, add_intervals
from safeconduct.count.checks import FEW_SHARED, PEOPLE_DIFFER
from safeconduct.count.decomposable import GraphAverage
from safeconduct.count.disclosure import about, hides, outward, rounded
from safeconduct.count.estimate import LOW, METHODS, TWO_LISTS_ONLY, WARNINGS, Estimate
from safeconduct.count.headline import METHOD, NOT_ASKED, Headline, say_disbelief, say_span, span
from safeconduct.count.history import Floats
from safeconduct.count.report import FEW, Report, write_estimate, write_headline
from safeconduct.count.words import words

STRATA: Final = "strata_without_number"
"""Why a total has no headline: a stratum has none."""
_DRAWS: Final = 20_000


@dataclass(frozen=True, eq=False)
class StrataTotal:
    """The sum over the strata that were counted, and the others with their reason."""

    counted: Mapping[str, Report]
    left_out: Mapping[str, str]
    """`few` or `not-counted`."""
    estimates: tuple[Estimate, ...]
    headline: Headline | None
    reason: str | None

    @property
    def n_observed(self) -> int:
        """People seen in the strata that were counted."""
        return sum(report.table.n_observed for report in self.counted.values())

    @property
    def cautions(self) -> tuple[str, ...]:
        """Those of any part."""
        found = {code for report in self.counted.values() for code in report.cautions}
        return tuple(code for code in (PEOPLE_DIFFER, FEW_SHARED) if code in found)

    def sentence(self, language: str) -> str:
        """What may be said of it, in Russian or English."""
        return _say(self, language)

    def as_record(self, language: str = "en") -> dict[str, Any]:
        """One JSON object, of the same form as a report's, and `counted` and `left_out`."""
        return {
            "n_observed": self.n_observed,
            "sentence": self.sentence(language),
            "headline": write_headline(self.headline),
            "headline_reason": self.reason,
            "estimates": [write_estimate(e) for e in self.estimates],
            "cautions": list(self.cautions),
            "counted": list(self.counted),
            "left_out": dict(self.left_out),
        }


def add_strata(strata: Mapping[str, Report | str], *, seed: int) -> StrataTotal:
    """Add up what `stratified` found."""
    counted: dict[str, Report] = {}
    left_out: dict[str, str] = {}
    for name, found in strata.items():
        if isinstance(found, str):
            left_out[name] = found
        elif hides(found.table.n_observed):
            left_out[name] = FEW
        else:
            counted[name] = found
    by_method: dict[str, list[Estimate]] = {}
    for report in counted.values():
        for each in report.estimates:
            by_method.setdefault(each.method, []).append(each)
    seen = sum(report.table.n_observed for report in counted.values())
    estimates = [add_estimates(parts, seen=seen, seed=seed) for parts in by_method.values()]
    reason = _reason(counted, left_out)
    total = next((e for e in estimates if e.method == METHOD), None)
    headline = None
    if not reason and total and total.point is not None and total.lower is not None and total.upper is not None:
        headline = Headline(METHOD, total.point, total.lower, total.upper, span(estimates, but=METHOD))
    return StrataTotal(counted, left_out, tuple(estimates), headline, reason)


def _reason(counted: Mapping[str, Report], left_out: Mapping[str, str]) -> str | None:
    """Why there is no headline; what is so in every stratum is said rather than that it is so."""
    reasons = {report.reason for report in counted.values()}
    if reasons == {None} and not left_out:
        return None
    everywhere = reasons.pop() if len(reasons) == 1 else None
    # What no stratum could cure: the lists and the methods are the same in all.
    return everywhere if everywhere in (TWO_LISTS_ONLY, NOT_ASKED) else STRATA


def add_estimates(parts: Sequence[Estimate], *, seen: int, seed: int) -> Estimate:
    """The sum of one method's estimates of independent strata, in which so many are seen; none if one has none.

    Its warnings are those of any part, its R-hat is the largest, its effective size the smallest.
    """
    method = parts[0].method
    warned = {code for part in parts for code in part.warnings} - {LOW}
    rhat = max((p.rhat for p in parts if p.rhat is not None), default=None)
    ess = min((p.ess for p in parts if p.ess is not None), default=None)
    if any(part.point is None for part in parts):
        return Estimate(method, rhat=rhat, ess=ess, warnings=tuple(c for c in WARNINGS if c in warned))
    random = np.random.default_rng(np.random.SeedSequence([seed, list(METHODS).index(method), 1]))
    point, lower, upper = _added(parts, random)
    if point < seen:
        warned.add(LOW)
    warnings = tuple(code for code in WARNINGS if code in warned)
    return Estimate(method, point, _known(lower), _known(upper), rhat, ess, warnings)


def _added(parts: Sequence[Estimate], random: np.random.Generator) -> tuple[float, float, float]:
    """Point and bounds of the sum; one method's parts all stand on the same kind of basis."""
    intervals = [part.basis for part in parts if isinstance(part.basis, Interval)]
    if intervals:
        closed = add_intervals(intervals)
        return closed.point, closed.lower, closed.upper
    resampled = [part.basis for part in parts if isinstance(part.basis, Resampled)]
    if resampled:
        found = add_resampled(resampled, random=random)
        return found.point, found.lower, found.upper
    together = np.sum([_draw(part, random) for part in parts], axis=0)
    point, lower, upper = (float(np.quantile(together, level)) for level in (0.5, 0.025, 0.975))
    return point, lower, upper


def _draw(part: Estimate, random: np.random.Generator) -> Floats:
    if isinstance(part.basis, GraphAverage):
        return part.basis.draw(_DRAWS, random)
    # All strata are sampled with one seed; drawn anew by chance, their sums do not know it.
    drawn: Floats = random.choice(np.ravel(part.draws if part.draws is not None else []), _DRAWS)
    return drawn


def _known(bound: float) -> float | None:
    return None if np.isnan(bound) else bound


def _say(total: StrataTotal, language: str) -> str:
    speak = words(language)
    said = [_first(total, language)]
    between = total.headline.others if total.headline else span(list(total.estimates))
    if between:
        said.append(say_span(between, language, beside=total.headline is not None))
    for key, few in (("total-few", True), ("total-left-out", False)):
        names = [name for name, reason in total.left_out.items() if (reason == FEW) is few]
        if names:
            said.append(speak.say(key, names=", ".join(names)))
    if not total.counted:
        return " ".join(said)
    said += [speak.say(f"total-caution-{code}") for code in total.cautions]
    said += [speak.say("model"), speak.say("assumes")] if total.headline else [speak.say("assumes-all")]
    return " ".join([*said, speak.say("total-assumes"), *say_disbelief(total.cautions, language)])


def _first(total: StrataTotal, language: str) -> str:
    speak = words(language)
    if not total.counted:
        return speak.say("total-nothing")
    seen = speak.number(rounded(total.n_observed) or 0)
    if total.headline:
        lower, upper = outward(total.headline.lower, total.headline.upper)
        numbers = {"point": about(total.headline.point), "lower": lower, "upper": upper}
        return speak.say("total-headline", seen=seen, **{key: speak.number(n) for key, n in numbers.items()})
    without = [name for name, report in total.counted.items() if report.reason] + list(total.left_out)
    why = speak.say(f"reason-{total.reason}", **({"names": ", ".join(without)} if total.reason == STRATA else {}))
    return speak.say("total-none", seen=seen, reason=why)
