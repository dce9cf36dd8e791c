"""What every part of a desk works with: vault, line, clock and chance, and what the organisation is now."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from safeconduct.case.case import Written
from safeconduct.case.form import Form, read_form
from safeconduct.case.roster import Roster, Seat, fold_roster
from safeconduct.clock import Clock
from safeconduct.desk.line import Line
from safeconduct.desk.vault import Vault
from safeconduct.errors import DeskUnknown, Refusal, SpaceWrong
from safeconduct.sealed.access import space_id
from safeconduct.sealed.manifest import VOICE_COUNTS_DAYS, VOICE_SIGNS_DAYS, Manifest
from safeconduct.sealed.signing import SIGNATURE_BYTES, Random, SigningKey
from safeconduct.sealed.wire import decode

GRACE_DAYS: Final = 14
"""How long after its week a box is kept, and a contact that nobody took up."""
APART_DAYS: Final = 1
"""So far the relay's day may be ahead of this computer's and is still believed."""


def _nothing() -> None:
    """Nobody listens."""


@dataclass
class Room:
    """One unlocked desk. `changed` is called whenever something visible may have changed."""

    vault: Vault
    line: Line
    clock: Clock
    random: Random
    changed: Callable[[], None] = _nothing
    roster_at: int = field(default=-1, init=False)
    aside: tuple[tuple[int, int, int], dict[bytes, str]] | None = field(default=None, init=False)
    """Intake's file, folded, and the place up to which it was."""
    box_came: bool = field(default=False, init=False)
    """A box of intake's has just come: arrivals of every open day are asked again."""
    doubted: set[bytes] = field(default_factory=set, init=False)
    """Streams of which the relay has shown less than before, in this round."""
    unowned: set[bytes] = field(default_factory=set, init=False)
    """Replies that nobody owned when last looked at."""
    again: set[bytes] = field(default_factory=set, init=False)
    """Files to fold once more after the next reading."""
    unfolded: set[bytes] = field(default_factory=set, init=False)
    """Streams that were read and are not yet in the lists. A desk that starts folds everything it has."""
    _roster: Roster | None = field(default=None, init=False)
    _manifest: tuple[bytes, Manifest] | None = field(default=None, init=False)

    @cached_property
    def root(self) -> bytes:
        """The root public key."""
        return self.vault.must("root")

    @cached_property
    def space(self) -> bytes:
        """The space's id."""
        return space_id(self.root)

    @cached_property
    def relay_key(self) -> bytes:
        """What the relay signs with."""
        return self.vault.must("relay key")

    @cached_property
    def me(self) -> SigningKey:
        """This desk's own key."""
        return SigningKey(self.vault.must("desk"))

    def key(self, name: str) -> SigningKey | None:
        """One of the shared keys (`member`, `intake`, `keeper`, `delegated`), if this desk was sent it."""
        seed = self.vault.get(name)
        return None if seed is None else SigningKey(seed)

    @property
    def member(self) -> SigningKey:
        """The key that every member shares."""
        return SigningKey(self.vault.must("member"))

    @property
    def day(self) -> int:
        """The relay's day, as far as this desk believes it."""
        return self.vault.number("day")

    def note_day(self, day: int) -> bool:
        """A day that the relay has signed; it never falls.

        False, and nothing is changed, if it is more than a day after this computer's: it could not be taken back.
        """
        if day > self.clock.day() + APART_DAYS:
            return day <= self.day
        if day > self.day:
            self.vault.keep_number("day", day)
        return True

    @property
    def roster_id(self) -> bytes:
        """The roster's stream."""
        return self.vault.must("roster")

    def written(self, stream: bytes) -> list[Written]:
        """All verified envelopes of a stream that open, from the first."""
        found = self.vault.rows(
            "SELECT stream, n, hash, day, closing, writer, payload FROM envelope WHERE stream = ? ORDER BY n", stream
        )
        return [Written(*row) for row in found]

    @property
    def roster(self) -> Roster:
        """The newest roster.

        Raises:
            DeskUnknown: it has not been read yet.
        """
        row = self.vault.row("SELECT n FROM stream WHERE id = ?", self.roster_id)
        if row is None or row[0] == 0:
            raise DeskUnknown
        if self._roster is None or self.roster_at != row[0]:
            self._roster, self.roster_at = fold_roster(self.written(self.roster_id), self.root), row[0]
        return self._roster

    @property
    def seat(self) -> Seat:
        """This desk's own seat.

        Raises:
            DeskUnknown: the roster does not name it.
        """
        seat = self.roster.seat(self.me.public)
        if seat is None:
            raise DeskUnknown
        return seat

    @property
    def manifest(self) -> Manifest | None:
        """The newest manifest this desk has verified."""
        kept = self.vault.get("manifest")
        if kept is None:
            return None
        if self._manifest is None or self._manifest[0] != kept:
            self._manifest = (kept, decode(kept[:-SIGNATURE_BYTES], Manifest))
        return self._manifest[1]

    def speaks(self, key: bytes, day: int) -> bool:
        """Whether a voice key's words of a day are the organisation's."""
        manifest = self.manifest
        return manifest is not None and manifest.speaks(key, day)

    def voice(self) -> SigningKey | None:
        """The voice key that may sign today, if this desk holds it and the manifest names it."""
        day = self.day
        found = self.vault.rows(
            "SELECT seed, first FROM voice WHERE first <= ? AND first > ? ORDER BY first DESC",
            day,
            day - VOICE_SIGNS_DAYS,
        )
        keys = (SigningKey(seed) for seed, _ in found)
        return next((key for key in keys if self.speaks(key.public, day)), None)

    def signs_still(self, voice: bytes) -> bool:
        """Whether a voice key that has sealed something may still be the one to speak today."""
        row = self.vault.row("SELECT first FROM voice WHERE key = ?", voice)
        day = self.day
        return row is not None and row[0] <= day < row[0] + VOICE_SIGNS_DAYS and self.speaks(voice, day)

    def form(self, named: bytes = b"") -> Form | None:
        """The form of this digest, or the newest, if this desk has seen it."""
        text = self.vault.get("form " + named.hex()) if named else self.vault.get("form")
        try:
            return None if text is None else read_form(text)
        except Refusal:
            return None


def voice_first(last: int) -> int:
    """The first day of a voice key, from the last on which it counts."""
    return max(0, last - VOICE_COUNTS_DAYS + 1)


def check_space(root: bytes, space: bytes) -> None:
    """Refuse a root that does not speak for this space.

    Raises:
        SpaceWrong.
    """
    if space_id(root) != space:
        raise SpaceWrong
