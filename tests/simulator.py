"""The real relay inside this process, with a clock moved by hand: what stories and desk tests run against.

Requests go through httpx to the relay's ASGI application, so every byte is the one on the wire. Tests that must lie,
lose answers or stop the relay wrap the transport.
"""

import random as chance
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from relay.client import build_relay
from safeconduct.demo.inside import HandClock, InProcess
from safeconduct.demo.seeker import Seeker
from safeconduct.desk.desk import Desk
from safeconduct.desk.found import Invitation, add_member, found_space, invitation, join, make_desk
from safeconduct.desk.line import Line
from safeconduct.desk.room import Room
from safeconduct.desk.vault import create_vault
from safeconduct.journal import Journal
from safeconduct.relay.settings import RelaySettings
from safeconduct.relay.space import FILE_NAME as SPACES
from safeconduct.relay.space import confirm_day, init_relay
from safeconduct.sealed.signing import Random, SigningKey
from safeconduct.sealed.stream import SeekerKeys
from safeconduct.sealed.wire import encode

DAY = 20_783
RELAY = "http://relay.test"
PASSPHRASE = "тихая вода"  # noqa: S105 - a desk that exists for a second
VERA = ("coordinator", "intake", "caseworker")
ANTON = ("intake", "caseworker")
LENA = ("caseworker",)


def seeded(seed: object) -> Random:
    """Bytes that are the same in every run."""
    return chance.Random(repr(seed)).randbytes  # noqa: S311


def quiet() -> Journal:
    """A journal that says nothing."""
    return Journal(lambda _line: None)


class Switch(httpx.BaseTransport):
    """A transport with a hand on it: cut the line, lose answers, or let `lie` change what comes back."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner = inner
        self.cut = False
        self.lose: Callable[[str], bool] = lambda _route: False
        self.before: Callable[[str, bytes], None] = lambda _route, _body: None
        self.lie: Callable[[str, bytes, httpx.Response], httpx.Response] = lambda _route, _body, answer: answer

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.cut:
            raise httpx.ConnectError("cut")
        route, body = request.url.path.removeprefix("/v1/"), request.read()
        self.before(route, body)
        answer = self.lie(route, body, self.inner.handle_request(request))
        if self.lose(route):
            raise httpx.ReadError("lost")
        return answer


@dataclass
class Simulator:
    """One relay, one organisation, its desks and seekers."""

    folder: Path
    clock: HandClock
    transport: InProcess
    code: bytes
    seed: object = 0
    root: SigningKey = field(default_factory=lambda: SigningKey(seeded("root")(32)))
    drawn: int = 0

    def random(self) -> Random:
        self.drawn += 1
        return seeded((self.seed, self.drawn))

    def line(self, switch: httpx.BaseTransport | None = None) -> Line:
        return Line(RELAY, switch or self.transport)

    def seeker(self) -> Seeker:
        return Seeker(self.line(), self.root.public, self.random())

    def keys(self) -> SeekerKeys:
        """A seeker's keys without the stretching: a third of a second saved, nothing else."""
        return SeekerKeys(self.random()(64))

    def ask(self, text: str, urgency: str = "none", country: str = "GE", language: str = "ru") -> SeekerKeys:
        keys = self.keys()
        self.seeker().ask_as(keys, text, country, urgency, language)
        return keys

    def pass_days(self, days: int) -> None:
        """Days pass; the operator confirms a day that jumped."""
        self.clock.move(days)
        confirm_day(self.folder / "relay", self.clock.day())

    def found(self, name: str = "vera") -> "Bench":
        """The organisation, and its first coordinator's desk."""
        folder, random = self.folder / name, self.random()
        vault = create_vault(folder, PASSPHRASE, random)
        line = self.line()
        found_space(Room(vault, line, self.clock, random), RELAY, self.code, self.root, "Тихий берег", "Вера", VERA)
        line.close()
        vault.close()
        return self.desk(name)

    def join(self, coordinator: "Bench", name: str, member: str, duties: tuple[str, ...]) -> "Bench":
        """One more member: card, admission, joining."""
        folder, random = self.folder / name, self.random()
        vault = create_vault(folder, PASSPHRASE, random)
        room = Room(vault, self.line(), self.clock, random)
        card = encode(make_desk(room))
        add_member(coordinator.room, card, member, duties)
        invited: Invitation = invitation(coordinator.room)
        join(room, invited)
        room.line.close()
        vault.close()
        return self.desk(name)

    def relay_key(self) -> bytes:
        """The relay's own secret, for a relay that lies."""
        (path,) = [path for path in (self.folder / "relay").iterdir() if path.name == SPACES]
        with closing(sqlite3.connect(path)) as sql:
            return bytes(sql.execute("SELECT seed FROM relay").fetchone()[0])

    def desk(self, name: str, ahead: int = 0) -> "Bench":
        """Open a desk; nothing runs by itself. `ahead`: days by which this computer's clock is wrong."""
        switch = Switch(self.transport)
        clock = HandClock(hands={"day": self.clock.day() + ahead, "steady": 0.0}) if ahead else self.clock
        desk = Desk(self.folder / name, clock, self.random(), quiet(), switch)
        desk.unlock(PASSPHRASE, live=False)
        return Bench(name, desk, switch)


@dataclass
class Bench:
    """A desk in a test, with a hand on its line."""

    name: str
    desk: Desk
    switch: Switch

    @property
    def room(self) -> Room:
        return self.desk._open()

    def sync(self) -> None:
        self.desk.sync()

    def only(self, band: str) -> str:
        """The ref of the one row in a band."""
        rows = self.desk.queue(band).rows  # type: ignore[arg-type]
        assert len(rows) == 1, [row.first_line for row in rows]
        return rows[0].ref

    def texts(self, ref: str) -> list[str]:
        return [item.text for item in self.desk.matter(ref).items if item.text]


@contextmanager
def simulated(folder: Path, seed: object = 0, clock: HandClock | None = None) -> Iterator[Simulator]:
    """A running relay in this process."""
    clock = clock or HandClock.at(DAY)
    data = folder / "relay"
    code = init_relay(data, seeded((seed, "relay")), clock.day())
    app = build_relay(RelaySettings(data=str(data)), clock, seeded((seed, "app")), quiet())
    transport = InProcess(app)
    lifespan = app.router.lifespan_context(app)
    transport.run(lifespan.__aenter__())
    try:
        yield Simulator(folder, clock, transport, code, seed)
    finally:
        transport.run(lifespan.__aexit__(None, None, None))
        transport.end()
