"""A count as a process of its own: asked on standard input, answering in lines of JSON on standard output.

`python -m safeconduct.count.run` reads one line (`Asked`) and the bytes of the file. It answers with `Doing` as it
goes, with `Asks` if a person must decide something first (then it waits for a line, `Onward`), and at last with
`Found` or `Refused`. It writes nothing of what it reads to any disk, and ends at once when its standard input does, so
that it never outlives whoever asked.

The packages of the extra are loaded once a request is there: whoever asks imports the messages without them.
"""

import contextlib
import os
import sys
import threading
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Final, NoReturn

import msgspec

from safeconduct.count.refusal import StratumUnknown, Uncountable
from safeconduct.count.words import LANGUAGES

if TYPE_CHECKING:
    from safeconduct.count.reading import Reading
    from safeconduct.count.report import Report

SEASON: Final = "season"
"""What is asked for instead of a file's kind: the invented season."""
MOST_SHOWN: Final = 20
"""Refused rows that are named."""
MOST_STRATA: Final = 60
"""A column with more values divides into parts too small to count, and for hours."""
MEMORY_MOST_BYTES: Final = 4 * 2**30
CPU_MOST_S: Final = 2 * 3600
_LINE_MOST_BYTES: Final = 10_000

# Which part of a table's count is over when a method begins. On the invented season.
_BEGINS: Final = {
    "chapman": 0.0, "chao": 0.0, "loglinear_bic": 0.01, "loglinear_stepwise": 0.05, "bayes_threshold": 0.06,
    "decomposable": 0.08, "latent_class": 0.09,
}  # fmt: skip
_ENDS: Final = dict(zip(_BEGINS, [*list(_BEGINS.values())[1:], 1.0], strict=True))


class Asked(msgspec.Struct, frozen=True):
    """What to count: `SEASON`, or a file whose name would end in `kind` and whose bytes follow."""

    kind: str
    length_bytes: int = 0
    seed: int = 1


class Onward(msgspec.Struct, frozen=True):
    """The answer to `Asks`: go on without the refused rows, and also by a stratum column, if it is named."""

    by: str = ""


class Doing(msgspec.Struct, frozen=True, tag="doing"):
    """What is being done (`start`, `read`, `link`, a method's name, `draw`), and which part of all is done (0 to 1)."""

    what: str
    part: float


class Asks(msgspec.Struct, frozen=True, tag="asks"):
    """A file as it was read, when there is something to decide."""

    lists: int
    rows: int
    refused: int
    first: list[tuple[int, str]]
    """The first refused rows: number (1 is the first under the header) and reason."""
    strata: list[tuple[str, int]]
    """Columns by which it may be divided, and how many values each has."""


class Found(msgspec.Struct, frozen=True, tag="found"):
    """The record, as `Report.as_record` makes it and a little more, and the SVGs by name and language."""

    record: dict[str, Any]
    pictures: dict[str, str]


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """Nothing was counted; a code of `safeconduct.count.refusal`."""

    code: str


Answer = Doing | Asks | Found | Refused


def main() -> NoReturn:
    """Answer one request, and end."""
    bound()
    heard: SimpleQueue[Any] = SimpleQueue()
    threading.Thread(target=_listen, args=(heard,), daemon=True).start()
    asked, content = heard.get()
    run = _Run(heard)
    try:
        _say(run.count(asked, content))
    except Uncountable as refusal:
        _say(Refused(refusal.code))
    except MemoryError:
        _say(Refused("file-large"))
    # The listener still holds standard input, which an orderly end would wait for.
    os._exit(0)


def bound() -> None:
    """Bound this process's memory and time, keep it from leaving a core, and let everything else go first."""
    # Each of their threads would reserve memory of its own.
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on Windows

    bounds = {resource.RLIMIT_CORE: 0, resource.RLIMIT_AS: MEMORY_MOST_BYTES, resource.RLIMIT_CPU: CPU_MOST_S}
    for which, most in bounds.items():
        # Where the system has a lower bound, or cannot set this one, it stays as it is.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(which, (most, most))
    os.nice(5)


def _listen(heard: SimpleQueue[Any]) -> None:
    """Hand on what comes; when nothing can come any more, end, whatever is being done."""
    try:
        asked = msgspec.json.decode(sys.stdin.buffer.readline(_LINE_MOST_BYTES), type=Asked)
        heard.put((asked, sys.stdin.buffer.read(asked.length_bytes)))
        while line := sys.stdin.buffer.readline(_LINE_MOST_BYTES):
            heard.put(msgspec.json.decode(line, type=Onward))
    finally:
        os._exit(0)


def _say(answer: Answer) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
    sys.stdout.buffer.flush()


@dataclass
class _Run:
    heard: SimpleQueue[Any]
    tables: int = 1
    """How many tables are counted."""
    counted: int = 0
    said: Doing = field(default_factory=lambda: Doing("", 0.0))

    def count(self, asked: Asked, content: bytes) -> Found:
        """The request's answer.

        Raises:
            Uncountable: it is refused.
        """
        self.tell("start", 0.0)
        return self._season(asked.seed) if asked.kind == SEASON else self._file(asked, content)

    def tell(self, what: str, part: float) -> bool:
        """Say what is being done, seldom enough that nobody drowns in it. Answers that it goes on."""
        if what in _BEGINS:
            # A sampler may need far fewer steps than it is allowed: its first ones count for more.
            within = _BEGINS[what] + part**0.5 * (_ENDS[what] - _BEGINS[what])
            part = 0.1 + 0.8 * (self.counted + within) / self.tables
        if what != self.said.what or part - self.said.part >= 0.005:
            self.said = Doing(what, max(part, self.said.part))
            _say(self.said)
        return True

    def _season(self, seed: int) -> Found:
        from safeconduct.count.demo import count_registers  # noqa: PLC0415 - of the extra
        from safeconduct.count.linkage_draws import say_spread  # noqa: PLC0415
        from safeconduct.count.register import SCHEMAS, read_register  # noqa: PLC0415
        from safeconduct.count.season import make_season  # noqa: PLC0415

        self.tell("read", 0.05)
        season = make_season(seed)
        registers = [read_register(content, name, title, SCHEMAS[s]) for name, title, s, content in season.files]
        self.tell("link", 0.08)
        counted = count_registers(registers, seed=seed, tell=self.tell)
        more: dict[str, Any] = {"true_number": season.true_number, "quarters": counted.quarters}
        if counted.spread:
            said = {language: say_spread(counted.spread, language) for language in LANGUAGES}
            more["linkage"] = {"sentences": said}
        return self._found(counted.report, more, counted.quarters)

    def _file(self, asked: Asked, content: bytes) -> Found:
        from safeconduct.count.reading import read_histories  # noqa: PLC0415 - of the extra
        from safeconduct.count.report import make_report  # noqa: PLC0415

        self.tell("read", 0.05)
        reading = read_histories(content, f"file.{asked.kind}")
        strata = [(name, len(reading.stratified(name))) for name in reading.strata]
        strata = [(name, values) for name, values in strata if 1 < values <= MOST_STRATA]
        # Refused rows first: they may be why the rest cannot be counted.
        if not reading.refused:
            reading.table()
        by = self._ask(reading, strata) if reading.refused or strata else ""
        if by and by not in dict(strata):
            raise StratumUnknown
        self.tables = 1 + dict(strata).get(by, 0)
        report = make_report(reading.table(), seed=asked.seed, tell=self.tell)
        more = {"refused_rows": len(reading.refused)} | (self._strata(reading, by, asked.seed) if by else {})
        return self._found(report, more, None)

    def _ask(self, reading: "Reading", strata: list[tuple[str, int]]) -> str:
        first = [(refused.row, refused.reason) for refused in reading.refused[:MOST_SHOWN]]
        _say(Asks(len(reading.lists), reading.rows, len(reading.refused), first, strata))
        onward: Onward = self.heard.get()
        return onward.by

    def _strata(self, reading: "Reading", by: str, seed: int) -> dict[str, Any]:
        """What may be said of each value of a column, and of all together."""
        from safeconduct.count.report import count_part  # noqa: PLC0415 - of the extra, as all here
        from safeconduct.count.total import add_strata  # noqa: PLC0415

        found: dict[str, Report | str] = {}
        for name, people in reading.stratified(by).items():
            self.counted += 1
            found[name] = count_part(reading.lists, people, seed=seed, methods=tuple(_BEGINS), tell=self.tell)
        total = add_strata(found, seed=seed)
        return {
            "by": by,
            "strata": [_stratum(name, each) for name, each in found.items()],
            "strata_total": {language: total.sentence(language) for language in LANGUAGES},
        }

    def _found(self, report: "Report", more: dict[str, Any], quarters: dict[str, int] | None) -> Found:
        from safeconduct.count.demo import draw_all  # noqa: PLC0415 - of the extra

        self.tell("draw", 0.92)
        drawn = draw_all(report, quarters, formats=("svg",))
        pictures = {name.removesuffix(".svg"): svg.decode() for name, svg in drawn.items()}
        return Found(report.as_record() | more, pictures)


def _stratum(name: str, found: "Report | str") -> dict[str, Any]:
    if isinstance(found, str):
        return {"name": name, "refused": found}
    return {"name": name, "sentences": {language: found.sentence(language) for language in LANGUAGES}}


if __name__ == "__main__":
    main()
