"""What a relay can be asked: one frozen struct a label, as `form` reads it (spec: relay).

What was signed is kept as it came: it is verified over those very bytes, and nothing is made anew from what was read.
"""

from enum import Enum, auto
from typing import Final

import msgspec

CONTACT, THREAD, FILE, ROSTER = 1, 2, 3, 4
BOX_KEY_BYTES: Final = 1_216
CODE_BYTES: Final = 16


class Role(Enum):
    """Whose key it is that must have signed, where the request does not name the key itself."""

    ROOT = auto()
    KEEPER = auto()
    MEMBER = auto()
    INTAKE = auto()
    ERASE = auto()


Signed = tuple[tuple[bytes | Role, bytes], ...]
"""Signatures, each behind whose it must be."""


class Asked(msgspec.Struct, frozen=True):
    """What every request has: the signed bytes, the signatures over them, and the space it speaks of."""

    said: bytes
    signed: Signed
    space: bytes


class ManifestAsked(Asked, frozen=True):
    """`manifest`."""

    nonce: bytes


class Keys(msgspec.Struct, frozen=True):
    """The three keys a space's members share, as set under one serial."""

    serial: int
    keeper: bytes
    member: bytes
    intake: bytes


class SpaceMade(Asked, frozen=True):
    """`space`, label `space`."""

    code: bytes
    root: bytes
    keys: Keys


class KeysSet(Asked, frozen=True):
    """`space`, label `keys`."""

    keys: Keys


class Published(Asked, frozen=True):
    """`space`, label `publish`. `box_keys` are as many as there are, one behind the other."""

    manifest: bytes
    box_keys: bytes
    form: bytes


class First(Asked, frozen=True):
    """A stream with its envelope 1 and what lies beside it; what this class of stream has not is empty."""

    access: bytes
    stream: bytes
    kind: int
    erase: bytes
    box: bytes
    letter: bytes
    envelope: bytes
    digest: bytes


class ContactSent(First, frozen=True):
    """`contact`, label `contact`. It certifies itself: whoever knows the id's key made it."""


class Born(First, frozen=True):
    """`append`, label `birth`. A thread has an erase key, a file or roster a recovery letter; none has a box."""


class Resealed(Asked, frozen=True):
    """`contact`, label `reseal`."""

    access: bytes
    stream: bytes
    box: bytes
    letter: bytes


class Appended(Asked, frozen=True):
    """`append`, label `append`. `named` is the head it follows (n, H(n)), `by` who else entitles to it; or nothing."""

    access: bytes
    stream: bytes
    named: tuple[int, bytes] | None
    closing: int
    by: Role | None
    envelope: bytes
    digest: bytes


class ReadAsked(Asked, frozen=True):
    """`read`: access key and the number after which to begin, for each stream."""

    challenge: bytes
    as_member: bool
    wants: tuple[tuple[bytes, int], ...]


class FeedAsked(Asked, frozen=True):
    """`feed`, label `feed`: what moved on a day. The cursor may be of another run, or nobody's."""

    challenge: bytes
    day: int
    cursor: bytes
    wait_s: int


class ArrivalsAsked(FeedAsked, frozen=True):
    """`feed`, label `arrivals`: contacts that came on a day."""


class Posted(Asked, frozen=True):
    """`post`."""

    address: bytes
    letter: bytes
    digest: bytes


class CollectAsked(Asked, frozen=True):
    """`collect`."""

    challenge: bytes
    collect: bytes
    acknowledged: tuple[bytes, ...]


Changing = KeysSet | Published
"""What changes the record of a space that is there."""
Writing = ContactSent | Resealed | Appended | Born | Posted | CollectAsked
"""What may write."""
Looking = ManifestAsked | ReadAsked | FeedAsked | ArrivalsAsked
"""What only looks."""
Request = SpaceMade | Changing | Writing | Looking
