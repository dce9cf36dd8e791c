"""Every decoder, fed with noise and with almost the right thing: a value of one spelling, or a refusal of the tree."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.case.event import IN_FILES, IN_ROSTER
from safeconduct.errors import Refusal, leaves
from safeconduct.sealed import access, request, wire
from safeconduct.sealed.envelope import Opened
from safeconduct.sealed.event import SEEKER_READABLE, read_payload
from safeconduct.sealed.letter import (
    ContactLetter,
    JoinSecret,
    MemberLetter,
    OnwardLetter,
    contact_info,
    member_info,
    onward_info,
    open_letter,
    read_letter,
)
from safeconduct.sealed.manifest import Manifest, Trust, open_manifest
from safeconduct.sealed.sealing import seal_to_box
from safeconduct.sealed.signing import frame, u32
from vectors_cast import BOX, CONTACT, DAY, DESK_BOX, RELAY, ROOT, SEEKER, SPACE, THREAD, VOICE
from vectors_envelope import SAID, padded, sealed, signed
from vectors_letter import filled
from vectors_manifest import GOOD
from vectors_member import CONTENT, JOIN
from vectors_read import ROOT as VECTORS
from vectors_read import load
from vectors_request import CHALLENGE, LETTER
from vectors_value import octets


@dataclass(frozen=True)
class Decoder:
    """How bytes are read, how what was read is written again, and some bytes that are good."""

    read: Callable[[bytes], Any]
    again: Callable[[Any], bytes]
    good: tuple[bytes, ...]


def _payloads(kinds: str) -> tuple[bytes, ...]:
    vectors = load(VECTORS / "event" / f"{kinds}.json")
    return tuple(octets(vector["input"]["bytes"]) for vector in vectors if vector["verdict"] == "ok")


def _json(kind: type[Any], *good: bytes) -> Decoder:
    return Decoder(lambda raw: wire.decode(raw, kind), wire.encode, good)


def _payload(kinds: str, events: Any) -> Decoder:  # noqa: ANN401 - a union of events
    return Decoder(lambda raw: read_payload(raw, events), wire.encode, _payloads(kinds))


def _frame(*labels: str) -> Decoder:
    """A frame of two fields, with what follows it."""
    return Decoder(
        lambda raw: wire.split(raw, labels[0], 2),
        lambda found: frame(labels[0], *found[0]) + found[2],
        (frame(labels[0], b"a", b""), frame(labels[0], b"", b"bc") + b"rest"),
    )


def _opened(plain: bytes) -> tuple[Opened, bytes]:
    return THREAD.open(sealed(THREAD, plain)), plain[32:96]


def _sealed_again(found: tuple[Opened, bytes]) -> bytes:
    opened, signature = found
    front = opened.writer + signature + u32(len(opened.payload)) + opened.payload
    return padded(front, wire.size_class(len(front) + 28))


def _manifest(raw: bytes) -> tuple[Manifest, bytes]:
    return open_manifest(raw, Trust(ROOT.public, 3, 5, DAY)), raw[-64:]


def _answer(label: str, read: Callable[[bytes], Any], fields: Callable[[Any], list[bytes]], *good: bytes) -> Decoder:
    return Decoder(read, lambda found: frame(label, *fields(found)), good)


def _head(n: int = 3, stream: bytes = CONTACT.id) -> bytes:
    return access.sign_head(RELAY, SPACE, stream, n, bytes(32), DAY, 1).pack()


def _read_answer(raw: bytes) -> tuple[list[tuple[access.Head, list[Any]]], int]:
    found = request.read_read_answer(raw, SPACE, [CONTACT.id, THREAD.id], RELAY.public)
    return found, len(raw)


def _read_again(found: tuple[list[tuple[access.Head, list[Any]]], int]) -> bytes:
    fields = (
        head.pack() + b"".join(u32(e.day) + u32(e.closing) + u32(len(e.envelope)) + e.envelope for e in entries)
        for head, entries in found[0]
    )
    return frame("read answer", *fields).ljust(found[1], b"\0")


def _page_fields(page: request.Page) -> list[bytes]:
    return [u32(page.day), page.cursor, u32(page.more), b"".join(page.items)]


_ENTRY: Final = u32(DAY) + u32(0) + u32(3) + b"abc"
_PAGE: Final = (u32(DAY), b"cursor", u32(1))
DECODERS: Final[dict[str, Decoder]] = {
    "octets": Decoder(
        lambda raw: wire.Octets.parse(raw.decode("latin-1")), lambda found: found.text().encode(), (b"AAE",)
    ),
    "frame": _frame("read"),
    "label": Decoder(
        lambda raw: (wire.label_of(raw), raw),
        lambda found: frame(found[0]) + found[1][len(frame(found[0])) :],
        (frame("read"),),
    ),
    "integer": Decoder(wire.integer, u32, (u32(DAY),)),
    "sized": Decoder(lambda raw: wire.sized(raw, 0, 4), bytes, (b"", b"abcd")),
    "payload of a seeker": _payload("seeker", SEEKER_READABLE),
    "payload of a file": _payload("file", IN_FILES),
    "payload of the roster": _payload("roster", IN_ROSTER),
    "manifest's JSON": _json(Manifest, GOOD.json()),
    "manifest": Decoder(_manifest, lambda found: wire.encode(found[0]) + found[1], (GOOD.published(),)),
    "manifest, signed": Decoder(
        lambda json: _manifest(GOOD.published(json)), lambda found: wire.encode(found[0]), (GOOD.json(),)
    ),
    "join": _json(JoinSecret, JOIN),
    "envelope": Decoder(_opened, _sealed_again, (padded(signed(THREAD, VOICE, SAID)),)),
    "head": Decoder(
        lambda raw: access.open_head(raw, SPACE, CONTACT.id, RELAY.public), lambda head: head.pack(), (_head(),)
    ),
    "manifest answer": _answer(
        "manifest answer",
        request.read_manifest_answer,
        lambda found: [u32(found.day), found.signature, found.manifest, found.box, found.form],
        frame("manifest answer", u32(DAY), bytes(64), b"manifest", b"", b"form"),
        frame("manifest answer", u32(DAY), bytes(64), b"", BOX.public, b""),
    ),
    "space answer": _answer(
        "space answer", request.read_space_answer, lambda found: [found], frame("space answer", bytes(32))
    ),
    "contact answer": _answer(
        "contact answer",
        lambda raw: request.read_contact_answer(raw, SPACE, CONTACT.id, RELAY.public),
        lambda found: [found[0].pack(), found[1]],
        frame("contact answer", _head(1), bytes(64)),
    ),
    "append answer": _answer(
        "append answer",
        lambda raw: request.read_append_answer(raw, SPACE, CONTACT.id, RELAY.public),
        lambda found: [found.pack()],
        frame("append answer", _head()),
    ),
    "read answer": Decoder(
        _read_answer,
        _read_again,
        (
            frame("read answer", _head(), _head(5, THREAD.id)),
            frame("read answer", _head() + _ENTRY * 2, _head(5, THREAD.id) + _ENTRY) + bytes(500),
        ),
    ),
    "feed answer": _answer(
        "feed answer",
        lambda raw: request.read_feed_answer(raw, DAY - 1),
        _page_fields,
        frame("feed answer", *_PAGE, bytes(96)),
    ),
    "arrivals answer": _answer(
        "arrivals answer",
        lambda raw: request.read_arrivals_answer(raw)[0],
        _page_fields,
        frame("arrivals answer", *_PAGE, bytes(64) + LETTER),
    ),
    "post answer": _answer("post answer", request.read_post_answer, lambda _: [], frame("post answer")),
    "collect answer": _answer(
        "collect answer",
        request.read_collect_answer,
        lambda found: [u32(found[0]), b"".join(found[1])],
        frame("collect answer", u32(1), LETTER),
    ),
}


def _letter(read: Callable[[bytes], Any], public: bytes, info: bytes, good: bytes) -> Decoder:
    """What stands in a letter, sealed as it must be."""
    return Decoder(
        lambda plain: read(seal_to_box(public, plain, info)), lambda found: filled(wire.encode(found)), (filled(good),)
    )


def _open(kind: Any, info: bytes) -> Callable[[bytes], Any]:  # noqa: ANN401 - one of three letters
    box = BOX if kind is ContactLetter else SEEKER.box
    return lambda raw: open_letter(box, info, raw, kind)


_CONTACT: Final = contact_info(SPACE, CONTACT.id, access.box_id(BOX.public))
_ONWARD: Final = onward_info(SPACE, CONTACT.id, access.box_id(SEEKER.box.public))
_A_CONTACT: Final = wire.encode(ContactLetter(wire.Octets32(SEEKER.r), wire.Octets32(SEEKER.signing.public), 7))
_AN_ONWARD: Final = wire.encode(OnwardLetter(wire.Octets32(THREAD.secret), None))
DECODERS.update(
    {
        "contact letter": _letter(_open(ContactLetter, _CONTACT), BOX.public, _CONTACT, _A_CONTACT),
        "onward letter": _letter(_open(OnwardLetter, _ONWARD), SEEKER.box.public, _ONWARD, _AN_ONWARD),
        "member letter": _letter(
            lambda raw: read_letter(SPACE, DESK_BOX, raw),
            DESK_BOX.private.public,
            member_info(SPACE, DESK_BOX.id),
            CONTENT,
        ),
        "member letter's JSON": _json(MemberLetter, CONTENT),
    }
)


def fate(decoder: Decoder, raw: bytes) -> str:
    """What a decoder makes of bytes: `ok` and the same bytes again, or a code. Anything else goes through."""
    try:
        read = decoder.read(raw)
    except Refusal as refusal:
        return refusal.code
    assert decoder.again(read) == raw
    return "ok"


def changes(good: bytes) -> st.SearchStrategy[bytes]:
    """Almost these bytes: a bit flipped, a part left out, doubled, moved to the end, or something put in."""
    places = st.integers(0, len(good))
    pieces = st.sampled_from(
        [b"\0", b" ", b"-", b"0", b'"', b"{", b"]", b"\\u0000", b"null", b"\xff", b"=", b"1.0", b",,"]
    )

    def changed(at: int, to: int, piece: bytes, how: int) -> bytes:
        first, last = min(at, to), max(at, to)
        part = good[first:last]
        return (
            bytes([*good[:first], good[first] ^ 1 << how % 8, *good[first + 1 :]])
            if first < len(good)
            else good + piece,
            good[:first] + good[last:],
            good[:last] + part + good[last:],
            good[:first] + good[last:] + part,
            good[:first] + piece + good[first:],
            good[:first] + piece + good[last:],
            good[:first],
        )[how % 7]

    return st.builds(changed, places, places, pieces, st.integers(0, 55))


@pytest.mark.parametrize("name", DECODERS)
def test_what_is_good_is_read_and_written_again(name: str) -> None:
    decoder = DECODERS[name]
    assert [fate(decoder, good) for good in decoder.good] == ["ok"] * len(decoder.good)


@pytest.mark.parametrize("name", DECODERS)
@given(data=st.data())
def test_noise_has_a_fate(name: str, data: st.DataObject) -> None:
    assert fate(DECODERS[name], data.draw(st.binary(max_size=300))) in {"ok", *leaves()}


@pytest.mark.parametrize("name", DECODERS)
@given(data=st.data())
def test_almost_the_right_thing_has_a_fate(name: str, data: st.DataObject) -> None:
    good = data.draw(st.sampled_from(DECODERS[name].good))
    assert fate(DECODERS[name], data.draw(changes(good))) in {"ok", *leaves()}


@given(st.integers(0, 999), st.text(max_size=30), st.binary(max_size=80))
def test_an_answer_or_refusal_has_a_fate(status: int, content_type: str, body: bytes) -> None:
    decoder = Decoder(lambda raw: request.open_answer(status, content_type, raw), lambda _: body, ())
    assert fate(decoder, body) == "relay-foreign"


@given(st.integers(0, 999), st.one_of(st.sampled_from(sorted(leaves())), st.text(max_size=20)))
def test_a_code_is_read_as_that_code_or_not_at_all(status: int, said: str) -> None:
    def again(read: tuple[bytes, bytes | Refusal]) -> bytes:
        challenge, found = read
        return challenge + (found if isinstance(found, bytes) else found.code.encode())

    decoder = Decoder(lambda raw: request.open_answer(status, request.CONTENT_TYPE, raw), again, ())
    assert fate(decoder, CHALLENGE + said.encode()) in {"ok", "relay-foreign"}
