"""Localhost is hostile: whatever other pages, programs and users of this computer try is refused."""

import asyncio
import os
import socket
import stat
import subprocess
import sys

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from desk.pages.house import Open, Opened
from safeconduct.desk.guard import HEADERS, Guard, begun_here, own_user, peer_user
from safeconduct.desk.launch import read_address
from safeconduct.desk.pages.entry import local
from safeconduct.errors import DeskUnknown
from safeconduct.journal import Entry
from simulator import PASSPHRASE


def bare(desk: Opened, client: httpx.Client, **headers: str) -> httpx.Client:
    """A client with the stolen cookie and just these headers."""
    return httpx.Client(base_url=desk.origin, cookies=client.cookies, headers=headers, trust_env=False)


def test_the_right_browser_is_answered(client: httpx.Client) -> None:
    assert client.get("/queue/new").status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost", "127.0.0.1", "127.0.0.1:1", "[::1]", "127.0.0.1.:{port}"]
)
@pytest.mark.parametrize("path", ["/", "/queue/new", "/static/desk.css", "/live"])
def test_another_host_is_misdirected(desk: Opened, client: httpx.Client, host: str, path: str) -> None:
    answer = client.get(path, headers={"host": host.format(port=desk.port)})
    assert answer.status_code == 421


def test_two_hosts_are_misdirected(desk: Opened) -> None:
    with socket.create_connection(("127.0.0.1", desk.port)) as line:
        line.sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{desk.port}\r\nHost: evil.example\r\n\r\n".encode())
        assert line.recv(64).split()[1] in {b"421", b"400"}


@pytest.mark.parametrize("path", ["/", "/queue/new", "/matter/x", "/next", "/live"])
def test_without_a_cookie_nothing_is_shown(desk: Opened, path: str) -> None:
    answer = httpx.get(desk.origin + path, trust_env=False)
    assert answer.status_code == 401
    assert "safeconduct desk address" in answer.text
    assert answer.headers["content-type"].startswith("text/html")


def test_a_wrong_token_and_a_used_one_are_refused(desk: Opened) -> None:
    with desk.client(let_in=False) as client:
        assert client.post("/enter", data={"token": "wrong"}).status_code == 403
        assert client.post("/enter", data={"token": ""}).status_code == 403
        assert client.post("/enter", data={"token": "ключ"}).status_code == 403
        token = desk.token
        assert client.post("/enter", data={"token": token}).status_code == 204
        assert client.post("/enter", data={"token": token}).status_code == 403
        assert desk.token != token


def test_the_cookie_of_the_token_shows_nothing_before_the_passphrase(desk: Opened) -> None:
    with desk.client(unlocked=False) as client:
        assert client.get("/queue/new").status_code == 401
        assert client.get("/live").status_code == 401
        assert client.post("/matter/x/reply", data={"text": "x"}).status_code == 401


@pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_requests_begun_elsewhere_are_refused(client: httpx.Client, method: str, site: str) -> None:
    headers = {"sec-fetch-site": site}
    assert client.request(method, "/used" if method == "POST" else "/queue/new", headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "http://evil.example", "sec-fetch-site": "same-origin"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "null", "sec-fetch-site": "none"}, 403),
        ({"origin": "http://127.0.0.1:1"}, 403),
        ({"origin": "{own}", "sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-origin"}, 204),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, 204),
        ({"origin": "{own}"}, 204),
        ({"origin": "{own}", "sec-fetch-site": "same-origin"}, 204),
    ],
)
def test_what_changes_something_must_come_from_our_page(
    desk: Opened, client: httpx.Client, headers: dict[str, str], status: int
) -> None:
    filled = {name: value.format(own=desk.origin) for name, value in headers.items()}
    with bare(desk, client, **filled) as tried:
        assert tried.post("/used").status_code == status


@given(
    st.lists(st.tuples(st.sampled_from(["origin", "sec-fetch-site"]), st.text("abnull:/-.", max_size=12)), max_size=4)
)
def test_no_invented_headers_pass_for_our_page(pairs: list[tuple[str, str]]) -> None:
    headers = Headers(raw=[(name.encode(), value.encode()) for name, value in pairs])
    assert not begun_here("POST", headers, "http://127.0.0.1:8410")


def test_another_user_with_the_stolen_cookie_is_refused(opened: Open) -> None:
    stranger = opened(user=(own_user() or 0) + 1)
    for path in ("/", "/queue/new", "/static/desk.css"):
        assert httpx.get(stranger.origin + path, trust_env=False).status_code == 403
    answer = httpx.post(
        stranger.origin + "/enter",
        data={"token": stranger.token},
        headers={"origin": stranger.origin},
        trust_env=False,
    )
    assert answer.status_code == 403


def test_a_real_other_user_is_refused_where_we_can_become_one(desk: Opened, client: httpx.Client) -> None:
    """Only root can become someone else: as root it is a real stranger with the real cookie, else it is ourselves."""
    ask = (
        "import http.client, sys; line = http.client.HTTPConnection('127.0.0.1', int(sys.argv[1]));"
        "line.request('GET', '/queue/new', headers={'cookie': sys.argv[2]}); print(line.getresponse().status)"
    )
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    other = {"user": 65_534, "group": 65_534, "extra_groups": []} if os.geteuid() == 0 else {}
    run = subprocess.run(
        ["/usr/bin/python3", "-c", ask, str(desk.port), cookie],
        check=True, capture_output=True, text=True, cwd="/", env={}, **other,  # type: ignore[call-overload]
    )  # fmt: skip
    assert run.stdout.strip() == ("403" if other else "200")


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_the_other_end_of_a_connection_is_known(family: socket.AddressFamily) -> None:
    with socket.create_server(("127.0.0.1", 0)) as ours, socket.socket(family) as theirs:
        port = ours.getsockname()[1]
        theirs.connect(("127.0.0.1" if family == socket.AF_INET else "::ffff:127.0.0.1", port))
        end = theirs.getsockname()[1]
        assert peer_user(("127.0.0.1", end), port) == os.getuid()
        assert peer_user(("127.0.0.1", end), port ^ 1) is None
        assert peer_user(("127.0.0.2", end), port) is None
    assert peer_user(None, 1) is None


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_other_methods_are_refused(client: httpx.Client, method: str) -> None:
    assert client.request(method, "/queue/new").status_code in {403, 405}


def test_a_page_is_not_posted_to_and_an_act_is_not_got(client: httpx.Client) -> None:
    assert client.post("/queue/new").status_code == 405
    assert client.get("/lock").status_code == 405
    assert client.get("/matter/x/take").status_code == 405
    assert client.get("/queue/new").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/queue/new", {}),
        ("GET", "/nothing", {}),
        ("GET", "/matter/nothing", {}),
        ("GET", "/static/desk.css", {}),
        ("GET", "/static/nothing", {}),
        ("POST", "/used", {}),
        ("PUT", "/queue/new", {}),
        ("GET", "/queue/new", {"host": "evil.example"}),
        ("GET", "/queue/new", {"sec-fetch-site": "cross-site"}),
        ("GET", "/queue/new", {"cookie": ""}),
    ],
)
def test_every_answer_carries_the_headers(
    client: httpx.Client, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = client.request(method, path, headers=headers)
    for name, value in HEADERS:
        if name != "cache-control" or "/static/" not in path:
            assert answer.headers[name] == value
    assert "server" not in answer.headers
    assert "date" not in answer.headers
    assert "unsafe" not in answer.headers["content-security-policy"]


def test_the_cookie_is_hidden_strict_and_named_at_random(opened: Open) -> None:
    names = []
    for desk in (opened("vera"), opened("anton")):
        with desk.client(let_in=False) as client:
            cookie = client.post("/enter", data={"token": desk.token}).headers["set-cookie"]
        assert cookie.endswith("; Path=/; HttpOnly; SameSite=Strict")
        names.append(cookie.partition("=")[0])
    assert len(set(names)) == 2
    assert all(name.startswith("desk-") and len(name) == 17 for name in names)


def test_one_desk_does_not_take_the_others_cookie(opened: Open) -> None:
    vera, anton = opened("vera"), opened("anton")
    with vera.client() as hers:
        for name, value in hers.cookies.items():
            stolen = {"cookie": f"{name}={value}; {name.replace('desk-', 'desk-0')}={value}"}
            assert httpx.get(anton.origin + "/queue/new", headers=stolen, trust_env=False).status_code == 401


def test_a_second_browser_must_know_the_passphrase_too(opened: Open) -> None:
    desk = opened()
    with desk.client() as first, desk.client(unlocked=False) as second:
        assert second.post("/unlock", data={"passphrase": "not this"}).status_code == 403
        assert second.get("/queue/new").status_code == 401
        assert first.get("/queue/new").status_code == 401, "whoever tries locks the desk rather than opens it"
        assert second.post("/unlock", data={"passphrase": PASSPHRASE}).status_code == 303
        assert second.get("/queue/new").status_code == 200


def test_only_this_computer_can_knock(desk: Opened) -> None:
    assert [sock.getsockname() for server in desk.server.servers for sock in server.sockets] == [
        ("127.0.0.1", desk.port)
    ]


def test_the_address_lies_in_a_file_of_the_owner_only_while_the_desk_runs(opened: Open) -> None:
    desk = opened()
    assert stat.S_IMODE((desk.folder / "address").stat().st_mode) == 0o600
    assert desk.address.startswith(f"{desk.origin}/#")
    assert len(desk.token) == 32
    desk.close()
    with pytest.raises(DeskUnknown):
        read_address(desk.folder)


def test_a_too_large_or_broken_form_is_refused_and_changes_nothing(client: httpx.Client) -> None:
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/matter/x/reply", content=b"text=" + b"x" * 600_000, headers=kind).status_code == 413
    assert client.post("/matter/x/reply", content=b"\xff=\xff", headers=kind).status_code == 400
    assert client.post("/matter/x/reply", content=b"&".join([b"a=b"] * 100), headers=kind).status_code == 400
    assert client.post("/matter/x/reply", content=b"text=%ff", headers=kind).status_code == 400
    assert client.post("/matter/x/reply", data={"text": "words"}).status_code == 404
    assert client.get("/queue/new").status_code == 200


ACTS = ["take", "aside", "restore", "reply", "note", "grant", "triage", "consent", "draft", "send-held", "drop-held"]
FIELDS = st.sampled_from(
    [
        "text",
        "once",
        "reason",
        "urgency",
        "why",
        "state",
        "words",
        "kind",
        "colleague",
        "item",
        "back",
        "language",
        "keys",
    ]
)


@given(
    st.sampled_from([*(f"/matter/nothing/{act}" for act in ACTS), "/alarm/nothing", "/language", "/keys", "/used"]),
    st.dictionaries(FIELDS, st.text(max_size=40), max_size=4),
)
def test_no_form_breaks_a_page(client: httpx.Client, path: str, form: dict[str, str]) -> None:
    form = {name: value.encode("utf-8", "replace").decode() for name, value in form.items()}
    answer = client.post(path, data=form)
    assert answer.status_code in {204, 303, 404}
    assert answer.headers.get("location", "/").startswith("/")


@given(st.text(max_size=30))
def test_the_way_back_stays_here(address: str) -> None:
    for tried in (address, "/" + address, "//" + address, "/\\" + address):
        here = local(tried)
        assert here[0] == "/"
        assert here[1:2] not in {"/", "\\"}
        assert here.isprintable()


def test_what_breaks_before_the_answer_is_refused_and_after_it_ends_the_line() -> None:
    scope = {"type": "http", "method": "GET", "headers": [(b"host", b"127.0.0.1:1")]}
    refused: list[int] = []

    async def begin_or_break(scope: Scope, _receive: Receive, send: Send) -> None:
        if scope.get("begin"):
            await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ZeroDivisionError

    async def refuse(_scope: Scope, _receive: Receive, _send: Send, status: int) -> None:
        refused.append(status)

    async def receive() -> Message:
        return {}

    async def send(_message: Message) -> None:
        return

    guard = Guard(begin_or_break, 1, refuse, None)
    asyncio.run(guard(scope, receive, send))
    assert refused == [500]
    with pytest.raises(ZeroDivisionError):
        asyncio.run(guard(scope | {"begin": True}, receive, send))
    assert refused == [500]


def test_refusals_speak_the_persons_language_and_name_nothing(desk: Opened) -> None:
    for language, words in (("ru", "У стола другой адрес"), ("en", "The desk has another address")):
        headers = {"host": "evil.example", "accept-language": language}
        page = httpx.get(desk.origin + "/matter/canary-ref", headers=headers, trust_env=False).text
        assert words in page
        assert f'<html lang="{language}">' in page
        assert "canary-ref" not in page


def test_nothing_is_said_but_the_vocabulary(desk: Opened, client: httpx.Client) -> None:
    client.get("/matter/canary-ref")
    client.post("/enter", data={"token": "canary"})
    assert set(desk.said) <= {entry.value for entry in Entry}
    assert Entry.FAILED.value not in desk.said


def test_the_python_of_the_system_is_there() -> None:
    """What the stranger's test runs by; said here so that its absence is not taken for a refusal."""
    assert sys.platform != "linux" or os.access("/usr/bin/python3", os.X_OK)
