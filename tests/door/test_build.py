"""The page that is served is the page that anyone can build from door/."""

from pathlib import Path

import pytest

import door


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.usefixtures("node")
def test_rebuilding_the_door_gives_the_committed_bytes(tmp_path: Path) -> None:
    door.build(tmp_path / "built")
    built, committed = files(tmp_path / "built"), files(door.BUILT)
    assert built.keys() == committed.keys()
    assert [name for name in built if built[name] != committed[name]] == []
    assert {"main.js", "licences.txt"} <= built.keys()
