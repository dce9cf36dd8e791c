"""Whether one number may stand alone, and the sentence that says it, or says why none may."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from safeconduct.count.checks import PEOPLE_DIFFER
from safeconduct.count.disclosure import about, hides, outward, rounded
from safeconduct.count.estimate import BIMODAL, CEILING, FIT_POOR, LOW, NOT_CONVERGED, TWO_LISTS_ONLY, Estimate
from safeconduct.count.history import Table
from safeconduct.count.words import words

NOT_ASKED: Final = "not_asked"
METHOD: Final = "latent_class"


@dataclass(frozen=True)
class Headline:
    """The one number, and the span of what the other methods say."""

    method: str
    point: float
    lower: float
    upper: float
    others: tuple[float, float] | None


def find_headline(table: Table, estimates: list[Estimate]) -> tuple[Headline | None, str | None]:
    """The headline, or None and the reason.

    It is the latent class estimate, if that converged, has one mode, is not cut off by its prior, passed its posterior
    check, and stands on three lists or more.
    """
    if len(table.lists) < 3:
        return None, TWO_LISTS_ONLY
    latent = next((e for e in estimates if e.method == METHOD), None)
    if latent is None or latent.point is None or latent.lower is None or latent.upper is None:
        return None, NOT_ASKED
    for reason in (NOT_CONVERGED, BIMODAL, CEILING, FIT_POOR):
        if reason in latent.warnings:
            return None, reason
    return Headline(METHOD, latent.point, latent.lower, latent.upper, span(estimates, but=METHOD)), None


def span(estimates: list[Estimate], *, but: str = "") -> tuple[float, float] | None:
    """The lowest and the highest point of the methods that may be said; those below what is seen say nothing."""
    points = [e.point or 0.0 for e in estimates if e.told and e.method != but and LOW not in e.warnings]
    return (min(points), max(points)) if points else None


def say(table: Table, estimates: list[Estimate], language: str, cautions: Collection[str] = ()) -> str:
    """The sentence, with numbers as they may leave the desk: rounded, and none below ten."""
    speak = words(language)
    if hides(table.n_observed):
        return speak.say("few")
    headline, reason = find_headline(table, estimates)
    seen = speak.number(rounded(table.n_observed) or 0)
    parts = []
    if headline:
        lower, upper = outward(headline.lower, headline.upper)
        numbers = {"point": about(headline.point), "lower": lower, "upper": upper}
        written = {key: speak.number(value) for key, value in numbers.items()}
        parts.append(speak.say("headline", lists=len(table.lists), seen=seen, **written))
    else:
        why = _why(str(reason), estimates, language)
        parts.append(speak.say("no-headline", lists=len(table.lists), seen=seen, reason=why))
    if table.empty:
        # As of few people: that nobody at all is on a list can betray too.
        parts.append(speak.say("empty", lists=len(table.empty), names=", ".join(table.empty)))
    between = headline.others if headline else span(estimates)
    if between:
        parts.append(say_span(between, language, beside=headline is not None))
    elif not headline:
        parts.append(speak.say("span-none"))
    parts += say_cautions(cautions, language)
    parts += [speak.say("model"), speak.say("assumes")] if headline else [speak.say("assumes-all")]
    return " ".join([*parts, *say_disbelief(cautions, language)])


def say_span(between: tuple[float, float], language: str, *, beside: bool) -> str:
    """What methods give: the others beside a headline, or all."""
    speak = words(language)
    low, high = (speak.number(about(point)) for point in between)
    return speak.say(f"span-{'others' if beside else 'all'}{'-one' if low == high else ''}", low=low, high=high)


def say_cautions(cautions: Collection[str], language: str) -> list[str]:
    """What the table itself says against the number."""
    return [words(language).say(f"caution-{code}") for code in cautions]


def say_disbelief(cautions: Collection[str], language: str) -> list[str]:
    """When not to believe any number; that people may differ only where it is not said already that they do."""
    speak = words(language)
    return [speak.say("caution"), *([] if PEOPLE_DIFFER in cautions else [speak.say("caution-unseen")])]


def _why(reason: str, estimates: list[Estimate], language: str) -> str:
    speak = words(language)
    latent = next((e for e in estimates if e.method == METHOD), None)
    if reason == NOT_CONVERGED and latent:
        rhat = speak.decimal(latent.rhat or 0.0, 3)
        return speak.say("reason-not_converged", rhat=rhat, ess=speak.number(int(latent.ess or 0)))
    if reason == BIMODAL and latent:
        places = speak.several([about(mode.people) for mode in latent.modes])
        return speak.say("reason-bimodal", modes=len(latent.modes), places=places)
    return speak.say(f"reason-{reason}")
