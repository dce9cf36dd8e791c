"""The table of pairs: what a linkage left in doubt, side by side, and what a person decided. It holds names.

Written by `review`, filled in by hand or at the desk, read again by both. Nothing here needs the extra's packages.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from safeconduct.count.refusal import DecisionsClash, DecisionUnknown, FileForm, FileLarge, TableEmpty
from safeconduct.count.sheet import Cell, read_rows

SAME: Final = "same"
DIFFERENT: Final = "different"
CANNOT_TELL: Final = "cannot tell"
WORDS: Final[Mapping[str, str]] = {
    SAME: SAME, DIFFERENT: DIFFERENT, CANNOT_TELL: CANNOT_TELL,
    "одно": SAME, "разные": DIFFERENT, "неясно": CANNOT_TELL,
}  # fmt: skip
"""What may stand in the column `decision`, besides nothing."""
MOST_SHOWN: Final = 2000
"""Pairs that wait for a decision; those less doubtful than these are not worth a person's day."""
SHOWN: Final = ("list", "name", "date", "article", "court", "region", "identifier")
"""What is shown of an entry."""
BEFOREHAND: Final = "beforehand"
"""The evidence of being a pair at all: how many of all pairs are one case."""
MISSING: Final = "missing"
"""The level of a field that one of the two does not have: no bits."""
LEVELS: Final[Mapping[str, Sequence[str]]] = {
    BEFOREHAND: ("any-pair",),
    "surname": ("other", "two-letters", "one-letter", "swapped", "same-sound"),
    "given": ("other", "other-initial", "one-letter", "initial", "same-sound"),
    "patronymic": ("other", "other-initial", "one-letter", "initial", "same-sound"),
    "day": ("years", "year", "quarter", "month", "week", "same"),
    "place": ("other-region", "other-court", "region", "court"),
    "article": ("other", "other-part", "same"),
}
"""The evidence there is, in the table's order, and how alike each may be."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_ENTRY: Final = re.compile(r"x[0-9a-f]{16}")
_PROBABILITY: Final = re.compile(r"0(?:\.\d{1,3})?|1(?:\.0{1,3})?")
_EVIDENCE: Final = re.compile(r"([a-z-]+) (-?\d{1,4}\.\d)")

Decisions = Mapping[tuple[str, str], str]
"""By the digests of two entries, the smaller first: `SAME`, `DIFFERENT` or `CANNOT_TELL`."""
Row = Mapping[str, str]
"""A row of the table, by column."""


@dataclass(frozen=True)
class Evidence:
    """What one field says of a pair: how alike, and the bits it adds."""

    field: str
    level: str
    bits: float


@dataclass(frozen=True)
class Pair:
    """A row, read."""

    entries: tuple[str, str]
    """The digests, the smaller first."""
    sides: tuple[tuple[str, ...], tuple[str, ...]]
    """What is shown of the two, in the order of `SHOWN`."""
    probability: float
    joined: bool
    """Whether the linkage had them in one cluster."""
    evidence: tuple[Evidence, ...]

    @property
    def doubt(self) -> float:
        """0 is the most doubtful; a likely pair that was kept apart is as doubtful as one at even odds."""
        return 0.0 if self.probability > 0.5 and not self.joined else abs(self.probability - 0.5)


@dataclass(frozen=True)
class Reviewed:
    """A table of decisions as it was read."""

    decisions: Decisions
    rows: tuple[Row, ...]
    """The decided rows, whole, as they stood: also those whose entries are gone."""


@dataclass(frozen=True)
class Table:
    """A whole table, the most doubtful pair first, each pair once; its column `decision` is empty."""

    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]


def read_decisions(untrusted: bytes, name: str) -> Reviewed:
    """Read a table that a person filled in; rows without a decision are left out.

    Raises:
        FileLarge, FileBroken, SpreadsheetBomb: the file cannot be read.
        FileForm: it is no table of pairs.
        DecisionUnknown: a decision is none of `WORDS`, or its entries are not named.
        DecisionsClash: two rows say different things of one pair.
    """
    _, rows = _read(untrusted, name)
    decisions: dict[tuple[str, str], str] = {}
    kept: list[Row] = []
    for row in rows:
        word = _decision(row)
        if word:
            _note(decisions, entries_of(row), word)
            kept.append(row)
    return Reviewed(decisions, tuple(kept))


def read_table(untrusted: bytes, most: int = MOST_SHOWN) -> tuple[Table, dict[int, str]]:
    """Read a whole CSV table; returns it, and the decisions that stood in it by the numbers of its rows.

    Raises:
        FileLarge, FileBroken: the file cannot be read, or more than `most` pairs wait.
        FileForm: it is no table of pairs, or not every cell is as `review` writes it.
        TableEmpty: there is no pair in it.
        DecisionUnknown, DecisionsClash: as `read_decisions`.
    """
    columns, found = _read(untrusted, "pairs.csv")
    if len(set(columns)) < len(columns):
        # What stands in the second of two would be lost.
        raise FileForm
    rows: dict[tuple[str, str], dict[str, str]] = {}
    decisions: dict[tuple[str, str], str] = {}
    doubts: dict[tuple[str, str], float] = {}
    for row in found:
        pair = read_pair(row)
        if word := _decision(row):
            _note(decisions, pair.entries, word)
        rows.setdefault(pair.entries, row | {"decision": ""})
        doubts.setdefault(pair.entries, pair.doubt)
        if len(rows) - len(decisions) > most:
            raise FileLarge
    if not rows:
        raise TableEmpty
    order = sorted(rows, key=doubts.__getitem__)
    number = {pair: at for at, pair in enumerate(order)}
    table = Table(tuple(columns), tuple(rows[pair] for pair in order))
    return table, {number[pair]: word for pair, word in decisions.items()}


def read_pair(row: Row) -> Pair:
    """Read a row.

    Raises:
        FileForm: a cell is not as `review` writes it.
    """
    entries, probability, joined = entries_of(row), row.get("probability", ""), row.get("joined")
    if (
        not all(map(_ENTRY.fullmatch, entries))
        or not _PROBABILITY.fullmatch(probability)
        or joined not in {"yes", "no"}
    ):
        raise FileForm
    left, right = (tuple(_bare(row.get(f"{name}{mark}", "")) for name in SHOWN) for mark in ("", " 2"))
    return Pair(entries, (left, right), float(probability), joined == "yes", tuple(_evidence(row)))


def write_table(columns: Sequence[str], rows: Iterable[Row]) -> str:
    """A CSV of these columns, in which no spreadsheet takes a cell for a formula."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({column: f"'{text}" if text.startswith(_FORMULA) else text for column, text in row.items()})
    return buffer.getvalue()


def entries_of(row: Row) -> tuple[str, str]:
    """The digests of a row's two entries, the smaller first."""
    return in_order(row.get("entry", ""), row.get("entry 2", ""))


def in_order(left: str, right: str) -> tuple[str, str]:
    """The smaller first."""
    return (left, right) if left <= right else (right, left)


def _read(untrusted: bytes, name: str) -> tuple[list[str], Iterator[dict[str, str]]]:
    header, rows = read_rows(untrusted, name)
    if not {"decision", "entry", "entry 2"} <= set(header):
        raise FileForm
    return header, (dict(zip(header, (_text(cell) for cell in cells), strict=False)) for _, cells in rows)


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def _decision(row: Row) -> str:
    said = row.get("decision", "").strip().lower()
    if not said:
        return ""
    if said not in WORDS or not all(entries_of(row)):
        raise DecisionUnknown
    return WORDS[said]


def _note(decisions: dict[tuple[str, str], str], pair: tuple[str, str], word: str) -> None:
    if decisions.setdefault(pair, word) != word:
        raise DecisionsClash


def _evidence(row: Row) -> Iterator[Evidence]:
    """A cell may be empty: then the table is of a linkage that did not compare this field."""
    for field, levels in LEVELS.items():
        said = row.get(f"bits: {field}", "")
        found = _EVIDENCE.fullmatch(said)
        if found and found[1] in (*levels, MISSING):
            yield Evidence(field, found[1], float(found[2]))
        elif said:
            raise FileForm


def _bare(text: str) -> str:
    """Without the mark of `write_table`."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(_FORMULA) else text
