"""Group commit: whoever shares a commit shares nothing else."""

import asyncio
import errno
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from relay.client import DAY, Cry, HandClock, Here, Talk, founded
from safeconduct.errors import Refusal
from safeconduct.relay.sqlite import File
from safeconduct.relay.tables import Row
from safeconduct.relay.writer import ALONE_MOST
from safeconduct.sealed.stream import FILE, THREAD


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Here, Talk]]:
    with founded(tmp_path / "relay", HandClock()) as pair:
        yield pair


def together(here: Here, *requests: tuple[str, bytes]) -> list[str]:
    """All before the writer has looked: one group. Returns their codes."""

    async def ask_all() -> list[tuple[int, bytes]]:
        return await asyncio.gather(*(here.ask(route, [body]) for route, body in requests))

    return ["" if status == 200 else content[32:].decode() for status, content in here.do(ask_all())]


def count_commits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    commits: list[int] = []
    transaction = File.transaction

    def counted(file: File) -> AbstractContextManager[None]:
        commits.append(1)
        return transaction(file)

    monkeypatch.setattr(File, "transaction", counted)
    return commits


def test_a_refusal_in_a_group_undoes_nothing_of_the_others(
    pair: tuple[Here, Talk], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, talk = pair
    commits = count_commits(monkeypatch)
    box, cries = talk.org.box_of(DAY), [Cry(n) for n in range(40)]
    stranger = Cry("stranger")
    requests = []
    for cry in cries:
        requests.append(("contact", talk.contact_body(cry, box)))
        requests.append(("contact", talk.contact_body(stranger, bytes(32))))
        requests.append(("append", talk.append_body(cry, cry.draw(4_096))))
        requests.append(("append", talk.append_body(stranger, stranger.draw(4_096))))
        requests.append(("contact", talk.contact_body(cry, box)))
    assert together(here, *requests) == ["", "key-gone", "", "stream-unknown", ""] * 40
    assert len(commits) < 40
    assert [head.n for head, _ in talk.read(*((cry, 0) for cry in cries))] == [2] * 40
    assert talk.read((stranger, 0))[0][0].n == 0
    assert len(talk.feed(DAY).items) == 80


def test_a_failure_in_a_group_falls_alone(pair: tuple[Here, Talk], monkeypatch: pytest.MonkeyPatch) -> None:
    """Something nobody thought of, in the middle of one request's writing."""
    here, talk = pair
    insert = File.add

    def failing(file: File, table: str, rows: list[Row]) -> None:
        insert(file, table, rows)
        if any(row[1] == cries[7].stream.id for row in rows):
            raise ZeroDivisionError

    monkeypatch.setattr(File, "add", failing)
    cries = [Cry(n) for n in range(20)]
    codes = together(here, *(("contact", talk.contact_body(cry, talk.org.box_of(DAY))) for cry in cries))
    assert codes == ["broken" if n == 7 else "" for n in range(20)]
    assert [head.n for head, _ in talk.read(*((cry, 0) for cry in cries))] == [int(n != 7) for n in range(20)]
    assert len(talk.feed(DAY).items) == 19, "what was undone is no news"
    assert here.said == ["relay: started", "failed in a way that has no word; nothing was acknowledged"]


def test_a_full_database_is_a_code_and_goes_on_afterwards(pair: tuple[Here, Talk]) -> None:
    """SQLite's own word for it, in the middle of a group."""
    here, talk = pair
    sql = here.relay._store.days.files.today._sql

    def limit(pages: int) -> None:
        here.do(here.relay._writer.alone(lambda: sql.execute(f"PRAGMA max_page_count = {pages}").fetchone()))

    limit(60)
    cries = [Cry(n) for n in range(60)]
    codes = together(here, *(("contact", talk.contact_body(cry, talk.org.box_of(DAY))) for cry in cries))
    assert set(codes) == {"", "disk-full"}
    kept = [cry for cry, code in zip(cries, codes, strict=True) if not code]
    for cry in cries:
        assert talk.read((cry, 0))[0][0].n == (1 if cry in kept else 0)
    limit(2**30)
    for cry in cries:
        assert talk.contact(cry, talk.org.box_of(DAY))[0].n == 1
    assert len(talk.feed(DAY).items) == 60


def test_a_full_disk_does_not_turn_the_day_and_reads_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, data = HandClock(), tmp_path / "relay"
    with founded(data, clock) as (_, talk):
        cry = Cry(1)
        head, _ = talk.contact(cry, talk.org.box_of(DAY))

        def full(_path: Path, *, today: bool) -> File:
            raise OSError(errno.ENOSPC, f"no room for today: {today}")

        with monkeypatch.context() as patch:
            patch.setattr("safeconduct.relay.day.File", full)
            clock.move(1)
            assert talk.read((cry, 0))[0][0] == head
            with pytest.raises(Refusal, match=r"^disk-full$"):
                talk.append(cry, cry.draw(4_096))
            with pytest.raises(Refusal, match=r"^disk-full$"):
                talk.birth(Cry(2, THREAD))
            assert talk.manifest().day == DAY
        assert talk.append(cry, cry.draw(4_096), head).day == DAY + 1
        assert len(talk.book(DAY)) == 1


def test_a_full_disk_holds_up_the_copy_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, data = HandClock(), tmp_path / "relay"
    with founded(data, clock) as (here, talk):
        cry = Cry(1)
        talk.contact(cry, talk.org.box_of(DAY))
        with monkeypatch.context() as patch:
            files = here.relay._store.days.files
            patch.setattr(files, "past", Full(files.past))
            clock.move(1)
            assert talk.append(cry, cry.draw(4_096)).day == DAY + 1
            assert len(talk.book(DAY)) == 1
            assert len(list(data.glob("today-*.db"))) == 2
        while len(list(data.glob("today-*.db"))) == 2:
            talk.append(cry, cry.draw(4_096))
        assert talk.read((cry, 0))[0][1][0].envelope == cry.envelope
        assert len(talk.book(DAY)) == 1


def test_little_of_what_was_read_waits_in_memory(pair: tuple[Here, Talk]) -> None:
    """However many ask at once: what was read is used before much more is."""
    here, _ = pair
    held: list[int] = []
    most: list[int] = []

    def look() -> None:
        held.append(1)
        most.append(len(held))

    async def ask() -> None:
        await here.relay._writer.alone(look)
        held.pop()

    async def ask_all() -> None:
        await asyncio.gather(*(ask() for _ in range(200)))

    here.do(ask_all())
    assert len(most) == 200
    assert max(most) <= ALONE_MOST


class Full:
    """*past* on a disk that is full."""

    def __init__(self, past: File) -> None:
        self.past = past

    def __getattr__(self, name: str) -> object:
        return getattr(self.past, name)

    def add(self, _table: str, _rows: object) -> None:
        raise OSError(errno.ENOSPC, "no room in past")


def test_what_lies_in_a_group_is_seen_by_those_behind_it(pair: tuple[Here, Talk]) -> None:
    """Two takes of one closing in one group: one wins, the other is told."""
    here, talk = pair
    cry = Cry(1)
    head, _ = talk.contact(cry, talk.org.box_of(DAY))
    bodies = [talk.append_body(cry, cry.draw(4_096), head, closing=True, by=talk.as_member) for _ in range(5)]
    assert sorted(together(here, *(("append", body) for body in bodies))) == [
        "",
        "closed",
        "closed",
        "closed",
        "closed",
    ]
    files = [Cry(("file", n), FILE) for n in range(2)]
    files[1].stream = files[0].stream
    assert together(here, *(("append", talk.birth_body(file)) for file in files)) == ["", "stream-taken"]
