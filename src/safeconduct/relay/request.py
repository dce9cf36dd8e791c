"""Reading requests: bytes in, one frozen request out, or a refusal (spec: relay). Pure; nothing is looked up here.

A request is what was signed (one frame), the signatures, the attachments. What was signed is kept as it
came: it is verified over those very bytes, and nothing is made anew from what was read.
"""

import hashlib
from collections.abc import Callable
from typing import Final

import msgspec

from safeconduct.errors import FieldWrong, FrameBroken, IdWrong, KindUnknown, LengthWrong, SizeWrong
from safeconduct.sealed.access import CHALLENGE_BYTES, envelope_digest, letter_digest, space_id, stream_id
from safeconduct.sealed.manifest import manifest_digest
from safeconduct.sealed.signing import KEY_BYTES, SIGNATURE_BYTES, digest
from safeconduct.sealed.wire import ENVELOPE_SIZES_BYTES, ID_BYTES, LETTER_BYTES, integer, label_of, sized, split

CONTACT, THREAD, FILE, ROSTER = 1, 2, 3, 4
BOX_KEY_BYTES: Final = 1_216
CODE_BYTES: Final = 16
NONCE_BYTES: Final = 16
STREAMS_MOST: Final = 64
WAIT_MOST_S: Final = 30
BY_NOBODY, BY_MEMBER, BY_ERASE = 0, 1, 2
_CONTACT_ENVELOPES_BYTES: Final = ENVELOPE_SIZES_BYTES[:2]


class Asked(msgspec.Struct, frozen=True):
    """What every request has: the signed bytes, the signatures over them, and the space it speaks of."""

    said: bytes
    signatures: tuple[bytes, ...]
    space: bytes


class ManifestAsked(Asked, frozen=True):
    """`manifest`."""

    nonce: bytes


class Keys(msgspec.Struct, frozen=True):
    """The three keys a space's members share, as set under one serial."""

    serial: int
    keeper: bytes
    member: bytes
    intake: bytes


class SpaceMade(Asked, frozen=True):
    """`space`, label `space`."""

    code: bytes
    root: bytes
    keys: Keys


class KeysSet(Asked, frozen=True):
    """`space`, label `keys`."""

    keys: Keys
    by_keeper: bool


class Published(Asked, frozen=True):
    """`space`, label `publish`."""

    manifest: bytes
    box_keys: tuple[bytes, ...]
    form: bytes


class ContactSent(Asked, frozen=True):
    """`contact`, label `contact`. It certifies itself: whoever knows the id's key made it."""

    access: bytes
    stream: bytes
    erase: bytes
    box: bytes
    letter: bytes
    envelope: bytes
    digest: bytes


class Resealed(Asked, frozen=True):
    """`contact`, label `reseal`."""

    access: bytes
    stream: bytes
    box: bytes
    letter: bytes


class Appended(Asked, frozen=True):
    """`append`, label `append`. `named` is the head it follows (n, H(n)), or nothing."""

    access: bytes
    stream: bytes
    named: tuple[int, bytes] | None
    closing: int
    by: int
    envelope: bytes
    digest: bytes


class Born(Asked, frozen=True):
    """`append`, label `birth`. A thread has an erase key, a file or roster a recovery letter."""

    access: bytes
    stream: bytes
    kind: int
    erase: bytes
    letter: bytes
    envelope: bytes
    digest: bytes


class ReadAsked(Asked, frozen=True):
    """`read`: access key and the number after which to begin, for each stream."""

    challenge: bytes
    as_member: bool
    wants: tuple[tuple[bytes, int], ...]


class FeedAsked(Asked, frozen=True):
    """`feed`, label `feed`: what moved on a day. The cursor is opaque and may be anything."""

    challenge: bytes
    day: int
    cursor: bytes
    wait_s: int


class ArrivalsAsked(FeedAsked, frozen=True):
    """`feed`, label `arrivals`: contacts that came on a day."""


class Posted(Asked, frozen=True):
    """`post`."""

    address: bytes
    letter: bytes
    digest: bytes


class CollectAsked(Asked, frozen=True):
    """`collect`."""

    challenge: bytes
    collect: bytes
    acknowledged: tuple[bytes, ...]


Request = (
    ManifestAsked
    | SpaceMade
    | KeysSet
    | Published
    | ContactSent
    | Resealed
    | Appended
    | Born
    | ReadAsked
    | FeedAsked
    | ArrivalsAsked
    | Posted
    | CollectAsked
)


def read_request(route: str, untrusted: bytes) -> Request:
    """Read a request of this route: only its form.

    Raises:
        FrameBroken, LengthWrong, FieldWrong, SizeWrong: not of its form.
        KindUnknown: a label of another route, or of none.
        IdWrong: a digest that is not that of the attachment.
    """
    label = label_of(untrusted)
    if label not in ROUTES[route]:
        raise KindUnknown
    fields, read = _READERS[label]
    values, said, rest = split(untrusted, label, fields)
    return read(values, said, rest)


def _manifest(v: tuple[bytes, ...], said: bytes, rest: bytes) -> Request:
    space, nonce = _id(v[0]), sized(v[1], NONCE_BYTES)
    return ManifestAsked(said, _only(rest, 0), space, nonce)


def _space(v: tuple[bytes, ...], said: bytes, rest: bytes) -> Request:
    code, root = sized(v[0], CODE_BYTES), _key(v[1])
    keys = Keys(integer(v[5]), _key(v[2]), _key(v[3]), _key(v[4]))
    return SpaceMade(said, _only(rest, 1), space_id(root), code, root, keys)


def _keys(v: tuple[bytes, ...], said: bytes, rest: bytes) -> Request:
    space, keys = _id(v[0]), Keys(integer(v[1]), _key(v[2]), _key(v[3]), _key(v[4]))
    by = integer(v[5], most=1)
    return KeysSet(said, _only(rest, 1), space, keys, by == 1)


def _publish(v: tuple[bytes, ...], said: bytes, rest: bytes) -> Request:
    space, named = _id(v[0]), tuple(_id(field) for field in v[1:])
    signatures, attached = _signed(rest, 1)
    (manifest, box_keys, form), _, left = split(attached, "published", 3)
    if left:
        raise FrameBroken
    keys = _pieces(box_keys, BOX_KEY_BYTES)
    if named != (manifest_digest(manifest), hashlib.sha256(box_keys).digest(), digest("form", form)):
        raise IdWrong
    return Published(said, signatures, space, manifest, keys, form)


def _contact(v: tuple[bytes, ...], said: bytes, rest: bytes) -> Request:
    space, access, erase, box = _id(v[0]), _key(v[1]), _key(v[2]), _id(v[3])
    sized(v[4], 0)  # work: for a relay that is pressed, later
    letter, envelope = rest[:LETTER_BYTES], rest[LETTER_BYTES:]
    if len(envelope) not in _CONTACT_ENVELOPES_BYTES:
        raise SizeWrong
    named = envelope_digest(envelope)
    return ContactSent(said, (), space, access, stream_id(access), erase, box, letter, envelope, named)


def _reseal(v: tuple[bytes, ...], said: bytes, rest: bytes) -> Request:
    space, access, box, named = _id(v[0]), _key(v[1]), _id(v[2]), _id(v[3])
    signatures, letter = _signed(rest, 1)
    _letter(letter, named)
    return Resealed(said, signatures, space, access, stream_id(access), box, letter)


def _append(v: tuple[bytes, ...], said: bytes, rest: bytes) -> Request:
    space, access, head = _id(v[0]), _key(v[1]), sized(v[2], 36, 0)
    closing, by, named = integer(v[3], most=1), integer(v[4], most=2), _id(v[5])
    signatures, envelope = _signed(rest, 1 if by == BY_NOBODY else 2)
    _envelope(envelope, named)
    at = (int.from_bytes(head[:4], "big"), head[4:]) if head else None
    return Appended(said, signatures, space, access, stream_id(access), at, closing, by, envelope, named)


def _birth(v: tuple[bytes, ...], said: bytes, rest: bytes) -> Request:
    space, access, kind = _id(v[0]), _key(v[1]), integer(v[2], most=ROSTER)
    if kind < THREAD:
        raise FieldWrong
    erase = sized(v[3], KEY_BYTES if kind == THREAD else 0)
    letter_named = sized(v[4], 0 if kind == THREAD else ID_BYTES)
    named = _id(v[5])
    signatures, attached = _signed(rest, 2)
    letter_bytes = 0 if kind == THREAD else LETTER_BYTES
    letter, envelope = attached[:letter_bytes], attached[letter_bytes:]
    _envelope(envelope, named)
    if letter_bytes:
        _letter(letter, letter_named)
    return Born(said, signatures, space, access, stream_id(access), kind, erase, letter, envelope, named)


def _read(v: tuple[bytes, ...], said: bytes, rest: bytes) -> Request:
    space, challenge, member = _id(v[0]), _challenge(v[1]), integer(v[2], most=1)
    streams = _pieces(v[3], KEY_BYTES + 4)
    if not 1 <= len(streams) <= STREAMS_MOST:
        raise LengthWrong
    wants = tuple((one[:KEY_BYTES], int.from_bytes(one[KEY_BYTES:], "big")) for one in streams)
    return ReadAsked(said, _only(rest, len(wants) + member), space, challenge, member == 1, wants)


def _feed(kind: type[FeedAsked]) -> Callable[[tuple[bytes, ...], bytes, bytes], Request]:
    def read(v: tuple[bytes, ...], said: bytes, rest: bytes) -> Request:
        space, challenge, day = _id(v[0]), _challenge(v[1]), integer(v[2])
        wait_s = integer(v[4], most=WAIT_MOST_S)
        return kind(said, _only(rest, 1), space, challenge, day, v[3], wait_s)

    return read


def _post(v: tuple[bytes, ...], said: bytes, rest: bytes) -> Request:
    space, address, named = _id(v[0]), _id(v[1]), _id(v[2])
    signatures, letter = _signed(rest, 1)
    _letter(letter, named)
    return Posted(said, signatures, space, address, letter, named)


def _collect(v: tuple[bytes, ...], said: bytes, rest: bytes) -> Request:
    space, challenge, collect = _id(v[0]), _challenge(v[1]), _key(v[2])
    acknowledged = _pieces(v[3], ID_BYTES)
    return CollectAsked(said, _only(rest, 1), space, challenge, collect, acknowledged)


ROUTES: Final[dict[str, tuple[str, ...]]] = {
    "contact": ("contact", "reseal"),
    "append": ("append", "birth"),
    "read": ("read",),
    "feed": ("feed", "arrivals"),
    "manifest": ("manifest",),
    "post": ("post",),
    "collect": ("collect",),
    "space": ("space", "keys", "publish"),
}
"""Each route with the labels of what may be said there."""

_READERS: Final[dict[str, tuple[int, Callable[[tuple[bytes, ...], bytes, bytes], Request]]]] = {
    "manifest": (2, _manifest),
    "space": (6, _space),
    "keys": (6, _keys),
    "publish": (4, _publish),
    "contact": (5, _contact),
    "reseal": (4, _reseal),
    "append": (6, _append),
    "birth": (6, _birth),
    "read": (4, _read),
    "feed": (5, _feed(FeedAsked)),
    "arrivals": (5, _feed(ArrivalsAsked)),
    "post": (3, _post),
    "collect": (4, _collect),
}


def _id(untrusted: bytes) -> bytes:
    return sized(untrusted, ID_BYTES)


def _key(untrusted: bytes) -> bytes:
    return sized(untrusted, KEY_BYTES)


def _challenge(untrusted: bytes) -> bytes:
    return sized(untrusted, CHALLENGE_BYTES)


def _pieces(untrusted: bytes, size: int) -> tuple[bytes, ...]:
    if len(untrusted) % size:
        raise LengthWrong
    return tuple(untrusted[at : at + size] for at in range(0, len(untrusted), size))


def _signed(untrusted: bytes, count: int) -> tuple[tuple[bytes, ...], bytes]:
    """The signatures, and the attachments behind them."""
    end = count * SIGNATURE_BYTES
    if len(untrusted) < end:
        raise LengthWrong
    return _pieces(untrusted[:end], SIGNATURE_BYTES), untrusted[end:]


def _only(untrusted: bytes, count: int) -> tuple[bytes, ...]:
    """The signatures, where nothing may follow them."""
    signatures, left = _signed(untrusted, count)
    if left:
        raise FrameBroken
    return signatures


def _letter(untrusted: bytes, named: bytes) -> None:
    if len(untrusted) != LETTER_BYTES:
        raise SizeWrong
    if letter_digest(untrusted) != named:
        raise IdWrong


def _envelope(untrusted: bytes, named: bytes) -> None:
    if len(untrusted) not in ENVELOPE_SIZES_BYTES:
        raise SizeWrong
    if envelope_digest(untrusted) != named:
        raise IdWrong
