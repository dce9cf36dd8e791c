"""The vault: everything a desk keeps, in one SQLCipher database (floor 3; spec: contact, letter).

Beside it stands one small header file: the format, Argon2id's salt, and the vault's random key wrapped by
the passphrase's. Nothing else touches the disk. SQLite's own exclusive lock lets one process in at a time.
"""

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlcipher3 import dbapi2 as sqlcipher

from safeconduct.errors import DeskTaken, DeskUnknown, EnvelopeShut, FormatOther, VaultShut
from safeconduct.sealed.sealing import open_bytes, seal_bytes, stretch_passphrase
from safeconduct.sealed.signing import Random
from safeconduct.sealed.wire import Octets

FORMAT: Final = 2
_HEADER: Final = "desk.json"
_DATABASE: Final = "vault.db"
_BOUND: Final = b"safeconduct vault key"

_TABLES: Final = """
-- What this desk is and has from others: keys, relay, newest manifest, how far it has followed the days.
CREATE TABLE kept (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
-- This desk's own weekly boxes; a secret goes 14 days after its week.
CREATE TABLE own_box (
    first INTEGER PRIMARY KEY,        -- first day of its week
    secret BLOB NOT NULL,             -- opens letters to it, collects them
    published INTEGER NOT NULL        -- 1 once the roster names it
) STRICT;
-- Intake's weekly boxes as they came by letter or were drawn here; they go 14 days after their week.
CREATE TABLE intake_box (id BLOB PRIMARY KEY, seed BLOB NOT NULL, first INTEGER NOT NULL) STRICT, WITHOUT ROWID;
-- Voice keys; a seed goes once its key no longer counts.
CREATE TABLE voice (key BLOB PRIMARY KEY, seed BLOB NOT NULL, first INTEGER NOT NULL) STRICT, WITHOUT ROWID;
-- What a coordinator has already sent to which desk, so that nothing is sent twice.
CREATE TABLE given (subject BLOB, desk BLOB, PRIMARY KEY (subject, desk)) STRICT, WITHOUT ROWID;
-- Every stream this desk holds the secret of, and how far it has verified it.
CREATE TABLE stream (
    id BLOB PRIMARY KEY,
    class INTEGER NOT NULL,           -- 1 contact, 2 thread, 3 file, 4 roster
    secret BLOB NOT NULL,
    access BLOB NOT NULL,             -- to find its tags in the feed
    ref TEXT NOT NULL UNIQUE,         -- how the pages name it
    contact BLOB,                     -- the contact it belongs to (a contact: itself)
    file BLOB,                        -- the file it belongs to, once there is one
    seeker BLOB,                      -- the seeker's signing key
    r BLOB,                           -- a contact's R: what its file and thread hold
    box BLOB,                         -- intake's box a contact's letter came to; null if it came otherwise
    arrived INTEGER NOT NULL,         -- day on which this desk learned of it
    sender BLOB,                      -- who sent it by letter, until standing is checked
    n INTEGER NOT NULL,               -- verified up to here: number, hash, day, closing
    hash BLOB NOT NULL,
    day INTEGER NOT NULL,
    closing INTEGER NOT NULL,
    head BLOB,                        -- the newest signed head: proof, and what payloads carry as `seen`
    lane BLOB NOT NULL,               -- this desk's own numbering there
    k INTEGER NOT NULL,
    shown INTEGER NOT NULL,           -- number up to which a person was shown it
    due INTEGER NOT NULL,             -- 1: something moved, read it
    tries INTEGER NOT NULL            -- how often the relay has shown less than before
) STRICT, WITHOUT ROWID;
CREATE INDEX stream_due ON stream (due) WHERE due = 1;
CREATE INDEX stream_contact ON stream (contact);
CREATE INDEX stream_file ON stream (file);
-- Opened envelopes: what cases are folded from. The vault seals them on the disk.
CREATE TABLE envelope (
    stream BLOB, n INTEGER,
    hash BLOB NOT NULL, day INTEGER NOT NULL, closing INTEGER NOT NULL,
    digest BLOB NOT NULL,             -- of the bytes on the wire: the same twice is no honest relay's
    writer BLOB NOT NULL, payload BLOB NOT NULL,
    PRIMARY KEY (stream, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX envelope_day ON envelope (day, stream);
CREATE INDEX envelope_digest ON envelope (stream, digest);
-- The lists, one row a matter, folded again whenever it moves.
CREATE TABLE row (
    matter BLOB PRIMARY KEY,          -- id of its file, or of the contact nobody has taken up
    ref TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,               -- contact, case
    band TEXT NOT NULL,               -- new, mine, team, aside; empty: in no list
    state TEXT NOT NULL,              -- new, coming, ours, aside
    sort TEXT NOT NULL,               -- the order of attention as text
    urgency TEXT NOT NULL, why TEXT NOT NULL, since INTEGER NOT NULL,
    country TEXT NOT NULL, language TEXT NOT NULL, first_line TEXT NOT NULL,
    day INTEGER NOT NULL, new INTEGER NOT NULL, taken_by BLOB NOT NULL, reason TEXT NOT NULL,
    begun INTEGER NOT NULL,           -- day on which the person first asked
    counted INTEGER NOT NULL,         -- 1: he may be counted, anonymously
    past_grace INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX row_band ON row (band, sort);
CREATE INDEX row_counted ON row (kind, state, counted, begun);
-- What was written here and is not yet on the relay, in order, with every byte that may have to be repeated.
CREATE TABLE step (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ref TEXT NOT NULL UNIQUE,
    matter BLOB NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,              -- waiting, held, void
    body BLOB NOT NULL
) STRICT;
CREATE INDEX step_matter ON step (matter, id);
-- What is half written.
CREATE TABLE draft (
    matter BLOB,
    kind TEXT,                        -- reply, note
    text TEXT NOT NULL,
    PRIMARY KEY (matter, kind)
) STRICT, WITHOUT ROWID;
-- Alarms, once each, until a person has confirmed them.
CREATE TABLE alarm (
    code TEXT, matter BLOB, about BLOB,
    ref TEXT NOT NULL UNIQUE, day INTEGER NOT NULL, confirmed INTEGER NOT NULL,
    proof BLOB NOT NULL,              -- two signed heads, where there are two
    PRIMARY KEY (code, matter, about)
) STRICT, WITHOUT ROWID;
-- Letters that roster or manifest do not yet confirm.
CREATE TABLE letter (digest BLOB PRIMARY KEY, content BLOB NOT NULL, day INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"""


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: int
    salt: str
    key: str


class Vault:
    """An open vault. One connection behind one lock; `write` is a transaction, on disk when it ends."""

    def __init__(self, connection: Any, random: Random) -> None:  # noqa: ANN401 - sqlcipher3 ships no types
        """Take an open connection; `open_vault` and `create_vault` make one."""
        self._connection: Final = connection
        self._lock: Final = threading.RLock()
        self._depth = 0
        self._closed = False
        self.random: Final = random

    @contextmanager
    def write(self) -> Iterator[None]:
        """All or nothing, fsynced at the end; nests."""
        with self._lock:
            if self._depth == 0:
                self._execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._execute("COMMIT")

    @contextmanager
    def still(self) -> Iterator[None]:
        """Nothing is written by others between the reads in here."""
        with self._lock:
            yield

    def run(self, sql: str, *values: object) -> int:
        """One statement that changes something; returns how many rows it did."""
        with self.write():
            return int(self._execute(sql, values).rowcount)

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """All rows of a query.

        Raises:
            VaultShut: the vault has been closed.
        """
        with self._lock:
            return list(self._execute(sql, values))

    def _execute(self, sql: str, values: Sequence[object] = ()) -> Any:  # noqa: ANN401 - sqlcipher3 ships no types
        if self._closed:
            raise VaultShut
        return self._connection.execute(sql, values)

    def row(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        """The first row, if there is one."""
        found = self.rows(sql, *values)
        return found[0] if found else None

    def get(self, name: str) -> bytes | None:
        """Something kept under a name."""
        found = self.row("SELECT value FROM kept WHERE name = ?", name)
        return None if found is None else bytes(found[0])

    def must(self, name: str) -> bytes:
        """The same, where a desk cannot be without it.

        Raises:
            DeskUnknown: it has not joined yet.
        """
        found = self.get(name)
        if found is None:
            raise DeskUnknown
        return found

    def keep(self, name: str, value: bytes) -> None:
        """Keep bytes under a name."""
        self.run("INSERT INTO kept VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value)

    def number(self, name: str) -> int:
        """A number kept under a name; 0 if there is none."""
        return int.from_bytes(self.get(name) or b"", "big")

    def keep_number(self, name: str, value: int) -> None:
        """Keep a number."""
        self.keep(name, value.to_bytes(8, "big"))

    def draw_ref(self) -> str:
        """A name for the address bar that tells nothing elsewhere."""
        return Octets(self.random(12)).text()

    def scrub(self) -> None:
        """After destroying: nothing of it stays in the write-ahead file (deleted pages are zeroed anyway)."""
        with self._lock:
            self._execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close, between two transactions; the key is gone with the connection. Twice is once."""
        with self._lock:
            self._closed = True
            self._connection.close()


def exists(folder: Path) -> bool:
    """Whether a desk has been made here."""
    return (folder / _HEADER).exists()


def create_vault(folder: Path, passphrase: str, random: Random) -> Vault:
    """Make a new vault: folder 0700, files 0600.

    Raises:
        DeskTaken: there is one already.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if exists(folder):
        raise DeskTaken
    for left in folder.glob(_DATABASE + "*"):
        left.unlink()  # begun once and never finished: without its header nobody can open it
    key, salt = random(32), random(16)
    vault = _connect(folder, key, random)
    with vault.write():
        for statement in _TABLES.split(";\n"):
            if statement.strip():
                vault.run(statement)
    wrapped = seal_bytes(stretch_passphrase(passphrase, salt), key, _BOUND, random)
    _write_header(folder, _Header(FORMAT, Octets(salt).text(), Octets(wrapped).text()))
    return vault


def open_vault(folder: Path, passphrase: str, random: Random) -> Vault:
    """Open the vault.

    Raises:
        DeskUnknown: none here. FormatOther: of another format. VaultShut: another passphrase.
        DeskTaken: another process has it open.
    """
    header = _read_header(folder)
    stretched = stretch_passphrase(passphrase, Octets.parse(header.salt))
    try:
        key = open_bytes(stretched, Octets.parse(header.key), _BOUND)
    except EnvelopeShut:
        raise VaultShut from None
    return _connect(folder, key, random)


def change_passphrase(folder: Path, old: str, new: str, random: Random) -> None:
    """Wrap the vault's key anew (codes of `open_vault`)."""
    header = _read_header(folder)
    try:
        key = open_bytes(stretch_passphrase(old, Octets.parse(header.salt)), Octets.parse(header.key), _BOUND)
    except EnvelopeShut:
        raise VaultShut from None
    salt = random(16)
    wrapped = seal_bytes(stretch_passphrase(new, salt), key, _BOUND, random)
    _write_header(folder, _Header(FORMAT, Octets(salt).text(), Octets(wrapped).text()))


def _read_header(folder: Path) -> _Header:
    try:
        header = msgspec.json.decode((folder / _HEADER).read_bytes(), type=_Header)
    except FileNotFoundError:
        raise DeskUnknown from None
    except (OSError, msgspec.DecodeError):
        raise FormatOther from None
    if header.format != FORMAT:
        raise FormatOther
    return header


def _write_header(folder: Path, header: _Header) -> None:
    new = folder / (_HEADER + ".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(header))
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / _HEADER)


_SETTINGS: Final[Sequence[str]] = (
    "PRAGMA locking_mode = EXCLUSIVE",  # one process; and no shared-memory file beside it
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # a step is on disk before its request leaves
    "PRAGMA secure_delete = ON",  # what is destroyed is overwritten
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -32000",
    "BEGIN IMMEDIATE",  # takes the lock now, or says so
    "COMMIT",
)


def _connect(folder: Path, key: bytes, random: Random) -> Vault:
    path = folder / _DATABASE
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    connection = sqlcipher.connect(str(path), isolation_level=None, check_same_thread=False, timeout=0)
    try:
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        for setting in _SETTINGS:
            connection.execute(setting)
    except sqlcipher.OperationalError:
        connection.close()
        raise DeskTaken from None
    except sqlcipher.DatabaseError:
        connection.close()
        raise VaultShut from None
    return Vault(connection, random)
