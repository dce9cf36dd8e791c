"""OpenFisca-core beside our evaluation: the same grounds and offences over 100,000 persons.

    python bench/law_openfisca.py OPENFISCA_PYTHON [PERSONS]

OPENFISCA_PYTHON is the interpreter of an environment of its own with OpenFisca-core in it. The rules are those for a
man from Russia in Kazakhstan. OpenFisca computes columns of numbers for everybody at once and has no third value, so
each fact is given to it as two columns (known to be true, known to be false) and each rule is computed twice. We
evaluate person by person. Values are compared, one by one. What OpenFisca is not asked for here: validity by a date of
the case, exclusions, overrides, questions, presumptions, citations, reasons. Prints one JSON line.
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from safeconduct.law import shelf
from safeconduct.law.book import Book
from safeconduct.law.evaluate import evaluate
from safeconduct.law.logic import children, judge, name_of, nodes
from safeconduct.law.pack import Node
from safeconduct.law.situation import Fact, Situation

ON = date(2026, 11, 25)
INSIDE = Path(__file__).with_name("law_openfisca_inside.py")


def shape(node: Node) -> object:
    """A condition as the other program reads it."""
    for operation in ("all", "any", "not"):
        if getattr(node, f"{operation}_") is not None:
            return [operation, *map(shape, children(node))]
    if node.unknown:
        return ["unknown"]
    for comparison in ("gt", "le", "is_"):
        if (compared := getattr(node, comparison)) is not None:
            return ["fact", f"{compared[0]}__{comparison}{compared[1]}"]
    return ["fact", node.fact]


def persons(book: Book, rules: dict[str, Node], number: int) -> list[dict[str, Fact]]:
    """What is known of each: two thirds of the facts the rules ask."""
    chance = random.Random(4)  # noqa: S311 - the same persons every time
    names = sorted({name for rule in rules.values() for node in nodes(rule) if (name := name_of(node))})
    made: list[dict[str, Fact]] = []
    for _ in range(number):
        facts: dict[str, Fact] = {}
        for name in names:
            kind = book.vocabulary.facts[name]
            if chance.random() < 0.66:
                facts[name] = (
                    chance.randint(0, 60) if kind.type == "number"
                    else chance.choice(sorted(kind.values)) if kind.type == "enum"
                    else chance.random() < 0.5
                )  # fmt: skip
        made.append(facts)
    return made


def columns(rules: dict[str, Node], people: list[dict[str, Fact]]) -> dict[str, list[list[bool]]]:
    """Each fact, or comparison of one, as two columns."""
    found: dict[str, list[list[bool]]] = {}
    for node in (node for rule in rules.values() for node in nodes(rule) if name_of(node)):
        name = str(shape(node)[1])  # type: ignore[index]
        if name not in found:
            values = [judge(node, facts) for facts in people]
            found[name] = [[value is True for value in values], [value is False for value in values]]
    return found


def main() -> None:
    python, number = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    book = Book(shelf.shipped())
    selection = book.select("RU", "KZ")
    rules = {one.entry.id: one.entry.when for part in (selection.grounds, selection.offences) for one in part}
    people = persons(book, rules, number)
    begun = time.perf_counter()
    ours = {name: [judge(rule, facts) for facts in people] for name, rule in rules.items()}
    values_s = time.perf_counter() - begun
    begun = time.perf_counter()
    for facts in people:
        evaluate(book, Situation(origin="RU", host="KZ", facts=facts), ON)
    whole_s = time.perf_counter() - begun
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "asked.json"
        asked = {"rules": {name: shape(rule) for name, rule in rules.items()}, "columns": columns(rules, people)}
        path.write_text(json.dumps(asked))
        done = subprocess.run([python, INSIDE, path], check=True, capture_output=True, text=True)
        theirs = json.loads(done.stdout)
    same = all(theirs["values"][name] == ours[name] for name in rules)
    told = {
        "bench": "law_openfisca", "persons": number, "rules": len(rules), "values_agree": same,
        "ours_values_only_s": round(values_s, 2), "ours_everything_s": round(whole_s, 2),
        "openfisca": theirs["version"],
        "openfisca_inputs_s": theirs["inputs_s"], "openfisca_values_s": theirs["values_s"],
        "openfisca_one_person_ms": theirs["one_ms"],
    }  # fmt: skip
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
