"""What is written, sealed and signed is what is read, opened and verified; and nothing else is."""

from dataclasses import replace
from typing import Final

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from safeconduct.errors import (
    ChainBroken,
    DayFell,
    EnvelopeShut,
    HeadWrong,
    KeySpelling,
    KindUnknown,
    LengthWrong,
    LetterShut,
    SizeWrong,
    Unproved,
)
from safeconduct.sealed import access, letter, wire
from safeconduct.sealed.event import (
    SEEKER_READABLE,
    Answered,
    Asked,
    Began,
    Continue,
    Event,
    Said,
    read_payload,
    write_payload,
)
from safeconduct.sealed.manifest import Manifest, Trust, open_manifest, sign_delegation, sign_manifest
from safeconduct.sealed.sealing import BoxPrivate, derive, open_bytes, seal_bytes, seal_to_box
from safeconduct.sealed.signing import SigningKey, frame
from safeconduct.sealed.stream import Entry, Point, Stream, follow
from vectors_cast import BOX, CONTACT, DAY, DESK, DESK_BOX, RELAY, ROOT, SEEKER, SPACE, STRANGER, THREAD, VOICE
from vectors_write import draw, seed

U32: Final = st.integers(0, 2**32 - 1)
ID: Final = st.binary(min_size=32, max_size=32).map(wire.Octets32)
# Lone surrogates among them, as a browser's text field can give them.
TYPED: Final = st.text(st.characters(codec=None), max_size=60)
WORDS: Final = TYPED.map(wire.tidy)
LETTER: Final = st.binary(min_size=2_160, max_size=2_160).map(wire.LetterBytes)
HEAD: Final = st.binary(min_size=108, max_size=108).map(wire.HeadBytes)
UNOWNED: Final = st.lists(st.tuples(ID, U32, ID, st.lists(U32, max_size=3).map(tuple)), max_size=3).map(tuple)
EVENTS: Final[st.SearchStrategy[Event]] = st.one_of(
    st.builds(Said, WORDS),
    st.builds(Began, ID, ID, ID, ID),
    st.builds(Answered, ID, st.lists(st.tuples(WORDS, WORDS), max_size=4).map(tuple)),
    st.builds(Continue, U32, ID, ID, st.none() | ID, st.none() | LETTER, st.none() | HEAD, UNOWNED),
    st.builds(
        Asked,
        st.binary(min_size=1_216, max_size=1_216).map(wire.BoxKey),
        ID,
        st.from_regex(r"\A([A-Z]{2})?\Z"),
        st.sampled_from(["held", "date", "papers", "unit", "none"]),
        st.from_regex(r"\A[a-z]{2,3}\Z"),
        WORDS,
        st.none(),
    ),
)


def random(count: int) -> bytes:
    return draw("round trips", count)


@given(st.binary(max_size=200))
def test_octets(raw: bytes) -> None:
    assert wire.Octets.parse(wire.Octets(raw).text()) == raw


@given(TYPED)
def test_words_are_tidied_once_and_read_back(typed: str) -> None:
    words = wire.tidy(typed)
    assert wire.tidy(words) == words
    assert wire.decode(wire.encode(words), str) == words


@given(EVENTS, st.binary(min_size=8, max_size=8), U32, st.none() | HEAD)
def test_an_event_in_an_envelope(event: Event, lane: bytes, k: int, seen: bytes | None) -> None:
    sealed = THREAD.write(VOICE, (lane, k), seen, event, random)
    opened = THREAD.open(sealed)
    assert opened.writer == VOICE.public
    assert opened.payload == write_payload(lane, k, seen, event)
    read = read_payload(opened.payload, SEEKER_READABLE)
    assert (*read.me, read.seen, read.event) == (lane, k, seen, event)
    assert len(sealed) in wire.ENVELOPE_SIZES_BYTES
    with pytest.raises(EnvelopeShut):
        CONTACT.open(sealed)


def test_what_no_envelope_holds_is_not_written() -> None:
    with pytest.raises(SizeWrong):
        THREAD.write(VOICE, (bytes(8), 0), None, Said("a" * 262_144), random)


@given(st.binary(max_size=60), st.binary(max_size=20))
def test_bytes_sealed_under_a_key(plain: bytes, bound: bytes) -> None:
    key = derive(seed("key"), "content")
    sealed = seal_bytes(key, plain, bound, random)
    assert open_bytes(key, sealed, bound) == plain
    for other in (sealed[:-1], sealed + b"\0", sealed[:11], b"", bytes(len(sealed))):
        with pytest.raises(EnvelopeShut):
            open_bytes(key, other, bound)
    with pytest.raises(EnvelopeShut):
        open_bytes(key, sealed, bound + b"\0")


@given(ID, ID, U32)
def test_a_first_letter(r: wire.Octets32, seeker: wire.Octets32, serial: int) -> None:
    info = letter.contact_info(SPACE, CONTACT.id, access.box_id(BOX.public))
    content = letter.ContactLetter(r, seeker, serial)
    sealed = letter.seal_letter(BOX.public, info, content)
    assert len(sealed) == wire.LETTER_BYTES
    assert letter.open_letter(BOX, info, sealed, letter.ContactLetter) == content
    with pytest.raises(LetterShut):
        letter.open_letter(SEEKER.box, info, sealed, letter.ContactLetter)
    with pytest.raises(LetterShut):
        letter.open_letter(BOX, info + b"\0", sealed, letter.ContactLetter)


@given(st.binary(min_size=32, max_size=32), U32)
def test_a_letter_between_members(secret: bytes, last: int) -> None:
    sent = ("file", Stream(secret).id, secret, last)
    read = letter.read_letter(SPACE, DESK_BOX, letter.write_letter(SPACE, DESK_BOX.private.public, DESK, sent))
    assert (read.purpose, read.subject, read.secret, read.last, read.sender) == (*sent, DESK.public)


def test_no_letter_is_written_that_could_not_be_read() -> None:
    public = DESK_BOX.private.public
    with pytest.raises(KindUnknown):
        letter.write_letter(SPACE, public, DESK, ("recovery", bytes(32), bytes(32), DAY))
    with pytest.raises(SizeWrong):
        letter.write_letter(SPACE, public, DESK, ("join", bytes(32), bytes(600), DAY))


@pytest.mark.parametrize(
    ("public", "refusal"),
    [
        (BOX.public[:-1], LengthWrong),
        (BOX.public + b"\0", LengthWrong),
        (b"", LengthWrong),
        (b"\xff" * 1_216, KeySpelling),
        (BOX.public[:1_184] + bytes(32), KeySpelling),
    ],
)
def test_nothing_is_sealed_to_what_is_no_box(public: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        seal_to_box(public, bytes(1_024), b"")


def test_a_box_is_expanded_as_its_draft_says() -> None:
    # draft-connolly-cfrg-xwing-kem, appendix C, the first vector; its seed is SHAKE128 of nothing.
    box = BoxPrivate(bytes.fromhex("7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26"))
    assert box.public[:16].hex() == "e2236b35a8c24b39b10aa1323a96a919"
    assert box.public[-16:].hex() == "223593d4ba32d9abac8cd049040ef6534"[-32:]
    assert BoxPrivate.draw(lambda count: box.seed()[:count]).public == box.public


@given(U32, ID, U32, st.integers(0, 1))
def test_a_head(n: int, chain: bytes, day: int, closing: int) -> None:
    assume(n)
    head = access.sign_head(RELAY, SPACE, THREAD.id, n, chain, day, closing)
    assert access.open_head(head.pack(), SPACE, THREAD.id, RELAY.public) == head
    for space, stream, relay in (
        (THREAD.id, THREAD.id, RELAY.public),
        (SPACE, SPACE, RELAY.public),
        (SPACE, THREAD.id, STRANGER.public),
    ):
        with pytest.raises(Unproved):
            access.open_head(head.pack(), space, stream, relay)


@given(st.integers(0, 2**31), st.integers(0, 180), st.integers(0, 13), U32)
def test_a_manifest(today: int, delegated_days: int, manifest_days: int, serial: int) -> None:
    delegated, week = SigningKey(seed("delegated")), today // 7 * 7
    boxes = tuple((wire.Octets32(seed(f"box {start}")), week + start, week + start + 6) for start in (0, 7, 14))
    voices = ((wire.Octets32(VOICE.public), week, week + 8, 0),)
    delegation = sign_delegation(ROOT, 1, delegated.public, today + delegated_days)
    zeros, last = wire.Octets32(bytes(32)), today + manifest_days
    made = Manifest(wire.Octets32(SPACE), serial, delegation, zeros, last, boxes, voices, zeros, 1)
    trust = Trust.afresh(ROOT.public, today)
    assert open_manifest(sign_manifest(delegated, made), trust) == made
    assert made.box_of(today) == boxes[0][0]
    with pytest.raises(Unproved):
        access.open_head(bytes(108), SPACE, THREAD.id, RELAY.public)


# A history as a relay keeps it: days that never fall, and a closing at most at its end.
@st.composite
def histories(drawn: st.DrawFn) -> list[Entry]:
    days = sorted(drawn(st.lists(st.integers(0, 40), min_size=1, max_size=8)))
    closing = drawn(st.integers(0, 1))
    envelopes = [drawn(st.binary(min_size=1, max_size=6)) for _ in days]
    entries = [Entry(day, 0, envelope) for day, envelope in zip(days, envelopes, strict=True)]
    return [*entries[:-1], replace(entries[-1], closing=closing)]


def _places(entries: list[Entry]) -> list[Point]:
    found = [Point.start(THREAD.id)]
    for entry in entries:
        sealed = access.envelope_digest(entry.envelope)
        chain = access.chain_next(found[-1].hash, sealed, entry.day, entry.closing)
        found.append(Point(found[-1].n + 1, chain, entry.day, entry.closing))
    return found


def _head(point: Point) -> access.Head:
    return access.Head(point.n, point.hash, point.day, point.closing, b"")


@given(histories(), st.data())
def test_a_history_is_the_same_read_at_once_or_in_parts(entries: list[Entry], data: st.DataObject) -> None:
    places = _places(entries)
    head = _head(places[-1])
    assert follow(places[0], entries, head) == places[1:]
    cut = data.draw(st.integers(0, len(entries)))
    assert follow(places[0], entries[:cut], head) + follow(places[cut], entries[cut:], head) == places[1:]


@given(histories(), st.data())
def test_a_history_with_anything_altered_is_refused(entries: list[Entry], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(entries) - 1))
    was = entries[at]
    altered = data.draw(
        st.sampled_from(
            [
                replace(was, envelope=was.envelope + b"\0"),
                replace(was, day=was.day + 1),
                replace(was, closing=1 - was.closing),
                replace(was, closing=2),
            ]
        )
    )
    wrong = [*entries[:at], altered, *entries[at + 1 :]]
    for told in (wrong, [*entries, was], [*entries[:at], *entries[at:], was]):
        with pytest.raises((ChainBroken, DayFell, HeadWrong)):
            follow(Point.start(THREAD.id), told, _head(_places(entries)[-1]))


@given(st.binary(max_size=32), U32, st.integers(0, 700))
def test_a_challenge_is_good_for_ten_minutes(key: bytes, made_s: int, later_s: int) -> None:
    challenge = access.make_challenge(key, made_s)
    assert access.challenge_good(key, challenge, made_s + later_s) == (later_s <= 600)
    assert not access.challenge_good(key, challenge, made_s - 1)
    assert not access.challenge_good(key + b"\1", challenge, made_s)


def test_frames_of_different_use_have_different_labels() -> None:
    infos = {
        letter.contact_info(SPACE, THREAD.id, BOX.public),
        letter.onward_info(SPACE, THREAD.id, BOX.public),
        letter.member_info(SPACE, BOX.public),
        access.born_frame(SPACE, THREAD.id, b"", b""),
        access.day_frame(SPACE, bytes(16), DAY),
        frame("head", SPACE, THREAD.id),
    }
    assert len({info.split(b"\0")[0] for info in infos}) == len(infos)
