"""Who has been let in: a cookie for each browser, good for its passphrase, then for the pages, until the lock.

Nothing of a session is on disk. Cookies of 127.0.0.1 are sent to every port, so the name tells two desks apart and
the value alone opens nothing for another user or page (see `guard`).
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from starlette.requests import cookie_parser

from safeconduct.desk.launch import draw_token
from safeconduct.law.situation import Situation
from safeconduct.sealed.signing import Random

MOST: Final = 16
ONCE_MOST: Final = 64


@dataclass(slots=True)
class Undo:
    """What was just set aside, and until when (steady seconds) that is offered to be undone."""

    ref: str
    until_s: float


@dataclass(slots=True)
class Session:
    """One browser."""

    token: str
    language: str
    opened: bool = False
    """The passphrase was given here since the last lock."""
    keys: bool = True
    """Single letters are commands."""
    undo: Undo | None = None
    told: str = ""
    """A sentence's key, shown on the next page."""
    used: OrderedDict[str, object] = field(default_factory=OrderedDict)
    situations: OrderedDict[str, Situation] = field(default_factory=OrderedDict)
    """What the Law page was told, by random names; the one looked at last is last."""

    def once(self, mark: str) -> bool:
        """Whether this form is sent for the first time; a double click sends it twice."""
        first = object()
        # One step, so that of two clicks in two threads one is the first.
        if self.used.setdefault(mark, first) is not first:
            return False
        while len(self.used) > ONCE_MOST:
            self.used.popitem(last=False)
        return True


class Sessions:
    """All browsers that were let in since this program started."""

    def __init__(self, random: Random) -> None:
        """Draw the cookie's name."""
        self.cookie: Final = f"desk-{random(6).hex()}"
        self._random: Final = random
        self._lock: Final = threading.Lock()
        self._known: Final[OrderedDict[str, Session]] = OrderedDict()

    def enter(self, language: str) -> Session:
        """A browser that brought the token."""
        return self._keep(Session(draw_token(self._random), language))

    def find(self, cookies: list[str]) -> Session | None:
        """The session whose cookie is among these headers."""
        for header in cookies:
            session = self._known.get(cookie_parser(header).get(self.cookie, ""))
            if session:
                return session
        return None

    def open(self, session: Session) -> Session:
        """The passphrase was right: a fresh cookie takes the old one's place."""
        with self._lock:
            self._known.pop(session.token, None)
        return self._keep(Session(draw_token(self._random), session.language, opened=True, keys=session.keys))

    def close(self) -> None:
        """The lock: no cookie is good for more than the passphrase's page."""
        with self._lock:
            for session in self._known.values():
                session.opened = False
                session.undo = None
                session.used.clear()
                session.situations.clear()

    def header(self, session: Session) -> str:
        """The value of `Set-Cookie`: gone with the browser, hidden from scripts, never sent from another site."""
        return f"{self.cookie}={session.token}; Path=/; HttpOnly; SameSite=Strict"

    def _keep(self, session: Session) -> Session:
        with self._lock:
            self._known[session.token] = session
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        return session
