"""The relay as a process: killed, starved of disk, watched at its system calls, held up, and told to end."""

import asyncio
import itertools
import os
import re
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import httpx
import pytest

from relay.client import Cry, Talk, dice, http_line
from relay.process import Process, founded_files, running, talking
from safeconduct.clock import Clock
from safeconduct.errors import DiskFull, Refusal
from safeconduct.sealed import request as q
from safeconduct.sealed.access import Head
from safeconduct.sealed.stream import FILE

DAY = Clock().day()


def day_files(data: Path) -> list[str]:
    return sorted(path.name for path in data.glob("today-*"))


# Killed


class Writer(threading.Thread):
    """Cries for help and writes on, repeating every request byte for byte until it is acknowledged."""

    def __init__(self, number: int, talk: Talk, stop: threading.Event) -> None:
        super().__init__()
        self.number, self.talk, self.stop = number, talk, stop
        self.acknowledged: list[tuple[Cry, list[bytes], Head]] = []
        self.repeats = 0

    def run(self) -> None:
        for n in range(10_000):
            if self.stop.is_set():
                break
            cry = Cry((self.number, n))
            bodies, head = [cry.envelope], self.until_answered(lambda cry=cry: self.talk.contact(cry, self.box)[0])
            for _ in range(n % 3):
                bodies.append(cry.draw(4_096))
                body = self.talk.append_body(cry, bodies[-1], head)
                head = self.until_answered(lambda cry=cry, body=body: self.talk.receipt(cry, body))
            self.acknowledged.append((cry, bodies, head))

    @property
    def box(self) -> bytes:
        return self.talk.org.box_of(DAY + 14)  # still open after the midnights to come

    def until_answered(self, ask: object) -> Head:
        while True:
            try:
                return ask()  # type: ignore[operator, no-any-return]
            except httpx.TransportError:
                self.repeats += 1
                time.sleep(0.01)


@pytest.mark.parametrize("seed", range(2))
def test_what_was_acknowledged_is_there_once_after_kills(tmp_path: Path, seed: int) -> None:
    """Six kills a run, at random moments under load, with two midnights between them."""
    data, chance = tmp_path / "relay", dice(("kills", seed))
    org, code = founded_files(data, seed)
    day = DAY
    process = Process(data)
    port = process.port
    with talking(process, org, code) as first:
        relay = first.relay
    stop = threading.Event()
    clients = [httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) for _ in range(6)]
    writers = []
    for number, client in enumerate(clients):
        talk = Talk(http_line(client), org)
        talk.relay = relay
        writers.append(Writer(number, talk, stop))
        writers[-1].start()
    for kill in range(6):
        time.sleep(chance.uniform(0.05, 0.6))
        if kill in {2, 4}:
            day += 1
            data.with_suffix(".day").write_text(str(day))
            time.sleep(chance.uniform(0, 0.05))
        process.end(signal.SIGKILL)
        process = Process(data, f"port={port}")
    time.sleep(0.3)
    stop.set()
    for writer in writers:
        writer.join()
    with httpx.Client(base_url=process.url, timeout=60) as client:
        talk = Talk(http_line(client), org)
        talk.relay = relay
        whole = [one for writer in writers for one in writer.acknowledged]
        for cry, bodies, head in whole:
            [(newest, entries)] = talk.read((cry, 0))
            assert newest == head
            assert [entry.envelope for entry in entries] == bodies
        arrived = [one.contact for at in range(DAY, day + 1) for one in arrivals(talk, at)]
        assert len(arrived) == len(set(arrived))
        assert {cry.stream.id for cry, _, _ in whole} <= set(arrived)
    process.end(signal.SIGTERM)
    for client in clients:
        client.close()
    assert len(whole) > 30
    assert sum(writer.repeats for writer in writers) > 5
    assert b"Traceback" not in process.said


def arrivals(talk: Talk, day: int) -> list[q.Arrival]:
    found: list[q.Arrival] = []
    cursor, more = b"", True
    while more:
        page, some = talk.arrivals(day, cursor)
        found, cursor, more = found + some, page.cursor, page.more
    return found


# On disk before it is answered


def test_the_answer_comes_after_the_sync(tmp_path: Path) -> None:
    """Seen at the system calls: the log is written, then synced, and only then does the answer leave."""
    strace = shutil.which("strace")
    assert strace, "no strace: apt-get install --no-install-recommends strace"
    data, trace = tmp_path / "relay", tmp_path / "trace"
    org, code = founded_files(data)
    calls = "trace=pwrite64,write,fsync,fdatasync,sendto,sendmsg,writev"
    with running(data, under=[strace, "-f", "-y", "-qq", "-s", "60", "-o", str(trace), "-e", calls]) as process:
        with talking(process, org, code) as talk:
            marks = [len(trace.read_bytes())]
            head, _ = talk.contact(Cry(1), org.box_of(DAY))
            marks.append(settled(trace))
            talk.append(Cry(1), Cry(2).envelope, head)
            marks.append(settled(trace))
            talk.birth(Cry(3, FILE))
            marks.append(settled(trace))
            talk.post(bytes(32), Cry(4).letter)
            marks.append(settled(trace))
            talk.publish(DAY, 2)
            marks.append(settled(trace))
            talk.read((Cry(1), 0))
            marks.append(settled(trace))
        # strace keeps signals for itself: what it traces is told.
        [traced] = Path(f"/proc/{process.child.pid}/task/{process.child.pid}/children").read_text().split()
        os.kill(int(traced), signal.SIGTERM)
        process.wait()
    whole = trace.read_text()
    pieces = [whole[start:end] for start, end in itertools.pairwise(marks)]
    for piece in pieces[:4]:
        assert steps(piece, "-wal") == ["write", "sync", "answer"], piece
    assert steps(pieces[4], "space.db")[-2:] == ["sync", "answer"], pieces[4]
    assert steps(pieces[5], str(data)) == ["answer"], pieces[5]


def test_what_a_killed_relay_left_is_synced_before_a_repeat_is_answered(tmp_path: Path) -> None:
    """It may have died between writing and syncing: then what it wrote is in the system's memory alone."""
    strace = shutil.which("strace")
    assert strace, "no strace: apt-get install --no-install-recommends strace"
    data, trace = tmp_path / "relay", tmp_path / "trace"
    org, code = founded_files(data)
    with running(data) as process, talking(process, org, code) as talk:
        first = talk.contact(Cry(1), org.box_of(DAY))
        process.end(signal.SIGKILL)
    calls = "trace=pwrite64,write,fsync,fdatasync,sendto,sendmsg,writev"
    with running(data, under=[strace, "-f", "-y", "-qq", "-s", "60", "-o", str(trace), "-e", calls]) as process:
        with httpx.Client(base_url=process.url) as client:
            again = Talk(http_line(client), org)
            again.relay = talk.relay
            assert again.contact(Cry(1), org.box_of(DAY)) == first
        settled(trace)
        [traced] = Path(f"/proc/{process.child.pid}/task/{process.child.pid}/children").read_text().split()
        os.kill(int(traced), signal.SIGTERM)
        process.wait()
    before = trace.read_text().split("HTTP/1.1 200")[0]
    for name in (f"today-{DAY}.db-wal", f"today-{DAY}.db", "past.db", "space.db"):
        assert re.search(rf"\bfsync\(\d+<{re.escape(str(data / name))}>", before), name
    assert steps(before, "-wal") == ["sync"], "nothing of it was written anew"


def settled(trace: Path) -> int:
    """The length of the trace once strace has written what has happened."""
    before, now = -1, 0
    while before != now:
        time.sleep(0.1)
        before, now = now, len(trace.read_bytes())
    return now


def steps(piece: str, file: str) -> list[str]:
    """What was done to a file, and when the answer left; the same again and again is one step."""
    found: list[str] = []
    for line in piece.splitlines():
        if file in line and re.search(r"\bpwrite64\(", line):
            step = "write"
        elif file in line and re.search(r"\b(fsync|fdatasync)\(", line):
            step = "sync"
        elif "HTTP/1.1 200" in line:
            step = "answer"
        else:
            continue
        if found[-1:] != [step]:
            found.append(step)
    return found


# A full disk


@contextmanager
def limited_file(tmp_path: Path) -> Iterator[tuple[Path, object]]:
    """No file may grow beyond 1 MiB, until it is allowed to."""

    def relieve(process: Process) -> None:
        resource.prlimit(process.child.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    yield tmp_path, relieve


@contextmanager
def small_disk(tmp_path: Path) -> Iterator[tuple[Path, object]]:
    """A file system of 2 MiB, until it is made larger."""
    mount = tmp_path / "disk"
    mount.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", mount], check=True)

    def relieve(_process: Process) -> None:
        subprocess.run(["mount", "-o", "remount,size=64m", mount], check=True)

    try:
        yield mount, relieve
    finally:
        subprocess.run(["umount", mount], check=True)


def may_mount() -> bool:
    """Whether this machine lets us; if not, the limit on files alone shows what is shown here."""
    found = shutil.which("unshare")
    return bool(found) and subprocess.run(["unshare", "-m", "true"], check=False, capture_output=True).returncode == 0


DISKS = [limited_file, small_disk] if may_mount() else [limited_file]


@pytest.mark.parametrize("disk", DISKS)
def test_a_full_disk_is_a_code_and_loses_nothing(tmp_path: Path, disk: object) -> None:
    with disk(tmp_path) as (folder, relieve):  # type: ignore[operator]
        org, code = founded_files(folder / "relay")
        most = 2**20 if disk is limited_file else None
        with running(folder / "relay", file_most_bytes=most) as process, talking(process, org, code) as talk:
            kept: list[tuple[Cry, Head]] = []
            refused: list[Cry] = []
            for n in range(400):
                cry = Cry(n)
                try:
                    kept.append((cry, talk.contact(cry, org.box_of(DAY))[0]))
                except DiskFull:
                    refused.append(cry)
                    if len(refused) == 20:
                        break
            assert len(refused) == 20
            assert len(kept) > 20
            big = [Cry(("big", n), FILE, 262_144) for n in range(8)]
            with ThreadPoolExecutor(8) as pool:
                codes = list(pool.map(lambda cry: code_of(lambda: talk.birth(cry)), big))
            assert set(codes) <= {"disk-full"}
            for cry, head in kept:
                assert talk.read((cry, 0))[0][0] == head
            for cry in refused:
                assert talk.read((cry, 0))[0][0].n == 0
            relieve(process)
            kept += [(cry, talk.contact(cry, org.box_of(DAY))[0]) for cry in refused]
        assert process.said.count(b"the disk is full") == 1
        with running(folder / "relay") as process, httpx.Client(base_url=process.url) as client:
            again = Talk(http_line(client), org)
            again.relay = talk.relay
            for cry, head in kept:
                assert again.read((cry, 0))[0][0] == head


def code_of(ask: Callable[[], object]) -> str:
    try:
        ask()
    except Refusal as refusal:
        return refusal.code
    return "taken"


def until(happens: Callable[[], bool]) -> None:
    while not happens():
        time.sleep(0.02)


# Bounds


def talk_raw(port: int, *pieces: bytes, pause_s: float = 0) -> bytes:
    """Send these bytes, then read until the relay closes or has answered."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        for piece in pieces:
            try:
                line.sendall(piece)
            except (BrokenPipeError, ConnectionResetError):
                break
            time.sleep(pause_s)
        line.settimeout(20)
        received = b""
        try:
            while piece := line.recv(65_536):
                received += piece
        except ConnectionResetError:
            pass
        return received


HEAD = b"POST /v1/contact HTTP/1.1\r\nhost: x\r\ncontent-type: application/octet-stream\r\n"


def test_every_request_is_bounded_in_size_and_time(tmp_path: Path) -> None:
    founded_files(tmp_path / "relay")
    with running(tmp_path / "relay", "seconds=1") as process:
        too_large = talk_raw(process.port, HEAD + b"content-length: 300001\r\n\r\n", bytes(300_001))
        assert too_large.startswith(b"HTTP/1.1 413 ")
        assert too_large.endswith(b"too-large")
        endless = talk_raw(
            process.port, HEAD + b"transfer-encoding: chunked\r\n\r\n", *[b"ffff\r\n" + bytes(65_535) + b"\r\n"] * 20
        )
        assert endless.endswith(b"too-large")
        just = talk_raw(process.port, HEAD + b"content-length: 300000\r\nconnection: close\r\n\r\n", bytes(300_000))
        assert just.endswith(b"frame-broken")
        slow = talk_raw(process.port, HEAD + b"content-length: 10\r\n\r\n", b"12345")
        assert slow.startswith(b"HTTP/1.1 408 ")
        assert slow.endswith(b"too-slow")
        assert talk_raw(process.port) == b"", "says nothing: is let go"
        assert talk_raw(process.port, HEAD) == b"", "half a head: is let go"
        again = talk_raw(process.port, HEAD + b"content-length: 0\r\n\r\n", HEAD)
        assert again.count(b"HTTP/1.1 400") == 1
    assert process.said == b"relay: started\nrelay: stopped\n"


def test_a_head_is_bounded_in_size_before_it_is_in_time(tmp_path: Path) -> None:
    founded_files(tmp_path / "relay")
    with running(tmp_path / "relay") as process:
        assert talk_raw(process.port, HEAD, b"x: ", *[b"y" * 1_000] * 400) == b"", "no end of a line"
        assert talk_raw(process.port, HEAD, *[b"x: " + b"y" * 1_000 + b"\r\n"] * 400) == b"", "no end of lines"
    assert process.said == b"relay: started\nrelay: stopped\n"


CHUNKED = b"host: x\r\ntransfer-encoding: chunked\r\n\r\n"


@pytest.mark.parametrize("line", [b"POST /v1/read HTTP/1.1\r\n", b"GET /x HTTP/1.1\r\n"])
def test_what_follows_a_body_or_stands_between_its_chunks_is_bounded_as_a_head_is(tmp_path: Path, line: bytes) -> None:
    founded_files(tmp_path / "relay")
    head, chunk = line + HEAD.partition(b"\r\n")[2] + CHUNKED.partition(b"\r\n")[2], b"1" + b";x" * 500 + b"\r\nx\r\n"
    with running(tmp_path / "relay") as process:
        for piece in (b"aa: bb\r\n", b"a" * 1_000):
            assert b"HTTP/1.1 200" not in talk_raw(process.port, head, b"0\r\n", *[piece * 100] * 2_000), "trailers"
        assert b"HTTP/1.1 200" not in talk_raw(process.port, head, *[chunk * 10] * 400), "extensions of chunks"
    with running(tmp_path / "relay", "seconds=1") as process:
        talk_raw(process.port, head, b"0\r\n")  # it is let go, or this would wait for longer than it does
    assert process.said == b"relay: started\nrelay: stopped\n"


def test_a_line_end_between_two_requests_keeps_no_connection(tmp_path: Path) -> None:
    founded_files(tmp_path / "relay")
    with running(tmp_path / "relay", "seconds=1") as process, socket.socket() as line:
        line.settimeout(20)
        line.connect(("127.0.0.1", process.port))
        line.sendall(HEAD + b"content-length: 0\r\n\r\n")
        received = b""
        while not received.endswith(b"frame-broken"):
            received += line.recv(4_096)
        line.sendall(b"\r\n")
        assert rest(line) == 0
    assert process.said == b"relay: started\nrelay: stopped\n"


def test_a_connection_carries_one_request_at_a_time(tmp_path: Path) -> None:
    founded_files(tmp_path / "relay")
    with running(tmp_path / "relay") as process:
        both = talk_raw(process.port, (HEAD + b"content-length: 0\r\n\r\n") * 2)
        assert both.startswith(b"HTTP/1.1 400 ")
        assert both.count(b"HTTP/1.1") == 1


# Answers that nobody takes


@contextmanager
def reading_slowly(tmp_path: Path, *settings: str) -> Iterator[tuple[Process, Callable[[], socket.socket]]]:
    """Something of 4 MiB to read, and how to ask for it and take no more than its first byte."""
    org, code = founded_files(tmp_path / "relay")
    with running(tmp_path / "relay", *settings) as process, talking(process, org, code) as talk, ExitStack() as lines:
        file = Cry(1, FILE, 262_144)
        talk.birth(file)
        for _ in range(15):
            talk.append(file, file.draw(262_144), by=talk.as_member)
        body = q.ask_read(org.space, talk.challenge, [(file.stream, 0)], org.member)

        def ask() -> socket.socket:
            line = lines.enter_context(socket.socket())
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            line.settimeout(30)
            line.connect(("127.0.0.1", process.port))
            line.sendall(HEAD.replace(b"contact", b"read") + b"content-length: %d\r\n\r\n" % len(body) + body)
            assert line.recv(1, socket.MSG_PEEK) == b"H"
            return line

        yield process, ask


def rest(line: socket.socket, stop_at: int = 2**30) -> int:
    """How many bytes come until it is closed, or this many have come."""
    size = 0
    try:
        while size < stop_at and (piece := line.recv(65_536)):
            size += len(piece)
    except ConnectionResetError:
        pass
    return size


def test_of_too_many_answers_that_nobody_takes_the_oldest_goes(tmp_path: Path) -> None:
    with reading_slowly(tmp_path, f"untaken={12 * 2**20}") as (process, ask):
        lines = [ask() for _ in range(40)]
        assert all(rest(line) < 4 * 2**20 for line in lines[:30])
        assert rest(lines[-1], 4 * 2**20) >= 4 * 2**20
    assert process.said == b"relay: started\nrelay: stopped\n"


def test_an_answer_is_taken_in_time_or_goes(tmp_path: Path) -> None:
    with reading_slowly(tmp_path, "seconds=2") as (process, ask):
        before, lines = open_sockets(process), [ask() for _ in range(3)]
        until(lambda: open_sockets(process) == before)
        assert all(rest(line) < 4 * 2**20 for line in lines)


def open_sockets(process: Process) -> int:
    found = Path(f"/proc/{process.child.pid}/fd").iterdir()
    return sum(path.readlink().name.startswith("socket:") for path in found)


def test_no_answer_is_a_500_and_none_tells_the_time(tmp_path: Path) -> None:
    founded_files(tmp_path / "relay")
    with running(tmp_path / "relay") as process, httpx.Client(base_url=process.url) as client:
        for method in ("GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
            for path in ("/v1/contact", "/v1/", "/v1/%00", "/v1/read?x=1", "/v1/nothing"):
                answer = client.request(method, path, headers={"content-type": "text/plain"})
                assert answer.status_code in {400, 404}
                assert {*answer.headers} <= {"content-type", "cache-control", "content-length", "connection"}
                assert answer.headers["content-type"] == q.CONTENT_TYPE
    assert process.said == b"relay: started\nrelay: stopped\n"


def test_above_what_it_can_hold_it_is_busy(tmp_path: Path) -> None:
    org, code = founded_files(tmp_path / "relay")
    with running(tmp_path / "relay", "requests_at_once=3") as process, talking(process, org, code) as talk:
        slow = [socket.create_connection(("127.0.0.1", process.port)) for _ in range(3)]
        for line in slow:
            line.sendall(HEAD + b"content-length: 10\r\n\r\n12345")
        until(lambda: code_of(talk.manifest) == "busy")
        slow.pop().close()
        until(lambda: code_of(lambda: talk.contact(Cry(1), org.box_of(DAY))) == "taken")
        for line in slow:
            line.close()


HEAD_OF_FEED = HEAD.replace(b"contact", b"feed") + b"content-length: %d\r\n\r\n"


def test_2000_wait_in_one_process_and_all_are_told(tmp_path: Path) -> None:
    org, code = founded_files(tmp_path / "relay")
    most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most[1], most[1]))
    with running(tmp_path / "relay") as process, talking(process, org, code) as talk:
        talk.manifest()
        body = q.ask_feed(org.space, talk.challenge, DAY, b"", 30, org.member)
        asked = HEAD_OF_FEED % len(body) + body
        told = asyncio.run(wait_many(process.port, asked, 2_000, lambda: talk.birth(Cry(1, FILE))))
        assert told == 2_000
        # Those who wait are answered when it is told to end.
        body = waiting(talk)
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(talk_raw, process.port, HEAD_OF_FEED % len(body) + body)
            time.sleep(0.3)
            assert process.end(signal.SIGTERM) in {0, -signal.SIGTERM}
            assert answer.result().startswith(b"HTTP/1.1 200 ")
    assert process.said == b"relay: started\nrelay: stopped\n"


def waiting(talk: Talk) -> bytes:
    """The request of one who has seen everything of today."""
    cursor = talk.feed(DAY).cursor
    return q.ask_feed(talk.org.space, talk.challenge, DAY, cursor, 30, talk.org.member)


async def wait_many(port: int, asked: bytes, count: int, act: object) -> int:
    """How many of those who wait are answered with one item, once something happens."""
    lines = []
    for _ in range(count):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(asked)
        lines.append((reader, writer))
    await asyncio.sleep(2)
    await asyncio.to_thread(act)  # type: ignore[arg-type]
    told = 0
    for reader, writer in lines:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(re.search(rb"content-length: (\d+)", head).group(1))  # type: ignore[union-attr]
        answer = (await reader.readexactly(length))[32:]
        told += len(q.read_feed_answer(answer, DAY).items)
        writer.close()
    return told


def test_a_day_turns_by_itself(tmp_path: Path) -> None:
    """Nobody asks anything; the timer closes the day."""
    data = tmp_path / "relay"
    org, code = founded_files(data)
    with running(data) as process, talking(process, org, code) as talk:
        talk.birth(Cry(1, FILE))
        assert day_files(data) == [f"today-{DAY}.db", f"today-{DAY}.db-wal"]
        data.with_suffix(".day").write_text(str(DAY + 1))
        assert talk.manifest().day == DAY + 1
        until(lambda: day_files(data) == [f"today-{DAY + 1}.db", f"today-{DAY + 1}.db-wal"])
        assert len(talk.book(DAY)) == 1


def test_past_can_be_backed_up_while_the_relay_runs(tmp_path: Path) -> None:
    data = tmp_path / "relay"
    org, code = founded_files(data)
    with running(data) as process, talking(process, org, code) as talk:
        cries = [Cry(n, FILE) for n in range(50)]
        for cry in cries:
            talk.birth(cry)
        data.with_suffix(".day").write_text(str(DAY + 1))
        talk.manifest()
        backups = 0
        while len(day_files(data)) > 2 or backups < 3:
            back_up(data, tmp_path)
            backups += 1
        back_up(data, tmp_path)  # the last slice may have come after the one before
        with closing(sqlite3.connect(data / "past.db")) as live, closing(sqlite3.connect(tmp_path / "past.db")) as copy:
            assert list(copy.iterdump()) == list(live.iterdump())
        assert talk.read((cries[0], 0))[0][0].n == 1
    assert process.said == b"relay: started\nrelay: a day closed\nrelay: stopped\n"


def back_up(data: Path, to: Path) -> None:
    for name in ("past.db", "space.db"):
        with closing(sqlite3.connect(data / name)) as live, closing(sqlite3.connect(to / name)) as copy:
            live.backup(copy, pages=20)
