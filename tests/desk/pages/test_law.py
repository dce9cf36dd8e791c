"""The Law page on a real desk: what it asks, what it shows, whom it asks it, and that nothing of it stays."""

import gc
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from html import unescape

import httpx
import pytest

from desk.pages.house import Open, Opened
from safeconduct.desk.pages import lawbook
from safeconduct.desk.pages.law import SITUATIONS_MOST, asker_of
from safeconduct.desk.pages.shown import Due, Found, Said
from safeconduct.law.pack import ASKERS, Asker
from safeconduct.law.situation import Event, Situation
from simulator import PASSPHRASE

ABSENT = {"left_unit": "yes", "mobilisation_period": "yes", "absence_days": "86"}
TODAY = date(2026, 11, 25)


def begun(client: httpx.Client, host: str = "KZ", origin: str = "RU") -> str:
    """The address of a new situation."""
    went = client.post("/law/new", data={"origin": origin, "host": host, "toward": ""})
    assert went.status_code == 303
    return went.headers["location"]


@pytest.fixture(autouse=True)
def nobody_else(client: httpx.Client) -> Iterator[None]:
    """What a test opened is forgotten after it."""
    yield
    for address in opened(client.get("/law").text):
        client.post(f"{address}/close")


def opened(page: str) -> list[str]:
    """The addresses of the situations that the first page offers."""
    return re.findall(r'<li><a href="(/law/[0-9a-f]{16})"', page)


def plain(text: str) -> str:
    """As it is read."""
    return unescape(text).replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def told(client: httpx.Client, address: str, **facts: str) -> str:
    """The page after these answers."""
    for fact, value in facts.items():
        assert client.post(f"{address}/answer", data={"fact": fact, "value": value}).status_code == 303
    return client.get(address).text


def asked(page: str) -> list[str]:
    """The facts that are asked, in order: not yet those that were answered."""
    left = page[page.index('id="law-ask-title"') : page.index('id="law-when-title"')]
    return re.findall(r'class="law-question" id="ask-([a-z_0-9]+)"', left.partition('id="law-answers"')[0])


def piece(page: str, ref: str) -> str:
    """One finding or time limit, as far as the next."""
    found = re.search(rf'id="law-{re.escape(ref)}(?:-[0-9]+)?"(.*?)(?: id="law-|</main>)', page, re.DOTALL)
    assert found, ref
    return plain(found[1])


def test_only_what_can_change_something_is_asked_the_urgent_first(client: httpx.Client) -> None:
    address = begun(client)
    first = asked(client.get(address).text)
    assert first[:3] == ["imminent_removal", "extradition_request", "in_detention"]
    page = told(client, address, imminent_removal="no", extradition_request="unknown")
    assert "imminent_removal" not in asked(page)
    assert "extradition_request" not in asked(page), "not known is an answer too"
    settled = told(client, address, left_unit="no")
    assert "absence_days" not in asked(settled), "it can change nothing any more"


def test_an_answer_is_taken_back_and_asked_again(client: httpx.Client) -> None:
    address = begun(client)
    assert "genuine_conviction" not in asked(told(client, address, genuine_conviction="yes"))
    assert "genuine_conviction" in asked(told(client, address, genuine_conviction=""))


def test_questions_for_a_lawyer_reach_nobody_else(client: httpx.Client) -> None:
    address = begun(client)
    page = unescape(told(client, address, left_unit="yes", service_kind="mobilised"))
    vocabulary = lawbook.bundle().vocabulary.facts
    for name, kind in vocabulary.items():
        if kind.asked_by == "lawyer":
            assert kind.ask.ru not in page.replace("\N{NO-BREAK SPACE}", " "), name
            answered = client.post(f"{address}/answer", data={"fact": name, "value": "yes"})
            assert answered.status_code == 404, name
    assert "вопрос для юриста" in page.lower()


@pytest.mark.parametrize(
    ("duties", "who"),
    [(("intake",), "volunteer"), (("coordinator", "intake", "caseworker"), "caseworker"),
     (("caseworker", "lawyer"), "lawyer"), (("analyst",), "volunteer"), ((), "volunteer")],
)  # fmt: skip
def test_who_asks_follows_from_her_duties(duties: tuple[str, ...], who: str) -> None:
    assert asker_of(duties) == who


@pytest.mark.parametrize("asker", ASKERS)
def test_each_sees_only_what_she_may_ask(asker: Asker) -> None:
    reader = lawbook.read(Situation(origin="RU", host="DE"), TODAY, "en", asker)
    may = lawbook.askable(asker)
    shown = {one.fact for one in reader.asked()}
    assert shown <= set(may)
    texts = repr([reader.found(kind, "yes", "no", "open", "pres") for kind in ("ground", "exclusion", "offence")])
    texts += repr(reader.days())
    hidden = [kind.ask.en for name, kind in lawbook.bundle().vocabulary.facts.items() if name not in may]
    given = [
        lawbook.bundle().vocabulary.facts[name].ask.en
        for name in ("nationality", "host_country", "outside_origin_country")
    ]
    assert [ask for ask in hidden if ask not in given and ask in texts] == []
    assert ("serious_reasons_art1f" in shown) == (asker == "lawyer")


def test_a_finding_says_because_according_to_as_of_and_what_is_unknown(client: httpx.Client) -> None:
    address = begun(client)
    page = told(client, address, genuine_conviction="yes")
    right = piece(page, "int.right_to_object")
    assert "может применяться" in right
    assert "надёжность: средняя" in right
    assert "Потому что" in right
    assert "Bayatyan v. Armenia" in right
    assert "по состоянию на 7 июля 2011" in right
    refugee = piece(page, "int.conscience")
    assert "Ещё неизвестно" in refugee
    assert "Связан ли вред с" in refugee
    assert "защищён" not in page.lower()


def test_every_source_opens_here_and_its_address_tells_nobody_where_it_was_clicked(client: httpx.Client) -> None:
    page = client.get(begun(client)).text
    sources = re.findall(r'<details class="law-source">.*?</details>', page, re.DOTALL)
    assert len(sources) > 50
    assert all("Издатель" in source and "Прочитано" in source for source in sources)
    links = re.findall(r"<a [^>]*href=\"https?:[^>]*>", page)
    assert len(links) > 50
    assert all('rel="noreferrer noopener"' in link and 'referrerpolicy="no-referrer"' in link for link in links)


def test_an_offence_is_feared_with_its_range_and_only_on_acts_that_are_known(client: httpx.Client) -> None:
    address = begun(client)
    page = client.get(address).text
    offences = page[page.index('id="law-offences"') :]
    assert "law-card" not in offences.partition("</section>")[0]
    page = told(client, address, **ABSENT)
    client.post(f"{address}/happen", data={"what": "act_date", "when": "2025-12-06"})
    feared = piece(client.get(address).text, "ru.337.5")
    assert "ч. 5 ст. 337" in feared
    assert "от 5 до 10 лет" in feared
    assert "не обвинение и не вина" in page


def test_days_run_with_work_towards_beside_the_last_day_and_why(client: httpx.Client) -> None:
    address = begun(client)
    assert "Пока ни одного дня посчитать нельзя" in client.get(address).text
    client.post(f"{address}/happen", data={"what": "entry", "when": "2026-11-23"})
    due = piece(client.get(address).text, "kz.apply")
    assert due.index("Постараться успеть") < due.index("27 ноября 2026")
    assert due.index("Последний день") < due.index("28 ноября 2026")
    why = due[due.index("Почему эта дата") :]
    assert "день, когда человек въехал" in why
    assert "5 дней по календарю" in why
    assert "Сам день события не считается" in why
    passed = piece(client.get(address).text, "kz.apply_irregular")
    assert "Последний день прошёл" in passed
    assert "Постараться успеть" not in passed


def test_an_imprecise_day_may_have_passed_and_may_not(client: httpx.Client) -> None:
    address = begun(client)
    client.post(f"{address}/happen", data={"what": "entry", "when": "2026-11"})
    due = piece(client.get(address).text, "kz.apply")
    assert "Возможно, этот день уже прошёл" in due
    assert "самое позднее — 5 декабря 2026" in due
    assert "восстановить" not in due
    answer = plain(client.get(f"{address}/answer/ru").text)
    assert "последний день — 6 ноября 2026 г. Возможно, этот день уже прошёл" in answer


def test_a_limit_in_hours_shows_its_moment_and_says_today(client: httpx.Client) -> None:
    address = begun(client, host="GE")
    told(client, address, entered_irregularly="yes")
    client.post(f"{address}/happen", data={"what": "entry", "when": "2026-11-26T01:00+04:00"})
    due = piece(client.get(address).text, "ge.declare_irregular")
    assert "27 ноября 2026 г., 01:00 (UTC+04:00)" in due
    assert "Действуйте сегодня" in due


def test_a_day_that_may_not_be_in_force_is_marked_on_its_card(client: httpx.Client) -> None:
    address = begun(client, host="FR")
    told(client, address, refusal_notified="yes", procedure_kind="accelerated")
    client.post(f"{address}/happen", data={"what": "decision_notified", "when": "2026-11-20"})
    card = piece(client.get(address).text, "eu.appeal_short").partition("law-because")[0]
    assert "Зависит от даты, которая неизвестна: день ходатайства об убежище" in card


def test_a_day_that_cannot_be_counted_names_what_is_missing(client: httpx.Client) -> None:
    page = client.get(begun(client)).text
    assert "не хватает: день, когда человек въехал" in piece(page, "kz.apply")


def test_a_month_is_a_date_and_what_is_none_changes_nothing(client: httpx.Client) -> None:
    address = begun(client)
    for wrong in ("2026-13", "2 марта", "2026-02-30", "", "1026-01-01", "2026-3-2", "<b>"):
        page = client.post(f"{address}/happen", data={"what": "entry", "when": wrong}).text
        assert 'id="law-problem"' in page, wrong
        assert "law-happened" not in page, wrong
    client.post(f"{address}/happen", data={"what": "entry", "when": "2026-11"})
    page = client.get(address).text
    assert "2026-11" in page[page.index("law-happened") :]
    assert "Точная дата события неизвестна" in piece(page, "kz.apply")
    client.post(f"{address}/happen", data={"drop": "event-0"})
    assert "law-happened" not in client.get(address).text


@pytest.mark.parametrize(
    ("fact", "value"),
    [("left_unit", "maybe"), ("service_kind", "general"), ("absence_days", "-1"), ("absence_days", "١٢"),
     ("absence_days", "12345")],
)  # fmt: skip
def test_an_answer_of_another_kind_changes_nothing(client: httpx.Client, fact: str, value: str) -> None:
    address = begun(client)
    before = asked(client.get(address).text)
    page = client.post(f"{address}/answer", data={"fact": fact, "value": value}).text
    assert 'id="law-problem"' in page
    assert asked(client.get(address).text) == before


@pytest.mark.parametrize(
    "form",
    [{"origin": "RU", "host": "ZZ"}, {"origin": "", "host": "KZ"}, {"origin": "RU", "host": "kz"},
     {"origin": "RU", "host": "KZ", "toward": "KZ"}, {"origin": "<b>", "host": "KZ"}],
)  # fmt: skip
def test_what_is_no_country_opens_nothing(client: httpx.Client, form: dict[str, str]) -> None:
    assert client.post("/law/new", data=form).status_code == 404


def test_a_country_of_which_no_pack_speaks_is_loud(client: httpx.Client) -> None:
    page = plain(client.get(begun(client, host="BR")).text)
    assert re.search(r'class="law-stale">О стране Бразилия ни один пакет не говорит', page)


def test_other_countries_keep_what_was_said(client: httpx.Client) -> None:
    address = begun(client)
    told(client, address, genuine_conviction="yes")
    assert 'value="KZ" selected' in client.get(f"{address}/move").text
    client.post(f"{address}/move", data={"origin": "RU", "host": "DE", "toward": ""})
    page = client.get(address).text
    assert "Германия" in page
    assert "genuine_conviction" not in asked(page)


def test_what_happened_in_another_host_hides_no_day_of_this_one(client: httpx.Client) -> None:
    address = begun(client, host="GE")
    told(client, address, asylum_lodged="yes", in_detention="no")
    client.post(f"{address}/happen", data={"what": "application_registered", "when": "2025-11-20"})
    client.post(f"{address}/happen", data={"what": "application_date", "when": "2025-11-20"})
    client.post(f"{address}/happen", data={"what": "summons_posted", "when": "2025-10-01"})
    why = plain(client.get(f"{address}/move").text)
    assert "О стране, где он сейчас, спросим заново" in why
    client.post(f"{address}/move", data={"origin": "RU", "host": "KZ", "toward": ""})
    client.post(f"{address}/happen", data={"what": "entry", "when": "2026-11-23"})
    page = client.get(address).text
    assert "28 ноября 2026" in piece(page, "kz.apply")
    assert "24 ноября 2026" in piece(page, "kz.apply_irregular")
    assert "не хватает" in piece(page, "kz.decision_due")
    assert "in_detention" in asked(page), "of this host nobody has said it"
    happened = plain(page[page.index("law-happened") : page.index("law-what")])
    assert "ходатайство об убежище зарегистрировано (Грузия)" in happened
    assert "повестка размещена в реестре<" in happened, "what happened in the country of origin goes on"
    assert "день ходатайства об убежище<" not in happened


def test_a_no_that_disagrees_with_an_event_hides_no_day_and_is_loud(client: httpx.Client) -> None:
    address = begun(client)
    told(client, address, extradition_request="no")
    client.post(f"{address}/happen", data={"what": "extradition_decision_copy", "when": "2026-11-20"})
    page = client.get(address).text
    due = piece(page, "kz.extradition_appeal")
    assert "30 ноября 2026" in due
    assert "Зависит от ответа: Известно ли о запросе на экстрадицию" in due
    loud = plain(page[page.index("law-warnings") : page.index("law-days-title")])
    assert loud.count('class="law-stale"') == 1
    assert "сказано «нет» на вопрос «Известно ли о запросе на экстрадицию" in loud
    assert "копию решения об экстрадиции" in loud


@pytest.mark.parametrize(
    "spelled", ["337 ч. 5", "ст. 337 часть 5", "337.5", "art. 337(5)", "ч. 5 ст. 337 УК", "337\N{NO-BREAK SPACE}ч.5"]
)
def test_found_by_article_however_it_is_written(client: httpx.Client, spelled: str) -> None:
    page = client.post("/law/find", data={"article": spelled, "ref": ""}).text
    assert re.findall(r'class="law-said" id="law-([a-z0-9._]+)"', page) == ["ru.337.5"]
    assert "law-source" in page


def test_an_article_that_is_not_there_and_one_that_is_none(client: httpx.Client) -> None:
    for spelled in ("999", "<script>", "хлеб"):
        page = client.post("/law/find", data={"article": spelled}).text
        assert "Такой статьи в пакетах нет" in page
        assert "<script>" not in page


def test_a_pack_past_its_review_is_loud_on_all_that_comes_from_it() -> None:
    situation = Situation(
        origin="RU", host="KZ", facts={"genuine_conviction": True}, events=(Event("entry", "2027-01-10"),)
    )
    late = lawbook.read(situation, date(2027, 1, 12), "ru", "caseworker")
    said: list[Found | Due | Said] = [*late.found("ground", "yes", "no", "open", "pres"), *late.days()]
    said += [*late.said("risks"), *late.said("statements")]
    assert {bool(one.stale) for one in said if one.id.startswith("kz.")} == {True}
    assert {bool(one.stale) for one in said if one.id.startswith(("int.", "ru."))} == {False}
    assert len(late.warnings()) == 1
    assert all("УСТАРЕЛО" in one.stale for one in said if one.stale)


def test_draft_stands_on_every_page_and_print(client: httpx.Client) -> None:
    address = begun(client)
    pages = [client.get(path).text for path in ("/law/new", address, f"{address}/move", f"{address}/answer/en")]
    pages.append(client.post("/law/find", data={"article": "337"}).text)
    for page in pages:
        assert re.search(r'class="law-draft"[^>]*>(<p>)?Черновик, юристом не проверен', page)
        assert 'class="law-every-page" aria-hidden="true">Черновик' in page


def test_a_short_answer_in_either_language_with_its_sources(client: httpx.Client) -> None:
    address = begun(client)
    told(client, address, genuine_conviction="yes")
    russian, english = (plain(client.get(f"{address}/answer/{language}").text) for language in ("ru", "en"))
    assert "Согласно: Bayatyan v. Armenia" in russian
    assert "According to: Bayatyan v. Armenia" in english
    assert "не проверял" in russian
    assert "No lawyer has reviewed" in english
    assert client.get(f"{address}/answer/de").status_code == 404


def test_two_people_in_two_tabs_are_kept_apart(client: httpx.Client) -> None:
    one, other = begun(client), begun(client)
    told(client, one, genuine_conviction="yes")
    assert "genuine_conviction" in asked(client.get(other).text)
    # Neither is resumed unasked: the first page offers both, and says which is which.
    first = client.get("/law")
    assert opened(first.text) == [one, other]
    offered = plain(first.text[first.text.index("law-opened") :])
    assert "Человек № 1</a> · Россия → Казахстан · 1 ответ или дата" in offered
    assert "Человек № 2</a> · Россия → Казахстан · ничего не сказано" in offered
    for address, number in ((one, 1), (other, 2)):
        for path in (address, f"{address}/move", f"{address}/answer/ru"):
            assert f"Человек № {number}<" in plain(client.get(path).text), path


def test_forgetting_one_opens_no_other(client: httpx.Client) -> None:
    one, other = begun(client), begun(client)
    forgotten = client.post(f"{one}/close")
    assert (forgotten.status_code, forgotten.headers["location"]) == (303, "/law/new")
    assert client.get(one).status_code == 404
    assert "Человек № 2<" in plain(client.get(other).text), "the number stays while others are forgotten"


def test_one_too_many_is_refused_and_nobody_is_forgotten(client: httpx.Client) -> None:
    kept = [begun(client) for _ in range(SITUATIONS_MOST)]
    refused = client.post("/law/new", data={"origin": "RU", "host": "KZ", "toward": ""})
    assert refused.status_code == 200
    assert "Открыто уже восемь человек" in plain(refused.text)
    assert opened(refused.text) == kept
    assert {client.get(address).status_code for address in kept} == {200}


def test_no_fact_is_in_an_address(client: httpx.Client) -> None:
    address = begun(client)
    page = told(client, address, **ABSENT)
    assert re.fullmatch(r"/law/[0-9a-f]{16}", address)
    ours = re.findall(r'(?:href|action|hx-post)="(/law[^"]*)"', page)
    assert {re.sub(r"[0-9a-f]{16}", "REF", each) for each in ours} <= {
        "/law", "/law/new", "/law/find", "/law/REF/answer", "/law/REF/happen", "/law/REF/move", "/law/REF/close",
        "/law/REF/answer/ru",
    }  # fmt: skip


@pytest.fixture
def lone(opened: Open) -> Iterator[tuple[Opened, httpx.Client]]:
    desk = opened()
    with desk.client() as client:
        yield desk, client


def test_at_the_lock_it_is_gone(lone: tuple[Opened, httpx.Client]) -> None:
    desk, client = lone
    address = begun(client, host="MN")
    told(client, address, absence_days="8643")
    assert left(8643)
    client.post("/lock")
    assert client.get(address).status_code == 401
    client.post("/unlock", data={"passphrase": PASSPHRASE})
    assert client.get(address).status_code == 404
    assert 'id="law-origin"' in client.get("/law").text
    assert not left(8643)
    held = b"".join(path.read_bytes() for path in desk.folder.rglob("*") if path.is_file())
    assert b"absence_days" not in held
    assert b"absence_days" not in "".join(desk.said).encode()


def left(number: int) -> bool:
    """Whether a situation with this answer is anywhere in the program's memory."""
    gc.collect()
    return any(isinstance(one, Situation) and one.facts.get("absence_days") == number for one in gc.get_objects())


def test_a_desk_starts_without_the_law() -> None:
    code = "import sys, safeconduct.desk.app; print({'holidays', 'safeconduct.law.shelf'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout == "set()\n"
