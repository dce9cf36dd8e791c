"""The commands as an operator, a coordinator and a member run them, each a process of its own."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from safeconduct.cli import make_parser
from safeconduct.demo.seeker import Seeker
from safeconduct.desk.line import Line
from safeconduct.door.app import STATIC
from safeconduct.door.release import release_digest_list, verify_release
from safeconduct.sealed.signing import SigningKey

PASSPHRASE = "семь тихих слов"  # noqa: S105 - of a desk that exists for a second


def run(folder: Path, *words: str, refused: str = "") -> str:
    """One command; what it said. `refused` is the code it must end with."""
    command = [sys.executable, "-m", "safeconduct", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    if refused:
        assert (done.returncode, done.stderr.strip().endswith(f"({refused})")) == (1, True), done.stderr
        return done.stderr
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextlib.contextmanager
def serve(folder: Path, *words: str) -> Iterator[str]:
    """A program that stays; its address."""
    command = [sys.executable, "-m", "safeconduct", *words]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.send_signal(signal.SIGTERM)


def test_an_organisation_is_founded_and_joined(tmp_path: Path) -> None:
    """init, serve, create, card, add, join, rotate, address, confirm: and then a request goes through."""
    secret = ("--passphrase-file", "words")
    (tmp_path / "words").write_text(PASSPHRASE, "utf-8")
    vera, anton = ("--folder", "vera"), ("--folder", "anton")
    code = run(tmp_path, "relay", "init").split()[-1]
    (tmp_path / "code").write_text(code)
    with serve(tmp_path, "relay", "serve", "--port", "0") as relay:
        found = ("org", "create", "--relay", relay, "--code-file", "code", "--member", "Вера", *vera, *secret)
        about = ("--name", "ru=Тихий берег", "--name", "en=Quiet Shore", "--leave", "https://example.org/")
        nowhere = tuple("http://127.0.0.1:9" if word == relay else word for word in found)
        run(tmp_path, *nowhere, *about, refused="relay-silent")
        assert "Another process" in run(tmp_path, "relay", "serve", "--port", "0", refused="relay-taken")
        run(tmp_path, *found, *about)
        run(tmp_path, *found, *about, refused="desk-taken")
        again = ("org", "create", "--relay", relay, "--code-file", "code", "--member", "Мара", "--folder", "mara")
        run(tmp_path, *again, *about, *secret, "--out", "other", refused="code-wrong")
        card = run(tmp_path, "desk", "card", *anton, *secret)
        digits = card.strip().splitlines()[-1].strip()
        assert digits in run(tmp_path, "desk", "card", *anton, *secret, "--out", "again.json")
        assert (tmp_path / "again.json").read_bytes() == (tmp_path / "card.json").read_bytes()
        admit = ("member", "add", "--card", "card.json", "--name", "Антон", "--duty", "intake", "--duty", "caseworker")
        run(tmp_path, *admit, *vera, *secret, "--digits", digits[:-1] + "x", refused="config-wrong")
        run(tmp_path, *admit, *vera, *secret, "--digits", digits)
        run(tmp_path, "desk", "join", "--invitation", "invitation.json", *anton, *secret)
        assert "more days without another run" in run(
            tmp_path, "org", "rotate", *vera, *secret, "--org-js", "new.js", *about
        )
        assert (tmp_path / "new.js").read_bytes() == (tmp_path / "organisation" / "org.js").read_bytes()
        (tmp_path / "short").write_text("ab" * 31)
        delegate = ("org", "delegate", *vera, *secret, "--root-key")
        run(tmp_path, *delegate, "short", refused="length-wrong")
        assert "180 days" in run(tmp_path, *delegate, "organisation/root.key")
        root = SigningKey(bytes.fromhex((tmp_path / "organisation" / "root.key").read_text()))
        line = Line(relay.rstrip("/"))
        Seeker(line, root.public, os.urandom).ask("Помогите.", "GE", "none", "ru")
        line.close()
        with serve(tmp_path, "desk", *anton, "--port", "0") as address:
            assert address.startswith("http://127.0.0.1:")
            assert run(tmp_path, "desk", "address", *anton).strip() == address
        run(tmp_path, "relay", "confirm")


def test_the_door_is_served_and_its_release_signed(tmp_path: Path) -> None:
    """With a settings file `relay serve` hands out the door; the signature is over what is served."""
    run(tmp_path, "relay", "init")
    said = run(tmp_path, "release", "sign", "--key", "release.key", "--new")
    public = bytes.fromhex(said.strip().splitlines()[-1])
    verify_release(public, release_digest_list(STATIC), (tmp_path / "release.sig").read_bytes())
    (tmp_path / "org.js").write_text("globalThis.safeconductOrg={};")
    door = {"org": "org.js", "leave": "https://example.org/", "release": "release.sig"}
    lines = ["[relay]", "port = 0", "[door]", *(f"{key} = {json.dumps(value)}" for key, value in door.items())]
    (tmp_path / "relay.toml").write_text("\n".join(lines))
    with serve(tmp_path, "relay", "serve", "--settings", "relay.toml") as address:
        assert httpx.get(address).status_code == 200
        assert httpx.get(address + "release.sig").content == (tmp_path / "release.sig").read_bytes()
        assert httpx.post(address + "v1/nothing").status_code == 404
    (tmp_path / "relay.toml").write_text("[relay]\nprivacy = false\n")
    run(tmp_path, "relay", "serve", "--settings", "relay.toml", refused="config-wrong")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("desk", "--folder", "nowhere"), "desk-unknown"),
        (("desk", "address", "--folder", "nowhere"), "desk-unknown"),
        (("relay", "serve", "--data", "nowhere"), "relay-unknown"),
        (("relay", "confirm", "--data", "nowhere"), "relay-unknown"),
        (("release", "sign", "--key", "nowhere"), "config-wrong"),
        (("relay", "serve", "--settings", "nowhere"), "config-wrong"),
    ],
)
def test_what_is_not_there_is_said(tmp_path: Path, words: tuple[str, ...], code: str) -> None:
    """No traceback, a sentence, a code."""
    run(tmp_path, *words, refused=code)


def test_every_command_teaches() -> None:
    """Each command has a line in the list above it and a text that says what comes next."""
    parsers = [make_parser()]
    for parser in parsers:
        for action in parser._actions:
            if action.choices and hasattr(action.choices, "values"):
                parsers += list(action.choices.values())
    assert len(parsers) >= 17
    assert all(parser.description and len(parser.description) > 10 for parser in parsers)
