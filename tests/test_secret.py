"""What holds a key or a text does not show it: not printed, not formatted, not pickled."""

import pickle
from typing import Final

import pytest

from safeconduct.sealed.event import Began, Said, write_payload
from safeconduct.sealed.letter import ContactLetter, DeskBox, JoinSecret, MemberLetter, OnwardLetter
from safeconduct.sealed.request import Entitlement
from safeconduct.sealed.sealing import BoxPrivate
from safeconduct.sealed.signing import SigningKey
from safeconduct.sealed.stream import SeekerKeys, Stream
from safeconduct.sealed.wire import Octets, Octets32, Octets64
from safeconduct.secret import Secret

KEY: Final = Octets32(b"Neither this nor its hex is seen")
HOLDERS: Final[list[object]] = [
    SigningKey(KEY),
    BoxPrivate(KEY),
    Stream(KEY),
    SeekerKeys(KEY * 2),
    Entitlement(1, SigningKey(KEY)),
    DeskBox(BoxPrivate(KEY), SigningKey(KEY)),
    ContactLetter(KEY, KEY, 1),
    OnwardLetter(KEY, KEY),
    JoinSecret("", KEY, KEY, 1, KEY, KEY),
    MemberLetter("file", KEY, Octets(KEY), 1, KEY, Octets64(KEY * 2)),
    Said(KEY.decode()),
    Began(KEY, KEY, KEY, KEY),
    Stream(bytes(32)).open(Stream(bytes(32)).write(SigningKey(KEY), (bytes(8), 0), None, Said(KEY.decode()), bytes)),
]


def reveals(shown: str | bytes) -> bool:
    """Whether a key can be read off what is shown."""
    raw = shown.encode() if isinstance(shown, str) else shown
    forms = (bytes(KEY), KEY.hex().encode(), KEY.text().encode(), KEY[:8])
    return any(form in raw for form in forms)


def test_what_would_show_it_is_seen() -> None:
    assert reveals(repr(KEY))
    assert reveals(KEY.hex())
    assert reveals(pickle.dumps(KEY))
    assert reveals(write_payload(bytes(8), 0, None, Said(KEY.decode())))


@pytest.mark.parametrize("holder", HOLDERS, ids=lambda holder: type(holder).__name__)
def test_it_shows_itself_nowhere(holder: object) -> None:
    for shown in (repr(holder), str(holder), f"{holder}", f"{holder!r:>80}", f"{[holder]}", str(ValueError(holder))):
        assert not reveals(shown)
        assert "…" in shown


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("holder", HOLDERS, ids=lambda holder: type(holder).__name__)
def test_it_cannot_be_pickled(holder: object, protocol: int) -> None:
    with pytest.raises(TypeError):
        pickle.dumps(holder, protocol)


def test_what_is_told_apart_stays_so() -> None:
    assert Said("a") == Said("a") != Said("b")
    assert isinstance(SigningKey(KEY), Secret)
    assert SigningKey(KEY).seed() == KEY
