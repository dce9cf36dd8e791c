"""`safeconduct count`: estimate from a file of capture histories, or count an invented season from files to pictures.

Nothing of the extra `count` is loaded before one of these runs.
"""

import argparse
import sys
import textwrap
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from safeconduct.count.refusal import ExtraMissing, FileBroken, MethodUnknown, RowsRefused

if TYPE_CHECKING:
    from safeconduct.count.reading import Reading
    from safeconduct.count.report import Report

METHODS = (
    "chapman", "chao", "loglinear_bic", "loglinear_stepwise", "bayes_threshold", "decomposable", "latent_class"
)  # fmt: skip
FIELDS = ("name", "date", "article", "cui", "court", "region", "consent")
_NEEDED = ("numpy", "scipy", "numba", "matplotlib", "openpyxl", "polars")
_ESTIMATE = """Estimates how many there are from lists that overlap. FILE is a table of capture histories: one column
a list, cells 0 or 1, and either a column `count` or one row a person; CSV, XLSX, JSON lines or Parquet. Columns
`region` and `quarter` are strata. It says what it found in a sentence, or why there is no one number to say."""
_LINK = """Finds which entries of several registers are one case, by the likeness of names, days, places and offences.
FILES are registers (docs/count), each a list by its own name. With --review the doubtful pairs are written to a table,
the most doubtful first; write same, different or cannot tell into its column `decision` and run the same command
again: it keeps to what you decided. Empty a cell to take a decision back."""
_DEMO = """Invents a season of court cases of which the number is known, with four lists that each saw some of it,
each in its own form and with its errors; reads, links and counts them, and leaves everything in a folder."""


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse gives what add_subparsers returns no public name
    """Add `count` with its commands to the program's."""
    summary = "how many there are, from lists that overlap"
    group = commands.add_parser("count", help=summary, description=summary)
    parts = group.add_subparsers(dest="part", metavar="COMMAND", required=True)
    _add_estimate(parts)
    _add_link(parts)
    form = argparse.RawDescriptionHelpFormatter
    demo = parts.add_parser("demo", help="count an invented season", description=_DEMO, formatter_class=form)
    demo.add_argument("--folder", type=Path, default=Path("count-demo"), help="where everything is left (./count-demo)")
    demo.add_argument("--seed", type=int, default=1, help="another season for every number (1)")
    demo.add_argument("--language", choices=("ru", "en"), default="en", help="of the sentence (en)")
    demo.set_defaults(run=run_demo)


def _add_estimate(parts: Any) -> None:  # noqa: ANN401 - as above
    form = argparse.RawDescriptionHelpFormatter
    made = parts.add_parser("estimate", help="estimate from a file", description=_ESTIMATE, formatter_class=form)
    made.add_argument("file", type=Path, metavar="FILE")
    named = f"{', '.join(METHODS)}; may be repeated (all of them)"
    made.add_argument("--method", action="append", metavar="NAME", help=named)
    made.add_argument("--seed", type=int, default=1, help="the same data, versions and seed give the same numbers (1)")
    made.add_argument("--json", action="store_true", help="print one object instead of the sentence")
    made.add_argument("--language", choices=("ru", "en"), default="en", help="of the sentence (en)")
    made.add_argument("--by", metavar="COLUMN", help="also for each value of this stratum, and their total")
    made.add_argument("--leave-one-out", action="store_true", help="also without each list in turn")
    made.add_argument("--without-refused", action="store_true", help="go on without the rows that are refused")
    made.add_argument("--pictures", type=Path, metavar="FOLDER", help="leave the pictures there")
    made.set_defaults(run=run_estimate)


def _add_link(parts: Any) -> None:  # noqa: ANN401 - as above
    form = argparse.RawDescriptionHelpFormatter
    made = parts.add_parser("link", help="find who is on several registers", description=_LINK, formatter_class=form)
    made.add_argument("files", type=Path, metavar="FILE", nargs="+")
    fields = ", ".join(FIELDS)
    made.add_argument(
        "--column",
        type=column,
        action="append",
        metavar="FIELD=COLUMN",
        help=f"where files of no known form hold what; may be repeated; FIELD is {fields} (each under its own name)",
    )
    made.add_argument(
        "--review", type=Path, metavar="PAIRS.csv", help="read decisions there, leave doubtful pairs there"
    )
    made.add_argument("--histories", type=Path, metavar="OUT.csv", help="leave the capture histories there")
    made.add_argument(
        "--draws", type=int, default=50, help="linkages drawn to see what their doubt does; 0 is none (50)"
    )
    made.add_argument("--seed", type=int, default=1, help="of the draws (1)")
    made.add_argument("--json", action="store_true", help="print one object")
    made.add_argument("--language", choices=("ru", "en"), default="en", help="of the sentence (en)")
    made.set_defaults(run=run_link)


def column(text: str) -> tuple[str, str]:
    """A field and the column that holds it.

    Raises:
        ArgumentTypeError: no such field, or no column.
    """
    field, _, name = text.partition("=")
    if field not in FIELDS or not name.strip():
        raise argparse.ArgumentTypeError("FIELD=COLUMN is wanted")
    return field, name.strip()


def run_link(given: argparse.Namespace) -> None:
    """Link registers and say what was found.

    Raises:
        Uncountable: a file or a decision is refused, and nothing was written; or the table, after the review.
    """
    check_extra()
    from safeconduct.count.link_command import link_files  # noqa: PLC0415 - of the extra

    link_files(given, teller(), _say)


def run_estimate(given: argparse.Namespace) -> None:
    """Print the sentence, or the object with `--json`.

    Raises:
        Uncountable: the file, a row or a method is refused.
    """
    check_extra()
    from safeconduct.count.report import leave_one_out, make_report, stratified  # noqa: PLC0415 - of the extra
    from safeconduct.count.total import add_strata  # noqa: PLC0415

    methods = tuple(given.method or METHODS)
    if not set(methods) <= set(METHODS):
        raise MethodUnknown
    reading = _read(given.file, without_refused=given.without_refused)
    asked = {"seed": given.seed, "methods": methods, "tell": teller()}
    report = make_report(reading.table(), **asked)
    found = report.as_record(given.language)
    found["record"]["refused_rows"] = [[refused.row, refused.reason] for refused in reading.refused]
    if given.leave_one_out:
        found["leave_one_out"] = _several(leave_one_out(report.table, **asked), given.language)
    if given.by:
        strata = stratified(reading, given.by, **asked)
        found["strata"] = _several(strata, given.language)
        found["strata_total"] = add_strata(strata, seed=given.seed).as_record(given.language)
    if given.pictures:
        _leave_pictures(report, given.pictures)
    if given.json:
        sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
    else:
        _say_all(found, given.language)


def _read(path: Path, *, without_refused: bool) -> "Reading":
    from safeconduct.count.reading import read_histories  # noqa: PLC0415 - of the extra

    try:
        content = path.read_bytes()
    except OSError:
        raise FileBroken from None
    reading = read_histories(content, path.name)
    for refused in reading.refused[:20]:
        sys.stderr.write(f"row {refused.row}: {refused.reason}\n")
    if reading.refused and not without_refused:
        raise RowsRefused
    return reading


def _several(reports: "dict[str, Report | str]", language: str) -> dict[str, Any]:
    """Each report's object without its record, or `few` or `not-counted`."""
    said: dict[str, Any] = {}
    for name, report in reports.items():
        if isinstance(report, str):
            said[name] = {"refused": report}
        else:
            said[name] = {key: value for key, value in report.as_record(language).items() if key != "record"}
    return said


def _leave_pictures(report: "Report", folder: Path) -> None:
    from safeconduct.count.demo import draw_all  # noqa: PLC0415 - of the extra

    folder.mkdir(parents=True, exist_ok=True)
    for name, content in draw_all(report).items():
        (folder / name).write_bytes(content)


def _say_all(found: dict[str, Any], language: str) -> None:
    from safeconduct.count.words import words  # noqa: PLC0415 - only where it is printed

    _say_estimates(found, language)
    for part in ("leave_one_out", "strata"):
        for name, each in found.get(part, {}).items():
            said = each.get("sentence") or words(language).say(each["refused"])
            sys.stdout.write(f"\n{name}: " + textwrap.fill(said, 100) + "\n")
    if "strata_total" in found:
        sys.stdout.write("\n")
        _say_estimates(found["strata_total"], language)


def _say_estimates(found: dict[str, Any], language: str) -> None:
    """The sentence, and under it each method's numbers, rounded; none of fewer than ten people."""
    from safeconduct.count.disclosure import STANDS_ON_FEW, about, hides, outward  # noqa: PLC0415 - as above
    from safeconduct.count.words import words  # noqa: PLC0415

    speak = words(language)
    sys.stdout.write(textwrap.fill(found["sentence"], 100) + "\n\n")
    for each in [] if hides(found["n_observed"]) else found["estimates"]:
        line = f"{speak.say('method-' + each['method']):32}"
        told = each["point"] is not None and STANDS_ON_FEW not in each["warnings"]
        if told:
            line += f"{speak.number(about(each['point'])):>10}"
        if told and each["lower"] is not None and each["upper"] is not None:
            low, high = outward(each["lower"], each["upper"])
            line += f"   {speak.number(low)}–{speak.number(high)}"
        elif told:
            line += f"   {speak.say('no-interval')}"
        said = "; ".join(speak.say(f"warning-{code}") for code in each["warnings"])
        sys.stdout.write(f"{line}   {said}".rstrip() + "\n")


def run_demo(given: argparse.Namespace) -> None:
    """Count the invented season and say where everything lies."""
    check_extra()
    from safeconduct.count.demo import run_demo as run  # noqa: PLC0415 - of the extra
    from safeconduct.count.linkage_draws import say_spread  # noqa: PLC0415

    counted = run(given.folder, seed=given.seed, say=_say, tell=teller())
    _say("")
    _say_all(counted.report.as_record(given.language), given.language)
    if counted.spread:
        _say("\n" + textwrap.fill(say_spread(counted.spread, given.language), 100))
    _say(f"\nFiles, histories, pairs to review, record and pictures: {given.folder}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def teller() -> Callable[[str, float], bool]:
    """Tells where long work stands, on a terminal only, in place. Ctrl-C stops it between two steps."""
    shown = [0.0]

    def tell(doing: str, part: float) -> bool:
        now = time.monotonic()
        if sys.stderr.isatty() and now - shown[0] > 0.2:
            shown[0] = now
            sys.stderr.write(f"\r{doing:20} {round(100 * part):3} %  ")
            sys.stderr.flush()
        return True

    return tell


def check_extra() -> None:
    """Do nothing, where the packages of the extra are.

    Raises:
        ExtraMissing: one of them is not.
    """
    if any(find_spec(package) is None for package in _NEEDED):
        raise ExtraMissing
