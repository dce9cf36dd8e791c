"""Which day it is, the files of the days, and how a day is closed (spec: relay, *Time* and *What is on disk*).

The switch to the next day is one commit in `space.db`, made by the one thread that also writes: no
envelope is between two days. After it the closed day's file is only read, and copied into *past* in order
of key, a slice at a time. A slice that is there already changes nothing, so a copy that was broken off is
begun again from its start, and gives the same bytes.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final, TypeVar

from safeconduct.clock import Clock
from safeconduct.journal import Entry, Journal
from safeconduct.relay.space import Records
from safeconduct.relay.sqlite import SLICE_ROWS, File, Known, Letter, Place
from safeconduct.sealed.access import address_tag, chain_next, chain_start, head_tag, tag

JUMP_DAYS: Final = 2
LETTER_DAYS: Final = 30
BOOK_DAYS: Final = 400
T = TypeVar("T")
K = TypeVar("K")


class Days:
    """*past*, *today* and, until it is copied, the closed day before today."""

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
            FormatOther: files of another format, or in use.
        """
        self._data: Final = data
        self.records: Final = records
        self._clock: Final = clock
        self._journal: Final = journal
        self._retention_days: Final = retention_days
        self.clock_good = True
        self.books: dict[int, bytes] = {}
        self.closing: File | None = None
        self._copying: Iterator[None] | None = None
        with ExitStack() as opened:
            opened.callback(records.close)
            self.today = self._open(records.day)
            opened.callback(self.today.close)
            self.past: Final = File(data / "past.db", today=False)
            opened.callback(self.past.close)
            _sync(data)
            self._make_good()
            opened.pop_all()  # all is well: they stay open

    def _make_good(self) -> None:
        """Finish what a stop or crash broke off."""
        for day in sorted(_day_of(path) for path in self._data.glob("today-*.db")):
            if day > self.day:
                _unlink(_path(self._data, day))  # made for a switch that never came: nothing is in it
            elif day < self.day:
                closed = self._open(day)
                self.books = self._books(closed, day)
                self._begin_copy(closed)
                self.copy_all()

    @property
    def day(self) -> int:
        """The relay's day: that of *today*."""
        return self.records.day

    @property
    def closing_day(self) -> int | None:
        """The day that is being copied."""
        return _day_of(self.closing.path) if self.closing else None

    @property
    def copying(self) -> bool:
        """Whether a closed day is still being copied."""
        return self._copying is not None

    def close(self) -> None:
        """Let go of all files."""
        self.records.close()
        for file in self.newest_first():
            file.close()

    # Across the files: a later one always knows more of a stream than an earlier one.

    def newest_first(self) -> tuple[File, ...]:
        """The files as they are to be searched."""
        return (self.today, self.past) if self.closing is None else (self.today, self.closing, self.past)

    def known(self, space: int, stream: bytes) -> Known | None:
        """The stream, if there is one."""
        return next((known for file in self.newest_first() if (known := file.known(space, stream))), None)

    def last(self, space: int, stream: bytes, known: Known) -> Place:
        """The newest envelope of a known stream."""
        places = (file.last(space, stream) for file in self.newest_first())
        return next((place for place in places if place), first_place(stream, known.digest, known.day))

    # Time

    def turn(self) -> None:
        """Look at the clock; close the day if it is over.

        Raises:
            sqlite3.OperationalError, OSError: the disk is full or fails; the day goes on.
        """
        clock, day = self._clock.day(), self.day
        self.clock_good = abs(clock - day) <= JUMP_DAYS or self._confirmed(clock)
        if not self.clock_good:
            self._journal.note(Entry.CLOCK_STOPPED)
        elif clock > day:
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
            _sync(self._data)
            closed, books = self.today, self._books(self.today, self.day)
            self.records.set_day(day)
        except BaseException:
            fresh.close()
            raise
        self.today, self.books = fresh, books
        self._begin_copy(closed)
        self._journal.note(Entry.DAY_CLOSED)

    # Books

    def _books(self, file: File, day: int) -> dict[int, bytes]:
        books: defaultdict[int, list[bytes]] = defaultdict(list)
        for space, tags in self.moves(file, day):
            books[space].append(tags)
        return {space: b"".join(sorted(entries)) for space, entries in books.items()}

    def moves(self, file: File, day: int) -> Iterator[tuple[int, bytes]]:
        """(space, tag and head tag) of whatever moved in a day's file, each once, in no order that tells anything."""
        newest = {(space, stream): (n, chain) for space, stream, n, chain in file.moved()}
        for space, stream, access, digest in file.born():
            first = first_place(stream, digest, day)
            n, chain = newest.pop((space, stream), (first.n, first.hash))
            yield space, tag(access, day) + head_tag(access, day, n, chain)
        for (space, stream), (n, chain) in newest.items():
            known = self.known(space, stream)
            if known:
                yield space, tag(known.access, day) + head_tag(known.access, day, n, chain)
        for space, address in file.addressed(day):
            yield space, address_tag(address, day) + bytes(16)

    # Copying a closed day

    def copy_all(self) -> None:
        """Copy what is left of the closed day."""
        while self.copying:
            self.copy_slice()

    def copy_slice(self) -> None:
        """Copy one slice of the closed day.

        Raises:
            sqlite3.OperationalError, OSError: the disk is full or fails; it is to be called again later.
        """
        if self._copying is None or self.closing is None:
            return
        try:
            next(self._copying)
        except StopIteration:
            self._copying = None
        except BaseException:
            self.past.roll_back()
            self._begin_copy(self.closing)
            raise

    def _begin_copy(self, closed: File) -> None:
        self.closing, self._copying = closed, self._copy(closed)

    def _copy(self, closed: File) -> Iterator[None]:
        """Each step is one transaction in *past*; after the last the closed day's file goes."""
        past = self.past
        for births in closed.slices("birth"):
            yield from self._step(past.add_births, births)
        for envelopes in closed.slices("envelope"):
            yield from self._step(past.add_envelopes, envelopes)
        for reseals in closed.slices("reseal"):
            yield from self._step(past.take_over_reseals, reseals)
        for rows in closed.slices("letter"):
            letters = [Letter(*row) for row in rows]
            yield from self._step(past.put_letters, [letter for letter in letters if letter.letter])
            yield from self._step(past.drop_letters, [letter[:3] for letter in letters if not letter.letter])
        day = _day_of(closed.path)
        yield from self._step(past.add_books, [(space, day, book) for space, book in sorted(self.books.items())])
        if not self.records.quiet():
            yield from self._expire()
        closed.close()
        _unlink(closed.path)
        self.closing, self.books = None, {}

    def _expire(self) -> Iterator[None]:
        """In order of key, as everything: no order of erasures can be read from the file."""
        past = self.past
        yield from self._step(past.drop_books, self.day - BOOK_DAYS)
        for letters in _slices(past.old_letters(self.day - LETTER_DAYS)):
            yield from self._step(past.drop_letters, letters)
        if self._retention_days is None:
            return
        before = self.day - self._retention_days
        for streams in _slices(past.old_streams(before)):
            old = [key for key in streams if self._last_day(*key) < before]
            if old:
                self._journal.note(Entry.EXPIRED)
            yield from self._step(past.drop_streams, old)

    def _last_day(self, space: int, stream: bytes) -> int:
        known = self.known(space, stream)
        return self.last(space, stream, known).day if known else self.day

    def _step(self, write: Callable[[T], None], rows: T) -> Iterator[None]:
        self.past.begin()
        write(rows)
        self.past.commit()
        yield

    def _open(self, day: int) -> File:
        return File(_path(self._data, day), today=True)


def first_place(stream: bytes, digest: bytes, day: int) -> Place:
    """Envelope 1 of a stream, from its digest and day."""
    return Place(1, chain_next(chain_start(stream), digest, day, 0), day, 0)


def _path(data: Path, day: int) -> Path:
    return data / f"today-{day}.db"


def _day_of(path: Path) -> int:
    return int(path.stem.removeprefix("today-"))


def _unlink(path: Path) -> None:
    for name in (path.name, f"{path.name}-wal"):
        path.with_name(name).unlink(missing_ok=True)


def _sync(data: Path) -> None:
    """The names of files that were just made are on disk too."""
    if os.name == "nt":
        return
    directory = os.open(data, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _slices(keys: list[K]) -> Iterator[list[K]]:
    for at in range(0, len(keys), SLICE_ROWS):
        yield keys[at : at + SLICE_ROWS]
