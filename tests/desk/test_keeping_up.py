"""Whatever the relay gave is shown: an answer that is lost, a kill or a lock in between hides nobody."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from safeconduct.case.event import Joined
from safeconduct.desk.keys import write_roster
from safeconduct.desk.reading import read_due
from safeconduct.sealed.signing import frame
from safeconduct.sealed.wire import BoxKey, Octets32, split
from simulator import ANTON, LENA, PASSPHRASE, VERA, Bench, Simulator, simulated

MANY = 70  # more than one request reads


@pytest.fixture
def sim(tmp_path: Path) -> Iterator[Simulator]:
    with simulated(tmp_path) as simulator:
        yield simulator


@pytest.fixture
def vera(sim: Simulator) -> Bench:
    return sim.found()


def lose(bench: Bench, route: str, number: int) -> None:
    """The answer to this question of a kind is lost, from now."""
    left = iter(range(number + 1))
    bench.switch.lose = lambda asked: asked == route and next(left, -1) == number


def restart_without_relay(bench: Bench) -> None:
    bench.switch.cut = True
    bench.desk.lock()
    bench.desk.unlock(PASSPHRASE, live=False)


def test_what_was_read_before_an_answer_is_lost_is_shown_at_once_and_the_rest_next(sim: Simulator, vera: Bench) -> None:
    vera.sync()
    for number in range(MANY):
        sim.ask(f"Помогите, {number}.")
    lose(vera, "read", 1)
    vera.sync()
    kept = vera.room.vault.rows("SELECT id FROM stream WHERE class = 1 AND n > 0")
    assert vera.desk.status().relay == "silent"
    assert 0 < vera.desk.queue("new").total == len(kept) < MANY
    vera.sync()
    assert vera.desk.queue("new").total == MANY


def test_killed_between_reading_and_folding_everybody_is_shown_without_a_relay(sim: Simulator, vera: Bench) -> None:
    vera.sync()
    for number in range(3):
        sim.ask(f"Помогите, {number}.")
    assert vera.desk._sync is not None
    vera.desk._sync.days.arrivals()
    read_due(vera.room)
    assert vera.desk.queue("new").total == 0
    restart_without_relay(vera)
    assert vera.desk.status().relay == "silent"
    assert vera.desk.queue("new").total == 3


def test_a_stream_that_does_not_verify_beside_a_lost_answer_hides_no_other(sim: Simulator, vera: Bench) -> None:
    """Each of a batch is then read by itself; those read before the relay falls silent are shown."""
    vera.sync()
    for number in range(3):
        sim.ask(f"Помогите, {number}.")
    reads: list[bytes] = []

    def lie(route: str, body: bytes, answer: httpx.Response) -> httpx.Response:
        if route == "read":
            reads.append(body)
        if len(reads) != 1 or route != "read":
            return answer
        return httpx.Response(200, headers=answer.headers, content=answer.content[:32] + b"nonsense")

    vera.switch.lie = lie
    lose(vera, "read", 2)
    vera.sync()
    assert vera.desk.queue("new").total == 1
    restart_without_relay(vera)
    assert vera.desk.queue("new").total == 1


def test_a_box_whose_earlier_days_were_asked_in_vain_is_asked_for_again(sim: Simulator, vera: Bench) -> None:
    vera.sync()
    sim.ask("Вчерашнее.")
    lena = sim.join(vera, "lena", "Лена", ("intake", "caseworker"))
    sim.pass_days(1)
    # The letter with this week's box is still under way, and her desk has asked for today.
    this_week = lena.room.vault.rows("SELECT id, seed, first FROM intake_box ORDER BY first")[0]
    lena.room.vault.run("DELETE FROM intake_box WHERE first = ?", this_week[2])
    lena.sync()
    assert lena.desk.queue("new").total == 0
    lena.room.vault.run("INSERT INTO intake_box VALUES (?, ?, ?)", *this_week)
    lena.room.box_came = True
    lose(lena, "feed", 1)  # the first is the day's
    lena.sync()
    assert lena.desk.status().relay == "silent"
    lena.sync()
    assert lena.desk.queue("new").total == 1


def test_the_roster_read_to_judge_a_letter_moves_the_lists_and_raises_its_alarms(sim: Simulator, vera: Bench) -> None:
    anton = sim.join(vera, "anton", "Антон", ANTON)
    lena = sim.join(vera, "lena", "Лена", LENA)
    for bench in (vera, anton, lena, vera, anton):
        bench.sync()
    mara = sim.join(vera, "mara", "Мара", VERA)
    seat = lena.room.seat
    again = Joined(Octets32(seat.desk), BoxKey(seat.box), Octets32(seat.collect), "Некто", ("coordinator",))
    write_roster(lena.room, again)
    for _ in range(2):
        vera.sync()
        mara.sync()
    assert anton.room.roster.seat(mara.room.me.public) is None
    anton.sync()
    assert anton.room.roster.seat(mara.room.me.public) is not None
    assert [alarm.code for alarm in anton.desk.status().alarms] == ["writer-wrong"]


def test_a_book_that_contradicts_us_is_judged_although_the_desk_was_locked_before(sim: Simulator, vera: Bench) -> None:
    sim.ask("Помогите.")
    vera.sync()

    def lie(route: str, body: bytes, answer: httpx.Response) -> httpx.Response:
        if route != "feed" or answer.status_code != 200 or not body.startswith(b"safeconduct/1/feed"):
            return answer
        (day, cursor, more, items), _, _ = split(answer.content[32:], "feed answer", 4)
        if day == split(body, "feed", 5)[0][2]:
            return answer
        other = items[:31] + bytes([items[31] ^ 1]) + items[32:]
        content = answer.content[:32] + frame("feed answer", day, cursor, more, other)
        return httpx.Response(200, headers=answer.headers, content=content)

    vera.switch.lie = lie
    sim.pass_days(1)
    vera.switch.lose = lambda route: route == "read"
    vera.sync()
    assert vera.desk.status().alarms == ()
    vera.desk.lock()
    vera.switch.lose = lambda _route: False
    vera.desk.unlock(PASSPHRASE, live=False)
    vera.sync()
    assert [alarm.code for alarm in vera.desk.status().alarms] == ["fork"]
