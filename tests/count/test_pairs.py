"""The table of pairs as the desk takes it: whole, in order, each pair once, or refused."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.count.link import link
from safeconduct.count.pairs import (
    BEFOREHAND,
    CANNOT_TELL,
    DIFFERENT,
    LEVELS,
    MISSING,
    SAME,
    SHOWN,
    Evidence,
    entries_of,
    read_decisions,
    read_pair,
    read_table,
    write_table,
)
from safeconduct.count.refusal import (
    DecisionsClash,
    DecisionUnknown,
    FileBroken,
    FileForm,
    FileLarge,
    TableEmpty,
    Uncountable,
)
from safeconduct.count.review import evidence_of, find_doubts, write_review
from safeconduct.count.season import make_season, read_season

COLUMNS = ("decision", "probability", "joined", "name", "name 2", "bits: surname", "entry", "entry 2")
ROW = ("", "0.500", "no", "Жуков", "Zhukov", "same-sound 9.1", f"x{1:016x}", f"x{2:016x}")


def csv_of(*rows: tuple[str, ...], columns: tuple[str, ...] = COLUMNS) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([columns, *rows])
    return buffer.getvalue().encode()


def changed(**cells: str) -> tuple[str, ...]:
    return tuple(
        cells.get(column.replace(": ", "_").replace(" ", "_"), cell) for column, cell in zip(COLUMNS, ROW, strict=True)
    )


def test_what_a_linkage_wrote_is_read_as_it_was_meant_and_goes_out_as_it_came() -> None:
    registers = read_season(make_season(4, people=600, slips=3))
    linkage = link(registers)
    assert {BEFOREHAND: ("any-pair",)} | {
        field.name: tuple(level.name for level in field.levels) for field in linkage.fields
    } == LEVELS
    doubts = find_doubts(linkage, registers, {})
    assert len(doubts) > 5
    text = write_review(doubts, registers, evidence_of(linkage))
    table, decisions = read_table(text.encode("utf-8-sig"))
    assert decisions == {}
    assert write_table(table.columns, table.rows) == text
    for doubt, row in zip(doubts, table.rows, strict=True):
        pair = read_pair(row)
        assert pair.entries == doubt.digests
        assert pair.sides[0][1] == registers[doubt.left[0]].entries[doubt.left[1]].name
        assert pair.probability == pytest.approx(doubt.probability, abs=0.0005)
        assert pair.joined == doubt.joined
        assert pair.evidence == tuple(Evidence(e.field, e.level, round(e.bits, 1)) for e in doubt.evidence)


def test_the_most_doubtful_stands_first_whatever_the_order_of_the_file() -> None:
    said = [("0.010", "no"), ("0.600", "yes"), ("0.990", "no"), ("0.450", "no")]
    rows = [changed(probability=p, joined=j, entry=f"x{at:016x}") for at, (p, j) in enumerate(said, start=3)]
    table, _ = read_table(csv_of(*rows))
    assert [row["probability"] for row in table.rows] == ["0.990", "0.450", "0.600", "0.010"]


def test_decisions_that_stand_in_a_table_are_taken_out_of_it_and_a_pair_that_stands_twice_is_one() -> None:
    other = changed(entry=f"x{3:016x}", decision="Неясно ", probability="0.400")
    turned = changed(entry=ROW[-1], entry_2=ROW[-2], decision="same")
    table, decisions = read_table(csv_of(other, ROW, turned))
    assert decisions == {0: SAME, 1: CANNOT_TELL}
    assert [row["decision"] for row in table.rows] == ["", ""]
    filled = [row | {"decision": decisions[at]} for at, row in enumerate(table.rows)]
    again = write_table(table.columns, filled).encode()
    assert read_table(again) == (table, decisions)
    assert read_decisions(again, "pairs.csv").decisions == {
        entries_of(row): decisions[at] for at, row in enumerate(table.rows)
    }


def test_only_those_that_wait_are_bounded() -> None:
    rows = [changed(entry=f"x{at:016x}") for at in range(3, 6)]
    with pytest.raises(FileLarge):
        read_table(csv_of(*rows), most=2)
    decided = ("different", *rows[0][1:])
    table, decisions = read_table(csv_of(decided, *rows[1:]), most=2)
    assert len(table.rows) == 3
    assert list(decisions.values()) == [DIFFERENT]


@pytest.mark.parametrize("cell", ["=1+1", "+7", "-", "@a", "\tx", "'quoted"])
def test_no_cell_is_a_formula_and_a_person_sees_what_the_register_said(cell: str) -> None:
    (row,) = csv.DictReader(io.StringIO(write_table(COLUMNS, [dict(zip(COLUMNS, changed(name=cell), strict=True))])))
    assert row["name"][0] == "'"
    assert read_pair(row).sides[0][SHOWN.index("name")] == cell


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", TableEmpty),
        (csv_of(), TableEmpty),
        (b"A,B,count\n1,0,5\n", FileForm),
        (csv_of((*ROW, "a", "b"), columns=(*COLUMNS, "comment", "comment")), FileForm),
        (csv_of(changed(probability="1.5")), FileForm),
        (csv_of(changed(probability="nan")), FileForm),
        (csv_of(changed(joined="perhaps")), FileForm),
        (csv_of(changed(bits_surname="same-sound")), FileForm),
        (csv_of(changed(bits_surname="alike 3.0")), FileForm),
        (csv_of(changed(entry="1.2E+15")), FileForm),
        (csv_of(ROW[:4]), FileForm),
        (csv_of(changed(decision="perhaps")), DecisionUnknown),
        (csv_of(changed(decision="same"), changed(decision="different")), DecisionsClash),
        (b"PK\x03\x04\0", FileBroken),
    ],
)
def test_what_is_no_table_of_pairs_is_refused(content: bytes, refusal: type[Uncountable]) -> None:
    with pytest.raises(refusal):
        read_table(content)


def test_what_one_of_the_two_does_not_have_and_what_was_not_compared_says_nothing() -> None:
    assert read_pair(dict(zip(COLUMNS, changed(bits_surname=""), strict=True))).evidence == ()
    (evidence,) = read_pair(dict(zip(COLUMNS, changed(bits_surname="missing 0.0"), strict=True))).evidence
    assert evidence == Evidence("surname", MISSING, 0.0)


@given(st.lists(st.lists(st.text(max_size=12), max_size=9), max_size=5), st.binary(max_size=60))
def test_any_file_is_a_table_that_comes_back_the_same_or_a_refusal(rows: list[list[str]], end: bytes) -> None:
    try:
        table, decisions = read_table(csv_of(ROW, *(tuple(row) for row in rows)) + end)
    except Uncountable:
        return
    filled = [row | {"decision": decisions.get(at, "")} for at, row in enumerate(table.rows)]
    assert read_table(write_table(table.columns, filled).encode()) == (table, decisions)
