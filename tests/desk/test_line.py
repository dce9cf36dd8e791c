"""The line: what is no relay's answer is foreign, no answer is silence, an old challenge is replaced once."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import httpx
import pytest

from safeconduct.demo.inside import HandClock
from safeconduct.desk.line import Line
from safeconduct.errors import ChallengeOld, Closed, RelayForeign, RelaySilent

TYPE = {"content-type": "application/octet-stream"}
FRESH, OLD = bytes([1]) * 32, bytes([2]) * 32


def line(answer: Callable[[httpx.Request], httpx.Response]) -> Line:
    return Line("http://relay.test/", httpx.MockTransport(answer))


class Answers(httpx.BaseTransport):
    """Gives one answer, as it comes."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer

    def handle_request(self, _request: httpx.Request) -> httpx.Response:
        return self.answer


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


class Endless(httpx.SyncByteStream):
    """An answer that never ends."""

    def __init__(self, chunk: bytes, every_s: float = 0.0) -> None:
        self.chunk, self.every_s, self.given, self.cut = chunk, every_s, 0, False

    def __iter__(self) -> Iterator[bytes]:
        while not self.cut:
            time.sleep(self.every_s)
            self.given += 1
            yield self.chunk

    def close(self) -> None:
        self.cut = True


def test_an_answer_that_comes_byte_by_byte_is_waited_for_no_longer_than_one_that_does_not_come() -> None:
    content = Endless(b"\0", 0.01)
    asked = Line("http://relay.test", Answers(httpx.Response(200, headers=TYPE, stream=content)), wait_s=0.2)
    with pytest.raises(RelaySilent):
        asked.ask("read", b"")
    content.cut = True


def test_no_more_of_an_answer_is_taken_than_any_answer_has() -> None:
    content = Endless(bytes(1024 * 1024))
    with pytest.raises(RelayForeign):
        Line("http://relay.test", Answers(httpx.Response(200, headers=TYPE, stream=content))).ask("read", b"")
    assert content.given <= 65
    assert content.cut


def test_headers_that_never_end_hold_nobody_and_their_connection_is_cut() -> None:
    """Over a real socket: what drips is given up, and the next question goes out on another connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            dripping, _ = server.accept()
            with dripping, suppress(OSError):
                dripping.sendall(b"HTTP/1.1 200 OK\r\nX: ")
                while True:
                    dripping.sendall(b"x")
                    time.sleep(0.01)
            other, _ = server.accept()
            with other:
                other.sendall(
                    b"HTTP/1.1 200 OK\r\nContent-Length: 35\r\nContent-Type: application/octet-stream\r\n\r\n"
                )
                other.sendall(FRESH + b"yes")

        serving = threading.Thread(target=serve)
        serving.start()
        asked = Line(f"http://127.0.0.1:{server.getsockname()[1]}", wait_s=5)
        with pytest.raises(RelaySilent):
            asked.ask("read", b"")
        assert asked.ask("read", b"") == b"yes"
        serving.join()
        asked.close()


def test_all_that_is_asked_within_a_time_ends_with_it() -> None:
    clock = HandClock.at(0)

    def slow(_request: httpx.Request) -> httpx.Response:
        clock.hands["steady"] += 2
        return httpx.Response(200, headers=TYPE, content=FRESH + b"yes")

    asked = Line("http://relay.test/", httpx.MockTransport(slow))
    with asked.within(3, clock):
        assert [asked.ask("read", b""), asked.ask("read", b"")] == [b"yes", b"yes"]
        with pytest.raises(RelaySilent):
            asked.ask("read", b"")
    assert asked.ask("read", b"") == b"yes"
