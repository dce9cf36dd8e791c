"""The files of the days, read as one: a later file always knows more of a stream than an earlier one.

What a copy has brought to *past* already lies in two files for a while; it is then the same in both.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeVar

from safeconduct.relay.sqlite import File
from safeconduct.relay.tables import Known, Letter, Place

T = TypeVar("T")


class Closed(NamedTuple):
    """A day that is over, until it is copied: its file, and the book of each space."""

    day: int
    file: File
    books: dict[int, bytes]


class Files:
    """*today*, the closed day while there is one, *past*."""

    def __init__(self, today: File, past: File) -> None:
        """No day is being copied."""
        self.today = today
        self.past = past
        self.closed: Closed | None = None

    def close(self) -> None:
        """Let go of all."""
        for file in self.oldest_first():
            file.close()

    def oldest_first(self) -> tuple[File, ...]:
        """What is in two files is to be taken from the first."""
        return (self.past, self.today) if self.closed is None else (self.past, self.closed.file, self.today)

    def newest(self, look: Callable[[File], T | None]) -> T | None:
        """What the newest file that has anything to say says."""
        for file in reversed(self.oldest_first()):
            if found := look(file):
                return found
        return None

    def known(self, space: int, stream: bytes) -> Known | None:
        """The stream, if there is one."""
        return self.newest(lambda file: file.known(space, stream))

    def last(self, known: Known) -> Place:
        """Its newest envelope."""
        return self.newest(lambda file: file.last(known.space, known.stream)) or known.first

    def find(self, known: Known, digest: bytes) -> Place | None:
        """Its envelope of this digest."""
        if digest == known.digest:
            return known.first
        return self.newest(lambda file: file.find(known.space, known.stream, digest))

    def letter_beside(self, known: Known) -> tuple[bytes, bytes]:
        """Its box id and letter, the newest."""
        pairs = (file.letter_beside(known.space, known.stream) for file in reversed(self.oldest_first()))
        return next(pair for pair in pairs if pair)

    def weight_bytes(self, known: Known) -> int:
        """Of all its envelopes."""
        n, weight_bytes = 1, known.size_bytes
        for file in self.oldest_first():
            n, more_bytes = file.weight(known.space, known.stream, n)
            weight_bytes += more_bytes
        return weight_bytes

    def entries(self, known: Known, after: int) -> Iterator[tuple[int, int, bytes]]:
        """(day, closing, envelope) of its envelopes after a number."""
        for file in self.oldest_first():
            for n, day, closing, envelope in file.envelopes(known.space, known.stream, after):
                after = n
                yield day, closing, envelope

    def arrived(self, space: int, day: int, after: bytes, most: int) -> list[bytes]:
        """Ids of contacts that came, or were resealed, on a day that is over: in order, from the one after `after`."""
        found = {one for file in self.oldest_first()[:-1] for one in file.arrived(space, day, after, most)}
        return sorted(found)[:most]

    def book_page(self, space: int, day: int, start: int, size: int) -> tuple[bytes, int]:
        """A piece of a closed day's book and the length of the whole."""
        if self.closed is None or day != self.closed.day:
            return self.past.book_page(space, day, start, size)
        book = self.closed.books.get(space, b"")
        return book[start : start + size], len(book)

    def letter(self, space: int, address: bytes, digest: bytes) -> Letter | None:
        """The letter or what is left of it."""
        return self.newest(lambda file: file.letter(space, address, digest))

    def letters_at(self, space: int, address: bytes) -> list[bytes]:
        """Digests of the letters at an address that are not acknowledged, sorted."""
        here: dict[bytes, int] = {}
        for file in self.oldest_first():
            here.update(file.letters_at(space, address))
        return sorted(digest for digest, acknowledged in here.items() if not acknowledged)
