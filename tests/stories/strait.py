"""Stands between everybody and a relay, and kills the relay's process when it is armed to.

Nobody notices but by silence: the relay comes back at once behind the same address. What it has acknowledged, to
whomever, is remembered, and can be looked for on its disk afterwards.
"""

import http.client
import random as chance
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal, Self

from safeconduct.clock import Clock
from safeconduct.relay.form import read_request
from safeconduct.relay.request import Appended, Born, ContactSent
from safeconduct.sealed.access import chain_next, chain_start, envelope_digest

SERVE = Path(__file__).parent.parent / "relay" / "serve.py"
WRITES = ("contact", "append", "post")
CHALLENGE_BYTES = 32


@dataclass(frozen=True, slots=True)
class Strike:
    """When to kill: at the nth write from now, as it has been sent (after a moment) or as it was answered.

    Then the asker hears nothing, or the very same bytes are sent `again` and he hears that answer.
    """

    nth: int
    moment: Literal["sent", "answered"]
    wait_s: float
    again: bool


class Strait(ThreadingHTTPServer):
    """`port` is where everybody believes the relay to be."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, data: Path) -> None:
        super().__init__(("127.0.0.1", 0), Passage)
        self.data, self.kills, self.fates = data, 0, Counter[str]()
        self.acknowledged: set[bytes] = set()
        self.differing: list[str] = []
        self._strike: Strike | None = None
        self._left, self._turn = 0, threading.Lock()
        self._child = self._run()
        self._serving = threading.Thread(target=self.serve_forever)
        self._serving.start()

    @property
    def port(self) -> int:
        return self.server_port

    def _run(self) -> "subprocess.Popen[str]":
        child = subprocess.Popen([sys.executable, SERVE, self.data, "port=0"], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        self.relay_port = int(child.stdout.readline())
        return child

    def arm(self, strike: Strike) -> None:
        with self._turn:
            self._strike, self._left = strike, strike.nth

    def struck(self, route: str) -> Strike | None:
        """Whether this request is the one."""
        if route not in WRITES:
            return None
        with self._turn:
            self._left -= 1
            if self._left or self._strike is None:
                return None
            strike, self._strike = self._strike, None
            return strike

    def kill(self, envelope: bytes = b"") -> None:
        """Kill it, see whether an unanswered envelope had come to the disk, and start it again."""
        with self._turn:
            self._end()
            self.kills += 1
            if envelope:
                self.fates["kept" if envelope in self.envelopes() else "gone"] += 1
            self._child = self._run()

    def _end(self) -> None:
        self._child.send_signal(signal.SIGKILL)
        self._child.wait()
        if self._child.stdout:
            self._child.stdout.close()

    def envelopes(self) -> Counter[bytes]:
        """Every envelope on the disk as it is now, and how often; the files are looked at in a copy."""
        found = Counter[bytes]()
        copy = self.data.with_name(f"{self.data.name}-copy")
        shutil.copytree(self.data, copy)
        for path in (*copy.glob("today-*.db"), *copy.glob("past.db")):
            with closing(sqlite3.connect(path)) as sql:
                assert sql.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                for table in ("birth", "envelope"):
                    found.update(bytes(row[0]) for row in sql.execute(f"SELECT envelope FROM {table}"))  # noqa: S608
        shutil.rmtree(copy)
        return found

    def close(self) -> None:
        """Stop both; the files stay as the last kill left them."""
        self.shutdown()
        self._serving.join()
        self._end()
        self.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Passage(BaseHTTPRequestHandler):
    """One connection through the strait."""

    protocol_version = "HTTP/1.1"
    server: Strait

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        route = self.path.rsplit("/", 1)[-1]
        strike = self.server.struck(route)
        try:
            answer = self._ask(route, body) if strike is None else self._struck(route, body, strike)
        except (OSError, http.client.HTTPException):
            answer = None
        if answer is None:
            self.close_connection = True
            return
        status, kind, content = answer
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _struck(self, route: str, body: bytes, strike: Strike) -> tuple[int, str, bytes] | None:
        first = None
        if strike.moment == "answered":
            first = self._ask(route, body)
            self.server.kill()
        else:
            with closing(self._send(body)):
                time.sleep(strike.wait_s)
                self.server.kill(_envelope(route, body))
        if not strike.again:
            return None
        again = self._ask(route, body)
        if first and first[2][CHALLENGE_BYTES:] != again[2][CHALLENGE_BYTES:]:
            self.server.differing.append(route)
        return again

    def _send(self, body: bytes) -> http.client.HTTPConnection:
        onward = http.client.HTTPConnection("127.0.0.1", self.server.relay_port, timeout=60)
        try:
            onward.request("POST", self.path, body, {"Content-Type": "application/octet-stream"})
        except OSError:
            onward.close()
            raise
        return onward

    def _ask(self, route: str, body: bytes) -> tuple[int, str, bytes]:
        with closing(self._send(body)) as onward:
            answer = onward.getresponse()
            content = answer.read()
        if answer.status == 200 and (envelope := _acknowledged(route, body, content)):
            self.server.acknowledged.add(envelope)
        return answer.status, answer.headers["Content-Type"], content

    def handle(self) -> None:
        with suppress(OSError):
            super().handle()

    def log_message(self, *_: object) -> None:
        pass


def _envelope(route: str, body: bytes) -> bytes:
    """What of this request must be on the disk once it is acknowledged."""
    match read_request(route, body):
        case ContactSent(envelope=envelope) | Appended(envelope=envelope) | Born(envelope=envelope):
            return envelope
        case _:
            return b""


def _acknowledged(route: str, body: bytes, answer: bytes) -> bytes:
    """The same, unless the answer is about another: a contact that is known is answered for the envelope it has."""
    envelope, asked = _envelope(route, body), read_request(route, body)
    if not isinstance(asked, ContactSent):
        return envelope
    days = (Clock().day() - 1, Clock().day())
    heads = [chain_next(chain_start(asked.stream), envelope_digest(envelope), day, 0) for day in days]
    return envelope if any(head in answer for head in heads) else b""


def draw_strike(dice: chance.Random, writes: int) -> Strike:
    """One of so many writes, at any moment between its arrival and its answer."""
    moment: Literal["sent", "answered"] = dice.choice(("sent", "sent", "answered"))
    wait_s = dice.choice((0.0, dice.uniform(0.0, 0.004)))
    return Strike(dice.randint(1, writes), moment, wait_s, again=dice.random() < 0.5)
