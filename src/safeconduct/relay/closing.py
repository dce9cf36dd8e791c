"""What a day that is over leaves: its books, and its file's rows in *past* (spec: relay, *What is on disk*).

The rows are copied in order of key, a slice at a time. A slice that is there already changes nothing, so a copy
that was broken off is begun again from its start, and gives the same bytes.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from safeconduct.journal import Entry, Journal
from safeconduct.relay.files import Closed, Files
from safeconduct.relay.space import Records
from safeconduct.relay.sqlite import SLICE_ROWS, File
from safeconduct.relay.tables import Letter, Row, first_place
from safeconduct.sealed.access import address_tag, head_tag, tag

LETTER_DAYS: Final = 30
BOOK_DAYS: Final = 400


def moves(files: Files, file: File, day: int) -> Iterator[tuple[int, bytes]]:
    """(space, tag and head tag) of whatever moved in a day's file, each once, in no order that tells anything."""
    newest = {(space, stream): (n, chain) for space, stream, n, chain in file.moved()}
    for space, stream, access, digest in file.born():
        first = first_place(stream, digest, day)
        n, chain = newest.pop((space, stream), (first.n, first.hash))
        yield space, tag(access, day) + head_tag(access, day, n, chain)
    for (space, stream), (n, chain) in newest.items():
        if known := files.known(space, stream):
            yield space, tag(known.access, day) + head_tag(known.access, day, n, chain)
    for space, address in file.addressed(day):
        yield space, address_tag(address, day) + bytes(16)


def close_day(files: Files, file: File, day: int) -> Closed:
    """Fix the books of a day that is over: nothing is written into its file any more."""
    books: defaultdict[int, list[bytes]] = defaultdict(list)
    for space, tags in moves(files, file, day):
        books[space].append(tags)
    return Closed(day, file, {space: b"".join(sorted(tags)) for space, tags in books.items()})


def copy(past: File, closed: Closed) -> Iterator[None]:
    """Each step is one transaction in *past*."""
    for table in ("birth", "envelope"):
        for rows in closed.file.slices(table):
            with past.transaction():
                past.add(table, rows)
            yield
    for rows in closed.file.slices("reseal"):
        with past.transaction():
            past.take_over(rows)
        yield
    for rows in closed.file.slices("letter"):
        letters = [Letter(*row) for row in rows]
        with past.transaction():
            past.put_letters(letter for letter in letters if letter.letter)
            past.drop("letter", (letter[:3] for letter in letters if not letter.letter))
        yield
    with past.transaction():
        past.add("book", ((space, closed.day, book) for space, book in sorted(closed.books.items())))
    yield


def expire(files: Files, records: Records, retention_days: int | None, journal: Journal) -> Iterator[None]:
    """Let go what is older than it may be, unless a day had to be confirmed lately.

    In order of key, as everything: no order of erasures can be read from the file.
    """
    if records.quiet():
        return
    past = files.past
    for table, days in (("book", BOOK_DAYS), ("letter", LETTER_DAYS)):
        for keys in _slices(past.old(table, records.day - days)):
            with past.transaction():
                past.drop(table, keys)
            yield
    if retention_days is None:
        return
    before = records.day - retention_days
    for born in _slices(past.old("birth", before)):
        old = [key for key in born if (known := files.known(*key)) and files.last(known).day < before]
        if old:
            journal.note(Entry.EXPIRED)
        with past.transaction():
            past.drop("envelope", old)
            past.drop("birth", old)
        yield


def _slices(keys: list[Row]) -> Iterator[list[Row]]:
    for at in range(0, len(keys), SLICE_ROWS):
        yield keys[at : at + SLICE_ROWS]
