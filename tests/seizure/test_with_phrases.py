"""What the relay's disk opens to somebody who also has phrases, or another member's disk: counted by trying everything.

The thief knows the protocol. Whatever he can read he takes apart: each run of 32 bytes is tried as the secret of every
stream, as the seed of every box, each pair as R and seeker of a contact; what opens is read, taken apart, and tried
again, until nothing new opens. With the right secret the same thief opens what belongs to it, and no more.
"""

import re
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import permutations
from pathlib import Path

import pytest

from safeconduct.desk.vault import open_vault
from safeconduct.errors import Refusal
from safeconduct.sealed.access import box_id
from safeconduct.sealed.letter import DeskBox, contact_info, member_info, onward_info
from safeconduct.sealed.sealing import BoxPrivate
from safeconduct.sealed.stream import CONTACT, FILE, ROSTER, THREAD, SeekerKeys, Stream
from safeconduct.sealed.wire import LETTER_BYTES, Octets
from simulator import PASSPHRASE, Simulator, seeded, simulated
from stories.test_who_sees import a_week_of_work

PIECE_BYTES, LONGEST_BYTES, BOX_BYTES = 32, 160, 1_216
OCTETS = re.compile(rb'"([A-Za-z0-9_-]{43,})"')


@dataclass
class Disk:
    """The relay's: envelopes by stream, letters with the stream beside them and their box, letters by address."""

    kinds: dict[bytes, int] = field(default_factory=dict)
    envelopes: list[tuple[bytes, bytes]] = field(default_factory=list)
    beside: list[tuple[bytes, bytes, bytes]] = field(default_factory=list)
    posted: list[tuple[bytes, bytes]] = field(default_factory=list)

    def read(self, data: Path) -> "Disk":
        copy = data.with_name("seized")
        shutil.copytree(data, copy)
        for path in (*copy.glob("today-*.db"), *copy.glob("past.db")):
            with closing(sqlite3.connect(path)) as sql:
                births = list(sql.execute("SELECT stream, class, box, letter, envelope FROM birth"))
                self.envelopes += sql.execute("SELECT stream, envelope FROM envelope")
                self.beside += sql.execute("SELECT stream, box, letter FROM reseal")
                self.posted += sql.execute("SELECT address, letter FROM letter WHERE letter != x''")
            self.kinds |= {stream: kind for stream, kind, *_ in births}
            self.beside += [(stream, box, letter) for stream, _, box, letter, _ in births]
            self.envelopes += [(stream, envelope) for stream, *_, envelope in births]
        shutil.rmtree(copy)
        return self

    def count(self, *kinds: int) -> int:
        """Envelopes of these classes."""
        return sum(self.kinds[stream] in kinds for stream, _ in self.envelopes)


class Thief:
    """Tries everything that he can read on everything that there is."""

    def __init__(self, disk: Disk, space: bytes) -> None:
        self.disk, self.space = disk, space
        self.opened: set[tuple[bytes, bytes]] = set()
        self.letters: set[bytes] = set()
        self._streams: dict[bytes, Stream] = {}
        self._boxes: dict[bytes, BoxPrivate] = {}
        self._desks: dict[bytes, DeskBox] = {}
        self._onward: set[tuple[bytes, bytes]] = set()
        self._sealed_to: set[bytes] = set()
        self._tried: set[bytes] = set()

    def learn(self, blobs: Iterable[bytes]) -> "Thief":
        """Take apart what was found, until nothing new opens."""
        new = list(blobs)
        while new:
            for blob in new:
                self._take_apart(blob)
            new = [*self._open_envelopes(), *self._open_letters()]
        return self

    def _take_apart(self, blob: bytes) -> None:
        octets = _octets(blob)
        for found in (blob, *octets):
            if PIECE_BYTES <= len(found) <= LONGEST_BYTES:
                for at in range(len(found) - PIECE_BYTES + 1):
                    self._try(found[at : at + PIECE_BYTES])
        pieces = [each for each in octets if len(each) == PIECE_BYTES]
        if len(blob) == 2 * PIECE_BYTES:
            pieces += [blob[:PIECE_BYTES], blob[PIECE_BYTES:]]
        for r, seeker in permutations(dict.fromkeys(pieces), 2):
            self._keep(Stream.of_contact(r, seeker))

    def _try(self, piece: bytes) -> None:
        if piece in self._tried:
            return
        self._tried.add(piece)
        self._keep(Stream(piece))
        box, desk = BoxPrivate(piece), DeskBox.of(piece)
        self._boxes[box_id(box.public)] = box
        self._desks[desk.address] = desk

    def _keep(self, stream: Stream) -> None:
        if stream.id in self.disk.kinds:
            self._streams[stream.id] = stream

    def _open_envelopes(self) -> Iterator[bytes]:
        for name, envelope in self.disk.envelopes:
            if name in self._streams and (name, envelope) not in self.opened:
                opened = self._streams[name].open(envelope)
                self.opened.add((name, envelope))
                octets = _octets(opened.payload)
                self._sealed_to = getattr(self, "_sealed_to", set()) | {
                    box_id(o) for o in octets if len(o) == BOX_BYTES
                }
                self._onward |= {(name, letter) for letter in octets if len(letter) == LETTER_BYTES}
                yield opened.payload
                yield opened.writer

    def _open_letters(self) -> Iterator[bytes]:
        """Those beside contacts, those inside envelopes, those to members."""
        sealed = [(box, letter, contact_info(self.space, name, box)) for name, box, letter in self.disk.beside]
        sealed += [
            (box, letter, onward_info(self.space, name, box))
            for name, letter in self._onward
            for box in self._sealed_to
        ]
        for box, letter, info in sealed:
            yield from self._open_letter(self._boxes.get(box), letter, info)
        for address, letter in self.disk.posted:
            if desk := self._desks.get(address):
                yield from self._open_letter(desk.private, letter, member_info(self.space, desk.id))

    def _open_letter(self, box: BoxPrivate | None, letter: bytes, info: bytes) -> Iterator[bytes]:
        if box and letter not in self.letters:
            with suppress(Refusal):
                plain = box.open(letter, info)
                self.letters.add(letter)
                yield plain

    def count(self, *kinds: int) -> int:
        """Envelopes opened, of these classes."""
        return sum(self.disk.kinds[stream] in kinds for stream, _ in self.opened)


def _octets(text: bytes) -> list[bytes]:
    """Every value of bytes that stands in this JSON."""
    found = []
    for spelled in OCTETS.findall(text):
        with suppress(Refusal):
            found.append(bytes(Octets.parse(spelled.decode())))
    return found


@dataclass
class Week:
    """A week of work, the relay's disk after it, and what everyone holds."""

    sim: Simulator
    disk: Disk
    space: bytes
    people: list[SeekerKeys]

    def thief(self) -> Thief:
        return Thief(self.disk, self.space)

    def phrases(self) -> list[bytes]:
        """What the phrases give; R and the seeker's public key as a pair too."""
        return [
            secret
            for keys in self.people
            for secret in (
                keys.root,
                keys.r + keys.signing.public,
                keys.signing.seed(),
                keys.box.seed(),
                keys.erase.seed(),
            )
        ]

    def keys(self, name: str) -> list[bytes]:
        """Every value in a member's vault, under its passphrase."""
        vault = open_vault(self.sim.folder / name, PASSPHRASE, seeded("thief"))
        tables = [row[0] for row in vault.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
        values = [value for table in tables for row in vault.rows(f"SELECT * FROM {table}") for value in row]  # noqa: S608
        vault.close()
        texts = [value.encode() for value in values if isinstance(value, str)]
        return [*texts, *(bytes(value) for value in values if isinstance(value, bytes))]

    def files(self, name: str) -> set[bytes]:
        """Ids of the files whose secret this member holds, as her own vault lists them."""
        vault = open_vault(self.sim.folder / name, PASSPHRASE, seeded("thief"))
        found = {bytes(row[0]) for row in vault.rows("SELECT id FROM stream WHERE class = ?", FILE)}
        vault.close()
        return found

    def secret(self, file: bytes) -> bytes:
        vault = open_vault(self.sim.folder / "vera", PASSPHRASE, seeded("thief"))
        row = vault.row("SELECT secret FROM stream WHERE id = ?", file)
        vault.close()
        assert row
        return bytes(row[0])


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    with simulated(tmp_path_factory.mktemp("week")) as sim:
        benches, people = a_week_of_work(sim)
        space = benches[0].room.space
        for bench in benches:
            bench.desk.lock()
        yield Week(sim, Disk().read(sim.folder / "relay"), space, people)


def test_the_disk_alone_opens_nothing(week: Week) -> None:
    blobs = [*week.disk.kinds, *(blob for each in (*week.disk.beside, *week.disk.posted) for blob in each)]
    thief = week.thief().learn(blobs)
    assert (thief.opened, thief.letters) == (set(), set())


def test_the_disk_and_every_phrase_open_what_was_said_and_no_file(week: Week) -> None:
    thief = week.thief().learn(week.phrases())
    assert thief.count(CONTACT, THREAD) == week.disk.count(CONTACT, THREAD) > len(week.people)
    assert thief.count(FILE, ROSTER) == 0
    assert week.disk.count(FILE) > 6
    assert not thief.letters & {letter for _, letter in week.disk.posted}


def test_with_one_files_secret_too_the_same_thief_opens_that_file(week: Week) -> None:
    """So he does try: the secret as it might lie in something that he reads, among other bytes."""
    for file in week.files("vera"):
        thief = week.thief().learn([*week.phrases(), b"abc" + week.secret(file) + b"defgh"])
        assert {stream for stream, _ in thief.opened if week.disk.kinds[stream] == FILE} == {file}


@pytest.mark.parametrize(("name", "files"), [("vera", 4), ("anton", 2), ("lena", 1)])
def test_a_members_disk_opens_the_files_that_were_given_and_no_other(week: Week, name: str, files: int) -> None:
    """With every phrase beside it, too. The coordinator's opens all: the thief is able to."""
    thief = week.thief().learn([*week.keys(name), *week.phrases()])
    opened = {stream for stream, _ in thief.opened if week.disk.kinds[stream] == FILE}
    assert opened == week.files(name)
    assert len(opened) == files
    assert thief.count(ROSTER) == week.disk.count(ROSTER) > 0


def test_a_caseworkers_disk_opens_one_persons_words(week: Week) -> None:
    """Lena, no intake: of six people's conversations the one that she was given."""
    thief = week.thief().learn(week.keys("lena"))
    contacts = {stream for stream, _ in thief.opened if week.disk.kinds[stream] == CONTACT}
    threads = {stream for stream, _ in thief.opened if week.disk.kinds[stream] == THREAD}
    assert contacts == {week.people[0].contact.id}
    assert len(threads) == 1
