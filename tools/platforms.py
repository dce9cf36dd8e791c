"""Whether everything that is pinned can be installed, without a compiler, wherever a desk is to run.

Asks for a wheel of each pinned package, for each platform, the oldest and the newest Python; installs nothing.
The last line says how many of them lack one. Run by `make lock`.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PLATFORMS = (
    "x86_64-pc-windows-msvc",
    "aarch64-apple-darwin",
    "x86_64-apple-darwin",
    "x86_64-unknown-linux-gnu",
    "aarch64-unknown-linux-gnu",
)
PYTHONS = ("3.11", "3.14")


def find_missing(pins: Path, platform: str, python: str) -> str:
    """What the resolver says is missing; empty if nothing is."""
    uv = str(Path(sys.executable).with_name("uv"))
    wheels_only = ["--no-deps", "--require-hashes", "--only-binary", ":all:"]
    with tempfile.TemporaryDirectory() as nowhere:
        place = ["--python-platform", platform, "--python-version", python, "--target", nowhere]
        command = [uv, "pip", "install", "--dry-run", "--quiet", *wheels_only, *place, "-r", str(pins)]
        return subprocess.run(command, capture_output=True, text=True, check=False).stderr.strip()


def main() -> int:
    """Look everywhere, also after something was missing."""
    missing = 0
    for pins in ("run", "count"):
        for platform in PLATFORMS:
            for python in PYTHONS:
                said = find_missing(ROOT / "requirements" / f"{pins}.txt", platform, python)
                missing += bool(said)
                print(f"{pins:6} {platform:26} {python:5} {said or 'all wheels there'}", flush=True)
    print(f"{missing} lack a wheel")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
