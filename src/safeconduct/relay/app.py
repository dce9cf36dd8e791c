"""The relay as ASGI routes: eight of them over one store (spec: relay).

What is asked is read (`form`), admitted (`admit`), judged and kept (`store`), and answered (`answer`). Nothing of
it reaches a file or a pipe but what `store` keeps. It all happens in one event loop but for the database.
"""

import asyncio
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

from starlette.routing import Route

from safeconduct.clock import Clock
from safeconduct.errors import DayWrong, Refusal, RouteUnknown
from safeconduct.journal import Entry, Journal
from safeconduct.relay import answer
from safeconduct.relay import request as r
from safeconduct.relay.admit import Challenges, admit
from safeconduct.relay.day import Days
from safeconduct.relay.endpoint import Endpoint, Limit
from safeconduct.relay.feed import Live, Order, Pages
from safeconduct.relay.form import ROUTES, read_request
from safeconduct.relay.settings import RelaySettings
from safeconduct.relay.space import Records, Space
from safeconduct.relay.store import News, Store
from safeconduct.relay.writer import Outcome, Writer, settle
from safeconduct.sealed.signing import Random, frame, u32, verify
from safeconduct.sealed.wire import ID_BYTES

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
        self._live: Final = Live(random)
        self._spaces: dict[bytes, Space] = {}
        self._at_hand: Final = Limit(settings.requests_at_once)
        self._waiting: Final = Limit(settings.waiting_at_once)
        self._released = False
        endpoint = partial(Endpoint, challenge=self._challenges.make, at_hand=self._at_hand, journal=journal)
        self.routes: Final = [
            *(Route(f"/v1/{route}", endpoint(partial(self._judge, route))) for route in ROUTES),
            Route("/v1/{rest:path}", endpoint(_refuse_route)),
        ]

    async def start(self) -> None:
        """Open the files of `settings.data` in this event loop, and keep the loop's failures off every pipe.

        Raises:
            RelayUnknown: `init_relay` was not here. RelayTaken: another process has it open.
            FormatOther, DiskFull, Broken.
        """
        asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: self._journal.note(Entry.FAILED))
        self._writer = Writer(self._open, self._deliver, self._journal)
        self._store = await self._writer.start()
        self._records = self._store.days.records
        self._day, self._clock_day = self._store.days.day, -1
        self._spaces = {space.id: space for space in await self._writer.alone(self._records.spaces)}
        self._live.note(await self._writer.alone(self._store.todays))
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
        self._live.wake_all()

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
            self._live.begin_day()
        self._live.note(news)
        settle(outcomes)

    # Judging and answering

    async def _judge(self, route: str, untrusted: bytes) -> bytes:
        """The answer's frame.

        Raises:
            Whatever the request is refused with.
        """
        asked = read_request(route, untrusted)
        if isinstance(asked, r.SpaceMade):
            verify(asked.root, asked.said, asked.signed[0][1])
            return await self._change(asked)
        space = admit(asked, self._spaces, self._challenges)
        await self._follow_clock()
        match asked:
            case r.KeysSet() | r.Published():
                return await self._change(asked)
            case r.ManifestAsked():
                return answer.manifest(space, asked, self._day, self._records.key)
            case r.ReadAsked():
                histories = await self._writer.alone(lambda: self._store.read(space, asked))
                return answer.read(asked, histories, self._records.key)
            case r.FeedAsked():
                arrivals = isinstance(asked, r.ArrivalsAsked)
                return await (self._list_arrivals if arrivals else self._feed)(asked, space)
            case _:
                return await self._write(asked, space)

    async def _change(self, asked: r.SpaceMade | r.Changing) -> bytes:
        self._spaces[asked.space] = await self._writer.alone(lambda: self._records.change(asked))
        return frame("space answer", self._records.key.public)

    async def _write(self, asked: r.Writing, space: Space) -> bytes:
        # What only looks is not put into a transaction that writes.
        looks = isinstance(asked, r.CollectAsked) and not asked.acknowledged
        run = self._writer.alone if looks else self._writer.group
        return await run(lambda: answer.write(self._store, space, asked, self._records.key))

    async def _feed(self, asked: r.FeedAsked, space: Space) -> bytes:
        order = self._live.moves[space.number]
        if await self._turns_meanwhile(asked, order):
            return frame("feed answer", u32(self._day), b"", u32(1), b"")
        if asked.day == self._day:
            tags, cursor, more = order.since(asked.cursor)
        else:
            start = int.from_bytes(self._pages.start(asked.cursor, asked.day, 4), "big")
            tags, more = await self._writer.alone(lambda: self._store.book(space, asked.day, start))
            cursor = self._pages.cursor(asked.day, u32(start + len(tags)))
        return frame("feed answer", u32(self._day), cursor, u32(more), tags)

    async def _list_arrivals(self, asked: r.FeedAsked, space: Space) -> bytes:
        store, order = self._store, self._live.arrivals[space.number]
        if await self._turns_meanwhile(asked, order):
            return frame("arrivals answer", u32(self._day), b"", u32(1), b"")
        day = self._day
        if asked.day == day:
            packed, cursor, more = order.since(asked.cursor)
            ids = [packed[at : at + ID_BYTES] for at in range(0, len(packed), ID_BYTES)]
        else:
            after = self._pages.start(asked.cursor, asked.day, ID_BYTES)
            ids, more = await self._writer.alone(lambda: store.arrivals(space, asked.day, after))
            cursor = self._pages.cursor(asked.day, ids[-1] if ids else after)
        entries = await self._writer.alone(lambda: store.open_contacts(space, ids))
        return frame("arrivals answer", u32(day), cursor, u32(more), b"".join(entries))

    async def _turns_meanwhile(self, asked: r.FeedAsked, order: Order) -> bool:
        """Wait for news if none is there; return whether the day asked for has closed meanwhile.

        Then the answer names the new day and begins a book without giving any of it yet: all who wait wake at once.

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


async def _refuse_route(_untrusted: bytes) -> bytes:
    raise RouteUnknown


def _nothing() -> None:
    """What the writer is asked to do when it is only to look at the clock."""
