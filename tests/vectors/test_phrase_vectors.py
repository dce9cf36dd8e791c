"""The return phrase reads, repairs and refuses what its vectors say."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import vectors_phrase
from safeconduct.errors import leaves

FILE = Path(__file__).parents[2] / "vectors" / "phrase" / "phrase.json"
VECTORS: list[dict[str, Any]] = json.loads(FILE.read_text("utf-8"))["vectors"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_vector(vector: dict[str, Any]) -> None:
    assert vectors_phrase.vector(vector["name"], vector["op"], vector["input"]) == vector


def test_the_file_is_what_its_tool_makes() -> None:
    assert FILE.read_text("utf-8") == vectors_phrase.content()


def test_most_are_refused_by_each_code_of_the_phrase() -> None:
    verdicts = Counter(vector["verdict"] for vector in VECTORS)
    accepted = verdicts.pop("ok")
    assert len(VECTORS) >= 120
    assert sum(verdicts.values()) > accepted
    assert set(verdicts) == {"phrase-length", "word-unknown", "phrase-check", "phrase-ambiguous"} <= set(leaves())
    assert len({vector["name"] for vector in VECTORS}) == len(VECTORS)
