"""Packs on disk: a folder as lawyers edit it, and the bundle that ships with this program."""

from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Final

from safeconduct.law.book import Book
from safeconduct.law.bundle import bind, read
from safeconduct.law.check import (
    faults_between,
    faults_of_dates,
    faults_of_pack,
    faults_of_situation,
    faults_of_vocabulary,
)
from safeconduct.law.pack import Bundle, Pack, Vocabulary
from safeconduct.law.reading import Fault, Misreading, Tree, convert, parse
from safeconduct.law.situation import Situation

VOCABULARY: Final = "vocabulary.yaml"
BUNDLE: Final = "bundle.json"


@dataclass(frozen=True)
class Refused:
    """What a folder's packs must not be: the file and everything found in it, in the order of its lines."""

    file: str
    misreading: Misreading

    def __str__(self) -> str:
        """`kazakhstan.yaml:12:7 source-unknown grounds[0].cite[1].src`."""
        return f"{self.file}:{self.misreading}"


@dataclass(frozen=True)
class Shelf:
    """A folder of packs, read: what can be used, or why not."""

    vocabulary: Vocabulary | None
    packs: dict[str, Pack]
    files: dict[str, str]
    refused: tuple[Refused, ...]

    @cached_property
    def bundle(self) -> Bundle:
        """All of it, if nothing was refused.

        Raises:
            ValueError: something was.
        """
        if self.vocabulary is None or self.refused:
            raise ValueError
        return bind(self.vocabulary, tuple(self.packs.values()))


def shipped() -> Bundle:
    """The packs of this release. Nobody's key is in it: an organisation signs what it gives its desks."""
    return read(resources.files("safeconduct.law").joinpath("packs", BUNDLE).read_bytes())


def shipped_folder() -> Path:
    """Where the packs of this release lie as they are edited."""
    return Path(str(resources.files("safeconduct.law").joinpath("packs")))


def read_folder(folder: Path, below: dict[str, Pack] | None = None, vocabulary: Vocabulary | None = None) -> Shelf:
    """Read every pack of a folder and all that binds them; nothing is used if anything is refused.

    Args:
        folder: `*.yaml`, and perhaps a vocabulary of its own.
        below: packs that those of the folder are laid over: each must be, and none may take the name of another.
        vocabulary: whose words they use, if the folder brings none; else those of this release.
    """
    refused: list[Refused] = []
    trees: dict[str, Tree] = {}
    vocabulary = _read_vocabulary(folder, vocabulary, refused)
    packs: dict[str, Pack] = {}
    files: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.name == VOCABULARY:
            continue
        try:
            tree = parse(path.read_bytes())
            pack = convert(tree, Pack)
        except Misreading as misreading:
            refused.append(Refused(path.name, misreading))
            continue
        faults = [*faults_of_dates(tree.value), *(faults_of_pack(pack, vocabulary) if vocabulary else ())]
        refused += sorted(
            (Refused(path.name, tree.misreading(fault)) for fault in faults), key=lambda one: one.misreading.mark
        )
        if below is not None and pack.pack.overlays is None:
            refused.append(Refused(path.name, tree.misreading(Fault(("pack", "overlays"), "key-missing"))))
        if pack.pack.id in packs or pack.pack.id in (below or {}):
            refused.append(Refused(path.name, Misreading("id-twice", tree.marks["pack", "id"], ("pack", "id"))))
            continue
        packs[pack.pack.id], trees[pack.pack.id], files[pack.pack.id] = pack, tree, path.name
    between = faults_between({**(below or {}), **packs})
    refused += [Refused(files[name], trees[name].misreading(fault)) for name, fault in between if name in trees]
    return Shelf(vocabulary, packs, files, tuple(refused))


def _read_vocabulary(folder: Path, given: Vocabulary | None, refused: list[Refused]) -> Vocabulary | None:
    try:
        tree = parse((folder / VOCABULARY).read_bytes())
        vocabulary = convert(tree, Vocabulary)
    except FileNotFoundError:
        return given or shipped().vocabulary
    except Misreading as misreading:
        refused.append(Refused(VOCABULARY, misreading))
        return None
    faults = [*faults_of_dates(tree.value), *faults_of_vocabulary(vocabulary)]
    refused += [Refused(VOCABULARY, tree.misreading(fault)) for fault in faults]
    return vocabulary


def read_situation(untrusted: bytes, book: Book) -> Situation:
    """Read a case as `try` takes it.

    Raises:
        Misreading: with line and column, also for a fact, a date or an event that is not in the vocabulary.
    """
    tree = parse(untrusted)
    situation = convert(tree, Situation)
    for fault in faults_of_situation(situation, book.vocabulary):
        raise tree.misreading(fault)
    return situation
