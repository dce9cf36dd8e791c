"""What only members read: the events of files, of intake's file and of the roster (spec: events)."""

from typing import Annotated, Final

import msgspec

from safeconduct.sealed.event import SEEKER_READABLE, Continue, Event, Urgency
from safeconduct.sealed.wire import U32, BoxKey, Lane, Octets32

DUTIES: Final = ("coordinator", "intake", "caseworker", "lawyer", "analyst", "publisher")
ANSWERING: Final = ("coordinator", "caseworker")
"""The duties that answer seekers: their desks are sent voice keys."""
Duty = Annotated[str, msgspec.Meta(pattern=r"\A(coordinator|intake|caseworker|lawyer|analyst|publisher)\Z")]
Aside = Annotated[str, msgspec.Meta(pattern=r"\A(junk|twice|hostile)\Z")]
PURPOSES: Final = ("count",)
"""What consent can be for; `count`: to be counted, anonymously."""
Purpose = Annotated[str, msgspec.Meta(pattern=r"\A(count)\Z")]
ConsentState = Annotated[str, msgspec.Meta(pattern=r"\A(given|withdrawn)\Z")]
KeyDays = tuple[Octets32, U32, U32]
"""A key or a box id, its first and its last day."""


class Opened(Event, frozen=True, tag="opened"):
    """Envelope 1 of a file: a case's, perhaps with the contact it answers, or intake's own."""

    of: Annotated[str, msgspec.Meta(pattern=r"\A(case|intake)\Z")]
    contact: tuple[Octets32, Octets32] | None
    thread: Octets32 | None
    before: Octets32 | None
    recovery: Octets32


class Threaded(Event, frozen=True, tag="threaded"):
    """Another thread, when the first could not be used."""

    thread: Octets32


class Granted(Event, frozen=True, tag="granted"):
    """This desk has standing in this file from this day."""

    desk: Octets32


class Sent(Event, frozen=True, tag="sent"):
    """Someone with standing owns a voice-signed envelope before it is sent."""

    stream: Octets32
    lane: Lane
    k: U32
    words: Octets32


class Noted(Event, frozen=True, tag="noted"):
    """For colleagues; never for the seeker. `after`: the place in the conversation up to which its writer had read."""

    text: str
    after: tuple[Octets32, U32] | None


class Reported(Event, frozen=True, tag="reported"):
    """The seeker's words as a caseworker took them down."""

    text: str


class Triaged(Event, frozen=True, tag="triaged"):
    """How urgent it is, set by a person, with her reason."""

    urgency: Urgency
    why: str


class Consented(Event, frozen=True, tag="consented"):
    """What the person allows, and how he said so, as a caseworker took it down; the last one decides, none is no."""

    purpose: Purpose
    state: ConsentState
    words: str


class SetAside(Event, frozen=True, tag="set-aside"):
    """A contact nobody will take up; in intake's file only."""

    contact: Octets32
    reason: Aside


class Restored(Event, frozen=True, tag="restored"):
    """Undoes `set-aside`."""

    contact: Octets32


class Founded(Event, frozen=True, tag="founded"):
    """Envelope 1 of the roster, signed by the root: the organisation and its first desk."""

    space: Octets32
    name: str
    desk: Octets32
    box: BoxKey
    collect: Octets32
    member: str
    duties: tuple[Duty, ...]
    recovery: Octets32


class Joined(Event, frozen=True, tag="joined"):
    """A coordinator admits a desk."""

    desk: Octets32
    box: BoxKey
    collect: Octets32
    member: str
    duties: tuple[Duty, ...]


class Boxed(Event, frozen=True, tag="boxed"):
    """A desk publishes its new box."""

    box: BoxKey
    collect: Octets32


class Keyed(Event, frozen=True, tag="keyed"):
    """The organisation's shared keys, public halves, as a coordinator set them."""

    serial: U32
    keeper: Octets32
    intake: Octets32
    shared: Octets32
    voices: tuple[KeyDays, ...]
    boxes: tuple[KeyDays, ...]


IN_FILES: Final = (
    Opened | Threaded | Granted | Sent | Noted | Reported | Triaged | Consented | SetAside | Restored | Continue
)
IN_ROSTER: Final = Founded | Joined | Boxed | Keyed
IN_ANY: Final = SEEKER_READABLE | IN_FILES | IN_ROSTER
