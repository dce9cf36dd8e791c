"""The command line: `safeconduct COMMAND`. Every command's help says what it does and what comes next.

Each module here adds its commands to the parser and runs them; nothing of another floor lives here. Only the asked
one is loaded: in the memory of a server's relay there is no code that could open anything. A refusal ends a command
with its sentence and its code; nothing else that went wrong shows more than that.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

from safeconduct.cli import line
from safeconduct.errors import Refusal
from safeconduct.journal import Journal, install

_PARTS: Final = {
    "relay": "safeconduct.cli.relay",
    "org": "safeconduct.cli.org",
    "member": "safeconduct.cli.org",
    "desk": "safeconduct.cli.desk",
    "release": "safeconduct.cli.release",
    "law": "safeconduct.law.command",
    "count": "safeconduct.count.command",
}
"""Where a command lives, in the order of the help."""


def make_parser(asked: str = "") -> argparse.ArgumentParser:
    """Every command there is; if `asked` is one of them, that one and its neighbours in the same module."""
    parser = line.parser(
        "safeconduct",
        """A sealed line between a person in danger and those who help.

To see it work, with invented people:      safeconduct demo
To run it for real, in this order:
  1. the operator of the server            safeconduct relay init, then relay serve
  2. the first coordinator, at her desk    safeconduct org create, then desk
  3. every other member, at his desk       safeconduct desk card    (and reads its digest to her by voice)
     the coordinator                       safeconduct member add
     the member again                      safeconduct desk join, then desk""",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for part in [_PARTS[asked]] if asked in _PARTS else dict.fromkeys(_PARTS.values()):
        import_module(part).add_commands(commands)
    demo = line.command(
        commands,
        "demo",
        "start everything on this machine, with invented people in it",
        """Starts a relay with its door, and the desks of two caseworkers, with some twenty invented requests.
Everything lies in ./.demo (nobody else on this machine can read it). Ctrl-C stops it; the next start goes on
where it was.""",
        _run_demo,
    )
    demo.add_argument("--fresh", action="store_true", help="begin anew: what is in ./.demo goes")
    demo.add_argument("--folder", type=Path, default=Path(".demo"), help="where it keeps everything (default: .demo)")
    demo.add_argument("--clock-days", type=int, default=0, help=argparse.SUPPRESS)
    return parser


def _run_demo(given: argparse.Namespace) -> None:
    from safeconduct.demo.run import run_demo  # noqa: PLC0415 - the other commands need not load it

    run_demo(fresh=given.fresh, folder=given.folder, clock_days=given.clock_days)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0, 1 for a refusal, 2 for words that are no command."""
    words = sys.argv[1:] if arguments is None else arguments
    given = make_parser(words[0] if words else "").parse_args(words)
    install(Journal())
    try:
        given.run(given)
    except Refusal as refusal:
        sys.stderr.write(f"{line.sentence(refusal)} ({refusal.code})\n")
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read along has seen enough
        sys.stdout = None
    return 0
