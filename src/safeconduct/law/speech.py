"""Sentences in Russian and English: from the locale files, typeset (spec: law, plain language)."""

import re
from datetime import date
from functools import cache
from importlib import resources
from typing import Final, Literal

from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.types import fluent_date

from safeconduct.law.pack import Words
from safeconduct.law.span import Span

Language = Literal["ru", "en"]
LANGUAGES: Final = ("ru", "en")
_NBSP: Final = "\u00a0"
# Short words and signs stay with what they belong to.
_BOUND: Final = re.compile(r"(?<![^\s«(])(ст\.|ч\.|п\.|№|§§?|[вкосуиаВКОСУИА]|на|не|по|до|за|из|от) ")
_NUMBER: Final = re.compile(r"(?<=\d) (?=[а-яё])")
_DASH: Final = re.compile(r" (—)")


@cache
def _bundle(language: Language) -> FluentBundle:
    text = resources.files("safeconduct.law").joinpath("locales", f"{language}.ftl").read_text("utf-8")
    bundle = FluentBundle(["ru" if language == "ru" else "en-GB"], use_isolating=False)
    bundle.add_resource(FluentResource(text))
    return bundle


def say(language: Language, key: str, **values: object) -> str:
    """A sentence of the locale, typeset.

    Raises:
        KeyError: the locale has no such sentence, or not all values for it were given.
    """
    pattern = _bundle(language).get_message(key).value
    if pattern is None:
        raise KeyError(key)
    text, errors = _bundle(language).format_pattern(pattern, values)
    if errors:
        raise KeyError(key)
    # "2 марта 2026 г." at the end of a sentence keeps one full stop.
    return typeset(language, str(text).replace("г..", "г."))


def words(language: Language, text: Words) -> str:
    """A pack's text in this language, typeset."""
    return typeset(language, text.ru if language == "ru" else text.en)


def typeset(language: Language, text: str) -> str:
    """No-break spaces where Russian typography wants them: after short words and numbers, before dashes."""
    if language != "ru":
        return text
    return _DASH.sub(rf"{_NBSP}\1", _NUMBER.sub(_NBSP, _BOUND.sub(rf"\1{_NBSP}", text)))


def day(language: Language, when: date) -> str:
    """`2 March 2026`, `2 марта 2026 г.`."""
    return say(language, "date", day=fluent_date(when))


def partial(language: Language, text: str) -> str:
    """A day in words; a month or a year as it is written."""
    span = Span.parse(text)
    return day(language, span.earliest) if span.earliest == span.latest else text
