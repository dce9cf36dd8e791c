"""Settings: one frozen struct per program, from one TOML file; an unknown key is a refusal."""

from pathlib import Path
from typing import TypeVar

import msgspec

from safeconduct.errors import ConfigWrong

T = TypeVar("T", bound=msgspec.Struct)


def read_config(path: Path, kind: type[T]) -> T:
    """Read settings of this kind (a struct with `forbid_unknown_fields`).

    Raises:
        ConfigWrong: not TOML, an unknown key, a wrong type, a value out of range, or no such file.
    """
    try:
        return msgspec.toml.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError, ValueError):
        raise ConfigWrong from None
