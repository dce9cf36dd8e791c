"""A desk as a process of its own, for stories that kill it: `python desk_process.py FOLDER`.

Reads one JSON list a line from standard input (a method of `Desk` and its arguments) and answers each with one line.
Whatever it has answered is in its vault. Runs live: it keeps up with the relay by itself.
"""

import dataclasses
import json
import os
import sys
from pathlib import Path

from safeconduct.clock import Clock
from safeconduct.desk.desk import Desk
from safeconduct.errors import Refusal
from simulator import PASSPHRASE, quiet


def plain(value: object) -> object:
    return dataclasses.asdict(value) if dataclasses.is_dataclass(value) and not isinstance(value, type) else value


def main() -> None:
    desk = Desk(Path(sys.argv[1]), Clock(), os.urandom, quiet())
    desk.unlock(PASSPHRASE)
    print(json.dumps("open"), flush=True)
    for line in sys.stdin:
        method, *arguments = json.loads(line)
        try:
            answer = plain(getattr(desk, method)(*arguments))
        except (Refusal, KeyError) as refusal:
            answer = {"refused": getattr(refusal, "code", "unknown")}
        print(json.dumps(answer), flush=True)
    desk.lock()


if __name__ == "__main__":
    main()
