"""AES-256-GCM, HPKE with X-Wing, HKDF, PBKDF2, Argon2id (spec: framing, envelope, letter, phrase).

The one file that imports `cryptography`. No relay imports it: what a relay cannot import it cannot open.
"""

import hashlib
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from safeconduct.errors import EnvelopeShut, KeySpelling, LengthWrong, LetterShut
from safeconduct.sealed.signing import Random, frame
from safeconduct.secret import Secret

NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
BOX_SEED_BYTES: Final = 32
BOX_KEY_BYTES: Final = 1_216
HPKE_OVERHEAD_BYTES: Final = 1_136
PHRASE_ROUNDS: Final = 600_000
_ML_KEM_PUBLIC_BYTES: Final = 1_184
_SUITE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def derive(secret: bytes, label: str, *fields: bytes) -> bytes:
    """HKDF-SHA256 with an empty salt and the frame as info: 32 bytes (RFC 5869)."""
    hkdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=frame(label, *fields))
    return hkdf.derive(secret)


def seal_bytes(key: bytes, plain: bytes, bound: bytes, random: Random) -> bytes:
    """AES-256-GCM: nonce (12, drawn here), ciphertext, tag (16)."""
    nonce = random(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound)


def open_bytes(key: bytes, untrusted: bytes, bound: bytes) -> bytes:
    """Open what `seal_bytes` sealed.

    Raises:
        EnvelopeShut: another key, another binding, or altered bytes.
    """
    try:
        return AESGCM(key).decrypt(untrusted[:NONCE_BYTES], untrusted[NONCE_BYTES:], bound)
    except (InvalidTag, ValueError):  # the second: too short for a nonce
        raise EnvelopeShut from None


class BoxPrivate(Secret):
    """The private half of a box: an X-Wing key expanded from its 32-byte seed.

    The seed is expanded by SHAKE-256 to 64 + 32 bytes (draft-connolly-cfrg-xwing-kem, 5.2); HPKE's
    DeriveKeyPair is never used, because libraries disagree about it.
    """

    __slots__ = ("_key", "_seed", "public")

    def __init__(self, seed: bytes) -> None:
        """Expand the seed.

        Raises:
            LengthWrong: not 32 bytes.
        """
        if len(seed) != BOX_SEED_BYTES:
            raise LengthWrong
        expanded = hashlib.shake_256(seed).digest(96)
        ml_kem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
        self._key = MLKEM768X25519PrivateKey(ml_kem, x25519)
        self._seed = seed
        self.public = ml_kem.public_key().public_bytes_raw() + x25519.public_key().public_bytes(
            Encoding.Raw, PublicFormat.Raw
        )

    @classmethod
    def draw(cls, random: Random) -> "BoxPrivate":
        """A fresh box."""
        return cls(random(BOX_SEED_BYTES))

    def seed(self) -> bytes:
        """The 32 bytes it was made from; for letters and vaults only."""
        return self._seed

    def open(self, untrusted: bytes, info: bytes) -> bytes:
        """Open what `seal_to_box` sealed to this box under the same info.

        Raises:
            LetterShut: another box, another info, or altered bytes.
        """
        try:
            return _SUITE.decrypt(untrusted, self._key, info)
        except (InvalidTag, ValueError):
            raise LetterShut from None


def seal_to_box(public: bytes, plain: bytes, info: bytes) -> bytes:
    """HPKE base mode: encapsulation (1,120), ciphertext, tag (16). Randomness is the library's own.

    Raises:
        LengthWrong: the key is not 1,216 bytes.
        KeySpelling: the key is not an X-Wing key.
    """
    if len(public) != BOX_KEY_BYTES:
        raise LengthWrong
    try:
        ml_kem = MLKEM768PublicKey.from_public_bytes(public[:_ML_KEM_PUBLIC_BYTES])
        x25519 = X25519PublicKey.from_public_bytes(public[_ML_KEM_PUBLIC_BYTES:])
        return _SUITE.encrypt(plain, MLKEM768X25519PublicKey(ml_kem, x25519), info)
    except ValueError:
        raise KeySpelling from None


def stretch_phrase(entropy: bytes, salt: bytes) -> bytes:
    """PBKDF2-HMAC-SHA512, 600,000 rounds: 64 bytes. Native in every browser, with JIT off too."""
    return hashlib.pbkdf2_hmac("sha512", entropy, salt, PHRASE_ROUNDS, 64)


def stretch_passphrase(passphrase: str, salt: bytes) -> bytes:
    """Argon2id, 64 MiB, 3 passes, one lane: 32 bytes. For what people choose, at the desk only."""
    stretch = Argon2id(salt=salt, length=32, iterations=3, lanes=1, memory_cost=64 * 1024)
    return stretch.derive(passphrase.encode("utf-8"))
