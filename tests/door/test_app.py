"""What the door answers: the right files, under headers that shut everything else out."""

import asyncio
from collections.abc import Callable

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from safeconduct.door.app import STATIC, DoorSettings, build_door
from safeconduct.door.org import write_org
from safeconduct.door.release import release_digest_list, sign_release, verify_release
from safeconduct.errors import ConfigWrong, LengthWrong, SignatureWrong
from safeconduct.sealed.signing import SigningKey
from safeconduct.sealed.wire import Octets32

ROOT = SigningKey(bytes(range(32)))
RELEASE = SigningKey(bytes(range(1, 33)))
NEUTRAL = "https://neutral.example/"
ORG = write_org(ROOT.public, 1, 20_782, (("ru", "Имя"), ("en", "Name")), NEUTRAL)
NAMES = [path.name for path in STATIC.iterdir()]


@pytest.fixture(scope="module")
def ask() -> Callable[..., httpx.Response]:
    signature = sign_release(RELEASE, release_digest_list(STATIC))
    app = Starlette(routes=build_door(DoorSettings(NEUTRAL, signature), ORG))

    async def request(method: str, path: str, headers: dict[str, str]) -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://door.example") as client:
            return await client.request(method, path, headers=headers)

    return lambda method, path, headers=None: asyncio.run(request(method, path, headers or {}))


def test_the_page_lets_nothing_in_from_elsewhere(ask: Callable[..., httpx.Response]) -> None:
    answer = ask("GET", "/")
    assert answer.content == (STATIC / "index.html").read_bytes()
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "connect-src": "'self'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-embedder-policy"] == "require-corp"
    assert "camera=()" in answer.headers["permissions-policy"]


def test_the_page_has_nothing_inline_and_names_nobody() -> None:
    page = (STATIC / "index.html").read_text()
    assert page.count("<script") == page.count("<script src=") == 2
    assert "<style" not in page
    assert " style=" not in page
    assert "//" not in page
    assert "Safeconduct" not in page
    assert "<title>Страница</title>" in page


@pytest.mark.parametrize("name", [*NAMES, "org.js", "release.txt", "release.sig"])
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_every_file_is_served_whole_and_never_kept(
    ask: Callable[..., httpx.Response], name: str, encoding: str
) -> None:
    answer = ask("GET", "/" if name == "index.html" else f"/{name}", headers={"accept-encoding": encoding})
    assert answer.status_code == 200
    expected = {"org.js": ORG, "release.txt": release_digest_list(STATIC)}
    if name in NAMES:
        expected[name] = (STATIC / name).read_bytes()
    assert answer.content == expected.get(name, answer.content)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers
    assert "etag" not in answer.headers
    assert "last-modified" not in answer.headers


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("en-US,en;q=0.9", "en"),
        ("kk", "ru"),
        ("de-DE,de;q=0.9,uk;q=0.8,en;q=0.7", "ru"),
        ("fr", "en"),
        ("", "en"),
    ],
)
def test_the_language_asked_for_is_on_its_way_at_once(
    ask: Callable[..., httpx.Response], accepted: str, language: str
) -> None:
    answer = ask("GET", "/", headers={"accept-language": accepted})
    assert answer.headers["link"] == f"</{language}.js>; rel=modulepreload"


@pytest.mark.parametrize("path", ["/index.html", "/static/main.js", "/../app.py", "/en.ftl", "/leave/", "/v1/contact"])
def test_nothing_else_is_there(ask: Callable[..., httpx.Response], path: str) -> None:
    assert ask("GET", path).status_code in {307, 404}


def test_the_release_is_signed_and_is_the_same_for_every_organisation(ask: Callable[..., httpx.Response]) -> None:
    listed, signature = ask("GET", "/release.txt").content, ask("GET", "/release.sig").content
    verify_release(RELEASE.public, listed, signature)
    assert sorted(line.split("  ")[1] for line in listed.decode().splitlines()) == sorted(NAMES)
    with pytest.raises(SignatureWrong):
        verify_release(RELEASE.public, listed + b"x", signature)
    with pytest.raises(SignatureWrong):
        verify_release(ROOT.public, listed, signature)


def test_org_js_is_to_the_last_byte_as_the_spec_says() -> None:
    root = Octets32(ROOT.public).text()
    assert ORG.decode() == (
        f'globalThis.safeconductOrg={{"root":"{root}","delegation":1,"day":20782,'
        f'"name":[["ru","Имя"],["en","Name"]],"leave":"{NEUTRAL}"}};'
    )


def test_org_js_is_refused_without_a_name_a_root_or_a_page_to_leave_to() -> None:
    with pytest.raises(ConfigWrong):
        write_org(ROOT.public, 1, 1, (), NEUTRAL)
    with pytest.raises(ConfigWrong):
        write_org(ROOT.public, 1, 1, (("en", "x"),), "javascript:alert(1)")
    with pytest.raises(LengthWrong):
        write_org(b"short", 1, 1, (("en", "x"),), NEUTRAL)


@given(st.text(), st.text())
def test_a_name_of_any_letters_stays_inside_org_js(language: str, name: str) -> None:
    surrogates = any("\ud800" <= letter <= "\udfff" for letter in language + name)
    if not surrogates:
        written = write_org(ROOT.public, 1, 1, ((language, name),), NEUTRAL)
        assert written.count(b"\n") == 0
        assert written.endswith(b"};")
