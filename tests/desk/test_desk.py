"""The desk as its pages use it: locked and unlocked, lists and their pages, drafts, waiting."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from safeconduct.desk.view import Counting, OwnCount
from safeconduct.errors import DeskUnknown, FieldWrong, VaultShut, WriterWrong
from simulator import ANTON, DAY, LENA, PASSPHRASE, Simulator, simulated


@pytest.fixture
def sim(tmp_path: Path) -> Iterator[Simulator]:
    with simulated(tmp_path) as simulator:
        yield simulator


def test_locked_nothing_answers_and_a_draft_survives_sealed(sim: Simulator) -> None:
    vera = sim.found()
    sim.ask("Помогите.")
    vera.sync()
    ref = vera.only("new")
    vera.desk.keep_draft(ref, "Недописано")
    desk = vera.desk
    desk.lock()
    desk.lock()
    assert desk.locked
    for use in (desk.me, desk.status, desk.next, desk.sync, lambda: desk.queue("new"), lambda: desk.matter(ref)):
        with pytest.raises(VaultShut):
            use()
    for path in (sim.folder / "vera").iterdir():
        assert "Недописано".encode() not in path.read_bytes()
    with pytest.raises(VaultShut):
        desk.unlock("не то", live=False)
    desk.unlock(PASSPHRASE, live=False)
    assert desk.matter(ref).draft == "Недописано"
    case = desk.take_up(ref)
    assert desk.matter(case).draft == "Недописано"
    desk.keep_draft(case, "")
    assert desk.matter(case).draft == ""


def test_a_live_desk_is_locked_at_once_and_whoever_waits_is_told(sim: Simulator) -> None:
    vera = sim.found()
    vera.desk.lock()
    vera.desk.unlock(PASSPHRASE)
    shut: list[bool] = []

    def wait() -> None:
        try:
            while True:
                vera.desk.wait(vera.desk.version, 60)
        except VaultShut:
            shut.append(True)

    waiting = threading.Thread(target=wait)
    waiting.start()
    vera.desk.lock()
    waiting.join()
    assert shut == [True]


def test_a_live_desk_shows_what_arrives_without_being_asked(sim: Simulator) -> None:
    vera = sim.found()
    vera.desk.lock()
    vera.desk.unlock(PASSPHRASE)
    sim.ask("Само собой.")
    version = -1
    while not vera.desk.queue("new").total:
        version = vera.desk.wait(version, 60)
    assert vera.desk.queue("new").rows[0].first_line == "Само собой."
    vera.desk.lock()


def test_a_desk_that_has_not_joined_does_not_open(sim: Simulator) -> None:
    from safeconduct.desk.vault import create_vault  # noqa: PLC0415

    create_vault(sim.folder / "new", PASSPHRASE, sim.random()).close()
    with pytest.raises(DeskUnknown):
        sim.desk("new")


def test_pages_of_a_list_in_the_order_of_attention(sim: Simulator) -> None:
    vera = sim.found()
    for number, urgency in enumerate(("none", "held", "papers", "date", "unit", "none", "held")):
        sim.ask(f"{urgency} {number}", urgency)
    vera.sync()
    found, cursor = [], ""
    while True:
        page = vera.desk.queue("new", cursor, limit=2)
        assert page.total == 7
        found += [row.urgency for row in page.rows]
        cursor = page.next
        if not cursor:
            break
    assert found == ["held", "held", "date", "papers", "unit", "none", "none"]
    most = vera.desk.next()
    assert most is not None
    assert vera.desk.matter(most).row.urgency == "held"
    assert vera.desk.matter(most).row.new == 1
    vera.desk.seen(most)
    assert vera.desk.matter(most).row.new == 0
    assert not any(item.new for item in vera.desk.matter(most).items)


def test_names_are_the_same_everywhere_and_in_two_languages(sim: Simulator) -> None:
    vera = sim.found()
    anton = sim.join(vera, "anton", "Антон", ANTON)
    sim.ask("Помогите.")
    for bench in (vera, anton):
        bench.sync()
    russian = vera.desk.queue("new").rows[0].name
    assert anton.desk.queue("new").rows[0].name == russian
    vera.desk.language = "en"
    assert vera.desk.queue("new").rows[0].name != russian
    assert vera.desk.queue("new").rows[0].ref != anton.desk.queue("new").rows[0].ref


def test_answers_to_the_form_stand_in_the_conversation(sim: Simulator) -> None:
    vera = sim.found()
    keys = sim.ask("Помогите.")
    manifest, _, _ = sim.seeker().manifest()
    sim.seeker().answer(keys, manifest.form, [("whom", "self"), ("address", "Саша")])
    vera.sync()
    item = vera.desk.matter(vera.only("new")).items[-1]
    assert item.kind == "answered"
    assert item.answers == (
        ("whom", "О ком идёт речь?", "Обо мне"),
        ("address", "Как к вам обращаться? Подойдёт любое имя, не обязательно настоящее.", "Саша"),
    )


def test_triage_by_a_person_moves_a_case_and_says_so(sim: Simulator) -> None:
    vera = sim.found()
    sim.ask("Помогите.")
    vera.sync()
    case = vera.desk.take_up(vera.only("new"))
    vera.desk.triage(case, "held", "Позвонила сестра.")
    row = vera.desk.matter(case).row
    assert (row.urgency, row.reason.code) == ("held", "triaged")
    vera.sync()
    assert vera.desk.matter(case).row == row or vera.desk.matter(case).row.state == "ours"
    with pytest.raises(FieldWrong):
        vera.desk.triage(case, "panic", "")


def test_what_is_not_there_and_what_is_not_allowed(sim: Simulator) -> None:
    vera = sim.found()
    lena = sim.join(vera, "lena", "Лена", LENA)
    sim.ask("Помогите.")
    vera.sync()
    lena.sync()
    ref = vera.only("new")
    with pytest.raises(KeyError):
        lena.desk.matter(ref)
    with pytest.raises(KeyError):
        vera.desk.matter("nothing")
    with pytest.raises(WriterWrong):
        vera.desk.reply(ref, "Ещё не взято.")
    with pytest.raises(WriterWrong):
        vera.desk.note(ref, "Ещё не взято.")
    with pytest.raises(FieldWrong):
        vera.desk.set_aside(ref, "boring")
    assert vera.desk.status().waiting == 0


def test_a_half_written_note_and_a_half_written_reply_are_kept_apart_until_each_is_written(sim: Simulator) -> None:
    vera = sim.found()
    sim.ask("Помогите.")
    vera.sync()
    case = vera.desk.take_up(vera.only("new"))
    vera.sync()
    vera.desk.keep_draft(case, "Ответ, недописан")
    vera.desk.keep_draft(case, "Заметка, недописана", "note")
    vera.desk.lock()
    for path in (sim.folder / "vera").iterdir():
        assert "Заметка".encode() not in path.read_bytes()
    vera.desk.unlock(PASSPHRASE, live=False)
    matter = vera.desk.matter(case)
    assert (matter.draft, matter.note_draft) == ("Ответ, недописан", "Заметка, недописана")
    vera.desk.note(case, "Заметка, дописана")
    assert (vera.desk.matter(case).draft, vera.desk.matter(case).note_draft) == ("Ответ, недописан", "")
    vera.desk.keep_draft(case, "Ещё одна", "note")
    vera.desk.reply(case, "Ответ, дописан")
    assert (vera.desk.matter(case).draft, vera.desk.matter(case).note_draft) == ("", "Ещё одна")


def test_consent_is_taken_down_shown_on_both_desks_and_withdrawn(sim: Simulator) -> None:
    vera = sim.found()
    anton = sim.join(vera, "anton", "Антон", ANTON)
    sim.ask("Помогите.")
    vera.sync()
    case = vera.desk.take_up(vera.only("new"))
    vera.sync()
    assert vera.desk.matter(case).counting == Counting()
    vera.desk.grant(case, vera.desk.matter(case).can_grant[0].ref)
    vera.desk.consent(case, given=True, words="Да, только числом.")
    assert vera.desk.matter(case).counting == Counting("given", DAY, "Вера")
    assert vera.desk.matter(case).items[-1].kind == "agreed"
    vera.sync()
    anton.sync()
    his = anton.only("mine")
    assert anton.desk.matter(his).counting == Counting("given", DAY, "Вера")
    assert anton.desk.matter(his).items[-1].text == "Да, только числом."
    assert anton.desk.count_own() == OwnCount((("2026-4", 1),), 1, 1)
    sim.pass_days(1)
    anton.desk.consent(his, given=False, words="")
    anton.sync()
    vera.sync()
    assert vera.desk.matter(case).counting == Counting("withdrawn", DAY + 1, "Антон")
    for desk in (vera.desk, anton.desk):
        assert desk.count_own() == OwnCount((), 0, 1)


def test_consent_written_on_two_desks_at_once_ends_as_one_on_both(sim: Simulator) -> None:
    vera = sim.found()
    anton = sim.join(vera, "anton", "Антон", ANTON)
    sim.ask("Помогите.")
    vera.sync()
    case = vera.desk.take_up(vera.only("new"))
    vera.desk.grant(case, vera.desk.matter(case).can_grant[0].ref)
    vera.sync()
    anton.sync()
    his = anton.only("mine")
    vera.switch.cut = anton.switch.cut = True
    vera.desk.consent(case, given=True, words="Да.")
    anton.desk.consent(his, given=False, words="Нет.")
    assert vera.desk.count_own().asked == 1
    assert anton.desk.count_own().asked == 0
    vera.switch.cut = anton.switch.cut = False
    for bench in (anton, vera, anton):
        bench.sync()
    assert vera.desk.matter(case).counting == anton.desk.matter(his).counting == Counting("given", DAY, "Вера")
    assert vera.desk.count_own() == anton.desk.count_own() == OwnCount((("2026-4", 1),), 1, 1)


def test_own_cases_are_counted_by_the_quarter_of_the_first_cry_and_nothing_else_is_a_case(sim: Simulator) -> None:
    vera = sim.found()
    lena = sim.join(vera, "lena", "Лена", LENA)
    assert vera.desk.count_own() == OwnCount((), 0, 0)
    cases = []
    for days in (0, 35, 1, 90):  # 26 November, 31 December, 1 January, 1 April
        sim.pass_days(days)
        vera.sync()
        lena.sync()
        sim.ask(f"Через {days}.")
        vera.sync()
        cases.append(vera.desk.take_up(vera.only("new")))
        vera.sync()
    sim.ask("Купите кирпич.")
    sim.ask("Никто не взял.")
    vera.sync()
    junk = next(row.ref for row in vera.desk.queue("new").rows if row.first_line == "Купите кирпич.")
    vera.desk.set_aside(junk, "junk")
    with pytest.raises(WriterWrong):
        vera.desk.consent(junk, given=True, words="")
    assert vera.desk.count_own() == OwnCount((), 0, 4)
    vera.desk.consent(cases[1], given=True, words="")
    assert vera.desk.count_own() == OwnCount((("2026-4", 1),), 1, 4)
    vera.desk.consent(cases[3], given=True, words="")
    assert vera.desk.count_own() == OwnCount((("2026-4", 1), ("2027-1", 0), ("2027-2", 1)), 2, 4)
    vera.desk.consent(cases[0], given=True, words="")
    vera.desk.consent(cases[2], given=True, words="")
    vera.sync()
    assert vera.desk.count_own() == OwnCount((("2026-4", 2), ("2027-1", 1), ("2027-2", 1)), 4, 4)
    lena.sync()
    assert lena.desk.count_own() == OwnCount((), 0, 0)
    with pytest.raises(KeyError):
        lena.desk.consent(cases[0], given=True, words="")


def test_a_case_lost_to_a_colleague_is_no_case_and_takes_no_consent(sim: Simulator) -> None:
    vera = sim.found()
    anton = sim.join(vera, "anton", "Антон", ANTON)
    sim.ask("Помогите.")
    for bench in (vera, anton):
        bench.sync()
    anton.switch.cut = True
    lost = anton.desk.take_up(anton.only("new"))
    anton.desk.consent(lost, given=True, words="")
    assert anton.desk.count_own() == OwnCount((("2026-4", 1),), 1, 1)
    vera.desk.take_up(vera.only("new"))
    vera.sync()
    anton.switch.cut = False
    anton.sync()
    assert anton.desk.count_own() == OwnCount((), 0, 0)
    with pytest.raises(WriterWrong):
        anton.desk.consent(lost, given=True, words="")
    assert vera.desk.count_own() == OwnCount((), 0, 1)
