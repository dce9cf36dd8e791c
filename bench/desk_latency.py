"""From *on the relay* to *visible in the queue*: a seeker's first contact, a live desk, relay and desk as processes.

    python bench/desk_latency.py [CONTACTS]

The clock starts when the relay's receipt is with the seeker and stops when the desk's `wait` has returned and its
queue shows the row. Prints one JSON line.
"""

import json
import os
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))


from processes import relay_process
from safeconduct.clock import Clock
from safeconduct.demo.seeker import Seeker
from safeconduct.desk.desk import Desk
from safeconduct.desk.found import found_space
from safeconduct.desk.line import Line
from safeconduct.desk.room import Room
from safeconduct.desk.vault import create_vault
from safeconduct.relay.space import init_relay
from safeconduct.sealed.signing import SigningKey
from safeconduct.sealed.stream import SeekerKeys
from simulator import PASSPHRASE, VERA, quiet


def measure(desk: Desk, seeker: Seeker, contacts: int) -> list[float]:
    """Seconds for each contact, one after another."""
    seen: dict[str, float] = {}
    ready = threading.Condition()

    def watch() -> None:
        version = -1
        while len(seen) < contacts:
            version = desk.wait(version, 5.0)
            now = time.perf_counter()
            with ready:
                for row in desk.queue("new", limit=contacts).rows:
                    seen.setdefault(row.first_line, now)
                ready.notify_all()

    watcher = threading.Thread(target=watch)
    watcher.start()
    times = []
    for number in range(contacts):
        words = f"Прошу помощи, {number}."
        seeker.ask_as(SeekerKeys(os.urandom(64)), words, "GE", "papers", "ru")
        sent = time.perf_counter()
        with ready:
            ready.wait_for(lambda words=words: words in seen)  # type: ignore[misc]
        times.append(max(0.0, seen[words] - sent))
        time.sleep(0.05)
    watcher.join()
    return times


def main() -> None:
    contacts = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        code = init_relay(folder / "relay", os.urandom, Clock().day())
        with relay_process(folder / "relay") as port:
            address, root = f"http://127.0.0.1:{port}", SigningKey(os.urandom(32))
            vault = create_vault(folder / "vera", PASSPHRASE, os.urandom)
            line = Line(address)
            found_space(Room(vault, line, Clock(), os.urandom), address, code, root, "Тихий берег", "Вера", VERA)
            vault.close()
            desk = Desk(folder / "vera", Clock(), os.urandom, quiet())
            desk.unlock(PASSPHRASE)
            times = measure(desk, Seeker(line, root.public, os.urandom), contacts)
            desk.lock()
            line.close()
    ordered = sorted(times)
    print(
        json.dumps(
            {
                "bench": "desk_latency",
                "contacts": contacts,
                "median_ms": round(statistics.median(times) * 1_000),
                "p95_ms": round(ordered[int(len(ordered) * 0.95)] * 1_000),
                "most_ms": round(ordered[-1] * 1_000),
                "target_ms": 1_000,
            }
        )
    )


if __name__ == "__main__":
    main()
