"""The lock: no cookie is good any more, the vault is closed, the draft survives; and nobody need press a key for it."""

import threading
from collections.abc import Callable
from time import sleep

import httpx
import pytest

from desk.pages.house import House, Open, Opened, until
from safeconduct.desk.pages.matter import TEXT_MOST
from safeconduct.errors import VaultShut
from simulator import PASSPHRASE

DRAFT = "Здравствуйте. Пока ничего не подпис"
PATHS = ["/", "/queue/new", "/queue/mine", "/queue/aside", "/matter/{ref}", "/next", "/live"]
ACTS = ["/lock", "/used", "/keys", "/alarm/x", "/matter/{ref}/reply", "/matter/{ref}/draft", "/matter/{ref}/take"]


def case_of(house: House, desk: Opened, client: httpx.Client, text: str = "Мне вручили повестку.") -> str:
    """A seeker asks, this desk takes it up; the case's ref."""
    house.person(text)
    until(lambda: bool(desk.desk.queue("new").rows))
    taken = client.post(f"/matter/{desk.desk.queue('new').rows[0].ref}/take")
    return taken.headers["location"].removeprefix("/matter/").removesuffix("#reply")


def shut_out(desk: Opened, client: httpx.Client, ref: str) -> bool:
    """Whether this old cookie gets 401 everywhere, and no word of a case."""
    answers = [client.get(path.format(ref=ref)) for path in PATHS]
    answers += [client.post(act.format(ref=ref), data={"text": "x"}) for act in ACTS]
    assert all("повестку" not in answer.text for answer in answers)
    return desk.desk.locked and {answer.status_code for answer in answers} == {401}


def test_the_lock_shuts_every_browser_out_and_keeps_the_draft_sealed(house: House, opened: Open) -> None:
    desk = opened()
    with desk.client() as client:
        ref = case_of(house, desk, client)
        old = httpx.Client(base_url=desk.origin, headers=client.headers, cookies=dict(client.cookies), trust_env=False)
        assert old.get("/queue/mine").status_code == 200
        assert client.post("/lock", data={"draft-of": ref, "draft": DRAFT}).status_code == 303
        assert shut_out(desk, old, ref)
        assert shut_out(desk, client, ref)
        with pytest.raises(VaultShut):
            desk.desk.me()
        assert all(DRAFT.encode() not in file.read_bytes() for file in desk.folder.rglob("*") if file.is_file())
        unlocked = client.post("/unlock", data={"passphrase": PASSPHRASE})
        assert unlocked.status_code == 303
        assert DRAFT in client.get(f"/matter/{ref}").text
        assert old.get("/queue/mine").status_code == 401, "the cookie from before the lock stays dead"
        old.close()


def test_what_is_being_written_goes_along_with_whatever_is_done_but_only_from_an_open_browser(
    house: House, opened: Open
) -> None:
    desk = opened()
    with desk.client() as client, desk.client(unlocked=False) as outside:
        ref = case_of(house, desk, client)
        outside.post("/language", data={"language": "en", "draft-of": ref, "draft": "Чужое"})
        assert desk.desk.matter(ref).draft == ""
        client.post("/keys", data={"keys": "on", "draft-of": ref, "draft": "Одна\r\nдругая"})
        assert desk.desk.matter(ref).draft == "Одна\nдругая"
        assert client.post("/used", data={"draft-of": "nothing", "draft": DRAFT}).status_code == 204
        client.post("/used", data={"draft-of": ref, "draft-note": "Заметка\r\nиз двух"})
        assert desk.desk.matter(ref).note_draft == "Заметка\nиз двух"
        assert desk.desk.matter(ref).draft == "Одна\nдругая", "what did not come along stays"
        longest = {"draft-of": ref, "draft": "ꙁ" * TEXT_MOST, "draft-note": "ꙁ" * TEXT_MOST}
        assert client.post("/used", data=longest).status_code == 204
        assert desk.desk.matter(ref).draft == desk.desk.matter(ref).note_draft == "ꙁ" * TEXT_MOST
        assert client.post(f"/matter/{ref}/draft", data={"kind": "other", "text": "x"}).status_code == 404


def test_a_wrong_passphrase_says_that_nothing_is_lost(opened: Open) -> None:
    desk = opened()
    with desk.client(unlocked=False) as client:
        for wrong in ("", "wrong", "x" * 10_000, "семь сухих листьев "):
            answer = client.post("/unlock", data={"passphrase": wrong})
            assert answer.status_code == 403
            assert "Ничего не потеряно" in answer.text
        assert desk.desk.locked
        assert client.post("/unlock", data={"passphrase": PASSPHRASE}).status_code == 303


def test_it_locks_by_itself_after_ten_minutes_and_what_the_page_asks_by_itself_is_no_use(
    house: House, opened: Open
) -> None:
    desk = opened()
    with desk.client() as client:
        house.wait_s(599)
        assert client.get("/queue/new", headers={"hx-request": "true"}).status_code == 200
        house.wait_s(2)
        until(lambda: client.get("/queue/new", headers={"hx-request": "true"}).status_code == 401)
        assert shut_out(desk, client, "x")


@pytest.mark.parametrize("path", ["/queue/new", "/used"])
def test_use_holds_the_lock_off(house: House, opened: Open, path: str) -> None:
    desk = opened()
    with desk.client() as client:
        for _ in range(4):
            house.wait_s(400)
            answer = client.post(path) if path == "/used" else client.get(path)
            assert answer.status_code in {200, 204}
            sleep(0.6)
            assert not desk.desk.locked
        house.wait_s(601)
        until(lambda: desk.desk.locked)


def sleep_steady(house: House) -> None:
    house.wait_s(8 * 3600)


def sleep_through_midnight(house: House) -> None:
    """As where the steady clock stands while the machine sleeps."""
    house.sim.clock.move(1)


@pytest.mark.parametrize("sleep_all_night", [sleep_steady, sleep_through_midnight])
@pytest.mark.parametrize(
    ("method", "path", "content"),
    [
        ("POST", "/used", b""),
        ("GET", "/matter/{ref}", b""),
        ("GET", "/live", b""),
        ("POST", "/count/file/csv", b"a,b\n"),
    ],
)
def test_what_wakes_the_machine_does_not_keep_the_desk_open(
    house: House, opened: Open, sleep_all_night: Callable[[House], None], method: str, path: str, content: bytes
) -> None:
    desk = opened()
    with desk.client() as client:
        ref = case_of(house, desk, client)
        # The watch may come first, but not each time.
        for _ in range(2):
            sleep_all_night(house)
            with client.stream(method, path.format(ref=ref), content=content) as answer:
                assert answer.status_code == 401
                assert "повестку" not in answer.read().decode()
            assert desk.desk.locked
            assert client.post("/unlock", data={"passphrase": PASSPHRASE}).status_code == 303


def test_open_pages_hear_of_news_and_of_the_lock(house: House, opened: Open) -> None:
    desk = opened()
    with desk.client() as client, client.stream("GET", "/live") as live:
        assert live.headers["content-type"].startswith("text/event-stream")
        lines = live.iter_lines()
        assert next(lines) == "event: changed"
        before = int(next(lines).removeprefix("data: "))
        house.person("Новое")
        until(lambda: next(lines) == "event: changed")
        assert int(next(lines).removeprefix("data: ")) > before
        threading.Thread(target=desk.desk.lock).start()
        until(lambda: next(lines) == "event: locked")


def test_a_desk_that_is_told_to_stop_locks(opened: Open) -> None:
    desk = opened()
    with desk.client() as client, client.stream("GET", "/live"):
        desk.server.should_exit = True
        until(lambda: desk.desk.locked)
