"""Sentences of a count, Fluent, one file a language, and numbers as each language writes them."""

from functools import cache
from importlib.resources import files
from typing import Final

from fluent.runtime import FluentBundle, FluentResource

LANGUAGES: Final = ("ru", "en")


class Words:
    """One language. Asked for a key it does not have, it raises `KeyError`: a test asks for every key."""

    def __init__(self, language: str) -> None:
        """Read the language's file."""
        self.language: Final = language
        self._bundle: Final = FluentBundle([language], use_isolating=False)
        text = files("safeconduct.count").joinpath("locales", f"{language}.ftl").read_text("utf-8")
        self._bundle.add_resource(FluentResource(text))

    def say(self, key: str, **values: str | int) -> str:
        """The sentence."""
        pattern = self._bundle.get_message(key).value if self._bundle.has_message(key) else None
        if pattern is None:
            raise KeyError(key)
        text, errors = self._bundle.format_pattern(pattern, dict(values))
        if errors:
            raise KeyError(key) from errors[0]
        # A line break of the file inside a choice is no line break on paper.
        return str(text).replace(" %", "\N{NO-BREAK SPACE}%").replace(" —", "\N{NO-BREAK SPACE}—")

    def number(self, people: int) -> str:
        """12 300 or 12,300."""
        between = "\N{NO-BREAK SPACE}" if self.language == "ru" else ","
        return f"{people:,}".replace(",", between)

    def decimal(self, value: float, places: int = 2) -> str:
        """1,03 or 1.03."""
        written = f"{value:.{places}f}"
        return written.replace(".", ",") if self.language == "ru" else written

    def several(self, people: list[int]) -> str:
        """Numbers one after another."""
        last = " и " if self.language == "ru" else " and "
        written = [self.number(n) for n in people]
        return last.join([", ".join(written[:-1]), written[-1]] if len(written) > 1 else written)


@cache
def words(language: str) -> Words:
    """The words of one of `LANGUAGES`."""
    return Words(language)
