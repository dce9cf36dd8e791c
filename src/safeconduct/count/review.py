"""Review: pairs of entries near the line, for a person to decide; and what was decided, kept in a table.

A decision is of two entries, each named by a digest of what it says and of its list's title: files may be sent anew,
in any order, with more rows. To take a decision back is to empty its cell. Nothing here is to leave the computer: the
table holds names.
"""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import numpy as np

from safeconduct.count.link import Decided, Linkage, Place
from safeconduct.count.refusal import DecisionsClash, DecisionUnknown, FileForm
from safeconduct.count.register import Entry, Register
from safeconduct.count.sheet import Cell, read_rows

SAME: Final = "same"
DIFFERENT: Final = "different"
CANNOT_TELL: Final = "cannot tell"
WORDS: Final[Mapping[str, str]] = {
    SAME: SAME, DIFFERENT: DIFFERENT, CANNOT_TELL: CANNOT_TELL,
    "одно": SAME, "разные": DIFFERENT, "неясно": CANNOT_TELL,
}  # fmt: skip
"""What may stand in the column `decision`, besides nothing."""
BEFOREHAND: Final = "beforehand"
"""The evidence of being a pair at all: how many of all pairs are one case."""
MOST_SHOWN: Final = 2000
"""Pairs that wait for a decision; those less doubtful than these are not worth a person's day."""
_DOUBTFUL: Final = (0.01, 0.99)
_SHOWN: Final = ("list", "name", "date", "article", "court", "region", "identifier")

Decisions = Mapping[tuple[str, str], str]
"""By the digests of two entries, the smaller first: `SAME`, `DIFFERENT` or `CANNOT_TELL`."""


@dataclass(frozen=True)
class Evidence:
    """What one field says of a pair: how alike, and the bits it adds."""

    field: str
    level: str
    bits: float


@dataclass(frozen=True)
class Doubt:
    """A pair to decide."""

    left: Place
    right: Place
    digests: tuple[str, str]
    probability: float
    joined: bool
    """Whether the linkage has them in one cluster."""
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Reviewed:
    """A table of decisions as it was read."""

    decisions: Decisions
    rows: tuple[Mapping[str, str], ...]
    """The decided rows, whole, as they stood: also those whose entries are gone."""


def digests(registers: Sequence[Register]) -> dict[Place, str]:
    """A name for each entry: 16 hexadecimal digits. Rows of one list that say the same are numbered."""
    times: Counter[str] = Counter()
    found: dict[Place, str] = {}
    for r, register in enumerate(registers):
        for e, entry in enumerate(register.entries):
            said = "\x1f".join([register.title, *_said(entry)])
            times[said] += 1
            found[r, e] = sha256(f"{said}\x1f{times[said]}".encode()).hexdigest()[:16]
    return found


def decided(decisions: Decisions, registers: Sequence[Register]) -> Decided:
    """Decisions as `link` takes them; of entries that are no longer there, and of what nobody could tell, none."""
    place = {digest: place for place, digest in digests(registers).items()} if decisions else {}
    return {
        (place[left], place[right]): word == SAME
        for (left, right), word in decisions.items()
        if word != CANNOT_TELL and left in place and right in place
    }


def find_doubts(linkage: Linkage, registers: Sequence[Register], decisions: Decisions) -> list[Doubt]:
    """Pairs that wait for a decision, the most doubtful first, at most `MOST_SHOWN`.

    These are the pairs near the line, and those that are likely but were kept apart by what else is known. Pairs that
    share an identifier, and decided ones, are not among them.
    """
    named = digests(registers)
    cluster_of = {place: at for at, cluster in enumerate(linkage.clusters) for place in cluster}
    doubts: list[Doubt] = []
    for at in _near_the_line(linkage):
        left, right = (linkage.places[side[at]] for side in (linkage.bonds.left, linkage.bonds.right))
        pair = _in_order(named[left], named[right])
        if pair not in decisions and not _share_identifier(registers, left, right):
            joined = cluster_of[left] == cluster_of[right]
            doubts.append(Doubt(left, right, pair, float(linkage.probability[at]), joined, _evidence(linkage, at)))
        if len(doubts) == MOST_SHOWN:
            break
    return doubts


def evidence_of(linkage: Linkage) -> tuple[str, ...]:
    """What evidence a linkage's pairs have, in its order."""
    return (BEFOREHAND, *(field.name for field in linkage.fields))


def _near_the_line(linkage: Linkage) -> list[int]:
    """The pairs' numbers. A likely pair that is not joined is as doubtful as one at even odds."""
    label = np.zeros(len(linkage.places), np.int64)
    number = {place: at for at, place in enumerate(linkage.places)}
    for at, cluster in enumerate(linkage.clusters):
        label[[number[place] for place in cluster]] = at
    together = label[linkage.bonds.left] == label[linkage.bonds.right]
    low, high = _DOUBTFUL
    probability = linkage.probability
    apart = (probability > 0.5) & ~together
    doubt = np.where(apart, 0.0, np.abs(probability - 0.5))
    shown = np.flatnonzero(apart | ((probability >= low) & (probability <= high)))
    return [int(at) for at in shown[np.argsort(doubt[shown], kind="stable")]]


def _share_identifier(registers: Sequence[Register], left: Place, right: Place) -> bool:
    cui = registers[left[0]].entries[left[1]].cui
    return bool(cui) and cui == registers[right[0]].entries[right[1]].cui


def _evidence(linkage: Linkage, at: int) -> tuple[Evidence, ...]:
    found = [Evidence(BEFOREHAND, "any-pair", linkage.model.prior_bits)]
    for place, field in enumerate(linkage.fields):
        level = int(linkage.levels[at, place])
        name = field.levels[level - 1].name if level else "missing"
        found.append(Evidence(field.name, name, float(linkage.weights[at, place])))
    return tuple(found)


def _in_order(left: str, right: str) -> tuple[str, str]:
    return (left, right) if left <= right else (right, left)


def _said(entry: Entry) -> tuple[str, ...]:
    return (entry.name, entry.day.isoformat(), entry.article, entry.court, entry.region, entry.cui)


def read_decisions(untrusted: bytes, name: str) -> Reviewed:
    """Read a table that `write_review` made and a person filled in; rows without a decision are left out.

    Raises:
        FileLarge, FileBroken, SpreadsheetBomb: the file cannot be read.
        FileForm: it is no table of pairs.
        DecisionUnknown: a decision is none of `WORDS`, or its entries are not named.
        DecisionsClash: two rows say different things of one pair.
    """
    header, rows = read_rows(untrusted, name)
    if not {"decision", "entry", "entry 2"} <= set(header):
        raise FileForm
    decisions: dict[tuple[str, str], str] = {}
    kept: list[dict[str, str]] = []
    for cells in rows:
        row = dict(zip(header, (_text(cell) for cell in cells), strict=False))
        said = row.get("decision", "").strip().lower()
        if not said:
            continue
        pair = _in_order(row.get("entry", ""), row.get("entry 2", ""))
        if said not in WORDS or not all(pair):
            raise DecisionUnknown
        if decisions.setdefault(pair, WORDS[said]) != WORDS[said]:
            raise DecisionsClash
        kept.append(row)
    return Reviewed(decisions, tuple(kept))


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def write_review(
    doubts: Sequence[Doubt],
    registers: Sequence[Register],
    evidence: Sequence[str],
    kept: Sequence[Mapping[str, str]] = (),
) -> str:
    """A CSV of pairs side by side, with the bits of each evidence, whose sum is the log2 odds.

    Those decided stand last, as they were read.
    """
    columns = ["decision", "probability", "joined"]
    columns += [column for name in _SHOWN for column in (name, f"{name} 2")]
    columns += [*(f"bits: {name}" for name in evidence), "entry", "entry 2"]
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for doubt in doubts:
        writer.writerow({column: _plain(text) for column, text in _row(doubt, registers).items()})
    for row in kept:
        writer.writerow({column: _plain(text) for column, text in row.items()})
    return buffer.getvalue()


def _row(doubt: Doubt, registers: Sequence[Register]) -> dict[str, str]:
    row = {"probability": f"{doubt.probability:.3f}", "joined": "yes" if doubt.joined else "no"}
    for place, mark in ((doubt.left, ""), (doubt.right, " 2")):
        register = registers[place[0]]
        entry = register.entries[place[1]]
        said = (register.title, *_said(entry))
        row |= {f"{name}{mark}": text for name, text in zip(_SHOWN, said, strict=True)}
    row |= {f"bits: {each.field}": f"{each.level} {each.bits:.1f}" for each in doubt.evidence}
    return row | dict(zip(("entry", "entry 2"), doubt.digests, strict=True))


def _plain(text: str) -> str:
    """A cell that a spreadsheet will not take for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
