"""How values stand in vectors: bytes, points (vectors/README.md, "Values")."""

import re
from typing import Any, Final, Protocol

from safeconduct.sealed.stream import Point

Input = dict[str, Any]
Output = dict[str, Any]
Octets = str | list[str | list[Any]]
"""Hex, or a list of hex and [hex, times]."""
_RUN: Final = re.compile(rb"(.)\1{31,}", re.DOTALL)


def octets(value: Octets) -> bytes:
    """The bytes that a value stands for."""
    if isinstance(value, str):
        return bytes.fromhex(value)
    parts = ((part, 1) if isinstance(part, str) else part for part in value)
    return b"".join(bytes.fromhex(text) * times for text, times in parts)


def packed(raw: bytes) -> Octets:
    """Bytes as they stand in an input: long runs of one byte are written as such."""
    parts: list[str | list[Any]] = []
    at = 0
    for found in _RUN.finditer(raw):
        parts += [raw[at : found.start()].hex(), [found[1].hex(), len(found[0])]]
        at = found.end()
    if not parts:
        return raw.hex()
    return [part for part in [*parts, raw[at:].hex()] if part]


def optional(raw: bytes | None) -> str | None:
    """Hex, or null."""
    return None if raw is None else raw.hex()


class _Place(Protocol):
    @property
    def n(self) -> int: ...
    @property
    def hash(self) -> bytes: ...
    @property
    def day(self) -> int: ...
    @property
    def closing(self) -> int: ...


def point(given: Input) -> Point:
    """A point, from an input."""
    return Point(given["n"], octets(given["hash"]), given["day"], given["closing"])


def point_out(place: _Place) -> Output:
    """A point or head, as it stands in inputs and outputs."""
    return {"n": place.n, "hash": place.hash.hex(), "day": place.day, "closing": place.closing}
