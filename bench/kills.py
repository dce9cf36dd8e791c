"""Relay and desk killed with `kill -9` inside the whole story, many times: is what was acknowledged there once?

    python bench/kills.py [KILLS] [MINUTES] [SEED]

So many kills of each (500 unless told otherwise), in batches of twenty, a new organisation each time, until the minutes
are over. Three of four kills of the relay and half of the desk's fall between a request's arrival and its answer. Stops
at the first thing that is lost or doubled, with the seed that shows it again: SAFECONDUCT_KILL_SEED=… pytest
tests/stories/test_kills.py tests/stories/test_relay_kills.py. Prints one JSON line.
"""

import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from processes import relay_process
from safeconduct.clock import Clock
from safeconduct.relay.space import init_relay
from stories import test_kills as desk_story
from stories import test_relay_kills as relay_story

FATES = Counter[str]()


def kill_relay(folder: Path, seed: int) -> int:
    """One batch; how many kills."""
    storm = relay_story.Storm(folder, seed)
    try:
        relay_story.test_killed_twenty_times_in_the_whole_story(storm)
    finally:
        storm.close()
    FATES.update(storm.strait.fates)
    return storm.strait.kills


def kill_desk(folder: Path, seed: int) -> int:
    """The same for the desk."""
    desk_story.SEED = seed
    code = init_relay(folder / "relay", os.urandom, Clock().day())
    with relay_process(folder / "relay") as port:
        stage = desk_story.Stage(folder, port, code)
        try:
            desk_story.test_killed_twenty_times_inside_taking_up_and_replying(stage)
        finally:
            stage.end()
    return desk_story.KILLS


def main() -> None:
    wanted, minutes, first = (
        int(sys.argv[n]) if len(sys.argv) > n else given for n, given in ((1, 500), (2, 600), (3, 1))
    )
    until_s, done, seed = time.monotonic() + 60 * minutes, {"relay": 0, "desk": 0}, first
    kinds: dict[str, Callable[[Path, int], int]] = {"relay": kill_relay, "desk": kill_desk}
    wrong = ""
    while min(done.values()) < wanted and time.monotonic() < until_s and not wrong:
        kind = min(done, key=lambda each: done[each])
        with tempfile.TemporaryDirectory() as folder:
            try:
                done[kind] += kinds[kind](Path(folder), seed)
            except AssertionError as error:
                wrong = f"{kind}, seed {seed}: {error}"
        seed += 1
    result = {"bench": "kills", "seeds": [first, seed - 1], "relay_kills": done["relay"], "desk_kills": done["desk"]}
    print(json.dumps({**result, "relay_sent_unanswered": dict(FATES), "wrong": wrong}, ensure_ascii=False))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
