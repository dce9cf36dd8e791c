"""Two desks take up one contact while the seeker writes and answers are lost: one case, and nobody is lost."""

import random as chance
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from safeconduct.sealed.stream import SeekerKeys
from simulator import ANTON, Bench, Simulator, simulated

SCHEDULES = 40
SHARED = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it


def _settle(benches: list[Bench]) -> None:
    for bench in benches:
        bench.switch.cut, bench.switch.lose = False, lambda _route: False
    for bench in [*benches, benches[0]]:
        bench.sync()
    while any(bench.desk.status().waiting for bench in benches):
        for bench in benches:
            bench.sync()


def _play(sim: Simulator, benches: list[Bench], dice: chance.Random) -> tuple[SeekerKeys, list[str]]:
    """One seeker, two desks, in an order that the dice choose; returns what he said."""
    keys = sim.ask("Первое.", "unit")
    said = ["Первое."]
    for bench in benches:
        bench.sync()
        bench.switch.lose = lambda route: route == "append" and dice.random() < 0.3

    def write_between(route: str, _body: bytes) -> None:
        # Inside a desk's round, before its request arrives: the narrowest place there is.
        if route == "append" and dice.random() < 0.15:
            said.append(f"Ещё {len(said)}.")
            sim.seeker().write(keys, said[-1])

    for bench in benches:
        bench.switch.before = write_between
    for bench in dice.sample(benches, 2):
        bench.desk.take_up(bench.only("new"))
    for _ in range(dice.randrange(2, 7)):
        bench = dice.choice(benches)
        bench.switch.cut = dice.random() < 0.2
        bench.sync()
    for bench in benches:
        bench.switch.before = lambda _route, _body: None
    return keys, said


@pytest.fixture
def in_memory(tmp_path: Path) -> Iterator[Path]:
    """A folder that does not wait for a disk, where there is one: nothing is killed here."""
    with tempfile.TemporaryDirectory(dir=SHARED if SHARED.is_dir() else tmp_path) as folder:
        yield Path(folder)


def test_exactly_one_case_and_nobody_lost(in_memory: Path) -> None:
    with simulated(in_memory) as sim:
        vera = sim.found()
        anton = sim.join(vera, "anton", "Антон", ANTON)
        benches = [vera, anton]
        _settle(benches)
        for seed in range(SCHEDULES):
            dice = chance.Random(seed)  # noqa: S311
            keys, said = _play(sim, benches, dice)
            _settle(benches)
            won = [bench for bench in benches if bench.desk.queue("mine", limit=1).total]
            assert len(won) == 1, f"seed {seed}"
            case = won[0].only("mine")
            assert sorted(won[0].texts(case)) == sorted(said), f"seed {seed}"
            won[0].desk.reply(case, "Слышим вас.")
            _settle(benches)
            back = sim.seeker().come_back(keys)
            assert back is not None
            assert [words.text for words in back.said if not words.own] == ["Слышим вас."], f"seed {seed}"
            assert sorted(words.text for words in back.said if words.own) == sorted(said), f"seed {seed}"
            for bench in benches:
                assert bench.desk.queue("new").total == 0, f"seed {seed}"
                assert bench.desk.status().alarms == (), f"seed {seed}"
                assert bench.desk.status().waiting == 0, f"seed {seed}"
                # One case a play: the lists are emptied, so that the next seed begins alike.
                bench.room.vault.run("UPDATE row SET band = ''")
