"""The invented season: an organisation of two, and some twenty people who write to it over ten days."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette

from safeconduct.case.form import SHIPPED, form_digest, write_form
from safeconduct.clock import Clock
from safeconduct.demo.inside import HandClock, InProcess
from safeconduct.demo.seeker import Seeker
from safeconduct.desk.desk import Desk
from safeconduct.desk.found import add_member, found_space, invitation, join, make_desk
from safeconduct.desk.line import Line
from safeconduct.desk.room import Room
from safeconduct.desk.vault import create_vault
from safeconduct.journal import Journal
from safeconduct.relay.app import Relay
from safeconduct.relay.settings import RelaySettings
from safeconduct.relay.space import init_relay
from safeconduct.sealed.phrase import make_phrase
from safeconduct.sealed.signing import Random, SigningKey
from safeconduct.sealed.stream import SeekerKeys
from safeconduct.sealed.wire import encode

DAYS: Final = 10
ORGANISATION: Final = (("ru", "Тихий берег"), ("en", "Quiet Shore"))
VERA: Final = ("coordinator", "intake", "caseworker")
ANTON: Final = ("intake", "caseworker")
_INSIDE: Final = "http://inside"


@dataclass
class _Person:
    """One person of people.toml, and how far he has come."""

    told: dict[str, Any]
    day: int
    phrase: tuple[str, ...] = ()
    keys: SeekerKeys | None = None
    case: str = ""
    said: list[dict[str, Any]] = field(default_factory=list)

    @property
    def taken_day(self) -> int:
        return self.day + int(self.told["taken_after"])


@dataclass
class Season:
    """Makes everything in `folder`: the relay's files, two vaults, and what people wrote."""

    folder: Path
    random: Random
    root: SigningKey
    passphrase: str
    tell: Callable[[str], object]

    def play(self, today: int) -> tuple[str, ...]:
        """From ten days ago until today; returns one person's return phrase."""
        clock = HandClock.at(today - DAYS)
        data = self.folder / "relay"
        code = init_relay(data, self.random, clock.day())
        relay = Relay(RelaySettings(data=str(data)), clock, self.random, Journal(lambda _line: None))
        transport = InProcess(Starlette(routes=relay.routes))
        transport.run(relay.start())
        try:
            return self._play(today, clock, transport, code)
        finally:
            transport.run(relay.stop())
            transport.end()

    def _play(self, today: int, clock: HandClock, transport: InProcess, code: bytes) -> tuple[str, ...]:
        desks = self._found(clock, transport, code)
        line = Line(_INSIDE, transport)
        seeker = Seeker(line, self.root.public, self.random)
        people = [_Person(told, today - int(told["days_ago"])) for told in read_people()]
        try:
            while True:
                for desk in desks.values():
                    desk.sync()
                for person in people:
                    self._live(person, clock.day(), desks, seeker)
                if clock.day() == today:
                    break
                clock.move(1)
                self.tell(".")
        finally:
            for desk in desks.values():
                desk.lock()
            line.close()
        return people[0].phrase

    def _found(self, clock: Clock, transport: InProcess, code: bytes) -> dict[str, Desk]:
        vault = create_vault(self.folder / "vera", self.passphrase, self.random)
        first = Room(vault, Line(_INSIDE, transport), clock, self.random)
        found_space(first, _INSIDE, code, self.root, ORGANISATION[0][1], "Вера", VERA)
        second = Room(
            create_vault(self.folder / "anton", self.passphrase, self.random),
            Line(_INSIDE, transport),
            clock,
            self.random,
        )
        add_member(first, encode(make_desk(second)), "Антон", ANTON)
        join(second, invitation(first))
        for room in (first, second):
            room.line.close()
            room.vault.close()
        desks = {name: self._open(name, clock, transport) for name in ("vera", "anton")}
        for desk in (*desks.values(), *desks.values()):
            desk.sync()
        return desks

    def _open(self, name: str, clock: Clock, transport: InProcess) -> Desk:
        desk = Desk(self.folder / name, clock, self.random, Journal(lambda _line: None), transport)
        desk.unlock(self.passphrase, live=False)
        return desk

    def _live(self, person: _Person, day: int, desks: dict[str, Desk], seeker: Seeker) -> None:
        """What happens to one person on one day."""
        told = person.told
        if day == person.day:
            self._ask(person, seeker)
        if "aside" in told and day == person.day:
            desks["vera"].sync()
            desks["vera"].set_aside(_find(desks["vera"], told["text"]), told["aside"])
            desks["vera"].sync()
        if "taken" not in told or day < person.taken_day:
            return
        desk = desks[told["taken"]]
        if day == person.taken_day:
            self._take_up(person, desk, desks)
        for said in told.get("talk", ()):
            if day == person.day + int(said["after"]):
                self._say(person, said, desk, seeker)

    def _ask(self, person: _Person, seeker: Seeker) -> None:
        told = person.told
        person.phrase = make_phrase(self.random, told["language"])
        person.keys = seeker.keys(person.phrase, told["language"])
        seeker.ask_as(person.keys, told["text"], told["country"], told["urgency"], told["language"])
        if "answers" in told:
            form = form_digest(write_form(SHIPPED))
            seeker.answer(person.keys, form, [(question, value) for question, value in told["answers"]])

    def _take_up(self, person: _Person, desk: Desk, desks: dict[str, Desk]) -> None:
        desk.sync()
        person.case = desk.take_up(_find(desk, person.told["text"]))
        desk.sync()
        if "granted" in person.told:
            colleague = next(each for each in desk.matter(person.case).can_grant)
            desk.grant(person.case, colleague.ref)
        for each in (*desks.values(), desk):
            each.sync()

    def _say(self, person: _Person, said: dict[str, Any], desk: Desk, seeker: Seeker) -> None:
        match said["who"]:
            case "organisation":
                desk.reply(person.case, said["text"])
            case "note":
                desk.note(person.case, said["text"])
            case _:
                assert person.keys is not None  # noqa: S101 - he has asked on an earlier line
                seeker.write(person.keys, said["text"])
        desk.sync()


def read_people() -> list[dict[str, Any]]:
    """The people of the season, as they stand in people.toml."""
    text = resources.files("safeconduct.demo").joinpath("people.toml").read_text("utf-8")
    people: list[dict[str, Any]] = tomllib.loads(text)["person"]
    return people


def _find(desk: Desk, text: str) -> str:
    """The request that begins with these words."""
    rows = desk.queue("new", limit=200).rows
    return next(row.ref for row in rows if text.startswith(row.first_line.rstrip("…").strip()[:40]))
