"""The shipped example says what the defaults are, and names every key with its reason."""

import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from safeconduct.config import read_config
from safeconduct.errors import ConfigWrong
from safeconduct.journal import Entry
from safeconduct.relay.settings import RelaySettings

DOCS = Path(__file__).parents[2] / "docs" / "operate"
EXAMPLE = DOCS / "relay.example.toml"


def test_the_example_equals_the_defaults() -> None:
    table = tomllib.loads(EXAMPLE.read_text())["relay"]
    assert set(table) == {field.name for field in msgspec.structs.fields(RelaySettings)}
    assert msgspec.convert(table, RelaySettings) == RelaySettings()


def test_every_key_of_the_example_has_a_reason_above_it() -> None:
    for key in tomllib.loads(EXAMPLE.read_text())["relay"]:
        assert re.search(rf"\n# [^\n]+\n{key} = ", EXAMPLE.read_text()), key


@pytest.mark.parametrize(
    "text", ["prot = 1", "port = 70000", 'port = "8400"', "retention_days = 0", "port", "data = 1"]
)
def test_what_is_no_setting_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "relay.toml").write_text(text)
    with pytest.raises(ConfigWrong):
        read_config(tmp_path / "relay.toml", RelaySettings)


def test_the_operator_s_page_knows_every_line_a_relay_can_say() -> None:
    page = (DOCS / "relay.md").read_text()
    lines = [entry.value for entry in Entry if entry.value.startswith("relay: ") or entry is Entry.FAILED]
    assert len(lines) > 6
    for line in lines:
        assert line.removeprefix("relay: ").split(";")[0] in page, line
