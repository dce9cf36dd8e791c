"""Doubtful pairs of a linkage: one at a time, decided by a person, on disk before the next one is shown.

The table is sealed in the vault while it is open here. Addresses name a pair by its row: nothing of what it says, not
even a digest, comes into the browser's history.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

import msgspec
from starlette.responses import PlainTextResponse, Response

from safeconduct.count.pairs import (
    CANNOT_TELL,
    DIFFERENT,
    MISSING,
    SAME,
    SHOWN,
    Evidence,
    Pair,
    Table,
    read_pair,
    read_table,
    write_table,
)
from safeconduct.count.refusal import Uncountable
from safeconduct.desk.launch import draw_token
from safeconduct.desk.pages.queue import frame
from safeconduct.desk.pages.visit import Absent, Visit

FILE_MOST_BYTES: Final = 8 * 2**20
HERE: Final = "/count/pairs"
REFUSED: Final = ("file-large", "file-form", "file-broken", "table-empty", "decision-unknown", "decisions-clash")
CODES: Final[Mapping[str, str]] = {SAME: "same", DIFFERENT: "different", CANNOT_TELL: "cannot-tell"}
"""How a decision is called in a form, and in the locale file behind `pairs-`."""
RARE_BITS: Final = 9.0
"""A surname that sounds the same and says so much is one of fewer than one in six hundred."""
SPELLED: Final = ("name", "court", "identifier")
"""What is compared letter by letter; of two dates each digit alone says nothing."""
_COMPARED_MOST: Final = 200
"""Letters; what differs in longer texts is not looked for."""
_ALIKE: Final = 0.5
"""Texts less alike differ as a whole."""

Piece = tuple[str, bool]
"""Some letters, and whether they differ."""


class Decided(msgspec.Struct, frozen=True):
    """What was decided of the table that is open."""

    table: str
    """A random name of the table, so that a page that shows another one decides nothing here."""
    words: dict[int, str]
    """By the numbers of the rows, the latest last."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The table that is open, and what was decided of it."""

    table: Table
    decided: Decided

    @property
    def waiting(self) -> int:
        """How many pairs wait."""
        return len(self.table.rows) - len(self.decided.words)

    def first(self) -> int | None:
        """The most doubtful that waits."""
        return next((at for at in range(len(self.table.rows)) if at not in self.decided.words), None)

    def before(self, number: int | None) -> int | None:
        """What was decided before this one; of one that waits, the latest."""
        order = list(self.decided.words)
        earlier = order[: order.index(number)] if number in self.decided.words else order
        return earlier[-1] if earlier else None


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said of both."""

    name: str
    left: list[Piece]
    right: list[Piece]
    differs: bool
    """Both say something, and not the same."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A pair as the page shows it."""

    number: int
    lines: list[Line]
    odds: tuple[int, int]
    """About so many of so many such pairs are one case."""
    stands: str
    """`joined`, `apart`, or `apart-likely`: what the linkage did with it."""
    evidence: list[tuple[str, int]]
    """The locale's key, and whole bits."""
    bits: int
    word: str
    """The code of what was decided, or empty."""


def show(visit: Visit) -> Response:
    """A pair, or what to do where there is none to show."""
    version = visit.desk.version
    opened = _opened(visit)
    number = None
    if opened is not None:
        number = _number(visit.query["pair"], opened) if "pair" in visit.query else opened.first()
    return visit.render(
        "pairs.html",
        **frame(visit),
        row=None,
        version=version,
        live_address=HERE if number is None else f"{HERE}?pair={number}",
        opened=opened,
        pair=None if opened is None or number is None else shown(opened, number),
        before=None if opened is None else opened.before(number),
        list=[] if opened is None else _list(opened),
        most=FILE_MOST_BYTES,
        codes=CODES.values(),
    )


def open_table(visit: Visit, content: bytes) -> Response:
    """Keep a table (`new`: if no decision would be lost; `instead`: at any rate); 409 and a sentence if refused."""
    try:
        table, words = read_table(content)
    except Uncountable as refusal:
        code = refusal.code if refusal.code in REFUSED else "file-broken"
        return PlainTextResponse(visit.words.say(f"pairs-refused-{code}"), 409)
    fresh = msgspec.json.encode(Decided(draw_token(visit.house.random), words))
    asks = visit.path["how"] != "instead"

    def change(kept: bytes, decided: bytes) -> tuple[bytes, bytes]:
        if asks and decided and _decode(decided).words:
            return kept, decided
        return msgspec.json.encode(table), fresh

    if visit.desk.keep_pairs(change)[1] != fresh:
        return PlainTextResponse(visit.words.say("pairs-instead-first"), 409)
    return Response(status_code=204)


def decide(visit: Visit) -> Response:
    """Note a decision, or take it back; then on to the next that waits."""
    word = next((word for word, code in CODES.items() if code == visit.form.get("word")), "")
    opened = _opened(visit)
    if opened is None or visit.form.get("table") != opened.decided.table:
        visit.mine.told = "pairs-other"
        return visit.go(HERE)
    number = _number(visit.form.get("pair", ""), opened)

    def change(kept: bytes, decided: bytes) -> tuple[bytes, bytes]:
        before = _decode(decided) if decided else None
        if before is None or before.table != opened.decided.table:
            return kept, decided
        words = {at: said for at, said in before.words.items() if at != number} | ({number: word} if word else {})
        return kept, msgspec.json.encode(Decided(before.table, words))

    visit.desk.keep_pairs(change)
    return visit.go(HERE if word else f"{HERE}?pair={number}")


def put_away(visit: Visit) -> Response:
    """Forget the table; if something was decided, only if that was asked and answered."""
    sure = visit.form.get("sure") == "yes"

    def change(kept: bytes, decided: bytes) -> tuple[bytes, bytes]:
        return (kept, decided) if decided and _decode(decided).words and not sure else (b"", b"")

    visit.mine.told = "pairs-gone"
    if any(visit.desk.keep_pairs(change)):
        visit.mine.told = "pairs-not-away"
    return visit.go(HERE)


def save(visit: Visit) -> Response:
    """The table with its column `decision` filled, as `safeconduct count link --review` reads it."""
    opened = _opened(visit)
    if opened is None:
        raise Absent
    words = opened.decided.words
    rows = (row | {"decision": words.get(at, "")} for at, row in enumerate(opened.table.rows))
    text = write_table(opened.table.columns, rows)
    return Response(
        text.encode("utf-8-sig"),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="pairs.csv"'},
    )


def shown(opened: Opened, number: int) -> Shown:
    """What there is to see of a pair."""
    pair = read_pair(opened.table.rows[number])
    lines = []
    for name, left, right in zip(SHOWN, *pair.sides, strict=True):
        differs = name != "list" and bool(left and right) and left != right
        pieces = compare(left, right) if differs and name in SPELLED else ([(left, differs)], [(right, differs)])
        lines.append(Line(name, *pieces, differs))
    said = [each for each in pair.evidence if each.level != MISSING]
    return Shown(
        number,
        lines,
        odds(pair.probability),
        _stands(pair),
        [(f"pairs-evidence-{_evidence(each)}", round(each.bits)) for each in said],
        round(sum(each.bits for each in said)),
        CODES.get(opened.decided.words.get(number, ""), ""),
    )


def odds(probability: float) -> tuple[int, int]:
    """As people say it: 4 of 10, or 3 of 100 near the ends; never none and never all."""
    if 0.095 < probability < 0.905:
        return round(10 * probability), 10
    return min(max(round(100 * probability), 1), 99), 100


def compare(left: str, right: str) -> tuple[list[Piece], list[Piece]]:
    """Two texts that differ, in pieces; capitals do not differ from small letters."""
    whole = [(left, True)], [(right, True)]
    if max(len(left), len(right)) > _COMPARED_MOST:
        return whole
    matcher = SequenceMatcher(None, [c.lower() for c in left], [c.lower() for c in right], autojunk=False)
    if matcher.ratio() < _ALIKE:
        return whole
    steps = matcher.get_opcodes()
    return (
        [(left[a:b], tag != "equal") for tag, a, b, _, _ in steps if b > a],
        [(right[a:b], tag != "equal") for tag, _, _, a, b in steps if b > a],
    )


def _stands(pair: Pair) -> str:
    if pair.joined:
        return "joined"
    return "apart-likely" if pair.probability > 0.5 else "apart"


def _evidence(each: Evidence) -> str:
    rare = each.field == "surname" and each.level == "same-sound" and each.bits >= RARE_BITS
    return f"{each.field}-{'rare' if rare else each.level}"


def _list(opened: Opened) -> list[tuple[int, str, str, str]]:
    """What was decided, the latest first: the row's number, both names, the decision's code."""
    name = SHOWN.index("name")
    found = []
    for number, word in reversed(opened.decided.words.items()):
        left, right = read_pair(opened.table.rows[number]).sides
        found.append((number, left[name], right[name], CODES[word]))
    return found


def _opened(visit: Visit) -> Opened | None:
    table, decided = visit.desk.kept_pairs()
    return Opened(msgspec.json.decode(table, type=Table), _decode(decided)) if table else None


def _decode(decided: bytes) -> Decided:
    return msgspec.json.decode(decided, type=Decided)


def _number(untrusted: str, opened: Opened) -> int:
    if not (untrusted.isascii() and untrusted.isdecimal() and len(untrusted) < 7):
        raise Absent
    if int(untrusted) >= len(opened.table.rows):
        raise Absent
    return int(untrusted)
