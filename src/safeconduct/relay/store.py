"""The law of the store: what is taken, what is refused, in which order (spec: relay, *How requests are judged*).

Every method judges first and writes last, so that a refusal has changed nothing. What is written is on disk
after `commit`; only then may anyone be answered, and only then is `news` true. Form, challenge and
signatures have been judged before: `form` and `admit`. One thread calls; several requests may share one commit,
and each sees what those before it wrote.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from safeconduct.errors import ClockWrong, Closed, Full, KeyGone, NotMember, Stale, StreamTaken, StreamUnknown
from safeconduct.relay import request as r
from safeconduct.relay.day import Days, first_place
from safeconduct.relay.space import Space
from safeconduct.relay.sqlite import Birth, Known, Letter, Place
from safeconduct.sealed.access import address_of, address_tag, chain_next, chain_start, stream_id, tag
from safeconduct.sealed.signing import verify

QUOTA_ENVELOPES: Final = 256
QUOTA_BYTES: Final = 4 * 2**20
ENVELOPES_MOST: Final = 2**24
PAGE_BYTES: Final = 4 * 2**20
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
        self._news: list[News] = []

    def begin(self) -> None:
        """Open a group of writes."""
        self.days.today.begin()

    def commit(self) -> list[News]:
        """The group is on disk; returns what it moved."""
        self.days.today.commit()
        news, self._news = self._news, []
        return news

    def roll_back(self) -> None:
        """The group never was."""
        self._news = []
        self.days.today.roll_back()

    # Streams

    def contact(self, space: Space, asked: r.ContactSent) -> Contact:
        """Take a first contact: one row. A known id is answered before anything else is looked at.

        Raises:
            StreamTaken: the id is that of a stream of another class.
            KeyGone, ClockWrong.
        """
        known = self.days.known(space.number, asked.stream)
        if known:
            return self._contact_answer(space, asked.stream, known)
        self._check_letter(space, asked.box)
        day = self._today()
        self.days.today.add_births([_row(space, asked, day)])
        self._moved(space, asked.access, arrived=asked.stream)
        return Contact(first_place(asked.stream, asked.digest, day), asked.letter, asked.erase)

    def reseal(self, space: Space, asked: r.Resealed) -> Contact:
        """Lay a newer letter beside an open contact.

        Raises:
            StreamUnknown, Closed, KeyGone, ClockWrong.
        """
        known = self._known(space, asked.stream)
        if known.kind != r.CONTACT:
            raise StreamUnknown
        if self.days.last(space.number, asked.stream, known).closing:
            raise Closed
        if self._letter(space.number, asked.stream) != (asked.box, asked.letter):
            self._check_letter(space, asked.box)
            self.days.today.reseal(space.number, asked.stream, self._today(), asked.box, asked.letter)
            self._news.append(News(space.number, b"", asked.stream))
        return self._contact_answer(space, asked.stream, known)

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
        if repeated := self._find(space.number, asked.stream, known, asked.digest):
            return repeated
        last = self.days.last(space.number, asked.stream, known)
        if last.closing:
            raise Closed
        if asked.named and asked.named != (last.n, last.hash):
            raise Stale
        if not asked.closing:
            self._check_quota(space.number, asked, known, last)
        day, n = self._today(), last.n + 1
        chain = chain_next(last.hash, asked.digest, day, asked.closing)
        row = (space.number, asked.stream, n, day, asked.closing, asked.digest, chain, asked.envelope)
        self.days.today.add_envelopes([row])
        self._moved(space, asked.access)
        return Place(n, chain, day, asked.closing)

    def birth(self, space: Space, asked: r.Born) -> Place:
        """Begin a thread, file or roster.

        Raises:
            StreamTaken: another envelope 1 is there. ClockWrong.
        """
        known = self.days.known(space.number, asked.stream)
        if known:
            if known.digest != asked.digest:
                raise StreamTaken
            return first_place(asked.stream, known.digest, known.day)
        day = self._today()
        self.days.today.add_births([_row(space, asked, day)])
        self._moved(space, asked.access)
        return first_place(asked.stream, asked.digest, day)

    def read(self, space: Space, asked: r.ReadAsked) -> list[History]:
        """Read streams from given numbers on, at most 4 MiB of envelopes and at least one.

        Raises:
            NotMember: a file or roster, asked without the members' signature.
        """
        histories, room_bytes = [], PAGE_BYTES
        for access, after in asked.wants:
            stream = stream_id(access)
            known = self.days.known(space.number, stream)
            if known is None:
                histories.append(History(stream, Place(0, chain_start(stream), 0, 0), []))
                continue
            if known.kind >= r.FILE and not asked.as_member:
                raise NotMember
            entries = []
            for entry in self._entries(space.number, stream, known, after):
                if room_bytes < len(entry[2]) and room_bytes != PAGE_BYTES:
                    room_bytes = 0
                    break
                entries.append(entry)
                room_bytes -= len(entry[2])
            histories.append(History(stream, self.days.last(space.number, stream, known), entries))
        return histories

    # What moved

    def todays(self) -> list[News]:
        """What moved today, sorted: for a relay that has just started, and has forgotten the order."""
        today, day = self.days.today, self.days.day
        moved = sorted((space, tags[:16]) for space, tags in self.days.moves(today, day))
        arrived = sorted(today.contacts())
        return [News(space, one, b"") for space, one in moved] + [News(space, b"", one) for space, one in arrived]

    def book(self, space: Space, day: int, start: int) -> tuple[bytes, bool]:
        """At most 4 MiB of a closed day's book, and whether more follows."""
        if self.days.closing and day == self.days.closing_day:
            whole = self.days.books.get(space.number, b"")
            page, length = whole[start : start + PAGE_BYTES], len(whole)
        else:
            page, length = self.days.past.book_page(space.number, day, start, PAGE_BYTES)
        return page, start + len(page) < length

    def arrivals(self, space: Space, day: int, after: bytes) -> tuple[list[bytes], bool]:
        """Ids of contacts that came on a closed day, and whether more follow."""
        found: set[bytes] = set()
        for file in self.days.newest_first():
            found.update(file.arrived(space.number, day, after, PAGE_ARRIVALS + 1))
        ids = sorted(found)
        return ids[:PAGE_ARRIVALS], len(ids) > PAGE_ARRIVALS

    def open_contacts(self, space: Space, ids: list[bytes]) -> list[bytes]:
        """Id, box id and letter of those that are still open."""
        entries = []
        for stream in ids:
            known = self.days.known(space.number, stream)
            if known and not self.days.last(space.number, stream, known).closing:
                entries.append(stream + b"".join(self._letter(space.number, stream)))
        return entries

    # Letters

    def post(self, space: Space, asked: r.Posted) -> None:
        """Lay a letter at an address; the same letter twice is one.

        Raises:
            ClockWrong.
        """
        if self._letter_at(space.number, asked.address, asked.digest):
            return
        day = self._today()
        self.days.today.put_letters([Letter(space.number, asked.address, asked.digest, day, asked.letter)])
        self._news.append(News(space.number, address_tag(asked.address, day), b""))

    def collect(self, space: Space, asked: r.CollectAsked) -> tuple[list[bytes], bool]:
        """Delete what was acknowledged; then at most 256 letters, sorted by digest, and whether more follow."""
        address = address_of(asked.collect)
        for digest in asked.acknowledged:
            letter = self._letter_at(space.number, address, digest)
            if letter and letter.letter:
                self.days.today.put_letters([letter._replace(letter=b"")])
        here: dict[bytes, int] = {}
        for file in reversed(self.days.newest_first()):
            here.update(file.letters_at(space.number, address))
        left = sorted(digest for digest, acknowledged in here.items() if not acknowledged)
        letters = [self._letter_at(space.number, address, digest) for digest in left[:PAGE_LETTERS]]
        return [letter.letter for letter in letters if letter], len(left) > PAGE_LETTERS

    # Judging

    def _today(self) -> int:
        """The day of whatever is written now.

        Raises:
            ClockWrong: the clock has jumped.
        """
        if not self.days.clock_good:
            raise ClockWrong
        return self.days.day

    def _known(self, space: Space, stream: bytes) -> Known:
        known = self.days.known(space.number, stream)
        if known is None:
            raise StreamUnknown
        return known

    def _check_letter(self, space: Space, box: bytes) -> None:
        if not space.takes(box, self.days.day):
            raise KeyGone

    def _check_quota(self, space: int, asked: r.Appended, known: Known, last: Place) -> None:
        if last.n >= ENVELOPES_MOST:
            raise Full
        if known.kind > r.THREAD:
            return
        n, weight_bytes = 1, known.size_bytes + len(asked.envelope)
        for file in reversed(self.days.newest_first()):
            n, more_bytes = file.weight(space, asked.stream, n)
            weight_bytes += more_bytes
        if last.n >= QUOTA_ENVELOPES or weight_bytes > QUOTA_BYTES:
            raise Full

    def _contact_answer(self, space: Space, stream: bytes, known: Known) -> Contact:
        if known.kind != r.CONTACT:
            raise StreamTaken
        return Contact(first_place(stream, known.digest, known.day), self._letter(space.number, stream)[1], known.erase)

    # Looking

    def _find(self, space: int, stream: bytes, known: Known, digest: bytes) -> Place | None:
        if digest == known.digest:
            return first_place(stream, digest, known.day)
        places = (file.find(space, stream, digest) for file in self.days.newest_first())
        return next((place for place in places if place), None)

    def _letter(self, space: int, stream: bytes) -> tuple[bytes, bytes]:
        """Box id and letter of a known stream, the newest."""
        return next(pair for file in self.days.newest_first() if (pair := file.letter_beside(space, stream)))

    def _letter_at(self, space: int, address: bytes, digest: bytes) -> Letter | None:
        letters = (file.letter(space, address, digest) for file in self.days.newest_first())
        return next((letter for letter in letters if letter), None)

    def _entries(self, space: int, stream: bytes, known: Known, after: int) -> Iterator[tuple[int, int, bytes]]:
        """(day, closing, envelope) after a number. Oldest file first: what two files hold is taken from one."""
        files = self.days.newest_first()
        if after < 1:
            after = 1
            body = next(body for file in files if (body := file.first_envelope(space, stream)))
            yield known.day, 0, body
        for file in reversed(files):
            for n, day, closing, envelope in file.envelopes(space, stream, after):
                after = n
                yield day, closing, envelope

    def _moved(self, space: Space, access: bytes, arrived: bytes = b"") -> None:
        self._news.append(News(space.number, tag(access, self.days.day), arrived))


def _row(space: Space, asked: r.First, day: int) -> Birth:
    keys = (asked.access, asked.erase, asked.box, asked.digest)
    return Birth(space.number, asked.stream, asked.kind, day, None, *keys, asked.letter, asked.envelope)
