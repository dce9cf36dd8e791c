"""An open page asks anew when it is told to, and only then: it never stays with what is no longer so."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from safeconduct.desk.view import Matter, Queue
from simulator import Bench, Simulator, simulated


class OpenPage:
    """What a page shows that asked whenever the desk said that something changed."""

    def __init__(self, bench: Bench, ask: Callable[[], Matter | Queue]) -> None:
        self.bench, self.ask = bench, ask
        self.shown = [(ask(), bench.desk.status().waiting)]
        self.told, bench.room.changed = bench.room.changed, self.hear

    def hear(self) -> None:
        self.told()
        self.shown.append((self.ask(), self.bench.desk.status().waiting))

    def sync(self) -> tuple[Matter | Queue, int]:
        """After a round with the relay, what it shows is what is so."""
        self.bench.sync()
        assert self.shown[-1] == (self.ask(), self.bench.desk.status().waiting)
        return self.shown[-1]


@pytest.fixture
def sim(tmp_path: Path) -> Iterator[Simulator]:
    with simulated(tmp_path) as simulator:
        yield simulator


@pytest.fixture
def vera(sim: Simulator) -> Bench:
    return sim.found()


def conversation(sim: Simulator, vera: Bench) -> tuple[str, OpenPage]:
    sim.ask("Помогите.")
    vera.sync()
    ref = vera.desk.take_up(vera.only("new"))
    return ref, OpenPage(vera, lambda: vera.desk.matter(ref))


def lose_once(vera: Bench, number: int) -> None:
    """The answer to the append of this number is lost."""
    left = iter(range(number + 1))
    vera.switch.lose = lambda route: route == "append" and next(left, -1) == number


def test_a_request_appears(sim: Simulator, vera: Bench) -> None:
    page = OpenPage(vera, lambda: vera.desk.queue("new"))
    sim.ask("Помогите.")
    shown, _ = page.sync()
    assert isinstance(shown, Queue)
    assert [row.first_line for row in shown.rows] == ["Помогите."]


@pytest.mark.parametrize("lost", range(4))
def test_what_waits_stops_waiting_and_stands_there_once(sim: Simulator, vera: Bench, lost: int) -> None:
    ref, page = conversation(sim, vera)
    page.sync()
    vera.desk.reply(ref, "Мы с вами.")
    vera.desk.note(ref, "Спросить юриста.")
    vera.desk.reply(ref, "Ничего не подписывайте.")
    lose_once(vera, lost)
    page.sync()
    shown, waiting = page.sync()
    assert waiting == 0
    assert isinstance(shown, Matter)
    assert {item.state for item in shown.items} == {"there"}
    for seen, _ in page.shown:
        assert isinstance(seen, Matter)
        texts = [item.text for item in seen.items if item.text]
        assert len(texts) == len(set(texts)), texts


def test_a_reply_is_held_and_sent(sim: Simulator, vera: Bench) -> None:
    keys = sim.ask("Помогите.")
    vera.sync()
    ref = vera.desk.take_up(vera.only("new"))
    page = OpenPage(vera, lambda: vera.desk.matter(ref))
    page.sync()
    vera.desk.reply(ref, "Мы с вами.")
    sim.seeker().write(keys, "Ещё одно.")
    shown, _ = page.sync()
    assert isinstance(shown, Matter)
    assert "held" in {item.state for item in shown.items}
    vera.desk.send_held(ref, next(item.ref for item in shown.items if item.state == "held"))
    shown, waiting = page.sync()
    assert isinstance(shown, Matter)
    assert [waiting, *{item.state for item in shown.items}] == [0, "there"]
