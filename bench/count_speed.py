"""How fast estimators are: effective draws a second, cost against counts, graphs, resamples. One JSON line each."""

# ruff: noqa: PLC0415 - what a question does not need is not loaded: memory is one of the figures.

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from safeconduct.count.history import Table
from safeconduct.count.reading import read_table

DATA = Path(__file__).parent.parent / "tests" / "count" / "data"


def table(name: str) -> Table:
    return read_table((DATA / f"mse_{name}.csv").read_bytes(), "t.csv")


def cpu(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def say(**found: object) -> None:
    print(json.dumps(found), flush=True)


def graphs() -> None:
    """In a process of its own: the peak is then the estimator's, with NumPy and SciPy."""
    run = subprocess.run([sys.executable, __file__, "graphs"], check=True, capture_output=True, text=True)
    print(run.stdout.strip(), flush=True)


def graphs_alone() -> None:
    from safeconduct.count.decomposable import average, decomposable_graphs

    big = table("netherlands5")
    decomposable_graphs.cache_clear()
    cold = cpu(lambda: average(big))
    warm = sorted(cpu(lambda: average(big)) for _ in range(5))[2]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    say(question="graphs, 5 lists, n=8234", cold_seconds=round(cold, 3), warm_seconds=round(warm, 3),
        peak_mb=round(peak / 1024))  # fmt: skip


def resamples() -> None:
    from safeconduct.count.bootstrap import bca, choose_among, choose_stepwise
    from safeconduct.count.loglinear import best_by_bic

    for name in ("kosovo", "uk5"):
        small = table(name)
        best = best_by_bic(small, 20)
        choose_stepwise(small)
        for label, choose in (
            ("stepwise", choose_stepwise),
            ("BIC top 20", choose_among(tuple(f.model for f in best))),
        ):
            begun = time.process_time()
            bca(small, choose, resamples=1000, random=np.random.default_rng(1))
            seconds = time.process_time() - begun
            say(question=f"1000 BCa resamples, {label}", table=name, seconds=round(seconds, 2))


def effective(name: str, times: int = 1) -> None:
    """Bulk effective draws of N for each CPU second of the whole run, warming up included, at a fixed length."""
    from safeconduct.count import latent
    from safeconduct.count.convergence import effective_size, r_hat

    small = table(name)
    big = Table(small.lists, small.counts * times)
    latent.sample(big, seed=0, most_steps=1000)
    kept = latent._AMPLE
    latent._AMPLE = 10**9  # type: ignore[misc]
    begun = time.process_time()
    found = latent.sample(big, seed=2, most_steps=6000)
    seconds = time.process_time() - begun
    latent._AMPLE = kept  # type: ignore[misc]
    steps = (6000 + sum(latent._WARM)) * latent.LADDERS * latent._REPLICAS
    say(question="effective draws of N", table=name, times=times, rhat=round(r_hat(found.people), 4),
        effective_per_second=round(effective_size(found.people) * 1.25 / seconds, 1),
        microseconds_per_replica_step=round(seconds / steps * 1e6, 1), seconds=round(seconds, 1))  # fmt: skip


def one_replica(name: str) -> None:
    """The moves without the ladder: four chains of one replica, as the peer's chains are."""
    from safeconduct.count import latent
    from safeconduct.count.convergence import effective_size, r_hat

    kept = latent._REPLICAS
    latent._REPLICAS = 1  # type: ignore[misc]
    try:
        small = table(name)
        ladders = [
            latent._Ladder(small, np.random.Generator(np.random.PCG64(seed)), latent.CLASSES) for seed in range(4)
        ]
        begun = time.process_time()
        for ladder in ladders:
            ladder._run(1000, warming=True)
            ladder.go_on(10_000)
        seconds = time.process_time() - begun
    finally:
        latent._REPLICAS = kept  # type: ignore[misc]
    people = np.array([np.concatenate(ladder.people) for ladder in ladders], dtype=float)
    say(question="effective draws of N, one replica", table=name, rhat=round(r_hat(people), 4),
        effective_per_second=round(effective_size(people) / seconds, 1), seconds=round(seconds, 1))  # fmt: skip


def main() -> None:
    from safeconduct.count.threshold import threshold

    graphs()
    resamples()
    say(
        question="Bayesian threshold",
        table="uk5",
        seconds=round(cpu(lambda: threshold(table("uk5"), random=np.random.default_rng(1))), 2),
    )
    effective("kosovo")
    effective("kosovo", times=1000)
    one_replica("kosovo")


if __name__ == "__main__":
    if sys.argv[1:] == ["graphs"]:
        graphs_alone()
    else:
        main()
