"""The relay as an ASGI application: eight routes over one store (spec: relay).

What is asked is read (`request`), admitted (`admit`), judged and kept (`store`), and answered here. Nothing of
it reaches a file or a pipe but what `store` keeps. It all happens in one event loop but for the database.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette
from starlette.routing import Route

from safeconduct.clock import Clock
from safeconduct.errors import DayWrong, Refusal, RouteUnknown, SpaceUnknown
from safeconduct.journal import Entry, Journal
from safeconduct.relay import request as r
from safeconduct.relay.admit import Challenges, admit, admit_erase
from safeconduct.relay.day import Days
from safeconduct.relay.endpoint import Endpoint, Limit
from safeconduct.relay.feed import Order, Pages
from safeconduct.relay.settings import RelaySettings
from safeconduct.relay.space import Records, Space
from safeconduct.relay.sqlite import Place
from safeconduct.relay.store import PAGE_ARRIVALS, PAGE_BYTES, Contact, News, Store
from safeconduct.relay.writer import Outcome, Writer, settle
from safeconduct.sealed.access import CHALLENGE_BYTES, TAG_BYTES, born_frame, day_frame, sign_head
from safeconduct.sealed.signing import Random, frame, u32
from safeconduct.sealed.wire import ID_BYTES

PADDED_LEAST_BYTES: Final = 16_384
TICK_SECONDS: Final = 60


class Relay:
    """A relay in one event loop. `routes` may be mounted beside others; `start` before, `stop` after."""

    def __init__(self, settings: RelaySettings, clock: Clock, random: Random, journal: Journal) -> None:
        """Nothing is opened yet."""
        self._settings: Final = settings
        self._clock: Final = clock
        self._journal: Final = journal
        self._challenges: Final = Challenges(random, clock.steady_s)
        self._pages: Final = Pages(random)
        self._moves: Final = defaultdict[int, Order](lambda: Order(TAG_BYTES, PAGE_BYTES // TAG_BYTES, random))
        self._arrivals: Final = defaultdict[int, Order](lambda: Order(ID_BYTES, PAGE_ARRIVALS, random))
        self._spaces: dict[bytes, Space] = {}
        self._at_hand: Final = Limit(settings.requests_at_once)
        self._waiting: Final = Limit(settings.waiting_at_once)
        self._released = False
        self._answers: Final[dict[type, Callable[[Any, Any], Awaitable[bytes]]]] = {
            r.ManifestAsked: self._manifest,
            r.SpaceMade: self._space,
            r.KeysSet: self._space,
            r.Published: self._space,
            r.ContactSent: self._contact,
            r.Resealed: self._reseal,
            r.Appended: self._append,
            r.Born: self._birth,
            r.ReadAsked: self._read,
            r.FeedAsked: self._feed,
            r.ArrivalsAsked: self._list_arrivals,
            r.Posted: self._post,
            r.CollectAsked: self._collect,
        }
        endpoint = partial(Endpoint, challenge=self._challenges.make, at_hand=self._at_hand, journal=journal)
        self.routes: Final = [
            *(Route(f"/v1/{route}", endpoint(partial(self._judge, route))) for route in r.ROUTES),
            Route("/v1/{rest:path}", endpoint(_refuse_route)),
        ]

    async def start(self) -> None:
        """Open the files of `settings.data` in this event loop, and keep the loop's failures off every pipe.

        Raises:
            FormatOther: `init_relay` was not here, or another process has it open. DiskFull, Broken.
        """
        asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: self._journal.note(Entry.FAILED))
        self._writer = Writer(self._open, self._deliver, self._journal)
        self._store = await self._writer.start()
        self._records = self._store.days.records
        self._day, self._clock_day = self._store.days.day, -1
        self._spaces = {space.id: space for space in await self._writer.alone(self._records.spaces)}
        self._note(await self._writer.alone(self._store.todays))
        self._ticking = asyncio.create_task(self._tick())
        self._journal.note(Entry.RELAY_STARTED)

    async def stop(self) -> None:
        """Answer what is at hand, then close the files."""
        self.release()
        self._ticking.cancel()
        await self._writer.stop()
        self._journal.note(Entry.RELAY_STOPPED)

    def release(self) -> None:
        """Let all who wait for news go: a server that is told to end waits for its answers."""
        self._released = True
        self._wake_all()

    def _open(self) -> Store:
        """In the writer's thread: a connection belongs to the thread that opened it."""
        settings = self._settings
        data, retention_days = Path(settings.data), settings.retention_days if settings.expire else None
        return Store(Days(data, Records(data), self._clock, self._journal, retention_days))

    # Time and news

    async def _tick(self) -> None:
        """Turn the day, see the operator's word, go on with a copy that failed: also when nobody asks anything."""
        while True:
            await asyncio.sleep(min(TICK_SECONDS, self._clock.day_left_s() + 0.01))
            with suppress(Refusal):
                await self._writer.alone(_nothing)

    async def _follow_clock(self) -> None:
        """The first request after midnight turns the day, if the timer has not been quicker."""
        if self._clock.day() != self._clock_day:
            clock_day = self._clock.day()
            await self._writer.alone(_nothing)
            self._clock_day = clock_day

    def _deliver(self, day: int, news: list[News], outcomes: list[Outcome]) -> None:
        """What the writer has brought to disk becomes known: first the day, then what moved, then the answers."""
        if day != self._day:
            self._day = day
            for order in (*self._moves.values(), *self._arrivals.values()):
                order.begin_day()
            self._wake_all()
        self._note(news)
        settle(outcomes)

    def _note(self, news: list[News]) -> None:
        for space, tag, arrived in news:
            self._moves[space].add(tag)
            self._arrivals[space].add(arrived)
        for space in {one.space for one in news if one.tag}:
            self._moves[space].wake()
        for space in {one.space for one in news if one.arrived}:
            self._arrivals[space].wake()

    def _wake_all(self) -> None:
        for order in (*self._moves.values(), *self._arrivals.values()):
            order.wake()

    # Judging and answering

    async def _judge(self, route: str, untrusted: bytes) -> bytes:
        """The answer's frame.

        Raises:
            Whatever the request is refused with.
        """
        asked = r.read_request(route, untrusted)
        space = self._spaces.get(asked.space)
        if space is None and not isinstance(asked, r.SpaceMade):
            raise SpaceUnknown
        admit(asked, space, self._challenges)
        await self._follow_clock()
        return await self._answers[type(asked)](asked, space)

    async def _manifest(self, asked: r.ManifestAsked, space: Space) -> bytes:
        signature = self._records.key.sign(day_frame(asked.space, asked.nonce, self._day))
        box_key = space.box_key(self._day)
        return frame("manifest answer", u32(self._day), signature, space.published, box_key, space.form)

    async def _space(self, asked: r.SpaceMade | r.KeysSet | r.Published, _space: Space | None) -> bytes:
        records, days = self._records, self._store.days
        change = lambda: records.change(asked, clock_good=days.clock_good)  # noqa: E731 - to be run by the writer
        self._spaces[asked.space] = await self._writer.alone(change)
        return frame("space answer", self._records.key.public)

    # Receipts are signed in the writer's thread, beside what they speak of, and leave it after the commit only.

    async def _contact(self, asked: r.ContactSent, space: Space) -> bytes:
        return await self._writer.group(lambda: self._sign_contact(asked, self._store.contact(space, asked)))

    async def _reseal(self, asked: r.Resealed, space: Space) -> bytes:
        return await self._writer.group(lambda: self._sign_contact(asked, self._store.reseal(space, asked)))

    def _sign_contact(self, asked: r.ContactSent | r.Resealed, kept: Contact) -> bytes:
        born = self._records.key.sign(born_frame(asked.space, asked.stream, kept.letter, kept.erase))
        return frame("contact answer", self._head(asked.space, asked.stream, kept.place), born)

    async def _append(self, asked: r.Appended, space: Space) -> bytes:
        if asked.by == r.BY_ERASE:
            admit_erase(asked, await self._writer.alone(lambda: self._store.erase_key(space, asked.stream)))
        return await self._writer.group(lambda: self._sign_append(asked, self._store.append(space, asked)))

    async def _birth(self, asked: r.Born, space: Space) -> bytes:
        return await self._writer.group(lambda: self._sign_append(asked, self._store.birth(space, asked)))

    def _sign_append(self, asked: r.Appended | r.Born, place: Place) -> bytes:
        return frame("append answer", self._head(asked.space, asked.stream, place))

    async def _read(self, asked: r.ReadAsked, space: Space) -> bytes:
        fields = []
        for stream, place, entries in await self._writer.alone(lambda: self._store.read(space, asked)):
            field = [self._head(asked.space, stream, place)]
            for day, closing, envelope in entries:
                field += [u32(day), u32(closing), u32(len(envelope)), envelope]
            fields.append(b"".join(field))
        answer = frame("read answer", *fields)
        return answer if asked.as_member else _pad(answer)

    async def _feed(self, asked: r.FeedAsked, space: Space) -> bytes:
        order = self._moves[space.number]
        if await self._turns_meanwhile(asked, order):
            return frame("feed answer", u32(self._day), b"", u32(0), b"")
        if asked.day == self._day:
            tags, cursor, more = order.since(asked.cursor)
        else:
            start = int.from_bytes(self._pages.start(asked.cursor, asked.day, 4), "big")
            tags, more = await self._writer.alone(lambda: self._store.book(space, asked.day, start))
            cursor = self._pages.cursor(asked.day, u32(start + len(tags)))
        return frame("feed answer", u32(self._day), cursor, u32(more), tags)

    async def _list_arrivals(self, asked: r.ArrivalsAsked, space: Space) -> bytes:
        store, order = self._store, self._arrivals[space.number]
        if await self._turns_meanwhile(asked, order):
            return frame("arrivals answer", u32(self._day), b"", u32(0), b"")
        if asked.day == self._day:
            packed, cursor, more = order.since(asked.cursor)
            ids = [packed[at : at + ID_BYTES] for at in range(0, len(packed), ID_BYTES)]
        else:
            after = self._pages.start(asked.cursor, asked.day, ID_BYTES)
            ids, more = await self._writer.alone(lambda: store.arrivals(space, asked.day, after))
            cursor = self._pages.cursor(asked.day, ids[-1] if ids else after)
        day = self._day
        entries = await self._writer.alone(lambda: store.open_contacts(space, ids))
        return frame("arrivals answer", u32(day), cursor, u32(more), b"".join(entries))

    async def _turns_meanwhile(self, asked: r.FeedAsked, order: Order) -> bool:
        """Wait for news if none is there; return whether the day asked for has closed meanwhile.

        Then the answer is empty and names the new day: whoever asked for today's order expects no book.

        Raises:
            DayWrong: the day asked for has not come. Busy: too many wait.
        """
        if asked.day > self._day:
            raise DayWrong
        if asked.day < self._day or not asked.wait_s or self._released:
            return False
        with self._waiting, self._at_hand.elsewhere():
            await order.wait(asked.cursor, asked.wait_s)
        return asked.day < self._day

    async def _post(self, asked: r.Posted, space: Space) -> bytes:
        await self._writer.group(lambda: self._store.post(space, asked))
        return frame("post answer")

    async def _collect(self, asked: r.CollectAsked, space: Space) -> bytes:
        # What only looks is not put into a transaction that writes.
        run = self._writer.group if asked.acknowledged else self._writer.alone
        letters, more = await run(lambda: self._store.collect(space, asked))
        return frame("collect answer", u32(more), b"".join(letters))

    def _head(self, space: bytes, stream: bytes, place: Place) -> bytes:
        n, chain, day, closing = place
        return sign_head(self._records.key, space, stream, n, chain, day, closing).pack()


def build_relay(settings: RelaySettings, clock: Clock, random: Random, journal: Journal) -> Starlette:
    """A relay alone, with its start and stop. `init_relay` has made `settings.data` before."""
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


def _pad(answer: bytes) -> bytes:
    """Zeros up to the next power of two, the challenge in front counted: a door's answers do not tell what is there."""
    whole_bytes = max(PADDED_LEAST_BYTES, 1 << (CHALLENGE_BYTES + len(answer) - 1).bit_length())
    return answer + bytes(whole_bytes - CHALLENGE_BYTES - len(answer))


async def _refuse_route(_untrusted: bytes) -> bytes:
    raise RouteUnknown


def _nothing() -> None:
    """What the writer is asked to do when it is only to look at the clock."""
