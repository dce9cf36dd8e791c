"""From files to the sentence and its pictures: an invented season, read, linked, counted and drawn."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from safeconduct.count.canvas import Format
from safeconduct.count.disclosure import hides
from safeconduct.count.history import Table, histories, tabulate
from safeconduct.count.link import Linkage, by_quarter, histories_of, link
from safeconduct.count.linkage_draws import Spread, say_spread, spread_of
from safeconduct.count.picture import (
    picture_estimates,
    picture_overlap,
    picture_posterior,
    picture_series,
    picture_trace,
)
from safeconduct.count.progress import Tell, quietly
from safeconduct.count.register import SCHEMAS, Register, read_register
from safeconduct.count.report import Report, make_report
from safeconduct.count.review import evidence_of, find_doubts, write_review
from safeconduct.count.season import make_season
from safeconduct.count.words import LANGUAGES

FORMATS: Final[tuple[Format, ...]] = ("svg", "png", "pdf")


@dataclass(frozen=True, eq=False)
class Counted:
    """Registers counted: what was linked, the report, people by quarter, and what the linkage leaves open."""

    registers: tuple[Register, ...]
    linkage: Linkage
    report: Report
    quarters: dict[str, int]
    spread: Spread | None


def count_registers(registers: list[Register], *, seed: int, tell: Tell = quietly) -> Counted:
    """Link registers and estimate how many there are. Linking is told as the first tenth of it all.

    Raises:
        Uncountable: their table cannot be counted.
        Stopped: `tell` said so.
    """
    linkage = link(registers, tell=lambda what, part: tell(what, 0.05 * part))
    table = tabulate([register.title for register in registers], histories_of(linkage))
    spread = spread_of(linkage, table, seed=seed, tell=lambda what, part: tell(what, 0.05 + 0.05 * part))
    report = make_report(table, seed=seed, tell=tell)
    return Counted(tuple(registers), linkage, report, by_quarter(linkage, registers), spread)


def run_demo(folder: Path, *, seed: int, say: Callable[[str], None], tell: Tell = quietly) -> Counted:
    """Make the season, count it, and leave files, histories, record and pictures in `folder`.

    Raises:
        Stopped: `tell` said so.
    """
    folder.mkdir(parents=True, exist_ok=True)
    season = make_season(seed)
    registers = []
    for name, title, schema, content in season.files:
        (folder / name).write_bytes(content)
        register = read_register(content, name, title, SCHEMAS[schema])
        registers.append(register)
        say(f"{name}: {len(register.entries)} entries, {len(register.refused)} rows refused")
    counted = count_registers(registers, seed=seed, tell=tell)
    doubts = find_doubts(counted.linkage, counted.registers, {})
    say(f"{len(counted.linkage.clusters)} cases; {len(doubts)} pairs to review")
    (folder / "histories.csv").write_text(write_histories(counted.report.table), "utf-8")
    review = write_review(doubts, counted.registers, evidence_of(counted.linkage))
    (folder / "pairs-to-review.csv").write_text(review, "utf-8-sig")
    record = counted.report.as_record() | {"true_number": season.true_number, "quarters": counted.quarters}
    if counted.spread:
        said = {language: say_spread(counted.spread, language) for language in LANGUAGES}
        record["linkage"] = counted.spread.as_record() | {"sentences": said}
    (folder / "record.json").write_bytes(msgspec.json.format(msgspec.json.encode(record), indent=1))
    for name, content in draw_all(counted.report, counted.quarters).items():
        (folder / name).write_bytes(content)
    say(f"invented, and so known: {season.true_number}")
    return counted


def draw_all(
    report: Report, quarters: dict[str, int] | None = None, formats: Sequence[Format] = FORMATS
) -> dict[str, bytes]:
    """Every picture of a report in both languages and these formats, by file name; none of fewer than ten people."""
    drawn: dict[str, bytes] = {}
    if hides(report.table.n_observed):
        return drawn
    sampled = next((e for e in report.estimates if e.method == "latent_class" and e.draws is not None), None)
    for language in LANGUAGES:
        for form in formats:
            made: dict[str, Any] = {"overlap": picture_overlap(report.table, language, form)}
            if any(e.told for e in report.estimates):
                made["estimates"] = picture_estimates(report.table, report.estimates, language, form)
            if sampled:
                made["posterior"] = picture_posterior(sampled, language, form)
                made["trace"] = picture_trace(sampled, language, form)
            if quarters:
                made["series"] = picture_series(quarters, language, form)
            drawn |= {f"{name}-{language}.{form}": content for name, content in made.items()}
    return drawn


def write_histories(table: Table) -> str:
    """A table as the aggregated CSV that `read_table` reads."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([*table.lists, "count"])
    bits = histories(len(table.lists))
    writer.writerows([*bits[h].tolist(), int(n)] for h, n in enumerate(table.counts) if n)
    return buffer.getvalue()
