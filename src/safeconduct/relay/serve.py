"""Serving relay (and door) with uvicorn: silent, and bounded also before a request is one.

uvicorn bounds neither the size nor the time of a request's head, says the minute in a header, and lets those who wait
for news delay its end. What is mounted beside the relay gains by it too.
"""

import asyncio
import os
import socket
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from safeconduct.relay.app import Relay
from safeconduct.relay.settings import RelaySettings

HEAD_MOST_BYTES: Final = 65_536
HEAD_SECONDS: Final = 30
IDLE_SECONDS: Final = 75
END_SECONDS: Final = 10
SLOW_READER_SECONDS: Final = 600


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
    """One connection, closed if a request's head is too large or too slow, or an answer is not taken."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(*args, **kwargs)
        self._head_open = self._head_new = False
        self._head_bytes = 0
        self._head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The first head is awaited."""
        super().connection_made(transport)
        self._head_timer = self.loop.call_later(HEAD_SECONDS, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """No head will come."""
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what belongs to a head alone; a body is bounded by its endpoint."""
        super().data_received(data)
        if not self._head_open:
            return
        # What it began in may hold the end of a body too.
        self._head_bytes = 0 if self._head_new else self._head_bytes + len(data)
        self._head_new = False
        if self._head_bytes > HEAD_MOST_BYTES:
            self.transport.abort()
        elif self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def on_message_begin(self) -> None:
        """A head begins."""
        self._head_open = self._head_new = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._head_open = False
        self._stop_timer()
        super().on_headers_complete()

    def timeout_keep_alive_handler(self) -> None:
        """Idle for too long; who does not take what is left of the answer is not waited for for ever."""
        super().timeout_keep_alive_handler()
        if self.transport.get_write_buffer_size():
            self.loop.call_later(SLOW_READER_SECONDS, self.transport.abort)

    def _stop_timer(self) -> None:
        if self._head_timer:
            self._head_timer.cancel()
            self._head_timer = None


def _allow_many_files() -> None:
    """A waiting request is an open file, and the usual limit is 1,024."""
    if os.name == "nt":
        return
    import resource  # noqa: PLC0415 - not on Windows

    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
