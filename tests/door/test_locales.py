"""No sentence is missing in any language: the door does not build without it."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

import door


@pytest.fixture
def copy(node: Path, tmp_path: Path) -> Path:
    """The page's source, to be spoilt."""
    assert node.exists()
    shutil.copytree(door.SOURCE, tmp_path / "door", ignore=shutil.ignore_patterns("node_modules", "tests"))
    (tmp_path / "door" / "node_modules").symlink_to(door.SOURCE / "node_modules")
    (tmp_path / "src").symlink_to(door.ROOT / "src")
    return tmp_path / "door"


def build(copy: Path, *, keys: bool = False) -> str:
    """Why it does not build; empty if it does."""
    if keys:
        subprocess.run([door.NODE, copy / "build.mjs", "--keys"], check=True)
    command = [door.NODE, copy / "build.mjs", copy.parent / "built"]
    run = subprocess.run(command, check=False, capture_output=True, text=True)
    return run.stderr if run.returncode else ""


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_as_it_is_it_builds(copy: Path) -> None:
    assert build(copy) == ""


def test_a_sentence_missing_in_one_language(copy: Path) -> None:
    spoil(copy / "locales" / "ru.ftl", "leave = Уйти\n", "")
    assert "ru.ftl has no leave" in build(copy)


def test_a_sentence_missing_in_every_language(copy: Path) -> None:
    for name in ("ru.ftl", "en.ftl"):
        path = copy / "locales" / name
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(line for line in lines if not line.startswith("back = ")))
    assert "no locale has back" in build(copy, keys=True)


def test_a_sentence_that_nobody_says(copy: Path) -> None:
    for name in ("ru.ftl", "en.ftl"):
        with (copy / "locales" / name).open("a") as file:
            file.write("\nidle-words = …\n")
    assert "sentences that nobody says: idle-words" in build(copy, keys=True)


def test_a_variable_that_one_language_forgot(copy: Path) -> None:
    spoil(copy / "locales" / "en.ftl", "step = Step { $n } of { $of }", "step = Step { $n }")
    assert "step: $n in" in build(copy) or "step: $n,of in" in build(copy)


def test_a_plural_form_that_russian_needs(copy: Path) -> None:
    spoil(copy / "locales" / "ru.ftl", "    [few] Поместится ещё { $left } знака.\n", "")
    assert "a choice by $left has no form for few" in build(copy)


def test_keys_that_are_not_of_the_locales(copy: Path) -> None:
    spoil(copy / "src" / "keys.ts", '"leave": null', '"leave": { n: number }')
    assert "keys.ts is not of these locales" in build(copy)


def test_plural_forms_and_lines_as_a_typesetter_sets_them(copy: Path) -> None:
    script = f"""
    import {{ compile }} from {json.dumps(str(copy / "locale.mjs"))};
    const load = (language) => import("data:text/javascript," + encodeURIComponent(compile(language)));
    const [ru, en] = await Promise.all(["ru", "en"].map(async (each) => (await load(each)).default));
    const left = (each, counts) => counts.map((left) => each["words-left"]({{ left }}));
    console.log(JSON.stringify([left(ru, [1, 2, 5, 11, 21, 111]), left(en, [1, 2]), ru["before-private"]]));
    """
    run = subprocess.run([door.NODE, "--input-type=module", "-e", script], check=True, capture_output=True, text=True)
    russian, english, sentence = json.loads(run.stdout)
    assert [line.removeprefix("Поместится ещё ").split("\u00a0")[1] for line in russian] == [
        "знак.",
        "знака.",
        "знаков.",
        "знаков.",
        "знак.",
        "знаков.",
    ]
    assert english == ["Room for 1\u00a0more character.", "Room for 2\u00a0more characters."]
    # A dash does not begin a line, a preposition does not end one.
    assert "\u00a0— тогда в\u00a0списке" in sentence
