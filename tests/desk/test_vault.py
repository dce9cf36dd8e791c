"""The vault: nothing readable on the disk, one process at a time, an answer is on disk, a lock is at once."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from safeconduct.desk.vault import Vault, change_passphrase, create_vault, open_vault
from safeconduct.errors import DeskTaken, DeskUnknown, FormatOther, VaultShut

OTHER = """
import sys, pathlib, os
from safeconduct.desk.vault import open_vault
from safeconduct.errors import DeskTaken
try:
    open_vault(pathlib.Path(sys.argv[1]), "слова", os.urandom)
except DeskTaken:
    sys.exit(7)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "desk"


@pytest.fixture
def vault(folder: Path) -> Vault:
    return create_vault(folder, "слова", os.urandom)


def test_nothing_on_the_disk_can_be_read_or_belongs_to_others(vault: Vault, folder: Path) -> None:
    secret = "Меня зовут Канарейка".encode()
    vault.keep("draft of a canary", secret)
    vault.close()
    files = sorted(folder.iterdir())
    assert [path.name for path in files if not path.name.endswith("-wal")] == ["desk.json", "vault.db"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in files:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        content = path.read_bytes()
        assert secret not in content
        assert b"canary" not in content
        assert b"SQLite format 3" not in content


def test_another_passphrase_opens_nothing_and_changes_nothing(vault: Vault, folder: Path) -> None:
    vault.keep("x", b"1")
    vault.close()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(VaultShut):
        open_vault(folder, "слово", os.urandom)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    again = open_vault(folder, "слова", os.urandom)
    assert again.get("x") == b"1"
    again.close()


def test_one_process_at_a_time(vault: Vault, folder: Path) -> None:
    command = [sys.executable, "-c", OTHER, str(folder)]
    assert subprocess.run(command, check=False).returncode == 7
    vault.close()
    assert subprocess.run(command, check=False).returncode == 0


def test_a_changed_passphrase_opens_the_same_vault(vault: Vault, folder: Path) -> None:
    vault.keep("x", b"1")
    vault.close()
    with pytest.raises(VaultShut):
        change_passphrase(folder, "не те", "новые", os.urandom)
    change_passphrase(folder, "слова", "новые", os.urandom)
    with pytest.raises(VaultShut):
        open_vault(folder, "слова", os.urandom)
    again = open_vault(folder, "новые", os.urandom)
    assert again.get("x") == b"1"
    again.close()


def test_none_two_or_another_format(vault: Vault, folder: Path, tmp_path: Path) -> None:
    vault.close()
    with pytest.raises(DeskTaken):
        create_vault(folder, "слова", os.urandom)
    with pytest.raises(DeskUnknown):
        open_vault(tmp_path / "nowhere", "слова", os.urandom)
    header = folder / "desk.json"
    ours = header.read_bytes()
    assert b'"format":2' in ours
    older, newer = (ours.replace(b'"format":2', b'"format":' + other) for other in (b"1", b"3"))
    for other in (older, newer, b"{}", b"", b"\xff"):
        header.write_bytes(other)
        with pytest.raises(FormatOther):
            open_vault(folder, "слова", os.urandom)


def test_a_vault_without_its_header_was_never_finished_and_begins_anew(vault: Vault, folder: Path) -> None:
    vault.close()
    (folder / "desk.json").unlink()
    create_vault(folder, "слова", os.urandom).close()


def test_a_transaction_is_all_or_nothing_and_nests(vault: Vault) -> None:
    class Stop(Exception):  # noqa: N818
        pass

    def half() -> None:
        with vault.write():
            vault.keep("a", b"1")
            with vault.write():
                vault.keep("b", b"2")
            raise Stop

    with pytest.raises(Stop):
        half()
    assert vault.get("a") is vault.get("b") is None
    with vault.write():
        vault.keep("a", b"1")
    assert vault.get("a") == b"1"
    vault.close()


def test_closed_is_shut_for_every_use(vault: Vault) -> None:
    vault.close()
    for use in (lambda: vault.get("a"), lambda: vault.keep("a", b""), lambda: vault.row("SELECT 1"), vault.scrub):
        with pytest.raises(VaultShut):
            use()
    vault.close()
