"""The line: what is no relay's answer is foreign, no answer is silence, an old challenge is replaced once."""

from collections.abc import Callable

import httpx
import pytest

from safeconduct.desk.line import Line
from safeconduct.errors import ChallengeOld, Closed, RelayForeign, RelaySilent

TYPE = {"content-type": "application/octet-stream"}
FRESH, OLD = bytes([1]) * 32, bytes([2]) * 32


def line(answer: Callable[[httpx.Request], httpx.Response]) -> Line:
    return Line("http://relay.test/", httpx.MockTransport(answer))


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, headers={"content-type": "text/html"}, content=FRESH + b"<html>"),
        httpx.Response(302, headers={"location": "http://elsewhere.test/"}),
        httpx.Response(502, content=b"Bad Gateway"),
        httpx.Response(200, headers=TYPE, content=b"short"),
        httpx.Response(403, headers=TYPE, content=FRESH + b"no-such-code"),
        httpx.Response(403, headers=TYPE, content=FRESH + b"vault-shut"),
    ],
)
def test_foreign(answer: httpx.Response) -> None:
    with pytest.raises(RelayForeign):
        line(lambda _: answer).ask("read", b"")


@pytest.mark.parametrize("fault", [httpx.ConnectError("x"), httpx.ReadTimeout("x"), httpx.RemoteProtocolError("x")])
def test_silent(fault: Exception) -> None:
    def fail(_request: httpx.Request) -> httpx.Response:
        raise fault

    with pytest.raises(RelaySilent):
        line(fail).ask("read", b"")


def test_closed_is_silent() -> None:
    asked = line(lambda _: httpx.Response(200, headers=TYPE, content=FRESH))
    asked.close()
    with pytest.raises(RelaySilent):
        asked.ask("read", b"")


def test_an_old_challenge_is_replaced_once_and_the_new_one_kept() -> None:
    said: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        said.append(request.read())
        good = said[-1] == FRESH
        return httpx.Response(
            200 if good else 401, headers=TYPE, content=FRESH + (b"yes" if good else b"challenge-old")
        )

    asked = line(answer)
    assert asked.ask("read", lambda challenge: challenge) == b"yes"
    assert asked.ask("read", lambda challenge: challenge) == b"yes"
    assert said == [bytes(32), FRESH, FRESH]
    with pytest.raises(ChallengeOld):
        asked.ask("read", lambda _challenge: OLD)


def test_a_refusal_is_raised_and_nothing_but_a_constant_is_said_of_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.test:1")
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(409, headers=TYPE, content=FRESH + b"closed")

    with pytest.raises(Closed):
        line(answer).ask("append", b"x")
    assert (str(seen[0].url), seen[0].headers["user-agent"]) == ("http://relay.test/v1/append", "safeconduct")
    assert "cookie" not in seen[0].headers
