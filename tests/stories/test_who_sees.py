"""Who sees what: counted from vault files and keys, not from screens."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from safeconduct.desk.vault import open_vault
from safeconduct.errors import Refusal
from safeconduct.sealed.access import WEEK_DAYS, week_of
from safeconduct.sealed.letter import ContactLetter, contact_info, open_letter
from safeconduct.sealed.sealing import BoxPrivate
from safeconduct.sealed.stream import SeekerKeys, Stream
from simulator import ANTON, LENA, PASSPHRASE, Bench, Simulator, seeded


class Disk:
    """All that the relay stores of streams and contacts, as whoever seizes it finds it."""

    def __init__(self, sim: Simulator) -> None:
        self.blobs: list[bytes] = []
        copy = sim.folder / "seized"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(sim.folder / "relay", copy)
        for path in sorted(copy.glob("*.db")):
            self._read(path)

    def _read(self, path: Path) -> None:
        with closing(sqlite3.connect(path)) as sql:
            for (table,) in list(sql.execute("SELECT name FROM sqlite_master WHERE type = 'table'")):
                for row in sql.execute(f"SELECT * FROM {table}"):  # noqa: S608
                    self.blobs += [value for value in row if isinstance(value, bytes)]

    def envelopes(self) -> list[bytes]:
        return [blob for blob in self.blobs if len(blob) in (4_096, 16_384, 65_536, 262_144)]

    def letters(self) -> list[bytes]:
        return [blob for blob in self.blobs if len(blob) == 2_160]

    def opened_by(self, streams: list[Stream]) -> int:
        """How many envelopes these secrets open."""
        return sum(any(_opens(stream, envelope) for stream in streams) for envelope in self.envelopes())


def _opens(stream: Stream, envelope: bytes) -> bool:
    try:
        stream.open(envelope)
    except Refusal:
        return False
    return True


def secrets(sim: Simulator, name: str) -> dict[int, list[Stream]]:
    """A member's disk with its passphrase: every stream secret in the vault, by class."""
    vault = open_vault(sim.folder / name, PASSPHRASE, seeded("thief"))
    found: dict[int, list[Stream]] = {}
    for kind, secret in vault.rows("SELECT class, secret FROM stream"):
        found.setdefault(kind, []).append(Stream(secret))
    vault.close()
    return found


def settle(*benches: Bench) -> None:
    for bench in [*benches, *benches]:
        bench.sync()


def a_week_of_work(sim: Simulator) -> tuple[list[Bench], list[SeekerKeys]]:
    """Six contacts: Vera takes two up and gives Lena one of them, Anton one, three wait."""
    vera = sim.found()
    anton = sim.join(vera, "anton", "Антон", ANTON)
    lena = sim.join(vera, "lena", "Лена", LENA)
    settle(vera, anton, lena)
    keys = [sim.ask(f"Человек {i}.") for i in range(6)]
    settle(vera, anton)
    for bench, person in ((vera, 0), (vera, 1), (anton, 2)):
        ref = next(row.ref for row in bench.desk.queue("new").rows if row.first_line == f"Человек {person}.")
        case = bench.desk.take_up(ref)
        bench.desk.reply(case, f"Ответ {person}.")
        bench.desk.note(case, f"Заметка {person}.")
        settle(vera, anton, lena)
    first = next(row.ref for row in vera.desk.queue("mine").rows if row.first_line == "Человек 0.")
    lenas = next(each.ref for each in vera.desk.matter(first).can_grant if each.name == "Лена")
    vera.desk.grant(first, lenas)
    settle(vera, anton, lena)
    return [vera, anton, lena], keys


def test_each_member_holds_exactly_what_was_given_to_her(sim: Simulator) -> None:
    benches, keys = a_week_of_work(sim)
    for bench in benches:
        bench.desk.lock()
    vera, anton, lena = (secrets(sim, name) for name in ("vera", "anton", "lena"))
    contacts = [person.contact.id for person in keys]
    # The coordinator: every case, intake's file, and the contacts that came to boxes she holds.
    assert (len(vera[1]), len(vera[2]), len(vera[3])) == (6, 3, 4)
    # Intake: every contact of this week's box; of the cases his own alone.
    assert (len(anton[1]), len(anton[2]), len(anton[3])) == (6, 1, 2)
    # Neither: one case, with its contact and its thread. No count of anything else.
    assert (len(lena[1]), len(lena[2]), len(lena[3])) == (1, 1, 1)
    assert {stream.id for stream in lena[1]} == {contacts[0]}
    assert {stream.id for stream in anton[2]} < {stream.id for stream in vera[2]}
    disk = Disk(sim)
    # Lena's secrets open her case and the roster, and not one envelope more.
    mine = [lena[1][0], lena[2][0], lena[3][0]]
    assert disk.opened_by(mine) == sum(disk.opened_by([stream]) for stream in mine)
    roster = disk.opened_by(lena[4])
    assert disk.opened_by([stream for kind in lena.values() for stream in kind]) == disk.opened_by(mine) + roster
    assert disk.opened_by(mine) < disk.opened_by([stream for kind in vera.values() for stream in kind]) - roster


def test_lena_has_no_row_no_count_and_no_key_of_anyone_else(sim: Simulator) -> None:
    (_, _, lena), _ = a_week_of_work(sim)
    assert dict(lena.desk.queue("new").counts) == {"new": 0, "mine": 1, "team": 0, "aside": 0}
    vault = lena.room.vault
    assert vault.rows("SELECT COUNT(*) FROM row") == [(1,)]
    assert vault.rows("SELECT COUNT(*) FROM intake_box") == [(0,)]
    assert vault.get("intake") is None
    assert vault.get("keeper") is None
    assert vault.get("intake file") is None
    assert vault.rows("SELECT COUNT(*) FROM letter") == [(0,)]


def test_anton_opens_the_letters_of_the_weeks_whose_box_he_holds_and_no_other(sim: Simulator) -> None:
    vera = sim.found()
    settle(vera)
    early = [sim.ask(f"До Антона {i}.") for i in range(2)]
    settle(vera)
    sim.pass_days(2)
    settle(vera)
    for _ in range(3):
        sim.pass_days(2)
        settle(vera)
    assert week_of(sim.clock.day()) > week_of(sim.clock.day() - 8)
    anton = sim.join(vera, "anton", "Антон", ANTON)
    late = [sim.ask(f"При Антоне {i}.") for i in range(3)]
    settle(vera, anton)
    assert anton.desk.queue("new").total == len(late)
    assert vera.desk.queue("new").total == len(early) + len(late)
    boxes = anton.room.vault.rows("SELECT id, seed, first FROM intake_box")
    assert min(row[2] for row in boxes) == week_of(sim.clock.day()) * WEEK_DAYS
    opened = 0
    for letter in Disk(sim).letters():
        for person in (*early, *late):
            for box, seed, _ in boxes:
                try:
                    info = contact_info(vera.room.space, person.contact.id, bytes(box))
                    open_letter(BoxPrivate(bytes(seed)), info, letter, ContactLetter)
                except Refusal:
                    continue
                opened += 1
    assert opened == len(late)


def test_the_relays_disk_and_every_return_phrase_open_no_file(sim: Simulator) -> None:
    benches, keys = a_week_of_work(sim)
    disk = Disk(sim)
    files = secrets_of(benches[0], 3)
    in_files = disk.opened_by(files)
    assert in_files > 6
    phrases: list[Stream] = []
    for person in keys:
        phrases.append(person.contact)
        back = sim.seeker().come_back(person)
        assert back is not None
    # With the phrases one walks from contact to thread, as the door does; nothing leads to a file.
    walked = disk.opened_by(phrases) + disk.opened_by(secrets_of(benches[0], 2))
    assert walked + in_files + disk.opened_by(secrets_of(benches[0], 4)) == len(disk.envelopes())
    files_and_roster = [*files, *secrets_of(benches[0], 4)]
    known = [
        piece for person in keys for piece in (person.root[:32], person.root[32:], person.r, person.contact.secret)
    ]
    known += [stream.secret for stream in secrets_of(benches[0], 2)]
    assert not {Stream(piece).id for piece in known} & {stream.id for stream in files_and_roster}
    assert disk.opened_by([Stream(piece) for piece in known]) == walked


def secrets_of(bench: Bench, kind: int) -> list[Stream]:
    return [Stream(row[0]) for row in bench.room.vault.rows("SELECT secret FROM stream WHERE class = ?", kind)]


def test_a_letter_from_someone_who_may_not_send_it_is_dropped_and_shown(sim: Simulator) -> None:
    """Anton, no coordinator, sends Lena a voice key and the secret of a file that he made up."""
    from safeconduct.desk.letters import send  # noqa: PLC0415
    from safeconduct.sealed.signing import SigningKey  # noqa: PLC0415

    vera = sim.found()
    anton = sim.join(vera, "anton", "Антон", ANTON)
    lena = sim.join(vera, "lena", "Лена", LENA)
    settle(vera, anton, lena)
    false, seat = SigningKey(bytes(range(32))), anton.room.roster.seat(lena.room.me.public)
    assert seat
    send(anton.room, seat, "voice", false.public, false.seed(), sim.clock.day() + 8)
    lena.sync()
    assert [alarm.code for alarm in lena.desk.status().alarms] == ["sender-wrong"]
    assert lena.room.vault.row("SELECT 1 FROM voice WHERE key = ?", false.public) is None
