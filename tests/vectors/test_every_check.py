"""Every check of a decoder is held down by a vector: with any one of them taken out, a verdict changes."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Final

import pytest

import vectors_read
from mutants import mutants

ROOT: Final = Path(__file__).parents[2]
# What runs vectors, in the order in which one module needs the others, and the sections that look at each first.
READERS: Final = ("vectors_value", "vectors_read_request", "vectors_read")
SEALED: Final = {
    "signing": ("signing", "framing"),
    "wire": ("framing", "encoding"),
    "access": ("chain", "manifest"),
    "sealing": ("letter", "envelope"),
    "manifest": ("manifest",),
    "letter": ("letter",),
    "envelope": ("envelope",),
    "event": ("event", "encoding"),
    "stream": ("chain", "contact"),
    "request": ("request",),
}
MODULES: Final = (*(f"safeconduct.sealed.{name}" for name in SEALED), "safeconduct.case.event", *READERS)
# A phrase costs half a second, and nothing is checked in it.
SLOW: Final = {"phrase-keys"}


def source_of(module: str) -> Path:
    """The file of a module."""
    found = sys.modules[module].__file__
    assert found
    return Path(found)


CODE: Final = {name: compile(source_of(name).read_text("utf-8"), name, "exec") for name in MODULES}
VECTORS: Final = [
    (path.parent.name, vector)
    for path in vectors_read.files()
    for vector in vectors_read.load(path)
    if vector["op"] not in SLOW
]


@contextmanager
def house(first: str, code: CodeType) -> Iterator[ModuleType]:
    """The reader of vectors over one module of this code, with all that need it made anew; then all is as before."""
    anew = MODULES[MODULES.index(first) :]
    before = {name: sys.modules[name] for name in anew}
    try:
        for name in anew:
            _put(name, module := ModuleType(name))
            module.__file__ = before[name].__file__
            exec(code if name == first else CODE[name], module.__dict__)  # noqa: S102 - our own, with a check less
        yield sys.modules["vectors_read"]
    finally:
        for name, module in before.items():
            _put(name, module)


def _put(name: str, module: ModuleType) -> None:
    sys.modules[name] = module
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, module)


def verdict(reader: ModuleType, vector: dict[str, Any]) -> object:
    """What a reader makes of a vector; whatever it raises that is no refusal is another verdict too."""
    try:
        return reader.run(vector)
    except Exception as error:  # noqa: BLE001 - a mutant may fail in any way
        return type(error).__name__


def noticed(module: str, code: CodeType, first: tuple[str, ...]) -> bool:
    """Whether a vector has another verdict with this module in place of its own."""
    with house(module, code) as reader:
        ordered = sorted(VECTORS, key=lambda vector: vector[0] not in first)
        return any(verdict(reader, vector) != (vector["verdict"], vector["output"]) for _, vector in ordered)


def test_nothing_changes_where_nothing_is_taken_out() -> None:
    with house(MODULES[0], CODE[MODULES[0]]) as reader:
        assert reader is not vectors_read
        for _, vector in VECTORS:
            assert verdict(reader, vector) == (vector["verdict"], vector["output"]), vector["name"]
    assert sys.modules["vectors_read"] is vectors_read


@pytest.mark.parametrize("name", [*SEALED, "case.event"])
def test_removing_any_one_check_makes_a_vector_fail(name: str) -> None:
    module = "safeconduct.case.event" if name == "case.event" else f"safeconduct.sealed.{name}"
    first = SEALED.get(name, ("event",))
    made = list(mutants(source_of(module).read_text("utf-8")))
    assert made
    unseen = [mutant.name for mutant in made if not noticed(module, mutant.code, first)]
    assert unseen == []


def test_a_check_that_no_vector_sees_is_told() -> None:
    source = source_of("safeconduct.sealed.wire").read_text("utf-8")
    planted = "\n\ndef hidden(raw: bytes) -> None:\n    if not raw or len(raw) > 9:\n        raise FrameBroken\n"
    before, after = (list(mutants(text)) for text in (source, source + planted))
    found = [mutant for mutant in after if mutant.name not in {other.name for other in before}]
    # The raise, each half of the `or`, and the bound moved by one.
    assert len(found) == 4
    assert not any(noticed("safeconduct.sealed.wire", mutant.code, ("framing",)) for mutant in found)
