"""A real relay, a real organisation with desks, and a seeker in Python: what the pages are tried on."""

import os
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from pathlib import Path
from time import sleep
from typing import Final

import httpx
from starlette.applications import Starlette

from safeconduct.clock import Clock
from safeconduct.desk.app import Settings, build_app, listen, server
from safeconduct.desk.desk import Desk
from safeconduct.desk.found import add_member, found_space, invitation, join, make_desk
from safeconduct.desk.launch import read_address
from safeconduct.desk.line import Line
from safeconduct.desk.room import Room
from safeconduct.desk.vault import Vault, create_vault, open_vault
from safeconduct.journal import Journal
from safeconduct.relay.app import Relay
from safeconduct.relay.serve import Server
from safeconduct.relay.settings import RelaySettings
from safeconduct.relay.space import init_relay
from safeconduct.sealed import request
from safeconduct.sealed.access import box_id, space_id
from safeconduct.sealed.event import SEEKER_READABLE, Asked, Continue, Event, Said, read_payload
from safeconduct.sealed.letter import ContactLetter, OnwardLetter, contact_info, onward_info, open_letter, seal_letter
from safeconduct.sealed.manifest import Manifest
from safeconduct.sealed.sealing import BoxPrivate
from safeconduct.sealed.signing import SIGNATURE_BYTES, SigningKey
from safeconduct.sealed.stream import Point, Stream, check_successor, follow
from safeconduct.sealed.wire import BoxKey, Octets32, decode, encode

PASSPHRASE: Final = "семь сухих листьев"
ORGANISATION: Final = "Тихая линия"


class Served:
    """A relay on 127.0.0.1, in a thread."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.code = init_relay(folder, os.urandom, clock.day())
        settings = RelaySettings(data=str(folder), port=0)
        self._relay = Relay(settings, clock, os.urandom, Journal(lambda _line: None))
        self._server = Server(Starlette(routes=self._relay.routes, lifespan=self._live), self._relay, settings)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            sleep(0.01)
        self.address = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    @asynccontextmanager
    async def _live(self, _app: Starlette) -> AsyncIterator[None]:
        await self._relay.start()
        yield
        await self._relay.stop()

    def stop(self) -> None:
        self._relay.release()
        self._server.should_exit = True
        self._thread.join(30)


class Wire(httpx.HTTPTransport):
    """A desk's way to the relay, which a test can cut and mend."""

    cut = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.cut:
            raise httpx.ConnectError("cut")
        return super().handle_request(request)


class Opened:
    """A member's desk and its pages, served as `safeconduct desk` serves them."""

    def __init__(self, folder: Path, *, lock_after_s: float = 600.0, user: int | None = None) -> None:
        self.folder, self.wire, self.said = folder, Wire(), list[str]()
        journal, clock = Journal(self.said.append), Clock()
        self.desk = Desk(folder, clock, os.urandom, journal, self.wire)
        sock = listen(18_410)
        self.port: int = sock.getsockname()[1]
        self.origin = f"http://127.0.0.1:{self.port}"
        settings = Settings(folder, self.port, lock_after_s=lock_after_s, user=user)
        self.server = server(build_app(self.desk, settings, clock, os.urandom, journal))
        self._thread = threading.Thread(target=self.server.run, kwargs={"sockets": [sock]}, daemon=True)
        self._thread.start()
        while not self.server.started:
            sleep(0.01)

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
        with httpx.Client(base_url=self.origin, headers=headers, trust_env=False) as client:
            if let_in:
                assert client.post("/enter", data={"token": self.token}).status_code == 204
            if let_in and unlocked:
                assert client.post("/unlock", data={"passphrase": PASSPHRASE}).status_code == 303
            yield client

    def close(self) -> None:
        self.server.should_exit = True
        self._thread.join(30)
        self.desk.lock()


class Seeker:
    """Someone who asks, comes back and writes again."""

    def __init__(self, line: Line, root: bytes) -> None:
        self._line, self._space = line, space_id(root)
        self._me, self._r, self._lane, self._k = SigningKey.draw(os.urandom), os.urandom(32), os.urandom(8), 0
        self._box, self._erase = BoxPrivate.draw(os.urandom), SigningKey.draw(os.urandom)
        self._now = Stream.of_contact(self._r, self._me.public)
        self._point = Point.start(self._now.id)
        self._relay_key = b""
        self.heard: list[str] = []

    def ask(self, text: str, urgency: str = "none", country: str = "GE", language: str = "ru") -> None:
        said = request.read_manifest_answer(self._line.ask("manifest", request.ask_manifest(self._space, bytes(16))))
        manifest = decode(said.manifest[:-SIGNATURE_BYTES], Manifest)
        self._relay_key = bytes(manifest.relay)
        event = Asked(
            BoxKey(self._box.public), Octets32(self._erase.public), country, urgency, language, text, None
        )
        letter = seal_letter(
            said.box,
            contact_info(self._space, self._now.id, box_id(said.box)),
            ContactLetter(Octets32(self._r), Octets32(self._me.public), manifest.serial),
        )
        body = request.send_contact(
            self._space,
            self._now.access.public,
            self._erase.public,
            box_id(said.box),
            letter,
            self._seal(event),
        )
        self._line.ask("contact", body)

    def say(self, text: str) -> None:
        """Write again, to wherever the conversation now is."""
        self.read()
        body = request.append(self._space, self._now, self._seal(Said(text)), None)
        self._line.ask("append", body)

    def read(self) -> list[str]:
        """All that the organisation has said."""
        while self._read_on():
            pass
        return self.heard

    def _seal(self, event: Event) -> bytes:
        self._k += 1
        return self._now.write(self._me, (self._lane, self._k - 1), None, event, os.urandom)

    def _read_on(self) -> bool:
        """Read one stream to its end; true if the conversation goes on in another."""
        wanted = [(self._now, self._point.n)]
        answer = self._line.ask("read", lambda challenge: request.ask_read(self._space, challenge, wanted, None))
        [(head, entries)] = request.read_read_answer(answer, self._space, [self._now.id], self._relay_key)
        for entry, point in zip(entries, follow(self._point, entries, head), strict=True):
            opened, self._point = self._now.open(entry.envelope), point
            event = read_payload(opened.payload, SEEKER_READABLE).event
            if isinstance(event, Said) and opened.writer != self._me.public:
                self.heard.append(event.text)
            if isinstance(event, Continue) and event.letter:
                info = onward_info(self._space, self._now.id, box_id(self._box.public))
                onward = open_letter(self._box, info, bytes(event.letter), OnwardLetter)
                self._now = check_successor(event, onward.secret)
                self._point, self._lane, self._k = Point.start(self._now.id), os.urandom(8), 0
                return True
        return False


class House:
    """The organisation: Vera (coordinator, intake, caseworker) and Anton (intake, caseworker)."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock, self._lines = folder, Clock(), ExitStack()
        self.relay = Served(folder / "relay", self.clock)
        self._root = SigningKey.draw(os.urandom)
        self._found()
        self._admit()

    def _found(self) -> None:
        with self._room(create_vault(self.folder / "vera", PASSPHRASE, os.urandom)) as room:
            duties = ("coordinator", "intake", "caseworker")
            found_space(room, self.relay.address, self.relay.code, self._root, ORGANISATION, "Вера", duties)

    def _admit(self) -> None:
        hers = open_vault(self.folder / "vera", PASSPHRASE, os.urandom)
        his = create_vault(self.folder / "anton", PASSPHRASE, os.urandom)
        with self._room(hers) as vera, self._room(his) as anton:
            add_member(vera, encode(make_desk(anton)), "Антон", ("intake", "caseworker"))
            join(anton, invitation(vera))

    @contextmanager
    def _room(self, vault: Vault) -> Iterator[Room]:
        with closing(vault), closing(Line(self.relay.address)) as line:
            yield Room(vault, line, self.clock, os.urandom)

    def seeker(self) -> Seeker:
        line = self._lines.enter_context(closing(Line(self.relay.address)))
        return Seeker(line, self._root.public)

    def close(self) -> None:
        self._lines.close()
        self.relay.stop()

    def open(self, member: str, *, lock_after_s: float = 600.0, user: int | None = None) -> Opened:
        return Opened(self.folder / member, lock_after_s=lock_after_s, user=user)
