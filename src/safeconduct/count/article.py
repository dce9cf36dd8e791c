"""The offence in a register's own spelling: 337 ч. 5, ст.337 ч.5, ч. 5 ст. 337, часть 5 статьи 337, art. 337 part 5."""

import re
from typing import Final

_MARK: Final = r"(?<![^\W\d_])(?:ч(?:асть|асти|астью)?|p(?:art)?)\s*\.?\s*"
_FOUND: Final = re.compile(
    r"(?:ст(?:атья|атьи|атье|атьёй)?|art(?:icle)?)\s*\.?\s*(\d{3}(?:\.\d)?)(?!\d)"
    rf"|(?<![\d.])(\d{{3}}(?:\.\d)?)(?=\s*[,(]?\s*(?:{_MARK}|[-/])\d(?!\d))"
    r"|(?<![\d.])(33[2-9](?:\.\d)?)(?!\d)"
    rf"|(?:{_MARK}|(?<=\d\d\d)\s*[-/])(?P<part>\d(?:\.\d)?)(?!\d)",
    re.IGNORECASE,
)
"""Articles that are said to be one, that have a part behind them, or that are among ours; and parts."""


def find_articles(text: str) -> list[str]:
    """All of them in their order: "337.5" (article and part), or "337" where no part is named.

    A part belongs to the article before it; to the one behind it, if none stands before or that one has a part.
    """
    found: list[str] = []
    waiting, wants = "", False
    for each in _FOUND.finditer(text.replace("\N{NO-BREAK SPACE}", " ")):
        part, article = each["part"], each[1] or each[2] or each[3]
        if article:
            found.append(f"{article}.{waiting}" if waiting else article)
            waiting, wants = "", not waiting
        elif wants:
            found[-1] += f".{part}"
            wants = False
        else:
            waiting = part
    return found
