"""A reply goes out only after what was shown; a reply that cannot go out is told of, with its words."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from safeconduct.errors import WriterWrong
from safeconduct.sealed.stream import SeekerKeys
from simulator import ANTON, Bench, Simulator, simulated

HARM = "Не отвечайте сюда, телефон у них!"
REPLY = "Мы приедем завтра в десять."


@pytest.fixture
def sim(tmp_path: Path) -> Iterator[Simulator]:
    with simulated(tmp_path) as simulator:
        yield simulator


@pytest.fixture
def vera(sim: Simulator) -> Bench:
    return sim.found()


@pytest.fixture
def anton(sim: Simulator, vera: Bench) -> Bench:
    return sim.join(vera, "anton", "Антон", ANTON)


def conversation(sim: Simulator, vera: Bench) -> tuple[SeekerKeys, str]:
    keys = sim.ask("Мне вручили повестку.")
    vera.sync()
    ref = vera.desk.take_up(vera.only("new"))
    vera.sync()
    return keys, ref


def heard(sim: Simulator, keys: SeekerKeys) -> list[str]:
    back = sim.seeker().come_back(keys)
    return [words.text for words in back.said if not words.own] if back else []


def held(vera: Bench, ref: str) -> list[str]:
    return [item.ref for item in vera.desk.matter(ref).items if item.state == "held"]


# A reply goes out only after what was shown.


@pytest.mark.parametrize("read", ["as shown", "", "0.1 zzz", "all.9999999999", "foreign.7", "x." + "9" * 5000, "\x00"])
def test_a_reply_is_held_if_its_page_had_not_shown_what_the_desk_had_read(
    sim: Simulator, vera: Bench, read: str
) -> None:
    keys, ref = conversation(sim, vera)
    shown = vera.desk.matter(ref).read
    sim.seeker().write(keys, HARM)
    vera.sync()
    vera.desk.reply(ref, REPLY, shown if read == "as shown" else read)
    vera.sync()
    assert heard(sim, keys) == []
    assert len(held(vera, ref)) == 1
    assert vera.desk.matter(ref).items[-1].past == (vera.desk.matter(ref).items[-2].ref,)


def test_a_reply_to_all_that_was_shown_goes_out(sim: Simulator, vera: Bench) -> None:
    keys, ref = conversation(sim, vera)
    sim.seeker().write(keys, HARM)
    vera.sync()
    vera.desk.reply(ref, REPLY, vera.desk.matter(ref).read)
    vera.sync()
    assert heard(sim, keys) == [REPLY]


def test_a_page_cannot_have_shown_more_than_the_desk_has(sim: Simulator, vera: Bench) -> None:
    keys, ref = conversation(sim, vera)
    boast = " ".join(f"{word.rpartition('.')[0]}.999" for word in vera.desk.matter(ref).read.split())
    vera.desk.reply(ref, REPLY, boast)
    sim.seeker().write(keys, HARM)
    vera.sync()
    assert heard(sim, keys) == []


def test_a_held_reply_is_sent_after_what_its_page_showed_and_else_held_again_with_all_that_is_new(
    sim: Simulator, vera: Bench
) -> None:
    keys, ref = conversation(sim, vera)
    vera.desk.reply(ref, REPLY, vera.desk.matter(ref).read)
    sim.seeker().write(keys, "Одно.")
    vera.sync()
    shown = vera.desk.matter(ref).read
    (item,) = held(vera, ref)
    sim.seeker().write(keys, HARM)
    vera.sync()
    vera.desk.seen(ref)
    vera.desk.send_held(ref, item, shown)
    vera.sync()
    assert heard(sim, keys) == []
    matter = vera.desk.matter(ref)
    assert [each.text for each in matter.items if each.ref in matter.items[-1].past] == [HARM]
    vera.desk.send_held(ref, item, matter.read)
    vera.sync()
    assert heard(sim, keys) == [REPLY]
    vera.desk.send_held(ref, item, matter.read)
    vera.sync()
    assert heard(sim, keys) == [REPLY]


def test_only_what_was_shown_counts_as_seen(sim: Simulator, vera: Bench) -> None:
    keys, ref = conversation(sim, vera)
    sim.seeker().write(keys, "Одно.")
    vera.sync()
    shown = vera.desk.matter(ref).read
    sim.seeker().write(keys, HARM)
    vera.sync()
    vera.desk.seen(ref, shown)
    assert vera.desk.matter(ref).row.new == 1
    assert [item.text for item in vera.desk.matter(ref).items if item.new] == [HARM]
    version = vera.desk.version
    vera.desk.seen(ref, shown)
    assert vera.desk.version == version, "a page that shows nothing more makes no news"
    vera.desk.seen(ref, vera.desk.matter(ref).read)
    assert vera.desk.matter(ref).row.new == 0


def test_a_note_stands_behind_what_was_shown(sim: Simulator, vera: Bench) -> None:
    keys, ref = conversation(sim, vera)
    sim.pass_days(1)
    vera.sync()
    shown = vera.desk.matter(ref).read
    sim.seeker().write(keys, HARM)
    vera.sync()
    vera.desk.note(ref, "Спросить юриста.", shown)
    vera.sync()
    assert vera.texts(ref) == ["Мне вручили повестку.", "Спросить юриста.", HARM]


# Drafts.


def test_a_reply_taken_back_comes_behind_what_is_half_written(sim: Simulator, vera: Bench) -> None:
    keys, ref = conversation(sim, vera)
    vera.desk.reply(ref, REPLY)
    sim.seeker().write(keys, HARM)
    vera.sync()
    vera.desk.keep_draft(ref, "Второй, наполовину.")
    (item,) = held(vera, ref)
    for _ in range(2):
        vera.desk.drop_held(ref, item)
        assert vera.desk.matter(ref).draft == f"Второй, наполовину.\n\n{REPLY}"
    assert held(vera, ref) == []


def test_what_stands_in_the_field_is_newer_than_what_was_kept_of_it(sim: Simulator, vera: Bench) -> None:
    keys, ref = conversation(sim, vera)
    vera.desk.reply(ref, REPLY)
    sim.seeker().write(keys, HARM)
    vera.sync()
    vera.desk.keep_draft(ref, "Втор")
    assert vera.desk.drop_held(ref, held(vera, ref)[0], "Второй.") == f"Второй.\n\n{REPLY}"


# A colleague was first.


def beaten(sim: Simulator, vera: Bench, anton: Bench) -> tuple[SeekerKeys, str]:
    """Anton takes up and answers without a connection; Vera is first."""
    keys = sim.ask("Помогите.")
    for bench in (vera, anton):
        bench.sync()
    anton.switch.cut = True
    ref = anton.desk.take_up(anton.only("new"))
    anton.desk.seen(ref)
    anton.desk.reply(ref, "Ничего не подписывайте.", anton.desk.matter(ref).read)
    anton.desk.keep_draft(ref, "Половина следующего.")
    assert anton.desk.queue("mine").total == 1
    vera.desk.take_up(vera.only("new"))
    vera.sync()
    anton.switch.cut = False
    for _ in range(3):
        anton.sync()
    return keys, ref


def test_who_answered_a_case_that_a_colleague_has_is_told_and_finds_his_words(
    sim: Simulator, vera: Bench, anton: Bench
) -> None:
    keys, ref = beaten(sim, vera, anton)
    (row,) = anton.desk.queue("aside").rows
    assert (row.ref, row.reason.code, row.new, row.taken_by) == (ref, "lost", 1, "")
    assert [(alarm.code, alarm.matter) for alarm in anton.desk.status().alarms] == [("lost", row.name)]
    matter = anton.desk.matter(ref)
    assert (matter.aside_reason, matter.may_reply, matter.draft) == ("lost", False, "Половина следующего.")
    assert [(item.text, item.state) for item in matter.items if item.who == "organisation" and item.text] == [
        ("Ничего не подписывайте.", "void")
    ]
    assert [item.by for item in matter.items if item.kind == "taken"] == [""], "it was not he who took it up"
    assert anton.desk.status().waiting == anton.desk.count_own().cases == 0
    assert anton.desk.next() is None
    anton.desk.seen(ref, matter.read)
    assert anton.desk.status().alarms == ()
    assert [row.new for row in anton.desk.queue("aside").rows] == [0], "and it stays until he puts it away"
    assert heard(sim, keys) == []


def test_it_is_put_away_by_a_person_and_only_so(sim: Simulator, vera: Bench, anton: Bench) -> None:
    _, ref = beaten(sim, vera, anton)
    anton.desk.lock()
    anton = sim.desk("anton")
    sim.pass_days(1)
    for bench in (vera, anton):
        bench.sync()
    assert anton.only("aside") == ref
    with pytest.raises(KeyError):
        vera.desk.put_away(vera.only("mine"))
    for _ in range(2):
        anton.desk.put_away(ref)
        matter = anton.desk.matter(ref)
        assert (matter.draft, [item.state for item in matter.items if item.state != "there"]) == ("", [])
        assert (anton.desk.queue("aside").total, anton.desk.status().alarms) == (0, ())
    anton.desk.keep_draft(ref, "Ещё из открытой страницы.")
    assert anton.only("aside") == ref


def test_who_is_given_the_case_sees_who_was_first(sim: Simulator, vera: Bench, anton: Bench) -> None:
    _, ref = beaten(sim, vera, anton)
    hers = vera.only("mine")
    vera.desk.grant(hers, next(one.ref for one in vera.desk.matter(hers).can_grant if one.name == "Антон"))
    vera.sync()
    anton.sync()
    assert anton.desk.matter(ref).row.taken_by == "Вера"


def test_nothing_is_put_into_a_case_that_is_lost(sim: Simulator, vera: Bench, anton: Bench) -> None:
    _, ref = beaten(sim, vera, anton)
    with pytest.raises(WriterWrong):
        anton.desk.reply(ref, "Ещё.")
    with pytest.raises(WriterWrong):
        anton.desk.note(ref, "Ещё.")
    assert anton.desk.status().waiting == 0


def test_a_case_that_is_known_to_be_lost_is_told_of_before_the_outbox_could_settle_it(
    sim: Simulator, vera: Bench, anton: Bench
) -> None:
    sim.ask("Помогите.")
    for bench in (vera, anton):
        bench.sync()
    anton.switch.cut = True
    ref = anton.desk.take_up(anton.only("new"))
    anton.desk.reply(ref, "Ничего не подписывайте.")
    vera.desk.take_up(vera.only("new"))
    vera.sync()
    anton.switch.cut = False
    anton.switch.lose = lambda route: route == "append"
    anton.sync()
    assert anton.only("aside") == ref
    assert [item.text for item in anton.desk.matter(ref).items if item.state == "void"] == ["Ничего не подписывайте."]
    version = anton.desk.version
    for _ in range(3):
        anton.desk.seen(ref, anton.desk.matter(ref).read)
    assert anton.desk.version <= version + 1, "an open page does not ask anew for ever"
