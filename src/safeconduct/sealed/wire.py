"""The one encoding (spec: encoding): octets, JSON in one spelling, frames read back, size classes."""

import base64
import json
import re
import unicodedata
from typing import Annotated, ClassVar, Final, NoReturn, Self, TypeVar

import msgspec

from safeconduct.errors import (
    FieldWrong,
    FrameBroken,
    JsonBroken,
    JsonDeep,
    JsonSpelling,
    LengthWrong,
    SizeWrong,
)

ENVELOPE_SIZES_BYTES: Final = (4_096, 16_384, 65_536, 262_144)
LETTER_BYTES: Final = 2_160
ID_BYTES: Final = 32
DEPTH_MOST: Final = 8
INTEGER_MOST: Final = 2**32 - 1
U32 = Annotated[int, msgspec.Meta(le=INTEGER_MOST)]
"""An integer in JSON; a sign has been refused before its range is looked at."""


class Octets(bytes):
    """Bytes that stand in JSON as base64url without padding, refused unless they encode back."""

    size: ClassVar[int | None] = None

    def __new__(cls, raw: bytes) -> Self:
        """Take bytes of the length this kind has.

        Raises:
            LengthWrong: another length.
        """
        if cls.size is not None and len(raw) != cls.size:
            raise LengthWrong
        return super().__new__(cls, raw)

    def text(self) -> str:
        """As it stands in JSON."""
        return base64.urlsafe_b64encode(self).rstrip(b"=").decode("ascii")

    @classmethod
    def parse(cls, untrusted_text: str) -> Self:
        """Read what `text` wrote.

        Raises:
            FieldWrong: not base64url, not its one spelling, or of another length.
        """
        padded = untrusted_text + "=" * (-len(untrusted_text) % 4)
        try:
            value = cls(base64.b64decode(padded, altchars=b"-_", validate=True))
        except (ValueError, LengthWrong):
            raise FieldWrong from None
        if value.text() != untrusted_text:
            raise FieldWrong
        return value


class Lane(Octets):
    """Eight random bytes: one writer's own numbering in one stream."""

    size = 8


class Octets32(Octets):
    """An id, a digest, a public key or a secret."""

    size = 32


class Octets64(Octets):
    """A signature."""

    size = 64


class BoxKey(Octets):
    """An X-Wing public key."""

    size = 1_216


class LetterBytes(Octets):
    """A sealed letter."""

    size = LETTER_BYTES


class HeadBytes(Octets):
    """A signed head: n, H(n), day, closing, signature."""

    size = 108


def _write_octets(value: object) -> str:
    if isinstance(value, Octets):
        return value.text()
    raise TypeError


def _read_octets(kind: type[Octets], untrusted: str) -> Octets:
    # What is no text raises a TypeError here, and msgspec takes that as a value of the wrong type.
    return kind.parse(untrusted)


_ENCODER: Final = msgspec.json.Encoder(enc_hook=_write_octets)
# A text from its opening quote to its closing one, or to the end of the bytes if it never closes.
_TEXT: Final = re.compile(rb'"(?:[^"\\]|\\.)*(?:"|\\?\Z)', re.DOTALL)
_ODD_NUMBER: Final = re.compile(rb"-|[0-9][.eE]|[.][0-9]")
_BRACKET: Final = re.compile(rb"[\[\]{}]")
T = TypeVar("T")


def encode(value: object) -> bytes:
    """The one spelling: keys in schema order, no blanks, UTF-8."""
    return _ENCODER.encode(value)


def decode(untrusted: bytes, kind: type[T]) -> T:
    """Read one JSON text of a closed schema, accepting one spelling only.

    The order of the checks is part of the spec, so that an input has one fate in every language.

    Raises:
        JsonDeep, JsonSpelling, JsonBroken, FieldWrong.
    """
    return convert(read_json(untrusted), untrusted, kind)


def convert(read: object, untrusted: bytes, kind: type[T]) -> T:
    """The second half of `decode`: from what `read_json` read of these bytes.

    Raises:
        FieldWrong, JsonSpelling.
    """
    try:
        value = msgspec.convert(read, kind, dec_hook=_read_octets)
        again = encode(value)
    except (msgspec.ValidationError, UnicodeEncodeError):  # the second: a lone surrogate
        raise FieldWrong from None
    if again != untrusted:
        raise JsonSpelling
    return value


def read_json(untrusted: bytes) -> object:
    """Check depth, numbers and syntax, and parse: of a key given twice the last counts, as in JavaScript.

    Raises:
        JsonDeep: nested deeper than eight, found on the bytes before any parser recurses.
        JsonSpelling: a number with a sign, a point or an exponent.
        JsonBroken: not JSON in UTF-8.
    """
    bare = _TEXT.sub(b"", untrusted)
    depth = 0
    for bracket in _BRACKET.findall(bare):
        depth += 1 if bracket in b"[{" else -1
        if depth > DEPTH_MOST:
            raise JsonDeep
    if _ODD_NUMBER.search(bare):
        raise JsonSpelling
    try:
        return json.loads(untrusted.decode("utf-8"), parse_int=_read_digits, parse_constant=_refuse)
    except ValueError:
        raise JsonBroken from None


def _read_digits(digits: str) -> int:
    # A number of 5,000 digits is out of range, not a broken text, and costs nothing.
    return int(digits) if len(digits) <= len(str(INTEGER_MOST)) else INTEGER_MOST + 1


def _refuse(_constant: str) -> NoReturn:
    raise JsonBroken


def tidy(text: str) -> str:
    """What a writer does to words before sealing: lone surrogates replaced, then NFC.

    Only writers do this: decoders of different ages know different Unicode.
    """
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return unicodedata.normalize("NFC", whole)


def split(untrusted: bytes, label: str, fields: int) -> tuple[tuple[bytes, ...], bytes, bytes]:
    """Read a frame of known label and number of fields at the start of a request.

    Returns:
        The fields, the frame's own bytes (what is signed), and what follows it.

    Raises:
        FrameBroken: another label, or the bytes end too soon.
    """
    head = b"safeconduct/1/" + label.encode("ascii") + b"\0"
    if not untrusted.startswith(head):
        raise FrameBroken
    at, found = len(head), []
    for _ in range(fields):
        end = at + 4 + int.from_bytes(untrusted[at : at + 4], "big")
        if len(untrusted) < end:
            raise FrameBroken
        found.append(untrusted[at + 4 : end])
        at = end
    return tuple(found), untrusted[:at], untrusted[at:]


def label_of(untrusted: bytes) -> str:
    """The label a request begins with.

    Raises:
        FrameBroken: no frame of this version.
    """
    prefix = b"safeconduct/1/"
    head, zero, _ = untrusted[:64].partition(b"\0")
    if not head.startswith(prefix) or not zero:
        raise FrameBroken
    try:
        return head.removeprefix(prefix).decode("ascii")
    except UnicodeDecodeError:
        raise FrameBroken from None


def integer(untrusted: bytes, most: int = INTEGER_MOST) -> int:
    """Four bytes, big-endian.

    Raises:
        LengthWrong: not four bytes.
        FieldWrong: above `most`.
    """
    if len(untrusted) != 4:
        raise LengthWrong
    value = int.from_bytes(untrusted, "big")
    if value > most:
        raise FieldWrong
    return value


def sized(untrusted: bytes, *lengths: int) -> bytes:
    """The same bytes, if they have one of these lengths.

    Raises:
        LengthWrong: another length.
    """
    if len(untrusted) not in lengths:
        raise LengthWrong
    return untrusted


def size_class(content_bytes: int) -> int:
    """The smallest envelope that holds so many bytes, overhead included.

    Raises:
        SizeWrong: none does.
    """
    for size in ENVELOPE_SIZES_BYTES:
        if content_bytes <= size:
            return size
    raise SizeWrong
