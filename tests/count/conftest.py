"""What all tests of the count share: machine code of today's sources, and the invented season, counted once."""

from collections.abc import Sequence
from pathlib import Path

import pytest

import safeconduct.count
from safeconduct.count.demo import Counted, count_registers
from safeconduct.count.register import Register
from safeconduct.count.season import make_season, read_season


@pytest.fixture(scope="session", autouse=True)
def _machine_code_of_today() -> None:
    """Numba sees that a function's own file changed, but not that the file of one it calls did."""
    folder = Path(safeconduct.count.__file__).parent
    newest = max(source.stat().st_mtime for source in folder.glob("latent_*.py"))
    for kept in folder.glob("__pycache__/latent_*.nbi"):
        if kept.stat().st_mtime < newest:
            kept.unlink(missing_ok=True)


@pytest.fixture(scope="session")
def season() -> Counted:
    """The season of `count demo`, counted as it counts it."""
    return count_registers(read_season(make_season(1)), seed=1)


def counted_before(registers: Sequence[Register], season: Counted) -> Counted:
    """What `count_registers` would find anew, if it was asked for the same."""
    assert tuple(registers) == season.registers
    return season
