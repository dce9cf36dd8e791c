"""What we depend on is named with its digest, and no lock says where it is to be fetched."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", ["run", "count", "test"])
def test_every_requirement_is_pinned_and_hashed_and_names_no_host(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    requirements = text.replace("\\\n", " ").splitlines()
    assert requirements
    for requirement in requirements:
        assert re.fullmatch(r"[a-z0-9-]+==[^ ]+( ;[^\\]+?)?( +--hash=sha256:[0-9a-f]{64})+", requirement)
        assert "/" not in requirement


def test_what_runs_is_tested_in_the_same_version() -> None:
    run, test = ((ROOT / "requirements" / f"{name}.txt").read_text() for name in ("run", "test"))
    assert {line for line in run.splitlines() if "==" in line} <= set(test.splitlines())


def test_the_lock_of_the_door_names_no_host_and_digests_everything() -> None:
    lock = json.loads((ROOT / "door" / "package-lock.json").read_text())
    packages = {path: package for path, package in lock["packages"].items() if path}
    assert packages
    for package in packages.values():
        assert "resolved" not in package
        assert package["integrity"].startswith("sha512-")
