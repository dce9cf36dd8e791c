"""What a case is called: two calm words from a digest of its first file's id (spec: framing, `case name`).

A line of `names.txt` is a pair of things that grow and a pair of things around us, each in Russian and in English,
so that one name can be said in either language. Nothing of war, nothing that is a surname or a place. There are
65,536 names: two cases may share one.
"""

from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from safeconduct.sealed.signing import digest

_LINES: Final = [
    line.split() for line in files("safeconduct.case").joinpath("names.txt").read_text("utf-8").splitlines()
]
WORDS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = MappingProxyType(
    {
        language: (tuple(line[at] for line in _LINES), tuple(line[at + 2] for line in _LINES))
        for at, language in enumerate(("ru", "en"))
    }
)
"""Language to its two lists of 256; equal places mean the same."""


def name_of(matter: bytes, language: str) -> str:
    """The two words of a matter, in a language that has lists, else in Russian."""
    place = digest("case name", matter)
    growing, around = WORDS.get(language, WORDS["ru"])
    return f"{growing[place[0]]} {around[place[1]]}"


def name_in(name: str, language: str) -> str:
    """A name in another language; what is no name stays as it is."""
    words = name.split(" ")
    other = WORDS.get(language, WORDS["ru"])
    for growing, around in WORDS.values():
        if len(words) == 2 and words[0] in growing and words[1] in around:
            return f"{other[0][growing.index(words[0])]} {other[1][around.index(words[1])]}"
    return name
