"""The relay as a process of its own, for stories and benches that kill it or measure it."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent


@contextmanager
def relay_process(data: Path) -> Iterator[int]:
    """Yields its port; killed at the end, as a machine that loses its power."""
    child = subprocess.Popen(
        [sys.executable, HERE / "relay" / "serve.py", data, "port=0"], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    try:
        yield int(child.stdout.readline())
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
