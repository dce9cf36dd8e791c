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
from safeconduct.sealed.wire import ENVELOPE_SIZES_BYTES, ID_BYTES, LETTER_BYTES, integer, label_of, split

STREAMS_MOST: Final = 64
ACKNOWLEDGED_MOST: Final = 256  # as many as one answer brings
WAIT_MOST_S: Final = 30
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
    lengths, read = ROUTES[route][label]
    values, said, rest = split(untrusted, label, len(lengths))
    for value, allowed in zip(values, lengths, strict=True):
        if allowed and len(value) not in allowed:
            raise LengthWrong
    return read(values, said, rest)


def _manifest(v: Values, said: bytes, rest: bytes) -> r.Request:
    space, nonce = v
    return r.ManifestAsked(said, _only(rest), space, nonce)


def _space(v: Values, said: bytes, rest: bytes) -> r.Request:
    code, root, keeper, member, intake, serial = v
    keys = r.Keys(integer(serial), keeper, member, intake)
    return r.SpaceMade(said, _only(rest, root), space_id(root), code, root, keys)


def _keys(v: Values, said: bytes, rest: bytes) -> r.Request:
    space, serial, keeper, member, intake, by_keeper = v
    by = (r.Role.ROOT, r.Role.KEEPER)[integer(by_keeper, most=1)]
    return r.KeysSet(said, _only(rest, by), space, r.Keys(integer(serial), keeper, member, intake))


def _publish(v: Values, said: bytes, rest: bytes) -> r.Request:
    space, *named = v
    signed, attached = _signed(rest, r.Role.KEEPER)
    (manifest, box_keys, form), _, left = split(attached, "published", 3)
    if left:
        raise FrameBroken
    pieces(box_keys, r.BOX_KEY_BYTES)
    if named != [manifest_digest(manifest), hashlib.sha256(box_keys).digest(), digest("form", form)]:
        raise IdWrong
    return r.Published(said, signed, space, manifest, box_keys, form)


def _contact(v: Values, said: bytes, rest: bytes) -> r.Request:
    space, access, erase, box, _work = v
    letter, envelope = rest[:LETTER_BYTES], rest[LETTER_BYTES:]
    if len(envelope) not in ENVELOPE_SIZES_BYTES[:2]:
        raise SizeWrong
    beside = (r.CONTACT, erase, box, letter, envelope, envelope_digest(envelope))
    return r.ContactSent(said, (), space, access, stream_id(access), *beside)


def _reseal(v: Values, said: bytes, rest: bytes) -> r.Request:
    space, access, box, named = v
    signed, letter = _signed(rest, access)
    _check_letter(letter, named)
    return r.Resealed(said, signed, space, access, stream_id(access), box, letter)


def _append(v: Values, said: bytes, rest: bytes) -> r.Request:
    space, access, head, closing, entitled, named = v
    by = (None, r.Role.MEMBER, r.Role.ERASE)[integer(entitled, most=2)]
    signed, envelope = _signed(rest, access, *([by] if by else []))
    _check_envelope(envelope, named)
    after = (integer(head[:4]), head[4:]) if head else None
    return r.Appended(
        said, signed, space, access, stream_id(access), after, integer(closing, most=1), by, envelope, named
    )


def _birth(v: Values, said: bytes, rest: bytes) -> r.Request:
    space, access, of_class, erase, letter_named, named = v
    kind = integer(of_class, most=r.ROSTER)
    if kind < r.THREAD:
        raise FieldWrong
    # A thread has an erase key and no letter; a file or roster a letter and no erase key.
    letter_bytes = 0 if kind == r.THREAD else LETTER_BYTES
    if bool(erase) == bool(letter_bytes) or bool(letter_named) != bool(letter_bytes):
        raise LengthWrong
    signed, attached = _signed(rest, access, r.Role.MEMBER)
    letter, envelope = attached[:letter_bytes], attached[letter_bytes:]
    _check_envelope(envelope, named)
    if letter:
        _check_letter(letter, letter_named)
    return r.Born(said, signed, space, access, stream_id(access), kind, erase, b"", letter, envelope, named)


def _read(v: Values, said: bytes, rest: bytes) -> r.Request:
    space, challenge, member, packed = v
    streams, as_member = pieces(packed, KEY_BYTES + 4), integer(member, most=1) == 1
    if not 1 <= len(streams) <= STREAMS_MOST:
        raise LengthWrong
    wants = tuple((one[:KEY_BYTES], integer(one[KEY_BYTES:])) for one in streams)
    signed = _only(rest, *(access for access, _ in wants), *([r.Role.MEMBER] if as_member else []))
    return r.ReadAsked(said, signed, space, challenge, as_member, wants)


def _feed(kind: type[r.FeedAsked], signer: r.Role, v: Values, said: bytes, rest: bytes) -> r.Request:
    space, challenge, day, cursor, wait_s = v
    return kind(said, _only(rest, signer), space, challenge, integer(day), cursor, integer(wait_s, most=WAIT_MOST_S))


def _post(v: Values, said: bytes, rest: bytes) -> r.Request:
    space, address, named = v
    signed, letter = _signed(rest, r.Role.MEMBER)
    _check_letter(letter, named)
    return r.Posted(said, signed, space, address, letter, named)


def _collect(v: Values, said: bytes, rest: bytes) -> r.Request:
    space, challenge, collect, packed = v
    acknowledged = pieces(packed, ID_BYTES)
    if len(acknowledged) > ACKNOWLEDGED_MOST:
        raise LengthWrong
    return r.CollectAsked(said, _only(rest, collect), space, challenge, collect, acknowledged)


_ANY: Final = ()
_INTEGER: Final = (4,)
_ID: Final = (ID_BYTES,)
_KEY: Final = (KEY_BYTES,)
_CHALLENGE: Final = (CHALLENGE_BYTES,)
_NAMED_HEAD: Final = (0, 36)
_NONCE: Final = (16,)
_CURSOR: Final = (0, 12, 16, 44)
_WORK: Final = (0,)  # for a relay that is pressed, later
ROUTES: Final[dict[str, dict[str, tuple[tuple[tuple[int, ...], ...], Reader]]]] = {
    "manifest": {"manifest": ((_ID, _NONCE), _manifest)},
    "space": {
        "space": (((r.CODE_BYTES,), _KEY, _KEY, _KEY, _KEY, _INTEGER), _space),
        "keys": ((_ID, _INTEGER, _KEY, _KEY, _KEY, _INTEGER), _keys),
        "publish": ((_ID, _ID, _ID, _ID), _publish),
    },
    "contact": {
        "contact": ((_ID, _KEY, _KEY, _ID, _WORK), _contact),
        "reseal": ((_ID, _KEY, _ID, _ID), _reseal),
    },
    "append": {
        "append": ((_ID, _KEY, _NAMED_HEAD, _INTEGER, _INTEGER, _ID), _append),
        "birth": ((_ID, _KEY, _INTEGER, (0, KEY_BYTES), (0, ID_BYTES), _ID), _birth),
    },
    "read": {"read": ((_ID, _CHALLENGE, _INTEGER, _ANY), _read)},
    "feed": {
        "feed": ((_ID, _CHALLENGE, _INTEGER, _CURSOR, _INTEGER), partial(_feed, r.FeedAsked, r.Role.MEMBER)),
        "arrivals": ((_ID, _CHALLENGE, _INTEGER, _CURSOR, _INTEGER), partial(_feed, r.ArrivalsAsked, r.Role.INTAKE)),
    },
    "post": {"post": ((_ID, _ID, _ID), _post)},
    "collect": {"collect": ((_ID, _CHALLENGE, _KEY, _ANY), _collect)},
}
"""Each route with the labels of what may be said there: the lengths its fields may have, and how it is read."""


def pieces(untrusted: bytes, size: int) -> tuple[bytes, ...]:
    """Cut into pieces of one size.

    Raises:
        LengthWrong: something is left over.
    """
    if len(untrusted) % size:
        raise LengthWrong
    return tuple(untrusted[at : at + size] for at in range(0, len(untrusted), size))


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


def _check_letter(untrusted: bytes, named: bytes) -> None:
    if len(untrusted) != LETTER_BYTES:
        raise SizeWrong
    if letter_digest(untrusted) != named:
        raise IdWrong


def _check_envelope(untrusted: bytes, named: bytes) -> None:
    if len(untrusted) not in ENVELOPE_SIZES_BYTES:
        raise SizeWrong
    if envelope_digest(untrusted) != named:
        raise IdWrong
