"""What stories share: a running relay and an organisation without members yet."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator import Simulator, simulated


@pytest.fixture
def sim(tmp_path: Path) -> Iterator[Simulator]:
    with simulated(tmp_path) as simulator:
        yield simulator
