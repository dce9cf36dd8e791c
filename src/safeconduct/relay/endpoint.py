"""One way in, one way out: a bounded body, a judge, an answer or a refusal (spec: relay).

Nothing of HTTP but the body goes further in: no address, no header, no path.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Final

from starlette.types import Receive, Scope, Send

from safeconduct.errors import Broken, Busy, Refusal, Refused, RouteUnknown, TooLarge, TooSlow
from safeconduct.journal import Entry, Journal

BODY_MOST_BYTES: Final = 300_000
BODY_SECONDS: Final = 30
_TYPE: Final = (b"content-type", b"application/octet-stream")
_HEADERS: Final = [_TYPE, (b"cache-control", b"no-store")]


class Limit:
    """How many may be somewhere at once: `with limit` is being one of them."""

    def __init__(self, most: int) -> None:
        """At most so many."""
        self._left = most

    def __enter__(self) -> None:
        """Be one of them.

        Raises:
            Busy: there are as many as may be.
        """
        if self._left <= 0:
            raise Busy
        self._left -= 1

    def __exit__(self, *_error: object) -> None:
        """Make room."""
        self._left += 1

    @contextmanager
    def elsewhere(self) -> Iterator[None]:
        """Not to be counted here for a while."""
        self._left += 1
        try:
            yield
        finally:
            self._left -= 1


class Endpoint:
    """A route, as an ASGI application."""

    def __init__(
        self,
        judge: Callable[[bytes], Awaitable[bytes]],
        challenge: Callable[[], bytes],
        at_hand: Limit,
        journal: Journal,
    ) -> None:
        """Answer with what `judge` makes of the body, behind a challenge."""
        self._judge: Final = judge
        self._challenge: Final = challenge
        self._at_hand: Final = at_hand
        self._journal: Final = journal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever it is."""
        whole, headers = False, [*_HEADERS]
        try:
            with self._at_hand:
                untrusted = await _read_body(scope, receive)
                if untrusted is None:
                    return
                whole = True
                status, body = 200, await self._judge(untrusted)
        except Refusal as refusal:
            status, body = status_of(refusal), refusal.code.encode()
        except asyncio.CancelledError:
            # Only a server that ends cancels a request; left without an answer it would make a 500 of it.
            status, body = Busy.status, Busy.code.encode()
        except Exception:  # noqa: BLE001 - no failure may leave by another way
            self._journal.note(Entry.FAILED)
            status, body = Broken.status, Broken.code.encode()
        body = self._challenge() + body
        headers.append((b"content-length", b"%d" % len(body)))
        if not whole:
            headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def status_of(refusal: Refusal) -> int:
    """HTTP's number for a code."""
    return refusal.status if isinstance(refusal, Refused) else Refused.status


async def _read_body(scope: Scope, receive: Receive) -> bytes | None:
    """The body, or `None` if the connection went before it was whole.

    Raises:
        RouteUnknown: not a POST of our type. TooLarge: reading stops there. TooSlow.
    """
    # A page elsewhere can make its visitors' browsers send other types here, but not this one without asking first.
    if scope["method"] != "POST" or _TYPE not in scope["headers"]:
        raise RouteUnknown
    chunks, size_bytes = [], 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return None
                chunks.append(message.get("body", b""))
                size_bytes += len(chunks[-1])
                if size_bytes > BODY_MOST_BYTES:
                    raise TooLarge
                if not message.get("more_body", False):
                    return b"".join(chunks)
    except TimeoutError:
        raise TooSlow from None
