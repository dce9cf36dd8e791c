"""Reads what people write: strict YAML into structs, every refusal with its line and column (spec: law, reading).

YAML has many spellings for one thing, and some that mean another thing than they say (`NO` is Norway and a
false). So this reads a small part of it: mappings with text keys, lists, text, `true` and `false`, whole
numbers of at most three digits. Everything else is refused where it stands.
"""

import re
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol, TypeVar

import msgspec
import yaml

T = TypeVar("T")
_Started = yaml.ScalarEvent | yaml.SequenceStartEvent | yaml.MappingStartEvent
Path = tuple[str | int, ...]

SIZE_MOST_BYTES: Final = 1 << 20
DEPTH_MOST: Final = 24
# What YAML 1.1, or somebody's program, takes for a boolean or for nothing.
_AMBIGUOUS: Final = frozenset({"yes", "no", "on", "off", "y", "n", "true", "false", "null", "~"})
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]{0,2})")
_YEAR: Final = re.compile(r"[0-9]{4}")
# What YAML 1.1 takes for a number: signs, bases, underscores, points, exponents, and minutes (12:30 is 750).
_ODD_NUMBER: Final = re.compile(
    r"[-+]?(0[box][0-9A-Fa-f_]+|[0-9][0-9_]*([.][0-9_]*)?([eE][-+]?[0-9]+)?|[.][0-9_]+([eE][-+]?[0-9]+)?"
    r"|[0-9][0-9_]*(:[0-5]?[0-9])+([.][0-9_]*)?|[.](inf|Inf|INF))|[.](nan|NaN|NAN)"
)


class Mark(NamedTuple):
    """A place in a file, counted from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class Misreading(Exception):  # noqa: N818 - an author's mistake, not a crash
    """Something an author wrote is refused: which rule, where, and the keys that lead there; never the value."""

    code: str
    mark: Mark
    path: Path = ()

    def __str__(self) -> str:
        """`7:5 key-twice grounds[0].when`."""
        return f"{self.mark.line}:{self.mark.column} {self.code} {spell(self.path)}".rstrip()


class Fault(NamedTuple):
    """A rule that does not hold, at the keys that lead there."""

    path: Path
    code: str


def spell(path: Path) -> str:
    """`grounds[0].when.all[2]`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


class Tree(NamedTuple):
    """A file as plain lists, dicts, text, numbers and booleans, with the place of everything in it."""

    value: object
    marks: dict[Path, Mark]

    def misreading(self, fault: Fault) -> Misreading:
        """Where a fault stands: at its place, or at the nearest thing around it that was written."""
        path = fault.path
        while path and path not in self.marks:
            path = path[:-1]
        return Misreading(fault.code, self.marks.get(path, Mark(1, 1)), fault.path)


def read(untrusted: bytes, kind: type[T]) -> tuple[T, Tree]:
    """Read one YAML document as a struct of this kind; the tree still knows where everything stood.

    Raises:
        Misreading: with the code of the first rule that does not hold.
    """
    tree = parse(untrusted)
    return convert(tree, kind), tree


def parse(untrusted: bytes) -> Tree:
    """Read the YAML that is allowed, without deciding what it means.

    Raises:
        Misreading: too-large, not-utf8, yaml-broken, documents-many, too-deep, alias-used, tag-used,
            key-odd, key-twice, value-missing, word-ambiguous, number-odd.
    """
    if len(untrusted) > SIZE_MOST_BYTES:
        raise Misreading("too-large", Mark(1, 1))
    try:
        text = untrusted.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Misreading("not-utf8", _at(untrusted[: error.start].decode("utf-8"))) from None
    if text.startswith("\ufeff"):
        raise Misreading("not-utf8", Mark(1, 1))
    try:
        builder = _Builder()
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            builder.take(event)
    except yaml.reader.ReaderError as error:
        raise Misreading("yaml-broken", _at(text[: error.position])) from None
    except yaml.MarkedYAMLError as error:
        raise Misreading("yaml-broken", _mark(error.problem_mark or error.context_mark)) from None
    if not builder.documents:
        raise Misreading("value-missing", Mark(1, 1))
    return Tree(builder.root, builder.marks)


def convert(tree: Tree, kind: type[T]) -> T:
    """Read a tree as a struct of this kind.

    Raises:
        Misreading: key-unknown, key-missing, value-wrong.
    """
    try:
        return msgspec.convert(tree.value, kind)
    except msgspec.ValidationError as error:
        told, _, place = str(error).partition(" - at ")
    path = _resolve(tree.value, kind, told, place)
    if told.startswith("Object contains unknown field"):
        raise tree.misreading(Fault((*path, told.split("`")[1]), "key-unknown")) from None
    if told.startswith("Object missing required field"):
        raise tree.misreading(Fault((*path, told.split("`")[1]), "key-missing")) from None
    raise tree.misreading(Fault(path, "value-wrong")) from None


class _Open:
    """A list or mapping that is being read."""

    def __init__(self, path: Path, into: dict[str, object] | list[object]) -> None:
        self.path, self.into = path, into
        self.key: str | None = None


class _Builder:
    """Turns the parser's events into plain values; iterates, so that depth cannot exhaust the stack."""

    def __init__(self) -> None:
        self.root: object = None
        self.marks: dict[Path, Mark] = {}
        self.documents = 0
        self._open: list[_Open] = []

    def take(self, event: yaml.Event) -> None:
        mark = _mark(event.start_mark)
        match event:
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1 or event.version or event.tags:
                    raise Misreading("documents-many", mark)
            case yaml.AliasEvent():
                raise Misreading("alias-used", mark, self._path())
            case yaml.ScalarEvent() | yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                self._begin(event, mark)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                self._open.pop()
            case _:
                pass

    def _path(self) -> Path:
        if not self._open:
            return ()
        top = self._open[-1]
        if isinstance(top.into, list):
            return (*top.path, len(top.into))
        return top.path if top.key is None else (*top.path, top.key)

    def _begin(self, event: _Started, mark: Mark) -> None:
        if event.anchor is not None:
            raise Misreading("alias-used", mark, self._path())
        if event.tag is not None:
            raise Misreading("tag-used", mark, self._path())
        top = self._open[-1] if self._open else None
        if top is not None and isinstance(top.into, dict) and top.key is None:
            self._name(top, event, mark)
            return
        path = self._path()
        self.marks.setdefault(path, mark)
        value: object
        if isinstance(event, yaml.ScalarEvent):
            value = _resolve_scalar(event, mark, path)
        else:
            into: dict[str, object] | list[object] = {} if isinstance(event, yaml.MappingStartEvent) else []
            if len(self._open) >= DEPTH_MOST:
                raise Misreading("too-deep", mark, path)
            self._open.append(_Open(path, into))
            value = into
        self._put(top, value)

    def _put(self, top: _Open | None, value: object) -> None:
        if top is None:
            self.root = value
        elif isinstance(top.into, list):
            top.into.append(value)
        elif top.key is not None:
            top.into[top.key], top.key = value, None

    def _name(self, top: _Open, event: _Started, mark: Mark) -> None:
        # `<<` would merge, and a key that YAML reads as something else than text is not a key here.
        if not isinstance(event, yaml.ScalarEvent) or event.value == "<<" or not event.value:
            raise Misreading("key-odd", mark, top.path)
        if event.style is None and (event.value.lower() in _AMBIGUOUS or _ODD_NUMBER.fullmatch(event.value)):
            raise Misreading("key-odd", mark, top.path)
        path = (*top.path, event.value)
        if event.value in top.into:
            raise Misreading("key-twice", mark, path)
        top.key = event.value
        # Structs are named by their key; a value's own place is only wanted where it has none.
        self.marks[path] = mark


def _resolve_scalar(event: yaml.ScalarEvent, mark: Mark, path: Path) -> object:
    text: str = event.value
    if event.style is not None:  # quoted or a block: always text
        if not text:
            raise Misreading("value-missing", mark, path)
        return text
    if not text:
        raise Misreading("value-missing", mark, path)
    if text in {"true", "false"}:
        return text == "true"
    if text.lower() in _AMBIGUOUS:
        raise Misreading("word-ambiguous", mark, path)
    if _NUMBER.fullmatch(text):
        return int(text)
    if _ODD_NUMBER.fullmatch(text) and not _YEAR.fullmatch(text):
        raise Misreading("number-odd", mark, path)
    return text


_STEP: Final = re.compile(r"[.]([^.\[]+)|\[([0-9]+)\]|(\[[.]{3}\])")


def _resolve(value: object, kind: type[T], told: str, place: str) -> Path:
    """The path msgspec names; where it says only "some value of this mapping", the first that gives the same."""
    of_key = place.startswith("`key` in ")
    steps = _STEP.findall(place.removeprefix("`key` in ").strip("`").removeprefix("$"))
    path: Path = ()
    here = value
    for name, index, _any in steps:
        step: str | int
        if name:
            step = name
        elif index:
            step = int(index)
        else:
            step = _culprit(value, path, kind, told)
        path = (*path, step)
        here = here[step]  # type: ignore[index] # msgspec has just walked this way
    if of_key and isinstance(here, dict):
        return (*path, _culprit(value, path, kind, told))
    return path


def _culprit(value: object, path: Path, kind: type[T], told: str) -> str:
    """Of the mapping at this path, the first key that alone makes msgspec say the same."""
    here = value
    for step in path:
        here = here[step]  # type: ignore[index]
    assert isinstance(here, dict)  # noqa: S101 - msgspec has just said so
    for key in here:
        try:
            msgspec.convert(_with(value, path, {key: here[key]}), kind)
        except msgspec.ValidationError as error:
            if str(error).partition(" - at ")[0] == told:
                return str(key)
    return str(next(iter(here)))


def _with(value: object, path: Path, leaf: object) -> object:
    """The same tree with another value at this path."""
    if not path:
        return leaf
    step, rest = path[0], path[1:]
    if isinstance(value, list):
        return [_with(item, rest, leaf) if at == step else item for at, item in enumerate(value)]
    assert isinstance(value, dict)  # noqa: S101
    return {key: _with(item, rest, leaf) if key == step else item for key, item in value.items()}


class _Place(Protocol):
    """What either of PyYAML's marks has, counted from 0."""

    line: int
    column: int


def _mark(mark: _Place | None) -> Mark:
    return Mark(mark.line + 1, mark.column + 1) if mark else Mark(1, 1)


def _at(before: str) -> Mark:
    return Mark(before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
