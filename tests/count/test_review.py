"""Pairs for a person's eye, and what she decides: kept, honoured, taken back; and what doubt does to an estimate."""

import argparse
import csv
import datetime as dt
import io
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.count import command
from safeconduct.count.cluster import Bonds
from safeconduct.count.history import tabulate
from safeconduct.count.link import Linkage, histories_of, link
from safeconduct.count.linkage_draws import say_spread, spread_of
from safeconduct.count.pairs import CANNOT_TELL, DIFFERENT, SAME, Decisions, read_decisions
from safeconduct.count.refusal import (
    DecisionsClash,
    DecisionUnknown,
    FileBroken,
    FileForm,
    ListsFew,
    ListTwice,
    OverlapNone,
    Stopped,
    Uncountable,
)
from safeconduct.count.register import Entry, Register
from safeconduct.count.review import decided, digests, evidence_of, find_doubts, write_review
from safeconduct.count.season import make_season, read_season


@pytest.fixture(scope="module")
def season() -> list[Register]:
    return read_season(make_season(4, people=600, slips=3))


@pytest.fixture(scope="module")
def linked(season: list[Register]) -> Linkage:
    return link(season)


def test_the_most_doubtful_pairs_stand_first_side_by_side_with_the_bits_of_each_field(
    season: list[Register], linked: Linkage
) -> None:
    doubts = find_doubts(linked, season, {})
    assert len(doubts) > 5
    far = [0.0 if d.probability > 0.5 and not d.joined else abs(d.probability - 0.5) for d in doubts]
    assert far == sorted(far)
    for doubt in doubts:
        bits = sum(each.bits for each in doubt.evidence)
        assert 1 / (1 + 2**-bits) == pytest.approx(doubt.probability)
    rows = list(csv.DictReader(io.StringIO(write_review(doubts, season, evidence_of(linked)))))
    assert len(rows) == len(doubts)
    first = doubts[0]
    left = season[first.left[0]].entries[first.left[1]]
    assert rows[0]["name"] == left.name
    assert rows[0]["date"] == left.day.isoformat()
    assert rows[0]["bits: surname"].split()[0] == first.evidence[1].level


def test_what_is_decided_is_read_back_and_honoured_and_no_longer_asked(season: list[Register], linked: Linkage) -> None:
    doubts = find_doubts(linked, season, {})[:4]
    said = ["разные" if doubt.joined else "SAME " for doubt in doubts[:2]] + ["cannot tell", ""]
    rows = list(csv.DictReader(io.StringIO(write_review(doubts, season, evidence_of(linked)))))
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(rows[0]))
    writer.writeheader()
    writer.writerows(row | {"decision": word} for row, word in zip(rows, said, strict=True))
    reviewed = read_decisions(buffer.getvalue().encode(), "pairs.csv")
    assert list(reviewed.decisions.values()) == [DIFFERENT if d.joined else SAME for d in doubts[:2]] + [CANNOT_TELL]
    again = link(season, decided(reviewed.decisions, season))
    cluster_of = {place: at for at, cluster in enumerate(again.clusters) for place in cluster}
    for doubt in doubts[:2]:
        assert (cluster_of[doubt.left] == cluster_of[doubt.right]) != doubt.joined
    asked = {doubt.digests for doubt in find_doubts(again, season, reviewed.decisions)}
    assert asked.isdisjoint(reviewed.decisions)
    assert doubts[3].digests in {doubt.digests for doubt in find_doubts(linked, season, {})}
    kept = read_decisions(write_review([], season, evidence_of(linked), reviewed.rows).encode(), "pairs.csv")
    assert kept == reviewed


def test_a_decision_holds_in_whatever_order_files_come_and_is_kept_when_its_entry_is_gone(
    season: list[Register],
) -> None:
    named = digests(season)
    decisions: Decisions = {(min(pair), max(pair)): SAME for pair in [(named[0, 0], named[1, 0])]}
    turned = [Register(r.title, r.entries[::-1], ()) for r in reversed(season)]
    ((left, right),) = decided(decisions, turned)
    assert {turned[r].entries[e] for r, e in (left, right)} == {season[0].entries[0], season[1].entries[0]}
    assert decided(decisions, [Register(season[0].title, (), ()), *season[1:]]) == {}


def test_rows_that_say_the_same_have_digests_of_their_own() -> None:
    twin = Entry("Жуков А.А.", dt.date(2024, 5, 13), "337.5", "", "", "01")
    assert len(set(digests([Register("a", (twin, twin), ()), Register("b", (twin,), ())]).values())) == 3


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("decision,entry\nsame,a\n", FileForm),
        ("decision,entry,entry 2\nperhaps,a,b\n", DecisionUnknown),
        ("decision,entry,entry 2\nsame,a,\n", DecisionUnknown),
        ("decision,entry,entry 2\nsame,a,b\ndifferent,b,a\n", DecisionsClash),
    ],
)
def test_a_table_of_decisions_that_is_none_is_refused(text: str, refusal: type[Uncountable]) -> None:
    with pytest.raises(refusal):
        read_decisions(text.encode(), "pairs.csv")


@given(st.binary(max_size=200))
def test_any_bytes_are_decisions_or_a_refusal(content: bytes) -> None:
    try:
        read_decisions(b"decision,entry,entry 2\n" + content, "pairs.csv")
    except Uncountable:
        return


def test_a_name_is_no_formula() -> None:
    evil = Entry("=HYPERLINK(1)", dt.date(2024, 5, 13), "337.5", "", "", "01")
    lists = [Register("a", (evil,), ()), Register("b", (evil,), ())]
    linkage = with_odds(link(lists), 0.05)
    doubts = find_doubts(linkage, lists, {})
    assert doubts
    assert ",=" not in write_review(doubts, lists, evidence_of(linkage))


def with_odds(linkage: Linkage, times: float) -> Linkage:
    """The same with so much more, or less, evidence for each likely pair."""
    odds = np.where(linkage.bonds.odds > 0, linkage.bonds.odds * times, -60.0)
    changed = dict(vars(linkage)) | {"bonds": Bonds(linkage.bonds.left, linkage.bonds.right, odds)}
    return Linkage(**changed)


def test_columns_of_any_name_are_read_where_one_says_what_they_hold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "Иванов Пётр,2024-05-13,337 ч. 5\nСидоров Олег,2024-06-01,338 ч. 1\n"
    (tmp_path / "ours.csv").write_text("ФИО,Дата,Статья\n" + rows + "Юдин Лев,2023-02-01,332 ч. 1\n", "utf-8")
    (tmp_path / "theirs.csv").write_text("name,date,article,court,region\n" + rows.replace("\n", ",,\n"), "utf-8")
    parser = argparse.ArgumentParser()
    command.add_commands(parser.add_subparsers())
    words = ["count", "link", str(tmp_path / "ours.csv"), str(tmp_path / "theirs.csv"), "--draws", "0", "--json"]
    columns = ["--column", "name=ФИО", "--column", "date=Дата", "--column", "article=Статья"]
    given = parser.parse_args(words)
    with pytest.raises(FileForm):
        given.run(given)
    given = parser.parse_args([*words, *columns])
    given.run(given)
    found = json.loads(capsys.readouterr().out)
    assert [(each["title"], each["entries"]) for each in found["lists"]] == [("ours", 3), ("theirs", 2)]
    for wrong in ("surname=ФИО", "name", "name="):
        with pytest.raises(SystemExit):
            parser.parse_args([*words, "--column", wrong])


def test_doubt_widens_the_interval_and_certainty_does_not(season: list[Register], linked: Linkage) -> None:
    table = tabulate([register.title for register in season], histories_of(linked))
    sure = spread_of(with_odds(linked, 100.0), table, seed=3, draws=20)
    torn = spread_of(with_odds(linked, 0.05), table, seed=3, draws=20)
    assert sure
    assert torn
    assert sure.observed[1] == sure.observed[2]
    assert sure.wider == pytest.approx(1, abs=0.05)
    assert torn.observed[1] > sure.observed[2]
    assert torn.wider > 1.2
    assert torn == spread_of(with_odds(linked, 0.05), table, seed=3, draws=20)
    assert torn != spread_of(with_odds(linked, 0.05), table, seed=4, draws=20)
    assert "linkages drawn" in say_spread(torn, "en")
    assert "согласно их вероятностям" in say_spread(torn, "ru")


def test_two_lists_carry_no_doubt_and_drawing_is_stopped(season: list[Register], linked: Linkage) -> None:
    two = link(season[:2])
    assert spread_of(two, tabulate(["a", "b"], histories_of(two)), seed=1) is None
    table = tabulate([register.title for register in season], histories_of(linked))
    with pytest.raises(Stopped):
        spread_of(linked, table, seed=1, tell=lambda _what, part: part < 0.1)


def run(*words: str | Path) -> None:
    parser = argparse.ArgumentParser()
    command.add_commands(parser.add_subparsers())
    given_ = parser.parse_args(["count", "link", *(str(word) for word in words)])
    given_.run(given_)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, _, _, content in make_season(4, people=600, slips=3).files:
        (tmp_path / name).write_bytes(content)
    return tmp_path


def test_the_command_links_asks_and_keeps_to_what_was_decided(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [folder / name for name in ("courts.csv", "news.csv", "lawyers.xlsx", "own-cases.csv")]
    asked: tuple[str | Path, ...] = (*files, "--review", folder / "pairs.csv", "--json", "--draws", "3")
    run(*asked)
    before = json.loads(capsys.readouterr().out)
    assert before["decided"] == 0
    assert before["spread"]["wider"] > 0
    text = (folder / "pairs.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    head, first, rest = text.split("\n", 2)
    joined = rows[0]["joined"] == "yes"
    (folder / "pairs.csv").write_text("\n".join([head, ("different" if joined else "same") + first, rest]), "utf-8-sig")
    run(*asked, "--histories", folder / "h.csv")
    after = json.loads(capsys.readouterr().out)
    assert after["decided"] == 1
    decided_row = list(csv.DictReader(io.StringIO((folder / "pairs.csv").read_text("utf-8-sig"))))[-1]
    assert decided_row | {"decision": ""} == rows[0]
    assert after["cases"] != before["cases"] or after["digest"] != before["digest"]
    (folder / "pairs.csv").write_text(text, "utf-8-sig")
    run(*asked[:-3], "--draws", "0")
    assert f"{before['cases']} cases" in capsys.readouterr().out
    run_estimate = ["count", "estimate", str(folder / "h.csv"), "--method", "chao", "--json"]
    parser = argparse.ArgumentParser()
    command.add_commands(parser.add_subparsers())
    given_ = parser.parse_args(run_estimate)
    given_.run(given_)
    assert json.loads(capsys.readouterr().out)["record"]["digest"] == after["digest"]


def write_register(path: Path, *rows: str, header: str = "name,date,article,court,region") -> Path:
    path.write_text("\n".join([header, *rows]), "utf-8")
    return path


def test_pairs_are_there_to_decide_also_where_without_them_nothing_can_be_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left = (
        "Иванов Пётр,2024-05-13,337 ч. 5,,01",
        "Сидоров Олег,2024-06-01,338 ч. 1,,02",
        "Ким Глеб,2023-06-01,338,,07",
    )
    right = ("Иванов П.,2024-03-15,337 ч. 5,,02", "Юдин Лев,2023-02-01,332 ч. 1,,03", "Орлов Яков,2022-02-01,332,,04")
    files = [write_register(tmp_path / "a.csv", *left), write_register(tmp_path / "b.csv", *right)]
    review = tmp_path / "pairs.csv"
    asked: tuple[str | Path, ...] = (*files, "--review", review, "--histories", tmp_path / "h.csv")
    with pytest.raises(OverlapNone):
        run(*asked)
    assert not (tmp_path / "h.csv").exists()
    head, only = review.read_text("utf-8-sig").strip().split("\n")
    review.write_text(f"{head}\nsame{only}\n", "utf-8-sig")
    run(*asked)
    assert "5 cases" in capsys.readouterr().out


def test_linkages_drawn_that_cannot_be_counted_are_no_interval(season: list[Register], linked: Linkage) -> None:
    """Nobody but the torn pairs is on two lists: a drawn linkage may leave nobody there."""
    table = tabulate([register.title for register in season], histories_of(linked))
    odds = np.where(np.arange(len(linked.bonds.odds)) == np.argmax(linked.bonds.odds), 0.5, -60.0)
    torn = Linkage(**(dict(vars(linked)) | {"bonds": Bonds(linked.bonds.left, linked.bonds.right, odds)}))
    assert spread_of(torn, table, seed=1, draws=5) is None


def test_a_register_without_an_entry_is_no_list_for_drawn_linkages_either(season: list[Register]) -> None:
    registers = [Register("none", (), ()), *season]
    linkage = link(registers)
    table = tabulate([register.title for register in registers], histories_of(linkage))
    assert (len(table.lists), table.empty) == (len(season), ("none",))
    spread = spread_of(linkage, table, seed=1, draws=2)
    assert spread
    assert spread.observed[0] == pytest.approx(table.n_observed, rel=0.05)


def test_columns_that_are_named_do_not_count_anybody_against_consent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [f"Иванов {letter}етр,2024-05-{day},337 ч. 5,{said}" for letter, day, said in (
        ("П", 13, "да"), ("В", 14, "no"), ("Г", 15, ""))]  # fmt: skip
    files = [
        write_register(tmp_path / "own.csv", *rows, header="ФИО,Дата,Статья,Count_anonymously"),
        write_register(tmp_path / "theirs.csv", *(row.rpartition(",")[0] for row in rows), header="ФИО,Дата,Статья"),
    ]
    columns = ("--column", "name=ФИО", "--column", "date=Дата", "--column", "article=Статья")
    run(*files, *columns, "--draws", "0", "--json")
    found = json.loads(capsys.readouterr().out)["lists"]
    assert found == [
        {"title": "own", "entries": 1, "refused": {"consent-none": 2}}, {"title": "theirs", "entries": 3, "refused": {}}
    ]  # fmt: skip


def test_what_cannot_be_linked_is_refused_and_leaves_no_file(folder: Path) -> None:
    courts, news, review = folder / "courts.csv", folder / "news.csv", folder / "pairs.csv"
    (folder / "x").mkdir()
    (folder / "x" / "news.csv").write_bytes(news.read_bytes())
    (folder / "other.csv").write_text("a,b\n1,2\n")
    (folder / "wrong.csv").write_text("decision,entry,entry 2\nperhaps,a,b\n")
    for words, refusal in (
        ([courts], ListsFew),
        ([news, folder / "x" / "news.csv"], ListTwice),
        ([courts, folder / "none.csv"], FileBroken),
        ([courts, folder / "other.csv"], FileForm),
        ([courts, news, "--review", folder / "wrong.csv"], DecisionUnknown),
        ([courts, news, "--review", folder / "pairs.xlsx"], FileForm),
    ):
        with pytest.raises(refusal):
            run(*words, "--histories", folder / "h.csv")
        assert not (folder / "h.csv").exists()
    assert not review.exists()


def test_a_scraper_s_json_lines_are_a_register_like_others(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = csv.DictReader(io.StringIO((folder / "courts.csv").read_text("utf-8")), delimiter=";")
    kept = ("id", "region", "entryDate", "names", "cui")
    cases = [{"name": row["court_name"], **{key: row[key] or None for key in kept}} for row in rows]
    lines = "\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    (folder / "scraped.jsonl").write_text(lines, "utf-8")
    said = []
    for courts in ("courts.csv", "scraped.jsonl"):
        run(folder / courts, folder / "news.csv", "--json")
        said.append(json.loads(capsys.readouterr().out)["cases"])
    assert said[0] == said[1]
