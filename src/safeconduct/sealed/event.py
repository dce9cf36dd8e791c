"""What a seeker can read, event by event, and the payload around every event (spec: events, stream)."""

from types import UnionType
from typing import Annotated, Final, Generic, TypeVar, get_args

import msgspec

from safeconduct.errors import KindUnknown
from safeconduct.sealed.wire import (
    U32,
    BoxKey,
    HeadBytes,
    Lane,
    LetterBytes,
    Octets32,
    convert,
    encode,
    read_json,
)
from safeconduct.secret import Secret

Country = Annotated[str, msgspec.Meta(pattern=r"\A([A-Z]{2})?\Z")]
Language = Annotated[str, msgspec.Meta(pattern=r"\A[a-z]{2,3}\Z")]
URGENCIES: Final = ("held", "date", "papers", "unit", "none")
Urgency = Annotated[str, msgspec.Meta(pattern=r"\A(held|date|papers|unit|none)\Z")]


class Event(Secret, msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
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


E_co = TypeVar("E_co", bound=Event, covariant=True)


class Payload(msgspec.Struct, Generic[E_co], frozen=True, forbid_unknown_fields=True):
    """What an envelope holds: its writer's lane and number, the newest head he had, the event."""

    me: tuple[Lane, U32]
    seen: HeadBytes | None
    event: E_co


def write_payload(lane: bytes, k: int, seen: bytes | None, event: Event) -> bytes:
    """The payload's one spelling."""
    head = None if seen is None else HeadBytes(seen)
    return encode(Payload((Lane(lane), k), head, event))


def read_payload(untrusted: bytes, kinds: UnionType | type[Event]) -> Payload[Event]:
    """Read a payload whose event is of one of these kinds (a union of Event classes).

    Raises:
        KindUnknown: another kind; the codes of `wire.decode`.
    """
    read = read_json(untrusted)
    kind = read["event"].get("kind") if isinstance(read, dict) and isinstance(read.get("event"), dict) else None
    if isinstance(kind, str) and kind not in {each.__struct_config__.tag for each in get_args(kinds) or (kinds,)}:
        raise KindUnknown
    return convert(read, untrusted, Payload[kinds])  # type: ignore[valid-type]
