"""Which day it is, and how one day becomes the next (spec: relay, *Time* and *What is on disk*).

The switch is one commit in `space.db`, made by the one thread that also writes: no envelope is between two days.
After it the closed day's file is only read, and copied into *past*; a copy that was broken off is done at the start.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import Final

from safeconduct.clock import Clock
from safeconduct.journal import Entry, Journal
from safeconduct.relay.closing import close_day, copy, expire
from safeconduct.relay.files import Closed, Files
from safeconduct.relay.space import Records
from safeconduct.relay.sqlite import File, sync

JUMP_DAYS: Final = 2


class Days:
    """The relay's day and its files."""

    def __init__(
        self, data: Path, records: Records, clock: Clock, journal: Journal, retention_days: int | None
    ) -> None:
        """Open the files; a copy that was broken off is finished first.

        Args:
            data: the relay's directory.
            records: its small file.
            clock: of the machine; it is not trusted further than two days.
            journal: where a closed day and a stopped clock are noted.
            retention_days: after how many days without an envelope a stream goes; `None`: never.

        Raises:
            FormatOther: files of another format. RelayTaken: another process has them open.
        """
        self._data: Final = data
        self.records: Final = records
        self._clock: Final = clock
        self._journal: Final = journal
        self._retention_days: Final = retention_days
        self._steps: Iterator[None] = iter(())
        with ExitStack() as opened:
            opened.callback(records.close)
            today = self._open(records.day)
            opened.callback(today.close)
            past = File(data / "past.db", today=False)
            opened.callback(past.close)
            self.files: Final = Files(today, past)
            sync(data)
            self._make_good()
            opened.pop_all()  # all is well: they stay open

    def _make_good(self) -> None:
        """Finish what a stop or crash broke off."""
        for day in sorted(int(path.stem.removeprefix("today-")) for path in self._data.glob("today-*.db")):
            if day > self.day:
                self._unlink(day)  # made for a switch that never came: nothing is in it
            elif day < self.day:
                self._begin_copy(close_day(self.files, self._open(day), day))
                self.copy_all()

    @property
    def day(self) -> int:
        """The relay's day: that of *today*."""
        return self.records.day

    @property
    def copying(self) -> bool:
        """Whether a closed day is still being copied."""
        return self.files.closed is not None

    def close(self) -> None:
        """Let go of all files."""
        self.records.close()
        self.files.close()

    def turn(self) -> None:
        """Look at the clock; close the day if it is over.

        Raises:
            sqlite3.OperationalError, OSError: the disk is full or fails; the day goes on.
        """
        clock = self._clock.day()
        self.records.clock_good = abs(clock - self.day) <= JUMP_DAYS or self._confirmed(clock)
        if not self.records.clock_good:
            self._journal.note(Entry.CLOCK_STOPPED)
        elif clock > self.day:
            self._switch(clock)

    def _confirmed(self, clock: int) -> bool:
        """Whether the operator has said that this jump is right; then the clock is followed from there."""
        confirmed = self.records.confirmed()
        if confirmed is None or abs(clock - confirmed) > JUMP_DAYS:
            return False
        self._journal.note(Entry.CLOCK_CONFIRMED)
        if confirmed < clock < self.day:
            self.records.follow(clock)
        return True

    def _switch(self, day: int) -> None:
        self.copy_all()
        fresh = self._open(day)
        try:
            sync(self._data)
            closed = close_day(self.files, self.files.today, self.day)
            self.records.set_day(day)
        except BaseException:
            fresh.close()
            raise
        self.files.today = fresh
        self._begin_copy(closed)
        self._journal.note(Entry.DAY_CLOSED)

    def copy_all(self) -> None:
        """Copy what is left of the closed day."""
        while self.copying:
            self.copy_slice()

    def copy_slice(self) -> None:
        """Copy one slice of the closed day; after the last its file goes.

        Raises:
            sqlite3.OperationalError, OSError: the disk is full or fails; it is to be called again later.
        """
        closed = self.files.closed
        if closed is None:
            return
        try:
            next(self._steps)
        except StopIteration:
            self.files.closed = None
            closed.file.close()
            self._unlink(closed.day)
        except BaseException:
            self._begin_copy(closed)
            raise

    def _begin_copy(self, closed: Closed) -> None:
        files = self.files
        files.closed = closed
        self._steps = chain(copy(files.past, closed), expire(files, self.records, self._retention_days, self._journal))

    def _open(self, day: int) -> File:
        return File(self._data / f"today-{day}.db", today=True)

    def _unlink(self, day: int) -> None:
        for name in (f"today-{day}.db", f"today-{day}.db-wal"):
            (self._data / name).unlink(missing_ok=True)
