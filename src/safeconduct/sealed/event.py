"""What a seeker can read, event by event, and the payload around every event (spec: events, stream)."""

from typing import Annotated, Final, TypeVar, get_args

import msgspec

from safeconduct.errors import FieldWrong, KindUnknown
from safeconduct.sealed.wire import (
    INTEGER_MOST,
    BoxKey,
    HeadBytes,
    Lane,
    LetterBytes,
    Octets32,
    decode,
    encode,
    read_json,
)

U32 = Annotated[int, msgspec.Meta(ge=0, le=INTEGER_MOST)]
Country = Annotated[str, msgspec.Meta(pattern=r"\A([A-Z]{2})?\Z")]
Language = Annotated[str, msgspec.Meta(pattern=r"\A[a-z]{2,3}\Z")]
URGENCIES: Final = ("held", "date", "papers", "unit", "none")
Urgency = Annotated[str, msgspec.Meta(pattern=r"\A(held|date|papers|unit|none)\Z")]


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
    """Something that happened in a matter; every kind is a small struct of its own."""


class Asked(Event, frozen=True, tag="asked"):
    """The cry for help: envelope 1 of a contact."""

    box: BoxKey
    erase: Octets32
    country: Country
    urgency: Urgency
    language: Language
    text: str
    was: None


class Said(Event, frozen=True, tag="said"):
    """Words, of the seeker or (under a voice key) of the organisation."""

    text: str


class Answered(Event, frozen=True, tag="answered"):
    """The seeker's answers to the organisation's form: pairs of question and value."""

    form: Octets32
    answers: tuple[tuple[str, str], ...]


class Began(Event, frozen=True, tag="began"):
    """Envelope 1 of a thread: which contact it answers, and the thread's erase public key."""

    contact: Octets32
    r: Octets32
    seeker: Octets32
    erase: Octets32


Unowned = tuple[Octets32, U32, Octets32, tuple[U32, ...]]
"""Of an earlier stream closed under a withdrawn key: id, closing n, H, the numbers nobody owns."""


class Continue(Event, frozen=True, tag="continue"):
    """The last envelope of a closed stream: where it goes on, by digest."""

    n: U32
    hash: Octets32
    to: Octets32
    file: Octets32 | None
    letter: LetterBytes | None
    covers: HeadBytes | None
    unowned: tuple[Unowned, ...]


SEEKER_READABLE: Final = Asked | Said | Answered | Began | Continue


class Payload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an envelope holds: its writer's lane and number, the newest head he had, the event."""

    me: tuple[Lane, U32]
    seen: HeadBytes | None
    event: msgspec.Raw


E = TypeVar("E", bound=Event)


def write_payload(lane: bytes, k: int, seen: bytes | None, event: Event) -> bytes:
    """The payload's one spelling."""
    head = None if seen is None else HeadBytes(seen)
    return encode(Payload((Lane(lane), k), head, msgspec.Raw(encode(event))))


def read_payload(untrusted: bytes) -> Payload:
    """Read what stands around an event, the event itself still unread.

    Raises:
        The codes of `wire.decode`.
    """
    return decode(untrusted, Payload)


def read_event(untrusted: bytes, kinds: object) -> Event:
    """Read an event of one of these kinds (a union of Event classes).

    Raises:
        KindUnknown: another kind; the codes of `wire.decode`.
    """
    seen = read_json(untrusted)
    if not isinstance(seen, dict):
        raise FieldWrong
    kind = seen.get("kind")
    if not isinstance(kind, str):
        raise FieldWrong
    known = {member.__struct_config__.tag: member for member in get_args(kinds) or (kinds,)}
    if kind not in known:
        raise KindUnknown
    found: Event = decode(untrusted, known[kind])
    return found
