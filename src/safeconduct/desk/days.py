"""Following the relay's days: books, today's feed, arrivals, the manifest (spec: relay, manifest).

Three rules make a desk miss nothing: it fetches every day's book, also of days it followed live; a cursor that
is not honoured starts the day again; a stream is read from its start when it is learned of.

Of the relay's days only signed ones count, and only what this computer's clock does not contradict is kept: a day
that was believed cannot be taken back, and what was destroyed on it is gone.
"""

from dataclasses import dataclass, field
from typing import Final

from safeconduct.case.alarm import Alarm
from safeconduct.desk.alarms import raise_alarm, stamp_day
from safeconduct.desk.holding import Origin, learn, mark_due, must_hold
from safeconduct.desk.reading import matter_of
from safeconduct.desk.room import GRACE_DAYS, Room
from safeconduct.errors import ClockWrong, DayWrong, ManifestOld, Refusal
from safeconduct.sealed.access import TAG_BYTES, address_tag, day_frame, head_tag, tag
from safeconduct.sealed.letter import ContactLetter, DeskBox, contact_info, open_letter
from safeconduct.sealed.manifest import VOICE_COUNTS_DAYS, Manifest, Trust, open_manifest
from safeconduct.sealed.request import (
    Arrival,
    Page,
    ask_arrivals,
    ask_feed,
    ask_manifest,
    read_arrivals_answer,
    read_feed_answer,
    read_manifest_answer,
)
from safeconduct.sealed.sealing import BoxPrivate
from safeconduct.sealed.signing import SIGNATURE_BYTES, SigningKey, digest, verify
from safeconduct.sealed.stream import CONTACT, Stream
from safeconduct.sealed.wire import decode

BOOKS_DAYS: Final = 400
"""So long a relay keeps its books (spec: relay)."""


@dataclass
class Days:
    """Where this desk stands in the relay's days. Cursors live only here: after a restart a day begins anew."""

    room: Room
    cursor: bytes = b""
    arrivals_cursor: bytes = b""
    arrived_all: int = -1
    """The day on which all open days' arrivals were last fetched."""
    letters_wait: bool = True
    """Something came to one of this desk's addresses, or may have."""
    checks: list[tuple[bytes, int, bytes]] = field(default_factory=list)
    """Streams whose book showed another head than ours: (stream, day, head tag), judged after reading."""
    today: int = field(init=False)
    """The day at which the relay's feed stands, and which it signs. It is asked for; `room.day` is what is believed."""
    booked: int = field(init=False)
    """The last day whose book was fetched; in the vault once its heads were judged."""

    def __post_init__(self) -> None:
        self._start_anew()

    def _start_anew(self) -> None:
        self.today, self.booked, self.cursor = self.room.day, self.room.vault.number("booked"), b""

    @property
    def apart(self) -> bool:
        """Whether this computer's clock contradicts what the relay signs: a desk then reads, and writes nothing."""
        return self.today > self.room.day

    def follow(self) -> None:
        """Fetch the book of every day that has closed, then today's feed; what moved is due."""
        room, day = self.room, self.booked + 1
        while True:
            try:
                closed, relay_day, items = self._day(day)
            except DayWrong:
                raise_alarm(room, Alarm.RELAYS_CLOCK, about=stamp_day(room))
                self._start_anew()
                return
            if not self._proved(relay_day):
                self._start_anew()
                return
            self.today = relay_day
            if not closed:
                self._mark(day, items)
                return
            self._check_book(day, items)
            self.booked, self.cursor = day, b""
            day += 1

    def _proved(self, day: int) -> bool:
        """Whether the relay signs the day that its feed claims. One it does not sign is an alarm, and nothing else."""
        room = self.room
        if day <= room.day:
            return True
        signed = self._signed_day()
        if day > signed:
            raise_alarm(room, Alarm.FORGED, b"", b"day" + stamp_day(room))
        # Of a day that is not believed no more books are asked than there can be.
        return day <= min(signed, room.day + BOOKS_DAYS)

    def _day(self, day: int) -> tuple[bool, int, bytes]:
        """All of one day: whether it is closed, the relay's day, its tags."""
        cursor, items, closed = self.cursor, b"", False
        while True:
            page = self._ask_feed(day, cursor)
            if page.day > day and cursor and not closed:
                cursor, items, closed = b"", b"", True  # it closed while we followed it: its book from the start
                continue
            items, cursor, closed = items + b"".join(page.items), page.cursor, page.day > day
            if not page.more:
                break
        if page.day == day:
            self.cursor = cursor
        return page.day > day, page.day, items

    def _ask_feed(self, day: int, cursor: bytes) -> Page:
        room = self.room
        said = room.line.ask("feed", lambda challenge: ask_feed(room.space, challenge, day, cursor, 0, room.member))
        return read_feed_answer(said, day)

    def _mark(self, day: int, items: bytes) -> None:
        tags = {items[i : i + TAG_BYTES] for i in range(0, len(items), TAG_BYTES)}
        if not tags:
            return
        room = self.room
        with room.vault.write():
            for stream, access in room.vault.rows("SELECT id, access FROM stream"):
                if tag(access, day) in tags:
                    mark_due(room.vault, stream)
        if any(address_tag(box.address, day) in tags for box in own_boxes(room)):
            self.letters_wait = True

    def _check_book(self, day: int, items: bytes) -> None:
        """Look for the tags of all our streams, closed ones too."""
        room = self.room
        book = {items[i : i + TAG_BYTES]: items[i + TAG_BYTES : i + 32] for i in range(0, len(items), 32)}
        ours = {
            stream: head_tag(access, day, n, chain)
            for stream, access, n, chain in room.vault.rows(
                "SELECT s.id, s.access, MAX(e.n), e.hash FROM envelope e JOIN stream s ON s.id = e.stream "
                "WHERE e.day = ? GROUP BY s.id",
                day,
            )
        }
        with room.vault.write():
            for stream, access in room.vault.rows("SELECT id, access FROM stream"):
                shown = book.get(tag(access, day))
                if shown is None and stream in ours:
                    self._alarm(Alarm.WITHHELD, stream, day)
                elif shown is not None and shown != ours.get(stream):
                    mark_due(room.vault, stream)
                    self.checks.append((stream, day, shown))
        if any(address_tag(box.address, day) in book for box in own_boxes(room)):
            self.letters_wait = True

    def check_heads(self) -> None:
        """After reading: a day's last head is the one its book names, or there are two histories.

        Only then are these days done, and only those that are believed to have closed.
        """
        checks, self.checks = self.checks, []
        for stream, day, shown in checks:
            row = self.room.vault.row(
                "SELECT s.access, e.n, e.hash FROM envelope e JOIN stream s ON s.id = e.stream "
                "WHERE e.stream = ? AND e.day <= ? ORDER BY e.n DESC LIMIT 1",
                stream,
                day,
            )
            if row is not None and head_tag(row[0], day, row[1], row[2]) != shown:
                self._alarm(Alarm.FORK, stream, day)
        closed = min(self.booked, self.room.day - 1)
        if closed > self.room.vault.number("booked"):
            self.room.vault.keep_number("booked", closed)

    def _alarm(self, alarm: Alarm, stream: bytes, day: int) -> None:
        held = must_hold(self.room.vault, stream)
        raise_alarm(self.room, alarm, matter_of(held), stream, day.to_bytes(4, "big") + (held.head or b""))

    def arrivals(self) -> None:
        """Contacts of today since the cursor; once a day, and when a box came, of every day back to the oldest box."""
        room, intake = self.room, self.room.key("intake")
        boxes = room.vault.rows("SELECT id, seed, first FROM intake_box")
        if intake is None or not boxes or "intake" not in room.seat.duties:
            return
        keys = {bytes(box): BoxPrivate(seed) for box, seed, _ in boxes}
        if self.arrived_all != self.today or room.box_came:
            self.arrivals_cursor = b""
            for day in range(max(0, min(first for _, _, first in boxes)), self.today):
                self._arrived(day, b"", intake, keys)
        self.arrivals_cursor = self._arrived(self.today, self.arrivals_cursor, intake, keys)
        self.arrived_all, room.box_came = self.today, False

    def _arrived(self, day: int, cursor: bytes, intake: SigningKey, keys: dict[bytes, BoxPrivate]) -> bytes:
        while True:
            page, found = self._ask_arrivals(day, cursor, intake)
            with self.room.vault.write():
                for arrival in found:
                    if arrival.box in keys:
                        self._open(arrival, keys[arrival.box], day)
            cursor = page.cursor
            if not page.more:
                return cursor

    def _ask_arrivals(self, day: int, cursor: bytes, intake: SigningKey) -> tuple[Page, list[Arrival]]:
        room = self.room
        said = room.line.ask("feed", lambda challenge: ask_arrivals(room.space, challenge, day, cursor, 0, intake))
        return read_arrivals_answer(said)

    def _open(self, arrival: Arrival, box: BoxPrivate, day: int) -> None:
        """Open a contact's letter; one that does not open, or is another's, is nobody's."""
        room = self.room
        held = room.vault.row("SELECT box FROM stream WHERE id = ?", arrival.contact)
        if held is not None and held[0] is not None:
            room.vault.run("UPDATE stream SET box = ? WHERE id = ?", arrival.box, arrival.contact)
            return
        try:
            info = contact_info(room.space, arrival.contact, arrival.box)
            letter = open_letter(box, info, arrival.letter, ContactLetter)
            stream = Stream.of_contact(letter.r, letter.seeker)
            stream.check_id(arrival.contact)
        except Refusal:
            return
        if held is None:
            origin = Origin(contact=stream.id, seeker=letter.seeker, r=letter.r, box=arrival.box)
            learn(room.vault, CONTACT, stream, day, origin)
        else:
            room.vault.run("UPDATE stream SET box = ?, due = 1 WHERE id = ?", arrival.box, arrival.contact)

    def fetch_manifest(self) -> None:
        """The newest manifest and the relay's signed day. An older one than was seen before is an alarm.

        Raises:
            ClockWrong: this computer's clock contradicts that day (an alarm too); RelaySilent, RelayForeign.
        """
        if self._signed_day() > self.room.day:
            raise ClockWrong

    def _signed_day(self) -> int:
        """The relay's day by its signature; the manifest that came with it is taken if the day is believed."""
        room = self.room
        nonce = room.random(16)
        answer = read_manifest_answer(room.line.ask("manifest", ask_manifest(room.space, nonce)))
        verify(room.relay_key, day_frame(room.space, nonce, answer.day), answer.signature)
        if not room.note_day(answer.day):
            raise_alarm(room, Alarm.RELAYS_CLOCK, about=stamp_day(room))
        elif answer.manifest:
            take_manifest(room, answer.manifest, answer.form)
        return answer.day


def first_manifest(room: Room) -> None:
    """A fresh desk's first manifest: what the root's word leads to names the relay's key; days begin here.

    Raises:
        The codes of `open_manifest`; of `verify`, if the day is not signed by the relay that it names; ClockWrong:
        this computer's clock contradicts that day.
    """
    nonce = room.random(16)
    answer = read_manifest_answer(room.line.ask("manifest", ask_manifest(room.space, nonce)))
    manifest = open_manifest(answer.manifest, Trust.afresh(room.root, answer.day))
    verify(manifest.relay, day_frame(room.space, nonce, answer.day), answer.signature)
    with room.vault.write():
        room.vault.keep("relay key", manifest.relay)
        if not room.note_day(answer.day):
            raise ClockWrong
        room.vault.keep_number("booked", answer.day - 1)
        take_manifest(room, answer.manifest, answer.form)


def take_manifest(room: Room, untrusted: bytes, form: bytes) -> None:
    """Keep a manifest if it is entitled and not older than the one kept; an ended one still names its voices."""
    known = room.manifest
    try:
        last = decode(untrusted[:-SIGNATURE_BYTES], Manifest).last
        trust = Trust(room.root, 0, known.serial if known else 0, min(room.day, last))
        manifest = open_manifest(untrusted, trust)
    except ManifestOld:
        raise_alarm(room, Alarm.STALE_KEYS_SERVED, b"", room.day.to_bytes(4, "big"))
        return
    except Refusal:
        raise_alarm(room, Alarm.FORGED, b"", b"manifest" + stamp_day(room))
        return
    if known is not None and manifest.serial == known.serial:
        return
    with room.vault.write():
        room.vault.keep("manifest", untrusted)
        if form and digest("form", form) == manifest.form:
            room.vault.keep("form", form)
            room.vault.keep("form " + manifest.form.hex(), form)
    room.changed()


def own_boxes(room: Room) -> list[DeskBox]:
    """This desk's own boxes, oldest first."""
    return [DeskBox.of(secret) for (secret,) in room.vault.rows("SELECT secret FROM own_box ORDER BY first")]


def destroy_old(room: Room) -> None:
    """Past their grace: own and intake's boxes, voice seeds, and secrets and texts of contacts nobody took up here.

    Only on a day that the relay has signed and this computer's clock has reached: one wrong clock destroys nothing.
    Only after this desk has collected. Called before anything is shown.
    """
    day = min(room.day, room.clock.day())
    oldest = day - GRACE_DAYS - 6  # first days before this are of weeks whose grace has ended
    vault = room.vault
    with vault.write():
        old = {bytes(row[0]) for row in vault.rows("SELECT id FROM intake_box WHERE first < ?", oldest)}
        vault.run("DELETE FROM own_box WHERE first < ?", oldest)
        vault.run("DELETE FROM voice WHERE first < ?", day - VOICE_COUNTS_DAYS)
        vault.run("DELETE FROM intake_box WHERE first < ?", oldest)
        kept = {bytes(row[0]) for row in vault.rows("SELECT id FROM intake_box")}
        gone = 0
        for contact, box in vault.rows(
            "SELECT id, box FROM stream WHERE class = 1 AND file IS NULL AND box IS NOT NULL"
        ):
            if bytes(box) not in kept:
                gone += _forget(room, contact)
    if old or gone:
        vault.scrub()
        room.changed()


def _forget(room: Room, contact: bytes) -> int:
    """Forget a contact past its grace; if nobody took it up its row stays, empty, so that a person knows."""
    vault = room.vault
    row = vault.row("SELECT state, reason FROM row WHERE matter = ?", contact)
    vault.run("DELETE FROM envelope WHERE stream = ?", contact)
    vault.run("DELETE FROM stream WHERE id = ?", contact)
    vault.run("DELETE FROM draft WHERE matter = ?", contact)
    if row is None or row[1]:
        vault.run("DELETE FROM row WHERE matter = ?", contact)
        return 1
    vault.run(
        "UPDATE row SET past_grace = 1, urgency = 'none', why = 'past-grace', country = '', language = '', "
        "first_line = '', new = 0, sort = '9' || sort WHERE matter = ?",
        contact,
    )
    raise_alarm(room, Alarm.PAST_GRACE, about=stamp_day(room))
    return 1
