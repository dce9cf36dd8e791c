"""Review: pairs of entries near the line, for a person to decide in a table (`pairs`), and her decisions honoured.

A decision is of two entries, each named by a digest of what it says and of its list's title: files may be sent anew,
in any order, with more rows. To take a decision back is to empty its cell. Nothing here is to leave the computer: the
table holds names.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import numpy as np

from safeconduct.count.link import Decided, Linkage, Place
from safeconduct.count.pairs import (
    BEFOREHAND,
    CANNOT_TELL,
    LEVELS,
    MISSING,
    MOST_SHOWN,
    SAME,
    SHOWN,
    Decisions,
    Evidence,
    in_order,
    write_table,
)
from safeconduct.count.register import Entry, Register

_DOUBTFUL: Final = (0.01, 0.99)


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


def digests(registers: Sequence[Register]) -> dict[Place, str]:
    """A name for each entry: x and 16 hexadecimal digits. Rows of one list that say the same are numbered.

    Without the x a spreadsheet takes one in seven hundred for a number and writes another.
    """
    times: Counter[str] = Counter()
    found: dict[Place, str] = {}
    for r, register in enumerate(registers):
        for e, entry in enumerate(register.entries):
            said = "\x1f".join([register.title, *_said(entry)])
            times[said] += 1
            found[r, e] = "x" + sha256(f"{said}\x1f{times[said]}".encode()).hexdigest()[:16]
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
        pair = in_order(named[left], named[right])
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
    found = [Evidence(BEFOREHAND, LEVELS[BEFOREHAND][0], linkage.model.prior_bits)]
    for place, field in enumerate(linkage.fields):
        level = int(linkage.levels[at, place])
        name = field.levels[level - 1].name if level else MISSING
        found.append(Evidence(field.name, name, float(linkage.weights[at, place])))
    return tuple(found)


def _said(entry: Entry) -> tuple[str, ...]:
    return (entry.name, entry.day.isoformat(), entry.article, entry.court, entry.region, entry.cui)


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
    columns += [column for name in SHOWN for column in (name, f"{name} 2")]
    columns += [*(f"bits: {name}" for name in evidence), "entry", "entry 2"]
    return write_table(columns, [*(_row(doubt, registers) for doubt in doubts), *kept])


def _row(doubt: Doubt, registers: Sequence[Register]) -> dict[str, str]:
    row = {"probability": f"{doubt.probability:.3f}", "joined": "yes" if doubt.joined else "no"}
    for place, mark in ((doubt.left, ""), (doubt.right, " 2")):
        register = registers[place[0]]
        entry = register.entries[place[1]]
        said = (register.title, *_said(entry))
        row |= {f"{name}{mark}": text for name, text in zip(SHOWN, said, strict=True)}
    row |= {f"bits: {each.field}": f"{each.level} {each.bits:.1f}" for each in doubt.evidence}
    return row | dict(zip(("entry", "entry 2"), doubt.digests, strict=True))
