"""A relay as a process of its own: `python tests/relay/serve.py DATA [SETTING=VALUE …]`; prints its port.

The day is the real one, or what stands in the file DATA.day, so that a test can turn it. `seconds=X` shortens what
a request, its body and the taking of its answer may take, `untaken=BYTES` what may wait to be taken; `leak=1` is a
relay that does what it must not, for tests that must see it.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec
from starlette.types import Receive, Scope, Send

sys.path.insert(0, str(Path(__file__).parent.parent))

from relay.client import build_relay
from safeconduct.clock import Clock
from safeconduct.journal import Journal, install
from safeconduct.relay import endpoint, serve
from safeconduct.relay.settings import RelaySettings


@dataclass(frozen=True, slots=True)
class FileClock(Clock):
    """The day that a file names."""

    path: Path = Path()

    def day(self) -> int:
        try:
            return int(self.path.read_text())
        except (OSError, ValueError):
            return Clock.day(self)


class Leaky:
    """Says who asked."""

    def __init__(self, app: object) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            print(scope["client"], dict(scope["headers"]), flush=True)
        await self.app(scope, receive, send)  # type: ignore[operator]


def main() -> None:
    data, given = Path(sys.argv[1]), dict(one.split("=") for one in sys.argv[2:])
    leak = given.pop("leak", "")
    serve.UNTAKEN_MOST_BYTES = int(given.pop("untaken", serve.UNTAKEN_MOST_BYTES))  # type: ignore[misc]
    if seconds := float(given.pop("seconds", "0")):
        endpoint.BODY_SECONDS = serve.SLOW_READER_SECONDS = seconds  # type: ignore[misc,assignment]
        serve.REQUEST_SECONDS = 2 * seconds  # type: ignore[misc,assignment]
    settings = msgspec.convert({"data": str(data), "port": 0, **given}, RelaySettings, strict=False)
    journal = Journal()
    install(journal)
    app = build_relay(settings, FileClock(path=data.with_suffix(".day")), os.urandom, journal)
    served = Leaky(app) if leak else app
    serve.Server(served, app.state.relay, settings, ready=lambda port: print(port, flush=True)).run()


if __name__ == "__main__":
    main()
