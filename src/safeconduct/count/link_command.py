"""`safeconduct count link`: registers in, decisions honoured, doubtful pairs and capture histories out."""

import argparse
import textwrap
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from safeconduct.count.demo import write_histories
from safeconduct.count.history import Table, tabulate
from safeconduct.count.link import Linkage, histories_of, link
from safeconduct.count.linkage_draws import Spread, say_spread, spread_of
from safeconduct.count.pairs import Reviewed, read_decisions
from safeconduct.count.progress import Tell
from safeconduct.count.refusal import FileBroken, FileForm, ListsFew, ListTwice
from safeconduct.count.register import SCHEMAS, Register, Schema, read_register
from safeconduct.count.review import decided, evidence_of, find_doubts, write_review
from safeconduct.count.words import LANGUAGES

_SCHEMAS = ("sudrfscraper", "sudrfscraper-json", "own-cases", "plain")
"""In the order in which they are tried: one's own cases have all columns of a plain register, and one more."""


def link_files(given: argparse.Namespace, tell: Tell, say: Callable[[str], None]) -> None:
    """Do as the command line says.

    Raises:
        Uncountable: a file or a decision is refused, and nothing was written; or the table. Then the review is there:
            what a person decides in it may make a table that can be counted.
    """
    if len({path.stem for path in given.files}) < len(given.files):
        raise ListTwice
    if len(given.files) < 2:
        raise ListsFew
    mapped = mapping(dict(given.column or ()))
    registers = [_read(path, mapped) for path in given.files]
    reviewed = _read_review(given.review)
    linkage = link(registers, decided(reviewed.decisions, registers), tell)
    doubts = find_doubts(linkage, registers, reviewed.decisions)
    if given.review:
        _write(given.review, write_review(doubts, registers, evidence_of(linkage), reviewed.rows))
    table = tabulate([register.title for register in registers], histories_of(linkage))
    spread = spread_of(linkage, table, seed=given.seed, draws=given.draws, tell=tell) if given.draws > 0 else None
    if given.histories:
        _write(given.histories, write_histories(table))
    found = _found(registers, linkage, table, spread) | {"waiting": len(doubts), "decided": len(reviewed.decisions)}
    if given.json:
        say(msgspec.json.encode(found).decode())
    else:
        _say_found(found, given.language, say)


def mapping(columns: Mapping[str, str]) -> Schema | None:
    """What the person said of the columns; name, date and article stand under their own names if nothing was said."""
    return Schema(**{"name": "name", "date": "date", "article": "article", **columns}) if columns else None


def _read(path: Path, mapped: Schema | None) -> Register:
    """By the first schema whose columns are all there; what the person said comes first."""
    try:
        content = path.read_bytes()
    except OSError:
        raise FileBroken from None
    for schema in (*([mapped] if mapped else []), *(SCHEMAS[name] for name in _SCHEMAS)):
        try:
            return read_register(content, path.name, path.stem, schema)
        except FileForm:
            continue
    raise FileForm


def _read_review(path: Path | None) -> Reviewed:
    if path and path.suffix.lower() != ".csv":
        raise FileForm
    if not path or not path.exists():
        return Reviewed({}, ())
    try:
        return read_decisions(path.read_bytes(), path.name)
    except OSError:
        raise FileBroken from None


def _write(path: Path, text: str) -> None:
    """Whole or not at all: what a person decided is in the file that is replaced."""
    beside = path.with_name(path.name + ".new")
    try:
        beside.write_text(text, "utf-8-sig", newline="")
        beside.replace(path)
    except OSError:
        raise FileBroken from None


def _found(registers: Sequence[Register], linkage: Linkage, table: Table, spread: Spread | None) -> dict[str, Any]:
    refused = [Counter(row.reason for row in register.refused) for register in registers]
    return {
        "lists": [
            {"title": register.title, "entries": len(register.entries), "refused": dict(reasons)}
            for register, reasons in zip(registers, refused, strict=True)
        ],
        "cases": table.n_observed,
        "digest": table.digest,
        "compared": len(linkage.bonds.odds),
        "passed_over": dict(linkage.blocking.passed_over),
        "weights": {
            field.name: {
                level.name: {"m": float(m), "u": float(u)}
                for level, m, u in zip(field.levels, match[1:], chance[1:], strict=True)
            }
            for field, match, chance in zip(linkage.fields, linkage.model.match, linkage.model.chance, strict=True)
        },
        "prior": linkage.model.prior,
        "spread": spread.as_record() | {"sentences": {each: say_spread(spread, each) for each in LANGUAGES}}
        if spread
        else None,
    }


def _say_found(found: dict[str, Any], language: str, say: Callable[[str], None]) -> None:
    for each in found["lists"]:
        reasons = ", ".join(f"{number} {reason}" for reason, number in each["refused"].items())
        say(f"{each['title']}: {each['entries']} entries" + (f"; refused: {reasons}" if reasons else ""))
    say(f"{found['cases']} cases; {found['compared']} pairs compared")
    say(f"{found['decided']} pairs decided, {found['waiting']} to review")
    for key, entries in found["passed_over"].items():
        say(f"{key}: {entries} entries too alike to be compared by this key")
    if found["spread"]:
        say("\n" + textwrap.fill(found["spread"]["sentences"][language], 100))
