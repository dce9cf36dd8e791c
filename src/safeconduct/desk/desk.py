"""The desk as its pages see it: locked or unlocked; lists, matters, and what one can do with them.

Whatever is written here is in the vault when a method returns, and goes out when the relay can be asked.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

import httpx

from safeconduct.case.event import Consented, Noted, Restored, SetAside, Triaged
from safeconduct.clock import Clock
from safeconduct.desk import takeup
from safeconduct.desk.holding import must_hold, seal
from safeconduct.desk.keys import delegation_days_left
from safeconduct.desk.line import Line
from safeconduct.desk.lists import LOST, fold_changed, mark_shown, shown_until, thread_of
from safeconduct.desk.room import Room
from safeconduct.desk.show import find_row, seat_ref, show_alarms, show_count, show_matter, show_queue
from safeconduct.desk.steps import AppendStep, ReplyStep, add, keep, load
from safeconduct.desk.sync import Sync
from safeconduct.desk.vault import Vault, open_vault
from safeconduct.desk.view import Band, DraftKind, Matter, Me, OwnCount, Queue, Row, Status
from safeconduct.errors import DeskUnknown, FieldWrong, VaultShut, WriterWrong
from safeconduct.journal import Entry, Journal
from safeconduct.sealed.event import URGENCIES, Event
from safeconduct.sealed.signing import Random
from safeconduct.sealed.wire import Octets, Octets32, tidy


class Desk:
    """One member's desk. Methods are safe from several threads; all but locking raise `VaultShut` while locked."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        random: Random,
        journal: Journal,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Know where the vault is; nothing is opened. `transport` is for a relay inside this process."""
        self._folder: Final = folder
        self._clock: Final = clock
        self._random: Final = random
        self._journal: Final = journal
        self._transport: Final = transport
        self._moved: Final = threading.Condition()
        self._version = 0
        self._room: Room | None = None
        self._sync: Sync | None = None
        self.language = "ru"
        """In which language names and forms are shown; the pages set it."""

    @property
    def locked(self) -> bool:
        """Whether the vault is closed."""
        return self._room is None

    @property
    def version(self) -> int:
        """Rises whenever something visible may have changed."""
        return self._version

    def unlock(self, passphrase: str, *, live: bool = True) -> None:
        """Open the vault, collect, destroy what is past its grace, and keep up with the relay from now on.

        With `live` False nothing runs by itself: the caller calls `sync`.

        Raises:
            VaultShut: another passphrase. DeskUnknown: no desk here, or it has not joined. DeskTaken, FormatOther.
        """
        if not self.locked:
            return
        vault = open_vault(self._folder, passphrase, self._random)
        try:
            relay = vault.must("relay").decode("utf-8")
            vault.must("relay key")
            vault.must("roster")
        except DeskUnknown:
            vault.close()
            raise
        line = Line(relay, self._transport)
        room = Room(vault, line, self._clock, self._random, self._change)
        sync = Sync(room, lambda: self._journal.note(Entry.FAILED))
        sync.begin()
        self._room, self._sync = room, sync
        if live:
            sync.start()
        self._change()

    def lock(self) -> None:
        """Stop, close the vault, forget every key. What was written is kept, sealed."""
        room, sync, self._room, self._sync = self._room, self._sync, None, None
        self._change()
        if room is not None and sync is not None:
            sync.stop()
            room.vault.close()
            self._journal.note(Entry.DESK_LOCKED)

    def sync(self) -> None:
        """One round with the relay, now, in this thread: for tests and programs without a live desk."""
        self._open()
        if self._sync is not None:
            self._sync.round()

    def wait(self, after: int, timeout_s: float) -> int:
        """Wait until the version is above `after`, or the time is over; returns the version.

        Raises:
            VaultShut: the desk is or was locked meanwhile.
        """
        with self._moved:
            self._moved.wait_for(lambda: self._version > after or self.locked, timeout_s)
        self._open()
        return self._version

    def _change(self) -> None:
        with self._moved:
            self._version += 1
            self._moved.notify_all()

    def _open(self) -> Room:
        room = self._room
        if room is None:
            raise VaultShut
        return room

    # What is shown.

    def me(self) -> Me:
        """Whose desk this is."""
        room = self._open()
        return Me(room.seat.member, room.roster.organisation, room.seat.duties)

    def status(self) -> Status:
        """The line on top of every page."""
        room, sync = self._open(), self._sync
        vault, manifest = room.vault, room.manifest
        waiting = _count(
            vault, "SELECT COUNT(*) FROM step WHERE state != 'void' AND kind IN ('append', 'close', 'reply')"
        )
        synced = sync.synced_s if sync else None
        return Status(
            relay=sync.relay if sync else "silent",
            synced_s_ago=None if synced is None else max(0, self._clock.instant_s() - synced),
            waiting=waiting,
            manifest_days_left=manifest.last - room.day if manifest else None,
            delegation_days_left=delegation_days_left(room),
            alone=room.roster.alone,
            past_grace=_count(vault, "SELECT COUNT(*) FROM row WHERE past_grace = 1"),
            alarms=show_alarms(room, self.language),
        )

    def queue(self, band: Band, cursor: str = "", limit: int = 50) -> Queue:
        """One page of a list, in the order of attention."""
        room = self._open()
        return show_queue(room, band, (cursor, limit), self.language)

    def next(self) -> str | None:
        """The most urgent matter that waits for an answer: mine and the new ones first."""
        room = self._open()
        row = room.vault.row(
            "SELECT ref FROM row WHERE band IN ('mine', 'new') AND past_grace = 0 AND substr(sort, 2, 1) = '0' "
            "ORDER BY sort LIMIT 1"
        )
        return None if row is None else str(row[0])

    def matter(self, ref: str) -> Matter:
        """A request or a case, whole.

        Raises:
            KeyError: there is none.
        """
        room = self._open()
        # A reply that goes out meanwhile is shown as waiting or as sent, never twice and never not at all.
        with room.vault.still():
            return show_matter(room, ref, self.language)

    def count_own(self) -> OwnCount:
        """This desk's own cases by quarter: those that may be counted, and how many there are in all."""
        return show_count(self._open())

    def kept_count(self, part: Literal["count", "count pictures"]) -> bytes | None:
        """What was counted last on this desk, as `keep_count` was given it."""
        return self._open().vault.get(part)

    def keep_count(self, count: bytes, pictures: bytes) -> None:
        """Keep what was counted, in the place of what was counted before."""
        vault = self._open().vault
        with vault.write():
            vault.keep("count", count)
            vault.keep("count pictures", pictures)
        self._change()

    def kept_pairs(self) -> tuple[bytes, bytes]:
        """The table of pairs that is open and what was decided of it, as `keep_pairs` was given them, or empty."""
        kept = dict(self._open().vault.rows("SELECT name, value FROM kept WHERE name IN ('pairs', 'pairs decided')"))
        return kept.get("pairs", b""), kept.get("pairs decided", b"")

    def keep_pairs(self, change: Callable[[bytes, bytes], tuple[bytes, bytes]]) -> tuple[bytes, bytes]:
        """Put something else in their place, made of what is there; nothing comes between. Returns it, on disk."""
        vault = self._open().vault
        with vault.write():
            before = self.kept_pairs()
            after = change(*before)
            for name, was, now in zip(("pairs", "pairs decided"), before, after, strict=True):
                if now != was:
                    vault.keep(name, now)
        if after[0] != before[0]:
            vault.scrub()
        return after

    def _find(self, room: Room, ref: str) -> tuple[bytes, Row, str]:
        return find_row(room, ref, self.language)

    def seen(self, ref: str, read: str | None = None) -> None:
        """What a page with this `Matter.read` showed has been shown; None: all that this desk has.

        Raises:
            KeyError: there is none.
        """
        room = self._open()
        matter, row, _ = self._find(room, ref)
        with room.vault.write():
            new = mark_shown(room, matter, read) if row.new else 0
        if new != row.new:
            self._change()

    # What one can do.

    def take_up(self, ref: str) -> str:
        """Take a contact up; returns the case's ref. Works without a network; twice is once.

        Raises:
            KeyError: there is none. Closed: a colleague was first. WriterWrong: this desk does not answer.
        """
        room = self._open()
        matter, row, _ = self._find(room, ref)
        if row.kind == "case":
            return ref
        file = takeup.take_up(room, matter)
        self._poke()
        found = room.vault.row("SELECT ref FROM row WHERE matter = ?", file)
        if found is None:
            raise KeyError(ref)
        return str(found[0])

    def set_aside(self, ref: str, reason: str) -> None:
        """Nobody need take this contact up: `junk`, `twice`, `hostile`.

        Raises:
            KeyError: there is none. FieldWrong: another reason. DeskUnknown: this desk does not hold intake's file.
        """
        room = self._open()
        if reason not in ("junk", "twice", "hostile"):
            raise FieldWrong
        matter, _, _ = self._find(room, ref)
        self._write(room, room.vault.must("intake file"), SetAside(Octets32(matter), reason), matter)

    def restore(self, ref: str) -> None:
        """Undo `set_aside`."""
        room = self._open()
        matter, _, _ = self._find(room, ref)
        self._write(room, room.vault.must("intake file"), Restored(Octets32(matter)), matter)

    def note(self, ref: str, text: str, read: str | None = None) -> None:
        """For colleagues only; it takes the half-written one's place. `read`: as in `reply`.

        Raises:
            KeyError: there is none. WriterWrong: it is no case of this desk, or a void one.
        """
        room = self._open()
        with room.vault.write():
            self._write_case(ref, lambda: Noted(tidy(text), self._read_until(room, ref, read)))
            self.keep_draft(ref, "", "note")

    def _read_until(self, room: Room, ref: str, read: str | None) -> tuple[Octets32, int] | None:
        """The newest of the conversation that had been shown."""
        matter, _, _ = self._find(room, ref)
        contact_n, thread_n = shown_until(room, matter, read)
        thread, contact = thread_of(room, matter), must_hold(room.vault, matter).contact
        if thread and thread_n > 1:  # what a thread begins with shows nowhere, so a note cannot stand behind it
            return Octets32(thread), thread_n
        return (Octets32(contact), contact_n) if contact and contact_n else None

    def triage(self, ref: str, urgency: str, why: str) -> None:
        """Say how urgent it is, and why."""
        if urgency not in URGENCIES:
            raise FieldWrong
        self._write_case(ref, lambda: Triaged(urgency, tidy(why)))

    def consent(self, ref: str, *, given: bool, words: str) -> None:
        """Take down whether the person may be counted, anonymously, and how she or he said so (may be empty).

        Raises:
            KeyError: there is none. WriterWrong: it is no case of this desk, or a void one.
        """
        self._write_case(ref, lambda: Consented("count", "given" if given else "withdrawn", tidy(words)))

    def _write_case(self, ref: str, event: Callable[[], Event]) -> None:
        room = self._open()
        matter, row, _ = self._find(room, ref)
        if row.kind != "case" or row.state == "aside":
            raise WriterWrong
        self._write(room, matter, event(), matter)

    def _write(self, room: Room, file: bytes, event: Event, matter: bytes) -> None:
        with room.vault.write():
            envelope = seal(room.vault, file, room.me, event, room.random)
            add(room.vault, file, AppendStep(Octets32(file), Octets(envelope)))
            fold_changed(room, [matter])
        self._poke()

    def reply(self, ref: str, text: str, read: str | None = None) -> None:
        """Answer the seeker: queued, and said as soon as the relay takes it; held if he wrote what was not shown.

        `read` is `Matter.read` of the page it was written on, foreign until looked at; None, for programs without
        a page: all that this desk has.

        Raises:
            KeyError: there is none. WriterWrong: nobody may answer there from this desk.
        """
        room = self._open()
        # In one transaction: a reply that is put in once the case is lost would wait for ever.
        with room.vault.write():
            matter, row, _ = self._find(room, ref)
            if row.kind != "case" or row.state not in ("ours", "coming") or not room.seat.answers:
                raise WriterWrong
            add(room.vault, matter, ReplyStep(Octets32(matter), tidy(text), *shown_until(room, matter, read)))
            self.keep_draft(ref, "")
        self._poke()

    def send_held(self, ref: str, item: str, read: str | None = None) -> None:
        """The seeker wrote meanwhile, and it is to be said all the same: after what `read` shows (as in `reply`).

        If he has written more than that, it is held again. One that is not held any more stays as it is.

        Raises:
            KeyError: there is no such matter.
        """
        room = self._open()
        with room.vault.write():
            matter, _, _ = self._find(room, ref)
            for number, step in self._held(room, matter, item, ("held",)):
                keep(room.vault, number, step.onto(*shown_until(room, matter, read)))
                room.vault.run("UPDATE step SET state = 'waiting' WHERE id = ?", number)
        self._poke()

    def drop_held(self, ref: str, item: str, draft: str | None = None) -> str:
        """Take a held or void reply back: its text comes behind the draft that is there, which is returned.

        `draft` is what stands in the field, if that is newer. Of one that is neither any more, nothing is taken back.

        Raises:
            KeyError: there is no such matter.
        """
        room = self._open()
        with room.vault.write():
            matter, _, _ = self._find(room, ref)
            kept = room.vault.row("SELECT text FROM draft WHERE matter = ? AND kind = 'reply'", matter)
            texts = [draft if draft is not None else kept[0] if kept else ""]
            for number, step in self._held(room, matter, item, ("held", "void")):
                room.vault.run("DELETE FROM step WHERE id = ?", number)
                texts.append(step.text)
            text = "\n\n".join(each for each in texts if each.strip())
            self.keep_draft(ref, text)
        self._poke()
        return text

    def _held(self, room: Room, matter: bytes, item: str, states: tuple[str, ...]) -> list[tuple[int, ReplyStep]]:
        """The reply of this name, if it is in one of these states."""
        rows = room.vault.rows(
            "SELECT id, state FROM step WHERE matter = ? AND ref = ? AND kind = 'reply'", matter, item
        )
        steps = [(number, load(room.vault, number)) for number, state in rows if state in states]
        return [(number, step) for number, step in steps if isinstance(step, ReplyStep)]

    def put_away(self, ref: str) -> None:
        """Forget what was written here to someone whom a colleague had taken up first; it is in no list any more.

        Raises:
            KeyError: there is no such void case.
        """
        room = self._open()
        with room.vault.write():
            matter, _, reason = self._find(room, ref)
            if reason != LOST:
                raise KeyError(ref)
            room.vault.run("DELETE FROM step WHERE matter = ? AND kind = 'reply'", matter)
            room.vault.run("DELETE FROM draft WHERE matter = ?", matter)
            fold_changed(room, [matter])
        self._change()

    def grant(self, ref: str, colleague: str) -> None:
        """Give a colleague the case: standing in its file, and its secret by letter.

        Raises:
            KeyError: no such case or colleague.
        """
        room = self._open()
        matter, row, _ = self._find(room, ref)
        found = next((seat for seat in room.roster.seats if seat_ref(room, seat.desk) == colleague), None)
        if found is None or row.kind != "case":
            raise KeyError(colleague)
        takeup.grant(room, matter, tuple(seat.desk for seat in room.roster.seats if seat.member == found.member))
        self._poke()

    def keep_draft(
        self, ref: str, text: str, kind: DraftKind = "reply", late: Callable[[], bool] = lambda: False
    ) -> None:
        """Keep a half-written reply or note, sealed in the vault; an empty one is forgotten.

        `late` is asked when nothing can come between its answer and the keeping: if it is so, nothing is kept.
        """
        room = self._open()
        with room.vault.write():
            matter, _, reason = self._find(room, ref)
            if late():
                return
            if text:
                room.vault.run("INSERT OR REPLACE INTO draft VALUES (?, ?, ?)", matter, kind, tidy(text))
            else:
                room.vault.run("DELETE FROM draft WHERE matter = ? AND kind = ?", matter, kind)
            if reason == LOST:
                fold_changed(room, [matter])  # what is left in it keeps a void case in a list

    def confirm_alarm(self, ref: str) -> None:
        """A person has understood it."""
        self._open().vault.run("UPDATE alarm SET confirmed = 1 WHERE ref = ?", ref)
        self._change()

    def _poke(self) -> None:
        self._change()
        if self._sync is not None:
            self._sync.poke()


def _count(vault: Vault, sql: str) -> int:
    row = vault.row(sql)
    return int(row[0]) if row else 0
