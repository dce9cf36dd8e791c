"""Closing a day: everything reads the same before, between and after; what goes, goes when it should and not before."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from relay.acts import Act, Acts, made, open_store, opened, perform_all
from relay.client import DAY, Cry, HandClock, Organisation, Talk, dice, founded, relay_here
from safeconduct.errors import FormatOther, Refusal, RelayTaken, RelayUnknown
from safeconduct.relay import request as r
from safeconduct.relay.form import read_request
from safeconduct.relay.space import Records, Space, confirm_day, init_relay
from safeconduct.relay.sqlite import File
from safeconduct.relay.store import Store
from safeconduct.sealed import request as q
from safeconduct.sealed.access import address_of, letter_digest, stream_id
from safeconduct.sealed.signing import SigningKey
from safeconduct.sealed.stream import FILE, THREAD


def everything(store: Store, space: Space, acts: Acts) -> list[object]:
    """Whatever can be asked of days that are over."""
    wants = tuple((cry.stream.access.public, 0) for cry in acts.cries)
    said: list[object] = []
    for want in wants:
        said.append(store.read(space, r.ReadAsked(b"", (), b"", b"", as_member=True, wants=(want,))))
        known = store.days.files.known(space.number, stream_id(want[0]))
        if known:
            said += [store.days.files.letter_beside(known), store.days.files.last(known)]
    for line in (line for lines in acts.lines for line in lines):
        asked = read_request(*line[0]) if line else None
        if isinstance(asked, r.Posted):
            said += [one for one in [store.days.files.letter(space.number, asked.address, asked.digest)] if one]
    for day in range(DAY, store.days.day):
        ids, more = store.arrivals(space, day, b"")
        said += [ids, more, store.open_contacts(space, ids), store.book(space, day, 0)]
    return said


def test_everything_reads_the_same_between_two_slices(tmp_path: Path) -> None:
    acts, clock = Acts(4, days=3, size=3), HandClock()
    space = made(tmp_path, acts.org)
    with opened(tmp_path, clock) as store:
        slices = 0
        for day in range(3):
            store.days.turn()
            perform_all(store, space, acts.shuffled(day, dice(day)), dice(day))
            clock.move(1)
            store.days.turn()
            before = everything(store, space, acts)
            while store.days.copying:
                store.days.copy_slice()
                # A letter that was acknowledged is no longer there to be empty.
                after = everything(store, space, acts)
                assert [one for one in after if one not in before] == []
                slices += 1
            after = everything(store, space, acts)
            assert [one for one in before if one not in after and getattr(one, "letter", b"") != b""] == []
        assert slices > 15


def test_what_is_written_while_a_day_is_copied_follows_it(tmp_path: Path) -> None:
    """Every request again at every stage of the copy: the same receipts; and appends go on from the right head."""
    acts, clock = Acts(5, days=1, size=6), HandClock()
    space = made(tmp_path, acts.org)
    appending = iter(acts.cries)
    with opened(tmp_path, clock) as store:
        order = acts.shuffled(0, dice(0))
        perform_all(store, space, order, dice(0))
        receipts = repeated(store, space, order)
        clock.move(1)
        store.days.turn()
        while store.days.copying:
            assert repeated(store, space, order) == receipts
            cry = next(appending)
            asked = read_request("append", acts.talk.append_body(cry, cry.draw(4_096), by=acts.talk.as_member))
            assert isinstance(asked, r.Appended)
            known = store.days.files.known(space.number, asked.stream)
            assert known
            before = store.days.files.last(known)
            with store.group():
                after = store.append(space, asked)
            assert (after.n, after.day) == (before.n + 1, DAY + 1)
            store.days.copy_slice()
        assert repeated(store, space, order) == receipts


def repeated(store: Store, space: Space, acts: list[Act]) -> list[object]:
    """The receipts of appends, births and contacts that are there already; nothing moves."""
    receipts: list[object] = []
    with store.group() as moved:
        for act in acts:
            asked = read_request(*act)
            if isinstance(asked, r.ContactSent):
                receipts.append(store.contact(space, asked).place)
            elif isinstance(asked, r.Appended):
                receipts.append(store.append(space, asked))
            elif isinstance(asked, r.Born):
                receipts.append(store.birth(space, asked))
    assert moved == []
    return receipts


def count(data: Path, table: str) -> int:
    sql = sqlite3.connect(data / "past.db")
    found = sql.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
    sql.close()
    return int(found[0])


def traces(body: bytes, data: Path) -> bool:
    """Whether any piece of it lies in any file."""
    files = [path.read_bytes() for path in data.iterdir()]
    return any(body[at : at + 32] in file for at in range(0, len(body), 256) for file in files)


def pass_days(talk: Talk, clock: HandClock, days: int) -> None:
    for _ in range(days):
        clock.move(1)
        talk.manifest()


def settle(talk: Talk, data: Path) -> None:
    """Until the closed day is copied."""
    while len(list(data.glob("today-*.db"))) > 1:
        talk.manifest()


def statements(file: File, do: Callable[[], object]) -> list[str]:
    """What SQLite was asked, values and all."""
    said: list[str] = []
    file._sql.set_trace_callback(said.append)
    do()
    file._sql.set_trace_callback(None)
    return said


def plan(file: File, do: Callable[[], object]) -> list[str]:
    """How SQLite goes about it."""
    [sql] = statements(file, do)
    return [row[3] for row in file._sql.execute(f"EXPLAIN QUERY PLAN {sql}") if "birth" in row[3] or "env" in row[3]]


def test_what_is_looked_for_is_found_by_its_index(tmp_path: Path) -> None:
    """SQLite would rather walk along the key: through a whole stream, through all days."""
    made(tmp_path, Organisation(1))
    with opened(tmp_path, HandClock()) as store:
        today, past = store.days.files.today, store.days.files.past
        for file in (today, past):
            assert plan(file, lambda file=file: file.find(1, bytes(32), bytes(32))) == [  # type: ignore[misc]
                "SEARCH envelope USING INDEX envelope_digest (space=? AND stream=? AND digest=?)"
            ]
        assert today.arrived(1, DAY, b"", 9) == []
        assert plan(past, lambda: past.arrived(1, DAY, b"", 9)) == [
            "SEARCH birth USING INDEX birth_day (space=? AND day=? AND stream>?)",
            "SEARCH birth USING COVERING INDEX birth_resealed (space=? AND resealed=? AND stream>?)",
        ]


def test_a_stranger_s_acknowledgements_are_not_looked_for(tmp_path: Path) -> None:
    acts = Acts(8, days=1)
    space = made(tmp_path, acts.org)
    with opened(tmp_path, HandClock()) as store:
        perform_all(store, space, acts.shuffled(0, dice(0)), dice(0))
        body = q.ask_collect(space.id, bytes(32), SigningKey(b"s" * 32), [bytes([n]) * 32 for n in range(256)])
        asked = read_request("collect", body)
        assert isinstance(asked, r.CollectAsked)
        assert len(statements(store.days.files.today, lambda: store.collect(space, asked))) < 5


def test_a_letter_goes_thirty_days_after_its_day(tmp_path: Path) -> None:
    clock, collect = HandClock(), SigningKey(b"c" * 32)
    with founded(tmp_path / "relay", clock) as (_, talk):
        talk.post(address_of(collect.public), Cry(1).letter)
        pass_days(talk, clock, 30)
        settle(talk, tmp_path / "relay")
        assert talk.collect(collect) == (False, (Cry(1).letter,))
        assert traces(Cry(1).letter, tmp_path / "relay")
        pass_days(talk, clock, 1)
        settle(talk, tmp_path / "relay")
        assert talk.collect(collect) == (False, ())
        assert not traces(Cry(1).letter, tmp_path / "relay")


def test_an_acknowledged_letter_leaves_no_byte_once_the_day_is_closed(tmp_path: Path) -> None:
    clock, collect = HandClock(), SigningKey(b"c" * 32)
    data = tmp_path / "relay"
    letters = [Cry(n).letter for n in range(4)]
    with founded(data, clock) as (_, talk):
        for letter in letters[:2]:
            talk.post(address_of(collect.public), letter)
        pass_days(talk, clock, 1)
        for letter in letters[2:]:
            talk.post(address_of(collect.public), letter)
        talk.collect(collect, *(letter_digest(letter) for letter in letters[1:3]))
        pass_days(talk, clock, 1)
        settle(talk, data)
        kept = {letter for letter in letters if traces(letter, data)}
        assert kept == {letters[0], letters[3]}
        assert set(talk.collect(collect)[1]) == kept


def test_streams_expire_only_if_told_and_slide_with_their_last_envelope(tmp_path: Path) -> None:
    for expire in (True, False):
        clock, data = HandClock(), tmp_path / str(expire)
        with founded(data, clock, expire=expire, retention_days=5) as (here, talk):
            old, moving, file = Cry(1), Cry(2), Cry(3, FILE)
            for cry in (old, moving):
                talk.contact(cry, talk.org.box_of(DAY))
            talk.append(old, old.draw(4_096))
            talk.birth(file)
            pass_days(talk, clock, 3)
            talk.append(moving, moving.draw(4_096))
            pass_days(talk, clock, 2)
            settle(talk, data)
            assert [head.n for head, _ in talk.read((old, 0), (moving, 0), (file, 0))] == [2, 2, 1]
            pass_days(talk, clock, 1)
            settle(talk, data)
            assert [head.n for head, _ in talk.read((old, 0), (moving, 0), (file, 0))] == (
                [0, 2, 0] if expire else [2, 2, 1]
            )
            assert ("relay: streams past their retention went" in here.said) is expire
            pass_days(talk, clock, 3)
            settle(talk, data)
            assert talk.read((moving, 0))[0][0].n == (0 if expire else 2)
            assert traces(old.envelope, data) is not expire


def test_a_stream_that_moves_on_its_last_day_stays(tmp_path: Path) -> None:
    """What is written while the copy of the day before decides what goes."""
    acts, clock = Acts(6, days=1), HandClock()
    space = made(tmp_path, acts.org)
    with opened(tmp_path, clock, 1) as store:
        perform_all(store, space, acts.shuffled(0, dice(0)), dice(0))
        clock.move(1)
        store.days.turn()
        store.days.copy_all()
        clock.move(1)
        store.days.turn()
        cry = acts.cries[0]
        asked = read_request("append", acts.talk.append_body(cry, cry.draw(4_096), by=acts.talk.as_member))
        assert isinstance(asked, r.Appended)
        with store.group():
            n = store.append(space, asked).n
        store.days.copy_all()
        assert count(tmp_path, "birth") == 1
        known = store.days.files.known(space.number, asked.stream)
        assert known
        assert store.days.files.last(known).n == n


def test_nothing_expires_in_the_thirty_days_after_a_confirmation(tmp_path: Path) -> None:
    clock, data, collect = HandClock(), tmp_path / "relay", SigningKey(b"c" * 32)
    with founded(data, clock, expire=True, retention_days=5) as (_, talk):
        cry = Cry(1)
        talk.contact(cry, talk.org.box_of(DAY))
        talk.post(address_of(collect.public), cry.letter)
        clock.move(100)
        confirm_day(data, clock.day())
        pass_days(talk, clock, 30)
        settle(talk, data)
        assert talk.read((cry, 0))[0][0].n == 1
        assert len(talk.collect(collect)[1]) == 1
        pass_days(talk, clock, 1)
        settle(talk, data)
        assert talk.read((cry, 0))[0][0].n == 0
        assert talk.collect(collect)[1] == ()


def test_books_stay_400_days(tmp_path: Path) -> None:
    clock, data = HandClock(), tmp_path / "relay"
    with founded(data, clock) as (_, talk):
        talk.birth(Cry(1, THREAD))
        pass_days(talk, clock, 400)
        settle(talk, data)
        assert len(talk.book(DAY)) == 1
        pass_days(talk, clock, 1)
        settle(talk, data)
        assert talk.book(DAY) == ()


def test_a_book_comes_in_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("safeconduct.relay.store.PAGE_BYTES", 64)
    clock, data = HandClock(), tmp_path / "relay"
    with founded(data, clock) as (_, talk):
        for n in range(7):
            talk.birth(Cry(n, THREAD))
        clock.move(1)
        whole = talk.book(DAY)  # while it is being copied, or after: the same
        settle(talk, data)
        assert talk.book(DAY) == whole
        assert list(whole) == sorted(whole)
        assert len(set(whole)) == 7
        page = talk.feed(DAY)
        assert (len(page.items), page.more) == (2, True)


def test_a_day_that_could_not_be_switched_goes_on(tmp_path: Path) -> None:
    """What was made for the next day is taken up again, or unlinked."""
    acts, clock = Acts(7, days=1), HandClock()
    space = made(tmp_path, acts.org)
    with opened(tmp_path, clock) as store:
        perform_all(store, space, acts.shuffled(0, dice(0)), dice(0))
    (tmp_path / f"today-{DAY + 1}.db").touch(0o600)
    (tmp_path / f"today-{DAY + 1}.db-wal").touch(0o600)
    with opened(tmp_path, clock) as store:
        assert store.days.day == DAY
        assert sorted(path.name for path in tmp_path.glob("today-*")) == [f"today-{DAY}.db", f"today-{DAY}.db-wal"]
        clock.move(1)
        store.days.turn()
        store.days.copy_all()
    assert count(tmp_path, "birth") == 20


def test_a_second_process_and_another_format_are_refused(tmp_path: Path) -> None:
    clock = HandClock()
    with pytest.raises(RelayUnknown):
        open_store(tmp_path / "nothing", clock)
    with pytest.raises(RelayUnknown):
        confirm_day(tmp_path / "nothing", DAY)
    made(tmp_path / "relay", Organisation(1))
    with opened(tmp_path / "relay", clock), pytest.raises(RelayTaken):
        open_store(tmp_path / "relay", clock)
    for name in ("past.db", f"today-{DAY}.db", "space.db"):
        sql = sqlite3.connect(tmp_path / "relay" / name)
        sql.execute("PRAGMA user_version = 9")
        sql.close()
        with pytest.raises(FormatOther):
            open_store(tmp_path / "relay", clock)
        sql = sqlite3.connect(tmp_path / "relay" / name)
        sql.execute("PRAGMA user_version = 1")
        sql.close()
    with opened(tmp_path / "relay", clock):
        pass
    (tmp_path / "relay" / "past.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(FormatOther):
        open_store(tmp_path / "relay", clock)


def test_a_relay_that_cannot_start_says_so(tmp_path: Path) -> None:
    with pytest.raises(RelayUnknown), relay_here(tmp_path / "nothing", HandClock()):
        pass


def test_only_the_owner_can_look(tmp_path: Path) -> None:
    with founded(tmp_path / "relay", HandClock()) as (_, talk):
        talk.birth(Cry(1, THREAD))
        modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "relay").iterdir()}
        assert set(modes.values()) == {0o600}
        assert (tmp_path / "relay").stat().st_mode & 0o777 == 0o700


def test_a_code_is_added_to_a_relay_that_is_there(tmp_path: Path) -> None:
    org = Organisation(1)
    made(tmp_path, org)
    code = init_relay(tmp_path, lambda size: b"z" * size, DAY + 5)
    records = Records(tmp_path)
    assert records.day == DAY
    assert records.key.seed() != b"z" * 32
    other = Organisation(2)
    asked = read_request("space", q.create_space(code, other.root, other.keys))
    assert isinstance(asked, r.SpaceMade)
    records.clock_good = False
    with pytest.raises(Refusal, match=r"^clock$"):
        records.change(asked)
    records.clock_good = True
    assert records.change(asked).number == 2
    records.close()
