"""What a program says of itself: a closed vocabulary, counted. There is no other log.

No entry takes a value, so no address, id, path, name or minute can be written by mistake, and none by a
crash: `install` puts an entry in the place of every traceback.
"""

import enum
import sys
import threading
from collections import Counter
from collections.abc import Callable
from types import TracebackType
from typing import Final


class Entry(enum.Enum):
    """Everything that can be said. The value is the line that is printed."""

    RELAY_STARTED = "relay: started"
    RELAY_STOPPED = "relay: stopped"
    DAY_CLOSED = "relay: a day closed"
    CLOCK_STOPPED = "relay: the clock jumped; writes wait for the operator (safeconduct relay confirm)"
    CLOCK_CONFIRMED = "relay: the day was confirmed"
    DISK_FULL = "relay: the disk is full; requests are refused, nothing is lost"
    EXPIRED = "relay: streams past their retention went"
    DESK_STARTED = "desk: started"
    DESK_STOPPED = "desk: stopped"
    DESK_LOCKED = "desk: locked"
    RELAY_SILENT = "desk: the relay does not answer; what is written waits and goes out later"
    FAILED = "failed in a way that has no word; nothing was acknowledged"


def _print(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


class Journal:
    """Counts entries and prints each kind at most once until it is asked to `repeat`."""

    def __init__(self, write: Callable[[str], object] | None = None) -> None:
        """Print to standard error unless told otherwise."""
        self._write: Final = write or _print
        self._counts: Final[Counter[Entry]] = Counter()
        self._lock: Final = threading.Lock()

    def note(self, entry: Entry) -> None:
        """Count an entry; print it the first time."""
        with self._lock:
            self._counts[entry] += 1
            first = self._counts[entry] == 1
        if first:
            self._write(entry.value)

    def count(self, entry: Entry) -> int:
        """How often it was noted since the start."""
        return self._counts[entry]


def install(journal: Journal) -> None:
    """Let no traceback reach a pipe: uncaught exceptions of any thread become one entry."""

    def hook(_kind: type[BaseException], error: BaseException | None, _trace: TracebackType | None) -> None:
        if not isinstance(error, KeyboardInterrupt):
            journal.note(Entry.FAILED)

    sys.excepthook = hook
    threading.excepthook = lambda args: hook(args.exc_type, args.exc_value, args.exc_traceback)
    sys.unraisablehook = lambda args: hook(args.exc_type, args.exc_value, args.exc_traceback)
