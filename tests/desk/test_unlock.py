"""A vault opens, and shows what is in it, whatever the relay does."""

import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from simulator import PASSPHRASE, Bench, Simulator, simulated


class Dripping(httpx.SyncByteStream):
    """Byte after byte, until it is let go."""

    def __init__(self, over: threading.Event) -> None:
        self.over = over

    def __iter__(self) -> Iterator[bytes]:
        while not self.over.wait(0.01):
            yield b"\0"


@pytest.fixture
def sim(tmp_path: Path) -> Iterator[Simulator]:
    with simulated(tmp_path) as simulator:
        yield simulator


@pytest.fixture
def vera(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setattr("safeconduct.desk.sync.BEGIN_S", 0.3)
    vera = sim.found()
    sim.ask("Помогите.")
    vera.sync()
    vera.desk.lock()
    return vera


@pytest.fixture
def over() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def shown(bench: Bench) -> list[str]:
    bench.desk.unlock(PASSPHRASE, live=False)
    return [row.first_line for row in bench.desk.queue("new").rows]


def test_with_a_relay_that_drips(vera: Bench, over: threading.Event) -> None:
    vera.switch.lie = lambda _route, _body, answer: httpx.Response(200, headers=answer.headers, stream=Dripping(over))
    assert shown(vera) == ["Помогите."]
    assert vera.desk.status().relay == "silent"


def test_with_a_relay_that_takes_a_question_and_says_nothing(vera: Bench, over: threading.Event) -> None:
    def wait(_route: str, _body: bytes) -> None:
        over.wait()
        raise httpx.ReadError("gone")

    vera.switch.before = wait
    assert shown(vera) == ["Помогите."]
    assert vera.desk.status().relay == "silent"


def test_with_a_relay_that_answers_each_question_late(sim: Simulator, vera: Bench) -> None:
    """All of them together have one time; what was not asked in it is asked in the next round."""
    asked: list[str] = []

    def late(route: str, _body: bytes) -> None:
        asked.append(route)
        sim.clock.hands["steady"] += 0.2

    vera.switch.before = late
    assert shown(vera) == ["Помогите."]
    assert len(asked) <= 2
    vera.sync()
    assert vera.desk.status().relay == "there"
