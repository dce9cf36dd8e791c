"""An organisation, its seekers and a line to a relay, for tests and benches of the relay alone.

What is sealed is random bytes of the right size: a relay cannot tell the difference, and must not.
"""

import asyncio
import hashlib
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TypeVar

import httpx
from starlette.applications import Starlette

from safeconduct.clock import Clock
from safeconduct.errors import ChallengeOld, Refusal
from safeconduct.journal import Journal
from safeconduct.relay.app import Relay
from safeconduct.relay.settings import RelaySettings
from safeconduct.relay.space import init_relay
from safeconduct.sealed import request as q
from safeconduct.sealed.access import Head, address_of, box_id, envelope_digest, space_id
from safeconduct.sealed.manifest import Manifest, sign_delegation, sign_manifest
from safeconduct.sealed.signing import SigningKey, digest
from safeconduct.sealed.stream import CONTACT, THREAD, Entry, Point, Stream
from safeconduct.sealed.wire import LETTER_BYTES, Octets32

DAY = 20_400
T = TypeVar("T")
Line = Callable[[str, bytes], tuple[int, bytes]]
"""A route and a request's body in, the status and the answer's body out."""


def dice(seed: object) -> Random:
    """Chance that is the same in every run."""
    return Random(repr(seed))  # noqa: S311 - nothing here is secret


def seeded(seed: object) -> Callable[[int], bytes]:
    """Bytes that are the same in every run."""
    return dice(seed).randbytes


@dataclass(frozen=True, slots=True)
class HandClock(Clock):
    """A clock moved by hand."""

    hands: dict[str, float] = field(default_factory=lambda: {"day": DAY, "steady": 0.0})

    def day(self) -> int:
        return int(self.hands["day"])

    def day_left_s(self) -> float:
        return 3_600.0

    def steady_s(self) -> float:
        return self.hands["steady"]

    def move(self, days: int) -> None:
        self.hands["day"] += days


class Cry:
    """A stream with its first envelope, and whatever may stand beside it."""

    def __init__(self, seed: object, kind: int = CONTACT, size: int = 4_096) -> None:
        draw = seeded(seed)
        self.kind = kind
        self.stream = Stream(draw(32))
        self.erase = SigningKey(draw(32))
        self.letter = draw(LETTER_BYTES)
        self.envelope = draw(size)
        self.draw = draw

    @property
    def digest(self) -> bytes:
        return envelope_digest(self.envelope)


class Organisation:
    """The root, the shared keys, the weekly boxes."""

    def __init__(self, seed: object = 0) -> None:
        draw = seeded(("organisation", seed))
        self.root, self.delegated = SigningKey(draw(32)), SigningKey(draw(32))
        self.keeper, self.member, self.intake = (SigningKey(draw(32)) for _ in range(3))
        self.space = space_id(self.root.public)
        self.draw = draw
        self.boxes: dict[int, bytes] = {}
        self.form = b'{"countries":[],"questions":[]}'
        self.keys_serial = 1

    @property
    def keys(self) -> q.RelayKeys:
        return q.RelayKeys(self.keys_serial, self.keeper.public, self.member.public, self.intake.public)

    def box(self, week: int) -> bytes:
        """The public key of a week's box; nobody holds the other half."""
        return self.boxes.setdefault(week, hashlib.shake_256(self.space + bytes([week % 256])).digest(1_216))

    def manifest(self, day: int, serial: int, relay: bytes, **changes: object) -> bytes:
        weeks = range(day // 7 - 1, day // 7 + 3)
        fields: dict[str, object] = {
            "space": Octets32(self.space),
            "serial": serial,
            "delegation": sign_delegation(self.root, 1, self.delegated.public, day + 100),
            "relay": Octets32(relay),
            "last": day + 14,
            "boxes": tuple((Octets32(box_id(self.box(week))), 7 * week, 7 * week + 6) for week in weeks),
            "voices": (),
            "form": Octets32(digest("form", self.form)),
            "door": 1,
        } | changes
        return sign_manifest(self.delegated, Manifest(**fields))  # type: ignore[arg-type]

    def box_keys(self, day: int) -> list[bytes]:
        return [self.box(week) for week in range(day // 7 - 1, day // 7 + 3)]

    def box_of(self, day: int) -> bytes:
        return box_id(self.box(day // 7))


class Talk:
    """What a door or a desk says to a relay, over any line; refusals are raised."""

    def __init__(self, line: Line, organisation: Organisation) -> None:
        self.line = line
        self.org = organisation
        self.relay = b""
        self.challenge = bytes(32)

    def ask(self, route: str, body: bytes) -> bytes:
        status, content = self.line(route, body)
        self.challenge, said = q.open_answer(status, q.CONTENT_TYPE, content)
        if isinstance(said, Refusal):
            raise said
        return said

    def signed(self, route: str, make: Callable[[bytes], bytes]) -> bytes:
        """With a challenge; once more if it was old."""
        try:
            return self.ask(route, make(self.challenge))
        except ChallengeOld:
            return self.ask(route, make(self.challenge))

    # The organisation's own

    def found(self, code: bytes) -> None:
        self.relay = q.read_space_answer(self.ask("space", q.create_space(code, self.org.root, self.org.keys)))

    def publish(self, day: int, serial: int, **changes: object) -> bytes:
        manifest = self.org.manifest(day, serial, self.relay, **changes)
        body = q.publish(self.org.space, manifest, self.org.box_keys(day), self.org.form, self.org.keeper)
        self.ask("space", body)
        return manifest

    def manifest(self, nonce: bytes = bytes(16)) -> q.ManifestAnswer:
        return q.read_manifest_answer(self.ask("manifest", q.ask_manifest(self.org.space, nonce)))

    # Streams

    def contact_body(self, cry: Cry, box: bytes) -> bytes:
        return q.send_contact(self.org.space, cry.stream.access.public, cry.erase.public, box, cry.letter, cry.envelope)

    def contact(self, cry: Cry, box: bytes) -> tuple[Head, bytes]:
        said = self.ask("contact", self.contact_body(cry, box))
        return q.read_contact_answer(said, self.org.space, cry.stream.id, self.relay)

    def reseal(self, cry: Cry, box: bytes, letter: bytes) -> tuple[Head, bytes]:
        said = self.ask("contact", q.reseal(self.org.space, cry.stream, box, letter))
        return q.read_contact_answer(said, self.org.space, cry.stream.id, self.relay)

    def birth(self, cry: Cry) -> Head:
        return self.receipt(cry, self.birth_body(cry))

    def birth_body(self, cry: Cry) -> bytes:
        thread = cry.kind == THREAD
        erase, recovery = (cry.erase.public, b"") if thread else (b"", cry.letter)
        return q.birth(
            self.org.space, cry.stream, cry.kind, self.org.member, cry.envelope, erase=erase, recovery=recovery
        )

    def append(
        self,
        cry: Cry,
        envelope: bytes,
        named: Head | None = None,
        *,
        closing: bool = False,
        by: q.Entitlement = q.NOBODY,
    ) -> Head:
        return self.receipt(cry, self.append_body(cry, envelope, named, closing=closing, by=by))

    def append_body(
        self,
        cry: Cry,
        envelope: bytes,
        named: Head | None = None,
        *,
        closing: bool = False,
        by: q.Entitlement = q.NOBODY,
    ) -> bytes:
        point = Point(named.n, named.hash, named.day, named.closing) if named else None
        return q.append(self.org.space, cry.stream, envelope, point, closing=closing, second=by)

    def receipt(self, cry: Cry, body: bytes) -> Head:
        return q.read_append_answer(self.ask("append", body), self.org.space, cry.stream.id, self.relay)

    @property
    def as_member(self) -> q.Entitlement:
        return q.Entitlement(1, self.org.member)

    def read(self, *wants: tuple[Cry, int], member: bool = True) -> list[tuple[Head, list[Entry]]]:
        key = self.org.member if member else None
        streams = [(cry.stream, after) for cry, after in wants]
        said = self.signed("read", lambda challenge: q.ask_read(self.org.space, challenge, streams, key))
        return q.read_read_answer(said, self.org.space, [cry.stream.id for cry, _ in wants], self.relay)

    # What moved

    def feed(self, day: int, cursor: bytes = b"", wait_s: int = 0) -> q.Page:
        said = self.signed(
            "feed", lambda challenge: q.ask_feed(self.org.space, challenge, day, cursor, wait_s, self.org.member)
        )
        return q.read_feed_answer(said, day)

    def book(self, day: int) -> tuple[bytes, ...]:
        """A closed day's book, all pages."""
        items: tuple[bytes, ...] = ()
        cursor, more = b"", True
        while more:
            page = self.feed(day, cursor)
            items, cursor, more = items + page.items, page.cursor, page.more
        return items

    def arrivals(self, day: int, cursor: bytes = b"", wait_s: int = 0) -> tuple[q.Page, list[q.Arrival]]:
        said = self.signed(
            "feed", lambda challenge: q.ask_arrivals(self.org.space, challenge, day, cursor, wait_s, self.org.intake)
        )
        return q.read_arrivals_answer(said)

    # Letters

    def post(self, address: bytes, letter: bytes) -> None:
        q.read_post_answer(self.ask("post", q.post(self.org.space, address, letter, self.org.member)))

    def collect(self, collect: SigningKey, *acknowledged: bytes) -> tuple[bool, tuple[bytes, ...]]:
        said = self.signed("collect", lambda challenge: q.ask_collect(self.org.space, challenge, collect, acknowledged))
        return q.read_collect_answer(said)


class Here:
    """A relay in a thread of this process, with its own event loop. It is asked as uvicorn would ask it."""

    def __init__(self, data: Path, clock: Clock, seed: object = 0, **settings: object) -> None:
        self.said: list[str] = []
        self.journal = Journal(self.said.append)
        self.settings = RelaySettings(data=str(data), **settings)  # type: ignore[arg-type]
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.relay = Relay(self.settings, clock, seeded(("relay", seed)), self.journal)
        try:
            self.do(self.relay.start())
        except BaseException:
            self._end_loop()
            raise

    def do(self, work: Coroutine[object, object, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def line(self, route: str, body: bytes) -> tuple[int, bytes]:
        return self.do(self.ask(route, [body]))

    def ask_by(self, method: str, route: str, *headers: tuple[bytes, bytes]) -> tuple[int, bytes]:
        return self.do(self.ask(route, [b""], method, headers))

    async def ask(
        self,
        route: str,
        chunks: list[bytes],
        method: str = "POST",
        headers: Sequence[tuple[bytes, bytes]] = ((b"content-type", q.CONTENT_TYPE.encode()),),
    ) -> tuple[int, bytes]:
        """One request through the relay's own routes, its body in these chunks."""
        sent: list[dict[str, object]] = []
        left = list(chunks)

        async def receive() -> dict[str, object]:
            body = left.pop(0)
            return {"type": "http.request", "body": body, "more_body": bool(left)}

        async def send(message: dict[str, object]) -> None:
            sent.append(message)

        scope = {"type": "http", "method": method, "path": f"/v1/{route}", "headers": list(headers)}
        for one in self.relay.routes:
            match, child = one.matches(scope)
            if match.value == 2:
                await one.handle({**scope, **child}, receive, send)  # type: ignore[arg-type]
                break
        return sent[0]["status"], sent[1]["body"]  # type: ignore[return-value]

    def stop(self) -> None:
        self.do(self.relay.stop())
        self._end_loop()

    def _end_loop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


@contextmanager
def relay_here(data: Path, clock: Clock, **settings: object) -> Iterator[Here]:
    """A relay, from start to stop."""
    here = Here(data, clock, **settings)
    try:
        yield here
    finally:
        here.stop()


def found_here(data: Path, clock: HandClock, seed: object = 0, **settings: object) -> tuple[Here, Talk]:
    """A relay with one organisation in it, and its manifest published."""
    code = init_relay(data, seeded(("operator", seed)), clock.day())
    here = Here(data, clock, **settings)
    talk = Talk(here.line, Organisation(seed))
    talk.found(code)
    talk.publish(clock.day(), 1)
    return here, talk


@contextmanager
def founded(data: Path, clock: HandClock, seed: object = 0, **settings: object) -> Iterator[tuple[Here, Talk]]:
    """The same, from start to stop."""
    here, talk = found_here(data, clock, seed, **settings)
    try:
        yield here, talk
    finally:
        here.stop()


def build_relay(settings: RelaySettings, clock: Clock, random: Callable[[int], bytes], journal: Journal) -> Starlette:
    """A relay alone, with its start and stop, as an application. `init_relay` has made `settings.data` before."""
    relay = Relay(settings, clock, random, journal)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await relay.start()
        try:
            yield
        finally:
            await relay.stop()

    app = Starlette(routes=relay.routes, lifespan=lifespan)
    app.state.relay = relay
    return app


def http_line(client: httpx.Client) -> Line:
    """Over HTTP; the answer must be a relay's."""

    def line(route: str, body: bytes) -> tuple[int, bytes]:
        answer = client.post(f"/v1/{route}", content=body, headers={"content-type": q.CONTENT_TYPE})
        assert answer.headers["content-type"] == q.CONTENT_TYPE
        return answer.status_code, answer.content

    return line


def address(collect: SigningKey) -> bytes:
    return address_of(collect.public)
