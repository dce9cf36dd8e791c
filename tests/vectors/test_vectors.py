"""Every vector has its verdict in Python; the files are what their tool makes; most of them must be refused."""

from collections import Counter
from pathlib import Path
from typing import Final

import pytest

import vectors
import vectors_read
from safeconduct.errors import Malformed, Refused, Shut, Unentitled, Unproved, leaves

FILES: Final = list(vectors_read.files())
ALL: Final = [(path.parent.name, vector) for path in FILES for vector in vectors_read.load(path)]
SECTIONS: Final = sorted({section for section, _ in ALL})
README: Final = (vectors_read.ROOT / "README.md").read_text("utf-8")
# Codes that no op of the protocol gives: they are judged by desk, door or relay, with tests of their own.
JUDGED_ELSEWHERE: Final = {"vault-shut", "writer-wrong", "chain-long", "sender-wrong"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_vector_has_its_verdict(path: Path) -> None:
    for vector in vectors_read.load(path):
        assert vectors_read.run(vector) == (vector["verdict"], vector["output"]), vector["name"]


def test_the_files_are_what_their_tool_makes() -> None:
    standing = {str(path.relative_to(vectors_read.ROOT)): path.read_text("utf-8") for path in FILES}
    made = vectors.made()
    assert sorted(standing) == sorted(made)
    assert [name for name in made if made[name] != standing[name]] == []


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_has_at_least_eight_refusals(section: str) -> None:
    verdicts = Counter(vector["verdict"] for of, vector in ALL if of == section)
    accepted = verdicts.pop("ok")
    assert accepted
    assert sum(verdicts.values()) >= 8
    assert set(verdicts) <= set(leaves())


def test_there_are_at_least_250_vectors_and_most_are_refused() -> None:
    refused = [vector for _, vector in ALL if vector["verdict"] != "ok"]
    assert len(ALL) >= 250
    assert len(refused) > len(ALL) / 2


def test_names_are_unique_in_a_section() -> None:
    counted = Counter((section, vector["name"]) for section, vector in ALL)
    assert [name for name, times in counted.items() if times > 1] == []


def test_every_op_is_described_and_used() -> None:
    used = {vector["op"] for _, vector in ALL}
    assert used == set(vectors_read.OPS)
    assert [op for op in sorted(used) if f"| `{op}` |" not in README] == []


def test_every_code_of_the_protocol_is_a_verdict() -> None:
    verdicts = {vector["verdict"] for _, vector in ALL}
    given = {code: leaf for code, leaf in leaves().items() if code not in JUDGED_ELSEWHERE}
    protocol = {code for code, leaf in given.items() if issubclass(leaf, Malformed | Unproved | Shut | Unentitled)}
    assert protocol - verdicts == set()
    assert {"id-wrong", "chain-broken", "head-wrong", "day-fell", "day-wrong", "relay-foreign"} <= verdicts
    assert {"continue-misplaced", "continue-wrong", "birth-wrong", "purpose-wrong"} <= verdicts
    assert verdicts - {"ok"} - {code for code, leaf in leaves().items() if issubclass(leaf, Refused)} <= set(given)
