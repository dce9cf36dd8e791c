"""How long work tells where it is, and how it is stopped."""

from collections.abc import Callable

from safeconduct.count.refusal import Stopped

Tell = Callable[[str, float], bool]
"""Called with what is being done and which part of it is done (0 to 1); answers whether to go on."""


def quietly(_doing: str, _part: float) -> bool:
    """Say nothing, go on."""
    return True


def step(tell: Tell, doing: str, part: float) -> None:
    """Tell where work stands.

    Raises:
        Stopped: whoever was told wants no more of it.
    """
    if not tell(doing, min(part, 1.0)):
        raise Stopped
