"""The relay is killed again and again in the middle of the whole story: whatever was acknowledged is there once.

Three of four kills fall between a request's arrival and its answer: `strait.py` has seen the request, and the relay
dies before the asker is told. After half of those the very same bytes are sent again. The desk is never restarted: it
must find its way through by itself. Relay and desk are real processes.
"""

import os
import random as chance
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from safeconduct.clock import Clock
from safeconduct.demo.seeker import Conversation
from safeconduct.errors import BirthWrong, RelaySilent
from safeconduct.relay.space import init_relay
from safeconduct.sealed.stream import SeekerKeys
from stories.strait import Strait, draw_strike
from stories.test_kills import Stage, until

KILLS = 20
SEED = int(os.environ.get("SAFECONDUCT_KILL_SEED", "1"))
# What one round writes at least: the request; file, thread and closing; `sent` and `said`; the seeker again.
WRITES = 7
T = TypeVar("T")


def patiently(do: Callable[[], T]) -> T:
    """As often as there is no answer; what only reads loses nothing by it."""
    while True:
        try:
            return do()
        except RelaySilent:
            time.sleep(0.02)


class Storm:
    """The story told in rounds, the relay killed once in each."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.seed = seed
        code = init_relay(folder / "relay", os.urandom, Clock().day())
        self.strait = Strait(folder / "relay")
        self.stage = Stage(folder, self.strait.port, code)
        self.people: list[tuple[SeekerKeys, list[str]]] = []

    def round(self, number: int) -> None:
        dice = chance.Random(self.seed * 1_000 + number)  # noqa: S311
        words, answer, thanks = f"Прошу помощи, {number}.", f"Ответ {number}.", f"Спасибо, {number}."
        keys, kills = SeekerKeys(os.urandom(64)), self.strait.kills
        self.people.append((keys, [words, answer, thanks]))
        if number % 4 == 3:
            threading.Timer(dice.uniform(0.0, 0.5), self.strait.kill).start()
        else:
            self.strait.arm(draw_strike(dice, WRITES))
        self.ask(keys, words)
        case = self.stage.process.do("take_up", self.stage.arrived(words))
        self.stage.process.do("reply", case, answer)
        until(lambda: self.stage.process.do("status")["waiting"] == 0)
        self.write(keys, thanks)
        until(lambda: thanks in self.texts(case))
        until(lambda: self.strait.kills == kills + 1)
        assert self.said(keys) == [words, answer, thanks], f"round {number}, seed {self.seed}"
        assert sorted(self.texts(case)) == sorted([words, answer, thanks]), f"round {number}, seed {self.seed}"

    def ask(self, keys: SeekerKeys, words: str) -> None:
        """Until it is acknowledged; a request that came through unacknowledged is found instead of made twice."""
        try:
            patiently(lambda: self.stage.seeker.ask_as(keys, words, "KZ", "date", "ru"))
        except BirthWrong:
            assert self.said(keys) == [words]

    def write(self, keys: SeekerKeys, text: str) -> None:
        """The same for what he writes later."""
        while text not in self.said(keys):
            try:
                self.stage.seeker.write(keys, text)
            except RelaySilent:
                continue
            return

    def back(self, keys: SeekerKeys) -> Conversation:
        return patiently(lambda: self.stage.back(keys))

    def said(self, keys: SeekerKeys) -> list[str]:
        return [each.text for each in self.back(keys).said]

    def texts(self, case: str) -> list[str]:
        return [item["text"] for item in self.stage.process.do("matter", case)["items"] if item["kind"] != "taken"]

    def reckon(self) -> None:
        """At the end: every conversation whole, every case once, no alarm, every receipt kept."""
        for keys, texts in self.people:
            assert self.said(keys) == texts
        mine = self.stage.process.do("queue", "mine", "", 1)
        assert dict(mine["counts"]) == {"new": 0, "mine": len(self.people), "team": 0, "aside": 0}
        assert self.stage.process.do("status")["alarms"] == []
        self.close()
        kept = self.strait.envelopes()
        assert self.strait.acknowledged
        assert {kept[envelope] for envelope in self.strait.acknowledged} == {1}
        assert set(kept.values()) == {1}
        assert self.strait.differing == []

    def close(self) -> None:
        self.stage.end()
        self.strait.close()


@pytest.fixture
def storm(tmp_path: Path) -> Iterator[Storm]:
    made = Storm(tmp_path, SEED)
    yield made
    made.close()


def test_killed_twenty_times_in_the_whole_story(storm: Storm) -> None:
    print(f"SAFECONDUCT_KILL_SEED={storm.seed}")
    for number in range(KILLS):
        storm.round(number)
    storm.reckon()
    print(f"killed {storm.strait.kills} times; sent and unanswered: {dict(storm.strait.fates)}")
