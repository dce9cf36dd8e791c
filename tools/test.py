"""Runs every check and test there is, each with its name and time.

The last line is the verdict: `complete`, `failed: N` (N steps) or `incomplete: N browser stories did not
run` (this machine has no Chromium and no right to install one). Only `complete` exits with 0.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import door

_PYTEST = [sys.executable, "-m", "pytest", "-q"]
_TSC = [door.NODE, door.SOURCE / "node_modules" / "typescript" / "bin" / "tsc"]

_BEFORE_BROWSER: list[tuple[str, list[str | Path]]] = [
    ("ruff check", [sys.executable, "-m", "ruff", "check", "--quiet"]),
    ("ruff format", [sys.executable, "-m", "ruff", "format", "--check", "--quiet"]),
    ("mypy", [sys.executable, "-m", "mypy"]),
    ("floors", [Path(sys.executable).with_name("lint-imports"), "--no-logo"]),
    ("page types", [*_TSC, "-p", door.SOURCE]),
    ("page test types", [*_TSC, "-p", door.SOURCE / "tests"]),
    ("page tests", [door.NODE, door.SOURCE / "test.mjs"]),
    ("tests", [*_PYTEST, "-m", "not browser"]),
]
# A process of their own: Playwright's event loop would stand in the way of the others'.
_BROWSER: tuple[str, list[str | Path]] = ("browser stories", [*_PYTEST, "-m", "browser"])


def _passes(name: str, command: list[str | Path]) -> bool:
    print(f"\n== {name}", flush=True)
    begun = time.monotonic()
    passed = subprocess.run(command, cwd=door.ROOT, check=False).returncode == 0
    print(f"== {name}: {'passed' if passed else 'FAILED'} in {time.monotonic() - begun:.1f} s", flush=True)
    return passed


def _stories_left_out() -> int:
    """How many tests need a browser."""
    listing = [*_BROWSER[1], "--collect-only"]
    run = subprocess.run(listing, cwd=door.ROOT, check=False, capture_output=True, text=True)
    return sum("::" in line for line in run.stdout.splitlines())


def main() -> int:
    """Runs all steps, also after one has failed."""
    os.chdir(door.ROOT)
    door.packages()
    steps = list(_BEFORE_BROWSER)
    has_browser = shutil.which("chromium") is not None
    if has_browser:
        steps.append(_BROWSER)
    failed = [name for name, command in steps if not _passes(name, command)]
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
