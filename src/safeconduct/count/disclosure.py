"""What may be said of few people: a floor of ten, zeros hidden with the rest, numbers rounded to ten.

This is the least that a picture or a sentence made to leave the desk keeps to. Keyed rounding, secondary suppression
and the register of releases take this module's place when they come.
"""

import math
from collections.abc import Callable
from typing import Final

FLOOR: Final = 10
BASE: Final = 10
STANDS_ON_FEW: Final = "stands_on_few"
"""The warning of an estimate in closed form from an overlap of fewer than ten: who knows the lists' sizes and its
three digits knows the overlap to a person or two, so it is not said where anything may leave the desk."""


def hides(people: float) -> bool:
    """Whether a number of people is too small to be shown. Zero is: that nobody is somewhere can betray too."""
    return people < FLOOR


def rounded(people: float) -> int | None:
    """To the nearest ten, halves up; None below the floor."""
    return None if hides(people) else math.floor(people / BASE + 0.5) * BASE


def outward(lower: float, upper: float) -> tuple[int, int]:
    """An interval to two significant digits, never narrower than it was, and never finer than ten."""
    return _significant(lower, math.floor), _significant(upper, math.ceil)


def about(people: float) -> int:
    """An estimate to three significant digits, never finer than ten."""
    return _significant(people, lambda x: math.floor(x + 0.5), digits=3)


def _significant(people: float, way: Callable[[float], int], digits: int = 2) -> int:
    unit = max(10 ** (len(str(int(people))) - digits), BASE)
    return int(way(people / unit)) * int(unit)
