"""What a first contact costs a relay, against a bare Starlette handler that appends the same bytes as durably.

    python bench/relay_cost.py [REQUESTS] [REPEATS]

Both are served alike (uvicorn, uvloop, httptools), commit in groups with `synchronous=FULL`, and run one after the
other, alternating, from one client process over kept connections. Cost is the server process's own CPU time (user and
system); latency is what the client saw. Prints one JSON line: medians over the repeats, ratios of neighbouring runs.
"""

import asyncio
import json
import os
import queue
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from relay.client import Cry, Organisation, Talk, build_relay, seeded  # noqa: E402 - it lies among the tests
from safeconduct.clock import Clock  # noqa: E402
from safeconduct.journal import Journal, install  # noqa: E402
from safeconduct.relay.serve import Server  # noqa: E402
from safeconduct.relay.settings import RelaySettings  # noqa: E402
from safeconduct.relay.space import init_relay  # noqa: E402

AT_ONCE = (64, 256)
HEAD = b"POST /v1/%s HTTP/1.1\r\nhost: x\r\ncontent-type: application/octet-stream\r\ncontent-length: %d\r\n\r\n"
DAY = Clock().day()


# The two servers


def serve_relay(data: Path) -> None:
    settings, journal = RelaySettings(data=str(data), port=0), Journal(lambda _line: None)
    install(journal)
    app = build_relay(settings, Clock(), os.urandom, journal)
    Server(app, app.state.relay, settings, ready=say_port).run()


class Floor:
    """Appends whatever comes, as one row; answers once it is on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.waiting: queue.SimpleQueue[tuple[bytes, asyncio.Future[None]]] = queue.SimpleQueue()

    async def append(self, request: Request) -> Response:
        future: asyncio.Future[None] = self.loop.create_future()
        self.waiting.put((await request.body(), future))
        await future
        return Response()

    @asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        self.loop = asyncio.get_running_loop()
        threading.Thread(target=self.write, daemon=True).start()
        yield

    def write(self) -> None:
        sql = sqlite3.connect(self.path, isolation_level=None)
        for pragma in ("journal_mode = WAL", "synchronous = FULL"):
            sql.execute(f"PRAGMA {pragma}")
        sql.execute("CREATE TABLE body (body BLOB NOT NULL) STRICT")
        while True:
            group = [self.waiting.get()]
            while not self.waiting.empty():
                group.append(self.waiting.get())
            sql.execute("BEGIN IMMEDIATE")
            sql.executemany("INSERT INTO body VALUES (?)", [(body,) for body, _ in group])
            sql.execute("COMMIT")
            self.loop.call_soon_threadsafe(self.answer, [future for _, future in group])

    def answer(self, futures: list[asyncio.Future[None]]) -> None:
        for future in futures:
            future.set_result(None)


class Announcing(uvicorn.Server):
    async def startup(self, sockets: object = None) -> None:
        await super().startup(None)
        say_port(self.servers[0].sockets[0].getsockname()[1])
        assert sockets is None


def serve_floor(data: Path) -> None:
    floor = Floor(data / "floor.db")
    app = Starlette(routes=[Route("/v1/contact", floor.append, methods=["POST"])], lifespan=floor.lifespan)
    config = uvicorn.Config(app, port=0, http="httptools", ws="none", log_config=None, access_log=False)
    config.server_header = config.date_header = False
    Announcing(config).run()


def say_port(port: int) -> None:
    print(port, flush=True)


# The client


class Served:
    """One of the two as a process."""

    def __init__(self, kind: str, data: Path) -> None:
        self.child = subprocess.Popen([sys.executable, __file__, kind, data], stdout=subprocess.PIPE)
        assert self.child.stdout
        self.port = int(self.child.stdout.readline())

    def cpu_s(self) -> float:
        fields = Path(f"/proc/{self.child.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self) -> None:
        self.child.send_signal(signal.SIGTERM)
        self.child.wait(60)
        if self.child.stdout:
            self.child.stdout.close()


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, route: str, body: bytes) -> tuple[int, bytes]:
    writer.write(HEAD % (route.encode(), len(body)) + body)
    head = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
    length = next(int(line[15:]) for line in head if line.startswith(b"content-length:"))
    return int(head[0].split()[1]), await reader.readexactly(length)


async def load(port: int, bodies: list[bytes], at_once: int) -> tuple[int, list[float]]:
    """Send all, so many at once; the number of errors and every latency in seconds."""
    left, errors, seconds = iter(bodies), 0, []

    async def one_connection() -> None:
        nonlocal errors
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for body in left:
            begun = time.perf_counter()
            status, _ = await ask(reader, writer, "contact", body)
            seconds.append(time.perf_counter() - begun)
            errors += status != 200
        writer.close()

    await asyncio.gather(*(one_connection() for _ in range(at_once)))
    return errors, seconds


def line_to(port: int) -> Callable[[str, bytes], tuple[int, bytes]]:
    async def once(route: str, body: bytes) -> tuple[int, bytes]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            return await ask(reader, writer, route, body)
        finally:
            writer.close()

    return lambda route, body: asyncio.run(once(route, body))


def run(kind: str, bodies: list[bytes], org: Organisation, at_once: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        code = init_relay(data, seeded("operator"), DAY)
        served = Served(kind, data)
        if kind == "relay":
            talk = Talk(line_to(served.port), org)
            talk.found(code)
            talk.publish(DAY, 1)
        before_s, begun = served.cpu_s(), time.perf_counter()
        errors, seconds = asyncio.run(load(served.port, bodies, at_once))
        wall_s, cpu_s = time.perf_counter() - begun, served.cpu_s() - before_s
        served.end()
    return {
        "errors": errors,
        "cpu_us": cpu_s / len(bodies) * 1e6,
        "p50_ms": statistics.median(seconds) * 1e3,
        "p99_ms": sorted(seconds)[int(len(seconds) * 0.99)] * 1e3,
        "per_s": len(bodies) / wall_s,
    }


def compare(bodies: list[bytes], org: Organisation, at_once: int, repeats: int) -> dict[str, object]:
    pairs = [(run("floor", bodies, org, at_once), run("relay", bodies, org, at_once)) for _ in range(repeats)]

    def median(value: Callable[[dict[str, float], dict[str, float]], float]) -> float:
        return round(statistics.median(value(floor, relay) for floor, relay in pairs), 2)

    return {
        "errors": int(sum(relay["errors"] + floor["errors"] for floor, relay in pairs)),
        "cpu_ratio": median(lambda floor, relay: relay["cpu_us"] / floor["cpu_us"]),
        "p99_ratio": median(lambda floor, relay: relay["p99_ms"] / floor["p99_ms"]),
        "relay": {name: median(lambda _floor, relay, name=name: relay[name]) for name in pairs[0][1]},  # type: ignore[misc]
        "floor": {name: median(lambda floor, _relay, name=name: floor[name]) for name in pairs[0][0]},  # type: ignore[misc]
    }


def main() -> None:
    match sys.argv[1:]:
        case ["relay", data]:
            serve_relay(Path(data))
        case ["floor", data]:
            serve_floor(Path(data))
        case given:
            requests, repeats = (*map(int, given), *(10_000, 5)[len(given) :])
            org = Organisation("bench")
            talk = Talk(lambda _route, _body: (0, b""), org)
            bodies = [talk.contact_body(Cry(n), org.box_of(DAY)) for n in range(requests)]
            found = {str(at_once): compare(bodies, org, at_once, repeats) for at_once in AT_ONCE}
            print(json.dumps({"bench": "relay_cost", "requests": requests, "repeats": repeats, "at_once": found}))


if __name__ == "__main__":
    main()
