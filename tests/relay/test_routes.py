"""Each route and each of its refusals, in the order in which requests are judged (docs/spec/relay.md)."""

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from relay.client import DAY, Cry, HandClock, Here, Organisation, Talk, address, founded, relay_here, seeded
from safeconduct.errors import Refusal
from safeconduct.relay.space import confirm_day, init_relay
from safeconduct.sealed import request as q
from safeconduct.sealed.access import (
    chain_next,
    chain_start,
    day_frame,
    envelope_digest,
    head_tag,
    letter_digest,
    tag,
)
from safeconduct.sealed.manifest import sign_delegation
from safeconduct.sealed.signing import SigningKey, digest, frame, verify
from safeconduct.sealed.stream import FILE, ROSTER, THREAD
from safeconduct.sealed.wire import Octets32


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "relay"


@pytest.fixture
def pair(data: Path, clock: HandClock) -> Iterator[tuple[Here, Talk]]:
    with founded(data, clock) as pair:
        yield pair


@pytest.fixture
def talk(pair: tuple[Here, Talk]) -> Talk:
    return pair[1]


@pytest.fixture
def box(talk: Talk) -> bytes:
    return talk.org.box_of(DAY)


def refused(code: str) -> AbstractContextManager[object]:
    return pytest.raises(Refusal, match=f"^{code}$")


def raw(talk: Talk, route: str, body: bytes, *keys: SigningKey, tail: bytes = b"") -> bytes:
    """Something said by hand, signed by these keys."""
    return talk.ask(route, body + b"".join(key.sign(body) for key in keys) + tail)


# Manifest


def test_the_manifest_comes_with_the_week_s_box_key_the_form_and_the_signed_day(talk: Talk) -> None:
    answer = talk.manifest(b"n" * 16)
    assert answer.day == DAY
    verify(talk.relay, day_frame(talk.org.space, b"n" * 16, DAY), answer.signature)
    assert answer.box == talk.org.box(DAY // 7)
    assert answer.form == talk.org.form
    assert answer.manifest[:-64].startswith(b'{"space":')


def test_the_manifest_follows_the_relay_s_day(talk: Talk, clock: HandClock) -> None:
    clock.move(2)
    clock.move(2)
    assert talk.manifest().day == DAY, "four days are a jump"
    clock.move(-2)
    assert talk.manifest().day == DAY + 2


# Space


def test_a_space_is_made_once_with_a_code_that_dies(data: Path, clock: HandClock) -> None:
    code = init_relay(data, seeded(1), DAY)
    with relay_here(data, clock) as here:
        talk, other = Talk(here.line, Organisation(1)), Talk(here.line, Organisation(2))
        with refused("code-wrong"):
            talk.found(bytes(16))
        with refused("space-unknown"):
            talk.manifest()
        talk.found(code)
        talk.found(code)  # the answer was lost: answered again
        with refused("code-wrong"):
            other.found(code)
        talk.org.keeper = SigningKey(bytes(32))
        with refused("space-taken"):
            talk.found(code)
        second = init_relay(data, seeded(3), DAY)
        other.found(second)
        assert other.relay == talk.relay


def test_no_code_is_kept(data: Path, clock: HandClock) -> None:
    code = init_relay(data, seeded(1), DAY)
    with relay_here(data, clock) as here:
        Talk(here.line, Organisation(1)).found(code)
    assert all(code not in path.read_bytes() for path in data.iterdir())


def test_only_the_root_makes_its_space(data: Path, clock: HandClock) -> None:
    code = init_relay(data, seeded(1), DAY)
    with relay_here(data, clock) as here:
        talk = Talk(here.line, Organisation(1))
        body = q.create_space(code, talk.org.root, talk.org.keys)
        with refused("signature-wrong"):
            talk.ask("space", body[:-64] + SigningKey(bytes(32)).sign(body[:-64]))
        talk.ask("space", body)


def test_keys_rise_by_serial_and_a_repeat_is_answered(talk: Talk) -> None:
    old = talk.org.keeper
    talk.org.keys_serial, talk.org.keeper = 2, SigningKey(bytes(32))
    body = q.set_keys(talk.org.space, talk.org.keys, old)
    talk.ask("space", body)
    talk.ask("space", body)  # signed by a keeper that this very request has replaced
    with refused("signature-wrong"):
        talk.ask("space", q.set_keys(talk.org.space, q.RelayKeys(3, b"k" * 32, b"m" * 32, b"i" * 32), old))
    for serial in (1, 2):
        with refused("serial-old"):
            keys = q.RelayKeys(serial, b"k" * 32, b"m" * 32, b"i" * 32)
            talk.ask("space", q.set_keys(talk.org.space, keys, talk.org.keeper))


def test_the_root_may_set_keys_and_the_old_members_are_out_at_once(talk: Talk) -> None:
    old = talk.org.member
    keys = q.RelayKeys(2, talk.org.keeper.public, SigningKey(b"m" * 32).public, talk.org.intake.public)
    said = frame("keys", talk.org.space, b"\0\0\0\2", keys.keeper, keys.member, keys.intake, b"\0\0\0\0")
    with refused("signature-wrong"):
        raw(talk, "space", said, talk.org.keeper)
    raw(talk, "space", said, talk.org.root)
    assert talk.org.member is old
    with refused("not-member"):
        talk.feed(DAY)
    talk.org.member = SigningKey(b"m" * 32)
    talk.feed(DAY)


def test_keys_and_manifest_outlive_a_restart(data: Path, clock: HandClock) -> None:
    with founded(data, clock) as (_, talk):
        manifest = talk.manifest().manifest
    with relay_here(data, clock) as here:
        talk.line = here.line
        assert talk.manifest().manifest == manifest
        talk.feed(DAY)


def test_a_manifest_is_verified_and_rises_by_serial(talk: Talk) -> None:
    org = talk.org
    talk.publish(DAY, 3)
    talk.publish(DAY, 3)
    with refused("serial-old"):
        talk.publish(DAY, 2)
    with refused("serial-old"):
        talk.publish(DAY, 3, door=2)
    with refused("manifest-ended"):
        talk.publish(DAY - 30, 4)
    with refused("manifest-long"):
        talk.publish(DAY + 20, 4)
    with refused("delegation-wrong"):
        talk.publish(DAY, 4, delegation=sign_delegation(org.delegated, 1, org.delegated.public, DAY))
    with refused("space-wrong"):
        talk.publish(DAY, 4, space=Octets32(bytes(32)))
    with refused("manifest-wrong"):
        talk.publish(DAY, 4, form=Octets32(bytes(32)))
    org.delegated = SigningKey(bytes(32))
    talk.publish(DAY, 4)


def test_box_keys_must_be_those_the_manifest_names(talk: Talk) -> None:
    manifest = talk.org.manifest(DAY, 2, talk.relay)
    strange = [hashlib.shake_256(b"strange").digest(1_216)]
    with refused("manifest-wrong"):
        talk.ask("space", q.publish(talk.org.space, manifest, strange, talk.org.form, talk.org.keeper))
    talk.ask("space", q.publish(talk.org.space, manifest, [], talk.org.form, talk.org.keeper))
    assert talk.manifest().box == b""


@pytest.mark.parametrize("part", ["manifest", "boxes", "form"])
def test_what_is_published_is_what_was_signed(talk: Talk, part: str) -> None:
    parts = {"manifest": talk.org.manifest(DAY, 2, talk.relay), "boxes": bytes(1_216), "form": talk.org.form}
    said = frame(
        "publish",
        talk.org.space,
        digest("manifest digest", parts["manifest"]),
        hashlib.sha256(parts["boxes"]).digest(),
        digest("form", parts["form"]),
    )
    parts[part] = parts[part][:-1] + b"!"
    tail = frame("published", parts["manifest"], parts["boxes"], parts["form"])
    with refused("id-wrong"):
        raw(talk, "space", said, talk.org.keeper, tail=tail)


def test_the_same_manifest_with_other_box_keys_or_another_form_is_not_said_to_be_kept(talk: Talk) -> None:
    org, manifest = talk.org, talk.org.manifest(DAY, 2, talk.relay)
    keys, form = org.box_keys(DAY), org.form
    talk.ask("space", q.publish(org.space, manifest, keys[1:], form, org.keeper))
    for others in ((keys, form), ([], form), (keys[:0:-1], form), (keys[1:], form + b" ")):
        with refused("manifest-wrong"):
            talk.ask("space", q.publish(org.space, manifest, *others, org.keeper))
    talk.ask("space", q.publish(org.space, manifest, keys[1:], form, org.keeper))


def test_only_the_keeper_publishes(talk: Talk) -> None:
    manifest = talk.org.manifest(DAY, 2, talk.relay)
    with refused("signature-wrong"):
        talk.ask("space", q.publish(talk.org.space, manifest, [], talk.org.form, talk.org.member))


# Contact


def test_a_contact_is_answered_by_its_head_and_by_what_lies_beside_it(talk: Talk, box: bytes) -> None:
    cry = Cry(1)
    head, born = talk.contact(cry, box)
    assert (head.n, head.day, head.closing) == (1, DAY, 0)
    assert head.hash == chain_next(chain_start(cry.stream.id), cry.digest, DAY, 0)
    verify(talk.relay, frame("born", talk.org.space, cry.stream.id, letter_digest(cry.letter), cry.erase.public), born)


def test_a_known_id_is_answered_with_what_is_stored_whatever_else_is_wrong(
    talk: Talk, box: bytes, clock: HandClock
) -> None:
    cry, other = Cry(1), Cry(2)
    first = talk.contact(cry, box)
    cry.letter, cry.envelope, cry.erase = other.letter, other.envelope, other.erase
    assert talk.contact(cry, b"?" * 32) == first
    clock.move(30)  # the box is gone, and the clock has jumped
    assert talk.contact(cry, box) == first


def test_a_letter_to_a_box_that_is_gone_is_refused(talk: Talk, clock: HandClock) -> None:
    last = DAY - DAY % 7 + 6
    with refused("key-gone"):
        talk.contact(Cry(1), b"?" * 32)
    while clock.day() <= last:
        clock.move(1)
        talk.manifest()
    talk.contact(Cry(2), talk.org.box_of(DAY))  # one day past its last
    clock.move(1)
    with refused("key-gone"):
        talk.contact(Cry(3), talk.org.box_of(DAY))
    assert talk.read((Cry(3), 0))[0][0].n == 0


def test_a_space_without_a_manifest_takes_no_contact(data: Path, clock: HandClock) -> None:
    code = init_relay(data, seeded(1), DAY)
    with relay_here(data, clock) as here:
        talk = Talk(here.line, Organisation(1))
        talk.found(code)
        assert (talk.manifest().manifest, talk.manifest().box, talk.manifest().form) == (b"", b"", b"")
        with refused("key-gone"):
            talk.contact(Cry(1), talk.org.box_of(DAY))


def test_a_contact_takes_16_kib_and_no_other_size(talk: Talk, box: bytes) -> None:
    talk.contact(Cry(1, size=16_384), box)
    for size in (0, 4_095, 4_097, 65_536):
        with refused("size-wrong"):
            talk.contact(Cry(2, size=size), box)


def test_an_id_of_another_class_is_no_contact(talk: Talk, box: bytes) -> None:
    cry = Cry(1, THREAD)
    talk.birth(cry)
    with refused("stream-taken"):
        talk.contact(cry, box)


# Reseal


def test_a_newer_letter_lies_beside_an_open_contact_and_it_arrives_again(
    talk: Talk, box: bytes, clock: HandClock
) -> None:
    cry, newer = Cry(1), Cry(2).letter
    with refused("stream-unknown"):
        talk.reseal(cry, box, newer)
    talk.contact(cry, box)
    clock.move(1)
    with refused("key-gone"):
        talk.reseal(cry, b"?" * 32, newer)
    head, born = talk.reseal(cry, box, newer)
    assert head.n == 1
    verify(talk.relay, frame("born", talk.org.space, cry.stream.id, letter_digest(newer), cry.erase.public), born)
    assert talk.reseal(cry, box, newer) == (head, born)
    for day in (DAY, DAY + 1):
        assert talk.arrivals(day)[1] == [q.Arrival(cry.stream.id, box, newer)]
    clock.move(1)
    for day in (DAY, DAY + 1):
        assert talk.arrivals(day)[1] == [q.Arrival(cry.stream.id, box, newer)]
    assert talk.arrivals(DAY + 2)[1] == []
    assert talk.reseal(cry, box, newer) == (head, born), "also when its day has closed"
    assert talk.arrivals(DAY + 2)[1] == []


def test_a_letter_that_is_replaced_again_and_again_is_news_once_a_day(talk: Talk, box: bytes, clock: HandClock) -> None:
    cry, other, letters = Cry(1), Cry(2), [Cry(("newer", n)).letter for n in range(6)]
    talk.contact(cry, box)
    seen = talk.arrivals(DAY)[0].cursor
    for letter in letters[:3]:
        born = talk.reseal(cry, box, letter)[1]
        kept = frame("born", talk.org.space, cry.stream.id, letter_digest(letter), cry.erase.public)
        verify(talk.relay, kept, born)
    assert talk.arrivals(DAY, seen)[1] == [q.Arrival(cry.stream.id, box, letters[2])]
    seen = talk.arrivals(DAY, seen)[0].cursor
    talk.reseal(cry, box, letters[3])
    talk.contact(other, box)
    assert [one.contact for one in talk.arrivals(DAY, seen)[1]] == [other.stream.id]
    assert [one.letter for one in talk.arrivals(DAY)[1]] == [letters[3], letters[3], other.letter]
    clock.move(1)
    assert {one.letter for one in talk.arrivals(DAY)[1]} == {letters[3], other.letter}
    for letter in letters[4:]:
        talk.reseal(cry, box, letter)
    assert talk.arrivals(DAY + 1)[1] == [q.Arrival(cry.stream.id, box, letters[5])], "another day, another first"


def test_only_the_stream_s_own_key_reseals(talk: Talk, box: bytes) -> None:
    cry = Cry(1)
    talk.contact(cry, box)
    said = frame("reseal", talk.org.space, cry.stream.access.public, box, letter_digest(cry.letter))
    with refused("signature-wrong"):
        raw(talk, "contact", said, cry.erase, tail=cry.letter)
    with refused("id-wrong"):
        raw(talk, "contact", said, cry.stream.access, tail=Cry(2).letter)
    with refused("size-wrong"):
        raw(talk, "contact", said, cry.stream.access, tail=cry.letter + b"!")


def test_a_closed_contact_and_another_class_are_not_resealed(talk: Talk, box: bytes) -> None:
    cry, thread = Cry(1), Cry(2, THREAD)
    talk.contact(cry, box)
    talk.append(cry, cry.draw(4_096), closing=True, by=talk.as_member)
    with refused("closed"):
        talk.reseal(cry, box, Cry(3).letter)
    talk.birth(thread)
    with refused("stream-unknown"):
        talk.reseal(thread, box, Cry(3).letter)


# Birth


@pytest.mark.parametrize("kind", [THREAD, FILE, ROSTER])
def test_a_birth_is_answered_again_and_taken_once(talk: Talk, kind: int) -> None:
    cry = Cry(1, kind)
    head = talk.birth(cry)
    assert (head.n, head.hash) == (1, chain_next(chain_start(cry.stream.id), cry.digest, DAY, 0))
    assert talk.birth(cry) == head
    cry.envelope = cry.draw(4_096)
    with refused("stream-taken"):
        talk.birth(cry)


@pytest.mark.parametrize("kind", [THREAD, FILE, ROSTER])
def test_a_birth_needs_the_members(talk: Talk, kind: int) -> None:
    talk.org.member = SigningKey(bytes(32))
    with refused("not-member"):
        talk.birth(Cry(1, kind))


@pytest.mark.parametrize(
    ("kind", "erase", "letter", "code"),
    [
        (0, b"", b"", "field-wrong"),
        (1, b"e" * 32, b"", "field-wrong"),
        (5, b"", b"l" * 32, "field-wrong"),
        (THREAD, b"", b"", "length-wrong"),
        (THREAD, b"e" * 32, b"l" * 32, "length-wrong"),
        (FILE, b"e" * 32, b"l" * 32, "length-wrong"),
        (FILE, b"", b"", "length-wrong"),
        (FILE, b"", b"l" * 32, "size-wrong"),
    ],
)
def test_a_birth_has_what_its_class_needs(talk: Talk, kind: int, erase: bytes, letter: bytes, code: str) -> None:
    cry = Cry(1)
    said = frame("birth", talk.org.space, cry.stream.access.public, kind.to_bytes(4, "big"), erase, letter, cry.digest)
    with refused(code):
        raw(talk, "append", said, cry.stream.access, talk.org.member, tail=cry.envelope)


# Append


def test_envelopes_follow_one_another_in_a_chain(talk: Talk, box: bytes, clock: HandClock) -> None:
    cry = Cry(1)
    head, _ = talk.contact(cry, box)
    chain = head.hash
    for n in range(2, 6):
        clock.move(1)
        envelope = cry.draw(4_096)
        after = talk.append(cry, envelope, head)
        chain = chain_next(chain, envelope_digest(envelope), DAY + n - 1, 0)
        assert (after.n, after.hash, after.day, after.closing) == (n, chain, DAY + n - 1, 0)
        head = after
    [(newest, entries)] = talk.read((cry, 0))
    assert newest == head
    assert [entry.day for entry in entries] == [DAY, DAY + 1, DAY + 2, DAY + 3, DAY + 4]


def test_the_same_digest_gets_the_same_receipt_also_when_closed_full_or_old(
    talk: Talk, box: bytes, clock: HandClock
) -> None:
    cry, second, last = Cry(1), Cry(2).envelope, Cry(3).envelope
    first, _ = talk.contact(cry, box)
    head = talk.append(cry, second, first)
    closed = talk.append(cry, last, head, closing=True, by=talk.as_member)
    assert closed.closing == 1
    for _ in range(3):
        assert talk.append(cry, cry.envelope) == first
        assert talk.append(cry, second, first) == head, "whatever head it names"
        assert talk.append(cry, last, head, closing=True, by=talk.as_member) == closed
        with refused("closed"):
            talk.append(cry, cry.draw(4_096), closed)
        clock.move(1)
    clock.move(30)
    assert talk.append(cry, second, first) == head, "also when the clock has jumped"


def test_stale_when_a_named_head_is_not_the_newest(talk: Talk, box: bytes) -> None:
    cry = Cry(1)
    first, _ = talk.contact(cry, box)
    talk.append(cry, cry.draw(4_096), first)
    with refused("stale"):
        talk.append(cry, cry.draw(4_096), first)
    with refused("stale"):
        talk.append(cry, cry.draw(4_096), first, closing=True, by=talk.as_member)
    talk.append(cry, cry.draw(4_096))


def test_closed_comes_before_stale_and_stale_before_full(talk: Talk, box: bytes) -> None:
    cry = Cry(1)
    first, _ = talk.contact(cry, box)
    head = first
    for _ in range(255):
        head = talk.append(cry, cry.draw(4_096), head)
    with refused("stale"):
        talk.append(cry, cry.draw(4_096), first)
    with refused("full"):
        talk.append(cry, cry.draw(4_096), head)
    assert talk.append(cry, cry.draw(4_096), head, closing=True, by=talk.as_member).n == 257
    with refused("closed"):
        talk.append(cry, cry.draw(4_096), first)


def test_bodies_of_a_contact_or_thread_have_4_mib_over_all_days(talk: Talk, box: bytes, clock: HandClock) -> None:
    cry, thread, file = Cry(1), Cry(2, THREAD), Cry(3, FILE)
    talk.contact(cry, box)
    talk.birth(thread)
    talk.birth(file)
    for one in (cry, thread):
        for _ in range(15):
            talk.append(one, one.draw(262_144))
    clock.move(1)
    for one in (cry, thread):
        with refused("full"):
            talk.append(one, one.draw(262_144))
        talk.append(one, one.draw(65_536))
    for _ in range(17):
        talk.append(file, file.draw(262_144), by=talk.as_member)


def test_who_may_append_and_close(talk: Talk, box: bytes) -> None:
    cry, thread, file = Cry(1), Cry(2, THREAD), Cry(3, FILE)
    with refused("stream-unknown"):
        talk.append(cry, cry.draw(4_096))
    with refused("stream-unknown"):
        talk.append(cry, cry.draw(4_096), by=q.Entitlement(2, cry.erase))
    talk.contact(cry, box)
    talk.birth(thread)
    talk.birth(file)
    with refused("not-member"):
        talk.append(file, file.draw(4_096))
    with refused("not-member"):
        talk.append(file, file.draw(4_096), by=q.Entitlement(2, file.erase))
    for one in (cry, thread):
        with refused("not-member"):
            talk.append(one, one.draw(4_096), closing=True)
        with refused("not-member"):
            talk.append(one, one.draw(4_096), closing=True, by=q.Entitlement(1, SigningKey(bytes(32))))
        with refused("signature-wrong"):
            talk.append(one, one.draw(4_096), closing=True, by=q.Entitlement(2, SigningKey(bytes(32))))
        assert talk.append(one, one.draw(4_096), closing=True, by=q.Entitlement(2, one.erase)).closing == 1
    assert talk.append(file, file.draw(4_096), closing=True, by=talk.as_member).closing == 1


def test_an_append_is_signed_by_the_stream_s_own_key(talk: Talk, box: bytes) -> None:
    cry = Cry(1)
    talk.contact(cry, box)
    body = talk.append_body(cry, cry.draw(4_096))
    said = body[: -4_096 - 64]
    with refused("signature-wrong"):
        talk.ask("append", said + SigningKey(bytes(32)).sign(said) + body[-4_096:])
    with refused("id-wrong"):
        talk.ask("append", body[:-4_096] + Cry(2).envelope)


# Read


def test_reading_begins_after_a_number_and_tells_the_newest_head(talk: Talk, box: bytes, clock: HandClock) -> None:
    cry, nobody = Cry(1), Cry(2)
    head, _ = talk.contact(cry, box)
    bodies = [cry.envelope]
    for _ in range(4):
        bodies.append(cry.draw(4_096))
        head = talk.append(cry, bodies[-1])
        clock.move(1)
    for after in range(7):
        [(newest, entries), (none, nothing)] = talk.read((cry, after), (nobody, after))
        assert newest == head
        assert [entry.envelope for entry in entries] == bodies[after:]
        assert (none.n, none.day, none.closing, none.hash) == (0, 0, 0, chain_start(nobody.stream.id))
        assert nothing == []


def test_a_file_is_read_by_members_only(talk: Talk) -> None:
    for cry in (Cry(1, FILE), Cry(2, ROSTER)):
        talk.birth(cry)
        with refused("not-member"):
            talk.read((cry, 0), member=False)
        assert talk.read((cry, 0))[0][1][0].envelope == cry.envelope
    talk.org.member = SigningKey(bytes(32))
    with refused("not-member"):
        talk.read((Cry(1, FILE), 0))


def test_every_stream_read_is_signed_for(talk: Talk, box: bytes) -> None:
    cry, other = Cry(1), Cry(2)
    talk.contact(cry, box)
    talk.contact(other, box)
    talk.read((cry, 0), (other, 0))
    body = q.ask_read(talk.org.space, talk.challenge, [(cry.stream, 0), (other.stream, 0)], None)
    with refused("signature-wrong"):
        talk.ask("read", body[:-64] + body[-128:-64])


def test_an_answer_to_a_door_is_padded_also_when_it_is_empty(talk: Talk, box: bytes) -> None:
    cry = Cry(1)
    talk.read((cry, 0))

    def answer() -> tuple[int, bytes]:
        return talk.line("read", q.ask_read(talk.org.space, talk.challenge, [(cry.stream, 0)], None))

    status, content = answer()
    assert (status, len(content)) == (200, 16_384)
    talk.contact(cry, box)
    assert len(answer()[1]) == 16_384
    for _ in range(3):
        talk.append(cry, cry.draw(4_096))
    assert len(answer()[1]) == 32_768
    assert len(talk.read((cry, 0), member=False)[0][1]) == 4


def test_an_answer_holds_4_mib_of_envelopes_and_at_least_one(talk: Talk) -> None:
    file, other = Cry(1, FILE, 262_144), Cry(2, FILE, 262_144)
    head = talk.birth(file)
    talk.birth(other)
    for _ in range(19):
        head = talk.append(file, file.draw(262_144), by=talk.as_member)
    [(newest, entries), (_, others)] = talk.read((file, 0), (other, 0))
    assert (newest, len(entries), len(others)) == (head, 16, 0)
    [(newest, rest), (_, others)] = talk.read((file, 16), (other, 0))
    assert (newest, len(rest), len(others)) == (head, 4, 1)


def test_an_answer_to_a_door_holds_256_kib_of_envelopes_and_the_next_goes_on(talk: Talk, box: bytes) -> None:
    cry = Cry(1, size=16_384)
    head, _ = talk.contact(cry, box)
    for _ in range(40):
        head = talk.append(cry, cry.draw(16_384))
    head, found, sizes = talk.append(cry, cry.draw(262_144)), 0, []
    while found < head.n:
        said = talk.ask("read", q.ask_read(talk.org.space, talk.challenge, [(cry.stream, found)], None))
        [(newest, entries)] = q.read_read_answer(said, talk.org.space, [cry.stream.id], talk.relay)
        assert newest == head
        found += len(entries)
        sizes.append((len(entries), len(said) + 32))
    assert sizes == [(16, 524_288), (16, 524_288), (9, 262_144), (1, 524_288)]


# Challenges


def test_a_challenge_serves_for_ten_minutes_of_this_run(data: Path, clock: HandClock) -> None:
    with founded(data, clock) as (_, talk):
        talk.manifest()
        challenge = talk.challenge
        clock.hands["steady"] += 600
        talk.ask("feed", q.ask_feed(talk.org.space, challenge, DAY, b"", 0, talk.org.member))
        clock.hands["steady"] += 1
        with refused("challenge-old"):
            talk.ask("feed", q.ask_feed(talk.org.space, challenge, DAY, b"", 0, talk.org.member))
        fresh = talk.challenge
        talk.ask("feed", q.ask_feed(talk.org.space, fresh, DAY, b"", 0, talk.org.member))
    with relay_here(data, clock, seed=1) as here:
        talk.line = here.line
        with refused("challenge-old"):
            talk.ask("feed", q.ask_feed(talk.org.space, fresh, DAY, b"", 0, talk.org.member))


def test_the_challenge_comes_before_the_signatures_and_the_space_before_it(talk: Talk) -> None:
    stranger = SigningKey(bytes(32))
    with refused("challenge-old"):
        talk.ask("feed", q.ask_feed(talk.org.space, bytes(32), DAY, b"", 0, stranger))
    with refused("space-unknown"):
        talk.ask("feed", q.ask_feed(bytes(32), bytes(32), DAY, b"", 0, stranger))
    with refused("length-wrong"):
        talk.ask("feed", q.ask_feed(bytes(32), bytes(31), DAY, b"", 0, stranger))
    with refused("not-member"):
        talk.signed("feed", lambda challenge: q.ask_feed(talk.org.space, challenge, DAY + 9, b"", 0, stranger))
    with refused("signature-wrong"):
        talk.signed("feed", lambda challenge: q.ask_arrivals(talk.org.space, challenge, DAY, b"", 0, stranger))
    for cry in (Cry(1), Cry(2, THREAD)):
        with refused("challenge-old"):
            talk.ask("read", q.ask_read(talk.org.space, bytes(32), [(cry.stream, 0)], stranger))
    with refused("challenge-old"):
        talk.ask("collect", q.ask_collect(talk.org.space, bytes(32), stranger, []))


# Letters


def test_a_letter_waits_at_its_address_until_it_is_acknowledged(talk: Talk, clock: HandClock) -> None:
    collect, letters = SigningKey(b"c" * 32), [Cry(n).letter for n in range(5)]
    for letter in letters:
        talk.post(address(collect), letter)
        talk.post(address(collect), letter)
    more, found = talk.collect(collect)
    assert not more
    assert list(found) == sorted(letters, key=letter_digest)
    assert talk.collect(SigningKey(bytes(32))) == (False, ())
    assert len(talk.collect(collect, letter_digest(letters[0]))[1]) == 4
    clock.move(1)
    assert len(talk.collect(collect)[1]) == 4
    assert len(talk.collect(collect, letter_digest(letters[1]), bytes(32))[1]) == 3
    assert len(talk.collect(collect, letter_digest(letters[1]))[1]) == 3
    clock.move(1)
    assert len(talk.collect(collect)[1]) == 3
    talk.post(address(collect), letters[2])
    assert len(talk.collect(collect)[1]) == 3


def test_256_letters_at_a_time(talk: Talk) -> None:
    collect, draw = SigningKey(b"c" * 32), seeded("letters")
    letters = sorted((draw(2_160) for _ in range(300)), key=letter_digest)
    for letter in letters:
        talk.post(address(collect), letter)
    assert talk.collect(collect) == (True, tuple(letters[:256]))
    acknowledged = [letter_digest(letter) for letter in letters[:256]]
    assert talk.collect(collect, *acknowledged) == (False, tuple(letters[256:]))


def test_no_more_is_acknowledged_than_one_answer_brings(talk: Talk) -> None:
    collect = SigningKey(b"c" * 32)
    talk.post(address(collect), Cry(1).letter)
    known = letter_digest(Cry(1).letter)
    with refused("length-wrong"):
        talk.collect(collect, *[bytes(32)] * 256, known)
    assert talk.collect(collect, *[bytes(32)] * 255, known) == (False, ())


def test_letters_are_posted_by_members_and_collected_by_their_reader(talk: Talk) -> None:
    collect = SigningKey(b"c" * 32)
    body = q.post(talk.org.space, address(collect), Cry(1).letter, SigningKey(bytes(32)))
    with refused("not-member"):
        talk.ask("post", body)
    talk.collect(collect)
    stolen = frame("collect", talk.org.space, talk.challenge, collect.public, b"")
    with refused("signature-wrong"):
        raw(talk, "collect", stolen, talk.org.member)


# Feed, book, arrivals


def test_today_in_order_yesterday_as_a_book(talk: Talk, box: bytes, clock: HandClock) -> None:
    cry, thread, collect = Cry(1), Cry(2, THREAD), SigningKey(b"c" * 32)
    talk.contact(cry, box)
    talk.birth(thread)
    head = talk.append(cry, cry.draw(4_096))
    talk.post(address(collect), cry.letter)
    first = talk.feed(DAY)
    of_cry, of_thread = tag(cry.stream.access.public, DAY), tag(thread.stream.access.public, DAY)
    of_letter = digest("box tag", address(collect), DAY.to_bytes(4, "big"))[:16]
    assert first.items == (of_cry, of_thread, of_cry, of_letter)
    assert (first.day, first.more) == (DAY, False)
    assert talk.feed(DAY, first.cursor).items == ()
    head = talk.append(thread, thread.draw(4_096))
    assert talk.feed(DAY, first.cursor).items == (of_thread,)
    assert talk.feed(DAY, b"another run!").items == (*first.items, of_thread)
    clock.move(2)
    assert talk.feed(DAY + 2).items == ()
    book = talk.book(DAY)
    assert list(book) == sorted(book)
    assert len(book) == 3
    assert of_letter + bytes(16) in book
    assert of_thread + head_tag(thread.stream.access.public, DAY, head.n, head.hash) in book
    assert talk.book(DAY + 1) == ()
    assert talk.book(DAY - 100) == ()
    with refused("day-wrong"):
        talk.feed(DAY + 3)
    with refused("day-wrong"):
        talk.arrivals(DAY + 3)


def test_a_cursor_has_one_of_the_lengths_that_a_relay_gives(talk: Talk) -> None:
    for size in (0, 12, 16, 44):
        assert talk.feed(DAY, bytes(size)).items == talk.arrivals(DAY, bytes(size))[0].items == ()
    for size in (1, 13, 45, 290_000):
        with refused("length-wrong"):
            talk.feed(DAY, bytes(size))
        with refused("length-wrong"):
            talk.arrivals(DAY, bytes(size))


def test_a_cursor_of_a_day_that_has_closed_means_the_start_of_its_book(
    talk: Talk, box: bytes, clock: HandClock
) -> None:
    for n in range(5):
        talk.contact(Cry(n), box)
    live, arrived = talk.feed(DAY).cursor, talk.arrivals(DAY)[0].cursor
    clock.move(1)
    assert len(talk.feed(DAY, live).items) == 5
    assert len(talk.arrivals(DAY, arrived)[1]) == 5
    page = talk.feed(DAY)
    assert talk.feed(DAY, page.cursor).items == ()
    assert talk.feed(DAY + 1, page.cursor).items == ()
    talk.contact(Cry(9), box)
    assert len(talk.feed(DAY + 1, page.cursor).items) == 1
    assert len(talk.feed(DAY + 1, live).items) == 1


def test_arrivals_are_open_contacts_in_order_then_by_id(talk: Talk, box: bytes, clock: HandClock) -> None:
    cries = [Cry(n) for n in range(1_100)]
    for cry in cries:
        talk.contact(cry, box)
    talk.birth(Cry("thread", THREAD))
    page, first = talk.arrivals(DAY)
    assert (len(first), page.more) == (1_000, True)
    page, rest = talk.arrivals(DAY, page.cursor)
    assert (len(rest), page.more) == (100, False)
    assert [one.contact for one in first + rest] == [cry.stream.id for cry in cries]
    assert first[3] == q.Arrival(cries[3].stream.id, box, cries[3].letter)
    for cry in cries[:300]:
        talk.append(cry, cry.draw(4_096), closing=True, by=talk.as_member)
    assert [one.contact for one in talk.arrivals(DAY)[1]] == [cry.stream.id for cry in cries[300:1_000]]
    clock.move(1)
    talk.append(cries[300], cries[300].draw(4_096), closing=True, by=talk.as_member)
    found: list[q.Arrival] = []
    cursor, more = b"", True
    while more:
        page, some = talk.arrivals(DAY, cursor)
        found, cursor, more = found + some, page.cursor, page.more
    assert [one.contact for one in found] == sorted(cry.stream.id for cry in cries[301:])
    assert talk.arrivals(DAY + 1)[1] == []


# Two spaces on one relay know nothing of one another


def test_spaces_are_apart(data: Path, clock: HandClock) -> None:
    with founded(data, clock) as (here, talk):
        other = Talk(here.line, Organisation("other"))
        other.found(init_relay(data, seeded("second"), DAY))
        other.publish(DAY, 1)
        cry = Cry(1)
        talk.contact(cry, talk.org.box_of(DAY))
        assert other.feed(DAY).items == ()
        assert other.arrivals(DAY)[1] == []
        assert other.read((cry, 0))[0][0].n == 0
        with refused("stream-unknown"):
            other.append(cry, cry.draw(4_096))
        with refused("key-gone"):
            other.contact(cry, talk.org.box_of(DAY))
        other.contact(cry, other.org.box_of(DAY))
        assert talk.append(cry, cry.draw(4_096)).n == 2
        assert other.append(cry, cry.draw(4_096)).n == 2
        clock.move(1)
        assert len(other.book(DAY)) == len(talk.book(DAY)) == 1


# Routes that are none


def test_what_is_no_route_is_refused_as_a_relay_refuses(pair: tuple[Here, Talk]) -> None:
    here, talk = pair
    for route in ("nothing", "", "contact/", "tend", "chunk", "contact/1"):
        status, content = here.line(route, b"")
        assert (status, content[32:]) == (404, b"route-unknown")
    ours = (b"content-type", q.CONTENT_TYPE.encode())
    for method in ("GET", "PUT", "HEAD", "OPTIONS"):
        assert here.ask_by(method, "contact", ours)[1][32:] == b"route-unknown"
    assert here.ask_by("POST", "contact", ours)[1][32:] == b"frame-broken"
    with refused("kind-unknown"):
        talk.ask("contact", q.ask_manifest(talk.org.space, bytes(16)))
    with refused("kind-unknown"):
        talk.ask("manifest", frame("tend"))
    with refused("frame-broken"):
        talk.ask("manifest", b"GET / HTTP/1.1")
    with refused("frame-broken"):
        talk.ask("manifest", q.ask_manifest(talk.org.space, bytes(16)) + b"\0")


def test_what_a_page_elsewhere_can_make_a_browser_send_is_no_request(pair: tuple[Here, Talk]) -> None:
    """Without asking first a page may send three types, or none."""
    here, _ = pair
    for kind in (b"text/plain", b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=x", b""):
        status, content = here.ask_by("POST", "manifest", (b"content-type", kind))
        assert (status, content[32:]) == (404, b"route-unknown")
    assert here.ask_by("POST", "manifest")[1][32:] == b"route-unknown"


# The clock


def test_a_clock_that_jumps_stops_what_is_written_until_it_is_confirmed(
    data: Path, clock: HandClock, pair: tuple[Here, Talk]
) -> None:
    here, talk = pair
    box, cry, collect = talk.org.box_of(DAY), Cry(1), SigningKey(b"c" * 32)
    head, _ = talk.contact(cry, box)
    talk.post(address(collect), cry.letter)
    clock.move(3)
    with refused("clock"):
        talk.contact(Cry(2), box)
    with refused("key-gone"):
        talk.contact(Cry(2), bytes(32))
    with refused("clock"):
        talk.append(cry, cry.draw(4_096), head)
    with refused("clock"):
        talk.birth(Cry(3, THREAD))
    with refused("clock"):
        talk.reseal(cry, box, Cry(4).letter)
    with refused("clock"):
        talk.post(address(collect), Cry(5).letter)
    with refused("clock"):
        talk.publish(DAY, 2)
    assert talk.read((cry, 0))[0][0] == head
    assert talk.manifest().day == DAY
    assert len(talk.feed(DAY).items) == 2
    assert len(talk.collect(collect)[1]) == 1
    assert "relay: the clock jumped; writes wait for the operator (safeconduct relay confirm)" in here.said
    confirm_day(data, DAY + 30)  # the operator has not looked at this clock
    with refused("clock"):
        talk.append(cry, cry.draw(4_096), head)
    confirm_day(data, DAY + 3)
    assert talk.append(cry, cry.draw(4_096), head).day == DAY + 3
    assert "relay: the day was confirmed" in here.said
    assert len(talk.book(DAY)) == 2


def test_a_day_never_falls(talk: Talk, box: bytes, clock: HandClock, data: Path) -> None:
    cry = Cry(1)
    head, _ = talk.contact(cry, box)
    for _ in range(2):
        clock.move(-1)
        head = talk.append(cry, cry.draw(4_096), head)
        assert head.day == DAY
    clock.move(-1)
    with refused("clock"):
        talk.append(cry, cry.draw(4_096), head)
    confirm_day(data, DAY - 3)
    for _ in range(3):  # a clock that was confirmed is followed until it has come to the relay's day
        head = talk.append(cry, cry.draw(4_096), head)
        assert head.day == DAY
        clock.move(1)
    clock.move(1)
    assert talk.append(cry, cry.draw(4_096), head).day == DAY + 1


def test_a_confirmation_serves_once(talk: Talk, clock: HandClock, data: Path) -> None:
    clock.move(3)
    confirm_day(data, DAY + 3)
    for _ in range(10):
        talk.birth(Cry(clock.day(), THREAD))
        clock.move(1)
    clock.move(-10)
    with refused("clock"):
        talk.birth(Cry("late", THREAD))


def test_a_relay_that_was_off_for_long_waits_for_its_operator(data: Path, clock: HandClock) -> None:
    with founded(data, clock) as (_, talk):
        head, _ = talk.contact(Cry(1), talk.org.box_of(DAY))
    clock.move(40)
    with relay_here(data, clock) as here:
        talk.line = here.line
        cry = Cry(1)
        with refused("clock"):
            talk.append(cry, cry.draw(4_096), head)
    confirm_day(data, clock.day())
    with relay_here(data, clock) as here:
        talk.line = here.line
        assert talk.append(cry, cry.draw(4_096), head).day == DAY + 40
