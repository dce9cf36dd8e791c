"""`safeconduct law`: for those who write packs, and for those who want to see what they say of a case."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, NoReturn

import msgspec

from safeconduct.clock import Clock
from safeconduct.errors import ConfigWrong, DeskTaken, SignatureWrong
from safeconduct.law import bundle as shipping
from safeconduct.law.answer import short_answer
from safeconduct.law.article import find_article
from safeconduct.law.book import Book, Placed
from safeconduct.law.change import compare, is_recast, rewritten
from safeconduct.law.coverage import resting, standings, unused_facts
from safeconduct.law.evaluate import Outcome, evaluate, is_stale
from safeconduct.law.example import differences
from safeconduct.law.pack import ASKERS, SECTIONS, Bundle, Entry, Pack
from safeconduct.law.reading import Misreading
from safeconduct.law.record import record
from safeconduct.law.shelf import BUNDLE, Shelf, read_folder, read_situation, shipped, shipped_folder
from safeconduct.law.situation import Situation
from safeconduct.law.speech import LANGUAGES, words
from safeconduct.law.text import deadline_lines, finding_lines, outcome_lines, pack_lines, source_line
from safeconduct.sealed.signing import SigningKey

Commands = Any
"""What `add_subparsers` returns; argparse gives it no public name."""
Run = Callable[[argparse.Namespace], None]
_EPOCH: Final = date(1970, 1, 1).toordinal()


def add_commands(commands: Commands) -> None:
    """`law` and what stands behind it. Each sets `run`; a fault ends the program with 1 when it has been told."""
    summary = "country packs: check, read, compare, and try them on a case"
    law = commands.add_parser("law", help=summary, description=summary)
    parts = law.add_subparsers(dest="part", metavar="COMMAND", required=True)
    check = _add(parts, "check", "read the packs of a folder, and say what is wrong, with line and column", _check)
    check.add_argument("--write", action="store_true", help=f"if nothing is, write {BUNDLE} beside them, unsigned")
    show = _add(parts, "show", "show a pack, an entry by its id, or an offence by its article", _show)
    show.add_argument("what", help="kz, kz.apply, or 337 ч. 5")
    _takes_trust(show)
    diff = _add(parts, "diff", "what changed between two editions, and which example cases came out otherwise", _diff)
    diff.add_argument("old", type=Path, help="a folder of packs or a bundle")
    explain = _add(parts, "explain", "why a finding, or why a date, in one case", _explain)
    _takes_case(explain)
    explain.add_argument("id", help="the finding or deadline")
    coverage = _add(parts, "coverage", "the weakest and oldest sources first, and what no example tries", _coverage)
    coverage.add_argument("--on", type=_date, help="the day to stand on (today)")
    attempt = _add(parts, "try", "what the packs say of a case", _try)
    _takes_case(attempt)
    attempt.add_argument("--json", action="store_true", help="findings and deadlines as JSON")
    attempt.add_argument("--answer", action="store_true", help="a short answer in plain words, to change and send")
    sign = _add(parts, "sign", "write the packs as one signed bundle", _sign)
    sign.add_argument("--key", type=Path, required=True, help="file with the signing key's seed, 32 bytes in hex")
    sign.add_argument("--new", action="store_true", help="make the key first")
    sign.add_argument("--out", type=Path, default=Path("law.json"), help="the bundle's file (law.json)")
    _add(parts, "schema", "the JSON Schema of a pack, for editors", _schema)


def _add(parts: Commands, name: str, summary: str, run: Run) -> argparse.ArgumentParser:
    added: argparse.ArgumentParser = parts.add_parser(name, help=summary, description=f"{summary.capitalize()}.")
    added.add_argument("--packs", type=Path, help="a folder of packs or a bundle (else those of this release)")
    added.add_argument("--overlay", type=Path, action="append", default=[], help="a folder of an organisation's own")
    added.add_argument("--language", choices=LANGUAGES, default="en")
    added.set_defaults(run=run)
    return added


def _takes_case(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", type=Path, help="CASE.yaml: origin, host, facts, dates, events")
    parser.add_argument("--on", type=_date, help="the day to stand on (today)")
    parser.add_argument("--asker", choices=ASKERS, default="lawyer", help="who will ask: facts beyond are left out")
    _takes_trust(parser)


def _takes_trust(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--trust", type=_key, metavar="KEY", help="whose signature the bundle must bear, 64 hex digits")


def _key(text: str) -> bytes:
    return bytes.fromhex(text)


def _date(text: str) -> date:
    return date.fromisoformat(text)


def _today(given: argparse.Namespace) -> date:
    on: date | None = given.on
    return on or date.fromordinal(_EPOCH + Clock().day())


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")


def _stop(lines: Iterable[str]) -> NoReturn:
    for line in lines:
        sys.stderr.write(line + "\n")
    raise SystemExit(1)


def _bundle(path: Path | None, trusted: bytes | None = None) -> Bundle:
    """The packs, and on the side whose signature they bear: what is printed is somebody's word."""
    if path is None or path.is_dir():
        if trusted is not None:
            raise SignatureWrong  # a folder bears none, and this release is nobody's word
        return shipped() if path is None else _whole(read_folder(path)).bundle
    try:
        bundle, signer = shipping.read_signed(path.read_bytes(), trusted)
    except OSError:
        raise ConfigWrong from None
    sys.stderr.write(f"{path.name}: {f'signed by {signer.hex()}' if signer else 'unsigned'}\n")
    return bundle


def _whole(shelf: Shelf) -> Shelf:
    if shelf.refused:
        _stop(map(str, shelf.refused))
    return shelf


def _book(given: argparse.Namespace) -> Book:
    bundle = _bundle(given.packs, getattr(given, "trust", None))
    below = {pack.pack.id: pack for pack in bundle.packs}
    laid: dict[str, Pack] = {}
    for folder in given.overlay:
        # An organisation's packs, checked together with all that they are laid over.
        laid |= _whole(read_folder(folder, {**below, **laid}, bundle.vocabulary)).packs
    return Book(bundle, tuple(laid.values()))


def _digests(book: Book) -> dict[str, str]:
    return shipping.editions(shipping.bind(book.vocabulary, tuple(book.packs.values())))


def _situation(given: argparse.Namespace, book: Book) -> Situation:
    try:
        return read_situation(given.case.read_bytes(), book)
    except OSError:
        raise ConfigWrong from None
    except Misreading as misreading:
        _stop([f"{given.case.name}:{misreading}"])


def _outcome(given: argparse.Namespace) -> Outcome:
    book = _book(given)
    now = None if given.on else datetime.fromtimestamp(Clock().instant_s(), UTC)
    return evaluate(book, _situation(given, book), _today(given), now)


def _check(given: argparse.Namespace) -> None:
    folder = given.packs or shipped_folder()
    shelf = _whole(read_folder(folder))
    wrong = [
        f"{one.example}: {one.id}: expected {one.expected}, found {one.found}"
        for one in differences(Book(shelf.bundle))
    ]
    if wrong:
        _stop(wrong)
    if given.write:
        (folder / BUNDLE).write_bytes(shipping.write(shelf.bundle))
    elif (folder / BUNDLE).exists() and (folder / BUNDLE).read_bytes() != shipping.write(shelf.bundle):
        _stop([f"{BUNDLE} is older than the packs: law check --write"])
    _say(_counts(shelf.bundle))


def _counts(bundle: Bundle) -> Iterator[str]:
    packs = bundle.packs
    counts = {"sources": sum(len(pack.sources) for pack in packs)}
    counts |= {section: sum(len(getattr(pack, section)) for pack in packs) for section in SECTIONS}
    counts["examples"] = sum(len(pack.examples) for pack in packs)
    yield f"{len(packs)} packs, {len(bundle.vocabulary.facts)} facts: no fault"
    yield ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in counts.items())
    yield f"edition {shipping.digest_of(bundle).hex()}"


def _show(given: argparse.Namespace) -> None:
    book = _book(given)
    names = [given.what] if given.what in book.entries else list(find_article(book, given.what))
    if given.what in book.packs:
        _say(_pack_text(book.packs[given.what], given))
    elif names:
        for name in names:
            _say(_entry_text(book.entries[name], given))
    else:
        _stop([f"no pack, entry or article: {given.what}"])


def _pack_text(pack: Pack, given: argparse.Namespace) -> Iterator[str]:
    yield words(given.language, pack.pack.title)
    yield from _standing(pack, given)
    for section in SECTIONS:
        for entry in getattr(pack, section):
            yield f"{section}: {entry.id} — {_title(entry, given)}"


def _standing(pack: Pack, given: argparse.Namespace) -> Iterator[str]:
    today = date.fromordinal(_EPOCH + Clock().day())
    return pack_lines(pack, stale=is_stale(pack, today), language=given.language)


def _title(entry: Entry, given: argparse.Namespace) -> str:
    named = next((getattr(entry, name) for name in ("label", "text", "visa_free") if hasattr(entry, name)), None)
    return words(given.language, named) if named is not None else entry.id


def _entry_text(placed: Placed[Entry], given: argparse.Namespace) -> Iterator[str]:
    yield f"{placed.entry.id} — {_title(placed.entry, given)}"
    yield from _standing(placed.pack, given)
    yield msgspec.json.format(msgspec.json.encode(placed.entry)).decode()
    yield from (source_line(placed, cite, given.language) for cite in placed.entry.cite)


def _diff(given: argparse.Namespace) -> None:
    old, new = Book(_bundle(given.old)), _book(given)
    if is_recast(old, new):
        _say(["the words, or what packs speak for, changed: every case has to be evaluated again"])
    for name in sorted(rewritten(old, new)):
        how = "removed" if name not in new.entries else "added" if name not in old.entries else "changed"
        _say([f"{how} {name}"])
    for pack in new.packs.values():
        for example in pack.examples:
            on = date.fromisoformat(example.today)
            moved = compare(example.id, *(evaluate(book, example.case, on) for book in (old, new)))
            _say(f"{one.key}: {one.id}: {one.before} → {one.after} ({', '.join(one.why)})" for one in moved)


def _explain(given: argparse.Namespace) -> None:
    outcome = _outcome(given)
    told = False
    for finding in outcome.findings:
        if finding.id == given.id:
            told = True
            _say(finding_lines(outcome, finding, given.language, given.asker))
    for running in outcome.deadlines:
        if running.placed.entry.id == given.id:
            told = True
            _say(deadline_lines(outcome, running, given.language, given.asker))
    if not told:
        _stop([f"not a finding or a running deadline of this case: {given.id}"])


def _coverage(given: argparse.Namespace) -> None:
    book = _book(given)
    for one in standings(book, _today(given)):
        cites = ", ".join(f"{number} {level}" for level, number in sorted(one.cites.items()))
        late = " PAST REVIEW" if one.stale else ""
        _say([f"{one.id}: {one.entries} entries; {cites}; {one.open_questions} open; review by {one.review_by}{late}"])
    _say(f"{one.confidence:6} {one.as_of:10} {one.id}{'' if one.tried else '  (no example)'}" for one in resting(book))
    _say([f"facts that no rule asks: {', '.join(unused_facts(book))}"])


def _try(given: argparse.Namespace) -> None:
    outcome = _outcome(given)
    if given.json:
        told = record(outcome, _digests(outcome.book), given.asker)
        _say([json.dumps(told, ensure_ascii=False, indent=2)])
    elif given.answer:
        sys.stdout.write(short_answer(outcome, given.language, given.asker))
    else:
        _say(outcome_lines(outcome, given.language, given.asker))


def _sign(given: argparse.Namespace) -> None:
    if given.new:
        _write_new(given.key, os.urandom(32).hex().encode() + b"\n")  # noqa: TID251 - here randomness enters
    try:
        key = SigningKey(bytes.fromhex(given.key.read_text("ascii").strip()))
    except (OSError, ValueError, UnicodeDecodeError):
        raise ConfigWrong from None
    bundle = _bundle(given.packs)
    given.out.write_bytes(shipping.write(bundle, key))
    _say([f"edition {shipping.digest_of(bundle).hex()}", f"key {key.public.hex()}"])


def _write_new(path: Path, content: bytes) -> None:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
    except OSError:
        raise DeskTaken from None


def _schema(_given: argparse.Namespace) -> None:
    _say([schema_text()])


def schema_text() -> str:
    """The JSON Schema of a pack. Editors know `^` and `$` only."""
    told = json.dumps(msgspec.json.schema(Pack), ensure_ascii=False, indent=1)
    return told.replace("\\\\A", "^").replace("\\\\Z", "$")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `law …` by itself: `python -m safeconduct.law.command law check`."""
    parser = argparse.ArgumentParser(prog="safeconduct", description=__doc__)
    add_commands(parser.add_subparsers(dest="command", required=True))
    given = parser.parse_args(arguments)
    given.run(given)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
