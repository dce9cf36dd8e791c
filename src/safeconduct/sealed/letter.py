"""Letters: keys on their way to one box, always 2,160 bytes (spec: letter)."""

from dataclasses import dataclass
from typing import Final, TypeVar

import msgspec

from safeconduct.errors import KindUnknown, PaddingWrong, PurposeWrong, SizeWrong
from safeconduct.sealed.access import address_of, box_id, stream_id
from safeconduct.sealed.sealing import BoxPrivate, derive, seal_to_box
from safeconduct.sealed.signing import SigningKey, frame, u32, verify
from safeconduct.sealed.wire import (
    INTEGER_MOST,
    LETTER_BYTES,
    U32,
    Octets,
    Octets32,
    Octets64,
    decode,
    encode,
)
from safeconduct.secret import Secret

ROOM_BYTES: Final = 1_020
_PLAIN_BYTES: Final = 1_024
NO_END: Final = INTEGER_MOST
PURPOSES: Final = ("join", "roster", "file", "contact", "voice", "box", "intake", "member", "keeper")


class ContactLetter(Secret, msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What opens a first contact: R and the seeker's signing public key; and the manifest he used."""

    r: Octets32
    seeker: Octets32
    serial: U32


class OnwardLetter(Secret, msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Inside `continue`: the successor's secret, and a thread's erase seed for its seeker."""

    secret: Octets32
    erase: Octets32 | None


class JoinSecret(Secret, msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a fresh desk needs, in the `secret` of a `join` letter."""

    relay: str
    root: Octets32
    roster: Octets32
    n: U32
    hash: Octets32
    member: Octets32


class MemberLetter(Secret, msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A letter between members, signed inside by the desk that sends it."""

    purpose: str
    subject: Octets32
    secret: Octets
    last: U32
    sender: Octets32
    signature: Octets64


L = TypeVar("L", ContactLetter, OnwardLetter, MemberLetter)


def seal_letter(public: bytes, info: bytes, content: ContactLetter | OnwardLetter | MemberLetter) -> bytes:
    """Seal content to a box.

    Raises:
        SizeWrong: more than 1,020 bytes.
    """
    text = encode(content)
    if len(text) > ROOM_BYTES:
        raise SizeWrong
    plain = u32(len(text)) + text
    return seal_to_box(public, plain + bytes(_PLAIN_BYTES - len(plain)), info)


def open_letter(box: BoxPrivate, info: bytes, untrusted: bytes, kind: type[L]) -> L:
    """Open a letter sealed to this box under this info.

    Raises:
        SizeWrong, LetterShut, PaddingWrong; the codes of `wire.decode`.
    """
    if len(untrusted) != LETTER_BYTES:
        raise SizeWrong
    plain = box.open(untrusted, info)
    length = int.from_bytes(plain[:4], "big")
    text, padding = plain[4 : 4 + length], plain[4 + length :]
    if len(text) != length or padding.strip(b"\0"):
        raise PaddingWrong
    return decode(text, kind)


def contact_info(space: bytes, stream: bytes, box: bytes) -> bytes:
    """HPKE info of a contact's letter."""
    return frame("contact", space, stream, box)


def onward_info(space: bytes, stream: bytes, box: bytes) -> bytes:
    """HPKE info of the letter inside a `continue` that stands in this stream."""
    return frame("onward", space, stream, box)


def member_info(space: bytes, box: bytes) -> bytes:
    """HPKE info of a letter between members."""
    return frame("letter", space, box)


@dataclass(frozen=True, slots=True)
class DeskBox:
    """A desk's box, its collect key and its address, all from one secret."""

    private: BoxPrivate
    collect: SigningKey

    @classmethod
    def of(cls, secret: bytes) -> "DeskBox":
        """Derive both from the box's secret (32 bytes)."""
        return cls(BoxPrivate(derive(secret, "box seed")), SigningKey(derive(secret, "collect")))

    @property
    def id(self) -> bytes:
        """The box id."""
        return box_id(self.private.public)

    @property
    def address(self) -> bytes:
        """Where its letters wait."""
        return address_of(self.collect.public)


def write_letter(
    space: bytes,
    box_public: bytes,
    sender: SigningKey,
    sent: tuple[str, bytes, bytes, int],
) -> bytes:
    """A letter between members; `sent` is purpose, subject, secret, last day.

    Raises:
        KindUnknown: no such purpose. SizeWrong: too long.
    """
    purpose, subject, secret, last = sent
    if purpose not in PURPOSES:
        raise KindUnknown
    box = box_id(box_public)
    signature = sender.sign(_signed(space, box, purpose, subject, secret, last))
    letter = MemberLetter(
        purpose, Octets32(subject), Octets(secret), last, Octets32(sender.public), Octets64(signature)
    )
    return seal_letter(box_public, member_info(space, box), letter)


def read_letter(space: bytes, box: DeskBox, untrusted: bytes) -> MemberLetter:
    """Open a letter between members, prove its sender, and check that it brings what it says.

    Whether that sender may send it is for the roster to say.

    Raises:
        The codes of `open_letter` and `signing.verify`; KindUnknown, PurposeWrong.
    """
    letter = open_letter(box.private, member_info(space, box.id), untrusted, MemberLetter)
    signed = _signed(space, box.id, letter.purpose, letter.subject, letter.secret, letter.last)
    verify(letter.sender, signed, letter.signature)
    _check_purpose(letter)
    return letter


def _signed(space: bytes, box: bytes, purpose: str, subject: bytes, secret: bytes, last: int) -> bytes:
    return frame("letter signature", space, box, purpose.encode("utf-8"), subject, secret, u32(last))


def _check_purpose(letter: MemberLetter) -> None:
    if letter.purpose not in PURPOSES:
        raise KindUnknown
    secret = letter.secret
    match letter.purpose:
        case "join":
            subject = stream_id(_access(decode(secret, JoinSecret).roster))
        case "roster" | "file" if len(secret) == 32:
            subject = stream_id(_access(secret))
        case "voice" | "intake" | "member" | "keeper" if len(secret) == 32:
            subject = SigningKey(secret).public
        case "box" if len(secret) == 32:
            subject = box_id(BoxPrivate(secret).public)
        case "contact" if len(secret) == 64:
            subject = stream_id(_access(derive(secret[:32], "contact secret", secret[32:])))
        case _:  # the length is not this purpose's
            raise PurposeWrong
    if subject != letter.subject:
        raise PurposeWrong


def _access(secret: bytes) -> bytes:
    return SigningKey(derive(secret, "access")).public
