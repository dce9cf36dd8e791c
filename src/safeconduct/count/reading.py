"""Capture histories from a file: an aggregated table, or one row a person. Every row is in, or refused with its reason.

A column named `count` makes the table aggregated. Columns named as in `STRATA` are strata. Every other column is a
list, and its cells are 0 or 1.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from safeconduct.count.history import MOST_PEOPLE, Table, tabulate
from safeconduct.count.refusal import ListTwice, RowsRefused, StratumUnknown, TableEmpty
from safeconduct.count.sheet import Cell, read_rows

COUNT: Final = ("count", "число")
STRATA: Final = ("region", "quarter", "stratum", "регион", "квартал", "слой")

HISTORY_WRONG: Final = "history-wrong"
"""A cell of a list is neither 0 nor 1."""
HISTORY_NONE: Final = "history-none"
"""On no list: such people are what is estimated, nobody can have seen them."""
HISTORY_TWICE: Final = "history-twice"
"""The same history a second time in an aggregated table: it is not known whether to add or to replace."""
COUNT_WRONG: Final = "count-wrong"
"""Not a whole number from 0 to a thousand million."""
STRATUM_NONE: Final = "stratum-none"
"""No value in a column of strata; such a row may belong to the merged cell above it, and nobody can know."""
ROW_LENGTH: Final = "row-length"
"""More or fewer cells than columns."""


@dataclass(frozen=True)
class RefusedRow:
    """A row that is in no table: where it stands (1 is right under the header, blank rows count) and why."""

    row: int
    reason: str


@dataclass(frozen=True)
class Reading:
    """What a file holds: the people of each stratum by history, and the rows that were refused."""

    lists: tuple[str, ...]
    people: Mapping[tuple[str, ...], Mapping[int, int]]
    strata: tuple[str, ...]
    refused: tuple[RefusedRow, ...]
    rows: int
    """Those that hold something."""

    def table(self) -> Table:
        """All strata together.

        Raises:
            Uncountable: see `tabulate`.
        """
        return tabulate(self.lists, self._pooled(self.people.values()))

    def stratified(self, by: str) -> dict[str, dict[int, int]]:
        """The people of each value of one stratum column, by history; not checked, since small strata are.

        Raises:
            StratumUnknown: no such column.
        """
        if by not in self.strata:
            raise StratumUnknown
        place = self.strata.index(by)
        values = sorted({key[place] for key in self.people})
        return {value: self._pooled(p for key, p in self.people.items() if key[place] == value) for value in values}

    @staticmethod
    def _pooled(parts: Iterable[Mapping[int, int]]) -> dict[int, int]:
        pooled: dict[int, int] = {}
        for part in parts:
            for history, number in part.items():
                pooled[history] = pooled.get(history, 0) + number
        return pooled


def read_histories(untrusted: bytes, name: str) -> Reading:
    """Read a file by the ending of its name: csv, tsv, xlsx, jsonl, ndjson, parquet.

    Raises:
        Uncountable: the file as a whole is not one that can be read.
    """
    header, rows = read_rows(untrusted, name)
    return _Reader(header).read(rows)


def read_table(untrusted: bytes, name: str) -> Table:
    """The one table of a file in which no row is wrong.

    Raises:
        RowsRefused: a row is refused; `read_histories` says which.
        Uncountable: the file or the table is refused.
    """
    reading = read_histories(untrusted, name)
    if reading.refused:
        raise RowsRefused
    return reading.table()


class _Reader:
    def __init__(self, header: list[str]) -> None:
        names = [name.strip() for name in header]
        if len(set(names)) < len(names) or not all(names):
            raise ListTwice
        lower = [name.lower() for name in names]
        self._width = len(names)
        self._count = next((at for at, name in enumerate(lower) if name in COUNT), None)
        self._strata = [at for at, name in enumerate(lower) if name in STRATA]
        self._lists = [at for at in range(len(names)) if at != self._count and at not in self._strata]
        self._names = names
        self._people: dict[tuple[str, ...], dict[int, int]] = {}

    def read(self, rows: Iterator[tuple[int, list[Cell]]]) -> Reading:
        refused: list[RefusedRow] = []
        taken = 0
        for number, row in rows:
            taken += 1
            reason = self._take(row)
            if reason:
                refused.append(RefusedRow(number, reason))
        if taken == 0:
            raise TableEmpty
        return Reading(
            lists=tuple(self._names[at] for at in self._lists),
            people=self._people,
            strata=tuple(self._names[at].lower() for at in self._strata),
            refused=tuple(refused),
            rows=taken,
        )

    def _take(self, row: list[Cell]) -> str | None:
        """Take a row in, or say why not."""
        if len(row) != self._width:
            return ROW_LENGTH
        bits = [_bit(row[at]) for at in self._lists]
        number = 1 if self._count is None else _whole(row[self._count])
        strata = tuple("" if row[at] is None else str(row[at]).strip() for at in self._strata)
        found = {
            HISTORY_WRONG: None in bits,
            COUNT_WRONG: number is None,
            HISTORY_NONE: not any(bits),
            STRATUM_NONE: not all(strata),
        }
        if any(found.values()):
            return next(reason for reason, so in found.items() if so)
        history = sum(1 << place for place, bit in enumerate(bits) if bit)
        people = self._people.setdefault(strata, {})
        if self._count is not None and history in people:
            return HISTORY_TWICE
        people[history] = people.get(history, 0) + (number or 0)
        return None


def _bit(cell: Cell) -> int | None:
    """0 or 1, as a sheet, JSON or a text file writes it."""
    match cell:
        case bool() | int() | float() if cell in (0, 1):
            return int(cell)
        case str() if cell.strip() in ("0", "1"):
            return int(cell)
        case _:
            return None


def _whole(cell: Cell) -> int | None:
    match cell:
        case bool():
            return None
        case int():
            number = cell
        case float() if cell.is_integer():
            number = int(cell)
        case str() if cell.strip().isascii() and cell.strip().isdigit() and len(cell) <= 12:
            number = int(cell)
        case _:
            return None
    return number if 0 <= number <= MOST_PEOPLE else None
