"""The line to a relay: bodies out, answers in, over HTTP (spec: relay)."""

import math
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Final

import httpx

from safeconduct.clock import Clock
from safeconduct.errors import ChallengeOld, Refusal, RelayForeign, RelaySilent
from safeconduct.sealed.access import CHALLENGE_BYTES
from safeconduct.sealed.request import CONTENT_TYPE, open_answer

_NONE: Final = bytes(CHALLENGE_BYTES)
_ANSWER_BYTES_MOST: Final = 64 * 1024 * 1024
_CONNECT_S: Final = 5.0
Body = bytes | Callable[[bytes], bytes]
"""A request's bytes, or what makes them from a challenge."""
Answer = tuple[int, str, bytes]
"""Status, content type, content."""


def _for_ever() -> float:
    return math.inf


class Line:
    """Asks one relay. Safe to use from several threads.

    No proxy or other setting is taken from the environment, no redirect followed, and nothing said of this
    program but a constant.
    """

    def __init__(self, relay: str, transport: httpx.BaseTransport | None = None, wait_s: float = 10.0) -> None:
        """Remember the relay's address; nothing is asked yet. `wait_s` bounds every answer, `patience_s` aside."""
        self._relay: Final = relay.rstrip("/")
        self._transport: Final = transport
        self._wait_s: Final = wait_s
        self._left_s: Callable[[], float] = _for_ever
        self._turn: Final = threading.Lock()
        self._client = self._connect()
        self._challenge = _NONE

    def _connect(self) -> httpx.Client:
        return httpx.Client(
            base_url=self._relay,
            transport=self._transport,
            trust_env=False,
            follow_redirects=False,
            headers={
                "User-Agent": "safeconduct",
                "Accept": CONTENT_TYPE,
                "Accept-Encoding": "identity",
                "Content-Type": CONTENT_TYPE,
            },
        )

    def ask(self, route: str, body: Body, patience_s: float = 0.0) -> bytes:
        """Send a request and return what was answered; a challenge that grew old is replaced once.

        Raises:
            RelaySilent: no whole answer in time. RelayForeign, also for one that is too long; whatever the relay
            refuses with.
        """
        if isinstance(body, bytes):
            return self._said(route, body, patience_s)
        try:
            return self._said(route, body(self._challenge), patience_s)
        except ChallengeOld:
            return self._said(route, body(self._challenge), patience_s)

    @contextmanager
    def within(self, seconds: float, clock: Clock) -> Iterator[None]:
        """All that is asked inside, by whomever, is answered before so many seconds have passed, or not at all."""
        end_s = clock.steady_s() + seconds
        self._left_s = lambda: end_s - clock.steady_s()
        try:
            yield
        finally:
            self._left_s = _for_ever

    def _said(self, route: str, body: bytes, patience_s: float) -> bytes:
        wait_s = min(self._wait_s + patience_s, self._left_s())
        if wait_s <= 0:
            raise RelaySilent
        self._challenge, said = open_answer(*self._exchange(route, body, wait_s))
        if isinstance(said, Refusal):
            raise said
        return said

    def _exchange(self, route: str, body: bytes, wait_s: float) -> Answer:
        """In a thread of its own: looking up a name, headers and content may each come byte by byte, for ever."""
        client, answer = self._client, Future[Answer]()
        threading.Thread(target=_fetch, args=(answer, client, route, body, wait_s), daemon=True).start()
        try:
            return answer.result(wait_s)
        except TimeoutError:
            self._give_up(client)
            raise RelaySilent from None

    def _give_up(self, client: httpx.Client) -> None:
        """Cut its connections, so that nobody reads on, and begin anew with others."""
        with self._turn:
            if client is self._client and not client.is_closed:
                self._client = self._connect()
                client.close()

    def close(self) -> None:
        """Close all connections; whoever waits gets `relay-silent`."""
        with self._turn:
            self._client.close()


def _fetch(answer: Future[Answer], client: httpx.Client, route: str, body: bytes, wait_s: float) -> None:
    try:
        answer.set_result(_read(client, route, body, httpx.Timeout(wait_s, connect=min(wait_s, _CONNECT_S))))
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, RuntimeError):
        answer.set_exception(RelaySilent())
    except BaseException as failure:  # noqa: BLE001 - whoever asked is told; a connection that was cut fails as it likes
        answer.set_exception(RelaySilent() if client.is_closed else failure)


def _read(client: httpx.Client, route: str, body: bytes, timeout: httpx.Timeout) -> Answer:
    content = bytearray()
    with client.stream("POST", f"/v1/{route}", content=body, timeout=timeout) as said:
        for chunk in said.iter_bytes():
            content += chunk
            if len(content) > _ANSWER_BYTES_MOST:
                raise RelayForeign
        return said.status_code, said.headers.get("content-type", ""), bytes(content)
