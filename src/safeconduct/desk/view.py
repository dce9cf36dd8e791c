"""What the pages show: plain values, made by `desk.Desk`, read by `desk.pages`.

No key and no id of the protocol is in them.
A `ref` is a random name that a row has on this desk alone; it stands in the address bar and tells nothing elsewhere.
Days are days since 1970-01-01 UTC; minutes (`at_s`, seconds since then) exist only for what this desk itself saw.
"""

from dataclasses import dataclass, field
from typing import Literal

from safeconduct.case.case import Kind

Who = Literal["seeker", "organisation", "colleague"]
Band = Literal["new", "mine", "team", "aside"]
DraftKind = Literal["reply", "note"]
ItemState = Literal["there", "waiting", "held", "void"]


@dataclass(frozen=True, slots=True)
class Me:
    """Whose desk this is."""

    name: str
    organisation: str
    duties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Colleague:
    """Another member, as the roster names her."""

    ref: str
    name: str
    duties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row stands where it stands: a code for the locale file and its number, if it has one."""

    code: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list: a request nobody has taken up, or a case."""

    ref: str
    name: str
    """Two words, the same on every desk."""
    kind: Literal["contact", "case"]
    urgency: str
    reason: Reason
    country: str
    language: str
    first_line: str
    day: int
    """The day of the seeker's newest words."""
    new: int
    """Items this desk has not shown yet."""
    taken_by: str
    """A colleague's name, or empty."""
    state: Literal["new", "coming", "ours", "aside"]
    """`coming`: taken up here, not yet confirmed by the relay."""
    past_grace: bool = False


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of a list; `next` hands on where the next one begins."""

    band: Band
    rows: tuple[Row, ...]
    total: int
    next: str
    counts: tuple[tuple[Band, int], ...]


@dataclass(frozen=True, slots=True)
class Item:
    """Something in a conversation or beside it, in the relay's order."""

    ref: str
    kind: Kind
    who: Who
    by: str
    """The member's name where a colleague wrote it, or who owns a reply; empty for the seeker."""
    text: str
    day: int
    state: ItemState = "there"
    answers: tuple[tuple[str, str, str], ...] = ()
    """Question id, question as asked (in the desk's language), answer as shown."""
    new: bool = False
    past: tuple[str, ...] = ()
    """Of a held reply: the seeker's items that had not been shown where it was written."""


@dataclass(frozen=True, slots=True)
class Counting:
    """Whether the person may be counted, anonymously: the last word on it, its day, and who took it down."""

    state: Literal["unasked", "given", "withdrawn"] = "unasked"
    day: int = 0
    by: str = ""


@dataclass(frozen=True, slots=True)
class OwnCount:
    """This desk's own cases as numbers: exact, and for this desk's eyes; what leaves it is made elsewhere."""

    quarters: tuple[tuple[str, int], ...]
    """Cases that may be counted, by the quarter in which the person first asked ("2026-4"); from the first to the
    last such quarter, those without any too."""
    asked: int
    """Cases that may be counted."""
    cases: int
    """All cases of this desk."""


@dataclass(frozen=True, slots=True)
class Matter:
    """A request or a case, whole."""

    row: Row
    items: tuple[Item, ...]
    who_can_see: tuple[Colleague, ...]
    can_grant: tuple[Colleague, ...]
    draft: str
    """A half-written reply."""
    may_reply: bool
    """False while it is nobody's, void, or this desk holds no voice key."""
    aside_reason: str = ""
    """Why it is aside: as it was set aside, `taken`, or `lost` for a case that a colleague was first to take up."""
    note_draft: str = ""
    """A half-written note."""
    counting: Counting = Counting()
    read: str = ""
    """How far its streams are in here: what a page sends back with all that is written on it."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something a person must know about the relay or a colleague; codes of `safeconduct.case.alarm`, or `lost`."""

    code: str
    day: int
    matter: str
    """The two words of the case it is about, or empty."""
    ref: str = ""
    """What confirms it; empty for one that ends by itself."""


@dataclass(frozen=True, slots=True)
class Status:
    """The line on top of every page."""

    relay: Literal["there", "silent", "foreign", "clock"]
    synced_s_ago: int | None
    waiting: int
    """What was written here and is not yet on the relay."""
    manifest_days_left: int | None
    delegation_days_left: int | None
    """Of this coordinator's delegation; None on the desks of others."""
    alone: bool
    """One person alone decides here."""
    past_grace: int
    alarms: tuple[Alarm, ...] = field(default=())
