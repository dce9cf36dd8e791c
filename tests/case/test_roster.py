"""The roster: linear, and only what is entitled counts."""

import pytest

from safeconduct.case.case import Written
from safeconduct.case.event import Boxed, Founded, Joined, Keyed
from safeconduct.case.roster import Roster, fold_roster
from safeconduct.errors import BirthWrong, WriterWrong
from safeconduct.sealed.access import space_id
from safeconduct.sealed.event import Event, Said, write_payload
from safeconduct.sealed.wire import BoxKey, Octets32

ROOT, VERA, ANTON, LENA = (Octets32(bytes([i]) * 32) for i in range(1, 5))
BOX, NEW_BOX = BoxKey(bytes(1_216)), BoxKey(bytes([1]) * 1_216)


def founded(space: bytes | None = None) -> Founded:
    named = Octets32(space or space_id(ROOT))
    return Founded(named, "Берег", VERA, BOX, VERA, "Вера", ("coordinator", "intake"), VERA)


def joined(desk: Octets32, *duties: str) -> Joined:
    return Joined(desk, BOX, desk, "Имя", duties)


def keyed(serial: int = 1) -> Keyed:
    return Keyed(serial, VERA, VERA, VERA, (), ())


def roster(*events: tuple[bytes, Event], seen: int | None = None) -> list[Written]:
    """Each event after the head before it; `seen` makes the last one name another."""
    written: list[Written] = []
    for n, (writer, event) in enumerate(events, 1):
        named = n - 1 if seen is None or n < len(events) else seen
        head = None if n == 1 else named.to_bytes(4, "big") + bytes([named]) * 32 + bytes(72)
        written.append(Written(b"r", n, bytes([n]) * 32, 10 + n, 0, writer, write_payload(bytes(8), n, head, event)))
    return written


def folded(*events: tuple[bytes, Event], seen: int | None = None) -> Roster:
    return fold_roster(roster((ROOT, founded()), *events, seen=seen), ROOT)


def test_founded_joined_boxed_keyed() -> None:
    found = folded((VERA, joined(ANTON, "intake", "caseworker")), (ANTON, Boxed(NEW_BOX, LENA)), (VERA, keyed()))
    assert [(seat.member, seat.duties, seat.since) for seat in found.seats] == [
        ("Вера", ("coordinator", "intake"), 11),
        ("Имя", ("intake", "caseworker"), 12),
    ]
    anton = found.seat(ANTON)
    assert anton
    assert (anton.box, anton.collect, anton.boxed) == (NEW_BOX, LENA, 13)
    assert found.keyed == keyed()
    assert found.refused == ()
    assert found.alone


@pytest.mark.parametrize(
    ("writer", "event"),
    [
        (ANTON, joined(LENA, "caseworker")),
        (ANTON, keyed(2)),
        (LENA, Boxed(NEW_BOX, LENA)),
        (VERA, joined(ANTON, "coordinator")),
        (VERA, joined(LENA)),
        (VERA, keyed(0)),
        (VERA, founded()),
        (VERA, Said("Слова.")),
    ],
)
def test_what_is_not_entitled_does_not_count(writer: bytes, event: Event) -> None:
    start = ((VERA, joined(ANTON, "caseworker")), (VERA, keyed(1)))
    assert folded(*start, (writer, event)).seats == folded(*start).seats
    assert folded(*start, (writer, event)).keyed == keyed(1)
    assert folded(*start, (writer, event)).refused == (4,)


def test_an_event_that_names_another_head_does_not_count() -> None:
    assert folded((VERA, joined(ANTON, "caseworker")), (VERA, joined(LENA, "caseworker")), seen=1).refused == (3,)


@pytest.mark.parametrize("fault", ["empty", "another writer", "another space", "another kind"])
def test_a_roster_that_was_not_founded_by_the_root(fault: str) -> None:
    first: dict[str, list[Written]] = {
        "empty": [],
        "another writer": roster((VERA, founded())),
        "another space": roster((ROOT, founded(bytes(32)))),
        "another kind": roster((ROOT, keyed())),
    }
    with pytest.raises(BirthWrong):
        fold_roster(first[fault], ROOT)


@pytest.mark.parametrize(
    ("purpose", "allowed"),
    [
        ("join", {VERA}),
        ("roster", {VERA}),
        ("voice", {VERA}),
        ("box", {VERA}),
        ("intake", {VERA}),
        ("member", {VERA}),
        ("keeper", {VERA}),
        ("contact", {VERA, ANTON}),
        ("file", {VERA, ANTON, LENA}),
    ],
)
def test_who_may_send_what(purpose: str, allowed: set[bytes]) -> None:
    found = folded((VERA, joined(ANTON, "intake")), (VERA, joined(LENA, "caseworker")))
    may = set()
    for sender in (VERA, ANTON, LENA, ROOT):
        try:
            found.check_sender(sender, purpose, 20)
        except WriterWrong:
            continue
        may.add(sender)
    assert may == allowed
    with pytest.raises(WriterWrong):
        found.check_sender(ANTON, purpose, 11)  # the day before he joined
