"""The wheel holds all that the programs need: they are started from it alone, away from the checkout."""

import subprocess
import sys
import zipfile
from pathlib import Path

import httpx
import pytest

from household import Household

ROOT = Path(__file__).parent.parent
BUILD = "import sys; from flit_core.buildapi import build_wheel; build_wheel(sys.argv[1])"
RUN = "import runpy, sys; sys.path.insert(0, {place!r}); runpy.run_module('safeconduct', run_name='__main__')"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where it lies, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-c", BUILD, folder], cwd=ROOT, check=True, capture_output=True)
    (packed,) = folder.glob("*.whl")
    with zipfile.ZipFile(packed) as files:
        files.extractall(folder / "unpacked")
    return folder / "unpacked"


def test_relay_door_and_desk_run_from_it(wheel: Path, tmp_path: Path) -> None:
    """The door whole, and the desk's first page with its styles and scripts."""
    with Household(tmp_path, command=(sys.executable, "-c", RUN.format(place=str(wheel)))) as household:
        listed = httpx.get(household.door + "release.txt").text.split()[1::2]
        assert {"main.js", "ru.js"} <= set(listed)
        for name in ("", *listed):
            assert httpx.get(household.door + name.removesuffix("index.html")).status_code == 200, name
        desk = household.open(0)
        origin = desk.address.partition("#")[0]
        page = httpx.get(origin)
        assert page.status_code == 401
        assert 'href="/static/desk.css?' in page.text
        for name in ("desk.css", "desk.js", "htmx.js", "law.css", "icon.svg"):
            assert httpx.get(f"{origin}static/{name}").status_code == 200


def test_the_packs_and_the_shown_count_are_in_it(wheel: Path) -> None:
    """The law is asked in a process that sees nothing but the wheel; the committed count lies beside it."""
    command = [sys.executable, "-c", RUN.format(place=str(wheel)), "law", "show", "337 ч. 5"]
    done = subprocess.run(command, cwd=wheel, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "337" in done.stdout
    assert (wheel / "safeconduct" / "count" / "shown" / "record.json").stat().st_size > 1_000
    assert {path.suffix for path in wheel.rglob("*") if path.is_file()}.isdisjoint({".pyc", ".nbi", ".nbc"})
