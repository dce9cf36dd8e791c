"""A bundle has one spelling, one digest, and the signature of whoever answers for it; anything else is refused."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.errors import FieldWrong, IdWrong, JsonBroken, JsonSpelling, Refusal, SignatureWrong
from safeconduct.law import bundle, shelf
from safeconduct.law.pack import Bundle
from safeconduct.sealed.signing import SigningKey, digest

BUNDLE = shelf.shipped()
KEY, OTHER = SigningKey(b"\1" * 32), SigningKey(b"\2" * 32)
SIGNED = bundle.write(BUNDLE, KEY)


def reworded(raw: bytes) -> bytes:
    """A file whose digest fits other bytes."""
    return b'{"digest":"%s","key":null,"signature":null,"bundle":%s}' % (digest("law bundle", raw).hex().encode(), raw)


def test_what_was_written_is_read() -> None:
    assert bundle.read(SIGNED, KEY.public) == BUNDLE
    assert bundle.read(SIGNED) == BUNDLE
    assert bundle.read(bundle.write(BUNDLE)) == BUNDLE


@pytest.mark.parametrize(
    "content",
    [
        SIGNED.replace(KEY.public.hex().encode(), OTHER.public.hex().encode()),
        bundle.write(BUNDLE, OTHER),
        bundle.write(BUNDLE),
    ],
)
def test_another_key_or_none_is_refused_where_one_is_wanted(content: bytes) -> None:
    with pytest.raises(SignatureWrong):
        bundle.read(content, KEY.public)


def test_a_word_changed_is_another_digest() -> None:
    with pytest.raises(IdWrong):
        bundle.read(SIGNED.replace(b"kz.apply", b"kz.aply"), KEY.public)


def test_a_new_digest_under_the_old_signature_is_refused() -> None:
    raw = bundle.encode(BUNDLE).replace(b"Fergana", b"Fergama")
    told, name = json.loads(SIGNED), digest("law bundle", raw).hex()
    content = (
        (f'{{"digest":"{name}","key":"{told["key"]}","signature":"{told["signature"]}","bundle":').encode() + raw + b"}"
    )
    with pytest.raises(SignatureWrong):
        bundle.read(content, KEY.public)


@pytest.mark.parametrize(
    ("raw", "refusal"),
    [
        (bundle.encode(BUNDLE).replace(b'"status":"draft"', b'"status": "draft"', 1), JsonSpelling),
        (bundle.encode(BUNDLE).replace(b'"status":"draft"', b'"status":"draft","status":"draft"', 1), JsonSpelling),
        (bundle.encode(BUNDLE).replace(b'"kind":"region"', b'"kind":"r\\u0065gion"', 1), JsonSpelling),
        (bundle.encode(BUNDLE).replace(b'"status":"draft"', b'"state":"draft"', 1), FieldWrong),
        (bundle.encode(BUNDLE).replace(b'"status":"draft"', b'"status":"reviewed"', 1), FieldWrong),
        (bundle.encode(BUNDLE).replace(b'"fact":"left_unit"', b'"fact":"right_unit"', 1), FieldWrong),
        (bundle.encode(BUNDLE).replace(b'"from":"2026-06-12"', b'"from":"2026-06-31"', 1), FieldWrong),
        (b"{}", FieldWrong),
        (b"[" * 100_000 + b"]" * 100_000, JsonBroken),
    ],
)
def test_a_bundle_that_says_something_else_is_refused(raw: bytes, refusal: type[Refusal]) -> None:
    assert raw != bundle.encode(BUNDLE)
    with pytest.raises(refusal):
        bundle.read(reworded(raw))


@given(st.integers(0, len(SIGNED) - 1), st.integers(1, 4), st.binary(max_size=4))
def test_a_wound_anywhere_is_a_refusal(at: int, gone: int, instead: bytes) -> None:
    wounded = SIGNED[:at] + instead + SIGNED[at + gone :]
    if wounded != SIGNED:
        with pytest.raises(Refusal):
            bundle.read(wounded, KEY.public)


@given(st.binary(max_size=300))
def test_noise_is_a_refusal(noise: bytes) -> None:
    with pytest.raises(Refusal):
        bundle.read(noise)


def test_the_edition_of_a_pack_changes_with_that_pack_only() -> None:
    before = bundle.editions(BUNDLE)
    anew = (msgspec.structs.replace(pack, watch=()) if pack.pack.id == "kz" else pack for pack in BUNDLE.packs)
    packs = tuple(anew)
    after = bundle.editions(Bundle(schema="lawbundle/1", vocabulary=BUNDLE.vocabulary, packs=packs))
    assert {name for name in before if before[name] != after[name]} == {"kz"}
