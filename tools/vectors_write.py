"""How the generator writes vectors: a section collects them, proves each, and stands in one file a topic."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final

import vectors_read
from vectors_read import ROOT, Vector, run
from vectors_value import Output, packed


def seed(name: str) -> bytes:
    """32 bytes that are the same in every run."""
    return hashlib.sha256(b"safeconduct vectors: " + name.encode()).digest()


def draw(name: str, length: int) -> bytes:
    """As many bytes as wanted, the same in every run."""
    return hashlib.shake_256(seed(name)).digest(length)


def _plain(value: Any, write: Callable[[bytes], object]) -> Any:  # noqa: ANN401 - whatever JSON holds
    """A value of an input or output, its bytes written down."""
    if isinstance(value, bytes):
        return write(value)
    if isinstance(value, list | tuple):
        return [_plain(each, write) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each, write) for name, each in value.items()}
    return value


class Section:
    """The vectors of one section. Bytes go in as bytes."""

    def __init__(self, name: str) -> None:
        self.name: Final = name
        self._topics: dict[str, list[Vector]] = defaultdict(list)
        self._names: set[str] = set()
        self._known = {
            vector["name"]: vector for path in ROOT.glob(f"{name}/*.json") for vector in vectors_read.load(path)
        }

    def ok(self, topic: str, op: str, name: str, output: Output, /, **given: Any) -> None:  # noqa: ANN401
        """What must be accepted, with what comes of it as the generator knows it."""
        self._add(topic, name, op, given, "ok", _plain(output, bytes.hex))

    def bad(self, topic: str, op: str, name: str, code: str, /, **given: Any) -> None:  # noqa: ANN401
        """What must be refused, and with which code."""
        self._add(topic, name, op, given, code, {})

    def known(self, name: str) -> Vector | None:
        """The vector of this name as it was just made, or as it stands in the files."""
        return self._known.get(name)

    def _add(self, topic: str, name: str, op: str, given: dict[str, Any], verdict: str, output: Output) -> None:
        assert name not in self._names, f"{self.name}: two vectors are called {name}"
        self._names.add(name)
        vector = {"name": name, "op": op, "input": _plain(given, packed), "verdict": verdict, "output": output}
        found = run(vector)
        assert found == (verdict, output), f"{self.name}: {name}: {verdict} {output} and not {found}"
        self._topics[topic].append(vector)
        self._known[name] = vector

    def files(self) -> dict[str, str]:
        """The text of each file, by its path below `vectors/`."""
        return {f"{self.name}/{topic}.json": _text(self.name, vectors) for topic, vectors in self._topics.items()}


def _text(section: str, vectors: list[Vector]) -> str:
    return f'{{"section": "{section}", "vectors": [\n' + ",\n".join(map(_vector_text, vectors)) + "\n]}\n"


def _vector_text(vector: Vector) -> str:
    given = ",\n  ".join(f"{_json(name)}: {_json(value)}" for name, value in vector["input"].items())
    return (
        f' {{"name": {_json(vector["name"])}, "op": {_json(vector["op"])}, "input": {{\n  {given}}},\n'
        f'  "verdict": {_json(vector["verdict"])}, "output": {_json(vector["output"])}}}'
    )


def _json(value: object) -> str:
    return json.dumps(value)
