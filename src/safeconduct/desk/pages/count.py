"""The Count page: what was counted last, a file or the invented season to count, and our own cases as numbers.

Everything it says of people is as it may leave the desk (`safeconduct.count.disclosure`). The calculation is another
process (`safeconduct.desk.counting`), so that this page opens without the packages of the extra.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec
from starlette.responses import Response

from safeconduct import __version__
from safeconduct.count.command import check_extra
from safeconduct.count.disclosure import STANDS_ON_FEW, about, hides, outward, rounded
from safeconduct.count.refusal import ExtraMissing
from safeconduct.count.run import SEASON
from safeconduct.count.words import Words as CountWords
from safeconduct.count.words import words as count_words
from safeconduct.desk.counting import Kept, Numbers, decode_pictures, words_of
from safeconduct.desk.pages.queue import frame
from safeconduct.desk.pages.visit import Absent, Visit
from safeconduct.desk.view import OwnCount
from safeconduct.desk.words import LANGUAGES, Words

FILE_MOST_BYTES: Final = 16 * 2**20
KINDS: Final = ("csv", "tsv", "txt", "xlsx", "jsonl", "ndjson", "parquet")
PICTURES: Final = ("estimates", "overlap", "posterior", "series", "trace")
HERE: Final = "/count#count-run"
INSTALL: Final = (
    "uv tool install --python 3.13 --no-build --constraints count.txt "
    f'"safeconduct[count] @ ./safeconduct-{__version__}-py3-none-any.whl"'
)
"""As the page on installing a desk says."""
SHOWN: Final = "shown"
"""Stands in the address of the demo's pictures where others have the beginning of a digest."""
TITLE_MOST: Final = 60


@dataclass(frozen=True, slots=True)
class Row:
    """A method, what it says, and what is to be said of that."""

    name: str
    number: str
    interval: str
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Own:
    """Our own cases, as they may leave the desk."""

    quarters: tuple[tuple[str, str], ...]
    sentence: str
    cases: str


def show(visit: Visit) -> Response:
    """Everything."""
    version = visit.desk.version
    kept = _last(visit)
    speak = count_words(visit.words.language)
    return visit.render(
        "count.html",
        **frame(visit),
        row=None,
        version=version,
        live_address="/count",
        kept=kept or demo(),
        ours=kept is not None,
        few=hides((kept or demo()).n_observed),
        rows=_rows((kept or demo()).estimates, speak),
        pictures=_pictures(kept, visit.words.language),
        speak=speak,
        short=lambda text: text if len(text) <= TITLE_MOST else text[: TITLE_MOST - 1] + "…",
        stand=visit.house.counting.stand,
        kinds=KINDS,
        most=FILE_MOST_BYTES,
        install="" if has_extra() else INSTALL,
        own=own(visit.desk.count_own(), visit.words),
    )


def picture(visit: Visit) -> Response:
    """One SVG. Its address names what it was drawn from, and nothing else."""
    name = visit.path["name"]
    kept = _last(visit)
    if (kept is None and visit.path["mark"] != SHOWN) or name not in (kept or demo()).texts:
        raise Absent
    svg = (
        demo_picture(name) if kept is None else decode_pictures(visit.desk.kept_count("count pictures") or b"{}")[name]
    )
    return Response(svg, media_type="image/svg+xml")


def count_file(visit: Visit, content: bytes) -> Response:
    """Begin with a file, whose kind the address names; 409 if something is being counted already."""
    if visit.path["kind"] not in KINDS:
        raise Absent
    return Response(status_code=204 if _start(visit, visit.path["kind"], content) else 409)


def count_season(visit: Visit) -> Response:
    """Begin with the invented season."""
    _start(visit, SEASON, b"")
    return visit.go(HERE)


def go_on(visit: Visit) -> Response:
    """Count without the rows that were refused, and by a column if one was chosen."""
    visit.house.counting.go_on(visit.form.get("by", ""))
    return visit.go(HERE)


def cancel(visit: Visit) -> Response:
    """End what runs."""
    visit.house.counting.cancel()
    return visit.go(HERE)


@cache
def has_extra() -> bool:
    """Whether there is something to count with."""
    try:
        check_extra()
    except ExtraMissing:
        return False
    return True


@cache
def demo() -> Kept:
    """The invented season as it is kept in the program: for a desk on which nothing was counted yet."""
    shown = files("safeconduct.count").joinpath("shown")
    kept = msgspec.json.decode(shown.joinpath("record.json").read_bytes(), type=Kept)
    names = [f"{name}-{language}" for name in PICTURES for language in LANGUAGES]
    return msgspec.structs.replace(kept, texts={name: words_of(demo_picture(name)) for name in names})


def demo_picture(name: str) -> str:
    """One of its pictures."""
    return files("safeconduct.count").joinpath("shown", f"{name}.svg").read_text("utf-8")


def own(count: OwnCount, words: Words) -> Own:
    """Nothing below ten; a total only of what is named, so that no difference tells what is not."""
    say, speak = words.say, count_words(words.language)
    named = [(quarter.split("-"), rounded(number)) for quarter, number in count.quarters]
    quarters = tuple(
        (say("count-own-quarter", year=year, quarter=quarter), speak.number(number))
        for (year, quarter), number in named
        if number is not None
    )
    total = sum(number for _, number in named if number is not None) or rounded(count.asked)
    if total is None:
        sentence = say("count-own-few")
    elif not quarters:
        sentence = say("count-own-total", total=speak.number(total))
    else:
        each = "; ".join(say("count-own-one", quarter=quarter, number=number) for quarter, number in quarters)
        sentence = say("count-own-sentence", quarters=each, total=speak.number(total))
    cases = rounded(count.cases)
    return Own(quarters, sentence, "" if cases is None else speak.number(cases))


def _start(visit: Visit, kind: str, content: bytes) -> bool:
    check_extra()
    return visit.house.counting.start(kind, content, visit.house.clock.day())


def _last(visit: Visit) -> Kept | None:
    kept = visit.desk.kept_count("count")
    return None if kept is None else msgspec.json.decode(kept, type=Kept)


def _rows(estimates: list[Numbers], speak: CountWords) -> list[Row]:
    rows = []
    for each in estimates:
        interval = ""
        told = each.point is not None and STANDS_ON_FEW not in each.warnings
        if told and each.lower is not None and each.upper is not None:
            interval = "–".join(speak.number(bound) for bound in outward(each.lower, each.upper))
        rows.append(
            Row(
                speak.say(f"method-{each.method}"),
                speak.number(about(each.point or 0.0)) if told else "",
                interval,
                tuple(speak.say(f"warning-{code}") for code in each.warnings),
            )
        )
    return rows


def _pictures(kept: Kept | None, language: str) -> list[tuple[str, str]]:
    """Address and text of each."""
    texts = (kept or demo()).texts
    mark = SHOWN if kept is None else kept.record.digest[:12]
    names = [f"{name}-{language}" for name in PICTURES]
    return [(f"/count/picture/{mark}/{name}", texts[name]) for name in names if name in texts]
