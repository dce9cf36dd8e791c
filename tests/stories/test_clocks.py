"""Wrong days: a relay that claims or signs them, a computer whose clock is wrong. Nothing is lost by either alone."""

from collections.abc import Callable

import httpx
import pytest

from safeconduct.demo.inside import HandClock
from safeconduct.desk.found import add_member, invitation, join, make_desk
from safeconduct.desk.reading import LAST_DAY
from safeconduct.desk.room import Room
from safeconduct.desk.vault import create_vault
from safeconduct.desk.words import LANGUAGES
from safeconduct.desk.words import words as say
from safeconduct.errors import ClockWrong
from safeconduct.sealed.access import day_frame, sign_head, stream_id
from safeconduct.sealed.signing import SigningKey, frame, u32
from safeconduct.sealed.stream import Entry, SeekerKeys
from safeconduct.sealed.wire import encode, label_of, split
from simulator import ANTON, PASSPHRASE, VERA, Bench, Simulator
from stories.test_lies import Liar, pack, unpack

FAR = 40
Change = Callable[[bytes, bytes], bytes]


def codes(bench: Bench) -> list[str]:
    return [alarm.code for alarm in bench.desk.status().alarms]


def words(bench: Bench, band: str = "new") -> set[str]:
    return {row.first_line for row in bench.desk.queue(band).rows}  # type: ignore[arg-type]


def heard(sim: Simulator, keys: SeekerKeys) -> list[str]:
    back = sim.seeker().come_back(keys)
    assert back is not None
    return [said.text for said in back.said if not said.own]


def lie(bench: Bench, **changes: Change) -> None:
    """Changes the answers to requests of these kinds: of a request and an answer, both without what wraps them."""

    def change(_route: str, body: bytes, answer: httpx.Response) -> httpx.Response:
        changed = changes.get(label_of(body))
        if changed is None or answer.status_code != 200:
            return answer
        content = answer.content[:32] + changed(body, answer.content[32:])
        return httpx.Response(200, headers=answer.headers, content=content)

    bench.switch.lie = change


def claims(day: int) -> Change:
    """A feed in which this day is over, and nothing moved."""
    return lambda _body, _said: frame("feed answer", u32(day), bytes(12), u32(0), b"")


def signs(sim: Simulator, bench: Bench, day: int) -> Change:
    """A manifest with this day, signed."""
    key, space = SigningKey(sim.relay_key()), bench.room.space

    def change(body: bytes, said: bytes) -> bytes:
        nonce = split(body, "manifest", 2)[0][1]
        rest = split(said, "manifest answer", 5)[0][2:]
        return frame("manifest answer", u32(day), key.sign(day_frame(space, nonce, day)), *rest)

    return change


def tell_the_truth(bench: Bench) -> None:
    bench.switch.lie = lambda _route, _body, answer: answer


def test_a_day_that_the_relay_does_not_sign_is_nothing_but_an_alarm(sim: Simulator) -> None:
    vera = sim.found()
    sim.ask("Помогите.")
    vera.sync()
    day = vera.room.day
    lie(vera, feed=claims(day + FAR))
    sim.ask("И мне.")
    vera.sync()
    assert codes(vera) == ["forged"]
    assert vera.room.day == day
    tell_the_truth(vera)
    sim.ask("И нам.")
    vera.sync()
    vera.desk.lock()
    vera.desk.unlock(PASSPHRASE, live=False)
    assert words(vera) == {"Помогите.", "И мне.", "И нам."}
    assert codes(vera) == ["forged"]


@pytest.mark.parametrize("far", [2, FAR, 2**32 - 1 - 30_000])
def test_a_day_far_ahead_is_not_believed_although_it_is_signed(sim: Simulator, far: int) -> None:
    vera = sim.found()
    keys = sim.ask("Помогите.")
    vera.sync()
    case = vera.desk.take_up(vera.only("new"))
    sim.ask("И мне.")
    vera.sync()
    day = vera.room.day
    lie(vera, feed=claims(day + far), manifest=signs(sim, vera, day + far))
    for _ in range(2):
        vera.sync()
    assert codes(vera) != []
    vera.desk.lock()
    vera.desk.unlock(PASSPHRASE, live=False)
    assert (vera.room.day, vera.desk.status().relay) == (day, "clock")
    assert words(vera) == {"И мне."}
    vera.desk.reply(case, "Мы здесь.")
    tell_the_truth(vera)
    sim.ask("И нам.")
    for _ in range(2):
        vera.sync()
    assert words(vera) == {"И мне.", "И нам."}
    assert heard(sim, keys) == ["Мы здесь."]
    assert vera.desk.status().relay == "there"


def test_a_receipt_of_a_day_far_ahead_is_not_believed(sim: Simulator) -> None:
    vera = sim.found()
    keys = sim.ask("Помогите.")
    vera.sync()
    case = vera.desk.take_up(vera.only("new"))
    vera.sync()
    day, key = vera.room.day, SigningKey(sim.relay_key())

    def later(body: bytes, said: bytes) -> bytes:
        head = split(said, "append answer", 1)[0][0]
        stream = stream_id(split(body, "append", 6)[0][1])
        signed = sign_head(key, vera.room.space, stream, int.from_bytes(head[:4], "big"), head[4:36], day + FAR, 0)
        return frame("append answer", signed.pack())

    lie(vera, append=later)
    vera.desk.note(case, "Который у вас день?")
    vera.sync()
    assert codes(vera) == ["relays-clock"]
    assert vera.room.day == day
    tell_the_truth(vera)
    vera.desk.reply(case, "Мы здесь.")
    vera.sync()
    assert heard(sim, keys) == ["Мы здесь."]


def test_a_computer_whose_clock_is_behind_reads_on_and_loses_nothing(sim: Simulator) -> None:
    """What it is sent and what is written on it wait until its clock is right; it says so."""
    vera = sim.found()
    anton = sim.join(vera, "anton", "Антон", ANTON)
    keys = sim.ask("До перерыва.")
    for bench in (vera, anton, vera):
        bench.sync()
    case = anton.desk.take_up(anton.only("new"))
    anton.sync()
    anton.desk.lock()
    sim.pass_days(3)
    vera.sync()
    mara = sim.join(vera, "mara", "Мара", VERA)
    for bench in (vera, mara, vera, mara):
        bench.sync()
    sim.ask("Вчера.")
    sim.pass_days(1)
    sim.seeker().write(keys, "После перерыва.")
    sim.ask("Сегодня.")
    vera.sync()

    anton = sim.desk("anton", ahead=-30)
    for _ in range(3):
        anton.sync()
    assert anton.desk.status().relay == "clock"
    assert codes(anton) == ["relays-clock"]
    assert words(anton) == {"Вчера.", "Сегодня."}
    assert anton.texts(case) == ["До перерыва.", "После перерыва."]
    anton.desk.reply(case, "Мы здесь.")
    anton.sync()
    assert anton.desk.status().waiting == 1

    assert isinstance(anton.room.clock, HandClock)
    anton.room.clock.move(30)
    for _ in range(3):
        anton.sync()
    assert (anton.desk.status().relay, anton.desk.status().waiting) == ("there", 0)
    assert heard(sim, keys) == ["Мы здесь."]
    assert codes(anton) == ["relays-clock"]
    assert anton.room.roster.seat(mara.room.me.public) is not None
    anton.desk.lock()
    anton = sim.desk("anton")
    assert words(anton) == {"Вчера.", "Сегодня."}


def test_a_computer_whose_clock_is_ahead_destroys_nothing(sim: Simulator) -> None:
    vera = sim.found()
    sim.ask("Помогите.")
    vera.sync()
    boxes = vera.room.vault.rows("SELECT id FROM intake_box")
    vera.desk.lock()
    vera = sim.desk("vera", ahead=FAR)
    vera.sync()
    assert words(vera) == {"Помогите."}
    assert vera.room.vault.rows("SELECT id FROM intake_box") == boxes


def test_nobody_joins_while_the_computers_clock_is_behind(sim: Simulator) -> None:
    vera = sim.found()
    clock = HandClock.at(sim.clock.day() - FAR)
    vault = create_vault(sim.folder / "anton", PASSPHRASE, sim.random())
    room = Room(vault, sim.line(), clock, sim.random())
    add_member(vera.room, encode(make_desk(room)), "Антон", ANTON)
    with pytest.raises(ClockWrong):
        join(room, invitation(vera.room))
    clock.move(FAR)
    join(room, invitation(vera.room))
    vault.close()
    assert sim.desk("anton").desk.me().name == "Антон"


def test_clocks_that_are_still_apart_another_day_are_said_again(sim: Simulator) -> None:
    vera = sim.found()
    sim.ask("Помогите.")
    vera.sync()
    case = vera.desk.take_up(vera.only("new"))
    vera.sync()
    vera.desk.lock()
    vera = sim.desk("vera", ahead=2)
    for again in range(2):
        vera.desk.note(case, f"Который у вас день? {again}")
        vera.sync()
        (alarm,) = vera.desk.status().alarms
        assert alarm.code == "relays-clock"
        vera.desk.confirm_alarm(alarm.ref)
        vera.sync()
        assert codes(vera) == []
        sim.pass_days(1)
        vera.room.clock.move(1)  # type: ignore[attr-defined]


def test_requests_lost_later_are_an_alarm_again(sim: Simulator) -> None:
    vera = sim.found()
    for words_ in ("Первый.", "Второй."):
        vera.sync()
        sim.ask(words_)
        sim.ask(words_ + " И с ним ещё один.")
        vera.sync()
        for _ in range(4):
            sim.pass_days(7)
            vera.sync()
        (alarm,) = vera.desk.status().alarms
        assert alarm.code == "past-grace"
        vera.desk.confirm_alarm(alarm.ref)


def test_a_stream_of_a_day_that_no_calendar_has_is_not_taken(sim: Simulator) -> None:
    vera = sim.found()
    sim.ask("Помогите.")
    stream = sim.ask("И мне.").contact

    def late(body: bytes, said: bytes) -> bytes:
        wanted = split(body, "read", 4)[0][3]
        fields = unpack(said, len(wanted) // 36)
        for place in range(len(fields)):
            if wanted[place * 36 : place * 36 + 32] == stream.access.public:
                envelopes = [entry.envelope for entry in fields[place][1]]
                entries = [Entry(LAST_DAY + 1, 0, envelope) for envelope in envelopes]
                fields[place] = Liar(sim, vera).history(stream.id, entries)
        return pack(fields)

    lie(vera, read=late)
    vera.sync()
    assert codes(vera) == ["forged"]
    assert words(vera) == {"Помогите."}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_that_no_calendar_has_is_said_all_the_same(sim: Simulator, language: str) -> None:
    today = sim.clock.day()
    said = [say(language).day(day, today) for day in (LAST_DAY, LAST_DAY + 1, 2**32 - 1)]
    assert "9999" in said[0]
    assert len(set(said)) == 1
