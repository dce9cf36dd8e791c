"""How a browser is let in: an address whose fragment holds a token that works once.

The fragment never leaves the browser by itself; the page's script posts it. The address that works now stands in
`address` in the desk's folder, readable by its owner only; as soon as it was used another one takes its place, so
`safeconduct desk address` only reads. Being let in opens nothing yet: the passphrase does.
"""

import base64
import hmac
import os
import threading
from pathlib import Path
from typing import Final

from safeconduct.errors import DeskUnknown
from safeconduct.sealed.signing import Random

TOKEN_BYTES: Final = 24


def draw_token(random: Random) -> str:
    """Draw 192 bits, spelled for addresses and cookies."""
    return base64.urlsafe_b64encode(random(TOKEN_BYTES)).decode()


class Launch:
    """The one token that is good now, and the file that says it."""

    def __init__(self, folder: Path, origin: str, random: Random) -> None:
        """Write the first address."""
        self._path: Final = folder / "address"
        self._origin: Final = origin
        self._random: Final = random
        self._lock: Final = threading.Lock()
        self._token = ""
        self._renew()

    @property
    def address(self) -> str:
        """The whole address that works now, once."""
        return f"{self._origin}/#{self._token}"

    def use(self, untrusted_token: str) -> bool:
        """Whether this is the token. If so it never is again, and the file holds the next."""
        with self._lock:
            if not hmac.compare_digest(untrusted_token.encode(), self._token.encode()):
                return False
            self._renew()
            return True

    def close(self) -> None:
        """Take the file away: no address works any more."""
        with self._lock:
            self._path.unlink(missing_ok=True)

    def _renew(self) -> None:
        self._token = draw_token(self._random)
        new = self._path.with_suffix(".new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(self.address + "\n")
        new.replace(self._path)


def read_address(folder: Path) -> str:
    """The address that lets a browser in now, for `safeconduct desk address`.

    Raises:
        DeskUnknown: no desk runs from this folder.
    """
    try:
        return (folder / "address").read_text().strip()
    except OSError:
        raise DeskUnknown from None
