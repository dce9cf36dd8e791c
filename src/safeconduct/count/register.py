"""Registers: one row a case, as a court's site, a newsroom or an organisation keeps it. Each becomes a list.

A schema says which column holds what. Rows that cannot be counted are refused with their reason; personal data is
kept no longer than the linkage needs it, and never written by anything here.
"""

import csv
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from safeconduct.count.article import find_articles
from safeconduct.count.reading import RefusedRow
from safeconduct.count.refusal import FileForm
from safeconduct.count.sheet import Cell, read_rows

NAME_NONE: Final = "name-none"
"""No name and no case identifier: such a row can be found in no other list."""
DATE_WRONG: Final = "date-wrong"
"""A date that is none."""
ARTICLE_OTHER: Final = "article-other"
"""Another offence than those counted, or none that can be read."""
CONSENT_NONE: Final = "consent-none"
"""One's own case, and the person did not agree to be counted anonymously."""
ROW_LENGTH: Final = "row-length"

ARTICLES: Final = ("332", "333", "334", "337", "338", "339")


@dataclass(frozen=True)
class Schema:
    """Which column holds what. `consent` is for one's own cases: only those that say yes are counted.

    A column `count_anonymously` is one of consent whatever a schema says.
    """

    name: str
    date: str
    article: str
    cui: str | None = None
    court: str | None = None
    region: str | None = None
    consent: str | None = None


SCHEMAS: Final[Mapping[str, Schema]] = {
    # https://github.com/tochno-st/sudrfscraper, Case and CSVConverterService: CSV with semicolons, made from JSON lines
    # in which the court is `name`. `steps`, `sides`, `links` are lists and objects, and passed over: whom a side stands
    # for is not said in criminal cases, and the accused is in `names` anyway.
    "sudrfscraper": Schema("names", "entryDate", "names", "cui", "court_name", "region"),
    "sudrfscraper-json": Schema("names", "entryDate", "names", "cui", "name", "region"),
    "plain": Schema("name", "date", "article", None, "court", "region"),
    "own-cases": Schema("name", "date", "article", None, "court", "region", "count_anonymously"),
}


@dataclass(frozen=True)
class Entry:
    """One case on one list, as far as linking and counting need it."""

    name: str
    day: dt.date
    article: str
    cui: str
    court: str
    """A garrison court's id, or empty."""
    region: str

    @property
    def quarter(self) -> str:
        """As 2024-3."""
        return f"{self.day.year}-{(self.day.month + 2) // 3}"


@dataclass(frozen=True)
class Register:
    """One list: its name, its entries, and the rows that are not among them."""

    title: str
    entries: tuple[Entry, ...]
    refused: tuple[RefusedRow, ...]


def read_register(untrusted: bytes, name: str, title: str, schema: Schema) -> Register:
    """Read a register; every row is an entry or refused. Where a column holds consent, no row without it is an entry.

    Raises:
        Uncountable: the file cannot be read.
        FileForm: it lacks a column that the schema names.
    """
    header, rows = read_rows(untrusted, name)
    place = {column.strip(): at for at, column in enumerate(header)}
    if any(column is not None and column not in place for column in vars(schema).values()):
        raise FileForm
    consents = [at for at, column in enumerate(header) if _is_consent(column, schema)]
    entries: list[Entry] = []
    refused: list[RefusedRow] = []
    for number, row in rows:
        found = _judge(row, place, schema, consents) if len(row) == len(header) else ROW_LENGTH
        if isinstance(found, Entry):
            entries.append(found)
        else:
            refused.append(RefusedRow(number, found))
    return Register(title, tuple(entries), tuple(refused))


def _is_consent(column: str, schema: Schema) -> bool:
    # A spreadsheet may have changed case, blanks or marks that nobody sees; none of that takes a no back.
    return column.strip() == schema.consent or re.sub(r"[\W_]", "", column.casefold()) == "countanonymously"


def _judge(row: list[Cell], place: Mapping[str, int], schema: Schema, consents: list[int]) -> Entry | str:
    """The entry, or why there is none."""
    agreed = all(str(row[at]).strip().lower() in ("1", "yes", "да", "true") for at in consents)
    return _entry(row, place, schema) if agreed else CONSENT_NONE


def _entry(row: list[Cell], place: Mapping[str, int], schema: Schema) -> Entry | str:
    def text(column: str | None) -> str:
        cell = row[place[column]] if column else None
        return "" if cell is None else str(cell).strip()

    article = next((a for a in find_articles(text(schema.article)) if a.split(".")[0] in ARTICLES), None)
    if article is None:
        return ARTICLE_OTHER
    day = _day(text(schema.date))
    if day is None:
        return DATE_WRONG
    person = _person(text(schema.name))
    cui = _identifier(text(schema.cui))
    if not person and not cui:
        return NAME_NONE
    court = court_id(text(schema.court)) or court_id(cui[:8]) or ""
    # The scraper writes a region's code as a number, 1 for 01.
    region = text(schema.region)
    region = region.zfill(2) if region.isdecimal() else region
    return Entry(person, day, article, cui, court, region or _court_regions().get(court, ""))


def _person(text: str) -> str:
    """The name alone: registers write the offence behind it."""
    return re.split(r"\s+[-–—]\s+|\s*\(|,|;|\bст\.|\bart\.", text, maxsplit=1)[0].strip()


def _identifier(text: str) -> str:
    """A case's unique identifier, wherever it stands in the cell; "-" and the like, which mean none, join nobody."""
    found = re.search(r"\d\d[A-Z]{2}\d{4}-\d\d-\d{4}-\d{6}-\d\d(?!\d)", text.upper())
    return found[0] if found else ""


def _day(text: str) -> dt.date | None:
    """2024-05-13 or 13.05.2024, also with a time behind."""
    for pattern, order in ((r"(\d{4})-(\d\d)-(\d\d)", (0, 1, 2)), (r"(\d\d)\.(\d\d)\.(\d{4})", (2, 1, 0))):
        found = re.match(pattern, text)
        if found:
            try:
                return dt.date(*(int(found[at + 1]) for at in order))
            except ValueError:
                return None
    return None


@cache
def _courts() -> tuple[tuple[str, str, str], ...]:
    """(region, id, name) of the garrison courts."""
    text = files("safeconduct.count").joinpath("garrison_courts.csv").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return tuple((r["region_code"], r["court_id"], r["court_name"].strip()) for r in csv.DictReader(lines))


@cache
def _court_regions() -> dict[str, str]:
    """The region code of each garrison court."""
    return {court: region for region, court, _ in _courts()}


@cache
def _court_names() -> dict[str, str]:
    return {_bare(name): court for _, court, name in _courts()} | {court: court for _, court, _ in _courts()}


def court_id(text: str) -> str | None:
    """A garrison court's id, from the id itself or from its name, however its region is added; None if it is none."""
    return _court_names().get(text.strip().upper()) or _court_names().get(_bare(text))


def court_ids() -> tuple[str, ...]:
    """All of them, in the table's order."""
    return tuple(court for _, court, _ in _courts())


def court_name(court: str) -> str:
    """Its full name."""
    return next(name for _, known, name in _courts() if known == court)


def _bare(name: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"\(.*?\)", "", name)).strip().lower().replace("ё", "е")
