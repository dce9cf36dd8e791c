"""Fifty conversations full of canary words; then everything that relay and desks keep or print is searched for them.

What is searched: every file of relay, door, desks, their temporary and home folders, and all that the programs have
printed, while they run and after the day has closed. Looked for: the words, return phrases and seekers' keys, members'
pseudonyms, the passphrase, the asker's address and agent, the minute. The organisation's public name stands in
`org.js` alone. A leak that is put in on purpose is found by the same search.

A known gap: the times of files, which tell when the last request of a day came. They are not searched.
"""

import html
import os
import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest

from household import ORGANISATION, Household, Program, until
from safeconduct.case.form import SHIPPED, form_digest, write_form
from safeconduct.clock import Clock
from safeconduct.demo.seeker import Seeker
from safeconduct.desk.line import Line
from safeconduct.sealed.phrase import make_phrase
from safeconduct.sealed.stream import SeekerKeys
from seizure.search import base64_at, contents, integers, search
from simulator import PASSPHRASE

CONVERSATIONS, STRETCHED, ASIDE = 50, 2, 3
CANARY, AGENT, ADDRESS = "зяблик7261", "canary-agent-9184", "127.83.61.29"
MEMBERS = ("Зимородок", "Свиристель")
PROGRAMS = ("relay", "desk-0", "desk-1")
FORM = form_digest(write_form(SHIPPED))
LEAKY = (sys.executable, str(Path(__file__).parent / "leaky.py"))


class Marked(httpx.HTTPTransport):
    """Comes from an address of its own, and says much of itself."""

    def __init__(self) -> None:
        super().__init__(local_address=ADDRESS)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        for name in ("User-Agent", "Referer", "Cookie", "X-Forwarded-For", "Accept-Language"):
            request.headers[name] = f"{AGENT} {ADDRESS}"
        return super().handle_request(request)


@dataclass
class Person:
    """Someone who asks, is answered, and writes again: a canary in every sentence."""

    number: int
    keys: SeekerKeys
    language: str
    phrase: tuple[str, ...] = ()

    def says(self, what: str) -> str:
        long = " ".join(["Я не знаю, что мне делать дальше."] * 150) if self.number % 10 == 0 else ""
        return f"{what} {self.number}: {CANARY}. {long}".strip()


class Caseworker:
    """A member at her desk, through its pages."""

    def __init__(self, desk: Program) -> None:
        address, token = desk.address.split("/#")
        headers = {"origin": address, "sec-fetch-site": "same-origin", "user-agent": AGENT}
        self.client = httpx.Client(base_url=address, headers=headers, trust_env=False, timeout=60)
        self.client.post("/enter", data={"token": token})
        self.post("/unlock", passphrase=f"{CANARY} не та")
        self.post("/unlock", passphrase=PASSPHRASE)

    def post(self, path: str, **form: str) -> httpx.Response:
        return self.client.post(path, data=form)

    def lists(self, band: str) -> str:
        return self.client.get(f"/queue/{band}").text

    def find(self, text: str) -> str:
        """The ref of the request that begins so, once it has come."""
        wanted = html.escape(text)
        until(lambda: wanted in self.lists("new"))
        row = next(row for row in self.lists("new").split('<li class="row ') if wanted in row)
        return row.partition('id="row-')[2].partition('"')[0]

    def work(self, person: Person) -> None:
        """Take it up, answer, note, leave drafts, say how urgent it is and that the person may be counted."""
        ref = self.find(f"Просьба {person.number}: ")
        case = self.post(f"/matter/{ref}/take").headers["location"].removeprefix("/matter/").removesuffix("#reply")
        self.post(f"/matter/{case}/reply", text=person.says("Ответ"), once=f"r{case}")
        self.post(f"/matter/{case}/note", text=person.says("Заметка"), once=f"n{case}")
        self.post(f"/matter/{case}/triage", urgency="held", why=person.says("Срочно")[:400], once=f"t{case}")
        self.post(f"/matter/{case}/consent", state="given", words=person.says("Согласие")[:400], once=f"c{case}")
        for kind in ("reply", "note"):
            self.post(f"/matter/{case}/draft", text=person.says("Черновик"), kind=kind)
        assert CANARY in self.client.get(f"/matter/{case}").text

    def settle(self) -> None:
        """Until everything written here is on the relay."""
        until(lambda: 'class="waiting"' not in self.lists("mine"))

    def lock(self) -> None:
        self.post("/lock")


@dataclass
class Season:
    """The household at work, and what is found of it."""

    household: Household
    people: list[Person] = field(default_factory=list)
    begun_s: int = field(default_factory=lambda: int(time.time()))

    @contextmanager
    def seeker(self) -> Iterator[Seeker]:
        line = Line(self.household.door, Marked())
        yield Seeker(line, self.household.root.public, os.urandom)
        line.close()

    def ask(self, count: int) -> None:
        with self.seeker() as seeker:
            for number in range(count):
                language = ("ru", "en")[number % 2]
                phrase = make_phrase(os.urandom, language) if number < STRETCHED else ()
                keys = seeker.keys(phrase, language) if phrase else SeekerKeys(os.urandom(64))
                self.people.append(Person(number, keys, language, phrase))
                seeker.ask_as(keys, self.people[-1].says("Просьба"), "GE", "date", language)

    def come_back(self) -> None:
        """Everyone reads the answer, writes more, and answers a question."""
        with self.seeker() as seeker:
            for person in self.people:
                back = seeker.come_back(person.keys)
                assert back
                assert back.taken_up is None or person.says("Ответ") in [said.text for said in back.said]
                seeker.write(person.keys, person.says("Ещё"))
                seeker.answer(person.keys, FORM, [("address", person.says("Зовите")[:200])])

    def knock(self) -> None:
        """Strangers at the door: what fails must not tell either."""
        with httpx.Client(transport=Marked(), base_url=self.household.door) as client:
            for path in ("", "org.js", "release.txt", f"{CANARY}?{CANARY}={AGENT}", f"v1/{CANARY}", "leave"):
                client.get(path)
            for route in ("contact", "append", "read", "nothing"):
                client.post(f"v1/{route}", content=CANARY.encode() * 100)
            with suppress(httpx.HTTPError):
                client.get("", headers={"x-long": CANARY.encode().hex() * 5_000})

    def secrets(self) -> list[bytes]:
        """What opens the conversations of those with a phrase, and one more."""
        keys = [person.keys for person in self.people[: STRETCHED + 1]]
        return [secret for each in keys for secret in (each.root, each.r, each.contact.secret, each.box.seed())]

    def phrases(self) -> list[str]:
        """Any two neighbouring words of any phrase."""
        spoken = [zip(person.phrase, person.phrase[1:], strict=False) for person in self.people]
        return [f"{one} {other}" for pairs in spoken for one, other in pairs]

    def needles(self) -> list[str | bytes]:
        return [CANARY, AGENT, ADDRESS, PASSPHRASE, *MEMBERS, *self.secrets(), *self.phrases(), *self.minutes()]

    def minutes(self) -> list[str]:
        """Every minute since the beginning, as logs write it; and the second, to within a hundred."""
        forms = ("%H:%M:", "T%H:%M", " %H:%M ", "%d/%b/%Y:%H:%M", "%Y%m%d%H%M", "%Y%m%dT%H%M")
        now = int(time.time())
        clocks = [
            read(second) for second in (*range(self.begun_s, now, 60), now) for read in (time.gmtime, time.localtime)
        ]
        spelled = {time.strftime(form, clock) for form in forms for clock in clocks}
        return sorted(spelled | {str(second // 100) for second in range(self.begun_s, now + 1)})

    def found(self, *more: str | bytes) -> set[tuple[str, str | bytes]]:
        return search([*self.needles(), *more], contents(self.household.folder))

    def wrong_numbers(self) -> set[int]:
        """Integers in the relay's tables that are a time since the beginning, or an address."""
        copy = self.household.folder.with_name("copy")
        shutil.copytree(self.household.folder / "server" / "relay", copy)
        numbers = {number for path in copy.glob("*.db") for number in integers(path)}
        shutil.rmtree(copy)
        assert Clock().day() in numbers
        return {number for number in numbers if self._tells(number)}

    def _tells(self, number: int) -> bool:
        now = int(time.time()) + 1
        units = ((number, 1), (number * 60, 60), (number // 1_000, 1), (number // 10**6, 1), (number // 10**9, 1))
        return number == int(ip_address(ADDRESS)) or any(self.begun_s - unit < each <= now for each, unit in units)


@contextmanager
def season(folder: Path, conversations: int, command: Sequence[str] = ()) -> Iterator[Season]:
    """All of it, until the desks are locked; the programs still run."""
    folder = folder / "household"
    folder.mkdir()
    with ExitStack() as stack:
        household = stack.enter_context(Household(folder, MEMBERS, *([command] if command else [])))
        made = Season(household)
        desks = [Caseworker(household.open(place)) for place in (0, 1)]
        for desk in desks:
            stack.callback(desk.client.close)
        made.ask(conversations)
        made.knock()
        aside = conversations - ASIDE if conversations > ASIDE else conversations
        for person in made.people[:aside]:
            desks[person.number % 2].work(person)
        for person in made.people[aside:]:
            desks[0].post(f"/matter/{desks[0].find(f'Просьба {person.number}: ')}/aside", reason="junk")
        for desk in desks:
            desk.settle()
        made.come_back()
        for desk in desks:
            until(lambda desk=desk: "Ещё" in desk.lists("mine"))  # type: ignore[misc]
            desk.lock()
        yield made


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Season]:
    with season(tmp_path_factory.mktemp("seizure"), CONVERSATIONS) as made:
        yield made


def test_a_relay_that_runs_and_desks_that_are_locked_hold_and_print_nothing(whole: Season) -> None:
    assert whole.found() == set()
    assert whole.wrong_numbers() == set()
    printed = {path.name: path.read_text() for path in whole.household.printed.iterdir()}
    addresses = [program.address for program in whole.household.running]
    assert sorted("".join(text for name, text in printed.items() if name.endswith(".out")).split()) == sorted(addresses)


def test_the_organisations_name_stands_in_one_file(whole: Season) -> None:
    where = {name for name, _ in search([name for _, name in ORGANISATION], contents(whole.household.folder))}
    assert where == {"server/org.js"}


def test_the_closed_day_holds_nothing_either(whole: Season) -> None:
    data = whole.household.folder / "server" / "relay"
    before = {path.name for path in data.glob("today-*")}
    whole.household.relay.end()
    whole.household.serve("--clock-days", "1")
    until(lambda: not before & {path.name for path in data.glob("today-*")})
    assert (data / "past.db").stat().st_size > CONVERSATIONS * 4_096
    assert whole.wrong_numbers() == set()
    whole.household.end()
    assert whole.found() == set()


def test_leaks_on_purpose_are_seen(tmp_path: Path) -> None:
    with season(tmp_path, 2, LEAKY) as made:
        found = made.found()
        # The relay's output tells who asked; the desk's what was typed, percent-encoded; a file when.
        assert {("printed/relay.out", needle) for needle in (ADDRESS, AGENT, CANARY)} <= found
        assert {("printed/desk-0.out", needle) for needle in (CANARY, PASSPHRASE)} <= found
        assert {needle for name, needle in found if name == "tmp/access.log"} & set(made.minutes())
        assert {name for name, _ in found} <= {"tmp/access.log", *(f"printed/{each}.out" for each in PROGRAMS)}


def hidden(needle: str | bytes) -> Iterable[bytes]:
    """Ways in which somebody may write it down, among other things."""
    raws = (
        [needle] if isinstance(needle, bytes) else [needle.encode(each) for each in ("utf-8", "utf-16-le", "utf-16-be")]
    )
    for raw in raws:
        yield b"x" + raw + b"x"
        yield raw.hex().encode()
        yield raw.hex().upper().encode()
        yield "".join(f"%{byte:02x}" for byte in raw).encode()
        for offset in range(3):
            yield b"".join(base64_at(b"abcdefg"[:offset] + raw + b"yz", 0)[:1])


def test_the_search_finds_every_needle_in_every_spelling() -> None:
    people = [Person(0, SeekerKeys(bytes(range(64))), "ru", ("тихий", "берег", "сосна"))]
    made = Season.__new__(Season)
    made.people, made.begun_s = people, int(time.time()) - 100
    for needle in made.needles():
        for spelled in hidden(needle):
            where = {"junk": os.urandom(500) + spelled + os.urandom(500)}
            assert search([needle], where) == {("junk", needle)}, (needle, spelled)
            assert search([needle], {"junk": os.urandom(1_000)}) == set()
