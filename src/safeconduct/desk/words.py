"""Sentences for people: Fluent, one file a language; names of countries and languages, and days, from the CLDR."""

import datetime as dt
from functools import cache
from importlib.resources import files
from typing import Final

import babel
import babel.dates
from fluent.runtime import FluentBundle, FluentResource

LANGUAGES: Final = {"ru": "Русский", "en": "English"}
NOWHERE: Final = ("EU", "EZ", "QO", "UN", "XA", "XB", "ZZ")
"""Codes of the CLDR that are no country."""


class Words:
    """One language. Asked for a key it does not have, it raises `KeyError`: a test asks for every key."""

    def __init__(self, language: str) -> None:
        """Read the language's file."""
        self.language: Final = language
        self._bundle: Final = FluentBundle([language], use_isolating=False)
        text = files("safeconduct.desk").joinpath("locales", f"{language}.ftl").read_text("utf-8")
        self._bundle.add_resource(FluentResource(text))
        self._locale: Final = babel.Locale.parse(language)
        self._said: Final[dict[tuple[object, ...], str]] = {}
        self._countries: list[tuple[str, str]] | None = None

    def has(self, key: str) -> bool:
        """Whether there is such a sentence."""
        return self._bundle.has_message(key)

    def say(self, key: str, **values: str | int) -> str:
        """The sentence. Only numbers are remembered: a name must not outlive the lock."""
        said = (key, *sorted(values.items()))
        known = self._said.get(said)
        if known is not None:
            return known
        pattern = self._bundle.get_message(key).value
        if pattern is None:
            raise KeyError(key)
        text, errors = self._bundle.format_pattern(pattern, dict(values))
        if errors:
            raise KeyError(key) from errors[0]
        if all(isinstance(value, int) for value in values.values()):
            self._said[said] = str(text)
        return str(text)

    def country(self, code: str) -> str:
        """A country's name."""
        return self._locale.territories.get(code) or self.say("country-other")

    def countries(self) -> list[tuple[str, str]]:
        """Every country with its name, by name."""
        if self._countries is None:
            names = self._locale.territories.items()
            named = [(code, name) for code, name in names if len(code) == 2 and code.isalpha() and code not in NOWHERE]
            self._countries = sorted(named, key=lambda each: each[1].casefold().replace("ё", "е"))
        return self._countries

    def tongue(self, code: str) -> str:
        """A language's name."""
        return self._locale.languages.get(code) or code

    def day(self, day: int, today: int) -> str:
        """A day as people say it: today, yesterday, 14 May; with the year if it is another."""
        if 0 <= today - day <= 1:
            return self.say("day-today" if day == today else "day-yesterday")
        return self._date(day, with_year=_date(day).year != _date(today).year)

    def _date(self, day: int, *, with_year: bool) -> str:
        said = ("_date", day, with_year)
        if said not in self._said:
            form = "d MMMM y" if with_year else "d MMMM"
            text = babel.dates.format_date(_date(day), form, locale=self._locale)
            self._said[said] = text.replace(" ", "\N{NO-BREAK SPACE}")
        return self._said[said]


def _date(day: int) -> dt.date:
    """A day as a date; one that no calendar has, on a stranger's word, is the last there is."""
    try:
        return dt.date(1970, 1, 1) + dt.timedelta(days=day)
    except OverflowError:
        return dt.date.max


@cache
def words(language: str) -> Words:
    """The words of one of `LANGUAGES`."""
    return Words(language)


def choose_language(accepted: str, otherwise: str) -> str:
    """The first of our languages that a browser asks for (`Accept-Language`, in its order of preference)."""
    asked: list[tuple[float, str]] = []
    for part in accepted[:400].split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            asked.append((-float(quality or 1), tag.split("-")[0].lower()))
        except ValueError:
            continue
    asked.sort(key=lambda pair: pair[0])
    return next((tag for _, tag in asked if tag in LANGUAGES), otherwise)
