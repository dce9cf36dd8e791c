"""The law of the store: what is taken, what is refused, in which order (spec: relay, *How requests are judged*).

Every method judges first and writes last, so that a refusal has changed nothing. Form, challenge and signatures
have been judged before: `form` and `admit`. One thread calls; several requests may share one commit, and each sees
what those before it wrote.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from safeconduct.errors import Closed, Full, KeyGone, NotMember, Stale, StreamTaken, StreamUnknown
from safeconduct.relay import request as r
from safeconduct.relay.closing import moves
from safeconduct.relay.day import Days
from safeconduct.relay.space import Space
from safeconduct.relay.tables import Known, Letter, Place, first_place
from safeconduct.sealed.access import address_of, address_tag, chain_next, chain_start, stream_id, tag
from safeconduct.sealed.signing import verify

QUOTA_ENVELOPES: Final = 256
QUOTA_BYTES: Final = 4 * 2**20
ENVELOPES_MOST: Final = 2**24
PAGE_BYTES: Final = 4 * 2**20
PAGE_DOOR_BYTES: Final = 2**18
PAGE_LETTERS: Final = 256
PAGE_ARRIVALS: Final = 1_000


class News(NamedTuple):
    """Something moved: a tag for the feed, an id for the arrivals, either may be empty."""

    space: int
    tag: bytes
    arrived: bytes


class Contact(NamedTuple):
    """What a contact's answer is made from: envelope 1, and what lies beside it."""

    place: Place
    letter: bytes
    erase: bytes


class History(NamedTuple):
    """A stream as read: its newest place, and (day, closing, envelope) of what was asked."""

    stream: bytes
    place: Place
    entries: list[tuple[int, int, bytes]]


class Store:
    """What people sent, and what may be done with it."""

    def __init__(self, days: Days) -> None:
        """Over the files of the days."""
        self.days: Final = days
        self._files: Final = days.files
        self._news: list[News] = []

    @contextmanager
    def group(self) -> Iterator[list[News]]:
        """What is done inside is on disk when it is left, and only then may anyone be answered; or nothing of it is.

        The list is what it moved, true from then on.
        """
        self._news = []
        with self._files.today.transaction():
            yield self._news

    # Streams

    def contact(self, space: Space, asked: r.ContactSent) -> Contact:
        """Take a first contact: one row. A known id is answered before anything else is looked at.

        Raises:
            StreamTaken: the id is that of a stream of another class.
            KeyGone, ClockWrong.
        """
        if known := self._files.known(space.number, asked.stream):
            if known.kind != r.CONTACT:
                raise StreamTaken
            return self._contact(known)
        self._check_letter(space, asked.box)
        return Contact(self._begin(space, asked), asked.letter, asked.erase)

    def reseal(self, space: Space, asked: r.Resealed) -> Contact:
        """Lay a newer letter beside an open contact. Only a day's first is news, or they could be made without end.

        Raises:
            StreamUnknown, Closed, KeyGone, ClockWrong.
        """
        known = self._known(space, asked.stream)
        if known.kind != r.CONTACT:
            raise StreamUnknown
        if self._files.last(known).closing:
            raise Closed
        if self._files.letter_beside(known) != (asked.box, asked.letter):
            self._check_letter(space, asked.box)
            day = self.days.records.today()
            if self._files.today.reseal(space.number, asked.stream, day, asked.box, asked.letter):
                self._news.append(News(space.number, b"", asked.stream))
        return self._contact(known)

    def birth(self, space: Space, asked: r.Born) -> Place:
        """Begin a thread, file or roster; the same digest again is the same receipt.

        Raises:
            StreamTaken: another envelope 1 is there. ClockWrong.
        """
        if known := self._files.known(space.number, asked.stream):
            if known.digest != asked.digest:
                raise StreamTaken
            return known.first
        return self._begin(space, asked)

    def append(self, space: Space, asked: r.Appended) -> Place:
        """Append one envelope; the same digest again is the same receipt.

        Raises:
            StreamUnknown, NotMember, SignatureWrong and its kin, Closed, Stale, Full, ClockWrong.
        """
        known = self._known(space, asked.stream)
        if asked.by is not r.Role.MEMBER and (known.kind >= r.FILE or (asked.closing and asked.by is None)):
            raise NotMember
        if asked.by is r.Role.ERASE:
            verify(known.erase, asked.said, asked.signed[1][1])
        if repeated := self._files.find(known, asked.digest):
            return repeated
        last = self._files.last(known)
        if last.closing:
            raise Closed
        if asked.named and asked.named != (last.n, last.hash):
            raise Stale
        if not asked.closing:
            self._check_quota(known, last, len(asked.envelope))
        day = self.days.records.today()
        place = Place(last.n + 1, chain_next(last.hash, asked.digest, day, asked.closing), day, asked.closing)
        row = (space.number, asked.stream, place.n, day, asked.closing, asked.digest, place.hash, asked.envelope)
        self._files.today.add("envelope", [row])
        self._news.append(News(space.number, tag(asked.access, day), b""))
        return place

    def read(self, space: Space, asked: r.ReadAsked) -> list[History]:
        """Read streams from given numbers on: at most 4 MiB of envelopes, to a door 256 KiB, and at least one.

        Raises:
            NotMember: a file or roster, asked without the members' signature.
        """
        most_bytes = PAGE_BYTES if asked.as_member else PAGE_DOOR_BYTES
        histories, room_bytes = [], most_bytes
        for access, after in asked.wants:
            stream = stream_id(access)
            known = self._files.known(space.number, stream)
            if known is None:
                histories.append(History(stream, Place(0, chain_start(stream), 0, 0), []))
                continue
            if known.kind >= r.FILE and not asked.as_member:
                raise NotMember
            entries = []
            for entry in self._files.entries(known, after):
                if room_bytes < len(entry[2]) and room_bytes != most_bytes:
                    room_bytes = 0
                    break
                entries.append(entry)
                room_bytes -= len(entry[2])
            histories.append(History(stream, self._files.last(known), entries))
        return histories

    # What moved

    def todays(self) -> list[News]:
        """What moved today, sorted: for a relay that has just started, and has forgotten the order."""
        moved = sorted((space, tags[:16]) for space, tags in moves(self._files, self._files.today, self.days.day))
        arrived = sorted(self._files.today.contacts())
        return [News(space, one, b"") for space, one in moved] + [News(space, b"", one) for space, one in arrived]

    def book(self, space: Space, day: int, start: int) -> tuple[bytes, bool]:
        """At most 4 MiB of a closed day's book, and whether more follows."""
        page, length_bytes = self._files.book_page(space.number, day, start, PAGE_BYTES)
        return page, start + len(page) < length_bytes

    def arrivals(self, space: Space, day: int, after: bytes) -> tuple[list[bytes], bool]:
        """Ids of contacts that came on a closed day, and whether more follow."""
        ids = self._files.arrived(space.number, day, after, PAGE_ARRIVALS + 1)
        return ids[:PAGE_ARRIVALS], len(ids) > PAGE_ARRIVALS

    def open_contacts(self, space: Space, ids: list[bytes]) -> list[bytes]:
        """Id, box id and letter of those that are still open."""
        streams = (self._files.known(space.number, stream) for stream in ids)
        return [
            known.stream + b"".join(self._files.letter_beside(known))
            for known in streams
            if known and not self._files.last(known).closing
        ]

    # Letters

    def post(self, space: Space, asked: r.Posted) -> None:
        """Lay a letter at an address; the same letter twice is one.

        Raises:
            ClockWrong.
        """
        if self._files.letter(space.number, asked.address, asked.digest):
            return
        day = self.days.records.today()
        self._files.today.put_letters([Letter(space.number, asked.address, asked.digest, day, asked.letter)])
        self._news.append(News(space.number, address_tag(asked.address, day), b""))

    def collect(self, space: Space, asked: r.CollectAsked) -> tuple[list[bytes], bool]:
        """Delete what is here and acknowledged; then at most 256 letters, sorted by digest, and whether more follow."""
        address = address_of(asked.collect)
        here = self._files.letters_at(space.number, address)
        for digest in set(here).intersection(asked.acknowledged):
            if letter := self._files.letter(space.number, address, digest):
                self._files.today.put_letters([letter._replace(letter=b"")])
        left = sorted(set(here).difference(asked.acknowledged))
        letters = (self._files.letter(space.number, address, digest) for digest in left[:PAGE_LETTERS])
        return [letter.letter for letter in letters if letter], len(left) > PAGE_LETTERS

    # What several of them ask

    def _known(self, space: Space, stream: bytes) -> Known:
        if known := self._files.known(space.number, stream):
            return known
        raise StreamUnknown

    def _check_letter(self, space: Space, box: bytes) -> None:
        if not space.takes(box, self.days.day):
            raise KeyGone

    def _check_quota(self, known: Known, last: Place, more_bytes: int) -> None:
        small = known.kind <= r.THREAD
        most = QUOTA_ENVELOPES if small else ENVELOPES_MOST
        if last.n >= most or (small and self._files.weight_bytes(known) + more_bytes > QUOTA_BYTES):
            raise Full

    def _begin(self, space: Space, asked: r.First) -> Place:
        """A stream's one row."""
        day = self.days.records.today()
        kept = (asked.access, asked.erase, asked.box, asked.digest, asked.letter, asked.envelope)
        self._files.today.add("birth", [(space.number, asked.stream, asked.kind, day, None, *kept)])
        self._news.append(News(space.number, tag(asked.access, day), asked.stream if asked.kind == r.CONTACT else b""))
        return first_place(asked.stream, asked.digest, day)

    def _contact(self, known: Known) -> Contact:
        return Contact(known.first, self._files.letter_beside(known)[1], known.erase)
