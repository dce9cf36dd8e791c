"""The steps of the outbox as the vault keeps them: what must be said, and every byte that may be repeated."""

from collections.abc import Sequence
from typing import cast

import msgspec

from safeconduct.case.case import Written
from safeconduct.desk.vault import Vault
from safeconduct.errors import Refusal
from safeconduct.sealed.stream import Stream
from safeconduct.sealed.wire import Octets, Octets32, encode
from safeconduct.sealed.wire import decode as read

EMPTY = Octets(b"")


class Step(msgspec.Struct, frozen=True, tag_field="kind"):
    """One thing to be done; the kinds are below."""


class BirthStep(Step, frozen=True, tag="birth"):
    """A file's first envelope, with its recovery letter."""

    stream: Octets32
    envelope: Octets
    recovery: Octets


class AppendStep(Step, frozen=True, tag="append"):
    """An envelope into a file, without a head."""

    stream: Octets32
    envelope: Octets


class ThreadStep(Step, frozen=True, tag="thread"):
    """A thread's birth; `threaded` (if any) goes into the file before it."""

    file: Octets32
    contact: Octets32
    secret: Octets32
    erase: Octets32
    envelope: Octets = EMPTY
    voice: Octets = EMPTY
    threaded: Octets = EMPTY


class ShareStep(Step, frozen=True, tag="share"):
    """The file's secret, by letter, to these desks and (unless `desks_only`) to the coordinators."""

    file: Octets32
    desks: tuple[Octets32, ...]
    desks_only: bool


class CloseStep(Step, frozen=True, tag="close"):
    """The closing of the contact; `n` is the number of the head it follows."""

    file: Octets32
    contact: Octets32
    thread: Octets32
    erase: Octets32
    envelope: Octets = EMPTY
    voice: Octets = EMPTY
    n: int = 0


class ReplyStep(Step, frozen=True, tag="reply"):
    """A reply: first `sent`, then `said`. `contact_n`, `thread_n`: what this desk had read when it was written."""

    file: Octets32
    text: str
    contact_n: int
    thread_n: int
    lane: Octets = EMPTY
    k: int = 0
    sent: Octets = EMPTY
    owned: bool = False
    envelope: Octets = EMPTY
    voice: Octets = EMPTY
    n: int = 0

    def numbered(self, lane: bytes, k: int, sent: bytes) -> "ReplyStep":
        """With its number in the thread, and the sealed `sent` that owns it."""
        return msgspec.structs.replace(self, lane=Octets(lane), k=k, sent=Octets(sent))

    def as_owned(self) -> "ReplyStep":
        """With its `sent` acknowledged."""
        return msgspec.structs.replace(self, owned=True)

    def sealed(self, envelope: bytes, voice: bytes, n: int) -> "ReplyStep":
        """Sealed to follow head n."""
        return msgspec.structs.replace(self, envelope=Octets(envelope), voice=Octets(voice), n=n)

    def onto(self, contact_n: int, thread_n: int) -> "ReplyStep":
        """To be said after all that has been read now."""
        return msgspec.structs.replace(self, contact_n=contact_n, thread_n=thread_n)

    def afresh(self) -> "ReplyStep":
        """Unsent again, to be owned under a new number."""
        return ReplyStep(self.file, self.text, self.contact_n, self.thread_n)


AnyStep = BirthStep | AppendStep | ThreadStep | ShareStep | CloseStep | ReplyStep


def add(vault: Vault, matter: bytes, step: AnyStep) -> str:
    """Put a step behind all others; returns its ref."""
    ref = vault.draw_ref()
    kind = step.__struct_config__.tag
    vault.run(
        "INSERT INTO step (ref, matter, kind, state, body) VALUES (?, ?, ?, 'waiting', ?)",
        ref,
        matter,
        kind,
        encode(step),
    )
    return ref


def keep(vault: Vault, number: int, step: AnyStep) -> None:
    """Write a step over."""
    vault.run("UPDATE step SET body = ? WHERE id = ?", encode(step), number)


def load(vault: Vault, number: int) -> AnyStep | None:
    """A step, if it is still there."""
    row = vault.row("SELECT body FROM step WHERE id = ?", number)
    return None if row is None else read_step(row[0])


def read_step(kept: bytes) -> AnyStep:
    """A step from its kept bytes."""
    kinds = {
        kind.__struct_config__.tag: kind
        for kind in (BirthStep, AppendStep, ThreadStep, ShareStep, CloseStep, ReplyStep)
    }
    tag = msgspec.json.decode(kept)["kind"]
    return cast("AnyStep", read(kept, kinds[tag]))


def strike(vault: Vault, number: int) -> None:
    """It is done."""
    vault.run("DELETE FROM step WHERE id = ?", number)


def pending(vault: Vault, stream: Stream, n: int, day: int) -> Sequence[Written]:
    """What was written into a file here and is not yet on the relay, numbered on from n."""
    found = []
    rows = vault.rows("SELECT body FROM step WHERE matter = ? AND kind IN ('birth', 'append') ORDER BY id", stream.id)
    for (kept,) in rows:
        step = read_step(kept)
        if not isinstance(step, BirthStep | AppendStep):
            continue
        try:
            opened = stream.open(step.envelope)
        except Refusal:
            continue
        n += 1
        found.append(Written(stream.id, n, b"", day, 0, opened.writer, opened.payload))
    return found
