"""How long a desk takes for 10,000 envelopes it has never seen: 1,000 cases of ten, read, verified, opened, folded.

    python bench/desk_sync.py [CASES]

Prints one JSON line. The relay runs in the same process (the real one, over ASGI), so its time is in it too.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from safeconduct.case.event import Granted, Noted, Opened, Sent
from safeconduct.desk.letters import send
from safeconduct.sealed.access import box_id, letter_digest
from safeconduct.sealed.event import Began, Continue, Said
from safeconduct.sealed.letter import NO_END, OnwardLetter, onward_info, seal_letter
from safeconduct.sealed.request import Entitlement, append, birth
from safeconduct.sealed.signing import SigningKey, digest
from safeconduct.sealed.stream import FILE, THREAD, Point, SeekerKeys, Stream
from safeconduct.sealed.wire import Lane, LetterBytes, Octets32
from simulator import ANTON, Bench, Simulator, seeded, simulated

ENVELOPES = 10


def lay(sim: Simulator, by: Bench, number: int) -> Stream:
    """A whole case on the relay, as Anton's desk would have left it: ten envelopes. Returns its file."""
    random, room, line = seeded(("case", number)), by.room, by.room.line
    keys = SeekerKeys(random(64))
    sim.seeker().ask_as(keys, f"Прошу помощи, номер {number}.", "KZ", "papers", "ru")
    file, thread, recovery = Stream(random(32)), Stream(random(32)), random(2_160)
    voice, member, erase = room.voice(), Entitlement(1, room.member), SigningKey(random(32))
    assert voice
    opened = Opened(
        "case",
        (Octets32(keys.r), Octets32(keys.signing.public)),
        Octets32(thread.secret),
        None,
        Octets32(letter_digest(recovery)),
    )
    first = file.write(room.me, (bytes(8), 0), None, opened, random)
    line.ask("append", birth(room.space, file, FILE, room.member, first, recovery=recovery))
    words = f"Мы вас прочитали, {number}."
    sent = Sent(Octets32(thread.id), Lane(bytes(8)), 1, Octets32(digest("words", words.encode())))
    for k, event in enumerate(
        (Granted(Octets32(room.me.public)), sent, Noted("Позвонить.", None), Noted("Ждём ответа.", None)), 1
    ):
        line.ask(
            "append",
            append(room.space, file, file.write(room.me, (bytes(8), k), None, event, random), None, second=member),
        )
    began = Began(Octets32(keys.contact.id), Octets32(keys.r), Octets32(keys.signing.public), Octets32(erase.public))
    born = thread.write(voice, (bytes(8), 0), None, began, random)
    line.ask("append", birth(room.space, thread, THREAD, room.member, born, erase=erase.public))
    line.ask("append", append(room.space, thread, thread.write(voice, (bytes(8), 1), None, Said(words), random), None))
    own = thread.write(keys.signing, (bytes(8), 0), None, Said("Спасибо."), random)
    line.ask("append", append(room.space, thread, own, None))
    close(sim, by, keys, file, thread)
    return file


def close(sim: Simulator, by: Bench, keys: SeekerKeys, file: Stream, thread: Stream) -> None:
    room, contact, voice = by.room, keys.contact, by.room.voice()
    assert voice
    history = sim.seeker()._read(contact, room.relay_key)
    point: Point = history.points[-1]
    letter = seal_letter(
        keys.box.public,
        onward_info(room.space, contact.id, box_id(keys.box.public)),
        OnwardLetter(Octets32(thread.secret), None),
    )
    event = Continue(
        point.n,
        Octets32(point.hash),
        Octets32(digest("to", thread.secret)),
        Octets32(digest("file", file.secret)),
        LetterBytes(letter),
        None,
        (),
    )
    envelope = contact.write(voice, (bytes(8), 0), None, event, room.random)
    second = Entitlement(1, room.member)
    room.line.ask("append", append(room.space, contact, envelope, point, closing=True, second=second))


def main() -> None:
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    with tempfile.TemporaryDirectory() as folder, simulated(Path(folder)) as sim:
        vera = sim.found()
        anton = sim.join(vera, "anton", "Антон", ANTON)
        for bench in (vera, anton, vera, anton):
            bench.sync()
        seat = anton.room.roster.seat(vera.room.me.public)
        assert seat
        for number in range(cases):
            file = lay(sim, anton, number)
            send(anton.room, seat, "file", file.id, file.secret, NO_END)
        began, cpu = time.perf_counter(), time.process_time()
        vera.sync()
        took, spent = time.perf_counter() - began, time.process_time() - cpu
        shown = vera.desk.queue("team").total
        envelopes = vera.room.vault.rows("SELECT COUNT(*) FROM envelope")[0][0]
        assert shown == cases, (shown, vera.desk.status())
        assert vera.desk.status().alarms == ()
        print(
            json.dumps(
                {
                    "bench": "desk_sync",
                    "cases": cases,
                    "envelopes": envelopes,
                    "s": round(took, 2),
                    "cpu_s": round(spent, 2),
                    "target_s": 15,
                }
            )
        )


if __name__ == "__main__":
    main()
