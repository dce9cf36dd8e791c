"""Every way to misread a pack, a vocabulary or a case has its vector: the code, the line and the column."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.law import shelf
from safeconduct.law.book import Book
from safeconduct.law.check import (
    faults_between,
    faults_of_dates,
    faults_of_pack,
    faults_of_vocabulary,
)
from safeconduct.law.pack import Pack, Vocabulary
from safeconduct.law.reading import SIZE_MOST_BYTES, Misreading, parse, read
from safeconduct.law.shelf import read_situation

ROOT = Path(__file__).parents[2]
VECTORS = sorted((ROOT / "vectors" / "law").glob("*/*.yaml"))
SPEC = (ROOT / "docs" / "spec" / "law.md").read_text("utf-8")
BOOK = Book(shelf.shipped())


def verdict(folder: str, content: bytes) -> str:
    """`read`, or `refused: CODE LINE:COLUMN` of the first thing that is."""
    try:
        if folder == "case":
            read_situation(content, BOOK)
        elif folder == "vocabulary":
            vocabulary, tree = read(content, Vocabulary)
            for fault in [*faults_of_dates(tree.value), *faults_of_vocabulary(vocabulary)]:
                raise tree.misreading(fault)
        else:
            pack, tree = read(content, Pack)
            between = [fault for name, fault in faults_between({**BOOK.packs, pack.pack.id: pack}) if name == "xx"]
            for fault in [*faults_of_dates(tree.value), *faults_of_pack(pack, BOOK.vocabulary), *between]:
                raise tree.misreading(fault)
    except Misreading as misreading:
        return f"refused: {misreading.code} {misreading.mark.line}:{misreading.mark.column}"
    return "read"


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_vector(path: Path) -> None:
    content = path.read_bytes()
    expected = content.split(b"\n", 1)[0].decode().removeprefix("# ")
    assert verdict(path.parent.name, content) == expected


def test_every_reading_error_of_the_spec_has_a_vector() -> None:
    told = set(re.findall(r"^\| `([a-z0-9-]+)` \|", SPEC.split("## Refusals")[1].split("\n## ")[0], re.MULTILINE))
    shown = {path.read_bytes().split(b"\n", 1)[0].decode().split()[2] for path in VECTORS if path.stem != "whole"}
    # A vector of a megabyte would say nothing more than the test below.
    assert told - {"too-large"} == shown


def test_too_large_is_refused_before_anything_is_read() -> None:
    with pytest.raises(Misreading) as raised:
        parse(b"#" * (SIZE_MOST_BYTES + 1))
    assert raised.value.code == "too-large"


PIECES = st.sampled_from(
    ["- ", ": ", "? ", "\n", "\n  ", "{", "}", "[", "]", ",", "&a ", "*a", "!!x ", "'", '"', "#", "|\n ", ">\n ",
     "...\n", "%T\n", "<<", "NO", "012", "true", "~", "\t", "\\x", "é", "\u2028", "id", "when", "fact"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=60).map("".join))
def test_whatever_is_written_is_read_or_refused_with_a_place_in_it(text: str) -> None:
    try:
        tree = parse(text.encode("utf-8"))
    except Misreading as misreading:
        assert 1 <= misreading.mark.line <= len(re.split("[\n\r\u0085\u2028\u2029]", text)) + 1  # noqa: PT017
    else:
        assert tree.marks


@given(st.binary(max_size=200))
def test_bytes_are_read_or_refused(content: bytes) -> None:
    assert verdict("pack", content).startswith("refused: ")


WHOLE = (ROOT / "vectors" / "law" / "pack" / "whole.yaml").read_bytes()


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 12), st.one_of(st.binary(max_size=6), PIECES.map(str.encode)))
def test_a_pack_with_a_piece_torn_out_is_read_or_refused(at: int, gone: int, instead: bytes) -> None:
    found = verdict("pack", WHOLE[:at] + instead + WHOLE[at + gone :])
    assert found == "read" or found.startswith("refused: ")


def test_nesting_ten_thousand_deep_is_refused_not_a_crash() -> None:
    for opened in (b"[" * 10_000, b"{a: " * 10_000, b"- " * 10_000, b"? " * 10_000):
        with pytest.raises(Misreading):
            parse(opened)
