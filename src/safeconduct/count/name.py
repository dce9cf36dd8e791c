"""A person's name as registers write it: surname, given name, patronymic; each a word, an initial or nothing."""

import re
from dataclasses import dataclass
from typing import Final

_BETWEEN: Final = re.compile(r"[\s.,]+")
_LETTER: Final = re.compile(r"[^\W\d_]")
_PATRONYMIC: Final = re.compile(r"(?:[ое]вич|ьич|ovi[ct]h?|evi[ct]h?|yevich|l'?[iy]+ch)$")


@dataclass(frozen=True)
class Name:
    """Lower-case words; an initial is a word of one letter, what is not there is empty."""

    surname: str
    given: str
    patronymic: str


def parse_name(untrusted: str) -> Name:
    """Read a name. Anything is one: what cannot be read is a surname, and no letters are no name.

    The surname stands first, as registers write it, unless initials or a name with a patronymic stand before it:
    then it is last. «Юрий Щербаков» cannot be told from «Щербаков Юрий» and is left as it stands.
    """
    words = [word for word in _BETWEEN.split(untrusted.lower().replace("ё", "е")) if _LETTER.search(word)][:3]
    if len(words) > 1 and _surname_last(words):
        words = [words[-1], *words[:-1]]
    surname, given, patronymic = (*words, "", "", "")[:3]
    return Name(surname, given, patronymic)


def _surname_last(words: list[str]) -> bool:
    if len(words[0]) == 1:
        return len(words[-1]) > 1
    return len(words) == 3 and bool(_PATRONYMIC.search(words[1])) and not _PATRONYMIC.search(words[2])
