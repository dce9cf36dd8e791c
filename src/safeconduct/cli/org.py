"""`safeconduct org create | rotate | delegate` and `member add`: for coordinators."""

import argparse
import os
from pathlib import Path

from safeconduct.cli import line
from safeconduct.cli.desk import add_folder, begin_vault, digits, open_room
from safeconduct.clock import Clock
from safeconduct.desk.desk import Desk
from safeconduct.desk.found import add_member, card_digest, delegate, found_space, invitation
from safeconduct.desk.line import Line
from safeconduct.desk.room import Room
from safeconduct.desk.vault import open_vault
from safeconduct.door.org import write_org
from safeconduct.errors import ConfigWrong, DeskTaken
from safeconduct.journal import Journal
from safeconduct.sealed.signing import SigningKey
from safeconduct.sealed.wire import encode

FOUNDER_DUTIES = ("coordinator", "intake", "caseworker")


def add_commands(commands: line.Commands) -> None:
    """`org`, `member` and what stands behind them."""
    org = line.group(commands, "org", "found an organisation, keep its keys fresh")
    create = line.command(
        org,
        "create",
        "found an organisation on a relay, with this desk as its first",
        """Draws the organisation's root key, makes its space on the relay with the operator's code, and makes this
desk its first coordinator's. Two files are written into --out:
  root.key   the organisation itself. Copy it to a stick, put that away, delete it here. It is needed again
             for every other coordinator, and before 180 days have passed (`safeconduct org delegate`).
  org.js     for the operator: the one file of the door that is this organisation's own.
Until a second coordinator exists one person alone decides, and every desk says so.
If it is interrupted, run it again with the same words: it goes on.
Next: give org.js to the operator; open the desk (`safeconduct desk`); ask members for their cards.""",
        _create,
    )
    create.add_argument("--relay", required=True, help="address of the relay: https://… or http://….onion")
    create.add_argument("--code-file", type=Path, required=True, help="file with the operator's code")
    create.add_argument(
        "--name", action="append", required=True, metavar="LANGUAGE=NAME", help="the organisation's name; may repeat"
    )
    create.add_argument("--member", required=True, help="your pseudonym among colleagues; never a civil name")
    create.add_argument("--leave", required=True, help="address of the neutral page that quick exit leads to")
    create.add_argument("--out", type=Path, default=Path("organisation"), help="directory for the two files")
    create.add_argument("--passphrase-file", type=Path, help="read the desk's passphrase from there")
    add_folder(create)
    rotate = line.command(
        org,
        "rotate",
        "draw next weeks' keys and publish the manifest, now",
        """A coordinator's open desk does this by itself every day. Run it from a timer where no desk is open for days:
the door stops taking requests fourteen days after the last one. --org-js dates that file anew, which is
due every thirty days; give it to the operator then.""",
        _rotate,
    )
    rotate.add_argument("--org-js", type=Path, help="write org.js of today there")
    rotate.add_argument("--name", action="append", metavar="LANGUAGE=NAME", help="with --org-js")
    rotate.add_argument("--leave", help="with --org-js")
    rotate.add_argument("--passphrase-file", type=Path)
    add_folder(rotate)
    delegate_ = line.command(
        org,
        "delegate",
        "let a coordinator's desk publish the manifest for the next 180 days",
        """The door trusts the root key, and what the root key has said of a coordinator for at most 180 days. Bring the
root key to a coordinator's machine, run this with her desk closed, take the key away again. Do it for every
coordinator, and once more before 180 days have passed: without it the door closes. Her desk warns a month before.
A coordinator who joined this week begins to publish next week.""",
        _delegate,
    )
    delegate_.add_argument("--root-key", type=Path, required=True, help="root.key, from where it was put away")
    delegate_.add_argument("--passphrase-file", type=Path)
    add_folder(delegate_)
    member = line.group(commands, "member", "admit a member")
    add = line.command(
        member,
        "add",
        "admit a member's desk, by the card it made",
        """The member has run `safeconduct desk card` and sent you the file. Telephone: he reads its digits to you, and
you compare them with what stands here. Whoever can swap the card on its way can otherwise take his
place. Duties: coordinator, intake, caseworker, lawyer, analyst, publisher; repeat --duty for several.
Close your desk first. Next: send him the invitation that is written; he runs `safeconduct desk join`.""",
        _add,
    )
    add.add_argument("--card", type=Path, required=True)
    add.add_argument("--name", required=True, help="the member's pseudonym")
    add.add_argument("--duty", action="append", required=True)
    add.add_argument("--out", type=Path, default=Path("invitation.json"), help="where the invitation goes")
    add.add_argument("--digits", help="the digits he read, to compare without a question")
    add.add_argument("--passphrase-file", type=Path)
    add_folder(add)


def names(given: list[str] | None) -> tuple[tuple[str, str], ...]:
    """Pairs of language and name.

    Raises:
        ConfigWrong: not of the form LANGUAGE=NAME.
    """
    pairs = [each.partition("=") for each in given or ()]
    if not pairs or any(not (language and name) for language, _, name in pairs):
        raise ConfigWrong
    return tuple((language, name) for language, _, name in pairs)


def _create(given: argparse.Namespace) -> None:
    called = names(given.name)
    code = line.read_hex(given.code_file)
    clock = Clock(given.clock_days)
    given.out.mkdir(mode=0o700, exist_ok=True)
    root_file = given.out / "root.key"
    if not root_file.exists():
        line.write_file(root_file, os.urandom(32).hex().encode() + b"\n")
    root = SigningKey(line.read_hex(root_file))
    org_js = write_org(root.public, 1, clock.day(), called, given.leave)
    vault = begin_vault(given)
    room = Room(vault, Line(given.relay), clock, os.urandom)
    try:
        if vault.get("intake file") is not None:
            raise DeskTaken
        found_space(room, given.relay, code, root, called[0][1], given.member, FOUNDER_DUTIES)
    finally:
        room.line.close()
        vault.close()
    line.write_file(given.out / "org.js", org_js, mode=0o644)
    line.say(f"Founded. In {given.out}: root.key (put it away, offline) and org.js (for the operator).")


def _rotate(given: argparse.Namespace) -> None:
    passphrase, clock = line.read_passphrase(given.passphrase_file), Clock(given.clock_days)
    desk = Desk(given.folder, clock, os.urandom, Journal())
    desk.unlock(passphrase, live=False)
    try:
        desk.sync()
        left = desk.status().manifest_days_left
    finally:
        desk.lock()
    line.say(f"Done. The door can take requests for {left} more days without another run.")
    if given.org_js:
        vault = open_vault(given.folder, passphrase, os.urandom)
        root = vault.must("root")
        vault.close()
        org_js = write_org(root, 1, clock.day(), names(given.name), given.leave or "")
        line.write_file(given.org_js, org_js, mode=0o644)


def _delegate(given: argparse.Namespace) -> None:
    root = SigningKey(line.read_hex(given.root_key))
    with open_room(given) as room:
        delegate(room, root)
    line.say("Done. This desk may publish the manifest for 180 days. Take the root key away again.")


def _add(given: argparse.Namespace) -> None:
    card = line.read_file(given.card)
    expected = digits(card_digest(card))
    if given.digits is None:
        line.say(f"The card's digits:\n\n    {expected}\n")
        if input("Are these the digits he read to you? Type yes: ").strip().lower() != "yes":
            raise ConfigWrong
    elif given.digits.replace(" ", "") != expected.replace(" ", ""):
        raise ConfigWrong
    with open_room(given) as room:
        add_member(room, card, given.name, given.duty)
        invited = encode(invitation(room))
    line.write_file(given.out, invited, mode=0o644)
    line.say(f"Admitted. Send {given.out} to the member (it holds no secret); he runs `safeconduct desk join`.")
