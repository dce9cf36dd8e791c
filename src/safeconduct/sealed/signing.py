"""Framing, digests, Ed25519: all the cryptography a relay needs (spec: framing, signing).

The one file that imports PyNaCl. Verifiers of Ed25519 disagree about odd keys, so what they disagree
about is refused first, by comparing bytes, the same in Python and TypeScript; libsodium decides the rest.
"""

import hashlib
import hmac
from collections.abc import Callable
from typing import Final

from nacl import bindings, exceptions

from safeconduct.errors import (
    KeySpelling,
    KeyWeak,
    LengthWrong,
    SignatureSpelling,
    SignatureWrong,
)
from safeconduct.secret import Secret

Random = Callable[[int], bytes]
"""Randomness as it is passed in: a number of bytes in, so many unpredictable bytes out."""

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
_P: Final = 2**255 - 19
_L: Final = 2**252 + 27742317777372353535851937790883648493
# The y coordinates of the eight points of small order (RFC 8032, 5.1; the sign bit masked off).
_SMALL_ORDER: Final = frozenset(
    {
        0,
        1,
        _P - 1,
        int.from_bytes(
            bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
            "little",
        ),
        int.from_bytes(
            bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
            "little",
        ),
    }
)


def frame(label: str, *fields: bytes) -> bytes:
    """`safeconduct/1/`, label, 0x00, then each field behind its length in four bytes, big-endian."""
    head = b"safeconduct/1/" + label.encode("ascii") + b"\0"
    return head + b"".join(len(field).to_bytes(4, "big") + field for field in fields)


def u32(value: int) -> bytes:
    """An integer as it stands in a frame: four bytes, big-endian."""
    return value.to_bytes(4, "big")


def digest(label: str, *fields: bytes) -> bytes:
    """SHA-256 over the frame: 32 bytes."""
    return hashlib.sha256(frame(label, *fields)).digest()


def mac(key: bytes, label: str, *fields: bytes) -> bytes:
    """HMAC-SHA256 over the frame: 32 bytes."""
    return hmac.new(key, frame(label, *fields), hashlib.sha256).digest()


def same(left: bytes, right: bytes) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(left, right)


class SigningKey(Secret):
    """An Ed25519 private key, from its 32-byte seed. It shows itself nowhere; `.seed()` gives it out."""

    __slots__ = ("_private", "public")

    def __init__(self, seed: bytes) -> None:
        """Expand the seed.

        Raises:
            LengthWrong: not 32 bytes.
        """
        if len(seed) != KEY_BYTES:
            raise LengthWrong
        self.public, self._private = bindings.crypto_sign_seed_keypair(seed)

    @classmethod
    def draw(cls, random: Random) -> "SigningKey":
        """A fresh key."""
        return cls(random(KEY_BYTES))

    def seed(self) -> bytes:
        """The 32 bytes this key was made from; for letters and vaults only."""
        return self._private[:KEY_BYTES]

    def sign(self, signed: bytes) -> bytes:
        """64 bytes, deterministic (RFC 8032)."""
        return bindings.crypto_sign(signed, self._private)[:SIGNATURE_BYTES]


def check_point(untrusted_point: bytes) -> None:
    """Refuse a point (32 bytes) that two verifiers could judge differently (spec: signing, steps 2 and 3).

    Raises:
        KeySpelling: y is not below p.
        KeyWeak: of small order.
    """
    y = int.from_bytes(untrusted_point, "little") & ~(1 << 255)
    if y >= _P:
        raise KeySpelling
    if y in _SMALL_ORDER:
        raise KeyWeak


def verify(public: bytes, signed: bytes, untrusted_signature: bytes) -> None:
    """Return only if this key signed these bytes.

    Raises:
        LengthWrong: key or signature of another length.
        KeySpelling, KeyWeak: the key, or the signature's R.
        SignatureSpelling: S is not below L.
        SignatureWrong: anything else.
    """
    if len(public) != KEY_BYTES or len(untrusted_signature) != SIGNATURE_BYTES:
        raise LengthWrong
    check_point(public)
    check_point(untrusted_signature[:32])
    if int.from_bytes(untrusted_signature[32:], "little") >= _L:
        raise SignatureSpelling
    try:
        bindings.crypto_sign_open(untrusted_signature + signed, public)
    except exceptions.BadSignatureError:
        raise SignatureWrong from None
