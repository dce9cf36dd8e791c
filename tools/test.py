"""Runs every check and test there is, each with its name and time.

The last line is the verdict: `complete`, `failed: N` (N steps) or `incomplete: N browser stories did not
run` (this machine has no Chromium and no right to install one). Only `complete` exits with 0.
"""

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import door

_PYTEST = [sys.executable, "-m", "pytest", "-q", "--durations=12"]
_TSC = [door.NODE, door.SOURCE / "node_modules" / "typescript" / "bin" / "tsc"]

_SMALL = "tests/count/data/mse_korea.csv"
_CHECKS: list[tuple[str, list[str | Path]]] = [
    # First of all: what is compiled here once is compiled nowhere else.
    ("count, compiled", [sys.executable, "-m", "safeconduct", "count", "estimate", _SMALL]),
    ("ruff check", [sys.executable, "-m", "ruff", "check", "--quiet"]),
    ("ruff format", [sys.executable, "-m", "ruff", "format", "--check", "--quiet"]),
    ("mypy", [sys.executable, "-m", "mypy"]),
    ("floors", [Path(sys.executable).with_name("lint-imports"), "--no-logo"]),
    ("page types", [*_TSC, "-p", door.SOURCE]),
    ("page test types", [*_TSC, "-p", door.SOURCE / "tests"]),
    ("page tests", [door.NODE, door.SOURCE / "test.mjs"]),
]
_STORIES = [f"tests/{room}" for room in ("demo", "seizure", "stories")]
_COUNT = ["tests/count", "tests/desk/test_counting.py", "tests/desk/pages/test_count.py"]
_COUNT_SEEN = "tests/browser/test_count.py"
# Side by side, since they wait for disks and for other processes more than they compute. What uses a browser is in
# processes of its own: Playwright's event loop would stand in the way of the others'.
_TESTS: list[tuple[str, list[str | Path]]] = [
    ("tests", [*_PYTEST, "-m", "not browser", *(f"--ignore={room}" for room in (*_COUNT, *_STORIES))]),
    ("count", [*_PYTEST, "-m", "not browser", *_COUNT]),
    ("stories", [*_PYTEST, "-m", "not browser", *_STORIES]),
]
_BROWSER: list[tuple[str, list[str | Path]]] = [
    ("browser stories", [*_PYTEST, "-m", "browser", f"--ignore={_COUNT_SEEN}"]),
    # Last: a count gives way to whatever else computes.
    ("browser stories of the count", [*_PYTEST, "-m", "browser", _COUNT_SEEN]),
]


def _run_beside(steps: list[tuple[str, list[str | Path]]], most: int) -> list[str]:
    """Runs so many steps at once; returns the names of those that failed."""
    with ThreadPoolExecutor(most) as pool:
        runs = [(name, pool.submit(_run, command)) for name, command in steps]
        print(f"\n== {', '.join(name for name, _ in runs)}: side by side", flush=True)
        failed = []
        for name, run in runs:
            passed, seconds, said = run.result()
            print(f"\n{said}== {name}: {'passed' if passed else 'FAILED'} in {seconds:.1f} s", flush=True)
            failed += [] if passed else [name]
    return failed


def _run(command: list[str | Path]) -> tuple[bool, float, str]:
    begun = time.monotonic()
    run = subprocess.run(
        command, cwd=door.ROOT, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return run.returncode == 0, time.monotonic() - begun, run.stdout


def _stories_left_out() -> int:
    """How many tests need a browser."""
    listing = [*_PYTEST, "-m", "browser", "--collect-only"]
    run = subprocess.run(listing, cwd=door.ROOT, check=False, capture_output=True, text=True)
    return sum("::" in line for line in run.stdout.splitlines())


def main() -> int:
    """Runs all steps, also after one has failed."""
    os.chdir(door.ROOT)
    door.packages()
    has_browser = shutil.which("chromium") is not None
    failed = _run_beside(_CHECKS, 2)
    failed += _run_beside([*_TESTS, *_BROWSER] if has_browser else _TESTS, 4)
    if failed:
        print(f"\nFailed: {', '.join(failed)}\nfailed: {len(failed)}")
    elif not has_browser:
        print(f"\nincomplete: {_stories_left_out()} browser stories did not run")
    else:
        print("\ncomplete")
    return 0 if has_browser and not failed else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
