"""One database file of what people send, in SQL by hand.

`today-DAY.db` takes all writes of a day: a write-ahead log with `synchronous=FULL`, so that a commit is on
disk. `past.db` changes only after a day has closed, and always in order of key.
Nothing here judges, and nothing knows of more than one file: that is `files` and `store`.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

from safeconduct.errors import FormatOther, RelayTaken
from safeconduct.relay.request import CONTACT
from safeconduct.relay.tables import FORMAT, KEYS, PAST_INDEXES, SCHEMA, Known, Letter, Place, Row

SLICE_ROWS: Final = 64
_ADD: Final = {
    "birth": "INSERT OR IGNORE INTO birth VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "envelope": "INSERT OR IGNORE INTO envelope VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "book": "INSERT OR IGNORE INTO book VALUES (?, ?, ?)",
}
T = TypeVar("T")


class File:
    """One open file. Reads change no byte of it, nor of its log."""

    def __init__(self, path: Path, *, today: bool) -> None:
        """Open it, or make it. What a crash has left in it is on disk before anyone is told of it.

        Raises:
            FormatOther: of another format. RelayTaken: held by another process.
            sqlite3.OperationalError: the disk is full or fails.
        """
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        sync_left(path)
        # Nobody else may hold today; past may be in the middle of being backed up.
        self._sql: Final = sqlite3.connect(path, isolation_level=None, timeout=0 if today else 5)
        # A write-ahead log for today, held by this process alone: no shared-memory file that a read would change.
        # Ids are random, so a small cache (KiB) would be read and written all day long.
        held = ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = FULL", "cache_size = -32768")
        # A rollback journal for past: its bytes then tell what was copied, not how often the relay was started,
        # and EXTRA, since such a journal must not come back after the closed day's file is gone.
        mode = held if today else ("synchronous = EXTRA",)
        self._by_day: Final = "" if today else "INDEXED BY birth_day"
        try:
            for pragma in (*mode, "secure_delete = ON", "temp_store = MEMORY"):
                self._sql.execute(f"PRAGMA {pragma}")
            self._lay_tables(SCHEMA if today else SCHEMA + PAST_INDEXES)
        except BaseException as error:
            self._sql.close()
            code = getattr(error, "sqlite_errorcode", 0)
            if refusal := {sqlite3.SQLITE_BUSY: RelayTaken, sqlite3.SQLITE_NOTADB: FormatOther}.get(code):
                raise refusal from None
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

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is done inside is on disk when it is left; if anything fails, nothing of it is."""
        self._sql.execute("BEGIN IMMEDIATE")
        with self._sql:  # commits, or rolls back
            yield

    # Streams

    def known(self, space: int, stream: bytes) -> Known | None:
        """The stream, if it was born in this file."""
        sql = """
            SELECT space, stream, class, day, access, erase, digest, length(envelope)
            FROM birth WHERE space = ? AND stream = ?
        """
        return self._one(Known._make, sql, space, stream)

    def letter_beside(self, space: int, stream: bytes) -> tuple[bytes, bytes] | None:
        """Box id and letter of a stream, the newest in this file."""
        newer = self._one(tuple, "SELECT box, letter FROM reseal WHERE space = ? AND stream = ?", space, stream)
        return newer or self._one(tuple, "SELECT box, letter FROM birth WHERE space = ? AND stream = ?", space, stream)

    def last(self, space: int, stream: bytes) -> Place | None:
        """The newest envelope of a stream in this file, not counting envelope 1."""
        sql = "SELECT n, hash, day, closing FROM envelope WHERE space = ? AND stream = ? ORDER BY n DESC LIMIT 1"
        return self._one(Place._make, sql, space, stream)

    def find(self, space: int, stream: bytes, digest: bytes) -> Place | None:
        """The envelope of this digest, if it is in this file and not envelope 1."""
        # By the key, which SQLite prefers, it would walk through the stream.
        sql = """
            SELECT n, hash, day, closing FROM envelope INDEXED BY envelope_digest
            WHERE space = ? AND stream = ? AND digest = ?
        """
        return self._one(Place._make, sql, space, stream, digest)

    def weight(self, space: int, stream: bytes, after: int) -> tuple[int, int]:
        """Number of the newest, and bytes of all, envelopes in this file after a number, not counting envelope 1."""
        sql = "SELECT max(n), sum(length(envelope)) FROM envelope WHERE space = ? AND stream = ? AND n > ?"
        newest, size_bytes = self._sql.execute(sql, (space, stream, after)).fetchone()
        return newest or after, size_bytes or 0

    def envelopes(self, space: int, stream: bytes, after: int) -> Iterator[tuple[int, int, int, bytes]]:
        """(n, day, closing, envelope) of those in this file after a number, in order."""
        sql = """
            SELECT 1 AS n, day, 0, envelope FROM birth WHERE space = ?1 AND stream = ?2 AND ?3 < 1
            UNION ALL SELECT n, day, closing, envelope FROM envelope WHERE space = ?1 AND stream = ?2 AND n > ?3
            ORDER BY n
        """
        yield from self._sql.execute(sql, (space, stream, after))

    def reseal(self, space: int, stream: bytes, day: int, box: bytes, letter: bytes) -> bool:
        """Lay a newer letter beside a contact, to be taken over when the day closes; return whether it is the first."""
        first = not self._one(tuple, "SELECT 1 FROM reseal WHERE space = ? AND stream = ?", space, stream)
        self._sql.execute("INSERT OR REPLACE INTO reseal VALUES (?, ?, ?, ?, ?)", (space, stream, day, box, letter))
        return first

    def take_over(self, reseals: Iterable[Row]) -> None:
        """Put these newer letters in the place of the older ones."""
        sql = (
            "UPDATE birth SET resealed = ?3, box = ?4, letter = ?5 "
            "WHERE space = ?1 AND stream = ?2 AND resealed IS NOT ?3"
        )
        self._sql.executemany(sql, reseals)

    # What moved

    def arrived(self, space: int, day: int, after: bytes, most: int) -> list[bytes]:
        """Ids of contacts that came, or were resealed, on a day: in order, from the one after `after`."""
        # By the key, which SQLite prefers, it would walk through all days. A day's own file has no such index.
        sql = f"""
            SELECT stream FROM birth {self._by_day}
            WHERE space = ?1 AND day = ?2 AND class = ?3 AND stream > ?4
            UNION SELECT stream FROM birth WHERE space = ?1 AND resealed = ?2 AND stream > ?4
            UNION SELECT stream FROM reseal WHERE space = ?1 AND day = ?2 AND stream > ?4
            ORDER BY stream LIMIT ?5
        """  # noqa: S608 - ours
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

    def book_page(self, space: int, day: int, start: int, size: int) -> tuple[bytes, int]:
        """A piece of a day's book and the length of the whole; a day without movement has an empty one."""
        sql = "SELECT substr(book, ?, ?), length(book) FROM book WHERE space = ? AND day = ?"
        return self._one(tuple, sql, start + 1, size, space, day) or (b"", 0)

    # Letters

    def letter(self, space: int, address: bytes, digest: bytes) -> Letter | None:
        """The letter or what is left of it."""
        sql = "SELECT * FROM letter WHERE space = ? AND address = ? AND digest = ?"
        return self._one(Letter._make, sql, space, address, digest)

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

    # Any table. Its name and its columns' are ours.

    def add(self, table: str, rows: Iterable[Row]) -> None:
        """Those whose key is here already stay as they are."""
        self._sql.executemany(_ADD[table], rows)

    def drop(self, table: str, keys: Iterable[Row]) -> None:
        """All rows whose key begins with one of these."""
        for key in keys:
            where = " AND ".join(f"{column} = ?" for column in KEYS[table][: len(key)])
            self._sql.execute(f"DELETE FROM {table} WHERE {where}", key)  # noqa: S608 - see above

    def old(self, table: str, before: int) -> list[Row]:
        """Keys of the rows of days before this one, in order."""
        names = ", ".join(KEYS[table])
        sql = f"SELECT {names} FROM {table} WHERE day < ? ORDER BY {names}"  # noqa: S608 - see above
        return self._sql.execute(sql, (before,)).fetchall()

    def slices(self, table: str) -> Iterator[list[Row]]:
        """All rows in order of key, in slices that depend on nothing but the keys."""
        columns = KEYS[table]
        names, key = ", ".join(columns), (0, *(b"" if column != "n" else 0 for column in columns[1:]))
        holes = ", ".join("?" for _ in columns)
        sql = f"SELECT * FROM {table} WHERE ({names}) > ({holes}) ORDER BY {names} LIMIT {SLICE_ROWS}"  # noqa: S608 - see above
        while rows := self._sql.execute(sql, key).fetchall():
            yield rows
            key = rows[-1][: len(columns)]

    def _one(self, kind: Callable[[Row], T], sql: str, *values: object) -> T | None:
        row = self._sql.execute(sql, values).fetchone()
        return kind(row) if row else None


def sync_left(path: Path) -> None:
    """Whatever a process that was killed has left of this database is on disk: it may be in the system's memory only.

    To be called before it is opened: closing a file of ours ends SQLite's locks on it.
    """
    for name in (path, Path(f"{path}-wal"), Path(f"{path}-journal")):
        if name.exists():
            sync(name)


def sync(path: Path) -> None:
    """A file's bytes, or a directory's names, are on disk."""
    if os.name == "nt" and path.is_dir():
        return
    opened = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
