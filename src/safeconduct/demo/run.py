"""`safeconduct demo`: makes the invented season once, then starts relay, door and two desks until Ctrl-C."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from safeconduct.clock import Clock
from safeconduct.demo.season import ORGANISATION, Season
from safeconduct.desk.desk import Desk
from safeconduct.desk.vault import open_vault
from safeconduct.door.app import STATIC
from safeconduct.door.org import write_org
from safeconduct.door.release import release_digest_list, sign_release
from safeconduct.errors import Unreached
from safeconduct.journal import Journal
from safeconduct.relay.space import confirm_day
from safeconduct.sealed.signing import SigningKey

FORMAT: Final = "2"
RELAY_PORT, DESK_PORT = 8_400, 8_410
PASSPHRASE: Final = "тихая вода"  # noqa: S105 - it is printed at every start; the people are invented
LEAVE: Final = "https://ru.wikipedia.org/wiki/%D0%9F%D0%BE%D0%B3%D0%BE%D0%B4%D0%B0"
DESKS: Final = (("vera", "Вера"), ("anton", "Антон"))
_PORTS_TRIED: Final = 20
_COMMAND: Final = "safeconduct" if Path(sys.argv[0]).stem == "safeconduct" else ".venv/bin/python -m safeconduct"


def run_demo(*, fresh: bool, folder: Path = Path(".demo"), clock_days: int = 0) -> None:
    """Start everything, say where it is, and stay until Ctrl-C; stops everything it started."""
    folder = folder.resolve()
    with _stopped_by_signal():
        _clear(folder, fresh=fresh)
        clock = Clock(clock_days)
        if not folder.exists():
            _make(folder, clock)
        confirm_day(folder / "relay", clock.day())
        _write_org(folder, clock)
        with contextlib.ExitStack() as stack:
            relay = stack.enter_context(_start(_serve(folder), clock_days))
            late = _tend(folder, relay.address, clock)
            starts = [_start(_desk(folder, name, place), clock_days) for place, (name, _) in enumerate(DESKS)]
            desks = [stack.enter_context(start) for start in starts]
            _announce(folder, relay.address, [desk.address for desk in desks], late)
            _wait([relay, *desks])


@contextlib.contextmanager
def _stopped_by_signal() -> Iterator[None]:
    """SIGTERM and Ctrl-C end the demo; Ctrl-C also where the shell that put it behind made it deaf to that."""

    def stop(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    try:
        yield
    except KeyboardInterrupt:
        _say("\nStopped. The same command goes on where this was; `make demo FRESH=1` or --fresh begins anew.")


def _clear(folder: Path, *, fresh: bool) -> None:
    """Take away what cannot be gone on with: dropped if asked, else moved aside."""
    if not folder.exists():
        return
    if fresh:
        shutil.rmtree(folder)
        return
    mark = folder / "format"
    if mark.exists() and mark.read_text() == FORMAT:
        return
    number = next(n for n in range(1, 10_000) if not folder.with_name(f"{folder.name}-old-{n}").exists())
    aside = folder.rename(folder.with_name(f"{folder.name}-old-{number}"))
    _say(f"What was in {folder.name} is of another format. It is kept in {aside.name}; this begins afresh.")


def _make(folder: Path, clock: Clock) -> None:
    """The season, in a folder that counts only once it is whole."""
    making = folder.with_name(folder.name + "-making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700)
    sys.stdout.write("Making the invented season: ten days, some twenty people ")
    root, release = SigningKey.draw(os.urandom), SigningKey.draw(os.urandom)
    season = Season(making, os.urandom, root, PASSPHRASE, _dot)
    phrase = season.play(clock.day())
    _keep(making / "root.key", root.seed().hex())
    _keep(making / "release-demo.key", release.seed().hex())
    (making / "release.sig").write_bytes(sign_release(release, release_digest_list(STATIC)))
    _keep(making / "phrase", " ".join(phrase))
    _keep(making / "format", FORMAT)
    making.rename(folder)
    _say(" done.")


def _write_org(folder: Path, clock: Clock) -> None:
    root = SigningKey(bytes.fromhex((folder / "root.key").read_text()))
    (folder / "org.js").write_bytes(write_org(root.public, 1, clock.day(), ORGANISATION, LEAVE))
    key = SigningKey(bytes.fromhex((folder / "release-demo.key").read_text()))
    # Signed anew at each start: the page may have been rebuilt since.
    (folder / "release.sig").write_bytes(sign_release(key, release_digest_list(STATIC)))
    settings = f"""[relay]
data = {json.dumps(str(folder / "relay"))}
port = {_free_port(RELAY_PORT)}

[door]
org = {json.dumps(str(folder / "org.js"))}
leave = {json.dumps(LEAVE)}
release = {json.dumps(str(folder / "release.sig"))}
"""
    (folder / "relay.toml").write_text(settings, "utf-8")


@dataclass(frozen=True, slots=True)
class _Started:
    """A program of ours, and the address it printed."""

    process: subprocess.Popen[str]
    address: str


@contextlib.contextmanager
def _start(command: list[str], clock_days: int) -> Iterator[_Started]:
    """A program in a session of its own, so that Ctrl-C reaches it through us, once; stopped at the end."""
    arguments = [sys.executable, "-m", "safeconduct", *command, "--clock-days", str(clock_days)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            output: IO[str] = process.stdout  # type: ignore[assignment]
            yield _Started(process, output.readline().strip())
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _serve(folder: Path) -> list[str]:
    return ["relay", "serve", "--settings", str(folder / "relay.toml")]


def _desk(folder: Path, name: str, place: int) -> list[str]:
    return ["desk", "--folder", str(folder / name), "--port", str(DESK_PORT + place)]


def _free_port(first: int) -> int:
    for port in range(first, first + _PORTS_TRIED):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    return 0


def _tend(folder: Path, relay: str, clock: Clock) -> int:
    """What a coordinator's open desk does by itself every day; returns how many requests are past their grace."""
    for name, _ in DESKS:
        vault = open_vault(folder / name, PASSPHRASE, os.urandom)
        vault.keep("relay", relay.rstrip("/").encode())
        vault.close()
    late = 0
    # Two rounds: each desk's new box first, then the keys that are sent to it.
    for name, _ in (*DESKS, *DESKS):
        desk = Desk(folder / name, clock, os.urandom, Journal(lambda _line: None))
        desk.unlock(PASSPHRASE, live=False)
        try:
            desk.sync()
            late = max(late, desk.status().past_grace)
        except Unreached:
            break
        finally:
            desk.lock()
    return late


def _announce(folder: Path, door: str, desks: list[str], late: int) -> None:
    phrase = (folder / "phrase").read_text("utf-8")
    addresses = {
        "door": door,
        "desks": {shown: address for (_, shown), address in zip(DESKS, desks, strict=True)},
        "passphrase": PASSPHRASE,
        "phrase": phrase,
    }
    _keep(folder / "addresses.json", json.dumps(addresses, ensure_ascii=False, indent=2) + "\n")
    lines = [
        "",
        f"The door, for whoever asks for help    {door}",
        *(f"The desk of {shown:<27} {address}" for (_, shown), address in zip(DESKS, desks, strict=True)),
        f"The passphrase of both desks           {PASSPHRASE}",
        f"A return phrase, to come back with     {phrase}",
        "",
        "A desk's address is good for one use. For another one:",
        f"  {_COMMAND} desk address --folder {folder.name}/vera",
        "Everything is on this machine only. Ctrl-C stops it.",
    ]
    if late:
        lost = f"Past their grace, no longer to be opened by anyone: {late} requests. Their writers can come back."
        lines.insert(1, lost)
    _say("\n".join(lines))


def _wait(programs: list[_Started]) -> None:
    """Until Ctrl-C, or until one of them has ended by itself."""
    while all(program.process.poll() is None for program in programs):
        with contextlib.suppress(subprocess.TimeoutExpired):
            programs[0].process.wait(0.5)
    _say("A program has ended by itself; the others are being stopped.")


def _keep(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def _dot(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
