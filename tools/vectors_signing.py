"""Vectors of *signing*."""

import hashlib
from dataclasses import dataclass
from typing import Final, Self

from vectors_write import Section, seed

P: Final = 2**255 - 19
L: Final = 2**252 + 27742317777372353535851937790883648493
_D: Final = -121665 * pow(121666, -1, P) % P
_EIGHT: Final = (
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
)
# RFC 8032, 7.1: TEST 1, 2, 3 and SHA(abc).
_RFC: Final = (
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        hashlib.sha512(b"abc").hexdigest(),
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
)


@dataclass(frozen=True)
class Point:
    """A point of the curve, in affine coordinates: slow, and as in RFC 8032."""

    x: int
    y: int

    def __add__(self, other: Self) -> "Point":
        product = _D * self.x * other.x * self.y * other.y
        x = (self.x * other.y + other.x * self.y) * pow(1 + product, -1, P)
        y = (self.y * other.y + self.x * other.x) * pow(1 - product, -1, P)
        return Point(x % P, y % P)

    def __rmul__(self, times: int) -> "Point":
        total, doubled = Point(0, 1), self
        while times:
            total, doubled, times = total + doubled if times & 1 else total, doubled + doubled, times >> 1
        return total

    def pack(self) -> bytes:
        return (self.y | (self.x & 1) << 255).to_bytes(32, "little")

    @classmethod
    def unpack(cls, packed: bytes) -> "Point":
        y = int.from_bytes(packed, "little") & ~(1 << 255)
        square = (y * y - 1) * pow(_D * y * y + 1, -1, P) % P
        x = pow(square, (P + 3) // 8, P)
        if (x * x - square) % P:
            x = x * pow(2, (P - 1) // 4, P) % P
        return Point(x if x & 1 == packed[31] >> 7 else P - x, y)


_BASE: Final = Point.unpack((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
_TWIST: Final = Point.unpack(bytes.fromhex(_EIGHT[0]))
"""A point of order eight."""


@dataclass(frozen=True)
class Signer:
    """Signs by hand, so that it can do what no library does."""

    seed: bytes
    twist: Point = Point(0, 1)
    """Added to the public key."""

    @property
    def scalar(self) -> int:
        half = int.from_bytes(hashlib.sha512(self.seed).digest()[:32], "little")
        return half & ((1 << 254) - 8) | 1 << 254

    @property
    def public(self) -> bytes:
        return (self.scalar * _BASE + self.twist).pack()

    def sign(self, signed: bytes, nonce: int, twist: Point = Point(0, 1)) -> tuple[bytes, int]:
        """A signature (R moved by `twist`), and k."""
        r = (nonce * _BASE + twist).pack()
        k = int.from_bytes(hashlib.sha512(r + self.public + signed).digest(), "little") % L
        return r + ((nonce + k * self.scalar) % L).to_bytes(32, "little"), k


def _little(number: int) -> bytes:
    return number.to_bytes(32, "little")


def _with_s(signature: bytes, s: int) -> bytes:
    return signature[:32] + _little(s)


def write(section: Section) -> None:
    """Signatures made, accepted and refused; keys and nonces that verifiers disagree about."""
    for number, texts in enumerate(_RFC, 1):
        secret, key, given, made = map(bytes.fromhex, texts)
        output = {"key": key, "signature": made}
        section.ok("sign", "sign", f"sign: RFC 8032, {number}", output, seed=secret, bytes=given)
        section.ok("verify", "verify", f"RFC 8032, {number}", {}, key=key, bytes=given, signature=made)
    for length in (0, 31, 33, 64):
        name = f"a seed of {length} bytes"
        section.bad("sign", "sign", name, "length-wrong", seed=b"\1" * length, bytes=b"a")
    signer, signed = Signer(seed("signer")), b"frame"
    signature, _ = signer.sign(signed, 12345)
    _write_wrong(section, signer, signed, signature)
    _write_odd_points(section, signer, signed, signature)
    _write_twisted(section, signed)


def _write_wrong(section: Section, signer: Signer, signed: bytes, signature: bytes) -> None:
    public, other = signer.public, Signer(seed("another signer"))
    s = int.from_bytes(signature[32:], "little")
    section.ok("verify", "verify", "a nonce of one's own", {}, key=public, bytes=signed, signature=signature)
    for name, key, given, made in (
        ("another message", public, b"Frame", signature),
        ("a message cut", public, signed[:-1], signature),
        ("a message lengthened", public, signed + b"\0", signature),
        ("another key", other.public, signed, signature),
        ("the key's sign flipped", public[:31] + bytes([public[31] ^ 0x80]), signed, signature),
        ("a bit of R flipped", public, signed, bytes([signature[0] ^ 1]) + signature[1:]),
        ("R's sign flipped", public, signed, signature[:31] + bytes([signature[31] ^ 0x80]) + signature[32:]),
        ("a bit of S flipped", public, signed, _with_s(signature, s ^ 1)),
        ("S of another signature", public, signed, signature[:32] + other.sign(signed, 12345)[0][32:]),
        ("R of another signature", public, signed, other.sign(signed, 54321)[0][:32] + signature[32:]),
        ("halves exchanged", public, signed, _little(s) + _little(7)),
        ("S is L - S", public, signed, _with_s(signature, L - s)),
        ("S is the greatest below L", public, signed, _with_s(signature, L - 1)),
        ("S is zero", public, signed, _with_s(signature, 0)),
        ("a key that is no point", _little(2), signed, signature),
        ("an R that is no point", public, signed, _little(2) + signature[32:]),
    ):
        section.bad("verify", "verify", name, "signature-wrong", key=key, bytes=given, signature=made)
    for name, value in (
        ("S is L", L),
        ("S plus L, which some accept", s + L),
        ("S is the greatest of 253 bits", 2**253 - 1),
        ("S is all ones", 2**256 - 1),
    ):
        given = _with_s(signature, value)
        section.bad("verify", "verify", name, "signature-spelling", key=public, bytes=signed, signature=given)
    for name, key, given in (
        ("a key of 31 bytes", public[:31], signature),
        ("a key of 33 bytes", public + b"\0", signature),
        ("no key", b"", signature),
        ("a signature of 63 bytes", public, signature[:63]),
        ("a signature of 65 bytes", public, signature + b"\0"),
        ("no signature", public, b""),
        ("a weak key and a signature of 63 bytes", _little(1), signature[:63]),
    ):
        section.bad("verify", "verify", name, "length-wrong", key=key, bytes=signed, signature=given)


def _write_odd_points(section: Section, signer: Signer, signed: bytes, signature: bytes) -> None:
    weak = {"0": _little(0), "1": _little(1), "p - 1": _little(P - 1)}
    weak |= {f"of order eight, {n}": bytes.fromhex(each) for n, each in enumerate(_EIGHT, 1)}
    odd = {"p": P, "p + 1": P + 1, "p + 3, a point elsewhere": P + 3, "2^255 - 1": 2**255 - 1}
    codes = [("key-weak", weak), ("key-spelling", {name: _little(y) for name, y in odd.items()})]
    for code, points in codes:
        for name, point in points.items():
            for sign, packed in (("", point), (", sign set", point[:31] + bytes([point[31] | 0x80]))):
                given = {"key": packed, "bytes": signed, "signature": signature}
                section.bad("points", "verify", f"key: y is {name}{sign}", code, **given)
                given = {"key": signer.public, "bytes": signed, "signature": packed + signature[32:]}
                section.bad("points", "verify", f"R: y is {name}{sign}", code, **given)
    section.bad("points", "verify", "all zeros", "key-weak", key=signer.public, bytes=signed, signature=bytes(64))
    # Everything a verifier without these checks would accept: S = 0, R and A the neutral element.
    neutral = _little(1)
    given = {"key": neutral, "bytes": signed, "signature": neutral + bytes(32)}
    section.bad("points", "verify", "a signature of anything by the neutral element", "key-weak", **given)
    given = {"key": _little(P + 1), "bytes": signed, "signature": neutral + _little(L)}
    section.bad("points", "verify", "the key is judged before R and S", "key-spelling", **given)
    given = {"key": signer.public, "bytes": signed, "signature": neutral + _little(L)}
    section.bad("points", "verify", "R is judged before S", "key-weak", **given)


def _write_twisted(section: Section, signed: bytes) -> None:
    """With a part of order eight: who multiplies by the cofactor accepts what others refuse."""
    signer, twisted = Signer(seed("signer")), Signer(seed("signer"), _TWIST)
    made, _ = signer.sign(signed, 777, _TWIST)
    given = {"key": signer.public, "bytes": signed, "signature": made}
    section.bad("points", "verify", "R has a part of order eight", "signature-wrong", **given)
    for nonce in range(1, 100):
        made, k = twisted.sign(signed, nonce)
        given = {"key": twisted.public, "bytes": signed, "signature": made}
        if k % 8:
            section.bad("points", "verify", f"the key has a part of order eight, {nonce}", "signature-wrong", **given)
        else:
            section.ok("points", "verify", "the key has a part of order eight, and k hides it", {}, **given)
            return
