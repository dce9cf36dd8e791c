"""The offence in a register's own spelling: 337 ч. 5, ст.337 ч.5, ч. 5 ст. 337, часть 5 статьи 337, art. 337 part 5."""

import re

_AFTER = re.compile(
    r"(?<![\d.])(?:ст(?:атья|атьи|атье|атьёй|\.)?|art(?:icle|\.)?)?\s*(\d{3}(?:\.\d)?)\s*"
    r"[,(]?\s*(?:(?:ч(?:асть|асти|астью|\.)?|p(?:art|\.)?)\s*\.?\s*|[-/])(\d(?:\.\d)?)(?!\d)",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?<![\d.])(?:ч(?:асть|асти|астью|\.)?|p(?:art|\.)?)\s*\.?\s*(\d(?:\.\d)?)\s*(?:of\s*)?"
    r"(?:ст(?:атья|атьи|атье|\.)?|art(?:icle|\.)?)\s*\.?\s*(\d{3}(?:\.\d)?)(?!\d)",
    re.IGNORECASE,
)
_ALONE = re.compile(r"(?<![\d.])(33[2-9])(?![\d])")


def find_article(text: str) -> str | None:
    """As "337.5" (article and part), or "337" where no part is named; None if no article is found."""
    plain = text.replace("\N{NO-BREAK SPACE}", " ")
    before = _BEFORE.search(plain)
    if before:
        return f"{before[2]}.{before[1]}"
    after = _AFTER.search(plain)
    if after:
        return f"{after[1]}.{after[2]}"
    alone = _ALONE.search(plain)
    return alone[1] if alone else None
