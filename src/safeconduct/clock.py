"""The only reader of time. Relay and spec know days; minutes exist in sealed bodies and on a desk only."""

import time
from dataclasses import dataclass
from typing import Final

DAY_SECONDS: Final = 86_400


@dataclass(frozen=True, slots=True)
class Clock:
    """The machine's clock, moved by whole days where a demo or a test asks for another season."""

    shift_days: int = 0

    def day(self) -> int:
        """Days since 1970-01-01 UTC: the finest a relay stores."""
        return int(time.time()) // DAY_SECONDS + self.shift_days

    def day_left_s(self) -> float:
        """Seconds until this UTC day ends: for the timer that closes it."""
        return DAY_SECONDS - time.time() % DAY_SECONDS

    def instant_s(self) -> int:
        """Seconds since 1970-01-01 UTC: for sealed bodies and the desk's own screen, nowhere else."""
        return int(time.time()) + self.shift_days * DAY_SECONDS

    def steady_s(self) -> float:
        """Seconds that only ever rise, from no particular start: for waiting and for challenges."""
        return time.monotonic()
