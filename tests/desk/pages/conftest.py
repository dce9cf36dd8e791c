"""A house for each test that wants to change something, and one for all that only knock."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.desk.pages.house import House, Opened

Open = Callable[..., Opened]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    built = House(tmp_path)
    yield built
    built.close()


@pytest.fixture
def opened(house: House) -> Iterator[Open]:
    """Opens a member's desk; all are closed at the end."""
    desks: list[Opened] = []

    def start(member: str = "vera", *, lock_after_s: float = 600.0, user: int | None = None) -> Opened:
        desks.append(house.open(member, lock_after_s=lock_after_s, user=user))
        return desks[-1]

    yield start
    for desk in desks:
        desk.close()


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """One desk for all tests of a file that change nothing in it."""
    house = House(tmp_path_factory.mktemp("house"))
    desk = house.open("vera")
    yield desk
    desk.close()
    house.close()
