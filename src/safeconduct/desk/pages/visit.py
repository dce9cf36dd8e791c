"""One request on its way to a page: what was asked, by whom, in which language, and how to answer."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import jinja2
from starlette.responses import HTMLResponse, RedirectResponse, Response

from safeconduct.clock import Clock
from safeconduct.desk.counting import Counting
from safeconduct.desk.desk import Desk
from safeconduct.desk.idle import Idle
from safeconduct.desk.launch import Launch, draw_token
from safeconduct.desk.session import Session, Sessions
from safeconduct.desk.words import LANGUAGES, Words
from safeconduct.journal import Journal
from safeconduct.sealed.signing import Random

SEE_OTHER: Final = 303


class Absent(Exception):  # noqa: N818 - what it says
    """There is no such thing on this desk, or this person may not see it: one answer for both."""


@contextmanager
def found() -> Iterator[None]:
    """Around the desk's methods: a name that it does not know is an absent page."""
    try:
        yield
    except KeyError:
        raise Absent from None


@dataclass(frozen=True, slots=True)
class House:
    """What all visits share."""

    desk: Desk
    sessions: Sessions
    launch: Launch
    idle: Idle
    clock: Clock
    random: Random
    journal: Journal
    counting: Counting


@dataclass(slots=True)
class Visit:
    """A request and the means to answer it."""

    house: House
    session: Session | None
    words: Words
    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    live: bool
    """Asked by the page itself because something changed, not by the person."""

    @property
    def desk(self) -> Desk:
        """The desk."""
        return self.house.desk

    @property
    def mine(self) -> Session:
        """The session, where there must be one."""
        if self.session is None:
            raise Absent
        return self.session

    def render(self, template: str, http_status: int = 200, /, **values: object) -> Response:
        """A page in this person's language."""
        text = (
            templates()
            .get_template(template)
            .render(
                t=self.words.say,
                has=self.words.has,
                words=self.words,
                languages=LANGUAGES,
                session=self.session,
                today=self.house.clock.day(),
                static=static_version(),
                once=lambda: draw_token(self.house.random),
                **values,
            )
        )
        return HTMLResponse(text, http_status)

    def go(self, address: str) -> Response:
        """On to another page, after something was done."""
        return RedirectResponse(address, SEE_OTHER)


@cache
def templates() -> jinja2.Environment:
    """The templates: everything is escaped, and a name that is not there is an error."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader("safeconduct.desk"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


@cache
def static_version() -> str:
    """Names the static files' content, so that a browser may keep them until they change."""
    folder = files("safeconduct.desk").joinpath("static")
    content = [each.read_bytes() for each in sorted(folder.iterdir(), key=lambda each: each.name) if each.is_file()]
    return hashlib.sha256(b"".join(content)).hexdigest()[:12]
