"""Rows out of a file that nobody vouches for: CSV, XLSX, JSON lines, Parquet. Nothing here knows what a row means."""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from safeconduct.count.refusal import FileBroken, FileForm, FileLarge, SpreadsheetBomb, TableEmpty

Cell = str | int | float | bool | None

MOST_BYTES: Final = 64 * 2**20
MOST_ROWS: Final = 2_000_000
_MOST_PARTS: Final = 500
_MOST_COLUMNS: Final = 64
"""A file of capture histories has at most ten lists; a register has some twenty columns."""


def read_rows(untrusted: bytes, name: str) -> tuple[list[str], Iterator[tuple[int, list[Cell]]]]:
    """The header, and the rows under it that hold something, each with its number: 1 is right under the header.

    Raises:
        FileLarge, FileForm, FileBroken, SpreadsheetBomb, TableEmpty: it is not read.
    """
    if len(untrusted) > MOST_BYTES:
        raise FileLarge
    match name.lower().rpartition(".")[2]:
        case "csv" | "tsv" | "txt":
            rows = _csv_rows(untrusted)
        case "xlsx":
            rows = _xlsx_rows(untrusted)
        case "jsonl" | "ndjson" | "json":
            rows = _json_rows(untrusted)
        case "parquet":
            rows = _parquet_rows(untrusted)
        case _:
            raise FileForm
    header = next(rows, None)
    if not header:
        raise TableEmpty
    if len(header) > _MOST_COLUMNS:
        raise FileLarge
    return ["" if cell is None else str(cell) for cell in header], _bounded(rows)


def _bounded(rows: Iterator[list[Cell]]) -> Iterator[tuple[int, list[Cell]]]:
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise FileLarge
        if any(cell is not None and str(cell).strip() for cell in row):
            yield number, row


def _csv_rows(untrusted: bytes) -> Iterator[list[Cell]]:
    """Separated by comma, semicolon or tab, whichever the header has most of; lines from `#` on top are notes."""
    text = _decode(untrusted)
    lines = text.splitlines(keepends=True)
    start = 0
    while start < len(lines) and (lines[start].startswith("#") or not lines[start].strip()):
        start += 1
    if start == len(lines):
        return
    delimiter = max(",;\t", key=lines[start].count)
    try:
        for row in csv.reader(io.StringIO("".join(lines[start:]), newline=""), delimiter=delimiter, strict=True):
            yield list(row)
    except csv.Error:
        raise FileBroken from None


def _decode(untrusted: bytes) -> str:
    """UTF-8; else what Excel writes in Russia."""
    if b"\0" in untrusted:
        raise FileBroken
    try:
        return untrusted.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return untrusted.decode("cp1251")
    except UnicodeDecodeError:
        raise FileBroken from None


def _xlsx_rows(untrusted: bytes) -> Iterator[list[Cell]]:
    """The first sheet. Its parts are unfolded and weighed first, since what a zip says of itself may be a lie."""
    import openpyxl  # noqa: PLC0415 - of the extra

    _weigh(untrusted)
    try:
        book = openpyxl.load_workbook(io.BytesIO(untrusted), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        yield from _sheet_rows(sheet.iter_rows(values_only=True))
    except SpreadsheetBomb:
        raise
    except Exception:  # noqa: BLE001 - a foreign file may break its reader in any way it likes
        raise FileBroken from None


def _sheet_rows(rows: Iterable[tuple[object, ...]]) -> Iterator[list[Cell]]:
    """Rows from the first that holds something, each as wide as that one."""
    width = 0
    for number, values in enumerate(rows):
        # Cells that stand far apart make a reader fill in what lies between.
        if number > MOST_ROWS or len(values) > _MOST_COLUMNS:
            raise SpreadsheetBomb
        row = [_cell(value) for value in values]
        while row and row[-1] is None and len(row) > width:
            row.pop()
        if width or any(cell is not None for cell in row):
            width = width or len(row)
            yield row + [None] * (width - len(row))


def _cell(value: object) -> Cell:
    """Dates and the like as text."""
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


def _weigh(untrusted: bytes) -> None:
    """Unfold every part without keeping it.

    Raises:
        SpreadsheetBomb: together they are too large, or one declares entities of its own.
        FileBroken: not a spreadsheet.
    """
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(untrusted)) as archive:
            if len(archive.infolist()) > _MOST_PARTS or sum(i.file_size for i in archive.infolist()) > MOST_BYTES:
                raise SpreadsheetBomb
            for part in archive.infolist():
                with archive.open(part) as stream:
                    while block := stream.read(2**18):
                        total += len(block)
                        if total > MOST_BYTES or b"<!DOCTYPE" in block or b"<!ENTITY" in block:
                            raise SpreadsheetBomb
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise FileBroken from None


def _json_rows(untrusted: bytes) -> Iterator[list[Cell]]:
    """One object a line, all with the keys of the first. Lists and objects inside are passed over: an empty cell."""
    decoder = msgspec.json.Decoder(dict[str, str | int | float | bool | list[Any] | dict[str, Any] | None])
    keys: list[str] = []
    for line in untrusted.removeprefix(codecs.BOM_UTF8).splitlines():
        if not line.strip():
            yield from [[]] if keys else []
            continue
        try:
            found = decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise FileBroken from None
        if not keys:
            keys = list(found)
            yield list(keys)
        # A row with other keys is refused by its length.
        cells = [None if isinstance(cell := found.get(key), (list, dict)) else cell for key in keys]
        yield cells if set(found) == set(keys) else [*keys, None]


def _parquet_rows(untrusted: bytes) -> Iterator[list[Cell]]:
    import polars as pl  # noqa: PLC0415 - of the extra

    try:
        frame = pl.scan_parquet(io.BytesIO(untrusted))
        if len(frame.collect_schema()) > _MOST_COLUMNS or frame.select(pl.len()).collect().item() > MOST_ROWS:
            raise FileLarge
        rows = frame.collect()
    except (pl.exceptions.PolarsError, OSError):
        raise FileBroken from None
    yield list(rows.columns)
    for row in rows.iter_rows():
        yield [_cell(value) for value in row]
