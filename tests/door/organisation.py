"""A real relay and an organisation behind it, for the page's tests: one JSON order a line in, one answer out.

It knows every secret of its organisation and takes up contacts without files: what a desk does is not tried here.
"""

import asyncio
import json
import os
import sys
import tempfile
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette

from safeconduct.clock import Clock
from safeconduct.errors import Refusal
from safeconduct.journal import Journal
from safeconduct.relay.app import Relay
from safeconduct.relay.settings import RelaySettings
from safeconduct.relay.space import init_relay
from safeconduct.sealed import request
from safeconduct.sealed.access import WEEK_DAYS, box_id, chain_start, space_id, week_of
from safeconduct.sealed.event import SEEKER_READABLE, Asked, Began, Continue, Event, Said, read_payload
from safeconduct.sealed.letter import ContactLetter, OnwardLetter, contact_info, onward_info, open_letter, seal_letter
from safeconduct.sealed.manifest import BoxDays, Manifest, VoiceDays, sign_delegation, sign_manifest
from safeconduct.sealed.sealing import BoxPrivate
from safeconduct.sealed.signing import SigningKey, digest, same
from safeconduct.sealed.stream import THREAD, Point, Stream, follow
from safeconduct.sealed.wire import LetterBytes, Octets32

Asking = dict[str, Any]
FORM = b'{"countries":["KZ","GE"],"questions":[]}'


class Season(Clock):
    """A clock that the tests move by whole days."""

    moved_days = 0

    def day(self) -> int:
        return super().day() + Season.moved_days


class Served:
    """A relay on a free port of 127.0.0.1, in a thread of its own."""

    def __init__(self, data: Path, clock: Clock) -> None:
        self.code = init_relay(data, os.urandom, clock.day())
        self.relay = Relay(RelaySettings(data=str(data)), clock, os.urandom, Journal(lambda _line: None))
        app = Starlette(routes=self.relay.routes, lifespan=self._live)
        self.server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", access_log=False))
        threading.Thread(target=self.server.run, daemon=True).start()
        while not self.server.started:
            asyncio.run(asyncio.sleep(0.01))
        port = self.server.servers[0].sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{port}/v1/"

    @asynccontextmanager
    async def _live(self, _app: Starlette) -> AsyncIterator[None]:
        await self.relay.start()
        yield
        await self.relay.stop()


@dataclass
class Matter:
    """One seeker, as the organisation knows him."""

    contact: Stream
    r: bytes
    seeker: bytes
    box: bytes
    now: Stream
    point: Point
    said: list[tuple[str, str]] = field(default_factory=list)


class Organisation:
    """Root, delegation, relay keys, boxes and voices, all in one pair of hands."""

    def __init__(self, served: Served, clock: Clock) -> None:
        self.served, self.clock = served, clock
        self.http = httpx.Client(base_url=served.address, trust_env=False)
        self.root, self.delegated = SigningKey.draw(os.urandom), SigningKey.draw(os.urandom)
        self.keeper, self.member, self.intake = (SigningKey.draw(os.urandom) for _ in range(3))
        self.space = space_id(self.root.public)
        self.boxes: dict[int, BoxPrivate] = {}
        self.voices: dict[int, SigningKey] = {}
        self.withdrawn: set[int] = set()
        self.serial = 0
        self.challenge = bytes(32)
        self.matters: dict[bytes, Matter] = {}
        keys = request.RelayKeys(1, self.keeper.public, self.member.public, self.intake.public)
        made = self.send("space", request.create_space(served.code, self.root, keys))
        self.relay_key = request.read_space_answer(made)
        self.publish()

    def send(self, route: str, body: bytes) -> bytes:
        """One request to the relay; its refusal is raised."""
        headers = {"content-type": request.CONTENT_TYPE}
        answer = self.http.post(route, content=body, headers=headers)
        self.challenge, said = request.open_answer(answer.status_code, answer.headers["content-type"], answer.content)
        if isinstance(said, Refusal):
            raise said
        return said

    def publish(self) -> None:
        """A manifest for today: boxes from last week to two weeks ahead, a voice for each week."""
        today, week = self.clock.day(), week_of(self.clock.day())
        for each in range(week - 1, week + 3):
            self.boxes.setdefault(each, BoxPrivate.draw(os.urandom))
        self.voices.setdefault(today, SigningKey.draw(os.urandom))
        self.serial += 1
        delegation = sign_delegation(self.root, 1, self.delegated.public, today + 100)
        named: tuple[BoxDays, ...] = tuple(
            (Octets32(box_id(box.public)), WEEK_DAYS * each, WEEK_DAYS * each + 6)
            for each, box in sorted(self.boxes.items())
            if each >= week - 1
        )
        voices: tuple[VoiceDays, ...] = tuple(
            (Octets32(key.public), day, day + 8, int(day in self.withdrawn)) for day, key in sorted(self.voices.items())
        )
        manifest = Manifest(
            space=Octets32(self.space),
            serial=self.serial,
            delegation=delegation,
            relay=Octets32(self.relay_key),
            last=today + 10,
            boxes=named,
            voices=voices,
            form=Octets32(digest("form", FORM)),
            door=1,
        )
        keys = [self.boxes[first // WEEK_DAYS].public for _, first, _ in named]
        published = sign_manifest(self.delegated, manifest)
        self.send("space", request.publish(self.space, published, keys, FORM, self.keeper))

    def live(self, days: int) -> None:
        """Day after day, for the relay stops at a clock that jumps."""
        for _ in range(days):
            Season.moved_days += 1
            self.send("manifest", request.ask_manifest(self.space, bytes(16)))

    def voice(self) -> SigningKey:
        """Today's."""
        return self.voices[max(self.voices)]

    def arrive(self) -> list[Matter]:
        """Open the contacts of today that nobody has taken up."""
        asked = request.ask_arrivals(self.space, self.challenge, self.clock.day(), b"", 0, self.intake)
        _, arrivals = request.read_arrivals_answer(self.send("feed", asked))
        return [self._meet(arrival) for arrival in arrivals]

    def _meet(self, arrival: request.Arrival) -> Matter:
        box = next(box for box in self.boxes.values() if same(box_id(box.public), arrival.box))
        info = contact_info(self.space, arrival.contact, arrival.box)
        letter = open_letter(box, info, arrival.letter, ContactLetter)
        contact = Stream.of_contact(letter.r, letter.seeker)
        contact.check_id(arrival.contact)
        known = Matter(contact, letter.r, letter.seeker, b"", contact, Point.start(contact.id))
        matter = self.matters.setdefault(contact.id, known)
        self.read(matter)
        return matter

    def read(self, matter: Matter) -> None:
        """Read on in the open stream."""
        asked = request.ask_read(self.space, self.challenge, [(matter.now, matter.point.n)], None)
        answer = self.send("read", asked)
        [(head, entries)] = request.read_read_answer(answer, self.space, [matter.now.id], self.relay_key)
        for entry, point in zip(entries, follow(matter.point, entries, head), strict=True):
            opened = matter.now.open(entry.envelope)
            event = read_payload(opened.payload, SEEKER_READABLE).event
            who = "seeker" if opened.writer == matter.seeker else "organisation"
            if isinstance(event, Asked):
                matter.box = event.box
            text = event.text if isinstance(event, Asked | Said) else str(event.__struct_config__.tag)
            matter.said.append((who, text))
            matter.point = point

    def write(self, matter: Matter, writer: SigningKey, event: Event, *, closing: bool = False) -> None:
        """Append after the newest head."""
        envelope = matter.now.write(writer, (os.urandom(8), 0), None, event, os.urandom)
        second = request.Entitlement(1, self.member) if closing else request.NOBODY
        asked = request.append(self.space, matter.now, envelope, matter.point, closing=closing, second=second)
        self.send("append", asked)
        self.read(matter)

    def go_on(self, matter: Matter, *, to: bytes | None = None) -> None:
        """A new thread, and the `continue` towards it; `to` is what it commits to, if not to the thread."""
        thread, erase = Stream.draw(os.urandom), SigningKey.draw(os.urandom)
        began = Began(Octets32(matter.contact.id), Octets32(matter.r), Octets32(matter.seeker), Octets32(erase.public))
        envelope = thread.write(self.voice(), (os.urandom(8), 0), None, began, os.urandom)
        self.send("append", request.birth(self.space, thread, THREAD, self.member, envelope, erase=erase.public))
        letter = seal_letter(
            matter.box,
            onward_info(self.space, matter.now.id, box_id(matter.box)),
            OnwardLetter(Octets32(thread.secret), Octets32(erase.seed())),
        )
        going = Continue(
            n=matter.point.n,
            hash=Octets32(matter.point.hash),
            to=Octets32(to or digest("to", thread.secret)),
            file=Octets32(digest("file", os.urandom(32))),
            letter=LetterBytes(letter),
            covers=None,
            unowned=(),
        )
        self.write(matter, self.voice(), going, closing=True)
        matter.now, matter.point = thread, Point(0, chain_start(thread.id), 0)
        self.read(matter)


def obey(organisation: Organisation, asked: Asking) -> Asking:
    """Do one thing to the organisation."""
    match asked["do"]:
        case "arrivals":
            return {"contacts": [matter.contact.id.hex() for matter in organisation.arrive()]}
        case "days":
            organisation.live(asked["by"])
            if asked["publish"]:
                organisation.publish()
            return {"day": organisation.clock.day()}
        case "withdraw":
            organisation.withdrawn.add(max(organisation.voices))
            organisation.publish()
            return {}
        case _:
            return attend(organisation, organisation.matters[bytes.fromhex(asked["contact"])], asked)


def attend(organisation: Organisation, matter: Matter, asked: Asking) -> Asking:
    """Do one thing in one matter, and tell what stands in it."""
    match asked["do"]:
        case "take":
            organisation.go_on(matter)
        case "mislead":
            organisation.go_on(matter, to=os.urandom(32))
        case "say":
            organisation.write(matter, organisation.voice(), Said(asked["text"]))
        case "say-as-stranger":
            organisation.write(matter, SigningKey.draw(os.urandom), Said(asked["text"]))
        case _:
            organisation.read(matter)
    return {"said": matter.said}


def main() -> None:
    """Serve until standard input ends."""
    clock = Season()
    with tempfile.TemporaryDirectory() as data:
        served = Served(Path(data) / "relay", clock)
        organisation = Organisation(served, clock)
        begun = {"relay": served.address, "root": organisation.root.public.hex(), "day": clock.day()}
        sys.stdout.write(json.dumps(begun) + "\n")
        sys.stdout.flush()
        for line in sys.stdin:
            try:
                answer = obey(organisation, json.loads(line))
            except Refusal as refusal:
                answer = {"refused": refusal.code}
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
        served.server.should_exit = True


main()
