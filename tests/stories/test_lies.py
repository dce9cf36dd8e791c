"""A small lying relay: each lie raises its own alarm, and a hostile seeker's inventions raise none."""

from collections.abc import Callable

import httpx
import pytest

from safeconduct.sealed.access import HEAD_BYTES, chain_next, chain_start, envelope_digest, sign_head
from safeconduct.sealed.event import Said
from safeconduct.sealed.request import append, read_append_answer
from safeconduct.sealed.signing import SigningKey, frame, u32
from safeconduct.sealed.stream import Entry, Point, Stream
from safeconduct.sealed.wire import split
from simulator import Bench, Simulator, seeded

Field = tuple[bytes, list[Entry]]
Lie = Callable[[list[Field]], list[Field]]


def unpack(answer: bytes, streams: int) -> list[Field]:
    fields, _, _ = split(answer, "read answer", streams)
    found = []
    for field in fields:
        head, rest, entries = field[:HEAD_BYTES], field[HEAD_BYTES:], []
        while rest:
            day, closing, length = (int.from_bytes(rest[i : i + 4], "big") for i in (0, 4, 8))
            entries.append(Entry(day, closing, rest[12 : 12 + length]))
            rest = rest[12 + length :]
        found.append((head, entries))
    return found


def pack(fields: list[Field]) -> bytes:
    bodies = [
        head + b"".join(u32(each.day) + u32(each.closing) + u32(len(each.envelope)) + each.envelope for each in entries)
        for head, entries in fields
    ]
    return frame("read answer", *bodies)


def lie_in_reads(bench: Bench, lie: Lie) -> None:
    """Changes what `read` answers, the challenge left as it is."""

    def change(route: str, body: bytes, answer: httpx.Response) -> httpx.Response:
        if route != "read" or answer.status_code != 200:
            return answer
        fields, _, _ = split(body, "read", 4)
        content = answer.content[:32] + pack(lie(unpack(answer.content[32:], len(fields[3]) // 36)))
        return httpx.Response(200, headers={"content-type": "application/octet-stream"}, content=content)

    bench.switch.lie = change


class Liar:
    """The relay's own key in the hands of whoever lies."""

    def __init__(self, sim: Simulator, bench: Bench) -> None:
        row = sim.relay_key()
        self.key = SigningKey(row)
        assert self.key.public == bench.room.relay_key
        self.space = bench.room.space

    def history(self, stream: bytes, entries: list[Entry]) -> Field:
        """A head that fits whatever entries."""
        chain = chain_start(stream)
        for entry in entries:
            chain = chain_next(chain, envelope_digest(entry.envelope), entry.day, entry.closing)
        last = entries[-1] if entries else Entry(0, 0, b"")
        head = sign_head(self.key, self.space, stream, len(entries), chain, last.day, last.closing)
        return head.pack(), entries


@pytest.fixture
def case(sim: Simulator) -> tuple[Bench, str, bytes]:
    """A desk with a case, and its thread's id."""
    vera = sim.found()
    keys = sim.ask("Первое.")
    vera.sync()
    ref = vera.desk.take_up(vera.only("new"))
    vera.desk.reply(ref, "Второе.")
    vera.sync()
    sim.seeker().write(keys, "Третье.")
    vera.sync()
    assert codes(vera) == []
    (thread,) = vera.room.vault.rows("SELECT id FROM stream WHERE class = 2")[0]
    return vera, ref, bytes(thread)


def codes(bench: Bench) -> list[str]:
    return [alarm.code for alarm in bench.desk.status().alarms]


def forget_and_read(bench: Bench, stream: bytes, *, times: int = 1) -> None:
    """Make the desk read a stream again from where it is."""
    for _ in range(times):
        bench.room.vault.run("UPDATE stream SET due = 1 WHERE id = ?", stream)
        bench.sync()


def unlearn(bench: Bench, stream: bytes) -> None:
    """As if the desk had just learned of it."""
    bench.room.vault.run("DELETE FROM envelope WHERE stream = ?", stream)
    start = Point.start(stream)
    bench.room.vault.run(
        "UPDATE stream SET n = 0, hash = ?, day = 0, closing = 0, head = NULL, due = 1 WHERE id = ?", start.hash, stream
    )


def entries_of(bench: Bench, stream: bytes) -> list[Entry]:
    """What the relay really has."""
    kept: list[Entry] = []

    def note(fields: list[Field]) -> list[Field]:
        kept.extend(fields[0][1])
        return fields

    unlearn(bench, stream)
    lie_in_reads(bench, note)
    bench.sync()
    bench.switch.lie = lambda _route, _body, answer: answer
    return kept


def test_a_forged_head(case: tuple[Bench, str, bytes]) -> None:
    vera, ref, thread = case
    shown = vera.texts(ref)
    lie_in_reads(vera, lambda fields: [(head[:-1] + bytes([head[-1] ^ 1]), entries) for head, entries in fields])
    forget_and_read(vera, thread)
    assert codes(vera) == ["forged"]
    assert vera.texts(ref) == shown


@pytest.mark.parametrize("lie", ["flipped", "reordered", "another day", "closed", "cut"])
def test_forged_entries_under_a_true_head(case: tuple[Bench, str, bytes], lie: str) -> None:
    vera, _, thread = case
    unlearn(vera, thread)

    def forge(fields: list[Field]) -> list[Field]:
        changed = []
        for head, entries in fields:
            match lie:
                case "flipped":
                    first = Entry(entries[0].day, 0, entries[0].envelope[:-1] + bytes([entries[0].envelope[-1] ^ 1]))
                    changed.append((head, [first, *entries[1:]]))
                case "reordered":
                    changed.append((head, entries[::-1]))
                case "another day":
                    changed.append((head, [Entry(e.day - 1, e.closing, e.envelope) for e in entries]))
                case "closed":
                    changed.append((head, [Entry(e.day, 1, e.envelope) for e in entries]))
                case _:
                    changed.append((head, [*entries[:-1], entries[-1], entries[-1]]))
        return changed

    lie_in_reads(vera, lambda fields: forge(fields) if len(fields) == 1 and fields[0][1] else fields)
    vera.sync()
    assert codes(vera) == ["forged"]


def test_an_envelope_replayed_under_a_fresh_head(sim: Simulator, case: tuple[Bench, str, bytes]) -> None:
    vera, ref, thread = case
    entries = entries_of(vera, thread)
    shown = vera.texts(ref)
    liar = Liar(sim, vera)
    unlearn(vera, thread)
    lie_in_reads(vera, lambda _: [liar.history(thread, [*entries, entries[-1]])])
    vera.sync()
    assert codes(vera) == ["forged"]
    assert vera.texts(ref) == shown


def test_dropped_after_acknowledgement(sim: Simulator, case: tuple[Bench, str, bytes]) -> None:
    vera, ref, thread = case
    entries = entries_of(vera, thread)
    liar = Liar(sim, vera)
    shown = vera.texts(ref)
    lie_in_reads(vera, lambda _: [liar.history(thread, entries[:-1])])
    forget_and_read(vera, thread, times=2)
    assert codes(vera) == []
    forget_and_read(vera, thread)
    assert codes(vera) == ["withheld"]
    assert vera.texts(ref) == shown


def test_dropped_from_the_book_of_a_day(sim: Simulator, case: tuple[Bench, str, bytes]) -> None:
    vera, _, _ = case

    def empty(route: str, body: bytes, answer: httpx.Response) -> httpx.Response:
        if route != "feed" or answer.status_code != 200 or not body.startswith(b"safeconduct/1/feed"):
            return answer
        (day, cursor, more, items), _, _ = split(answer.content[32:], "feed answer", 4)
        asked = split(body, "feed", 5)[0][2]
        items = b"" if asked != day else items
        content = answer.content[:32] + frame("feed answer", day, cursor, more, items)
        return httpx.Response(200, headers={"content-type": "application/octet-stream"}, content=content)

    vera.switch.lie = empty
    sim.pass_days(1)
    vera.sync()
    assert set(codes(vera)) == {"withheld"}


def test_reordered_under_a_fresh_head_is_a_fork(sim: Simulator, case: tuple[Bench, str, bytes]) -> None:
    vera, ref, thread = case
    entries = entries_of(vera, thread)
    shown = vera.texts(ref)
    liar = Liar(sim, vera)
    swapped = [entries[0], entries[2], entries[1]]
    lie_in_reads(vera, lambda _: [liar.history(thread, swapped)])
    forget_and_read(vera, thread)
    assert codes(vera) == ["fork"]
    assert vera.texts(ref) == shown
    proof = vera.room.vault.row("SELECT proof FROM alarm WHERE code = 'fork'")
    assert proof
    assert len(proof[0]) == 2 * HEAD_BYTES


def test_two_histories_of_different_length_are_a_fork(sim: Simulator, case: tuple[Bench, str, bytes]) -> None:
    vera, _, thread = case
    entries = entries_of(vera, thread)
    liar = Liar(sim, vera)
    other = [entries[0], entries[2], entries[1], Entry(entries[2].day, 0, seeded("x")(4_096))]

    def answer(fields: list[Field]) -> list[Field]:
        head, whole = liar.history(thread, other)
        return [(head, whole[len(entries) :] if not fields[0][1] and fields[0][0][:4] == u32(3) and first else whole)]

    first = True

    def once(fields: list[Field]) -> list[Field]:
        nonlocal first
        said = answer(fields)
        first = False
        return said

    lie_in_reads(vera, once)
    forget_and_read(vera, thread)
    assert codes(vera) == ["fork"]


def test_an_old_manifest(sim: Simulator, case: tuple[Bench, str, bytes]) -> None:
    vera, _, _ = case
    old: list[bytes] = []

    def keep_first(route: str, _body: bytes, answer: httpx.Response) -> httpx.Response:
        if route != "manifest":
            return answer
        day, signature, manifest, box, form = split(answer.content[32:], "manifest answer", 5)[0]
        old.append(manifest)
        content = answer.content[:32] + frame("manifest answer", day, signature, old[0], box, form)
        return httpx.Response(200, headers={"content-type": "application/octet-stream"}, content=content)

    vera.switch.lie = keep_first
    for _ in range(3):
        sim.pass_days(1)
        vera.sync()
        vera.sync()
    assert set(codes(vera)) == {"stale-keys-served"}


def test_words_in_our_name_that_nobody_owns(sim: Simulator, case: tuple[Bench, str, bytes]) -> None:
    """Someone holds a voice key and the thread, and speaks past the file."""
    vera, ref, thread = case
    held = vera.room.vault.row("SELECT secret, n, hash FROM stream WHERE id = ?", thread)
    assert held
    stream, voice = Stream(bytes(held[0])), vera.room.voice()
    assert voice
    envelope = stream.write(voice, (bytes(8), 0), None, Said("Приходите завтра."), seeded("forger"))
    body = append(vera.room.space, stream, envelope, Point(held[1], bytes(held[2]), 0))
    line = sim.line()
    read_append_answer(line.ask("append", body), vera.room.space, stream.id, vera.room.relay_key)
    vera.sync()
    assert codes(vera) == ["spoken-in-our-name"]
    assert "Приходите завтра." not in vera.texts(ref)


def test_a_hostile_seekers_inventions_raise_nothing(sim: Simulator, case: tuple[Bench, str, bytes]) -> None:
    """An invented `seen`, one of another stream, a writer nobody knows, the same number twice."""
    vera, ref, _ = case
    keys = sim.ask("Злой.")
    stream, random = keys.contact, seeded("hostile")
    mine = Liar(sim, vera).history(stream.id, [])[0]
    stranger = SigningKey(random(32))
    invented = [
        (keys.signing, (bytes(8), 0), u32(9) + random(104)),
        (keys.signing, (bytes(8), 0), mine),
        (stranger, (bytes(8), 1), None),
        (keys.signing, (bytes(8), 2), vera.room.vault.rows("SELECT head FROM stream WHERE class = 2")[0][0]),
    ]
    line = sim.line()
    for writer, me, seen in invented:
        envelope = stream.write(writer, me, seen, Said("Выдумка."), random)
        line.ask("append", append(vera.room.space, stream, envelope, None))
    vera.sync()
    vera.desk.take_up(vera.only("new"))
    vera.sync()
    vera.sync()
    assert codes(vera) == []
    assert vera.desk.queue("mine").total == 2
    assert vera.texts(ref)[-1] == "Третье."


def test_the_relays_clock(sim: Simulator, case: tuple[Bench, str, bytes]) -> None:
    vera, ref, _ = case
    vera.desk.lock()
    vera = sim.desk("vera", ahead=2)
    vera.desk.note(ref, "Который у вас день?")
    vera.sync()
    assert codes(vera) == ["relays-clock"]
