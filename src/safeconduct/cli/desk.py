"""`safeconduct desk`, `desk card | join | address`: for every member."""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from safeconduct.cli import line
from safeconduct.clock import Clock
from safeconduct.desk.app import Settings, build_app, listen, server
from safeconduct.desk.desk import Desk
from safeconduct.desk.found import Invitation, card_digest, join, make_desk
from safeconduct.desk.launch import read_address
from safeconduct.desk.line import Line
from safeconduct.desk.room import Room
from safeconduct.desk.vault import Vault, create_vault, exists, open_vault
from safeconduct.errors import DeskUnknown
from safeconduct.journal import Journal
from safeconduct.sealed.wire import decode, encode

PORT = 8_410
_DIGIT_GROUPS, _GROUP_DIGITS = 8, 5


def add_folder(parser: argparse.ArgumentParser) -> None:
    """Where this desk's vault is; and the hidden hand on the clock that tests have."""
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(platformdirs.user_data_dir("safeconduct", appauthor=False)),
        help="directory of the desk (default: the platform's folder for data)",
    )
    parser.add_argument("--clock-days", type=int, default=0, help=argparse.SUPPRESS)


def add_commands(commands: line.Commands) -> None:
    """`desk` and what stands behind it."""
    desk = line.command(
        commands,
        "desk",
        "open the caseworker's app on this machine",
        """Without more words: opens the desk on 127.0.0.1 and prints an address for your browser, good for one use.
The desk stays locked until you give the passphrase there. Ctrl-C ends it.
A first time: `desk card`, then `desk join` when the coordinator has admitted you.""",
        _open,
    )
    desk.add_argument("--port", type=int, default=PORT, help=f"port (default {PORT}); if busy the next one")
    add_folder(desk)
    parts = desk.add_subparsers(dest="part", metavar="COMMAND")
    card = line.command(
        parts,
        "card",
        "make this desk, and the card that lets a coordinator admit it",
        """Makes a vault under a passphrase that you choose (nobody can restore it), and writes a card. Send the card to
your coordinator by any way, and read the digits below to her by telephone. Run again it writes the same card.""",
        _card,
    )
    card.add_argument("--out", type=Path, default=Path("card.json"), help="where the card goes")
    card.add_argument("--passphrase-file", type=Path)
    add_folder(card)
    joining = line.command(
        parts,
        "join",
        "join, once the coordinator has admitted this desk",
        "Takes the letter that waits for this desk and reads who is who. If it has not come yet, try again later.",
        _join,
    )
    joining.add_argument("--invitation", type=Path, required=True, help="the file that the coordinator sent")
    joining.add_argument("--passphrase-file", type=Path)
    add_folder(joining)
    address = line.command(
        parts,
        "address",
        "print another address for the browser",
        "Prints an address of the desk that runs, good for one use: for another browser, or after closing a window.",
        _address,
    )
    add_folder(address)


@contextmanager
def open_room(given: argparse.Namespace) -> Iterator[Room]:
    """This member's vault and line, for a command; the desk must not be open."""
    vault = open_vault(given.folder, line.read_passphrase(given.passphrase_file), os.urandom)
    room = Room(vault, Line(vault.must("relay").decode("utf-8")), Clock(given.clock_days), os.urandom)
    try:
        yield room
    finally:
        room.line.close()
        vault.close()


def begin_vault(given: argparse.Namespace) -> Vault:
    """The vault of a desk that is being made: a new one, or the one an interrupted command left behind."""
    if exists(given.folder):
        return open_vault(given.folder, line.read_passphrase(given.passphrase_file), os.urandom)
    return create_vault(given.folder, line.read_passphrase(given.passphrase_file, twice=True), os.urandom)


def digits(digest: bytes) -> str:
    """Forty digits in groups of five, to be read aloud: 132 bits of the digest."""
    number = int.from_bytes(digest, "big") % 10 ** (_DIGIT_GROUPS * _GROUP_DIGITS)
    text = f"{number:0{_DIGIT_GROUPS * _GROUP_DIGITS}}"
    return " ".join(text[i : i + _GROUP_DIGITS] for i in range(0, len(text), _GROUP_DIGITS))


def _open(given: argparse.Namespace) -> None:
    if not exists(given.folder):
        raise DeskUnknown
    clock, journal = Clock(given.clock_days), Journal()
    socket = listen(given.port)
    settings = Settings(folder=given.folder, port=socket.getsockname()[1])
    app = build_app(Desk(given.folder, clock, os.urandom, journal), settings, clock, os.urandom, journal)
    line.say(app.state.launch.address)
    server(app).run(sockets=[socket])


def _card(given: argparse.Namespace) -> None:
    vault = begin_vault(given)
    room = Room(vault, Line("http://127.0.0.1"), Clock(given.clock_days), os.urandom)
    try:
        card = encode(make_desk(room))
    finally:
        room.line.close()
        vault.close()
    line.write_file(given.out, card, mode=0o644)
    line.say(f"The card is {given.out}. Read these digits to your coordinator:\n\n    {digits(card_digest(card))}\n")


def _join(given: argparse.Namespace) -> None:
    invited = decode(line.read_file(given.invitation), Invitation)
    vault = open_vault(given.folder, line.read_passphrase(given.passphrase_file), os.urandom)
    room = Room(vault, Line(invited.relay), Clock(given.clock_days), os.urandom)
    try:
        join(room, invited)
    finally:
        room.line.close()
        vault.close()
    line.say("Joined. Open the desk with `safeconduct desk`.")


def _address(given: argparse.Namespace) -> None:
    line.say(read_address(given.folder))
