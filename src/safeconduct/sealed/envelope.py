"""Envelopes: an event signed by its writer and sealed with its stream's key (spec: stream)."""

from dataclasses import dataclass
from typing import Final

from safeconduct.errors import PaddingWrong, SizeWrong
from safeconduct.sealed.sealing import NONCE_BYTES, TAG_BYTES, open_bytes, seal_bytes
from safeconduct.sealed.signing import (
    KEY_BYTES,
    SIGNATURE_BYTES,
    Random,
    SigningKey,
    frame,
    u32,
    verify,
)
from safeconduct.sealed.wire import ENVELOPE_SIZES_BYTES, size_class
from safeconduct.secret import Secret

OVERHEAD_BYTES: Final = 128
_FRONT: Final = KEY_BYTES + SIGNATURE_BYTES + 4


@dataclass(frozen=True, slots=True, repr=False)
class Opened(Secret):
    """An envelope's content: who wrote it (proved) and the payload's bytes (still to be read)."""

    writer: bytes
    payload: bytes


def write_envelope(content: bytes, stream: bytes, writer: SigningKey, payload: bytes, random: Random) -> bytes:
    """Sign and seal a payload into the smallest envelope that holds it.

    Raises:
        SizeWrong: more than 262,016 bytes.
    """
    signature = writer.sign(frame("event", stream, writer.public, payload))
    size = size_class(len(payload) + OVERHEAD_BYTES)
    plain = writer.public + signature + u32(len(payload)) + payload
    plain += bytes(size - NONCE_BYTES - TAG_BYTES - len(plain))
    return seal_bytes(content, plain, frame("envelope", stream), random)


def open_envelope(content: bytes, stream: bytes, untrusted: bytes) -> Opened:
    """Open an envelope of this stream and prove its writer.

    Raises:
        SizeWrong, EnvelopeShut, PaddingWrong; the codes of `signing.verify`.
    """
    if len(untrusted) not in ENVELOPE_SIZES_BYTES:
        raise SizeWrong
    plain = open_bytes(content, untrusted, frame("envelope", stream))
    writer, signature = plain[:KEY_BYTES], plain[KEY_BYTES : KEY_BYTES + SIGNATURE_BYTES]
    length = int.from_bytes(plain[_FRONT - 4 : _FRONT], "big")
    payload, padding = plain[_FRONT : _FRONT + length], plain[_FRONT + length :]
    if len(payload) != length or padding.strip(b"\0"):
        raise PaddingWrong
    if size_class(length + OVERHEAD_BYTES) != len(untrusted):
        raise SizeWrong
    verify(writer, frame("event", stream, writer, payload), signature)
    return Opened(writer, payload)
