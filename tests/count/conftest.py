"""Machine code that is kept from older sources is thrown away first: a test must test what is written today."""

from pathlib import Path

import pytest

import safeconduct.count


@pytest.fixture(scope="session", autouse=True)
def _machine_code_of_today() -> None:
    """Numba sees that a function's own file changed, but not that the file of one it calls did."""
    folder = Path(safeconduct.count.__file__).parent
    newest = max(source.stat().st_mtime for source in folder.glob("latent_*.py"))
    for kept in folder.glob("__pycache__/latent_*.nbi"):
        if kept.stat().st_mtime < newest:
            kept.unlink(missing_ok=True)
