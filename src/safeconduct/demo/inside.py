"""A relay inside this process, under a clock that is moved by hand: for the invented season, and for tests."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

import httpx

from safeconduct.clock import DAY_SECONDS, Clock

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class HandClock(Clock):
    """Noon of a day that is set by hand."""

    hands: dict[str, float] = field(default_factory=lambda: {"day": 0, "steady": 0.0})

    @classmethod
    def at(cls, day: int) -> Self:
        """Noon of this day."""
        return cls(hands={"day": day, "steady": 0.0})

    def day(self) -> int:
        """The day it was set to."""
        return int(self.hands["day"])

    def day_left_s(self) -> float:
        """Half a day."""
        return DAY_SECONDS / 2

    def instant_s(self) -> int:
        """Noon."""
        return self.day() * DAY_SECONDS + DAY_SECONDS // 2

    def steady_s(self) -> float:
        """It stands still unless moved."""
        return self.hands["steady"]

    def move(self, days: int) -> None:
        """So many days on."""
        self.hands["day"] += days


class InProcess(httpx.BaseTransport):
    """Carries requests into an ASGI application that runs in a loop and thread of its own."""

    def __init__(self, app: Any) -> None:  # noqa: ANN401 - an ASGI application
        """Start the loop; the application's lifespan is the caller's, by `run`."""
        self._inner = httpx.ASGITransport(app=app, raise_app_exceptions=True)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run something in that loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(60)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One request in, one answer out."""
        request.read()

        async def carry() -> httpx.Response:
            asked = httpx.Request(request.method, request.url, headers=request.headers, content=request.content)
            answer = await self._inner.handle_async_request(asked)
            content = await answer.aread()
            return httpx.Response(answer.status_code, headers=answer.headers, content=content)

        try:
            return self.run(carry())
        except (CancelledError, TimeoutError):
            raise httpx.ReadError("ended") from None

    async def _cancel(self) -> None:
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    def end(self) -> None:
        """Let go whoever waits, and stop the loop."""
        self.run(self._cancel())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
