"""What a page showed decides what is sent from it; and a page whose case went to a colleague loses no word."""

import re
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from desk.pages.house import House, Open, Opened, Person, until

HARM = "Не отвечайте сюда, телефон у них!"
REPLY = "Мы приедем завтра в десять."


def taken(house: House, desk: Opened, client: httpx.Client) -> tuple[Person, str]:
    person = house.person("Мне вручили повестку.")
    until(lambda: bool(desk.desk.queue("new").rows))
    went = client.post(f"/matter/{desk.desk.queue('new').rows[0].ref}/take").headers["location"]
    ref = went.removeprefix("/matter/").removesuffix("#reply")
    until(lambda: desk.desk.matter(ref).row.state == "ours" and desk.desk.status().waiting == 0)
    return person, ref


def form_of(page: str, form: str = "reply-form") -> dict[str, str]:
    """What a browser sends of a form beside what is written in it."""
    inside = page.partition(f'id="{form}"')[2].partition("</form>")[0]
    read = re.search(rf'form="{form}" name="read" value="([^"]*)"', page)
    return dict(re.findall(r'name="(once)" value="([^"]+)"', inside)) | ({"read": read[1]} if read else {})


def held(desk: Opened, ref: str) -> list[str]:
    return [item.ref for item in desk.desk.matter(ref).items if item.state == "held"]


def comes(desk: Opened, ref: str, text: str) -> None:
    until(lambda: any(item.text == text for item in desk.desk.matter(ref).items))


@pytest.fixture
def vera(opened: Open) -> Opened:
    return opened("vera")


@pytest.fixture
def client(vera: Opened) -> Iterator[httpx.Client]:
    with vera.client() as client:
        yield client


def test_a_reply_does_not_go_out_past_words_that_its_page_had_not_shown(
    house: House, vera: Opened, client: httpx.Client
) -> None:
    person, ref = taken(house, vera, client)
    older = client.get(f"/matter/{ref}").text
    person.say(HARM)
    comes(vera, ref, HARM)
    client.get(f"/matter/{ref}")  # another tab shows them, and they count as seen
    client.post(f"/matter/{ref}/reply", data={"text": REPLY, **form_of(older)})
    until(lambda: bool(held(vera, ref)))
    page = client.get(f"/matter/{ref}").text
    section = page[page.index('class="held"') :]
    assert section.index(HARM) < section.index(REPLY)
    assert person.heard() == []


def test_a_held_reply_is_held_again_if_more_came_than_its_page_shows(
    house: House, vera: Opened, client: httpx.Client
) -> None:
    person, ref = taken(house, vera, client)
    older = client.get(f"/matter/{ref}").text
    person.say("Одно.")
    comes(vera, ref, "Одно.")
    client.post(f"/matter/{ref}/reply", data={"text": REPLY, **form_of(older)})
    until(lambda: bool(held(vera, ref)))
    shown = client.get(f"/matter/{ref}").text
    person.say(HARM)
    comes(vera, ref, HARM)
    send = dict(re.findall(r'name="(once|item|read)" value="([^"]+)"', shown[shown.index("send-held") :][:900]))
    assert len(send) == 3
    client.post(f"/matter/{ref}/send-held", data=send)
    until(lambda: vera.desk.status().waiting == 1 and bool(held(vera, ref)))
    assert HARM in client.get(f"/matter/{ref}").text.partition('class="held"')[2]
    assert person.heard() == []


class Parking:
    """The vault's lock, which lets the first page that comes to it wait until it may go on."""

    def __init__(self, lock: Any) -> None:  # noqa: ANN401 - an RLock has no name of its own
        self.lock, self.came, self.go = lock, threading.Event(), threading.Event()

    def __enter__(self) -> None:
        if threading.current_thread().name.startswith("AnyIO") and not self.came.is_set():
            self.came.set()
            self.go.wait()
        self.lock.acquire()

    def __exit__(self, *_error: object) -> None:
        self.lock.release()


@pytest.mark.parametrize("way", ["as it is typed", "with another form"])
def test_a_draft_that_was_on_its_way_when_its_reply_was_sent_does_not_come_back(
    house: House, vera: Opened, client: httpx.Client, way: str
) -> None:
    _, ref = taken(house, vera, client)
    form = {"text": REPLY, **form_of(client.get(f"/matter/{ref}").text)}
    vault = vera.desk._open().vault
    parking = Parking(vault._lock)
    vault._lock = parking  # type: ignore[misc, assignment]
    path, late = f"/matter/{ref}/draft", form
    if way == "with another form":
        path, late = "/used", {"draft-of": ref, "draft": REPLY, "once": form["once"]}
    on_its_way = threading.Thread(target=lambda: client.post(path, data=late))
    on_its_way.start()
    parking.came.wait()
    assert client.post(f"/matter/{ref}/reply", data=form).status_code == 303
    parking.go.set()
    on_its_way.join()
    assert vera.desk.matter(ref).draft == ""


@pytest.fixture
def lost(house: House, vera: Opened, client: httpx.Client, opened: Open) -> Iterator[tuple[Opened, httpx.Client, str]]:
    """Anton has taken up without a connection, his page is open, and Vera is first."""
    anton = opened("anton")
    with anton.client() as his:
        house.person("Помогите.")
        for desk in (vera, anton):
            until(lambda desk=desk: bool(desk.desk.queue("new").rows))  # type: ignore[misc]
        anton.wire.cut = True
        went = his.post(f"/matter/{anton.desk.queue('new').rows[0].ref}/take").headers["location"]
        ref = went.removeprefix("/matter/").removesuffix("#reply")
        client.post(f"/matter/{vera.desk.queue('new').rows[0].ref}/take")
        until(lambda: vera.desk.status().waiting == 0)
        yield anton, his, ref


def test_a_reply_before_the_case_was_lost_is_told_of_shown_and_put_away(
    lost: tuple[Opened, httpx.Client, str],
) -> None:
    anton, his, ref = lost
    his.post(f"/matter/{ref}/reply", data={"text": REPLY, **form_of(his.get(f"/matter/{ref}").text)})
    anton.wire.cut = False
    until(lambda: anton.desk.status().waiting == 0 and anton.desk.queue("aside").total == 1)
    queue = his.get("/queue/mine").text
    assert "Ваш ответ не ушёл: коллега взял это обращение раньше" in queue
    aside = his.get("/queue/aside").text
    assert "коллега взял раньше, ваши слова не ушли" in aside
    assert '<span class="new">' in aside
    page = his.get(f"/matter/{ref}", headers={"hx-request": "true"}).text
    region = page.partition('<div id="held">')[2].partition('<div id="end">')[0]
    assert "Коллега взял это обращение раньше: ваши слова не ушли" in region, "in a region that open pages refresh"
    assert REPLY in region
    assert page.count(REPLY) == 1
    assert 'id="reply"' not in page
    assert "Ваш ответ не ушёл" not in his.get("/queue/mine").text
    form = {"reason": "lost", "once": region.partition('name="once" value="')[2].partition('"')[0]}
    for _ in range(2):
        assert his.post(f"/matter/{ref}/aside", data=form).headers["location"] == "/queue/aside"
    assert anton.desk.queue("aside").total == 0
    page = his.get(f"/matter/{ref}").text
    assert REPLY not in page
    assert "Коллега взял это обращение раньше" in page


@pytest.mark.parametrize("kind", ["reply", "note"])
def test_what_is_sent_from_a_page_whose_case_was_lost_meanwhile_is_kept_and_explained(
    lost: tuple[Opened, httpx.Client, str], kind: str
) -> None:
    anton, his, ref = lost
    older = his.get(f"/matter/{ref}").text
    anton.wire.cut = False
    until(lambda: anton.desk.matter(ref).row.state == "aside")
    answer = his.post(f"/matter/{ref}/{kind}", data={"text": REPLY, **form_of(older, f"{kind}-form")})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/matter/{ref}#held")
    region = his.get(f"/matter/{ref}").text.partition('<div id="held">')[2].partition('<div id="end">')[0]
    assert REPLY in region
    assert "Коллега взял это обращение раньше: ваши слова не ушли" in region
    assert [row.ref for row in anton.desk.queue("aside").rows] == [ref]


def test_nobody_puts_away_what_is_not_lost(house: House, vera: Opened, client: httpx.Client) -> None:
    _, ref = taken(house, vera, client)
    assert client.post(f"/matter/{ref}/aside", data={"reason": "lost", "once": "x"}).status_code == 404
    assert vera.desk.matter(ref).row.state == "ours"
