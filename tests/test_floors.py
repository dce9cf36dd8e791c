"""The contracts between the floors catch what they are there for: one planted violation for each promise."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LINT = Path(sys.executable).with_name("lint-imports")


def broken(folder: Path) -> set[str]:
    """The contracts that do not hold in a checkout, by the beginning of their names."""
    run = subprocess.run(
        [LINT, "--no-logo", "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src"), "COLUMNS": "300"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert "Contracts:" in run.stdout, run.stdout
    return {line.split(" BROKEN")[0] for line in run.stdout.splitlines() if " BROKEN" in line}


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("clock", "import safeconduct.sealed.wire", "Floors:"),
        ("desk/planted", "import safeconduct.relay", "Floors:"),
        ("planted", "", "Floors:"),
        ("sealed/wire", "import safeconduct.sealed.sealing", "Sealed:"),
        ("sealed/planted", "", "Sealed:"),
        ("relay/planted", "def late():\n    from safeconduct.sealed import envelope", "The relay cannot import"),
        ("relay/planted", "import safeconduct.case", "The relay cannot import"),
        ("relay/planted", "import cryptography.hazmat", "Nor the library"),
        ("desk/planted", "def late():\n    import numpy", "The desk loads nothing"),
        ("desk/planted", "import nacl.signing", "Only sealed.signing"),
        ("desk/planted", "import cryptography.hazmat", "Only sealed.sealing"),
        ("sealed/letter", "import secrets", "The protocol and cases"),
        ("case/planted", "import sqlite3", "The protocol and cases"),
        ("law/planted", "import safeconduct.case", "Floors:"),
        ("law/planted", "import socket", "Law knows"),
    ],
)
def test_a_planted_violation_breaks_its_contract(tmp_path: Path, module: str, line: str, contract: str) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("static", "__pycache__"))
    assert broken(tmp_path) == set()
    with (tmp_path / "src" / "safeconduct" / f"{module}.py").open("a") as file:
        file.write(f"\n{line}\n")
    assert any(name.startswith(contract) for name in broken(tmp_path))


def test_nothing_that_opens_is_in_the_memory_of_a_relay_that_serves(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "safeconduct", "relay"]
    subprocess.run([*command, "init"], cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)
    with subprocess.Popen([*command, "serve", "--port", "0"], cwd=tmp_path, stdout=subprocess.PIPE) as relay:
        assert relay.stdout is not None
        try:
            assert relay.stdout.readline()
            loaded = Path(f"/proc/{relay.pid}/maps").read_text()
        finally:
            relay.kill()
    assert "_sqlite3" in loaded
    assert [library for library in ("cryptography", "sqlcipher", "numpy") if library in loaded] == []
