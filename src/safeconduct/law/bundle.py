"""All packs as they are shipped: one JSON text in one spelling, its digest, and a signature (spec: law, bundle)."""

import re
from typing import Annotated, Final

import msgspec

from safeconduct.errors import FieldWrong, IdWrong, JsonBroken, JsonSpelling, SignatureWrong
from safeconduct.law.check import faults_between, faults_of_pack, faults_of_vocabulary
from safeconduct.law.pack import Bundle, Pack, Vocabulary
from safeconduct.law.span import Span
from safeconduct.sealed.signing import SigningKey, digest, same, verify

_ENCODER: Final = msgspec.json.Encoder(order="deterministic")
_DECODER: Final = msgspec.json.Decoder(Bundle)
_DATE: Final = re.compile(rb'"([0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)"')
Hex32 = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Hex64 = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{128}\Z")]


class Shipped(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file: the bundle's bytes as they are signed, behind their digest, the key and its signature."""

    digest: Hex32
    key: Hex32 | None
    signature: Hex64 | None
    bundle: msgspec.Raw


def bind(vocabulary: Vocabulary, packs: tuple[Pack, ...]) -> Bundle:
    """Vocabulary and packs in their one order."""
    return Bundle(
        schema="lawbundle/1", vocabulary=vocabulary, packs=tuple(sorted(packs, key=lambda pack: pack.pack.id))
    )


def encode(part: Bundle | Pack) -> bytes:
    """The one spelling: keys of a struct in the order of the spec, free keys sorted, defaults left out, no blanks."""
    return _ENCODER.encode(part)


def digest_of(bundle: Bundle) -> bytes:
    """32 bytes that name this edition."""
    return digest("law bundle", encode(bundle))


def editions(bundle: Bundle) -> dict[str, str]:
    """Each pack's own digest, in hex: what a case records. A change elsewhere leaves it as it is."""
    return {pack.pack.id: digest("law pack", encode(pack)).hex() for pack in bundle.packs}


def write(bundle: Bundle, key: SigningKey | None = None) -> bytes:
    """The file to ship, signed if a key is given. `read` reads it."""
    raw = encode(bundle)
    name = digest("law bundle", raw)
    signed = key.sign(_said(name)).hex() if key else None
    return _ENCODER.encode(Shipped(name.hex(), key.public.hex() if key else None, signed, msgspec.Raw(raw)))


def read(untrusted: bytes, key: bytes | None = None) -> Bundle:
    """The bundle that `read_signed` reads."""
    return read_signed(untrusted, key)[0]


def read_signed(untrusted: bytes, key: bytes | None = None) -> tuple[Bundle, bytes | None]:
    """Read what `write` wrote: digest and signature first, over the bytes; what they hold only then.

    The second is the key that signed it, None where nobody did.

    Args:
        untrusted: the file.
        key: whose signature is wanted, 32 bytes; None takes a bundle that nobody signed, and one signed by anybody.

    Raises:
        JsonBroken: not the JSON of such a file.
        JsonSpelling: not in its one spelling.
        IdWrong: the digest is of other bytes.
        SignatureWrong: not signed by this key; KeyWeak and its kin as `signing.verify` says.
        FieldWrong: a bundle that breaks a rule of the spec.
    """
    try:
        shipped = msgspec.json.decode(untrusted, type=Shipped)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise JsonBroken from None
    raw = bytes(shipped.bundle)
    name = digest("law bundle", raw)
    if not same(name, bytes.fromhex(shipped.digest)):
        raise IdWrong
    _verify(shipped, name, key)
    bundle = _decode(raw)
    if _ENCODER.encode(shipped) != untrusted:
        raise JsonSpelling
    return bundle, bytes.fromhex(shipped.key) if shipped.key is not None else None


def _verify(shipped: Shipped, name: bytes, key: bytes | None) -> None:
    if (shipped.key is None) != (shipped.signature is None):
        raise SignatureWrong
    if key is not None and (shipped.key is None or not same(bytes.fromhex(shipped.key), key)):
        raise SignatureWrong
    if shipped.key is not None and shipped.signature is not None:
        verify(bytes.fromhex(shipped.key), _said(name), bytes.fromhex(shipped.signature))


def _said(name: bytes) -> bytes:
    return digest("law bundle signature", name)


def _decode(raw: bytes) -> Bundle:
    try:
        bundle = _DECODER.decode(raw)
    except msgspec.ValidationError:
        raise FieldWrong from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise JsonBroken from None
    if encode(bundle) != raw:
        raise JsonSpelling
    if faults(bundle) or not all(map(_exists, set(_DATE.findall(raw)))):
        raise FieldWrong
    return bundle


def _exists(day: bytes) -> bool:
    try:
        Span.parse(day.decode("ascii"))
    except ValueError:
        return False
    return True


def faults(bundle: Bundle) -> list[str]:
    """The codes of all rules that do not hold (`check`), but those of dates."""
    packs = {pack.pack.id: pack for pack in bundle.packs}
    found = [fault.code for fault in faults_of_vocabulary(bundle.vocabulary)]
    for pack in bundle.packs:
        found += [fault.code for fault in faults_of_pack(pack, bundle.vocabulary)]
    if len(packs) != len(bundle.packs) or list(packs) != sorted(packs):
        found.append("id-twice")
    return found + [fault.code for _, fault in faults_between(packs)]
