"""The line to a relay: bodies out, answers in, over HTTP (spec: relay)."""

from collections.abc import Callable
from typing import Final

import httpx

from safeconduct.errors import ChallengeOld, Refusal, RelayForeign, RelaySilent
from safeconduct.sealed.access import CHALLENGE_BYTES
from safeconduct.sealed.request import CONTENT_TYPE, open_answer

_NONE: Final = bytes(CHALLENGE_BYTES)
_ANSWER_BYTES_MOST: Final = 64 * 1024 * 1024
Body = bytes | Callable[[bytes], bytes]
"""A request's bytes, or what makes them from a challenge."""


class Line:
    """Asks one relay. Safe to use from several threads.

    No proxy or other setting is taken from the environment, no redirect followed, and nothing said of this
    program but a constant.
    """

    def __init__(self, relay: str, transport: httpx.BaseTransport | None = None, wait_s: float = 10.0) -> None:
        """Remember the relay's address; nothing is asked yet. `wait_s` bounds every answer, `patience_s` aside."""
        self._client: Final = httpx.Client(
            base_url=relay.rstrip("/"),
            transport=transport,
            trust_env=False,
            follow_redirects=False,
            headers={"User-Agent": "safeconduct", "Accept": CONTENT_TYPE, "Content-Type": CONTENT_TYPE},
            timeout=httpx.Timeout(wait_s, connect=5.0),
        )
        self._wait_s: Final = wait_s
        self._challenge = _NONE

    def ask(self, route: str, body: Body, patience_s: float = 0.0) -> bytes:
        """Send a request and return what was answered; a challenge that grew old is replaced once.

        Raises:
            RelaySilent, RelayForeign; whatever the relay refuses with.
        """
        if isinstance(body, bytes):
            return self._said(route, body, patience_s)
        try:
            return self._said(route, body(self._challenge), patience_s)
        except ChallengeOld:
            return self._said(route, body(self._challenge), patience_s)

    def _said(self, route: str, body: bytes, patience_s: float) -> bytes:
        timeout = httpx.Timeout(self._wait_s + patience_s, connect=5.0)
        try:
            answer = self._client.post(f"/v1/{route}", content=body, timeout=timeout)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, RuntimeError):
            raise RelaySilent from None
        if len(answer.content) > _ANSWER_BYTES_MOST:
            raise RelayForeign
        kind = answer.headers.get("content-type", "")
        self._challenge, said = open_answer(answer.status_code, kind, answer.content)
        if isinstance(said, Refusal):
            raise said
        return said

    def close(self) -> None:
        """Close all connections; whoever waits gets `relay-silent`."""
        self._client.close()
