"""The store without HTTP: what people do over several days, in any order, in any grouping of commits."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from random import Random

from relay.client import DAY, Cry, HandClock, Organisation, Talk, address, seeded
from safeconduct.errors import Refusal
from safeconduct.journal import Journal
from safeconduct.relay import request as r
from safeconduct.relay.day import Days
from safeconduct.relay.form import read_request
from safeconduct.relay.space import Records, Space, init_relay
from safeconduct.relay.store import News, Store
from safeconduct.sealed import request as q
from safeconduct.sealed.access import letter_digest
from safeconduct.sealed.manifest import Manifest
from safeconduct.sealed.signing import SigningKey
from safeconduct.sealed.stream import FILE, THREAD
from safeconduct.sealed.wire import decode

Act = tuple[str, bytes]
"""A route and a request's body."""


def no_line(_route: str, _body: bytes) -> tuple[int, bytes]:
    raise AssertionError


def open_store(data: Path, clock: HandClock, retention_days: int | None = None) -> Store:
    return Store(Days(data, Records(data), clock, Journal(lambda _line: None), retention_days))


@contextmanager
def opened(data: Path, clock: HandClock, retention_days: int | None = None) -> Iterator[Store]:
    store = open_store(data, clock, retention_days)
    try:
        yield store
    finally:
        store.days.close()


def made(data: Path, org: Organisation, day: int = DAY) -> Space:
    """A relay with this space; its manifest names every box asked for by `Acts`."""
    code = init_relay(data, seeded("relay"), day)
    records = Records(data)
    asked = read_request("space", q.create_space(code, org.root, org.keys))
    assert isinstance(asked, r.SpaceMade)
    space = records.change(asked)
    records.close()
    manifest = decode(org.manifest(day, 1, bytes(32))[:-64], Manifest)
    return replace(space, manifest=manifest)


def perform(store: Store, space: Space, act: Act) -> object:
    """Judge one request that writes, as the relay does."""
    asked = read_request(*act)
    match asked:
        case r.ContactSent():
            return store.contact(space, asked)
        case r.Resealed():
            return store.reseal(space, asked)
        case r.Appended():
            return store.append(space, asked)
        case r.Born():
            return store.birth(space, asked)
        case r.Posted():
            store.post(space, asked)
            return None
        case r.CollectAsked():
            return store.collect(space, asked)
        case _:
            raise AssertionError


def perform_all(store: Store, space: Space, acts: list[Act], grouping: Random) -> list[News]:
    """In groups of any size; a refusal is a refusal."""
    left, news = list(acts), []
    while left:
        size = grouping.randint(1, 20)
        with store.group() as moved:
            for act in left[:size]:
                with suppress(Refusal):
                    perform(store, space, act)
        news += moved
        left = left[size:]
    return news


class Acts:
    """Days full of what people do: `lines[day]` are sequences, each in its own order, in no order among one another."""

    def __init__(self, seed: object, days: int = 2, size: int = 1) -> None:
        self.org = Organisation(seed)
        self.talk = Talk(no_line, self.org)
        self.lines: list[list[list[Act]]] = []
        self.cries: list[Cry] = []
        letters: list[tuple[SigningKey, bytes]] = []
        for day in range(days):
            old_cries, old_letters = list(self.cries), list(letters)
            lines = [self._contact((seed, day, n), appends=n % 4) for n in range(12 * size)]
            lines += [self._thread((seed, day, n), appends=n % 3) for n in range(4 * size)]
            lines += [self._file((seed, day, n), appends=n % 5) for n in range(4 * size)]
            for n in range(6 * size):
                letter = (SigningKey(seeded((seed, day, "collect", n // 2))(32)), Cry((seed, day, "letter", n)).letter)
                letters.append(letter)
                lines.append([self._post(*letter), *([self._collect(*letter)] if n % 5 == 0 else [])])
            lines += [self._old(cry, day, n) for n, cry in enumerate(old_cries)]
            lines += [[self._collect(*letter)] for letter in old_letters[::2]]
            self.lines.append(lines)

    def shuffled(self, day: int, order: Random) -> list[Act]:
        """One order in which a day may have gone: each line in its own order."""
        left = [list(line) for line in self.lines[day] if line]
        acts = []
        while left:
            line = order.choice(left)
            acts.append(line.pop(0))
            if not line:
                left.remove(line)
        return acts

    def _contact(self, seed: object, appends: int) -> list[Act]:
        cry = Cry((seed, "contact"))
        self.cries.append(cry)
        first = ("contact", self.talk.contact_body(cry, self.org.box_of(DAY)))
        return [first, *self._appends(cry, appends), first]

    def _thread(self, seed: object, appends: int) -> list[Act]:
        cry = Cry((seed, "thread"), THREAD)
        self.cries.append(cry)
        return [("append", self.talk.birth_body(cry)), *self._appends(cry, appends)]

    def _file(self, seed: object, appends: int) -> list[Act]:
        cry = Cry((seed, "file"), FILE)
        self.cries.append(cry)
        return [("append", self.talk.birth_body(cry)), *self._appends(cry, appends)]

    def _appends(self, cry: Cry, count: int, size: int = 4_096) -> list[Act]:
        by = self.talk.as_member
        return [("append", self.talk.append_body(cry, cry.draw(size), by=by)) for _ in range(count)]

    def _old(self, cry: Cry, day: int, n: int) -> list[Act]:
        """What happens to a stream on a later day: nothing, envelopes, a newer letter, the end."""
        match (day + n) % 5:
            case 1:
                return self._appends(cry, 2, 16_384)
            case 2 if cry.kind == 1:
                letter = Cry((day, n, "newer")).letter
                return [("contact", q.reseal(self.org.space, cry.stream, self.org.box_of(DAY), letter))]
            case 3:
                body = self.talk.append_body(cry, cry.draw(4_096), closing=True, by=self.talk.as_member)
                return [("append", body)]
            case _:
                return []

    def _post(self, collect: SigningKey, letter: bytes) -> Act:
        return "post", q.post(self.org.space, address(collect), letter, self.org.member)

    def _collect(self, collect: SigningKey, letter: bytes) -> Act:
        return "collect", q.ask_collect(self.org.space, bytes(32), collect, [letter_digest(letter)])
