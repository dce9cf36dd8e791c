"""Desks with their pages, served as `safeconduct desk` serves them, over a real relay: what the pages are tried on."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from safeconduct.demo.inside import HandClock
from safeconduct.demo.seeker import Seeker
from safeconduct.desk.app import Settings, build_app, listen, server
from safeconduct.desk.desk import Desk
from safeconduct.desk.launch import read_address
from safeconduct.journal import Journal
from safeconduct.relay.app import Relay
from safeconduct.sealed.stream import SeekerKeys
from simulator import ANTON, DAY, PASSPHRASE, Simulator, Switch, simulated

FIRST_PORT: Final = 18_410


class Awake(HandClock):
    """The day stands still; the waiting clock runs, and can be put forward."""

    def steady_s(self) -> float:
        return time.monotonic() + self.hands["steady"]


class Wire(Switch):
    """A line that also knows how many wait on it."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        super().__init__(inner)
        self.waiting = 0
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._count(1)
        try:
            return super().handle_request(request)
        finally:
            self._count(-1)

    def _count(self, one: int) -> None:
        with self._lock:
            self.waiting += one


class Opened:
    """A member's desk and its pages, in a thread; `wire` is its line to the relay, with a hand on it."""

    def __init__(self, sim: Simulator, member: str, *, lock_after_s: float = 600.0, user: int | None = None) -> None:
        self.folder, self.wire, self.said = sim.folder / member, Wire(sim.transport), list[str]()
        journal = Journal(self.said.append)
        self.desk = Desk(self.folder, sim.clock, os.urandom, journal, self.wire)
        sock = listen(FIRST_PORT)
        self.port: int = sock.getsockname()[1]
        self.origin = f"http://127.0.0.1:{self.port}"
        settings = Settings(self.folder, self.port, lock_after_s=lock_after_s, user=user)
        self.server = server(build_app(self.desk, settings, sim.clock, os.urandom, journal))
        self._thread = threading.Thread(target=self.server.run, kwargs={"sockets": [sock]}, daemon=True)
        self._thread.start()
        until(lambda: self.server.started)

    @property
    def address(self) -> str:
        """The address that works now."""
        return read_address(self.folder)

    @property
    def token(self) -> str:
        return self.address.partition("#")[2]

    @contextmanager
    def client(self, *, let_in: bool = True, unlocked: bool = True) -> Iterator[httpx.Client]:
        """A client that sends what a browser sends, perhaps already with a cookie."""
        headers = {"origin": self.origin, "sec-fetch-site": "same-origin", "accept-language": "ru"}
        with httpx.Client(base_url=self.origin, headers=headers, trust_env=False, timeout=60) as client:
            if let_in:
                assert client.post("/enter", data={"token": self.token}).status_code == 204
            if let_in and unlocked:
                assert client.post("/unlock", data={"passphrase": PASSPHRASE}).status_code == 303
            yield client

    def die(self) -> None:
        """All at once: no goodbye to anyone, nobody answers any more."""

        def drop() -> None:
            for socket in self.server.servers:
                socket.close()
            for connection in list(self.server.server_state.connections):
                connection.transport.abort()

        self.server.servers[0].get_loop().call_soon_threadsafe(drop)

    def close(self) -> None:
        self.server.should_exit = True
        self._thread.join()


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who asks, comes back and writes again."""

    seeker: Seeker
    keys: SeekerKeys

    def say(self, text: str) -> None:
        self.seeker.write(self.keys, text)

    def heard(self) -> list[str]:
        """All that the organisation has said."""
        found = self.seeker.come_back(self.keys)
        return [said.text for said in found.said if not said.own and said.text] if found else []


Open = Callable[..., Opened]


class House:
    """The organisation: Vera (coordinator, intake, caseworker) and Anton (intake, caseworker)."""

    def __init__(self, sim: Simulator) -> None:
        self.sim, self._desks, self._wires = sim, ExitStack(), list[Wire]()
        vera = sim.found("vera")
        anton = sim.join(vera, "anton", "Антон", ANTON)
        for bench in (vera, anton):
            bench.sync()
            bench.desk.lock()

    def person(self, text: str, urgency: str = "none", country: str = "GE") -> Person:
        """Someone who has just asked for help."""
        return Person(self.sim.seeker(), self.sim.ask(text, urgency, country))

    def open(self, member: str = "vera", *, lock_after_s: float = 600.0, user: int | None = None) -> Opened:
        """Serve a member's desk, until the house is closed."""
        desk = Opened(self.sim, member, lock_after_s=lock_after_s, user=user)
        self._desks.callback(desk.close)
        self._wires.append(desk.wire)
        return desk

    def wait_s(self, seconds: float) -> None:
        """As if so long had passed."""
        self.sim.clock.hands["steady"] += seconds

    def close(self) -> None:
        """Close the desks; the relay lets go whoever still waits on a closed desk's line."""
        self._desks.close()
        relay: Relay = self.sim.transport._inner.app.state.relay  # type: ignore[attr-defined]

        async def release() -> None:
            relay.release()

        self.sim.transport.run(release())
        until(lambda: not any(wire.waiting for wire in self._wires))


@contextmanager
def built(folder: Path) -> Iterator[House]:
    """A house, closed at the end."""
    with simulated(folder, clock=Awake.at(DAY)) as sim:
        house = House(sim)
        yield house
        house.close()


def until(so: Callable[[], bool]) -> None:
    """Wait for what must come; the suite's own timeout is the end of patience."""
    while not so():
        time.sleep(0.05)
