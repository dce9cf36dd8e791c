"""Whatever is sent: an answer or a refusal with a code, and nothing changed. And a read changes no byte of any file."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay.client import DAY, Cry, HandClock, Here, Talk, address, founded, seeded
from relay.conftest import MEMORY
from safeconduct.errors import Refused, leaves
from safeconduct.relay.form import ROUTES, read_request
from safeconduct.sealed import request as q
from safeconduct.sealed.signing import SigningKey, frame
from safeconduct.sealed.stream import FILE, THREAD

CODES = leaves()
INTEGERS = st.integers(0, 2**32 - 1).map(lambda value: value.to_bytes(4, "big"))
FIELDS = st.binary(max_size=40) | st.binary(min_size=32, max_size=32) | st.binary(min_size=16, max_size=16) | INTEGERS
COLLECT = SigningKey(b"c" * 32)


@dataclass
class House:
    """A relay with something of everything in it, on its second day."""

    data: Path
    here: Here
    talk: Talk
    contact: Cry
    thread: Cry
    file: Cry

    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.data.iterdir()}

    def requests(self) -> dict[str, tuple[str, bytes]]:
        """One good request of every label; those that write, write what is there already or may not be taken."""
        talk, space = self.talk, self.talk.org.space
        talk.manifest()
        challenge, letter = talk.challenge, Cry("letter").letter
        strange, manifest = Cry("strange"), talk.org.manifest(DAY, 1, talk.relay)
        return {
            "manifest": ("manifest", q.ask_manifest(space, bytes(16))),
            "space": ("space", q.create_space(bytes(16), SigningKey(bytes(32)), talk.org.keys)),
            "keys": ("space", q.set_keys(space, talk.org.keys, talk.org.keeper)),
            "publish": ("space", q.publish(space, manifest, talk.org.box_keys(DAY), talk.org.form, talk.org.keeper)),
            "contact": ("contact", talk.contact_body(strange, bytes(32))),
            "reseal": ("contact", q.reseal(space, self.contact.stream, bytes(32), letter)),
            "append": ("append", talk.append_body(self.contact, self.contact.envelope)),
            "birth": ("append", talk.birth_body(self.file)),
            "read": ("read", q.ask_read(space, challenge, [(self.contact.stream, 0), (self.thread.stream, 1)], None)),
            "feed": ("feed", q.ask_feed(space, challenge, DAY, b"", 0, talk.org.member)),
            "arrivals": ("feed", q.ask_arrivals(space, challenge, DAY, b"", 0, talk.org.intake)),
            "post": ("post", q.post(space, address(COLLECT), self.contact.letter, talk.org.member)),
            "collect": ("collect", q.ask_collect(space, challenge, COLLECT, [bytes(32)])),
        }


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    clock, where = HandClock(), tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)
    with where as folder, founded(Path(folder) / "relay", clock) as (here, talk):
        contact, thread, file = Cry("contact"), Cry("thread", THREAD), Cry("file", FILE)
        talk.contact(contact, talk.org.box_of(DAY))
        talk.birth(file)
        talk.post(address(COLLECT), contact.letter)
        clock.move(1)
        talk.birth(thread)
        talk.append(contact, contact.draw(4_096))
        house = House(Path(folder) / "relay", here, talk, contact, thread, file)
        # Names alone: a file that is being put away may be gone before it is read.
        while len(list(house.data.iterdir())) > 4:
            talk.manifest()
        yield house


def ask(house: House, route: str, body: bytes) -> str:
    """The code of the refusal or nothing; fails if a file has changed, or if it was no relay's answer."""
    before = house.files()
    status, content = house.here.line(route, body)
    assert house.files() == before
    if status == 200:
        assert content[32:].startswith(b"safeconduct/1/")
        return ""
    code = content[32:].decode("ascii")
    refusal = CODES[code]
    assert status == (refusal.status if issubclass(refusal, Refused) else 400)
    assert code not in {"broken", "busy", "disk-full", "clock"}
    return code


def test_the_good_requests_are_good(house: House) -> None:
    """Otherwise mutating them would prove little."""
    answers = {label: ask(house, *request) for label, request in house.requests().items()}
    assert set(answers) == {label for labels in ROUTES.values() for label in labels}
    refused = {label: code for label, code in answers.items() if code}
    assert refused == {"space": "code-wrong", "contact": "key-gone", "reseal": "key-gone"}


@pytest.mark.parametrize("route", ROUTES)
@given(body=st.binary(max_size=6_000))
def test_random_bytes(house: House, route: str, body: bytes) -> None:
    assert ask(house, route, body)


@pytest.mark.parametrize("label", [label for labels in ROUTES.values() for label in labels])
@given(data=st.data())
def test_a_request_with_a_wound(house: House, label: str, data: st.DataObject) -> None:
    """One byte changed, cut, doubled or put in, anywhere: never taken, never a crash."""
    route, body = house.requests()[label]
    at = data.draw(st.integers(0, len(body) - 1) | st.integers(0, min(400, len(body) - 1)), "at")
    size = data.draw(st.integers(1, 70), "size")
    match data.draw(st.sampled_from(["flip", "cut", "end", "double", "insert", "swap"]), "kind"):
        case "flip":
            wounded = body[:at] + bytes([body[at] ^ data.draw(st.integers(1, 255))]) + body[at + 1 :]
        case "cut":
            wounded = body[:at] + body[at + size :]
        case "end":
            wounded = body[:at]
        case "double":
            wounded = body[: at + size] + body[at:]
        case "insert":
            wounded = body[:at] + data.draw(st.binary(min_size=1, max_size=70)) + body[at:]
        case _:
            wounded = body[at:] + body[:at]
    if wounded != body:
        # A contact certifies itself: a wounded one is another one, and its box is gone.
        assert ask(house, route, wounded) or label in {"manifest", "feed"}


@pytest.mark.parametrize("label", [label for labels in ROUTES.values() for label in labels])
@given(data=st.data())
def test_random_fields_under_good_signatures(house: House, label: str, data: st.DataObject) -> None:
    """Form is judged before anything else, and whoever may sign may still not say anything."""
    route, body = house.requests()[label]
    good = read_request(route, body)
    fields, at = [], body.index(b"\0") + 1
    while at < len(good.said):
        end = at + 4 + int.from_bytes(good.said[at : at + 4], "big")
        fields.append(good.said[at + 4 : end])
        at = end
    for n in data.draw(st.lists(st.integers(0, len(fields) - 1), min_size=1, max_size=3), "which"):
        fields[n] = data.draw(FIELDS, "field")
    said, org = frame(label, *fields), house.talk.org
    signers = {
        "space": [SigningKey(bytes(32))],
        "keys": [org.member],  # the keeper may set any keys
        "publish": [org.keeper],
        "reseal": [house.contact.stream.access],
        "append": [house.contact.stream.access, org.member],
        "birth": [house.file.stream.access, org.member],
        "read": [house.contact.stream.access, house.thread.stream.access, org.member],
        "feed": [org.member],
        "arrivals": [org.intake],
        "post": [org.keeper],  # a member may post to any address
        "collect": [COLLECT],
    }.get(label, [])
    count = len(good.signed) if data.draw(st.booleans(), "as many") else len(signers)
    signatures = b"".join(key.sign(said) for key in signers[:count])
    tail = body[len(good.said) + 64 * len(good.signed) :]
    ask(house, route, said + signatures + tail)


def test_reading_changes_no_byte(house: House) -> None:
    """Everything that only asks, and every repeat, today and past: not even the write-ahead log."""
    talk = house.talk
    before = house.files()
    assert set(before) == {"space.db", "past.db", f"today-{DAY + 1}.db", f"today-{DAY + 1}.db-wal"}
    for member in (True, False):
        talk.read((house.contact, 0), (house.thread, 0), member=member)
    talk.read((house.file, 0), (Cry("nobody"), 7))
    for day in (DAY, DAY + 1):
        talk.feed(day)
        talk.arrivals(day)
    assert talk.collect(COLLECT)[1]
    assert talk.collect(COLLECT, bytes(32))[1]
    talk.manifest()
    talk.contact(house.contact, bytes(32))
    talk.birth(house.file)
    talk.birth(house.thread)
    talk.append(house.contact, house.contact.envelope)
    talk.post(address(COLLECT), house.contact.letter)
    assert house.files() == before
    head = talk.append(house.contact, seeded("one more")(4_096))
    assert head.n == 3
    assert house.files() != before
