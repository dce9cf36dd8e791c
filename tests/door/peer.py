"""The same protocol in Python, for the page's tests: one JSON request a line in, one answer a line out."""

import json
import sys
from collections.abc import Callable
from typing import Any

from safeconduct.errors import Refusal
from safeconduct.sealed.envelope import open_envelope, write_envelope
from safeconduct.sealed.event import SEEKER_READABLE, read_payload
from safeconduct.sealed.letter import ContactLetter, OnwardLetter, open_letter, seal_letter
from safeconduct.sealed.manifest import Manifest
from safeconduct.sealed.phrase import make_phrase, phrase_entropy, read_phrase
from safeconduct.sealed.sealing import BoxPrivate
from safeconduct.sealed.signing import SigningKey, verify
from safeconduct.sealed.stream import Stream
from safeconduct.sealed.wire import Octets32, decode, encode

Asked = dict[str, Any]
_LETTERS: dict[str, type[Any]] = {"contact": ContactLetter, "onward": OnwardLetter}


def _hex(asked: Asked, name: str) -> bytes:
    return bytes.fromhex(asked[name])


def _decode(asked: Asked) -> Asked:
    raw = _hex(asked, "bytes")
    match asked["schema"]:
        case "payload":
            read_payload(raw, SEEKER_READABLE)
        case "manifest":
            decode(raw, Manifest)
        case letter:
            decode(raw, _LETTERS[letter])
    return {}


def _seal_letter(asked: Asked) -> Asked:
    content = decode(_hex(asked, "content"), _LETTERS[asked["letter"]])
    public = BoxPrivate(_hex(asked, "seed")).public
    return {"letter": seal_letter(public, _hex(asked, "info"), content).hex()}


def _open_letter(asked: Asked) -> Asked:
    box, letter = BoxPrivate(_hex(asked, "seed")), _hex(asked, "sealed")
    return {"content": encode(open_letter(box, _hex(asked, "info"), letter, _LETTERS[asked["letter"]])).hex()}


def _seal_envelope(asked: Asked) -> Asked:
    stream, nonce = Stream(_hex(asked, "secret")), _hex(asked, "nonce")
    writer = SigningKey(_hex(asked, "writer"))
    sealed = write_envelope(stream.content, stream.id, writer, _hex(asked, "payload"), lambda _bytes: nonce)
    return {"sealed": sealed.hex()}


def _open_envelope(asked: Asked) -> Asked:
    stream = Stream(_hex(asked, "secret"))
    opened = open_envelope(stream.content, stream.id, _hex(asked, "sealed"))
    return {"writer": opened.writer.hex(), "payload": opened.payload.hex()}


def _verify(asked: Asked) -> Asked:
    verify(_hex(asked, "key"), _hex(asked, "bytes"), _hex(asked, "signature"))
    return {}


def _contact(asked: Asked) -> Asked:
    return {"id": Stream.of_contact(Octets32(_hex(asked, "r")), _hex(asked, "seeker")).id.hex()}


def _make_phrase(asked: Asked) -> Asked:
    drawn = _hex(asked, "drawn")
    words = make_phrase(lambda _bytes: drawn, asked["language"])
    return {"words": list(words), "entropy": phrase_entropy(words, asked["language"]).hex()}


def _read_phrase(asked: Asked) -> Asked:
    reading = read_phrase(asked["typed"], asked["languages"])
    return {
        "words": list(reading.words),
        "language": reading.language,
        "entropy": reading.entropy.hex(),
        "repaired": list(reading.repaired),
    }


_OPS: dict[str, Callable[[Asked], Asked]] = {
    "contact": _contact,
    "decode": _decode,
    "make-phrase": _make_phrase,
    "open-envelope": _open_envelope,
    "open-letter": _open_letter,
    "read-phrase": _read_phrase,
    "seal-envelope": _seal_envelope,
    "seal-letter": _seal_letter,
    "verify": _verify,
}


def _answer(asked: Asked) -> Asked:
    try:
        return {"verdict": "ok", **_OPS[asked["op"]](asked)}
    except Refusal as refusal:
        return {"verdict": refusal.code}


for line in sys.stdin:
    sys.stdout.write(json.dumps(_answer(json.loads(line))) + "\n")
    sys.stdout.flush()
