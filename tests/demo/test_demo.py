"""The demo as a person starts it: made once, started again, left alone for weeks, of another format, on busy ports."""

import contextlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from safeconduct.clock import Clock
from safeconduct.demo.run import PASSPHRASE
from safeconduct.demo.season import read_people
from safeconduct.demo.seeker import Seeker
from safeconduct.desk.desk import Desk
from safeconduct.desk.line import Line
from safeconduct.journal import Journal
from safeconduct.sealed.signing import SigningKey


@contextlib.contextmanager
def demo(folder: Path, *more: str) -> Iterator[tuple[dict[str, object], str]]:
    """A running demo: its addresses, and what it printed until it was ready."""
    command = [sys.executable, "-m", "safeconduct", "demo", "--folder", str(folder), *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = ""
        try:
            for line in process.stdout:
                said += line
                if "Ctrl-C" in line:
                    break
            yield json.loads((folder / "addresses.json").read_text("utf-8")), said
        finally:
            process.send_signal(signal.SIGINT)
            rest = process.stdout.read()
        assert process.wait(20) == 0
        assert "Stopped" in rest


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo that has been made, and stopped."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    with demo(folder) as (addresses, said):
        assert "Making the invented season" in said
        assert set(addresses) == {"door", "desks", "passphrase", "phrase"}
    return folder


@contextlib.contextmanager
def _seeker(folder: Path, addresses: dict[str, object]) -> Iterator[Seeker]:
    root = SigningKey(bytes.fromhex((folder / "root.key").read_text()))
    line = Line(str(addresses["door"]).rstrip("/"))
    yield Seeker(line, root.public, os.urandom)
    line.close()


def _open(folder: Path, name: str, clock_days: int) -> Desk:
    desk = Desk(folder / name, Clock(clock_days), os.urandom, Journal(lambda _line: None))
    desk.unlock(PASSPHRASE, live=False)
    desk.sync()
    return desk


def test_season_is_whole(made: Path) -> None:
    """Everyone who asked is in a queue or a case, and the sample phrase finds its answer."""
    people = read_people()
    assert len(people) >= 20
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    with demo(made) as (addresses, said), _seeker(made, addresses) as seeker:
        assert "Making" not in said
        conversation = seeker.come_back(seeker.keys_typed(str(addresses["phrase"])))
        assert conversation is not None
        assert any(not said.own for said in conversation.said)
        vera = _open(made, "vera", 0)
        bands = {band: vera.queue(band, limit=200).total for band in ("new", "mine", "team", "aside")}
        assert vera.status().alarms == ()
        vera.lock()
    taken = [person for person in people if "taken" in person]
    assert bands["mine"] + bands["team"] == len(taken)
    assert bands["aside"] == sum("aside" in person for person in people)
    assert sum(bands.values()) == len(people)


@pytest.mark.parametrize("days", [3, 15, 40])
def test_left_alone_goes_on(made: Path, days: int, tmp_path: Path) -> None:
    """After days without anybody it confirms the clock, draws keys and publishes: asking and answering work."""
    folder = tmp_path / "demo"
    subprocess.run(["cp", "-a", str(made), str(folder)], check=True)
    shift = ("--clock-days", str(days))
    with demo(folder, *shift) as (addresses, said), _seeker(folder, addresses) as seeker:
        if days != 15:  # then it depends on the day of the week
            assert ("no longer to be opened" in said) == (days == 40)
        phrase = seeker.ask("Через много дней.", "GE", "held", "ru")
        anton = _open(folder, "anton", days)
        row = next(row for row in anton.queue("new").rows if row.first_line.startswith("Через много"))
        case = anton.take_up(row.ref)
        anton.reply(case, "Мы здесь.")
        anton.sync()
        assert anton.status().waiting == 0
        anton.lock()
        conversation = seeker.come_back(seeker.keys(phrase, "ru"))
        assert conversation is not None
        assert [said.text for said in conversation.said] == ["Через много дней.", "Мы здесь."]


def test_busy_ports_move_on(made: Path) -> None:
    """A port that is taken is no reason not to start."""
    with socket.socket() as relay, socket.socket() as desk:
        for taken, port in ((relay, 8400), (desk, 8410)):
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):  # somebody else has it: as good
                taken.bind(("127.0.0.1", port))
                taken.listen()
        with demo(made) as (addresses, _):
            assert ":8400/" not in str(addresses["door"])
            assert not any(":8410/" in address for address in addresses["desks"].values())  # type: ignore[attr-defined]


def test_other_format_is_kept_aside(tmp_path: Path) -> None:
    """What cannot be gone on with is moved, and said; nothing of it is lost."""
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "format").write_text("0")
    (folder / "something").write_text("of mine")
    with demo(folder) as (_, said):
        assert "of another format" in said
    assert (tmp_path / "demo-old-1" / "something").read_text() == "of mine"
