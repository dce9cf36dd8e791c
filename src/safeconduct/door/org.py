"""`org.js`: the one file of a door that differs between organisations (spec: manifest)."""

from typing import Final

import msgspec

from safeconduct.errors import ConfigWrong
from safeconduct.sealed.wire import Octets32, encode

_BEFORE: Final = b"globalThis.safeconductOrg="
_AFTER: Final = b";"


class Org(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a door knows of its organisation without asking anyone."""

    root: Octets32
    delegation: int
    day: int
    name: tuple[tuple[str, str], ...]
    leave: str


def write_org(
    root_public: bytes, delegation_least: int, day: int, name: tuple[tuple[str, str], ...], leave: str
) -> bytes:
    """The whole file; `name` is pairs of language and name, `leave` the address of a neutral page.

    Raises:
        LengthWrong: the root public key is not 32 bytes.
        ConfigWrong: `leave` is not the address of a web page, or there is no name.
    """
    if not name or not leave.startswith(("https://", "http://")):
        raise ConfigWrong
    return _BEFORE + encode(Org(Octets32(root_public), delegation_least, day, name, leave)) + _AFTER
