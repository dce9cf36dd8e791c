"""The one thread that touches the databases, and group commit (spec: relay, *What is on disk*).

Requests queue; those that wait are judged in one transaction, committed once, and answered after that.
What only reads is done between two transactions: it sees nothing that is not on disk. When a group fails,
each of its requests is tried by itself, so that none falls with another.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeVar

from safeconduct.errors import Broken, DiskFull, Refusal
from safeconduct.journal import Entry, Journal
from safeconduct.relay.store import News, Store

T = TypeVar("T")
Outcome = tuple[asyncio.Future[Any], object]
"""A request's future, and its result or the refusal."""
Deliver = Callable[[int, list[News], list[Outcome]], None]
"""Called in the event loop after each group, with the relay's day and what moved."""

GROUP_MOST: Final = 512
ALONE_MOST: Final = 8
_DISK_CODES: Final = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}


class _Job(NamedTuple):
    work: Callable[[], object]
    grouped: bool
    future: asyncio.Future[Any]


class Writer:
    """Runs what is asked of the store in a thread of its own, from `start` to `stop`."""

    def __init__(self, open_store: Callable[[], Store], deliver: Deliver, journal: Journal) -> None:
        """To be made inside the event loop it answers to. Nothing is opened yet."""
        self._open_store: Final = open_store
        self._deliver: Final = deliver
        self._journal: Final = journal
        self._loop: Final = asyncio.get_running_loop()
        self._opened: Final[asyncio.Future[Store]] = self._loop.create_future()
        self._jobs: Final[queue.SimpleQueue[_Job | None]] = queue.SimpleQueue()
        # A daemon: a program that ends otherwise than by `stop` is a crash, and crashes lose nothing.
        self._thread: Final = threading.Thread(target=self._run, name="relay writer", daemon=True)
        # What was read waits in memory until its answer is made: of that there is never more than this.
        self._alone: Final = asyncio.Semaphore(ALONE_MOST)
        self._copy_well = True

    async def start(self) -> Store:
        """Open the store, in its thread.

        Raises:
            RelayUnknown, RelayTaken, FormatOther, DiskFull, Broken.
        """
        self._thread.start()
        return await self._opened

    async def stop(self) -> None:
        """Finish what waits and close the store."""
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    async def group(self, work: Callable[[], T]) -> T:
        """Run a write together with others; returns once it is on disk.

        Raises:
            What `work` refuses with; DiskFull, Broken: nothing was kept.
        """
        return await self._submit(work, grouped=True)

    async def alone(self, work: Callable[[], T]) -> T:
        """Run what only reads, or commits by itself, between two groups.

        Raises:
            What `work` refuses with; DiskFull, Broken.
        """
        async with self._alone:
            return await self._submit(work, grouped=False)

    async def _submit(self, work: Callable[[], T], *, grouped: bool) -> T:
        future: asyncio.Future[T] = self._loop.create_future()
        self._jobs.put(_Job(work, grouped, future))
        return await future

    # In the thread

    def _run(self) -> None:
        store = self._attempt(self._open_store)
        opened: list[Outcome] = [(self._opened, store)]
        self._loop.call_soon_threadsafe(settle, opened)
        if not isinstance(store, Store):
            return
        goes_on = True
        while goes_on:
            jobs = self._take(waits=not (store.days.copying and self._copy_well))
            goes_on = None not in jobs
            try:
                self._serve(store, [job for job in jobs if job])
            except Exception as error:  # noqa: BLE001 - this thread is the only one; nobody may wait for ever
                failed: list[Outcome] = [(job.future, self._refusal(error)) for job in jobs if job]
                self._loop.call_soon_threadsafe(settle, failed)
        store.days.close()

    def _take(self, *, waits: bool) -> list[_Job | None]:
        jobs: list[_Job | None] = []
        try:
            jobs.append(self._jobs.get(block=waits))
            while len(jobs) < GROUP_MOST:
                jobs.append(self._jobs.get_nowait())
        except queue.Empty:
            pass
        return jobs

    def _serve(self, store: Store, jobs: list[_Job]) -> None:
        day = store.days.day
        turned = self._attempt(store.days.turn)
        outcomes: list[Outcome] = [(job.future, self._attempt(job.work)) for job in jobs if not job.grouped]
        group = [job for job in jobs if job.grouped]
        news: list[News] = []
        if isinstance(turned, Refusal):
            outcomes += [(job.future, turned) for job in group]
        elif group:
            results, news = self._commit(store, group)
            outcomes += zip([job.future for job in group], results, strict=True)
        if outcomes or day != store.days.day:
            self._loop.call_soon_threadsafe(self._deliver, store.days.day, news, outcomes)
        if store.days.copying:
            self._copy_well = self._attempt(store.days.copy_slice) is None

    def _commit(self, store: Store, group: list[_Job]) -> tuple[list[object], list[News]]:
        try:
            with store.group() as news:
                results = [_judge(job.work) for job in group]
        except Exception as error:  # noqa: BLE001 - whatever it was, nothing of the group was kept
            if len(group) == 1:
                return [self._refusal(error)], []
        else:
            return results, news
        alone = [self._commit(store, [job]) for job in group]
        return [results[0] for results, _ in alone], [one for _, news in alone for one in news]

    def _attempt(self, work: Callable[[], object]) -> object:
        try:
            return _judge(work)
        except Exception as error:  # noqa: BLE001 - the relay goes on whatever happens
            return self._refusal(error)

    def _refusal(self, error: Exception) -> Refusal:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
        if code in _DISK_CODES or isinstance(error, OSError):
            self._journal.note(Entry.DISK_FULL)
            return DiskFull()
        self._journal.note(Entry.FAILED)
        return Broken()


def settle(outcomes: list[Outcome]) -> None:
    """Give every future its result; in the event loop."""
    for future, result in outcomes:
        if future.done():
            continue
        if isinstance(result, Refusal):
            future.set_exception(result)
        else:
            future.set_result(result)


def _judge(work: Callable[[], object]) -> object:
    """What it returns, or the refusal it raises."""
    try:
        return work()
    except Refusal as refusal:
        return refusal
