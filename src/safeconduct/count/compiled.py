"""The one place that names the compiler: inner loops over a table's cells, which NumPy could only spell wastefully."""

from collections.abc import Callable
from typing import TypeVar, cast

import numba

_F = TypeVar("_F", bound=Callable[..., object])


def compiled(function: _F) -> _F:
    """The same function, compiled at its first call and kept on disk. It must be pure in its arguments."""
    return cast("_F", numba.njit(cache=True, nogil=True, error_model="numpy")(function))
