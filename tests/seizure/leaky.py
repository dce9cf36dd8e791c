"""Our commands with leaks put in on purpose: `python leaky.py COMMAND…`. For tests that must see them.

Address and headers of whoever asks, and whatever is sent, are printed; the time goes into an access log.
"""

import os
import sys
import time
from pathlib import Path

from starlette.applications import Starlette
from starlette.types import Message, Receive, Scope, Send

from safeconduct import cli

serve = Starlette.__call__


def note_minute() -> None:
    with Path(os.environ["TMPDIR"], "access.log").open("a") as log:
        log.write(time.strftime("[%d/%b/%Y:%H:%M:%S]\n"))


async def leak(self: Starlette, scope: Scope, receive: Receive, send: Send) -> None:
    async def overheard() -> Message:
        message = await receive()
        print(message.get("body"), flush=True)
        return message

    if scope["type"] != "http":
        await serve(self, scope, receive, send)
        return
    print(scope["client"], scope["headers"], flush=True)
    note_minute()
    await serve(self, scope, overheard, send)


Starlette.__call__ = leak  # type: ignore[method-assign]
sys.exit(cli.main(sys.argv[1:]))
