"""The desk's process is killed again and again in the middle of taking up and replying: once each, and nobody lost.

Half of the kills fall between a request's arrival at the relay and its answer: a proxy between the two sees the
request, lets the relay do it, kills the desk, and never answers. The relay and the desk are real processes.
"""

import http.client
import json
import os
import random as chance
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from processes import relay_process
from safeconduct.clock import Clock
from safeconduct.demo.seeker import Conversation, Seeker
from safeconduct.desk.found import found_space
from safeconduct.desk.line import Line
from safeconduct.desk.room import Room
from safeconduct.desk.vault import create_vault
from safeconduct.relay.space import init_relay
from safeconduct.sealed.signing import SigningKey
from safeconduct.sealed.stream import SeekerKeys
from simulator import PASSPHRASE, VERA

HERE = Path(__file__).parent
KILLS = 20
SEED = int(os.environ.get("SAFECONDUCT_KILL_SEED", "1"))


class Proxy(ThreadingHTTPServer):
    """Stands between desk and relay: `on_answer` is called when the relay has answered, before the desk is told."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), Through)
        self.relay_port = port
        self.on_answer: Callable[[str], bool] = lambda _route: True
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Through(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        onward = http.client.HTTPConnection("127.0.0.1", self.server.relay_port, timeout=60)
        try:
            onward.request("POST", self.path, body, {"Content-Type": "application/octet-stream"})
            answer = onward.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self.close_connection = True
            return
        finally:
            onward.close()
        if not self.server.on_answer(self.path.rsplit("/", 1)[-1]):
            self.close_connection = True
            return
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.headers["Content-Type"])
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def handle(self) -> None:
        with suppress(OSError):
            super().handle()

    def log_message(self, *_: object) -> None:
        pass


class Process:
    """A live desk in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.child = subprocess.Popen(
            [sys.executable, HERE / "desk_process.py", folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(HERE.parent)},
            text=True,
        )
        self._read()

    def _read(self) -> Any:  # noqa: ANN401 - JSON
        assert self.child.stdout is not None
        line = self.child.stdout.readline()
        if not line:
            raise EOFError
        return json.loads(line)

    def do(self, method: str, *arguments: object) -> Any:  # noqa: ANN401 - JSON
        """Ask it; EOFError if it has died."""
        assert self.child.stdin is not None
        try:
            self.child.stdin.write(json.dumps([method, *arguments]) + "\n")
            self.child.stdin.flush()
        except BrokenPipeError:
            raise EOFError from None
        return self._read()

    def kill(self) -> None:
        self.child.send_signal(signal.SIGKILL)

    def end(self) -> None:
        self.kill()
        self.child.wait()
        for pipe in (self.child.stdin, self.child.stdout):
            if pipe:
                pipe.close()


def until(true: Callable[[], bool]) -> None:
    """Wait for something that must come; the test's own timeout is the end of patience."""
    while not true():
        time.sleep(0.02)


class Stage:
    """One organisation, its desk behind the proxy, and a seeker who comes to the relay directly."""

    def __init__(self, folder: Path, port: int, code: bytes) -> None:
        self.folder = folder / "vera"
        self.proxy = Proxy(port)
        root = SigningKey(os.urandom(32))
        self.address = f"http://127.0.0.1:{self.proxy.server_port}"
        vault = create_vault(self.folder, PASSPHRASE, os.urandom)
        line = Line(self.address)
        found_space(Room(vault, line, Clock(), os.urandom), self.address, code, root, "Тихий берег", "Вера", VERA)
        line.close()
        vault.close()
        self.root = root.public
        self.lines: list[Line] = []
        self.meet(port)
        self.process = Process(self.folder)

    def meet(self, port: int) -> None:
        """The relay is here now."""
        self.proxy.relay_port = port
        self.lines.append(Line(f"http://127.0.0.1:{port}"))
        self.seeker = Seeker(self.lines[-1], self.root, os.urandom)

    def arrived(self, words: str) -> str:
        """The ref of the request that begins so, once it is in the queue."""
        while True:
            for row in self.process.do("queue", "new")["rows"]:
                if row["first_line"] == words:
                    return str(row["ref"])
            time.sleep(0.02)

    def end(self) -> None:
        self.process.end()
        for line in self.lines:
            line.close()
        self.proxy.shutdown()
        self.proxy.server_close()

    def ask(self, text: str) -> SeekerKeys:
        keys = SeekerKeys(os.urandom(64))
        self.seeker.ask_as(keys, text, "KZ", "date", "ru")
        return keys

    def back(self, keys: SeekerKeys) -> Conversation:
        found = self.seeker.come_back(keys)
        assert found is not None
        return found

    def restart(self) -> None:
        self.process.end()
        self.proxy.on_answer = lambda _route: True
        self.process = Process(self.folder)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    code = init_relay(tmp_path / "relay", os.urandom, Clock().day())
    with relay_process(tmp_path / "relay") as port:
        made = Stage(tmp_path, port, code)
        yield made
        made.end()


def arm(stage: Stage, dice: chance.Random, *, between: bool) -> None:
    """Kill the desk soon: at its nth append between arrival and answer, or after a random moment."""
    process = stage.process
    if not between:
        threading.Timer(dice.uniform(0.0, 0.25), process.kill).start()
        return
    left = [dice.randrange(1, 6)]

    def strike(route: str) -> bool:
        if route in ("append", "post"):
            left[0] -= 1
        if left[0] <= 0:
            process.kill()
            return False
        return True

    stage.proxy.on_answer = strike


def test_killed_twenty_times_inside_taking_up_and_replying(stage: Stage) -> None:
    print(f"SAFECONDUCT_KILL_SEED={SEED}")
    for kill in range(KILLS):
        dice = chance.Random(SEED * 1_000 + kill)  # noqa: S311
        words = f"Прошу помощи, {kill}."
        keys = stage.ask(words)
        ref = stage.arrived(words)
        arm(stage, dice, between=kill % 2 == 0)
        queued = False
        try:
            case = stage.process.do("take_up", ref)
            stage.process.do("reply", case, f"Ответ {kill}.")
            queued = True
            stage.process.child.wait(timeout=30)
        except (EOFError, subprocess.TimeoutExpired):
            pass
        stage.restart()
        case = stage.process.do("take_up", ref)
        if not queued:
            shown = stage.process.do("matter", case)["items"]
            if not any(item["text"] == f"Ответ {kill}." for item in shown):
                stage.process.do("reply", case, f"Ответ {kill}.")
        until(lambda: stage.process.do("status")["waiting"] == 0)
        said = stage.back(keys).said
        assert [each.text for each in said] == [words, f"Ответ {kill}."], f"kill {kill}, seed {SEED}"
    cases = stage.process.do("queue", "mine", "", 100)
    assert cases["total"] == KILLS
    assert stage.process.do("queue", "new")["total"] == 0
    assert stage.process.do("status")["alarms"] == []


def test_offline_work_goes_out_once_when_the_relay_returns(tmp_path: Path) -> None:
    """The relay stops; one takes up, replies and is killed; it returns, and everything goes out by itself, once."""
    code = init_relay(tmp_path / "relay", os.urandom, Clock().day())
    with relay_process(tmp_path / "relay") as port:
        stage = Stage(tmp_path, port, code)
        keys = stage.ask("Меня ждут дома с повесткой.")
        until(lambda: stage.process.do("queue", "new")["total"] == 1)
        ref = stage.process.do("queue", "new")["rows"][0]["ref"]
    case = stage.process.do("take_up", ref)
    stage.process.do("reply", case, "Мы здесь.")
    until(lambda: stage.process.do("status")["relay"] == "foreign" or stage.process.do("status")["relay"] == "silent")
    stage.restart()
    assert stage.process.do("matter", case)["row"]["state"] == "coming"
    with relay_process(tmp_path / "relay") as port:
        stage.meet(port)
        until(lambda: stage.process.do("status")["waiting"] == 0)
        assert [each.text for each in stage.back(keys).said] == ["Меня ждут дома с повесткой.", "Мы здесь."]
        stage.end()
