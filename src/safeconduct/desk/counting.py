"""A count that this desk asked for: a process of its own, watched, and ended with the desk or at its lock.

The calculation's packages are never loaded here; its memory goes back to the system when it ends. What it found is
sealed in the vault; the file it was made from is kept nowhere.
"""

import contextlib
import re
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from typing import Final, Literal

import msgspec

from safeconduct.count.run import Answer, Asked, Asks, Doing, Found, Onward, Refused
from safeconduct.desk.desk import Desk
from safeconduct.errors import VaultShut

PROGRAM: Final = (sys.executable, "-P", "-m", "safeconduct.count.run")
LINE_MOST_BYTES: Final = 64 * 2**20

State = Literal["none", "runs", "asks", "done", "refused", "stopped", "lost", "broken"]


@dataclass(frozen=True, slots=True)
class Stand:
    """Where the count stands that was asked for last."""

    state: State = "none"
    doing: Doing | None = None
    asks: Asks | None = None
    code: str = ""
    """Why it was refused."""

    @property
    def open(self) -> bool:
        """Whether its process is there, working or waiting for an answer."""
        return self.state in {"runs", "asks"}


class Numbers(msgspec.Struct, frozen=True):
    """One method's numbers, in people; without an estimate they are None, and a warning says why."""

    method: str
    point: float | None
    lower: float | None
    upper: float | None
    warnings: list[str]


class Origin(msgspec.Struct, frozen=True):
    """What reproduces the numbers."""

    digest: str
    lists: list[str]
    seed: int
    versions: dict[str, str | None]
    sentences: dict[str, str]


class Linkage(msgspec.Struct, frozen=True):
    """What is said of pairs that may or may not be one person."""

    sentences: dict[str, str]


class Stratum(msgspec.Struct, frozen=True):
    """What may be said of one part, or the code of why nothing is."""

    name: str
    sentences: dict[str, str] = {}
    refused: str = ""


class Kept(msgspec.Struct, frozen=True):
    """A count as it is kept and shown."""

    n_observed: int
    estimates: list[Numbers]
    record: Origin
    true_number: int | None = None
    """Of invented people."""
    linkage: Linkage | None = None
    refused_rows: int = 0
    by: str = ""
    strata: list[Stratum] = []
    strata_total: dict[str, str] = {}
    day: int = 0
    """On which it was asked for."""
    texts: dict[str, str] = {}
    """What each picture shows, in words, by the name of the picture."""


class Counting:
    """One count at a time. Methods are safe from several threads."""

    def __init__(self, desk: Desk, program: Sequence[str] = PROGRAM) -> None:
        """Nothing runs yet; `program` is what a test puts in the calculation's place."""
        self._desk: Final = desk
        self._program: Final = program
        self._lock: Final = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stand = Stand()

    @property
    def stand(self) -> Stand:
        """Where it stands now."""
        return self._stand

    def start(self, kind: str, content: bytes, day: int) -> bool:
        """Begin to count a file, or `SEASON`. False if one is being counted already: then nothing is changed."""
        with self._lock:
            if self._process is not None:
                return False
            # What could tell of a file goes through pipes: no argument, no variable, no disk.
            process = subprocess.Popen(  # noqa: S603 - our own program
                self._program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
            self._process, self._stand = process, Stand("runs", Doing("start", 0.0))
        threading.Thread(target=self._follow, args=(process, day), daemon=True).start()
        threading.Thread(target=self._until_lock, args=(process,), daemon=True).start()
        self._write(process, msgspec.json.encode(Asked(kind, len(content))) + b"\n" + content)
        return True

    def go_on(self, by: str) -> None:
        """Answer what the count asked: without the refused rows, and also by this column."""
        with self._lock:
            process, asked = self._process, self._stand.asks
            if process is None or asked is None or (by and by not in dict(asked.strata)):
                return
            self._stand = Stand("runs", Doing("read", 0.0))
        self._write(process, msgspec.json.encode(Onward(by)) + b"\n")

    def cancel(self) -> None:
        """End the count that runs, or that waits for an answer. Nothing is kept of it."""
        self._end(self._process, Stand("stopped"))

    def close(self) -> None:
        """End it with the desk."""
        self._end(self._process, Stand("lost"))

    @staticmethod
    def _write(process: subprocess.Popen[bytes], words: bytes) -> None:
        try:
            assert process.stdin is not None  # noqa: S101 - a pipe was asked for
            process.stdin.write(words)
            process.stdin.flush()
        except (OSError, ValueError):
            # It is gone, or its pipe was closed meanwhile; whoever follows it says so.
            return

    def _follow(self, process: subprocess.Popen[bytes], day: int) -> None:
        """Hear it to its end."""
        assert process.stdin is not None  # noqa: S101 - pipes were asked for
        assert process.stdout is not None  # noqa: S101
        try:
            while line := process.stdout.readline(LINE_MOST_BYTES):
                self._hear(process, msgspec.json.decode(line, type=Answer), day)
        except (OSError, ValueError, msgspec.MsgspecError):
            # Not our program's answer, or none at all.
            pass
        finally:
            self._end(process, Stand("broken"))
            process.stdout.close()
            with contextlib.suppress(OSError):
                process.stdin.close()

    def _hear(self, process: subprocess.Popen[bytes], answer: Answer, day: int) -> None:
        match answer:
            case Doing():
                self._change(process, Stand("runs", answer))
            case Asks():
                self._change(process, Stand("asks", asks=answer))
            case Refused():
                self._end(process, Stand("refused", code=answer.code))
            case Found():
                self._end(process, self._keep(answer, day))

    def _keep(self, found: Found, day: int) -> Stand:
        texts = {name: words_of(svg) for name, svg in found.pictures.items()}
        kept = msgspec.convert(found.record | {"day": day, "texts": texts}, Kept)
        try:
            self._desk.keep_count(msgspec.json.encode(kept), msgspec.json.encode(found.pictures))
        except VaultShut:
            return Stand("lost")
        return Stand("done")

    def _until_lock(self, process: subprocess.Popen[bytes]) -> None:
        version = self._desk.version
        try:
            while process.poll() is None:
                version = self._desk.wait(version, 1.0)
        except VaultShut:
            self._end(process, Stand("lost"))

    def _change(self, process: subprocess.Popen[bytes], stand: Stand) -> None:
        with self._lock:
            if self._process is process:
                self._stand = stand

    def _end(self, process: subprocess.Popen[bytes] | None, stand: Stand) -> None:
        """Make an end, once: whoever comes later does not change what is said of it."""
        with self._lock:
            if process is None or self._process is not process:
                return
            self._process, self._stand = None, stand
            process.kill()
        process.wait()


def words_of(svg: str) -> str:
    """Title and description of a picture as `safeconduct.count.canvas` draws it."""
    found = re.search(r"<title>([^<]*)</title>\s*<desc>([^<]*)</desc>", svg)
    return unescape(f"{found[1]}. {found[2]}") if found else ""


def decode_pictures(kept: bytes) -> dict[str, str]:
    """The SVGs by name and language."""
    return msgspec.json.decode(kept, type=dict[str, str])
