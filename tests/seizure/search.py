"""What whoever seizes a disk or reads a program's output does first: look for known words, however they are spelled.

A needle is text (looked for in UTF-8 and both UTF-16) or bytes, each plainly, in hex, percent-encoded, escaped as
Python and JSON do, and in base64 at any of the three offsets. What is short enough to stand somewhere by chance is no
needle.
"""

import base64
import json
import sqlite3
import string
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import quote_from_bytes, quote_plus

SHORTEST_BYTES = 6


def spellings(needle: str | bytes) -> frozenset[bytes]:
    """Every way in which it may be written down."""
    raws = (
        [needle] if isinstance(needle, bytes) else [needle.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be")]
    )
    found = {spelled for raw in raws for spelled in _of_bytes(raw)}
    if isinstance(needle, str):
        found |= {quote_plus(needle).encode(), json.dumps(needle)[1:-1].encode(), ascii(needle)[1:-1].encode()}
    assert min(map(len, found)) >= SHORTEST_BYTES, needle
    return frozenset(found)


def _of_bytes(raw: bytes) -> Iterator[bytes]:
    yield raw
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    for percent in (quote_from_bytes(raw, safe=""), quote_from_bytes(raw, safe=string.punctuation), _percent(raw)):
        yield percent.encode()
        yield percent.lower().encode()
    yield repr(raw)[2:-1].encode()
    for offset in range(3):
        yield from base64_at(raw, offset)


def _percent(raw: bytes) -> str:
    return "".join(f"%{byte:02X}" for byte in raw)


def base64_at(raw: bytes, offset: int) -> tuple[bytes, bytes]:
    """The letters that are the same whatever stands around it, when it begins so many bytes into a group of three."""
    first, last = (4 * offset + 2) // 3, 8 * (offset + len(raw)) // 6
    padded = bytes(offset) + raw + bytes(3)
    return base64.b64encode(padded)[first:last], base64.urlsafe_b64encode(padded)[first:last]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file under it, and one entry for all their names."""
    files = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    return files | {"(names)": "\n".join(files).encode()}


def search(needles: Iterable[str | bytes], where: Mapping[str, bytes]) -> set[tuple[str, str | bytes]]:
    """Which file holds which needle, in whatever spelling."""
    return {
        (name, needle)
        for needle in needles
        for spelled in spellings(needle)
        for name, content in where.items()
        if spelled in content
    }


def integers(database: Path) -> Iterator[int]:
    """Every integer in every table: where a number could be a time or an address."""
    with closing(sqlite3.connect(database)) as sql:
        for (table,) in list(sql.execute("SELECT name FROM sqlite_master WHERE type = 'table'")):
            for row in sql.execute(f'SELECT * FROM "{table}"'):  # noqa: S608
                yield from (value for value in row if isinstance(value, int))
