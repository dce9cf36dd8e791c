"""Two coordinators, and the root's word that ends after 180 days."""

import pytest

from safeconduct.desk.found import delegate
from safeconduct.errors import DelegationEnded, SenderWrong, SpaceWrong
from safeconduct.sealed.manifest import DELEGATION_DAYS_MOST
from safeconduct.sealed.signing import SigningKey
from simulator import ANTON, VERA, Bench, Simulator, seeded


def pass_week(sim: Simulator, *benches: Bench) -> None:
    """Every few days each desk is open for a while."""
    for _ in range(2):
        sim.pass_days(4)
        for bench in (*benches, *benches):
            bench.sync()


def test_the_second_coordinator_keeps_the_door_open(sim: Simulator) -> None:
    vera = sim.found()
    mara = sim.join(vera, "mara", "Мара", VERA)
    anton = sim.join(vera, "anton", "Антон", ANTON)
    for bench in (vera, mara, anton):
        bench.sync()
    delegate(mara.room, sim.root)
    assert mara.desk.status().delegation_days_left == DELEGATION_DAYS_MOST
    assert anton.desk.status().delegation_days_left is None
    pass_week(sim, vera, mara, anton)
    vera.desk.lock()
    for _ in range(4):
        pass_week(sim, mara, anton)
    keys = sim.ask("Она в отъезде, а дверь открыта.")
    anton.sync()
    anton.desk.reply(anton.desk.take_up(anton.desk.queue("new").rows[0].ref), "Да.")
    for bench in (anton, mara, anton):
        bench.sync()
    back = sim.seeker().come_back(keys)
    assert back is not None
    assert back.said[-1].text == "Да."
    vera = sim.desk("vera")
    for bench in (vera, mara, vera):
        bench.sync()
        assert bench.desk.status().alarms == ()
        assert bench.desk.status().relay == "there"


def test_a_delegation_is_renewed_or_the_door_closes(sim: Simulator) -> None:
    vera = sim.found()
    keys = sim.ask("До конца срока.")
    vera.sync()
    case = vera.desk.take_up(vera.desk.queue("new").rows[0].ref)
    vera.sync()
    sim.pass_days(DELEGATION_DAYS_MOST - 3)
    vera.sync()
    assert (vera.desk.status().delegation_days_left, vera.desk.status().manifest_days_left) == (3, 3)
    sim.pass_days(4)
    with pytest.raises(DelegationEnded):
        sim.ask("Слишком поздно.")
    # What was written goes out all the same, once the manifest names a voice again.
    vera.desk.note(case, "Ключ у Мары.")
    vera.desk.reply(case, "Мы на месте.")
    vera.sync()
    vera.sync()
    assert (vera.desk.status().relay, vera.desk.status().delegation_days_left) == ("there", -1)
    delegate(vera.room, sim.root)
    vera.sync()
    assert (vera.desk.status().waiting, vera.desk.status().delegation_days_left) == (0, DELEGATION_DAYS_MOST)
    back = sim.seeker().come_back(keys)
    assert back is not None
    assert back.said[-1].text == "Мы на месте."
    sim.ask("Дверь снова открыта.")


def test_only_the_root_delegates_and_only_to_coordinators(sim: Simulator) -> None:
    vera = sim.found()
    anton = sim.join(vera, "anton", "Антон", ANTON)
    anton.sync()
    before = vera.room.vault.get("delegation")
    with pytest.raises(SpaceWrong):
        delegate(vera.room, SigningKey.draw(seeded("another")))
    with pytest.raises(SenderWrong):
        delegate(anton.room, sim.root)
    assert anton.room.vault.get("delegated") is None
    assert vera.room.vault.get("delegation") == before
