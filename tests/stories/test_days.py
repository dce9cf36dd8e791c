"""Days pass: desks that were off, weeks that end, a seeker who writes while an answer waits to go out."""

import pytest

from safeconduct.sealed.access import TAG_BYTES
from safeconduct.sealed.stream import SeekerKeys
from safeconduct.sealed.wire import label_of
from simulator import ANTON, LENA, Bench, Simulator


def round_of(*benches: Bench, times: int = 2) -> None:
    for _ in range(times):
        for bench in benches:
            bench.sync()


def test_three_days_off_miss_nothing_and_double_nothing(sim: Simulator) -> None:
    vera = sim.found()
    anton = sim.join(vera, "anton", "Антон", ANTON)
    round_of(vera, anton)
    asked = [sim.ask(f"День первый, {i}.") for i in range(3)]
    round_of(vera, anton)
    mine = anton.desk.take_up(anton.desk.queue("new").rows[0].ref)
    round_of(anton, vera)
    before = len(anton.desk.matter(mine).items)
    anton.desk.lock()
    for night in range(3):
        asked.append(sim.ask(f"Ночь {night}."))
        for row in vera.desk.queue("new").rows[:1]:
            case = vera.desk.take_up(row.ref)
            vera.desk.note(case, f"Заметка {night}.")
        vera.desk.note(vera.desk.queue("team").rows[0].ref, f"Антону, {night}.")
        round_of(vera)
        sim.pass_days(1)
        round_of(vera)
    anton = sim.desk("anton")
    round_of(anton)
    taken = vera.desk.queue("mine").total
    assert anton.desk.queue("new").total == len(asked) - taken - 1 == vera.desk.queue("new").total
    items = anton.desk.matter(mine).items
    assert [item.text for item in items[before:]] == [f"Антону, {night}." for night in range(3)]
    assert len({item.ref for item in items}) == len(items)
    anton.sync()
    assert len(anton.desk.matter(mine).items) == len(items)
    assert anton.desk.status().alarms == vera.desk.status().alarms == ()


@pytest.mark.parametrize("days", [3, 15, 40])
def test_everything_goes_on_after_days(sim: Simulator, days: int) -> None:
    vera = sim.found()
    anton = sim.join(vera, "anton", "Антон", ANTON)
    round_of(vera, anton)
    keys = sim.ask("До перерыва.", "date")
    left = sim.ask("Никто не взял.")
    round_of(vera, anton)
    first = next(row.ref for row in vera.desk.queue("new").rows if row.first_line == "До перерыва.")
    case = vera.desk.take_up(first)
    round_of(vera, anton)
    vera.desk.lock()
    anton.desk.lock()
    sim.pass_days(days)
    vera = sim.desk("vera")
    round_of(vera)
    anton = sim.desk("anton")
    round_of(anton, vera, anton)
    assert vera.desk.status().manifest_days_left in range(7, 15)
    assert vera.desk.status().relay == "there"
    assert vera.desk.status().past_grace == (1 if days == 40 else 0)
    assert [alarm.code for alarm in vera.desk.status().alarms] == (["past-grace"] if days == 40 else [])
    sim.seeker().write(keys, "После перерыва.")
    fresh = sim.ask("Новый.")
    round_of(vera, anton)
    assert vera.texts(case) == ["До перерыва.", "После перерыва."]
    vera.desk.reply(case, "Мы на месте.")
    new = next(row.ref for row in anton.desk.queue("new").rows if row.first_line == "Новый.")
    anton.desk.reply(anton.desk.take_up(new), "И мы.")
    round_of(vera, anton)
    for person, answer in ((keys, "Мы на месте."), (fresh, "И мы.")):
        back = sim.seeker().come_back(person)
        assert back is not None
        assert back.said[-1].text == answer
    if days == 40:
        _past_grace_comes_back(sim, vera, left)


def _past_grace_comes_back(sim: Simulator, vera: Bench, left: SeekerKeys) -> None:
    """Nobody can open it any more, until he returns and lays a new letter beside it."""
    row = next(row for row in vera.desk.queue("new").rows if row.past_grace)
    assert row.first_line == ""
    assert vera.desk.matter(row.ref).items == ()
    assert vera.room.vault.row("SELECT 1 FROM stream WHERE id = ?", left.contact.id) is None
    sim.seeker().reseal(left)
    round_of(vera)
    assert vera.desk.status().past_grace == 0
    assert vera.texts(row.ref) == ["Никто не взял."]


def test_boxes_and_contacts_past_their_grace_are_gone_from_the_disk(sim: Simulator) -> None:
    """The disks of desks started after the grace open no letter of that week, and no contact nobody took up."""
    vera = sim.found()
    sim.ask("Никто не взял.")
    round_of(vera)
    old = [
        bytes(row[0]) for row in vera.room.vault.rows("SELECT seed FROM intake_box WHERE first <= ?", sim.clock.day())
    ]
    secret = vera.room.vault.row("SELECT secret FROM stream WHERE class = 1")
    assert old
    assert secret
    vera.desk.lock()
    sim.pass_days(28)
    vera = sim.desk("vera")
    dump = b"".join(
        bytes(value) if isinstance(value, bytes) else str(value).encode()
        for (table,) in vera.room.vault.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        for row in vera.room.vault.rows(f"SELECT * FROM {table}")  # noqa: S608
        for value in row
        if value is not None
    )
    for gone in (*old, bytes(secret[0]), "Никто не взял.".encode()):
        assert gone not in dump


def test_a_reply_is_held_while_the_seeker_has_written_unread_words(sim: Simulator) -> None:
    vera = sim.found()
    keys = sim.ask("Первое.")
    round_of(vera)
    case = vera.desk.take_up(vera.only("new"))
    round_of(vera)
    vera.switch.cut = True
    vera.desk.reply(case, "Ответ без сети.")
    vera.desk.note(case, "Заметка без сети.")
    vera.sync()
    assert vera.desk.status().relay == "silent"
    assert vera.desk.status().waiting == 2
    sim.seeker().write(keys, "Я передумал.")
    vera.switch.cut = False
    round_of(vera)
    items = vera.desk.matter(case).items
    assert [(item.text, item.state) for item in items if item.text] == [
        ("Первое.", "there"),
        ("Я передумал.", "there"),
        ("Заметка без сети.", "there"),
        ("Ответ без сети.", "held"),
    ]
    back = sim.seeker().come_back(keys)
    assert back is not None
    assert all(words.own for words in back.said)
    held = items[-1].ref
    vera.desk.send_held(case, held)
    round_of(vera)
    back = sim.seeker().come_back(keys)
    assert back is not None
    assert [words.text for words in back.said] == ["Первое.", "Я передумал.", "Ответ без сети."]


def test_a_held_reply_can_be_taken_back_and_becomes_the_draft(sim: Simulator) -> None:
    vera = sim.found()
    keys = sim.ask("Первое.")
    round_of(vera)
    case = vera.desk.take_up(vera.only("new"))
    round_of(vera)
    vera.switch.cut = True
    vera.desk.reply(case, "Не то.")
    sim.seeker().write(keys, "Ещё.")
    vera.switch.cut = False
    round_of(vera)
    held = next(item.ref for item in vera.desk.matter(case).items if item.state == "held")
    assert vera.desk.drop_held(case, held) == "Не то."
    round_of(vera)
    assert vera.desk.matter(case).draft == "Не то."
    back = sim.seeker().come_back(keys)
    assert back is not None
    assert len(back.said) == 2


def test_who_loses_the_race_keeps_the_words_of_the_reply(sim: Simulator) -> None:
    vera = sim.found()
    anton = sim.join(vera, "anton", "Антон", ANTON)
    round_of(vera, anton)
    sim.ask("Одно на двоих.")
    round_of(vera, anton)
    anton.switch.cut = True
    lost = anton.desk.take_up(anton.only("new"))
    anton.desk.reply(lost, "Не успел.")
    vera.desk.take_up(vera.only("new"))
    round_of(vera)
    anton.switch.cut = False
    round_of(anton)
    matter = anton.desk.matter(lost)
    assert not matter.may_reply
    assert [(item.text, item.state) for item in matter.items if item.state == "void"] == [("Не успел.", "void")]
    assert anton.desk.drop_held(lost, matter.items[-1].ref) == "Не успел."
    assert anton.desk.queue("mine").total == 0
    assert anton.desk.status().alarms == ()


def test_setting_aside_shows_on_every_intake_desk_and_can_be_undone(sim: Simulator) -> None:
    vera = sim.found()
    anton = sim.join(vera, "anton", "Антон", ANTON)
    lena = sim.join(vera, "lena", "Лена", LENA)
    round_of(vera, anton, lena)
    sim.ask("Купите нашу рекламу.")
    round_of(vera, anton, lena)
    anton.desk.set_aside(anton.only("new"), "junk")
    assert anton.desk.queue("new").total == 0
    round_of(anton, vera, lena)
    aside = vera.only("aside")
    assert vera.desk.matter(aside).aside_reason == "junk"
    vera.desk.restore(aside)
    round_of(vera, anton, lena)
    assert anton.desk.queue("new").total == 1
    assert lena.desk.queue("aside").total == 0


def test_a_day_that_turns_between_two_pages_of_it(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read of its order is dropped, and its book read from the start: nothing is withheld, nothing missed."""
    monkeypatch.setattr("safeconduct.relay.feed.PAGE_BYTES", TAG_BYTES)
    vera = sim.found()
    round_of(vera)
    for n in range(4):
        sim.ask(f"{n}")
    day, asked = sim.clock.day(), []

    def turn(_route: str, body: bytes) -> None:
        if label_of(body) == "feed":
            asked.append(body)
            if len(asked) == 2:
                sim.clock.move(1)

    vera.switch.before = turn
    round_of(vera)
    assert len(asked) > 2
    assert vera.room.vault.number("booked") == day
    assert vera.desk.queue("new").total == 4
    assert vera.desk.status().alarms == ()
