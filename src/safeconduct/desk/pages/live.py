"""Tells an open page that something changed, or that the desk was locked. It tells nothing else: the page asks."""

from collections.abc import AsyncIterator
from typing import Final

import anyio
from starlette.requests import Request
from starlette.responses import StreamingResponse

from safeconduct.desk.pages.visit import House
from safeconduct.desk.session import Session
from safeconduct.errors import VaultShut

WAIT_S: Final = 15.0
LISTENERS_MOST: Final = 32


class Live:
    """One stream for each browser: its tabs share it."""

    def __init__(self, house: House) -> None:
        """Wait in threads of its own, so that no page waits for them."""
        self._house: Final = house
        self._threads: Final = anyio.CapacityLimiter(LISTENERS_MOST)

    def answer(self, _request: Request, session: Session) -> StreamingResponse:
        """Server-sent events until the lock: `changed` with the version, `locked` as the last."""
        return StreamingResponse(self._tell(session), media_type="text/event-stream")

    async def _tell(self, session: Session) -> AsyncIterator[str]:
        desk, told = self._house.desk, -1
        try:
            while session.opened:
                version = desk.version
                yield f"event: changed\ndata: {version}\n\n" if version != told else ": \n\n"
                told = version
                await anyio.to_thread.run_sync(desk.wait, told, WAIT_S, abandon_on_cancel=True, limiter=self._threads)
        except VaultShut:
            pass
        yield "event: locked\ndata: \n\n"
