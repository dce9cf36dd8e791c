"""The Count page on a real desk: never empty, with the extra or without it, and nothing on it below ten."""

import re
import socket
import subprocess
import sys
from html import unescape

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.pages.house import Opened, until
from safeconduct.count.disclosure import about
from safeconduct.count.words import words as count_words
from safeconduct.desk.app import BODY_MOST_BYTES
from safeconduct.desk.pages.count import FILE_MOST_BYTES, INSTALL, demo, own
from safeconduct.desk.view import OwnCount
from safeconduct.desk.words import words

TWO = b"A,B,count\n1,0,50\n0,1,40\n1,1,30\n"


def state(page: str) -> str:
    found = re.search(r'id="count-run"[^>]*data-state="(\w+)"', page)
    assert found
    return found[1]


def settled(client: httpx.Client) -> str:
    """The page once nothing runs."""
    until(lambda: state(client.get("/count").text) != "runs")
    return unescape(client.get("/count").text)


def test_before_anything_was_counted_it_shows_invented_people_and_their_true_number(client: httpx.Client) -> None:
    page = unescape(client.get("/count").text)
    assert "На этом столе ещё ничего не считали." in page
    assert "настоящее число известно: 3\N{NO-BREAK SPACE}000" in page
    assert demo().record.sentences["ru"] in page
    assert "опирается только на два списка" in page
    assert demo().record.digest in page
    assert state(page) == "none"


def test_its_pictures_are_told_in_words_and_keep_to_the_policy(client: httpx.Client) -> None:
    page = client.get("/count").text
    pictures = re.findall(r'<img src="(/count/picture/shown/[a-z]+-ru)" alt="([^"]+)"', page)
    assert [address.rpartition("/")[2] for address, _ in pictures] == [
        "estimates-ru", "overlap-ru", "posterior-ru", "series-ru", "trace-ru"
    ]  # fmt: skip
    point = about(demo().estimates[0].point or 0)
    assert f"Чепмен, два списка {count_words('ru').number(point)} (" in unescape(pictures[0][1])
    for address, _ in pictures:
        answer = client.get(address)
        assert answer.headers["content-type"] == "image/svg+xml"
        assert "style-src 'self'" in answer.headers["content-security-policy"]
        assert not re.search(r"<style|\sstyle=|<script|\son\w+=", answer.text)
    assert client.get("/count/picture/shown/estimates-de").status_code == 404
    assert client.get("/count/picture/shown/..%2Frecord").status_code == 404
    assert client.get("/count/picture/0123456789ab/estimates-ru").status_code == 404


def test_a_file_is_asked_about_counted_and_shown_in_both_languages(client: httpx.Client) -> None:
    assert client.post("/count/file/csv", content=TWO + b"1,1,x\n" * 25).status_code == 204
    page = settled(client)
    assert state(page) == "asks"
    assert "Не принято 25 строк" in page
    rows = re.findall(r"<tr><td>(\d+)</td><td>в столбце с числом не целое число</td></tr>", page)
    assert [int(row) for row in rows] == list(range(4, 24))
    assert "И ещё 5 строк." in page
    assert client.post("/count/file/csv", content=TWO).status_code == 409, "one at a time"
    assert client.post("/count/go-on", data={"by": ""}).headers["location"] == "/count#count-run"
    page = settled(client)
    assert state(page) == "done"
    assert "Что посчитано в последний раз" in page
    assert "В 2 списках около 120 человек" in page
    assert "Посчитано без 25 не принятых строк." in page
    assert "настоящее число известно" not in page
    ((address, _),) = re.findall(r'<img src="(/count/picture/[0-9a-f]{12}/(estimates-ru))"', page)
    assert client.get(address).text.startswith("<svg")
    client.post("/language", data={"language": "en"})
    assert "On 2 lists there are about 120 people" in client.get("/count").text
    client.post("/language", data={"language": "ru"})


def test_of_few_neither_a_number_nor_why_there_is_none_is_on_the_page(client: httpx.Client) -> None:
    rows = ("1,0,x,150", "0,1,x,140", "1,1,x,9", "1,0,y,8", "0,1,y,7", "1,0,z,4", "1,0,,5")
    client.post("/count/file/csv", content="\n".join(["A,B,region,count", *rows]).encode())
    assert "пустая ячейка части (регион, квартал)" in settled(client)
    client.post("/count/go-on", data={"by": "region"})
    page = settled(client)
    assert re.search(r'<th scope="row">Чепмен, два списка</th><td>—</td><td>—</td>', page), "nine are on both lists"
    assert "опирается на перекрытие, в котором меньше десяти человек" in page
    assert "<dt>y</dt><dd>Эту часть отдельно подсчитать нельзя.</dd>" in page
    assert "<dt>z</dt><dd>Здесь меньше десяти человек" in page
    assert "Ни один человек" not in page


def test_a_refusal_is_said_in_words_with_what_to_do(client: httpx.Client) -> None:
    assert client.post("/count/file/csv", content=b"A,count\n1,5\n").status_code == 204
    page = settled(client)
    assert "нужны хотя бы два списка, лучше три" in page
    assert "Ничего не изменилось" in page


def test_a_count_is_stopped(client: httpx.Client) -> None:
    client.post("/count/season")
    assert state(client.get("/count").text) == "runs"
    client.post("/count/cancel")
    assert "Подсчёт остановлен." in client.get("/count").text


def test_what_is_too_large_or_of_no_kind_is_refused(desk: Opened, client: httpx.Client) -> None:
    assert client.post("/count/file/csv", content=bytes(FILE_MOST_BYTES + 1)).status_code == 413
    assert client.post("/count/file/exe", content=TWO).status_code == 404
    assert client.post("/law/find", content=b"article=" + b"x" * BODY_MOST_BYTES).status_code == 413, (
        "a form keeps its bound"
    )
    # Announced too large, it is refused before a byte of it has come.
    head = client.build_request("POST", "/count/file/csv", headers={"content-length": str(FILE_MOST_BYTES + 1)})
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.headers.items())
    with socket.create_connection(("127.0.0.1", desk.port)) as line:
        line.sendall(f"POST /count/file/csv HTTP/1.1\r\n{lines}\r\n".encode())
        assert line.recv(12) == b"HTTP/1.1 413"


def test_a_file_comes_only_from_our_own_page_on_an_open_desk(desk: Opened, client: httpx.Client) -> None:
    foreign = {"origin": "http://127.0.0.1:9999", "sec-fetch-site": "same-site"}
    assert client.post("/count/file/csv", content=TWO, headers=foreign).status_code == 403
    with desk.client(unlocked=False) as outside:
        assert outside.post("/count/file/csv", content=TWO).status_code == 401
        assert outside.post("/count/season").status_code == 401
        assert outside.get("/count").status_code == 401
        assert outside.get("/count/picture/shown/estimates-ru").status_code == 401


QUARTERS = st.lists(st.integers(0, 60), min_size=0, max_size=8)


@given(QUARTERS, st.sampled_from(["ru", "en"]))
def test_of_our_own_cases_nothing_below_ten_can_be_read_or_reckoned(numbers: list[int], language: str) -> None:
    quarters = tuple((f"2026-{place + 1}", number) for place, number in enumerate(numbers))
    shown = own(OwnCount(quarters, sum(numbers), sum(numbers) + 3), words(language))
    said = [int(number) for _, number in shown.quarters]
    assert said == [(number + 5) // 10 * 10 for number in numbers if number >= 10]
    # The total is of what is named, so the difference tells nothing of what is not.
    told = [int(n) for n in re.findall(r"\b\d+\b(?!-)", shown.sentence.replace("\N{NO-BREAK SPACE}", " "))]
    people = [n for n in told if n > 9 and n != 2026]
    if said:
        assert people[-1] == sum(said)
    else:
        assert people == ([(sum(numbers) + 5) // 10 * 10] if sum(numbers) >= 10 else [])


def test_own_cases_are_those_of_this_desk(client: httpx.Client) -> None:
    page = unescape(client.get("/count").text)
    assert "здесь меньше десяти, и о столь немногих не говорится ничего" in page
    assert "Всего дел на этом столе меньше десяти." in page


WITHOUT = """
import sys
from pathlib import Path

class Missing:
    extra = {"numpy", "scipy", "numba", "matplotlib", "polars", "openpyxl"}
    def __init__(self, inner): self.inner = inner
    def find_spec(self, name, path=None, target=None):
        return None if name.partition(".")[0] in self.extra else self.inner.find_spec(name, path, target)
    def __getattr__(self, name): return getattr(self.inner, name)

sys.meta_path[:] = [Missing(finder) for finder in sys.meta_path]
try:
    import numpy
except ImportError:
    pass
else:
    sys.exit("numpy is there")

from desk.pages.house import built
with built(Path(sys.argv[1])) as house, house.open("vera").client() as client:
    page = client.get("/count")
    acts = [client.post("/count/season"), client.post("/count/file/csv", content=b"A")]
    print(page.status_code, *(act.status_code for act in acts))
    print(client.get("/count/picture/shown/estimates-ru").status_code)
    print(sorted(set(sys.modules) & Missing.extra))
    print(page.text)
"""


def test_without_the_extra_the_page_is_whole_says_how_to_install_it_and_has_no_dead_button(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    said = subprocess.run(
        [sys.executable, "-c", WITHOUT, tmp_path_factory.mktemp("without")],
        env={"PYTHONPATH": ":".join(sys.path)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    statuses, picture, loaded, page = said.split("\n", 3)
    assert (statuses, picture, loaded) == ("200 409 409", "200", "[]")
    assert demo().record.sentences["ru"] in unescape(page)
    assert INSTALL in unescape(page)
    assert 'type="file"' not in page
    assert "/count/season" not in page
