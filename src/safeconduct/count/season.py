"""An invented season of court cases with a known number, and four lists that each saw some of it, with their errors.

Nobody in it exists. People live in a hundred invented places of the real courts; some are within reach of courts that
publish, newsrooms and lawyers, others are not, so the lists depend on one another as real ones do.
"""

import csv
import datetime as dt
import io
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

import numpy as np
import openpyxl

from safeconduct.count.register import SCHEMAS, Register, court_ids, court_name, read_register

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
    people: tuple[tuple[int, ...], ...]
    """For each file, whose each row is: the number of an invented person."""


@dataclass(frozen=True)
class _Slips:
    """How those who keep lists err; every chance is multiplied by `often`."""

    random: np.random.Generator
    often: float

    def happens(self, chance: float) -> bool:
        return bool(self.random.random() < chance * self.often)

    def name(self, text: str) -> str:
        """In three of a hundred a letter is lost."""
        if not self.happens(0.03) or len(text) < 5:
            return text
        at = int(self.random.integers(2, min(len(text), 6)))
        return text[:at] + text[at + 1 :]

    def day(self, day: dt.date) -> dt.date:
        """In a sixth it is that of another step of the case, up to three weeks later."""
        return day + dt.timedelta(days=int(self.random.integers(1, 22))) if self.happens(0.16) else day

    def court(self, text: str) -> str:
        """In one of twenty it is not known."""
        return "" if self.happens(0.05) else text


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


def make_season(seed: int, people: int = TRUE_NUMBER, *, slips: float = 1.0) -> Season:
    """Invent it. The same seed makes the same season. With other `slips` errors are so many times as frequent."""
    random = np.random.default_rng(seed)
    invented = [_invent(random, number) for number in range(people)]
    reached = random.random(people) < 0.3
    # Within reach, and out of it: the chance to come on each list.
    chances = np.where(reached[:, None], [0.75, 0.60, 0.50, 0.35], [0.40, 0.15, 0.10, 0.10])
    on = random.random((people, 4)) < chances
    seen = [[person for person, there in zip(invented, on[:, j], strict=True) if there] for j in range(4)]
    err = _Slips(random, slips)
    # Some cases are entered twice in the courts' list, under one identifier.
    seen[0] += [seen[0][int(at)] for at in random.integers(0, len(seen[0]), len(seen[0]) // 50)]
    return Season(
        (
            ("courts.csv", TITLES[0], "sudrfscraper", _courts_csv(seen[0], err)),
            ("news.csv", TITLES[1], "plain", _plain_csv(seen[1], err)),
            ("lawyers.xlsx", TITLES[2], "plain", _plain_xlsx(seen[2], err)),
            ("own-cases.csv", TITLES[3], "own-cases", _own_csv(seen[3], err)),
        ),
        people,
        tuple(tuple(person.number for person in each) for each in seen),
    )


def people_of(season: Season, registers: Sequence[Register]) -> dict[tuple[int, int], int]:
    """For each entry of the season's registers, by register and place in it, whose it is."""
    found: dict[tuple[int, int], int] = {}
    for r, (register, people) in enumerate(zip(registers, season.people, strict=True)):
        refused = {row.row for row in register.refused}
        kept = [person for number, person in enumerate(people, start=1) if number not in refused]
        found |= {(r, e): person for e, person in enumerate(kept)}
    return found


def read_season(season: Season) -> list[Register]:
    """Its four lists, read as anybody's would be."""
    return [read_register(content, name, title, SCHEMAS[schema]) for name, title, schema, content in season.files]


def _invent(random: np.random.Generator, number: int) -> _Person:
    courts = court_ids()
    surname, first, middle = (str(random.choice(names)) for names in (_SURNAMES, _FIRST, _MIDDLE))
    # More every quarter.
    day = dt.date(2023, 1, 1) + dt.timedelta(days=int(730 * np.sqrt(random.random())))
    return _Person(surname, first, middle, courts[int(len(courts) * random.random() ** 1.5)], day, number)


def _spelling(random: np.random.Generator) -> str:
    return str(random.choice(_SPELLINGS))


def _courts_csv(people: list[_Person], err: _Slips) -> bytes:
    rows = []
    for place, person in enumerate(people):
        row = dict.fromkeys(_COLUMNS, "")
        row["id"] = str(place + 1)
        row["court_name"] = court_name(person.court)
        row["entryDate"] = f"{person.day:%d.%m.%Y}"
        row["names"] = f"{err.name(person.surname)} {person.first[0]}.{person.middle[0]}. - {_spelling(err.random)}"
        row["cui"] = f"{person.court}-01-{person.day.year}-{person.number:06d}-{person.number % 97:02d}"
        rows.append(row)
    return _written(_COLUMNS, rows, ";")


def _plain_csv(people: list[_Person], err: _Slips) -> bytes:
    """Full names; some without the patronymic, some with the surname last."""
    rows = []
    for person in people:
        names = [err.name(person.surname), person.first]
        if err.happens(0.02):
            names.reverse()
        names += [] if err.happens(0.1) else [person.middle]
        rows.append(
            {
                "name": " ".join(names),
                "date": f"{err.day(person.day):%Y-%m-%d}",
                "article": _spelling(err.random),
                "court": err.court(court_name(person.court)),
                "region": "",
            }
        )
    return _written(["name", "date", "article", "court", "region"], rows, ",")


def _plain_xlsx(people: list[_Person], err: _Slips) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("cases")
    sheet.append(["name", "date", "article", "court", "region"])
    for p in people:
        court = err.court(court_name(p.court))
        sheet.append([err.name(p.short), f"{err.day(p.day):%d.%m.%Y}", _spelling(err.random), court, " "])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _own_csv(people: list[_Person], err: _Slips) -> bytes:
    """Names as people abroad carry them in their passports; three in a hundred did not agree to be counted."""
    rows = [
        {
            "name": f"{latin(err.name(p.surname))} {latin(p.first)} {latin(p.middle)}",
            "date": f"{err.day(p.day):%Y-%m-%d}",
            "article": "art. 337 part 5",
            "court": p.court,
            "region": "",
            "count_anonymously": "no" if err.random.random() < 0.03 else "yes",
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
