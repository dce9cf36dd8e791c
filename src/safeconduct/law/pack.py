"""What a pack may say: one struct for each thing it holds (spec: law)."""

from typing import Annotated, Final, Literal

import msgspec

from safeconduct.law.situation import Country, Name, Situation

Key = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z][A-Za-z0-9_]*\Z")]
Id = Annotated[str, msgspec.Meta(pattern=r"\A[a-z]+([.][A-Za-z0-9_]+)+\Z")]
Text = Annotated[str, msgspec.Meta(min_length=1)]
Day = Annotated[str, msgspec.Meta(pattern=r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]
Partial = Annotated[str, msgspec.Meta(pattern=r"\A(unknown|[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)\Z")]
Confidence = Literal["low", "medium", "high"]
CONFIDENCES: Final = ("unverified", "low", "medium", "high")
"""Worst first."""
Value = Literal["yes", "no", "open", "pres"]
ExpectedDay = Annotated[str, msgspec.Meta(pattern=r"\A([0-9]{4}-[0-9]{2}-[0-9]{2}|missing|not-running)\Z")]
Basis = Literal["act_date", "application_date", "decision_date", "event_date", "final_decision_date"]
Asker = Literal["door", "volunteer", "caseworker", "lawyer"]
ASKERS: Final = ("door", "volunteer", "caseworker", "lawyer")
"""Each may ask what those before may ask."""


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What all parts of a pack have in common: an unknown key is refused, an absent one is not written."""


class Words(Part, frozen=True, kw_only=True):
    """One text in both languages."""

    en: Text
    ru: Text


class Source(Part, frozen=True, kw_only=True):
    """Where something stands: every source once. `read`: how much of it was read."""

    title: Text
    publisher: Text
    url: Annotated[str, msgspec.Meta(pattern=r"\A(https?://[^ ]+|unknown)\Z")]
    date: Partial
    kind: Literal[
        "statute", "case_law", "case_law_summary", "guideline", "official", "official_summary", "academic",
        "legal_press", "book", "encyclopedia", "ngo", "media", "dataset",
    ]  # fmt: skip
    read: Words


class Cite(Part, frozen=True, kw_only=True):
    """Who says so: a source of this pack, the place in it, the date it speaks for, how sure that makes us."""

    src: Key
    as_of: Partial
    confidence: Confidence
    pin: Text | None = None


class Node(Part, frozen=True, kw_only=True, rename={"all_": "all", "any_": "any", "not_": "not", "is_": "is"}):
    """A condition: exactly one of fact, all, any, not, is, gt, le, unknown; the rest says why."""

    fact: Name | None = None
    all_: "tuple[Node, ...] | None" = None
    any_: "tuple[Node, ...] | None" = None
    not_: "Node | None" = None
    is_: tuple[Name, str] | None = None
    gt: tuple[Name, int] | None = None
    le: tuple[Name, int] | None = None
    unknown: bool | None = None
    say: Words | None = None
    presumed: Literal["strong"] | None = None
    burden: Literal["applicant", "shared"] | None = None
    cite: tuple[Cite, ...] = ()


class Valid(Part, frozen=True, kw_only=True, rename={"since": "from"}):
    """In force by one date of the case: from and until are days that still count."""

    basis: Basis
    since: Day | None = None
    until: Day | None = None
    before: Words | None = None
    note: Words | None = None


class Entry(Part, frozen=True, kw_only=True):
    """What a pack claims. Where the pack speaks of many countries, the entry names its own."""

    id: Id
    cite: tuple[Cite, ...] = ()
    host: Country | None = None
    origin: Country | None = None
    valid: Valid | None = None
    note: Words | None = None


class Ground(Entry, frozen=True, kw_only=True):
    """What may protect: a condition, what it gives, and what would bar it. `abroad`: asked for from elsewhere."""

    label: Words
    gives: Literal[
        "refugee_status", "subsidiary_protection", "non_refoulement", "human_right", "deportation_ban",
        "humanitarian_visa", "warning_not_refugee",
    ]  # fmt: skip
    when: Node
    bars: tuple[Id, ...]
    abroad: bool = False


class Exclusion(Entry, frozen=True, kw_only=True):
    """What bars a ground: an individual test, for a lawyer."""

    label: Words
    when: Node
    effect: Literal["excluded_from_refugee_status", "excluded_from_subsidiary_protection"]


class Article(Part, frozen=True, kw_only=True):
    """Where an offence stands: the code, its article and part, and how it is written for people."""

    code: Name
    number: Annotated[str, msgspec.Meta(pattern=r"\A[0-9]+([.][0-9]+)?\Z")]
    part: Annotated[str, msgspec.Meta(pattern=r"\A[0-9]+([.][0-9]+)?\Z")] | None = None
    note: Words | None = None


class Sanction(Part, frozen=True, kw_only=True):
    """The range that is feared."""

    kind: Literal["prison", "arrest_or_disciplinary_unit", "fine_or_prison"]
    min_years: int | None = None
    max_years: int | None = None
    note: Words | None = None


class Offence(Entry, frozen=True, kw_only=True):
    """What is feared, never guilt: no tree can come out yes without a fact that is an act of the person."""

    article: Article
    label: Words
    when: Node
    sanction: Sanction
    overrides: tuple[Id, ...] = ()


class Length(Part, frozen=True, kw_only=True):
    """So many units; a negative number runs back from the event."""

    number: Annotated[int, msgspec.Meta(ge=-999, le=999)]
    unit: Literal["hour", "day", "week", "month", "year"]


class Missed(Part, frozen=True, kw_only=True):
    """What follows when it is missed: as a source has it, inferred, or not read."""

    basis: Literal["source", "inferred", "not_read"]
    en: Text
    ru: Text


class Deadline(Entry, frozen=True, kw_only=True):
    """A time limit: which event starts it, how long it is, how it is counted, and what an act within it stops.

    `also`: other events that start it as well. `longest`: the other end of a band. `rule`: a counting rule.
    `binds`: who has to act by it; `effect` where something simply begins.
    """

    label: Words
    trigger: Name
    also: tuple[Name, ...] = ()
    length: Length
    longest: Length | None = None
    count: Literal["calendar", "working", "unknown"]
    roll: Literal["next_working_day", "previous_working_day", "none", "unknown"]
    rule: Key | None = None
    when: Node
    if_missed: Missed
    suspensive: Literal["full", "on_request", "none", "unknown"]
    binds: Literal["person", "authority", "effect"] = "person"


class CountingRule(Part, frozen=True, kw_only=True):
    """How a law counts, in words. `two_working_days`: a period of two days or more holds at least two of them."""

    text: Words
    two_working_days: bool = False
    confidence: Literal["unverified"] | None = None
    cite: tuple[Cite, ...] = ()


class ServiceRule(Entry, frozen=True, kw_only=True):
    """When something counts as served."""

    text: Words


class Statement(Entry, frozen=True, kw_only=True):
    """Practice, figures, what courts held."""

    text: Words


class Risk(Entry, frozen=True, kw_only=True):
    """A danger of a place or of a step."""

    label: Words
    flag: Literal[
        "refoulement_imminent", "wanted_blocks_stay", "abduction_risk", "face_recognition", "device_check",
        "device_seizure", "dublin", "entry_refusal_risk", "check_channel", "contact_with_designated_org",
        "permit_case", "family_pressure", "relocate",
    ]  # fmt: skip
    text: Words


class Document(Entry, frozen=True, kw_only=True):
    """A paper that usually decides, and why. No claim of law, so it needs no citation."""

    label: Words
    why: Words
    caution: Words | None = None


class Stay(Entry, frozen=True, kw_only=True):
    """How long someone of a nationality may stay without a visa."""

    nationality: Annotated[str, msgspec.Meta(pattern=r"\A([A-Z]{2}|other_visa_free)\Z")]
    visa_free: Words
    restart: Words | None = None
    entry_document: Words | None = None


class Answer(Part, frozen=True, kw_only=True):
    """What closed an open question."""

    text: Words
    cite: tuple[Cite, ...]


class Question(Entry, frozen=True, kw_only=True):
    """Wanted and not backed; or answered since, by a source."""

    text: Words
    confidence: Literal["unverified"] | None = None
    answer: Answer | None = None


class Watch(Part, frozen=True, kw_only=True):
    """Where a change would show first."""

    url: Text
    what: Words


class Expected(Part, frozen=True, kw_only=True):
    """What an example must come to: findings by value, deadlines by last day, `missing` or `not-running`."""

    findings: dict[Id, Value] = {}
    deadlines: dict[Id, ExpectedDay] = {}
    shown: tuple[Id, ...] = ()


class Example(Part, frozen=True, kw_only=True):
    """A case that the pack's author worked out by hand: it is the pack's test."""

    id: Id
    title: Words
    today: Day
    case: Situation
    expect: Expected


class Review(Part, frozen=True, kw_only=True):
    """Who answers for a pack that is no draft any more."""

    by: Text
    day: Day


class Head(Part, frozen=True, kw_only=True):
    """Which pack it is, for whom, how old, and whether a lawyer has seen it.

    `hosts`: where a region's law applies. `zone`: the clock of its courts. `overlays`: an organisation's own
    entries, laid over those of another pack.
    """

    id: Key
    title: Words
    kind: Literal["international", "region", "host", "host_short", "origin", "origin_short"]
    jurisdiction: Annotated[str, msgspec.Meta(pattern=r"\A([A-Z]{2}|INT|MULTI)\Z")]
    status: Literal["draft", "reviewed"]
    compiled: Day
    review_by: Day
    includes: tuple[Key, ...] = ()
    hosts: tuple[Country, ...] = ()
    zone: str | None = None
    overlays: Key | None = None
    reviewed: Review | None = None
    note: Words | None = None


class Pack(Part, frozen=True, kw_only=True):
    """One file: a country, a region, or the world."""

    schema: Literal["lawpack/2"]
    pack: Head
    sources: dict[Key, Source]
    stay: tuple[Stay, ...] = ()
    grounds: tuple[Ground, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    offences: tuple[Offence, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    counting_rules: dict[Key, CountingRule] = {}
    service_rules: tuple[ServiceRule, ...] = ()
    statements: tuple[Statement, ...] = ()
    risks: tuple[Risk, ...] = ()
    documents: tuple[Document, ...] = ()
    open_questions: tuple[Question, ...] = ()
    watch: tuple[Watch, ...] = ()
    examples: tuple[Example, ...] = ()


SECTIONS: Final = (
    "grounds", "exclusions", "offences", "deadlines", "stay", "service_rules", "statements", "risks", "documents",
    "open_questions",
)  # fmt: skip
"""The parts of a pack that hold entries."""
UNCITED: Final = ("documents", "open_questions")
"""Of these, the two that claim nothing of law."""


class FactKind(Part, frozen=True, kw_only=True):
    """One fact of the vocabulary: its type, how it is asked, how dangerous the answer is, who may ask.

    `act`: something the person did. `values`: for an enum. `host`: of one host country only.
    """

    type: Literal["bool3", "enum", "country", "number", "date"]
    ask: Words
    sens: Literal["low", "mid", "high"]
    asked_by: Asker
    values: dict[Name, Words] = {}
    act: bool = False
    urgent: bool = False
    host: bool = False


class EventKind(Part, frozen=True, kw_only=True):
    """One kind of event, the facts that it makes true, and in which of the two countries it happens."""

    text: Words
    implies: tuple[Name, ...] = ()
    of: Literal["host", "origin"] = "host"


class DateKind(Words, frozen=True, kw_only=True):
    """One date of a case. `host`: of one host country only."""

    host: bool = False


class Clocks(Part, frozen=True, kw_only=True):
    """Which clocks run in a country: time zones, several where its parts differ; and who says so."""

    source: Source
    zones: dict[Country, Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]]


class Vocabulary(Part, frozen=True, kw_only=True):
    """The facts, events and dates that packs and cases may use, and the clocks of the countries they speak of."""

    schema: Literal["lawfacts/2"]
    compiled: Day
    facts: dict[Name, FactKind]
    events: dict[Name, EventKind]
    dates: dict[Basis, DateKind]
    clocks: Clocks | None = None


class Bundle(Part, frozen=True, kw_only=True):
    """Vocabulary and packs, as they are shipped: packs sorted by id."""

    schema: Literal["lawbundle/1"]
    vocabulary: Vocabulary
    packs: tuple[Pack, ...]
