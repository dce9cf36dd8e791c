"""Files of these tests lie in memory where there is such a place: waiting for a disk proves nothing, strace does."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")  # noqa: S108 - only where it lies


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """In the place of pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="safeconduct-", dir=MEMORY if MEMORY.is_dir() else None))
    yield path
    shutil.rmtree(path)
