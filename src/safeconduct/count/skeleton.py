"""A name's sound in a few letters, the same whether it was written in Cyrillic or in anybody's Latin.

Щербаков, Shcherbakov, Schtscherbakow and Ščerbakov are one name; ICU and ISO 9 say Serbakov. So every Cyrillic
letter goes to one symbol, the digraphs of passports, newspapers, French, German and Polish fold to the same symbols,
and what the traditions disagree on most (signs, doubled letters, the i before a vowel) is dropped.
"""

import re
import unicodedata
from typing import Final

_CYRILLIC: Final = {
    **dict(zip("абвгдезийклмнопрстуфхыэіїєґ", "abvgdeziiklmnoprstufhieiieg", strict=True)),
    "ё": "e", "ж": "J", "ц": "T", "ч": "C", "ш": "S", "щ": "S", "ъ": "", "ь": "", "ю": "iu", "я": "ia", "ў": "u",
}  # fmt: skip
_MARKS: Final = {"š": "S", "ž": "J", "č": "C", "ŝ": "S", "ś": "S", "ż": "J", "ź": "z", "ć": "C", "ł": "l", "ß": "ss"}
_LATIN: Final = [
    (r"SC|schtsch|shtsch|chtch|szcz|shch|stch", "S"), (r"tsch|tch|cz", "C"), (r"zh", "J"), (r"sch|sh|sz", "S"),
    (r"ch", "C"), (r"kh", "h"), (r"ts|tz", "T"), (r"ph", "f"), (r"ck", "k"), (r"c(?=[eiy]|$)", "T"), (r"c", "k"),
    (r"x", "ks"), (r"ou", "u"), (r"ff$", "v"), (r"w", "v"), (r"q", "k"), (r"[yj]o", "e"), (r"[yj]", "i"),
]  # fmt: skip
_RULES: Final = [(re.compile(pattern), symbol) for pattern, symbol in _LATIN]


def skeleton(word: str) -> str:
    """The sound of one word of a name; empty if nothing of it is a letter."""
    lower = unicodedata.normalize("NFC", word).lower().strip()
    written = "".join(_CYRILLIC.get(letter, _MARKS.get(letter, letter)) for letter in lower)
    plain = "".join(c for c in unicodedata.normalize("NFD", written) if not unicodedata.combining(c))
    for pattern, symbol in _RULES:
        plain = pattern.sub(symbol, plain)
    letters = re.sub(r"[^a-zSJCT]", "", plain)
    softened = re.sub(r"i(?=[aeou])", "", letters)
    return re.sub(r"(.)\1+", r"\1", softened)
