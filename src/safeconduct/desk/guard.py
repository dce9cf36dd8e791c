"""What stands before every page: this machine is shared with other pages and other users.

A request is answered only if it names this address (against rebinding), comes from this user's own programs (where
the system tells), and was begun by our own page or by the person (against pages of other sites and ports). Everything
that leaves carries the headers under which nothing else can be loaded, framed, read across or kept.
"""

import os
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOST: Final = "127.0.0.1"

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = (
    ("content-security-policy", POLICY),
    ("cache-control", "no-store"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("permissions-policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("x-dns-prefetch-control", "off"),
)

Refuse = Callable[[Scope, Receive, Send, int], Awaitable[None]]


class Guard:
    """An ASGI app in front of another. `refuse` answers with a page of the given status."""

    def __init__(self, app: ASGIApp, port: int, refuse: Refuse, user: int | None) -> None:
        """Guard what is served at this port; `user` is whose programs may ask, None where no system tells."""
        self._app: Final = app
        self._port: Final = port
        self._refuse: Final = refuse
        self._user: Final = user

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Judge, then hand on or refuse."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close"})
            return

        guarded = _Guarded(send)
        status = self._judge(scope)
        if status:
            await self._refuse(scope, receive, guarded.send, status)
            return
        try:
            await self._app(scope, receive, guarded.send)
        except Exception:
            if guarded.begun:
                raise
            await self._refuse(scope, receive, guarded.send, 500)

    def _judge(self, scope: Scope) -> int:
        headers = Headers(scope=scope)
        if headers.getlist("host") != [f"{HOST}:{self._port}"]:
            return 421
        if self._user is not None and self._user != self._peer(scope):
            return 403
        if not begun_here(scope["method"], headers, f"http://{HOST}:{self._port}"):
            return 403
        return 0 if scope["method"] in {"GET", "HEAD", "POST"} else 405

    def _peer(self, scope: Scope) -> int | None:
        """Whose program asks: as the server found for this connection, or looked up now."""
        known = scope.get("state", {})
        peer: int | None = known["peer"] if "peer" in known else peer_user(scope["client"], self._port)
        return peer


class _Guarded:
    """An answer that carries the headers."""

    def __init__(self, send: Send) -> None:
        self._send: Final = send
        self.begun = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS:
                headers.setdefault(name, value)
        await self._send(message)


def begun_here(method: str, headers: Headers, origin: str) -> bool:
    """Whether our own page, or the person herself, began this request.

    Browsers let no page forge either header. A form sent under `no-referrer` has the origin `null`, as has a page in
    a sandbox, so `null` counts only together with `same-origin`.
    """
    site = headers.getlist("sec-fetch-site")
    if site not in ([], ["same-origin"], ["none"]):
        return False
    if method in {"GET", "HEAD"}:
        return True
    origins = headers.getlist("origin")
    return origins == [origin] or (origins in ([], ["null"]) and site == ["same-origin"])


def own_user() -> int | None:
    """This process's user, where connections can be told apart by user: on Linux."""
    return os.getuid() if sys.platform == "linux" else None


def peer_user(client: tuple[str, int] | None, port: int) -> int | None:
    """The user whose program holds the other end of a connection to this port; None if the table has no such end.

    True only while the connection stands: its number is soon somebody else's.
    """
    if client is None or client[0] != HOST:
        return None
    here = int.from_bytes(socket.inet_aton(HOST), sys.byteorder)
    ends = f"{here:08X}:{client[1]:04X}", f"{here:08X}:{port:04X}"
    for table, prefix in ("tcp", ""), ("tcp6", f"{0:016X}{socket.htonl(0xFFFF):08X}"):
        user = _find(Path("/proc/self/net", table), prefix + ends[0], prefix + ends[1])
        if user is not None:
            return user
    return None


def _find(table: Path, local: str, remote: str) -> int | None:
    wanted = f" {local} {remote} "
    with table.open() as lines:
        for line in lines:
            if wanted in line:
                return int(line.split()[7])
    return None
