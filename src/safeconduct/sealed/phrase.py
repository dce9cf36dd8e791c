"""The return phrase: nine words of a list of 2,048, and what a person types of them (spec: phrase).

Nine words are 99 bits: 92 random ones, then 7 that check them. What a mistake can do:

- One slip in a word (a letter more, less or other, or two neighbours swapped) never makes another word of the
  list nor another's first four letters: the lists are made so. It is seen, and the word meant is always among
  the candidates; a second phrase passes as well in 1 of 128 per further candidate, and is then refused.
- A word replaced by another word of the list, or words in another order, pass the check in 1 of 128. Nothing was
  repaired then, and the phrase opens nothing. So does a slip inside four letters that are given for a word, where
  those four are another word's.
- More mistakes than a repair considers can let a wrong phrase pass: in 1 of 128 per candidate. Therefore a repair
  is never silent: `Reading.repaired` names the places, and whoever shows it asks first.

Measured shares: tests/sealed/test_phrase.py and the spec.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import product
from types import MappingProxyType
from typing import Final

from safeconduct.errors import Misremembered, PhraseAmbiguous, PhraseCheck, PhraseLength, WordUnknown
from safeconduct.sealed.signing import Random, digest

LENGTH: Final = 9
_WORD_BITS: Final = 11
_CHECK_BITS: Final = 7
_RANDOM_BITS: Final = LENGTH * _WORD_BITS - _CHECK_BITS
_BEGINNING: Final = 4
_MOST_REPAIRED: Final = 2
_LONGEST_TYPED: Final = 9
"""Letters of the longest word, and one slip more."""


def _read_list(language: str) -> tuple[str, ...]:
    return tuple(files("safeconduct.sealed").joinpath("words", f"{language}.txt").read_text("utf-8").split())


WORDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({code: _read_list(code) for code in ("ru", "en")})
"""Language to its list, in the list's order: a word's number is its place, from 0."""

# Every spelling that is accepted as it stands, with the word's number: the word, and its first four letters.
_SPELLINGS: Final = {
    language: {spelling: number for number, word in enumerate(words) for spelling in (word[:_BEGINNING], word)}
    for language, words in WORDS.items()
}
_LETTERS: Final = {language: frozenset("".join(words)) for language, words in WORDS.items()}

# The same keys on the two layouts; last those that are signs on one of them, plain and with Shift.
_QWERTY: Final = "qwertyuiopasdfghjklzxcvbnm" + "[];',.`" + '{}:"<>~'
_JCUKEN: Final = "йцукенгшщзфывапролдячсмить" + "хъжэбюе" * 2
_KEYS: Final = {"ru": str.maketrans(_QWERTY, _JCUKEN), "en": str.maketrans(_JCUKEN[:26], _QWERTY[:26])}

_UNSEEN: Final = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff]")
_TYPED: Final = re.compile("[a-z\u00c0-\u024f\u0400-\u04ff]+")
_NUMBERING: Final = re.compile("[0-9]+[.,:)]*")
_TYPED_WITH_SIGNS: Final = re.compile(r"""[a-z\[\];',.`{}:"<>~]+""")
_LETTER: Final = re.compile("[a-z]")

# What a refused attempt got to, least first: of several attempts the person is told the furthest.
_FURTHEST: Final = (PhraseLength, WordUnknown, PhraseCheck)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was typed, understood: nine whole words, their 13 bytes, and the places (from 0) that were repaired."""

    words: tuple[str, ...] = field(repr=False)
    language: str
    entropy: bytes = field(repr=False)
    repaired: tuple[int, ...]


def _check(random_bits: int) -> int:
    return digest("phrase check", random_bits.to_bytes(12, "big"))[0] >> (8 - _CHECK_BITS)


def _entropy(numbers: Sequence[int]) -> bytes:
    """The 99 bits in 13 bytes, five zero bits in front.

    Raises:
        PhraseCheck: the last seven bits do not fit the others.
    """
    bits = 0
    for number in numbers:
        bits = bits << _WORD_BITS | number
    if _check(bits >> _CHECK_BITS) != bits % 2**_CHECK_BITS:
        raise PhraseCheck
    return bits.to_bytes(13, "big")


def make_phrase(random: Random, language: str) -> tuple[str, ...]:
    """A new phrase from 92 of the 96 random bits it draws."""
    random_bits = int.from_bytes(random(12), "big") % 2**_RANDOM_BITS
    bits = random_bits << _CHECK_BITS | _check(random_bits)
    places = range(_WORD_BITS * (LENGTH - 1), -1, -_WORD_BITS)
    return tuple(WORDS[language][bits >> place & 2**_WORD_BITS - 1] for place in places)


def phrase_entropy(words: Sequence[str], language: str) -> bytes:
    """What the key is derived from: 13 bytes. The words are whole and exactly those of the list.

    Raises:
        PhraseLength: not nine.
        WordUnknown: one is not in the list.
        PhraseCheck: the check bits are wrong.
    """
    if len(words) != LENGTH:
        raise PhraseLength
    numbers = [_SPELLINGS[language].get(word, -1) for word in words]
    if [WORDS[language][number] for number in numbers] != list(words):
        raise WordUnknown
    return _entropy(numbers)


def read_phrase(untrusted_text: str, languages: Sequence[str] = tuple(WORDS)) -> Reading:
    """What somebody typed, in any of these languages, with at most two words repaired by one slip each.

    Accepted as they stand: words or their first four letters, in any case, with ё or е, on the Russian or the
    English layout, between blanks, signs and numbers. A phrase so accepted comes before any repair.

    Raises:
        PhraseLength: not nine words.
        WordUnknown: a word is none of the list's, and no repair makes a phrase.
        PhraseCheck: nine words of the list that are not a phrase.
        PhraseAmbiguous: several repairs make a phrase.
    """
    readings: list[Reading] = []
    refusals: list[Misremembered] = []
    for language in languages:
        for typed in _split(_fold(untrusted_text), language):
            try:
                readings += _match(typed, language)
            except Misremembered as refusal:
                refusals.append(refusal)
    readings = [reading for reading in readings if not reading.repaired] or readings
    if not readings:
        raise max(refusals, key=lambda refusal: _FURTHEST.index(type(refusal)))
    if len({(reading.language, reading.words) for reading in readings}) > 1:
        raise PhraseAmbiguous
    return readings[0]


def _fold(untrusted_text: str) -> str:
    """Lower case, ё as е, without accents and invisible characters."""
    return _UNSEEN.sub("", unicodedata.normalize("NFC", untrusted_text).lower()).replace("ё", "е")


def _split(folded: str, language: str) -> Iterator[list[str]]:
    """The words that may have been typed, on this language's layout or on the other.

    Six Russian letters lie on keys that are signs on the English layout: only a second look can tell a comma
    from a `б`.
    """
    keys = _KEYS[language]
    yield [word.translate(keys) for word in _TYPED.findall(folded)]
    if language == "ru":
        typed = _TYPED_WITH_SIGNS.findall(_NUMBERING.sub(" ", folded))
        yield [word.translate(keys) for word in typed if _LETTER.search(word)]


def _match(typed: Sequence[str], language: str) -> list[Reading]:
    """Every phrase that these words can be read as, none of them only if that is refused.

    Raises:
        PhraseLength: not nine words.
        WordUnknown: a word is none of the list's, and no repair makes a phrase.
        PhraseCheck: nine words of the list that are not a phrase.
    """
    if len(typed) != LENGTH:
        raise PhraseLength
    repaired = tuple(place for place, word in enumerate(typed) if word not in _SPELLINGS[language])
    if len(repaired) > _MOST_REPAIRED:
        raise WordUnknown
    readings = []
    for numbers in product(*(_meant(word, language) for word in typed)):
        try:
            entropy = _entropy(numbers)
        except PhraseCheck:
            continue
        readings.append(Reading(tuple(WORDS[language][number] for number in numbers), language, entropy, repaired))
    if not readings:
        raise WordUnknown if repaired else PhraseCheck
    return readings


def _meant(word: str, language: str) -> set[int]:
    """The word of this spelling, or all with a spelling one slip away."""
    spellings = _SPELLINGS[language]
    if word in spellings:
        return {spellings[word]}
    if len(word) > _LONGEST_TYPED:
        return set()
    return {spellings[spelling] for spelling in _slips(word, language) if spelling in spellings}


def _slips(word: str, language: str) -> list[str]:
    letters = _LETTERS[language]
    slips = []
    for place in range(len(word) + 1):
        head, tail, rest = word[:place], word[place:], word[place + 1 :]
        slips += [head + rest, head + rest[:1] + tail[:1] + rest[1:]]
        slips += [head + letter + tail for letter in letters]
        slips += [head + letter + rest for letter in letters]
    return slips
