"""A relay as a process of its own, to be killed, starved, watched."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from relay.client import Organisation, Talk, http_line, seeded
from safeconduct.clock import Clock
from safeconduct.relay.space import init_relay

ROOT = Path(__file__).parents[2]
SERVE = Path(__file__).with_name("serve.py")


class Process:
    """It serves when this is made. `said` is all it has written anywhere but into its files."""

    def __init__(
        self, data: Path, *settings: str, under: Sequence[str] = (), file_most_bytes: int | None = None
    ) -> None:
        self.data = data
        limits = [] if file_most_bytes is None else ["prlimit", f"--fsize={file_most_bytes}:unlimited"]
        self.child = subprocess.Popen(
            [*under, *limits, sys.executable, SERVE, data, *settings],
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "tests"), str(ROOT / "src")])},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.said = b""
        assert self.child.stdout
        lines = iter(self.child.stdout.readline, b"")
        for line in lines:
            if line.strip().isdigit():
                self.port = int(line)
                break
            self.said += line
        else:
            raise AssertionError(self.said)
        self.listener = threading.Thread(target=self.listen, args=[lines])
        self.listener.start()

    def listen(self, lines: Iterator[bytes]) -> None:
        for line in lines:
            self.said += line

    def end(self, number: int) -> int:
        """Send a signal; returns how it ended."""
        self.child.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """Until it has ended; returns how."""
        self.child.wait(60)
        self.listener.join()
        if self.child.stdout:
            self.child.stdout.close()
        return self.child.returncode

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def running(data: Path, *settings: str, **how: object) -> Iterator[Process]:
    """From start to an orderly end."""
    process = Process(data, *settings, **how)  # type: ignore[arg-type]
    try:
        yield process
    finally:
        if process.child.poll() is None:
            process.end(signal.SIGTERM)


def founded_files(data: Path, seed: object = 0) -> tuple[Organisation, bytes]:
    """A relay's files on the real clock, and the code for its organisation."""
    return Organisation(seed), init_relay(data, seeded(("operator", seed)), Clock().day())


@contextmanager
def talking(process: Process, org: Organisation, code: bytes) -> Iterator[Talk]:
    """Someone who has founded the organisation, or does."""
    with httpx.Client(base_url=process.url, timeout=60) as client:
        talk = Talk(http_line(client), org)
        talk.found(code)
        talk.publish(Clock().day(), 1)
        yield talk
