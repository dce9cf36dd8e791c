"""`safeconduct relay init | serve | confirm`: for whoever runs the server. Mounts relay and door on one origin."""

import argparse
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from starlette.applications import Starlette

from safeconduct.cli import line
from safeconduct.clock import Clock
from safeconduct.config import read_config
from safeconduct.door.app import DoorSettings, build_door
from safeconduct.errors import Refusal
from safeconduct.journal import Journal
from safeconduct.relay.app import Relay
from safeconduct.relay.serve import Server
from safeconduct.relay.settings import RelaySettings
from safeconduct.relay.space import confirm_day, init_relay


class DoorFiles(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The door that this server hands out, as `org create` and `release sign` left it."""

    org: str
    """Path of `org.js`."""
    leave: str
    """Address of the neutral page that quick exit leads to; the same as in `org.js`."""
    release: str = ""
    """Path of the signature over the list of the door's files; empty: none is shown."""


class ServeSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`relay serve`: the relay, and the door if it serves one."""

    relay: RelaySettings = msgspec.field(default_factory=RelaySettings)
    door: DoorFiles | None = None


def add_commands(commands: line.Commands) -> None:
    """`relay` and what stands behind it."""
    relay = line.group(commands, "relay", "run the server, which can open nothing")
    init = line.command(
        relay,
        "init",
        "make a relay's files and a one-time code",
        """Makes the directory of a relay and prints a code. Whoever founds an organisation needs that code once
(`org create --code-file`); the relay keeps only its digest, and it dies on use. Hand it over on paper or
by voice. Next: `relay serve`.""",
        _init,
    )
    init.add_argument("--data", type=Path, default=Path("relay"), help="directory to make (default: relay)")
    serve = line.command(
        relay,
        "serve",
        "run the relay, and the door beside it",
        """Runs until it is stopped (Ctrl-C, SIGTERM). It listens on 127.0.0.1: put TLS or an onion service in front,
with its access log off (docs/operate/relay.md). Without --settings it takes the defaults of
docs/operate/relay.example.toml. It writes no line about any request.""",
        _serve,
    )
    serve.add_argument("--settings", type=Path, help="TOML file; an unknown key is refused")
    serve.add_argument("--data", type=Path, help="directory of the relay, instead of the settings' one")
    serve.add_argument("--port", type=int, help="port, instead of the settings' one; 0 takes a free one")
    serve.add_argument("--clock-days", type=int, default=0, help=argparse.SUPPRESS)
    confirm = line.command(
        relay,
        "confirm",
        "confirm the day after the machine's clock has jumped",
        """A relay whose clock jumps more than two days stops taking anything and says so. Look at the clock; when it
is right, run this: it tells a running relay, too. Nothing expires in the thirty days after.""",
        _confirm,
    )
    confirm.add_argument("--data", type=Path, default=Path("relay"), help="directory of the relay (default: relay)")
    confirm.add_argument("--clock-days", type=int, default=0, help=argparse.SUPPRESS)


def _init(given: argparse.Namespace) -> None:
    code = init_relay(given.data, os.urandom, Clock().day())
    line.say(f"The relay's files are in {given.data}. The code, once:\n\n    {code.hex()}\n")


def _confirm(given: argparse.Namespace) -> None:
    confirm_day(given.data, Clock(given.clock_days).day())
    line.say("Confirmed.")


def _serve(given: argparse.Namespace) -> None:
    settings = read_config(given.settings, ServeSettings) if given.settings else ServeSettings()
    relay = settings.relay
    if given.data is not None:
        relay = msgspec.structs.replace(relay, data=str(given.data))
    if given.port is not None:
        relay = msgspec.structs.replace(relay, port=given.port)
    settings = msgspec.structs.replace(settings, relay=relay)
    serving = Relay(relay, Clock(given.clock_days), os.urandom, Journal())
    failed: list[Refusal] = []
    app = build_server(settings, serving, failed.append)
    try:
        Server(app, serving, relay, lambda port: line.say(f"http://{relay.host}:{port}/")).run()
    except SystemExit:
        if failed:
            raise failed[0] from None
        raise


def build_server(settings: ServeSettings, relay: Relay, failed: Callable[[Refusal], object]) -> Starlette:
    """Relay and door as one application on one origin; `failed` hears why it could not start."""

    @asynccontextmanager
    async def running(_app: Starlette) -> AsyncIterator[None]:
        try:
            await relay.start()
        except Refusal as refusal:
            failed(refusal)
            raise
        try:
            yield
        finally:
            await relay.stop()

    routes = list(relay.routes)
    if settings.door is not None:
        door = settings.door
        signature = line.read_file(Path(door.release)) if door.release else b""
        routes += build_door(DoorSettings(door.leave, signature), line.read_file(Path(door.org)))
    return Starlette(routes=routes, lifespan=running)
