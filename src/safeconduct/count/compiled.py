"""The one place that names the compiler: inner loops over a table's cells, which NumPy could only spell wastefully."""

from collections.abc import Callable
from typing import TypeVar, cast

import numba

_F = TypeVar("_F", bound=Callable[..., object])


def compiled(function: _F) -> _F:
    """The same function, compiled at its first call and kept on disk. It must be pure in its arguments.

    What is kept is made anew when the function's own file changes, not when that of a function it calls does: who
    works on these files removes `__pycache__/*.nbi` after a change, as the tests do.
    """
    return cast("_F", numba.njit(cache=True, nogil=True, error_model="numpy")(function))
