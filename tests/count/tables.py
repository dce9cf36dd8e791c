"""The published tables, by name, and what was published or computed of them."""

import csv
from functools import cache
from pathlib import Path

from safeconduct.count.history import Table
from safeconduct.count.reading import read_table

DATA = Path(__file__).parent / "data"


@cache
def table(name: str) -> Table:
    path = DATA / f"mse_{name}.csv"
    return read_table(path.read_bytes(), path.name)


def accepted(dataset: str, method: str) -> tuple[float, float, float]:
    """Point, lower, upper of the acceptance table; what it leaves out is nan."""
    lines = (DATA / "mse_acceptance.csv").read_text("utf-8").splitlines()
    for row in csv.DictReader(line for line in lines if not line.startswith("#")):
        if row["dataset"] == dataset and row["method"] == method:
            return tuple(float(row[key] or "nan") for key in ("estimate", "lower", "upper"))  # type: ignore[return-value]
    raise KeyError(dataset, method)
