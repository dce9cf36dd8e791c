"""One database file of what people send, in SQL by hand. Every column says why it may be kept.

`today-DAY.db` takes all writes of a day: a write-ahead log with `synchronous=FULL`, so that a commit is on
disk. `past.db` changes only after a day has closed, and always in order of key. Both have the same tables.
Nothing here judges, and nothing knows of more than one file: that is `day` and `store`.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from safeconduct.errors import FormatOther
from safeconduct.relay.request import CONTACT

FORMAT: Final = 1
SLICE_ROWS: Final = 64
_KEYS: Final = {
    "birth": ("space", "stream"),
    "envelope": ("space", "stream", "n"),
    "reseal": ("space", "stream"),
    "letter": ("space", "address", "digest"),
}

_SCHEMA: Final = """
CREATE TABLE birth (               -- a stream with its envelope 1; a contact is this one row
    space INTEGER NOT NULL,        -- whose stream it is
    stream BLOB NOT NULL,          -- its id, the digest of `access`: the order in which a closed day is kept
    class INTEGER NOT NULL,        -- contact, thread, file, roster: who may write and close
    day INTEGER NOT NULL,          -- signed into the chain: voices are judged by it
    resealed INTEGER,              -- day of a newer letter, if there is one: intake asks by day
    access BLOB NOT NULL,          -- public key that reads and appends; the tags of later days are made from it
    erase BLOB NOT NULL,           -- public key that may close it besides members, or empty
    box BLOB NOT NULL,             -- which weekly box of intake the letter is sealed to, or empty
    digest BLOB NOT NULL,          -- of the envelope: a repeat is recognised by it
    letter BLOB NOT NULL,          -- sealed to intake, or to the recovery box, or empty
    envelope BLOB NOT NULL,        -- sealed
    PRIMARY KEY (space, stream)
) STRICT, WITHOUT ROWID;
CREATE TABLE envelope (            -- envelopes 2, 3, ...
    space INTEGER NOT NULL,
    stream BLOB NOT NULL,
    n INTEGER NOT NULL,            -- its place in its stream: whoever reads the stream must know it
    day INTEGER NOT NULL,          -- signed into the chain
    closing INTEGER NOT NULL,      -- 1 if it closed the stream; signed into the chain
    digest BLOB NOT NULL,          -- a repeat is recognised by it
    hash BLOB NOT NULL,            -- H(n): what the next head is made from
    envelope BLOB NOT NULL,        -- sealed
    PRIMARY KEY (space, stream, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX envelope_digest ON envelope (space, stream, digest);
CREATE TABLE reseal (              -- a contact's newer letter until its day has closed; empty in past
    space INTEGER NOT NULL,
    stream BLOB NOT NULL,
    day INTEGER NOT NULL,          -- intake asks by day
    box BLOB NOT NULL,             -- which weekly box of intake the letter is sealed to
    letter BLOB NOT NULL,          -- sealed
    PRIMARY KEY (space, stream)
) STRICT, WITHOUT ROWID;
CREATE TABLE letter (
    space INTEGER NOT NULL,
    address BLOB NOT NULL,         -- the digest of a key that its reader changes every week
    digest BLOB NOT NULL,          -- a repeat is recognised by it, and it is acknowledged by it
    day INTEGER NOT NULL,          -- it goes thirty days after it
    letter BLOB NOT NULL,          -- sealed; empty once acknowledged, the row goes when that day closes
    PRIMARY KEY (space, address, digest)
) STRICT, WITHOUT ROWID;
CREATE TABLE book (                -- what moved on a closed day; empty in today
    space INTEGER NOT NULL,
    day INTEGER NOT NULL,          -- a desk that was away asks for each day
    book BLOB NOT NULL,            -- tags, sorted: who does not know a stream cannot tell that it moved
    PRIMARY KEY (space, day)
) STRICT, WITHOUT ROWID;
"""


# Arrivals of a closed day are asked for by day. Today holds one day only, and its order is in memory.
_PAST_INDEXES: Final = """
CREATE INDEX birth_day ON birth (space, day);
CREATE INDEX birth_resealed ON birth (space, resealed) WHERE resealed IS NOT NULL;
"""


class Birth(NamedTuple):
    """A stream and its envelope 1, as one row."""

    space: int
    stream: bytes
    kind: int
    day: int
    resealed: int | None
    access: bytes
    erase: bytes
    box: bytes
    digest: bytes
    letter: bytes
    envelope: bytes


class Known(NamedTuple):
    """What is needed of a stream to judge what is asked of it: no bodies."""

    kind: int
    day: int
    access: bytes
    erase: bytes
    digest: bytes
    size_bytes: int


class Place(NamedTuple):
    """Envelope n of a stream: what a head says of it."""

    n: int
    hash: bytes
    day: int
    closing: int


class Letter(NamedTuple):
    """A letter at an address; `letter` is empty once it was acknowledged."""

    space: int
    address: bytes
    digest: bytes
    day: int
    letter: bytes


class File:
    """One open file. Reads change no byte of it, nor of its log."""

    def __init__(self, path: Path, *, today: bool) -> None:
        """Open it, or make it.

        Raises:
            FormatOther: of another format, or held by another process.
            sqlite3.OperationalError: the disk is full or fails.
        """
        self.path: Final = path
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        # Nobody else may hold today; past may be in the middle of being backed up.
        self._sql: Final = sqlite3.connect(path, isolation_level=None, timeout=0 if today else 5)
        # A write-ahead log for today, held by this process alone: no shared-memory file that a read would change.
        # Ids are random, so a small cache (KiB) would be read and written all day long.
        held = ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = FULL", "cache_size = -32768")
        # A rollback journal for past: its bytes then tell what was copied, not how often the relay was started,
        # and EXTRA, since such a journal must not come back after the closed day's file is gone.
        mode = held if today else ("synchronous = EXTRA",)
        try:
            for pragma in (*mode, "secure_delete = ON", "temp_store = MEMORY"):
                self._sql.execute(f"PRAGMA {pragma}")
            self._lay_tables(_SCHEMA if today else _SCHEMA + _PAST_INDEXES)
        except BaseException as error:
            self._sql.close()
            if getattr(error, "sqlite_errorcode", None) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_NOTADB}:
                raise FormatOther from None
            raise

    def _lay_tables(self, schema: str) -> None:
        (found,) = self._sql.execute("PRAGMA user_version").fetchone()
        if found == 0:
            self._sql.executescript(f"BEGIN IMMEDIATE; {schema} PRAGMA user_version = {FORMAT}; COMMIT;")
        elif found != FORMAT:
            raise FormatOther

    def close(self) -> None:
        """Let go of it; a write-ahead log is folded into the file and unlinked."""
        self._sql.close()

    def begin(self) -> None:
        """What follows is on disk after `commit`, or nowhere."""
        self._sql.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """On disk when it returns."""
        self._sql.execute("COMMIT")

    def roll_back(self) -> None:
        """As if nothing had been written since `begin`."""
        if self._sql.in_transaction:
            self._sql.execute("ROLLBACK")

    # Streams

    def known(self, space: int, stream: bytes) -> Known | None:
        """The stream, if it was born in this file."""
        sql = "SELECT class, day, access, erase, digest, length(envelope) FROM birth WHERE space = ? AND stream = ?"
        row = self._sql.execute(sql, (space, stream)).fetchone()
        return Known(*row) if row else None

    def first_envelope(self, space: int, stream: bytes) -> bytes | None:
        """Envelope 1 of a stream, if it was born in this file."""
        row = self._sql.execute("SELECT envelope FROM birth WHERE space = ? AND stream = ?", (space, stream)).fetchone()
        return row[0] if row else None

    def letter_beside(self, space: int, stream: bytes) -> tuple[bytes, bytes] | None:
        """Box id and letter of a stream, the newest in this file."""
        for sql in (
            "SELECT box, letter FROM reseal WHERE space = ? AND stream = ?",
            "SELECT box, letter FROM birth WHERE space = ? AND stream = ?",
        ):
            if row := self._sql.execute(sql, (space, stream)).fetchone():
                return row[0], row[1]
        return None

    def last(self, space: int, stream: bytes) -> Place | None:
        """The newest envelope of a stream in this file, not counting envelope 1."""
        sql = "SELECT n, hash, day, closing FROM envelope WHERE space = ? AND stream = ? ORDER BY n DESC LIMIT 1"
        row = self._sql.execute(sql, (space, stream)).fetchone()
        return Place(*row) if row else None

    def find(self, space: int, stream: bytes, digest: bytes) -> Place | None:
        """The envelope of this digest, if it is in this file and not envelope 1."""
        sql = "SELECT n, hash, day, closing FROM envelope WHERE space = ? AND stream = ? AND digest = ?"
        row = self._sql.execute(sql, (space, stream, digest)).fetchone()
        return Place(*row) if row else None

    def weight(self, space: int, stream: bytes, after: int) -> tuple[int, int]:
        """Number of the newest, and bytes of all, envelopes in this file after a number."""
        sql = "SELECT max(n), sum(length(envelope)) FROM envelope WHERE space = ? AND stream = ? AND n > ?"
        newest, size_bytes = self._sql.execute(sql, (space, stream, after)).fetchone()
        return newest or after, size_bytes or 0

    def envelopes(self, space: int, stream: bytes, after: int) -> Iterator[tuple[int, int, int, bytes]]:
        """(n, day, closing, envelope) of those in this file after a number, in order; envelope 1 is not among them."""
        sql = "SELECT n, day, closing, envelope FROM envelope WHERE space = ? AND stream = ? AND n > ? ORDER BY n"
        yield from self._sql.execute(sql, (space, stream, after))

    def add_births(self, births: Iterable[Birth]) -> None:
        """Those that are here already stay as they are."""
        self._sql.executemany("INSERT OR IGNORE INTO birth VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", births)

    def add_envelopes(self, envelopes: Iterable[tuple[object, ...]]) -> None:
        """(space, stream, n, day, closing, digest, hash, envelope). Those that are here already stay as they are."""
        self._sql.executemany("INSERT OR IGNORE INTO envelope VALUES (?, ?, ?, ?, ?, ?, ?, ?)", envelopes)

    def reseal(self, space: int, stream: bytes, day: int, box: bytes, letter: bytes) -> None:
        """Lay a newer letter beside a contact, to be taken over when the day closes."""
        self._sql.execute("INSERT OR REPLACE INTO reseal VALUES (?, ?, ?, ?, ?)", (space, stream, day, box, letter))

    def take_over_reseals(self, reseals: Iterable[tuple[int, bytes, int, bytes, bytes]]) -> None:
        """(space, stream, day, box, letter): put them in the place of the older letters."""
        sql = (
            "UPDATE birth SET resealed = ?3, box = ?4, letter = ?5 "
            "WHERE space = ?1 AND stream = ?2 AND resealed IS NOT ?3"
        )
        self._sql.executemany(sql, reseals)

    def drop_streams(self, keys: Iterable[tuple[int, bytes]]) -> None:
        """(space, stream): all of each."""
        for key in keys:
            self._sql.execute("DELETE FROM envelope WHERE space = ? AND stream = ?", key)
            self._sql.execute("DELETE FROM birth WHERE space = ? AND stream = ?", key)

    # What moved

    def arrived(self, space: int, day: int, after: bytes, most: int) -> list[bytes]:
        """Ids of contacts that came, or were resealed, on a day: in order, from the one after `after`."""
        sql = """
            SELECT stream FROM birth WHERE space = ?1 AND day = ?2 AND class = ?3 AND stream > ?4
            UNION SELECT stream FROM birth WHERE space = ?1 AND resealed = ?2 AND stream > ?4
            UNION SELECT stream FROM reseal WHERE space = ?1 AND day = ?2 AND stream > ?4
            ORDER BY stream LIMIT ?5
        """
        return [row[0] for row in self._sql.execute(sql, (space, day, CONTACT, after, most))]

    def contacts(self) -> Iterator[tuple[int, bytes]]:
        """(space, id) of all contacts that came or were resealed in this file."""
        sql = "SELECT space, stream FROM birth WHERE class = ? UNION SELECT space, stream FROM reseal"
        yield from self._sql.execute(sql, (CONTACT,))

    def born(self) -> Iterator[tuple[int, bytes, bytes, bytes]]:
        """(space, stream, access, digest of envelope 1) of all streams born in this file."""
        yield from self._sql.execute("SELECT space, stream, access, digest FROM birth")

    def moved(self) -> Iterator[tuple[int, bytes, int, bytes]]:
        """(space, stream, n, H(n)) of the newest envelope of each stream that has more than the first in this file."""
        yield from self._sql.execute("SELECT space, stream, max(n), hash FROM envelope GROUP BY space, stream")

    def addressed(self, day: int) -> Iterator[tuple[int, bytes]]:
        """(space, address) of all letters of this day."""
        yield from self._sql.execute("SELECT DISTINCT space, address FROM letter WHERE day = ?", (day,))

    # Letters

    def letter(self, space: int, address: bytes, digest: bytes) -> Letter | None:
        """The letter or what is left of it."""
        sql = "SELECT * FROM letter WHERE space = ? AND address = ? AND digest = ?"
        row = self._sql.execute(sql, (space, address, digest)).fetchone()
        return Letter(*row) if row else None

    def letters_at(self, space: int, address: bytes) -> Iterator[tuple[bytes, int]]:
        """(digest, 1 if it was acknowledged) of the letters at an address."""
        sql = "SELECT digest, letter = x'' FROM letter WHERE space = ? AND address = ?"
        yield from self._sql.execute(sql, (space, address))

    def put_letters(self, letters: Iterable[Letter]) -> None:
        """Lay them down, in the place of those of the same digest if they differ."""
        sql = (
            "INSERT INTO letter VALUES (?, ?, ?, ?, ?) ON CONFLICT DO "
            "UPDATE SET letter = excluded.letter WHERE letter <> excluded.letter"
        )
        self._sql.executemany(sql, letters)

    def drop_letters(self, keys: Iterable[tuple[int, bytes, bytes]]) -> None:
        """(space, address, digest)."""
        self._sql.executemany("DELETE FROM letter WHERE space = ? AND address = ? AND digest = ?", keys)

    # Books

    def book_page(self, space: int, day: int, start: int, size: int) -> tuple[bytes, int]:
        """A piece of a day's book and the length of the whole; a day without movement has an empty one."""
        sql = "SELECT substr(book, ?, ?), length(book) FROM book WHERE space = ? AND day = ?"
        row = self._sql.execute(sql, (start + 1, size, space, day)).fetchone()
        return (row[0], row[1]) if row else (b"", 0)

    def add_books(self, books: Iterable[tuple[int, int, bytes]]) -> None:
        """(space, day, book). One that is here already stays."""
        self._sql.executemany("INSERT OR IGNORE INTO book VALUES (?, ?, ?)", books)

    def drop_books(self, before: int) -> None:
        """Those of days before this one."""
        self._sql.execute("DELETE FROM book WHERE day < ?", (before,))

    # In order of key, a slice at a time

    def slices(self, table: str) -> Iterator[list[Any]]:
        """All rows of a table, in slices that depend on nothing but the keys."""
        columns = _KEYS[table]
        names, key = ", ".join(columns), (0, *(b"" if column != "n" else 0 for column in columns[1:]))
        holes = ", ".join("?" for _ in columns)
        sql = f"SELECT * FROM {table} WHERE ({names}) > ({holes}) ORDER BY {names} LIMIT {SLICE_ROWS}"  # noqa: S608 - names of ours
        while rows := self._sql.execute(sql, key).fetchall():
            yield rows
            key = rows[-1][: len(columns)]

    def old_letters(self, before: int) -> list[tuple[int, bytes, bytes]]:
        """Keys of letters of days before this one, in order."""
        sql = "SELECT space, address, digest FROM letter WHERE day < ? ORDER BY space, address, digest"
        return self._sql.execute(sql, (before,)).fetchall()

    def old_streams(self, before: int) -> list[tuple[int, bytes]]:
        """Keys of streams born before this day, in order."""
        return self._sql.execute(
            "SELECT space, stream FROM birth WHERE day < ? ORDER BY space, stream", (before,)
        ).fetchall()
