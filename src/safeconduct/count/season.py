"""An invented season of court cases with a known number, and four lists that each saw some of it, with their errors.

Nobody in it exists. People live in a hundred invented places of the real courts; some are within reach of courts that
publish, newsrooms and lawyers, others are not, so the lists depend on one another as real ones do.
"""

import csv
import datetime as dt
import io
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

import numpy as np
import openpyxl

from safeconduct.count.register import court_ids, court_name

TRUE_NUMBER: Final = 3000
_WORDS: Final = tomllib.loads(files("safeconduct.count").joinpath("season.toml").read_text("utf-8"))
_SURNAMES, _FIRST, _MIDDLE = (_WORDS[kind].split() for kind in ("surnames", "first", "middle"))
_LATIN: Final = dict(zip(_WORDS["cyrillic"].split(), _WORDS["latin"].split(), strict=True))
_COLUMNS: Final = _WORDS["sudrfscraper"].split(";")
_SPELLINGS: Final = ("337 ч. 5", "ст. 337 ч.5 УК РФ", "ч. 5 ст. 337 УК РФ", "ст.337 ч.5", "337 ч.5")
TITLES: Final = ("суды", "новости", "юристы", "помощь")


@dataclass(frozen=True)
class Season:
    """The files of the four lists, by name, with the schema each follows; and what nobody outside a demo knows."""

    files: tuple[tuple[str, str, str, bytes], ...]
    """(file name, title, schema, content)."""
    true_number: int


@dataclass(frozen=True)
class _Person:
    surname: str
    first: str
    middle: str
    court: str
    day: dt.date
    number: int

    @property
    def short(self) -> str:
        return f"{self.surname} {self.first[0]}.{self.middle[0]}."


def make_season(seed: int, people: int = TRUE_NUMBER) -> Season:
    """Invent it. The same seed makes the same season."""
    random = np.random.default_rng(seed)
    invented = [_invent(random, number) for number in range(people)]
    reached = random.random(people) < 0.45
    # Within reach, and out of it: the chance to come on each list.
    chances = np.where(reached[:, None], [0.60, 0.42, 0.30, 0.16], [0.32, 0.10, 0.05, 0.09])
    on = random.random((people, 4)) < chances
    seen = [[person for person, there in zip(invented, on[:, j], strict=True) if there] for j in range(4)]
    return Season(
        (
            ("courts.csv", TITLES[0], "sudrfscraper", _courts_csv(seen[0], random)),
            ("news.csv", TITLES[1], "plain", _plain_csv(seen[1], random)),
            ("lawyers.xlsx", TITLES[2], "plain", _plain_xlsx(seen[2], random)),
            ("own-cases.csv", TITLES[3], "own-cases", _own_csv(seen[3], random)),
        ),
        people,
    )


def _invent(random: np.random.Generator, number: int) -> _Person:
    courts = court_ids()
    surname, first, middle = (str(random.choice(names)) for names in (_SURNAMES, _FIRST, _MIDDLE))
    # More every quarter.
    day = dt.date(2023, 1, 1) + dt.timedelta(days=int(730 * np.sqrt(random.random())))
    return _Person(surname, first, middle, courts[int(len(courts) * random.random() ** 1.5)], day, number)


def _misspelt(text: str, random: np.random.Generator) -> str:
    """In three of a hundred a letter is lost."""
    if random.random() >= 0.03 or len(text) < 5:
        return text
    at = int(random.integers(2, min(len(text), 6)))
    return text[:at] + text[at + 1 :]


def _spelling(random: np.random.Generator) -> str:
    return str(random.choice(_SPELLINGS))


def _courts_csv(people: list[_Person], random: np.random.Generator) -> bytes:
    rows = []
    for place, person in enumerate(people):
        row = dict.fromkeys(_COLUMNS, "")
        row["id"] = str(place + 1)
        row["court_name"] = court_name(person.court)
        row["entryDate"] = f"{person.day:%d.%m.%Y}"
        row["names"] = (
            f"{_misspelt(person.surname, random)} {person.first[0]}.{person.middle[0]}. - {_spelling(random)}"
        )
        row["cui"] = f"{person.court}-01-{person.day.year}-{person.number:06d}-{person.number % 97:02d}"
        rows.append(row)
    # Some cases are entered twice, under one identifier.
    rows += [rows[int(at)] for at in random.integers(0, len(rows), len(rows) // 50)]
    return _written(_COLUMNS, rows, ";")


def _plain_csv(people: list[_Person], random: np.random.Generator) -> bytes:
    rows = [
        {
            "name": f"{_misspelt(p.surname, random)} {p.first}" + ("" if random.random() < 0.1 else f" {p.middle}"),
            "date": f"{p.day:%Y-%m-%d}",
            "article": _spelling(random),
            "court": court_name(p.court),
            "region": "",
        }
        for p in people
    ]
    return _written(["name", "date", "article", "court", "region"], rows, ",")


def _plain_xlsx(people: list[_Person], random: np.random.Generator) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("cases")
    sheet.append(["name", "date", "article", "court", "region"])
    for p in people:
        sheet.append([_misspelt(p.short, random), f"{p.day:%d.%m.%Y}", _spelling(random), court_name(p.court), " "])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _own_csv(people: list[_Person], random: np.random.Generator) -> bytes:
    """Names as people abroad carry them in their passports; three in a hundred did not agree to be counted."""
    rows = [
        {
            "name": f"{latin(_misspelt(p.surname, random))} {latin(p.first)} {latin(p.middle)}",
            "date": f"{p.day:%Y-%m-%d}",
            "article": "art. 337 part 5",
            "court": p.court,
            "region": "",
            "count_anonymously": "no" if random.random() < 0.03 else "yes",
        }
        for p in people
    ]
    return _written(["name", "date", "article", "court", "region", "count_anonymously"], rows, ",")


def latin(name: str) -> str:
    """As a Russian passport spells it (ICAO 9303)."""
    spelled = "".join(_LATIN.get(letter, letter) for letter in name.lower()).replace("_", "")
    return spelled.capitalize()


def _written(columns: list[str], rows: list[dict[str, str]], delimiter: str) -> bytes:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode()
