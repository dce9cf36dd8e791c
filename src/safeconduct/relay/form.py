"""The form of requests: bytes in, one frozen request out, or a refusal (spec: relay). Pure; nothing is looked up here.

A request is what was signed (one frame), the signatures, the attachments.
"""

import hashlib
from collections.abc import Callable
from functools import partial
from typing import Final

from safeconduct.errors import FieldWrong, FrameBroken, IdWrong, KindUnknown, LengthWrong, SizeWrong
from safeconduct.relay import request as r
from safeconduct.sealed.access import CHALLENGE_BYTES, envelope_digest, letter_digest, space_id, stream_id
from safeconduct.sealed.manifest import manifest_digest
from safeconduct.sealed.signing import KEY_BYTES, SIGNATURE_BYTES, digest
from safeconduct.sealed.wire import ENVELOPE_SIZES_BYTES, ID_BYTES, LETTER_BYTES, integer, label_of, sized, split

NONCE_BYTES: Final = 16
STREAMS_MOST: Final = 64
WAIT_MOST_S: Final = 30
_ENTITLED: Final = (None, r.Role.MEMBER, r.Role.ERASE)
Values = tuple[bytes, ...]
Reader = Callable[[Values, bytes, bytes], r.Request]
"""From the frame's fields, the frame itself, and what follows it."""


def read_request(route: str, untrusted: bytes) -> r.Request:
    """Read a request of this route: only its form.

    Raises:
        FrameBroken, LengthWrong, FieldWrong, SizeWrong: not of its form.
        KindUnknown: a label of another route, or of none.
        IdWrong: a digest that is not that of the attachment.
    """
    label = label_of(untrusted)
    if label not in ROUTES[route]:
        raise KindUnknown
    fields, read = ROUTES[route][label]
    values, said, rest = split(untrusted, label, fields)
    return read(values, said, rest)


def _manifest(v: Values, said: bytes, rest: bytes) -> r.Request:
    space, nonce = _id(v[0]), sized(v[1], NONCE_BYTES)
    return r.ManifestAsked(said, _only(rest), space, nonce)


def _space(v: Values, said: bytes, rest: bytes) -> r.Request:
    code, root = sized(v[0], r.CODE_BYTES), _key(v[1])
    keys = r.Keys(integer(v[5]), _key(v[2]), _key(v[3]), _key(v[4]))
    return r.SpaceMade(said, _only(rest, root), space_id(root), code, root, keys)


def _keys(v: Values, said: bytes, rest: bytes) -> r.Request:
    space, keys = _id(v[0]), r.Keys(integer(v[1]), _key(v[2]), _key(v[3]), _key(v[4]))
    by = (r.Role.ROOT, r.Role.KEEPER)[integer(v[5], most=1)]
    return r.KeysSet(said, _only(rest, by), space, keys)


def _publish(v: Values, said: bytes, rest: bytes) -> r.Request:
    space, named = _id(v[0]), tuple(_id(field) for field in v[1:])
    signed, attached = _signed(rest, r.Role.KEEPER)
    (manifest, box_keys, form), _, left = split(attached, "published", 3)
    if left:
        raise FrameBroken
    pieces(box_keys, r.BOX_KEY_BYTES)
    if named != (manifest_digest(manifest), hashlib.sha256(box_keys).digest(), digest("form", form)):
        raise IdWrong
    return r.Published(said, signed, space, manifest, box_keys, form)


def _contact(v: Values, said: bytes, rest: bytes) -> r.Request:
    space, access, erase, box = _id(v[0]), _key(v[1]), _key(v[2]), _id(v[3])
    sized(v[4], 0)  # work: for a relay that is pressed, later
    letter, envelope = rest[:LETTER_BYTES], rest[LETTER_BYTES:]
    if len(envelope) not in ENVELOPE_SIZES_BYTES[:2]:
        raise SizeWrong
    beside = (r.CONTACT, erase, box, letter, envelope, envelope_digest(envelope))
    return r.ContactSent(said, (), space, access, stream_id(access), *beside)


def _reseal(v: Values, said: bytes, rest: bytes) -> r.Request:
    space, access, box, named = _id(v[0]), _key(v[1]), _id(v[2]), _id(v[3])
    signed, letter = _signed(rest, access)
    _letter(letter, named)
    return r.Resealed(said, signed, space, access, stream_id(access), box, letter)


def _append(v: Values, said: bytes, rest: bytes) -> r.Request:
    space, access, head = _id(v[0]), _key(v[1]), sized(v[2], 36, 0)
    closing, by, named = integer(v[3], most=1), _ENTITLED[integer(v[4], most=2)], _id(v[5])
    signed, envelope = _signed(rest, access, *([by] if by else []))
    _envelope(envelope, named)
    at = (int.from_bytes(head[:4], "big"), head[4:]) if head else None
    return r.Appended(said, signed, space, access, stream_id(access), at, closing, by, envelope, named)


def _birth(v: Values, said: bytes, rest: bytes) -> r.Request:
    space, access, kind = _id(v[0]), _key(v[1]), integer(v[2], most=r.ROSTER)
    if kind < r.THREAD:
        raise FieldWrong
    thread = kind == r.THREAD
    erase, letter_named, named = (
        sized(v[3], KEY_BYTES if thread else 0),
        sized(v[4], 0 if thread else ID_BYTES),
        _id(v[5]),
    )
    signed, attached = _signed(rest, access, r.Role.MEMBER)
    letter_bytes = 0 if thread else LETTER_BYTES
    letter, envelope = attached[:letter_bytes], attached[letter_bytes:]
    _envelope(envelope, named)
    if not thread:
        _letter(letter, letter_named)
    beside = (kind, erase, b"", letter, envelope, named)
    return r.Born(said, signed, space, access, stream_id(access), *beside)


def _read(v: Values, said: bytes, rest: bytes) -> r.Request:
    space, challenge, member = _id(v[0]), _challenge(v[1]), integer(v[2], most=1)
    streams = pieces(v[3], KEY_BYTES + 4)
    if not 1 <= len(streams) <= STREAMS_MOST:
        raise LengthWrong
    wants = tuple((one[:KEY_BYTES], int.from_bytes(one[KEY_BYTES:], "big")) for one in streams)
    signed = _only(rest, *(access for access, _ in wants), *([r.Role.MEMBER] if member else []))
    return r.ReadAsked(said, signed, space, challenge, member == 1, wants)


def _feed(kind: type[r.FeedAsked], signer: r.Role, v: Values, said: bytes, rest: bytes) -> r.Request:
    space, challenge, day = _id(v[0]), _challenge(v[1]), integer(v[2])
    wait_s = integer(v[4], most=WAIT_MOST_S)
    return kind(said, _only(rest, signer), space, challenge, day, v[3], wait_s)


def _post(v: Values, said: bytes, rest: bytes) -> r.Request:
    space, address, named = _id(v[0]), _id(v[1]), _id(v[2])
    signed, letter = _signed(rest, r.Role.MEMBER)
    _letter(letter, named)
    return r.Posted(said, signed, space, address, letter, named)


def _collect(v: Values, said: bytes, rest: bytes) -> r.Request:
    space, challenge, collect, acknowledged = _id(v[0]), _challenge(v[1]), _key(v[2]), pieces(v[3], ID_BYTES)
    return r.CollectAsked(said, _only(rest, collect), space, challenge, collect, acknowledged)


ROUTES: Final[dict[str, dict[str, tuple[int, Reader]]]] = {
    "manifest": {"manifest": (2, _manifest)},
    "space": {"space": (6, _space), "keys": (6, _keys), "publish": (4, _publish)},
    "contact": {"contact": (5, _contact), "reseal": (4, _reseal)},
    "append": {"append": (6, _append), "birth": (6, _birth)},
    "read": {"read": (4, _read)},
    "feed": {
        "feed": (5, partial(_feed, r.FeedAsked, r.Role.MEMBER)),
        "arrivals": (5, partial(_feed, r.ArrivalsAsked, r.Role.INTAKE)),
    },
    "post": {"post": (3, _post)},
    "collect": {"collect": (4, _collect)},
}
"""Each route with the labels of what may be said there, how many fields they have, and how they are read."""


def pieces(untrusted: bytes, size: int) -> tuple[bytes, ...]:
    """Cut into pieces of one size.

    Raises:
        LengthWrong: something is left over.
    """
    if len(untrusted) % size:
        raise LengthWrong
    return tuple(untrusted[at : at + size] for at in range(0, len(untrusted), size))


def _id(untrusted: bytes) -> bytes:
    return sized(untrusted, ID_BYTES)


def _key(untrusted: bytes) -> bytes:
    return sized(untrusted, KEY_BYTES)


def _challenge(untrusted: bytes) -> bytes:
    return sized(untrusted, CHALLENGE_BYTES)


def _signed(untrusted: bytes, *signers: bytes | r.Role) -> tuple[r.Signed, bytes]:
    """One signature of each of these, and the attachments behind them."""
    end = len(signers) * SIGNATURE_BYTES
    if len(untrusted) < end:
        raise LengthWrong
    return tuple(zip(signers, pieces(untrusted[:end], SIGNATURE_BYTES), strict=True)), untrusted[end:]


def _only(untrusted: bytes, *signers: bytes | r.Role) -> r.Signed:
    """The signatures, where nothing may follow them."""
    signed, left = _signed(untrusted, *signers)
    if left:
        raise FrameBroken
    return signed


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
