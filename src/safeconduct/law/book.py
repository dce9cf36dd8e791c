"""All packs together: what holds where, with overlays laid over, and the edition it is."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Generic, TypeVar

from safeconduct.law.check import reach
from safeconduct.law.logic import nodes
from safeconduct.law.pack import (
    SECTIONS,
    Bundle,
    Cite,
    CountingRule,
    Deadline,
    Document,
    Entry,
    Exclusion,
    Ground,
    Node,
    Offence,
    Pack,
    Question,
    Risk,
    ServiceRule,
    Source,
    Statement,
    Stay,
    Vocabulary,
)
from safeconduct.law.situation import Kinds, Known, Situation, derive

ANYWHERE: Final = ("Etc/GMT+12", "Etc/GMT-14")
"""The last and the first clock on earth: where nobody says which a country has, its day lies between theirs."""
E_co = TypeVar("E_co", bound=Entry, covariant=True)


@dataclass(frozen=True, slots=True)
class Placed(Generic[E_co]):
    """An entry with the pack that answers for it; and what its condition holds, looked up once.

    `cites`: conditions with citations of their own; `presumes`: a presumption; `consults`: a question for a lawyer.
    """

    entry: E_co
    pack: Pack
    cites: bool = field(init=False, compare=False)
    presumes: bool = field(init=False, compare=False)
    consults: bool = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Look through the tree here, not at every evaluation."""
        when: Node | None = getattr(self.entry, "when", None)
        tree = tuple(nodes(when)) if when is not None else ()
        object.__setattr__(self, "cites", any(node.cite for node in tree))
        object.__setattr__(self, "presumes", any(node.presumed for node in tree))
        object.__setattr__(self, "consults", any(node.unknown for node in tree))

    def source(self, cite: Cite) -> Source:
        """Where a citation of this entry leads."""
        return self.pack.sources[cite.src]


@dataclass(frozen=True, slots=True)
class Selection:
    """What may concern someone of an origin in a host country."""

    grounds: tuple[Placed[Ground], ...]
    exclusions: tuple[Placed[Exclusion], ...]
    offences: tuple[Placed[Offence], ...]
    deadlines: tuple[Placed[Deadline], ...]
    stay: tuple[Placed[Stay], ...]
    service_rules: tuple[Placed[ServiceRule], ...]
    statements: tuple[Placed[Statement], ...]
    risks: tuple[Placed[Risk], ...]
    documents: tuple[Placed[Document], ...]
    open_questions: tuple[Placed[Question], ...]
    packs: tuple[Pack, ...]
    unknown: tuple[str, ...]
    """Countries that no pack speaks of."""


class Book:
    """A bundle, indexed. Immutable: another edition is another book."""

    def __init__(self, bundle: Bundle, overlays: tuple[Pack, ...] = ()) -> None:
        """Take a checked bundle, and an organisation's own packs to lay over it.

        Raises:
            ValueError: two packs have one id, so that one would silently take the place of a country's whole law.
        """
        packs = (*bundle.packs, *overlays)
        self.vocabulary: Vocabulary = bundle.vocabulary
        self.packs: dict[str, Pack] = {pack.pack.id: pack for pack in packs}
        if len(self.packs) != len(packs):
            raise ValueError
        self._selections: dict[tuple[str, str, tuple[str, ...]], Selection] = {}

    @cached_property
    def kinds(self) -> Kinds:
        """What the vocabulary says of its words."""
        facts, events, dates = self.vocabulary.facts, self.vocabulary.events, self.vocabulary.dates
        of_host = {name for name, kind in facts.items() if kind.host} | {name for name in dates if dates[name].host}
        return Kinds(
            {name: event.implies for name, event in events.items()},
            frozenset(name for name, event in events.items() if event.of == "origin"),
            frozenset(of_host),
        )

    @cached_property
    def _zones(self) -> dict[str, tuple[str, ...]]:
        clocks = self.vocabulary.clocks
        heads = [pack.pack for pack in self.packs.values()]
        courts = {head.jurisdiction: (head.zone,) for head in heads if head.zone and head.kind in {"host", "origin"}}
        return {**(clocks.zones if clocks else {}), **courts}

    def zones(self, country: str) -> tuple[str, ...]:
        """The clocks by which days begin and end in a country: of its courts, of all its parts, or all there are."""
        return self._zones.get(country, ANYWHERE)

    def know(self, situation: Situation) -> Known:
        """Read a checked situation with these words and clocks."""
        return derive(situation, self.kinds, self.zones(situation.host))

    @cached_property
    def entries(self) -> dict[str, Placed[Entry]]:
        """Every entry by its id; an overlay's stands before what it is laid over."""
        return {placed.entry.id: placed for section in SECTIONS for placed in self._of(section, tuple(self.packs))}

    def select(self, origin: str, host: str, toward: tuple[str, ...] = ()) -> Selection:
        """What may concern someone from `origin` in `host` who looks `toward` other countries."""
        key = (origin, host, toward)
        if key not in self._selections:
            self._selections[key] = self._select(origin, host, toward)
        return self._selections[key]

    def rule(self, placed: Placed[Deadline]) -> CountingRule | None:
        """The counting rule a deadline names, from its own pack or one that this includes."""
        name = placed.entry.rule
        if name is None:
            return None
        reached = (self.packs[pack].counting_rules.get(name) for pack in reach(placed.pack, self.packs))
        return next((rule for rule in reached if rule is not None), None)

    def _select(self, origin: str, host: str, toward: tuple[str, ...]) -> Selection:
        mine = tuple(name for name, pack in self.packs.items() if _speaks(pack, origin, host))
        reached: dict[str, None] = {"int": None} if "int" in self.packs else {}
        for name in mine:
            reached.update(dict.fromkeys(reach(self.packs[name], self.packs)))
        # An overlay comes along with what it is laid over.
        laid = {name: None for name, pack in self.packs.items() if pack.pack.overlays in reached}
        names = tuple(dict.fromkeys([*reached, *laid]))

        def of(section: str) -> tuple[Placed[Entry], ...]:
            found = tuple(placed for placed in self._of(section, names) if _concerns(placed.entry, origin, host))
            return _own_stay(found, origin) if section == "stay" else found

        abroad = tuple(
            placed
            for placed in self._of("grounds", tuple(self.packs))
            if isinstance(placed.entry, Ground)
            and placed.entry.abroad
            and placed.pack.pack.jurisdiction in toward
            and placed.pack.pack.jurisdiction != host
        )
        return Selection(
            **{section: of(section) + (abroad if section == "grounds" else ()) for section in SECTIONS},  # type: ignore[arg-type] # each section holds its own kind
            packs=tuple(self.packs[name] for name in names) + tuple(placed.pack for placed in abroad),
            unknown=tuple(self._unknown(origin, host)),
        )

    def _of(self, section: str, names: tuple[str, ...]) -> Iterator[Placed[Entry]]:
        """The entries of these packs; one that an overlay among them replaces is left out."""
        laid = [self.packs[name] for name in names if self.packs[name].pack.overlays is not None]
        replaced = {entry.id for pack in laid for part in SECTIONS for entry in getattr(pack, part)}
        for name in names:
            pack = self.packs[name]
            for entry in getattr(pack, section):
                if pack.pack.overlays is not None or entry.id not in replaced:
                    yield Placed(entry, pack)

    def _unknown(self, origin: str, host: str) -> Iterator[str]:
        packs = [pack for pack in self.packs.values() if pack.pack.kind not in {"international", "region"}]
        if not any(_speaks_of(pack, origin=origin) for pack in packs):
            yield origin
        if not any(_speaks_of(pack, host=host) for pack in packs):
            yield host


def _speaks(pack: Pack, origin: str, host: str) -> bool:
    if pack.pack.overlays is not None:
        return False
    return _speaks_of(pack, origin=origin) or _speaks_of(pack, host=host)


def _speaks_of(pack: Pack, origin: str = "", host: str = "") -> bool:
    head = pack.pack
    match head.kind:
        case "origin":
            return head.jurisdiction == origin
        case "host":
            return head.jurisdiction == host
        case "region":
            return host in head.hosts
        case "international":
            return False
        case "host_short" | "origin_short":
            entries = [entry for section in SECTIONS for entry in getattr(pack, section)]
            return any((host and entry.host == host) or (origin and entry.origin == origin) for entry in entries)


def _concerns(entry: Entry, origin: str, host: str) -> bool:
    if isinstance(entry, Stay) and entry.nationality not in {origin, "other_visa_free"}:
        return False
    return entry.host in {None, host} and entry.origin in {None, origin}


def _own_stay(found: tuple[Placed[Entry], ...], origin: str) -> tuple[Placed[Entry], ...]:
    """What is said of this nationality; what is said of others only where nothing is."""
    own = tuple(one for one in found if isinstance(one.entry, Stay) and one.entry.nationality == origin)
    return own or found
