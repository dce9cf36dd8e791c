"""Registers as courts, newsrooms and organisations keep them; names across scripts; cases found on several lists."""

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.count.article import find_articles
from safeconduct.count.reading import RefusedRow
from safeconduct.count.refusal import FileForm, Uncountable
from safeconduct.count.register import (
    SCHEMAS,
    Entry,
    Schema,
    court_id,
    court_ids,
    court_name,
    read_register,
)
from safeconduct.count.season import latin
from safeconduct.count.skeleton import skeleton


@pytest.mark.parametrize(
    "spellings",
    [
        "Щербаков Shcherbakov Schtscherbakow Ščerbakov Chtcherbakov",
        "Юрий Yuriy Iurii Jurij Yury Yuri",
        "Фёдоров Федоров Fedorov Fyodorov Fedoroff",
        "Жуков Zhukov Žukov",
        "Чернышев Chernyshev Tschernyschew Černyšev Chernyshyov",
        "Хомяков Khomyakov Khomiakov",
        "Цветков Tsvetkov Tzvetkov",
        "Яшин Yashin Iashin Jaschin",
        "Алексей Aleksei Alexey Alexei Aleksey",
        "Евгений Evgenii Yevgeny Evgeny",
        "Ильич Ilich Ilyich",
        "Киселёв Киселев Kiselev Kiselyov",
        "Довженко Dovzhenko",
        "Ющенко Yushchenko Iushchenko",
        "Григорьев Grigoriev Grigoryev",
    ],
)
def test_a_name_has_one_sound_however_it_is_spelt(spellings: str) -> None:
    assert len({skeleton(word) for word in spellings.split()}) == 1


def test_different_names_keep_different_sounds() -> None:
    names = [
        "Жуков",
        "Шуков",
        "Чуков",
        "Цуков",
        "Зуков",
        "Иванов",
        "Петров",
        "Ковалёв",
        "Коваленко",
        "Морозов",
        "Мороз",
    ]
    assert len({skeleton(name) for name in names}) == len(names)


@given(st.text(max_size=40))
def test_any_text_has_a_sound_or_none(text: str) -> None:
    assert set(skeleton(text)) <= set("abcdefghijklmnopqrstuvwxyzSJCT")


@pytest.mark.parametrize(
    "text",
    [
        "337 ч. 5", "337 ч.5", "ст. 337 ч. 5 УК РФ", "ст.337 ч.5", "ч. 5 ст. 337", "ч.5ст.337", "ч.5 ст.337 УК РФ",
        "часть 5 статьи 337 УК РФ", "Статья 337 Часть 5", "статья 337, часть 5", "337 (ч. 5)",
        "337 ч.\N{NO-BREAK SPACE}5",
        "Иванов И.И. - ст.337 ч.5 УК РФ", "art. 337 part 5", "337 p. 5", "337/5", "337-5", "ст 337 ч 5",
    ],
)  # fmt: skip
def test_the_offence_is_read_in_all_its_spellings(text: str) -> None:
    assert find_articles(text) == ["337.5"]


@pytest.mark.parametrize(
    ("text", "articles"),
    [
        ("ст. 338 ч. 1", ["338.1"]), ("332", ["332"]), ("ст.337 ч.2.1", ["337.2.1"]), ("228 ч. 2", ["228.2"]),
        ("1337 дней", []), ("", []), ("п. «в» ч. 3 ст. 337", ["337.3"]), ("337.5", ["337.5"]),
        ("ст. 228 ч.1; ст. 337 ч.5", ["228.1", "337.5"]), ("ст. 337 ч. 5 ст. 338 ч. 1", ["337.5", "338.1"]),
        ("ч. 5 ст. 337, ч. 1 ст. 338", ["337.5", "338.1"]), ("ч. 5 ст. 337; ст. 338 ч. 1", ["337.5", "338.1"]),
        ("ст. 205.2 ч. 1, ст. 337", ["205.2.1", "337"]), ("дело 2-1/2024, ст. 337 ч. 3", ["337.3"]),
    ],
)  # fmt: skip
def test_each_part_belongs_to_its_article(text: str, articles: list[str]) -> None:
    assert find_articles(text) == articles


@pytest.mark.parametrize("offences", ["ст. 228 ч.1; ст. 337 ч.5", "ст. 337 ч.5; ст. 228 ч.1"])
def test_one_of_our_articles_is_enough_wherever_it_stands(offences: str) -> None:
    text = f"name,date,article,court,region\nЮдин Я.,2024-05-13,{offences},,01\n"
    (entry,) = read_register(text.encode(), "x.csv", "x", SCHEMAS["plain"]).entries
    assert entry.article == "337.5"


def test_the_hundred_garrison_courts_are_known_by_id_and_by_name() -> None:
    assert len(court_ids()) == len(set(court_ids())) == 100
    assert court_id("61GV0010") == "61GV0010"
    assert court_id("Майкопский гарнизонный военный суд") == "61GV0010"
    assert court_id("  майкопский  гарнизонный военный суд (Республика Адыгея)") == "61GV0010"
    assert court_id("Верховный суд") is None
    assert all(court_id(court_name(court)) == court for court in court_ids())


COURTS = (
    "id;region;instance;court_name;caseNumber;entryDate;names;judge;resultDate;decision;endDate;consideredBy;cui;"
    "link_meta;link_text;link_text_and_meta;connected_links_1;connected_links_2;connected_links_3;connected_links_4;text"
)


def test_a_court_site_is_read_and_every_other_row_refused_with_its_reason() -> None:
    def row(day: str, names: str, cui: str) -> str:
        cells = dict.fromkeys(COURTS.split(";"), "")
        cells |= {"entryDate": day, "names": names, "cui": cui}
        return ";".join(cells.values())

    lines = [
        COURTS,
        row("13.05.2024", "Щеглов Г.И. - ст.337 ч.5 УК РФ", "61GV0010-01-2024-000001-01"),
        row("13.05.2024", "Щеглов Г.И. - ст.228 ч.2 УК РФ", ""),
        row("31.02.2024", "Щеглов Г.И. - ст.337 ч.5 УК РФ", ""),
        row("13.05.2024", "ст.337 ч.5 УК РФ", ""),
        "too;short",
    ]
    found = read_register("\n".join(lines).encode(), "courts.csv", "courts", SCHEMAS["sudrfscraper"])
    assert found.entries == (
        Entry("Щеглов Г.И.", dt.date(2024, 5, 13), "337.5", "61GV0010-01-2024-000001-01", "61GV0010", "01"),
    )
    assert found.entries[0].quarter == "2024-2"
    assert [r.reason for r in found.refused] == ["article-other", "date-wrong", "name-none", "row-length"]


def scraped(**given_: object) -> dict[str, object]:
    """One case as the scraper's `Case` is written by Jackson: all its properties, empty ones null."""
    return {
        "id": 1, "region": 1, "instance": "FIRST", "name": "Майкопский гарнизонный военный суд",
        "caseNumber": "1-17/2024", "entryDate": "13.05.2024", "names": "Щеглов Г.И. - ст.337 ч.5 УК РФ", "judge": None,
        "resultDate": None, "decision": None, "endDate": None,
        "steps": [{"eventName": "Судебное заседание", "eventDate": "20.05.2024", "notParsed": None}],
        "sides": [{"sideType": "Прокурор", "sideName": None, "inn": None, "kpp": None, "ogrn": None, "ogrnip": None}],
        "consideredBy": None, "text": None, "connectedLinks": {"CASE_NUMBER_LOWER": "1-1/2024"},
        "links": {"META": "https://court.example/case"}, "cui": "61GV0010-01-2024-000001-01",
    } | given_  # fmt: skip


def test_a_scraper_s_json_lines_are_read_though_they_are_nested() -> None:
    cases = [
        scraped(),
        scraped(cui=None, names="Юдин Я.Ю. - ст.337 ч.5 УК РФ"),
        scraped(cui="Уникальный идентификатор дела 61GV0010-01-2024-000009-09", region=77),
        scraped(entryDate=None),
        scraped() | {"more": 1},
    ]
    content = "\n".join(json.dumps(case, ensure_ascii=False) for case in cases).encode()
    found = read_register(content, "project.json", "courts", SCHEMAS["sudrfscraper-json"])
    assert found.entries == (
        Entry("Щеглов Г.И.", dt.date(2024, 5, 13), "337.5", "61GV0010-01-2024-000001-01", "61GV0010", "01"),
        Entry("Юдин Я.Ю.", dt.date(2024, 5, 13), "337.5", "", "61GV0010", "01"),
        Entry("Щеглов Г.И.", dt.date(2024, 5, 13), "337.5", "61GV0010-01-2024-000009-09", "61GV0010", "77"),
    )
    assert [r.reason for r in found.refused] == ["date-wrong", "row-length"]


def test_what_stands_for_no_identifier_joins_nobody() -> None:
    """The scraper's table has a dash where a court gave none."""
    cells = dict.fromkeys(COURTS.split(";"), "-") | {"entryDate": "13.05.2024"}
    rows = [cells | {"names": f"{name} - ст.337 ч.5 УК РФ"} for name in ("Щеглов Г.И.", "Юдин Я.Ю.")]
    content = "\n".join([COURTS, *(";".join(row.values()) for row in rows)]).encode()
    found = read_register(content, "courts.csv", "courts", SCHEMAS["sudrfscraper"])
    assert [entry.cui for entry in found.entries] == ["", ""]


def test_json_nested_without_end_is_refused() -> None:
    deep = b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}"
    with pytest.raises(Uncountable):
        read_register(deep, "x.json", "x", SCHEMAS["plain"])


def test_own_cases_are_counted_only_by_consent() -> None:
    rows = ["name,date,article,court,region,count_anonymously", "Iudin Ia,2024-05-13,337.5,,01,yes"]
    text = "\n".join([*rows, "Zhukov A,2024-05-13,337 ч 5,,01,"])
    found = read_register(text.encode(), "own.csv", "own", SCHEMAS["own-cases"])
    assert len(found.entries) == 1
    assert found.refused == (RefusedRow(2, "consent-none"),)


@pytest.mark.parametrize(
    "column",
    ["count_anonymously", "Count_Anonymously", " count_anonymously ", "COUNT ANONYMOUSLY", "\ufeffcount_anonymously",
     "count\N{NO-BREAK SPACE}anonymously"],
)  # fmt: skip
@pytest.mark.parametrize("schema", [SCHEMAS["plain"], Schema("name", "date", "article", consent="asked")])
def test_no_spelling_of_the_column_and_no_schema_counts_anybody_against_consent(column: str, schema: Schema) -> None:
    rows = [
        f"name,date,article,court,region,asked,{column}",
        "Юдин Я.,2024-05-13,337,,01,yes,no",
        "Жуков А.,2024-05-13,337,,01,yes,yes",
    ]
    found = read_register("\n".join(rows).encode(), "own.csv", "own", schema)
    assert [entry.name for entry in found.entries] == ["Жуков А."]
    assert found.refused == (RefusedRow(1, "consent-none"),)


def test_a_register_without_its_columns_is_refused() -> None:
    with pytest.raises(FileForm):
        read_register(b"a,b\n1,2\n", "x.csv", "x", SCHEMAS["plain"])


@given(st.binary(max_size=200))
def test_any_bytes_are_a_register_or_a_refusal(content: bytes) -> None:
    try:
        read_register(content, "x.csv", "x", SCHEMAS["plain"])
    except Uncountable:
        return


def test_a_passport_spelling_has_the_sound_of_the_name() -> None:
    names = ["Щеглов", "Юшков", "Яшин", "Чижов", "Цветков", "Хомяков", "Дьяков", "Жданов", "Артём", "Ильич"]
    assert [skeleton(latin(name)) for name in names] == [skeleton(name) for name in names]
