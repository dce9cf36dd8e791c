"""The relay's own small file, `space.db`: its key, its day, its spaces. What people send never stands here.

It is written a few times a day and uses a rollback journal, so that looking at it leaves no trace and an
operator's command can write it while the relay runs.
"""

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from safeconduct.errors import (
    ClockWrong,
    CodeWrong,
    FormatOther,
    ManifestWrong,
    RelayUnknown,
    SerialOld,
    SpaceTaken,
    SpaceUnknown,
)
from safeconduct.relay.form import pieces
from safeconduct.relay.request import BOX_KEY_BYTES, CODE_BYTES, Keys, KeysSet, Published, SpaceMade
from safeconduct.relay.sqlite import sync_left
from safeconduct.relay.tables import FORMAT, SPACE_SCHEMA
from safeconduct.sealed.access import box_id, space_id
from safeconduct.sealed.manifest import Manifest, Trust, open_manifest
from safeconduct.sealed.signing import KEY_BYTES, SIGNATURE_BYTES, Random, SigningKey, digest
from safeconduct.sealed.wire import decode

QUIET_DAYS: Final = 30
FILE_NAME: Final = "space.db"


@dataclass(frozen=True, slots=True)
class Space:
    """An organisation's room, as it stands now."""

    number: int
    root: bytes
    keys: Keys
    keeper_before: bytes
    published: bytes = b""
    box_keys: tuple[bytes, ...] = ()
    form: bytes = b""
    manifest: Manifest | None = None

    @property
    def id(self) -> bytes:
        """Digest of the root public key."""
        return space_id(self.root)

    def takes(self, box: bytes, day: int) -> bool:
        """Whether a letter to this box is taken on this day."""
        return self.manifest is not None and self.manifest.takes(box, day)

    def box_key(self, day: int) -> bytes:
        """The key of the box of this day, or nothing if the manifest came without."""
        named = self.manifest.box_of(day) if self.manifest else None
        return next((key for key in self.box_keys if box_id(key) == named), b"")


class Records:
    """`space.db`, open. Every change is one transaction, and on disk when the method returns."""

    def __init__(self, data: Path) -> None:
        """Open what `init_relay` made.

        Raises:
            RelayUnknown: none was founded here. FormatOther: one of another format.
        """
        if not (data / FILE_NAME).is_file():
            raise RelayUnknown
        self._sql: Final = _connect(data / FILE_NAME)
        if self._sql.execute("PRAGMA user_version").fetchone() != (FORMAT,):
            self._sql.close()
            raise FormatOther
        seed, day = self._sql.execute("SELECT seed, day FROM relay").fetchone()
        self.key: Final = SigningKey(seed)
        self.day: int = day
        self.clock_good = True

    def close(self) -> None:
        """Let go of the file."""
        self._sql.close()

    def today(self) -> int:
        """The day of whatever is written now (ClockWrong)."""
        self.check_clock()
        return self.day

    def check_clock(self) -> None:
        """Return only if something may be written.

        Raises:
            ClockWrong: the clock has jumped, as `Days.turn` has found, and nobody has confirmed it.
        """
        if not self.clock_good:
            raise ClockWrong

    def confirmed(self) -> int | None:
        """The clock's day that the operator has confirmed and that still matters."""
        (day,) = self._sql.execute("SELECT confirmed FROM relay").fetchone()
        return day if day is None else int(day)

    def quiet(self) -> bool:
        """Whether nothing may expire yet, after a day had to be confirmed."""
        return bool(self._sql.execute("SELECT day <= quiet_until FROM relay").fetchone()[0])

    def set_day(self, day: int) -> None:
        """The switch from one day to the next: this commit is it."""
        self._sql.execute("UPDATE relay SET day = ?, confirmed = NULL", (day,))
        self.day = day

    def confirm(self, day: int) -> None:
        """The clock's day is this one: its operator says so."""
        sql = "UPDATE relay SET confirmed = ?1, quiet_until = max(day, ?1) + ?2"
        self._sql.execute(sql, (day, QUIET_DAYS))

    def follow(self, day: int) -> None:
        """A confirmed clock that runs behind the relay's day has come to this one."""
        self._sql.execute("UPDATE relay SET confirmed = ?", (day,))

    def spaces(self) -> list[Space]:
        """All of them."""
        rows = self._sql.execute(
            "SELECT number, root, serial, keeper, member, intake, keeper_before, manifest, box_keys, form FROM space"
        )
        return [
            _published(Space(number, root, Keys(serial, *keys), before), manifest, box_keys, form)
            for number, root, serial, *keys, before, manifest, box_keys, form in rows.fetchall()
        ]

    def change(self, asked: SpaceMade | KeysSet | Published) -> Space:
        """Make a space, set its keys, publish its manifest; the same again changes nothing and is answered.

        Raises:
            SpaceTaken, CodeWrong, SerialOld, ManifestWrong, the codes of `open_manifest`;
            ClockWrong: it would be taken, but the clock has jumped.
        """
        # As it stands: a request that waited with this one may have changed it.
        now = next((one for one in self.spaces() if one.id == asked.space), None)
        if isinstance(asked, SpaceMade):
            return self._make(now, asked)
        if now is None:
            raise SpaceUnknown
        return self._set_keys(now, asked) if isinstance(asked, KeysSet) else self._publish(now, asked)

    def _make(self, now: Space | None, asked: SpaceMade) -> Space:
        if now:
            if now.keys != asked.keys:
                raise SpaceTaken
            return now
        code, keys = digest("operator code", asked.code), asked.keys
        if not self._sql.execute("SELECT 1 FROM code WHERE digest = ? AND NOT used", (code,)).fetchone():
            raise CodeWrong
        self.check_clock()
        self._sql.execute("BEGIN IMMEDIATE")
        with self._sql:  # commits, or rolls back
            self._sql.execute("UPDATE code SET used = 1 WHERE digest = ?", (code,))
            number = self._sql.execute(
                "INSERT INTO space VALUES (NULL, ?, ?, ?, ?, ?, ?, x'', x'', x'')",
                (asked.root, keys.serial, keys.keeper, keys.member, keys.intake, keys.keeper),
            ).lastrowid
        return Space(number or 0, asked.root, keys, keys.keeper)

    def _set_keys(self, now: Space, asked: KeysSet) -> Space:
        keys = asked.keys
        if keys == now.keys:
            return now
        if keys.serial <= now.keys.serial:
            raise SerialOld
        self.check_clock()
        self._sql.execute(
            "UPDATE space SET serial = ?, keeper = ?, member = ?, intake = ?, keeper_before = ? WHERE number = ?",
            (keys.serial, keys.keeper, keys.member, keys.intake, now.keys.keeper, now.number),
        )
        return replace(now, keys=keys, keeper_before=now.keys.keeper)

    def _publish(self, now: Space, asked: Published) -> Space:
        if now.published == asked.manifest:
            if (b"".join(now.box_keys), now.form) != (asked.box_keys, asked.form):
                raise ManifestWrong
            return now
        manifest = open_manifest(asked.manifest, Trust.afresh(now.root, self.today()))
        if now.manifest and manifest.serial <= now.manifest.serial:
            raise SerialOld
        published = _published(now, asked.manifest, asked.box_keys, asked.form)
        named = {box for box, _, _ in manifest.boxes}
        if digest("form", asked.form) != manifest.form or not named.issuperset(map(box_id, published.box_keys)):
            raise ManifestWrong
        self._sql.execute(
            "UPDATE space SET manifest = ?, box_keys = ?, form = ? WHERE number = ?",
            (asked.manifest, asked.box_keys, asked.form, now.number),
        )
        return published


def init_relay(data: Path, random: Random, day: int) -> bytes:
    """Make a relay's directory, or one more code for the relay that is there.

    Args:
        data: becomes a directory that only its owner can enter.
        random: for the relay's key and the code.
        day: today; a relay's day never falls from here.

    Returns:
        The operator's one-time code, 16 bytes. Only its digest is kept.
    """
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    path, code = data / FILE_NAME, random(CODE_BYTES)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with closing(_connect(path)) as sql:
        if sql.execute("PRAGMA user_version").fetchone() == (0,):
            sql.executescript(f"BEGIN IMMEDIATE; {SPACE_SCHEMA} PRAGMA user_version = {FORMAT};")
            sql.execute("INSERT INTO relay VALUES (?, ?, NULL, 0)", (random(KEY_BYTES), day))
        else:
            sql.execute("BEGIN IMMEDIATE")
        sql.execute("INSERT INTO code VALUES (?, 0)", (digest("operator code", code),))
        sql.execute("COMMIT")
    return code


def confirm_day(data: Path, day: int) -> None:
    """The operator says that the clock is right: it is this day. A running relay sees it within a minute.

    Raises:
        RelayUnknown, FormatOther.
    """
    with closing(Records(data)) as records:
        records.confirm(day)


def _connect(path: Path) -> sqlite3.Connection:
    sync_left(path)
    sql = sqlite3.connect(path, isolation_level=None, timeout=10)
    sql.execute("PRAGMA synchronous = EXTRA")
    sql.execute("PRAGMA secure_delete = ON")
    return sql


def _published(space: Space, published: bytes, box_keys: bytes, form: bytes) -> Space:
    """With its manifest, which was verified when it was taken."""
    manifest = decode(published[:-SIGNATURE_BYTES], Manifest) if published else None
    keys = pieces(box_keys, BOX_KEY_BYTES)
    return replace(space, published=published, box_keys=keys, form=form, manifest=manifest)
