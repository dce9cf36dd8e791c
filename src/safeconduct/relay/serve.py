"""Serving relay (and door) with uvicorn: silent, and bounded before a request is one and after its answer is made.

uvicorn bounds neither the size nor the time of a request's head, nor the answers that nobody takes, says the minute in
a header, and lets those who wait for news delay its end. What is mounted beside the relay gains by it too.
"""

import asyncio
import os
import socket
from collections.abc import Callable
from types import FrameType
from typing import Any, ClassVar, Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from safeconduct.relay.app import Relay
from safeconduct.relay.settings import RelaySettings

HEAD_MOST_BYTES: Final = 65_536
REQUEST_SECONDS: Final = 60
IDLE_SECONDS: Final = 75
END_SECONDS: Final = 10
SLOW_READER_SECONDS: Final = 600
UNTAKEN_MOST_BYTES: Final = 64 * 2**20
SYSTEM_TAKES_BYTES: Final = 65_536


class Server(uvicorn.Server):
    """Lets those who wait for news go when it is told to end."""

    def __init__(
        self, app: ASGIApp, relay: Relay, settings: RelaySettings, ready: Callable[[int], object] = int
    ) -> None:
        """Serve `app`, in which this relay's routes are; its lifespan starts and stops the relay.

        Args:
            app: the relay alone, or beside a door.
            relay: whose waiting requests are let go when the server is told to end.
            settings: host and port.
            ready: called with the port once it listens.
        """
        _allow_many_files()
        super().__init__(
            uvicorn.Config(
                app,
                host=settings.host,
                port=settings.port,
                http=Connection,
                ws="none",
                lifespan="on",
                log_config=None,
                log_level="critical",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                date_header=False,
                timeout_keep_alive=IDLE_SECONDS,
                timeout_graceful_shutdown=END_SECONDS,
            )
        )
        self._relay: Final = relay
        self._ready: Final = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say where."""
        await super().startup(sockets)
        if self.started:
            self._ready(self.servers[0].sockets[0].getsockname()[1])

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal has come; this is between two steps of the event loop or inside one."""
        asyncio.get_running_loop().call_soon_threadsafe(self._relay.release)
        super().handle_exit(sig, frame)


class Connection(HttpToolsProtocol):
    """One connection: one request at a time; closed if that is too large or too slow, or its answer is not taken."""

    _untaken: ClassVar[dict["Connection", None]] = {}
    """Those of this process whose answers wait in memory to be taken, the longest first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(*args, **kwargs)
        self._open = self._new = self._answering = False
        self._spare_bytes = 0
        self._timer: asyncio.TimerHandle | None = None
        self._taking: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The first request is awaited; whatever the system does not take of an answer at once is untaken."""
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=0)
        # Else the system keeps megabytes more for each, where they are not counted.
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SYSTEM_TAKES_BYTES)
        self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """No request will come, no answer be taken."""
        self._stop_timer()
        self._end_taking()
        super().connection_lost(exc)

    # Requests

    def data_received(self, data: bytes) -> None:
        """Count what is no body: heads, trailers, chunk sizes, line ends between requests."""
        super().data_received(data)
        # What a request began in may hold the end of another's body too.
        self._spare_bytes = 0 if self._new else self._spare_bytes + len(data)
        self._new = False
        if self._spare_bytes > HEAD_MOST_BYTES:
            self.transport.abort()
        elif self._open or not self._answering:
            # Any byte has ended uvicorn's own waiting, also one that begins nothing.
            self._await_request()

    def on_message_begin(self) -> None:
        """A request begins."""
        self._open = self._new = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is whole. Nothing is written but an answer, so `100 Continue` is not."""
        if self._answering:
            raise TooManyError
        self.expect_100_continue = False
        super().on_headers_complete()
        self._answering = True

    def on_body(self, body: bytes) -> None:
        """Its endpoint bounds it."""
        self._spare_bytes -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._open = False
        self._stop_timer()
        super().on_message_complete()

    def _await_request(self) -> None:
        self._timer = self._timer or self.loop.call_later(REQUEST_SECONDS, self.transport.abort)

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    # Answers

    def pause_writing(self) -> None:
        """An answer is not taken. Of too much that is not, what has waited longest is let go."""
        super().pause_writing()
        self._taking = self.loop.call_later(SLOW_READER_SECONDS, self.transport.abort)
        self._untaken[self] = None
        while sum(one.untaken_bytes for one in self._untaken) > UNTAKEN_MOST_BYTES:
            next(iter(self._untaken)).let_go()

    def resume_writing(self) -> None:
        """All of it is taken."""
        self._end_taking()
        super().resume_writing()
        if not self.transport.is_closing():
            self.flow.resume_reading()

    def on_response_complete(self) -> None:
        """The answer is written; nothing more is asked by who has not taken it."""
        self._answering = False
        super().on_response_complete()
        if self.flow.write_paused and not self.transport.is_closing():
            self.flow.pause_reading()

    @property
    def untaken_bytes(self) -> int:
        """Of its answer: also what the endpoint still holds, because the head was not taken."""
        owed_bytes = self.cycle.expected_content_length if self._answering else 0
        return self.transport.get_write_buffer_size() + owed_bytes

    def let_go(self) -> None:
        """Close it at once."""
        self._end_taking()
        self.transport.abort()

    def _end_taking(self) -> None:
        self._untaken.pop(self, None)
        if self._taking:
            self._taking.cancel()
            self._taking = None


class TooManyError(Exception):
    """Another request came before the answer to the one before; uvicorn closes what sends such."""


def _allow_many_files() -> None:
    """A waiting request is an open file, and the usual limit is 1,024."""
    if os.name == "nt":
        return
    import resource  # noqa: PLC0415 - not on Windows

    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
