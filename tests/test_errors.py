"""The tree of refusals is what its docstring draws, what the spec says, and what the page knows."""

import re
from pathlib import Path
from typing import Final

import pytest

from safeconduct import errors
from safeconduct.errors import Refusal, Refused, leaves

ROOT: Final = Path(__file__).parent.parent
CODE: Final = re.compile(r"[a-z]+(?:-[a-z]+)+|closed|stale|full|clock|busy|broken")
# Country packs are read by writers of law, with findings of their own.
SPEC: Final = "\n".join(
    path.read_text("utf-8") for path in sorted((ROOT / "docs" / "spec").glob("*.md")) if path.stem != "law"
)
# What no bytes can cause is in the manuals, not in the spec.
NOT_OF_THE_WIRE: Final = {
    "vault-shut", "config-wrong", "format-other", "desk-unknown", "desk-taken", "relay-unknown", "relay-taken"
}  # fmt: skip


def drawn() -> dict[str, list[str]]:
    """The branches of the tree in the docstring, each with its codes."""
    assert errors.__doc__
    tree = errors.__doc__.split("Refusal\n")[1].split("\n\n")[0]
    branches: dict[str, list[str]] = {}
    branch = ""
    for line in tree.splitlines():
        if named := re.search(r"[├└]── (\w+)", line):
            branch = named[1]
        told = line.replace("what a relay answers:", "").split(branch)[-1]
        branches.setdefault(branch, []).extend(CODE.findall(told))
    return branches


def test_the_docstring_draws_the_tree() -> None:
    found = {child.__name__: list(leaves(child)) for child in Refusal.__subclasses__() if list(leaves(child))}
    assert drawn() == found
    assert list(found) == list(drawn())


def test_a_code_is_the_name_of_its_class() -> None:
    other = {"ClockWrong": "clock"}
    for code, leaf in leaves().items():
        spelled = re.sub(r"(?<=.)(?=[A-Z])", "-", leaf.__name__).lower()
        assert code == other.get(leaf.__name__, spelled)


def test_a_refusal_takes_no_value() -> None:
    for code, leaf in leaves().items():
        refusal: Refusal = leaf()
        assert (str(refusal), refusal.args, refusal.code) == (code, (code,), code)
        with pytest.raises(TypeError):
            leaf("a value")  # type: ignore[call-arg]


def test_every_leaf_says_what_was_found() -> None:
    for leaf in leaves().values():
        assert leaf.__doc__
        assert leaf.__doc__.endswith(".")


def test_a_relays_refusals_have_a_status_of_http() -> None:
    for leaf in leaves(Refused).values():
        assert issubclass(leaf, Refused)
        assert 400 <= leaf.status < 600


@pytest.mark.parametrize("code", sorted(set(leaves()) - NOT_OF_THE_WIRE))
def test_the_spec_says_when(code: str) -> None:
    assert f"`{code}`" in SPEC


def test_the_spec_knows_no_other_code() -> None:
    endings = "wrong|broken|deep|spelling|unknown|weak|shut|fell|misplaced|long|old|ended|unnamed|taken|gone|foreign"
    named = set(re.findall(rf"`([a-z]+-(?:{endings}))`", SPEC))
    assert named - set(leaves()) == set()


def test_the_page_has_the_same_codes() -> None:
    source = (ROOT / "door" / "src" / "sealed" / "codes.ts").read_text("utf-8")
    assert re.findall(r'^ *"([a-z-]+)",$', source, re.MULTILINE) == list(leaves())
