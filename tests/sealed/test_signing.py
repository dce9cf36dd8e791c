"""Signatures: what is signed verifies, whatever is altered does not, and no answer of `verify` can be dropped."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from safeconduct.errors import LengthWrong, Refusal, SignatureWrong, Unproved
from safeconduct.sealed.signing import SigningKey, digest, frame, mac, same, u32, verify
from safeconduct.sealed.wire import split

SEEDS = st.binary(min_size=32, max_size=32)
LABELS = st.text(st.characters(min_codepoint=1, max_codepoint=127), max_size=20)
FIELDS = st.lists(st.binary(max_size=40), max_size=5)
_verify: Callable[..., Any] = verify


@given(SEEDS, st.binary(max_size=200))
def test_what_is_signed_verifies_and_verify_says_nothing(seed: bytes, signed: bytes) -> None:
    key = SigningKey(seed)
    assert key.seed() == seed
    assert key.sign(signed) == key.sign(signed)
    assert _verify(key.public, signed, key.sign(signed)) is None


@given(SEEDS, st.binary(max_size=100), st.integers(0, 767))
def test_any_flipped_bit_of_key_signature_or_message_is_refused(seed: bytes, signed: bytes, bit: int) -> None:
    key = SigningKey(seed)
    whole = bytearray(key.public + key.sign(signed) + signed)
    at = bit % (8 * len(whole))
    whole[at // 8] ^= 1 << at % 8
    altered = bytes(whole)
    with pytest.raises(Unproved):
        verify(altered[:32], altered[96:], altered[32:96])


@given(st.binary(max_size=40), st.binary(max_size=40), st.binary(max_size=80))
def test_noise_never_verifies(key: bytes, signed: bytes, signature: bytes) -> None:
    with pytest.raises((Unproved, LengthWrong)):
        verify(key, signed, signature)


@given(SEEDS, SEEDS, st.binary(max_size=50))
def test_another_key_never_verifies(seed: bytes, other: bytes, signed: bytes) -> None:
    assume(seed != other)
    with pytest.raises(SignatureWrong):
        verify(SigningKey(other).public, signed, SigningKey(seed).sign(signed))


@given(st.binary(max_size=70))
def test_a_seed_is_32_bytes(seed: bytes) -> None:
    try:
        assert SigningKey(seed).seed() == seed
    except Refusal as refusal:
        assert (refusal.code, len(seed) == 32) == ("length-wrong", False)  # noqa: PT017 - either is right


def test_keys_are_drawn_from_what_is_passed_in() -> None:
    assert SigningKey.draw(lambda count: b"\7" * count).seed() == b"\7" * 32


@given(LABELS, FIELDS, st.binary(max_size=20))
def test_a_frame_is_read_back(label: str, fields: list[bytes], rest: bytes) -> None:
    framed = frame(label, *fields)
    assert split(framed + rest, label, len(fields)) == (tuple(fields), framed, rest)


@given(LABELS, FIELDS, LABELS, FIELDS)
def test_two_frames_are_never_the_same_bytes(label: str, fields: list[bytes], other: str, others: list[bytes]) -> None:
    assume((label, fields) != (other, others))
    assert frame(label, *fields) != frame(other, *others)
    assert digest(label, *fields) != digest(other, *others)
    assert not same(mac(b"key", label, *fields), mac(b"key", other, *others))


@given(st.integers(0, 2**32 - 1))
def test_an_integer_is_four_bytes(value: int) -> None:
    assert int.from_bytes(u32(value), "big") == value
    assert len(u32(value)) == 4
