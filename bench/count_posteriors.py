"""The latent class posterior of every published table: what the tests compare with.

    python bench/count_posteriors.py [--long] [TABLE ...]     prints a JSON line a table, keeps it in tests/count/data

A run ends where it would end for anybody; `--long` spends all its steps. CPU seconds count from the first draw;
compiling is not in them.
"""

import json
import sys
import time
from pathlib import Path

from safeconduct.count import latent
from safeconduct.count.modes import find_modes
from safeconduct.count.reading import read_table

DATA = Path(__file__).parent.parent / "tests" / "count" / "data"
KEPT = DATA / "latent_runs.json"
TABLES = "korea spina_bifida new_orleans5 new_orleans kosovo uk5 uk netherlands5 netherlands scot_pwid"
SEED = 1


def run(name: str) -> dict[str, object]:
    table = read_table((DATA / f"mse_{name}.csv").read_bytes(), "t.csv")
    latent.sample(table, seed=0, most_steps=1000)
    begun = time.process_time()
    found = latent.sample(table, seed=SEED)
    cpu = time.process_time() - begun
    return {
        "digest": table.digest,
        "seed": SEED,
        "median": found.quantile(0.5),
        "lower": found.quantile(0.025),
        "upper": found.quantile(0.975),
        "rhat": round(found.r_hat, 4),
        "ess": round(found.effective),
        "steps": found.steps,
        "modes": [[round(m.people), round(m.share, 3)] for m in find_modes(found.people)],
        "cpu_seconds": round(cpu, 1),
    }


def main() -> None:
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    words = sys.argv[1:]
    if "--long" in words:
        words.remove("--long")
        latent._AMPLE = 10**9  # type: ignore[misc]
    for name in words or TABLES.split():
        kept[name] = run(name)
        print(json.dumps({"table": name} | kept[name]), flush=True)
        KEPT.write_text(json.dumps(kept, indent=1) + "\n")


if __name__ == "__main__":
    main()
