"""A desk that follows the three rules misses nothing, whatever happens; and waiting for news is cheap and wakes."""

import asyncio
from concurrent.futures import Future
from pathlib import Path
from random import Random

import pytest

from relay.client import DAY, Cry, HandClock, Here, Talk, dice, found_here, founded
from safeconduct.sealed import request as q
from safeconduct.sealed.access import head_tag, tag
from safeconduct.sealed.stream import THREAD
from safeconduct.sealed.wire import LETTER_BYTES


class Desk:
    """Follows what moved. A careless one breaks a rule."""

    def __init__(self, talk: Talk, day: int, careless: str = "") -> None:
        self.talk = talk
        self.careless = careless
        self.seen: dict[bytes, tuple[Cry, int, bytes]] = {}
        self.booked = day - 1  # the last day whose book was read
        self.live, self.cursor = day, b""
        self.arrived: set[bytes] = set()

    def learn(self, cry: Cry) -> None:
        if cry.stream.id not in self.seen:
            self.seen[cry.stream.id] = (cry, 0, b"")
            if self.careless != "unread":
                self.read(cry)

    def read(self, cry: Cry) -> None:
        [(head, _)] = self.talk.read((cry, 0))
        self.seen[cry.stream.id] = (cry, head.n, head.hash)

    def sync(self) -> None:
        """Rule 1: every day's book; rule 2: a cursor that is not honoured starts again; rule 3 is `learn`."""
        today = self.talk.manifest().day
        first = today if self.careless == "bookless" else self.booked + 1
        for day in range(first, today):
            book = {one[:16]: one[16:] for one in self.talk.book(day)}
            for cry, n, chain in list(self.seen.values()):
                moved = book.get(tag(cry.stream.access.public, day))
                if moved and moved != head_tag(cry.stream.access.public, day, n, chain):
                    self.read(cry)
            self.arrivals(day)
        self.booked = today - 1
        if self.live != today:
            self.live, self.cursor = today, b""
        page = self.talk.feed(today, self.cursor)
        self.cursor = page.cursor
        for cry, _, _ in list(self.seen.values()):
            if tag(cry.stream.access.public, today) in page.items:
                self.read(cry)
        self.arrivals(today)

    def arrivals(self, day: int) -> None:
        cursor, more = b"", True
        while more:
            page, found = self.talk.arrivals(day, cursor)
            self.arrived.update(one.contact for one in found)
            cursor, more = page.cursor, page.more


class World:
    """Random days: people write, the relay is started anew, the desk comes and goes and learns of streams."""

    def __init__(self, data: Path, seed: int, careless: str = "") -> None:
        self.random: Random = dice(seed)
        self.data, self.clock = data, HandClock()
        self.here, self.talk = found_here(data, self.clock, seed)
        self.desk = Desk(self.talk, DAY, careless)
        self.cries: list[Cry] = []
        self.heads: dict[bytes, int] = {}

    def live(self, steps: int) -> None:
        for _ in range(steps):
            self.step()
        self.desk.sync()
        self.desk.sync()

    def step(self) -> None:
        match self.random.choices(
            ["contact", "thread", "append", "learn", "sync", "day", "restart"], [3, 2, 9, 4, 4, 2, 1]
        )[0]:
            case "contact":
                cry = self.new(Cry(self.random.random()))
                self.talk.contact(cry, self.talk.org.box_of(DAY + 14))
            case "thread":
                self.talk.birth(self.new(Cry(self.random.random(), THREAD)))
            case "append" if self.cries:
                cry = self.random.choice(self.cries)
                self.heads[cry.stream.id] = self.talk.append(cry, cry.draw(4_096)).n
            case "learn" if self.cries:
                self.desk.learn(self.random.choice(self.cries))
            case "sync":
                self.desk.sync()
            case "day":
                self.clock.move(1)
                self.talk.manifest()
            case "restart":
                self.here.stop()
                self.here = Here(self.data, self.clock, self.random.random())
                self.talk.line = self.here.line
            case _:
                pass

    def new(self, cry: Cry) -> Cry:
        self.cries.append(cry)
        self.heads[cry.stream.id] = 1
        return cry

    def missed(self) -> int:
        known = [n < self.heads[stream] for stream, (_, n, _) in self.desk.seen.items()]
        contacts = {cry.stream.id for cry in self.cries if cry.kind == 1}
        return sum(known) + len(contacts - self.desk.arrived)


def histories(folder: Path, seeds: range, careless: str = "") -> int:
    missed = 0
    for seed in seeds:
        world = World(folder / f"{careless}{seed}", seed, careless)
        try:
            world.live(40)
            missed += world.missed()
        finally:
            world.here.stop()
    return missed


def test_a_desk_misses_nothing_in_150_random_histories(tmp_path: Path) -> None:
    assert histories(tmp_path, range(150)) == 0


@pytest.mark.parametrize("careless", ["bookless", "unread"])
def test_a_desk_that_breaks_a_rule_misses_something(tmp_path: Path, careless: str) -> None:
    assert histories(tmp_path, range(20), careless) > 0


# Waiting


def later(here: Here, talk: Talk, make: object) -> Future[tuple[int, bytes]]:
    """Ask and do not wait for the answer; returns once the relay has the request in hand."""
    talk.manifest()
    body = make(talk.challenge)  # type: ignore[operator]
    future = asyncio.run_coroutine_threadsafe(here.ask("feed", [body]), here.loop)

    async def turn_round() -> None:
        for _ in range(10):
            await asyncio.sleep(0)

    here.do(turn_round())
    assert not future.done()
    return future


def feed_of(talk: Talk, cursor: bytes, day: int = DAY) -> object:
    return lambda challenge: q.ask_feed(talk.org.space, challenge, day, cursor, 30, talk.org.member)


def arrivals_of(talk: Talk, cursor: bytes) -> object:
    return lambda challenge: q.ask_arrivals(talk.org.space, challenge, DAY, cursor, 30, talk.org.intake)


def page(future: Future[tuple[int, bytes]]) -> q.Page:
    status, content = future.result(20)
    assert status == 200
    return q.read_feed_answer(content[32:], DAY)


def test_waiting_ends_with_news(tmp_path: Path) -> None:
    with founded(tmp_path / "relay", HandClock()) as (here, talk):
        moved = later(here, talk, feed_of(talk, b""))
        arrived = later(here, talk, arrivals_of(talk, b""))
        thread, cry = Cry(1, THREAD), Cry(2)
        talk.birth(thread)
        assert page(moved).items == (tag(thread.stream.access.public, DAY),)
        assert not arrived.done()
        moved = later(here, talk, feed_of(talk, page(moved).cursor))
        talk.contact(cry, talk.org.box_of(DAY))
        assert page(moved).items == (tag(cry.stream.access.public, DAY),)
        assert q.read_arrivals_answer(arrived.result(20)[1][32:])[1][0].contact == cry.stream.id


def test_waiting_ends_when_the_day_turns(tmp_path: Path) -> None:
    clock = HandClock()
    with founded(tmp_path / "relay", clock) as (here, talk):
        talk.birth(Cry(1, THREAD))
        cursor = talk.feed(DAY).cursor
        waiting = later(here, talk, feed_of(talk, cursor))
        arriving = later(here, talk, arrivals_of(talk, b""))
        clock.move(1)
        talk.manifest()
        assert page(waiting) == q.Page(DAY + 1, b"", more=True, items=()), "a book that begins: it is not empty"
        assert q.read_arrivals_answer(arriving.result(20)[1][32:])[0] == q.Page(DAY + 1, b"", more=True, items=())
        assert len(talk.book(DAY)) == 1


def test_waiting_ends_when_the_relay_ends(tmp_path: Path) -> None:
    with founded(tmp_path / "relay", HandClock()) as (here, talk):
        waiting = later(here, talk, feed_of(talk, b""))
        here.loop.call_soon_threadsafe(here.relay.release)
        assert page(waiting).items == ()
        assert talk.feed(DAY, wait_s=30).items == ()


def test_waiting_ends_by_itself(tmp_path: Path) -> None:
    with founded(tmp_path / "relay", HandClock()) as (_, talk):
        assert talk.feed(DAY, wait_s=1).items == ()


def test_those_who_wait_are_counted_apart(tmp_path: Path) -> None:
    with founded(tmp_path / "relay", HandClock(), waiting_at_once=3, requests_at_once=2) as (here, talk):
        waiting = [later(here, talk, feed_of(talk, b"")) for _ in range(3)]
        status, content = talk.line("feed", feed_of(talk, b"")(talk.challenge))  # type: ignore[operator]
        assert (status, content[32:]) == (503, b"busy")
        talk.birth(Cry(1, THREAD))
        assert all(len(page(one).items) == 1 for one in waiting)


def test_2000_waiting_are_all_woken_by_one_commit(tmp_path: Path) -> None:
    with founded(tmp_path / "relay", HandClock()) as (here, talk):
        talk.manifest()
        body = feed_of(talk, b"")(talk.challenge)  # type: ignore[operator]
        waiting = [asyncio.run_coroutine_threadsafe(here.ask("feed", [body]), here.loop) for _ in range(2_000)]
        later(here, talk, feed_of(talk, b""))
        talk.birth(Cry(1, THREAD))
        assert all(len(page(one).items) == 1 for one in waiting)


def test_arrivals_come_whole(tmp_path: Path) -> None:
    with founded(tmp_path / "relay", HandClock()) as (_, talk):
        cry = Cry(1)
        talk.contact(cry, talk.org.box_of(DAY))
        [one] = talk.arrivals(DAY)[1]
        assert (one.letter, len(one.letter)) == (cry.letter, LETTER_BYTES)
