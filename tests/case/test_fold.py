"""Folding: the same case whatever the order of arrival; what has no standing does not count."""

import itertools
import random as chance

import pytest

from safeconduct.case.case import Written
from safeconduct.case.event import Granted, Noted, Opened, Restored, Sent, SetAside, Triaged
from safeconduct.case.fold import Papers, closing_of, fold, fold_intake
from safeconduct.case.queue import place, why
from safeconduct.case.roster import Roster, Seat
from safeconduct.errors import BirthWrong
from safeconduct.sealed.event import Asked, Began, Continue, Event, Said, write_payload
from safeconduct.sealed.signing import digest
from safeconduct.sealed.wire import BoxKey, Lane, Octets32

SEEKER, VOICE, VERA, ANTON, LENA, STRANGER = (bytes([i]) * 32 for i in range(1, 7))
CONTACT, THREAD, FILE, SECRET = (bytes([i]) * 32 for i in range(11, 15))
LANE = bytes(8)


def seat(desk: bytes, name: str, *duties: str) -> Seat:
    return Seat(desk, name, duties, 10, b"", b"", 10)


ROSTER = Roster(
    "Тихий берег",
    (
        seat(VERA, "Вера", "coordinator", "intake", "caseworker"),
        seat(ANTON, "Антон", "intake", "caseworker"),
        seat(LENA, "Лена", "caseworker"),
    ),
    None,
)


def speaks(key: bytes, day: int) -> bool:
    return key == VOICE and day < 100


def stream(name: bytes, *events: tuple[bytes, int, int, Event], closed: bool = False) -> list[Written]:
    """(writer, day, k, event), one after another."""
    return [
        Written(
            name, n, bytes([n]) * 32, day, int(closed and n == len(events)), writer, write_payload(LANE, k, None, event)
        )
        for n, (writer, day, k, event) in enumerate(events, 1)
    ]


def asked(urgency: str = "none") -> Asked:
    return Asked(BoxKey(bytes(1_216)), Octets32(bytes(32)), "GE", urgency, "ru", "Помогите.", None)


def opened() -> Opened:
    pair = (Octets32(bytes(32)), Octets32(SEEKER))
    return Opened("case", pair, Octets32(bytes(32)), None, Octets32(bytes(32)))


def sent(k: int, text: str) -> Sent:
    return Sent(Octets32(THREAD), Lane(LANE), k, Octets32(digest("words", text.encode())))


def closing(n: int) -> Continue:
    to_file = Octets32(digest("file", SECRET))
    return Continue(n, Octets32(bytes([n]) * 32), Octets32(bytes(32)), to_file, None, None, ())


BEGAN = Began(Octets32(CONTACT), Octets32(bytes(32)), Octets32(SEEKER), Octets32(bytes(32)))


def papers() -> Papers:
    contact = stream(CONTACT, (SEEKER, 20, 0, asked("unit")), (VOICE, 21, 0, closing(1)), closed=True)
    file = stream(
        FILE,
        (ANTON, 21, 0, opened()),
        (ANTON, 21, 1, Noted("Сразу.", None)),
        (ANTON, 21, 2, sent(1, "Здравствуйте.")),
        (ANTON, 22, 3, Granted(Octets32(LENA))),
        (LENA, 23, 0, Noted("Позвонила.", None)),
        (LENA, 23, 1, Triaged("held", "Задержан.")),
    )
    thread = stream(
        THREAD,
        (VOICE, 21, 0, BEGAN),
        (VOICE, 21, 1, Said("Здравствуйте.")),
        (SEEKER, 22, 0, Said("Спасибо.")),
        (SEEKER, 24, 1, Said("Меня задержали.")),
    )
    return Papers(SEEKER, contact, file, [thread])


def test_a_case_in_its_order() -> None:
    case = fold(papers(), ROSTER, speaks, SECRET)
    assert [(m.kind, m.writer, m.text) for m in case.moments] == [
        ("asked", b"", "Помогите."),
        ("taken", ANTON, ""),
        ("noted", ANTON, "Сразу."),
        ("said", ANTON, "Здравствуйте."),
        ("said", b"", "Спасибо."),
        ("granted", ANTON, LENA.hex()),
        ("noted", LENA, "Позвонила."),
        ("triaged", LENA, "Задержан."),
        ("said", b"", "Меня задержали."),
    ]
    assert (case.state, case.urgency, case.triaged, case.creator) == ("ours", "held", True, ANTON)
    assert dict(case.standing) == {ANTON: 21, LENA: 22}
    assert (case.unanswered, case.waiting_since, case.newest_day) == (True, 22, 24)
    assert case.faults == fold(papers(), ROSTER, speaks, SECRET).faults
    assert not case.faults.unowned
    assert not case.faults.without_standing


def test_a_note_stands_behind_what_its_writer_had_read() -> None:
    """Within one day the days do not tell: the note says up to where she had read."""
    whole = papers()
    contact = stream(CONTACT, (SEEKER, 22, 0, asked("unit")), (VOICE, 22, 0, closing(1)), closed=True)
    file = stream(
        FILE,
        (ANTON, 22, 0, opened()),
        (ANTON, 22, 1, sent(1, "Здравствуйте.")),
        (ANTON, 22, 2, Noted("До его ответа.", (Octets32(THREAD), 2))),
        (ANTON, 22, 3, Noted("После.", (Octets32(THREAD), 3))),
        (ANTON, 22, 4, Noted("О том, чего нет.", (Octets32(STRANGER), 3))),
    )
    thread = stream(
        THREAD,
        (VOICE, 22, 0, BEGAN),
        (VOICE, 22, 1, Said("Здравствуйте.")),
        (SEEKER, 22, 0, Said("Спасибо.")),
        (SEEKER, 22, 1, Said("Ещё.")),
    )
    case = fold(Papers(whole.seeker, contact, file, [thread]), ROSTER, speaks, SECRET)
    texts = [m.text for m in case.moments if m.kind in {"said", "noted"}]
    assert texts == ["Здравствуйте.", "До его ответа.", "Спасибо.", "После.", "Ещё.", "О том, чего нет."]


def test_prefixes_learned_in_any_order_end_in_the_same_case() -> None:
    """A desk folds whatever it has; what it has at last is all that matters."""
    whole = papers()
    final = fold(whole, ROSTER, speaks, SECRET)
    dice = chance.Random(7)  # noqa: S311
    for _ in range(50):
        ends = [0, 0, 0]
        seen = [list(whole.contact), list(whole.file), list(whole.threads[0])]
        while ends != [len(each) for each in seen]:
            i = dice.randrange(3)
            ends[i] = min(len(seen[i]), ends[i] + dice.randrange(1, 3))
            part = Papers(SEEKER, seen[0][: ends[0]], seen[1][: ends[1]], [seen[2][: ends[2]]])
            if ends[0] or ends[1]:
                fold(part, ROSTER, speaks, SECRET)
        assert fold(Papers(SEEKER, seen[0], seen[1], [seen[2]]), ROSTER, speaks, SECRET) == final


def test_a_stranger_in_a_file_does_not_count_and_is_named() -> None:
    whole = papers()
    extra = stream(
        FILE, *[(ANTON, 21, 0, opened()), (STRANGER, 25, 0, Noted("Чужое.", None)), (LENA, 21, 7, Noted("Рано.", None))]
    )
    case = fold(Papers(SEEKER, whole.contact, extra, whole.threads), ROSTER, speaks, SECRET)
    assert [m.text for m in case.moments if m.kind == "noted"] == []
    assert case.faults.without_standing == ((FILE, 2), (FILE, 3))


def test_a_grant_counts_for_its_whole_day_and_only_from_one_with_standing() -> None:
    file = stream(
        FILE,
        (ANTON, 21, 0, opened()),
        (LENA, 22, 0, Noted("В тот же день, раньше.", None)),
        (ANTON, 22, 1, Granted(Octets32(LENA))),
        (STRANGER, 22, 0, Granted(Octets32(STRANGER))),
        (STRANGER, 22, 1, Noted("Нет.", None)),
    )
    case = fold(Papers(b"", (), file), ROSTER, speaks, SECRET)
    assert [m.text for m in case.moments if m.kind == "noted"] == ["В тот же день, раньше."]
    assert dict(case.standing) == {ANTON: 21, LENA: 22}


def test_words_nobody_owns_are_not_shown() -> None:
    whole = papers()
    thread = [*whole.threads[0], *stream(THREAD, (VOICE, 24, 9, Said("Приходите.")))]
    thread[-1] = Written(THREAD, 5, b"", 24, 0, VOICE, thread[-1].payload)
    case = fold(Papers(SEEKER, whole.contact, whole.file, [thread]), ROSTER, speaks, SECRET)
    assert "Приходите." not in [m.text for m in case.moments]
    assert case.faults.unowned == ((THREAD, 5),)


def test_other_words_under_an_owned_number_are_not_shown() -> None:
    whole = papers()
    thread = stream(THREAD, (VOICE, 21, 0, BEGAN), (VOICE, 21, 1, Said("Другое.")))
    case = fold(Papers(SEEKER, whole.contact, whole.file, [thread]), ROSTER, speaks, SECRET)
    assert "Другое." not in [m.text for m in case.moments]
    assert case.faults.unowned == ((THREAD, 2),)


def test_the_same_event_twice_counts_once_and_two_under_one_number_are_a_clone() -> None:
    file = stream(
        FILE,
        (ANTON, 21, 0, opened()),
        (ANTON, 21, 1, Noted("Раз.", None)),
        (ANTON, 21, 1, Noted("Раз.", None)),
        (ANTON, 21, 1, Noted("Два.", None)),
    )
    case = fold(Papers(b"", (), file), ROSTER, speaks, SECRET)
    assert [m.text for m in case.moments] == ["Раз."]
    assert case.faults.cloned == ((FILE, 4),)


def test_a_seekers_two_events_under_one_number_are_no_clone() -> None:
    contact = stream(CONTACT, (SEEKER, 20, 0, asked()), (SEEKER, 20, 1, Said("А.")), (SEEKER, 20, 1, Said("Б.")))
    case = fold(Papers(SEEKER, contact), ROSTER, speaks)
    assert [m.text for m in case.moments] == ["Помогите.", "А."]
    assert case.faults.cloned == ()


@pytest.mark.parametrize("fault", ["not last", "not closed", "another head", "another writer", "too late"])
def test_a_continue_elsewhere_is_nothing(fault: str) -> None:
    day, writer, n = (100 if fault == "too late" else 21), (ANTON if fault == "another writer" else VOICE), 1
    event = closing(2 if fault == "another head" else n)
    events: list[tuple[bytes, int, int, Event]] = [(SEEKER, 20, 0, asked()), (writer, day, 0, event)]
    if fault == "not last":
        events.append((SEEKER, 22, 1, Said("Ещё.")))
    contact = stream(CONTACT, *events, closed=fault != "not closed")
    assert closing_of(contact, speaks) is None
    assert fold(Papers(SEEKER, contact), ROSTER, speaks, SECRET).state in ("open", "shut")


def test_closed_towards_another_file_is_lost() -> None:
    assert fold(papers(), ROSTER, speaks, bytes(32)).state == "lost"


def test_an_envelope_1_by_another_than_the_seeker_is_void() -> None:
    with pytest.raises(BirthWrong):
        fold(Papers(SEEKER, stream(CONTACT, (STRANGER, 20, 0, asked()))), ROSTER, speaks)


def test_intakes_file_sets_aside_and_restores() -> None:
    one, two = Octets32(bytes(32)), Octets32(bytes([9]) * 32)
    file = stream(
        FILE,
        (VERA, 20, 0, SetAside(one, "junk")),
        (ANTON, 20, 0, SetAside(two, "twice")),
        (LENA, 20, 0, Restored(one)),
        (ANTON, 21, 1, Restored(two)),
    )
    assert fold_intake(file, ROSTER) == {bytes(one): "junk"}


def test_the_order_of_attention() -> None:
    """Urgency first, then unanswered, then who has waited longest; and every place says why."""
    cases = {
        (urgency, answered, day): fold(
            Papers(
                SEEKER,
                stream(
                    CONTACT, (SEEKER, day, 0, asked(urgency)), *([(VOICE, day, 0, Said("Да."))] if answered else [])
                ),
            ),
            ROSTER,
            speaks,
        )
        for urgency, answered, day in itertools.product(("held", "date", "papers", "unit", "none"), (0, 1), (20, 30))
    }
    assert sorted(cases, key=lambda key: place(cases[key])) == list(cases)
    assert why(cases["held", 0, 20], 30) == ("held", 10)
    assert why(cases["none", 0, 30], 30) == ("waiting", 0)
    assert why(cases["papers", 1, 20], 22) == ("answered", 2)
