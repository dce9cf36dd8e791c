"""Populations of known number, and how often each estimator's 95 % interval holds it.

    python bench/count_simulation.py RESULTS.jsonl [--populations 200] [--minutes 15]     run, or take up again
    python bench/count_simulation.py RESULTS.jsonl --summary                              what was found so far
    python bench/count_simulation.py CAUTIONS.jsonl --first 200 --populations 100 --method latent_class   headlines

Population i is the same whoever runs it. Four kinds take turns: independent lists; two lists that depend on each
other; people who differ; and lists so short that most overlaps are empty. Runs that did not converge are counted
apart and never left out.
"""

import argparse
import json
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

from safeconduct.count import estimate as estimates
from safeconduct.count import latent
from safeconduct.count.checks import find_cautions
from safeconduct.count.history import Table, tabulate
from safeconduct.count.refusal import Uncountable
from safeconduct.count.report import make_report

KINDS = ("independent", "dependent", "heterogeneous", "sparse")
LATENT_STEPS = 4000
"""A fifth of what a person gets: unconverged runs are therefore more frequent here than on a desk."""


def population(number: int) -> tuple[str, int, Table]:
    """Its kind, how many there are, and what the lists saw."""
    random = np.random.default_rng([2026, number])
    kind = KINDS[number % 4]
    people = int(np.exp(random.uniform(np.log(300), np.log(5000))))
    lists = int(random.integers(3, 6))
    chances = random.uniform(0.08, 0.4, lists) if kind != "sparse" else random.uniform(0.01, 0.06, lists)
    each = np.tile(chances, (people, 1))
    if kind == "heterogeneous":
        easy = random.random(people) < random.uniform(0.2, 0.5)
        each = np.where(easy[:, None], np.minimum(each * 2, 0.9), each / 2)
    on = random.random(each.shape) < each
    if kind == "dependent":
        odds = np.exp(random.uniform(-1.5, 1.5))
        p = chances[1] / (1 - chances[1]) * odds
        on[:, 1] = np.where(on[:, 0], random.random(people) < p / (1 + p), on[:, 1])
    counts = np.bincount(on @ (1 << np.arange(lists)), minlength=2**lists)
    names = [chr(65 + j) for j in range(lists)]
    return kind, people, tabulate(names, {h: int(counts[h]) for h in range(1, 2**lists)})


def run(number: int, methods: tuple[str, ...]) -> dict[str, object]:
    begun = time.process_time()
    try:
        kind, people, table = population(number)
    except Uncountable as refusal:
        return {"number": number, "kind": KINDS[number % 4], "refused": refusal.code}
    report = make_report(table, seed=number, methods=methods)
    return {
        "number": number,
        "kind": kind,
        "people": people,
        "n_observed": table.n_observed,
        "lists": len(table.lists),
        "reason": report.reason,
        "estimates": {e.method: [e.point, e.lower, e.upper, e.rhat, list(e.warnings)] for e in report.estimates},
        "cpu_seconds": round(time.process_time() - begun, 1),
    }


def summary(lines: list[dict[str, object]]) -> None:
    found: dict[tuple[str, str], list[tuple[bool, float, int]]] = defaultdict(list)
    none: dict[tuple[str, str], int] = defaultdict(int)
    headlines: dict[str, list[bool]] = defaultdict(list)
    reasons: dict[str, int] = defaultdict(int)
    for line in (line for line in lines if "refused" not in line):
        kind, people = str(line["kind"]), int(line["people"])  # type: ignore[call-overload]
        for method, (point, lower, upper, _, warnings) in line["estimates"].items():  # type: ignore[attr-defined]
            name = f"{method} (not converged)" if "not_converged" in warnings else method
            if point is None or lower is None:
                none[kind, name] += 1
            else:
                found[kind, name].append((lower <= people <= upper, point / people, int(line["number"])))  # type: ignore[call-overload]
        if line["reason"] is None:
            headlines[kind].append(found[kind, "latent_class"][-1][0])
        else:
            reasons[str(line["reason"])] += 1
    print(json.dumps({"populations": len(lines), "refused": sum("refused" in line for line in lines)}))
    for (kind, method), cases in sorted(found.items()):
        ratios = sorted((ratio, number) for _, ratio, number in cases)
        print(json.dumps({
            "kind": kind, "method": method, "populations": len(cases), "without": none[kind, method],
            "covered": round(sum(hit for hit, _, _ in cases) / len(cases), 3),
            "median_ratio": round(float(np.median([r for r, _ in ratios])), 3),
            "worst_low": [round(ratios[0][0], 2), ratios[0][1]], "worst_high": [round(ratios[-1][0], 2), ratios[-1][1]],
        }))  # fmt: skip
    say_cautions(lines)
    for kind, hits in sorted(headlines.items()):
        print(json.dumps({"kind": kind, "headlines": len(hits), "covered": round(sum(hits) / len(hits), 3)}))
    print(json.dumps({"no_headline": reasons}))


def say_cautions(lines: list[dict[str, object]]) -> None:
    """How often headlines hold the number where the table itself says something against them, and where it does not."""
    held: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for line in (line for line in lines if line.get("reason", "refused") is None):
        number = int(line["number"])  # type: ignore[call-overload]
        kind, people, table = population(number)
        said = find_cautions(table, np.random.default_rng(np.random.SeedSequence([number, len(estimates.METHODS)])))
        _, lower, upper, _, _ = line["estimates"]["latent_class"]  # type: ignore[index]
        for key in {*said, "any" if said else "none"}:
            for of in (kind, "all"):
                held[key, of].append(lower <= people <= upper)
    for (key, of), hits in sorted(held.items()):
        print(
            json.dumps({"caution": key, "kind": of, "headlines": len(hits), "covered": round(float(np.mean(hits)), 3)})
        )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("results", type=Path)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--populations", type=int, default=200)
    parser.add_argument("--method", action="append", choices=tuple(estimates.METHODS))
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--summary", action="store_true")
    given = parser.parse_args()
    lines = [json.loads(line) for line in given.results.read_text().splitlines()] if given.results.exists() else []
    if given.summary:
        summary(lines)
        return
    estimates.RESAMPLES = 400  # type: ignore[misc]
    latent.sample.__kwdefaults__ = {**(latent.sample.__kwdefaults__ or {}), "most_steps": LATENT_STEPS}
    done = {line["number"] for line in lines}
    end = time.monotonic() + 60 * given.minutes
    methods = tuple(given.method or estimates.METHODS)
    with given.results.open("a") as file:
        for number in range(given.first, given.first + given.populations):
            if time.monotonic() > end:
                break
            if number not in done:
                file.write(json.dumps(run(number, methods)) + "\n")
                file.flush()


if __name__ == "__main__":
    main()
