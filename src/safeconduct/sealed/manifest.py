"""Root, delegation, manifest: what a door must know to reach an organisation (spec: manifest)."""

from dataclasses import dataclass
from typing import Final, Self

import msgspec

from safeconduct.errors import (
    BoxUnnamed,
    DelegationEnded,
    DelegationOld,
    DelegationWrong,
    LengthWrong,
    ManifestEnded,
    ManifestLong,
    ManifestOld,
    ManifestWrong,
    SpaceWrong,
    Unproved,
)
from safeconduct.sealed.access import WEEK_DAYS, box_id, space_id
from safeconduct.sealed.signing import SIGNATURE_BYTES, SigningKey, digest, frame, u32, verify
from safeconduct.sealed.wire import U32, Octets32, Octets64, decode, encode

DELEGATION_DAYS_MOST: Final = 180
MANIFEST_DAYS_MOST: Final = 14
VOICE_SIGNS_DAYS: Final = 7
VOICE_COUNTS_DAYS: Final = 9

Delegation = tuple[U32, Octets32, U32, Octets64]
"""Serial, delegated public key, last day, the root's signature."""
BoxDays = tuple[Octets32, U32, U32]
"""Box id, first day, last day."""
VoiceDays = tuple[Octets32, U32, U32, U32]
"""Voice public key, first day, last day on which it counts, withdrawn (1) or not (0)."""


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The newest word of an organisation to its doors; verified before anyone holds one."""

    space: Octets32
    serial: U32
    delegation: Delegation
    relay: Octets32
    last: U32
    boxes: tuple[BoxDays, ...]
    voices: tuple[VoiceDays, ...]
    form: Octets32
    door: U32

    def box_of(self, day: int) -> Octets32 | None:
        """The id of intake's box for this day, if it names one."""
        return next((box for box, first, last in self.boxes if first <= day <= last), None)

    def check_box(self, public: bytes, day: int) -> bytes:
        """The box key, if it is the one named for this day.

        Raises:
            BoxUnnamed: it is not, or none is named.
        """
        if box_id(public) != self.box_of(day):
            raise BoxUnnamed
        return public

    def takes(self, box: bytes, day: int) -> bool:
        """Whether a relay still takes a letter to this box: named, and at most one day past its last."""
        return any(box == named and day <= last + 1 for named, _, last in self.boxes)

    def speaks(self, key: bytes, day: int) -> bool:
        """Whether an envelope of this day by this key is the organisation's."""
        return any(
            key == voice and first <= day <= last and not withdrawn for voice, first, last, withdrawn in self.voices
        )


@dataclass(frozen=True, slots=True)
class Trust:
    """What the opener of a manifest already knows."""

    root: bytes
    delegation_least: int
    serial_least: int
    today: int

    @classmethod
    def afresh(cls, root: bytes, today: int) -> Self:
        """Nothing but the root and the day."""
        return cls(root, 0, 0, today)


def sign_delegation(root: SigningKey, serial: int, key: bytes, last: int) -> Delegation:
    """The root lets this key sign manifests until its last day."""
    signed = _delegation_frame(space_id(root.public), serial, key, last)
    return (serial, Octets32(key), last, Octets64(root.sign(signed)))


def sign_manifest(delegated: SigningKey, manifest: Manifest) -> bytes:
    """As it is published: JSON, then the signature."""
    text = encode(manifest)
    return text + delegated.sign(frame("manifest signature", text))


def manifest_digest(published: bytes) -> bytes:
    """Of a manifest as published."""
    return digest("manifest digest", published)


def open_manifest(untrusted: bytes, trust: Trust) -> Manifest:
    """Verify root, delegation and manifest, in the order of the spec.

    Raises:
        LengthWrong and the codes of `wire.decode`; SpaceWrong; DelegationWrong, DelegationOld,
        DelegationEnded; ManifestWrong, ManifestOld, ManifestEnded, ManifestLong.
    """
    if len(untrusted) <= SIGNATURE_BYTES:
        raise LengthWrong
    text, signature = untrusted[:-SIGNATURE_BYTES], untrusted[-SIGNATURE_BYTES:]
    manifest = decode(text, Manifest)
    if manifest.space != space_id(trust.root):
        raise SpaceWrong
    _check_delegation(manifest, trust)
    try:
        verify(manifest.delegation[1], frame("manifest signature", text), signature)
    except Unproved:
        raise ManifestWrong from None
    _check_lists(manifest)
    if manifest.serial < trust.serial_least:
        raise ManifestOld
    if manifest.last < trust.today:
        raise ManifestEnded
    if manifest.last > trust.today + MANIFEST_DAYS_MOST or manifest.last > manifest.boxes[-1][2]:
        raise ManifestLong
    return manifest


def _delegation_frame(space: bytes, serial: int, key: bytes, last: int) -> bytes:
    return frame("delegation", space, u32(serial), key, u32(last))


def _check_delegation(manifest: Manifest, trust: Trust) -> None:
    serial, key, last, signature = manifest.delegation
    try:
        verify(trust.root, _delegation_frame(manifest.space, serial, key, last), signature)
    except Unproved:
        raise DelegationWrong from None
    if serial < trust.delegation_least:
        raise DelegationOld
    if not trust.today <= last <= trust.today + DELEGATION_DAYS_MOST:
        raise DelegationEnded


def _check_lists(manifest: Manifest) -> None:
    boxes, voices = manifest.boxes, manifest.voices
    if not boxes or any(first % WEEK_DAYS or last != first + WEEK_DAYS - 1 for _, first, last in boxes):
        raise ManifestWrong
    if any(last != first + VOICE_COUNTS_DAYS - 1 or gone > 1 for _, first, last, gone in voices):
        raise ManifestWrong
    for days in ([box[1] for box in boxes], [voice[1] for voice in voices]):
        if days != sorted(days):
            raise ManifestWrong
    for keys in ([box[0] for box in boxes], [voice[0] for voice in voices]):
        if len(keys) != len(set(keys)):
            raise ManifestWrong
    if len(boxes) != len({first for _, first, _ in boxes}):
        raise ManifestWrong
