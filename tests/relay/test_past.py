"""A closed day has no order: the bytes of *past* tell what was done, not in which order, groups or crashes."""

import os
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from relay.acts import Acts, made, opened, perform_all
from relay.client import DAY, HandClock, Organisation, dice
from safeconduct.relay.space import Space
from safeconduct.relay.sqlite import SLICE_ROWS


def live(data: Path, acts: Acts, space: Space, seed: int, days: int = 2, retention_days: int | None = None) -> bytes:
    """Live through days in one of their orders and close them; returns the bytes of *past*."""
    clock, order = HandClock(), dice(seed)
    for day in range(days):
        with opened(data, clock, retention_days) as store:
            store.days.turn()
            perform_all(store, space, acts.shuffled(day, order), order)
            clock.move(1)
            store.days.turn()
            store.days.copy_all()
    return (data / "past.db").read_bytes()


def names(data: Path) -> list[str]:
    return sorted(path.name for path in data.iterdir())


@pytest.mark.parametrize("size", [1, 5])
def test_two_shuffled_lives_leave_the_same_bytes(tmp_path: Path, size: int) -> None:
    acts = Acts(1, days=3, size=size)
    space = made(tmp_path / "0", acts.org)
    for copy in "123":
        shutil.copytree(tmp_path / "0", tmp_path / copy)
    pasts = [live(tmp_path / copy, acts, space, seed, days=3) for seed, copy in enumerate("0123")]
    assert len(set(pasts)) == 1
    assert len(pasts[0]) > 12 * size * 8_000
    assert names(tmp_path / "0") == ["past.db", "space.db", f"today-{DAY + 3}.db"]


def test_a_day_is_larger_than_a_slice() -> None:
    """Otherwise the tests here would say nothing of slices."""
    assert sum(len(line) for line in Acts(1, days=1, size=5).lines[0]) > 3 * SLICE_ROWS


def test_what_was_done_changes_the_bytes(tmp_path: Path) -> None:
    acts = Acts(1)
    space = made(tmp_path / "0", acts.org)
    shutil.copytree(tmp_path / "0", tmp_path / "1")
    first = live(tmp_path / "0", acts, space, 0)
    acts.lines[0].pop(0)
    assert live(tmp_path / "1", acts, space, 0) != first


def test_what_expires_leaves_no_order_either(tmp_path: Path) -> None:
    acts = Acts(2, days=4)
    space = made(tmp_path / "0", acts.org)
    for copy in "12":
        shutil.copytree(tmp_path / "0", tmp_path / copy)
    pasts = [live(tmp_path / copy, acts, space, seed, 4, 1) for seed, copy in enumerate("012")]
    assert len(set(pasts)) == 1
    births = sqlite3.connect(tmp_path / "0" / "past.db").execute("SELECT count(*) FROM birth").fetchone()
    assert births[0] < sum(cry is not None for cry in acts.cries)


def closing_day(data: Path) -> None:
    """Close the day, in a process of its own."""
    with opened(data, HandClock(hands={"day": DAY + 1, "steady": 0}), 1) as store:
        store.days.turn()
        store.days.copy_all()


def forked(work: Callable[[], None]) -> int:
    """Run it in a child; returns the child's process id."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return child


def killed(child: int) -> bool:
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


class Dying(sqlite3.Connection):
    """Kills its process at the statement whose turn it is, over all connections; rows of one insert are one."""

    left, before = 0, ""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.set_trace_callback(self.count)

    @staticmethod
    def count(statement: str) -> None:
        Dying.left -= statement[:20] != Dying.before
        Dying.before = statement[:20]
        if Dying.left < 0:
            os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture
def ready(tmp_path: Path) -> tuple[Path, bytes]:
    """A relay whose day is over but not closed, and the bytes that closing it undisturbed leaves in *past*."""
    acts, clock = Acts(3, days=2), HandClock(hands={"day": DAY - 1, "steady": 0})
    data = tmp_path / "ready"
    space = made(data, Organisation(3), DAY - 1)
    for day in range(2):
        with opened(data, clock) as store:
            store.days.turn()
            perform_all(store, space, acts.shuffled(day, dice(day)), dice(day))
        clock.move(1)
    shutil.copytree(data, tmp_path / "whole")
    assert not killed(forked(lambda: closing_day(tmp_path / "whole")))
    return data, (tmp_path / "whole" / "past.db").read_bytes()


def test_killed_at_every_statement_of_closing_a_day(
    tmp_path: Path, ready: tuple[Path, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    data, whole = ready
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: connect(*a, **k, factory=Dying))
    copy, deaths, dying = tmp_path / "copy", 0, True
    while dying:
        shutil.copytree(data, copy)
        Dying.left = deaths
        dying = killed(forked(lambda: closing_day(copy)))
        if deaths % 4 == 0:  # and perhaps again while it makes good
            Dying.left = dice(deaths).randint(0, deaths + 1)
            killed(forked(lambda: closing_day(copy)))
        Dying.left = 10**9
        closing_day(copy)
        assert (copy / "past.db").read_bytes() == whole, f"killed at statement {deaths}"
        assert names(copy) == ["past.db", "space.db", f"today-{DAY + 1}.db"]
        shutil.rmtree(copy)
        deaths += 1
    assert deaths > 60


def test_killed_at_any_moment_of_closing_a_day(tmp_path: Path, ready: tuple[Path, bytes]) -> None:
    data, whole = ready
    begun = time.monotonic()
    shutil.copytree(data, tmp_path / "timed")
    closing_day(tmp_path / "timed")
    lasts_s, deaths = time.monotonic() - begun, 0
    moments = dice(1)
    for n in range(40):
        copy = tmp_path / f"copy{n}"
        shutil.copytree(data, copy)
        child = forked(lambda copy=copy: closing_day(copy))  # type: ignore[misc]
        time.sleep(moments.uniform(0, lasts_s))
        os.kill(child, signal.SIGKILL)
        deaths += killed(child)
        closing_day(copy)
        assert (copy / "past.db").read_bytes() == whole
    assert deaths > 10
