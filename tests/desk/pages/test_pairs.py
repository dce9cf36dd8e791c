"""The page of doubtful pairs on a real desk: opened, decided, taken back, saved, locked, put away; nothing lost."""

import csv
import io
import re
import threading
from html import unescape

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.pages.house import Open, Opened
from safeconduct.count.pairs import MOST_SHOWN
from safeconduct.desk.pages.pairs import FILE_MOST_BYTES, compare, odds
from simulator import PASSPHRASE

COLUMNS = [
    "decision", "probability", "joined", "list", "list 2", "name", "name 2", "date", "date 2", "bits: beforehand",
    "bits: surname", "bits: given", "entry", "entry 2", "comment",
]  # fmt: skip


def row(number: int, probability: str, decision: str = "", name: str = "Жуков") -> list[str]:
    return [
        decision, probability, "no", "суды", "новости", f"{name} {number}", f"Zhukov {number}", "2024-05-13",
        "2024-05-15", "any-pair -8.9", "same-sound 9.1", "missing 0.0", f"x{number:016x}", f"x{number + 1:016x}", "ё;1",
    ]  # fmt: skip


def table(*rows: list[str]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([COLUMNS, *rows])
    return buffer.getvalue().encode("utf-8-sig")


THREE = table(row(1, "0.300"), row(3, "0.480"), row(5, "0.100", "разные"))


@pytest.fixture
def client(client: httpx.Client) -> httpx.Client:
    """With no table open."""
    assert client.post("/count/pairs/away", data={"sure": "yes"}).status_code == 303
    return client


def page(client: httpx.Client, pair: str = "") -> str:
    answer = client.get("/count/pairs" + (f"?pair={pair}" if pair else ""))
    assert answer.status_code == 200
    return unescape(answer.text)


def decide(client: httpx.Client, word: str, pair: str = "") -> str:
    """Decides the pair that is shown; returns where one is sent."""
    shown = page(client, pair)
    fields = dict(re.findall(r'<input type="hidden" name="(table|pair)" value="([^"]+)">', shown))
    answer = client.post("/count/pairs/decide", data=fields | {"word": word} | ({"pair": pair} if pair else {}))
    assert answer.status_code == 303
    return answer.headers["location"]


def saved(client: httpx.Client) -> list[dict[str, str]]:
    answer = client.get("/count/pairs/table")
    assert answer.headers["content-disposition"] == 'attachment; filename="pairs.csv"'
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_count_page_leads_here_and_without_a_table_it_says_what_this_is(client: httpx.Client) -> None:
    assert 'href="/count/pairs"' in client.get("/count").text
    shown = page(client)
    assert "safeconduct count link A.csv B.csv --review pairs.csv" in shown
    assert "В таблице имена." in shown
    assert client.get("/count/pairs/table").status_code == 404


def test_the_most_doubtful_waits_first_and_says_how_likely_it_is_and_why(client: httpx.Client) -> None:
    assert client.post("/count/pairs/open/new", content=THREE).status_code == 204
    shown = page(client)
    assert "Решена 1, ждут 2" in shown
    assert "Из 10 таких пар одно дело\N{NO-BREAK SPACE}— примерно в 5." in shown
    assert "Пока они считаются порознь." in shown
    assert re.search(r"редкая фамилия, звучит так же</th><td>\+9 бит<", shown)
    assert re.search(r"Вместе</th><td>\+?0 бит<", shown)
    assert "имя: " not in shown, "what is missing says nothing"
    assert "<mark>2024-05-13</mark>" in shown
    assert "<mark>Жуков</mark> 3" not in shown, "alike in nothing but its number, it is marked whole"


def test_a_decision_is_in_the_saved_table_and_everything_else_is_as_it_was(client: httpx.Client) -> None:
    client.post("/count/pairs/open/new", content=THREE)
    assert decide(client, "same") == "/count/pairs"
    assert decide(client, "cannot-tell") == "/count/pairs"
    assert "Все пары решены" in page(client)
    rows = saved(client)
    assert [(r["entry"], r["decision"]) for r in rows] == [
        (f"x{3:016x}", "same"), (f"x{1:016x}", "cannot tell"), (f"x{5:016x}", "different")
    ]  # fmt: skip
    before = {tuple(r[1:]) for r in (row(1, "0.300"), row(3, "0.480"), row(5, "0.100"))}
    assert {tuple(r.values())[1:] for r in rows} == before


def test_a_decision_is_made_again_and_taken_back(client: httpx.Client) -> None:
    client.post("/count/pairs/open/new", content=THREE)
    decide(client, "same")
    assert 'href="/count/pairs?pair=0" data-code="ArrowLeft"' in page(client)
    shown = page(client, "0")
    assert "Решено: Одно." in shown
    assert 'href="/count/pairs?pair=2" data-code="ArrowLeft"' in shown, "the one decided before"
    decide(client, "different", "0")
    assert saved(client)[0]["decision"] == "different"
    assert decide(client, "", "0") == "/count/pairs?pair=0"
    assert saved(client)[0]["decision"] == ""
    assert "Решена 1, ждут 2" in page(client)


def test_two_hands_at_once_lose_nothing(desk: Opened, client: httpx.Client) -> None:
    client.post("/count/pairs/open/new", content=table(*(row(2 * n, "0.500") for n in range(24))))
    mark = re.findall(r'name="table" value="([^"]+)"', page(client))[0]

    def hand(numbers: range) -> None:
        with httpx.Client(base_url=desk.origin, headers=client.headers, cookies=client.cookies, timeout=60) as other:
            for number in numbers:
                other.post("/count/pairs/decide", data={"table": mark, "pair": number, "word": "same"})

    hands = [threading.Thread(target=hand, args=[range(start, 24, 3)]) for start in range(3)]
    for each in hands:
        each.start()
    for each in hands:
        each.join()
    assert {r["decision"] for r in saved(client)} == {"same"}


def test_decisions_are_not_replaced_or_put_away_unasked(client: httpx.Client) -> None:
    client.post("/count/pairs/open/new", content=THREE)
    stale = re.findall(r'name="table" value="([^"]+)"', page(client))[0]
    refused = client.post("/count/pairs/open/new", content=table(row(9, "0.5")))
    assert refused.status_code == 409
    assert "есть решения" in refused.text
    client.post("/count/pairs/away")
    assert "она убирается, только когда вы это подтвердите" in page(client)
    assert len(saved(client)) == 3
    assert client.post("/count/pairs/open/instead", content=table(row(9, "0.5"))).status_code == 204
    assert len(saved(client)) == 1
    answer = client.post("/count/pairs/decide", data={"table": stale, "pair": "0", "word": "same"})
    assert answer.status_code == 303
    assert "Теперь открыта другая таблица. Ничего не решено." in page(client)
    assert saved(client)[0]["decision"] == ""
    client.post("/count/pairs/away")
    assert "Таблица убрана." in page(client)
    assert client.get("/count/pairs/table").status_code == 404


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"A,B,count\n1,0,5\n", "Это другая таблица"),
        (b"", "В этой таблице нет пар"),
        (b"\0", "Файл не читается"),
        (table(row(1, "0.5", "maybe")), "стоит не «одно», не «разные»"),
        (table(row(1, "0.5", "одно"), row(1, "0.5", "разные")), "говорит об одной паре разное"),
        (table(*(row(n, "0.5") for n in range(MOST_SHOWN + 1))), "больше 2000 пар"),
    ],
)
def test_another_file_is_refused_in_words_and_changes_nothing(client: httpx.Client, content: bytes, said: str) -> None:
    client.post("/count/pairs/open/new", content=table(row(9, "0.5")))
    refused = client.post("/count/pairs/open/instead", content=content)
    assert refused.status_code == 409
    assert said in refused.text
    assert refused.headers["content-type"].startswith("text/plain")
    assert [r["entry"] for r in saved(client)] == [f"x{9:016x}"]


def test_what_is_too_large_foreign_or_nowhere_is_refused(desk: Opened, client: httpx.Client) -> None:
    assert client.post("/count/pairs/open/new", content=bytes(FILE_MOST_BYTES + 1)).status_code == 413
    foreign = {"origin": "http://127.0.0.1:9999", "sec-fetch-site": "same-site"}
    assert client.post("/count/pairs/open/new", content=THREE, headers=foreign).status_code == 403
    client.post("/count/pairs/open/new", content=THREE)
    for number in ("3", "-1", "x", "٣", "9" * 5000):
        assert client.get(f"/count/pairs?pair={number}").status_code == 404
    with desk.client(unlocked=False) as outside:
        assert outside.get("/count/pairs").status_code == 401
        assert outside.get("/count/pairs/table").status_code == 401
        assert outside.post("/count/pairs/open/new", content=THREE).status_code == 401
        assert outside.post("/count/pairs/decide", data={"pair": "0", "word": "same"}).status_code == 401


def test_what_was_decided_is_there_after_the_lock_and_sealed_while_it_is_locked(opened: Open) -> None:
    desk = opened()
    with desk.client() as client:
        client.post("/count/pairs/open/new", content=table(row(1, "0.4", name="Canaryov"), row(3, "0.5")))
        decide(client, "same")
        client.post("/lock")
        assert client.get("/count/pairs/table").status_code == 401
        for file in desk.folder.rglob("*"):
            assert file.is_dir() or b"Canaryov" not in file.read_bytes()
    with desk.client(unlocked=False) as client:
        client.post("/unlock", data={"passphrase": PASSPHRASE})
        assert [r["decision"] for r in saved(client)] == ["same", ""]
        assert "Canaryov 1" in page(client)
        address = client.post("/count/pairs/away", data={"sure": "yes"}).headers["location"]
        assert address == "/count/pairs"
        assert desk.desk.kept_pairs() == (b"", b"")


def test_no_cell_is_markup(client: httpx.Client) -> None:
    client.post("/count/pairs/open/new", content=table(row(1, "0.5", name="<b onclick=1>")))
    assert "<b onclick" not in client.get("/count/pairs").text
    decide(client, "same")
    assert "<b onclick" not in client.get("/count/pairs").text


@given(st.floats(0, 1))
def test_odds_are_near_and_never_none_or_all(probability: float) -> None:
    count, of = odds(probability)
    assert 1 <= count < of
    assert abs(count / of - probability) <= (0.051 if of == 10 else 0.0101)


@given(st.text(max_size=250), st.text(max_size=250))
def test_pieces_are_the_texts_and_what_is_not_marked_is_the_same(left: str, right: str) -> None:
    pieces = compare(left, right)
    for text, found in zip((left, right), pieces, strict=True):
        assert "".join(piece for piece, _ in found) == text
    plain = ["".join(piece for piece, differs in found if not differs) for found in pieces]
    assert [c.lower() for c in plain[0]] == [c.lower() for c in plain[1]]


def test_one_letter_is_marked_and_what_is_quite_different_is_marked_whole() -> None:
    assert compare("Ковалёв", "КОВАЛЕВ") == (
        [("Ковал", False), ("ё", True), ("в", False)], [("КОВАЛ", False), ("Е", True), ("В", False)]
    )  # fmt: skip
    assert compare("Жуков", "Zhukov") == ([("Жуков", True)], [("Zhukov", True)])
