"""How long `make demo` takes until everything answers: the first start, which makes the season, and later ones.

    python bench/demo_start.py [LATER_STARTS]

Seconds from the command to the line that tells how to stop it; later ones as median and slowest. One JSON line.
"""

import json
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def start(folder: Path) -> float:
    """Start, wait, stop."""
    begun = time.monotonic()
    command = [sys.executable, "-m", "safeconduct", "demo", "--folder", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as demo:
        assert demo.stdout is not None
        assert any("Ctrl-C" in line for line in demo.stdout)
        took = time.monotonic() - begun
        demo.send_signal(signal.SIGINT)
        demo.stdout.read()
    return took


def main() -> None:
    """One JSON line."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with tempfile.TemporaryDirectory() as folder:
        first = start(Path(folder) / "demo")
        later = [start(Path(folder) / "demo") for _ in range(times)]
    found = {"first_s": first, "later_s": statistics.median(later), "later_slowest_s": max(later)}
    rounded = {name: round(took_s, 2) for name, took_s in found.items()}
    print(json.dumps({"bench": "demo_start", "later_starts": times, **rounded}))


if __name__ == "__main__":
    main()
