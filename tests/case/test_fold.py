"""Folding: the same case whatever the order of arrival; what has no standing does not count."""

import itertools
import random as chance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.case.case import Consent, Written
from safeconduct.case.event import IN_FILES, Consented, Granted, Noted, Opened, Restored, Sent, SetAside, Triaged
from safeconduct.case.fold import Papers, closing_of, fold, fold_intake
from safeconduct.case.queue import place, why
from safeconduct.case.roster import Roster, Seat
from safeconduct.errors import BirthWrong, Refusal
from safeconduct.sealed.event import Asked, Began, Continue, Event, Said, read_payload, write_payload
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


def consented(state: str, words: str = "") -> Consented:
    return Consented("count", state, words)


def counting(*events: tuple[bytes, int, int, Event]) -> Consent | None:
    """What a file of Anton's, with Lena granted on day 22, says of being counted."""
    file = stream(FILE, (ANTON, 21, 0, opened()), (ANTON, 22, 1, Granted(Octets32(LENA))), *events)
    return fold(Papers(SEEKER, papers().contact, file, ()), ROSTER, speaks, SECRET).counting


def test_consent_is_no_until_given_and_the_last_word_decides() -> None:
    yes, no = (ANTON, 22, 2, consented("given", "Да.")), (LENA, 23, 0, consented("withdrawn", "Передумал."))
    assert counting() is None
    assert counting(yes) == Consent(given=True, day=22, writer=ANTON, words="Да.")
    assert counting(yes, no) == Consent(given=False, day=23, writer=LENA, words="Передумал.")
    again = (ANTON, 23, 3, consented("given"))
    assert counting(yes, no, again) == Consent(given=True, day=23, writer=ANTON, words="")


def test_consents_of_two_desks_at_once_are_judged_in_the_files_order() -> None:
    """Both wrote on one day without the other's: neither clock nor name decides, but where the relay put them."""
    yes, no = (ANTON, 23, 2, consented("given")), (LENA, 23, 0, consented("withdrawn"))
    first, second = counting(yes, no), counting(no, yes)
    assert first is not None
    assert second is not None
    assert (first.given, second.given) == (False, True)


def test_consent_counts_only_from_one_with_standing() -> None:
    early, strange = (LENA, 21, 0, consented("given")), (STRANGER, 23, 0, consented("given"))
    assert counting(early, strange) is None
    kept = counting((ANTON, 22, 2, consented("withdrawn")), strange)
    assert kept is not None
    assert not kept.given
    coordinator = counting((VERA, 23, 0, consented("given")))
    assert coordinator is not None
    assert coordinator.writer == VERA


def test_consent_shows_among_the_moments_with_its_words() -> None:
    file = stream(
        FILE,
        (ANTON, 21, 0, opened()),
        (ANTON, 22, 1, consented("given", "Да.")),
        (ANTON, 24, 2, consented("withdrawn")),
    )
    case = fold(Papers(SEEKER, papers().contact, file, ()), ROSTER, speaks, SECRET)
    assert [(m.kind, m.writer, m.day, m.text) for m in case.moments][2:] == [
        ("agreed", ANTON, 22, "Да."),
        ("withdrawn", ANTON, 24, ""),
    ]


def test_a_case_began_on_the_day_of_the_cry_or_without_one_when_its_file_was_opened() -> None:
    assert fold(papers(), ROSTER, speaks, SECRET).begun == 20
    assert fold(Papers(b"", (), stream(FILE, (ANTON, 21, 0, opened()))), ROSTER, speaks).begun == 21


@given(st.text(max_size=200), st.sampled_from(["given", "withdrawn"]), st.text(max_size=12), st.text(max_size=12))
def test_consent_reads_back_and_nothing_beside_it_does(words: str, state: str, purpose: str, other: str) -> None:
    good = write_payload(LANE, 0, None, consented(state, words))
    assert read_payload(good, IN_FILES).event == consented(state, words)
    for untrusted in (Consented(purpose, state, words), Consented("count", other, words)):
        if (untrusted.purpose, untrusted.state) not in {("count", "given"), ("count", "withdrawn")}:
            with pytest.raises(Refusal):
                read_payload(write_payload(LANE, 0, None, untrusted), IN_FILES)
