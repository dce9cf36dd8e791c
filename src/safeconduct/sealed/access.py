"""What relay, desk and door compute alike: ids, chain, heads, tags, addresses, challenges (spec: stream, relay)."""

from dataclasses import dataclass
from typing import Final

from safeconduct.errors import DayWrong, HeadWrong, LengthWrong, Unproved
from safeconduct.sealed.signing import SigningKey, digest, mac, same, u32, verify
from safeconduct.sealed.signing import frame as frame_of
from safeconduct.sealed.wire import HeadBytes

HEAD_BYTES: Final = 108
CHALLENGE_BYTES: Final = 32
CHALLENGE_SECONDS: Final = 600
TAG_BYTES: Final = 16
WEEK_DAYS: Final = 7


def space_id(root: bytes) -> bytes:
    """The id of the space that this root public key speaks for."""
    return digest("space", root)


def stream_id(access: bytes) -> bytes:
    """The id of the stream that this access public key opens."""
    return digest("stream", access)


def box_id(public: bytes) -> bytes:
    """The id of a box, from its X-Wing public key."""
    return digest("box", public)


def address_of(collect: bytes) -> bytes:
    """Where letters wait for whoever holds this collect key."""
    return digest("address", collect)


def envelope_digest(envelope: bytes) -> bytes:
    """Of an envelope as it is on the wire."""
    return digest("sealed", envelope)


def letter_digest(letter: bytes) -> bytes:
    """Of a letter as it is on the wire."""
    return digest("sealed letter", letter)


def chain_start(stream: bytes) -> bytes:
    """H(0)."""
    return digest("chain", stream)


def chain_next(before: bytes, envelope: bytes, day: int, closing: int) -> bytes:
    """H(n) from H(n-1), the digest of envelope n, its day and whether it closed the stream (1) or not (0)."""
    return digest("chain", before, envelope, u32(day), u32(closing))


@dataclass(frozen=True, slots=True)
class Head:
    """What a relay says of a stream: n envelopes, hash H(n), the day and the closing of envelope n."""

    n: int
    hash: bytes
    day: int
    closing: int
    signature: bytes

    def pack(self) -> HeadBytes:
        """108 bytes: n, H(n), day, closing, signature."""
        return HeadBytes(u32(self.n) + self.hash + u32(self.day) + u32(self.closing) + self.signature)


def _head_frame(space: bytes, stream: bytes, n: int, chain: bytes, day: int, closing: int) -> bytes:
    return frame_of("head", space, stream, u32(n), chain, u32(day), u32(closing))


def sign_head(relay: SigningKey, space: bytes, stream: bytes, n: int, chain: bytes, day: int, closing: int) -> Head:
    """The relay's receipt and its answer to every read."""
    signature = relay.sign(_head_frame(space, stream, n, chain, day, closing))
    return Head(n, chain, day, closing, signature)


def open_head(untrusted: bytes, space: bytes, stream: bytes, relay_key: bytes) -> Head:
    """Read and verify a head of this stream.

    Raises:
        LengthWrong: not 108 bytes.
        HeadWrong: closing is neither 0 nor 1, or an empty stream with a day, a closing or another H(0).
        SignatureWrong and its kin: not this relay's, or of another stream or space.
    """
    # Any other length is the signature's, the last field: `verify` refuses it.
    n, chain = int.from_bytes(untrusted[:4], "big"), untrusted[4:36]
    day = int.from_bytes(untrusted[36:40], "big")
    closing, signature = int.from_bytes(untrusted[40:44], "big"), untrusted[44:]
    verify(relay_key, _head_frame(space, stream, n, chain, day, closing), signature)
    if closing > 1 or (n == 0 and (day or closing or chain != chain_start(stream))):
        raise HeadWrong
    return Head(n, chain, day, closing, signature)


def day_frame(space: bytes, nonce: bytes, day: int) -> bytes:
    """What a relay signs to say which day it is, to whoever drew this nonce."""
    return frame_of("day", space, nonce, u32(day))


def check_day(relay_key: bytes, space: bytes, nonce: bytes, day: int, untrusted_signature: bytes) -> None:
    """Accept a day only as this relay's answer to whoever drew this nonce.

    Raises:
        DayWrong: any fault of the signature.
    """
    try:
        verify(relay_key, day_frame(space, nonce, day), untrusted_signature)
    except (LengthWrong, Unproved):
        raise DayWrong from None


def born_frame(space: bytes, stream: bytes, letter: bytes, erase: bytes) -> bytes:
    """What a relay signs of a contact beside its head: the letter's digest and the erase public key."""
    return frame_of("born", space, stream, letter_digest(letter), erase)


def tag(access: bytes, day: int) -> bytes:
    """How a stream that moved on this day shows in the feed: 16 bytes."""
    return digest("tag", access, u32(day))[:TAG_BYTES]


def head_tag(access: bytes, day: int, n: int, chain: bytes) -> bytes:
    """How its last head of that day shows in the day's book: 16 bytes."""
    return digest("head tag", access, u32(day), u32(n), chain)[:TAG_BYTES]


def address_tag(address: bytes, day: int) -> bytes:
    """How an address with a new letter shows in the feed: 16 bytes, and zeros behind it in the book."""
    return digest("box tag", address, u32(day))[:TAG_BYTES]


def make_challenge(key: bytes, now_s: int) -> bytes:
    """32 bytes that a client signs instead of its own clock.

    `now_s` counts from the relay's start, so a challenge tells no time of day.
    """
    return u32(now_s) + mac(key, "challenge", u32(now_s))[:28]


def challenge_good(key: bytes, untrusted: bytes, now_s: int) -> bool:
    """Whether this relay made it, in this run, in the last ten minutes."""
    made_s = int.from_bytes(untrusted[:4], "big")
    if not 0 <= now_s - made_s <= CHALLENGE_SECONDS:
        return False
    return same(untrusted, make_challenge(key, made_s))


def week_of(day: int) -> int:
    """Weeks are counted from day 0: week w is days 7w to 7w+6."""
    return day // WEEK_DAYS
