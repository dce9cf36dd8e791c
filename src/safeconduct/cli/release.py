"""`safeconduct release sign`: the list of the door's files, signed."""

import argparse
import os
from pathlib import Path

from safeconduct.cli import line
from safeconduct.door.app import STATIC
from safeconduct.door.release import release_digest_list, sign_release
from safeconduct.sealed.signing import SigningKey


def add_commands(commands: line.Commands) -> None:
    """`release` and what stands behind it."""
    release = line.group(commands, "release", "sign the files of the door")
    sign = line.command(
        release,
        "sign",
        "sign the list of the door's files",
        """Signs the list of all files of the door but org.js, so that anyone can tell whether a page he was served is
the released one: they are the same for every organisation. The key is a file with 32 bytes in hex; --new makes
one. Keep it away from the server.""",
        _sign,
    )
    sign.add_argument("--key", type=Path, required=True, help="file with the signing key's seed, in hex")
    sign.add_argument("--new", action="store_true", help="make the key first")
    sign.add_argument("--out", type=Path, default=Path("release.sig"), help="where the signature goes")


def _sign(given: argparse.Namespace) -> None:
    if given.new:
        line.write_file(given.key, os.urandom(32).hex().encode() + b"\n")
    key = SigningKey(line.read_hex(given.key))
    line.write_file(given.out, sign_release(key, release_digest_list(STATIC)), mode=0o644)
    line.say(f"Signed. Public key, to be told to everyone who checks:\n\n    {key.public.hex()}\n")
