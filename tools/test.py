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

_COUNT = ["tests/count", "tests/desk/test_counting.py", "tests/desk/pages/test_count.py"]
_COUNT_SEEN = "tests/browser/test_count.py"
_SMALL = "tests/count/data/mse_korea.csv"
_STORIES = [f"tests/{room}" for room in ("demo", "seizure", "stories")]
_Step = tuple[str, list[str | Path]]

# Chains of steps, side by side: most of them wait for disks and for other processes more than they compute.
# What uses a browser is in processes of its own: Playwright's event loop would stand in the way of the others'.
_CHAINS: list[list[_Step]] = [
    [
        # What is compiled once, before anything else counts, is compiled nowhere else.
        ("count, compiled", [sys.executable, "-m", "safeconduct", "count", "estimate", _SMALL]),
        ("count", [*_PYTEST, "-m", "not browser", *_COUNT]),
    ],
    [("stories", [*_PYTEST, "-m", "not browser", *_STORIES])],
    [("tests", [*_PYTEST, "-m", "not browser", *(f"--ignore={room}" for room in (*_COUNT, *_STORIES))])],
    [
        ("ruff check", [sys.executable, "-m", "ruff", "check", "--quiet"]),
        ("ruff format", [sys.executable, "-m", "ruff", "format", "--check", "--quiet"]),
        ("floors", [Path(sys.executable).with_name("lint-imports"), "--no-logo"]),
        ("page types", [*_TSC, "-p", door.SOURCE]),
        ("page test types", [*_TSC, "-p", door.SOURCE / "tests"]),
        ("mypy", [sys.executable, "-m", "mypy"]),
        ("page tests", [door.NODE, door.SOURCE / "test.mjs"]),
    ],
]
_DOOR_SEEN = sorted((door.ROOT / "tests" / "browser").glob("test_door_*.py"))
_SEEN: list[list[_Step]] = [
    [("browser stories of the door", [*_PYTEST, "-m", "browser", *_DOOR_SEEN])],
    [("browser stories", [*_PYTEST, "-m", "browser", *(f"--ignore={room}" for room in (_COUNT_SEEN, *_DOOR_SEEN))])],
    [("browser stories of the count", [*_PYTEST, "-m", "browser", _COUNT_SEEN])],
]


def _run_beside(chains: list[list[_Step]]) -> list[str]:
    """Runs every chain, six at once; returns the names of the steps that failed."""
    with ThreadPoolExecutor(6) as pool:
        return [name for failed in pool.map(_run_chain, chains) for name in failed]


def _run_chain(steps: list[_Step]) -> list[str]:
    """Runs each of these steps, also after one has failed."""
    failed = []
    for name, command in steps:
        passed, seconds, said = _run(command)
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
    failed = _run_beside([*_CHAINS, *_SEEN] if has_browser else _CHAINS)
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
