"""An organisation of one on a relay of its own, with its door: for the door's stories and benches.

`python tools/harbour.py FOLDER` serves relay and door of a folder that `Harbour` has made, until it is told to end.
The organisation's side is written here against the protocol, without a desk.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from safeconduct.case.form import SHIPPED, Form, form_digest, write_form
from safeconduct.clock import Clock
from safeconduct.door.app import STATIC, DoorSettings, build_door
from safeconduct.door.org import write_org
from safeconduct.door.release import release_digest_list, sign_release
from safeconduct.errors import Refusal
from safeconduct.journal import Journal
from safeconduct.relay.app import Relay
from safeconduct.relay.serve import Server
from safeconduct.relay.settings import RelaySettings
from safeconduct.relay.space import init_relay
from safeconduct.sealed.access import box_id, space_id, week_of
from safeconduct.sealed.event import SEEKER_READABLE, Answered, Asked, Began, Continue, Event, Said, read_payload
from safeconduct.sealed.letter import ContactLetter, OnwardLetter, contact_info, onward_info, open_letter, seal_letter
from safeconduct.sealed.manifest import VOICE_COUNTS_DAYS, BoxDays, Manifest, sign_delegation, sign_manifest
from safeconduct.sealed.request import (
    Arrival,
    Entitlement,
    RelayKeys,
    append,
    ask_arrivals,
    ask_read,
    birth,
    create_space,
    open_answer,
    publish,
    read_append_answer,
    read_arrivals_answer,
    read_read_answer,
    read_space_answer,
)
from safeconduct.sealed.sealing import BoxPrivate
from safeconduct.sealed.signing import SigningKey, digest
from safeconduct.sealed.stream import THREAD, Entry, Point, Stream, follow
from safeconduct.sealed.wire import LetterBytes, Octets32

NAME: Final = (("ru", "Тихая гавань"), ("en", "Quiet Harbour"))


def _key() -> SigningKey:
    return SigningKey.draw(os.urandom)


@dataclass
class Keys:
    """Everything that an organisation's members hold, in one pair of hands."""

    root: SigningKey = field(default_factory=_key)
    delegated: SigningKey = field(default_factory=_key)
    keeper: SigningKey = field(default_factory=_key)
    member: SigningKey = field(default_factory=_key)
    intake: SigningKey = field(default_factory=_key)
    voice: SigningKey = field(default_factory=_key)
    boxes: dict[int, BoxPrivate] = field(default_factory=dict)

    @property
    def space(self) -> bytes:
        return space_id(self.root.public)


@dataclass(frozen=True)
class Matter:
    """One seeker's contact, as the organisation reads it; the thread once it is taken up."""

    contact: Stream
    letter: ContactLetter
    asked: Asked
    thread: Stream | None = None


class Harbour:
    """Relay and door in a process of their own; the organisation in this one."""

    def __init__(self, folder: Path, *, form: Form = SHIPPED) -> None:
        """Make the relay's directory; nothing runs yet."""
        self.folder, self.form = folder, write_form(form)
        self.keys = Keys()
        self.day = Clock().day()
        self.port = _free_port()
        self.address = f"http://localhost:{self.port}/"
        self._code = init_relay(folder / "relay", os.urandom, self.day)
        self._process: subprocess.Popen[bytes] | None = None
        self._challenge = bytes(32)
        self._serial = 0
        self._k = 0
        self._relay = b""
        self._http = httpx.Client(timeout=30)
        # Another origin, with pages that have nothing to do with it.
        self.elsewhere = f"http://127.0.0.1:{self.port}/elsewhere/"
        org = write_org(self.keys.root.public, 0, self.day, NAME, self.leave)
        (folder / "org.js").write_bytes(org)

    @property
    def leave(self) -> str:
        """Where quick exit leads."""
        return f"{self.elsewhere}leave"

    def __enter__(self) -> Self:
        self.start()
        relay_keys = RelayKeys(1, self.keys.keeper.public, self.keys.member.public, self.keys.intake.public)
        self._relay = read_space_answer(self._ask("space", create_space(self._code, self.keys.root, relay_keys)))
        self.publish()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._http.close()

    def start(self, shift_days: int = 0) -> None:
        """Start the process, with its clock moved by so many days, and wait until it answers."""
        self.day = Clock(shift_days).day()
        (self.folder / "harbour.json").write_text(
            json.dumps({"port": self.port, "shift_days": shift_days, "leave": self.leave})
        )
        self._process = subprocess.Popen([sys.executable, __file__, str(self.folder)])
        for _ in range(200):
            with contextlib.suppress(httpx.TransportError):
                if self._http.get(self.address).status_code == 200:
                    return
            time.sleep(0.1)
        raise TimeoutError

    def stop(self) -> None:
        """End the process."""
        if self._process:
            self._process.terminate()
            self._process.wait(30)
            self._process = None

    def publish(self, last_days: int = 14, door: int = 1) -> None:
        """A manifest with boxes from last week to two weeks ahead and one voice, good for so many days."""
        week = week_of(self.day)
        boxes: list[BoxDays] = []
        for each in range(week - 1, week + 3):
            box = self.keys.boxes.setdefault(each, BoxPrivate.draw(os.urandom))
            boxes.append((Octets32(box_id(box.public)), 7 * each, 7 * each + 6))
        self._serial += 1
        delegation = sign_delegation(self.keys.root, 1, self.keys.delegated.public, self.day + 100)
        voice = (Octets32(self.keys.voice.public), self.day, self.day + VOICE_COUNTS_DAYS - 1, 0)
        manifest = Manifest(
            Octets32(self.keys.space),
            self._serial,
            delegation,
            Octets32(self._relay),
            min(self.day + last_days, boxes[-1][2]),
            tuple(boxes),
            (voice,),
            Octets32(form_digest(self.form)),
            door,
        )
        public = [self.keys.boxes[each].public for each in range(week - 1, week + 3)]
        signed = sign_manifest(self.keys.delegated, manifest)
        self._ask("space", publish(self.keys.space, signed, public, self.form, self.keys.keeper))

    def arrived(self) -> list[Matter]:
        """Today's contacts that nobody has taken up."""
        wanted = ask_arrivals(self.keys.space, self._fresh(), self.day, b"", 0, self.keys.intake)
        return [self._open_contact(arrival) for arrival in read_arrivals_answer(self._ask("feed", wanted))[1]]

    def take_up(self, matter: Matter) -> Matter:
        """Begin a thread and close the contact towards it."""
        thread, erase = Stream.draw(os.urandom), _key()
        began = Began(Octets32(matter.contact.id), matter.letter.r, matter.letter.seeker, Octets32(erase.public))
        sealed = thread.write(self.keys.voice, (os.urandom(8), 0), None, began, os.urandom)
        self._ask("append", birth(self.keys.space, thread, THREAD, self.keys.member, sealed, erase=erase.public))
        point, _ = self._read(matter.contact)
        info = onward_info(self.keys.space, matter.contact.id, box_id(matter.asked.box))
        onward = seal_letter(matter.asked.box, info, OnwardLetter(Octets32(thread.secret), Octets32(erase.seed())))
        closing = Continue(
            point.n,
            Octets32(point.hash),
            Octets32(digest("to", thread.secret)),
            Octets32(digest("file", os.urandom(32))),
            LetterBytes(onward),
            None,
            (),
        )
        self._append(matter.contact, closing, closing=True)
        return Matter(matter.contact, matter.letter, matter.asked, thread)

    def reply(self, matter: Matter, text: str) -> None:
        """Say something as the organisation."""
        assert matter.thread
        self._append(matter.thread, Said(text))

    def said(self, matter: Matter) -> list[Event]:
        """Everything the seeker has written, in order."""
        found: list[Event] = []
        for stream in (matter.contact, matter.thread):
            for entry in self._read(stream)[1] if stream else []:
                opened = stream.open(entry.envelope) if stream else None
                if opened and opened.writer == matter.letter.seeker:
                    found.append(read_payload(opened.payload, SEEKER_READABLE).event)
        return [event for event in found if isinstance(event, Asked | Said | Answered)]

    def _open_contact(self, arrival: Arrival) -> Matter:
        box = next(box for box in self.keys.boxes.values() if box_id(box.public) == arrival.box)
        letter = open_letter(
            box, contact_info(self.keys.space, arrival.contact, arrival.box), arrival.letter, ContactLetter
        )
        contact = Stream.of_contact(letter.r, letter.seeker)
        opened = contact.open(self._read(contact)[1][0].envelope)
        asked = read_payload(opened.payload, SEEKER_READABLE).event
        assert isinstance(asked, Asked)
        return Matter(contact, letter, asked)

    def _append(self, stream: Stream, event: Event, *, closing: bool = False) -> None:
        point, _ = self._read(stream)
        self._k += 1
        sealed = stream.write(self.keys.voice, (bytes(8), self._k), None, event, os.urandom)
        second = Entitlement(1, self.keys.member) if closing else Entitlement()
        asked = append(self.keys.space, stream, sealed, point, closing=closing, second=second)
        read_append_answer(self._ask("append", asked), self.keys.space, stream.id, self._relay)

    def _read(self, stream: Stream) -> tuple[Point, list[Entry]]:
        asked = ask_read(self.keys.space, self._fresh(), [(stream, 0)], None)
        ((head, entries),) = read_read_answer(self._ask("read", asked), self.keys.space, [stream.id], self._relay)
        return follow(Point.start(stream.id), entries, head)[-1], entries

    def _fresh(self) -> bytes:
        """A challenge that is good now."""
        with contextlib.suppress(Refusal):
            self._ask("nothing", b"")
        return self._challenge

    def _ask(self, route: str, body: bytes) -> bytes:
        answer = self._http.post(
            f"{self.address}v1/{route}", content=body, headers={"content-type": "application/octet-stream"}
        )
        self._challenge, said = open_answer(answer.status_code, answer.headers["content-type"], answer.content)
        if isinstance(said, Refusal):
            raise said
        return said


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _elsewhere(_request: Request) -> Response:
    return HTMLResponse("<!doctype html><html lang=ru><title>Погода</title><p>Ясно")


def serve(folder: Path) -> None:
    """Relay and door on one origin."""
    known = json.loads((folder / "harbour.json").read_text())
    settings = RelaySettings(data=str(folder / "relay"), port=known["port"])
    relay = Relay(settings, Clock(known["shift_days"]), os.urandom, Journal(lambda _: None))
    signature = sign_release(_key(), release_digest_list(STATIC))
    door = build_door(DoorSettings(known["leave"], signature), (folder / "org.js").read_bytes())

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await relay.start()
        try:
            yield
        finally:
            await relay.stop()

    routes = [*relay.routes, *door, Route("/elsewhere/{name}", _elsewhere)]
    Server(Starlette(routes=routes, lifespan=lifespan), relay, settings).run()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
