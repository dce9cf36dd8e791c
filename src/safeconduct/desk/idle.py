"""Ten minutes without use lock the desk."""

from typing import Final

from safeconduct.clock import Clock


class Idle:
    """Since when nobody has used the pages. A machine that slept counts as unused, though its steady clock stood."""

    def __init__(self, clock: Clock, after_s: float) -> None:
        """Count from now."""
        self._clock: Final = clock
        self._after_s: Final = after_s
        self._steady_s = clock.steady_s()
        self._instant_s = clock.instant_s()

    def used(self) -> None:
        """Somebody pressed a key, opened a page or wrote."""
        self._steady_s = self._clock.steady_s()
        self._instant_s = self._clock.instant_s()

    def over(self) -> bool:
        """Whether it is time to lock."""
        slept_s = self._clock.instant_s() - self._instant_s
        return max(self._clock.steady_s() - self._steady_s, slept_s) >= self._after_s
