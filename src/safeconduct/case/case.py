"""What folding gives: written envelopes in, a case out. Plain values, the same on every desk."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Speaks = Callable[[bytes, int], bool]
"""Whether a voice key's words of a day are the organisation's (`Manifest.speaks`)."""
Kind = Literal["asked", "said", "answered", "noted", "reported", "triaged", "agreed", "withdrawn", "granted", "taken"]
State = Literal["open", "ours", "lost", "shut"]


@dataclass(frozen=True, slots=True)
class Written:
    """An opened envelope at its place: verified against a signed head, its writer proved."""

    stream: bytes
    n: int
    hash: bytes
    day: int
    closing: int
    writer: bytes
    payload: bytes


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that shows, in the order of the case."""

    stream: bytes
    n: int
    day: int
    kind: Kind
    writer: bytes
    """A desk key, or empty for the seeker. What the organisation said bears the desk that owns it."""
    text: str
    answers: tuple[tuple[str, str], ...] = ()
    form: bytes = b""


@dataclass(frozen=True, slots=True)
class Consent:
    """What the person said last about one purpose."""

    given: bool
    """False: withdrawn, or declined."""
    day: int
    writer: bytes
    """The desk that took it down."""
    words: str


@dataclass(frozen=True, slots=True)
class Faults:
    """What did not count, for alarms: places (stream, n)."""

    without_standing: tuple[tuple[bytes, int], ...] = ()
    unowned: tuple[tuple[bytes, int], ...] = ()
    cloned: tuple[tuple[bytes, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One person's matter: what he said, what was answered, what colleagues noted, who may see it."""

    creator: bytes
    """The desk that took it up; empty while nobody has."""
    standing: tuple[tuple[bytes, int], ...]
    """(desk, first day): the creator's and whoever was granted it."""
    state: State
    """`open`: its contact is; `ours`: closed towards this file; `lost`: towards another; `shut`: towards none."""
    country: str
    language: str
    urgency: str
    """Set by a person if one did, else what the seeker chose."""
    triaged: bool
    moments: tuple[Moment, ...]
    unanswered: bool
    waiting_since: int
    """Day of the first of his words that nobody has answered, or of his newest."""
    newest_day: int
    """Day of the seeker's newest words."""
    begun: int
    """Day on which he first asked; of a file without a contact the day it was opened."""
    counting: Consent | None
    """Whether he may be counted, anonymously; None: nobody has asked, and it is no."""
    seeker_box: bytes = b""
    closed_to: bytes = b""
    """digest(`file`, secret) in the contact's closing, if it is closed towards a file."""
    faults: Faults = field(default_factory=Faults)
