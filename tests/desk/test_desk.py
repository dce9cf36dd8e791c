"""The desk as its pages use it: locked and unlocked, lists and their pages, drafts, waiting."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from safeconduct.errors import DeskUnknown, FieldWrong, VaultShut, WriterWrong
from simulator import ANTON, LENA, PASSPHRASE, Simulator, simulated


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
