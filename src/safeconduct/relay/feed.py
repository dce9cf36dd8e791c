"""Today's order of movement, in memory only: a day has no order afterwards (spec: relay, *Feed*).

It belongs to the event loop. After a restart it begins anew under another epoch, sorted.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from safeconduct.relay.store import PAGE_ARRIVALS, PAGE_BYTES, News
from safeconduct.sealed.access import TAG_BYTES
from safeconduct.sealed.signing import Random, u32
from safeconduct.sealed.wire import ID_BYTES

EPOCH_BYTES: Final = 8


class Order:
    """Items of one size in the order in which they came, and those who wait for the next."""

    def __init__(self, size_bytes: int, most: int, random: Random) -> None:
        """Empty, under a fresh epoch; an answer holds at most `most` items."""
        self._size: Final = size_bytes
        self._most: Final = most
        self._random: Final = random
        self._items = bytearray()
        self._epoch = random(EPOCH_BYTES)
        self._news = asyncio.Event()

    def add(self, item: bytes) -> None:
        """It moved, now. Whoever waits is woken by `wake`, once for all that came with one commit."""
        self._items += item

    def begin_day(self) -> None:
        """Forget everything: from here on cursors of before mean the start."""
        self._items, self._epoch = bytearray(), self._random(EPOCH_BYTES)

    def wake(self) -> None:
        """Whoever waits looks again."""
        self._news.set()
        self._news = asyncio.Event()

    def since(self, untrusted_cursor: bytes) -> tuple[bytes, bytes, bool]:
        """What came after the cursor, the cursor behind that, and whether more follows."""
        start = self._start(untrusted_cursor)
        end = min(start + self._most * self._size, len(self._items))
        return bytes(self._items[start:end]), self._epoch + u32(end // self._size), end < len(self._items)

    async def wait(self, untrusted_cursor: bytes, wait_s: float) -> None:
        """Return when there is something after the cursor, when woken, or when the time is over."""
        if self._start(untrusted_cursor) == len(self._items):
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._news.wait()

    def _start(self, untrusted_cursor: bytes) -> int:
        epoch, place = untrusted_cursor[:EPOCH_BYTES], untrusted_cursor[EPOCH_BYTES:]
        if epoch != self._epoch or len(place) != 4:
            return 0
        return min(int.from_bytes(place, "big") * self._size, len(self._items))


class Live:
    """Today's order in each space: the tags of what moved, the ids of contacts that arrived."""

    def __init__(self, random: Random) -> None:
        """Nothing has moved."""
        self.moves: Final = defaultdict[int, Order](lambda: Order(TAG_BYTES, PAGE_BYTES // TAG_BYTES, random))
        self.arrivals: Final = defaultdict[int, Order](lambda: Order(ID_BYTES, PAGE_ARRIVALS, random))

    def note(self, news: Iterable[News]) -> None:
        """All this moved; whoever waits for any of it is woken once."""
        woken: set[Order] = set()
        for space, tag, arrived in news:
            for order, item in ((self.moves[space], tag), (self.arrivals[space], arrived)):
                if item:
                    order.add(item)
                    woken.add(order)
        for order in woken:
            order.wake()

    def begin_day(self) -> None:
        """Forget everything, and wake whoever waits."""
        for order in self._all():
            order.begin_day()
        self.wake_all()

    def wake_all(self) -> None:
        """Whoever waits looks again."""
        for order in self._all():
            order.wake()

    def _all(self) -> tuple[Order, ...]:
        return (*self.moves.values(), *self.arrivals.values())


class Pages:
    """Cursors into closed days: this run, the day, and where the next page begins."""

    def __init__(self, random: Random) -> None:
        """Of this run."""
        self._run: Final = random(EPOCH_BYTES)

    def cursor(self, day: int, start: bytes) -> bytes:
        """To be handed back for the next page."""
        return self._run + u32(day) + start

    def start(self, untrusted_cursor: bytes, day: int, size_bytes: int) -> bytes:
        """Where the page begins; nothing, which means the start, for a cursor of another run or day."""
        head, start = untrusted_cursor[: EPOCH_BYTES + 4], untrusted_cursor[EPOCH_BYTES + 4 :]
        return start if head == self.cursor(day, b"") and len(start) == size_bytes else b""
