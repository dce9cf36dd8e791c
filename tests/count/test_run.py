"""The calculation as a process of its own: what it answers, that it ends with whoever asked, and leaves nothing."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue

import msgspec
import pytest

from count.conftest import counted_before
from count.tables import DATA
from safeconduct.count import demo, run
from safeconduct.count.demo import Counted
from safeconduct.count.refusal import Uncountable
from safeconduct.count.run import Answer, Asked, Asks, Doing, Found, Onward, Refused

PROGRAM = [sys.executable, "-P", "-m", "safeconduct.count.run"]
TWO = b"A,B,count\n1,0,50\n0,1,40\n1,1,30\n"
PARTS = b"A,B,region,count\n1,0,north,50\n0,1,north,40\n1,1,north,30\n1,0,south,2\n1,1,south,1\n0,1,north,x\n"


class Process:
    def __init__(self) -> None:
        self.popen = subprocess.Popen(PROGRAM, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def ask(self, content: bytes, kind: str = "csv", length: int | None = None) -> None:
        said = Asked(kind, len(content) if length is None else length)
        self.send(msgspec.json.encode(said) + b"\n" + content)

    def send(self, words: bytes) -> None:
        assert self.popen.stdin is not None
        self.popen.stdin.write(words)
        self.popen.stdin.flush()

    def hear(self) -> Iterator[Answer]:
        assert self.popen.stdout is not None
        for line in self.popen.stdout:
            yield msgspec.json.decode(line, type=Answer)

    def until(self, so: Callable[[Answer], bool]) -> Answer:
        return next(answer for answer in self.hear() if so(answer))

    def hang_up(self) -> None:
        assert self.popen.stdin is not None
        self.popen.stdin.close()

    def close(self) -> None:
        self.popen.kill()
        self.popen.wait()
        for pipe in (self.popen.stdin, self.popen.stdout):
            assert pipe is not None
            pipe.close()


@pytest.fixture
def process() -> Iterator[Process]:
    made = Process()
    yield made
    made.close()


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (80 * 2**20))
    return buffer.getvalue()


def last(answers: Iterator[Answer]) -> Answer:
    found: Answer | None = None
    for answer in answers:
        found = answer
    assert found is not None
    return found


def test_a_file_is_counted_and_what_is_done_is_told_and_never_goes_back(process: Process) -> None:
    process.ask((DATA / "mse_korea.csv").read_bytes())
    *told, found = process.hear()
    assert isinstance(found, Found)
    assert [each for each in told if not isinstance(each, Doing)] == []
    doing = [each for each in told if isinstance(each, Doing)]
    parts = [each.part for each in doing]
    assert parts == sorted(parts)
    assert parts[-1] <= 1
    assert {"start", "read", "latent_class", "draw"} <= {each.what for each in doing}
    assert "Вместе с теми, кого нет ни в одном" in found.record["record"]["sentences"]["ru"]
    assert {name.rpartition("-")[2] for name in found.pictures} == {"ru", "en"}
    assert all(" style=" not in svg and "<style" not in svg for svg in found.pictures.values())
    assert process.popen.wait() == 0


def test_the_invented_season_needs_no_file(process: Process) -> None:
    process.ask(b"", run.SEASON)
    process.until(lambda answer: isinstance(answer, Doing) and answer.what == "link")


def test_what_was_found_of_the_invented_season(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], season: Counted
) -> None:
    monkeypatch.setattr(demo, "count_registers", lambda registers, **_: counted_before(registers, season))
    found = run._Run(SimpleQueue()).count(Asked(run.SEASON), b"")
    assert capfdbinary.readouterr().out.startswith(b'{"type":"doing"')
    assert found.record["headline"]["lower"] < found.record["true_number"] < found.record["headline"]["upper"]
    assert "series-ru" in found.pictures
    assert "linkages drawn" in found.record["linkage"]["sentences"]["en"]


def test_refused_rows_are_named_and_nothing_is_counted_until_it_is_said_to_go_on(process: Process) -> None:
    process.ask(PARTS)
    asks = process.until(lambda answer: not isinstance(answer, Doing))
    assert asks == Asks(lists=2, rows=6, refused=1, first=[(6, "count-wrong")], strata=[("region", 2)])
    process.send(msgspec.json.encode(Onward("region")) + b"\n")
    found = last(process.hear())
    assert isinstance(found, Found)
    assert found.record["refused_rows"] == 1
    north, south = found.record["strata"]
    assert north["name"] == "north"
    assert "одним числом сказать нельзя" in north["sentences"]["ru"]
    assert south == {"name": "south", "refused": "few"}, "three people: not even why"
    assert "south" in found.record["strata_total"]["en"]


def test_only_the_first_twenty_refused_rows_are_named(process: Process) -> None:
    process.ask(TWO + b"1,1,x\n" * 57)
    asks = process.until(lambda answer: isinstance(answer, Asks))
    assert isinstance(asks, Asks)
    assert (asks.refused, len(asks.first), asks.first[0], asks.first[-1]) == (
        57, 20, (4, "count-wrong"), (23, "count-wrong")
    )  # fmt: skip


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        (b"", "csv", "table-empty"),
        (b"A,count\n1,5\n", "csv", "lists-few"),
        (",".join("ABCDEFGHIJK").encode() + b"\n" + b",".join([b"1"] * 11) + b"\n", "csv", "lists-many"),
        (b"A,A,count\n1,0,5\n", "csv", "list-twice"),
        (b"A,B,count\n1,0,5\n0,1,5\n", "csv", "overlap-none"),
        (b"A,B,count\n1,1,5\n", "csv", "overlap-all"),
        (b"A,B,count\n1,0,999999999\n1,1,999999999\n", "csv", "count-large"),
        (b"not a spreadsheet", "xlsx", "file-broken"),
        (b"not a parquet", "parquet", "file-broken"),
        (bomb(), "xlsx", "spreadsheet-bomb"),
        (b"A,B\n1,1\n", "exe", "file-form"),
    ],
)
def test_what_cannot_be_counted_is_refused(content: bytes, kind: str, code: str) -> None:
    with pytest.raises(Uncountable) as refused:
        run._Run(SimpleQueue()).count(Asked(kind, len(content)), content)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [(b"A,B,count\n1,0,5\n0,1,5\n", "csv", "overlap-none"), (bomb(), "xlsx", "spreadsheet-bomb")],
)
def test_a_refusal_comes_back_as_a_code(process: Process, content: bytes, kind: str, code: str) -> None:
    process.ask(content, kind)
    assert last(process.hear()) == Refused(code)


def test_it_ends_in_the_midst_of_its_work_when_nobody_is_there_any_more(process: Process) -> None:
    process.ask((DATA / "mse_scot_pwid.csv").read_bytes())
    process.until(lambda answer: isinstance(answer, Doing) and answer.what == "latent_class")
    process.hang_up()
    assert process.popen.wait() == 0
    assert not any(isinstance(answer, Found) for answer in process.hear())


def test_it_ends_when_nobody_answers_what_it_asked_or_sends_what_was_announced(process: Process) -> None:
    process.ask(PARTS)
    process.until(lambda answer: isinstance(answer, Asks))
    process.hang_up()
    assert process.popen.wait() == 0
    other = Process()
    other.ask(TWO, length=10**6)
    other.hang_up()
    assert other.popen.wait() == 0
    other.close()


def test_its_memory_and_time_are_bounded_and_it_leaves_no_core(process: Process) -> None:
    process.ask(PARTS)
    process.until(lambda answer: isinstance(answer, Asks))
    limits = Path(f"/proc/{process.popen.pid}/limits").read_text()
    bounds = {line[:26].strip(): line[26:].split()[0] for line in limits.splitlines()[1:]}
    assert bounds["Max address space"] == str(run.MEMORY_MOST_BYTES)
    assert bounds["Max cpu time"] == str(run.CPU_MOST_S)
    assert bounds["Max core file size"] == "0"


def test_nothing_is_written_but_what_the_libraries_keep_of_themselves(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    words = ["strace", "-f", "-qq", "-e", "trace=open,openat,creat,mkdir,rename,renameat2,link", "-o", str(trace)]
    said = msgspec.json.encode(Asked("csv", len(TWO))) + b"\n" + TWO
    with subprocess.Popen([*words, *PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as traced:
        assert traced.stdin is not None
        assert traced.stdout is not None
        traced.stdin.write(said)
        traced.stdin.flush()
        answers = [msgspec.json.decode(line, type=Answer) for line in traced.stdout]
        assert isinstance(answers[-1], Found)
    lines = trace.read_text(errors="replace").splitlines()
    assert len(lines) > 1000
    written = [line for line in lines if ("O_WRONLY" in line or "O_RDWR" in line or "O_CREAT" in line)]
    foreign = [
        line for line in written
        if " = -1" not in line and "__pycache__" not in line and "matplotlib" not in line and "/dev/" not in line
    ]  # fmt: skip
    assert foreign == []


def test_the_messages_are_there_without_the_extra() -> None:
    source = "import sys, safeconduct.count.run; print([m for m in ('numpy', 'scipy', 'polars') if m in sys.modules])"
    said = subprocess.run([sys.executable, "-c", source], check=True, capture_output=True, text=True)
    assert said.stdout.strip() == "[]"
