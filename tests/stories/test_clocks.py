"""Wrong days: what was said once and confirmed is said again when it happens again."""

from simulator import Bench, Simulator


def codes(bench: Bench) -> list[str]:
    return [alarm.code for alarm in bench.desk.status().alarms]


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
