"""Requests to a relay and its answers, as a desk or a seeker makes and reads them (spec: relay)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from safeconduct.errors import (
    DayWrong,
    FrameBroken,
    IdWrong,
    Malformed,
    Refusal,
    Refused,
    RelayForeign,
    Unentitled,
    Unproved,
    leaves,
)
from safeconduct.sealed.access import (
    CHALLENGE_BYTES,
    HEAD_BYTES,
    Head,
    envelope_digest,
    letter_digest,
    open_head,
)
from safeconduct.sealed.manifest import manifest_digest
from safeconduct.sealed.signing import SigningKey, digest, frame, u32
from safeconduct.sealed.stream import Entry, Point, Stream
from safeconduct.sealed.wire import LETTER_BYTES, integer, sized, split

CONTENT_TYPE: Final = "application/octet-stream"
READ_STREAMS_MOST: Final = 64
WAIT_S_MOST: Final = 30


def open_answer(status: int, content_type: str, untrusted: bytes) -> tuple[bytes, bytes | Refusal]:
    """Split an answer or refusal into the next challenge and what was said.

    Raises:
        RelayForeign: no relay answers like this; a login page has another content type.
    """
    if content_type != CONTENT_TYPE or len(untrusted) < CHALLENGE_BYTES:
        raise RelayForeign
    challenge, said = untrusted[:CHALLENGE_BYTES], untrusted[CHALLENGE_BYTES:]
    if status == 200:
        return challenge, said
    try:
        return challenge, _REFUSALS[said.decode("ascii")]()
    except (KeyError, UnicodeDecodeError):
        raise RelayForeign from None


# What only a program may say of its own files or of what it opened is no relay's to say.
_REFUSALS: Final = {
    code: refusal
    for code, refusal in leaves().items()
    if issubclass(refusal, Malformed | Unproved | Unentitled | Refused | IdWrong | DayWrong)
}


def _signed(said: bytes, *keys: SigningKey) -> bytes:
    return said + b"".join(key.sign(said) for key in keys)


def ask_manifest(space: bytes, nonce: bytes) -> bytes:
    """`manifest`; the nonce (16) comes back in the signed day."""
    return frame("manifest", space, nonce)


@dataclass(frozen=True, slots=True)
class ManifestAnswer:
    """Nothing of it is verified yet: that takes the root (`open_manifest`)."""

    day: int
    signature: bytes
    manifest: bytes
    box: bytes
    form: bytes


def read_manifest_answer(untrusted: bytes) -> ManifestAnswer:
    """Read `manifest answer` (FrameBroken, LengthWrong)."""
    day, signature, manifest, box, form = _whole(untrusted, "manifest answer", 5)
    return ManifestAnswer(integer(day), sized(signature, 64), manifest, sized(box, 0, 1_216), form)


@dataclass(frozen=True, slots=True)
class RelayKeys:
    """The space's three relay keys, public halves, and their serial."""

    serial: int
    keeper: bytes
    member: bytes
    intake: bytes


def create_space(code: bytes, root: SigningKey, keys: RelayKeys) -> bytes:
    """`space`: make a space with the operator's code."""
    said = frame("space", code, root.public, keys.keeper, keys.member, keys.intake, u32(keys.serial))
    return _signed(said, root)


def set_keys(space: bytes, keys: RelayKeys, keeper: SigningKey) -> bytes:
    """`keys`, by the keeper."""
    said = frame("keys", space, u32(keys.serial), keys.keeper, keys.member, keys.intake, u32(1))
    return _signed(said, keeper)


def publish(space: bytes, manifest: bytes, boxes: Sequence[bytes], form: bytes, keeper: SigningKey) -> bytes:
    """`publish`: a manifest, the box keys it names, and the form it names."""
    joined = b"".join(boxes)
    said = frame(
        "publish",
        space,
        manifest_digest(manifest),
        hashlib.sha256(joined).digest(),
        digest("form", form),
    )
    return _signed(said, keeper) + frame("published", manifest, joined, form)


def read_space_answer(untrusted: bytes) -> bytes:
    """The relay's public key (FrameBroken, LengthWrong)."""
    return sized(_whole(untrusted, "space answer", 1)[0], 32)


def send_contact(space: bytes, access: bytes, erase: bytes, box: bytes, letter: bytes, envelope: bytes) -> bytes:
    """`contact`: letter and envelope 1, both or neither."""
    return frame("contact", space, access, erase, box, b"") + letter + envelope


def reseal(space: bytes, stream: Stream, box: bytes, letter: bytes) -> bytes:
    """`reseal`: a new letter beside a contact nobody has taken up."""
    said = frame("reseal", space, stream.access.public, box, letter_digest(letter))
    return _signed(said, stream.access) + letter


def read_contact_answer(untrusted: bytes, space: bytes, stream: bytes, relay: bytes) -> tuple[Head, bytes]:
    """The head of envelope 1, and the signature over `born` (codes of `open_head`)."""
    head, born = _whole(untrusted, "contact answer", 2)
    return open_head(head, space, stream, relay), sized(born, 64)


@dataclass(frozen=True, slots=True)
class Entitlement:
    """The second key of an append: nobody's (0), the members' (1), the stream's erase key (2)."""

    by: int = 0
    key: SigningKey | None = None


NOBODY: Final = Entitlement()


def append(
    space: bytes,
    stream: Stream,
    envelope: bytes,
    named: Point | None,
    *,
    closing: bool = False,
    second: Entitlement = NOBODY,
) -> bytes:
    """`append`: one envelope, after a named head if one is given."""
    said = frame(
        "append",
        space,
        stream.access.public,
        b"" if named is None else u32(named.n) + named.hash,
        u32(int(closing)),
        u32(second.by),
        envelope_digest(envelope),
    )
    keys = (stream.access,) if second.key is None else (stream.access, second.key)
    return _signed(said, *keys) + envelope


def birth(
    space: bytes,
    stream: Stream,
    stream_class: int,
    member: SigningKey,
    envelope: bytes,
    *,
    erase: bytes = b"",
    recovery: bytes = b"",
) -> bytes:
    """`birth`: the first envelope of a thread (with `erase`), a file or a roster (with `recovery`)."""
    said = frame(
        "birth",
        space,
        stream.access.public,
        u32(stream_class),
        erase,
        letter_digest(recovery) if recovery else b"",
        envelope_digest(envelope),
    )
    return _signed(said, stream.access, member) + recovery + envelope


def read_append_answer(untrusted: bytes, space: bytes, stream: bytes, relay: bytes) -> Head:
    """The receipt (codes of `open_head`)."""
    return open_head(_whole(untrusted, "append answer", 1)[0], space, stream, relay)


def ask_read(
    space: bytes,
    challenge: bytes,
    streams: Sequence[tuple[Stream, int]],
    member: SigningKey | None,
) -> bytes:
    """`read`: what stands behind a number in each of up to 64 streams."""
    wanted = b"".join(stream.access.public + u32(after) for stream, after in streams)
    said = frame("read", space, challenge, u32(int(member is not None)), wanted)
    keys = [stream.access for stream, _ in streams]
    return _signed(said, *keys, *([] if member is None else [member]))


def read_read_answer(
    untrusted: bytes, space: bytes, streams: Sequence[bytes], relay: bytes
) -> list[tuple[Head, list[Entry]]]:
    """For each stream its newest head and the entries; the history itself is for `follow` to verify.

    Raises:
        FrameBroken, LengthWrong; the codes of `open_head`.
    """
    fields, _, padding = split(untrusted, "read answer", len(streams))
    if padding.strip(b"\0"):
        raise FrameBroken
    return [
        (open_head(field[:HEAD_BYTES], space, stream, relay), _entries(field[HEAD_BYTES:]))
        for stream, field in zip(streams, fields, strict=True)
    ]


def _entries(untrusted: bytes) -> list[Entry]:
    found, at = [], 0
    while at < len(untrusted):
        day, closing, length = (integer(untrusted[at + i : at + i + 4]) for i in (0, 4, 8))
        envelope = untrusted[at + 12 : at + 12 + length]
        if len(envelope) != length:
            raise FrameBroken
        found.append(Entry(day, closing, envelope))
        at += 12 + length
    return found


def ask_feed(space: bytes, challenge: bytes, day: int, cursor: bytes, wait_s: int, member: SigningKey) -> bytes:
    """`feed`: the tags of what moved on a day, since the cursor."""
    return _signed(frame("feed", space, challenge, u32(day), cursor, u32(wait_s)), member)


def ask_arrivals(space: bytes, challenge: bytes, day: int, cursor: bytes, wait_s: int, intake: SigningKey) -> bytes:
    """`arrivals`: the contacts of a day that are still open, since the cursor."""
    return _signed(frame("arrivals", space, challenge, u32(day), cursor, u32(wait_s)), intake)


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of `feed` or `arrivals`: the relay's day, where to go on, whether at once, the items."""

    day: int
    cursor: bytes
    more: bool
    items: tuple[bytes, ...]


def read_feed_answer(untrusted: bytes, asked_day: int) -> Page:
    """Tags of 16 bytes if the day asked for is the relay's, (tag, head tag) of 32 bytes if it had closed.

    The answer's own day tells which: the day may turn while a request is under way.

    Raises:
        FrameBroken, LengthWrong, FieldWrong; DayWrong: its day is before the one asked for.
    """
    day = integer(_whole(untrusted, "feed answer", 4)[0])
    if day < asked_day:
        raise DayWrong
    return _page(untrusted, "feed answer", 32 if day > asked_day else 16)


class Arrival(NamedTuple):
    """A contact that waits: its id, the box its letter is sealed to, the letter."""

    contact: bytes
    box: bytes
    letter: bytes


def read_arrivals_answer(untrusted: bytes) -> tuple[Page, list[Arrival]]:
    """The page, and its items taken apart."""
    page = _page(untrusted, "arrivals answer", 64 + LETTER_BYTES)
    return page, [Arrival(item[:32], item[32:64], item[64:]) for item in page.items]


def post(space: bytes, address: bytes, letter: bytes, member: SigningKey) -> bytes:
    """`post`: a letter to an address."""
    return _signed(frame("post", space, address, letter_digest(letter)), member) + letter


def read_post_answer(untrusted: bytes) -> None:
    """It is on disk (FrameBroken)."""
    _whole(untrusted, "post answer", 0)


def ask_collect(space: bytes, challenge: bytes, collect: SigningKey, acknowledged: Sequence[bytes]) -> bytes:
    """`collect`: the letters at my address; those acknowledged by digest go first."""
    said = frame("collect", space, challenge, collect.public, b"".join(acknowledged))
    return _signed(said, collect)


def read_collect_answer(untrusted: bytes) -> tuple[bool, tuple[bytes, ...]]:
    """Whether more wait, and the letters."""
    more, letters = _whole(untrusted, "collect answer", 2)
    return bool(integer(more, 1)), _cut(letters, LETTER_BYTES)


def _page(untrusted: bytes, label: str, size: int) -> Page:
    day, cursor, more, items = _whole(untrusted, label, 4)
    return Page(integer(day), cursor, bool(integer(more, 1)), _cut(items, size))


def _cut(untrusted: bytes, size: int) -> tuple[bytes, ...]:
    if len(untrusted) % size:
        raise FrameBroken
    return tuple(untrusted[i : i + size] for i in range(0, len(untrusted), size))


def _whole(untrusted: bytes, label: str, fields: int) -> tuple[bytes, ...]:
    found, _, rest = split(untrusted, label, fields)
    if rest:
        raise FrameBroken
    return found
