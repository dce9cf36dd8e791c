"""Keeping up with the relay: one round after another, and two listeners that say when to begin the next."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Literal

from safeconduct.case.alarm import Alarm
from safeconduct.desk.alarms import raise_alarm, stamp_day
from safeconduct.desk.days import Days, destroy_old
from safeconduct.desk.keys import rotate
from safeconduct.desk.letters import collect, reconsider
from safeconduct.desk.lists import fold_all, fold_changed
from safeconduct.desk.outbox import run
from safeconduct.desk.reading import read_due
from safeconduct.desk.room import Room
from safeconduct.errors import (
    ClockWrong,
    Malformed,
    Refusal,
    RelayForeign,
    RelaySilent,
    Unproved,
    Untrue,
    VaultShut,
)
from safeconduct.sealed.request import Page, ask_arrivals, ask_feed, read_arrivals_answer, read_feed_answer

Relay = Literal["there", "silent", "foreign", "clock"]
RETRY_S: Final = 1.0
IDLE_S: Final = 60.0
BEGIN_S: Final = 3.0
"""So long a desk that is opened asks the relay before it shows what it has."""
_WAIT_S: Final = 25
_PASSES_MOST: Final = 16


def _nothing() -> None:
    """Nobody listens."""


@dataclass
class Sync:
    """All that a desk does with the relay. `round` does everything once, without waiting; `start` keeps at it."""

    room: Room
    failed: Callable[[], None] = _nothing
    """Called when a round failed in a way that has no word."""
    relay: Relay = "silent"
    synced_s: int | None = None
    """When the last whole round ended (seconds, this computer's clock)."""
    days: Days = field(init=False)
    _poke: threading.Event = field(default_factory=threading.Event, init=False)
    _stop: threading.Event = field(default_factory=threading.Event, init=False)
    _day: int = field(default=-1, init=False)

    def __post_init__(self) -> None:
        self.days = Days(self.room)

    def begin(self) -> None:
        """At the start: collect, then destroy what is past its grace, before anything is shown.

        Whoever opens her vault is not kept waiting by the relay, and is shown everything that is in it.
        """
        try:
            with self.room.line.within(BEGIN_S, self.room.clock):
                self._new_day()
        except Refusal as refusal:
            self._note(refusal)
            with suppress(Refusal):  # before it has read the roster a desk has nothing to show
                fold_all(self.room)

    def round(self) -> None:
        """Everything once: days, letters, arrivals, reading, rotation, the outbox, and reading again.

        What the relay refuses or fails at is noted in `relay`; nothing is raised but `VaultShut`.
        """
        try:
            self._round()
        except VaultShut:
            raise
        except Refusal as refusal:
            self._fold()
            self._note(refusal)
        else:
            self._set("there")
            self.synced_s = self.room.clock.instant_s()

    def _round(self) -> None:
        self.room.doubted.clear()
        self.days.follow()
        if not self.days.apart:
            if self.room.day != self._day:
                self._new_day()
            if self.days.letters_wait:
                self._collect()
        self.days.arrivals()
        self._read()
        self.days.check_heads()
        if self.days.apart:
            raise ClockWrong  # letters are judged, and words signed, by the day: they wait for the right one
        self._write()

    def _write(self) -> None:
        """Rotation and the outbox; then what they have written is read."""
        room = self.room
        rotate(room)
        written = run(room)
        if written or room.unfolded or room.vault.row("SELECT 1 FROM stream WHERE due = 1") is not None:
            self._read()

    def _new_day(self) -> None:
        """The manifest, the letters, the roster; then what is past its grace goes, and every list is judged anew."""
        room = self.room
        self.days.fetch_manifest()
        self._collect()
        room.vault.run("UPDATE stream SET due = 1 WHERE class = 4")
        self._read()
        destroy_old(room)
        fold_all(room)
        self._day = room.day

    def _collect(self) -> None:
        if collect(self.room):
            self.room.changed()
        self.days.letters_wait = False

    def _read(self) -> None:
        """Read and fold until nothing more is due: a file names its contact, a contact's closing its case."""
        room = self.room
        for _ in range(_PASSES_MOST):
            read_due(room)
            again, room.again = room.again, set()
            room.unfolded |= again
            changed = self._fold()
            if not changed:
                return
            if room.roster_id in changed and not self.days.apart:
                reconsider(room)

    def _fold(self) -> set[bytes]:
        """Put what was read into the lists; returns the streams. A moved roster may confirm letters that wait."""
        room = self.room
        changed, room.unfolded = room.unfolded, set()
        if room.roster_id in changed:
            self.days.letters_wait = True
        if changed:
            fold_changed(room, changed)
        return changed

    def _note(self, refusal: Refusal) -> None:
        match refusal:
            case RelaySilent():
                self._set("silent")
            case RelayForeign():
                self._set("foreign")
            case ClockWrong():
                self._set("clock")
            case Unproved() | Untrue() | Malformed():
                raise_alarm(self.room, Alarm.FORGED, b"", refusal.code.encode("ascii") + stamp_day(self.room))
            case _:
                self._set("there")

    def _set(self, relay: Relay) -> None:
        if relay != self.relay:
            self.relay = relay
            self.room.changed()

    def poke(self) -> None:
        """Begin the next round now."""
        self._poke.set()

    def start(self) -> None:
        """Keep at it in threads of its own until `stop`."""
        self._poke.set()
        threading.Thread(target=self._work, daemon=True).start()
        for wait_for_news in (self._wait_feed, self._wait_arrivals):
            threading.Thread(target=self._listen, args=[wait_for_news], daemon=True).start()

    def stop(self) -> None:
        """Stop, at once: nobody is waited for.

        Whoever waits on the network comes back to a closed line and a closed vault, and ends; what a request had
        done and could not be recorded is repeated another day, as after any crash.
        """
        self._stop.set()
        self._poke.set()
        self.room.line.close()

    def _work(self) -> None:
        while not self._stop.is_set():
            self._poke.wait(IDLE_S if self.relay == "there" or self.days.apart else RETRY_S)
            self._poke.clear()
            if self._stop.is_set():
                return
            try:
                self.round()
            except VaultShut:
                return
            except Exception:  # noqa: BLE001 - a failure without a word must not end the keeping up
                self.failed()
                self._stop.wait(RETRY_S)

    def _listen(self, wait_for_news: Callable[[int, bytes], Page | None]) -> None:
        """Wait on the network alone; news begin a round."""
        place = (-1, b"")
        while not self._stop.is_set():
            try:
                place = self._hear(wait_for_news, *place)
            except VaultShut:
                return
            except Refusal:
                self._stop.wait(RETRY_S)
            except Exception:  # noqa: BLE001 - as in `_work`
                self.failed()
                self._stop.wait(RETRY_S)

    def _hear(self, wait_for_news: Callable[[int, bytes], Page | None], day: int, cursor: bytes) -> tuple[int, bytes]:
        """One answer; returns the day and where to go on in it."""
        if self.days.today != day:
            day, cursor = self.days.today, b""
        page = wait_for_news(day, cursor)
        if page is None:
            self._stop.wait(IDLE_S / 12)
            return day, cursor
        if page.items or page.day != day:
            self.poke()
        if page.day != day:
            self._stop.wait(RETRY_S / 2)
        return day, page.cursor

    def _wait_feed(self, day: int, cursor: bytes) -> Page | None:
        room = self.room
        said = room.line.ask(
            "feed",
            lambda challenge: ask_feed(room.space, challenge, day, cursor, _WAIT_S, room.member),
            patience_s=_WAIT_S,
        )
        return read_feed_answer(said, day)

    def _wait_arrivals(self, day: int, cursor: bytes) -> Page | None:
        room, intake = self.room, self.room.key("intake")
        if intake is None:
            return None
        said = room.line.ask(
            "feed",
            lambda challenge: ask_arrivals(room.space, challenge, day, cursor, _WAIT_S, intake),
            patience_s=_WAIT_S,
        )
        return read_arrivals_answer(said)[0]
