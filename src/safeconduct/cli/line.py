"""What the commands share: parsers that keep their help as written, passphrases, files, sentences for refusals."""

import argparse
import getpass
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from safeconduct.errors import ConfigWrong, DeskTaken, Refusal

Run = Callable[[argparse.Namespace], None]
Commands = Any
"""What `add_subparsers` returns; argparse gives it no public name."""


def parser(name: str, help_text: str) -> argparse.ArgumentParser:
    """A parser whose help stands as it was written."""
    return argparse.ArgumentParser(
        prog=name, description=help_text, formatter_class=argparse.RawDescriptionHelpFormatter
    )


def command(commands: Commands, name: str, summary: str, teaching: str, run: Run) -> argparse.ArgumentParser:
    """Add a command with its line in the list and the help that teaches it."""
    added: argparse.ArgumentParser = commands.add_parser(
        name, help=summary, description=teaching, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    added.set_defaults(run=run)
    return added


def group(commands: Commands, name: str, summary: str) -> Commands:
    """A word that has commands of its own behind it."""
    added = commands.add_parser(name, help=summary, description=summary)
    return added.add_subparsers(dest="part", metavar="COMMAND", required=True)


def say(text: str) -> None:
    """To whoever typed the command."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def read_passphrase(file: Path | None, *, twice: bool = False) -> str:
    """From a file's first line, or asked for without showing it.

    Raises:
        ConfigWrong: empty, the file cannot be read, or the two differ.
    """
    if file is not None:
        words = read_file(file).decode("utf-8", "replace").split("\n")[0]
    else:
        words = getpass.getpass("Passphrase: ")
        if twice and getpass.getpass("The same again: ") != words:
            raise ConfigWrong
    if not words:
        raise ConfigWrong
    return words


def read_file(path: Path) -> bytes:
    """A whole file.

    Raises:
        ConfigWrong: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError:
        raise ConfigWrong from None


def write_file(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """A new file, on disk when this returns, and never over an old one.

    Raises:
        DeskTaken: it is there already, or cannot be made.
    """
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        raise DeskTaken from None


def sentence(refusal: Refusal) -> str:
    """What is said of a refusal: its own first sentence."""
    return (type(refusal).__doc__ or "").split("\n", 1)[0].rstrip(".")


def read_hex(path: Path) -> bytes:
    """Bytes that stand in a file in hex.

    Raises:
        ConfigWrong: they do not.
    """
    try:
        return bytes.fromhex(read_file(path).decode("ascii").strip())
    except (ValueError, UnicodeDecodeError):
        raise ConfigWrong from None
