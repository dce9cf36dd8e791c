"""Makes vectors/phrase/phrase.json: what the return phrase's reader must read, repair and refuse.

python tools/vectors_phrase.py            writes the file
python tools/vectors_phrase.py --check    fails if it is not what this would write
"""

import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import count, product
from pathlib import Path

from safeconduct.errors import Refusal
from safeconduct.sealed.phrase import WORDS, make_phrase, phrase_entropy, read_phrase

FILE = Path(__file__).parent.parent / "vectors" / "phrase" / "phrase.json"
BOTH = ("ru", "en")
TO_JCUKEN = str.maketrans("qwertyuiop[]asdfghjkl;'zxcvbnm,.", "йцукенгшщзхъфывапролджэячсмитьбю")
TO_QWERTY = str.maketrans("йцукенгшщзхъфывапролджэячсмитьбю", "qwertyuiop[]asdfghjkl;'zxcvbnm,.")
OTHER_LAYOUT = {"ru": TO_QWERTY, "en": TO_JCUKEN}

Vector = dict[str, object]
Words = tuple[str, ...]


def example(seed: str, language: str) -> Words:
    """A phrase, always the same for the same seed."""
    return make_phrase(lambda length: hashlib.sha256(seed.encode()).digest()[:length], language)


def find(seed: str, language: str, wanted: Callable[[Words], bool]) -> Words:
    """The first phrase that is as wanted."""
    return next(phrase for number in count() if wanted(phrase := example(f"{seed} {number}", language)))


def changed(phrase: Sequence[str], words: dict[int, str]) -> str:
    """The phrase as typed, with other words at some places."""
    return " ".join(words.get(place, word) for place, word in enumerate(phrase))


def verdict_of(text: str, languages: Sequence[str] = BOTH) -> str:
    """`ok`, or the code of the refusal."""
    try:
        read_phrase(text, languages)
    except Refusal as refusal:
        return refusal.code
    return "ok"


def vector(name: str, op: str, given: dict[str, object]) -> Vector:
    """One vector, with the answer of this implementation."""
    try:
        output, verdict = RUN[op](given), "ok"
    except Refusal as refusal:
        output, verdict = {}, refusal.code
    return {"name": name, "op": op, "input": given, "verdict": verdict, "output": output}


def _make(given: dict[str, object]) -> dict[str, object]:
    drawn = bytes.fromhex(str(given["random"]))
    return {"words": list(make_phrase(lambda length: drawn[:length], str(given["language"])))}


def _entropy(given: dict[str, object]) -> dict[str, object]:
    words = given["words"]
    assert isinstance(words, list)
    return {"entropy": phrase_entropy(words, str(given["language"])).hex()}


def _read(given: dict[str, object]) -> dict[str, object]:
    languages = given["languages"]
    assert isinstance(languages, list)
    reading = read_phrase(str(given["text"]), languages)
    return {
        "words": list(reading.words),
        "language": reading.language,
        "entropy": reading.entropy.hex(),
        "repaired": list(reading.repaired),
    }


RUN: dict[str, Callable[[dict[str, object]], dict[str, object]]] = {
    "make-phrase": _make,
    "phrase-entropy": _entropy,
    "read-phrase": _read,
}


def making() -> Iterator[Vector]:
    """Twelve random bytes, of which four bits do not count."""
    for language in BOTH:
        for name, drawn in {
            "zeros": bytes(12),
            "ones": b"\xff" * 12,
            "the upper four bits do not count": b"\xf0" + bytes(11),
            "counting": bytes(range(12)),
        }.items():
            yield vector(f"{language} made of {name}", "make-phrase", {"random": drawn.hex(), "language": language})


def whole_words(language: str) -> Iterator[Vector]:
    """Nothing but words of the list, in their spelling."""
    phrase = find("whole", language, lambda phrase: all(len(word) > 4 for word in phrase))
    last = WORDS[language].index(phrase[8])
    cases = {
        "is a phrase": phrase,
        "eight": phrase[:8],
        "ten": (*phrase, phrase[0]),
        "none": (),
        "four letters": (phrase[0][:4], *phrase[1:]),
        "upper case": (phrase[0].upper(), *phrase[1:]),
        "a blank in front": (" " + phrase[0], *phrase[1:]),
        "a slip": (phrase[0][1:], *phrase[1:]),
        "a word of the other language": (WORDS["en" if language == "ru" else "ru"][5], *phrase[1:]),
        "the lowest check bit": (*phrase[:8], WORDS[language][last ^ 1]),
        "the highest check bit": (*phrase[:8], WORDS[language][last ^ 64]),
        "the lowest random bit": (*phrase[:8], WORDS[language][last ^ 128]),
        "the highest random bit": (WORDS[language][WORDS[language].index(phrase[0]) ^ 1024], *phrase[1:]),
    }
    for name, words in cases.items():
        yield vector(f"{language} whole words: {name}", "phrase-entropy", {"words": list(words), "language": language})


def as_typed(language: str) -> Iterator[tuple[str, str]]:
    """Accepted as it stands."""
    phrase = example("typed", language)
    yield "plain", " ".join(phrase)
    yield "upper case", " ".join(phrase).upper()
    yield "capital letters", " ".join(phrase).title()
    yield "four letters each", " ".join(word[:4] for word in phrase)
    yield "four letters of some", changed(phrase, {1: phrase[1][:4], 8: phrase[8][:4]})
    yield "numbered lines", "\n".join(f"{number}. {word}" for number, word in enumerate(phrase, 1))
    yield "commas and a full stop", ", ".join(phrase) + "."
    yield "dashes and brackets", "(" + " — ".join(phrase) + ")"
    yield "tabs and no-break spaces", "\t".join(phrase[:5]) + "\u00a0" + "\u00a0".join(phrase[5:]) + "\r\n"
    yield "invisible characters", "\ufeff" + " ".join(word[:2] + "\u00ad\u200b" + word[2:] for word in phrase)
    yield "the other layout", " ".join(phrase).translate(OTHER_LAYOUT[language])
    unsigned = find("half", language, lambda phrase: not set("бжхъэю") & set("".join(phrase)))
    halves = " ".join(unsigned[:4]), " ".join(unsigned[4:]).translate(OTHER_LAYOUT[language])
    yield "half on the other layout", " ".join(halves)
    yield "the other layout with Caps Lock", " ".join(phrase).translate(OTHER_LAYOUT[language]).upper()


def as_typed_in_russian() -> Iterator[tuple[str, str]]:
    """What only Russian has: ё, accents, and letters on keys that are signs."""
    phrase = find("yo", "ru", lambda phrase: "е" in phrase[0] and "й" in "".join(phrase))
    text = " ".join(phrase)
    yield "ё for е", text.replace("е", "ё")
    yield "ё and й in two characters", text.replace("й", "и\u0306").replace("е", "е\u0308")
    yield "a stress mark", text.replace("а", "а\u0301")
    for sign, letter in zip("[;,", "хжб", strict=True):
        within = find(f"sign {sign}", "ru", lambda phrase, letter=letter: letter in "".join(phrase))  # type: ignore[misc]
        text = " ".join(within).translate(TO_QWERTY)
        yield f"{letter} as {sign} on the other layout", text
    text = text.replace(",", "<")
    yield "б as < on the other layout", text
    yield "numbered on the other layout", "\n".join(f"{place}. {word}" for place, word in enumerate(text.split(), 1))
    yield (
        "numbered closely on the other layout",
        " ".join(f"{place}.{word}" for place, word in enumerate(text.split(), 1)),
    )
    yield "a sign alone on the other layout", text.replace(" ", " , ")
    last = find(
        "last", "ru", lambda phrase: re.search("[бхжэюъ]", " ".join(phrase)[:-1]) is None and phrase[8][-1] in "бжх"
    )
    yield "a sign at the end that is a letter", " ".join(last).translate(TO_QWERTY)


def slips(word: str, letter: str) -> dict[str, str]:
    """A word longer than four letters, with each kind of slip."""
    return {
        "a letter more at the beginning": letter + word,
        "a letter more in the middle": word[:3] + letter + word[3:],
        "a letter more at the end": word + letter,
        "the first letter missing": word[1:],
        "the third letter missing": word[:2] + word[3:],
        "another first letter": letter + word[1:],
        "another last letter": word[:-1] + letter,
        "the first two swapped": word[1] + word[0] + word[2:],
        "the last two swapped": word[:-2] + word[-1] + word[-2],
        "five letters": word[:5],
    }


def repaired(language: str) -> Iterator[tuple[str, str]]:
    """One slip in one word or in each of two."""
    letter = {"ru": "щ", "en": "q"}[language]

    def fit(phrase: Words) -> bool:
        word, other = phrase[2], phrase[7]
        typed = [*slips(word, letter).values(), word[:3] + letter]
        return (
            len(word) > 6
            and len(other) > 6
            and not {word[-1], word[0]} & {word[-2], word[1], letter}
            and all(verdict_of(changed(phrase, {2: slip})) == "ok" for slip in typed)
            and verdict_of(changed(phrase, {2: letter + word, 7: other[1:]})) == "ok"
        )

    phrase = find("repaired", language, fit)
    for name, slip in slips(phrase[2], letter).items():
        yield name, changed(phrase, {2: slip})
    yield "a slip in four letters", changed(phrase, {2: phrase[2][:3] + letter})
    yield "a slip in two words", changed(phrase, {2: letter + phrase[2], 7: phrase[7][1:]})
    yield "a slip on the other layout", changed(phrase, {2: phrase[2][1:]}).translate(OTHER_LAYOUT[language])
    yield "a slip and capitals and commas", changed(phrase, {2: phrase[2] + letter}).upper().replace(" ", ", ")


def too_few_or_many(language: str) -> Iterator[tuple[str, str]]:
    """Not nine."""
    phrase = example("length", language)
    yield "eight words", " ".join(phrase[:8])
    yield "ten words", " ".join((*phrase, phrase[0]))
    yield "one word", phrase[0]
    yield "the phrase twice", " ".join(phrase * 2)
    yield "two words in one", phrase[0] + " ".join(phrase[1:])
    yield "a word in two", phrase[0][:2] + " " + phrase[0][2:] + " " + " ".join(phrase[1:])
    yield "a hyphen in a word", phrase[0][:2] + "-" + phrase[0][2:] + " " + " ".join(phrase[1:])
    yield "a single letter among them", "a " + " ".join(phrase)


def unknown(language: str) -> Iterator[tuple[str, str]]:
    """A word that no repair makes fit."""
    letter = {"ru": "щ", "en": "q"}[language]
    phrase = find("unknown", language, lambda phrase: all(len(word) > 6 for word in phrase))
    other = "en" if language == "ru" else "ru"
    yield "a slip in three words", changed(phrase, {place: phrase[place] + letter for place in (0, 4, 8)})
    yield "two letters more", changed(phrase, {3: phrase[3] + letter * 2})
    yield "two letters missing", changed(phrase, {3: phrase[3][1:-1]})
    yield "two letters other", changed(phrase, {3: letter + phrase[3][1:-1] + letter})
    yield "three swapped", changed(phrase, {3: phrase[3][2::-1] + phrase[3][3:]})
    yield "nonsense for a word", changed(phrase, {3: letter * 6})
    yield "nonsense for all", " ".join([letter * 6] * 9)
    yield "a word of the other language", changed(phrase, {3: WORDS[other][100]})
    yield "nine single letters", " ".join("абвгдежзи" if language == "ru" else "abcdefghi")
    for place in (0, 8):
        # One word of the list for another, and a slip beside it that only the right phrase would forgive.
        wrong = next(
            word
            for word in WORDS[language]
            if word != phrase[place]
            and verdict_of(changed(phrase, {place: word, 4: phrase[4] + letter})) == "word-unknown"
        )
        yield f"word {place} replaced and a slip beside it", changed(phrase, {place: wrong, 4: phrase[4] + letter})


def unchecked(language: str) -> Iterator[tuple[str, str]]:
    """Words of the list that are no phrase."""
    phrase = find("unchecked", language, lambda phrase: len(set(phrase)) == 9)
    for place in range(8):
        text = changed(phrase, {place: phrase[place + 1], place + 1: phrase[place]})
        if verdict_of(text) == "phrase-check":
            yield f"words {place} and {place + 1} exchanged", text
    yield "backwards", " ".join(reversed(phrase))
    yield "one word nine times", " ".join([phrase[0]] * 9)
    yield "the first word for the last", changed(phrase, {8: phrase[0]})
    yield "four letters of words that are no phrase", " ".join(word[:4] for word in reversed(phrase))
    yield "on the other layout", " ".join(reversed(phrase)).translate(OTHER_LAYOUT[language])
    neighbour, typed = next(
        (phrase, typed)
        for number in count()
        for phrase in [example(f"neighbour {number}", language)]
        for letter in sorted(set("".join(WORDS[language])))
        for typed in [changed(phrase, {0: letter + phrase[0][1:4]})]
        if letter != phrase[0][0] and verdict_of(typed) == "phrase-check"
    )
    assert typed != " ".join(neighbour)
    yield "a slip that makes another word's four letters", typed


def ambiguous(language: str) -> Iterator[tuple[str, str]]:
    """Several phrases that could be meant."""
    for number, cut in product(range(2), (slice(0, 3), slice(1, 4))):

        def typed(phrase: Words, number: int = number, cut: slice = cut) -> str:
            return changed(phrase, {place: phrase[place][cut] for place in range(number + 1)})

        phrase = find(
            f"ambiguous {number} {cut}",
            language,
            lambda phrase, typed=typed: verdict_of(typed(phrase)) == "phrase-ambiguous",  # type: ignore[misc]
        )
        side = "beginning" if cut.start == 0 else "middle"
        yield f"three letters from the {side} of {number + 1}", typed(phrase)


def reading() -> Iterator[Vector]:
    """Text as a person types it, both languages at hand."""

    def read(name: str, text: str, languages: Sequence[str] = BOTH) -> Vector:
        return vector(name, "read-phrase", {"text": text, "languages": list(languages)})

    kinds = {
        "typed": as_typed,
        "repaired": repaired,
        "length": too_few_or_many,
        "unknown": unknown,
        "check": unchecked,
        "ambiguous": ambiguous,
    }
    for kind, language in product(kinds, BOTH):
        for name, text in kinds[kind](language):
            yield read(f"{language} {kind}: {name}", text)
    for name, text in as_typed_in_russian():
        yield read(f"ru typed: {name}", text)
    for name, text in {"nothing": "", "blanks": " \n\t", "signs": "., -; «»", "numbers": "1 2 3 4 5 6 7 8 9"}.items():
        yield read(f"length: {name}", text)
    phrase = example("alone", "ru")
    and_english = example("alone", "en")
    for languages in (("ru",), ("en",), ("en", "ru")):
        yield read(f"ru with {languages} at hand", " ".join(phrase), languages)
        yield read(f"en with {languages} at hand", " ".join(and_english), languages)
        layout = " ".join(phrase).translate(TO_QWERTY)
        yield read(f"ru on the other layout with {languages} at hand", layout, languages)
    yield read("half in each language", " ".join((*phrase[:5], *and_english[5:])))
    ukrainian = find("і", "ru", lambda phrase: "и" in phrase[4] and len(phrase[4]) > 5)
    yield read(
        "ru repaired: і of a Ukrainian keyboard for и", changed(ukrainian, {4: ukrainian[4].replace("и", "і", 1)})
    )


def content() -> str:
    """The whole file."""
    vectors = [*making(), *whole_words("ru"), *whole_words("en"), *reading()]
    lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in vectors)
    return f'{{"section": "phrase", "vectors": [\n{lines}\n]}}\n'


def main() -> None:
    """Writes or checks."""
    made = content().encode()
    if "--check" in sys.argv[1:]:
        if FILE.read_bytes() != made:
            raise SystemExit(f"{FILE.name} is not what tools/vectors_phrase.py makes")
        return
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_bytes(made)


if __name__ == "__main__":
    main()
