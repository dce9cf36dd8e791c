"""What a caseworker does, on a real desk behind a real relay: everything here goes through the pages."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest

from desk.pages.house import House, Open, Opened, Person, until
from safeconduct.desk.pages.queue import band_of
from safeconduct.desk.view import Reason, Row


@pytest.fixture(autouse=True)
def mended(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test cuts is whole again for the next."""
    yield
    if "desk" in request.fixturenames:
        request.getfixturevalue("desk").wire.cut = False


def arrived(desk: Opened, text: str) -> str:
    """The ref of a request, once it is in the queue."""
    until(lambda: any(row.first_line == text for row in desk.desk.queue("new").rows))
    return next(row.ref for row in desk.desk.queue("new").rows if row.first_line == text)


def taken(house: House, desk: Opened, client: httpx.Client, text: str) -> tuple[Person, str]:
    """Someone asks, this desk takes it up and the relay has confirmed it; the case's ref."""
    person = house.person(text)
    went = client.post(f"/matter/{arrived(desk, text)}/take").headers["location"]
    until(lambda: desk.desk.status().waiting == 0)
    return person, went.removeprefix("/matter/").removesuffix("#reply")


def read_of(page: str) -> str:
    """What a page sends along of how far it shows its matter."""
    found = re.search(r'form="reply-form" name="read" value="([^"]+)"', page)
    assert found
    return found[1]


def reply(client: httpx.Client, ref: str, text: str) -> None:
    assert client.post(f"/matter/{ref}/reply", data={"text": text, "once": f"{ref} {text}"}).status_code == 303


def test_the_most_urgent_is_on_top_with_its_reason_in_words(shared: House, desk: Opened, client: httpx.Client) -> None:
    shared.person("Вопрос без срока")
    shared.person("Меня держат", "held")
    arrived(desk, "Вопрос без срока")
    held = arrived(desk, "Меня держат")
    page = client.get("/queue/new").text
    row = page[page.index(f'id="row-{held}"') :]
    assert page.index("Меня держат") < page.index("Вопрос без срока")
    assert "Удерживают сейчас" in row[: row.index("Меня держат")]
    assert "из обращения, ждёт с сегодняшнего дня" in row[: row.index("</li>")]
    assert client.get("/next").headers["location"] == f"/matter/{held}#reply"


def test_a_further_page_from_which_all_have_gone_does_not_say_that_nobody_waits(
    shared: House, desk: Opened, client: httpx.Client
) -> None:
    shared.person("Я ещё жду")
    arrived(desk, "Я ещё жду")
    page = client.get("/queue/new?after=~").text
    assert "Я ещё жду" in page
    assert "Новых обращений нет" not in page


def test_taken_up_answered_and_heard(shared: House, desk: Opened, client: httpx.Client) -> None:
    person, ref = taken(shared, desk, client, "Что мне делать?")
    reply(client, ref, "Дышите.\r\nМы тут.")
    until(lambda: person.heard() == ["Дышите.\nМы тут."])
    person.say("Спасибо <b>вам</b>")
    until(lambda: "Спасибо &lt;b&gt;вам&lt;/b&gt;" in client.get(f"/matter/{ref}").text)


def test_a_form_sent_twice_is_one_reply(shared: House, desk: Opened, client: httpx.Client) -> None:
    _, ref = taken(shared, desk, client, "Двойной щелчок")
    for _ in range(2):
        client.post(f"/matter/{ref}/reply", data={"text": "Один раз", "once": "same"})
        client.post(f"/matter/{ref}/note", data={"text": "Одна заметка", "once": "same too"})
    texts = [item.text for item in desk.desk.matter(ref).items]
    assert texts.count("Один раз") == 1
    assert texts.count("Одна заметка") == 1


def test_an_empty_reply_is_none(shared: House, desk: Opened, client: httpx.Client) -> None:
    _, ref = taken(shared, desk, client, "Пустое")
    before = [item.kind for item in desk.desk.matter(ref).items]
    client.post(f"/matter/{ref}/reply", data={"text": " \r\n ", "once": "a"})
    client.post(f"/matter/{ref}/note", data={"text": "", "once": "b"})
    assert [item.kind for item in desk.desk.matter(ref).items] == before


def test_a_note_is_never_said(shared: House, desk: Opened, client: httpx.Client) -> None:
    person, ref = taken(shared, desk, client, "Первое слово")
    client.post(f"/matter/{ref}/note", data={"text": "Только для своих", "once": "n1"})
    reply(client, ref, "Для вас")
    until(lambda: person.heard() == ["Для вас"])
    page = client.get(f"/matter/{ref}").text
    assert re.search(r'<li class="item item-note[^>]*>(?:(?!</li>).)*Только для своих', page, re.DOTALL)
    assert re.search(r'<li class="item item-organisation[^>]*>(?:(?!</li>).)*Для вас', page, re.DOTALL)


def test_the_two_fields_are_two_forms(shared: House, desk: Opened, client: httpx.Client) -> None:
    _, ref = taken(shared, desk, client, "Два поля")
    page = client.get(f"/matter/{ref}").text
    forms = re.findall(r'<form[^>]*action="/matter/[^"/]+/(reply|note)"[^>]*>(.*?)</form>', page, re.DOTALL)
    assert [name for name, _ in forms] == ["reply", "note"]
    assert all(body.count("<textarea") == 1 and body.count("<button") == 1 for _, body in forms)


def test_a_reply_waits_while_the_relay_is_silent_and_goes_out_by_itself(
    shared: House, desk: Opened, client: httpx.Client
) -> None:
    person, ref = taken(shared, desk, client, "Вы тут?")
    desk.wire.cut = True
    reply(client, ref, "Тут")
    until(lambda: "Связи нет" in client.get("/queue/mine").text)
    page = client.get(f"/matter/{ref}").text
    assert 'class="state state-waiting"' in page
    assert "ждёт отправки: 1 запись" in page
    assert person.heard() == []
    desk.wire.cut = False
    until(lambda: person.heard() == ["Тут"])
    until(lambda: 'class="state state-waiting"' not in client.get(f"/matter/{ref}").text)


@pytest.mark.parametrize("choice", ["drop-held", "send-held"])
def test_a_reply_is_held_when_the_seeker_wrote_meanwhile(
    shared: House, desk: Opened, client: httpx.Client, choice: str
) -> None:
    person, ref = taken(shared, desk, client, f"Ждать мне или ехать? {choice}")
    desk.wire.cut = True
    person.say("Они уже у двери.")
    reply(client, ref, "Ждать.")
    desk.wire.cut = False
    until(lambda: 'class="held"' in client.get(f"/matter/{ref}").text)
    page = client.get(f"/matter/{ref}").text
    held = page[page.index('class="held"') :]
    assert held.index("Они уже у двери.") < held.index("Ждать.")
    assert person.heard() == []
    item, once = (re.search(rf'name="{name}" value="([^"]+)"', held) for name in ("item", "once"))
    assert item
    assert once
    form = {"item": item[1], "once": once[1], "read": read_of(page)}
    for _ in range(2):  # a double click
        answer = client.post(f"/matter/{ref}/{choice}", data=form)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith(f"/matter/{ref}#")
    if choice == "send-held":
        until(lambda: person.heard() == ["Ждать."])
    else:
        assert re.search(r'<textarea id="reply"[^>]*>\s*Ждать\.</textarea>', client.get(f"/matter/{ref}").text)
        assert person.heard() == []


def test_set_aside_undone_at_once_and_later(shared: House, desk: Opened, client: httpx.Client) -> None:
    shared.person("Купите кирпич")
    ref = arrived(desk, "Купите кирпич")
    assert client.post(f"/matter/{ref}/aside", data={"reason": "because"}).status_code == 404
    assert client.post(f"/matter/{ref}/aside", data={"reason": "junk"}).headers["location"] == "/queue/new"
    page = client.get("/queue/new").text
    assert f'action="/matter/{ref}/restore"' in page
    assert "Купите кирпич" not in page
    assert "Купите кирпич" in client.get("/queue/aside").text
    assert "Отложено как мусор" in client.get(f"/matter/{ref}").text
    client.post(f"/matter/{ref}/restore")
    page = client.get("/queue/new").text
    assert "Купите кирпич" in page
    assert f'action="/matter/{ref}/restore"' not in page


def test_undo_is_offered_for_ten_seconds(opened: Open, house: House) -> None:
    own = opened()
    with own.client() as browser:
        house.person("Не туда")
        ref = arrived(own, "Не туда")
        browser.post(f"/matter/{ref}/aside", data={"reason": "twice"})
        offer = f'action="/matter/{ref}/restore"'
        house.wait_s(9)
        assert offer in browser.get("/queue/new").text
        house.wait_s(2)
        assert offer not in browser.get("/queue/new").text
        assert "Не туда" in browser.get("/queue/aside").text


def test_what_nobody_can_open_any_more_is_not_offered(opened: Open, house: House) -> None:
    own = opened()
    with own.client() as browser:
        house.person("Никто не взял")
        ref = arrived(own, "Никто не взял")
        assert f'action="/matter/{ref}/take"' in browser.get(f"/matter/{ref}").text
    own.desk.lock()
    house.sim.pass_days(40)
    with own.client() as browser:
        until(lambda: own.desk.status().past_grace == 1)
        page = browser.get(f"/matter/{ref}").text
        assert f'action="/matter/{ref}/take"' not in page
        assert "придёт снова само" in page


def test_granted_by_letter_to_a_colleague_and_only_then(shared: House, desk: Opened, client: httpx.Client) -> None:
    anton = shared.open("anton")
    with anton.client() as his:
        _, ref = taken(shared, desk, client, "Только для Веры, пока.")
        colleague = next(each.ref for each in desk.desk.matter(ref).can_grant if each.name == "Антон")
        his_lists = [f"/queue/{band}" for band in ("new", "mine", "team", "aside")]
        until(lambda: all("Только для Веры" not in his.get(path).text for path in his_lists))
        client.post(f"/matter/{ref}/grant", data={"colleague": colleague, "once": "g1"})
        until(lambda: any("Только для Веры" in his.get(path).text for path in his_lists))
        until(lambda: "Антон" in client.get(f"/matter/{ref}").text)
        assert client.post(f"/matter/{ref}/grant", data={"colleague": "nobody", "once": "g2"}).status_code == 404


def test_urgency_is_set_with_a_reason_that_shows(shared: House, desk: Opened, client: httpx.Client) -> None:
    _, ref = taken(shared, desk, client, "Срочнее, чем кажется")
    assert client.post(f"/matter/{ref}/triage", data={"urgency": "held", "why": " "}).status_code == 404
    assert client.post(f"/matter/{ref}/triage", data={"urgency": "soon", "why": "x"}).status_code == 404
    client.post(f"/matter/{ref}/triage", data={"urgency": "held", "why": "Позвонил брат", "once": "t1"})
    until(
        lambda: (
            "urgency-held" in client.get(f"/matter/{ref}").text.partition('class="facts"')[0].partition('id="head"')[2]
        )
    )
    assert "Позвонил брат" in client.get(f"/matter/{ref}").text


def test_what_is_shown_counts_as_seen_but_stays_marked_on_the_open_page(
    shared: House, desk: Opened, client: httpx.Client
) -> None:
    shared.person("Впервые")
    ref = arrived(desk, "Впервые")
    page = client.get(f"/matter/{ref}").text
    assert 'id="from-here"' in page
    address = re.search(r'id="refresh" hx-get="([^"]+)"', page)
    assert address
    assert next(row.new for row in desk.desk.queue("new").rows if row.ref == ref) == 0
    assert 'id="from-here"' in client.get(unescape(address[1]), headers={"hx-request": "true"}).text
    assert 'id="from-here"' not in client.get(f"/matter/{ref}").text


def test_the_language_is_the_browsers_until_it_is_chosen(client: httpx.Client) -> None:
    assert '<html lang="ru">' in client.get("/queue/new").text
    answer = client.post("/language", data={"language": "en", "back": "/queue/mine"})
    assert answer.headers["location"] == "/queue/mine"
    assert "set-cookie" not in answer.headers
    assert '<html lang="en">' in client.get("/queue/new", headers={"accept-language": "ru"}).text
    assert client.post("/language", data={"language": "xx", "back": "//evil.example"}).headers["location"] == "/"
    assert '<html lang="en">' in client.get("/queue/new").text
    client.post("/language", data={"language": "ru"})


def test_titles_addresses_and_markup_tell_and_run_nothing(shared: House, desk: Opened, client: httpx.Client) -> None:
    _, ref = taken(shared, desk, client, "Меня зовут Канарейка")
    pages = [client.get(path).text for path in ("/queue/new", "/queue/mine", f"/matter/{ref}", "/nothing")]
    assert [re.findall(r"<title>(.*?)</title>", page) for page in pages] == [["Стол"]] * 4
    for page in pages:
        tags = re.findall(r"<[a-z][^>]*>", page)
        assert not [tag for tag in tags if re.search(r"\s(style|on[a-z]+)=", tag)]
        assert not re.findall(r"<script(?![^>]* src=\"/static/)[^>]*>", page)
        assert not re.findall(r"<style", page)
    assert re.fullmatch(r"[A-Za-z0-9_-]{8,40}", ref)


def test_letters_can_be_turned_off(client: httpx.Client) -> None:
    assert 'data-keys="on"' in client.get("/queue/new").text
    client.post("/keys", data={"keys": "off", "back": "/queue/new"})
    assert 'data-keys="off"' in client.get("/queue/new").text
    client.post("/keys", data={"keys": "on", "back": "/queue/new"})


@pytest.mark.parametrize(
    ("kind", "state", "by", "band"),
    [
        ("contact", "new", "", "new"),
        ("contact", "aside", "", "aside"),
        ("case", "ours", "", "mine"),
        ("case", "coming", "Вера", "mine"),
        ("case", "ours", "Антон", "team"),
    ],
)
def test_a_matter_is_in_the_list_where_it_is_found(kind: str, state: str, by: str, band: str) -> None:
    row = Row("r", "", kind, "none", Reason("waiting"), "", "", "", 0, 0, by, state)  # type: ignore[arg-type]
    assert band_of(row, "Вера") == band


def test_the_vendored_files_are_whole_and_licensed() -> None:
    static = Path(__file__).parents[3] / "src" / "safeconduct" / "desk" / "static"
    assert 'this.version="4.0.1"' in (static / "htmx.js").read_text()
    assert "Zero-Clause BSD" in (static / "htmx-licence.txt").read_text()
    assert "SIL OPEN FONT LICENSE" in (static / "fonts" / "LICENSE").read_text()
    assert sorted(font.name for font in (static / "fonts").glob("*.woff2")) == [
        "inter-cyrillic-ext-wght-normal.woff2",
        "inter-cyrillic-wght-normal.woff2",
        "inter-latin-wght-normal.woff2",
    ]
    assert not re.findall(r"url\((?!fonts/)|@import|https?:", (static / "desk.css").read_text())


def test_consent_is_noted_once_shown_and_withdrawn(shared: House, desk: Opened, client: httpx.Client) -> None:
    _, ref = taken(shared, desk, client, "Можно меня посчитать")
    assert "Ещё не спрашивали" in client.get(f"/matter/{ref}").text
    for _ in range(2):
        client.post(f"/matter/{ref}/consent", data={"state": "given", "words": "Да, <b>числом</b>", "once": "agreed"})
    page = client.get(f"/matter/{ref}").text
    assert "Согласие дано сегодня" in page
    assert page.count("Согласие на подсчёт, записано: Вера") == 1
    assert "Да, &lt;b&gt;числом&lt;/b&gt;" in page
    assert client.post(f"/matter/{ref}/consent", data={"state": "maybe", "once": "x"}).status_code == 404
    client.post(f"/matter/{ref}/consent", data={"state": "withdrawn", "words": "", "once": "y"})
    assert "Отказ или отзыв: сегодня" in client.get(f"/matter/{ref}").text


def test_the_sentence_that_asks_is_in_the_seekers_language(shared: House, desk: Opened, client: httpx.Client) -> None:
    _, ref = taken(shared, desk, client, "Спросите меня")
    assert '<blockquote id="consent-ask-words" lang="ru">Можно ли учесть вас' in client.get(f"/matter/{ref}").text
    shared.sim.ask("Ask me", language="en")
    refs = [arrived(desk, "Ask me")]
    shared.sim.ask("Сұраңыз", language="kk")
    refs.append(arrived(desk, "Сұраңыз"))
    for contact in refs:
        went = client.post(f"/matter/{contact}/take").headers["location"].removesuffix("#reply")
        assert '<blockquote id="consent-ask-words" lang="en">May we count you' in client.get(went).text
