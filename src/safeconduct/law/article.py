"""Finds an offence by its article, however it is written: `337 ч. 5`, `ст. 337 часть 5 УК`, `337.5`, `art. 337(5)`."""

import re
from typing import Final

from safeconduct.law.book import Book
from safeconduct.law.pack import Offence

_NUMBER: Final = r"([0-9]+(?:[.][0-9]+)?)"
_ARTICLE: Final = re.compile(rf"(?:\b(?:ст(?:ать\w*)?|art(?:icle)?|s(?:ection)?)\b[. ]*|§ *){_NUMBER}", re.IGNORECASE)
_PART: Final = re.compile(rf"\b(?:ч(?:аст\w*)?|p(?:ar)?t|part)\b[. ]*{_NUMBER}|\({_NUMBER}\)", re.IGNORECASE)
_BARE: Final = re.compile(_NUMBER)


def parse(untrusted_text: str) -> tuple[str, str | None] | None:
    """Article and part, or None if no article is named. A part before its article is understood."""
    text = untrusted_text.replace("\u00a0", " ").replace(",", " ").strip().rstrip(".")
    part = _PART.search(text)
    named_part = next(filter(None, part.groups()), None) if part else None
    rest = text[: part.start()] + " " + text[part.end() :] if part else text
    article = _ARTICLE.search(rest) or _BARE.search(rest)
    return (article.group(1), named_part) if article else None


def find_article(book: Book, untrusted_text: str) -> tuple[str, ...]:
    """The ids of the offences that stand there; without a part, all of the article.

    `337.5` may be an article of that number or part 5 of article 337: the article, if there is one.
    """
    parsed = parse(untrusted_text)
    if parsed is None:
        return ()
    number, part = parsed
    offences = [placed.entry for placed in book.entries.values() if isinstance(placed.entry, Offence)]
    found = tuple(one.id for one in offences if one.article.number == number and part in {None, one.article.part})
    if found or part is not None or "." not in number:
        return found
    number, _, part = number.partition(".")
    return tuple(one.id for one in offences if one.article.number == number and one.article.part == part)
