"""In what order matters wait for a person, and why: explainable, the same on every desk."""

from typing import Final, NamedTuple

from safeconduct.case.case import Case
from safeconduct.sealed.event import URGENCIES


class Place(NamedTuple):
    """Where a matter stands: smaller is sooner."""

    rank: int
    """0 held, 1 date, 2 papers, 3 unit, 4 none."""
    answered: int
    """0 while his words wait for an answer."""
    since: int
    """The day since which they wait."""


class Why(NamedTuple):
    """The reason that is shown: a code and its number of days."""

    code: str
    days: int


RANKS: Final = {urgency: rank for rank, urgency in enumerate(URGENCIES)}


def place(case: Case) -> Place:
    """Urgency first, then unanswered, then who has waited longest."""
    return Place(RANKS[case.urgency], int(not case.unanswered), case.waiting_since)


def why(case: Case, today: int) -> Why:
    """`held`, `date`, `papers`, `unit` (or `triaged`, where a person set it); else `waiting` or `answered`.

    The number is how many days his words have waited.
    """
    days = max(0, today - case.waiting_since)
    if not case.unanswered:
        return Why("answered", days)
    if case.triaged:
        return Why("triaged", days)
    return Why("waiting" if case.urgency == "none" else case.urgency, days)
