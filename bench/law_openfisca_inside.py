"""The half of `law_openfisca` that runs where OpenFisca-core is: it reads rules and columns, and times a simulation."""
# ruff: noqa: ANN001, ANN201, ANN202
# mypy: ignore-errors

import importlib.metadata
import json
import sys
import time
from pathlib import Path

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

PERSON = build_entity(key="person", plural="persons", label="", is_person=True)
NOW = "2026-11"


def column(name, formula=None):
    fields = {"value_type": bool, "entity": PERSON, "definition_period": DateUnit.MONTH, "label": name}
    return type(name, (Variable,), fields | ({"formula": formula} if formula else {}))


def spelled(name):
    return name.replace(".", "_").lower()


def side(shape, wanted, person, period):
    """Whether a condition is known to be true (or, not wanted, known to be false), for everybody."""
    operation, *rest = shape
    if operation == "fact":
        return person(f"{spelled(rest[0])}_{'true' if wanted else 'false'}", period)
    if operation == "unknown":
        return np.zeros(person.count, dtype=bool)
    if operation == "not":
        return side(rest[0], not wanted, person, period)
    parts = [side(part, wanted, person, period) for part in rest]
    return np.logical_and.reduce(parts) if (operation == "all") is wanted else np.logical_or.reduce(parts)


def system(rules, names):
    built = TaxBenefitSystem([PERSON])
    for name in names:
        for which in ("true", "false"):
            built.add_variable(column(f"{spelled(name)}_{which}"))
    for name, shape in rules.items():
        for which, wanted in (("yes", True), ("no", False)):

            def formula(person, period, _parameters, shape=shape, wanted=wanted):
                return side(shape, wanted, person, period)

            built.add_variable(column(f"{spelled(name)}_{which}", formula))
    return built


def simulate(built, columns, rules, number):
    begun = time.perf_counter()
    simulation = SimulationBuilder().build_default_simulation(built, number)
    for name, sides in columns.items():
        for which, values in zip(("true", "false"), sides, strict=True):
            simulation.set_input(f"{spelled(name)}_{which}", NOW, values[:number])
    inputs_s = time.perf_counter() - begun
    begun = time.perf_counter()
    found = {
        name: [simulation.calculate(f"{spelled(name)}_{which}", NOW) for which in ("yes", "no")] for name in rules
    }  # fmt: skip
    return inputs_s, time.perf_counter() - begun, found


def main():
    asked = json.loads(Path(sys.argv[1]).read_text())
    rules = asked["rules"]
    columns = {name: [np.array(side) for side in sides] for name, sides in asked["columns"].items()}
    number = len(next(iter(columns.values()))[0])
    built = system(rules, columns)
    inputs_s, values_s, found = simulate(built, columns, rules, number)
    one = min(sum(simulate(built, columns, rules, 1)[:2]) for _ in range(5))
    values = {
        name: [True if yes else False if no else None for yes, no in zip(*sides, strict=True)]
        for name, sides in found.items()
    }
    told = {
        "version": importlib.metadata.version("OpenFisca-Core"), "inputs_s": round(inputs_s, 3),
        "values_s": round(values_s, 3), "one_ms": round(1_000 * one, 1), "values": values,
    }  # fmt: skip
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
