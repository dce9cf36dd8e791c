"""The command line: one object, refusals that change nothing, and no package of the extra before it is needed."""

import argparse
import json
import os
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from count.conftest import counted_before
from count.tables import DATA
from safeconduct.count import command, demo
from safeconduct.count.demo import Counted
from safeconduct.count.reading import read_table
from safeconduct.count.refusal import ExtraMissing, FileBroken, MethodUnknown, OverlapNone, RowsRefused
from safeconduct.errors import Refusal


def run(*words: str | Path) -> None:
    parser = argparse.ArgumentParser()
    command.add_commands(parser.add_subparsers())
    given = parser.parse_args([str(word) for word in words])
    given.run(given)


def test_estimate_prints_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    run("count", "estimate", DATA / "mse_korea.csv", "--json", "--seed", "5")
    found = json.loads(capsys.readouterr().out)
    assert list(found)[:5] == ["n_observed", "sentence", "headline", "headline_reason", "estimates"]
    assert found["n_observed"] == 123
    assert found["headline"]["method"] == "latent_class"
    assert [e["method"] for e in found["estimates"]] == list(command.METHODS)
    assert found["record"]["seed"] == 5
    latent = found["estimates"][-1]
    assert latent["rhat"] < 1.01
    assert latent["ess"] > 400
    assert 135 <= latent["point"] <= 141


def test_methods_are_those_asked_for_and_the_sentence_is_in_the_language(capsys: pytest.CaptureFixture[str]) -> None:
    run("count", "estimate", DATA / "mse_kosovo.csv", "--method", "chao", "--method", "chapman", "--language", "ru")
    said = capsys.readouterr().out
    assert "одним числом сказать нельзя" in said
    assert "Чепмен" in said
    assert "Скрытые классы" not in said


def test_strata_leave_one_out_and_pictures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "t.csv"
    file.write_text("A,B,C,region,count\n1,0,0,x,50\n0,1,0,x,40\n0,0,1,x,30\n1,1,0,x,9\n0,1,1,x,8\n1,0,0,y,4\n")
    extra = ("--by", "region", "--leave-one-out", "--pictures", tmp_path / "p")
    run("count", "estimate", file, "--json", "--method", "chao", *extra)
    found = json.loads(capsys.readouterr().out)
    assert found["strata"]["y"] == {"refused": "few"}
    assert set(found["leave_one_out"]) == {"A", "B", "C"}
    assert (tmp_path / "p" / "estimates-ru.svg").exists()


def numbers(said: str) -> list[int]:
    """Those in what is printed, without the methods' own."""
    said = re.sub("95\N{NO-BREAK SPACE}%|Vallier 2016", "", said)
    return [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", said)]


def test_of_fewer_than_ten_nothing_is_printed_and_nothing_drawn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "t.csv"
    file.write_text("A,B,C,count\n1,0,0,2\n0,1,0,2\n0,0,1,1\n1,1,0,2\n")
    quick = ("--method", "chao", "--method", "chapman", "--method", "decomposable")
    run("count", "estimate", file, *quick, "--leave-one-out", "--pictures", tmp_path / "p")
    said = capsys.readouterr().out
    assert "Fewer than ten people" in said
    assert numbers(said) == []
    assert list((tmp_path / "p").iterdir()) == []


def test_of_parts_that_are_not_counted_no_number_is_printed_not_even_nought(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "t.csv"
    rows = "1,0,0,x,50\n0,1,0,x,40\n0,0,1,x,30\n1,1,0,x,9\n0,1,1,x,8\n1,0,0,y,4\n0,1,0,z,8\n1,0,0,z,7\n"
    file.write_text("A,B,C,region,count\n" + rows)
    quick = ("--method", "chao", "--method", "chapman")
    run("count", "estimate", file, "--by", "region", *quick, "--leave-one-out")
    said = capsys.readouterr().out
    assert "y: Fewer than ten people are on these lists" in said
    assert "z: This part cannot be counted by itself." in said
    assert "overlap" not in said.replace("not shown: it stands on an overlap of fewer than ten people", "")
    chapman = next(line for line in said.splitlines() if line.startswith("Chapman"))
    assert numbers(chapman) == [], "nine are on the two lists that share most"
    assert all(number >= 10 and number % 10 == 0 for number in numbers(said) if number not in (2, 3))


@pytest.mark.parametrize(
    ("text", "words", "refusal"),
    [
        ("A,B,count\n1,0,x\n1,1,2\n", [], RowsRefused),
        ("A,B,count\n1,0,2\n0,1,2\n", [], OverlapNone),
        ("A,B,count\n1,0,2\n1,1,2\n", ["--method", "guess"], MethodUnknown),
    ],
)
def test_what_cannot_be_counted_is_refused(tmp_path: Path, text: str, words: list[str], refusal: type[Refusal]) -> None:
    file = tmp_path / "t.csv"
    file.write_text(text)
    with pytest.raises(refusal):
        run("count", "estimate", file, *words)
    with pytest.raises(FileBroken):
        run("count", "estimate", tmp_path / "none.csv")


def test_refused_rows_are_named_and_may_be_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "t.csv"
    file.write_text("A,B,C,count\n1,0,0,20\n0,1,0,9\n0,0,1,9\n1,1,0,5\n1,1,1,-2\n")
    run("count", "estimate", file, "--json", "--method", "chao", "--without-refused")
    captured = capsys.readouterr()
    assert captured.err == "row 5: count-wrong\n"
    assert json.loads(captured.out)["record"]["refused_rows"] == [[5, "count-wrong"]]


def test_without_the_extra_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_NEEDED", ("a_package_that_is_not_there",))
    with pytest.raises(ExtraMissing):
        run("count", "demo")
    assert "tools/setup count" in str(ExtraMissing.__doc__)


def test_the_demo_goes_from_files_to_pictures_and_what_is_shown_without_the_extra_is_its_outcome(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, season: Counted
) -> None:
    monkeypatch.setattr(demo, "count_registers", lambda registers, **_: counted_before(registers, season))
    run("count", "demo", "--folder", tmp_path / "demo")
    said = capsys.readouterr().out
    assert "invented, and so known: 3000" in said
    record = json.loads((tmp_path / "demo" / "record.json").read_text())
    assert record["headline"]["lower"] < record["true_number"] < record["headline"]["upper"]
    assert read_table((tmp_path / "demo" / "histories.csv").read_bytes(), "h.csv").digest == record["record"]["digest"]
    shown = files("safeconduct.count").joinpath("shown")
    kept = json.loads(shown.joinpath("record.json").read_text("utf-8"))
    assert kept["record"]["digest"] == record["record"]["digest"]
    assert kept["record"]["sentences"] == record["record"]["sentences"]
    assert {p.name for p in shown.iterdir()} == {
        p.name for p in (tmp_path / "demo").iterdir() if p.suffix in (".svg", ".json")
    }


def test_the_commands_are_there_without_the_extra() -> None:
    source = (
        "import sys, safeconduct.count.command; print([m for m in ('numpy', 'scipy', 'numba') if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", source], check=True, capture_output=True, text=True, env=os.environ)
    assert said.stdout.strip() == "[]"
