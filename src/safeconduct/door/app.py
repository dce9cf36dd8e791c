"""Serves the door: the built page, `org.js`, the signed list of files, and the way out.

Everything is held in memory, read once. Nothing is cached by a browser: what is not stored cannot be found.
"""

import gzip
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from safeconduct.door.release import release_digest_list

STATIC: Final = Path(__file__).parent / "static"

_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".sig": "application/octet-stream",
}
_ALWAYS: Final = (
    (b"cache-control", b"no-store"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
_POLICY: Final = (
    # data: is the empty icon, which spares a request and shows nothing in a list of tabs.
    b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    b"require-trusted-types-for 'script'; trusted-types 'none'"
)
_PAGE: Final = (
    (b"content-security-policy", _POLICY),
    (b"cross-origin-embedder-policy", b"require-corp"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (
        b"permissions-policy",
        b"camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()",
    ),
)
# As src/speech.ts: whoever reads one of these is likelier to read Russian than English.
_NEAR_RUSSIAN: Final = frozenset({"ru", "be", "uk", "kk", "ky", "uz", "tg", "hy", "az", "ka", "tt", "ba", "cv", "ce"})


class DoorSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an operator decides about a door."""

    leave: str
    """Where quick exit leads: the address of a page that surprises nobody, the same as in `org.js`."""
    release_signature: bytes = b""
    """Over the list of files (`release.sign_release`); empty where nobody has signed."""


@dataclass(frozen=True, slots=True)
class _File:
    """One file, ready to be sent either way."""

    plain: bytes
    packed: bytes
    headers: tuple[tuple[bytes, bytes], ...]

    @classmethod
    def of(cls, name: str, plain: bytes) -> "_File":
        kind = _TYPES[Path(name).suffix]
        headers = ((b"content-type", kind.encode()), *_ALWAYS, *(_PAGE if name.endswith(".html") else ()))
        return cls(plain, gzip.compress(plain, 9, mtime=0), headers)

    def answer(self, request: Request, *more: tuple[bytes, bytes]) -> Response:
        if len(self.packed) < len(self.plain) and "gzip" in request.headers.get("accept-encoding", ""):
            return _respond(200, self.packed, *self.headers, *more, (b"content-encoding", b"gzip"))
        return _respond(200, self.plain, *self.headers, *more)


def build_door(settings: DoorSettings, org_js: bytes, static: Path = STATIC) -> list[Route]:
    """The door's routes, for one origin with the relay's `/v1/*`."""
    listed = release_digest_list(static)
    files = {path.name: path.read_bytes() for path in static.iterdir() if path.is_file()}
    files |= {"org.js": org_js, "release.txt": listed, "release.sig": settings.release_signature}
    ready = {name: _File.of(name, content) for name, content in files.items() if content}
    page = ready.pop("index.html")

    async def open_page(request: Request) -> Response:
        # The sentences are on their way while the page is still being read: one round trip less.
        spoken = _wished(request.headers.get("accept-language", ""))
        return page.answer(request, (b"link", f"</{spoken}.js>; rel=modulepreload".encode()))

    async def leave(_request: Request) -> Response:
        """The browser forgets this site; nothing is noted here either."""
        gone = ((b"location", settings.leave.encode()), (b"clear-site-data", b'"*"'))
        return _respond(303, b"", *gone, *_ALWAYS)

    return [
        Route("/", open_page),
        Route("/leave", leave, methods=["GET", "POST"]),
        *(Route(f"/{name}", _serve(file)) for name, file in sorted(ready.items())),
    ]


def _serve(file: _File) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        return file.answer(request)

    return serve


def _respond(status: int, body: bytes, *headers: tuple[bytes, bytes]) -> Response:
    response = Response(body, status)
    response.raw_headers = [*headers, (b"content-length", str(len(body)).encode())]
    return response


def _wished(accepted: str) -> str:
    """The language of the page, of those a browser asks for, in their order."""
    asked = [part.split(";")[0].split("-")[0].strip().lower() for part in accepted.split(",")]
    first = next((each for each in asked if each == "en" or each in _NEAR_RUSSIAN), "en")
    return "en" if first == "en" else "ru"
