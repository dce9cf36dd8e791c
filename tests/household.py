"""A whole organisation as it is run: relay with its door and one desk a member, each a process started by its command.

Nothing here is inside the test's own process but the founding: what the programs print goes to files, so that it can
be searched, and what they keep lies in `folder`.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

from safeconduct.clock import Clock
from safeconduct.desk.found import add_member, found_space, invitation, join, make_desk
from safeconduct.desk.line import Line
from safeconduct.desk.room import Room
from safeconduct.desk.vault import create_vault
from safeconduct.door.app import STATIC
from safeconduct.door.org import write_org
from safeconduct.door.release import release_digest_list, sign_release
from safeconduct.relay.space import init_relay
from safeconduct.sealed.signing import SigningKey
from safeconduct.sealed.wire import encode
from simulator import ANTON, PASSPHRASE, VERA

ORGANISATION = (("ru", "Тихий берег"), ("en", "Quiet Shore"))
LEAVE = "https://example.org/weather"
COMMAND = (sys.executable, "-m", "safeconduct")


class Program:
    """One program: its address is the first line it prints; all it ever prints is in `out` and `err`."""

    def __init__(self, command: Sequence[object], printed: Path, places: Mapping[str, str]) -> None:
        self.out, self.err = printed.with_suffix(".out"), printed.with_suffix(".err")
        with self.out.open("ab") as out, self.err.open("ab") as err:
            before = out.tell()
            words = [str(word) for word in command]
            self.child = subprocess.Popen(words, stdout=out, stderr=err, env={**os.environ, **places})
        until(lambda: self.child.poll() is not None or b"\n" in self.out.read_bytes()[before:])
        assert self.child.poll() is None, self.err.read_text()
        self.address = self.out.read_bytes()[before:].split(b"\n")[0].decode().strip()

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        self.child.send_signal(how)
        self.child.wait()


class Household:
    """Two members, Vera and Anton unless named otherwise; `relay` and the desks of `open` are running programs."""

    def __init__(
        self, folder: Path, names: tuple[str, str] = ("Вера", "Антон"), command: Sequence[str] = COMMAND
    ) -> None:
        self.folder, self.names, self.command = folder, names, command
        self.printed = folder / "printed"
        # Whatever a program leaves behind anywhere is left here.
        self.places = {"HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp")}
        for place in (self.printed, *map(Path, self.places.values())):
            place.mkdir()
        self.root = SigningKey.draw(os.urandom)
        self.running: list[Program] = []
        code = self._lay_server()
        self.relay = self.serve()
        self._found(code)

    @property
    def door(self) -> str:
        """The address of the door; the relay's is the same."""
        return self.relay.address

    def serve(self, *words: str) -> Program:
        """Start relay and door."""
        settings = self.folder / "server" / "relay.toml"
        return self._run("relay", "relay", "serve", "--settings", settings, *words)

    def open(self, place: int) -> Program:
        """Start the desk of the first (0) or second member; it is locked."""
        return self._run(f"desk-{place}", "desk", "--folder", self.vault(place), "--port", "0")

    def vault(self, place: int) -> Path:
        return self.folder / f"desk-{place}"

    def _run(self, name: str, *words: object) -> Program:
        self.running.append(Program([*self.command, *words], self.printed / name, self.places))
        return self.running[-1]

    def _lay_server(self) -> bytes:
        server, day = self.folder / "server", Clock().day()
        server.mkdir()
        code = init_relay(server / "relay", os.urandom, day)
        (server / "org.js").write_bytes(write_org(self.root.public, 1, day, ORGANISATION, LEAVE))
        signature = sign_release(SigningKey.draw(os.urandom), release_digest_list(STATIC))
        (server / "release.sig").write_bytes(signature)
        (server / "relay.toml").write_text(
            f'[relay]\ndata = "{server}/relay"\nport = 0\n'
            f'[door]\norg = "{server}/org.js"\nleave = "{LEAVE}"\nrelease = "{server}/release.sig"\n'
        )
        return code

    def _found(self, code: bytes) -> None:
        first, second = (self._room(place) for place in (0, 1))
        found_space(first, self.door, code, self.root, ORGANISATION[0][1], self.names[0], VERA)
        add_member(first, encode(make_desk(second)), self.names[1], ANTON)
        join(second, invitation(first))
        for room in (first, second):
            room.line.close()
            room.vault.close()

    def _room(self, place: int) -> Room:
        vault = create_vault(self.vault(place), PASSPHRASE, os.urandom)
        return Room(vault, Line(self.door), Clock(), os.urandom)

    def end(self) -> None:
        for program in self.running:
            if program.child.poll() is None:
                program.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()


def until(true: Callable[[], bool]) -> None:
    """Wait for something that must come; the test's own timeout is the end of patience."""
    while not true():
        time.sleep(0.02)
