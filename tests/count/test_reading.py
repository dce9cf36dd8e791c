"""Every row is in a table or refused with its reason, whatever the file's form; bad files are refused whole."""

import io
import json
import zipfile
from collections.abc import Callable

import numpy as np
import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from count.tables import DATA, table
from safeconduct.count import sheet
from safeconduct.count.history import MOST_PEOPLE, Table, tabulate
from safeconduct.count.reading import RefusedRow, read_histories, read_table
from safeconduct.count.refusal import (
    CountLarge,
    FileBroken,
    FileForm,
    FileLarge,
    ListsFew,
    ListsMany,
    ListTwice,
    OverlapAll,
    OverlapNone,
    RowsRefused,
    SpreadsheetBomb,
    StratumUnknown,
    TableEmpty,
    Uncountable,
)

ROWS: list[list[object]] = [["A", "B", "число"], [1, 0, 5], [0, 1, 7], [1, 1, 3]]


def as_xlsx(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def as_parquet(rows: list[list[object]]) -> bytes:
    buffer = io.BytesIO()
    pl.DataFrame(rows[1:], schema=[str(name) for name in rows[0]], orient="row").write_parquet(buffer)
    return buffer.getvalue()


def as_csv(rows: list[list[object]], separator: str, coding: str) -> bytes:
    return "\r\n".join(separator.join(str(cell) for cell in row) for row in rows).encode(coding)


FORMS: dict[str, Callable[[list[list[object]]], bytes]] = {
    "a.csv": lambda rows: as_csv(rows, ",", "utf-8-sig"),
    "b.csv": lambda rows: as_csv(rows, ";", "cp1251"),
    "c.tsv": lambda rows: as_csv(rows, "\t", "utf-8"),
    "d.jsonl": lambda rows: "\n".join(
        json.dumps(dict(zip(map(str, rows[0]), row, strict=True)), ensure_ascii=False) for row in rows[1:]
    ).encode(),
    "e.xlsx": as_xlsx,
    "f.parquet": as_parquet,
}


@pytest.mark.parametrize("name", FORMS)
def test_the_same_table_comes_out_of_every_form(name: str) -> None:
    found = read_table(FORMS[name](ROWS), name)
    assert found.lists == ("A", "B")
    assert found.counts.tolist() == [0, 5, 7, 3]
    assert found.digest == read_table(FORMS["a.csv"](ROWS), "a.csv").digest


@pytest.mark.parametrize("name", FORMS)
def test_one_row_a_person_is_counted(name: str) -> None:
    people: list[list[object]] = [["A", "B"]]
    for number, *history in [(5, 1, 0), (7, 0, 1), (3, 1, 1)]:
        people += [list(history) for _ in range(number)]
    assert read_table(FORMS[name](people), name).digest == read_table(FORMS[name](ROWS), name).digest


def test_strata_are_read_apart_and_together() -> None:
    text = b"A,B,region,count\n1,0,x,5\n0,1,x,2\n1,1,x,1\n1,0,y,1\n1,1,y,4\n"
    reading = read_histories(text, "t.csv")
    assert reading.refused == ()
    assert reading.stratified("region") == {"x": {1: 5, 2: 2, 3: 1}, "y": {1: 1, 3: 4}}
    assert reading.table().counts.tolist() == [0, 6, 2, 5]
    with pytest.raises(StratumUnknown):
        reading.stratified("quarter")


def test_every_bad_row_is_refused_with_its_reason_and_the_others_are_in() -> None:
    rows = [
        "A,B,count",
        "1,0,5",
        "1,0,6",
        "0,0,3",
        "2,1,1",
        ",1,1",
        "1,1,-1",
        "0,1,NaN",
        "0,1,1.5",
        "1,1",
        "0,1,4",
        "1,1,2",
    ]
    reading = read_histories("\n".join(rows).encode(), "t.csv")
    assert reading.refused == tuple(
        RefusedRow(row, reason)
        for row, reason in [
            (2, "history-twice"),
            (3, "history-none"),
            (4, "history-wrong"),
            (5, "history-wrong"),
            (6, "count-wrong"),
            (7, "count-wrong"),
            (8, "count-wrong"),
            (9, "row-length"),
        ]
    )
    assert reading.rows == 11
    assert reading.table().counts.tolist() == [0, 5, 4, 2]
    with pytest.raises(RowsRefused):
        read_table("\n".join(rows).encode(), "t.csv")


def test_counts_of_a_million_are_counted() -> None:
    found = read_table(b"A,B,count\n1,0,1000000\n0,1,3000000\n1,1,2000000\n", "t.csv")
    assert found.n_observed == 6_000_000


@pytest.mark.parametrize(
    ("content", "name", "refusal"),
    [
        (b"", "t.csv", TableEmpty),
        (b"# only a note\n", "t.csv", TableEmpty),
        (b"A,B,count\n", "t.csv", TableEmpty),
        (b"A,B,count\n1,0,0\n1,1,0\n", "t.csv", TableEmpty),
        (b"A,count\n1,5\n", "t.csv", ListsFew),
        (",".join("ABCDEFGHIJK").encode() + b"\n" + b",".join([b"1"] * 11) + b"\n", "t.csv", ListsMany),
        (b"A,A,count\n1,0,1\n", "t.csv", ListTwice),
        (b"A,,count\n1,0,1\n", "t.csv", ListTwice),
        (b"A,B,count\n1,0,5\n0,1,5\n", "t.csv", OverlapNone),
        (b"A,B,count\n1,1,5\n", "t.csv", OverlapAll),
        (b"A,B,count\n1,0,999999999\n0,1,999999999\n1,1,1\n", "t.csv", CountLarge),
        (b"A,B\n1,0\n", "t.exe", FileForm),
        (b"\x00\x01", "t.csv", FileBroken),
        (b'A,B\n"1,0\n', "t.csv", FileBroken),
        (b"not a zip", "t.xlsx", FileBroken),
        (b"not json", "t.jsonl", FileBroken),
        (b"PAR1 not parquet", "t.parquet", FileBroken),
    ],
)
def test_a_file_that_cannot_be_counted_is_refused_whole(content: bytes, name: str, refusal: type[Uncountable]) -> None:
    with pytest.raises(refusal):
        read_table(content, name)


def test_a_spreadsheet_that_unfolds_too_far_is_not_opened() -> None:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as part,
    ):
        for _ in range(80):
            part.write(b"<row/>" * (2**20 // 6))
    assert len(buffer.getvalue()) < 500_000
    with pytest.raises(SpreadsheetBomb):
        read_table(buffer.getvalue(), "bomb.xlsx")


def test_a_spreadsheet_whose_sizes_are_a_lie_is_not_opened() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", b"0" * 2**21)
    honest = buffer.getvalue()
    lying = honest.replace((2**21).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != honest
    with pytest.raises(Uncountable):
        read_table(lying, "lie.xlsx")


def test_a_spreadsheet_with_entities_of_its_own_is_not_opened() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>')
    with pytest.raises(SpreadsheetBomb):
        read_table(buffer.getvalue(), "t.xlsx")


def test_two_cells_far_apart_fill_no_memory() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "A"
    book.worksheets[0]["XFD1048576"] = 1
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.raises(SpreadsheetBomb):
        read_table(buffer.getvalue(), "t.xlsx")


def test_a_file_beyond_the_limits_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MOST_ROWS", 3)
    with pytest.raises(FileLarge):
        read_table(b"A,B\n" + b"1,1\n" * 5, "t.csv")
    monkeypatch.setattr(sheet, "MOST_BYTES", 10)
    with pytest.raises(FileLarge):
        read_table(b"A,B\n" + b"1,1\n" * 5, "t.csv")


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.jsonl", "a.xlsx", "a.parquet"]))
def test_any_bytes_are_a_reading_or_a_refusal(content: bytes, name: str) -> None:
    try:
        reading = read_histories(content, name)
    except Uncountable:
        return
    taken = sum(sum(people.values()) for people in reading.people.values())
    assert reading.rows >= len(reading.refused)
    assert taken >= 0


CELLS = st.sampled_from(["0", "1", "", "2", "x", "1.0", "-1", "NaN", "1000000", '"', " 1"])


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=12))
def test_every_row_is_in_or_refused(rows: list[list[str]]) -> None:
    text = "A,B,C\n" + "".join(",".join(row) + "\n" for row in rows)
    try:
        reading = read_histories(text.encode(), "t.csv")
    except Uncountable:
        return
    assert sum(sum(people.values()) for people in reading.people.values()) + len(reading.refused) == reading.rows


@given(st.dictionaries(st.integers(1, 15), st.integers(1, 50), min_size=1))
def test_a_table_loses_nobody(people: dict[int, int]) -> None:
    try:
        found = tabulate("ABCD", people)
    except Uncountable:
        return
    assert found.n_observed == sum(people.values())
    assert found.counts[0] == 0


def test_leaving_a_list_out_keeps_those_on_the_others() -> None:
    assert table("korea").margin([1, 2]) == {1: 5 + 54, 2: 41 + 6, 3: 12}


def test_a_list_that_nobody_stands_on_is_no_list() -> None:
    full = tabulate("AB", {1: 5, 2: 7, 3: 3})
    for place, people in enumerate(({2: 5, 4: 7, 6: 3}, {1: 5, 4: 7, 5: 3}, {1: 5, 2: 7, 3: 3, 7: 0})):
        found = tabulate([*"AB"[:place], "Z", *"AB"[place:]], people)
        assert (found.lists, found.empty) == (("A", "B"), ("Z",))
        assert found.counts.tolist() == [0, 5, 7, 3]
        assert found.digest == full.digest
    with pytest.raises(ListsFew):
        tabulate("ABC", {1: 500})


@pytest.mark.parametrize("name", ["a.csv", "b.csv", "e.xlsx"])
def test_blank_rows_are_nobody_and_a_refused_row_is_found_where_it_stands(name: str) -> None:
    rows: list[list[object]] = [["A", "B", "число"], [1, 0, 5], ["", "", ""], [0, 1, "x"], [], [1, 1, "y"]]
    reading = read_histories(FORMS[name](rows), name)
    assert [each.row for each in reading.refused] == [3, 5]
    assert reading.rows == 3


def test_a_row_whose_part_is_not_said_is_refused_and_nought_is_a_part() -> None:
    """A merged cell is empty in all rows but its first."""
    rows: list[list[object]] = [["A", "B", "region"], [1, 0, "x"], [1, 1, None], [0, 1, " "], [1, 1, 0]]
    reading = read_histories(as_xlsx(rows), "t.xlsx")
    assert reading.refused == (RefusedRow(2, "stratum-none"), RefusedRow(3, "stratum-none"))
    assert reading.stratified("region") == {"0": {3: 1}, "x": {1: 1}}


def test_json_lines_may_begin_with_a_mark_and_a_row_with_other_keys_is_refused_where_it_stands() -> None:
    lines = ['{"A": 1, "B": 1}', "", '{"A": 1}', '{"A": 1, "B": 0}']
    reading = read_histories("\n".join(lines).encode("utf-8-sig"), "t.jsonl")
    assert reading.refused == (RefusedRow(3, "row-length"),)
    assert reading.rows == 3


def test_the_published_tables_hold_the_published_numbers_of_people() -> None:
    sizes = {"kosovo": 4400, "uk": 2744, "uk5": 2744, "netherlands": 8234, "netherlands5": 8234, "new_orleans": 185,
             "new_orleans5": 185, "korea": 123, "spina_bifida": 621, "scot_pwid": 5670, "artificial3": 96}  # fmt: skip
    assert {name: table(name).n_observed for name in sizes} == sizes
    assert len(list(DATA.glob("mse_*.csv"))) == len(sizes) + 1


def test_no_table_is_larger_than_its_limit() -> None:
    counts = np.array([0, MOST_PEOPLE, 1, 1])
    with pytest.raises(CountLarge):
        tabulate("AB", dict(enumerate(counts.tolist())))
    assert isinstance(Table(("A", "B"), counts).digest, str)
