"""Vectors of *envelope*: sealing with a given nonce, and opening."""

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from safeconduct.sealed.access import envelope_digest
from safeconduct.sealed.signing import SigningKey, frame
from safeconduct.sealed.stream import Stream
from vectors_cast import CONTACT, LANE, SEEKER, STRANGER, THREAD, VOICE, text
from vectors_signing import L
from vectors_write import Section, draw

SAID = f'{{"me":["{text(LANE)}",0],"seen":null,"event":{{"kind":"said","text":"Здравствуйте"}}}}'.encode()
NONCE = draw("nonce", 12)


def signed(stream: Stream, writer: SigningKey, payload: bytes) -> bytes:
    """What stands before the padding."""
    signature = writer.sign(frame("event", stream.id, writer.public, payload))
    return writer.public + signature + len(payload).to_bytes(4, "big") + payload


def padded(front: bytes, size: int = 4_096) -> bytes:
    """Filled with zeros to what an envelope of this size holds."""
    return front + bytes(size - 28 - len(front))


def sealed(stream: Stream, plain: bytes, nonce: bytes = NONCE, bound: bytes | None = None) -> bytes:
    """Sealed with the stream's key, whatever it is that is sealed."""
    bound = frame("envelope", stream.id) if bound is None else bound
    return nonce + AESGCM(stream.content).encrypt(nonce, plain, bound)


def write(section: Section) -> None:
    """Sizes and padding, keys and bindings, signatures."""
    _write_sealed(section)
    _write_opened(section)
    _write_shut(section)
    _write_padding(section)
    _write_signatures(section)


def _write_sealed(section: Section) -> None:
    for length, size in (
        (0, 4_096),
        (1, 4_096),
        (3_968, 4_096),
        (3_969, 16_384),
        (16_256, 16_384),
        (16_257, 65_536),
        (65_408, 65_536),
        (65_409, 262_144),
        (262_016, 262_144),
    ):
        payload = b"a" * length
        envelope = sealed(THREAD, padded(signed(THREAD, VOICE, payload), size))
        output = {"size": size, "digest": envelope_digest(envelope)}
        given = {"secret": THREAD.secret, "seed": VOICE.seed(), "nonce": NONCE, "payload": payload}
        section.ok("seal", "seal-envelope", f"a payload of {length} bytes", output, **given)
    given = {"secret": THREAD.secret, "seed": VOICE.seed(), "nonce": NONCE, "payload": b"a" * 262_017}
    section.bad("seal", "seal-envelope", "a payload of 262017 bytes", "size-wrong", **given)


def _write_opened(section: Section) -> None:
    for name, stream, writer, payload, size, nonce in (
        ("by the seeker in his contact", CONTACT, SEEKER.signing, SAID, 4_096, NONCE),
        ("by a voice in a thread", THREAD, VOICE, SAID, 4_096, NONCE),
        ("by anyone: standing is judged elsewhere", THREAD, STRANGER, SAID, 4_096, NONCE),
        ("the same again under another nonce", THREAD, VOICE, SAID, 4_096, draw("another nonce", 12)),
        ("a payload that is empty", THREAD, VOICE, b"", 4_096, NONCE),
        ("a payload that is not JSON: it is read elsewhere", THREAD, VOICE, b"\xff\0", 4_096, NONCE),
        ("a payload that ends in zeros", THREAD, VOICE, b"a\0\0", 4_096, NONCE),
        ("a payload that fills it", THREAD, VOICE, b"a" * 3_968, 4_096, NONCE),
        ("the next size", THREAD, VOICE, b"a" * 3_969, 16_384, NONCE),
        ("a nonce of zeros", THREAD, VOICE, SAID, 4_096, bytes(12)),
    ):
        envelope = sealed(stream, padded(signed(stream, writer, payload), size), nonce)
        output = {"stream": stream.id, "writer": writer.public, "payload": payload}
        section.ok("open", "open-envelope", name, output, secret=stream.secret, envelope=envelope)


def _flipped(raw: bytes, at: int) -> bytes:
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


def _write_shut(section: Section) -> None:
    plain = padded(signed(THREAD, VOICE, SAID))
    envelope = sealed(THREAD, plain)
    for name, given in (
        ("nothing", b""),
        ("a byte too few", envelope[:-1]),
        ("a byte too many", envelope + b"\0"),
        ("cut to its nonce", envelope[:12]),
        ("a plaintext of 4096 bytes", sealed(THREAD, plain + bytes(28))),
        ("of 8192 bytes", sealed(THREAD, padded(signed(THREAD, VOICE, b"a" * 5_000), 8_192))),
        ("of 1024 bytes", sealed(THREAD, padded(signed(THREAD, VOICE, SAID), 1_024))),
        ("two in one", envelope * 2),
    ):
        section.bad("open", "open-envelope", f"size: {name}", "size-wrong", secret=THREAD.secret, envelope=given)
    other = Stream(THREAD.content)
    for name, given in (
        ("of another stream", sealed(other, padded(signed(other, VOICE, SAID)))),
        ("bound to another stream", sealed(THREAD, plain, bound=frame("envelope", other.id))),
        ("bound to nothing", sealed(THREAD, plain, bound=b"")),
        ("bound under another label", sealed(THREAD, plain, bound=frame("event", THREAD.id))),
        ("bound to the id without a frame", sealed(THREAD, plain, bound=THREAD.id)),
        ("a bit of the nonce flipped", _flipped(envelope, 0)),
        ("the first bit sealed flipped", _flipped(envelope, 12)),
        ("a bit of the padding flipped", _flipped(envelope, 4_000)),
        ("a bit of the tag flipped", _flipped(envelope, 4_095)),
        ("the nonce of another", draw("another nonce", 12) + envelope[12:]),
        ("the tag in front", envelope[:12] + envelope[-16:] + envelope[12:-16]),
        ("all zeros", bytes(4_096)),
        ("not sealed at all", padded(signed(THREAD, VOICE, SAID), 4_124)),
    ):
        section.bad("open", "open-envelope", f"shut: {name}", "envelope-shut", secret=THREAD.secret, envelope=given)


def _write_padding(section: Section) -> None:
    front = signed(THREAD, VOICE, SAID)

    def announcing(length: int, payload: bytes = SAID) -> bytes:
        signature = VOICE.sign(frame("event", THREAD.id, VOICE.public, payload))
        return VOICE.public + signature + length.to_bytes(4, "big") + payload

    for name, plain in (
        ("a one at the end", padded(front)[:-1] + b"\1"),
        ("a one right after the payload", padded(front + b"\1")),
        ("blanks", front + b" " * (4_068 - len(front))),
        ("one more byte announced than there is room", padded(announcing(3_969))),
        ("4096 bytes announced", padded(announcing(4_096))),
        ("the greatest length announced", padded(announcing(2**32 - 1))),
        ("a length of three bytes", padded(announcing(len(SAID))[:96] + b"\0\0\x54" + SAID)),
        ("a length in little-endian", padded(VOICE.public + front[32:96] + len(SAID).to_bytes(4, "little") + SAID)),
        ("one byte too few announced", padded(announcing(len(SAID) - 1))),
        ("none announced", padded(announcing(0))),
        ("another event hidden behind", padded(front + front)),
    ):
        given = {"secret": THREAD.secret, "envelope": sealed(THREAD, plain)}
        section.bad("padding", "open-envelope", f"padding: {name}", "padding-wrong", **given)
    large = padded(front, 16_384)
    for name, payload in (("a few bytes", SAID), ("the most that fits the smaller", b"a" * 3_968)):
        envelope = sealed(THREAD, padded(signed(THREAD, VOICE, payload), 16_384))
        given = {"secret": THREAD.secret, "envelope": envelope}
        section.bad("padding", "open-envelope", f"too large for {name}", "size-wrong", **given)
    given = {"secret": THREAD.secret, "envelope": sealed(THREAD, large[:-1] + b"\1")}
    section.bad("padding", "open-envelope", "padding is judged before a size too large", "padding-wrong", **given)
    unsigned = padded(VOICE.public + bytes(64) + len(SAID).to_bytes(4, "big") + SAID, 16_384)
    given = {"secret": THREAD.secret, "envelope": sealed(THREAD, unsigned)}
    section.bad("padding", "open-envelope", "a size too large is judged before the signature", "size-wrong", **given)
    given = {"secret": THREAD.secret, "envelope": sealed(THREAD, padded(announcing(len(SAID) + 1)))}
    section.bad(
        "padding", "open-envelope", "one zero too many announced: it was not signed", "signature-wrong", **given
    )


def _write_signatures(section: Section) -> None:
    def by(public: bytes, signature: bytes, payload: bytes = SAID) -> bytes:
        return padded(public + signature + len(payload).to_bytes(4, "big") + payload)

    bound = frame("event", THREAD.id, VOICE.public, SAID)
    right, public = VOICE.sign(bound), VOICE.public
    s = int.from_bytes(right[32:], "little")
    order_eight = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
    for name, code, plain in (
        ("by another than the writer named", "signature-wrong", by(public, STRANGER.sign(bound))),
        (
            "over another writer",
            "signature-wrong",
            by(public, VOICE.sign(frame("event", THREAD.id, STRANGER.public, SAID))),
        ),
        ("over another stream", "signature-wrong", by(public, VOICE.sign(frame("event", CONTACT.id, public, SAID)))),
        ("under another label", "signature-wrong", by(public, VOICE.sign(frame("envelope", THREAD.id, public, SAID)))),
        ("over the payload alone", "signature-wrong", by(public, VOICE.sign(SAID))),
        ("over another payload", "signature-wrong", by(public, right, SAID.replace(b"0", b"1"))),
        ("with a bit of it flipped", "signature-wrong", by(public, _flipped(right, 40))),
        ("over the frame and a zero", "signature-wrong", by(public, VOICE.sign(bound + b"\0"))),
        ("a writer who took another's payload", "signature-wrong", by(STRANGER.public, right)),
        ("all zeros", "key-weak", by(public, bytes(64))),
        ("a writer that is all zeros", "key-weak", by(bytes(32), right)),
        ("a writer of order eight", "key-weak", by(order_eight, right)),
        ("an R of order eight", "key-weak", by(public, order_eight + right[32:])),
        ("a writer not in its one spelling", "key-spelling", by(b"\xff" * 32, right)),
        ("an R not in its one spelling", "key-spelling", by(public, b"\xff" * 32 + right[32:])),
        ("an S not below L", "signature-spelling", by(public, right[:32] + (s + L).to_bytes(32, "little"))),
    ):
        given = {"secret": THREAD.secret, "envelope": sealed(THREAD, plain)}
        section.bad("signature", "open-envelope", f"signature: {name}", code, **given)
