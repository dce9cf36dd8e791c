"""The desk's pages as an ASGI app on 127.0.0.1, and the server that runs it."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from safeconduct.clock import Clock
from safeconduct.desk.counting import Counting
from safeconduct.desk.desk import Desk
from safeconduct.desk.guard import HOST, Guard, own_user, peer_user
from safeconduct.desk.idle import Idle
from safeconduct.desk.launch import Launch
from safeconduct.desk.pages import count, entry, law, matter, pairs, queue
from safeconduct.desk.pages.live import Live
from safeconduct.desk.pages.matter import keep_unsaved
from safeconduct.desk.pages.visit import Absent, House, Visit
from safeconduct.desk.session import Session, Sessions
from safeconduct.desk.words import choose_language, words
from safeconduct.errors import DeskTaken, Refusal, VaultShut
from safeconduct.journal import Entry, Journal
from safeconduct.sealed.signing import Random

BODY_MOST_BYTES: Final = 524_288
"""A reply and a note in one form, each the longest there is, as browsers spell them (nine bytes a character)."""
FIELDS_MOST: Final = 16
PORTS_TRIED: Final = 20

Page = Callable[[Visit], Response]
BodyPage = Callable[[Visit, bytes], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Settings:
    """How the pages are served."""

    folder: Path
    """Where the address that works now is written."""
    port: int
    """The port of `listen`'s socket."""
    language: str = "en"
    """For browsers that ask for none of ours."""
    lock_after_s: float = 600.0
    user: int | None = None
    """Whose programs may ask; None: this process's user."""


class _TooLarge(Exception):  # noqa: N818
    pass


class _Unreadable(Exception):  # noqa: N818
    pass


def build_app(desk: Desk, settings: Settings, clock: Clock, random: Random, journal: Journal) -> Starlette:
    """The app. It locks the desk when it goes down, and when nobody has used it for `lock_after_s`."""
    house = House(
        desk,
        Sessions(random),
        Launch(settings.folder, f"http://{HOST}:{settings.port}", random),
        Idle(clock, settings.lock_after_s),
        clock,
        random,
        journal,
        Counting(desk),
    )
    desk_pages = _Pages(house, settings.language)
    app = Starlette(
        routes=desk_pages.routes(),
        middleware=[
            Middleware(
                Guard,
                port=settings.port,
                refuse=desk_pages.refuse,
                user=settings.user if settings.user is not None else own_user(),
            )
        ],
        exception_handlers={HTTPException: desk_pages.http_refusal},  # type: ignore[dict-item]
        lifespan=desk_pages.lifespan,
    )
    app.state.launch = house.launch
    return app


class _Pages:
    """Lets each request to its page, or says why not."""

    def __init__(self, house: House, language: str) -> None:
        self._house: Final = house
        self._language: Final = language
        self._live: Final = Live(house)

    def routes(self) -> list[Route | Mount]:
        """Every address there is."""
        acts: dict[str, Page] = {
            "take": matter.take_up,
            "aside": matter.set_aside,
            "restore": matter.restore,
            "reply": matter.reply,
            "note": matter.note,
            "grant": matter.grant,
            "triage": matter.triage,
            "consent": matter.consent,
            "draft": matter.keep_draft,
            "send-held": matter.send_held,
            "drop-held": matter.drop_held,
        }
        situation: dict[str, Page] = {
            "answer": law.answer,
            "happen": law.happen,
            "close": law.close,
        }
        counting: dict[str, Page] = {"season": count.count_season, "go-on": count.go_on, "cancel": count.cancel}
        return [
            Route("/", self._page(entry.home)),
            Route("/enter", self._page(entry.enter, shut=True), methods=["POST"]),
            Route("/unlock", self._page(entry.unlock, shut=True), methods=["POST"]),
            Route("/language", self._page(entry.language, shut=True), methods=["POST"]),
            Route("/lock", self._page(entry.lock), methods=["POST"]),
            Route("/keys", self._page(entry.keys), methods=["POST"]),
            Route("/used", self._page(entry.used), methods=["GET", "POST"]),
            Route("/live", self._listen),
            Route("/next", self._page(queue.following)),
            Route("/queue/{band}", self._page(queue.show)),
            Route("/alarm/{ref}", self._page(queue.confirm_alarm), methods=["POST"]),
            Route("/matter/{ref}", self._page(matter.show)),
            *(Route(f"/matter/{{ref}}/{name}", self._page(act), methods=["POST"]) for name, act in acts.items()),
            Route("/law", self._page(law.home)),
            Route("/law/new", self._page(law.begin), methods=["GET", "POST"]),
            Route("/law/find", self._page(law.find), methods=["GET", "POST"]),
            Route("/law/{ref}", self._page(law.show)),
            Route("/law/{ref}/move", self._page(law.move), methods=["GET", "POST"]),
            Route("/law/{ref}/answer/{language}", self._page(law.write)),
            *(Route(f"/law/{{ref}}/{name}", self._page(act), methods=["POST"]) for name, act in situation.items()),
            Route("/count", self._page(count.show)),
            Route("/count/picture/{mark}/{name}", self._page(count.picture)),
            Route("/count/file/{kind}", self._takes(count.count_file, count.FILE_MOST_BYTES), methods=["POST"]),
            *(Route(f"/count/{name}", self._page(act), methods=["POST"]) for name, act in counting.items()),
            Route(pairs.HERE, self._page(pairs.show)),
            Route("/count/pairs/open/{how}", self._takes(pairs.open_table, pairs.FILE_MOST_BYTES), methods=["POST"]),
            Route("/count/pairs/decide", self._page(pairs.decide), methods=["POST"]),
            Route("/count/pairs/away", self._page(pairs.put_away), methods=["POST"]),
            Route("/count/pairs/table", self._page(pairs.save)),
            Mount("/static", _Static(directory=str(files("safeconduct.desk").joinpath("static")))),
        ]

    def _page(self, page: Page, *, shut: bool = False) -> Endpoint:
        """An endpoint: the page for who may see it (`shut`: before the passphrase too), else what stands before it."""

        async def answer(request: Request) -> Response:
            try:
                visit = self._visit(request, await read_form(request))
            except _TooLarge:
                return self._visit(request, {}).render("refusal.html", 413, code="large")
            except _Unreadable:
                return self._visit(request, {}).render("refusal.html", 400, code="form")
            return await self._let(page, visit, shut=shut)

        return answer

    def _takes(self, page: BodyPage, most_bytes: int) -> Endpoint:
        """An endpoint that takes a body as it is, of at most so many bytes, from who has an open desk before her."""

        async def answer(request: Request) -> Response:
            visit = self._visit(request, {})
            if not self._opened(visit.session):
                return entry.show(visit)
            try:
                content = await read_body(request, most_bytes)
            except _TooLarge:
                return visit.render("refusal.html", 413, code="large")
            return await self._let(lambda visit: page(visit, content), visit)

        return answer

    async def _let(self, page: Page, visit: Visit, *, shut: bool = False) -> Response:
        await self._lock_in_time()
        if not shut and not self._opened(visit.session):
            return entry.show(visit)
        if not visit.live:
            self._house.idle.used()
        if visit.session is not None:
            self._house.desk.language = visit.session.language
        return await run_in_threadpool(self._try, page, visit)

    def _try(self, page: Page, visit: Visit) -> Response:
        try:
            if "draft-of" in visit.form and self._opened(visit.session):
                keep_unsaved(visit)
            return page(visit)
        except VaultShut:
            self._house.sessions.close()
            return entry.show(visit)
        except Absent:
            return visit.render("refusal.html", 404, code="absent")
        except Refusal as refusal:
            code = refusal.code if visit.words.has(f"refusal-{refusal.code}") else "refused"
            return visit.render("refusal.html", 409, code=code)
        except Exception:  # noqa: BLE001 - the pipe must not learn what broke
            if self._house.desk.locked:
                # The vault was closed under it.
                return entry.show(visit)
            self._house.journal.note(Entry.FAILED)
            return visit.render("refusal.html", 500, code="broken")

    async def _listen(self, request: Request) -> Response:
        await self._lock_in_time()
        session = self._house.sessions.find(request.headers.getlist("cookie"))
        if session is None or not self._opened(session):
            return entry.show(self._visit(request, {}))
        return self._live.answer(request, session)

    def _opened(self, session: Session | None) -> bool:
        return session is not None and session.opened and not self._house.desk.locked

    def _visit(self, request: Request, form: Mapping[str, str]) -> Visit:
        session = self._house.sessions.find(request.headers.getlist("cookie"))
        asked = choose_language(request.headers.get("accept-language", ""), self._language)
        return Visit(
            self._house,
            session,
            words(session.language if session else asked),
            request.path_params,
            request.query_params,
            form,
            live="hx-request" in request.headers and request.method == "GET",
        )

    async def refuse(self, scope: Scope, receive: Receive, send: Send, status: int) -> None:
        """The guard's answer: a plain page that names nothing."""
        if status == 500:
            self._house.journal.note(Entry.FAILED)
        visit = self._visit(Request(scope), {})
        # A foreign page learns nothing of the session, not even its language.
        visit.session = None
        await visit.render("refusal.html", status, code=f"guard-{status}")(scope, receive, send)

    async def http_refusal(self, request: Request, error: HTTPException) -> Response:
        """An address or method that there is not."""
        code = "method" if error.status_code == 405 else "absent"
        return self._visit(request, {}).render("refusal.html", error.status_code, code=code)

    @contextlib.asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        """Watch for the time to lock; lock at the end."""
        self._house.journal.note(Entry.DESK_STARTED)
        watch = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            watch.cancel()
            self._house.launch.close()
            await run_in_threadpool(self._house.counting.close)
            self._house.sessions.close()
            await run_in_threadpool(self._house.desk.lock)
            self._house.journal.note(Entry.DESK_STOPPED)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(0.5)
            await self._lock_in_time()

    async def _lock_in_time(self) -> None:
        """Lock if it was time: the key that wakes a machine comes before the watch, and must not count as use."""
        if self._house.idle.over() and not self._house.desk.locked:
            self._house.sessions.close()
            await run_in_threadpool(self._house.desk.lock)


class _Static(StaticFiles):
    """Files that tell nothing about anyone; a browser may keep them, their address names their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        answer.headers["cache-control"] = "private, max-age=31536000, immutable"
        return answer


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a posted form; of two with one name the last."""
    if request.method != "POST":
        return {}
    body = await read_body(request, BODY_MOST_BYTES)
    try:
        return dict(
            parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=FIELDS_MOST, errors="strict")
        )
    except ValueError:
        raise _Unreadable from None


async def read_body(request: Request, most_bytes: int) -> bytes:
    """All of a body, unless it says or turns out to be larger."""
    said = request.headers.get("content-length", "0")
    body = bytearray()
    if len(said) > 12 or int(said) > most_bytes:
        raise _TooLarge
    async for part in request.stream():
        body += part
        if len(body) > most_bytes:
            raise _TooLarge
    return bytes(body)


def listen(port: int) -> socket.socket:
    """A socket that listens on 127.0.0.1 at this port, or the next free one.

    Raises:
        DeskTaken: twenty ports in a row are busy.
    """
    for number in range(port, port + PORTS_TRIED):
        ours = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            ours.bind((HOST, number))
            ours.listen(128)
        except OSError:
            ours.close()
            continue
        return ours
    raise DeskTaken


class Connection(HttpToolsProtocol):
    """Asks once for each connection, not for each request, whose program is at its other end."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Look while it stands; the guard reads it from the request's state."""
        super().connection_made(transport)
        if own_user() is not None and self.server is not None:
            self.app_state = {**self.app_state, "peer": peer_user(self.client, self.server[1] or 0)}


def server(app: Starlette) -> uvicorn.Server:
    """A server that writes no line about any request: `server(app).run(sockets=[listen(8410)])`."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=Connection,
            ws="none",
            access_log=False,
            log_config=None,
            log_level="critical",
            server_header=False,
            date_header=False,
            proxy_headers=False,
            lifespan="on",
            # Open pages hold a stream; they must not hold the program.
            timeout_graceful_shutdown=1,
        )
    )
