"""The Law page: two countries and what is known; what may apply, which days run, and who says so.

What is asked here is in the session's memory alone, under a random name, and gone at the lock. Each page reads the
packs anew from what this program holds, so that nothing of a situation stays behind in them.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from types import ModuleType
from typing import Any, Final

import msgspec
from starlette.responses import Response

from safeconduct.desk.pages.queue import frame
from safeconduct.desk.pages.visit import Absent, Visit
from safeconduct.desk.words import LANGUAGES
from safeconduct.law.situation import UNKNOWN, Event, Fact, Situation
from safeconduct.law.span import Span

SITUATIONS_MOST: Final = 8
EVENTS_MOST: Final = 40
FIRST_ASKED: Final = 4
TYPED_MOST: Final = 80


class _Wrong(Exception):  # noqa: N818 - what was typed
    """Not an answer or a date; the page says so and changes nothing."""


@cache
def room() -> ModuleType:
    """What reads the law: loaded, with the packs, at the first visit, so that the desk starts without it."""
    from safeconduct.desk.pages import lawbook  # noqa: PLC0415 - see above

    return lawbook


def home(visit: Visit) -> Response:
    """The situations that are open, and the two countries to begin one. None is resumed unasked."""
    return _begin(visit)


def begin(visit: Visit) -> Response:
    """Ask for the two countries; posted, open a situation with nothing in it. One too many is refused."""
    if "origin" not in visit.form:
        return _begin(visit)
    countries = _countries(visit)
    if len(visit.mine.situations) >= SITUATIONS_MOST:
        return _begin(visit, full=True)
    ref = visit.house.random(6).hex() + f"{_next(visit):04x}"
    visit.mine.situations[ref] = Situation(**countries)
    return visit.go(f"/law/{ref}")


def ordinal(ref: str) -> int:
    """By which number a situation is called: it is the end of its name, so that it stays while others are forgotten."""
    return int(ref[-4:], 16)


def _next(visit: Visit) -> int:
    return max(map(ordinal, visit.mine.situations), default=0) + 1


def _begin(visit: Visit, *, full: bool = False) -> Response:
    opened = [(ref, ordinal(ref), situation) for ref, situation in visit.mine.situations.items()]
    return _page(visit, "law_begin.html", "/law/new", situation=None, opened=opened, full=full)


def show(visit: Visit, problem: str = "") -> Response:
    """Everything for one situation."""
    ref, situation = _situation(visit)
    who = asker(visit)
    reader = room().read(situation, _today(visit), visit.words.language, who, _now(visit))
    values = {"ref": ref, "situation": situation, "law": reader, "lawyer": who == "lawyer", "problem": problem}
    return _page(visit, "law.html", f"/law/{ref}", number=ordinal(ref), **values)


def move(visit: Visit) -> Response:
    """Ask for other countries; posted, take them: what was said of the former host alone is asked anew."""
    if "origin" not in visit.form:
        ref, situation = _situation(visit)
        values = {"situation": situation, "number": ordinal(ref), "opened": (), "full": False}
        return _page(visit, "law_begin.html", f"/law/{ref}/move", **values)
    countries = _countries(visit)
    return _change(
        visit,
        lambda situation: msgspec.structs.replace(room().leave(situation, countries["host"]), **countries),
    )


def answer(visit: Visit) -> Response:
    """Say yes, no, not known, or a value; or take an answer back."""
    return _change(visit, lambda situation: _answered(visit, situation))


def happen(visit: Visit) -> Response:
    """Say on which day, or in which month, something happened; or take it back."""
    return _change(visit, lambda situation: _happened(visit, situation))


def close(visit: Visit) -> Response:
    """Forget a situation."""
    visit.mine.situations.pop(visit.path["ref"], None)
    return visit.go("/law/new")


def write(visit: Visit) -> Response:
    """The short answer, in the language of whom it is for: to be read, changed and copied. It is kept nowhere."""
    ref, situation = _situation(visit)
    language = visit.path["language"]
    if language not in LANGUAGES:
        raise Absent
    text = room().short(situation, _today(visit), language, asker(visit), _now(visit))
    values = {"ref": ref, "situation": situation, "number": ordinal(ref), "text": text, "tongue": language}
    return _page(visit, "law_answer.html", f"/law/{ref}/answer/{language}", **values)


def find(visit: Visit) -> Response:
    """An offence by its article, however it is written. Posted: what somebody looks for is in no address."""
    wanted = visit.form.get("article", "")[:TYPED_MOST].strip()
    found = room().find(wanted, _today(visit), visit.words.language) if wanted else []
    ref = visit.form.get("ref", "")
    back = f"/law/{ref}" if ref in visit.mine.situations else "/law"
    return _page(visit, "law_find.html", back, ref=ref, wanted=wanted, found=found)


def asker(visit: Visit) -> str:
    """Who asks."""
    return asker_of(visit.desk.me().duties)


def asker_of(duties: tuple[str, ...]) -> str:
    """Who somebody with these duties is to the law: questions for a lawyer reach nobody else."""
    return next((duty for duty in ("lawyer", "caseworker") if duty in duties), "volunteer")


def _page(visit: Visit, template: str, address: str, **values: object) -> Response:
    return visit.render(
        template,
        **frame(visit),
        row=None,
        version=visit.desk.version,
        live_address=address,
        room=room(),
        first_asked=FIRST_ASKED,
        **values,
    )


def _situation(visit: Visit) -> tuple[str, Situation]:
    ref = visit.path["ref"]
    situation = visit.mine.situations.get(ref)
    if situation is None:
        raise Absent
    return ref, situation


def _change(visit: Visit, change: Callable[[Situation], Situation]) -> Response:
    ref, situation = _situation(visit)
    try:
        changed = change(situation)
    except _Wrong as wrong:
        return show(visit, str(wrong))
    visit.mine.situations[ref] = changed
    return visit.go(f"/law/{ref}")


def _today(visit: Visit) -> date:
    return date(1970, 1, 1) + timedelta(days=visit.house.clock.day())


def _now(visit: Visit) -> datetime:
    return datetime.fromtimestamp(visit.house.clock.instant_s(), UTC)


def _countries(visit: Visit) -> dict[str, Any]:
    origin, host, toward = (visit.form.get(name, "") for name in ("origin", "host", "toward"))
    known = dict(visit.words.countries())
    if origin not in known or host not in known or (toward and toward not in room().admitting()):
        raise Absent
    return {"origin": origin, "host": host, "toward": (toward,) if toward else ()}


def _answered(visit: Visit, situation: Situation) -> Situation:
    name, said = visit.form.get("fact", ""), visit.form.get("value", "")[:TYPED_MOST].strip()
    kind = room().askable(asker(visit)).get(name)
    if kind is None:
        raise Absent
    facts = {known: value for known, value in situation.facts.items() if known != name}
    if said:
        facts[name] = UNKNOWN if said == UNKNOWN else _read(kind.type, tuple(kind.values), said)
    return msgspec.structs.replace(situation, facts=facts)


def _read(kind: str, values: tuple[str, ...], untrusted: str) -> Fact:
    """An answer of this type."""
    match kind:
        case "bool3" if untrusted in {"yes", "no"}:
            return untrusted == "yes"
        case "enum" if untrusted in values:
            return untrusted
        case "number" if untrusted.isascii() and untrusted.isdecimal() and len(untrusted) < 5:
            # Four digits are a text to the law's reader; they count as a number all the same.
            return int(untrusted)
        case "date":
            return _date(untrusted)
        case _:
            raise _Wrong("law-wrong-answer")


def _happened(visit: Visit, situation: Situation) -> Situation:
    name, when = visit.form.get("what", ""), visit.form.get("when", "")[:TYPED_MOST].strip()
    if "drop" in visit.form:
        events = tuple(one for at, one in enumerate(situation.events) if f"event-{at}" != visit.form["drop"])
        dates = {basis: day for basis, day in situation.dates.items() if basis != visit.form["drop"]}
        return msgspec.structs.replace(situation, events=events, dates=dates)
    events_known, dates_known = room().datable(asker(visit))
    if name in events_known and len(situation.events) < EVENTS_MOST:
        return msgspec.structs.replace(situation, events=(*situation.events, Event(name, _date(when))))
    if name in dates_known:
        return msgspec.structs.replace(situation, dates={**situation.dates, name: _date(when)})
    raise _Wrong("law-wrong-event")


def _date(untrusted: str) -> str:
    try:
        Span.parse(untrusted)
    except ValueError:
        raise _Wrong("law-wrong-date") from None
    return untrusted
