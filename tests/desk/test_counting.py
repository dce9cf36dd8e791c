"""A count as the desk runs it: real processes, that end at the lock, with the desk and when told; the result stays."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from desk.pages.house import House, Opened, built, until
from safeconduct.count.run import SEASON
from safeconduct.desk.counting import Counting, Stand
from simulator import PASSPHRASE

HERE = Path(__file__).parent
LONG = (HERE.parent / "count" / "data" / "mse_scot_pwid.csv").read_bytes()
TWO = b"Canary,B,count\n1,0,50\n0,1,40\n1,1,30\n"
DAY = 20_782


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with built(tmp_path) as house:
        yield house


@pytest.fixture
def vera(house: House) -> Opened:
    opened = house.open("vera")
    opened.desk.unlock(PASSPHRASE)
    return opened


def ended(pid: int) -> bool:
    """Whether a process is gone, or waits only to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(each) for task in tasks for each in (task / "children").read_text().split()]


def running(counting: Counting) -> int:
    """The process that counts, once it does."""
    until(lambda: bool(counting.stand.doing and counting.stand.doing.what == "latent_class"))
    assert counting._process is not None
    return counting._process.pid


def finish(counting: Counting) -> Stand:
    until(lambda: not counting.stand.open)
    return counting.stand


def test_what_was_counted_is_sealed_and_there_after_the_lock_and_a_restart(house: House, vera: Opened) -> None:
    counting = Counting(vera.desk)
    assert counting.stand == Stand()
    assert counting.start("csv", TWO, DAY)
    assert finish(counting) == Stand("done")
    kept = vera.desk.kept_count("count")
    assert kept is not None
    assert b"Canary" in kept
    vera.desk.lock()
    assert all(b"Canary" not in file.read_bytes() for file in vera.folder.rglob("*") if file.is_file())
    vera.close()
    again = house.open("vera")
    again.desk.unlock(PASSPHRASE)
    assert again.desk.kept_count("count") == kept
    assert b"<svg" in (again.desk.kept_count("count pictures") or b"")


def test_a_refusal_changes_nothing_of_what_was_counted_before(vera: Opened) -> None:
    vera.desk.keep_count(b"{}", b"{}")
    counting = Counting(vera.desk)
    counting.start("csv", b"A,B,count\n1,0,5\n0,1,5\n", DAY)
    assert finish(counting) == Stand("refused", code="overlap-none")
    assert vera.desk.kept_count("count") == b"{}"


def test_only_one_runs_and_it_is_cancelled_with_its_process(vera: Opened) -> None:
    counting = Counting(vera.desk)
    assert counting.start("csv", LONG, DAY)
    pid = running(counting)
    assert not counting.start("csv", TWO, DAY)
    counting.cancel()
    assert counting.stand == Stand("stopped")
    assert ended(pid)
    assert counting.start("csv", TWO, DAY), "and another may begin"
    assert finish(counting) == Stand("done")


def test_the_lock_ends_it_and_says_that_it_is_lost(vera: Opened) -> None:
    counting = Counting(vera.desk)
    counting.start("csv", LONG, DAY)
    pid = running(counting)
    vera.desk.lock()
    assert finish(counting) == Stand("lost")
    until(lambda: ended(pid))


def test_the_lock_ends_one_that_waits_for_an_answer(vera: Opened) -> None:
    counting = Counting(vera.desk)
    counting.start("csv", TWO + b"1,1,x\n", DAY)
    until(lambda: counting.stand.asks is not None)
    assert counting._process is not None
    pid = counting._process.pid
    vera.desk.lock()
    assert finish(counting) == Stand("lost")
    until(lambda: ended(pid))
    counting.go_on("")
    assert counting.stand == Stand("lost")


def test_refused_rows_wait_for_a_decision_and_a_column_that_was_not_offered_is_none(vera: Opened) -> None:
    counting = Counting(vera.desk)
    counting.start("csv", TWO + b"1,1,x\n", DAY)
    until(lambda: counting.stand.asks is not None)
    asked = counting.stand
    assert asked.asks is not None
    assert asked.asks.first == [(4, "count-wrong")]
    counting.go_on("region")
    assert counting.stand is asked
    counting.go_on("")
    assert finish(counting) == Stand("done")


@pytest.mark.parametrize(
    "program",
    [
        "print('no line of ours')",
        "import sys; sys.exit(3)",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        'print(\'{"type": "found", "record": {"n_observed": "many"}, "pictures": {}}\')',
        'print(\'{"type": "doing", "what": "start", "part": 0}\', flush=True)',
    ],
)
def test_a_calculation_that_breaks_is_said_to_have_broken(vera: Opened, program: str) -> None:
    counting = Counting(vera.desk, [sys.executable, "-c", program])
    counting.start("csv", b"x" * 2**20, DAY)
    assert finish(counting) == Stand("broken")
    assert vera.desk.kept_count("count") is None


def test_nothing_of_a_file_is_in_the_arguments_or_the_environment_of_its_process(vera: Opened) -> None:
    counting = Counting(vera.desk)
    counting.start("csv", TWO + b"1,1,x\n", DAY)
    until(lambda: counting.stand.asks is not None)
    assert counting._process is not None
    process = Path(f"/proc/{counting._process.pid}")
    assert (process / "cmdline").read_bytes().split(b"\0")[1:] == [b"-P", b"-m", b"safeconduct.count.run", b""]
    assert b"Canary" not in (process / "environ").read_bytes()
    counting.cancel()


@contextmanager
def served(folder: Path) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """`safeconduct desk` as a person starts it, and a browser that has opened it."""
    words = [sys.executable, "-m", "safeconduct", "desk", "--folder", str(folder), "--port", "18470"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        try:
            found = next(found for line in program.stdout if (found := re.search(r"(http://[^/#\s]+)/?#(\S+)", line)))
            headers = {"origin": found[1], "sec-fetch-site": "same-origin"}
            with httpx.Client(base_url=found[1], headers=headers, trust_env=False, timeout=60) as client:
                assert client.post("/enter", data={"token": found[2]}).status_code == 204
                assert client.post("/unlock", data={"passphrase": PASSPHRASE}).status_code == 303
                yield program, client
        finally:
            program.kill()


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_its_desk_however_that_ends(house: House, end: signal.Signals) -> None:
    with served(house.sim.folder / "vera") as (program, client):
        assert client.post("/count/file/csv", content=LONG).status_code == 204
        (pid,) = children(program.pid)
        until(lambda: "Latent classes…" in client.get("/count").text)
        assert not ended(pid)
        program.send_signal(end)
        until(lambda: ended(pid))


def test_the_season_needs_no_file(vera: Opened) -> None:
    counting = Counting(vera.desk)
    counting.start(SEASON, b"", DAY)
    until(lambda: bool(counting.stand.doing and counting.stand.doing.what == "link"))
    counting.close()
    assert counting.stand == Stand("lost")
