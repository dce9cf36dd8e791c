"""How long it takes from a signed bundle on disk to packs that are ready: read, digest, signature, form, rules, index.

    python bench/law_load.py

Prints one JSON line: medians of 51, in milliseconds, by the clock and of the processor. The library of holidays is
imported before, and told apart.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from safeconduct.law import bundle, shelf
from safeconduct.law.book import Book
from safeconduct.law.shelf import read_folder, shipped_folder
from safeconduct.sealed.signing import SigningKey

TIMES = 51


def spent_ms(program: str) -> float:
    """What a fresh interpreter takes for one line."""
    timed = f"import time; t = time.perf_counter(); {program}; print(time.perf_counter() - t)"
    return 1_000 * median(
        float(subprocess.run([sys.executable, "-c", timed], check=True, capture_output=True, text=True).stdout)
        for _ in range(5)
    )


def main() -> None:
    key = SigningKey(bytes(range(32)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "law.json"
        path.write_bytes(bundle.write(shelf.shipped(), key))
        taken, worked = [], []
        for _ in range(TIMES):
            begun, spent = time.perf_counter(), time.process_time()
            Book(bundle.read(path.read_bytes(), key.public)).select("RU", "KZ")
            taken.append(1_000 * (time.perf_counter() - begun))
            worked.append(1_000 * (time.process_time() - spent))
        size = path.stat().st_size
    begun = time.perf_counter()
    assert read_folder(shipped_folder()).refused == ()
    yaml_ms = 1_000 * (time.perf_counter() - begun)
    told = {
        "bench": "law_load",
        "bytes": size,
        "signed_json_ms": round(median(taken), 2),
        "of_this_processor_ms": round(median(worked), 2),
        "slowest_ms": round(max(taken), 2),
        "yaml_once_ms": round(yaml_ms),
        "import_holidays_ms": round(spent_ms("import holidays")),
        "import_all_ms": round(spent_ms("import safeconduct.law.evaluate, safeconduct.law.bundle")),
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
