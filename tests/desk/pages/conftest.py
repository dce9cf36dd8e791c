"""A house for each test that locks or closes something, and one desk for all tests of a file that do not."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from desk.pages.house import House, Open, Opened, built


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with built(tmp_path) as house:
        yield house


@pytest.fixture
def opened(house: House) -> Open:
    """Opens a member's desk."""
    return house.open


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with built(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture(scope="module")
def desk(shared: House) -> Opened:
    """Vera's."""
    return shared.open("vera")


@pytest.fixture(scope="module")
def client(desk: Opened) -> Iterator[httpx.Client]:
    """Her browser."""
    with desk.client() as client:
        yield client
